"""Telephone numbers as people write them."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

HOME = "CN"
HOME_CODE = 86
# 转 before an extension, which the library does not read.
_EXTENSION = re.compile(r"\s*(?:\u8f6c|\u8f49)\s*")
_LONGEST = 40


def parse_phone(text: str) -> str | None:
    """The number as it is kept, or None when nobody could be reached by it.

    A mobile of this country as eleven digits, a landline as 010-87654321, one from abroad as +44 20 7946 0958. A local
    number of seven or eight digits is taken as it is: the hall knows its own area code.
    """
    plain = _EXTENSION.sub(" ext. ", unicodedata.normalize("NFKC", text[: _LONGEST + 1]).strip())
    try:
        number = phonenumbers.parse(plain, HOME)
    except phonenumbers.NumberParseException:
        return None
    local = re.sub("[^0-9]", "", plain)
    if re.fullmatch("[2-8][0-9]{6,7}", local):
        return local
    if not phonenumbers.is_valid_number(number):
        return None
    return _written(number)


def _written(number: PhoneNumber) -> str:
    extension = f" ext. {number.extension}" if number.extension else ""
    if number.country_code != HOME_CODE:
        return str(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))
    whole = re.sub("[^0-9]", "", phonenumbers.format_number(_without_extension(number), PhoneNumberFormat.NATIONAL))
    if not whole.startswith("0"):
        return whole + extension
    area = 3 if whole[1] in "12" else 4
    return f"{whole[:area]}-{whole[area:]}{extension}"


def _without_extension(number: PhoneNumber) -> PhoneNumber:
    return PhoneNumber(country_code=number.country_code, national_number=number.national_number)
