"""Stories of calls that we make, at the desk's own doors: the agent's telephone first, or the customer's."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from channels.errors import Rejected, Unavailable
from channels.protocol import LegState, Party, Role
from desk.calls import calls, customer_legs, dialling
from desk.calls.customer_legs import Next
from desk.contacts import ending, interactions, transfers
from desk.contacts.attempts import AttemptEnded
from desk.customers.customers import identify
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.tables import agents as agents_table
from desk.tables import calls as calls_table
from desk.tables import entry_points, segments, surveys, work_items
from desk.tables import jobs as jobs_table
from tests.integration.floor import SYSTEM, Agent, Floor
from tests.integration.test_calls import leg as agent_leg

ANA = "+493023125001"
OURS = "+442079460100"


async def ana(floor: Floor) -> str:
    """A customer who is known by her number."""

    def known(tx: Any) -> str:
        return str(identify(tx, "phone", ANA, name="Ana", language="en").customer.id)

    return str(await floor.desk.transact(SYSTEM, known))


async def dials(floor: Floor, agent: Agent, **more: Any) -> str:
    about = {"to": ANA, "customer_id": await ana(floor), "queue": "billing"} | more
    return str(await agent.does(dialling.dial, agent_id=agent.id, **about))


async def rung(floor: Floor, count: int) -> bool:
    return len(floor.carrier.rung) >= count


async def customer(floor: Floor, call_id: str, leg: str, state: LegState) -> Next:
    turn = await floor.desk.transact(SYSTEM, customer_legs.customer_leg_changed, call_id=call_id, leg=leg, state=state)
    assert isinstance(turn, customer_legs.Turn)
    return turn.next


async def call_of(floor: Floor, call_id: str) -> Any:
    (row,) = await floor.rows(calls_table, id=call_id)
    return row


async def presence(floor: Floor, agent: Agent) -> tuple[str, str]:
    (row,) = await floor.rows(agents_table, id=agent.id)
    return row.presence, row.reason


async def attempts(floor: Floor) -> list[tuple[bool, str]]:
    """How attempts ended, as the jobs say that tell of it."""
    rows = await floor.rows(jobs_table, name=AttemptEnded.name)
    return [(row.data["reached"], row.data["why"]) for row in rows]


async def ringing(floor: Floor, **more: Any) -> tuple[Agent, str]:
    """An agent in the room, and the customer's telephone rings."""
    mia = await floor.agent(1)
    call_id = await dials(floor, mia, **more)
    await floor.until(partial(rung, floor, 1))
    assert await agent_leg(floor, call_id, "leg-1", LegState.ANSWERED)
    await floor.until(partial(rung, floor, 2))
    await floor.jobs_done()
    assert await customer(floor, call_id, "leg-2", LegState.RINGING) is Next.NOTHING
    return mia, call_id


async def conversation(floor: Floor, **more: Any) -> tuple[Agent, str]:
    mia, call_id = await ringing(floor, **more)
    assert await customer(floor, call_id, "leg-2", LegState.ANSWERED) is Next.TALK
    await floor.jobs_done()
    return mia, call_id


async def test_the_agents_telephone_rings_first_then_the_customers_then_they_talk(floor: Floor):
    mia, call_id = await ringing(floor)
    assert floor.carrier.rung == [(call_id, f"client:{mia.id}", OURS), (call_id, ANA, OURS)]
    assert floor.carrier.parties == [Party.AGENT, Party.CUSTOMER]
    row = await floor.interaction(call_id)
    assert (row.direction, row.state, row.agent_id, row.answered_at) == ("out", "active", mia.id, None)

    assert await customer(floor, call_id, "leg-2", LegState.ANSWERED) is Next.TALK
    call, row = await call_of(floor, call_id), await floor.interaction(call_id)
    assert (call.customer_leg, call.carrier_id, call.agent_leg_id) == ("talking", "leg-2", "leg-1")
    assert row.answered_at is not None
    assert [stay.kind for stay in await floor.rows(segments, interaction_id=call_id)] == ["dialling", "agent"]


async def test_a_dialled_call_takes_the_agents_room_and_counts_in_no_queue(floor: Floor):
    mia, call_id = await ringing(floor)
    await floor.writes()
    await floor.settles()
    assert await mia.offer() is None
    (item,) = await floor.rows(work_items, id=call_id)
    assert (item.state, item.agent_id, item.channel) == ("active", mia.id, "voice")
    assert await floor.rows(segments, interaction_id=call_id, kind="queue") == []
    with pytest.raises(Conflict, match="on a call"):
        await dials(floor, mia)


async def test_what_rings_at_an_agent_who_dials_goes_back_to_its_place(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.next_offer()
    await dials(floor, mia)
    assert (await floor.interaction(chat.interaction_id)).state == "queued"


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (LegState.NO_ANSWER, "no_answer"),
        (LegState.BUSY, "busy"),
        (LegState.FAILED, "failed"),
        (LegState.ENDED, "hung_up"),
    ],
)
async def test_a_customer_who_is_not_reached_leaves_the_agent_to_wrap_up(floor: Floor, state: LegState, why: str):
    mia, call_id = await ringing(floor)
    await customer(floor, call_id, "leg-2", state)
    await customer(floor, call_id, "leg-2", state)
    await floor.jobs_done()

    assert (await floor.interaction(call_id)).state == "wrap_up"
    assert (await call_of(floor, call_id)).ended_by == why
    assert "leg-1" in floor.carrier.hung_up
    assert await customer(floor, call_id, "leg-2", LegState.ANSWERED) is not Next.TALK  # its beginning comes late
    await mia.wraps_up(call_id)
    assert ((await floor.interaction(call_id)).state, await presence(floor, mia)) == ("closed", ("available", ""))
    assert await floor.rows(surveys) == []  # who was not reached is not asked how it was


async def test_the_carrier_that_does_not_ring_the_customer_says_so(floor: Floor):
    mia = await floor.agent(1)
    call_id = await dials(floor, mia)
    await floor.until(partial(rung, floor, 1))
    floor.carrier.error = Unavailable("time-out")
    await agent_leg(floor, call_id, "leg-1", LegState.ANSWERED)
    await floor.until_state(call_id, "wrap_up")
    assert (await call_of(floor, call_id)).ended_by == "failed"

    # The time-out left doubt: it rings all the same, at somebody for whom nobody is there any more.
    await customer(floor, call_id, "leg-9", LegState.RINGING)
    await floor.jobs_done()
    assert "leg-9" in floor.carrier.hung_up
    assert await customer(floor, call_id, "leg-9", LegState.ANSWERED) is Next.SORRY


async def test_an_agent_whose_telephone_does_not_answer_has_called_nobody(floor: Floor):
    mia = await floor.agent(1)
    call_id = await dials(floor, mia)
    await floor.until(partial(rung, floor, 1))
    assert not await agent_leg(floor, call_id, "leg-1", LegState.NO_ANSWER)
    await floor.jobs_done()

    assert (await floor.interaction(call_id)).state == "closed"
    assert len(floor.carrier.rung) == 1
    assert await presence(floor, mia) == ("not_ready", "missed_offer")


async def test_an_agent_whose_telephone_cannot_be_rung_has_called_nobody(floor: Floor):
    floor.carrier.error = Rejected("no such client")
    mia = await floor.agent(1)
    call_id = await dials(floor, mia)
    await floor.until_state(call_id, "closed")
    assert (await call_of(floor, call_id)).ended_by == "unreachable"


@pytest.mark.parametrize("stage", ["agent", "customer"])
async def test_telephones_of_which_nothing_more_is_said_are_given_up(floor: Floor, stage: str):
    if stage == "agent":
        call_id = await dials(floor, await floor.agent(1))
        await floor.until(partial(rung, floor, 1))
    else:
        _, call_id = await ringing(floor)
    await floor.passes(timedelta(seconds=46))
    await floor.jobs_done()
    assert (await floor.interaction(call_id)).state == ("closed" if stage == "agent" else "wrap_up")
    assert ("leg-1" if stage == "agent" else "leg-2") in floor.carrier.hung_up


async def test_the_agent_hangs_up_while_it_rings(floor: Floor):
    _, call_id = await ringing(floor)
    await agent_leg(floor, call_id, "leg-1", LegState.ENDED)
    await floor.jobs_done()
    assert (await floor.interaction(call_id)).state == "wrap_up"
    assert "leg-2" in floor.carrier.hung_up
    await customer(floor, call_id, "leg-2", LegState.ENDED)
    assert (await call_of(floor, call_id)).ended_by == "agent"


async def test_either_side_ends_a_conversation(floor: Floor):
    mia, call_id = await conversation(floor)
    await customer(floor, call_id, "leg-2", LegState.ENDED)
    await floor.jobs_done()
    assert ((await floor.interaction(call_id)).state, floor.carrier.hung_up) == ("wrap_up", ["leg-1"])
    assert (await call_of(floor, call_id)).ended_by == "customer"
    await mia.wraps_up(call_id)

    call_id = await dials(floor, mia)
    await floor.until(partial(rung, floor, 3))
    await agent_leg(floor, call_id, "leg-3", LegState.ANSWERED)
    await floor.until(partial(rung, floor, 4))
    await customer(floor, call_id, "leg-4", LegState.ANSWERED)
    await mia.does(ending.end, call_id)
    await floor.jobs_done()
    assert {"leg-3", "leg-4"} <= set(floor.carrier.hung_up)


async def test_hold_and_transfer_work_once_the_customer_is_there(floor: Floor):
    mia, call_id = await ringing(floor)
    for attempt in (
        mia.does(interactions.hold, call_id),
        mia.does(transfers.transfer, call_id, {"queue": "technical"}),
    ):
        with pytest.raises(Conflict, match="not answered"):
            await attempt
    await customer(floor, call_id, "leg-2", LegState.ANSWERED)
    await mia.does(interactions.hold, call_id)
    await floor.jobs_done()
    assert floor.carrier.roles["leg-2"] is Role.HOLD
    await mia.does(interactions.unhold, call_id)
    await mia.does(transfers.transfer, call_id, {"queue": "technical"})
    await floor.jobs_done()
    assert (floor.carrier.roles["leg-2"], floor.carrier.hung_up) == (Role.HOLD, ["leg-1"])

    ben = await floor.agent(2)
    assert await ben.takes_next() == call_id
    await floor.until(partial(rung, floor, 3))
    assert floor.carrier.rung[2] == (call_id, f"client:{ben.id}", OURS)
    await agent_leg(floor, call_id, "leg-3", LegState.NO_ANSWER)  # a customer who is there waits again
    assert (await floor.interaction(call_id)).state == "queued"


async def test_reports_that_come_twice_late_or_out_of_order_change_nothing(floor: Floor):
    _, call_id = await ringing(floor)
    assert await customer(floor, call_id, "leg-2", LegState.ANSWERED) is Next.TALK
    before = await call_of(floor, call_id)
    assert await customer(floor, call_id, "leg-2", LegState.RINGING) is Next.NOTHING
    assert await customer(floor, call_id, "leg-2", LegState.ANSWERED) is Next.TALK
    assert await customer(floor, call_id, "leg-8", LegState.ANSWERED) is Next.NOTHING
    assert await customer(floor, call_id, "leg-8", LegState.NO_ANSWER) is Next.NOTHING
    assert await agent_leg(floor, call_id, "leg-1", LegState.ANSWERED)
    assert await call_of(floor, call_id) == before
    assert len([stay for stay in await floor.rows(segments, interaction_id=call_id) if stay.to_at is None]) == 1


async def test_a_crash_after_the_carrier_was_asked_leaves_nobody_without_somebody(floor: Floor):
    _, call_id = await ringing(floor)
    forget = sa.update(calls_table).where(calls_table.c.id == call_id)
    forget = forget.values(carrier_id=None, customer_leg="dialling")  # as if the answer was never stored
    await floor.desk.transact(SYSTEM, lambda tx: tx.execute(forget))
    again = await floor.desk.transact(SYSTEM, customer_legs.ring_customer, call_id)
    assert again == customer_legs.Wanted(to=ANA, shown=OURS, agent_leg="leg-1")
    await floor.desk.transact(SYSTEM, customer_legs.customer_rung, call_id, "leg-3")

    assert await customer(floor, call_id, "leg-2", LegState.ANSWERED) is Next.TALK  # the first one is picked up
    await floor.jobs_done()
    assert "leg-3" in floor.carrier.hung_up
    assert await customer(floor, call_id, "leg-3", LegState.ENDED) is Next.NOTHING
    assert (await call_of(floor, call_id)).carrier_id == "leg-2"


async def test_an_agent_who_left_while_we_were_down_is_missed_before_a_customer_is_rung_once_more(floor: Floor):
    _, call_id = await ringing(floor)
    forget = sa.update(calls_table).where(calls_table.c.id == call_id)
    forget = forget.values(carrier_id=None, customer_leg="dialling")  # as if the answer was never stored
    await floor.desk.transact(SYSTEM, lambda tx: tx.execute(forget))
    floor.carrier.joins_nobody = True
    await floor.desk.transact(SYSTEM, customer_legs.want, call_id)
    await floor.jobs_done()

    assert len(floor.carrier.rung) == 2
    assert (await floor.interaction(call_id)).state == "wrap_up"


async def test_an_agent_who_left_while_we_were_down_is_missed_when_the_customer_answers(floor: Floor):
    _, call_id = await ringing(floor)
    floor.carrier.joins_nobody = True
    assert await customer(floor, call_id, "leg-2", LegState.ANSWERED) is Next.TALK
    await floor.jobs_done()

    assert (await floor.interaction(call_id)).state == "wrap_up"
    assert "leg-2" in floor.carrier.hung_up


async def test_a_telephone_that_rings_when_the_agent_has_hung_up_stops_ringing(floor: Floor):
    _, call_id = await ringing(floor)
    await agent_leg(floor, call_id, "leg-1", LegState.ENDED)
    await floor.desk.transact(SYSTEM, customer_legs.customer_rung, call_id, "leg-5")
    await floor.jobs_done()
    assert "leg-5" in floor.carrier.hung_up


async def test_a_leg_that_rings_beside_the_one_that_we_know_is_let_go(floor: Floor):
    _, call_id = await ringing(floor)
    await customer(floor, call_id, "leg-7", LegState.RINGING)
    await floor.jobs_done()
    assert floor.carrier.hung_up == ["leg-7"]


async def test_a_callers_own_leg_is_not_taken_for_one_that_we_rang(floor: Floor):
    turn = await floor.desk.transact(SYSTEM, calls.start_call, carrier_id="CA1", from_number=ANA, to_number=OURS)
    with pytest.raises(NotFound):
        await customer(floor, turn.call_id, "leg-1", LegState.ANSWERED)


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("+449098790123", "premium|no such"),
        ("+8821612345678", "country|no such"),
        ("+61291234567", "country"),
        ("client:somebody", "international form"),
        ("030 23125001", "international form"),
        (OURS, "our own"),
    ],
)
async def test_what_we_do_not_dial_is_refused_and_nothing_is_written(floor: Floor, to: str, why: str):
    mia = await floor.agent(1)
    with pytest.raises(Invalid, match=why):
        await dials(floor, mia, to=to)
    assert await floor.rows(calls_table) == []


async def test_who_cannot_take_a_call_cannot_make_one(floor: Floor):
    with pytest.raises(Conflict, match="not signed in"):
        await dials(floor, await floor.agent(1, available=False))
    mia = await floor.agent(2)
    await floor.desk.transact(
        SYSTEM, lambda tx: tx.execute(sa.update(agents_table).values(capacity={"voice": 0, "chat": 1}))
    )
    with pytest.raises(Conflict, match="does not take calls"):
        await dials(floor, mia)


async def test_without_a_number_of_ours_nobody_is_called(floor: Floor):
    mia = await floor.agent(1)
    await floor.desk.transact(
        SYSTEM, lambda tx: tx.execute(sa.delete(entry_points).where(entry_points.c.channel == "voice"))
    )
    with pytest.raises(Conflict, match="no number of ours"):
        await dials(floor, mia)


async def test_how_a_call_for_a_callback_ended_is_told_once(floor: Floor):
    _, call_id = await ringing(floor, callback_id="callback-1")
    assert await attempts(floor) == []
    await customer(floor, call_id, "leg-2", LegState.BUSY)
    await customer(floor, call_id, "leg-2", LegState.BUSY)
    assert await attempts(floor) == [(False, "busy")]
