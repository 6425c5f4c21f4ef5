"""The door for staff: by password, by a tap in the demo hall only, over http and https."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import create_app
from portal.blueprints.account.forms import local_path
from portal.extensions import db
from portal.models import Staff, StaffSession
from portal.services.passwords import hashed
from tests.account.conftest import PASSWORD
from tests.apps import running
from tests.checking import text_of
from tests.databases import SqliteTemplate, settings_for
from tests.world import World, build_world

Send = Callable[..., Any]


def test_the_right_password_leads_to_the_first_page_of_the_day(client: Any, clerk: Staff, send: Send) -> None:
    answer = send(client, "/account/sign-in", login="lixiaowen", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/staff/")
    assert client.get("/account/").status_code == 200


def test_a_wrong_password_keeps_the_login_and_says_when_to_try_again(client: Any, clerk: Staff, send: Send) -> None:
    answer = send(client, "/account/sign-in", login="lixiaowen", password="not this one")
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert 'value="lixiaowen"' in html
    assert "not this one" not in html
    assert "账号或密码不对。请过 1 秒再试" in text_of(answer)
    assert "bc_staff" not in str(answer.headers)


def test_nothing_written_is_told_at_each_field(client: Any, clerk: Staff, send: Send) -> None:
    answer = send(client, "/account/sign-in")
    assert answer.status_code == 422
    assert text_of(answer).count("这里还没有写") == 2


def test_who_was_on_the_way_to_a_page_gets_there(client: Any, clerk: Staff, send: Send) -> None:
    asked = client.get("/account/?x=1")
    assert asked.location == "/account/sign-in?next=/account/?x%3D1"
    assert 'name="next" value="/account/?x=1"' in client.get(asked.location).get_data(as_text=True)
    answer = send(client, "/account/sign-in", login="lixiaowen", password=PASSWORD, next="/account/?x=1")
    assert answer.location == "/account/?x=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/a\n//b",
        "/\t/evil",
        "evil",
        "",
        None,
        7,
    ],
)
def test_only_our_own_paths_are_gone_to(elsewhere: Any) -> None:
    assert local_path(elsewhere) == ""


def test_signing_in_does_not_lead_back_to_signing_out() -> None:
    assert local_path("/account/sign-out") == ""
    assert local_path("/staff/cases/1008-0314?tab=late") == "/staff/cases/1008-0314?tab=late"


def test_a_form_without_its_token_signs_nobody_in(client: Any, clerk: Staff) -> None:
    answer = client.post("/account/sign-in", data={"login": "lixiaowen", "password": PASSWORD})
    assert answer.status_code == 400
    assert PASSWORD not in answer.get_data(as_text=True)
    assert db.session.query(StaffSession).count() == 0


def test_a_form_of_another_site_signs_nobody_in(client: Any, clerk: Staff) -> None:
    answer = client.post("/account/sign-in", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


def test_signing_in_as_somebody_else_ends_the_session_before(
    client: Any, clerk: Staff, world: World, send: Send
) -> None:
    send(client, "/account/sign-in", login="lixiaowen", password=PASSWORD)
    world.staff["triage"].password_hash = hashed(PASSWORD)
    db.session.commit()
    send(client, "/account/sign-in", login="zhoumin", password=PASSWORD)
    open_ones = db.session.query(StaffSession).filter(StaffSession.ended_at.is_(None)).all()
    assert [one.staff_id for one in open_ones] == [world.staff["triage"].id]
    assert "周敏" in text_of(client.get("/account/"))


def test_after_signing_out_the_cookie_opens_nothing(client: Any, clerk: Staff, send: Send) -> None:
    send(client, "/account/sign-in", login="lixiaowen", password=PASSWORD)
    secret = client.get_cookie("bc_staff").value
    answer = send(client, "/account/sign-out", page="/account/")
    assert answer.location == "/account/sign-in"
    assert client.get_cookie("bc_staff") is None
    client.set_cookie("bc_staff", secret)
    assert client.get("/account/").status_code == 303
    assert "您已经退出登录" in text_of(client.get("/account/sign-in"))


def test_real_people_are_never_listed(client: Any, clerk: Staff, send: Send) -> None:
    assert "周敏" not in text_of(client.get("/account/sign-in"))
    answer = send(client, "/account/sign-in/invented", person=str(clerk.id))
    assert answer.status_code == 404
    assert db.session.query(StaffSession).count() == 0


@pytest.fixture
def demo(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path, sqlite_template.copy(tmp_path), PORTAL_DEMO="1"))
    yield from running(app, tmp_path)


def test_in_the_demo_hall_one_tap_signs_in(demo: Flask, send: Send) -> None:
    world, client = build_world(), demo.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    listed = client.get("/account/sign-in?next=/account/")
    assert "周敏" in text_of(listed)
    assert "派给一个部门" in text_of(listed)
    answer = send(client, "/account/sign-in/invented", person=str(world.staff["viewer"].id), next="/account/")
    assert answer.location == "/account/"
    assert "钱进" in text_of(client.get("/account/"))
    for person in ("", "0", "x", "9" * 40, "１"):
        assert send(client, "/account/sign-in/invented", person=person).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
        "http://192.168.1.20:8000",
        "http://10.3.0.7",
        "http://169.254.7.7:8000",
        "http://[fd12:3456::7]:8000",
    ],
)
def test_demo_mode_is_for_this_machine_and_its_own_network(tmp_path: Path, address: str) -> None:
    assert settings_for(tmp_path, PORTAL_DEMO="1", PORTAL_PUBLIC_URL=address).demo
    assert not settings_for(tmp_path, PORTAL_DEMO="0", PORTAL_PUBLIC_URL=address).demo


@pytest.mark.parametrize(
    "address",
    [
        "https://banshi.example.gov.cn",
        "http://banshi.example.gov.cn",
        "http://localhost.example.gov.cn",
        "http://127.0.0.1.example.gov.cn",
        "http://localhost@banshi.example.gov.cn",
        "http://8.8.8.8:8000",
        "http://[2606:4700::1111]:8000",
        "https://127.0.0.1",
    ],
)
def test_demo_mode_is_refused_with_a_public_address(tmp_path: Path, address: str) -> None:
    assert not settings_for(tmp_path, PORTAL_DEMO="1", PORTAL_PUBLIC_URL=address).demo


@pytest.fixture
def over_https(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Flask]:
    address = "https://banshi.example.gov.cn"
    app = create_app(settings_for(tmp_path, sqlite_template.copy(tmp_path), PORTAL_PUBLIC_URL=address))
    yield from running(app, tmp_path)


def test_over_https_the_cookies_are_bound_to_this_host_and_the_referrer_is_looked_at(over_https: Flask) -> None:
    world, client, base = build_world(), over_https.test_client(), "https://banshi.example.gov.cn"
    world.staff["clerk"].password_hash = hashed(PASSWORD)
    db.session.commit()
    form = client.get("/account/sign-in", base_url=base)
    assert form.headers["Referrer-Policy"] == "same-origin"
    token = re.search(r'name="csrf_token" value="([^"]+)"', form.get_data(as_text=True))
    assert token
    fields = {"csrf_token": token[1], "login": "lixiaowen", "password": PASSWORD}
    for foreign in ({}, {"Referer": "https://evil.example/"}):
        assert client.post("/account/sign-in", base_url=base, data=fields, headers=foreign).status_code == 400
    # What a browser sends under our own Referrer-Policy: the whole address of the form's page.
    own = {"Referer": f"{base}/account/sign-in", "Origin": base, "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/account/sign-in", base_url=base, data=fields, headers=own)
    assert answer.status_code == 303
    cookies = answer.headers.getlist("Set-Cookie")
    (staff,) = [cookie for cookie in cookies if cookie.startswith("__Host-bc_staff=")]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(staff.split("; "))
    assert "Domain" not in staff
    assert client.get("/account/", base_url=base).status_code == 200


def test_the_owner_comes_in_where_they_have_been_before_whoever_tries_their_name(
    client: Any, app: Any, clerk: Staff, send: Send
) -> None:
    send(client, "/account/sign-in", login="lixiaowen", password=PASSWORD)
    other = app.test_client()
    send(other, "/account/sign-in", login="lixiaowen", password="guess")
    assert send(other, "/account/sign-in", login="lixiaowen", password=PASSWORD).status_code == 422
    assert send(client, "/account/sign-in", login="lixiaowen", password=PASSWORD).status_code == 303
