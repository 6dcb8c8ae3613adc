"""routing/overflow.py: when what waits in one queue is better served by another.

    a queue's steps, in order ──▶ the first whose conditions all hold, and whose receiver can help

A receiver can help while it is open, has somebody who works, has room in its line, and its own service
level is not below what the step protects: help that costs the helper its own customers is none. An item
that has come by overflow stays where it is, or two queues would play ball with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


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
    """A queue as it is now: `staffed` agents work in it who have the skills that it asks for from the beginning;
    `waiting` items stand in its line, at most `max_length`."""

    open: bool = True
    staffed: int = 0
    waiting: int = 0
    max_length: int | None = None
    service_level: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """An item in its queue: its place, the first being 1, how long it has waited, and is likely to wait still."""

    position: int
    waited_ms: int
    likely_ms: int | None = None


def goes_to(steps: Sequence[Step], item: Standing, own: QueueState, others: Mapping[str, QueueState]) -> str | None:
    """The queue in which the item should wait from now on; None to stay."""
    for step in steps:
        receiver = others.get(step.to)
        if receiver is not None and _holds(step, item, own) and can_help(receiver, step.protect):
            return step.to
    return None


def can_help(receiver: QueueState, protect: float | None) -> bool:
    """Whether a queue can take somebody else's work."""
    if not receiver.open or not receiver.staffed:
        return False
    if receiver.max_length is not None and receiver.waiting >= receiver.max_length:
        return False
    return protect is None or receiver.service_level is None or receiver.service_level >= protect


def _holds(step: Step, item: Standing, own: QueueState) -> bool:
    if step.after_ms is not None and item.waited_ms < step.after_ms:
        return False
    if step.wait_ms is not None and (item.likely_ms is None or item.likely_ms <= step.wait_ms):
        return False
    if step.nobody and own.staffed:
        return False
    if step.closed and own.open:
        return False
    beyond = own.max_length is not None and item.position > own.max_length
    return beyond or not step.full
