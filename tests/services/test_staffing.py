"""Who may be added with which roles, and who may give whom a one-time code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from portal.extensions import db
from portal.models import Event, Staff
from portal.rules import permissions
from portal.rules.vocabulary import Role
from portal.services.errors import NotFound, Refused
from portal.services.signing_in import sign_in, use_reset
from portal.services.staffing import add_staff, all_staff, issue_reset_at_console
from tests.world import World

PASSWORD = "a cup of warm tea"


@pytest.fixture(autouse=True)
def chinese(any_app: Flask) -> Iterator[None]:
    with force_locale("zh"):
        yield


def grant(role: Role, hall: int | None = None, department: int | None = None) -> permissions.Grant:
    return permissions.Grant(role, hall, department)


def test_somebody_added_chooses_a_password_and_signs_in(any_world: World) -> None:
    added = add_staff("Admin.One", "方平", grants=[grant(Role.ADMINISTRATOR)])
    assert use_reset(added.code, PASSWORD).login == "admin.one"
    assert sign_in("admin.one", PASSWORD)
    assert (added.staff, (grant(Role.ADMINISTRATOR),)) in all_staff()
    assert db.session.scalar(select(Event.data).where(Event.action == "staff_added")) == {"roles": ["administrator"]}


def test_a_login_is_letters_and_digits(any_world: World) -> None:
    for login in ("", "x", "有名", "a b", "-dash", "x" * 41, "a/b"):
        with pytest.raises(Refused) as refused:
            add_staff(login, "某某", grants=[grant(Role.CLERK)])
        assert list(refused.value.fields) == ["login"]


def test_a_login_is_taken_only_once(any_world: World) -> None:
    with pytest.raises(Refused, match="已经有人"):
        add_staff("LiXiaowen", "某某", grants=[grant(Role.CLERK)])


def test_who_runs_the_system_does_not_read_cases(any_world: World) -> None:
    with pytest.raises(Refused, match="分给两个人"):
        add_staff("both", "某某", grants=[grant(Role.ADMINISTRATOR), grant(Role.CLERK)])
    assert db.session.scalar(select(Staff).where(Staff.login == "both")) is None


def test_a_handler_handles_for_a_department_of_that_hall(any_world: World) -> None:
    noise = any_world.departments["noise"].id
    for wrong in (grant(Role.HANDLER, any_world.hall.id), grant(Role.HANDLER, any_world.hall.id, noise)):
        with pytest.raises(Refused) as refused:
            add_staff("newhandler", "某某", grants=[wrong])
        assert list(refused.value.fields) == ["department"]


def test_a_one_time_code_is_for_somebody_who_works_here(any_world: World) -> None:
    assert issue_reset_at_console("LiXiaowen")
    with pytest.raises(NotFound):
        issue_reset_at_console("nobody")
