"""Every deed on a case: done by who may, refused with a sentence, never twice, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Claim, Complaint, FollowUp, Message, Proposal, SolvedStory, WorkOrder
from portal.rules.roles import ROLE_PERMISSIONS, Permission
from portal.rules.vocabulary import Cause, Door, Role, Solved
from portal.services.asking import ask_reporter
from portal.services.follow_ups import record_follow_up
from portal.services.notes import say_to_reporter
from portal.services.proposals import propose_decline
from portal.services.visibility import load_case
from tests.cases import (
    RECEIVED,
    actions_of,
    add_staff,
    concluded_case,
    dispatched_case,
    make_case,
    noise_cases,
    public_words,
    registered_case,
    triaged_case,
)
from tests.checking import text_of
from tests.world import World

SignedIn = Callable[..., Any]
Send = Callable[..., Any]
CAST = {
    "clerk": Role.CLERK,
    "triage": Role.TRIAGE,
    "handler": Role.HANDLER,
    "follow_up": Role.FOLLOW_UP,
    "oversight": Role.OVERSIGHT,
    "manager": Role.MANAGER,
    "viewer": Role.VIEWER,
    "administrator": Role.ADMINISTRATOR,
}
P = Permission
NEEDS = {
    "registration": (P.REGISTER_CASE,),
    "on-spot-conclusion": (P.CONCLUDE_CASE,),
    "decline-proposals": (P.PROPOSE_DECLINE,),
    "proposal-decisions": (P.CONFIRM_DECLINE, P.CONFIRM_CONCLUSION),
    "triage": (P.TRIAGE_CASE,),
    "dispatches": (P.DISPATCH_CASE,),
    "acknowledgement": (P.ACKNOWLEDGE_ORDER,),
    "recall": (P.RECALL_ORDER,),
    "questions": (P.ASK_REPORTER,),
    "reporter-answers": (P.ASK_REPORTER,),
    "reviews": (P.ASK_REPORTER,),
    "review-results": (P.ASK_REPORTER,),
    "answers": (P.ANSWER_ORDER,),
    "conclusion": (P.CONCLUDE_CASE,),
    "follow-ups": (P.FOLLOW_UP,),
    "reopening": (P.DECIDE_REDO,),
    "messages": (P.ASK_REPORTER,),
    "notes": (P.READ_CASE,),
    "complaints": (P.RECORD_COMPLAINT,),
    "identifications": (P.OVERSEE,),
    "contact-reveals": (P.REVEAL_CONTACT,),
    "claims": (P.ISSUE_CLAIM,),
    "contact-rights": (P.REMOVE_CONTACT,),
    "stories": (P.PUBLISH_SOLVED,),
}


@pytest.fixture(autouse=True)
def _thursday(at: Any) -> None:
    at(RECEIVED)


def url(case: Case, step: str = "") -> str:
    return f"/staff/cases/{case.number}" + (f"/{step}" if step else "")


def fresh(case: Case) -> Case:
    db.session.expire_all()
    return db.session.get_one(Case, case.id)


def the(model: Any, case: Case) -> Any:
    return db.session.scalars(select(model).where(model.case_id == case.id).order_by(model.id.desc())).first()


# Who may


@pytest.mark.parametrize("step", NEEDS)
@pytest.mark.parametrize("person", CAST)
def test_who_lacks_the_permission_is_refused_and_who_has_it_meets_the_case(
    world: World, signed_in: SignedIn, send: Send, person: str, step: str
) -> None:
    hidden = make_case(world, hall=world.other_hall)
    browser = signed_in(person)
    answer = send(browser, url(hidden, step), "/account/", reason="看看", body="看看")
    allowed = bool(set(NEEDS[step]) & ROLE_PERMISSIONS[CAST[person]])
    assert answer.status_code == (404 if allowed else 403)
    assert len(actions_of(hidden)) == 0


@pytest.mark.parametrize("step", NEEDS)
def test_no_deed_is_done_without_the_token_of_the_form(world: World, signed_in: SignedIn, step: str) -> None:
    case = make_case(world)
    person = next(name for name, role in CAST.items() if set(NEEDS[step]) & ROLE_PERMISSIONS[role])
    answer = signed_in(person).post(url(case, step), data={"version": case.version, "body": "我写的一句话"})
    assert answer.status_code == 400
    assert "我写的一句话" in answer.get_data(as_text=True)
    assert actions_of(case) == []


@pytest.mark.parametrize("step", NEEDS)
def test_who_was_signed_out_meanwhile_gets_their_words_back(world: World, client: Any, step: str) -> None:
    answer = client.post(url(make_case(world), step), data={"body": "我写的一句话"})
    assert answer.status_code == 401
    assert "我写的一句话" in answer.get_data(as_text=True)


@pytest.mark.parametrize("step", NEEDS)
def test_a_form_full_of_rubbish_is_refused_with_a_sentence(
    world: World, signed_in: SignedIn, send: Send, step: str
) -> None:
    case = dispatched_case(world, name="张三", phone="13812345678", may_tell_department=True)
    person = "handler" if step in ("acknowledgement", "answers") else "manager" if step == "stories" else "triage"
    person = {"follow-ups": "follow_up", "claims": "clerk", "identifications": "oversight"}.get(step, person)
    before = actions_of(case)
    wild, long = "\u202e\x00<b>" + "坏" * 3000, "9" * 3000
    names = "version position days proposal decision outcome door cause reason body department_id staff_id handler_id"
    rubbish = dict.fromkeys(names.split(), wild)
    rubbish |= dict.fromkeys(("plan", "rough_date", "public_reply", "words", "question", "title", "do"), long)
    answer = send(signed_in(person), url(case, step), url(case), **rubbish)
    # A position that no work order has is nothing that exists; a slip takes no words, so there is nothing to refuse.
    odd = {"recall": 404, "claims": 200}
    assert answer.status_code in (409, 422, odd.get(step))
    assert [action for action in actions_of(case) if action != "claim_issued"] == before


# Taking up


def test_a_clerk_registers_and_the_person_is_told(world: World, signed_in: SignedIn, send: Send) -> None:
    noise_cases(world)
    case = make_case(world)
    answer = send(
        signed_in("clerk"), url(case, "registration"), url(case),
        version=case.version, plan="先跟医保局核实", rough_date="2026/10/15",
    )  # fmt: skip
    assert answer.status_code == 303
    assert fresh(case).status == "registered"
    assert public_words(case) == ["先跟医保局核实"]


def test_what_was_done_is_said_once(world: World, signed_in: SignedIn, send: Send) -> None:
    case, clerk = make_case(world), signed_in("clerk")
    send(clerk, url(case, "registration"), url(case), version=case.version, plan="核实", rough_date="2026-10-15")
    assert "登记好了" in text_of(clerk.get(url(case)))
    assert "登记好了" not in text_of(clerk.get(url(case)))


def test_a_registration_without_plan_and_date_comes_back_whole(world: World, signed_in: SignedIn, send: Send) -> None:
    case = make_case(world)
    answer = send(
        signed_in("clerk"), url(case, "registration"), url(case),
        version=case.version, plan=" ", rough_date="下周", say="我来跟进",
    )  # fmt: skip
    said, html = text_of(answer), answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "还差 2 处" in said
    assert "请这样写日子：2026-10-15。" in said
    assert "我来跟进" in html
    assert 'value="下周"' in html
    assert fresh(case).status == "submitted"


def test_a_date_gone_by_is_told_by_the_service(world: World, signed_in: SignedIn, send: Send) -> None:
    case = make_case(world)
    answer = send(
        signed_in("clerk"), url(case, "registration"), url(case),
        version=case.version, plan="核实", rough_date="2026-10-07",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "这个日子已经过去了" in text_of(answer)


def test_two_people_at_once_the_second_is_told_and_nothing_is_overwritten(
    world: World, signed_in: SignedIn, send: Send
) -> None:
    case = registered_case(world)
    old = case.version
    say_to_reporter(world.viewer("clerk"), case.number, version=old, body="已经在问了")
    answer = send(
        signed_in("triage"), url(case, "questions"), url(case), version=old, question="老人是长期住吗？",
    )  # fmt: skip
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert html.count("刚才有人先动了这一件") == 1
    assert "已经在问了" in html
    assert "老人是长期住吗？" in html
    assert f'name="version" value="{fresh(case).version}"' in html
    assert not fresh(case).waiting


def test_after_looking_the_second_person_may_send_again(world: World, signed_in: SignedIn, send: Send) -> None:
    case = registered_case(world)
    old = case.version
    say_to_reporter(world.viewer("clerk"), case.number, version=old, body="已经在问了")
    triage = signed_in("triage")
    html = send(triage, url(case, "questions"), url(case), version=old, question="长期住吗？").get_data(as_text=True)
    form = html[html.index('action="' + url(case, "questions")) :]
    found = re.search(r'name="version" value="(\d+)"', form)
    assert found
    assert send(triage, url(case, "questions"), url(case), version=found[1], question="长期住吗？").status_code == 303
    assert fresh(case).waiting


def test_where_the_form_is_gone_the_words_are_given_back(world: World, signed_in: SignedIn, send: Send) -> None:
    case, clerk = make_case(world), signed_in("clerk")
    old = case.version
    send(clerk, url(case, "registration"), url(case), version=old, plan="核实", rough_date="2026-10-15")
    answer = send(
        signed_in("triage"), url(case, "registration"), url(case),
        version=old, plan="我也写了打算", rough_date="2026-10-15",
    )  # fmt: skip
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "您刚才写的，都在这里" in html
    assert "我也写了打算" in html
    assert public_words(case) == ["核实"]


def test_a_clerk_settles_a_case_on_the_spot(world: World, signed_in: SignedIn, send: Send) -> None:
    case = make_case(world)
    answer = send(
        signed_in("clerk"), url(case, "on-spot-conclusion"), url(case),
        version=case.version, public_reply="当场办好了。", outcome="solved", internal_note="打了个电话",
    )  # fmt: skip
    assert answer.status_code == 303
    assert fresh(case).status == "concluded"
    assert public_words(case) == ["当场办好了。"]


@pytest.mark.parametrize("outcome", ["explained", "transferred", "unfounded"])
def test_a_lone_no_on_the_spot_is_refused(world: World, signed_in: SignedIn, send: Send, outcome: str) -> None:
    case = make_case(world)
    answer = send(
        signed_in("clerk"), url(case, "on-spot-conclusion"), url(case),
        version=case.version, public_reply="办不了，请去区里。", outcome=outcome, basis="第九条", door="other_hall",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "否定答复要两个人" in text_of(answer)
    assert "办不了，请去区里。" in answer.get_data(as_text=True)
    assert fresh(case).status == "submitted"


def options_of(html: str, slot: str) -> dict[str, str]:
    """The outcomes that a form of the page offers, with their words."""
    select = re.search(rf'<select[^>]* id="{slot}-outcome".*?</select>', html, re.DOTALL)
    assert select, f"no outcomes in {slot}"
    return dict(re.findall(r'<option value="(\w+)"[^>]*>([^<]+)</option>', select[0]))


def test_who_is_about_to_say_no_learns_beforehand_that_a_second_person_confirms(
    world: World, signed_in: SignedIn
) -> None:
    second, no = "（要第二个人确认）", {"explained", "transferred", "unfounded"}
    clerk = signed_in("clerk")
    html = clerk.get(url(make_case(world))).get_data(as_text=True)
    assert not no & set(options_of(html, "on-spot-conclusion"))
    assert "一个人说了不算" in html
    marked = {"hard_to_do": no, "not_permitted": no | {"planned"}}
    for cause, expected in marked.items():
        html = clerk.get(url(triaged_case(world, cause=Cause(cause)))).get_data(as_text=True)
        assert {code for code, words in options_of(html, "conclusion").items() if second in words} == expected
    html = signed_in("handler").get(url(dispatched_case(world))).get_data(as_text=True)
    assert {code for code, words in options_of(html, "answer").items() if second in words} == no


def test_a_decline_takes_two_people(world: World, signed_in: SignedIn, send: Send) -> None:
    case = make_case(world)
    proposed = send(
        signed_in("clerk"), url(case, "decline-proposals"), url(case),
        version=case.version, reason="邻居之间的借款，不归大厅管。", door="court",
    )  # fmt: skip
    assert proposed.status_code == 303
    assert fresh(case).status == "submitted"
    assert public_words(case) == []
    decision = {"version": fresh(case).version, "proposal": the(Proposal, case).id, "decision": "confirm"}
    decided = send(signed_in("triage"), url(case, "proposal-decisions"), url(case), **decision)
    assert decided.status_code == 303
    assert fresh(case).status == "declined"
    assert public_words(case) == ["邻居之间的借款，不归大厅管。"]


def test_who_proposed_cannot_confirm(world: World, signed_in: SignedIn, send: Send) -> None:
    case = registered_case(world)
    propose_decline(world.viewer("triage"), case.number, version=case.version, reason="不归这里", door=Door.COURT)
    decision = {"version": fresh(case).version, "proposal": the(Proposal, case).id, "decision": "confirm"}
    answer = send(signed_in("triage"), url(case, "proposal-decisions"), url(case), **decision)
    assert answer.status_code == 422
    assert "要另一个人来确认" in text_of(answer)
    assert fresh(case).status == "registered"


def test_what_is_sent_back_says_why_to_the_next_who_looks(world: World, signed_in: SignedIn, send: Send) -> None:
    case = registered_case(world)
    propose_decline(world.viewer("clerk"), case.number, version=case.version, reason="不归这里", door=Door.COURT)
    decision = {"version": fresh(case).version, "proposal": the(Proposal, case).id, "decision": "send_back"}
    triage = signed_in("triage")
    assert send(triage, url(case, "proposal-decisions"), url(case), **decision).status_code == 422
    assert send(triage, url(case, "proposal-decisions"), url(case), note="这归我们管", **decision).status_code == 303
    assert "退回了这份意见：这归我们管" in text_of(signed_in("clerk").get(url(case)))


# Judging and sending


def test_triage_judges_and_dispatches(world: World, signed_in: SignedIn, send: Send) -> None:
    case, triage = registered_case(world), signed_in("triage")
    judged = send(
        triage, url(case, "triage"), url(case),
        version=case.version, cause="hard_to_do", sub_reason="materials_unclear", complexity="complex",
    )  # fmt: skip
    assert judged.status_code == 303
    said = text_of(triage.get(url(case)))
    assert "很难办" in said
    assert "材料没有一次说清" in said
    sent = send(
        triage, url(case, "dispatches"), url(case),
        version=fresh(case).version, department_id=world.departments["medical"].id, task="请核实",
    )  # fmt: skip
    assert sent.status_code == 303
    order = the(WorkOrder, case)
    assert (order.department_id, order.task) == (world.departments["medical"].id, "请核实")


def test_a_sub_reason_of_another_cause_is_refused_at_its_field(world: World, signed_in: SignedIn, send: Send) -> None:
    case = registered_case(world)
    answer = send(
        signed_in("triage"), url(case, "triage"), url(case),
        version=case.version, cause="hard_to_do", sub_reason="late", complexity="normal",
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'id="triage-sub_reason-err"' in answer.get_data(as_text=True)


def test_withheld_leads_away_from_a_case_that_is_oversights_now(world: World, signed_in: SignedIn, send: Send) -> None:
    case, triage = registered_case(world), signed_in("triage")
    answer = send(triage, url(case, "triage"), url(case), version=case.version, cause="withheld", complexity="normal")
    assert answer.status_code == 303
    assert answer.location == "/staff/"
    assert "由督办单独办" in text_of(triage.get("/staff/"))
    assert triage.get(url(case)).status_code == 404


def test_nothing_goes_to_a_department_of_another_hall(world: World, signed_in: SignedIn, send: Send) -> None:
    case = triaged_case(world)
    for department in (world.departments["noise"].id, 0, 99999, "x", ""):
        answer = send(
            signed_in("triage"), url(case, "dispatches"), url(case), version=case.version, department_id=department
        )
        assert answer.status_code == 422
    assert the(WorkOrder, case) is None


def test_the_usual_department_is_chosen_beforehand(world: World, signed_in: SignedIn) -> None:
    case = triaged_case(world, item_id=world.items["不动产转移登记"].id)
    html = signed_in("triage").get(url(case)).get_data(as_text=True)
    assert f'<option value="{world.departments["land"].id}" selected>' in html


def test_who_withheld_it_is_named_before_it_is_sent_and_is_not_there_to_choose(
    world: World, signed_in: SignedIn, send: Send
) -> None:
    land = world.departments["land"].id
    case = triaged_case(world, cause=Cause.WITHHELD, item_id=world.items["不动产转移登记"].id)
    oversight = signed_in("oversight")

    def choices() -> str:
        html = oversight.get(url(case)).get_data(as_text=True)
        found = re.search(r'<select[^>]* id="dispatch-department_id".*?</select>', html, re.DOTALL)
        assert found
        return found[0]

    assert f'value="{land}"' in choices()
    assert "selected" not in choices()
    form = {"department_id": world.departments["medical"].id, "task": "请另一个单位来办"}
    refused = send(oversight, url(case, "dispatches"), url(case), version=case.version, **form)
    assert refused.status_code == 422
    assert "还没写明反映的是谁" in text_of(refused)
    assert "请另一个单位来办" in refused.get_data(as_text=True)
    named = send(oversight, url(case, "complaints"), url(case), version=case.version, department_id=land)
    assert named.status_code == 303
    assert named.location == url(case)
    assert f'value="{land}"' not in choices()
    assert "还没写明反映的是谁" not in text_of(oversight.get(url(case)))
    sent = send(oversight, url(case, "dispatches"), url(case), version=fresh(case).version, **form)
    assert sent.status_code == 303


def test_that_it_is_not_clear_who_withheld_it_is_said_and_kept(world: World, signed_in: SignedIn, send: Send) -> None:
    case, oversight = triaged_case(world, cause=Cause.WITHHELD), signed_in("oversight")
    form = {"version": case.version, "department_id": world.departments["land"].id, "unclear": "y"}
    assert send(oversight, url(case, "dispatches"), url(case), **form).status_code == 303
    assert "派出时还不清楚反映的是谁" in text_of(oversight.get(url(case)))
    assert "还不清楚反映的是谁" not in text_of(signed_in("land_handler").get(url(case)))


def test_an_order_is_taken_back_with_a_reason(world: World, signed_in: SignedIn, send: Send) -> None:
    case = dispatched_case(world)
    order = the(WorkOrder, case)
    triage, form = signed_in("triage"), {"version": order.version, "position": 1}
    assert send(triage, url(case, "recall"), url(case), reason="", **form).status_code == 422
    assert send(triage, url(case, "recall"), url(case), reason="派错了", **form).status_code == 303
    db.session.expire_all()
    assert the(WorkOrder, case).status == "recalled"


# The department


def test_a_handler_signs_with_one_tap_from_the_page_or_the_list(world: World, signed_in: SignedIn, send: Send) -> None:
    handler = signed_in("handler")
    for back, place in (("", "case"), ("orders", "/staff/orders")):
        case = dispatched_case(world)
        form = {"version": the(WorkOrder, case).version, "position": 1, "back": back}
        answer = send(handler, url(case, "acknowledgement"), url(case), **form)
        assert answer.status_code == 303
        assert answer.location == (url(case) if place == "case" else place)
        db.session.expire_all()
        assert the(WorkOrder, case).handler_id == world.staff["handler"].id


def test_another_department_can_neither_see_nor_sign(world: World, signed_in: SignedIn, send: Send) -> None:
    case = dispatched_case(world)
    form = {"version": the(WorkOrder, case).version, "position": 1}
    assert send(signed_in("land_handler"), url(case, "acknowledgement"), "/account/", **form).status_code == 404
    db.session.expire_all()
    assert the(WorkOrder, case).status == "issued"


def test_two_handlers_sign_the_second_is_told(world: World, signed_in: SignedIn, send: Send) -> None:
    add_staff(world, "colleague", "handler", "medical")
    case = dispatched_case(world)
    form = {"version": the(WorkOrder, case).version, "position": 1}
    assert send(signed_in("handler"), url(case, "acknowledgement"), url(case), **form).status_code == 303
    answer = send(signed_in("colleague"), url(case, "acknowledgement"), url(case), **form)
    assert answer.status_code == 409
    db.session.expire_all()
    assert the(WorkOrder, case).handler_id == world.staff["handler"].id


def test_the_departments_answer_concludes_and_keeps_note_and_reply_apart(
    world: World, signed_in: SignedIn, send: Send
) -> None:
    case = dispatched_case(world)
    answer = send(
        signed_in("handler"), url(case, "answers"), url(case),
        version=case.version, public_reply="备案今天办好了。", internal_note="窗口清单已改", outcome="solved",
    )  # fmt: skip
    assert answer.status_code == 303
    assert fresh(case).status == "concluded"
    assert public_words(case)[-1] == "备案今天办好了。"
    assert "窗口清单已改" not in public_words(case)


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [
        ("explained", "依据哪一条规定"),
        ("partly_solved", "还剩什么"),
        ("transferred", "要指明该去哪儿"),
        ("", "请选办理结果"),
        ("excellent", "请选办理结果"),
    ],
)
def test_what_an_outcome_owes_is_asked_and_the_answer_kept(
    world: World, signed_in: SignedIn, send: Send, outcome: str, missing: str
) -> None:
    case = dispatched_case(world)
    answer = send(
        signed_in("handler"), url(case, "answers"), url(case),
        version=case.version, public_reply="写了很久的答复", outcome=outcome,
    )  # fmt: skip
    assert answer.status_code == 422
    assert missing in text_of(answer)
    assert "写了很久的答复" in answer.get_data(as_text=True)
    assert fresh(case).status == "dispatched"


def test_a_departments_no_waits_for_a_second_person(world: World, signed_in: SignedIn, send: Send) -> None:
    case, handler = dispatched_case(world), signed_in("handler")
    answer = send(
        handler, url(case, "answers"), url(case),
        version=case.version, public_reply="这样办不了。", outcome="explained", basis="条例第九条",
    )  # fmt: skip
    assert answer.status_code == 303
    assert fresh(case).status == "dispatched"
    assert "这样办不了。" not in public_words(case)
    assert "否定答复要两个人" in text_of(handler.get(url(case)))


def test_an_answer_may_be_handed_to_the_window(world: World, signed_in: SignedIn, send: Send) -> None:
    case = dispatched_case(world)
    send(
        signed_in("handler"), url(case, "answers"), url(case),
        version=case.version, public_reply="材料齐了。", outcome="solved", hand_over="y",
    )  # fmt: skip
    assert fresh(case).status == "dispatched"
    triage = signed_in("triage")
    assert "办结并答复" in text_of(triage.get(url(case)))
    done = send(
        triage, url(case, "conclusion"), url(case),
        version=fresh(case).version, public_reply="办好了。", outcome="solved",
    )  # fmt: skip
    assert done.status_code == 303
    assert fresh(case).status == "concluded"


def test_a_windows_no_is_proposed_instead_of_concluded(world: World, signed_in: SignedIn, send: Send) -> None:
    case = triaged_case(world, cause=Cause.NOT_PERMITTED)
    form = {"version": case.version, "public_reply": "不能办。", "outcome": "explained", "basis": "第九条"}
    assert send(signed_in("triage"), url(case, "conclusion"), url(case), **form).status_code == 303
    assert fresh(case).status == "registered"
    assert the(Proposal, case).kind == "conclude_not_permitted"


@pytest.mark.parametrize("person", ["clerk", "triage", "handler"])
def test_what_was_answered_on_the_phone_is_taken_down_and_the_clock_goes_on(
    world: World, signed_in: SignedIn, send: Send, person: str
) -> None:
    case = dispatched_case(world)
    ask_reporter(world.viewer("handler"), case.number, version=case.version, question="长期住吗？")
    browser, said = signed_in(person), {"words": "电话里说长期住，四年了。", "method": "phone"}
    assert "本人答复了" in text_of(browser.get(url(case)))
    for gap in ("words", "method"):
        answer = send(browser, url(case, "reporter-answers"), url(case), version=case.version, **said | {gap: ""})
        assert answer.status_code == 422
    assert fresh(case).waiting == "needs_information"
    done = send(browser, url(case, "reporter-answers"), url(case), version=case.version, **said)
    assert done.status_code == 303
    assert (fresh(case).waiting, fresh(case).due_at is not None) == (None, True)
    page = text_of(browser.get(url(case)))
    assert f"本人（{world.staff[person].name}代记）" in page
    assert "电话里说长期住，四年了。" in page
    assert "记下本人的回答（电话），时限接着走" in page
    assert "本人答复了" not in page


def test_a_review_stops_the_clock_until_staff_say_what_came_out(world: World, signed_in: SignedIn, send: Send) -> None:
    case, handler = dispatched_case(world), signed_in("handler")
    assert send(handler, url(case, "reviews"), url(case), version=case.version, words=" ").status_code == 422
    undated = {"version": case.version, "words": "送去鉴定。"}
    assert send(handler, url(case, "reviews"), url(case), **undated).status_code == 422
    begun = send(handler, url(case, "reviews"), url(case), **undated, until="2026-11-06")
    assert begun.status_code == 303
    said = text_of(handler.get(url(case)))
    assert "等评审结果" in said
    assert "现在在等评审结果，没有往下算" in said
    assert "等本人" not in said
    clerk = signed_in("clerk")
    assert "评审结束了，接着办" in text_of(clerk.get(url(case)))
    ended = send(clerk, url(case, "review-results"), url(case), version=fresh(case).version, words="可以办，这就办。")
    assert ended.status_code == 303
    assert fresh(case).waiting is None
    assert public_words(case)[-2:] == ["送去鉴定。", "可以办，这就办。"]
    assert "评审有了结果，时限接着走" in text_of(clerk.get(url(case)))


def test_a_question_stops_the_clock(world: World, signed_in: SignedIn, send: Send) -> None:
    case = dispatched_case(world)
    answer = send(
        signed_in("handler"), url(case, "questions"), url(case),
        version=case.version, question="长期住吗？", reason="needs_materials",
    )  # fmt: skip
    assert answer.status_code == 303
    assert fresh(case).waiting == "needs_materials"


# After the answer


def test_a_call_in_vain_and_a_call_that_closes(world: World, signed_in: SignedIn, send: Send) -> None:
    case, caller = concluded_case(world, name="张三", phone="13812345678"), signed_in("follow_up")
    tried = send(caller, url(case, "follow-ups"), url(case), version=case.version, reached="no", back="follow_ups")
    assert tried.location == "/staff/follow-ups"
    assert the(FollowUp, case).reached is False
    form = {"version": fresh(case).version, "reached": "yes", "contacted": "yes", "level": "satisfied"}
    unsaid = send(caller, url(case, "follow-ups"), url(case), **form)
    assert unsaid.status_code == 422
    assert "联系上了，请选一项" in text_of(unsaid)
    assert send(caller, url(case, "follow-ups"), url(case), solved="yes", **form).status_code == 303
    assert fresh(case).status == "closed"


def not_solved(world: World) -> Case:
    case = concluded_case(world, name="张三", phone="13812345678")
    record_follow_up(
        world.viewer("follow_up"), case.number, version=case.version, reached=True, contacted=True, solved=Solved.NO
    )
    return fresh(case)


def test_a_not_solved_is_done_again_or_kept_closed_with_a_reason(world: World, signed_in: SignedIn, send: Send) -> None:
    triage = signed_in("triage")
    again, kept = not_solved(world), not_solved(world)
    assert "再办一次" in text_of(triage.get(url(again)))
    redo = {"decision": "redo", "reason": "窗口又多要了材料，我们重办。", "version": again.version}
    assert send(triage, url(again, "reopening"), url(again), **redo).status_code == 422
    redo["department_id"] = str(world.departments["medical"].id)
    assert send(triage, url(again, "reopening"), url(again), **redo).status_code == 303
    assert (fresh(again).status, fresh(again).redo_number) == ("dispatched", 1)
    keep = {"decision": "keep", "reason": "已按规定办完，可以申请行政复议。", "version": kept.version}
    assert send(triage, url(kept, "reopening"), url(kept), **keep).status_code == 303
    assert fresh(kept).status == "closed"
    assert public_words(kept)[-1] == "已按规定办完，可以申请行政复议。"


def test_nothing_chosen_is_no_decision(world: World, signed_in: SignedIn, send: Send) -> None:
    case = not_solved(world)
    answer = send(signed_in("triage"), url(case, "reopening"), url(case), version=case.version, reason="原因")
    assert answer.status_code == 422
    assert "请选再办一次，还是不再办" in text_of(answer)
    assert fresh(case).status == "concluded"


# Talk, complaints, slips, stories


def test_a_word_to_the_person_and_a_word_among_staff(world: World, signed_in: SignedIn, send: Send) -> None:
    case, clerk = registered_case(world), signed_in("clerk")
    assert send(clerk, url(case, "messages"), url(case), version=case.version, body="正在问").status_code == 303
    assert send(clerk, url(case, "notes"), url(case), body="窗口说不记得").status_code == 303
    assert public_words(case)[-1] == "正在问"
    note = the(Message, case)
    assert (note.body, note.public) == ("窗口说不记得", False)


def test_a_note_needs_no_version_but_words(world: World, signed_in: SignedIn, send: Send) -> None:
    case = registered_case(world)
    answer = send(signed_in("clerk"), url(case, "notes"), url(case), body="  ")
    assert answer.status_code == 422
    assert "请写下要记的话" in text_of(answer)


def test_htmx_gets_the_talk_back_with_the_sentence(world: World, signed_in: SignedIn) -> None:
    case, clerk = registered_case(world), signed_in("clerk")
    token = re.search(r'name="csrf_token" value="([^"]+)"', clerk.get(url(case)).get_data(as_text=True))
    assert token
    answer = clerk.post(url(case, "notes"), data={"csrf_token": token[1], "body": ""}, headers={"HX-Request": "true"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert html.lstrip().startswith("<section")
    assert "请写下要记的话" in html


def test_a_complaint_leads_away_and_oversight_finds_out_who(world: World, signed_in: SignedIn, send: Send) -> None:
    case, clerk = registered_case(world), signed_in("clerk")
    named = send(clerk, url(case, "complaints"), url(case), version=case.version, words="何田，不动产窗口的")
    assert named.location == "/staff/"
    assert clerk.get(url(case)).status_code == 404
    oversight = signed_in("oversight")
    form = {"version": fresh(case).version, "complaint": the(Complaint, case).id}
    nobody = send(oversight, url(case, "identifications"), url(case), **form)
    assert nobody.status_code == 422
    found = send(
        oversight, url(case, "identifications"), url(case), staff_id=world.staff["land_handler"].id, **form
    )  # fmt: skip
    assert found.status_code == 303
    db.session.expire_all()
    assert the(Complaint, case).staff_id == world.staff["land_handler"].id
    assert "何田" in text_of(oversight.get(url(case)))


def test_a_complaint_of_another_case_is_not_touched(world: World, signed_in: SignedIn, send: Send) -> None:
    mine, other, oversight = registered_case(world), registered_case(world), signed_in("oversight")
    for case in (mine, other):
        send(oversight, url(case, "complaints"), url(case), version=case.version, words="某人")
    form = {"version": fresh(mine).version, "complaint": the(Complaint, other).id, "staff_id": world.staff["clerk"].id}
    assert send(oversight, url(mine, "identifications"), url(mine), **form).status_code == 404
    db.session.expire_all()
    assert the(Complaint, other).staff_id is None


def test_a_slip_is_given_once_reissued_and_voided(world: World, signed_in: SignedIn, send: Send) -> None:
    case, clerk = registered_case(world), signed_in("clerk")
    first = send(clerk, url(case, "claims"), url(case), version=case.version, do="issue")
    assert first.status_code == 200
    claim = re.search(r"[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}", text_of(first))
    assert claim
    again = send(clerk, url(case, "claims"), url(case), version=case.version, do="issue")
    assert again.status_code == 422
    assert "已经给过一张领取条" in text_of(again)
    anew = send(clerk, url(case, "claims"), url(case), version=case.version, do="reissue")
    assert claim[0] not in text_of(anew)
    assert send(clerk, url(case, "claims"), url(case), version=case.version, do="void").status_code == 303
    db.session.expire_all()
    claims = db.session.scalars(select(Claim).where(Claim.case_id == case.id)).all()
    assert len(claims) == 2
    assert all(found.voided_at for found in claims)


def test_a_solved_case_is_told_without_the_person_and_once(world: World, signed_in: SignedIn, send: Send) -> None:
    case, manager = concluded_case(world, name="张三丰", phone="13812345678"), signed_in("manager")
    story = {"title": "异地就医不用回老家开证明", "problem": "窗口要居住证明", "done": "填一份承诺书", "tip": ""}
    for field, text in (("problem", "张三丰来办"), ("tip", "找 13812345678"), ("done", case.words)):
        answer = send(manager, url(case, "stories"), url(case), **(story | {"version": case.version, field: text}))
        assert answer.status_code == 422, field
        assert f'id="story-{field}-err"' in answer.get_data(as_text=True)
    assert db.session.scalar(select(SolvedStory)) is None
    assert send(manager, url(case, "stories"), url(case), version=case.version, **story).status_code == 303
    told = db.session.scalars(select(SolvedStory)).one()
    assert (told.title, told.department_id) == (story["title"], world.departments["medical"].id)
    assert "写给后来的人看" not in manager.get(url(case)).get_data(as_text=True)
    assert send(manager, url(case, "stories"), url(case), version=fresh(case).version, **story).status_code == 422


def test_what_was_not_solved_is_not_told(world: World, signed_in: SignedIn, send: Send) -> None:
    case = dispatched_case(world)
    story = {"title": "题目", "problem": "卡住", "done": "办成", "version": case.version}
    assert send(signed_in("manager"), url(case, "stories"), url(case), **story).status_code == 422
    assert db.session.scalar(select(SolvedStory)) is None


def test_an_old_page_shows_the_page_as_it_is_now(world: World, signed_in: SignedIn, send: Send, at: Any) -> None:
    case = dispatched_case(world)
    old = case.version
    send(signed_in("handler"), url(case, "answers"), url(case), version=old, public_reply="办好了。", outcome="solved")
    at(RECEIVED + timedelta(minutes=5))
    answer = send(signed_in("triage"), url(case, "messages"), url(case), version=old, body="还在问")
    assert answer.status_code == 409
    assert "办好了。" in text_of(answer)
    assert load_case(world.viewer("triage"), case.number).status == "concluded"


def test_a_form_refused_for_a_gap_when_it_is_gone_gives_its_words_back(
    world: World, signed_in: SignedIn, send: Send
) -> None:
    case = concluded_case(world)
    page, words = f"/staff/cases/{case.number}", "写了半天的答复，忘了选结果。"
    answer = send(signed_in("triage"), f"{page}/conclusion", page, version=1, public_reply=words, outcome="")
    assert answer.status_code == 422
    assert f">{words}</textarea>" in answer.text
