"""desk/replay/reading.py: a span of the past, read from the database as a recording.

The recording goes on after the span for as long as its contacts waited, a day at most: who came then stood
beside them and is played too, without being counted. It holds what the log and the rows say, never the
clock, so the same database gives the same recording.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.floor.handling import spans_without_room, times_in_hand
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.event_log import read as read_log
from desk.kernel.events import (
    Logged,
    OrganizationChanged,
    PresenceChanged,
    WorkItemChanged,
)
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.organization.days import zone_of_site
from desk.organization.history import ORGANIZATION
from desk.organization.routing_rules import calendars_said, rules_of
from desk.replay import people
from desk.replay.beside import beside
from desk.replay.callers import met
from desk.replay.closings import Closings, closings, only_closes
from desk.replay.contacts import batches, contacts_of
from desk.replay.flows import Call
from desk.replay.staff import IN_HAND, LOOK_BACK, done_before, presences
from desk.replay.visits import Told, told
from desk.replay.waits import Segment
from desk.tables import events, interactions, segments, to_ms
from desk.work.long_stays import going_on
from routing.recorded import Handled, Recording

#: A longer span is no question about rules.
LONGEST = timedelta(days=31)
#: How long the recording goes on after the span, at most.
TAIL = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Which past."""

    begins: datetime
    ends: datetime

    def check(self, now: datetime) -> None:
        """Refuses a span that is none, that is not over, or that is too long.

        Raises:
            Invalid
        """
        if self.begins == self.ends:
            raise Invalid("--to", "the same instant as --from: nothing lies between")
        if self.begins > self.ends:
            raise Invalid("--to", "lies before --from")
        if self.ends > now:
            raise Invalid("--to", "lies in the future: only what has happened can be played again")
        if self.ends - self.begins > LONGEST:
            raise Invalid("--to", f"more than {LONGEST.days} days after --from")


@dataclass(frozen=True, kw_only=True)
class Known:
    """A recording, how often the rules of routing have changed since it began, and which calendars were closed.

    `calls` are those whom a call flow met while it lasted.
    """

    recording: Recording
    calls: tuple[Call, ...] = ()
    rules_changed: int
    closings: Closings = field(default_factory=dict)


def read(rx: Rx, span: Span) -> Known:
    """What the database has of a span.

    Raises:
        Conflict: the log begins later, so nobody knows who was there.
    """
    last = log_reaches(rx, span.begins)
    until = _until(rx, span, last)
    # What is open at the end of the log is open still: the span is over, so it was until then at least.
    seen_ms = to_ms(max(last, span.ends))
    ids = sorted(row.interaction_id for row in rx.all(_GOING_ON, begins=span.begins, until=until))
    bounds = {"begins_ms": to_ms(span.begins), "ends_ms": to_ms(span.ends), "seen_ms": seen_ms}
    past, expected = _past(rx, span.begins), _expected(rx)
    rows, facts = _stays(rx, ids, bounds | {"past": past, "expected": expected})
    logged = list(_log(rx, span.begins - LOOK_BACK, until))
    others = beside(rx, logged, span.begins, until, seen_ms=seen_ms)
    earlier, turns = presences(rx, span.begins, logged)
    zone = zone_of_site(rx)
    before = people.let_go(logged, done_before(rx, span.begins, zone), begins_ms=bounds["begins_ms"])
    until_ms = to_ms(until)
    recording = Recording(
        begins_ms=bounds["begins_ms"],
        ends_ms=bounds["ends_ms"],
        until_ms=until_ms,
        visits=tuple(visit for visit in facts.visits if visit.arrived_ms <= until_ms),
        held=tuple(one for one in (*facts.held, *others.held) if one.from_ms <= until_ms),
        rung=tuple(one for one in (*facts.rung, *others.rung) if one.from_ms <= until_ms),
        before=people.in_the_beginning(earlier, before),
        turns=tuple(turns),
        midnights=people.midnights(span.begins, until, zone),
        past=past,
        expected=expected,
    )
    changed = list(read_log(rx.all(_RULES_CHANGED, begins=span.begins)))
    closed_now = [key for key, calendar in calendars_said(rx).items() if calendar.closed]
    return Known(
        recording=recording,
        calls=tuple(met(rx, recording, rows)),
        rules_changed=sum(_changes_a_rule(entry) for entry in changed),
        closings=closings(changed, closed_now, begins_ms=recording.begins_ms, until_ms=until_ms),
    )


def stays_at(rx: Rx, at: datetime, seen: datetime) -> tuple[Told, dict[str, str]]:
    """Who waited at an instant, and what agents had in hand then; of what is not over, `seen` is the last.

    With the contacts that were in line, by the id of that stay.
    """
    ids = sorted(row.interaction_id for row in rx.all(_GOING_ON, begins=at, until=at))
    at_ms = to_ms(at)
    bounds = {"begins_ms": at_ms, "ends_ms": at_ms + 1, "seen_ms": to_ms(seen)}
    rows, facts = _stays(rx, ids, bounds, gained_by=at)
    in_line = {
        row.id: row.interaction_id
        for row in rows
        if row.kind == "queue" and row.from_at <= at and (row.to_at is None or row.to_at > at)
    }
    return facts, in_line


def log_reaches(rx: Rx, at: datetime) -> datetime:
    """The last instant that the log knows of.

    Raises:
        Conflict: it begins after `at`, so nobody knows who was there.
    """
    (log,) = rx.all(_LOG)
    if log.first is None or at < log.first:
        begins = "it is empty" if log.first is None else f"it begins at {log.first:%Y-%m-%dT%H:%M:%SZ}"
        raise Conflict("The log does not reach back so far", begins)
    last: datetime = log.last
    return last


def _stays(
    rx: Rx, ids: Sequence[str], bounds: Mapping[str, Any], gained_by: datetime | None = None
) -> tuple[list[Row], Told]:
    """The segments of these contacts, and what they tell; as urgent as they had become by being declined `by` then."""
    rows = [row for batch in batches(ids) for row in rx.all(_SEGMENTS, ids=batch)]
    known = contacts_of(rx, ids, seen_ms=bounds["seen_ms"], gained_by=gained_by)
    return rows, told((_segment(row) for row in rows), known, **bounds)


def _until(rx: Rx, span: Span, last: datetime) -> datetime:
    """Until the last contact of the span has left its queue, or, where that took long, for a day."""
    (row,) = rx.all(_LEFT, begins=span.begins, ends=span.ends)
    latest = span.ends + TAIL if row.waiting else max(row.left or span.ends, span.ends)
    return max(span.ends, min(latest, span.ends + TAIL, last))


def _segment(row: Row) -> Segment:
    return Segment(
        id=row.id,
        contact=row.interaction_id,
        kind=row.kind,
        queue=row.queue,
        agent_id=row.agent_id or "",
        entry=row.entry,
        from_ms=to_ms(row.from_at),
        until_ms=to_ms(row.to_at) if row.to_at else None,
        outcome=row.outcome,
    )


def _past(rx: Rx, begins: datetime) -> tuple[Handled, ...]:
    """What agents were done with in the day before: each time that they had a contact in hand."""
    since, ends_ms = begins - LOOK_BACK, to_ms(begins)
    channels = {row.id: row.channel for row in rx.all(_HANDLED, since=since, begins=begins)}
    past: list[Handled] = []
    for batch in batches(sorted(channels)):
        rows = rx.all(_IN_ORDER, ids=batch, since=since)
        for one in times_in_hand(rows, spans_without_room(rx, batch, ends_ms)):
            if one.until_ms <= ends_ms:
                queue, channel = one.queue, channels[one.contact]
                past.append(Handled(queue, channel, one.from_ms, one.until_ms, one.wait_ms, one.handle_ms))
    return tuple(past)


def _expected(rx: Rx) -> dict[tuple[str, str], int]:
    """How long today's rules expect contacts to take: the same for all rules that are compared."""
    return {
        (policy.key, channel): handling_ms
        for policy in rules_of(rx).queues
        for channel, handling_ms in policy.handling_ms.items()
    }


def _log(rx: Rx, since: datetime, until: datetime) -> Iterable[Logged]:
    """What the log says of presence and of work that is no contact, in its order."""
    return read_log(rx.all(_ENTRIES, since=since, until=until))


def _changes_a_rule(entry: Logged) -> bool:
    event = entry.event
    return isinstance(event, OrganizationChanged) and bool(event.changes) and not only_closes(event)


#: Each asked for alone: together SQLite reads the whole log for them.
_LOG = sa.select(
    sa.select(sa.func.min(events.c.at)).scalar_subquery().label("first"),
    sa.select(sa.func.max(events.c.at)).scalar_subquery().label("last"),
)
_BEGINS, _ENDS = segments.c.from_at >= sa.bindparam("begins"), segments.c.from_at < sa.bindparam("ends")
_LEFT = sa.select(
    sa.func.max(segments.c.to_at).label("left"),
    sa.func.sum(sa.case((segments.c.to_at.is_(None), 1), else_=0)).label("waiting"),
).where(segments.c.kind == "queue", _BEGINS, _ENDS)
#: What was going on at some instant of the recording, whenever it began.
_GOING_ON = going_on("queue", *IN_HAND)
_SEGMENTS = sa.select(segments).where(among(segments.c.interaction_id))
#: What agents were done with.
_HANDLED = sa.select(interactions.c.id, interactions.c.channel).where(
    interactions.c.closed_at > sa.bindparam("since"),
    interactions.c.closed_at <= sa.bindparam("begins"),
    interactions.c.answered_at.is_not(None),
)
_IN_ORDER = _SEGMENTS.where(sa.or_(segments.c.to_at.is_(None), segments.c.to_at > sa.bindparam("since"))).order_by(
    segments.c.interaction_id, segments.c.from_at, segments.c.id
)
_ENTRIES = (
    sa.select(events)
    .where(
        events.c.at >= sa.bindparam("since"),
        events.c.at <= sa.bindparam("until"),
        events.c.name.in_((PresenceChanged.name, WorkItemChanged.name)),
    )
    .order_by(events.c.id)
)
_RULES_CHANGED = (
    sa.select(events)
    .where(
        events.c.subject == ORGANIZATION,
        events.c.name == OrganizationChanged.name,
        events.c.at >= sa.bindparam("begins"),
    )
    .order_by(events.c.id)
)
