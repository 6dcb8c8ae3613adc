"""routing/presence.py: what an agent says about working, and what is derived from it.

    offline ───sign in───▶ not_ready ◀──chooses──▶ available
       ▲                       │                       │
       │                       └───────┬───────────────┘
       │                               │ wrap-up begins
       │ signs out, or                 ▼
       └ silent for 15 s ────────── wrap_up    ends in the presence before it

Agents choose every presence but wrap-up; choosing one during wrap-up ends it. A missed offer
makes not ready. During wrap-up `reason` is kept for the presence to which it returns. Whether
an agent is on a contact is never stored: `activity` derives it.

Pure functions of (state, now). One that changes nothing returns the very state it was given.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from routing.errors import Refused

#: An agent from whom nothing is heard for so long is offline. It leaves a second to have their work back in line
#: within fifteen.
SILENCE = timedelta(seconds=14)

MISSED_OFFER = "missed_offer"
SILENT = "silent"


class Presence(StrEnum):
    AVAILABLE = "available"  #: takes offers
    NOT_READY = "not_ready"  #: signed in, takes none; the reason says why
    WRAP_UP = "wrap_up"  #: finishing the contact before
    OFFLINE = "offline"  #: not signed in, or not heard of


#: Who works, and is present: takes work, or does as soon as a contact is written up.
WORKS = frozenset({Presence.AVAILABLE.value, Presence.WRAP_UP.value})


class Activity(StrEnum):
    """Where an agent's time goes: at every instant of a session exactly one of these."""

    ENGAGED = "engaged"  #: on at least one contact
    RINGING = "ringing"  #: has an offer to answer
    WRAP_UP = "wrap_up"  #: finishing the contact before
    AVAILABLE = "available"  #: waiting for work
    NOT_READY = "not_ready"  #: not taking work


@dataclass(frozen=True, kw_only=True)
class State:
    """An agent's presence since an instant. `silent_since` is set while no console is connected."""

    presence: Presence
    since: datetime
    reason: str = ""
    before_wrap_up: Presence | None = None
    silent_since: datetime | None = None


def sign_in(state: State, *, now: datetime) -> State:
    """A console connects: who was offline is not ready, who was silent for a moment goes on."""
    if state.presence is Presence.OFFLINE:
        return State(presence=Presence.NOT_READY, since=now)
    if state.before_wrap_up is Presence.OFFLINE:
        return replace(state, reason="", before_wrap_up=Presence.NOT_READY, silent_since=None)
    return hear(state)


def choose(state: State, presence: Presence, *, reason: str = "", now: datetime) -> State:
    """The agent, or a supervisor for the agent, says what to be. Only not ready keeps a reason.

    Raises:
        Refused: wrap-up cannot be chosen.
    """
    if presence is Presence.WRAP_UP:
        raise Refused("wrap-up begins by itself when a call ends")
    return _become(state, presence, reason=reason if presence is Presence.NOT_READY else "", now=now)


def miss_offer(state: State, *, now: datetime) -> State:
    """An offer rang out: who takes offers, or would again after wrap-up, is not ready."""
    if state.before_wrap_up is Presence.AVAILABLE:
        return replace(state, reason=MISSED_OFFER, before_wrap_up=Presence.NOT_READY)
    if state.presence is not Presence.AVAILABLE:
        return state
    return _become(state, Presence.NOT_READY, reason=MISSED_OFFER, now=now)


def begin_wrap_up(state: State, *, now: datetime) -> State:
    """A call ended. Also for who has gone offline meanwhile: the session ends with the wrap-up."""
    if state.presence is Presence.WRAP_UP:
        return state
    return replace(state, presence=Presence.WRAP_UP, since=now, before_wrap_up=state.presence)


def end_wrap_up(state: State, *, now: datetime) -> State:
    """Back to the presence before; nothing to do when the agent has chosen another already."""
    if state.presence is not Presence.WRAP_UP:
        return state
    return replace(state, presence=state.before_wrap_up or Presence.NOT_READY, since=now, before_wrap_up=None)


def fall_silent(state: State, *, now: datetime) -> State:
    """The last console of the agent has gone; `silent_at` says when that makes offline."""
    if state.presence is Presence.OFFLINE or state.silent_since is not None:
        return state
    return replace(state, silent_since=now)


def hear(state: State) -> State:
    """A console is there again, in time."""
    return replace(state, silent_since=None) if state.silent_since is not None else state


def silent_at(state: State) -> datetime | None:
    """When the silence makes the agent offline, or None while a console is connected."""
    return state.silent_since + SILENCE if state.silent_since is not None else None


def lose(state: State, *, now: datetime) -> State:
    """Makes an agent offline who has been silent for too long; anybody else stays."""
    gone_at = silent_at(state)
    if gone_at is None or now < gone_at or state.presence is Presence.OFFLINE:
        return state
    return _become(state, Presence.OFFLINE, reason=SILENT, now=now)


def activity(presence: Presence, *, engaged: bool, ringing: bool) -> Activity | None:
    """What the agent's time counts as: the first that applies, None outside a session.

    A session stays open until its last contact and its wrap-up end, whatever the presence.
    """
    if engaged:
        return Activity.ENGAGED
    if ringing:
        return Activity.RINGING
    return None if presence is Presence.OFFLINE else Activity(presence)


def _become(state: State, presence: Presence, *, reason: str, now: datetime) -> State:
    if (presence, reason) == (state.presence, state.reason):
        return state
    silent_since = None if presence is Presence.OFFLINE else state.silent_since
    return State(presence=presence, since=now, reason=reason, silent_since=silent_since)
