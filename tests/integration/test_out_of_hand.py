"""However work leaves an agent's hands, what was interrupted for it goes on; and what they had put on hold stays so."""

from typing import Any

import pytest

from channels.errors import Rejected
from channels.protocol import LegState
from desk.agents import agents
from desk.callbacks.outcomes import dial_callback
from desk.contacts import ending, interactions
from desk.kernel.errors import Stale
from desk.kernel.transaction import Tx
from desk.tables import agents as agents_table
from desk.tables import segments
from desk.work import offers
from tests.integration.callbacks.steps import leaves
from tests.integration.floor import Agent, Floor
from tests.integration.test_calls import leg, presses, rings, rung, waiting_caller
from tests.integration.test_rounds_and_parking import item, order

FOR_A_CALL: dict[str, Any] = {
    "interrupts": {"voice": ["email"], "chat": ["email"]},
    "weights": {"voice": 100, "email": 40, "chat": 100},
}


async def a_mail_in_hand(floor: Floor) -> tuple[Agent, str]:
    await order(floor, **FOR_A_CALL)
    mia = await floor.agent(1)
    await floor.writes(channel="email", address_kind="email", address="ana@example.org", to="support@demo.test")
    return mia, await mia.takes_next()


@pytest.mark.parametrize("refused", [True, False])
async def test_a_mail_goes_on_when_the_telephone_does_not_answer(floor: Floor, refused: bool):
    mia, mail = await a_mail_in_hand(floor)
    floor.carrier.error = Rejected("no such client") if refused else None
    call = await waiting_caller(floor)
    await mia.takes_next()
    if not refused:
        await floor.until(lambda: rung(floor))
        await leg(floor, call, "leg-1", LegState.NO_ANSWER)

    await floor.until_state(call, "queued")

    (agent,) = await floor.rows(agents_table, id=mia.id)
    assert agent.presence == "not_ready"
    assert ((await floor.interaction(mail)).state, (await item(floor, mail)).parked) == ("active", "")


async def test_a_mail_goes_on_when_the_call_back_that_interrupted_it_finds_no_room_to_be_dialled(floor: Floor):
    mia, mail = await a_mail_in_hand(floor)
    ana = await leaves(floor)
    offer = await mia.next_offer()
    assert (offer.work_item_id, offer.why["interrupts"]) == (ana.id, True)

    def takes_it_as_calls_are_taken_away(tx: Tx) -> None:
        offers.accept(tx, offer.id)
        tx.update(agents_table, mia.id, capacity={"email": 3})
        dial_callback(tx, ana.id, mia.id)

    await mia.does(takes_it_as_calls_are_taken_away)

    assert (await item(floor, ana.id)).state == "waiting"
    assert ((await floor.interaction(mail)).state, (await item(floor, mail)).parked) == ("active", "")


async def test_a_mail_goes_on_when_its_agent_signs_out_and_loses_the_chat_that_interrupted_it(floor: Floor):
    mia, mail = await a_mail_in_hand(floor)
    await mia.says(mail, "Which one is it?")  # answered: it stays theirs
    await floor.writes()
    chat = await mia.takes_next()
    assert (await floor.interaction(mail)).state == "on_hold"

    await mia.does(agents.set_presence, mia.id, "offline")

    assert (await floor.interaction(chat)).state == "queued"
    row = await floor.interaction(mail)
    assert (row.state, row.agent_id, (await item(floor, mail)).parked) == ("active", mia.id, "")


async def test_what_its_agent_had_put_on_hold_stays_on_hold_after_a_call(floor: Floor):
    mia, mail = await a_mail_in_hand(floor)
    await mia.does(interactions.hold, mail)
    call = await waiting_caller(floor)
    await mia.takes_next()
    assert (await item(floor, mail)).parked

    await mia.does(ending.wrap_up, call, "solved")

    assert ((await floor.interaction(mail)).state, (await item(floor, mail)).parked) == ("on_hold", "")
    stays = sorted(await floor.rows(segments, interaction_id=mail), key=lambda row: row.id)
    assert [row.kind for row in stays] == ["queue", "agent", "hold"]
    await mia.does(interactions.unhold, mail)
    assert (await floor.interaction(mail)).state == "active"


async def test_what_its_agent_puts_on_hold_while_a_call_interrupts_it_stays_on_hold_after_the_call(floor: Floor):
    mia, mail = await a_mail_in_hand(floor)
    call = await waiting_caller(floor)
    await mia.takes_next()

    await mia.does(interactions.hold, mail)
    assert ((await floor.interaction(mail)).state, (await item(floor, mail)).parked) == ("on_hold", "on_hold")
    with pytest.raises(Stale):  # it is held already
        await mia.does(interactions.hold, mail)
    await mia.does(ending.wrap_up, call, "solved")

    assert ((await floor.interaction(mail)).state, (await item(floor, mail)).parked) == ("on_hold", "")
    stays = sorted(await floor.rows(segments, interaction_id=mail), key=lambda row: row.id)
    assert [row.kind for row in stays] == ["queue", "agent", "hold"]
    await mia.does(interactions.unhold, mail)
    assert (await floor.interaction(mail)).state == "active"


async def test_what_was_on_hold_and_taken_up_during_the_call_goes_on_like_the_rest_after_the_next(floor: Floor):
    mia, mail = await a_mail_in_hand(floor)
    await mia.does(interactions.hold, mail)
    first = await waiting_caller(floor)
    await mia.takes_next()
    await mia.does(interactions.unhold, mail)
    await mia.does(ending.wrap_up, first, "solved")
    second = (await presses(floor, await rings(floor, "CA2"), "1")).call_id
    offer = await mia.next_offer()
    await mia.does(offers.accept, offer.id)
    assert (await floor.interaction(mail)).state == "on_hold"

    await mia.does(ending.wrap_up, second, "solved")

    assert ((await floor.interaction(mail)).state, (await item(floor, mail)).parked) == ("active", "")
