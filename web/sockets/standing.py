"""web/sockets/standing.py: the alerts of today that still call for a supervisor. Pure: what happened in, alerts out.

An alert stands until a supervisor dismisses it, the day of the site is over, or what it tells of no longer holds:

    agent_lost, declined            while the contact, or the work, waits still
    missed_offer                    while its agent is not ready for that reason
    waiting_too_long, service_level while the queue is alarmed
    closing                         until the queue opens again, or everybody who was kept in line is taken, waits
                                    elsewhere, or has left
    everything else                 until it is dismissed

A floor that is opened later, or by another supervisor, sees what everybody sees.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from desk.kernel.events import (
    AlertDismissed,
    Event,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionClosed,
    InteractionLeftQueue,
    Logged,
    PresenceChanged,
    WorkItemChanged,
)
from desk.organization.days import start_of_day
from routing.presence import MISSED_OFFER
from web.sockets.closings import KIND as CLOSING
from web.sockets.closings import joined, without

Card = dict[str, Any]

#: More are not shown to anybody: the oldest go.
MOST = 50
_OF_WAITING = ("agent_lost", "declined")
_WAITS = ("waiting", "offered")
_LEAVES_THE_LINE = (InteractionAnswered, InteractionAbandoned, InteractionClosed, InteractionLeftQueue)


class StandingAlerts:
    """Every alert that stands, by its id."""

    def __init__(self) -> None:
        self._alerts: dict[str, tuple[datetime, Card]] = {}

    def put(self, alerts: Iterable[tuple[datetime, Card]]) -> list[Card]:
        """These have been told, in this order; one that was told before stands anew, and as it is returned."""
        told = []
        for at, card in alerts:
            before = self._alerts.pop(card["id"], None)
            now = joined(before[1], card) if before is not None and card["kind"] == CLOSING else card
            if card["kind"] == CLOSING:  # an earlier one of its queue is over
                self._drop([id for id, (_, one) in self._alerts.items() if _same_queue(one, card)])
            self._alerts[card["id"]] = (at, now)
            told.append(now)
        for id in list(self._alerts)[:-MOST]:
            del self._alerts[id]
        return told

    def fold(self, logged: Logged) -> bool:
        """Takes in what happened; whether an alert is over by it, or about fewer."""
        over = self._drop(id for id, (_, card) in self._alerts.items() if _is_over(card, logged.event))
        return self._has_left(logged.event) or over

    def keep(self, kind: str, queues: Collection[str]) -> bool:
        """Only these queues are alarmed so; whether an alert is over by that."""
        others = (card for _, card in self._alerts.values() if card["kind"] == kind and card["queue"] not in queues)
        return self._drop(card["id"] for card in others)

    def keep_closings(self, closed: Collection[str], now_ms: int) -> bool:
        """Only these queues are closed; whether an alert is over by that. A closing that is still to come here was told
        by a process whose clock is ahead."""
        cards = [card for _, card in self._alerts.values() if card["kind"] == CLOSING]
        to_come = {card["queue"] for card in cards if card["closed_ms"] > now_ms}
        return self.keep(CLOSING, {*closed, *to_come})

    def standing(self, now: datetime, zone: ZoneInfo) -> list[Card]:
        """Those of today, the oldest first."""
        midnight = start_of_day(now, zone)
        return [card for at, card in self._alerts.values() if at >= midnight]

    def _has_left(self, event: Event) -> bool:
        """Whoever was in line at a closing and is taken, waits elsewhere, or has ended, is in its alert no more."""
        if not isinstance(event, _LEAVES_THE_LINE):
            return False
        found = [(id, at, card) for id, (at, card) in self._alerts.items() if _has(card, event.id)]
        for id, at, card in found:
            left = without(card, event.id)
            if left is None:
                del self._alerts[id]
            else:
                self._alerts[id] = (at, left)
        return bool(found)

    def _drop(self, ids: Iterable[str]) -> bool:
        over = list(ids)
        for id in over:
            del self._alerts[id]
        return bool(over)


def _is_over(card: Card, event: Event) -> bool:
    match event:
        case AlertDismissed():
            return bool(card["id"] == event.id)
        case PresenceChanged():
            return card["kind"] == "missed_offer" and card["agent_id"] == event.id and event.reason != MISSED_OFFER
        case InteractionAnswered() | InteractionAbandoned() | InteractionClosed():
            return _is_of(card, event.id, _OF_WAITING)
        case WorkItemChanged():
            return _is_of(card, event.id, _OF_WAITING) and event.state not in _WAITS
        case _:
            return False


def _has(card: Card, interaction_id: str) -> bool:
    return card["kind"] == CLOSING and any(one["interaction_id"] == interaction_id for one in card["people"])


def _same_queue(one: Card, other: Card) -> bool:
    return bool(one["kind"] == other["kind"] and one["queue"] == other["queue"])


def _is_of(card: Card, id: str, kinds: Collection[str]) -> bool:
    return card["kind"] in kinds and id in (card.get("interaction_id"), card.get("work_item_id"))
