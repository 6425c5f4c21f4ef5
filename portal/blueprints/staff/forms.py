"""The forms of the case page, one for each deed (rules/deeds.py)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, TextAreaField, ValidationError

from portal.blueprints.staff.enclosing import EnclosingForm
from portal.blueprints.staff.fields import ChoiceField, CodeField, DayField, IdField, Said, StepForm
from portal.rules.deeds import Deed
from portal.rules.vocabulary import (
    Cause,
    Complexity,
    ContactRight,
    Door,
    FollowUpMethod,
    WaitingReason,
)


class RegistrationForm(StepForm):
    """登记: first plan, steps, rough date."""

    slot = Deed.REGISTRATION.value
    plan = TextAreaField(validators=[Said(_l("请写下初步打算怎么办、分几步。"))])
    rough_date = DayField(validators=[Said(_l("请写大概哪一天能有结果。"))])
    say = TextAreaField()

    def values(self) -> dict[str, Any]:
        return {"plan": self.plan.data, "rough_date": self.rough_date.day, "say": self.say.data or ""}


class DeclineProposalForm(StepForm):
    """不予受理的意见: reason, right door, what the person will read."""

    slot = Deed.DECLINE_PROPOSAL.value
    reason = TextAreaField(validators=[Said(_l("请写清为什么不予受理。"))])
    door = CodeField(Door, "door", validators=[Said(_l("请选该去哪儿。"))])
    say = TextAreaField()

    def values(self) -> dict[str, Any]:
        return {"reason": self.reason.data, "door": self.door.code, "say": self.say.data or ""}


class ProposalDecisionForm(StepForm):
    """第二个人: confirm, or send back with a note."""

    slot = Deed.PROPOSAL_DECISION.value
    proposal = IdField()
    decision = ChoiceField(
        options=[("confirm", _l("同意")), ("send_back", _l("退回"))],
        validators=[Said(_l("请选同意还是退回。"))],
    )
    note = TextAreaField()

    def values(self) -> dict[str, Any]:
        return {
            "proposal_id": self.proposal.number or 0,
            "confirm": self.decision.said == "confirm",
            "note": self.note.data or "",
        }


class TriageForm(StepForm):
    """研判: cause, sub-reason, complexity."""

    slot = Deed.TRIAGE.value
    cause = CodeField(Cause, "cause", validators=[Said(_l("请选一个原因。"))])
    sub_reason = StringField()
    complexity = CodeField(Complexity, "complexity")

    def values(self) -> dict[str, Any]:
        return {
            "cause": self.cause.code,
            "sub_reason": self.sub_reason.data or "",
            "complexity": self.complexity.code or Complexity.NORMAL,
        }


class DispatchForm(StepForm):
    """派出: which unit, what for, perhaps who."""

    slot = Deed.DISPATCH.value
    department_id = IdField(validators=[Said(_l("请选派给哪个单位。"))])
    handler_id = IdField()
    task = TextAreaField()
    unclear = BooleanField()

    def values(self) -> dict[str, Any]:
        return {
            "department_id": self.department_id.number or 0,
            "handler_id": self.handler_id.number,
            "task": self.task.data or "",
            "unclear": bool(self.unclear.data),
        }


class OrderForm(StepForm):
    """A deed on one work order; the version is the order's."""

    slot = Deed.ACKNOWLEDGEMENT.value
    position = IdField()
    # Where the person came from and goes back to: the case, or the list of orders.
    back = HiddenField()
    days = StringField()

    def validate_days(self, field: Any) -> None:
        if (field.data or "").strip() and self._days is None:
            raise ValidationError(_l("请写几个工作日，比如 5。"))

    @property
    def _days(self) -> int | None:
        text = (self.days.data or "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None

    def values(self) -> dict[str, Any]:
        return {"position": self.position.number or 0, "days": self._days}


class RecallForm(StepForm):
    """收回: why; the version is the order's."""

    slot = Deed.RECALL.value
    position = IdField()
    reason = StringField(validators=[Said(_l("请写一句为什么收回。"))])

    def values(self) -> dict[str, Any]:
        return {"position": self.position.number or 0, "reason": self.reason.data}


class QuestionForm(EnclosingForm):
    """请本人补充: the clock stands still until the answer."""

    slot = Deed.QUESTION.value
    question = TextAreaField(validators=[Said(_l("请写清楚要问本人什么。"))])
    reason = CodeField(WaitingReason, "waiting", leave_out=(WaitingReason.EXPERT_REVIEW,))

    def values(self) -> dict[str, Any]:
        return {
            "question": self.question.data,
            "reason": self.reason.code or WaitingReason.NEEDS_INFORMATION,
            "photos": self.enclosed,
        }


class ReporterAnswerForm(StepForm):
    """本人答复了: what they said on the phone or brought to the window; the clock goes on."""

    slot = Deed.REPORTER_ANSWER.value
    words = TextAreaField(validators=[Said(_l("请写下本人怎么说的、交来了什么。"))])
    method = CodeField(
        FollowUpMethod,
        "method",
        leave_out=(FollowUpMethod.TRACK_PAGE,),
        validators=[Said(_l("请选电话里答的，还是当面答的。"))],
    )

    def values(self) -> dict[str, Any]:
        return {"words": self.words.data, "method": self.method.code}


class ReviewForm(StepForm):
    """送鉴定、检测或评审: what for; the clock stands still until its result."""

    slot = Deed.REVIEW.value
    words = TextAreaField(validators=[Said(_l("请写给本人：送去做什么。"))])
    until = DayField(validators=[Said(_l("请写哪一天之前有结果，本人会看到。"))])

    def values(self) -> dict[str, Any]:
        return {"words": self.words.data, "until": self.until.day}


class ReviewResultForm(StepForm):
    """评审结束了: what came out; the clock goes on."""

    slot = Deed.REVIEW_RESULT.value
    words = TextAreaField(validators=[Said(_l("请写给本人：结果怎样，接下来怎么办。"))])

    def values(self) -> dict[str, Any]:
        return {"words": self.words.data}


class MessageForm(EnclosingForm):
    """A word to the reporter."""

    slot = Deed.MESSAGE.value
    body = TextAreaField(validators=[Said(_l("请写下要告诉本人的话。"))])

    def values(self) -> dict[str, Any]:
        return {"body": self.body.data, "photos": self.enclosed}


class NoteForm(StepForm):
    """A word among staff; it changes nothing else, so its version is not asked."""

    slot = "note"
    body = TextAreaField(validators=[Said(_l("请写下要记的话。"))])

    def values(self) -> dict[str, Any]:
        return {"body": self.body.data}


class ComplaintForm(StepForm):
    """反映到具体的人或单位: in words, or whom oversight has found; from then on it is oversight's."""

    slot = Deed.COMPLAINT.value
    words = StringField()
    staff_id = IdField()
    department_id = IdField()

    def validate_words(self, field: Any) -> None:
        if not (self.staff_id.number or self.department_id.number):
            Said(_l("请写下本人说的是谁、哪个单位。"))(self, field)

    def values(self) -> dict[str, Any]:
        return {
            "words": self.words.data or "",
            "staff_id": self.staff_id.number,
            "department_id": self.department_id.number,
        }


class IdentificationForm(StepForm):
    """Oversight finds out who is meant."""

    slot = Deed.IDENTIFICATION.value
    complaint = IdField()
    staff_id = IdField()
    department_id = IdField()

    def values(self) -> dict[str, Any]:
        return {
            "complaint_id": self.complaint.number or 0,
            "staff_id": self.staff_id.number,
            "department_id": self.department_id.number,
        }


class RevealForm(StepForm):
    """Name and number in full: why."""

    slot = "reveal"
    reason = StringField(validators=[Said(_l("请写一句为什么要看，这会记下来。"))])
    back = HiddenField()

    def values(self) -> dict[str, Any]:
        return {"reason": self.reason.data}


class ClaimForm(StepForm):
    """领取条: a new one, in place of one that is out, or none any more."""

    slot = Deed.CLAIM.value
    do = HiddenField()

    def values(self) -> dict[str, Any]:
        return {}


class ContactRightForm(StepForm):
    """本人要求: delete name and number, or no longer let the department know who it is."""

    slot = Deed.CONTACT_RIGHT.value
    right = CodeField(ContactRight, "contact_right", validators=[Said(_l("请选本人要求的是哪一样。"))])

    def values(self) -> dict[str, Any]:
        return {"right": self.right.code}


class StoryForm(StepForm):
    """写给后来的人: what was stuck, how it was done, what to know."""

    slot = Deed.STORY.value
    title = StringField(validators=[Said(_l("请写个题目。"))])
    problem = TextAreaField(validators=[Said(_l("请写卡在哪儿。"))])
    done = TextAreaField(validators=[Said(_l("请写怎么办成的。"))])
    tip = TextAreaField()

    def values(self) -> dict[str, Any]:
        return {
            "title": self.title.data,
            "problem": self.problem.data,
            "done": self.done.data,
            "tip": self.tip.data or "",
        }
