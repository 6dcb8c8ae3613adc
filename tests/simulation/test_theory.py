"""The simulator against theory, small enough for every day; `python -m bench.theory` has the large runs."""

import pytest

from bench.batches import measure
from bench.mixed_day import ORDERINGS, fates, weighted_lateness
from bench.recursion import differing, play_by_recursion
from bench.theory import floor, skilled, truth


@pytest.mark.parametrize(
    ("agents", "busy", "patience_s"),
    [(1, 0.8, None), (5, 0.95, None), (5, 0.98, 120), (3, 1.5, 60), (50, 0.98, None), (50, 0.98, 120)],
)
def test_the_router_serves_one_queue_as_the_recursion_says(agents: int, busy: float, patience_s: float | None) -> None:
    scenario = floor(agents=agents, busy=busy, contacts=600, patience_s=patience_s)

    assert differing(scenario, seed=3)[0] == 0


@pytest.mark.parametrize(
    ("agents", "busy", "patience_s", "contacts"),
    [
        (5, 0.5, None, 10_000),
        (5, 0.9, None, 60_000),
        (50, 0.9, None, 40_000),
        (5, 0.98, 120, 10_000),
        (50, 0.95, 120, 20_000),
        (500, 0.98, 120, 60_000),
    ],
)
def test_one_queue_is_as_erlang_says(agents: int, busy: float, patience_s: float | None, contacts: int) -> None:
    scenario = floor(agents=agents, busy=busy, contacts=contacts, patience_s=patience_s)
    found = measure(scenario, seed=3, by=play_by_recursion)

    known = truth(agents=agents, busy=busy, patience_s=patience_s)
    outside = {name: (value, str(found[name])) for name, value in known.items() if not found[name].holds(value)}
    assert outside == {}
    assert len(known) == (3 if patience_s is None else 4)


def test_by_the_router_too_and_four_agents_are_not_five() -> None:
    found = measure(floor(agents=5, busy=0.8, contacts=1_500), seed=3)

    assert found["wait_share"].holds(truth(agents=5, busy=0.8)["wait_share"])
    assert not found["wait_share"].holds(truth(agents=4, busy=0.98)["wait_share"])


def test_two_skills_are_nearly_as_good_as_all() -> None:
    waits = {
        skills: measure(skilled(skills=skills, contacts=1_500), seed=1)["wait_mean_s"].mean for skills in (1, 2, 6)
    }

    assert (waits[1] - waits[2]) / (waits[1] - waits[6]) > 0.9


def test_slack_serves_calls_like_strict_priority_and_spares_the_mail() -> None:
    found = {
        name: fates(*ORDERINGS[name], seed=1, size=0.25) for name in ("first come", "strict priority", "slack")
    }  # fmt: skip

    calls = {name: day["calls"].in_time / len(day["calls"].late_ms) for name, day in found.items()}
    late = {name: weighted_lateness(day) for name, day in found.items()}
    worst = {name: max(day["mails"].late_ms) for name, day in found.items()}
    assert calls["slack"] == pytest.approx(calls["strict priority"], abs=0.03)
    assert late["slack"] < late["first come"]
    assert worst["slack"] < 0.5 * worst["strict priority"]
