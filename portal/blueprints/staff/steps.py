"""What is done to a case, one resource a deed: taken up, judged, sent, signed for, answered, asked."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.blueprints.staff import bp
from portal.blueprints.staff.ending_forms import AnswerForm, ConclusionForm, FollowUpForm, OnSpotForm, ReopeningForm
from portal.blueprints.staff.forms import (
    DeclineProposalForm,
    DispatchForm,
    OrderForm,
    ProposalDecisionForm,
    QuestionForm,
    RecallForm,
    RegistrationForm,
    ReporterAnswerForm,
    ReviewForm,
    ReviewResultForm,
    TriageForm,
)
from portal.blueprints.staff.showing import take_step
from portal.rules.permissions import Permission
from portal.services.asking import ask_reporter, record_answer
from portal.services.ending import Ended, end_case
from portal.services.follow_ups import keep_closed, record_follow_up, reopen_case
from portal.services.orders import Answered, acknowledge_order, answer_order, dispatch_case, recall_order
from portal.services.proposals import decide_proposal, propose_decline
from portal.services.registering import conclude_on_spot, register_case
from portal.services.reviewing import begin_review, end_review
from portal.services.triage import triage_case
from portal.web.guards import needs


@bp.post("/cases/<number>/registration")
@needs(Permission.REGISTER_CASE)
def registration(number: str) -> Response:
    return take_step(number, RegistrationForm(), register_case, _("登记好了。初步打算和大概的日子，本人已经能看到。"))


@bp.post("/cases/<number>/on-spot-conclusion")
@needs(Permission.CONCLUDE_CASE, files="photos")
def on_spot_conclusion(number: str) -> Response:
    return take_step(number, OnSpotForm(), conclude_on_spot, _("当场办结了，答复本人已经能看到。"))


@bp.post("/cases/<number>/decline-proposals")
@needs(Permission.PROPOSE_DECLINE)
def decline_proposal(number: str) -> Response:
    return take_step(number, DeclineProposalForm(), propose_decline, _("意见写好了。第二个人确认以前，本人看不到。"))


@bp.post("/cases/<number>/proposal-decisions")
@needs(Permission.CONFIRM_DECLINE, Permission.CONFIRM_CONCLUSION)
def proposal_decision(number: str) -> Response:
    form = ProposalDecisionForm()
    confirmed = form.decision.said == "confirm"
    return take_step(number, form, decide_proposal, _("已同意，本人能看到了。") if confirmed else _("已退回。"))


@bp.post("/cases/<number>/triage")
@needs(Permission.TRIAGE_CASE)
def triage(number: str) -> Response:
    return take_step(number, TriageForm(), triage_case, _("研判好了。"))


@bp.post("/cases/<number>/dispatches")
@needs(Permission.DISPATCH_CASE)
def dispatch(number: str) -> Response:
    return take_step(number, DispatchForm(), dispatch_case, _("派出去了。"))


@bp.post("/cases/<number>/acknowledgement")
@needs(Permission.ACKNOWLEDGE_ORDER)
def acknowledgement(number: str) -> Response:
    form = OrderForm()
    back = url_for("staff.orders") if form.back.data == "orders" else ""
    return take_step(number, form, acknowledge_order, _("签收了 %(number)s。", number=number), back=back)


@bp.post("/cases/<number>/recall")
@needs(Permission.RECALL_ORDER)
def recall(number: str) -> Response:
    return take_step(number, RecallForm(), recall_order, _("收回了。可以另派，也可以直接办结。"))


@bp.post("/cases/<number>/questions")
@needs(Permission.ASK_REPORTER, files="photos")
def question(number: str) -> Response:
    return take_step(number, QuestionForm(), ask_reporter, _("问出去了。本人回答以前，时限停着。"))


@bp.post("/cases/<number>/reporter-answers")
@needs(Permission.ASK_REPORTER)
def reporter_answer(number: str) -> Response:
    return take_step(number, ReporterAnswerForm(), record_answer, _("本人的回答记下了，时限接着走。"))


@bp.post("/cases/<number>/reviews")
@needs(Permission.ASK_REPORTER)
def review(number: str) -> Response:
    return take_step(number, ReviewForm(), begin_review, _("记下了。出结果以前，时限停着。"))


@bp.post("/cases/<number>/review-results")
@needs(Permission.ASK_REPORTER)
def review_result(number: str) -> Response:
    return take_step(number, ReviewResultForm(), end_review, _("时限接着走了，结果也告诉本人了。"))


@bp.post("/cases/<number>/answers")
@needs(Permission.ANSWER_ORDER, files="photos")
def answer(number: str) -> Response:
    return take_step(number, AnswerForm(), answer_order, _answered)


@bp.post("/cases/<number>/conclusion")
@needs(Permission.CONCLUDE_CASE, files="photos")
def conclusion(number: str) -> Response:
    return take_step(number, ConclusionForm(), end_case, _ended)


@bp.post("/cases/<number>/follow-ups")
@needs(Permission.FOLLOW_UP)
def follow_up(number: str) -> Response:
    form = FollowUpForm()
    sheet = form.back.data == "follow_ups"
    back = url_for("staff.follow_ups") if sheet else ""
    said = _("回访记好了：%(number)s。", number=number)
    return take_step(number, form, record_follow_up, said, back=back, sheet=sheet)


@bp.post("/cases/<number>/reopening")
@needs(Permission.DECIDE_REDO)
def reopening(number: str) -> Response:
    form = ReopeningForm()
    if form.is_redo:
        return take_step(number, form, reopen_case, _("决定再办一次，已派出，也告诉本人了。"))
    return take_step(number, form, keep_closed, _("决定不再办，原因已告诉本人。"))


def _answered(done: Answered) -> Any:
    if done.concluded:
        return _("办结了，答复本人已经能看到。")
    if done.proposal_id is not None:
        return _("答复写好了。否定答复要两个人：第二个人确认以前，本人看不到。")
    return _("交给窗口了，由窗口办结。")


def _ended(done: Ended) -> Any:
    if done.proposal is not None:
        return _("意见写好了。否定答复要两个人：第二个人确认以前，本人看不到。")
    return _("办结了，答复本人已经能看到。")
