"""QR codes: what we draw, a scanner reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules import qr
from tests.reading_qr import picture_of_path, picture_of_terminal, read_codes

ADDRESS = "https://bs.qingchuan.example/q/3m7kd2x9"

texts = st.text(
    st.characters(min_codepoint=0x21, exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=120
)
addresses = st.from_regex(r"https://[a-z0-9]{2,20}\.example/q/[0-9a-hjkmnp-tv-z]{8}", fullmatch=True)
levels = st.sampled_from(["L", "M", "Q", "H"])


def read_path(modules: qr.Matrix) -> list[str]:
    return read_codes(picture_of_path(qr.svg_path(modules), qr.view_box(modules)))


@given(text=texts, level=levels)
@settings(max_examples=60, deadline=None)
def test_the_path_of_any_text_reads_back(text, level):
    assert read_path(qr.matrix(text, level=level)) == [text]


@given(address=addresses, level=levels, mask=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_the_capitals_of_an_address_read_back_under_every_mask(address, level, mask):
    assert read_path(qr.matrix(qr.dense(address), level=level, mask=mask)) == [address.upper()]


@given(digits=st.from_regex(r"[0-9]{1,60}", fullmatch=True))
@settings(max_examples=20, deadline=None)
def test_digits_read_back(digits):
    assert read_path(qr.matrix(digits)) == [digits]


@pytest.mark.parametrize(("writing", "ground"), [(255, 0), (0, 255), (147, 54), (88, 253)])
def test_the_terminal_reads_back_on_dark_and_light_grounds(writing, ground):
    shown = qr.terminal(qr.matrix(qr.dense(ADDRESS)))
    assert read_codes(picture_of_terminal(shown, writing=writing, ground=ground)) == [ADDRESS.upper()]


def test_the_terminal_keeps_the_whole_quiet_zone():
    modules = qr.matrix(ADDRESS)
    lines = [
        line.removeprefix("\x1b[38;5;16;48;5;231m").removesuffix("\x1b[0m") for line in qr.terminal(modules).split("\n")
    ]
    assert {len(line) for line in lines} == {len(modules) + 8}
    assert lines[0] == lines[1] == " " * (len(modules) + 8)


def test_capitals_make_a_smaller_code():
    assert len(qr.matrix(qr.dense(ADDRESS), level="Q")) < len(qr.matrix(ADDRESS, level="Q"))


@pytest.mark.parametrize(
    ("given_url", "wanted"),
    [
        (ADDRESS, "HTTPS://BS.QINGCHUAN.EXAMPLE/Q/3M7KD2X9"),
        ("http://192.168.1.7:8000/q/3m7kd2x9", "HTTP://192.168.1.7:8000/Q/3M7KD2X9"),
        ("https://bs.example/Portal/q/3m7kd2x9", "https://bs.example/Portal/q/3m7kd2x9"),
        ("https://bs.example/track#12345", "https://bs.example/track#12345"),
        ("https://bs.example/q/3m7k?at=Ab", "https://bs.example/q/3m7k?at=Ab"),
        ("https://办成.example/q/3m7kd2x9", "https://办成.example/q/3m7kd2x9"),
    ],
)
def test_only_a_poster_address_is_put_in_capitals(given_url, wanted):
    assert qr.dense(given_url) == wanted


def test_the_path_and_the_runs_cover_exactly_the_dark_modules():
    modules = qr.matrix(ADDRESS)
    drawn = {(x + i, y) for x, y, length in qr.runs(modules) for i in range(length)}
    assert drawn == {(x, y) for y, row in enumerate(modules) for x, dark in enumerate(row) if dark}
    assert sum(length for *_, length in qr.runs(modules)) == len(drawn)


def test_the_same_text_makes_the_same_code():
    assert qr.matrix(ADDRESS) == qr.matrix(ADDRESS)


def test_an_empty_text_is_refused():
    with pytest.raises(ValueError, match="needs a text"):
        qr.matrix("")


def test_a_text_beyond_the_largest_code_is_refused_with_its_length():
    with pytest.raises(ValueError, match="4000 bytes"):
        qr.matrix("x" * 4000)


def test_a_broken_code_is_noticed_by_the_reading():
    modules = qr.matrix(ADDRESS, level="L")
    middle = range(len(modules) // 3, 2 * len(modules) // 3)
    broken = tuple(tuple(dark ^ (x in middle) for x, dark in enumerate(row)) for row in modules)
    assert read_path(broken) != [ADDRESS]
