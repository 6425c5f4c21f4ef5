"""No string outside gettext, and no English left untranslated."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import polib
from jinja2 import Environment, nodes

from tests.police.tree import PORTAL, ROOT, parse, python_files, templates

CJK = re.compile(r"[㐀-鿿]")
# In a template even the punctuation is language: an English page has its own.
IN_TEMPLATES = re.compile(r"[㐀-鿿：，。；！？（）]")
# What is a word of a language: not A4, not the name of a cookie, not a placeholder.
ENGLISH = re.compile(r"\b[A-Za-z]{2,}\b")
READ_ALOUD = {"alt", "aria-description", "aria-label", "label", "placeholder", "title"}
# Keys on a keyboard and code are the same in every language.
NO_LANGUAGE = {"code", "kbd", "script", "style"}
ATTRIBUTE = re.compile(r"""\s[\w-]+=("[^"]*"|'[^']*')""")
GETTEXT = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "_n", "pgettext"}
# Characters that are data (digits as people write them, compound surnames), read by nobody as a sentence.
DATA = {PORTAL / "rules" / "codes.py", PORTAL / "rules" / "masking.py"}
CATALOG = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def loose_strings(tree: ast.Module) -> list[str]:
    """String constants with CJK that are neither docstrings nor handed to gettext."""
    excused: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in GETTEXT:
                excused |= {id(c) for arg in node.args for c in ast.walk(arg)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            excused.add(id(node.value))
    return [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and CJK.search(n.value) and id(n) not in excused
    ]


def loose_text(source: str) -> list[str]:
    """CJK in a template that is neither a comment nor handed to gettext."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    excused = {
        id(part)
        for call in tree.find_all(nodes.Call)
        if getattr(call.node, "name", "") in GETTEXT
        for part in (call, *call.find_all(nodes.Const))
    }
    loose = [c.value for c in tree.find_all(nodes.Const) if id(c) not in excused]
    loose += [data.data for data in tree.find_all(nodes.TemplateData)]
    return [text for text in loose if isinstance(text, str) and IN_TEMPLATES.search(text)]


class EnglishReader(HTMLParser):
    """Collects English words that stand in a page's text, or in an attribute that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [text for name, text in attrs if name in READ_ALOUD and text and ENGLISH.search(text)]
        if tag in NO_LANGUAGE or given.get("lang") == "en":
            self.foreign.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.foreign and self.foreign[-1] == tag:
            self.foreign.pop()

    def handle_data(self, data: str) -> None:
        # A macro or block may hold nothing but an attribute for a tag elsewhere.
        text = ATTRIBUTE.sub("", data)
        if not self.foreign and ENGLISH.search(text):
            self.found.append(" ".join(text.split()))


def loose_english(source: str) -> list[str]:
    """English in a template that was never handed to gettext, so that a Chinese page would show it."""
    tokens = Environment(extensions=["jinja2.ext.i18n"]).lex(source)
    reader = EnglishReader()
    reader.feed("".join(text if kind == "data" else " " for _line, kind, text in tokens))
    reader.close()
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    said = [part for output in tree.find_all(nodes.Output) for part in output.nodes if isinstance(part, nodes.Const)]
    return reader.found + [const.value for const in said if ENGLISH.search(str(const.value))]


def test_code_has_no_chinese_outside_gettext() -> None:
    faults = [(p.relative_to(ROOT), s) for p in python_files() if p not in DATA for s in loose_strings(parse(p))]
    assert not faults, faults


def test_templates_have_no_chinese_outside_gettext() -> None:
    faults = [(t.relative_to(ROOT), line) for t in templates() for line in loose_text(t.read_text(encoding="utf-8"))]
    assert not faults, faults


def test_templates_have_no_english_outside_gettext() -> None:
    faults = [(t.relative_to(ROOT), text) for t in templates() for text in loose_english(t.read_text(encoding="utf-8"))]
    assert not faults, faults


def test_scripts_have_no_chinese_of_their_own() -> None:
    assert not [s for s in (PORTAL / "static/js").glob("*.js") if CJK.search(s.read_text(encoding="utf-8"))]


def test_planted_strings_are_found() -> None:
    assert loose_strings(ast.parse("x = '办成'")) == ["办成"]
    assert not loose_strings(ast.parse("x = _('办成')"))
    assert loose_text("<p>办成</p>")
    assert loose_text("{{ '办成' }}")
    assert not loose_text("<p>{{ _('办成') }}</p>{# 办成 #}")


def test_planted_english_is_found() -> None:
    for planted in (
        "<p>Hello there</p>",
        "{% if late %}<b>Late</b>{% endif %}",
        "<details{% if a %} open{% endif %}><summary>More</summary></details>",
        "<img src='a.png' alt='A photo'>",
        "<input placeholder='Your name' value='{{ name }}'>",
        "<p>{{ 'Hello there' }}</p>",
        "<p lang='en'>English</p><p>Not English</p>",
    ):
        assert len(loose_english(planted)) == 1, planted
    for fine in (
        "<p class='note'>{{ _('办成') }}</p>{# a comment #}",
        "<details{% if a %} open{% endif %}></details>",
        '{% block attributes %} class="paper"{% endblock %}',
        "<a lang='en' hreflang='en'>English</a> <kbd>Enter</kbd> bc_lang A4",
        "<p class=\"{{ 'late' if late else 'near' }}\">{{ word('status', case.status) }}</p>",
        "<style>p { color: red }</style>",
    ):
        assert loose_english(fine) == [], fine


def test_every_sentence_has_its_english(tmp_path: Path) -> None:
    found = tmp_path / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "extract", "-F", "translations/babel.cfg"]
    subprocess.run(
        [*command, "-k", "_l", "-k", "_n:1,2", "-k", "pgettext:1c,2", "-o", str(found), "."], cwd=ROOT, check=True
    )
    wanted = {(e.msgctxt or "", e.msgid) for e in polib.pofile(str(found))}
    catalog = polib.pofile(str(CATALOG))
    have = {(e.msgctxt or "", e.msgid) for e in catalog if e.translated() and "fuzzy" not in e.flags}
    assert wanted, "nothing was extracted"
    assert not wanted - have, sorted(wanted - have)
    assert not {(e.msgctxt or "", e.msgid) for e in catalog if not e.obsolete} - wanted, (
        "sentences nobody uses any more"
    )


def test_no_english_sentence_is_left_in_chinese_and_placeholders_agree() -> None:
    holder = re.compile(r"%\((\w+)\)[sd]")
    for entry in polib.pofile(str(CATALOG)):
        texts = [entry.msgstr, *entry.msgstr_plural.values()]
        for text in filter(None, texts):
            assert not re.search(r"[㐀-鿿]", text), entry.msgid
            assert set(holder.findall(text)) <= set(holder.findall(entry.msgid)), entry.msgid
