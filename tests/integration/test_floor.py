"""Stories of the one queue: contacts come in, are offered, taken, declined, passed on and closed."""

from datetime import timedelta

import pytest

from desk.agents import agents, work
from desk.contacts import ending, interactions, transfers
from desk.kernel.errors import Conflict, Forbidden, NotFound, Stale
from desk.kernel.transaction import Row
from desk.screens.agent_cards import agent_cards
from desk.tables import agents as agents_table
from desk.tables import interactions as interactions_table
from desk.tables import messages, segments, work_items
from desk.work import offers
from desk.work.planned_work import plan
from tests.integration.floor import NODE, SYSTEM, Agent, Floor

MINUTE = timedelta(minutes=1)


async def test_a_chat_is_offered_taken_answered_and_closed(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes("Where is my parcel?")

    offer = await mia.next_offer()
    assert offer.work_item_id == chat.interaction_id
    assert offer.why["rule"] == "longest_idle"
    floor.clock.advance(timedelta(seconds=4))
    await mia.accepts(offer)
    await mia.says(chat.interaction_id, "On its way.")
    await mia.wraps_up(chat.interaction_id)

    closed = await floor.interaction(chat.interaction_id)
    assert (closed.state, closed.disposition, closed.last_agent_id) == ("closed", "solved", mia.id)
    stays = sorted(await floor.rows(segments, interaction_id=closed.id), key=lambda row: (row.from_at, row.id))
    assert {(row.kind, row.outcome) for row in stays} == {("queue", "answered"), ("agent", ""), ("wrap_up", "")}
    assert all(row.to_at is not None for row in stays)


async def test_the_same_message_twice_is_one(floor: Floor):
    first = await floor.writes("Hello", external_id="same", address="ana")
    again = await floor.writes("Hello", external_id="same", address="ana")

    assert (again.interaction_id, again.message_id, again.new) == (first.interaction_id, first.message_id, False)
    assert len(await floor.rows(messages, interaction_id=first.interaction_id)) == 1


async def test_an_agents_card_says_since_when_it_rings(floor: Floor):
    mia = await floor.agent(1)
    floor.clock.advance(8 * MINUTE)
    await floor.writes()
    offer = await mia.next_offer()

    card = (await floor.desk.read(SYSTEM, agent_cards))[mia.id]
    assert (card["activity"], card["rings_since"]) == ("ringing", offer.made_at)
    assert card["since"] <= offer.made_at - 8 * MINUTE
    await mia.accepts(offer)
    assert (await floor.desk.read(SYSTEM, agent_cards))[mia.id]["rings_since"] is None


async def test_an_offer_that_rings_out_makes_not_ready_and_the_item_goes_to_the_next(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.next_offer()
    ben = await floor.agent(2)

    await floor.passes(timedelta(seconds=60))

    offer = await ben.next_offer()
    assert offer.work_item_id == chat.interaction_id
    (row,) = await floor.rows(agents_table, id=mia.id)
    assert (row.presence, row.reason) == ("not_ready", "missed_offer")
    stays = await floor.rows(segments, interaction_id=chat.interaction_id)
    assert [row.kind for row in stays] == ["queue"]  # a failed offer is no new entry


async def test_who_has_something_in_hand_is_asked_after_whoever_is_idle(floor: Floor):
    mia = await floor.agent(1)
    floor.clock.advance(MINUTE)
    ben = await floor.agent(2)
    floor.clock.advance(MINUTE)
    first = await floor.writes()
    await mia.accepts(await mia.next_offer())  # idle for longest; there is room for two more
    second = await floor.writes()
    await ben.accepts(await ben.next_offer())
    floor.clock.advance(MINUTE)
    third = await floor.writes()
    await mia.accepts(await mia.next_offer())  # both have one in hand: hers is the older

    holders = [(await floor.interaction(chat.interaction_id)).agent_id for chat in (first, second, third)]
    assert holders == [mia.id, ben.id, mia.id]


async def test_who_declines_is_not_asked_again_at_once(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.does(offers.decline, (await mia.next_offer()).id, "not mine")
    await floor.settles()
    assert await mia.offer() is None

    await floor.passes(timedelta(seconds=61))
    assert (await mia.next_offer()).work_item_id == chat.interaction_id


async def test_work_that_is_given_back_goes_to_somebody_else_first(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.takes_next()
    customer_id = (await floor.interaction(chat.interaction_id)).customer_id
    await mia.wraps_up(chat.interaction_id)
    about = {"kind": "task", "customer_id": customer_id, "queue": "general", "title": "Send the label again"}
    task = await mia.does(plan, **about)
    placed_at = (await floor.rows(work_items, id=task))[0].placed_at
    await mia.takes_next()

    await mia.does(work.hand_back, task)
    await floor.settles()
    assert await mia.offer() is None
    ben = await floor.agent(2)
    offer = await ben.next_offer()
    assert offer.work_item_id == task
    assert offer.why["excluded"]["declined"] == 1
    assert (await floor.rows(work_items, id=task))[0].placed_at == placed_at

    await ben.does(offers.decline, offer.id)
    await floor.passes(timedelta(seconds=61))
    assert (await floor.until(lambda: either(mia, ben))).work_item_id == task


async def either(*agents: Agent) -> Row | None:
    """What rings at one of them."""
    for agent in agents:
        if offer := await agent.offer():
            return offer
    return None


async def test_an_offer_is_answered_once_and_by_whom_it_was_made_to(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2, available=False)
    await floor.writes()
    offer = await mia.next_offer()
    with pytest.raises(NotFound):
        await ben.accepts(offer)
    await mia.accepts(offer)
    with pytest.raises(Stale):
        await mia.accepts(offer)
    with pytest.raises(Stale):
        await mia.does(offers.decline, offer.id)


async def test_an_acceptance_after_its_time_is_too_late(floor: Floor):
    mia = await floor.agent(1)
    await floor.writes()
    offer = await mia.next_offer()
    floor.clock.set(offer.expires_at)
    with pytest.raises(Stale):
        await mia.accepts(offer)


async def test_a_customer_who_leaves_is_offered_to_nobody(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    offer = await mia.next_offer()
    floor.clock.advance(timedelta(seconds=9))
    await floor.desk.transact(mia.actor, ending.customer_left, chat.interaction_id)

    assert (await floor.interaction(chat.interaction_id)).state == "abandoned"
    assert await mia.offer() is None
    with pytest.raises(Stale):
        await mia.accepts(offer)
    (stay,) = await floor.rows(segments, interaction_id=chat.interaction_id)
    assert (stay.outcome, stay.to_at - stay.from_at) == ("abandoned", timedelta(seconds=9))


async def test_a_chat_passed_to_a_colleague_is_offered_to_them_with_the_note(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2, available=False)
    chat = await floor.writes()
    await mia.takes_next()
    await ben.is_available()
    await mia.does(transfers.transfer, chat.interaction_id, {"agent": ben.id}, note="Asks about an invoice")

    offer = await ben.next_offer()
    assert (offer.work_item_id, offer.why["rule"]) == (chat.interaction_id, "wanted_agent")
    notes = [row.text for row in await floor.rows(messages, interaction_id=chat.interaction_id, internal=True)]
    assert notes == ["Asks about an invoice"]
    with pytest.raises(Forbidden):
        await mia.says(chat.interaction_id, "Still there?")


async def test_a_chat_passed_to_a_queue_keeps_its_place_and_does_not_come_back_at_once(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    before = (await floor.rows(work_items, id=chat.interaction_id))[0].placed_at
    await mia.takes_next()
    floor.clock.advance(MINUTE)
    await mia.does(transfers.transfer, chat.interaction_id, {"queue": "billing"})
    await floor.settles()

    (item,) = await floor.rows(work_items, id=chat.interaction_id)
    assert (item.queue, item.state, item.placed_at) == ("billing", "waiting", before)
    assert await mia.offer() is None


async def test_nobody_gets_more_than_fits(floor: Floor):
    mia = await floor.agent(1)
    (row,) = await floor.rows(agents_table, id=mia.id)
    fits = row.capacity["chat"]
    for _ in range(fits + 2):
        await floor.writes()
    for _ in range(fits):
        await mia.takes_next()
    await floor.settles()

    assert await mia.offer() is None
    held = await floor.rows(interactions_table, agent_id=mia.id, state="active")
    assert len(held) == fits


async def test_written_work_put_aside_comes_back_at_its_time_or_with_the_next_word(floor: Floor):
    mia = await floor.agent(1)
    text = await floor.writes("Hi", channel="sms", address_kind="phone", address="+442079460101", to="+442079460100")
    await mia.takes_next()
    await mia.does(interactions.snooze, text.interaction_id, floor.clock.now() + timedelta(hours=1))
    assert (await floor.interaction(text.interaction_id)).state == "snoozed"
    await floor.passes(timedelta(hours=1))
    assert (await mia.next_offer()).work_item_id == text.interaction_id


async def test_what_another_system_hands_in_takes_the_room_of_a_message(floor: Floor):
    mia = await floor.agent(1)
    letter = await floor.writes("Dear Sirs", channel="letter", address_kind="letter", address="Eva Ruiz, Elm Road 4")

    assert (await mia.next_offer()).work_item_id == letter.interaction_id
    assert (await floor.interaction(letter.interaction_id)).channel == "letter"


async def test_what_another_system_hands_in_is_passed_on_to_whoever_has_room_for_messages(floor: Floor):
    mia, ben, boss = await floor.agent(1), await floor.agent(2, available=False), await floor.supervisor()
    await ben.does(agents.connect, ben.id, NODE)
    first, second = [
        await floor.writes("Dear Sirs", channel="letter", address_kind="letter", address=f"Eva Ruiz, Elm Road {number}")
        for number in (4, 5)
    ]
    await mia.accepts(await mia.next_offer())
    await mia.does(transfers.transfer, first.interaction_id, {"agent": ben.id})
    assert await boss.does(transfers.assign, second.interaction_id, ben.id) == "not_ready"
    await ben.is_available()

    assert (await ben.next_offer()).work_item_id in {first.interaction_id, second.interaction_id}


async def test_a_mailbox_that_a_visitor_types_links_nobody(floor: Floor):
    chat = await floor.writes(headers={"claims_email": "victim@example.com"})
    letter = await floor.writes(
        "Dear Sirs", channel="post", address_kind="email", address="victim@example.com", external_id="p1"
    )

    one, other = await floor.interaction(chat.interaction_id), await floor.interaction(letter.interaction_id)
    assert one.customer_id != other.customer_id


async def test_a_supervisor_cannot_sign_an_agent_in(floor: Floor):
    boss, mia = await floor.supervisor(), await floor.agent(1, available=False)
    with pytest.raises(Conflict):
        await boss.does(agents.set_presence, mia.id, "available")
