"""Is there room for one more?"""

import pytest

from routing.capacity import Limits, Room, room

CAPACITY = {"voice": 1, "chat": 2, "email": 0}


@pytest.mark.parametrize(
    ("channel", "load", "answer"),
    [
        ("voice", {}, Room.FREE),
        ("chat", {"chat": 1}, Room.FREE),
        ("chat", {"chat": 2}, Room.FULL),
        ("chat", {"chat": 3}, Room.FULL),  # capacity was lowered meanwhile
        ("voice", {"chat": 2, "email": 9}, Room.FREE),
        ("voice", {"voice": 1}, Room.ON_CALL),
        ("chat", {"voice": 1}, Room.ON_CALL),
        ("email", {}, Room.NO_CHANNEL),
        ("task", {"voice": 1}, Room.NO_CHANNEL),
    ],
)
def test_room(channel: str, load: dict[str, int], answer: Room) -> None:
    assert room(channel, capacity=CAPACITY, load=load) is answer


LIMITS = Limits(
    weights={"chat": 40, "email": 30, "voice": 100},
    exclusive=frozenset({"voice", "task"}),
    interrupts={"voice": frozenset({"email", "task"})},
)
MANY = {"voice": 1, "chat": 9, "email": 9, "task": 1}


@pytest.mark.parametrize(
    ("channel", "load", "answer"),
    [
        ("chat", {"chat": 1}, Room.FREE),
        ("chat", {"chat": 2}, Room.WEIGHT),
        ("chat", {"email": 2}, Room.FREE),
        ("chat", {"email": 1, "chat": 1}, Room.WEIGHT),
        ("fax", {"chat": 2}, Room.NO_CHANNEL),
        ("voice", {"email": 3}, Room.INTERRUPTS),
        ("voice", {"email": 1, "chat": 1}, Room.WEIGHT),  # the chat stays, and a call takes everything
        ("voice", {"task": 1}, Room.INTERRUPTS),
        ("voice", {"task": 1, "voice": 1}, Room.ON_CALL),
        ("task", {"chat": 2}, Room.FREE),  # weighs nothing
        ("chat", {"task": 1}, Room.ON_CALL),
        ("voice", {}, Room.FREE),
    ],
)
def test_weights_what_is_exclusive_and_what_is_interrupted(channel: str, load: dict[str, int], answer: Room) -> None:
    assert room(channel, capacity=MANY, load=load, limits=LIMITS) is answer
