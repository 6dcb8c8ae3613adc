"""Every night the estimates of the day are held against what came of them, and the outcome is kept."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from desk.floor import back_tests
from desk.kernel.transaction import Tx
from desk.organization.organization import setting
from desk.tables import back_tests as table
from desk.tables import estimates, jobs, segments
from routing.back_test import Method, Outcome
from tests.integration.floor import SYSTEM, Floor

MINUTE = timedelta(minutes=1)


async def zone_of(floor: Floor) -> ZoneInfo:
    return ZoneInfo(str(await floor.desk.read(SYSTEM, setting, "time_zone")))


async def a_wait(floor: Floor, waited: timedelta, told_s: tuple[int, int] | None) -> None:
    """Somebody wrote, was told a range or nothing a second later, and was answered after so long."""
    chat = await floor.writes()
    (stay,) = await floor.rows(segments, interaction_id=chat.interaction_id, kind="queue")

    def ends(tx: Tx) -> None:
        tx.update(segments, stay.id, to_at=stay.from_at + waited, outcome="answered")
        low, high = (told_s[0] * 1000, told_s[1] * 1000) if told_s else (None, None)
        about = {"queue": "general", "made_at": stay.from_at + timedelta(seconds=1), "position": 1}
        tx.insert(estimates, segment_id=stay.id, low_ms=low, high_ms=high, **about)

    await floor.desk.transact(SYSTEM, ends)
    floor.clock.advance(5 * MINUTE)


async def nights(floor: Floor) -> list[datetime]:
    """When the next night's work is due."""
    return [row.due_at for row in await floor.rows(jobs, name=back_tests.BackTestEstimates.name)]


async def outcomes(floor: Floor) -> dict[tuple[date, Method], Outcome]:
    found = await floor.desk.read(SYSTEM, back_tests.tested, days=40)
    assert {(one.queue, one.name) for one in found} <= {("general", "General")}
    return {(one.day, one.method): one.outcome for one in found}


async def test_a_night_tests_the_day_and_plans_the_next(floor: Floor):
    zone = await zone_of(floor)
    today = floor.clock.now().astimezone(zone).date()
    await a_wait(floor, timedelta(seconds=30), None)  # nobody knew
    await a_wait(floor, timedelta(seconds=61), (20, 80))  # a minute after they were told: 10 s longer than the middle
    await a_wait(floor, timedelta(seconds=31), (40, 80))  # 30 s shorter, and not in the range
    await floor.desk.transact(SYSTEM, back_tests.plan)
    await floor.desk.transact(SYSTEM, back_tests.plan)
    three = datetime(today.year, today.month, today.day, 3, tzinfo=zone) + timedelta(days=1)
    assert await nights(floor) == [three]

    floor.clock.set(three - timedelta(seconds=1))
    await floor.jobs_done()
    assert await outcomes(floor) == {}
    floor.clock.set(three)
    await floor.jobs_done()

    assert await nights(floor) == [three + timedelta(days=1)]
    assert await outcomes(floor) == {
        (today, Method.TOLD): Outcome(count=2, bias_ms=-10_000, off_ms=20_000, coverage=0.5),
        # 30 s was the last wait, then 61 s.
        (today, Method.LAST_WAIT): Outcome(count=2, bias_ms=500, off_ms=30_500),
        # The mean of one, then of two.
        (today, Method.LAST_TEN): Outcome(count=2, bias_ms=8_250, off_ms=22_750),
        # 30, then (3 · 30 + 61) / 4 = 37.75.
        (today, Method.SMOOTHED): Outcome(count=2, bias_ms=12_125, off_ms=18_875),
    }


async def test_what_nights_have_missed_is_made_up_for_and_the_last_day_tested_anew(floor: Floor):
    zone = await zone_of(floor)
    first = floor.clock.now().astimezone(zone).date()
    await a_wait(floor, timedelta(seconds=21), (10, 30))
    waits = await floor.writes()  # over midnight
    (stay,) = await floor.rows(segments, interaction_id=waits.interaction_id, kind="queue")
    told = {"queue": "general", "made_at": stay.from_at, "position": 1, "low_ms": 0, "high_ms": 1000}
    await floor.desk.transact(SYSTEM, lambda tx: tx.insert(estimates, segment_id=stay.id, **told))
    await floor.desk.transact(SYSTEM, back_tests.plan)
    floor.clock.set(datetime(first.year, first.month, first.day, 3, tzinfo=zone) + timedelta(days=1))
    await floor.jobs_done()
    assert (await outcomes(floor))[first, Method.TOLD].count == 1

    # Nothing runs for three nights; meanwhile it was answered, and there was one more day.
    over = {"to_at": stay.from_at + timedelta(days=1), "outcome": "answered"}
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(segments, stay.id, **over))
    floor.clock.advance(timedelta(hours=12))
    second = floor.clock.now().astimezone(zone).date()
    await a_wait(floor, timedelta(seconds=21), (10, 30))
    floor.clock.advance(timedelta(days=3))
    await floor.jobs_done()

    counts = {day: outcome.count for (day, method), outcome in (await outcomes(floor)).items() if method is Method.TOLD}
    assert counts == {first: 2, second: 1}
    (due,) = await nights(floor)
    assert due > floor.clock.now()


async def test_a_second_run_changes_nothing(floor: Floor):
    night = floor.clock.now().astimezone(await zone_of(floor)).date() + timedelta(days=1)
    await a_wait(floor, timedelta(seconds=21), (10, 30))
    floor.clock.advance(timedelta(days=1))
    for _ in range(2):
        await back_tests.back_test_estimates(floor.desk, back_tests.BackTestEstimates(night=night.isoformat()))
    rows = await floor.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table)))
    assert [(row.method, row.waits, row.within) for row in rows] == [("told", 1, 1)]
