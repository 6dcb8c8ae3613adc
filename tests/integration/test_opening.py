"""Whether it is open is one answer, whoever asks: a call flow of the house and of a queue, overflow, the console."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desk.floor import queue_states
from desk.organization import openings
from desk.organization.calendars import close_calendar
from desk.organization.file import read
from desk.organization.organization import load
from ivr.instructions import Enqueue, Say
from routing.hours import is_open
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_calls import rings

BERLIN = ZoneInfo("Europe/Berlin")

FLOW = """
  languages: [en]
  start: house
  nodes:
    house: {when: open, then: both, else: neither}
    both: {when: billing.open, then: billing, else: apart}
    neither: {when: billing.open, then: apart, else: closed}
    billing: {queue: billing}
    closed: {hangup: yes, say: {en: We are closed.}}
    apart: {hangup: yes, say: {en: Somebody says it is open.}}
"""

#: The house and the queue are open at the same times, each in its own words.
SAME = """
time_zone: Europe/Berlin
business_hours: {{open: "{opens}", close: "{closes}"}}
weekend: [saturday]
holidays: [2026-12-25, 2026-12-26]
working_weekends: [2026-12-26]
hours:
  day_and_night: {{week: {{}}}}  # of the other queues
  shop:
    week: {{{week}}}
    exceptions: {{2026-12-26: ["{opens}-{closes}"]}}
queues: {{billing: {{name: Billing, hours: shop}}}}
flows:
  main:{flow}
"""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "sunday")


def same(opens: str, closes: str) -> str:
    week = ", ".join(f'{day}: ["{opens}-{closes}"]' for day in DAYS)
    flow = FLOW.replace("\n", "\n  ")
    return SAME.format(opens=opens, closes=closes, week=week, flow=flow)


async def is_let_in(floor: Floor, carrier_id: str) -> bool:
    """What a caller is told now; the house, the queue, overflow and the console all say so."""
    (*said, last) = (await rings(floor, carrier_id)).instructions
    let_in = last == Enqueue(queue="billing")
    assert said == ([] if let_in else [Say(text="We are closed.")])
    now = floor.clock.now()
    house = await floor.desk.read(SYSTEM, queue_states.business_hours)
    calendar = (await floor.desk.read(SYSTEM, openings.hours_by_calendar))["shop"]
    state = (await floor.desk.read(SYSTEM, queue_states.states))["billing"]
    assert is_open(house, now) is is_open(calendar, now) is state.open is let_in
    return let_in


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [
        # The minutes of opening and of closing; a Saturday, a holiday, a Saturday on which one works all the same.
        (
            "09:00",
            "17:00",
            {
                "2026-11-26T08:59:59.999": False,
                "2026-11-26T09:00": True,
                "2026-11-26T16:59:59.999": True,
                "2026-11-26T17:00": False,
                "2026-11-28T12:00": False,
                "2026-11-29T12:00": True,
                "2026-12-25T12:00": False,
                "2026-12-26T12:00": True,
            },
        ),
        # Until midnight, and not a moment longer where the next day is a day off.
        ("08:00", "24:00", {"2026-11-27T23:59:59.999": True, "2026-11-28T00:00": False}),
        # A night belongs to the day on which it begins.
        (
            "22:00",
            "06:00",
            {
                "2026-11-27T21:59": False,
                "2026-11-27T22:00": True,
                "2026-11-28T05:59": True,
                "2026-11-28T06:00": False,
                "2026-11-28T22:00": False,
                "2026-11-29T03:00": False,
                "2026-11-30T03:00": True,
            },
        ),
    ],
)
async def test_the_house_and_a_queue_with_the_same_hours_are_open_at_the_same_minutes(
    floor: Floor, opens: str, closes: str, told: dict[str, bool]
):
    await floor.desk.transact(SYSTEM, load, read(same(opens, closes)))
    for text, expected in told.items():
        floor.clock.set(datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC))
        assert (text, await is_let_in(floor, text)) == (text, expected)


@pytest.mark.parametrize(
    ("opens", "closes", "instants"),
    [
        # In spring two o'clock is followed by three: 01:30 to 03:30 lasts an hour.
        ("01:30", "03:30", {"2026-03-29T00:29Z": False, "2026-03-29T00:30Z": True, "2026-03-29T01:29Z": True}),
        ("01:30", "03:30", {"2026-03-29T01:30Z": False}),
        # In autumn three o'clock is followed by two: 01:30 to 03:30 lasts three hours, 02:15 to 02:45 comes once.
        ("01:30", "03:30", {"2026-10-24T23:30Z": True, "2026-10-25T01:30Z": True, "2026-10-25T02:30Z": False}),
        ("02:15", "02:45", {"2026-10-25T00:15Z": True, "2026-10-25T00:45Z": False, "2026-10-25T01:30Z": False}),
    ],
)
async def test_on_the_days_of_the_clocks_too(floor: Floor, opens: str, closes: str, instants: dict[str, bool]):
    await floor.desk.transact(SYSTEM, load, read(same(opens, closes)))
    for text, expected in instants.items():
        floor.clock.set(datetime.fromisoformat(text))
        assert (text, await is_let_in(floor, text)) == (text, expected)


QUEUES_OWN = """
hours:
  day_and_night: {week: {}}  # of the other queues
  tokyo:
    zone: Asia/Tokyo
    week: {thursday: ["08:00-12:00", "13:00-18:00"]}
queues: {billing: {name: Billing, hours: tokyo}}
flows:
  main:
    languages: [en]
    start: queue
    nodes:
      queue: {when: billing.open, then: billing, else: closed}
      billing: {queue: billing}
      closed: {hangup: yes, say: {en: We are closed.}}
"""


async def test_a_queue_has_a_zone_shifts_and_an_emergency_of_its_own(floor: Floor):
    await floor.desk.transact(SYSTEM, load, read(QUEUES_OWN))
    shifts = {"07:59": False, "08:00": True, "11:59": True, "12:00": False, "13:00": True, "18:00": False}
    for clock, expected in shifts.items():
        floor.clock.set(datetime.fromisoformat(f"2026-11-26T{clock}+09:00"))
        turn = await rings(floor, f"CA {clock}")
        state = (await floor.desk.read(SYSTEM, queue_states.states))["billing"]
        assert (clock, state.open, turn.instructions[-1] == Enqueue(queue="billing")) == (clock, expected, expected)

    floor.clock.set(datetime.fromisoformat("2026-11-26T09:00+09:00"))
    for reason, expected in (("fire alarm", False), ("", True)):
        await floor.desk.transact(SYSTEM, close_calendar, "tokyo", reason)
        turn = await rings(floor, f"CB {reason}")
        state = (await floor.desk.read(SYSTEM, queue_states.states))["billing"]
        assert (state.open, turn.instructions[-1] == Enqueue(queue="billing")) == (expected, expected)
