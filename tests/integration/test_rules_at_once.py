"""Rules that are kept together are changed by many at the same time: no change is lost, on either database."""

import asyncio

from desk.kernel.errors import Stale
from desk.organization.calendars import change_calendar, change_holidays, close_calendar, mark_of_holidays
from desk.organization.changes import CALLBACKS, ORDER, change_callbacks, change_order
from desk.organization.file import validated
from desk.organization.history import mark
from desk.organization.organization import load
from desk.organization.routing_rules import calendars_said, rules_now
from tests.integration.kernel.conftest import TEST, a_desk

KEYS = [f"c{number}" for number in range(12)]


async def test_who_changes_one_calendar_takes_back_nothing_of_another(database_url, tmp_path, manual_clock):
    async with a_desk(database_url, tmp_path, manual_clock) as desk:
        await desk.transact(TEST, load, validated({"hours": {key: {"week": {}} for key in KEYS}}))

        await asyncio.gather(
            *(desk.transact(TEST, change_calendar, key, {"week": {"monday": ["09:00-17:00"]}}) for key in KEYS),
            *(desk.transact(TEST, close_calendar, key, "fire alarm") for key in KEYS),
        )

        found = await desk.read(TEST, calendars_said)
        assert {key: (one.week["monday"], one.closed) for key, one in found.items() if one.week} == {
            key: (["09:00-17:00"], "fire alarm") for key in KEYS
        }


async def test_of_two_who_change_the_same_rules_at_once_one_is_told(database_url, tmp_path, manual_clock):
    async with a_desk(database_url, tmp_path, manual_clock) as desk:
        said = {"ordering": {"kind": "slack"}, "limits": {}, "callbacks": {"attempts": 2}, "holidays": ["2026-12-25"]}
        await desk.transact(TEST, load, validated(said))
        order, back = await desk.read(TEST, lambda rx: [mark(rules_now(rx, only=one)) for one in (ORDER, CALLBACKS)])
        days = mark_of_holidays(["2026-12-25"])

        for change in (
            lambda tx, n: change_order(tx, {"kind": "slack", "priority": n}, {}, order),
            lambda tx, n: change_callbacks(tx, {"attempts": n}, back),
            lambda tx, n: change_holidays(tx, [f"2027-01-{n:02}"], days),
        ):
            ended = await asyncio.gather(
                *(desk.transact(TEST, change, number) for number in range(10, 20)), return_exceptions=True
            )
            assert [type(one) for one in ended if one is not None] == [Stale] * 9
