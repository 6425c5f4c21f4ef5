"""Publishing a solved problem without the person, for those who stand where they stood."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from portal import clock
from portal.extensions import db
from portal.models import Case, Event, SolvedStory, WorkOrder
from portal.rules.deeds import WORTH_TELLING
from portal.rules.likeness import pairs, share_found
from portal.rules.permissions import Permission, Viewer
from portal.rules.publishing import copies_words, tells_name, tells_number
from portal.rules.texts import sensitive_numbers
from portal.rules.vocabulary import CaseStatus, OrderStatus
from portal.rules.workdays import local_day
from portal.services import journal
from portal.services.case_page import TOLD
from portal.services.contacts import decrypt
from portal.services.errors import Refused
from portal.services.steps import open_case, touch
from portal.services.transaction import write
from portal.services.typed import MEDIUM, optional_text, required_text

TITLE = 80


def publish_solved(
    viewer: Viewer, number: str, *, version: int, title: str, problem: str, done: str, tip: str = ""
) -> SolvedStory:
    """Tell a concluded case in new words: what was stuck, how it was done, what to know. Once a case.

    Nothing of the person may be in it (PIPL 25: no publication without consent): a text with their name, a mobile
    number or anything that looks like an identity or bank card number is refused, and so are their own words or nearly
    those, in one field or across all (rules/publishing.py). Raises NotFound, Conflict, Refused, naming the field.
    """
    case = open_case(viewer, number, Permission.PUBLISH_SOLVED, version)
    _refuse_untellable(case)
    texts = {
        "title": required_text("title", title, _l("请写个题目。"), TITLE),
        "problem": required_text("problem", problem, _l("请写卡在哪儿。"), MEDIUM),
        "done": required_text("done", done, _l("请写怎么办成的。"), MEDIUM),
        "tip": optional_text("tip", tip, MEDIUM),
    }
    for field, text in texts.items():
        _refuse_the_person(case, field, text)
    _refuse_own_words(case, texts)
    at = clock.now()
    with write() as session:
        story = SolvedStory(
            hall_id=case.hall_id,
            department_id=_department_of(case),
            item_id=case.item_id,
            published_on=local_day(at),
            published_by_id=viewer.staff_id,
            **texts,
        )
        touch(case)
        session.add(story)
        session.flush()
        _record(case, story, at, viewer.staff_id)
    return story


def _refuse_untellable(case: Case) -> None:
    if case.status not in (CaseStatus.CONCLUDED, CaseStatus.CLOSED) or case.outcome not in WORTH_TELLING:
        raise Refused(_l("办成了、答复了的，才写给后来的人看。"))
    if db.session.scalar(select(exists().where(Event.case_id == case.id, Event.action == TOLD))):
        raise Refused(_l("这一件已经写过了。"))


def _refuse_the_person(case: Case, field: str, text: str) -> None:
    name, phone = decrypt(case.contact_name), decrypt(case.contact_phone)
    if tells_name(text, name) or tells_number(text, phone) or sensitive_numbers(text):
        sentence = _l("这里有本人的姓名或号码，请去掉。")
        raise Refused(sentence, **{field: sentence})


def _refuse_own_words(case: Case, texts: dict[str, str]) -> None:
    if copies_words("\n".join(texts.values()), case.words) or any(
        copies_words(text, case.words) for text in texts.values()
    ):
        field = max(texts, key=lambda name: share_found(pairs(case.words), texts[name]))
        sentence = _l("请用自己的话写，不要照搬本人的原话。")
        raise Refused(sentence, **{field: sentence})


def _department_of(case: Case) -> int | None:
    answered = select(WorkOrder.department_id).where(
        WorkOrder.case_id == case.id, WorkOrder.status == OrderStatus.ANSWERED
    )
    return db.session.scalar(answered.order_by(WorkOrder.position.desc()).limit(1))


def _record(case: Case, story: SolvedStory, at: datetime, by: int) -> None:
    journal.record(TOLD, at, staff_id=by, case_id=case.id, object_kind="solved_story", object_id=story.id)
