"""A call-back that somebody makes by hand, in a queue that never opens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.customers.customers import identify
from desk.kernel.errors import Invalid
from desk.kernel.events import CallbackGaveUp
from desk.organization.calendars import close_calendar
from desk.tables import events, work_items
from desk.work.planned_work import plan
from tests.integration.callbacks.test_hours_that_meet import NIGHTS, OFFICE, keeps
from tests.integration.floor import SYSTEM, Floor

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
NEVER: dict[str, Any] = {"week": {}}


async def by_hand(floor: Floor, **more: Any) -> str:
    """A call-back to somebody of whom no number is known; its id."""

    def planned(tx: Any) -> str:
        who = identify(tx, "email", "eva@ruiz.example").customer.id
        about = {"kind": "callback", "queue": "billing", "title": "Ring her about the fee"} | more
        return str(plan(tx, customer_id=who, **about))

    return str(await floor.desk.transact(SYSTEM, planned))


async def is_given_up(floor: Floor, id: str) -> None:
    """Nobody makes it any more, and supervisors are told."""
    (work,) = await floor.rows(work_items, id=id)
    assert (work.state, work.outcome) == ("done", "gave_up")
    (told,) = await floor.rows(events, name=CallbackGaveUp.name)
    assert (told.subject, told.data["queue"], told.data["why"]) == (id, "billing", "never_open")


@pytest.fixture(autouse=True)
def noon(floor: Floor) -> None:
    floor.clock.set(NOON)


async def test_what_is_made_for_a_queue_that_never_opens_is_refused(floor: Floor):
    await keeps(floor, **NEVER)
    for more in ({}, {"from_at": NOON + timedelta(days=3)}):
        with pytest.raises(Invalid, match="not open at any time within a year") as refused:
            await by_hand(floor, **more)
        assert [field for field, _ in refused.value.errors] == ["queue"]
    assert await by_hand(floor, kind="task")  # nobody is rung for it


async def test_what_is_made_for_a_queue_that_is_closed_for_now_is_taken(floor: Floor):
    await keeps(floor, week=NIGHTS)
    assert (await floor.rows(work_items, id=await by_hand(floor)))[0].state == "scheduled"
    await floor.desk.transact(SYSTEM, close_calendar, "billing", "Fire alarm")
    id = await by_hand(floor)
    await floor.passes(timedelta(minutes=3))
    assert (await floor.rows(work_items, id=id))[0].state == "scheduled"


async def test_what_waits_for_the_opening_is_given_up_once_there_is_none_any_more(floor: Floor):
    await keeps(floor, week=NIGHTS)
    id = await by_hand(floor)
    await keeps(floor, **NEVER)
    await is_given_up(floor, id)


async def test_what_stands_in_line_is_given_up_too(floor: Floor):
    await keeps(floor, week=OFFICE)
    id = await by_hand(floor)
    assert (await floor.rows(work_items, id=id))[0].state == "waiting"
    await keeps(floor, **NEVER)
    await floor.looks_around()
    await floor.passes(timedelta(minutes=1))
    await is_given_up(floor, id)


async def test_what_is_planned_for_later_is_given_up_when_its_time_has_come(floor: Floor):
    await keeps(floor, week=OFFICE)
    later = NOON + timedelta(days=1)
    id = await by_hand(floor, from_at=later)
    await keeps(floor, **NEVER)
    assert (await floor.rows(work_items, id=id))[0].state == "scheduled"
    floor.clock.set(later)
    await floor.jobs_done()
    await floor.passes(timedelta(minutes=1))
    await is_given_up(floor, id)
