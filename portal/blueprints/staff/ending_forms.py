"""The forms that end the work on a case, ask the person whether it helped, and decide on doing it again."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, TextAreaField

from portal.blueprints.staff.enclosing import EnclosingForm
from portal.blueprints.staff.fields import ChoiceField, CodeField, DayField, IdField, Said, StepForm
from portal.rules.deeds import Deed
from portal.rules.lifecycle import CONCLUSIONS
from portal.rules.vocabulary import Door, FollowUpMethod, Level, Outcome, Solved


class ConclusionForm(EnclosingForm):
    """办结: outcome, public reply and, apart from it, the internal note; and what the outcome owes."""

    slot = Deed.CONCLUSION.value
    public_reply = TextAreaField(validators=[Said(_l("请写给本人的答复。"))])
    internal_note = TextAreaField()
    outcome = CodeField(
        Outcome, "outcome", leave_out=set(Outcome) - CONCLUSIONS, validators=[Said(_l("请选办理结果。"))]
    )
    basis = TextAreaField()
    remains = TextAreaField()
    remains_until = DayField()
    door = CodeField(Door, "door")

    def values(self) -> dict[str, Any]:
        return {
            "public_reply": self.public_reply.data,
            "internal_note": self.internal_note.data or "",
            "outcome": self.outcome.code,
            "basis": self.basis.data or "",
            "remains": self.remains.data or "",
            "remains_until": self.remains_until.day,
            "door": self.door.code,
            "photos": self.enclosed,
        }

    @property
    def owes_more(self) -> bool:
        """Whether something beside reply and outcome was written or is missing: then that part stands open."""
        return any(field.data or field.errors for field in (self.basis, self.remains, self.remains_until, self.door))


class AnswerForm(ConclusionForm):
    """答复工作单: concludes in the same step, unless it is handed to the window."""

    slot = Deed.ANSWER.value
    hand_over = BooleanField()

    def values(self) -> dict[str, Any]:
        return super().values() | {"conclude": not self.hand_over.data}


class OnSpotForm(ConclusionForm):
    """当场办结: no work order, and never a “no”."""

    slot = Deed.ON_SPOT_CONCLUSION.value

    def values(self) -> dict[str, Any]:
        said = super().values()
        return said | {"reply": said.pop("public_reply")}


class FollowUpForm(StepForm):
    """回访: reached or not, and what the person said. Nothing is chosen beforehand."""

    slot = Deed.FOLLOW_UP.value
    reached = ChoiceField(
        options=[("yes", _l("联系上了")), ("no", _l("没联系上"))],
        validators=[Said(_l("请选联系上了没有。"))],
    )
    contacted = ChoiceField(options=[("yes", _l("联系过")), ("no", _l("没有"))])
    solved = CodeField(Solved, "solved")
    level = CodeField(Level, "level")
    note = TextAreaField()
    method = CodeField(FollowUpMethod, "method", leave_out=(FollowUpMethod.TRACK_PAGE,))
    back = HiddenField()

    def values(self) -> dict[str, Any]:
        return {
            "reached": self.reached.said == "yes",
            "contacted": None if not self.contacted.said else self.contacted.said == "yes",
            "solved": self.solved.code,
            "level": self.level.code,
            "note": self.note.data or "",
            "method": self.method.code or FollowUpMethod.PHONE,
        }


class ReopeningForm(StepForm):
    """重办，还是不再办: either with a reason the person reads."""

    slot = Deed.REOPENING.value
    decision = ChoiceField(
        options=[("redo", _l("再办一次")), ("keep", _l("不再办"))],
        validators=[Said(_l("请选再办一次，还是不再办。"))],
    )
    reason = TextAreaField(validators=[Said(_l("请写给本人：为什么，接下来怎么办。"))])
    department_id = IdField()
    handler_id = IdField()
    task = TextAreaField()
    unclear = BooleanField()

    def validate_department_id(self, field: Any) -> None:
        if self.is_redo:
            Said(_l("请选派给哪个单位。"))(self, field)

    @property
    def is_redo(self) -> bool:
        """Whether it is to be done again."""
        return bool(self.decision.said == "redo")

    def values(self) -> dict[str, Any]:
        if not self.is_redo:
            return {"reason": self.reason.data}
        return {
            "reason": self.reason.data,
            "department_id": self.department_id.number or 0,
            "handler_id": self.handler_id.number,
            "task": self.task.data or "",
            "unclear": bool(self.unclear.data),
        }
