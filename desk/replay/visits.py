"""desk/replay/visits.py: segments, as the database keeps them, become visits and what else agents held.

A stay in a queue and the agent's stays after it (talk, hold, wrap-up) are one visit. What an agent did
that no visit within the recording led to (begun before it, called out, taken over) is held by that
agent when it was.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from desk.replay.usual import NOTHING, Expected, Usual, with_usual
from desk.replay.waits import Contact, Segment, given_to, offers_of, work_of
from routing.recorded import End, Handled, Held, Rung, Silence, Visit, overlap

#: Entries that count as offered, as on the floor's tiles: a transfer or a return is the same contact again.
COUNTED = frozenset({"new", "reopened", "flow_in"})
#: A contact that begins anew has a new place, and nothing before it leads to it.
_BEGINS_ANEW = frozenset({"new", "reopened"})
_QUEUE, _FLOW_IN = "queue", "flow_in"
#: A call that its agent makes: it counts for them as if it had been offered.
_DIALLING = "dialling"
_IN_HAND = frozenset({_DIALLING, "agent", "hold", "wrap_up"})
#: Only their agent lets such a stay begin, or the call that interrupts it.
_BY_HAND = frozenset({"hold", "wrap_up"})
#: Until when an agent had in hand what they took at an instant.
Lasts = Mapping[tuple[str, int], int]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What segments tell: visits in order of arrival, what agents held beside, and whom they rang themselves."""

    visits: tuple[Visit, ...]
    held: tuple[Held, ...]
    rung: tuple[Rung, ...] = ()


def told(
    segments: Iterable[Segment],
    contacts: Mapping[str, Contact],
    *,
    begins_ms: int,
    ends_ms: int,
    seen_ms: int,
    past: Iterable[Handled] = (),
    expected: Expected = NOTHING,
) -> Told:
    """The visits that end after `begins_ms`; of what is not over, `seen_ms` is the last that was seen.

    Segments of a contact that nobody knows are left out. The `past` before, and what the rules have `expected`, say how
    long takes what nobody took.
    """
    visits: list[Visit] = []
    held: list[Held] = []
    rung: list[Rung] = []
    in_order = sorted(segments, key=lambda one: (one.contact, one.from_ms, one.id))
    lasts = _lasts(in_order, seen_ms)
    for id, of_one in groupby(in_order, key=attrgetter("contact")):
        if id in contacts:
            one = _One(contacts[id], begins_ms, ends_ms, seen_ms, lasts)
            one.read(list(of_one))
            visits += one.visits
            held += one.held
            rung += one.rung
    return Told(
        visits=tuple(
            sorted(with_usual(visits, Usual(visits, past, expected)), key=lambda visit: (visit.arrived_ms, visit.id))
        ),
        held=tuple(sorted(held, key=lambda one: (one.from_ms, one.agent_id, one.until_ms, one.channel))),
        rung=tuple(sorted(rung, key=lambda one: (one.from_ms, one.agent_id))),
    )


class _One:
    """One contact."""

    def __init__(self, contact: Contact, begins_ms: int, ends_ms: int, seen_ms: int, lasts: Lasts) -> None:
        self._contact, self._begins_ms, self._ends_ms, self._seen_ms = contact, begins_ms, ends_ms, seen_ms
        self._lasts = lasts
        self.visits: list[Visit] = []
        self.held: list[Held] = []
        self.rung: list[Rung] = []
        self._over_ms = 0  # when the newest visit was over

    def read(self, segments: list[Segment]) -> None:
        stays = [at for at, segment in enumerate(segments) if segment.kind == _QUEUE]
        bounds = [*stays, len(segments)]
        self._beside(segments[: bounds[0]])
        newest = max((at for at in stays if segments[at].entry in _BEGINS_ANEW), default=0)
        place_ms = self._contact.placed_ms
        for at, until in zip(stays, bounds[1:], strict=True):
            if at >= newest:
                place_ms = self._contact.placed_ms
            elif segments[at].entry in _BEGINS_ANEW:
                place_ms = segments[at].from_ms
            self._visit(segments[at], segments[at + 1 : until], place_ms, last=at == stays[-1])

    def _visit(self, stay: Segment, after: list[Segment], place_ms: int, *, last: bool) -> None:
        after = [segment for segment in after if segment.kind in _IN_HAND and segment.agent_id]
        if stay.until_ms is not None and stay.until_ms <= self._begins_ms:
            self._beside(after)
            return
        end = _end(stay)
        agent_id = after[0].agent_id if after and end is End.ANSWERED else ""
        offers = offers_of(self._contact, stay.from_ms, self._until(stay), self._begins_ms)
        own = next((at for at, segment in enumerate(after) if segment.agent_id != agent_id), len(after))
        in_hand = self._in_hand(after[:own])
        visit = Visit(
            work=work_of(self._contact, stay, place_ms, self._begins_ms, last=last),
            arrived_ms=stay.from_ms,
            end=end,
            left_ms=stay.until_ms,
            agent_id=agent_id,
            handle_ms=sum(until - since for since, until in in_hand),
            in_hand=in_hand,
            silences=tuple(self._silences(after[:own], in_hand)),
            ring_ms=offers.ring_ms,
            offered_ms=offers.offered_ms,
            rings=offers.rings,
            counts=stay.entry in COUNTED and self._begins_ms <= stay.from_ms < self._ends_ms,
            in_vain=offers.in_vain,
            declines=offers.declines,
            helped=stay.entry == _FLOW_IN,
            given=given_to(self._contact, stay.from_ms, self._until(stay), self._begins_ms),
        )
        self.visits.append(visit if stay.entry in _BEGINS_ANEW else self._linked(visit))
        self._over_ms = self._until(after[own - 1] if agent_id else stay)
        self._beside(after[own:])

    def _linked(self, visit: Visit) -> Visit:
        """A visit to which the one before it led."""
        if not self.visits:
            return visit
        before = self.visits[-1]
        if before.left_ms is None:
            return visit
        return replace(visit, after=before.id, gap_ms=max(0, visit.arrived_ms - self._over_ms))

    def _in_hand(self, segments: Sequence[Segment]) -> tuple[tuple[int, int], ...]:
        """From when until when it took room: what was interrupted, or idle, took none."""
        spans = [span for segment in segments for span in self._took_room(segment.from_ms, self._until(segment))]
        return tuple(overlap(spans, spans[0][0], spans[-1][1])) if spans else ()

    def _silences(self, segments: Sequence[Segment], in_hand: Sequence[tuple[int, int]]) -> Iterator[Silence]:
        """When its customer was silent, or its agent took it up by hand, by the work that was done before; at last,
        when it took no room until its agent let go of it, for whatever reason."""
        if not segments:
            return
        begins, ends = segments[0].from_ms, self._until(segments[-1])
        worked_until = in_hand[-1][1] if in_hand else begins
        silent = overlap(self._contact.silent, begins, worked_until)
        for begin, end in overlap(self._contact.parked, begins, worked_until):
            by_hand = self._by_hand(segments, begin, end)
            worked_ms = sum(min(until, begin) - since for since, until in in_hand if since < begin)
            for since, until in [(begin, end)] if by_hand else overlap(silent, begin, end):
                yield Silence(after_ms=worked_ms, for_ms=until - since, by_hand=by_hand)
        if worked_until < ends:
            yield Silence(after_ms=sum(until - since for since, until in in_hand), for_ms=ends - worked_until)

    def _by_hand(self, segments: Sequence[Segment], begin: int, end: int) -> bool:
        """Whether its agent put it on hold or began to write it up as it took no room, or goes on with it while what
        interrupted it lasts."""
        began = any(one.from_ms == end and one.kind in _BY_HAND for one in segments)
        return began or self._lasts.get((segments[0].agent_id, begin), end) > end

    def _beside(self, segments: Iterable[Segment]) -> None:
        in_hand = [segment for segment in segments if segment.kind in _IN_HAND and segment.agent_id]
        for agent_id, of_one in groupby(in_hand, key=attrgetter("agent_id")):
            together = list(of_one)
            about = {"agent_id": agent_id, "channel": self._contact.channel}
            for segment in together:
                if segment.kind == _DIALLING and segment.from_ms >= self._begins_ms:
                    self.rung.append(Rung(**about, from_ms=segment.from_ms, until_ms=segment.from_ms))
            since, until = max(together[0].from_ms, self._begins_ms), self._until(together[-1])
            spans = list(self._took_room(since, until))
            if since < until and (not spans or spans[-1][1] < until):
                spans.append((until, until))  # it ends as it takes no room: then they let go of it
            for begin, end in spans:
                self.held.append(Held(**about, from_ms=begin, until_ms=end, goes_on=end < until))

    def _took_room(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        """The spans between in which it was neither interrupted nor idle."""
        for begin, end in overlap(self._contact.parked, since, until):
            if since < begin:
                yield since, begin
            since = end
        if since < until:
            yield since, until

    def _until(self, segment: Segment) -> int:
        return max(segment.from_ms, self._seen_ms) if segment.until_ms is None else segment.until_ms


def _lasts(in_order: Iterable[Segment], seen_ms: int) -> Lasts:
    """Until when agents had in hand what they took at an instant."""
    found: dict[tuple[str, int], int] = {}
    for _, of_one in groupby(in_order, key=lambda one: (one.contact, one.agent_id if one.kind in _IN_HAND else "")):
        together = list(of_one)
        if agent_id := together[0].agent_id:
            until_ms = together[-1].until_ms
            key = agent_id, together[0].from_ms
            found[key] = max(found.get(key, 0), seen_ms if until_ms is None else until_ms)
    return found


def _end(stay: Segment) -> End:
    if stay.until_ms is None:
        return End.WAITING
    return {"answered": End.ANSWERED, "abandoned": End.ABANDONED}.get(stay.outcome, End.LEFT)
