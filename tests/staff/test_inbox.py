"""收件: tabs, filters, rows, places and many dispatches, as pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.extensions import db
from portal.models import NO_DATE, Case, WorkOrder
from portal.rules.vocabulary import Cause
from portal.services import tallies
from portal.services.asking import ask_reporter
from portal.services.search import index_case
from portal.services.transaction import write
from tests.cases import concluded_case, dispatched_case, make_case, recalled_case, registered_case, triaged_case
from tests.checking import Page, text_of
from tests.world import World

# Monday 12 October 2026, 14:30 in Shanghai.
NOW = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)
SignedIn = Callable[..., Any]


@pytest.fixture(autouse=True)
def now(at: Callable[[datetime], None]) -> None:
    at(NOW)


def due(case: Case, at: datetime | None) -> Case:
    with write():
        case.due_at, case.due_sort = at, at or NO_DATE
    return case


def tabs_in(html: str) -> dict[str, str]:
    found = re.findall(r'<a href="[^"]*"[^>]*>(?:<span[^>]*>)+([^<]+)</span>(?:<span>(\d+)</span>)?</a>', html)
    return dict(found)


def test_who_is_not_signed_in_or_may_not_read_cases_stays_out(client: Any, signed_in: SignedIn) -> None:
    assert client.get("/staff/").location == "/account/sign-in?next=/staff/"
    for name in ("viewer", "administrator"):
        assert signed_in(name).get("/staff/").status_code == 403


def test_an_empty_inbox_says_what_comes_next(signed_in: SignedIn) -> None:
    page = text_of(signed_in("triage").get("/staff/"))
    assert "手里没有在办的件" in page
    assert "新的一来就出现在这里" in page
    for tab in ("register", "dispatch", "confirm", "today", "late", "waiting", "follow_up"):
        assert "出现在这里" in text_of(signed_in("triage").get(f"/staff/?tab={tab}"))


def test_an_empty_tab_leads_to_one_that_is_not(world: World, signed_in: SignedIn) -> None:
    due(registered_case(world), NOW - timedelta(days=4))
    answer = signed_in("triage").get("/staff/?tab=today")
    assert "看“已超期”的 1 件" in text_of(answer)
    assert "看“已超期”" not in text_of(signed_in("triage").get("/staff/?tab=late"))


def test_a_row_shows_how_it_stands_what_it_is_about_and_in_whose_hands(world: World, signed_in: SignedIn) -> None:
    case = due(dispatched_case(world, item_id=world.items["异地就医备案"].id), NOW - timedelta(days=3))
    page = text_of(signed_in("triage").get("/staff/"))
    for words in ("异地就医备案", "3号窗口说少一份居住证明", "3号窗口 医保综合", "市医保局", "部门办理中", case.number):
        assert words in page
    assert re.search(r"超 \d 天", page)


def test_the_hour_an_anonymous_person_came_is_not_shown(world: World, signed_in: SignedIn) -> None:
    make_case(world)
    page = text_of(signed_in("clerk").get("/staff/"))
    assert "10月8日" in page
    assert "14:06" not in page
    make_case(world, name="王秀英", phone="13800005678")
    page = text_of(signed_in("clerk").get("/staff/"))
    assert "10月8日 14:06" in page
    assert "王秀英" not in page
    assert "5678" not in page


def test_tabs_count_what_they_hold_and_say_so_in_the_title(world: World, signed_in: SignedIn) -> None:
    due(registered_case(world), NOW + timedelta(hours=2))
    due(dispatched_case(world), NOW - timedelta(days=4))
    make_case(world)
    concluded_case(world)
    client = signed_in("triage")
    html = client.get("/staff/").get_data(as_text=True)
    assert "<title>收件 3 · 办成</title>" in html
    assert tabs_in(html) == {
        "全部在办": "3",
        "待登记": "1",
        "待分办": "1",
        "待我确认": "0",
        "今天到期": "1",
        "已超期": "2",
        "时限停着": "0",
        "待回访": "1",
    }
    assert "<title>收件 2 · 办成</title>" in client.get("/staff/?tab=late").get_data(as_text=True)


def test_what_waits_for_the_reporter_has_its_tab(world: World, signed_in: SignedIn) -> None:
    case = dispatched_case(world)
    ask_reporter(world.viewer("handler"), case.number, version=case.version, question="请问居住证明是哪里开的？")
    page = text_of(signed_in("handler").get("/staff/?tab=waiting"))
    assert "等本人补充" in page
    assert case.number in page


def test_a_filter_is_an_address_and_hides_counts_that_would_not_be_its_own(world: World, signed_in: SignedIn) -> None:
    mine, other = registered_case(world), registered_case(world, counter_id=world.counters["21"].id)
    answer = signed_in("triage").get("/staff/?win=3&cause=nonsense&dep=nowhere&tab=nonsense&kind=")
    assert mine.number in text_of(answer)
    assert other.number not in text_of(answer)
    html = answer.get_data(as_text=True)
    assert "筛出来 1 件" in html
    assert set(tabs_in(html).values()) == {""}
    assert 'href="/staff/?win=3&amp;tab=late"' in html
    assert re.search(r'<option value="3" selected>', html)


def test_a_search_marks_what_it_found_and_looks_at_every_state(world: World, signed_in: SignedIn) -> None:
    over = concluded_case(world)
    with write():
        index_case(over.id, over.number, over.words)
    client = signed_in("triage")
    for query in ("备案", "居住 证明", over.number):
        page = client.get("/staff/", query_string={"q": query})
        assert over.number in text_of(page), query
        assert "已办结的也在内" in text_of(page)
    assert "<mark>备案</mark>" in client.get("/staff/?q=备案").get_data(as_text=True)
    nothing = client.get("/staff/?q=电梯")
    assert "没有找到" in text_of(nothing)
    assert 'value="电梯"' in nothing.get_data(as_text=True)
    assert "只有标点" in text_of(client.get("/staff/?q=？！"))


@pytest.mark.parametrize("query", ["<script>", '"><b>', "\x00", "x" * 5000, "' OR 1=1 --", "\u202e反"])
def test_no_query_breaks_the_page(world: World, signed_in: SignedIn, query: str) -> None:
    make_case(world)
    answer = signed_in("triage").get("/staff/", query_string={"q": query, "after": query, "dep": query, "hall": ""})
    assert answer.status_code == 200


def test_a_hall_of_others_does_not_exist(signed_in: SignedIn) -> None:
    assert signed_in("triage").get("/staff/?hall=BY").status_code == 404
    assert signed_in("triage").get("/staff/?hall=QC").status_code == 200


@pytest.mark.parametrize("after", ["999999999999999999.1", "abc", "1.1.1", "9" * 60])
def test_a_place_that_is_none_begins_at_the_top_with_a_sentence(world: World, signed_in: SignedIn, after: str) -> None:
    case = make_case(world)
    page = text_of(signed_in("clerk").get(f"/staff/?after={after}"))
    assert "从最前面给您列起" in page
    assert case.number in page


def test_fifty_rows_a_page_and_a_way_on_and_back(world: World, signed_in: SignedIn) -> None:
    insert(world, 120)
    client, seen, url = signed_in("clerk"), [], "/staff/"
    for expected in (50, 50, 20):
        html = client.get(url).get_data(as_text=True)
        rows = re.findall(r'href="/staff/cases/(\d{4}-\d{4})"', html)
        assert len(rows) == expected
        seen += rows
        following = re.search(r'href="([^"]+)" rel="next"', html)
        url = following[1].replace("&amp;", "&") if following else ""
    assert not url
    assert len(set(seen)) == 120
    assert "回到最前" in html


def test_htmx_gets_the_region_alone(world: World, signed_in: SignedIn) -> None:
    make_case(world)
    answer = signed_in("clerk").get("/staff/?win=3", headers={"HX-Request": "true"})
    html = answer.get_data(as_text=True)
    assert html.lstrip().startswith('<div class="stack" id="cases">')
    assert "<html" not in html
    assert "HX-Request" in answer.headers["Vary"]
    assert not Page(html).check(whole=False)


def test_going_back_gets_the_whole_page(signed_in: SignedIn) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in signed_in("clerk").get("/staff/?win=3", headers=headers).get_data(as_text=True)


def insert(world: World, count: int) -> None:
    """Cases past the ORM: every tenth is still open."""
    base = {
        "hall_id": world.hall.id,
        "counter_id": world.counters["3"].id,
        "channel": "qr",
        "words": "今天又来，还是这句话。",
        "received_at": NOW,
        "received_on": NOW.date(),
        "clock_from": NOW,
        "take_up_promised_at": NOW,
        "reply_promised_at": NOW,
    }
    step = 10 if count > 1000 else 1
    rows = []
    for at in range(count):
        is_open = at % step == 0
        when = NOW + timedelta(minutes=at % 9000) if is_open else None
        number = f"{10_000_000 + at}"
        rows.append(
            base
            | {
                "number": f"{number[:4]}-{number[4:]}",
                "status": "submitted" if is_open else "closed",
                "open": is_open,
                "due_at": when,
                "due_sort": when or NO_DATE,
                "submission_hash": f"h{at}",
            }
        )
    with write() as session:
        session.execute(sa.insert(Case), rows)
        tallies.recount()


def statements(client: Any, sent: list[str], url: str) -> list[str]:
    client.get(url)
    sent.clear()
    client.get(url)
    return list(sent)


def test_statements_are_few_and_the_same_for_ten_times_as_many_cases(
    world: World, signed_in: SignedIn, count_statements: list[str]
) -> None:
    clients = {name: signed_in(name) for name in ("clerk", "triage", "handler", "oversight")}
    urls = ("/staff/", "/staff/?tab=late", "/staff/?q=又来", "/staff/?win=3&cause=hard_to_do")
    counts = {}
    for total in (2_000, 20_000):
        with write() as session:
            session.execute(sa.delete(Case))
        insert(world, total)
        counts[total] = {(n, u): len(statements(c, count_statements, u)) for n, c in clients.items() for u in urls}
    assert counts[2_000] == counts[20_000]
    assert max(counts[2_000].values()) <= 6, counts[2_000]


def test_the_list_walks_the_index_of_its_order(world: World, signed_in: SignedIn, count_statements: list[str]) -> None:
    insert(world, 3_000)
    client = signed_in("triage")
    for url in ("/staff/", "/staff/?tab=late", "/staff/?after=1791786600000000.5"):
        (listing,) = [one for one in statements(client, count_statements, url) if "LIMIT" in one]
        plan = explained(client, listing, url)
        assert "ix_case_hall_id_open_due_sort_id" in plan
        assert "SCAN case" not in plan
        (counting,) = [one for one in statements(client, count_statements, url) if "case_tally" in one]
        assert "SCAN case " not in explained(client, counting, url)


def explained(client: Any, statement: str, url: str) -> str:
    """SQLite's plan of a statement, as the page itself sent it with its values."""
    plans = []

    def explain(conn: Any, cursor: Any, sent: str, values: Any, *rest: Any) -> None:
        if sent == statement and not plans:
            plans.extend(row[3] for row in conn.connection.execute("EXPLAIN QUERY PLAN " + sent, values))

    sa.event.listen(db.engine, "after_cursor_execute", explain)
    client.get(url)
    sa.event.remove(db.engine, "after_cursor_execute", explain)
    assert plans
    return "\n".join(plans).replace('"', "")


@pytest.fixture
def picked(world: World) -> list[Case]:
    medical = world.items["异地就医备案"].id
    return [triaged_case(world, item_id=medical), triaged_case(world, item_id=medical), registered_case(world)]


def plan(client: Any, send: Any, picked: list[Case], **more: Any) -> Any:
    fields = {"case": [case.number for case in picked]} | more
    return send(client, "/staff/dispatches/plan", "/staff/", **fields)


def test_before_many_are_dispatched_a_page_says_which_and_which_not(
    signed_in: SignedIn, send: Any, picked: list[Case]
) -> None:
    answer = plan(signed_in("triage"), send, picked)
    page = text_of(answer)
    assert "要派出 2 件" in page
    assert "1 件不派" in page
    assert "还没研判原因" in page
    html = answer.get_data(as_text=True)
    assert '<option value="medical" selected>' in html
    assert all(case.status == "registered" for case in picked)
    assert db.session.query(WorkOrder).count() == 0


def test_what_was_recalled_can_be_picked_and_sent_again(world: World, signed_in: SignedIn, send: Any) -> None:
    case, held = recalled_case(world), dispatched_case(world)
    client = signed_in("triage")
    html = client.get("/staff/?tab=dispatch").get_data(as_text=True)
    assert f'name="case" value="{case.number}"' in html
    assert held.number not in html
    assert f'name="case" value="{held.number}"' not in client.get("/staff/").get_data(as_text=True)
    pick = re.findall(r'name="pick" value="([^"]+)"', plan(client, send, [case]).get_data(as_text=True))
    assert "派出了 1 件" in text_of(send(client, "/staff/dispatches", "/staff/", pick=pick, department="land"))
    db.session.expire_all()
    assert db.session.get_one(Case, case.id).holder_id == world.departments["land"].id


def test_many_are_dispatched_each_by_itself_and_what_became_of_each_is_told(
    world: World, signed_in: SignedIn, send: Any, picked: list[Case]
) -> None:
    client = signed_in("triage")
    picks = re.findall(r'name="pick" value="([^"]+)"', plan(client, send, picked).get_data(as_text=True))
    assert len(picks) == 2
    with write():
        picked[0].version, before = picked[0].version, picked[0].version
        picked[0].plan = "有人先动了"
    assert picked[0].version != before
    answer = send(client, "/staff/dispatches", "/staff/", pick=[*picks, "nonsense"], department="land")
    page = text_of(answer)
    assert "派出了 1 件" in page
    assert "都派给了市自然资源局" in page
    assert "1 件没有派" in page
    assert "刚才有人先动了这一件" in page
    assert [case.status for case in picked] == ["registered", "dispatched", "registered"]
    assert picked[1].holder_id == world.departments["land"].id


def test_a_department_must_be_chosen_and_the_picks_stay(signed_in: SignedIn, send: Any, picked: list[Case]) -> None:
    picks = [f"{case.number}:{case.version}" for case in picked[:2]]
    answer = send(signed_in("triage"), "/staff/dispatches", "/staff/", pick=picks, department="nowhere")
    assert answer.status_code == 422
    assert "请选一个部门" in text_of(answer)
    assert answer.get_data(as_text=True).count('name="pick"') == 2


def test_picking_nothing_or_too_much_is_said(signed_in: SignedIn, send: Any, picked: list[Case]) -> None:
    client = signed_in("triage")
    for cases, sentence in (([], "先勾上"), ([f"1000-{n:04d}" for n in range(51)], "一次最多派 50 件")):
        answer = send(client, "/staff/dispatches/plan", "/staff/", case=cases)
        assert answer.status_code == 303
        assert sentence in text_of(client.get(answer.location))


def test_cases_that_are_not_for_them_cannot_be_picked(
    world: World, signed_in: SignedIn, send: Any, picked: list[Case]
) -> None:
    secret = triaged_case(world, cause=Cause.WITHHELD)
    far = make_case(world, hall=world.other_hall)
    answer = plan(signed_in("triage"), send, [secret, far, *picked])
    assert secret.number not in answer.get_data(as_text=True)
    assert far.number not in answer.get_data(as_text=True)
    sent = send(signed_in("triage"), "/staff/dispatches", "/staff/", pick=f"{secret.number}:1", department="medical")
    assert "没有这一件" in text_of(sent)


def test_who_does_not_dispatch_has_no_boxes(signed_in: SignedIn, picked: list[Case]) -> None:
    assert 'type="checkbox"' in signed_in("triage").get("/staff/").get_data(as_text=True)
    html = signed_in("clerk").get("/staff/").get_data(as_text=True)
    assert 'type="checkbox"' not in html
    assert picked[0].number in html
    assert signed_in("clerk").post("/staff/dispatches", data={}).status_code == 403
