"""经过: what each kind of event is called in words, from the codes in its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from portal.models import Department, Event, Staff, WorkOrder
from portal.rules.vocabulary import AuthorKind
from portal.services.hall_rules import FinerReason
from portal.web.formats import day_short, local_name
from portal.web.words import word


@dataclass(frozen=True)
class Names:
    """What an event names by id or position."""

    staff: Mapping[int, Staff]
    departments: Mapping[int, Department]
    orders: Mapping[int, WorkOrder]
    reasons: Sequence[FinerReason] = ()

    def department(self, data: Mapping[str, Any]) -> Any:
        """The unit of an event about a work order, or of one that names it."""
        order = self.orders.get(data.get("position") or 0)
        found = order.department if order is not None else self.departments.get(data.get("department") or 0)
        return local_name(found) or _("部门")

    def person(self, staff_id: int | None) -> str:
        """A member of staff."""
        return local_name(self.staff.get(staff_id or 0))


Telling = Callable[[dict[str, Any], Names], Any]


def who(event: Event, names: Names) -> Any:
    """The one who acted: a name, or 本人 or 系统."""
    if event.staff_id is not None:
        return names.person(event.staff_id) or _("工作人员")
    return _("本人") if event.actor == AuthorKind.REPORTER else _("系统")


def tell(event: Event, names: Names) -> Any:
    """The event as a sentence; one that this version does not know is named by its code rather than hidden."""
    telling = SENTENCES.get(event.action)
    return telling(event.data, names) if telling is not None else event.action


def _instant(text: str | None) -> Any:
    return day_short(datetime.fromisoformat(text)) if text else _("待定")


def _submitted(data: dict[str, Any], names: Names) -> Any:
    how = word("channel", data.get("channel"))
    return _("%(how)s反映，没有留姓名", how=how) if data.get("anonymous") else _("%(how)s反映", how=how)


def _registered(data: dict[str, Any], names: Names) -> Any:
    day = data.get("rough_date")
    if day is None:
        return _("登记，当场办")
    return _("登记，首问负责；告诉本人大概%(day)s有结果", day=day_short(datetime.fromisoformat(day).date()))


def _triaged(data: dict[str, Any], names: Names) -> Any:
    finer = next((local_name(reason) for reason in names.reasons if reason.code == data.get("sub_reason")), "")
    said = _(
        "研判：%(cause)s（%(how)s）", cause=word("cause", data["cause"]), how=word("complexity", data["complexity"])
    )
    return _("%(said)s › %(finer)s", said=said, finer=finer) if finer else said


def _dispatched(data: dict[str, Any], names: Names) -> Any:
    unit, person = names.department(data), names.person(data.get("handler"))
    return _("派给%(unit)s %(person)s", unit=unit, person=person) if person else _("派给%(unit)s", unit=unit)


def _reopened(data: dict[str, Any], names: Names) -> Any:
    return _("决定第 %(count)s 次重办，派给%(unit)s", count=data["redo"], unit=names.department(data))


def _recalled(data: dict[str, Any], names: Names) -> Any:
    unit = names.department(data)
    if data.get("because") == "restricted":
        return _("转由督办办理，%(unit)s的工作单收回", unit=unit)
    if data.get("because") == "withdrawn":
        return _("本人撤回，%(unit)s的工作单收回", unit=unit)
    return _("收回%(unit)s的工作单", unit=unit)


_MOVED: dict[str, Callable[[], Any]] = {
    "triage": lambda: _("研判改了"),
    "calendar": lambda: _("放假安排有变"),
    "profile": lambda: _("大厅的时限规定改了"),
    "hours": lambda: _("大厅的开门时间改了"),
    "rules": lambda: _("放假安排或时限规定改了"),
    "taken_up": lambda: _("接手比答应的早"),
}


def _moved(data: dict[str, Any], names: Names) -> Any:
    why = _MOVED.get(str(data.get("reason")), lambda: _("重新计算"))()
    kind, old, new = word("deadline", data["kind"]), _instant(data.get("old")), _instant(data.get("new"))
    return _("%(kind)s的日子从%(old)s改到%(new)s：%(why)s", kind=kind, old=old, new=new, why=why)


def _concluded(data: dict[str, Any], names: Names) -> Any:
    said = _("办结：%(outcome)s", outcome=word("outcome", data["outcome"]))
    if data.get("door"):
        said = _("%(said)s（%(door)s）", said=said, door=word("door", data["door"]))
    return said if data.get("on_time") else _("%(said)s，超过了答应的日子", said=said)


def _called(data: dict[str, Any], names: Names) -> Any:
    how = word("method", data["method"])
    if not data.get("reached"):
        return _("%(how)s回访：没联系上", how=how)
    said = _("%(how)s回访：%(solved)s", how=how, solved=word("solved", data["solved"]))
    if data.get("contacted") is False:
        said = _("%(said)s，单位没有联系过本人", said=said)
    return _("%(said)s，%(level)s", said=said, level=word("level", data["level"])) if data.get("level") else said


def _added_to(data: dict[str, Any], names: Names) -> Any:
    return _("又送来一次，补了内容") if data.get("message") else _("又送来一次")


def _complained(data: dict[str, Any], names: Names) -> Any:
    whom = names.person(data.get("staff")) or (names.department(data) if data.get("department") else "")
    return _("记下反映的对象：%(whom)s", whom=whom) if whom else _("记下反映的对象（只有原话）")


def _identified(data: dict[str, Any], names: Names) -> Any:
    return _("查明反映的是：%(whom)s", whom=names.person(data.get("staff")) or names.department(data))


def _rated(data: dict[str, Any], names: Names) -> Any:
    level = word("level", data["level"])
    return (
        _("改了评价：%(level)s", level=level)
        if data.get("assess_number") == 2
        else _("评价办理：%(level)s", level=level)
    )


def _plain(sentence: Callable[[], Any]) -> Telling:
    return lambda data, names: sentence()


SENTENCES: dict[str, Telling] = {
    "case_submitted": _submitted,
    "report_added_to": _added_to,
    "receipt_sealed": _plain(lambda: _("存好了查询码")),
    "case_registered": _registered,
    "case_supervised": _plain(lambda: _("转入督办")),
    "case_triaged": _triaged,
    "date_moved": _moved,
    "case_dispatched": _dispatched,
    "order_acknowledged": lambda data, names: _("%(unit)s签收", unit=names.department(data)),
    "order_answered": lambda data, names: _(
        "%(unit)s答复：%(outcome)s", unit=names.department(data), outcome=word("outcome", data.get("outcome"))
    ),
    "order_recalled": _recalled,
    "reporter_asked": lambda data, names: _("%(why)s，时限停下", why=word("waiting", data["reason"])),
    "reporter_answered": _plain(lambda: _("回答了，时限接着走")),
    "answer_recorded": lambda data, names: _(
        "记下本人的回答（%(how)s），时限接着走", how=word("method", data["method"])
    ),
    "reporter_wrote": _plain(lambda: _("补充了一句")),
    "reporter_reminded": _plain(lambda: _("提醒本人回答")),
    "clock_resumed": _plain(lambda: _("没等到回答，时限接着走")),
    "review_begun": _plain(lambda: _("送鉴定、检测或评审，时限停下")),
    "review_ended": _plain(lambda: _("评审有了结果，时限接着走")),
    "reporter_told": _plain(lambda: _("给本人留了话")),
    "note_written": _plain(lambda: _("记了一条内部记录")),
    "decline_proposed": _plain(lambda: _("建议不予受理，等第二个人确认")),
    "decline_confirmed": _plain(lambda: _("同意不予受理")),
    "decline_sent_back": _plain(lambda: _("不同意不予受理，退回")),
    "conclude_not_permitted_proposed": _plain(lambda: _("提出否定答复，等第二个人确认")),
    "conclude_not_permitted_confirmed": _plain(lambda: _("同意否定答复")),
    "conclude_not_permitted_sent_back": _plain(lambda: _("不同意否定答复，退回")),
    "case_declined": lambda data, names: _("不予受理，告诉本人去%(door)s", door=word("door", data["door"])),
    "case_concluded": _concluded,
    "case_closed": lambda data, names: _("了结：%(how)s", how=word("closing", data["closing"])),
    "follow_up_recorded": _called,
    "reporter_judged": lambda data, names: _("说：%(solved)s", solved=word("solved", data["solved"])),
    "case_rated": _rated,
    "rating_set_aside": _plain(lambda: _("评价另放一边，不计入")),
    "contacts_erased": _plain(lambda: _("到期删除了姓名和电话")),
    "content_erased": _plain(lambda: _("到期删除了内容")),
    "case_reopened": _reopened,
    "redo_refused": _plain(lambda: _("决定不再办，告诉本人原因")),
    "case_urged": lambda data, names: _("催办，第 %(count)s 次", count=data.get("count", 1)),
    "case_merged": _plain(lambda: _("并到另一件里一起办")),
    "case_archived": _plain(lambda: _("归档")),
    "case_withdrawn": _plain(lambda: _("撤回")),
    "complaint_recorded": _complained,
    "complaint_identified": _identified,
    "nobody_named": _plain(lambda: _("派出时还不清楚反映的是谁")),
    "claim_issued": _plain(lambda: _("给了领取条")),
    "claim_voided": _plain(lambda: _("作废了一张领取条")),
    "claim_used": _plain(lambda: _("用领取条换了查询码")),
    "contact_revealed": _plain(lambda: _("看了姓名和电话")),
    "contact_deleted": _plain(lambda: _("删掉了姓名和电话，是本人要求的")),
    "telling_withdrawn": _plain(lambda: _("不再让部门知道是谁，是本人要求的")),
    "story_published": _plain(lambda: _("写成一篇，给后来的人看")),
}
