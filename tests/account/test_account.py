"""One's own account: sessions, another password, the one-time code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from portal.models import Staff
from portal.rules.passwords import format_reset_code
from portal.services.passwords import is_password
from portal.services.staffing import issue_reset_at_console
from tests.account.conftest import PASSWORD
from tests.checking import text_of

Send = Callable[..., Any]
OTHER = "a cup of warm tea"


@pytest.fixture
def inside(client: Any, clerk: Staff, send: Send) -> Any:
    send(client, "/account/sign-in", login="lixiaowen", password=PASSWORD)
    return client


def test_the_page_shows_who_one_is_and_where_one_is_signed_in(
    app: Flask, inside: Any, clerk: Staff, send: Send
) -> None:
    page = text_of(inside.get("/account/"))
    assert "李晓雯" in page
    assert "登记" in page
    assert "退出另外" not in page
    there = app.test_client()
    send(there, "/account/sign-in", login="lixiaowen", password=PASSWORD)
    assert text_of(inside.get("/account/")).count("这里") == 1
    answer = send(inside, "/account/sessions/others/end", page="/account/")
    assert answer.status_code == 303
    assert "退出了另外 1 处" in text_of(inside.get("/account/"))
    assert there.get("/account/").status_code == 303


def test_another_password_is_chosen_with_the_present_one(inside: Any, clerk: Staff, send: Send) -> None:
    answer = send(inside, "/account/password", page="/account/", current=PASSWORD, new=OTHER, again=OTHER)
    assert answer.status_code == 303
    assert "密码换好了" in text_of(inside.get("/account/"))
    assert is_password(clerk.password_hash, OTHER)


def test_what_is_wrong_with_it_is_said_at_its_field_and_no_password_comes_back(
    inside: Any, clerk: Staff, send: Send
) -> None:
    for fields, sentence in (
        ({"current": "nonsense", "new": OTHER, "again": OTHER}, "现在的密码不对"),
        ({"current": PASSWORD, "new": OTHER, "again": "another"}, "两次写的不一样"),
        ({"current": "", "new": OTHER, "again": OTHER}, "这里还没有写"),
    ):
        answer = send(inside, "/account/password", page="/account/", **fields)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert OTHER not in answer.get_data(as_text=True)
    assert is_password(clerk.password_hash, PASSWORD)


def test_a_one_time_code_sets_a_password(client: Any, clerk: Staff, send: Send) -> None:
    code = format_reset_code(issue_reset_at_console("lixiaowen"))
    answer = send(client, "/account/reset", page="/account/reset", code=code, new="short", again="short")
    assert answer.status_code == 422
    assert "密码太短了" in text_of(answer)
    assert code in answer.get_data(as_text=True)
    answer = send(client, "/account/reset", page="/account/reset", code=code, new=OTHER, again=OTHER)
    assert (answer.status_code, answer.location) == (303, "/account/sign-in")
    assert "请用新密码登录" in text_of(client.get("/account/sign-in"))
    assert send(client, "/account/sign-in", login="lixiaowen", password=OTHER).status_code == 303
    answer = send(client, "/account/reset", page="/account/reset", code=code, new=OTHER, again=OTHER)
    assert "用过了" in text_of(answer)


def test_every_page_here_asks_for_signing_in_first(client: Any, clerk: Staff) -> None:
    assert client.get("/account/").status_code == 303
    for path in ("/account/password", "/account/sessions/others/end", "/account/sign-out"):
        assert client.post(path, data={}).status_code == 401


def test_administrators_are_told_which_years_holiday_notice_is_missing(signed_in: Callable[..., Any], at: Any) -> None:
    at(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    assert "2027 年的放假通知还没有导入" in signed_in("administrator").get("/account/").text
    assert "放假通知" not in signed_in("clerk").get("/account/").text
