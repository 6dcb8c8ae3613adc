"""desk/floor/handling.py: how long a queue's contacts of a channel take lately, and how long the last of them waited.

    queue, answered ──▶ agent, hold, wrap_up … ──▶ another queue, snoozed, closed
                        └── one time in hand ──┘

Handling is talk, hold and wrap-up, each time in hand for itself: the hours between a contact's end and its
reopening are nobody's work, nor is the time for which it was snoozed. While it took no room in its agent's hands
(a call had interrupted it, or its customer was silent for long) it kept nobody from the next either.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import sqlalchemy as sa

from desk.kernel.event_log import read as read_log
from desk.kernel.events import InteractionChanged, InteractionClosed, Logged
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.organization.routing_rules import limits_said
from desk.tables import events, interactions, segments, to_ms, work_items
from desk.work.parking import STAYS_HELD, Parked
from routing.estimates import Handling, handling_of
from routing.recorded import overlap

#: The past that says how long a contact takes, and the one that says how long who comes now will wait.
LOOK_BACK, A_WHILE = timedelta(hours=24), timedelta(hours=1)
_RECENT = 50

#: When contacts took no room, by contact.
Spans = Mapping[str, Collection[tuple[int, int]]]

_TALK, _QUEUE, _ANSWERED = "agent", "queue", "answered"
#: What the log says of a contact that a call interrupts.
_PARKED = "parked"
#: What it says of one that stays without room: its customer writes (who was silent has been said to be back before),
#: or its agent puts on hold what is interrupted.
_STAYS = ("message", STAYS_HELD)
_CLOSED = "closed"
#: What the log says of when a contact took no room: what has been interrupted as it was written up may close so.
SAYS_WHEN_PARKED = (InteractionChanged.name, InteractionClosed.name)
_HANDLING = frozenset({_TALK, "hold", "wrap_up"})


class InHand(NamedTuple):
    """One time that a contact was in an agent's hands; `wait_ms` is None where it came from no queue."""

    contact: str
    queue: str
    from_ms: int
    until_ms: int
    handle_ms: int
    wait_ms: int | None


class Pace(NamedTuple):
    """How long contacts take, of it their wrap-up, and the last wait in milliseconds; None where nothing is known."""

    handling: Handling | None
    last_wait_ms: int | None
    wrap_up: Handling | None = None


def pace(rx: Rx, queue: str, channel: str) -> Pace:
    """How fast a queue moves. The last wait is that of who came to an agent last within an hour, in hand still
    or not."""
    rows = rx.all(_LATELY, queue=queue, channel=channel, since=rx.now - LOOK_BACK)
    if not rows:
        return Pace(None, None)
    taken = times_in_hand(rows, spans_without_room(rx, {row.interaction_id for row in rows}, to_ms(rx.now)))
    known = sorted((one for one in taken if one.queue == queue), key=attrgetter("until_ms"))[-_RECENT:]
    came = [row for row in rows if row.queue == queue and row.kind == _QUEUE and row.outcome == _ANSWERED]
    answered = [row for row in came if row.to_at > rx.now - A_WHILE]
    last = max(answered, key=lambda row: (row.to_at, row.id), default=None)
    written = [to_ms(row.to_at) - to_ms(row.from_at) for row in rows if row.kind == "wrap_up" and row.to_at is not None]
    return Pace(
        handling=handling_of([one.handle_ms for one in known]),
        last_wait_ms=None if last is None else to_ms(last.to_at) - to_ms(last.from_at),
        wrap_up=handling_of(written),
    )


def times_in_hand(rows: Iterable[Row], without_room: Spans) -> Iterator[InHand]:
    """The times in hand that are over, of segments sorted by contact and time."""
    for _, of_one in groupby(rows, key=attrgetter("interaction_id")):
        wait: Row | None = None
        together: list[Row] = []
        for row in of_one:
            if row.kind in _HANDLING:
                together.append(row)
                continue
            yield from _in_hand(together, wait, without_room)
            wait, together = row, []
        yield from _in_hand(together, wait, without_room)


def spans_without_room(rx: Rx, ids: Collection[str], seen_ms: int) -> Spans:
    """When these contacts took no room; nothing is read where the rules let nothing be parked."""
    limits = limits_said(rx)
    if not (limits.idle or limits.interrupts):
        return {}
    return parked_spans(read_log(rx.all(_STEPS, ids=list(ids))), seen_ms=seen_ms)


def parked_spans(logged: Iterable[Logged], *, seen_ms: int) -> dict[str, list[tuple[int, int]]]:
    """When each contact took no room in its agent's hands: a call had interrupted it, or its customer was silent."""
    return _spans(logged, (_PARKED, Parked.IDLE), seen_ms)


def silences(logged: Iterable[Logged], *, seen_ms: int) -> dict[str, list[tuple[int, int]]]:
    """When each took none because its customer was silent."""
    return _spans(logged, (Parked.IDLE,), seen_ms)


def _spans(logged: Iterable[Logged], begins: Collection[str], seen_ms: int) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    since: dict[str, int] = {}
    for entry in logged:
        event, at_ms = entry.event, to_ms(entry.at)
        if not isinstance(event, InteractionChanged | InteractionClosed):
            continue
        what = event.what if isinstance(event, InteractionChanged) else _CLOSED
        if what in begins:
            since.setdefault(event.id, at_ms)
        elif event.id in since and what not in _STAYS:
            found[event.id].append((since.pop(event.id), at_ms))
    for id, since_ms in since.items():
        found[id].append((since_ms, seen_ms))
    return found


def _in_hand(together: list[Row], wait: Row | None, without_room: Spans) -> Iterator[InHand]:
    """What these segments of one contact are; nothing while one lasts, or where nobody was spoken with."""
    if any(row.to_at is None for row in together) or all(row.kind != _TALK for row in together):
        return
    first, handle_ms = together[0], 0
    for row in together:
        since, until = to_ms(row.from_at), to_ms(row.to_at)
        away = overlap(without_room.get(row.interaction_id, ()), since, until)
        handle_ms += until - since - sum(end - begin for begin, end in away)
    waited = wait is not None and wait.kind == _QUEUE and wait.outcome == _ANSWERED
    yield InHand(
        contact=first.interaction_id,
        queue=first.queue,
        from_ms=to_ms(first.from_at),
        until_ms=to_ms(together[-1].to_at),
        handle_ms=handle_ms,
        wait_ms=to_ms(wait.to_at) - to_ms(wait.from_at) if wait is not None and waited else None,
    )


_DONE = (
    sa.select(interactions.c.id)
    .where(
        interactions.c.queue == sa.bindparam("queue"),
        interactions.c.channel == sa.bindparam("channel"),
        interactions.c.closed_at > sa.bindparam("since"),
        interactions.c.answered_at.is_not(None),
    )
    .order_by(interactions.c.closed_at.desc())
    .limit(_RECENT)
    .subquery()
)
#: They say nothing yet of how long it takes, but how long it was until they were answered.
_STILL = sa.select(work_items.c.interaction_id.label("id")).where(
    work_items.c.state == "active",
    work_items.c.queue == sa.bindparam("queue"),
    work_items.c.channel == sa.bindparam("channel"),
)
_CONTACTS = sa.union_all(sa.select(_DONE.c.id), _STILL).subquery()
_LATELY = (
    sa.select(segments)
    .join(_CONTACTS, _CONTACTS.c.id == segments.c.interaction_id)
    .where(sa.or_(segments.c.to_at.is_(None), segments.c.to_at > sa.bindparam("since")))
    .order_by(segments.c.interaction_id, segments.c.from_at, segments.c.id)
)
_STEPS = (
    sa.select(events)
    .where(among(events.c.subject), events.c.name.in_(SAYS_WHEN_PARKED))
    .order_by(events.c.subject, events.c.id)
)
