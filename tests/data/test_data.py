"""The tables that come with the portal."""

import re

from portal.data import LABELS_SHOWN_FIRST, labels_of, labels_version, obstacle_of_label, rating_labels, sub_reasons
from portal.rules.vocabulary import Cause, Level

FIRST_CODE = {
    Level.VERY_SATISFIED: 510,
    Level.SATISFIED: 406,
    Level.FAIRLY_SATISFIED: 307,
    Level.DISSATISFIED: 207,
    Level.VERY_DISSATISFIED: 108,
}


def test_the_official_list_has_forty_labels_eight_to_a_level_numbered_in_a_row():
    assert len(rating_labels()) == 40
    for level, first in FIRST_CODE.items():
        assert [label.code for label in labels_of(level)] == list(range(first, first + 8))


def test_the_newest_version_of_the_list_is_the_one_in_use():
    assert labels_version() == 2
    assert labels_of(Level.SATISFIED, 1) == ()
    assert 0 < LABELS_SHOWN_FIRST < 8


def test_some_labels_read_as_in_the_official_list():
    names = {label.code: label.name for label in rating_labels()}
    assert names[510] == "一窗受理一次办结"
    assert names[409] == "用告知承诺减免申报材料"
    assert names[314] == "服务态度一般"
    assert names[212] == "在线预约办理后到实体大厅重复取号排队"
    assert names[115] == "服务态度差效率低"


def test_every_cause_has_sub_reasons_with_codes_that_fit_their_column():
    reasons = sub_reasons()
    assert len(reasons) >= 10
    assert {reason.cause for reason in reasons} == set(Cause)
    assert len({reason.code for reason in reasons}) == len(reasons)
    assert all(re.fullmatch("[a-z_]{3,32}", reason.code) for reason in reasons)


def test_every_entry_is_named_once_in_chinese_and_once_in_english():
    for entries in (rating_labels(), sub_reasons()):
        assert len({entry.name for entry in entries}) == len({entry.name_en for entry in entries}) == len(entries)
        for entry in entries:
            assert re.search("[\u4e00-\u9fff]", entry.name)
            assert entry.name_en.strip() == entry.name_en
            assert not re.search("[\u4e00-\u9fff]", entry.name_en)


def test_every_label_of_a_bad_level_leads_to_an_obstacle_and_no_other_does() -> None:
    bad = {label.code for label in rating_labels() if label.level.is_bad}
    assert set(obstacle_of_label()) == bad
