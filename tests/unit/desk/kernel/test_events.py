"""Events: their names on the wire, and that the log gives back what it was given."""

from dataclasses import fields
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import desk.complaints.events
import desk.kernel.events
import desk.kernel.nodes
from desk.kernel.events import Event, InteractionQueued, decode, name_of

# Every event of the tree, those of the complaints too; not those that tests made.
KINDS = [
    kind
    for kind in Event.__subclasses__()
    if kind.__module__ in {desk.kernel.events.__name__, desk.complaints.events.__name__, desk.kernel.nodes.__name__}
]

BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(max_size=20),
    "int": st.integers(-(2**53), 2**53),
    "bool": st.booleans(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "None": st.none(),
}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Anything that a field of this type may hold."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    if str(annotation).startswith(("dict", "typing.Dict")) or text.startswith("dict"):
        return st.dictionaries(st.text(max_size=5), st.integers(-1000, 1000), max_size=3)
    if str(annotation).startswith(("list", "tuple")):
        return st.lists(st.text(max_size=5), max_size=3)
    parts = [part.strip() for part in str(annotation if "|" in str(annotation) else text).split("|")]
    return st.one_of([BY_TYPE[part] for part in parts])


@st.composite
def anything_that_happens(draw: st.DrawFn) -> Event:
    """Any event with any values."""
    kind = draw(st.sampled_from(KINDS))
    return kind(**{item.name: draw(values(item.type)) for item in fields(kind)})


@given(anything_that_happens())
def test_the_log_gives_back_what_it_was_given(event):
    stored = orjson.loads(orjson.dumps(event.data()))
    assert decode(event.name, event.id, stored) == event


def test_every_event_has_a_name_of_its_own_that_leads_back_to_it():
    names = [kind.name for kind in KINDS]
    assert len(KINDS) > 15
    assert len(set(names)) == len(names)
    for kind in KINDS:
        assert kind.name == name_of(kind.__name__)
        subject, _, happened = kind.name.partition(".")
        assert subject
        assert happened
        assert kind.name == kind.name.lower()


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("InteractionQueued", "interaction.queued"),
        ("InteractionLeftQueue", "interaction.left_queue"),
        ("WorkItemQueued", "work_item.queued"),
        ("RecoveryActionDone", "recovery_action.done"),
        ("OfferMade", "offer.made"),
    ],
)
def test_names_are_subject_and_what_happened(class_name, name):
    assert name_of(class_name) == name


def test_what_a_later_version_added_is_left_out_and_what_it_invented_is_none():
    data = InteractionQueued(id="i", queue="q", channel="email", entry="new", placed_ms=1).data()
    assert decode("interaction.queued", "i", data | {"moon": "full"}) == decode("interaction.queued", "i", data)
    assert decode("interaction.moonlit", "i", {}) is None
