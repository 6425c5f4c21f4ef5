"""Words of people in another language than the page are marked with it; large numbers are read in groups."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from portal.web.formats import as_written, clauses, thousands


@pytest.mark.parametrize(
    ("page", "words", "shown"),
    [
        ("zh", "跑了三趟", "跑了三趟"),
        ("en", "跑了三趟", '<span lang="zh-Hans">跑了三趟</span>'),
        ("zh", "I came three times", '<span lang="en">I came three times</span>'),
        ("en", "I came three times", "I came three times"),
        ("zh", "跑了 three times", "跑了 three times"),
        ("en", "<b>三趟", '<span lang="zh-Hans">&lt;b&gt;三趟</span>'),
        ("en", Markup("&lt;三趟"), '<span lang="zh-Hans">&lt;三趟</span>'),
        ("zh", "1990000****", "1990000****"),
        ("en", "", ""),
        ("en", None, ""),
    ],
)
def test_what_is_in_another_language_than_the_page_says_so(app: Flask, page: str, words: str, shown: str) -> None:
    with app.test_request_context(headers={"Accept-Language": page}):
        assert as_written(words) == shown


@pytest.mark.parametrize("page", ["zh", "en"])
def test_a_large_number_is_written_in_groups_of_three(app: Flask, page: str) -> None:
    with app.test_request_context(headers={"Accept-Language": page}):
        assert [thousands(number) for number in (0, 999, 13951)] == ["0", "999", "13,951"]


def clause(*texts: str) -> str:
    """The texts as clauses."""
    return "".join(f'<span class="clause">{text}</span>' for text in texts)


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("还清贷款，抵押消不掉", clause("还清贷款，", "抵押消不掉")),
        ("异地就医备案", "异地就医备案"),
        ("Filed, and done", "Filed, and done"),
        ("<i>，店名&，被退", clause("&lt;i&gt;，", "店名&amp;，", "被退")),
        (
            Markup('<span lang="zh-Hans">还清贷款，抵押消不掉</span>'),
            '<span lang="zh-Hans">还清贷款，抵押消不掉</span>',
        ),
        ("都说“满了。”转不了", clause("都说“满了。”", "转不了")),
        ("", ""),
    ],
)
def test_a_heading_breaks_between_its_clauses(heading: str, shown: str) -> None:
    assert clauses(heading) == shown
