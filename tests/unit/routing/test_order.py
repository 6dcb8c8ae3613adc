"""The one ordering."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing.model import TOP_LEVEL, Strategy, requirements
from routing.order import SLACK, STRICT, Ordering
from routing.places import place
from routing.strategy import rank, shares_language
from tests.unit.routing.floors import agent, policy, work


def test_work_stands_by_priority_then_place_then_due_time_then_id() -> None:
    line = [
        work("d", priority=1, placed_ms=9),
        work("a", placed_ms=1),
        work("b", placed_ms=2),
        work("c", placed_ms=2),
        work("z", placed_ms=3, due_ms=7),
        work("y", placed_ms=3, due_ms=8),
        work("x", placed_ms=3),
        work("e", priority=-1, placed_ms=0),
    ]

    assert sorted(line, key=lambda item: place(item, policy(priority=3), STRICT)) == line


@given(st.integers(), st.dictionaries(st.text(), st.integers()))
def test_coming_back_never_moves_an_item(placed_ms: int, excluded: dict[str, int]) -> None:
    item = work(placed_ms=placed_ms)

    assert place(replace(item, excluded=excluded), None, STRICT) == place(item, None, STRICT)


def test_agents_stand_by_idle_time_then_language_then_id() -> None:
    item = work(language="es")
    line = [
        agent("idle", idle_since_ms=1),
        agent("speaks", idle_since_ms=5, languages=frozenset({"es-AR", "en"})),
        agent("a", idle_since_ms=5, languages=frozenset({"en"})),
        agent("b", idle_since_ms=5),
    ]

    assert sorted([*line[2:], *line[:2]], key=lambda view: rank(view, item, Strategy.LONGEST_IDLE, ())) == line


def test_without_a_language_nobody_shares_it() -> None:
    assert not shares_language(agent(languages=frozenset({"", "en"})), work(language=""))


def test_requirements_are_the_highest_of_all_demands() -> None:
    assert requirements({"a": 1, "b": 3, "none": 0}, {"a": 2, "b": 1, "c": 99}) == (
        ("a", 2),
        ("b", 3),
        ("c", TOP_LEVEL),
    )


def at(clock: str) -> int:
    hours, minutes, *seconds = map(int, clock.split(":"))
    return ((hours * 60 + minutes) * 60 + sum(seconds)) * 1_000


def test_the_worked_examples_of_the_slack_order() -> None:
    minute = 60_000
    rules = policy(
        due_in_ms={"voice": 20_000, "chat": minute, "email": 40 * minute},
        handling_ms={"voice": 3 * minute, "chat": 6 * minute, "email": 8 * minute, "task": 5 * minute},
    )
    noon = at("12:00")
    keys = {
        item.id: place(item, rules, SLACK)[0]
        for item in (
            work("call", channel="voice", placed_ms=noon),
            work("important call", channel="voice", placed_ms=noon, tier="vip"),
            work("chat", channel="chat", placed_ms=noon),
            work("promise", channel="task", kind="promise", placed_ms=noon, due_ms=at("12:10")),
            work("mail", channel="email", placed_ms=noon),
            work("late mail", channel="email", placed_ms=at("10:50")),
        )
    }

    assert keys == {
        "call": at("11:27:20"),
        "important call": at("11:17:20"),
        "chat": at("11:35"),
        "promise": at("11:35"),
        "mail": at("12:32"),
        "late mail": at("11:22"),
    }


def test_with_a_worth_of_priority_what_is_low_gets_its_turn_by_growing_old() -> None:
    ordering = Ordering(kind="priority", priority_ms=60_000)
    high = work("high", priority=2, placed_ms=200_000)

    assert place(work("old", placed_ms=79_999), policy(), ordering) < place(high, policy(), ordering)
    assert place(work("young", placed_ms=80_001), policy(), ordering) > place(high, policy(), ordering)
