"""Fitting a text into a box: it never overflows and breaks where a reader would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.typesetting import fit

SLACK = 1e-9


def square(text: str) -> float:
    return sum(1.0 if ord(character) >= 0x2E80 else 0.5 for character in text)


@given(
    text=st.text(st.sampled_from("办成窗口，。（）“”/ -.abc123"), max_size=80),
    width=st.floats(5, 200),
    size=st.floats(2, 40),
    height=st.floats(3, 60),
)
def test_no_line_is_wider_and_no_block_higher_than_its_box(text, width, size, height):
    setting = fit(text, square, width=width, size=size, height=height)
    assert setting.size <= size + SLACK
    assert all(square(line) * setting.size <= width + SLACK for line in setting.lines)
    assert len(setting.lines) * setting.size * 1.3 <= height + SLACK


@given(text=st.text(st.sampled_from("办成窗口，。（）“”/ -.abc123"), max_size=80))
def test_no_letter_is_lost_at_a_break(text):
    setting = fit(text, square, width=60, size=10)
    assert "".join(setting.lines).replace(" ", "") == text.replace(" ", "")


def test_a_short_text_keeps_its_size_on_one_line():
    assert fit("3号窗口", square, width=100, size=10).lines == ("3号窗口",)


def test_a_little_too_long_shrinks_before_it_breaks():
    setting = fit("不要身份证号", square, width=55, size=10)
    assert (setting.lines, setting.size) == (("不要身份证号",), pytest.approx(55 / 6))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三四五六七八", ("一二三四", "五六七八")),
        ("一二三四，五六七八", ("一二三四，", "五六七八")),
        ("ground floor, the window", ("ground floor,", "the window")),
        ("host.with.a.long.name.example/q/3m7kd2x9", ("host.with.a.long.name.example/", "q/3m7kd2x9")),
        ("一二三（四五六）", ("一二三", "（四五六）")),
        ("unbreakableunbreakable", ("unbreakableunbreakable",)),
    ],
)
def test_a_long_text_breaks_where_a_reader_would(text, lines):
    assert fit(text, square, width=square(text) * 4, size=10).lines == lines


def test_a_number_stays_with_its_measure_word():
    assert fit("综合12号", square, width=20, size=10).lines == ("综合", "12号")
