"""What is expected of a wait is written down, and held against what came of it."""

from datetime import timedelta

from desk.floor import estimates
from desk.screens import explain
from desk.tables import estimates as estimates_table
from tests.integration.floor import SYSTEM, Floor


async def written_down(floor: Floor, count: int) -> list[tuple[int | None, int | None]]:
    """What has been written down of so many stays."""
    floor.router.look_around()

    async def enough() -> bool:
        return len(await floor.rows(estimates_table)) == count

    await floor.until(enough)
    rows = await floor.rows(estimates_table)
    return [(row.low_ms, row.high_ms) for row in sorted(rows, key=lambda row: row.segment_id)]


async def test_a_wait_of_which_nothing_is_known_is_written_down_as_that(floor: Floor):
    chat = await floor.writes()
    floor.clock.advance(timedelta(seconds=2))

    assert await written_down(floor, 1) == [(None, None)]
    assert await floor.desk.read(SYSTEM, estimates.record_of, "general") is None
    why = await floor.desk.read(SYSTEM, explain.why_waiting, chat.interaction_id)
    assert (why["wait_s"], why["estimates"]) == (None, None)


async def test_the_record_says_how_often_an_estimate_came_true(floor: Floor):
    mia = await floor.agent(1)
    for _ in range(3):  # so that there is a past: three chats of a minute each
        first = await floor.writes()
        await mia.takes_next()
        floor.clock.advance(timedelta(minutes=1))
        await mia.wraps_up(first.interaction_id)
    taken = [await floor.writes() for _ in range(3)]  # as many as she can hold
    for _ in taken:
        await mia.takes_next()
    waits = await floor.writes()
    floor.clock.advance(timedelta(seconds=2))
    ((low, high),) = await written_down(floor, 1)
    assert low is not None
    assert high is not None
    why = await floor.desk.read(SYSTEM, explain.why_waiting, waits.interaction_id)
    assert why["wait_s"] == [low // 1000, high // 1000]

    floor.clock.advance(timedelta(milliseconds=(low + high) // 2))
    await mia.wraps_up(taken[0].interaction_id)
    assert await mia.takes_next() == waits.interaction_id

    record = await floor.desk.read(SYSTEM, estimates.record_of, "general")
    assert record is not None
    assert (record.count, record.coverage, record.bias_ms, record.off_ms) == (1, 1.0, 0, 0)


async def test_an_estimate_is_written_down_once(floor: Floor):
    await floor.writes()
    floor.clock.advance(timedelta(seconds=2))
    await written_down(floor, 1)
    floor.clock.advance(timedelta(minutes=5))
    await floor.writes()
    floor.clock.advance(timedelta(seconds=2))
    await written_down(floor, 2)
