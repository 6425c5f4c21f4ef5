"""A test client that reads every page it gets and refuses one that is not whole."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LABELLED = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image"}


class Page(HTMLParser):
    """One parsed page and what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.stack: list[str] = []
        self.ids: list[str] = []
        self.headings = 0
        self.lang = ""
        self.title = ""
        self.controls: list[dict[str, str]] = []
        self.label_for: set[str] = set()
        self.references: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.mains = 0
        self.feed(html)
        self.close()
        if self.stack:
            self.faults.append(f"never closed: {self.stack}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if len(found) != len(attrs):
            self.faults.append(f"attribute twice in <{tag}>")
        if "id" in found:
            self.ids.append(found["id"])
        self._look_for_inline(tag, found)
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.references += [(name, target) for target in found.get(name, "").split()]
        self.headings += tag == "h1"
        self.mains += tag == "main"
        if tag == "html":
            self.lang = found.get("lang", "")
        if tag == "label":
            self.label_for.add(found.get("for", ""))
        if tag in LABELLED and found.get("type") not in UNLABELLED_TYPES:
            self.controls.append(found | {"_in_label": str("label" in self.stack)})
        if tag == "img" and "alt" not in found:
            self.faults.append("<img> without alt")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not self.stack:
            self.faults.append(f"stray </{tag}>")
        elif self.stack[-1] == tag:
            self.stack.pop()
        elif tag in ("p", "li", "form", "div", "section", "main", "label", "fieldset", "table", "tr", "td", "ul", "ol"):
            self.faults.append(f"</{tag}> closes <{self.stack[-1]}>")
            while self.stack and self.stack.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] == "title":
            self.title += data
        if not {"script", "style"} & set(self.stack):
            self.text.append(data)

    def _look_for_inline(self, tag: str, found: dict[str, str]) -> None:
        if tag == "style" or (tag == "script" and "src" not in found and found.get("type") != "application/json"):
            self.faults.append(f"inline <{tag}>")
        self.faults += [f"inline {name}" for name in found if name == "style" or name.startswith(("on", "hx-on"))]
        for name in ("src", "href", "action"):
            if found.get(name, "").startswith(("http:", "https:", "//")) and tag != "a":
                self.faults.append(f"foreign {name} in <{tag}>")

    def check(self, *, whole: bool) -> list[str]:
        """All faults; a region (not whole) needs no title or heading."""
        faults = list(self.faults)
        faults += [f"id {name!r} twice" for name in sorted({i for i in self.ids if self.ids.count(i) > 1})]
        for control in self.controls:
            named = control.get("id") in self.label_for or control["_in_label"] == "True"
            if not (named or control.get("aria-label") or control.get("aria-labelledby")):
                faults.append(f"no label for {control}")
        faults += [f"{name} names a missing {target!r}" for name, target in self.references if target not in self.ids]
        if whole:
            faults += [f"{self.headings} h1"] if self.headings != 1 else []
            faults += [f"{self.mains} main"] if self.mains != 1 else []
            faults += ["no lang"] if not self.lang else []
            faults += ["no title"] if not self.title.strip() else []
        return faults


class CheckingClient(FlaskClient):
    """Every HTML answer is parsed and checked; every answer must carry the headers."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)  # reads to the end and closes, as a server does
        if has_app_context():
            # Tests keep one app context open, and a request would find there what the one before put aside.
            for name in list(g):
                g.pop(name)
        response = super().open(*args, **kwargs)
        assert response.headers.get("X-Content-Type-Options") == "nosniff"
        assert "default-src 'none'" in response.headers.get("Content-Security-Policy", "")
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 308):
            html = response.get_data(as_text=True)
            whole = html.lstrip().lower().startswith("<!doctype")
            faults = Page(html).check(whole=whole)
            assert not faults, f"{response.request.path}: {faults}"
        return response


def text_of(response: TestResponse) -> str:
    """The words a person would read."""
    return " ".join("".join(Page(response.get_data(as_text=True)).text).split())
