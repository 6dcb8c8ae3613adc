"""Estimates held against what came of them, followed by hand."""

from routing.back_test import Method, Outcome, Waited, back_test
from routing.estimates import Wait

SECOND = 1000


def waited(from_s: int, wait_s: int, told: tuple[int, int] | None = None, **changes: str) -> Waited:
    """Somebody came, was told a range in seconds at once, and waited so long."""
    return Waited(
        channel=changes.get("channel", "voice"),
        from_ms=from_s * SECOND,
        until_ms=(from_s + wait_s) * SECOND,
        told_ms=from_s * SECOND,
        told=None if told is None else Wait(low_ms=told[0] * SECOND, high_ms=told[1] * SECOND),
    )


def test_each_method_on_the_same_waits():
    waits = [
        waited(0, 40),  # before: nothing was told, but it is the past of the others
        waited(100, 20),
        waited(200, 60, told=(20, 80)),  # within; middle 50, 10 s longer
        waited(300, 30, told=(40, 80)),  # shorter than was said; middle 60, 30 s shorter
    ]

    found = back_test(waits)

    assert found == {
        Method.TOLD: Outcome(count=2, bias_ms=-10 * SECOND, off_ms=20 * SECOND, coverage=0.5),
        # 20 was said and 60 waited; 60 was said and 30 waited
        Method.LAST_WAIT: Outcome(count=2, bias_ms=5 * SECOND, off_ms=35 * SECOND),
        # 30 of (40, 20), then 40 of (40, 20, 60)
        Method.LAST_TEN: Outcome(count=2, bias_ms=10 * SECOND, off_ms=20 * SECOND),
        # (3·40 + 20) / 4 = 35, then (3·35 + 60) / 4 = 41.25
        Method.SMOOTHED: Outcome(count=2, bias_ms=6_875, off_ms=18_125),
    }


def test_what_had_not_ended_when_somebody_came_is_not_known_to_them():
    waits = [waited(0, 100, told=(50, 150)), waited(50, 10, told=(0, 20))]

    found = back_test(waits)

    assert found == {Method.TOLD: Outcome(count=2, bias_ms=0, off_ms=0, coverage=1.0)}


def test_channels_do_not_speak_for_each_other():
    waits = [waited(0, 3600, channel="email"), waited(4000, 10, told=(0, 20))]

    assert Method.LAST_WAIT not in back_test(waits)


def test_the_mean_is_of_ten():
    waits = [waited(n, 100 if n == 0 else 10) for n in range(11)]

    found = back_test([*waits, waited(500, 10, told=(0, 20))])

    assert found[Method.LAST_TEN] == Outcome(count=1, bias_ms=-9 * SECOND, off_ms=9 * SECOND)


def test_of_nothing_there_is_nothing_to_say():
    assert back_test([]) == {}
    assert back_test([waited(0, 10), waited(20, 10)]) == {}
