"""routing/queue_life.py: the queues of a replay as they are at an instant, and what goes to another by their steps.

    who waits, who works, what became of waits ──▶ QueueLife ──at a look──▶ who goes where (`routing/overflow.py`)

The desk looks once a second. Here it is looked at on the next whole second after something has happened, and
when time alone may let a step hold: enough waiting, an opening or closing, a contact that is no longer of the
last 15 minutes. In between nothing changes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial

from routing.hours import Hours, is_open, next_change
from routing.model import AgentView, Rules, Wanted, Work
from routing.needs import is_in, kept_for
from routing.outlook import Outlook
from routing.overflow import ATTENDED, QueueState, Standing, Step, can_help, goes_to, is_helped
from routing.paces import Paces
from routing.recorded import Person
from routing.stay import Stay
from routing.story import Shut
from routing.tally import SHORT_MS

#: A helper's own service level is that of its latest contacts.
LATELY_MS = 15 * 60_000
_SECOND_MS = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The rules of a queue that are not the engine's: its steps, its hours, its end, what is taken unasked.

    After `declines` offers in vain an item is more urgent. In `closings`, from an instant until another, it was closed
    at once.
    """

    steps: tuple[Step, ...] = ()
    hours: Hours | None = None
    max_length: int | None = None
    auto_accept: frozenset[str] = frozenset()
    declines: int | None = None
    closings: tuple[tuple[int, int], ...] = ()


NO_WAYS = Ways()


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What else there is to see: the place of who waits, whether it rings at somebody, and who is there."""

    position: Callable[[str], int | None]
    rings: Callable[[str], bool]
    views: Callable[[], Iterable[AgentView]]


@dataclass(frozen=True, kw_only=True)
class _Look:
    """All queues as they are at one instant."""

    now_ms: int
    state: Callable[[str], QueueState]

    def steps(self, queue: str, steps: Iterable[Step]) -> tuple[Step, ...]:
        """The steps of a queue that might hold for somebody there: a queue in which none does is not gone through."""
        own = self.state(queue)
        return tuple(step for step in steps if _may_hold(step, own) and can_help(self.state(step.to), step.protect))


class QueueLife:
    """All queues."""

    def __init__(self, ways: Mapping[str, Ways], rules: Rules, paces: Paces, floor: Floor) -> None:
        self._ways, self._rules, self._paces, self._floor = ways, rules, paces, floor
        self._policies = {policy.key: policy for policy in rules.queues}
        #: By queue and channel, from which wait on somebody works there: until somebody comes or goes.
        self._staffed: dict[str, dict[str, int]] | None = None
        #: By queue, those who wait there, ringing or not.
        self._lines: dict[str, dict[str, Stay]] = defaultdict(dict)
        #: By queue, since when somebody waited whose wait is over, and whether it ended in time.
        self._ended: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        self._protects = any(step.protect is not None for one in ways.values() for step in one.steps)

    def staff(self, _person: Person, _more: int) -> None:
        """An agent works from now on (1), or does not any more (-1)."""
        self._staffed = None

    def shut(self, queue: str, now_ms: int) -> Shut | None:
        """Why a flow that asks would not let somebody into a queue now."""
        ways = self._ways.get(queue, NO_WAYS)
        if not _open(ways, now_ms):
            return Shut.CLOSED
        full = ways.max_length is not None and len(self._lines[queue]) >= ways.max_length
        return Shut.FULL if full else None

    def enter(self, stay: Stay) -> list[int]:
        """Somebody waits in a queue, or waits there otherwise now; when a step that counts the waiting may hold for
        them."""
        self._lines[stay.work.queue][stay.id] = stay
        if stay.visit.helped:
            return []
        steps = self._ways.get(stay.work.queue, NO_WAYS).steps
        counted = [stay.since_ms + step.after_ms for step in steps if step.after_ms is not None]
        let_in = [
            stay.work.placed_ms + moment
            for step in steps
            for moment in self._moments(step.to)
            if stay.work.placed_ms + moment >= stay.since_ms
        ]
        until_ms = stay.work.wanted_until_ms if stay.work.wanted_as == Wanted.NAMED else None
        kept = [] if until_ms is None else [until_ms]
        return [on_the_second(ms) for ms in (*counted, *let_in, *kept)]

    def leave(self, stay: Stay) -> None:
        """They do not wait there any more."""
        del self._lines[stay.work.queue][stay.id]

    def ended(self, stay: Stay, now_ms: int, *, answered: bool) -> list[int]:
        """A wait is over; when it does not count any more in the queue's own service level."""
        queue, wait_ms = stay.work.queue, now_ms - stay.since_ms
        if not self._protects or (not answered and wait_ms <= SHORT_MS):
            return []
        policy = self._policies.get(queue)
        self._ended[queue].append((stay.since_ms, answered and policy is not None and wait_ms <= policy.target_ms))
        return [on_the_second(stay.since_ms + LATELY_MS + 1)]

    def openings(self, begins_ms: int, until_ms: int) -> Iterator[int]:
        """When queues open or close within."""
        yield from {on_the_second(ms) for one in self._ways.values() for closing in one.closings for ms in closing}
        for hours in {id(one.hours): one.hours for one in self._ways.values() if one.hours is not None}.values():
            change = next_change(hours, _at(begins_ms))
            while change is not None and _ms(change) <= until_ms:
                yield on_the_second(_ms(change))
                change = next_change(hours, change)

    def may_move(self) -> bool:
        """Whether anybody waits in a queue that has steps."""
        return any(ways.steps and self._lines[queue] for queue, ways in self._ways.items())

    def moves(self, now_ms: int) -> list[tuple[str, str]]:
        """Which visit goes to which queue now, all by the same look."""
        look = _Look(now_ms=now_ms, state=cache(partial(self.state, now_ms=now_ms)))
        found: list[tuple[str, str]] = []
        for queue, ways in self._ways.items():
            if ways.steps and self._lines[queue]:
                steps = look.steps(queue, ways.steps)
                found += self._moves_of(queue, steps, look) if steps else []
        return found

    def _moves_of(self, queue: str, steps: tuple[Step, ...], look: _Look) -> Iterator[tuple[str, str]]:
        earliest_ms = min(step.after_ms or 0 for step in steps)
        places = any(step.full for step in steps)
        outlook = self._outlook(look.now_ms) if any(step.wait_ms is not None for step in steps) else None
        others = {step.to: look.state(step.to) for step in steps}
        for stay in self._lines[queue].values():
            waited_ms = look.now_ms - stay.since_ms
            if waited_ms < earliest_ms:
                break  # they stand as they came
            if stay.visit.helped or self._floor.rings(stay.id) or self._is_kept_by_name(stay.work, look.now_ms):
                continue
            position = (self._floor.position(stay.id) or 1) if places else 1
            item = Standing(
                position=position,
                waited_ms=waited_ms,
                placed_for_ms=look.now_ms - stay.work.placed_ms,
                channel=stay.work.channel,
                likely_ms=self._likely_ms(stay.work, outlook, look.now_ms) if outlook else None,
            )
            if (to := goes_to(steps, item, look.state(queue), others)) is not None:
                yield stay.id, to

    def _is_kept_by_name(self, work: Work, now_ms: int) -> bool:
        """Whether a person gave it to somebody who is waited for: it stays with them."""
        if work.wanted_as != Wanted.NAMED or (wanted := kept_for(work, now_ms)) is None:
            return False
        return any(view.id == wanted and is_in(work, view.presence) for view in self._floor.views())

    def state(self, queue: str, now_ms: int) -> QueueState:
        """A queue as call flows and overflow see it."""
        own, steps = self._alone(queue, now_ms), self._ways.get(queue, NO_WAYS).steps
        others = {step.to: self._alone(step.to, now_ms) for step in steps}
        return replace(own, helped=is_helped(steps, own, others)) if steps else own

    def _alone(self, queue: str, now_ms: int) -> QueueState:
        ways = self._ways.get(queue, NO_WAYS)
        return QueueState(
            open=_open(ways, now_ms),
            staffed=self._staff_of(queue),
            waiting=len(self._lines[queue]),
            max_length=ways.max_length,
            service_level=self._level(queue, now_ms),
        )

    def _staff_of(self, queue: str) -> Mapping[str, int]:
        if self._staffed is None:
            views = list(self._floor.views())
            outlook = Outlook(self._rules, views, (), 0)
            channels = {channel for view in views for channel in view.capacity}
            self._staffed = {key: outlook.staffed(key, channels) for key in self._policies}
        return self._staffed.get(queue, {})

    def _moments(self, queue: str) -> set[int]:
        """The waits at which others may be asked in a queue."""
        rings = self._policies[queue].rings if queue in self._policies else ()
        delays = {view.queues[queue].delay_ms for view in self._floor.views() if queue in view.queues}
        return {ring.after_ms for ring in rings} | delays - {0}

    def _level(self, queue: str, now_ms: int) -> float | None:
        lately = [one for one in self._ended[queue] if one[0] >= now_ms - LATELY_MS]
        self._ended[queue] = lately
        counted = len(lately) + (self._overdue(queue, now_ms) if self._protects else 0)
        return sum(in_time for _, in_time in lately) / counted if counted else None

    def _overdue(self, queue: str, now_ms: int) -> int:
        """Those who wait beyond the target: missed already, for however long they have waited."""
        policy = self._policies.get(queue)
        if policy is None:
            return 0
        until_ms = now_ms - max(SHORT_MS, policy.target_ms)
        found = 0
        for stay in self._lines[queue].values():
            if stay.since_ms >= until_ms:
                break  # they stand as they came
            found += stay.work.channel in ATTENDED
        return found

    def _outlook(self, now_ms: int) -> Outlook:
        waiting = [
            stay.work for line in self._lines.values() for stay in line.values() if not self._floor.rings(stay.id)
        ]
        return Outlook(self._rules, self._floor.views(), waiting, now_ms)

    def _likely_ms(self, work: Work, outlook: Outlook, now_ms: int) -> int | None:
        turn = outlook.turn(work)
        if turn is None:
            return None
        offer_ms = self._policies[work.queue].offer_ms
        likely = self._paces.likely(turn, work.queue, work.channel, offer_ms=offer_ms, now_ms=now_ms)
        return None if likely is None else likely.middle_ms


def _may_hold(step: Step, own: QueueState) -> bool:
    """Whether what a step says of its own queue may hold for somebody: else nobody there need be looked at."""
    return not (step.closed and own.open)


def _open(ways: Ways, now_ms: int) -> bool:
    if any(since_ms <= now_ms < until_ms for since_ms, until_ms in ways.closings):
        return False
    return ways.hours is None or is_open(ways.hours, _at(now_ms))


def on_the_second(ms: int) -> int:
    """The whole second that begins at this instant or after it."""
    return -(-ms // _SECOND_MS) * _SECOND_MS


def _at(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)
