"""Every layout and macro on invented data, as pages to look at: `python tests/web/component_gallery.py FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from flask_babel import Babel
from jinja2 import FileSystemLoader
from markupsafe import Markup

from portal.rules.days import notice_entry
from portal.rules.deadlines import Due, Pause, due
from portal.rules.explanations import explain, week_strip
from portal.rules.hours import HallHours
from portal.rules.presets import STANDARD
from portal.rules.profiles import StepKind
from portal.rules.workdays import Calendar
from portal.web import formats

ROOT = Path(__file__).resolve().parents[2] / "portal"
HERE = Path(__file__).parent / "gallery"


@dataclass
class Field:
    """What the macros read of a WTForms field."""

    name: str
    data: Any = None
    errors: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.name


class Form:
    """What error_summary reads of a form."""

    def __init__(self, *fields: Field, form_errors: Iterable[str] = ()) -> None:
        self._fields = {f.name: f for f in fields}
        self.form_errors = list(form_errors)

    def __iter__(self) -> Any:
        return iter(self._fields.values())

    def __getattr__(self, name: str) -> Field:
        try:
            return self.__dict__["_fields"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def errors(self) -> dict[str, list[str]]:
        return {f.name: f.errors for f in self if f.errors}


@dataclass
class Thing:
    """A bag of attributes; what is missing is falsy, as in a template."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.values.get(name, "")


def thing(**values: Any) -> Thing:
    return Thing(values)


SITE = thing(
    name="清川市政务服务中心",
    name_en="Qingchuan Government Service Centre",
    host_name="清川市政务服务管理局",
    host_name_en="Qingchuan Government Service Administration",
    phone="0300-555 0123",
    icp_number="清ICP备00000000号",
    police_number="清公网安备 00000000000000号",
)
NAV = [
    thing(url=f"/{n}", label=words, current=n == "staff/")
    for n, words in (
        ("staff/", "收件"),
        ("staff/orders", "工作单"),
        ("staff/follow-ups", "回访"),
        ("staff/oversight", "督办"),
        ("posters/", "海报"),
        ("scores/", "评分"),
    )
]
LEVELS = ("very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied", "very_dissatisfied")


def october(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of October 2026 by the clock in China."""
    return datetime(2026, 10, day, hour - 8, minute, tzinfo=UTC)


CALENDAR = Calendar.of(
    notice=[
        notice_entry(date(2026, 1, 1), False, "元旦", "New Year's Day"),
        notice_entry(date(2026, 5, 1), False, "劳动节", "Labour Day"),
        *(notice_entry(date(2026, 10, day), False, "国庆节", "National Day") for day in range(1, 8)),
        notice_entry(date(2026, 10, 10), True),
    ]
)


def promised(kind: StepKind, start: datetime, *pauses: Pause) -> Due:
    """A real date of the rules, by the standard profile and this calendar."""
    return due(STANDARD, kind, start, CALENDAR, HallHours(), pauses=pauses)


def form(*, wrong: bool = False) -> Form:
    """The fields of a report, filled in; with two of them refused when asked."""
    return Form(
        Field(
            "words",
            "" if wrong else "我妈72岁，下周要做手术。\n今天又来，还是这句话 <b>&\"'",
            ["请写一句发生了什么，十个字也行。"] if wrong else [],
        ),
        Field(
            "obstacle",
            ["beyond_guide"],
            [],
            [
                ("refused", "说不够条件，不给受理"),
                ("beyond_guide", "要了办事指南上没有的东西"),
                ("other", "别的，上面写了"),
            ],
        ),
        Field("trips", 2, [], [(str(n), str(n)) for n in (1, 2, 3, 4)] + [("5", "5+")]),
        Field(
            "materials",
            "handed_back",
            [],
            [("accepted", "收下了"), ("handed_back", "退给我了"), ("not_handed_in", "没交")],
        ),
        Field("mobile", "138 0000", ["号码少了几位，请看一看。"] if wrong else []),
        Field("department", 2, [], [("1", "市医保局"), ("2", "市人社局")]),
        Field("may_tell", True),
        form_errors=["这一页开得太久了，请再送一次。"] if wrong else [],
    )


def data() -> dict[str, Any]:
    """Everything the gallery's pages need."""
    said = [
        thing(
            speaker="您",
            mine=True,
            at=october(8, 14, 6),
            words="我妈72岁，四年前来清川跟我住。\n今天又来，还是这句话，材料退给我了。",
            photos=[thing(url="/p/1", label="照片 1"), thing(url="/p/2", label="照片 2")],
        ),
        thing(speaker="反映窗口 李晓雯", at=october(8, 16, 5), words="您好，这件事我接了，一直跟到办完。"),
        thing(speaker="市医保局 陈立", internal=True, at=october(12, 10, 12), words="3号窗口的清单要改。"),
        thing(speaker="您", mine=True, day_only=True, at=october(12, 10, 30), words="长期住，四年了。"),
    ]
    stages = [
        thing(title="已收到", state="done", lines="10月8日 14:06"),
        thing(title="已受理", state="done", lines="李晓雯接的，一直跟到底"),
        thing(title="部门办理中", state="now", lines="市医保局 陈立"),
        thing(title="答复您", lines="会写清办成了什么，或为什么不能办"),
        thing(title="回访", lines="答复后 1 个工作日内，问您解决没有"),
    ]
    return {
        "form": form(),
        "wrong": form(wrong=True),
        "level": Field("level", None),
        "levels": LEVELS,
        "messages": said,
        "stages": stages,
        "code": "48210937556120487730",
        "qr_path": "M4 4h7v7h-7zM14 4h7v7h-7zM4 14h7v7h-7zM16 16h3v3h-3z",
        "tab_items": [
            thing(url="?", label="全部在办", count=214, current=True),
            thing(url="?s=new", label="待分办", count=0),
            thing(url="?s=near", label="今天到期", count=6, light="near"),
            thing(url="?s=late", label="已超期", count=3, light="late"),
            thing(url="?s=hold", label="等补充", count=9, light="hold"),
            thing(url="?s=over", label="待回访", count=21, light="over"),
        ],
        "today": date(2026, 10, 15),
        "answer": explain(promised(StepKind.SOLVE, october(8, 14, 6))),
        "weeks": week_strip(promised(StepKind.SOLVE, october(8, 14, 6)), date(2026, 10, 15), CALENDAR),
        "stopped": explain(promised(StepKind.SOLVE, october(8, 14, 6), Pause(october(12, 9)))),
        "stopped_weeks": week_strip(
            promised(StepKind.SOLVE, october(8, 14, 6), Pause(october(12, 9))), date(2026, 10, 15), CALENDAR
        ),
    }


def make_app(language: str = "zh", view: str = "", static: str = "/static/") -> Flask:
    """A bare app with our templates, our filters and stand-ins for what a request would bring."""
    app = Flask("gallery", static_folder=str(ROOT / "static"))
    app.jinja_loader = FileSystemLoader([ROOT / "templates", HERE])  # type: ignore[assignment]
    app.secret_key = "gallery"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT.parent / "translations")
    Babel(app, locale_selector=lambda: language)
    formats.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        static_url=lambda name: static + name,
        csrf_field=lambda: Markup('<input type="hidden" name="csrf_token" value="t">'),
        lang=language,
        html_lang="en" if language == "en" else "zh-Hans",
        view=view,
        other_lang_url="?lang=en",
        elder_url="?view=elder",
        plain_url="?view=plain",
        site=SITE,
        staff=thing(staff=thing(name="周敏", name_en="Zhou Min")),
        nav_items=NAV,
    )
    return app


PAGES = sorted(path.name for path in HERE.glob("*.html"))


def show(page: str, language: str = "zh", view: str = "", static: str = "/static/") -> str:
    """One page of the gallery."""
    app = make_app(language, view, static)
    with app.test_request_context("/"):
        return render_template(page, **data())


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for language, view in (("zh", ""), ("zh", "elder"), ("en", "")):
        for page in PAGES:
            name = f"{page.removesuffix('.html')}-{language}{'-' + view if view else ''}.html"
            (folder / name).write_text(show(page, language, view, f"{ROOT}/static/"), encoding="utf-8")
