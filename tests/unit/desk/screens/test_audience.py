"""Who may see what: the whole matrix of events and readers."""

import pytest

from desk.callbacks.events import CallbackNotDialled
from desk.complaints.events import ComplaintDeadlineMissed, LetterChanged, SurveyAnswered
from desk.kernel.events import (
    CallbackGaveUp,
    CallChanged,
    InteractionAbandoned,
    InteractionAnswered,
    InteractionArrived,
    InteractionChanged,
    InteractionClosed,
    InteractionLeftQueue,
    InteractionQueued,
    MessageAdded,
    MessageChanged,
    OfferEnded,
    OfferMade,
    OrganizationChanged,
    PresenceChanged,
    WorkItemChanged,
    WorkItemEscalated,
    WorkItemQueued,
)
from desk.kernel.nodes import NodeLost
from desk.screens.audience import NOBODY, Audience, Facts, audience

CHAT = Facts(holder="ana", visitor="v1")
MAIL = Facts(holder="ana")
NOTE = Facts(holder="ana", visitor="v1", internal=True)
WAITING = Facts(visitor="v1")


def seen_by(*agents, floor=False, colleagues=False, visitor=None):
    return Audience(agents=frozenset(agents), supervisors=floor, colleagues=colleagues, visitor=visitor)


MATRIX = [
    (InteractionArrived(id="i", channel="chat", customer_id="c"), WAITING, seen_by(floor=True, visitor="v1")),
    (
        InteractionQueued(id="i", queue="q", channel="chat", entry="new", placed_ms=1),
        WAITING,
        seen_by(floor=True, visitor="v1"),
    ),
    (InteractionAnswered(id="i", queue="q", agent_id="ana", wait_ms=1), CHAT, seen_by("ana", floor=True, visitor="v1")),
    (InteractionAbandoned(id="i", queue="q", wait_ms=1), WAITING, seen_by(floor=True, visitor="v1")),
    (InteractionLeftQueue(id="i", queue="q", outcome="flow_out", wait_ms=1), MAIL, seen_by("ana", floor=True)),
    (InteractionChanged(id="i", what="held", state="on_hold", agent_id="ana"), MAIL, seen_by("ana", floor=True)),
    (
        InteractionChanged(id="i", what="transferred", state="queued", former_agent_id="ben"),
        Facts(holder=None, visitor="v1"),
        seen_by("ben", floor=True, visitor="v1"),
    ),
    (InteractionClosed(id="i", disposition="solved", agent_id="ben"), Facts(), seen_by("ben", floor=True)),
    (CallChanged(id="i", state="talking"), MAIL, seen_by("ana", floor=True)),
    (MessageAdded(id="m", interaction_id="i", author_kind="customer"), CHAT, seen_by("ana", visitor="v1")),
    (MessageAdded(id="m", interaction_id="i", author_kind="customer"), WAITING, seen_by(visitor="v1")),
    (MessageAdded(id="m", interaction_id="i", author_kind="agent"), MAIL, seen_by("ana")),
    (MessageAdded(id="m", interaction_id="i", author_kind="agent", internal=True), CHAT, seen_by("ana")),
    (MessageAdded(id="m", interaction_id="i", author_kind="agent"), NOTE, seen_by("ana")),
    (MessageChanged(id="m", interaction_id="i", delivery="read"), CHAT, seen_by("ana", visitor="v1")),
    (MessageChanged(id="m", interaction_id="i", delivery="failed"), NOTE, seen_by("ana")),
    (OfferMade(id="o", work_item_id="i", agent_id="ben", expires_ms=1), CHAT, seen_by("ben", floor=True)),
    (OfferEnded(id="o", work_item_id="i", agent_id="ben", outcome="declined"), CHAT, seen_by("ben", floor=True)),
    (WorkItemQueued(id="w", kind="callback", queue="q", channel="task"), Facts(), seen_by(floor=True)),
    (WorkItemEscalated(id="w", queue="q", declines=3), Facts(), seen_by(floor=True)),
    (CallbackGaveUp(id="w", queue="q", attempts=3), Facts(), seen_by(floor=True)),
    (CallbackNotDialled(id="w", agent_id="ana", why="hours", due_ms=1, zone="UTC"), Facts(), seen_by("ana")),
    (WorkItemChanged(id="w", state="done", agent_id="ben"), Facts(holder="ben"), seen_by("ben", floor=True)),
    (PresenceChanged(id="ben", state="available"), Facts(), seen_by("ben", colleagues=True, floor=True)),
    (OrganizationChanged(id="organization"), Facts(), seen_by(colleagues=True, floor=True)),
    (ComplaintDeadlineMissed(id="c", deadline="acknowledgement"), Facts(), seen_by(floor=True)),
    (SurveyAnswered(id="s", kind="interaction"), CHAT, NOBODY),
    (NodeLost(id="n"), Facts(), NOBODY),
    (LetterChanged(id="l", complaint_id="c", kind="k", channel="email", state="failed"), CHAT, NOBODY),
]


@pytest.mark.parametrize(("event", "facts", "who"), MATRIX)
def test_each_event_is_seen_by_these_and_nobody_else(event, facts, who):
    assert audience(event, facts) == who


def test_a_note_reaches_no_visitor_however_it_is_known_to_be_one():
    for event in (
        MessageAdded(id="m", interaction_id="i", author_kind="agent", internal=True),
        MessageAdded(id="m", interaction_id="i", author_kind="system"),
        MessageChanged(id="m", interaction_id="i", delivery="read"),
    ):
        assert audience(event, NOTE).visitor is None
