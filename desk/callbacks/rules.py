"""desk/callbacks/rules.py: what holds for a queue's call-backs: its terms, its hours, its callers' language."""

from dataclasses import dataclass
from datetime import timedelta

from desk.kernel.transaction import Row, Rx
from desk.organization.callbacks import QueueCallbacks
from desk.organization.hours import read_span
from desk.organization.openings import keeps_of_queues
from desk.organization.routing_rules import callbacks_said
from desk.organization.rows import queue_of
from desk.tables import calls, interactions, queues
from routing.hours import Span


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How the customers of a queue are rung back; without a `key` nobody leaves its line."""

    first: str
    attempts: int
    gap: timedelta
    hours: Span
    owner_for: timedelta
    key: str | None
    after: timedelta


def terms_of(rx: Rx, queue: str) -> Terms:
    """The terms of a queue.

    Raises:
        NotFound: no such queue.
    """
    everywhere, here = callbacks_said(rx), queue_of(rx.one(queues, queue)).callbacks or QueueCallbacks()
    return Terms(
        first=here.first or everywhere.first,
        attempts=here.attempts or everywhere.attempts,
        gap=timedelta(seconds=here.gap or everywhere.gap),
        hours=read_span(everywhere.hours),
        owner_for=timedelta(seconds=everywhere.owner_for),
        key=here.key,
        after=timedelta(seconds=here.after),
    )


def closed_queues(rx: Rx) -> frozenset[str]:
    """The queues that are closed now, by their hours or at once."""
    return frozenset(queue for queue, keeps in keeps_of_queues(rx).items() if not keeps.at(rx.now).open)


def language_of(rx: Rx, callback: Row) -> str:
    """The language in which a caller waited who left the line; nothing for a call-back that was booked."""
    if callback.interaction_id is None:
        return ""
    spoken = (rx.one(calls, callback.interaction_id).session or {}).get("language")
    return str(spoken or rx.one(interactions, callback.interaction_id).language)
