"""Which alerts are over by what happens."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desk.kernel.events import (
    Event,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionClosed,
    InteractionLeftQueue,
    InteractionLetGo,
    Logged,
)
from web.sockets.closings import at_closing
from web.sockets.standing import StandingAlerts

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ENDS = [
    InteractionAnswered(id="i1", queue="general", agent_id="a1", wait_ms=0),
    InteractionAbandoned(id="i1", queue="general", wait_ms=0),
    InteractionClosed(id="i1", disposition="spam"),
    InteractionLeftQueue(id="i1", queue="general", outcome="flow_out", wait_ms=0),
]


def at(event: Event, position: int = 3) -> Logged:
    return Logged(position=position, at=NOW, actor="system", event=event)


def closing(alerts: StandingAlerts, id: str, *, queue: str = "general", closed_ms: int = 7) -> None:
    event = InteractionLetGo(id=id, queue=queue, became="kept", closed_ms=closed_ms)
    alerts.put([(NOW, at_closing(1, event, id))])


def shown(alerts: StandingAlerts) -> list[list[str]]:
    """Who is in each alert."""
    return [[one["interaction_id"] for one in card["people"]] for card in alerts.standing(NOW, ZoneInfo("UTC"))]


@pytest.mark.parametrize("event", ENDS, ids=lambda event: event.name)
def test_who_was_in_line_at_closing_time_calls_for_nobody_once_taken_or_ended(event: Event) -> None:
    alerts = StandingAlerts()
    closing(alerts, "i1")
    closing(alerts, "i2")
    assert alerts.fold(at(event))
    assert shown(alerts) == [["i2"]]
    assert alerts.fold(at(InteractionClosed(id="i2", disposition="")))
    assert shown(alerts) == []


def test_a_closing_has_one_alert_and_a_later_one_of_its_queue_takes_its_place() -> None:
    alerts = StandingAlerts()
    closing(alerts, "i1")
    closing(alerts, "i2")
    closing(alerts, "i3", queue="billing")
    assert shown(alerts) == [["i1", "i2"], ["i3"]]
    (first, _) = alerts.standing(NOW, ZoneInfo("UTC"))
    assert first["text"] == "2 in line when general closed: 2 whose words wait for it."
    closing(alerts, "i4", closed_ms=9)
    assert shown(alerts) == [["i3"], ["i4"]]
    assert alerts.keep_closings({"billing"}, now_ms=10)
    assert shown(alerts) == [["i3"]]


def test_a_closing_that_another_process_has_seen_by_a_faster_clock_stands() -> None:
    alerts = StandingAlerts()
    closing(alerts, "i1", closed_ms=7)
    assert not alerts.keep_closings(set(), now_ms=6)
    assert shown(alerts) == [["i1"]]
    assert alerts.keep_closings(set(), now_ms=7)
