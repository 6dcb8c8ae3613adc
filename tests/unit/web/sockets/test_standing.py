"""Which alerts are over by what happens."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desk.kernel.events import Event, InteractionAbandoned, InteractionAnswered, InteractionClosed, Logged
from web.sockets.standing import StandingAlerts

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ENDS = [
    InteractionAnswered(id="i1", queue="general", agent_id="a1", wait_ms=0),
    InteractionAbandoned(id="i1", queue="general", wait_ms=0),
    InteractionClosed(id="i1", disposition="spam"),
]


def left(event: Event) -> list[str]:
    alerts = StandingAlerts()
    cards = [{"id": str(n), "kind": "closing", "queue": "general", "interaction_id": f"i{n}"} for n in (1, 2)]
    alerts.put((NOW, card) for card in cards)
    alerts.fold(Logged(position=3, at=NOW, actor="system", event=event))
    return [card["id"] for card in alerts.standing(NOW, ZoneInfo("UTC"))]


@pytest.mark.parametrize("event", ENDS, ids=lambda event: event.name)
def test_who_was_in_line_at_closing_time_calls_for_nobody_once_taken_or_ended(event: Event) -> None:
    assert left(event) == ["2"]
