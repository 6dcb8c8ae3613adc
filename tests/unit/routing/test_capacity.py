"""Is there room for one more?"""

import pytest

from routing.capacity import Room, room

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
