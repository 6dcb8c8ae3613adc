"""Stories of the telephone, at the desk's own doors: menu, queue, ringing, talking, hold, hang-up."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from channels.errors import Rejected
from channels.protocol import LegState, Role
from desk.agents import agents
from desk.calls import agent_legs, calls, flow_turns
from desk.calls.flow_turns import CallTurn
from desk.contacts import ending, interactions, transfers
from desk.organization.file import Document, validated
from desk.organization.organization import load
from desk.tables import agents as agents_table
from desk.tables import calls as calls_table
from ivr.engine import Digits, NoInput
from ivr.instructions import Enqueue, Gather, Hangup, Say
from tests.integration.floor import SYSTEM, Agent, Floor

ANA = "+493023125001"
OURS = "+442079460100"


async def rings(floor: Floor, carrier_id: str = "CA1", to: str = OURS) -> CallTurn:
    turn = await floor.desk.transact(SYSTEM, calls.start_call, carrier_id=carrier_id, from_number=ANA, to_number=to)
    assert isinstance(turn, CallTurn)
    return turn


async def presses(floor: Floor, turn: CallTurn, keys: str) -> CallTurn:
    answer = Digits(keys) if keys else NoInput()
    turn = await floor.desk.transact(SYSTEM, flow_turns.step_call, call_id=turn.call_id, turn=turn.turn, answer=answer)
    assert isinstance(turn, CallTurn)
    return turn


async def leg(floor: Floor, call_id: str, name: str, state: LegState) -> bool:
    return bool(await floor.desk.transact(SYSTEM, agent_legs.changed, call_id=call_id, leg=name, state=state))


async def waiting_caller(floor: Floor) -> str:
    turn = await presses(floor, await rings(floor), "1")
    assert turn.instructions[-1] == Enqueue(queue="billing")
    return turn.call_id


async def rung(floor: Floor) -> bool:
    return bool(floor.carrier.rung)


async def conversation(floor: Floor) -> tuple[Agent, str]:
    mia = await floor.agent(1)
    call_id = await waiting_caller(floor)
    await mia.takes_next()
    await floor.until(partial(rung, floor))
    assert await leg(floor, call_id, "leg-1", LegState.ANSWERED)
    await floor.jobs_done()
    return mia, call_id


async def call(floor: Floor, call_id: str) -> Any:
    (row,) = await floor.rows(calls_table, id=call_id)
    return row


async def test_a_caller_hears_the_menu_chooses_and_waits_in_that_queue(floor: Floor):
    turn = await rings(floor)
    assert isinstance(turn.instructions[-1], Gather)
    again = await presses(floor, turn, "")
    assert isinstance(again.instructions[-1], Gather)
    await presses(floor, again, "1")

    row = await floor.interaction(turn.call_id)
    assert (row.state, row.queue, row.channel) == ("queued", "billing", "voice")
    facts = await floor.desk.read(SYSTEM, calls.wait_facts, turn.call_id)
    assert (facts.position, facts.wait_low_s) == (1, None)  # nobody is signed in: no basis for a figure


async def test_who_rings_a_number_that_nobody_listed_is_greeted_where_the_organization_says_so(floor: Floor):
    listed, unlisted = await rings(floor), await rings(floor, "CA2", to="+442079460999")
    assert unlisted.instructions == listed.instructions

    await floor.desk.transact(SYSTEM, load, Document(default_flow=""))
    assert (await rings(floor, "CA3", to="+442079460999")).instructions == (Enqueue(queue="general"),)
    assert (await rings(floor, "CA2", to="+442079460999")).instructions == unlisted.instructions


@pytest.mark.parametrize(
    "to",
    ["15550100", "1 555-0100", "tel:+1-555-0100", "+15550100;ext=12", "15550100 x12", "tel:555-0100;phone-context=+1"],
)
async def test_a_number_that_is_listed_is_rung_however_a_carrier_says_it(floor: Floor, to: str):
    listed = {"channel": "voice", "address": "+15550100", "queue": "billing"}
    await floor.desk.transact(SYSTEM, load, validated({"entry_points": [listed]}))

    turn = await rings(floor, to=to)

    row = await floor.interaction(turn.call_id)
    assert (turn.instructions, row.entry_point) == ((Enqueue(queue="billing"),), "+15550100")


async def test_a_caller_who_says_nothing_is_not_blamed_for_it(floor: Floor):
    turn = await presses(floor, await rings(floor), "")
    (ask,) = turn.instructions
    assert isinstance(ask, Gather)
    assert ask.prompts[0] == Say(text="If you are not sure, just stay on the line.", language="en")

    turn = await presses(floor, turn, "")
    assert turn.instructions[-1] == Enqueue(queue="general")


async def test_a_webhook_that_comes_twice_is_told_the_same(floor: Floor):
    turn = await rings(floor)
    assert len(turn.instructions) > 1  # a greeting, and a question
    assert await rings(floor) == turn
    after = await presses(floor, turn, "1")
    assert await presses(floor, turn, "2") == after
    assert after.instructions[-1] == Enqueue(queue="billing")
    assert (await rings(floor)).instructions == (Enqueue(queue="billing"),)
    assert (await floor.interaction(after.call_id)).queue == "billing"


async def test_an_accepted_call_rings_the_agent_and_joins_the_caller(floor: Floor):
    mia, call_id = await conversation(floor)

    assert floor.carrier.rung == [
        (call_id, (await floor.rows(agents_table, id=mia.id))[0].phone or f"client:{mia.id}", OURS)
    ]
    assert ((await call(floor, call_id)).agent_leg_state, floor.carrier.roles["CA1"]) == ("talking", Role.TALK)


async def test_hold_and_back(floor: Floor):
    mia, call_id = await conversation(floor)
    await mia.does(interactions.hold, call_id)
    await floor.jobs_done()
    assert ((await floor.interaction(call_id)).state, floor.carrier.roles["CA1"]) == ("on_hold", Role.HOLD)
    await mia.does(interactions.unhold, call_id)
    await floor.jobs_done()
    assert ((await floor.interaction(call_id)).state, floor.carrier.roles["CA1"]) == ("active", Role.TALK)


async def test_the_agent_ends_the_call_and_wraps_up(floor: Floor):
    mia, call_id = await conversation(floor)
    await mia.does(ending.end, call_id)
    await floor.jobs_done()
    assert sorted(floor.carrier.hung_up) == ["CA1", "leg-1"]
    (agent,) = await floor.rows(agents_table, id=mia.id)
    assert agent.presence == "wrap_up"
    await mia.wraps_up(call_id)
    (agent,) = await floor.rows(agents_table, id=mia.id)
    assert (agent.presence, (await floor.interaction(call_id)).state) == ("available", "closed")


async def test_the_caller_hangs_up(floor: Floor):
    mia, call_id = await conversation(floor)
    await floor.desk.transact(SYSTEM, calls.caller_left, carrier_id="CA1")
    await floor.desk.transact(SYSTEM, calls.caller_left, carrier_id="CA1")
    await floor.jobs_done()
    assert ((await floor.interaction(call_id)).state, floor.carrier.hung_up) == ("wrap_up", ["leg-1"])
    await mia.does(agents.set_presence, mia.id, "available")
    assert (await floor.interaction(call_id)).state == "closed"


async def test_a_caller_who_gives_up_in_the_queue_is_abandoned(floor: Floor):
    call_id = await waiting_caller(floor)
    await floor.desk.transact(SYSTEM, calls.caller_left, carrier_id="CA1")
    assert (await floor.interaction(call_id)).state == "abandoned"


async def test_a_caller_who_hangs_up_in_the_menu_is_closed(floor: Floor):
    turn = await rings(floor)
    await floor.desk.transact(SYSTEM, calls.caller_left, carrier_id="CA1")
    assert (await floor.interaction(turn.call_id)).state == "closed"
    assert (await rings(floor)).instructions == (Hangup(),)


async def test_a_telephone_that_does_not_answer_gives_the_caller_back_with_the_place(floor: Floor):
    mia = await floor.agent(1)
    call_id = await waiting_caller(floor)
    await mia.takes_next()
    await floor.until(partial(rung, floor))
    assert not await leg(floor, call_id, "leg-1", LegState.NO_ANSWER)

    (agent,) = await floor.rows(agents_table, id=mia.id)
    assert (agent.presence, agent.reason) == ("not_ready", "missed_offer")
    ben = await floor.agent(2)
    assert (await ben.next_offer()).work_item_id == call_id


async def test_a_carrier_that_refuses_gives_the_caller_back(floor: Floor):
    floor.carrier.error = Rejected("no such client")
    mia = await floor.agent(1)
    call_id = await waiting_caller(floor)
    await mia.takes_next()
    await floor.until_state(call_id, "queued")
    (agent,) = await floor.rows(agents_table, id=mia.id)
    assert agent.presence == "not_ready"


async def test_a_leg_that_nobody_wants_is_not_let_in(floor: Floor):
    _, call_id = await conversation(floor)
    assert not await leg(floor, call_id, "leg-7", LegState.ANSWERED)


async def test_a_call_passed_on_waits_with_music_and_is_joined_again(floor: Floor):
    mia, call_id = await conversation(floor)
    await mia.does(transfers.transfer, call_id, {"queue": "technical"})
    await floor.jobs_done()
    assert (floor.carrier.roles["CA1"], floor.carrier.hung_up) == (Role.HOLD, ["leg-1"])
    assert not await leg(floor, call_id, "leg-1", LegState.ENDED)  # its end ends nothing else

    ben = await floor.agent(2)
    await ben.takes_next()

    async def rung_twice() -> bool:
        return len(floor.carrier.rung) == 2

    await floor.until(rung_twice)
    assert await leg(floor, call_id, "leg-2", LegState.ANSWERED)
    await floor.jobs_done()
    assert floor.carrier.roles["CA1"] is Role.TALK
    assert (await floor.interaction(call_id)).agent_id == ben.id


async def test_nothing_new_goes_beside_a_call_and_its_wrap_up_ends_by_itself(floor: Floor):
    mia, call_id = await conversation(floor)
    await floor.writes()
    await floor.settles()
    assert await mia.offer() is None
    await mia.does(ending.end, call_id)
    await floor.settles()
    assert await mia.offer() is None
    await floor.passes(timedelta(minutes=10))
    await mia.next_offer()


async def test_an_old_legs_late_word_does_not_take_the_call_from_the_next_agent(floor: Floor):
    mia, call_id = await conversation(floor)
    await mia.does(transfers.transfer, call_id, {"queue": "technical"})
    ben = await floor.agent(2)
    await ben.takes_next()  # before the carrier has said that the first leg is over, or the second rings
    await leg(floor, call_id, "leg-1", LegState.ENDED)

    assert (await floor.interaction(call_id)).agent_id == ben.id


async def test_a_telephone_of_which_nobody_says_anything_more_gives_the_caller_back(floor: Floor):
    mia = await floor.agent(1)
    call_id = await waiting_caller(floor)
    await mia.takes_next()
    await floor.until(partial(rung, floor))
    await floor.passes(timedelta(seconds=45))

    assert (await floor.interaction(call_id)).state == "queued"
    assert "leg-1" in floor.carrier.hung_up
    (agent,) = await floor.rows(agents_table, id=mia.id)
    assert agent.presence == "not_ready"


async def test_ringing_that_was_begun_before_a_crash_is_begun_again(floor: Floor):
    mia = await floor.agent(1)
    call_id = await waiting_caller(floor)
    await mia.takes_next()
    await floor.until(partial(rung, floor))
    forget = sa.update(calls_table).where(calls_table.c.id == call_id).values(agent_leg_id=None)
    await floor.desk.transact(SYSTEM, lambda tx: tx.execute(forget))  # as if the answer was never stored

    assert await floor.desk.transact(SYSTEM, agent_legs.ring, call_id, mia.id) is not None


async def test_a_caller_who_left_while_we_were_down_is_noticed_when_somebody_joins(floor: Floor):
    mia, call_id = await conversation(floor)
    floor.carrier.joins_nobody = True
    await mia.does(interactions.hold, call_id)
    await floor.jobs_done()

    assert (await floor.interaction(call_id)).state == "wrap_up"


async def test_a_caller_whose_hanging_up_in_the_menu_was_never_told_is_closed_in_time(floor: Floor):
    turn = await rings(floor)
    await floor.passes(timedelta(hours=1))
    assert (await floor.interaction(turn.call_id)).state == "closed"


async def test_the_same_call_told_to_two_of_us_at_once_is_one(floor: Floor):
    first, second = await asyncio.gather(rings(floor), rings(floor))
    assert first.call_id == second.call_id
    assert len(await floor.rows(calls_table)) == 1


async def test_a_flow_that_was_taken_away_leads_to_the_queue(floor: Floor):
    turn = await rings(floor)
    forget = sa.update(calls_table).where(calls_table.c.id == turn.call_id).values(flow="gone")
    await floor.desk.transact(SYSTEM, lambda tx: tx.execute(forget))
    await presses(floor, turn, "1")
    assert (await floor.interaction(turn.call_id)).state == "queued"
