"""Names and numbers shown in part."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.masking import mask_name, mask_phone


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812345678", "138****5678"),
        (" 138 1234 5678 ", "138****5678"),
        ("138-1234-5678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("8613812345678", "138****5678"),
        ("008613812345678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("手机13812345678", "138****5678"),
        ("010-62345678", "010-****5678"),
        ("(0535) 6234567", "0535-****4567"),
        ("0535-6234567转801", "0535-****4567"),
        ("+86 10 6234 5678", "010-****5678"),
        ("62345678", "****5678"),
        ("+44 7911 123456", "+44****3456"),
        ("+1234", "+****"),
        ("12345", "****"),
        ("没有", "****"),
        ("  ", ""),
    ],
)
def test_a_telephone_number_is_recognised_but_not_dialled(number, masked):
    assert mask_phone(number) == masked


@given(st.from_regex("1[3-9][0-9]{9}", fullmatch=True))
def test_the_middle_of_a_mobile_number_never_shows(number):
    assert re.fullmatch(r"1[3-9][0-9]\*{4}[0-9]{4}", mask_phone(number))


@given(st.text("0123456789+-() 转x", max_size=30))
def test_of_any_number_at_most_eight_digits_show_and_some_always_hide(text):
    shown = sum(character.isdigit() for character in mask_phone(text))
    typed = sum(character.isdigit() for character in text)
    assert shown <= 8
    assert shown < typed or typed == 0


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        (" 张 三 ", "张*"),
        ("欧阳修", "欧阳*"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳", "欧*"),
        ("𬱖某", "𬱖*"),
        ("张", "*"),
        ("买买提·吐尔逊", "买**·***"),
        ("清川某某商贸有限公司", "清***"),
        ("John Smith", "J*** S***"),
        ("Li", "L***"),
        ("13812345678", "***"),
        ("", ""),
    ],
)
def test_a_name_keeps_its_surname(name, masked):
    assert mask_name(name) == masked


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12))
def test_of_a_chinese_name_at_most_the_surname_shows(name):
    masked = mask_name(name)
    shown = masked.rstrip("*")
    assert len(shown) <= 2
    assert name.startswith(shown)
    assert shown != name


@given(st.text(max_size=30))
def test_any_name_is_masked_without_complaint(name):
    masked = mask_name(name)
    assert (masked == "") == (name.strip() == "")
    assert masked == "" or "*" in masked
