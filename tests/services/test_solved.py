"""Solved stories: the alike first, the hall's own alone, pages that lose and repeat none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.extensions import db
from portal.models import SolvedStory
from portal.services.errors import NotFound
from portal.services.solved import PAGE, departments_with_stories, list_solved, search_solved, similar, solved_story
from tests.world import World

DAY = date(2026, 9, 1)


def story(
    world: World,
    title: str,
    problem: str = "",
    *,
    hall: str = "hall",
    department: str = "medical",
    item: str = "",
    day: date = DAY,
) -> SolvedStory:
    row = SolvedStory(
        hall_id=getattr(world, hall).id,
        department_id=world.departments["noise" if hall == "other_hall" else department].id,
        item_id=world.items[item].id if item else None,
        title=title,
        problem=problem or title,
        done="办好了。",
        published_on=day,
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_the_most_alike_story_comes_first_and_none_of_another_hall(any_world: World) -> None:
    story(any_world, "办异地就医备案被要居住证明", hall="other_hall")
    house = story(any_world, "过户时缺一份老房本", department="land")
    clinic = story(any_world, "办异地就医备案被要居住证明", "窗口说少一份居住证明，要回老家开。")
    found = similar(any_world.hall.id, "我妈办异地就医，窗口非要居住证明")
    assert [row.id for row in found] == [clinic.id]
    assert [row.id for row in similar(any_world.hall.id, "房子过户，老房本找不到了")] == [house.id]
    assert similar(any_world.hall.id, "养老金停发") == []


def test_no_more_is_read_than_a_report_may_hold(any_world: World) -> None:
    story(any_world, "办异地就医备案被要居住证明")
    words = "我妈办异地就医，窗口非要居住证明"
    assert similar(any_world.hall.id, words + "\ufdfa" * 2_000)
    assert similar(any_world.hall.id, "\ufdfa" * 1_000 + words) == []


def test_two_characters_find_every_story_that_holds_them_and_none_of_another_hall(any_world: World) -> None:
    story(any_world, "新生儿医保登记", hall="other_hall")
    baby = story(any_world, "新生儿医保登记，系统说已在异地参保", "医院建的临时档案和孩子大名被当成两个人。")
    older = story(any_world, "转学三个月", "等医保转移。", day=DAY - timedelta(days=3))
    story(any_world, "过户时缺一份老房本", department="land")
    assert [row.id for row in search_solved(any_world.hall.id, "医保", 12)] == [baby.id, older.id]
    assert [row.id for row in search_solved(any_world.hall.id, "医保", 1)] == [baby.id]
    assert [row.id for row in search_solved(any_world.hall.id, "给新生儿办医保登记", 12)] == [baby.id]
    assert search_solved(any_world.hall.id, "", 12) == search_solved(any_world.hall.id, "造飞机", 12) == []


def test_the_same_item_counts_even_without_words(any_world: World) -> None:
    story(any_world, "过户时缺一份老房本", item="不动产转移登记", department="land")
    clinic = story(any_world, "备案等了很久", item="异地就医备案")
    assert [row.id for row in similar(any_world.hall.id, item_id=any_world.items["异地就医备案"].id)] == [clinic.id]
    assert similar(any_world.hall.id) == []
    assert similar(any_world.hall.id, "，。") == []


def test_pages_follow_each_other_without_loss_or_repeat(any_world: World) -> None:
    story(any_world, "别的大厅", hall="other_hall")
    # Several on one day, so that the day alone cannot tell where a page ends.
    rows = [story(any_world, f"第{n}件", day=DAY + timedelta(days=n // 7)) for n in range(2 * PAGE + 3)]
    seen, after, pages = [], 0, 0
    while pages == 0 or after:
        page = list_solved(any_world.hall.id, after=after)
        seen += [row.id for row in page.stories]
        after, pages = page.after, pages + 1
    assert pages == 3
    assert seen == [row.id for row in sorted(rows, key=lambda row: (row.published_on, row.id), reverse=True)]


def test_they_can_be_had_by_department_and_by_item(any_world: World) -> None:
    land = story(any_world, "过户", department="land", item="不动产转移登记")
    clinic = story(any_world, "备案", item="异地就医备案")
    hall = any_world.hall.id
    assert [s.id for s in list_solved(hall, department_id=any_world.departments["land"].id).stories] == [land.id]
    assert [s.id for s in list_solved(hall, item_id=any_world.items["异地就医备案"].id).stories] == [clinic.id]
    assert [d.code for d in departments_with_stories(hall)] == ["medical", "land"]


def test_a_page_after_a_story_that_is_gone_is_the_first(any_world: World) -> None:
    only = story(any_world, "备案")
    assert [s.id for s in list_solved(any_world.hall.id, after=999_999).stories] == [only.id]
    assert solved_story(only.id).title == "备案"
    with pytest.raises(NotFound):
        solved_story(999_999)
