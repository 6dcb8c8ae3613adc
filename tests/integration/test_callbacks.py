"""Stories of call-backs at the desk's own doors: a place is kept, a customer is rung, tried again, and given up on."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from channels.voice.twilio import LegState
from desk.agents import agents
from desk.agents.work import give_back
from desk.callbacks import callbacks, leaving_the_line
from desk.callbacks.events import CallbackGaveUp
from desk.callbacks.leaving_the_line import Told
from desk.callbacks.outcomes import become_due
from desk.callbacks.rules import language_of
from desk.calls import calls
from desk.calls.customer_legs import customer_chose
from desk.contacts import ending
from desk.customers.customers import add_address, identify
from desk.customers.customers import change as change_customer
from desk.kernel.errors import Conflict, Invalid, Stale
from desk.kernel.events import OrganizationChanged
from desk.organization.callbacks import Callbacks, QueueCallbacks
from desk.organization.file import Document
from desk.organization.organization import load
from desk.organization.rules import Queue
from desk.tables import agent_queues, agent_skills, events, segments, to_ms, work_items
from desk.tables import agents as agents_table
from desk.tables import callbacks as table
from desk.tables import calls as calls_table
from desk.tables import customers as customers_table
from desk.work import offers
from ivr.engine import Digits
from tests.integration.floor import SYSTEM, Agent, Floor, sample_organization
from tests.integration.test_calls import leg as agent_leg
from tests.integration.test_dialling import customer as customer_leg
from tests.integration.test_dialling import rung

ANA, BO, EVA = "+493023125001", "+442079460123", "+34910123456"
OURS = "+442079460100"


@pytest.fixture(autouse=True)
async def offered(floor: Floor) -> None:
    """Callers of billing may leave the line by 1, after half a minute; agents first."""
    await says(floor, QueueCallbacks(key="1", after=30, gap=600))


async def says(floor: Floor, rules: QueueCallbacks, everywhere: Callbacks | None = None, **more: Any) -> None:
    known = sample_organization().queues or {}
    billing = Queue(**known["billing"].model_dump() | {"callbacks": rules.model_dump()} | more)
    document = Document(queues=known | {"billing": billing}, callbacks=everywhere or Callbacks())
    await floor.desk.transact(SYSTEM, load, document)


async def waits(floor: Floor, number: str = ANA) -> str:
    """Somebody rings, chooses billing and waits there; the call's id."""
    name = f"CA{floor.count()}"
    turn = await floor.desk.transact(SYSTEM, calls.start_call, carrier_id=name, from_number=number, to_number=OURS)
    await floor.desk.transact(SYSTEM, calls.step_call, call_id=turn.call_id, turn=turn.turn, answer=Digits("1"))
    return str(turn.call_id)


async def presses(floor: Floor, call_id: str, key: str = "1") -> Told:
    said = await floor.desk.transact(SYSTEM, leaving_the_line.leave, call_id, key)
    return Told(said.told)


async def leaves(floor: Floor, number: str = ANA) -> Any:
    """Somebody waits for a minute and leaves the line; the call-back."""
    call_id = await waits(floor, number)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.TAKEN
    await floor.jobs_done()
    (row,) = await floor.rows(table, interaction_id=call_id)
    return row


async def asks(floor: Floor, number: str = ANA, **more: Any) -> str:
    """A call-back is booked for somebody."""

    def booked(tx: Any) -> str:
        who = identify(tx, "phone", number).customer.id
        return str(callbacks.request_callback(tx, **({"customer_id": who, "queue": "billing"} | more)))

    return str(await floor.desk.transact(SYSTEM, booked))


async def callback(floor: Floor, id: str) -> Any:
    (row,) = await floor.rows(table, id=id)
    return row


async def item(floor: Floor, id: str) -> Any:
    (row,) = await floor.rows(work_items, id=id)
    return row


async def dialled(floor: Floor, agent: Agent, id: str, *, count: int = 0) -> str:
    """The agent takes the call-back, and the customer's telephone rings; the call's id. `count` rang before."""
    offer = await agent.next_offer()
    assert offer.work_item_id == id
    await agent.accepts(offer)
    await floor.until(partial(rung, floor, count + 1))
    call_id = (await callback(floor, id)).call_id
    assert await agent_leg(floor, call_id, f"leg-{count + 1}", LegState.ANSWERED)
    await floor.until(partial(rung, floor, count + 2))
    await floor.jobs_done()
    return str(call_id)


async def test_a_caller_who_leaves_the_line_keeps_the_place_and_is_rung_in_it(floor: Floor):
    ana = await leaves(floor)
    await waits(floor, BO)
    mia = await floor.agent(1)

    call_id = await dialled(floor, mia, ana.id)
    assert [to for _, to, _ in floor.carrier.rung] == [f"client:{mia.id}", ANA]
    assert (await callback(floor, ana.id)).state == "dialling"
    await customer_leg(floor, call_id, "leg-2", LegState.ANSWERED)
    await floor.jobs_done()

    reached, done = await callback(floor, ana.id), await item(floor, ana.id)
    assert (reached.state, reached.attempts, done.state, done.outcome) == ("reached", 1, "done", "reached")
    assert ((await floor.interaction(call_id)).state, (await floor.interaction(call_id)).agent_id) == ("active", mia.id)


async def test_the_place_is_that_of_the_call_and_counts_as_neither_answered_nor_abandoned(floor: Floor):
    ana = await leaves(floor)
    call = await floor.interaction(ana.interaction_id)
    assert call.state == "closed"
    assert (await item(floor, ana.id)).placed_at == call.queued_at
    (stay,) = await floor.rows(segments, interaction_id=call.id, kind="queue")
    assert stay.outcome == "callback_taken"
    (left,) = await floor.rows(events, name="interaction.left_queue", subject=call.id)
    assert (left.data["outcome"], left.data["wait_ms"]) == ("callback_taken", 60_000)
    assert await floor.rows(events, name="interaction.abandoned") == []


async def test_whoever_stands_behind_is_told_of_the_place_that_is_kept(floor: Floor):
    await leaves(floor)
    bo = await waits(floor, BO)
    facts = await floor.desk.read(SYSTEM, calls.wait_facts, bo)
    assert facts.position == 2


async def test_every_entry_into_the_queue_has_one_outcome(floor: Floor):
    """METRICS: entered = answered + abandoned + flow_out + callback_taken + system_ended + pending."""
    ana, bo, eva = await leaves(floor), await waits(floor, BO), await waits(floor, EVA)
    (call,) = await floor.rows(calls_table, id=bo)
    await floor.desk.transact(SYSTEM, calls.caller_left, carrier_id=call.carrier_id)
    mia = await floor.agent(1)
    rung_back = await dialled(floor, mia, ana.id)
    await customer_leg(floor, rung_back, "leg-2", LegState.ANSWERED)
    await floor.jobs_done()

    stays = await floor.rows(segments, kind="queue", queue="billing")
    became = {stay.interaction_id: stay.outcome for stay in stays}
    assert became == {ana.interaction_id: "callback_taken", bo: "abandoned", eva: ""}


async def test_the_key_counts_from_when_it_is_offered(floor: Floor):
    call_id = await waits(floor)
    early = await floor.desk.read(SYSTEM, leaving_the_line.in_line, call_id)
    assert (early.told, early.key) == (Told.WAIT, None)
    assert await presses(floor, call_id) is Told.WAIT
    await floor.passes(timedelta(seconds=30))
    assert (await floor.desk.read(SYSTEM, leaving_the_line.in_line, call_id)).key == "1"
    assert await presses(floor, call_id, "2") is Told.WAIT
    assert await floor.rows(table) == []
    assert (await floor.interaction(call_id)).state == "queued"


async def test_a_key_that_is_pressed_twice_books_once(floor: Floor):
    ana = await leaves(floor)
    assert await presses(floor, ana.interaction_id) is Told.TAKEN
    assert await presses(floor, ana.interaction_id, "7") is Told.TAKEN
    (call,) = await floor.rows(calls_table, id=ana.interaction_id)
    await floor.desk.transact(SYSTEM, calls.caller_left, carrier_id=call.carrier_id)
    assert len(await floor.rows(table)) == 1
    assert len(await floor.rows(events, name="interaction.left_queue")) == 1


async def test_who_rings_again_and_presses_again_keeps_the_first_place(floor: Floor):
    first = await leaves(floor)
    again = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.TAKEN
    (only,) = await floor.rows(table)
    assert only.id == first.id
    assert (await item(floor, first.id)).placed_at == (await floor.interaction(first.interaction_id)).queued_at


async def test_what_was_booked_for_another_day_comes_forward_for_who_leaves_the_line(floor: Floor):
    booked = await asks(floor, due_at=floor.clock.now() + timedelta(days=3))
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.TAKEN
    await floor.jobs_done()
    forward = await item(floor, booked)
    assert (forward.state, forward.placed_at) == ("waiting", (await floor.interaction(call_id)).queued_at)


async def test_a_caller_who_leaves_the_line_is_as_urgent_and_wanted_as_before(floor: Floor):
    call_id = await waits(floor)
    mia = await floor.agent(1, available=False)
    rests = to_ms(floor.clock.now() + timedelta(hours=1))
    was = {"priority": 100, "wanted_agent_id": mia.id, "declines": 3, "declined_by": {"somebody": rests}}
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(work_items, call_id, **was))
    await floor.desk.transact(SYSTEM, speaks, call_id, "de")
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.TAKEN
    await floor.jobs_done()
    (ana,) = await floor.rows(table, interaction_id=call_id)
    kept = await item(floor, ana.id)
    assert (kept.state, {name: getattr(kept, name) for name in was}) == ("waiting", was)
    assert await floor.desk.transact(SYSTEM, is_rung_in, ana.id) == "de"

    again = await waits(floor, BO)  # another customer's urgency is theirs
    assert (await item(floor, again)).priority == 0


def speaks(tx: Any, call_id: str, language: str) -> None:
    tx.update(calls_table, call_id, session=tx.one(calls_table, call_id).session | {"language": language})


def is_rung_in(tx: Any, id: str) -> str:
    return language_of(tx, tx.one(table, id))


async def test_who_leaves_the_line_on_another_telephone_is_rung_on_the_one_that_they_were_told(floor: Floor):
    first = await leaves(floor)
    known = (await callback(floor, first.id)).customer_id
    await floor.desk.transact(SYSTEM, lambda tx: add_address(tx, known, "phone", EVA))
    again = await waits(floor, EVA)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.TAKEN
    await floor.jobs_done()
    only = await callback(floor, first.id)
    assert (only.number, (await item(floor, first.id)).state) == (EVA, "waiting")
    assert (await item(floor, first.id)).placed_at == (await floor.interaction(first.interaction_id)).queued_at


async def test_the_zones_of_the_telephone_that_they_were_told_count(floor: Floor):
    floor.clock.set(datetime(2026, 3, 2, 8, 30, tzinfo=UTC))  # half past nine in Berlin, half past eight in London
    first = await leaves(floor)
    known = (await callback(floor, first.id)).customer_id
    await floor.desk.transact(SYSTEM, lambda tx: add_address(tx, known, "phone", BO))
    again = await waits(floor, BO)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.LATER
    await floor.jobs_done()
    only = await callback(floor, first.id)
    assert (only.number, only.due_at) == (BO, datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert (await item(floor, first.id)).state == "scheduled"


async def test_who_asks_anew_by_leaving_the_line_is_rung_without_the_gap(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    call_id = await dialled(floor, mia, ana.id)
    await customer_leg(floor, call_id, "leg-2", LegState.NO_ANSWER)
    await floor.jobs_done()
    await mia.does(agents.set_presence, mia.id, "not_ready", "lunch")
    again = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.TAKEN
    await floor.jobs_done()
    assert (await callback(floor, ana.id)).due_at == floor.clock.now()
    assert (await item(floor, ana.id)).state == "waiting"


async def test_an_owner_who_cannot_be_offered_it_is_not_waited_for(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2)
    id = await asks(floor, owner_id=mia.id, due_at=floor.clock.now() + timedelta(hours=1))
    await floor.desk.transact(SYSTEM, no_longer_serves, mia.id)
    await floor.passes(timedelta(hours=1))
    assert (await ben.next_offer()).work_item_id == id


async def test_an_owner_who_cannot_be_offered_it_any_more_does_not_hold_it_up(floor: Floor):
    mia = await floor.agent(1)
    await waits(floor)
    await mia.takes_next()
    ben = await floor.agent(2)
    id = await asks(floor, owner_id=mia.id)
    await floor.jobs_done()
    assert ((await item(floor, id)).wanted_until is not None, await ben.offer()) == (True, None)
    await floor.desk.transact(SYSTEM, no_longer_serves, mia.id)
    floor.router.look_around()
    assert (await ben.next_offer()).work_item_id == id


async def test_an_owner_on_a_break_is_not_waited_for_and_is_again_when_back_in_time(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2, available=False)
    await mia.does(agents.set_presence, mia.id, "not_ready", "lunch")
    id = await asks(floor, owner_id=mia.id)
    await floor.jobs_done()
    await ben.is_available()
    offer = await ben.next_offer()
    assert offer.work_item_id == id
    await mia.is_available()
    await ben.does(offers.decline, offer.id, "")
    assert (await mia.next_offer()).work_item_id == id


async def test_nobody_is_rung_whom_nobody_who_works_could_be_offered(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    mia = await floor.agent(1, available=False)
    await floor.desk.transact(SYSTEM, has_skill, mia.id, "billing", 0)
    await mia.is_available()
    await looks(floor)
    assert floor.carrier.rung == []
    await floor.desk.transact(SYSTEM, has_skill, mia.id, "billing", 1)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))
    assert (await callback(floor, ana.id)).state == "dialling"


async def test_only_those_count_as_free_who_could_be_offered_the_customer(floor: Floor):
    await first_customers(floor)
    for number in (ANA, BO, EVA):
        await leaves(floor, number)
    ben = await floor.agent(2, available=False)
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(agents_table, ben.id, capacity={"chat": 3}))
    await ben.is_available()
    await floor.agent(1)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))
    await looks(floor)
    assert [to for _, to, _ in floor.carrier.rung] == [ANA]


async def test_who_may_be_offered_the_customer_by_a_ring_that_is_reached_counts(floor: Floor):
    rings = [{"after": 60, "skills": {"billing": 0}}]
    await says(floor, QueueCallbacks(key="1", first="customer", gap=600), rings=rings)
    await leaves(floor)
    mia = await floor.agent(1)
    await floor.desk.transact(SYSTEM, has_skill, mia.id, "billing", 0)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))


async def looks(floor: Floor) -> None:
    """The router has looked for customers whose turn it is."""
    number = floor.router.look_around()

    async def done() -> bool:
        return floor.router.looked >= number

    await floor.until(done)
    await floor.jobs_done()


def has_skill(tx: Any, agent_id: str, skill: str, level: int) -> None:
    tx.execute(sa.delete(agent_skills).where(agent_skills.c.agent_id == agent_id, agent_skills.c.skill == skill))
    if level:
        tx.insert(agent_skills, agent_id=agent_id, skill=skill, level=level)
    tx.emit(OrganizationChanged(id="agents"))


def no_longer_serves(tx: Any, agent_id: str) -> None:
    """The agent works in billing no more."""
    tx.execute(sa.delete(agent_queues).where(agent_queues.c.agent_id == agent_id, agent_queues.c.queue == "billing"))
    tx.emit(OrganizationChanged(id="agents"))


async def test_an_owner_who_is_not_signed_in_is_not_waited_for(floor: Floor):
    mia, ben = await floor.agent(1, available=False), await floor.agent(2)
    id = await asks(floor, owner_id=mia.id)
    await floor.jobs_done()
    assert (await ben.next_offer()).work_item_id == id


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "", "+449098333555", "+882161234567", "+4930"])
async def test_who_cannot_be_rung_is_told_and_stays_in_line(floor: Floor, number: str):
    call_id = await waits(floor, number)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.IMPOSSIBLE
    assert (await floor.interaction(call_id)).state == "queued"
    assert await floor.rows(table) == []


async def test_a_key_pressed_while_it_rings_at_an_agent_is_heard(floor: Floor):
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    mia = await floor.agent(1)
    await mia.next_offer()
    assert await presses(floor, call_id) is Told.TAKEN
    await floor.settles()
    offer = await mia.next_offer()
    assert (await floor.rows(table))[0].id == offer.work_item_id


async def test_a_key_pressed_when_an_agent_has_the_call_changes_nothing(floor: Floor):
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    mia = await floor.agent(1)
    await mia.takes_next()
    assert await presses(floor, call_id) is Told.ROOM
    assert await floor.rows(table) == []


async def test_who_presses_at_night_is_rung_in_the_morning_and_told_so(floor: Floor):
    floor.clock.set(datetime(2026, 3, 2, 22, tzinfo=UTC))
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.LATER
    (ana,) = await floor.rows(table)
    assert ana.due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)  # nine in Berlin
    await floor.jobs_done()
    assert (await item(floor, ana.id)).state == "scheduled"

    floor.clock.set(ana.due_at)
    await floor.jobs_done()
    due = await item(floor, ana.id)
    assert (due.state, due.placed_at) == ("waiting", (await floor.interaction(call_id)).queued_at)


async def test_the_zone_is_the_customers_own_if_it_is_known(floor: Floor):
    night = datetime(2026, 3, 2, 23, tzinfo=UTC)
    in_berlin = await callback(floor, await asks(floor, due_at=night))
    await floor.desk.transact(SYSTEM, change_customer, in_berlin.customer_id, {"time_zone": "America/Los_Angeles"})
    elsewhere = await callback(floor, await asks(floor, due_at=night, queue="general"))
    assert (in_berlin.due_at, elsewhere.due_at) == (datetime(2026, 3, 3, 8, tzinfo=UTC), night)
    assert in_berlin.asked_for == night


async def test_a_number_that_is_at_home_in_two_zones_is_rung_when_it_is_day_in_both(floor: Floor):
    mobile = await callback(floor, await asks(floor, "+34600000000", due_at=datetime(2026, 3, 3, 8, tzinfo=UTC)))
    assert mobile.due_at == datetime(2026, 3, 3, 9, tzinfo=UTC)  # nine on the Canary Islands


async def test_a_number_that_has_no_safe_hour_needs_a_zone(floor: Floor):
    await says(floor, QueueCallbacks(), Callbacks(hours="09:00-12:00"))
    with pytest.raises(Invalid) as refused:
        await asks(floor, "+18005550199")
    assert [field for field, _ in refused.value.errors] == ["number"]


async def test_a_telephone_that_nobody_answers_is_tried_again_after_the_gap_then_given_up(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    for attempt in range(3):
        call_id = await dialled(floor, mia, ana.id, count=2 * attempt)
        await customer_leg(floor, call_id, f"leg-{2 * attempt + 2}", LegState.NO_ANSWER)
        await floor.jobs_done()
        await mia.wraps_up(call_id)
        tried = await callback(floor, ana.id)
        assert (tried.attempts, tried.why) == (attempt + 1, "no_answer")
        if attempt < 2:
            assert (tried.state, tried.due_at) == ("waiting", floor.clock.now() + timedelta(minutes=10))
            assert (await item(floor, ana.id)).state == "scheduled"
            await floor.passes(timedelta(minutes=10))

    over = await callback(floor, ana.id)
    assert (over.state, over.is_open, (await item(floor, ana.id)).outcome) == ("gave_up", None, "gave_up")
    (told,) = await floor.rows(events, name=CallbackGaveUp.name)
    assert told.data == {"queue": "billing", "attempts": 3}
    rested = await callback(floor, await asks(floor))  # another may be booked, and the number rests first
    assert (rested.attempts, rested.due_at) == (0, floor.clock.now() + timedelta(days=1))
    again = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, again) is Told.IMPOSSIBLE  # the line is not left for a telephone that nobody answers
    assert (await floor.interaction(again)).state in ("queued", "offered")


async def test_two_call_backs_to_one_number_keep_the_gap_between_them(floor: Floor):
    ana = await leaves(floor)
    other = await asks(floor, queue="technical", due_at=floor.clock.now() + timedelta(minutes=1))
    mia = await floor.agent(1)
    call_id = await dialled(floor, mia, ana.id)
    await customer_leg(floor, call_id, "leg-2", LegState.NO_ANSWER)
    await floor.jobs_done()
    ended = floor.clock.now()
    await mia.wraps_up(call_id)
    await floor.passes(timedelta(minutes=1))
    put_off = await callback(floor, other)
    assert (put_off.state, put_off.due_at) == ("waiting", ended + timedelta(minutes=30))
    assert (await item(floor, other)).state == "scheduled"


async def another_for(floor: Floor, number: str = ANA, **more: Any) -> str:
    """A call-back for another customer who may be phoned on that number as well."""

    def booked(tx: Any) -> str:
        who = identify(tx, "email", f"relative{floor.count()}@example.com").customer.id
        about = {"customer_id": who, "queue": "billing", "number": number} | more
        return str(callbacks.request_callback(tx, **about))

    return str(await floor.desk.transact(SYSTEM, booked))


async def test_every_call_back_to_a_number_moves_with_the_one_that_is_made(floor: Floor):
    ana, mia, ben = await leaves(floor), await floor.agent(1, available=False), await floor.agent(2, available=False)
    waits, rings = await another_for(floor), await asks(floor, queue="technical")
    later = await another_for(floor, due_at=floor.clock.now() + timedelta(hours=5))
    elsewhere = await another_for(floor, BO)
    await floor.jobs_done()
    await mia.is_available()
    offer = await mia.next_offer()
    assert offer.work_item_id == ana.id
    await ben.is_available()
    assert (await ben.next_offer()).work_item_id in (waits, rings)
    begun = floor.clock.now()
    await mia.accepts(offer)
    await floor.until(partial(rung, floor, 1))
    await floor.jobs_done()
    gaps = {waits: timedelta(minutes=10), rings: timedelta(minutes=30)}
    assert {id: (await callback(floor, id)).due_at - begun for id in gaps} == gaps
    assert {(await item(floor, id)).state for id in gaps} == {"scheduled"}
    assert (await ben.next_offer()).work_item_id == elsewhere  # what rang there is withdrawn

    call_id = (await callback(floor, ana.id)).call_id
    assert await agent_leg(floor, call_id, "leg-1", LegState.ANSWERED)
    await floor.until(partial(rung, floor, 2))
    await floor.jobs_done()
    await floor.passes(timedelta(minutes=1))
    await customer_leg(floor, call_id, "leg-2", LegState.NO_ANSWER)
    await floor.jobs_done()
    ended = floor.clock.now()
    moved = {id: await callback(floor, id) for id in gaps}
    assert {id: one.due_at - ended for id, one in moved.items()} == gaps
    assert {one.attempts for one in moved.values()} == {1}  # they are those of the number
    assert (await callback(floor, later)).due_at == begun + timedelta(hours=5)
    assert (await callback(floor, elsewhere)).due_at == begun


async def test_when_a_number_has_been_tried_as_often_as_may_be_all_that_is_open_for_it_waits_a_day(floor: Floor):
    await says(floor, QueueCallbacks(key="1", attempts=1, gap=600))
    ana, other = await leaves(floor), await another_for(floor)
    mia = await floor.agent(1)
    call_id = await dialled(floor, mia, ana.id)
    await customer_leg(floor, call_id, "leg-2", LegState.BUSY)
    await floor.jobs_done()
    put_off = await callback(floor, other)
    assert (await callback(floor, ana.id)).state == "gave_up"
    assert (put_off.due_at, put_off.attempts) == (floor.clock.now() + timedelta(days=1), 0)


async def test_when_only_the_agents_telephone_was_rung_the_others_are_due_again(floor: Floor):
    ana, other = await leaves(floor), await another_for(floor)
    await floor.jobs_done()
    place, mia = (await item(floor, other)).placed_at, await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.until(partial(rung, floor, 1))
    assert (await item(floor, other)).state == "scheduled"
    await agent_leg(floor, (await callback(floor, ana.id)).call_id, "leg-1", LegState.NO_ANSWER)
    await floor.jobs_done()
    back = await item(floor, other)
    assert (back.state, back.placed_at) == ("waiting", place)


async def test_of_two_customers_with_one_telephone_one_is_rung(floor: Floor):
    await first_customers(floor)
    ana, other = await leaves(floor), await another_for(floor)
    await floor.agent(1)
    await floor.agent(2)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))
    await looks(floor)
    assert [to for _, to, _ in floor.carrier.rung] == [ANA]
    assert (await callback(floor, ana.id)).state == "dialling"
    assert (await callback(floor, other)).due_at == floor.clock.now() + timedelta(minutes=10)


async def test_the_gap_never_ends_at_night(floor: Floor):
    await says(floor, QueueCallbacks(key="1", gap=4 * 3600))
    floor.clock.set(datetime(2026, 3, 2, 17, tzinfo=UTC))
    id = await asks(floor)
    mia = await floor.agent(1)
    await floor.jobs_done()
    call_id = await dialled(floor, mia, id)
    await customer_leg(floor, call_id, "leg-2", LegState.BUSY)
    await floor.jobs_done()
    assert (await callback(floor, id)).due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


async def test_an_agent_whose_telephone_does_not_answer_is_no_attempt(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.until(partial(rung, floor, 1))
    call_id = (await callback(floor, ana.id)).call_id
    await agent_leg(floor, call_id, "leg-1", LegState.NO_ANSWER)
    await floor.jobs_done()

    back, place = await callback(floor, ana.id), await item(floor, ana.id)
    assert (back.state, back.attempts, place.state) == ("waiting", 0, "waiting")
    assert place.placed_at == (await floor.interaction(ana.interaction_id)).queued_at
    ben = await floor.agent(2)
    assert (await ben.next_offer()).work_item_id == ana.id


async def test_an_agent_who_goes_before_anything_is_dialled_leaves_it_in_its_place(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    offer = await mia.next_offer()

    def accepts_and_goes(tx: Any) -> None:
        offers.accept(tx, offer.id)
        give_back(tx, mia.id)

    await floor.desk.transact(SYSTEM, accepts_and_goes)
    await floor.jobs_done()
    assert (await callback(floor, ana.id)).state == "waiting"
    assert (await mia.next_offer()).work_item_id == ana.id
    assert floor.carrier.rung == []


async def test_what_waits_too_long_for_an_agent_is_not_made_at_night(floor: Floor):
    floor.clock.set(datetime(2026, 3, 2, 18, 50, tzinfo=UTC))
    ana = await leaves(floor)
    assert (await item(floor, ana.id)).state == "waiting"
    await floor.passes(timedelta(minutes=20))
    assert (await item(floor, ana.id)).state == "scheduled"
    assert (await callback(floor, ana.id)).due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


async def test_who_owns_it_and_is_busy_is_waited_for_half_an_hour(floor: Floor):
    mia = await floor.agent(1)
    await waits(floor)
    await mia.takes_next()
    ben = await floor.agent(2)
    due_at = floor.clock.now() + timedelta(seconds=10)
    id = await asks(floor, owner_id=mia.id, due_at=due_at)
    await floor.passes(timedelta(seconds=10))
    await floor.settles()
    waiting = await item(floor, id)
    assert (waiting.state, waiting.wanted_until, await ben.offer()) == ("waiting", due_at + timedelta(minutes=30), None)


async def test_a_call_back_is_changed_and_cancelled_while_it_waits(floor: Floor):
    tomorrow = floor.clock.now() + timedelta(days=1)
    id = await asks(floor, due_at=tomorrow)
    with pytest.raises(Conflict):
        await asks(floor)
    change = callbacks.change
    await floor.desk.transact(SYSTEM, change, id, {"due_at": tomorrow + timedelta(hours=13), "number": BO})
    moved = await callback(floor, id)
    assert (moved.number, moved.due_at) == (BO, datetime(2026, 3, 4, 9, tzinfo=UTC))
    for wrong in ({"number": "+449098333555"}, {"owner_id": "nobody"}, {"due_at": tomorrow + timedelta(days=500)}):
        with pytest.raises(Invalid) as refused:
            await floor.desk.transact(SYSTEM, change, id, wrong)
        assert {field for field, _ in refused.value.errors} == set(wrong)

    await floor.desk.transact(SYSTEM, callbacks.cancel, id, "They wrote instead")
    await floor.desk.transact(SYSTEM, callbacks.cancel, id)
    assert ((await callback(floor, id)).state, (await item(floor, id)).note) == ("cancelled", "They wrote instead")
    await floor.passes(timedelta(days=3))
    assert (await item(floor, id)).state == "done"
    with pytest.raises(Stale):
        await floor.desk.transact(SYSTEM, change, id, {"number": ANA})


async def test_another_number_moves_neither_the_place_nor_the_time(floor: Floor):
    ana = await leaves(floor)
    await floor.passes(timedelta(minutes=5))
    place = (await item(floor, ana.id)).placed_at
    await floor.desk.transact(SYSTEM, callbacks.change, ana.id, {"number": BO})
    await floor.jobs_done()
    assert ((await callback(floor, ana.id)).number, (await callback(floor, ana.id)).due_at) == (BO, ana.due_at)
    assert ((await item(floor, ana.id)).state, (await item(floor, ana.id)).placed_at) == ("waiting", place)

    mia = await floor.agent(1)
    call_id = await dialled(floor, mia, ana.id)
    await customer_leg(floor, call_id, "leg-2", LegState.BUSY)
    await floor.jobs_done()
    again = (await callback(floor, ana.id)).due_at
    await floor.desk.transact(SYSTEM, callbacks.change, ana.id, {"number": ANA})
    assert (await callback(floor, ana.id)).due_at == again  # the gap is kept


async def test_presses_and_bookings_at_the_same_instant_book_once(floor: Floor):
    call_id = await waits(floor)
    await floor.passes(timedelta(minutes=1))
    told = await asyncio.gather(*(presses(floor, call_id) for _ in range(4)))
    assert set(told) == {Told.TAKEN}
    said = await asyncio.gather(*(asks(floor, BO) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in said) == ["Conflict"] * 3 + ["str"]
    assert len(await floor.rows(table)) == 2


async def test_a_call_back_that_rings_at_an_agent_is_cancelled_there(floor: Floor):
    ana = await leaves(floor)
    mia = await floor.agent(1)
    await mia.next_offer()
    await floor.desk.transact(SYSTEM, callbacks.cancel, ana.id)
    await floor.settles()
    assert await mia.offer() is None


async def test_nothing_is_cancelled_while_the_customer_is_rung(floor: Floor):
    ana = await leaves(floor)
    await dialled(floor, await floor.agent(1), ana.id)
    with pytest.raises(Conflict):
        await floor.desk.transact(SYSTEM, callbacks.cancel, ana.id)


async def test_a_country_that_is_no_longer_dialled_ends_what_was_booked(floor: Floor):
    ana = await leaves(floor)
    await floor.desk.transact(SYSTEM, load, Document(dial_countries=["GB"]))
    mia = await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.jobs_done()
    over = await callback(floor, ana.id)
    assert (over.state, over.why, floor.carrier.rung) == ("gave_up", "refused", [])
    await waits(floor, BO)
    assert await mia.next_offer()


async def test_a_call_of_which_nothing_is_heard_any_more_is_tried_again(floor: Floor):
    ana = await leaves(floor)
    lost = {"state": "dialling", "call_id": "gone", "dialled_at": floor.clock.now()}
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(table, ana.id, **lost))
    await floor.desk.transact(SYSTEM, lambda tx: tx.update(work_items, ana.id, state="scheduled"))
    await floor.desk.transact(SYSTEM, become_due, ana.id)
    await floor.passes(timedelta(minutes=10))
    tried = await callback(floor, ana.id)
    assert (tried.state, tried.attempts, tried.why) == ("waiting", 1, "failed")


async def first_customers(floor: Floor) -> None:
    await says(floor, QueueCallbacks(key="1", first="customer", gap=600))


async def comes(floor: Floor, id: str) -> Any:
    """The customer is rung, presses a key, and waits; the call."""
    before = len(floor.carrier.rung)
    floor.router.look_around()
    await floor.until(partial(rung, floor, before + 1))
    (call,) = await floor.rows(calls_table, callback_id=id)
    await floor.jobs_done()
    leg = f"leg-{before + 1}"
    await customer_leg(floor, call.id, leg, LegState.ANSWERED)
    await floor.desk.transact(SYSTEM, customer_chose, call_id=call.id, leg=leg, pressed=True)
    await floor.jobs_done()
    return call


def caller_hangs_up(tx: Any, call_id: str) -> None:
    calls.caller_left(tx, carrier_id=tx.one(calls_table, call_id).carrier_id)


async def test_where_the_customer_is_rung_first_they_press_a_key_and_wait_in_their_place(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    bo = await waits(floor, BO)
    await floor.settles()
    assert floor.carrier.rung == []  # nobody works
    mia = await floor.agent(1)
    assert (await mia.next_offer()).work_item_id == bo  # who is on the line is not left waiting for one who is not
    floor.router.look_around()
    await floor.until(partial(rung, floor, 1))
    (call,) = await floor.rows(calls_table, callback_id=ana.id)
    await floor.jobs_done()
    await customer_leg(floor, call.id, "leg-1", LegState.ANSWERED)
    await floor.desk.transact(SYSTEM, customer_chose, call_id=call.id, leg="leg-1", pressed=True)
    await floor.jobs_done()
    assert (await callback(floor, ana.id)).state == "dialling"  # reached is who speaks with somebody
    (stay,) = await floor.rows(segments, interaction_id=call.id, kind="queue")
    assert stay.entry == "callback"
    assert (await item(floor, call.id)).placed_at == (await item(floor, ana.id)).placed_at
    await floor.desk.transact(SYSTEM, caller_hangs_up, bo)
    assert await mia.takes_next() == call.id
    await floor.until(partial(rung, floor, 2))
    assert await agent_leg(floor, call.id, "leg-2", LegState.ANSWERED)
    await floor.jobs_done()
    reached = await callback(floor, ana.id)
    assert (reached.state, reached.attempts, reached.why) == ("reached", 1, "answered")


async def test_who_hangs_up_while_waiting_for_an_agent_was_not_reached_and_is_tried_again(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    mia = await floor.agent(1)
    call = await comes(floor, ana.id)
    await mia.does(agents.set_presence, mia.id, "not_ready", "lunch")
    await floor.passes(timedelta(minutes=15))
    waits = await callback(floor, ana.id)
    assert (waits.state, waits.attempts) == ("dialling", 0)  # however long she waits, nobody rings her meanwhile

    await customer_leg(floor, call.id, "leg-1", LegState.ENDED)
    await floor.jobs_done()
    tried = await callback(floor, ana.id)
    assert (tried.state, tried.attempts, tried.why) == ("waiting", 1, "hung_up")
    assert tried.due_at == floor.clock.now() + timedelta(minutes=10)
    (stay,) = await floor.rows(segments, interaction_id=call.id, kind="queue")
    assert (stay.entry, stay.outcome) == ("callback", "abandoned")
    (first,) = await floor.rows(segments, interaction_id=ana.interaction_id, kind="queue")
    assert first.outcome == "callback_taken"


async def test_who_hangs_up_while_an_agents_telephone_rings_was_not_reached(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    mia = await floor.agent(1)
    call = await comes(floor, ana.id)
    await mia.takes_next()
    await floor.until(partial(rung, floor, 2))
    await customer_leg(floor, call.id, "leg-1", LegState.ENDED)
    await floor.jobs_done()
    assert (await callback(floor, ana.id)).why == "hung_up"
    assert (await callback(floor, ana.id)).state == "waiting"


async def test_an_answering_machine_presses_no_key_and_is_tried_again(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    await floor.agent(1)
    floor.router.look_around()
    await floor.until(partial(rung, floor, 1))
    (call,) = await floor.rows(calls_table, callback_id=ana.id)
    await floor.jobs_done()
    await customer_leg(floor, call.id, "leg-1", LegState.ANSWERED)
    await floor.passes(timedelta(minutes=1))
    tried = await callback(floor, ana.id)
    assert (tried.state, tried.attempts, tried.why) == ("waiting", 1, "no_key")


async def test_no_more_customers_are_rung_than_agents_are_free(floor: Floor):
    await first_customers(floor)
    for number in (ANA, BO, EVA):
        await leaves(floor, number)
    await floor.agent(1)
    await floor.agent(2)
    floor.router.look_around()
    await floor.until(partial(rung, floor, 2))
    await floor.looks_around()
    assert [to for _, to, _ in floor.carrier.rung] == [ANA, BO]


async def test_what_somebody_owns_rings_its_owner_first_also_where_customers_are_first(floor: Floor):
    await first_customers(floor)
    mia = await floor.agent(1)
    id = await asks(floor, owner_id=mia.id)
    await floor.jobs_done()
    assert (await mia.next_offer()).work_item_id == id
    assert ((await callback(floor, id)).first, floor.carrier.rung) == ("agent", [])


async def test_who_must_hear_nothing_on_a_tape_is_never_rung_before_an_agent_is_there(floor: Floor):
    await first_customers(floor)
    ana = await leaves(floor)
    safety = {"contact_safety": {"no_voicemail": True}}
    await floor.desk.transact(SYSTEM, change_customer, ana.customer_id, safety)
    mia = await floor.agent(1)
    await looks(floor)
    assert ((await mia.next_offer()).work_item_id, floor.carrier.rung) == (ana.id, [])
    assert (await callback(floor, await asks(floor, queue="technical"))).first == "agent"


async def test_who_is_not_to_be_phoned_any_more_is_given_up_and_nobody_is_rung(floor: Floor):
    ana = await leaves(floor)
    safety = {"contact_safety": {"channels": ["email"]}}
    await floor.desk.transact(SYSTEM, change_customer, ana.customer_id, safety)
    mia = await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.jobs_done()
    over = await callback(floor, ana.id)
    assert (over.state, over.why, floor.carrier.rung) == ("gave_up", "refused", [])


async def test_rules_of_contact_that_cannot_be_read_forbid_the_call(floor: Floor):
    ana = await leaves(floor)
    await floor.desk.transact(
        SYSTEM, lambda tx: tx.update(customers_table, ana.customer_id, contact_safety={"never": "monday"})
    )
    mia = await floor.agent(1)
    await mia.accepts(await mia.next_offer())
    await floor.jobs_done()
    assert floor.carrier.rung == []
    with pytest.raises(Invalid, match="cannot be read"):
        await asks(floor, queue="technical")


async def has_safety(floor: Floor, customer_id: str, **safety: Any) -> None:
    await floor.desk.transact(SYSTEM, change_customer, customer_id, {"contact_safety": safety})


async def named(floor: Floor, number: str) -> str:
    """The id of the customer who has this number."""

    def find(tx: Any) -> str:
        return str(identify(tx, "phone", number).customer.id)

    return str(await floor.desk.transact(SYSTEM, find))


async def asks_elsewhere(floor: Floor, number: str, elsewhere: str) -> str:
    """A call-back is booked for who has a number, on another one."""
    about: dict[str, Any] = {"customer_id": await named(floor, number), "queue": "billing", "number": elsewhere}
    return str(await floor.desk.transact(SYSTEM, callbacks.request_callback, **about))


async def test_a_number_is_not_rung_for_another_customer_outside_the_hours_of_whose_it_is(floor: Floor):
    dora, mia = await named(floor, ANA), await floor.agent(1)
    id = await asks_elsewhere(floor, EVA, ANA)
    offer = await mia.next_offer()
    await has_safety(floor, dora, hours="18:00-19:00")
    await mia.accepts(offer)
    await floor.jobs_done()
    waits = await callback(floor, id)
    assert (waits.state, waits.due_at, floor.carrier.rung) == ("waiting", datetime(2026, 3, 2, 17, tzinfo=UTC), [])


async def test_a_number_is_not_rung_for_another_customer_where_whose_it_is_is_not_phoned(floor: Floor):
    dora, mia = await named(floor, ANA), await floor.agent(1)
    id = await asks_elsewhere(floor, EVA, ANA)
    await has_safety(floor, dora, channels=["letter"])
    await mia.accepts(await mia.next_offer())
    await floor.jobs_done()
    assert ((await callback(floor, id)).state, floor.carrier.rung) == ("gave_up", [])


async def test_nothing_of_ours_is_said_on_the_tape_of_a_number_that_another_customer_has(floor: Floor):
    await first_customers(floor)
    await has_safety(floor, await named(floor, ANA), no_voicemail=True)
    assert (await callback(floor, await asks_elsewhere(floor, EVA, ANA))).first == "agent"


async def test_who_speaks_for_a_customer_is_rung_also_for_what_was_booked_before(floor: Floor):
    ana, mia = await named(floor, ANA), await floor.agent(1)
    id = await asks(floor)
    offer = await mia.next_offer()
    await has_safety(floor, ana, representative_number=BO)
    await mia.accepts(offer)
    await floor.until(partial(rung, floor, 1))
    (call,) = await floor.rows(calls_table, callback_id=id)
    assert (call.to_number, (await callback(floor, id)).number) == (BO, BO)


async def test_who_speaks_for_a_customer_is_rung_first_where_customers_are(floor: Floor):
    await first_customers(floor)
    id = await asks(floor)
    await has_safety(floor, await named(floor, ANA), representative_number=BO)
    await floor.agent(1)
    await looks(floor)
    await floor.until(partial(rung, floor, 1))
    assert [to for _, to, _ in floor.carrier.rung] == [BO]
    assert (await callback(floor, id)).number == BO


async def test_who_was_reached_is_counted_anew_by_what_is_open_elsewhere(floor: Floor):
    ana = await leaves(floor)
    other, mia = await asks(floor, queue="technical"), await floor.agent(1, available=False)
    await floor.jobs_done()
    await mia.is_available()
    missed = await dialled(floor, mia, ana.id)
    await floor.passes(timedelta(seconds=30))
    await customer_leg(floor, missed, "leg-2", LegState.NO_ANSWER)
    await floor.jobs_done()
    await mia.wraps_up(missed)
    assert (await callback(floor, other)).attempts == 1
    await floor.passes(timedelta(minutes=11))
    call_id = await dialled(floor, mia, ana.id, count=2)
    await customer_leg(floor, call_id, "leg-4", LegState.ANSWERED)
    await floor.jobs_done()
    answered = floor.clock.now()
    waits = await callback(floor, other)
    assert (waits.state, waits.attempts, waits.due_at) == ("waiting", 0, answered + timedelta(minutes=5))

    await floor.passes(timedelta(minutes=5))
    assert (await callback(floor, other)).due_at == answered + timedelta(minutes=10)  # they still talk
    await mia.does(ending.end, call_id)
    await mia.wraps_up(call_id)
    await floor.passes(timedelta(minutes=5))
    assert (await mia.next_offer()).work_item_id == other
