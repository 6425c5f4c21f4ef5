"""One key, one case, one receipt: in one process or in many, on both databases."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal.extensions import db
from portal.models import Attachment, Case, CaseTally, Complaint, Deadline, Event, Message
from portal.rules.codes import code_fingerprint, damm_digit
from portal.rules.vocabulary import Channel, Materials, Obstacle
from portal.services.attachments import bind_staged, photos_of, stage_photo
from portal.services.contacts import decrypt
from portal.services.deadlines import due_of, hall_rules
from portal.services.installation import installation
from portal.services.receipts import Receipt, seal_receipt
from portal.services.search import matching
from portal.services.submissions import Report, submit_case
from portal.services.tracking_talk import say
from tests.gateways.photo_samples import corners, write
from tests.world import World

# Thursday 8 October 2026, 14:06 in Qingchuan.
AT = datetime(2026, 10, 8, 6, 6, 41, tzinfo=UTC)
WORDS = "窗口说少一份居住证明，要回老家开，可办事指南上写的是填承诺书。"


def key() -> bytes:
    return secrets.token_bytes(16)


def the_case(receipt: Receipt) -> Case:
    db.session.expire_all()
    return db.session.get_one(Case, receipt.case_id)


def count(model: Any) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


@pytest.fixture
def noise(any_world: World) -> Receipt:
    """Somebody else's report in the other hall."""
    return submit_case(Report("别的大厅的事，和这件没有关系。", slug="abcd1234"), key(), AT)


def test_everything_is_written_in_one_go(any_world: World, noise: Receipt) -> None:
    item = any_world.items["异地就医备案"]
    report = Report(
        WORDS,
        slug="3m7kd2qa",
        item_id=item.id,
        application_number="QC2026-118",
        obstacles=(Obstacle.BEYOND_GUIDE, Obstacle.MATERIALS_PIECEMEAL),
        trips=2,
        materials=Materials.HANDED_BACK,
        name="赵女士",
        phone="13800000000",
        may_tell_department=True,
    )
    receipt = submit_case(report, key(), AT)
    case = the_case(receipt)
    assert case.words == WORDS
    assert case.hall_id == any_world.hall.id
    assert case.counter_id == any_world.counters["3"].id
    assert case.poster_id == any_world.posters["3"].id
    assert case.item_id == item.id
    assert case.status == "submitted"
    assert case.open
    assert not case.restricted
    assert case.obstacles == ["beyond_guide", "materials_piecemeal"]
    assert case.trips == 2
    assert case.materials == "handed_back"
    assert case.application_number == "QC2026-118"
    assert decrypt(case.contact_name) == "赵女士"
    assert decrypt(case.contact_phone) == "13800000000"
    assert case.may_tell_department
    assert not case.anonymous
    assert case.channel == Channel.QR
    assert case.received_at == AT
    assert case.received_on == date(2026, 10, 8)
    assert case.version == 1
    assert case.due_kind == "register"
    assert case.due_at == case.due_sort == case.take_up_promised_at
    event = db.session.scalars(select(Event).where(Event.case_id == case.id)).one()
    assert (event.action, event.actor, event.staff_id) == ("case_submitted", "reporter", None)
    assert count(CaseTally) == 2
    assert db.session.scalars(select(Case.number).where(matching("居住证明"))).all() == [case.number]


def test_the_receipt_promises_two_dates_that_the_case_keeps(any_world: World) -> None:
    receipt = submit_case(Report(WORDS, slug="3m7kd2qa"), key(), AT)
    # It came before 16:00, so it is taken up the same day; three working days on, the make-up Saturday among them.
    assert receipt.take_up_at == datetime(2026, 10, 8, 9, 30, tzinfo=UTC)
    assert receipt.reply_at == datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
    case = the_case(receipt)
    assert (case.take_up_promised_at, case.reply_promised_at) == (receipt.take_up_at, receipt.reply_at)
    rules = hall_rules(any_world.hall)
    deadlines = db.session.scalars(select(Deadline).where(Deadline.case_id == case.id).order_by(Deadline.id)).all()
    assert [(d.kind, d.state) for d in deadlines] == [("register", "running"), ("dispatch", "running")]
    assert [due_of(d, rules).due_at for d in deadlines] == [d.due_at for d in deadlines]
    assert receipt.promises is not None
    assert receipt.promises.reply.due_at == receipt.reply_at


def test_an_anonymous_report_keeps_no_minute_anywhere(any_app: Flask, any_world: World) -> None:
    receipt = submit_case(Report(WORDS, slug="3m7kd2qa", about="3号窗口的工作人员"), key(), AT)
    rounded = AT.replace(minute=0, second=0)
    case = the_case(receipt)
    assert case.anonymous
    assert case.received_at == case.clock_from == rounded
    stored = [row.at for row in db.session.scalars(select(Event))]
    stored += [row.created_at for row in db.session.scalars(select(Complaint))]
    stored += [row.counts_from for row in db.session.scalars(select(Deadline))]
    assert set(stored) == {rounded}


def test_the_code_is_stored_nowhere_but_as_its_hmac(any_world: World) -> None:
    receipt = submit_case(Report(WORDS, slug="3m7kd2qa"), key(), AT)
    assert receipt.code is not None
    assert len(receipt.code) == 20
    assert damm_digit(receipt.code) == "0"
    case = the_case(receipt)
    assert case.code_hmac == code_fingerprint(installation().keys.pepper, receipt.code)
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            assert receipt.code not in str(tuple(row)), table.name


def test_the_same_key_gives_the_same_receipt_and_one_case(any_world: World, noise: Receipt) -> None:
    mine = key()
    first = submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT)
    later = AT.replace(day=9)
    again = submit_case(Report(WORDS, slug="3m7kd2qa"), mine, later)
    assert again.repeated
    assert not again.added
    assert (again.number, again.code, again.reply_at) == (first.number, first.code, first.reply_at)
    assert again.received_at == first.received_at
    assert again.place.counter == first.place.counter
    assert count(Case) == 2
    assert count(Event) == 2
    assert count(Message) == 0
    assert the_case(first).version == 1


def test_other_words_with_the_same_key_become_one_message(any_world: World, noise: Receipt) -> None:
    mine = key()
    first = submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT)
    more = Report(WORDS + "今天又来了一次，还是不行。", slug="3m7kd2qa")
    for _ in range(2):
        again = submit_case(more, mine, AT)
        assert again.number == first.number
    message = db.session.scalars(select(Message)).one()
    assert message.body == more.words
    assert message.public
    assert message.author == "reporter"
    assert message.case_id == first.case_id
    assert message.at == AT.replace(minute=0, second=0)
    assert count(Case) == 2
    assert the_case(first).words == WORDS
    assert db.session.scalars(select(Case.number).where(matching("又来了一次"))).all() == [first.number]


def test_whatever_was_sent_stays_findable_however_often_it_is_sent_again(any_world: World, noise: Receipt) -> None:
    mine = key()
    first = submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT)
    assert first.code is not None
    say(first.code, "窗口换了个人，说法又变了。", key(), AT)
    for words in ("今天又来了一次。", "第三趟，系统坏了。", "第四趟，叫号机停了。"):
        submit_case(Report(words, slug="3m7kd2qa"), mine, AT)
    for words in ("居住证明", "说法又变", "又来了一次", "系统坏了", "叫号机", first.number):
        wanted = matching(words)
        assert wanted is not None
        assert first.case_id in db.session.scalars(select(Case.id).where(wanted)).all(), words


def test_a_contact_and_a_complaint_that_come_with_a_repeated_sending_are_not_lost(any_world: World) -> None:
    mine = key()
    first = submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT)
    more = Report(WORDS, slug="3m7kd2qa", name="赵女士", phone="13800000000", about="胸牌 0312")
    again = submit_case(more, mine, AT)
    assert again.added
    assert again.restricted
    assert not again.anonymous
    case = the_case(first)
    assert decrypt(case.contact_phone) == "13800000000"
    assert case.restricted
    assert case.supervised
    assert db.session.scalars(select(Complaint.words)).all() == ["胸牌 0312"]
    assert count(CaseTally) == 0
    assert not submit_case(more, mine, AT).added
    assert count(Complaint) == 1


@pytest.mark.parametrize("status", ["withdrawn", "closed", "declined", "archived", "merged"])
def test_to_a_case_that_is_over_nothing_is_added_and_the_receipt_says_so(
    any_world: World, noise: Receipt, status: str
) -> None:
    sent = key()
    first = submit_case(Report(WORDS, slug="3m7kd2qa"), sent, AT)
    case = the_case(first)
    case.status, case.open = status, False
    db.session.commit()
    before = (case.version, count(Event), count(Message), count(Complaint))
    stage_photo(sent, write(corners(), "JPEG"))
    news: list[dict[str, Any]] = [{"about": "3号窗口的人"}, {"name": "赵女士"}, {"phone": "13800000000"}, {}]
    for more in news:
        again = submit_case(Report("另外的话", slug="3m7kd2qa", **more), sent, AT)
        assert (again.number, again.code) == (first.number, first.code)
        assert (again.repeated, again.added, again.unheard) == (True, False, True)
    case = the_case(first)
    assert (case.version, count(Event), count(Message), count(Complaint)) == before
    assert (case.contact_name, case.contact_phone, case.restricted) == (None, None, False)
    assert not photos_of(case.id)


def test_the_same_report_again_says_nothing_of_a_case_that_is_over(any_world: World) -> None:
    sent = key()
    case = the_case(submit_case(Report(WORDS, slug="3m7kd2qa"), sent, AT))
    case.status, case.open = "withdrawn", False
    db.session.commit()
    assert not submit_case(Report(WORDS, slug="3m7kd2qa"), sent, AT).unheard


def test_after_it_is_kept_no_receipt_shows_the_code(any_world: World) -> None:
    mine = key()
    first = submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT)
    assert seal_receipt(mine, AT)
    assert seal_receipt(mine, AT)
    again = submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT)
    assert again.code is None
    assert again.number == first.number
    assert the_case(first).sealed_at == AT.replace(minute=0, second=0)
    assert the_case(first).version == 1
    assert not seal_receipt(key(), AT)


def test_whom_it_concerns_makes_it_restricted_and_uncounted(any_world: World) -> None:
    receipt = submit_case(Report(WORDS, slug="3m7kd2qa", about="3号窗口穿蓝衣服的"), key(), AT)
    case = the_case(receipt)
    assert case.restricted
    assert case.supervised
    assert receipt.restricted
    assert db.session.scalars(select(Complaint)).one().words == "3号窗口穿蓝衣服的"
    assert count(CaseTally) == 0
    assert not db.session.scalars(select(Case.number).where(matching("蓝衣服"))).all()


@pytest.mark.parametrize(
    ("slug", "hall_code", "hall", "counter"),
    [
        ("9x2vbn4c", "", "hall", "21"),
        ("abcd1234", "QC", "other_hall", "noise"),
        ("zzzzzzzz", "BY", "other_hall", None),
        ("zzzzzzzz", "nothing", "hall", None),
        ("", "", "hall", None),
    ],
)
def test_a_report_lands_where_its_poster_hangs_and_is_never_lost(
    any_world: World, slug: str, hall_code: str, hall: str, counter: str | None
) -> None:
    case = the_case(submit_case(Report(WORDS, slug=slug, hall_code=hall_code), key(), AT))
    assert case.hall_id == getattr(any_world, hall).id
    assert case.counter_id == (any_world.counters[counter].id if counter else None)


def test_a_retired_poster_still_says_where(any_world: World) -> None:
    any_world.posters["3"].retired_at = AT
    db.session.commit()
    case = the_case(submit_case(Report(WORDS, slug="3m7kd2qa"), key(), AT))
    assert case.counter_id == any_world.counters["3"].id


def test_an_item_of_another_hall_is_passed_over_and_a_name_in_full_is_recognised(any_world: World) -> None:
    foreign = submit_case(Report(WORDS, slug="3m7kd2qa", item_id=any_world.items["noise"].id), key(), AT)
    assert the_case(foreign).item_id is None
    named = submit_case(Report(WORDS, slug="3m7kd2qa", item_words="异地就医备案"), key(), AT)
    assert the_case(named).item_id == any_world.items["异地就医备案"].id
    own = submit_case(Report(WORDS, slug="3m7kd2qa", item_words="给我妈办看病报销"), key(), AT)
    assert the_case(own).item_id is None
    assert own.item_words == "给我妈办看病报销"


def test_staged_photos_come_along_and_later_ones_too(any_world: World) -> None:
    mine, other = key(), key()
    first_photo = stage_photo(mine, write(corners(), "JPEG"))
    stranger = stage_photo(other, write(corners(), "JPEG"))
    receipt = submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT)
    assert receipt.photos == 1
    late = stage_photo(mine, write(corners(300, 200), "JPEG"))
    again = submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT)
    assert again.added
    assert again.photos == 2
    assert [photo.name for photo in photos_of(receipt.case_id)] == [first_photo.name, late.name]
    assert db.session.get_one(Attachment, stranger.id).case_id is None


def test_a_failure_in_the_middle_leaves_nothing(any_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database itself refuses the last write: a number that is taken eight times over."""
    taken = submit_case(Report(WORDS, slug="3m7kd2qa"), key(), AT)
    monkeypatch.setattr("portal.services.submissions.new_case_number", lambda: taken.number)
    with pytest.raises(RuntimeError):
        submit_case(Report("第二件", slug="3m7kd2qa"), key(), AT)
    assert (count(Case), count(Event), count(Deadline)) == (1, 1, 2)


def test_a_number_that_is_taken_is_drawn_again(any_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = submit_case(Report(WORDS, slug="3m7kd2qa"), key(), AT)
    draws = iter([taken.number, "8765-4321"])
    monkeypatch.setattr("portal.services.submissions.new_case_number", lambda: next(draws))
    assert submit_case(Report("第二件", slug="3m7kd2qa"), key(), AT).number == "8765-4321"


def _together(app: Flask, jobs: list[Any]) -> list[Any]:
    """Run the jobs at once, each in a thread with a connection of its own; what they gave or raised."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Any) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[place] = job()
            except Exception as error:
                results[place] = error
            db.session.remove()

    threads = [threading.Thread(target=run, args=(place, job)) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_eight_taps_at_once_make_one_case_and_one_receipt(any_app: Flask, any_world: World) -> None:
    for _ in range(3):
        mine, before = key(), count(Case)
        db.session.commit()
        results = _together(any_app, [lambda mine=mine: submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT)] * 8)
        assert {(r.number, r.code) for r in results} == {(results[0].number, results[0].code)}
        assert [r.repeated for r in results].count(False) == 1
        assert count(Case) == before + 1
    assert count(Event) == 3
    assert db.session.scalar(select(func.sum(CaseTally.n))) == 3


def test_different_words_at_once_are_each_kept_once(any_app: Flask, any_world: World) -> None:
    mine = key()
    texts = [f"{WORDS}第{number % 3}次改的话。" for number in range(6)]
    jobs = [lambda words=words: submit_case(Report(words, slug="3m7kd2qa"), mine, AT) for words in texts]
    results = _together(any_app, jobs)
    assert len({r.number for r in results}) == 1
    kept = [the_case(results[0]).words, *db.session.scalars(select(Message.body))]
    assert sorted(kept) == sorted(set(texts))
    assert count(Case) == 1


def test_many_people_at_once_all_get_their_own(any_app: Flask, any_world: World) -> None:
    keys = [key() for _ in range(12)]
    jobs = [lambda mine=mine: submit_case(Report(WORDS, slug="3m7kd2qa"), mine, AT) for mine in keys]
    results = _together(any_app, jobs)
    assert len({r.number for r in results}) == len({r.code for r in results}) == count(Case) == 12
    assert db.session.scalar(select(func.sum(CaseTally.n))) == 12


def test_a_report_costs_six_statements(count_statements: list[str], world: World) -> None:
    submit_case(Report(WORDS, slug="3m7kd2qa"), key(), AT)
    db.session.remove()
    count_statements.clear()
    submit_case(Report(WORDS, slug="3m7kd2qa", item_words="异地就医备案"), key(), AT)
    assert len(count_statements) <= 6, count_statements


def test_binding_takes_only_its_own_photos(any_world: World) -> None:
    receipt = submit_case(Report(WORDS, slug="3m7kd2qa"), key(), AT)
    stage_photo(key(), write(corners(), "JPEG"))
    assert bind_staged("0" * 64, receipt.case_id) == 0
    db.session.execute(text("SELECT 1"))
    assert photos_of(receipt.case_id) == []
