"""Where everybody who could have it has something in hand, nobody is said to be idle."""

from routing.model import NOT_IDLE_MS
from tests.unit.routing.floors import Floor, agent, policy, work


def test_who_has_something_in_hand_is_not_said_to_be_idle() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", load={"chat": 1}, idle_since_ms=600 + NOT_IDLE_MS))
    floor.tells(agent("ben", load={"chat": 1}, idle_since_ms=900 + NOT_IDLE_MS))
    floor.arrives(work())

    why = floor.route()[0].why

    assert [(one.agent, one.score, one.reasons) for one in why.best] == [
        ("ana", 400, ("longest_since_last",)),
        ("ben", 100, ()),
    ]


def test_who_is_idle_leads_before_who_has_something_in_hand() -> None:
    floor = Floor(policy())
    floor.tells(agent("ana", load={"chat": 1}, idle_since_ms=600 + NOT_IDLE_MS))
    floor.tells(agent("ben", idle_since_ms=900))
    floor.arrives(work())

    why = floor.route()[0].why

    assert [(one.agent, one.score, one.reasons) for one in why.best] == [
        ("ben", 100, ("longest_idle",)),
        ("ana", 400, ()),
    ]
