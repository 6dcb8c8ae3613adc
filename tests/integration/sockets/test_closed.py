"""A shop that is closed, by its hours or at once: what supervisors, callers and visitors see of it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.organization.calendars import close_calendar
from desk.organization.file import read
from desk.organization.organization import load
from ivr.instructions import Enqueue, Hangup, Say
from tests.integration.floor import SYSTEM
from tests.integration.sockets.house import House, open_house, takes_next
from tests.integration.test_calls import presses, rings
from web.sockets.closed_to_visitors import ClosedToVisitors
from web.sockets.namespace import Socket
from web.sockets.realtime import Realtime
from web.sockets.screens import Screens

NIGHT = """
hours:
  day_and_night: {week: {thursday: ["08:00-18:00"], friday: ["08:00-18:00"]}}
"""


async def closes(house: House, reason: str = "Fire alarm", *, told: bool = False) -> None:
    await house.floor.desk.transact(SYSTEM, close_calendar, "day_and_night", reason, told=told)


async def test_the_floor_shows_what_is_closed_why_and_until_when(house: House) -> None:
    boss = await house.supervisor()
    await _until_row(house, boss, open=True, closed_why=None, closed_until=None)

    await closes(house)
    await _until_row(house, boss, open=False, closed_why="Fire alarm", closed_until=None)
    await closes(house, "")
    await _until_row(house, boss, open=True)

    house.floor.clock.set(datetime(2026, 11, 26, 20, tzinfo=UTC))
    await house.floor.desk.transact(SYSTEM, load, read(NIGHT))
    until = "2026-11-27T08:00:00Z"
    await _until_row(house, boss, open=False, closed_why="Outside its hours", closed_until=until)


async def test_a_caller_of_the_sample_shop_is_told_that_it_is_closed(house: House) -> None:
    assert (await presses(house.floor, await rings(house.floor, "CA1"), "1")).instructions[-1] == Enqueue(
        queue="billing"
    )
    late = await rings(house.floor, "CA2")
    await closes(house)
    turn = await presses(house.floor, late, "1")
    assert isinstance(turn.instructions[-1], Hangup), "closed while they were in the menu"

    turn = await rings(house.floor, "CA3")
    said = [one.text for one in turn.instructions if isinstance(one, Say)]
    assert isinstance(turn.instructions[-1], Hangup) and "closed at the moment" in said[-1]


async def test_a_visitor_reads_that_we_are_closed_before_and_after_they_write_and_no_place(house: House) -> None:
    page, token = await house.visitor()
    assert (await page.next("welcome"))["closed"] == {}
    await closes(house)
    told = await page.next("openings.changed")
    assert told["closed"][""] == {"told": "", "until": None}

    await page.does("chat.start", text="Where is my parcel?", client_id="1")
    await page.next("chat.changed", state="queued", closed={"told": "", "until": None})
    await closes(house, "Fire alarm", told=True)
    await page.next("chat.changed", closed={"told": "Fire alarm", "until": None})
    assert all(one["position"] is None for one in page.all("chat.changed")), "nobody is in a line that is closed"
    other, _ = await house.visitor()
    assert (await other.next("welcome"))["closed"]["general"] == {"told": "Fire alarm", "until": None}
    again, _ = await house.visitor(token)
    await again.next("chat.changed", state="queued", closed={"told": "Fire alarm", "until": None})

    await closes(house, "")
    await page.next("openings.changed", closed={})
    await page.next("chat.changed", position=1, closed=None)
    await takes_next(await house.console("agent1", available=True))
    await page.next("chat.changed", state="active")


async def test_who_comes_while_the_server_still_reads_is_shown_what_happens_meanwhile(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, load = asyncio.Event(), Screens.load

    async def late(screens: Screens) -> int:
        await closed.wait()
        return await load(screens)

    monkeypatch.setattr(Screens, "load", late)
    async with open_house(sample_url, tmp_path, manual_clock) as house:
        page, console = await house.connects("/chat"), await house.connects("/console", token="token-agent1")
        await closes(house)
        assert not page.heard and not console.heard, "what happens before the log is told here would be missed"
        closed.set()
        assert (await page.next("welcome"))["closed"][""] == {"told": "", "until": None}
        await console.next("snapshot")


async def test_what_closes_while_a_visitor_is_greeted_is_told_them_after_their_welcome(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = await house.visitor()
    whenever, introduce, once = ClosedToVisitors.read, Realtime.introduce, ["close", "told"]

    async def read_and_close(closed: ClosedToVisitors) -> None:
        await whenever(closed)
        if "close" in once:
            once.remove("close")
            await closes(house)

    async def told_first(realtime: Realtime, socket: Socket, seq: int, *first: Any) -> None:
        if once == ["told"]:
            once.clear()
            await before.next("openings.changed")
        await introduce(realtime, socket, seq, *first)

    monkeypatch.setattr(ClosedToVisitors, "read", read_and_close)
    monkeypatch.setattr(Realtime, "introduce", told_first)
    page, _ = await house.visitor()
    assert page.all("welcome")[0]["closed"] == {}
    assert (await page.next("openings.changed"))["closed"][""] == {"told": "", "until": None}


def _queue(queues):
    return next((one for one in queues if one["key"] == "general"), {})


async def _until_row(house, boss, **about):
    async def shown():
        rows = [_queue(data["queues"]) for name, data in boss.heard if name in ("queues.changed", "snapshot")]
        return rows and about.items() <= rows[-1].items()

    await house.floor.until(shown)
