"""Showing enough of a name or a number to recognise it, and no more."""

from __future__ import annotations

import re
import unicodedata

# Escapes of the pattern because code holds no Chinese; the comments say what they are.
_COMPOUND_SURNAME = re.compile(
    "|".join(
        (
            # 欧阳 太史 端木 上官 司马 东方 独孤 南宫
            r"\u6b27\u9633|\u592a\u53f2|\u7aef\u6728|\u4e0a\u5b98|\u53f8\u9a6c|\u4e1c\u65b9|\u72ec\u5b64|\u5357\u5bab",
            # 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台
            r"\u4e07\u4fdf|\u95fb\u4eba|\u590f\u4faf|\u8bf8\u845b|\u5c09\u8fdf|\u516c\u7f8a|\u8d6b\u8fde|\u6fb9\u53f0",
            # 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容
            r"\u7687\u752b|\u5b97\u653f|\u6fee\u9633|\u516c\u51b6|\u592a\u53d4|\u7533\u5c60|\u516c\u5b59|\u6155\u5bb9",
            # 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘
            r"\u4ef2\u5b59|\u949f\u79bb|\u957f\u5b59|\u5b87\u6587|\u53f8\u5f92|\u9c9c\u4e8e|\u53f8\u7a7a|\u95fe\u4e18",
            # 司寇 公西 漆雕 乐正 宰父 谷梁 拓跋 轩辕
            r"\u53f8\u5bc7|\u516c\u897f|\u6f06\u96d5|\u4e50\u6b63|\u5bb0\u7236|\u8c37\u6881|\u62d3\u8dcb|\u8f69\u8f95",
            # 令狐 百里 呼延 东郭 南门 西门 淳于 单于
            r"\u4ee4\u72d0|\u767e\u91cc|\u547c\u5ef6|\u4e1c\u90ed|\u5357\u95e8|\u897f\u95e8|\u6df3\u4e8e|\u5355\u4e8e",
            # 第五 梁丘 左丘 纳兰 完颜 达奚 即墨
            r"\u7b2c\u4e94|\u6881\u4e18|\u5de6\u4e18|\u7eb3\u5170|\u5b8c\u989c|\u8fbe\u595a|\u5373\u58a8",
        )
    )
)
_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\ue000-\uf8ff]+")
# Between the parts of a name from another language: the middle dot in its several shapes.
_DOTS = re.compile(r"[\u00b7\u2022\u2027\u30fb]")
# A person's name in Han signs is rarely longer; longer ones are a firm's.
_LONGEST_NAME = 4

_STARS = "****"
_MOBILE = re.compile("1[3-9][0-9]{9}")
_LANDLINE = re.compile("(0(?:10|2[0-9]|[3-9][0-9]{2}))([0-9]{7,8})")
# Where a number ends and a word or an extension begins.
_NUMBER_ENDS = re.compile(r"(?<=[0-9])[^0-9() .\u2010-\u2015-]")


def mask_phone(text: str) -> str:
    """A telephone number for lists: 138****5678; 010-****5678; abroad +44****3456.

    A mobile number keeps its first three and last four digits, a landline its area code and last four, a number
    from abroad the sign, two digits and the last four, any other of seven digits and more the last four. A shorter
    one shows nothing; an extension is dropped. Empty stays empty.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return ""
    abroad, digits = _dialled(_NUMBER_ENDS.split(plain)[0])
    if abroad:
        return f"+{digits[:2]}{_STARS}{digits[-4:]}" if len(digits) >= 9 else f"+{_STARS}"
    if _MOBILE.fullmatch(digits):
        return digits[:3] + _STARS + digits[-4:]
    landline = _LANDLINE.match(digits)
    if landline:
        return f"{landline[1]}-{_STARS}{landline[2][-4:]}"
    return _STARS + (digits[-4:] if len(digits) >= 7 else "")


def _dialled(head: str) -> tuple[bool, str]:
    """Whether a number is abroad, and its digits; +86, 0086 and 86 before a number of this country are taken off."""
    digits = re.sub("[^0-9]", "", head)
    abroad = "+" in head or digits.startswith("00")
    digits = digits.removeprefix("00") if abroad else digits
    if digits.startswith("86") and (abroad or _MOBILE.fullmatch(digits[2:])):
        digits = digits[2:]
        # Dialled from abroad an area code has no 0.
        return False, digits if _MOBILE.fullmatch(digits) or digits.startswith("0") else "0" + digits
    return abroad, digits


def mask_name(text: str) -> str:
    """A name for lists: its surname and a star for each further sign, as in 张*, 张**, 欧阳**.

    Two signs are read as a single surname even where they spell a compound one. A name with a middle dot keeps the
    first sign of its first part (买**·***); a name in letters the first of each word (J*** S***), whatever its length;
    a longer name in Han signs, a firm's, its first sign. A single sign shows nothing. Empty stays empty.
    """
    plain = unicodedata.normalize("NFC", text).strip()
    if not plain:
        return ""
    parts = _DOTS.split(plain)
    if len(parts) > 1:
        return "\u00b7".join([parts[0][:1] + "**", *["***"] * (len(parts) - 1)])
    joined = "".join(plain.split())
    if not _HAN.fullmatch(joined):
        return " ".join(word[0] + "***" if word[0].isalpha() else "***" for word in plain.split())
    if len(joined) == 1:
        return "*"
    if len(joined) > _LONGEST_NAME:
        return joined[0] + "***"
    kept = 2 if len(joined) > 2 and _COMPOUND_SURNAME.match(joined) else 1
    return joined[:kept] + "*" * (len(joined) - kept)
