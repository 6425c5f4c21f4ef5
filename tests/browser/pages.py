"""Every page of the portal, and who opens it; what stands in braces comes from demo_facts."""

from __future__ import annotations

from dataclasses import dataclass

CLERK, TRIAGE, HANDLER = "lixiaowen", "zhoumin", "chenli"
CALLER, MANAGER, SUPERVISOR, VIEWER = "hejing", "gaojie", "sundu", "qianjin"
# Nobody signed in: a citizen, or staff before the door.
ANYONE = ""
WORDS = "我妈下周要做手术，来办异地就医备案，窗口说少一份居住证明，跑了三趟还是这句话。"


@dataclass(frozen=True)
class Visit:
    """One page: who opens it, its address, and for the answer to a POST what is sent."""

    who: str
    path: str
    sent: dict[str, str] | None = None
    status: int = 200
    # A sheet of paper keeps its millimetres, however small the screen.
    is_paper: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether it has the dense look of staff pages, which knows no elder view."""
        return self.path.startswith(("/staff", "/posters", "/account")) or self.path.split("?")[0] == "/scores/"


def _tracked(state: str) -> Visit:
    return Visit(ANYONE, "/track/case", {"code": f"{{code_{state}}}"})


def _case(who: str, name: str, step: str = "", status: int = 200, **sent: str) -> Visit:
    address = f"/staff/cases/{{case_{name}}}"
    return Visit(who, f"{address}/{step}", sent, status) if step else Visit(who, address)


STATES = (
    "submitted registered asked late pictured answered undecided closed unconfirmed restricted"
    " declined withdrawn merged named"
)
CITIZEN = {
    "home": Visit(ANYONE, "/"),
    "landing": Visit(ANYONE, "/q/{slug}"),
    "landing in capitals": Visit(ANYONE, "/Q/{slug}"),
    "landing of a retired poster": Visit(ANYONE, "/q/{retired}", status=410),
    "landing of no poster": Visit(ANYONE, "/q/00000000", status=404),
    "landing without a slug": Visit(ANYONE, "/q", status=404),
    "landing in capitals without a slug": Visit(ANYONE, "/Q", status=404),
    "privacy": Visit(ANYONE, "/privacy"),
    "accessibility": Visit(ANYONE, "/accessibility"),
    "report": Visit(ANYONE, "/report?at={slug}"),
    "report of no counter": Visit(ANYONE, "/report"),
    "report refused": Visit(
        ANYONE, "/report", {"key": "{key_report}", "at": "{slug}", "phone": "1390", "obstacles": "refused"}, 422
    ),
    "report after a bad rating": Visit(
        ANYONE, "/report/from-rating", {"at": "{slug}", "level": "very_dissatisfied", "labels": "109"}
    ),
    "report's items without script": Visit(
        ANYONE, "/report/items", {"key": "{key_report}", "at": "{slug}", "item_words": "医保", "words": WORDS}
    ),
    "receipt": Visit(
        ANYONE, "/report", {"key": "{key_report}", "at": "{slug}", "words": WORDS, "phone": "19900000000"}
    ),
    "track": Visit(ANYONE, "/track"),
    "track with a wrong code": Visit(ANYONE, "/track/case", {"code": "1234 5678 9012 3456 7890"}, 422),
    **{f"track, {state}": _tracked(state) for state in STATES.split()},
    "track, said": Visit(ANYONE, "/track/messages", {"code": "{code_late}", "key": "{key_said}", "words": WORDS}),
    "track, urged": Visit(ANYONE, "/track/urges", {"code": "{code_late}"}),
    "track, answer refused": Visit(ANYONE, "/track/answer", {"code": "{code_answered}", "solved": ""}, 422),
    "track, rating refused": Visit(ANYONE, "/track/rating", {"code": "{code_answered}", "level": ""}, 422),
    "track, consent withdrawn": Visit(ANYONE, "/track/consent-withdrawal", {"code": "{code_forgotten}"}),
    "track, contact deleted": Visit(ANYONE, "/track/contact-deletion", {"code": "{code_forgotten}"}),
    "claim": Visit(ANYONE, "/track/claim"),
    "claim refused": Visit(ANYONE, "/track/claim", {"claim": "ABC-DEF"}, 422),
    "claimed": Visit(ANYONE, "/track/claim", {"claim": "{claim}", "key": "{key_claim}"}),
    "rate": Visit(ANYONE, "/rate/{slug}"),
    "rate refused": Visit(ANYONE, "/rate/{slug}", {"key": "{key_rating}"}, 422),
    "rate a retired poster": Visit(ANYONE, "/rate/{retired}", status=410),
    "rate no poster": Visit(ANYONE, "/rate/00000000", status=404),
    "rated badly": Visit(
        ANYONE, "/rate/{slug}", {"key": "{key_rating}", "level": "very_dissatisfied", "words": "等了两个钟头"}
    ),
    "solved": Visit(ANYONE, "/solved"),
    "solved, searched": Visit(ANYONE, "/solved", {"words": "医保"}),
    "solved, nothing found": Visit(ANYONE, "/solved", {"words": "火星"}),
    "solved story": Visit(ANYONE, "/solved/{story}"),
    "public scores": Visit(ANYONE, "/scores/public"),
    "no such page": Visit(ANYONE, "/nowhere", status=404),
    "not opened like this": Visit(ANYONE, "/report/similar", status=405),
    "too large": Visit(ANYONE, "/track/case", {"code": "9" * 8_400_000}, 413),
}
STAFF = {
    "sign in": Visit(ANYONE, "/account/sign-in"),
    "sign in refused": Visit(ANYONE, "/account/sign-in", {"login": "lixiaowen", "password": "wrong"}, 422),
    "reset": Visit(ANYONE, "/account/reset"),
    "reset refused": Visit(ANYONE, "/account/reset", {"code": "1", "new": "2", "again": "3"}, 422),
    "account": Visit(CLERK, "/account/"),
    "account, password refused": Visit(CLERK, "/account/password", {"current": "x", "new": "y", "again": "z"}, 422),
    "inbox of a clerk": Visit(CLERK, "/staff/"),
    "inbox of triage": Visit(TRIAGE, "/staff/?tab=dispatch"),
    "inbox, searched": Visit(TRIAGE, "/staff/?q=医保"),
    "inbox, nothing found": Visit(TRIAGE, "/staff/?q=火星上的事"),
    "inbox of a handler": Visit(HANDLER, "/staff/?tab=late"),
    "case to register": _case(CLERK, "new"),
    "case, registration refused": _case(CLERK, "new", "registration", 422, plan=""),
    "case, somebody was first": _case(CLERK, "new", "registration", 409, version="99", plan=WORDS, rough_date="{soon}"),
    "case, contact right refused": _case(CLERK, "named", "contact-rights", 422),
    "case to triage": _case(TRIAGE, "registered"),
    "case to dispatch": _case(TRIAGE, "judged"),
    "case with a proposal": _case(TRIAGE, "proposed"),
    "case to sign for": _case(HANDLER, "issued"),
    "case to answer": _case(HANDLER, "working"),
    "case, answer refused": _case(HANDLER, "working", "answers", 422, public_reply=""),
    "case to call about": _case(CALLER, "concluded"),
    "case to decide again": _case(TRIAGE, "undecided"),
    "case to tell others": _case(MANAGER, "solved"),
    "case with a complaint": _case(SUPERVISOR, "complaint"),
    "case of nobody": Visit(CLERK, "/staff/cases/0000-0000", status=404),
    "enter": Visit(CLERK, "/staff/cases/new"),
    "enter refused": Visit(CLERK, "/staff/cases/new", {"words": ""}, 422),
    "slip": Visit(
        CLERK,
        "/staff/cases/new",
        {"key": "{fresh}", "channel": "window", "words": WORDS, "plan": "今天去问", "rough_date": "{soon}"},
        is_paper=True,
    ),
    "dispatch plan": Visit(TRIAGE, "/staff/dispatches/plan", {"case": "{case_judged}"}),
    "orders": Visit(HANDLER, "/staff/orders"),
    "orders in work": Visit(HANDLER, "/staff/orders?tray=in_work"),
    "order on paper": Visit(HANDLER, "/staff/orders/{order}/print", is_paper=True),
    "follow-ups": Visit(CALLER, "/staff/follow-ups"),
    "call sheet": Visit(CALLER, "/staff/follow-ups/{case_concluded}"),
    "oversight": Visit(SUPERVISOR, "/staff/oversight"),
    # A dozen rows show all that a hundred would, in a tenth of the time.
    "posters": Visit(MANAGER, "/posters/?first=1&last=12"),
    "poster": Visit(MANAGER, "/posters/{poster}"),
    "poster to retire": Visit(MANAGER, "/posters/{poster}/retirement"),
    "scores of the hall": Visit(VIEWER, "/scores/?by=hall"),
    "scores of departments": Visit(VIEWER, "/scores/?by=department"),
    "scores of counters": Visit(VIEWER, "/scores/?by=counter&dep={department}"),
    "scores by week": Visit(VIEWER, "/scores/?by=week"),
    "not yours": Visit(VIEWER, "/staff/", status=403),
}
PAGES = {**CITIZEN, **STAFF}

# Endpoints with GET that show no page of their own, and an address that shows it: pictures, paper, machines' answers,
# and the ways back from pages that answered a POST.
NO_PAGE = {
    "static": Visit(ANYONE, "/static/img/mark.svg"),
    "status.healthz": Visit(ANYONE, "/healthz"),
    "status.readyz": Visit(ANYONE, "/readyz"),
    "track.come_back": Visit(ANYONE, "/track/case", status=303),
    "track.show_photo": Visit(ANYONE, "{photo_of_reporter}"),
    "report.come_back": Visit(ANYONE, "/report/saved", status=303),
    "staff.show_case_again": Visit(CLERK, "/staff/cases/{case_new}/registration", status=303),
    "staff.photo": Visit(CLERK, "/staff/photos/{photo}"),
    "staff.thumbnail": Visit(CLERK, "/staff/photos/{photo}/thumb"),
    "posters.preview": Visit(MANAGER, "/posters/{poster}/preview.png"),
    "posters.print_posters": Visit(MANAGER, "/posters/print?poster={poster}"),
}
