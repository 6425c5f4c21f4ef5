"""The dates on the track page: none moves without being shown with its reason, and each explains itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.cases import register
from tests.checking import text_of
from tests.track.reporters import coded
from tests.world import World


def oct_(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of October 2026 in Shanghai."""
    return datetime(2026, 10, day, hour - 8, minute, tzinfo=UTC)


def test_a_reply_due_sooner_than_the_receipt_said_is_shown_with_its_reason(client: Any, world: World, at: Any) -> None:
    at(oct_(12, 16, 30))
    case, code = coded(world, received_at=oct_(12, 16, 30))
    before = text_of(client.post("/track/case", data={"code": code}))
    assert "最晚10月16日（星期五）下班前给您第一次答复" in before
    assert "比收到时说的" not in before
    at(oct_(12, 16, 40))
    register(world, case)
    after = text_of(client.post("/track/case", data={"code": code}))
    assert "10月15日（星期四）下班前答复您" in after
    assert "比收到时说的 10月16日（星期五）早：接手得早，就从接手那天算起。" in after
