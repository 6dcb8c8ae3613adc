"""desk/callbacks/events.py: what happens to a promise to ring somebody."""

from dataclasses import dataclass

from desk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CallbackRequested(Event):
    """`due_ms` is later than `asked_ms` where the customer may not be phoned at the time that was asked for."""

    customer_id: str
    queue: str
    asked_ms: int
    due_ms: int


@dataclass(frozen=True, kw_only=True)
class CallbackChanged(Event):
    """Any step: due, put off, dialled, not reached, reached, cancelled, changed. `why` is how an attempt ended."""

    state: str
    queue: str
    due_ms: int
    attempts: int
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class CallbackNotDialled(Event):
    """An agent has accepted it and nobody was rung: they are told why, and what becomes of it.

    `why` is closed (the queue, until a time that is known), closed_at_once, hours, rests (the number was rung lately,
    or talks with us), no_room (at the agent), or refused or no_hour, which are the end of it; else it is due at
    `due_ms`, told by the clock of `zone`.
    """

    agent_id: str
    why: str
    due_ms: int
    zone: str
