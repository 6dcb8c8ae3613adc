"""Who waits goes where somebody can help, and nobody helps at their own customers' cost."""

from dataclasses import replace

import pytest

from routing.overflow import QueueState, Standing, Step, can_help, goes_to, is_helped

WAITS = Standing(position=3, waited_ms=60_000, placed_for_ms=90_000, channel="voice", likely_ms=120_000)
BUSY = QueueState(staffed={"voice": 0}, waiting=9)
HELPER = QueueState(staffed={"voice": 0}, service_level=0.9)


@pytest.mark.parametrize(
    ("step", "own", "goes"),
    [
        (Step(to="b", after_ms=60_000), BUSY, True),
        (Step(to="b", after_ms=60_001), BUSY, False),
        (Step(to="b", wait_ms=119_999), BUSY, True),
        (Step(to="b", wait_ms=120_000), BUSY, False),
        (Step(to="b", nobody=True), BUSY, False),
        (Step(to="b", nobody=True), replace(BUSY, staffed={}), True),
        (Step(to="b", nobody=True), replace(BUSY, staffed={"chat": 0}), True),
        (Step(to="b", nobody=True), replace(BUSY, staffed={"voice": 90_000}), False),  # the step is reached
        (Step(to="b", nobody=True), replace(BUSY, staffed={"voice": 90_001}), True),
        (Step(to="b", closed=True), BUSY, False),
        (Step(to="b", closed=True), replace(BUSY, open=False), True),
        (Step(to="b", full=True), BUSY, False),
        (Step(to="b", full=True), replace(BUSY, max_length=3), False),
        (Step(to="b", full=True), replace(BUSY, max_length=2), True),
        (Step(to="b", after_ms=1, nobody=True), BUSY, False),  # all that is said must hold
    ],
)
def test_an_item_goes_when_all_that_its_step_says_holds(step, own, goes):
    assert (goes_to([step], WAITS, own, {"b": HELPER}) == "b") is goes


def test_an_unknown_likely_wait_moves_nobody():
    assert goes_to([Step(to="b", wait_ms=1)], replace(WAITS, likely_ms=None), BUSY, {"b": HELPER}) is None


@pytest.mark.parametrize(
    ("receiver", "helps"),
    [
        (HELPER, True),
        (replace(HELPER, open=False), False),
        (replace(HELPER, staffed={}), False),
        (replace(HELPER, staffed={"voice": 90_000}), True),
        (replace(HELPER, staffed={"voice": 90_001}), False),
        (replace(HELPER, waiting=5, max_length=5), False),
        (replace(HELPER, waiting=4, max_length=5), True),
        (replace(HELPER, service_level=0.79), False),
        (replace(HELPER, service_level=0.8), True),
        (replace(HELPER, service_level=None), True),
    ],
)
def test_a_queue_helps_while_it_can_and_its_own_customers_are_served(receiver, helps):
    assert can_help(receiver, 0.8, WAITS) is helps


def test_the_first_step_whose_receiver_can_help_is_taken():
    steps = [Step(to="closed", after_ms=1), Step(to="gone", after_ms=1), Step(to="b", after_ms=1)]
    assert goes_to(steps, WAITS, BUSY, {"closed": replace(HELPER, open=False), "b": HELPER}) == "b"


@pytest.mark.parametrize(
    ("step", "helped"),
    [
        (Step(to="b", nobody=True), True),
        (Step(to="b", after_ms=60_000), True),
        (Step(to="b", wait_ms=1), False),  # nothing is known of a wait in vain
        (Step(to="b", full=True), False),
        (Step(to="b", closed=True), False),
        (Step(to="gone", nobody=True), False),
        (Step(to="empty", nobody=True), False),
    ],
)
def test_who_waits_in_vain_is_helped_where_a_step_leads_to_somebody_who_works(step, helped):
    others = {"b": HELPER, "empty": replace(HELPER, staffed={})}
    assert is_helped([step], replace(BUSY, staffed={}), others) is helped
