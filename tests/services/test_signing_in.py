"""Signing in slows guessing down, tells nobody who works here, and sessions end when they must."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import argon2
import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from portal.extensions import db
from portal.models import Event, SignInTries, Staff, StaffSession
from portal.services import passwords
from portal.services.errors import NotFound, Refused
from portal.services.passwords import hashed, is_password
from portal.services.sessions import SignedIn, load_signed_in, secret_hash, sessions_of, sign_out, sign_out_elsewhere
from portal.services.sign_in_tries import with_mark
from portal.services.signing_in import change_password, sign_in, sign_in_invented, use_reset
from portal.services.staffing import issue_reset_at_console
from portal.services.transaction import write
from tests.world import World

NOW = datetime(2026, 10, 8, 6, 6, tzinfo=UTC)
RIGHT, OTHER = "窗口七点半开门先擦玻璃", "a cup of warm tea"
# As argon2 wrote it once with half the memory.
WEAKER = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)


@pytest.fixture(autouse=True)
def chinese(any_app: Flask) -> Iterator[None]:
    with force_locale("zh"):
        yield


@pytest.fixture
def clerk(any_world: World, at: Callable[[datetime], None]) -> Staff:
    at(NOW)
    person = any_world.staff["clerk"]
    with write():
        person.password_hash = hashed(RIGHT)
    return person


def signed(secret: str) -> SignedIn:
    found = load_signed_in(secret)
    assert found is not None
    return found


def events(action: str) -> int:
    return len(db.session.scalars(select(Event).where(Event.action == action)).all())


def test_the_right_password_opens_a_session_of_which_only_a_hash_is_kept(clerk: Staff) -> None:
    secret = sign_in("  LiXiaowen ", RIGHT)
    assert signed(secret).staff.id == clerk.id
    assert db.session.scalars(select(StaffSession.secret_hash)).all() == [secret_hash(secret)]
    assert len(secret) >= 43
    assert events("signed_in") == 1
    assert load_signed_in(secret + "x") is None


def test_hashes_are_argon2id_of_the_agreed_size_and_older_ones_are_renewed(clerk: Staff) -> None:
    assert clerk.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    with write():
        clerk.password_hash = WEAKER.hash(RIGHT)
    sign_in("lixiaowen", RIGHT)
    assert clerk.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(clerk.password_hash, RIGHT)


def test_each_failure_makes_the_next_try_wait_longer_and_says_so(clerk: Staff, at: Callable[[datetime], None]) -> None:
    instant = NOW
    for wait in (1, 2, 4, 8, 16, 32, 60, 60):
        with pytest.raises(Refused, match=f"{wait} 秒"):
            sign_in("lixiaowen", "wrong")
        with pytest.raises(Refused, match=f"再等 {wait} 秒"):
            sign_in("lixiaowen", RIGHT)
        instant += timedelta(seconds=wait)
        at(instant)
    assert events("sign_in_failed") == 8
    sign_in("lixiaowen", RIGHT)
    assert not db.session.scalars(select(SignInTries)).all()


def test_a_try_that_came_too_early_is_not_counted(clerk: Staff, at: Callable[[datetime], None]) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            sign_in("lixiaowen", "wrong")
    at(NOW + timedelta(seconds=1))
    assert sign_in("lixiaowen", RIGHT)


def test_an_unknown_login_is_told_the_same_and_waits_the_same(clerk: Staff) -> None:
    told: dict[str, list[str]] = {"lixiaowen": [], "nobody": []}
    for login, sentences in told.items():
        for _ in range(2):
            with pytest.raises(Refused) as refused:
                sign_in(login, "wrong")
            sentences.append(str(refused.value.message))
    assert told["lixiaowen"] == told["nobody"]


def test_waiting_tells_no_process_who_works_here(clerk: Staff, at: Callable[[datetime], None]) -> None:
    for login in ("lixiaowen", "nobody"):
        with pytest.raises(Refused, match="账号或密码不对"):
            sign_in(login, "wrong")
    # Another process knows of the try what the database does, and that is the same of both.
    db.session.remove()
    for login in ("lixiaowen", "nobody"):
        with pytest.raises(Refused, match="再等 1 秒"):
            sign_in(login, "wrong")
    kept = db.session.scalars(select(SignInTries.key_hash)).all()
    assert len(kept) == 2
    assert not [key for key in kept if "nobody" in key]


def test_whoever_keeps_trying_a_name_does_not_keep_its_owner_out_of_their_own_device(
    clerk: Staff, at: Callable[[datetime], None]
) -> None:
    device = with_mark(clerk, "")
    instant = NOW
    for wait in (1, 2, 4, 8, 16, 32):
        with pytest.raises(Refused):
            sign_in("lixiaowen", "guess")
        instant += timedelta(seconds=wait)
        at(instant)
    with pytest.raises(Refused):
        sign_in("lixiaowen", "guess")
    with pytest.raises(Refused, match="再等 60 秒"):
        sign_in("lixiaowen", RIGHT)
    assert sign_in("lixiaowen", RIGHT, device)
    # The other's count stays, and the device has one of its own.
    with pytest.raises(Refused, match="再等 60 秒"):
        sign_in("lixiaowen", "guess")
    with pytest.raises(Refused, match="过 1 秒"):
        sign_in("lixiaowen", "wrong", device)
    with pytest.raises(Refused, match="再等 1 秒"):
        sign_in("lixiaowen", RIGHT, device)


def test_a_mark_is_of_one_person_and_of_one_password_and_names_nobody(clerk: Staff, any_world: World) -> None:
    colleague = any_world.staff["triage"]
    both = with_mark(colleague, with_mark(clerk, ""))
    assert "lixiaowen" not in both
    with pytest.raises(Refused):
        sign_in("lixiaowen", "guess")
    for device in ("", with_mark(colleague, ""), "x" * 64):
        with pytest.raises(Refused, match="再等"):
            sign_in("lixiaowen", RIGHT, device)
    assert sign_in("lixiaowen", RIGHT, both)
    with write():
        clerk.password_hash = hashed(OTHER)
    assert with_mark(clerk, "") not in both
    assert len(with_mark(clerk, ".".join(str(n) * 64 for n in range(9))).split(".")) == 5


def test_failed_tries_are_forgotten_after_an_hour(clerk: Staff, at: Callable[[datetime], None]) -> None:
    for name in ("anna", "berta"):
        with pytest.raises(Refused):
            sign_in(name, "wrong")
    at(NOW + timedelta(hours=2))
    with pytest.raises(Refused):
        sign_in("carla", "wrong")
    assert len(db.session.scalars(select(SignInTries)).all()) == 1


def test_somebody_without_a_password_or_who_left_is_no_different(clerk: Staff) -> None:
    with write():
        clerk.active = False
    for login in ("lixiaowen", "zhoumin"):
        with pytest.raises(Refused, match="账号或密码不对"):
            sign_in(login, RIGHT if login == "lixiaowen" else "")


def test_an_unknown_login_costs_one_hash_too(clerk: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Counting(argon2.PasswordHasher):
        def verify(self, hash: Any, password: Any) -> Any:
            checked.append(hash)
            return super().verify(hash, password)

    ours = passwords._HASHER
    counting = Counting(time_cost=ours.time_cost, memory_cost=ours.memory_cost, parallelism=ours.parallelism)
    monkeypatch.setattr(passwords, "_HASHER", counting)
    for login in ("nobody", "lixiaowen", "zhoumin"):
        with pytest.raises(Refused):
            sign_in(login, "wrong")
    assert len(checked) == 3
    assert all(argon2.extract_parameters(one).memory_cost == ours.memory_cost for one in checked)


def test_a_session_ends_after_half_an_hour_without_a_page(clerk: Staff, at: Callable[[datetime], None]) -> None:
    secret = sign_in("lixiaowen", RIGHT)
    for minutes in (20, 40, 70):
        at(NOW + timedelta(minutes=minutes))
        assert load_signed_in(secret) is not None
    at(NOW + timedelta(minutes=100, seconds=1))
    assert load_signed_in(secret) is None
    assert not sessions_of(clerk.id)


def test_a_session_ends_after_twelve_hours_however_busy(clerk: Staff, at: Callable[[datetime], None]) -> None:
    secret = sign_in("lixiaowen", RIGHT)
    for minutes in range(20, 12 * 60 + 1, 20):
        at(NOW + timedelta(minutes=minutes))
        assert load_signed_in(secret) is not None
    at(NOW + timedelta(hours=12, seconds=1))
    assert load_signed_in(secret) is None


def test_signing_out_ends_this_session_or_all_others(clerk: Staff) -> None:
    here, there, elsewhere = (sign_in("lixiaowen", RIGHT) for _ in range(3))
    sign_out(signed(there))
    assert load_signed_in(there) is None
    assert len(sessions_of(clerk.id)) == 2
    assert sign_out_elsewhere(signed(here)) == 1
    assert load_signed_in(elsewhere) is None
    assert load_signed_in(here) is not None
    assert sign_out_elsewhere(signed(here)) == 0
    assert events("signed_out") == 2


def test_another_password_ends_the_other_sessions(clerk: Staff) -> None:
    here, there = sign_in("lixiaowen", RIGHT), sign_in("lixiaowen", RIGHT)
    change_password(signed(here), RIGHT, OTHER)
    assert load_signed_in(here) is not None
    assert load_signed_in(there) is None
    assert sign_in("lixiaowen", OTHER)


def test_another_password_needs_the_present_one_and_must_be_good(clerk: Staff, at: Callable[[datetime], None]) -> None:
    here = signed(sign_in("lixiaowen", RIGHT))
    with pytest.raises(Refused) as weak:
        change_password(here, RIGHT, "lixiaowen-1")
    assert list(weak.value.fields) == ["new"]
    with pytest.raises(Refused) as wrong:
        change_password(here, "wrong", OTHER)
    assert list(wrong.value.fields) == ["current"]
    db.session.refresh(clerk)
    with pytest.raises(Refused, match="再等 1 秒"):
        change_password(here, RIGHT, OTHER)
    at(NOW + timedelta(seconds=1))
    change_password(here, RIGHT, OTHER)


def test_a_one_time_code_works_once_and_ends_all_sessions(clerk: Staff, any_world: World) -> None:
    secret = sign_in("lixiaowen", RIGHT)
    code = issue_reset_at_console("lixiaowen")
    assert code not in (clerk.reset_hash or "")
    with pytest.raises(Refused) as weak:
        use_reset(code, "short")
    assert list(weak.value.fields) == ["new"]
    assert use_reset(code.upper(), OTHER).id == clerk.id
    assert load_signed_in(secret) is None
    with pytest.raises(Refused) as used:
        use_reset(code, RIGHT)
    assert list(used.value.fields) == ["code"]
    assert sign_in("lixiaowen", OTHER)


def test_a_one_time_code_lives_a_day_and_a_newer_one_takes_its_place(
    clerk: Staff, at: Callable[[datetime], None]
) -> None:
    first, second = issue_reset_at_console("lixiaowen"), issue_reset_at_console("lixiaowen")
    with pytest.raises(Refused, match="一次性"):
        use_reset(first, OTHER)
    at(NOW + timedelta(hours=24, seconds=1))
    with pytest.raises(Refused, match="一次性"):
        use_reset(second, OTHER)
    at(NOW + timedelta(hours=23))
    assert use_reset(second, OTHER).id == clerk.id


def test_no_code_opens_nothing(clerk: Staff) -> None:
    for code in ("", "x", "0000-0000-0000-0000", "' OR 1=1 --", "中" * 16):
        with pytest.raises(Refused, match="一次性"):
            use_reset(code, OTHER)


def test_a_tap_signs_in_only_where_everybody_is_invented(clerk: Staff) -> None:
    with pytest.raises(NotFound):
        sign_in_invented(clerk.id)
