"""How long contacts take is what agents did for them: not what lay between, and not what took none of their room."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from desk.contacts import ending, interactions
from desk.floor import handling
from desk.floor.handling import Pace, pace
from desk.kernel import migrate
from desk.replay import reading
from desk.tables import to_ms
from routing.estimates import Handling
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_calls import waiting_caller
from tests.integration.test_rounds_and_parking import an_idle_chat, order

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MINUTE_MS = 60_000
BY_TEXT = {"channel": "sms", "address_kind": "phone", "address": "+442079460199", "to": "+442079460100"}


async def of(floor: Floor, channel: str = "chat") -> Pace:
    return await floor.desk.read(SYSTEM, pace, "general", channel)


async def mean_ms(floor: Floor, channel: str = "chat") -> int:
    """The mean handling time."""
    handling = (await of(floor, channel)).handling
    assert handling is not None
    return handling.mean_ms


async def test_the_hours_before_a_contact_is_opened_again_are_nobodys_work(floor: Floor):
    mia = await floor.agent(1)
    for _ in range(2):
        text = await floor.writes(**BY_TEXT)
        floor.clock.advance(timedelta(seconds=1))
        await mia.takes_next()
        floor.clock.advance(5 * MINUTE)
        await mia.wraps_up(text.interaction_id)
        floor.clock.advance(timedelta(hours=10))
        await mia.is_available()
    assert (await floor.interaction(text.interaction_id)).reopened == 1

    assert await mean_ms(floor, "sms") == 5 * MINUTE_MS
    past = await floor.desk.read(SYSTEM, reading._past, floor.clock.now())
    assert [one.handle_ms for one in past] == [5 * MINUTE_MS, 5 * MINUTE_MS]


async def test_what_is_put_aside_is_in_nobodys_hands(floor: Floor):
    mia = await floor.agent(1)
    text = await floor.writes(**BY_TEXT)
    await mia.takes_next()
    floor.clock.advance(2 * MINUTE)
    await mia.does(interactions.snooze, text.interaction_id, floor.clock.now() + timedelta(hours=3))
    await floor.passes(timedelta(hours=3))
    await mia.takes_next()
    floor.clock.advance(4 * MINUTE)
    await mia.wraps_up(text.interaction_id)

    assert await mean_ms(floor, "sms") == 3 * MINUTE_MS  # twice in hand, six minutes together


async def test_who_waited_an_hour_ago_says_nothing_of_who_waits_now(floor: Floor):
    mia = await floor.agent(1, available=False)
    chat = await floor.writes()
    floor.clock.advance(7 * MINUTE)
    await mia.is_available()
    await mia.takes_next()
    floor.clock.advance(59 * MINUTE)
    assert (await of(floor)).last_wait_ms == 7 * MINUTE_MS
    floor.clock.advance(MINUTE)
    assert (await of(floor)).last_wait_ms is None
    await mia.wraps_up(chat.interaction_id)


async def test_holding_and_writing_up_are_handling(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.takes_next()
    for step in (interactions.hold, interactions.unhold, ending.end):
        floor.clock.advance(MINUTE)
        await mia.does(step, chat.interaction_id)
    floor.clock.advance(timedelta(seconds=30))
    await mia.wraps_up(chat.interaction_id)

    assert await of(floor) == Pace(Handling(3 * MINUTE_MS + 30_000), 0, Handling(30_000))


async def test_a_silent_customer_takes_nobodys_time(floor: Floor):
    mia, chat = await an_idle_chat(floor)
    taken = to_ms((await floor.interaction(chat)).answered_at)
    busy_ms = to_ms(floor.clock.now()) - taken
    floor.clock.advance(timedelta(hours=2))
    await mia.wraps_up(chat)

    assert await mean_ms(floor) == busy_ms


async def test_the_last_wait_is_that_of_who_came_to_an_agent_last_though_they_talk_still(floor: Floor):
    mia = await floor.agent(1, available=False)
    first = await floor.writes()
    floor.clock.advance(timedelta(seconds=7))
    await mia.is_available()
    await mia.takes_next()
    assert await of(floor) == Pace(None, 7000)
    floor.clock.advance(MINUTE)
    await mia.wraps_up(first.interaction_id)
    await floor.writes()
    floor.clock.advance(timedelta(seconds=3))
    await mia.takes_next()

    assert await of(floor) == Pace(Handling(MINUTE_MS), 3000, Handling(0))


@pytest.mark.parametrize("index", ["ix_interactions_queue_channel_closed_at", "ix_segments_interaction_id"])
def test_the_pace_of_a_queue_is_not_looked_for_in_all_that_there_was(database_url: str, index: str):
    def plan(connection: sa.Connection) -> str:
        postgres = connection.dialect.name == "postgresql"
        if postgres:  # a table of no rows is read whole by whoever is allowed to
            connection.execute(sa.text("SET enable_seqscan = off"))
        asked = handling._LATELY.params(queue="general", channel="chat", since=AT)
        text = asked.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        rows = connection.execute(sa.text(f"EXPLAIN {'' if postgres else 'QUERY PLAN '}{text}"))
        return "\n".join(str(row) for row in rows)

    assert index in migrate._within(database_url, plan)


async def test_what_is_interrupted_as_it_is_written_up_takes_no_room_until_its_time_for_that_is_over(floor: Floor):
    await order(floor, interrupts={"voice": ["sms"]}, weights={"voice": 100, "sms": 40})
    mia = await floor.agent(1)
    text = (await floor.writes(**BY_TEXT)).interaction_id
    await mia.takes_next()
    floor.clock.advance(2 * MINUTE)
    await mia.does(ending.end, text)
    floor.clock.advance(timedelta(seconds=10))
    call = await waiting_caller(floor)
    await mia.takes_next()
    await floor.passes(MINUTE)
    assert (await floor.interaction(text)).state == "closed"
    await mia.wraps_up(call)
    await floor.writes(**BY_TEXT)
    assert await mia.takes_next() == text
    floor.clock.advance(4 * MINUTE)
    await mia.wraps_up(text)

    past = await floor.desk.read(SYSTEM, reading._past, floor.clock.now() + MINUTE)
    assert [one.handle_ms for one in past if one.channel == "sms"] == [2 * MINUTE_MS + 10_000, 4 * MINUTE_MS]
    assert await mean_ms(floor, "sms") == 3 * MINUTE_MS + 5_000


async def test_to_write_up_what_was_idle_when_it_ended_is_handling(floor: Floor):
    mia, chat = await an_idle_chat(floor)
    busy_ms = to_ms(floor.clock.now()) - to_ms((await floor.interaction(chat)).answered_at)
    floor.clock.advance(timedelta(hours=2))
    await mia.does(ending.end, chat)
    floor.clock.advance(timedelta(seconds=30))
    await mia.wraps_up(chat)

    assert await mean_ms(floor) == busy_ms + 30_000
