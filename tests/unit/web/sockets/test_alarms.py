"""A queue under its target is told once, with enough contacts behind it, until it recovers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.sockets.alarms import ENOUGH, service_level_alarms


def tally(in_time: int, late: int, *, short: int = 0) -> dict[str, Any]:
    """Figures of so many answered in time, answered late, and gone at once."""
    level = in_time / (in_time + late) if in_time + late else None
    return {
        "answered": in_time + late,
        "abandoned": short,
        "short_abandoned": short,
        "overdue": 0,
        "service_level": level,
    }


NOTHING = tally(0, 0)


def queue(today: dict[str, Any], lately: dict[str, Any] = NOTHING, *, key: str = "billing") -> dict[str, Any]:
    target = {"within_s": 20, "share": 0.8}
    return {"key": key, "name": key.capitalize(), **today, "last_15_min": lately, "target": target}


def test_a_queue_under_its_target_is_told_with_its_figure():
    (alert,), alarmed = service_level_alarms([queue(tally(0, 12))], set())
    assert (alert["kind"], alert["queue"], alert["tone"]) == ("service_level", "billing", "bad")
    assert alert["text"] == "Billing: 0.0% were answered within 20 s today, the target is 80%."
    assert alarmed == {"billing"}


def test_a_little_under_is_amber():
    (alert,), _ = service_level_alarms([queue(tally(78, 22))], set())
    assert alert["tone"] == "warn"


def test_the_last_quarter_of_an_hour_speaks_before_the_day():
    (alert,), _ = service_level_alarms([queue(tally(900, 100), tally(3, 9))], set())
    assert "25.0% were answered within 20 s in the last 15 minutes" in alert["text"]


@pytest.mark.parametrize(
    "figures",
    [
        queue(NOTHING),
        queue(tally(0, ENOUGH - 1)),
        queue(tally(0, ENOUGH - 1, short=30)),  # who was gone at once is not behind the figure
        queue(tally(8, 2)),  # on target
        queue(tally(900, 100), tally(0, ENOUGH - 1)),
    ],
)
def test_without_enough_behind_it_or_on_target_nothing_is_told(figures: dict[str, Any]):
    assert service_level_alarms([figures], set()) == ([], set())


def test_it_is_told_once_until_it_recovers():
    bad, good = queue(tally(900, 100), tally(0, 12)), queue(tally(900, 100), tally(12, 0))
    news, alarmed = service_level_alarms([bad], set())
    assert len(news) == 1
    assert service_level_alarms([bad], alarmed) == ([], alarmed)
    fewer = queue(tally(900, 100), tally(0, ENOUGH - 1))
    assert service_level_alarms([fewer], alarmed) == ([], alarmed)  # no better, only quieter

    assert service_level_alarms([good], alarmed) == ([], set())
    again, _ = service_level_alarms([bad], set())
    assert len(again) == 1


TALLIES = st.builds(tally, st.integers(0, 30), st.integers(0, 30), short=st.integers(0, 5))


@given(st.lists(st.builds(queue, TALLIES, TALLIES, key=st.sampled_from(["billing", "general"])), max_size=30))
def test_between_two_alerts_of_a_queue_it_has_recovered(history: list[dict[str, Any]]):
    alarmed: set[str] = set()
    for figures in history:
        before = figures["key"] in alarmed
        others = alarmed - {figures["key"]}
        news, still = service_level_alarms([figures], alarmed)
        assert not (before and news)
        assert [alert["queue"] for alert in news] == [figures["key"]] * len(news)
        assert len(news) == (figures["key"] in still and not before)
        alarmed = others | still
