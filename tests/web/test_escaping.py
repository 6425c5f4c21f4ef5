"""Nothing that somebody typed is ever markup, whatever sentence it was put into."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Flask, render_template_string
from flask_babel import lazy_gettext, lazy_ngettext, lazy_pgettext
from markupsafe import Markup, escape

from portal.rules.codes import new_submission_key
from tests.world import World

PAYLOAD = "<meta http-equiv=refresh content=0;url=&#47;&#47;evil.test>"


def test_a_lazy_sentence_is_escaped_wherever_a_template_puts_it(app: Flask) -> None:
    sentences = (
        lazy_gettext("第 %(version)s 版", version=PAYLOAD),
        lazy_pgettext("between two sentences", "第 %(version)s 版", version=PAYLOAD),
        lazy_ngettext("%(num)s 张海报（%(ends)s）", "%(num)s 张海报（%(ends)s）", 2, ends=PAYLOAD),
    )
    template = "{{ said }}{{ said ~ '!' }}{{ [said, said]|join }}{{ '%s'|format(said) }}{{ said|e }}{{ said|string }}"
    for said in sentences:
        with app.test_request_context():
            for html in (render_template_string(template, said=said), Markup("<b>{}</b>").format(said), escape(said)):
                assert "<meta" not in html
                assert "&lt;meta" in html


def test_the_name_of_a_photo_is_words_on_the_form_and_on_the_track_page(client: Any, world: World) -> None:
    sent = {"key": new_submission_key(), "at": "3m7kd2qa", "words": "x", "photos": (BytesIO(b"hello"), PAYLOAD)}
    page = client.post("/report", data=sent)
    assert page.status_code == 422
    assert PAYLOAD not in page.text
    assert "&lt;meta" in page.text
