"""web/sockets/standing.py: the alerts of today that still call for a supervisor. Pure: what happened in, alerts out.

An alert stands until a supervisor dismisses it, the day of the site is over, or what it tells of no longer holds:

    agent_lost, declined            while the contact, or the work, waits still
    missed_offer                    while its agent is not ready for that reason
    waiting_too_long, service_level while the queue is alarmed
    closing                         until the contact that was kept in line is taken or has ended
    everything else                 until it is dismissed

A floor that is opened later, or by another supervisor, sees what everybody sees.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from desk.figures import start_of_day
from desk.kernel.events import (
    AlertDismissed,
    Event,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionClosed,
    Logged,
    PresenceChanged,
    WorkItemChanged,
)
from routing.presence import MISSED_OFFER

Card = dict[str, Any]

#: More are not shown to anybody: the oldest go.
MOST = 50
_OF_WAITING = ("agent_lost", "declined")
#: Whatever is over when its contact is.
_OF_CONTACTS = (*_OF_WAITING, "closing")
_WAITS = ("waiting", "offered")


class StandingAlerts:
    """Every alert that stands, by its id."""

    def __init__(self) -> None:
        self._alerts: dict[str, tuple[datetime, Card]] = {}

    def put(self, alerts: Iterable[tuple[datetime, Card]]) -> None:
        """These have been told, in this order; one that was told before stands anew."""
        for at, card in alerts:
            self._alerts.pop(card["id"], None)
            self._alerts[card["id"]] = (at, card)
        for id in list(self._alerts)[:-MOST]:
            del self._alerts[id]

    def fold(self, logged: Logged) -> bool:
        """Takes in what happened; whether an alert is over by it."""
        return self._drop(id for id, (_, card) in self._alerts.items() if _is_over(card, logged.event))

    def keep(self, kind: str, queues: Collection[str]) -> bool:
        """Only these queues are alarmed so; whether an alert is over by that."""
        others = (card for _, card in self._alerts.values() if card["kind"] == kind and card["queue"] not in queues)
        return self._drop(card["id"] for card in others)

    def standing(self, now: datetime, zone: ZoneInfo) -> list[Card]:
        """Those of today, the oldest first."""
        midnight = start_of_day(now, zone)
        return [card for at, card in self._alerts.values() if at >= midnight]

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
            return _is_of(card, event.id, _OF_CONTACTS)
        case WorkItemChanged():
            return _is_of(card, event.id, _OF_WAITING) and event.state not in _WAITS
        case _:
            return False


def _is_of(card: Card, id: str, kinds: Collection[str]) -> bool:
    return card["kind"] in kinds and id in (card.get("interaction_id"), card.get("work_item_id"))
