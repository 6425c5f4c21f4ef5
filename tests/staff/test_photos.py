"""Staff send photos along by a plain form: what cannot be kept is named, everything else stays."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Attachment, Case
from portal.rules.vocabulary import Outcome
from portal.services.attachments import photo_file
from portal.services.notes import say_to_reporter
from portal.services.orders import answer_order
from tests.cases import RECEIVED, dispatched_case, make_case, noise_cases, registered_case
from tests.checking import text_of
from tests.gateways.photo_samples import jpeg_with_everything, strangers
from tests.track.reporters import coded, picture
from tests.world import World

SignedIn = Callable[..., Any]
Send = Callable[..., Any]
HEIC = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64
REPLY = {"public_reply": "办好了，回执的样子附在下面。", "outcome": "solved"}


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def url(case: Case, step: str = "") -> str:
    return f"/staff/cases/{case.number}" + (f"/{step}" if step else "")


def file(data: bytes | None = None, name: str = "样表.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data or picture()), name


def kept() -> int:
    return db.session.scalar(select(func.count()).select_from(Attachment)) or 0


def chosen(page: Any, form: str = "question") -> dict[str, str]:
    """The key of a form that came back, and the names of the photos it kept."""
    before, after = page.text.split(f'id="{form}-photos"')
    part = before.rsplit("<form", 1)[1] + after.split("</form>")[0]
    names = re.findall(r'name="drop" value="([^"]+)"', part)
    return {
        "key": re.findall(r'name="key" value="([^"]+)"', part)[0],
        **{f"photo{n}": name for n, name in enumerate(names)},
    }


@pytest.mark.parametrize(
    ("step", "lead", "by", "said"),
    [
        ("questions", dispatched_case, "handler", {"question": "像这样填，行吗？"}),
        ("messages", registered_case, "clerk", {"body": "样表在这里。"}),
        ("answers", dispatched_case, "handler", REPLY),
        ("conclusion", registered_case, "clerk", REPLY),
        ("on-spot-conclusion", make_case, "clerk", REPLY),
    ],
)
def test_a_photo_goes_with_the_words_and_the_reporter_sees_it(
    world: World, client: Any, signed_in: SignedIn, send: Send, step: str, lead: Any, by: str, said: dict[str, str]
) -> None:
    noise_cases(world)
    case, code = coded(world, lead)
    staff = signed_in(by)
    form = re.search(rf'<form[^>]*action="{url(case, step)}"[^>]*>', staff.get(url(case)).text)
    assert form is not None
    assert 'enctype="multipart/form-data"' in form[0]
    answer = send(
        staff, url(case, step), url(case), version=case.version, photos=[file(jpeg_with_everything())], **said
    )
    assert answer.status_code == 303
    track = client.post("/track/case", data={"code": code})
    address = re.search(r'src="(/track/photos/[^"]+)"', track.text)
    assert address is not None
    assert client.get(address[1]).data.startswith(b"\xff\xd8")
    stored = db.session.scalars(select(Attachment)).one()
    assert strangers(photo_file(stored.file).read_bytes()) == []
    assert staff.get(f"/staff/photos/{stored.name}").data == photo_file(stored.file).read_bytes()


def test_one_that_cannot_be_read_is_named_and_neither_the_words_nor_the_others_are_lost(
    world: World, client: Any, signed_in: SignedIn, send: Send
) -> None:
    case, code = coded(world, dispatched_case)
    handler = signed_in("handler")
    form = {"version": case.version, "question": "像这样填，行吗？", "reason": "needs_information"}
    page = send(handler, url(case, "questions"), url(case), photos=[file(), file(HEIC, "手机.heic")], **form)
    assert page.status_code == 422
    assert "照片“手机.heic”：这是苹果的 HEIC 格式" in text_of(page)
    assert "像这样填，行吗？</textarea>" in page.text
    assert 'src="data:image/jpeg;base64,' in page.text
    kept_before = chosen(page)
    assert kept() == 1
    answer = send(handler, url(case, "questions"), url(case), **form, key=kept_before["key"])
    assert answer.status_code == 303
    assert client.post("/track/case", data={"code": code}).text.count('alt="照片 1"') == 2, (
        "asked above, and in the talk"
    )


def test_one_that_was_kept_can_be_left_out(world: World, client: Any, signed_in: SignedIn, send: Send) -> None:
    case, code = coded(world, dispatched_case)
    handler = signed_in("handler")
    page = send(handler, url(case, "questions"), url(case), version=case.version, question="", photos=[file()])
    assert page.status_code == 422
    before = chosen(page)
    form = {"version": case.version, "question": "不用照片也行吗？", "key": before["key"], "drop": before["photo0"]}
    assert send(handler, url(case, "questions"), url(case), **form).status_code == 303
    assert "/track/photos/" not in client.post("/track/case", data={"code": code}).text
    assert kept() == 0


def test_the_seventh_is_refused_with_a_sentence(world: World, signed_in: SignedIn, send: Send) -> None:
    case = registered_case(world)
    files = [file(name=f"{n}.jpg") for n in range(1, 8)]
    page = send(signed_in("clerk"), url(case, "messages"), url(case), version=case.version, body="看", photos=files)
    assert page.status_code == 422
    assert "照片“7.jpg”：最多传 6 张" in text_of(page)
    assert kept() == 6


def test_the_second_of_two_people_keeps_words_and_photos(world: World, signed_in: SignedIn, send: Send) -> None:
    case = registered_case(world)
    seen = case.version
    say_to_reporter(world.viewer("triage"), case.number, version=seen, body="我先说一句。")
    clerk = signed_in("clerk")
    page = send(clerk, url(case, "messages"), url(case), version=seen, body="我也要说。", photos=[file()])
    assert page.status_code == 409
    assert "我也要说。</textarea>" in page.text
    before = chosen(page, "message")
    form = {"version": case.version, "body": "我也要说。", "key": before["key"]}
    assert send(clerk, url(case, "messages"), url(case), **form).status_code == 303
    assert db.session.scalars(select(Attachment)).one().message_id is not None


def test_a_page_of_before_sends_its_photos_anew(world: World, signed_in: SignedIn, send: Send) -> None:
    case = registered_case(world)
    clerk, photo = signed_in("clerk"), picture()
    form = {"body": "看这一张。", "key": "A" * 22}
    for _ in range(2):
        db.session.refresh(case)
        answer = send(clerk, url(case, "messages"), url(case), version=case.version, photos=[file(photo)], **form)
        assert answer.status_code == 303
    sent = db.session.scalars(select(Attachment.message_id)).all()
    assert len(set(sent)) == 2


def test_nothing_is_kept_for_a_case_that_is_not_theirs(world: World, signed_in: SignedIn, send: Send) -> None:
    mine, other = dispatched_case(world), dispatched_case(world, department="land")
    handler = signed_in("handler")
    form = {"version": other.version, "question": "是谁？", "photos": [file()]}
    assert send(handler, url(other, "questions"), url(mine), **form).status_code == 404
    assert kept() == 0


def test_the_second_person_sees_the_photos_of_a_no_and_the_reporter_does_not(
    world: World, client: Any, signed_in: SignedIn, send: Send
) -> None:
    case, code = coded(world, dispatched_case)
    no = {"public_reply": "现在不能办。", "outcome": "explained", "basis": "第4条", "photos": [file()]}
    assert send(signed_in("handler"), url(case, "answers"), url(case), version=case.version, **no).status_code == 303
    photo = db.session.scalars(select(Attachment)).one()
    page = signed_in("manager").get(url(case))
    assert "随答复附的照片，本人还看不到" in text_of(page)
    assert f"/staff/photos/{photo.name}/thumb" in page.text
    assert "/track/photos/" not in client.post("/track/case", data={"code": code}).text


def test_the_window_may_leave_out_what_the_department_gave(world: World, signed_in: SignedIn, send: Send) -> None:
    case = dispatched_case(world)
    handler = signed_in("handler")
    given = {"version": case.version, **REPLY, "hand_over": "y", "photos": [file()]}
    assert send(handler, url(case, "answers"), url(case), **given).status_code == 303
    db.session.refresh(case)
    triage = signed_in("triage")
    offered = chosen(triage.get(url(case)), "conclusion")
    form = {"version": case.version, **REPLY, "drop": offered["photo0"]}
    assert send(triage, url(case, "conclusion"), url(case), **form).status_code == 303
    assert kept() == 0


def test_photos_whose_form_is_gone_are_said_to_be_gone(world: World, signed_in: SignedIn, send: Send) -> None:
    case = dispatched_case(world)
    seen = case.version
    answer_order(world.viewer("handler"), case.number, version=seen, outcome=Outcome.SOLVED, public_reply="办好了。")
    form = {"version": seen, "question": "像这样填，行吗？", "photos": [file()]}
    page = send(signed_in("handler"), url(case, "questions"), url(case), **form)
    assert page.status_code == 409
    assert "像这样填，行吗？</textarea>" in page.text
    assert "选好的照片没有附上" in text_of(page)
