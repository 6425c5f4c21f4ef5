"""The words for the codes of rules/vocabulary.py: one table, so that a thing is called the same everywhere."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS: dict[str, dict[str, Any]] = {
    "status": {
        "submitted": _l("待登记"),
        "registered": _l("待分办"),
        "dispatched": _l("部门办理中"),
        "concluded": _l("待回访"),
        "closed": _l("已办结"),
        "archived": _l("已归档"),
        "declined": _l("不予受理"),
        "withdrawn": _l("已撤回"),
        "merged": _l("已并件"),
    },
    "kind": {"report": _l("反映"), "suggestion": _l("意见建议"), "praise": _l("表扬")},
    "cause": {"not_permitted": _l("办不了"), "hard_to_do": _l("很难办"), "withheld": _l("不给办")},
    "complexity": {"normal": _l("一般"), "complex": _l("复杂"), "especially_complex": _l("特别复杂")},
    "outcome": {
        "solved": _l("已解决"),
        "partly_solved": _l("部分解决，余下另有日期"),
        "explained": _l("不能办，已讲清依据"),
        "conditional": _l("容缺受理"),
        "special": _l("特事特办"),
        "planned": _l("暂时办不到，有安排和日期"),
        "transferred": _l("不归这里管，已指路"),
        "unfounded": _l("核实后不属实"),
        "withdrawn": _l("本人撤回"),
    },
    "order_status": {
        "issued": _l("待签收"),
        "acknowledged": _l("已签收"),
        "answered": _l("已答"),
        "returned": _l("已退单"),
        "recalled": _l("已收回"),
    },
    "order_role": {"lead": _l("主办"), "assist": _l("协办")},
    "obstacle": {
        "refused": _l("说不够条件，不给受理"),
        "materials_piecemeal": _l("材料没一次说清，来回补"),
        "sent_elsewhere": _l("让我去别的窗口或别的部门"),
        "beyond_guide": _l("要了办事指南上没有的东西"),
        "long_wait": _l("等了很久没有结果"),
        "system_fault": _l("系统或机器出错"),
        "other": _l("别的，上面写了"),
    },
    "materials": {"accepted": _l("收下了"), "handed_back": _l("退给我了"), "not_handed_in": _l("没交")},
    "level": {
        "very_satisfied": _l("非常满意"),
        "satisfied": _l("满意"),
        "fairly_satisfied": _l("基本满意"),
        "dissatisfied": _l("不满意"),
        "very_dissatisfied": _l("非常不满意"),
    },
    "evidence": {
        "visit": _l("凭办理号"),
        "on_site": _l("现场动态码"),
        "open": _l("扫海报"),
        "case": _l("反映人本人"),
    },
    "set_aside": {
        "burst": _l("短时间内大量重复"),
        "induced": _l("被要求打好评"),
        "not_a_visitor": _l("不是来办事的人评的"),
        "wrong_place": _l("评错了窗口"),
    },
    "channel": {"qr": _l("扫码"), "online": _l("网上"), "window": _l("窗口代填"), "phone": _l("电话代填")},
    "role": {
        "clerk": _l("登记"),
        "triage": _l("分办"),
        "handler": _l("承办"),
        "follow_up": _l("回访"),
        "oversight": _l("督办"),
        "manager": _l("大厅管理"),
        "viewer": _l("查看评分"),
        "administrator": _l("系统管理"),
    },
    "closing": {
        "by_reporter": _l("本人已答"),
        "by_follow_up": _l("回访已答"),
        "not_confirmed": _l("未确认"),
    },
    "solved": {"yes": _l("解决了"), "partly": _l("解决了一部分"), "no": _l("没解决")},
    "deadline": {
        "register": _l("登记"),
        "dispatch": _l("派单"),
        "acknowledge": _l("签收"),
        "reply": _l("答复"),
        "solve": _l("办成"),
        "follow_up": _l("回访"),
        "supplement": _l("等本人补充"),
        "supplement_reminder": _l("提醒后再等"),
        "unconfirmed_close": _l("等本人说解决没有"),
        "rating_contact": _l("联系评价人"),
        "rating_rectify": _l("整改"),
    },
    "method": {"phone": _l("电话"), "track_page": _l("进度页"), "in_person": _l("当面")},
    "contact_right": {"delete": _l("删掉姓名和电话"), "stop_telling": _l("不再让部门知道是谁")},
    "waiting": {
        "needs_information": _l("请本人说清情况"),
        "needs_materials": _l("请本人补材料"),
        "expert_review": _l("等鉴定、检测或专家评审"),
    },
    "awaited": {
        "needs_information": _l("等本人补充"),
        "needs_materials": _l("等本人补充"),
        "expert_review": _l("等评审结果"),
    },
    "door": {
        "emergency": _l("110、119、120"),
        "court": _l("法院"),
        "petition": _l("信访"),
        "administrative_review": _l("行政复议"),
        "hotline": _l("12345 热线"),
        "other_hall": _l("别的大厅"),
        "other_authority": _l("别的机关"),
    },
    "profile": {"standard": _l("标准"), "district_joint": _l("区级联办"), "by_cause": _l("按原因")},
    "purpose": {"landing": _l("反映、评价、查进度"), "report": _l("只反映"), "rate": _l("只评价")},
}


def word(group: str, code: Any) -> Any:
    """The word for a code, or nothing for none. A code without a word fails: it would be read as jargon."""
    return "" if code is None or code == "" else WORDS[group][str(code)]
