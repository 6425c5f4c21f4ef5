"""The words on a poster: the hall's own or the usual ones, in the language asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal import create_app
from portal.extensions import db
from portal.services.poster_sheets import draw, make_sheets, missing_signs, opens_only_here, poster_language, poster_url
from portal.services.poster_shelf import living_posters
from tests.databases import settings_for
from tests.reading_qr import wrong_pages
from tests.world import World


def sheet(number: str, language: str = "zh") -> Any:
    db.session.expire_all()
    return next(s for s in make_sheets(living_posters(), language) if s.number == number)


def test_a_sheet_says_where_it_hangs_and_what_its_code_holds(world: World) -> None:
    made = sheet("QC-0001")
    assert (made.hall_name, made.place, made.label) == ("清川市政务服务中心", "3号窗口", "3号窗口 医保综合")
    assert (made.url, made.url_text) == ("HTTP://LOCALHOST/Q/3M7KD2QA", "localhost/q/3m7kd2qa")
    assert (made.phone, made.where) == ("0300-555 0123", "一楼“办不成事”反映窗口")
    assert (made.version, made.printed, made.printed_on) == ("第 1 版", "2026年9月", date(2026, 9, 1))
    assert made.wording.headline == "事没办成？"
    assert made.wording.promises == ("不收费", "不登录", "不要身份证号")


def test_names_are_in_the_language_of_the_poster(world: World) -> None:
    made = sheet("QC-0001", "en")
    assert (made.place, made.label) == ("Counter 3", "Counter 3 Medical insurance")
    assert made.hall_name == "Qingchuan City Government Service Center"
    world.counters["3"].name_en = ""
    db.session.commit()
    assert sheet("QC-0001", "en").place == "3号窗口"


def test_a_poster_for_rating_asks_for_a_rating(world: World) -> None:
    world.posters["3"].purpose = "rate"
    db.session.commit()
    assert sheet("QC-0001").wording.headline == "办得怎么样？"
    assert sheet("QC-0002").wording.headline == "事没办成？"


def test_the_halls_own_words_take_the_place_of_the_usual_ones(world: World) -> None:
    own = {"headline": "跑了几趟？", "promises": ["随时说", "说了算数"]}
    world.hall.poster_texts = {"language": "en", "zh": {"landing": own}}
    world.posters["21"].purpose = "rate"
    db.session.commit()
    assert sheet("QC-0001").wording.headline == "跑了几趟？"
    assert sheet("QC-0001").wording.promises == ("随时说", "说了算数")
    assert sheet("QC-0001").wording.call == "扫一扫，说给我们听"
    assert sheet("QC-0002").wording.headline == "办得怎么样？"
    assert sheet("QC-0004").wording.headline == "事没办成？"
    assert poster_language(world.hall) == "en"
    assert poster_language(world.other_hall) == "zh"


def test_the_halls_own_poster_names_no_counter(world: World) -> None:
    world.posters["3"].counter_id = None
    db.session.commit()
    made = sheet("QC-0001")
    assert (made.place, made.label) == ("", "")
    assert wrong_pages(draw([p for p in living_posters() if p.number == "QC-0001"], "zh"), [made.url], dpi=100) == []


def test_signs_the_font_lacks_are_named_by_poster(world: World) -> None:
    world.counters["21"].label = "不动产🙂"
    db.session.commit()
    assert missing_signs(living_posters(), "zh") == {"QC-0002": "🙂"}


@pytest.mark.parametrize(
    ("address", "only_here"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("http://192.168.1.7:8000", False),
        ("https://bs.qingchuan.example", False),
    ],
)
def test_addresses_go_by_the_public_url_and_one_that_no_phone_opens_is_noticed(
    tmp_path: Path, world: World, address: str, only_here: bool
) -> None:
    poster = living_posters()[0]
    app = create_app(settings_for(tmp_path / "other", PORTAL_PUBLIC_URL=address))
    with app.app_context():
        assert poster_url(poster) == f"{address}/q/3m7kd2qa"
        assert opens_only_here() is only_here
