"""The list of halls, the privacy notice and the statement on accessibility."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from portal.extensions import db
from portal.models import Hall, Poster
from tests.checking import text_of
from tests.world import World


def add_general_poster(world: World) -> None:
    db.session.add(
        Poster(slug="ha11ha11", number="QC-0100", hall_id=world.hall.id, purpose="landing", made_on=date(2026, 10, 1))
    )
    db.session.commit()


def test_home_lists_every_hall_with_its_phone_and_its_own_door(client: Any, world: World) -> None:
    add_general_poster(world)
    world.other_hall.phone = "0300-555 0456"
    db.session.commit()
    answer = client.get("/")
    text = text_of(answer)
    for fact in ("清川市政务服务中心", "白鹭区政务服务中心", "0300-555 0123", "0300-555 0456", "工作日 9:00–17:30"):
        assert fact in text
    assert 'href="/report?at=ha11ha11"' in answer.text
    assert 'href="/report?hall=BY"' in answer.text
    assert 'href="/track"' in answer.text


def test_home_of_a_single_hall_offers_its_choices_at_once(client: Any, world: World) -> None:
    db.session.delete(world.posters["noise"])
    db.session.delete(world.counters["noise"])
    db.session.commit()
    for thing in (world.items["noise"], world.staff["noise_clerk"]):
        thing.hall_id = world.hall.id
        thing.department_id = world.departments["land"].id
    world.items["noise"].name = "别的"
    db.session.flush()
    db.session.execute(db.text(f"UPDATE staff_grant SET hall_id = {world.hall.id}"))
    db.session.delete(world.departments["noise"])
    db.session.flush()
    db.session.delete(world.other_hall)
    db.session.commit()
    answer = client.get("/")
    assert 'class="main" href="/report?hall=QC"' in answer.text
    assert "哪个大厅" not in text_of(answer)


def test_home_before_any_hall_is_set_up_says_so(client: Any) -> None:
    assert db.session.query(Hall).count() == 0
    for address in ("/", "/q/3m7kd2qa", "/privacy", "/accessibility"):
        assert client.get(address).status_code in (200, 404)
    assert "还没有设好大厅" in text_of(client.get("/"))


def test_home_asks_the_database_at_most_twice(client: Any, world: World, count_statements: list[str]) -> None:
    db.session.expunge_all()
    count_statements.clear()
    client.get("/")
    assert len(count_statements) <= 2


def test_the_privacy_notice_says_all_that_the_law_asks(client: Any, world: World) -> None:
    answer = client.get("/privacy")
    text = text_of(answer)
    for part in ("who", "taken", "never", "basis", "sees", "long", "rights", "young", "cookies", "complain"):
        assert f'id="{part}"' in answer.text
    for fact in ("清川市政务服务管理局", "第十三条", "0300-555 0123", "不满 14 岁", "两小时", "12377", "第 1 版"):
        assert fact in text
    for name in ("bc_lang", "bc_view", "bc_staff", "bc_form"):
        assert name in text


def test_every_cookie_the_portal_sets_is_named_in_the_notice(client: Any, world: World) -> None:
    from portal.web import cookies

    text = text_of(client.get("/privacy"))
    names = [value for name, value in vars(cookies).items() if name.endswith("_COOKIE")]
    assert names
    assert all(re.search(rf"\b{name}\b", text) for name in names)


def test_the_statement_on_accessibility_leads_to_the_elder_view_and_a_phone(client: Any, world: World) -> None:
    answer = client.get("/accessibility")
    assert 'href="/accessibility?view=elder"' in answer.text
    assert 'href="tel:03005550123"' in answer.text
    assert "WCAG 2.2" in text_of(answer)
