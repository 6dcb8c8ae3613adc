"""routing/overflow.py: when what waits in one queue is better served by another.

    a queue's steps, in order ──▶ the first whose conditions all hold, and whose receiver can help

A receiver can help while it is open, has somebody who works and may be asked for the item, has room in its line,
and its own service level, those who are overdue and wait still among the missed, is not below what the step
protects: help that costs the helper its own customers is none.
An item that has come by overflow stays where it is, or two queues would play ball with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

#: Channels on which somebody is kept waiting at the other end: who is overdue there counts against their queue.
ATTENDED = frozenset({"voice", "chat"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """To which queue, and when: each condition that is said must hold, and one must be said.

    `after_ms` of waiting; a likely wait over `wait_ms`; `nobody` works in the queue; it is `closed`; its
    line is `full` and the item stands beyond its end. The receiver's service level must be at least
    `protect` (0 to 1), or have no value yet.
    """

    to: str
    after_ms: int | None = None
    wait_ms: int | None = None
    nobody: bool = False
    closed: bool = False
    full: bool = False
    protect: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueState:
    """A queue as it is now: `waiting` items stand in its line, at most `max_length`.

    `staffed` says by channel how long an item must have waited, from its place on, for anybody who works to be asked
    (`routing/outlook.py`); a channel that is left out waits in vain. `helped`: who waits in vain here goes elsewhere.
    """

    open: bool = True
    staffed: Mapping[str, int] = field(default_factory=dict)
    helped: bool = False
    waiting: int = 0
    max_length: int | None = None
    service_level: float | None = None

    def works_for(self, item: "Standing") -> bool:
        """Whether anybody who works may be asked for it by the steps that are in force."""
        after_ms = self.staffed.get(item.channel)
        return after_ms is not None and after_ms <= item.placed_for_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """An item in its queue: its place among all in the line, the first being 1, how long it has waited here, since it
    got its place, and is likely to wait still: the middle of what it is told."""

    position: int
    waited_ms: int
    placed_for_ms: int
    channel: str
    likely_ms: int | None = None


def goes_to(steps: Sequence[Step], item: Standing, own: QueueState, others: Mapping[str, QueueState]) -> str | None:
    """The queue in which the item should wait from now on; None to stay."""
    for step in steps:
        receiver = others.get(step.to)
        if receiver is not None and _holds(step, item, own) and can_help(receiver, step.protect, item):
            return step.to
    return None


def can_help(receiver: QueueState, protect: float | None, item: Standing | None = None) -> bool:
    """Whether a queue can take somebody else's work: this item, or any at all."""
    if not receiver.open or not (receiver.works_for(item) if item else receiver.staffed):
        return False
    if receiver.max_length is not None and receiver.waiting >= receiver.max_length:
        return False
    return protect is None or receiver.service_level is None or receiver.service_level >= protect


def is_helped(steps: Iterable[Step], own: QueueState, others: Mapping[str, QueueState]) -> bool:
    """Whether whoever waits in vain in a queue goes, some time, to one that can help.

    A step that asks for a likely wait never holds there, for there is none; one for who stands beyond the end is not
    for everybody.
    """
    return any(
        step.wait_ms is None
        and not step.full
        and not (step.closed and own.open)
        and (receiver := others.get(step.to)) is not None
        and can_help(receiver, step.protect)
        for step in steps
    )


def _holds(step: Step, item: Standing, own: QueueState) -> bool:
    if step.after_ms is not None and item.waited_ms < step.after_ms:
        return False
    if step.wait_ms is not None and (item.likely_ms is None or item.likely_ms <= step.wait_ms):
        return False
    if step.nobody and own.works_for(item):
        return False
    if step.closed and own.open:
        return False
    beyond = own.max_length is not None and item.position > own.max_length
    return beyond or not step.full
