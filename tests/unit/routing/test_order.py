"""The one ordering."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing.model import TOP_LEVEL, requirements
from routing.order import place, rank, shares_language
from tests.unit.routing.floors import agent, work


def test_work_stands_by_priority_then_place_then_id() -> None:
    line = [
        work("d", priority=1, placed_ms=9),
        work("a", placed_ms=1),
        work("b", placed_ms=2),
        work("c", placed_ms=2),
        work("e", priority=-1, placed_ms=0),
    ]

    assert sorted(line, key=lambda item: place(item, queue_priority=3)) == line


@given(st.integers(), st.dictionaries(st.text(), st.integers()))
def test_coming_back_never_moves_an_item(placed_ms: int, excluded: dict[str, int]) -> None:
    item = work(placed_ms=placed_ms)

    assert place(replace(item, excluded=excluded), queue_priority=0) == place(item, queue_priority=0)


def test_agents_stand_by_wish_then_idle_time_then_language_then_id() -> None:
    item = work(wanted_agent_id="wanted", language="es")
    line = [
        agent("wanted", idle_since_ms=99),
        agent("idle", idle_since_ms=1),
        agent("speaks", idle_since_ms=5, languages=frozenset({"es-AR", "en"})),
        agent("a", idle_since_ms=5, languages=frozenset({"en"})),
        agent("b", idle_since_ms=5),
    ]

    assert sorted([*line[2:], *line[:2]], key=lambda view: rank(view, item)) == line


def test_without_a_language_nobody_shares_it() -> None:
    assert not shares_language(agent(languages=frozenset({"", "en"})), work(language=""))


def test_requirements_are_the_highest_of_all_demands() -> None:
    assert requirements({"a": 1, "b": 3, "none": 0}, {"a": 2, "b": 1, "c": 99}) == (
        ("a", 2),
        ("b", 3),
        ("c", TOP_LEVEL),
    )
