"""Offers beyond one at a time: rounds, offers nobody is asked about, declining again and again; and what is parked."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from desk.agents import agents
from desk.contacts import ending, interactions
from desk.kernel.events import Logged, OfferEnded
from desk.kernel.transaction import Tx
from desk.organization.changes import change_order, change_queue
from desk.tables import agents as agents_table
from desk.tables import events, segments, work_items
from desk.tables import offers as offers_table
from desk.work import offers
from desk.work.idle import park_silent
from tests.integration.floor import SYSTEM, Agent, Floor
from tests.integration.test_calls import waiting_caller

MINUTE = timedelta(minutes=1)


async def rule(floor: Floor, **fields: Any) -> None:
    """Changes the queue `general`, and lets the router hear of it."""
    await floor.desk.transact(SYSTEM, change_queue, "general", fields)
    await floor.settles()


async def order(floor: Floor, **limits: Any) -> None:
    await floor.desk.transact(SYSTEM, change_order, {}, limits)
    await floor.settles()


async def live(floor: Floor) -> list[str]:
    """Whom something rings at."""
    rows = await floor.rows(offers_table, outcome=None)
    return sorted(row.agent_id for row in rows)


async def item(floor: Floor, id: str) -> Any:
    (row,) = await floor.rows(work_items, id=id)
    return row


async def say_of(floor: Floor, name: str) -> list[Any]:
    wanted = sa.select(events).where(events.c.name == name).order_by(events.c.id)
    return list(await floor.desk.read(SYSTEM, lambda rx: rx.all(wanted)))


async def a_round(floor: Floor) -> tuple[list[Agent], str]:
    """Three agents at whom one chat rings."""
    await rule(floor, strategy="ring_all")
    crowd = [await floor.agent(number) for number in (1, 2, 3)]
    await floor.settles()
    chat = await floor.writes()

    async def rings_everywhere() -> bool:
        return await live(floor) == sorted(agent.id for agent in crowd)

    await floor.until(rings_everywhere)
    return crowd, chat.interaction_id


async def test_a_round_has_one_winner_and_stops_ringing_for_the_others(floor: Floor):
    (mia, ben, cem), chat = await a_round(floor)

    await ben.accepts(await ben.next_offer())

    assert (await floor.interaction(chat)).agent_id == ben.id
    assert await live(floor) == []
    ended = {row.agent_id: row.outcome for row in await floor.rows(offers_table, work_item_id=chat)}
    assert ended == {mia.id: "withdrawn", ben.id: "accepted", cem.id: "withdrawn"}
    second = await floor.writes()
    assert {(await mia.next_offer()).work_item_id, (await cem.next_offer()).work_item_id} == {second.interaction_id}


async def test_a_round_goes_on_until_the_last_has_let_it_go(floor: Floor):
    (mia, ben, cem), chat = await a_round(floor)

    await mia.does(offers.decline, (await mia.next_offer()).id)
    assert (await floor.interaction(chat)).state == "offered"
    await ben.does(agents.set_presence, ben.id, "not_ready", "break")
    assert (await floor.interaction(chat)).state == "offered"
    await cem.does(offers.decline, (await cem.next_offer()).id)
    await floor.settles()

    assert (await floor.interaction(chat)).state == "queued"
    assert await live(floor) == []


async def test_a_round_that_nobody_answers_makes_nobody_not_ready(floor: Floor):
    crowd, chat = await a_round(floor)

    await floor.passes(timedelta(seconds=21))

    async def rings_again() -> bool:
        rows = await floor.rows(offers_table, work_item_id=chat)
        return len([row for row in rows if row.outcome is None]) == len(crowd) < len(rows)

    await floor.until(rings_again)
    ready = [row.presence for row in await floor.rows(agents_table) if row.id in {agent.id for agent in crowd}]
    assert ready == ["available"] * 3


async def test_a_round_that_is_over_goes_to_all_again_though_the_log_tells_of_the_first_alone(floor: Floor):
    crowd, chat = await a_round(floor)
    await floor.settles()  # the router has heard of the whole round: whoever hears instead of it begins after that
    ends = 0

    async def deaf_after_the_first_end(batch: Sequence[Logged]) -> None:
        nonlocal ends
        for logged in batch:
            ends += isinstance(logged.event, OfferEnded)
            if ends <= 1:
                await floor.router.feed([logged])

    floor.relay.add("router", deaf_after_the_first_end)
    await floor.desk.transact(SYSTEM, none_expires_alone, chat)
    floor.clock.advance(timedelta(seconds=21))
    await floor.desk.transact(SYSTEM, all_expire, chat)

    async def rings_again() -> bool:
        return await live(floor) == sorted(agent.id for agent in crowd)

    await floor.until(rings_again)
    assert ends == len(crowd)


def none_expires_alone(tx: Tx, item_id: str) -> None:
    """No offer of the item is over by its own job, before the others."""
    for row in tx.all(sa.select(offers_table).where(offers_table.c.work_item_id == item_id)):
        tx.cancel(f"offer:{row.id}")


def all_expire(tx: Tx, item_id: str) -> None:
    """Every offer of the item is over at once."""
    for row in tx.all(sa.select(offers_table).where(offers_table.c.work_item_id == item_id)):
        offers.expire(tx, row.id)


async def test_two_who_accept_a_round_at_once_are_not_both_told_yes(floor: Floor):
    (mia, ben, _), chat = await a_round(floor)
    first, second = await mia.next_offer(), await ben.next_offer()

    await mia.accepts(first)
    refused = None
    try:
        await ben.accepts(second)
    except Exception as error:  # noqa: BLE001  # which one is asserted below
        refused = error

    assert getattr(refused, "code", "") == "stale"
    assert (await floor.interaction(chat)).agent_id == mia.id


async def test_what_nobody_is_asked_about_is_taken_as_it_is_offered(floor: Floor):
    await rule(floor, auto_accept=["chat"])
    mia = await floor.agent(1)

    chat = await floor.writes()

    await floor.until_state(chat.interaction_id, "active")
    (made,) = await floor.rows(offers_table, work_item_id=chat.interaction_id)
    assert (made.agent_id, made.outcome) == (mia.id, "accepted")
    text = await floor.writes(channel="sms", address_kind="phone", address="+441632960007", to="+442079460100")
    assert (await mia.next_offer()).work_item_id == text.interaction_id


async def test_what_keeps_being_declined_is_more_urgent_and_supervisors_are_told(floor: Floor):
    await rule(floor, declines=2)
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.does(offers.decline, (await mia.next_offer()).id)
    assert await say_of(floor, "work_item.escalated") == []
    before = await item(floor, chat.interaction_id)

    await floor.passes(timedelta(seconds=61))
    await mia.does(offers.decline, (await mia.next_offer()).id)

    (told,) = await say_of(floor, "work_item.escalated")
    assert (told.subject, told.data["declines"]) == (chat.interaction_id, 2)
    after = await item(floor, chat.interaction_id)
    assert (after.state, after.placed_at) == ("waiting", before.placed_at)
    assert after.priority > before.priority
    ben = await floor.agent(2)
    await ben.accepts(await ben.next_offer())
    assert (await item(floor, chat.interaction_id)).declines == 0


async def test_a_call_interrupts_a_mail_that_goes_on_afterwards(floor: Floor):
    await order(floor, interrupts={"voice": ["email"]}, weights={"voice": 100, "email": 40, "chat": 30})
    mia = await floor.agent(1)
    mail = await floor.writes(channel="email", address_kind="email", address="ana@example.org", to="support@demo.test")
    await mia.takes_next()
    call = await waiting_caller(floor)

    offer = await mia.next_offer()
    assert (offer.work_item_id, offer.why["interrupts"]) == (call, True)
    await mia.accepts(offer)

    assert (await floor.interaction(mail.interaction_id)).state == "on_hold"
    assert (await item(floor, mail.interaction_id)).parked == "interrupted"
    await mia.does(ending.wrap_up, call, "solved")
    back = await floor.interaction(mail.interaction_id)
    assert (back.state, back.agent_id) == ("active", mia.id)
    assert (await item(floor, mail.interaction_id)).parked == ""
    stays = sorted(await floor.rows(segments, interaction_id=mail.interaction_id), key=lambda row: row.id)
    assert [row.kind for row in stays] == ["queue", "agent", "hold", "agent"]


async def test_limits_that_are_lifted_during_a_call_let_the_mail_go_on_before_a_newer_one_is_offered(floor: Floor):
    await order(floor, interrupts={"voice": ["email"]}, weights={"voice": 100, "email": 100})
    mia = await floor.agent(1)
    mail = await floor.writes(channel="email", address_kind="email", address="ana@example.org", to="support@demo.test")
    await mia.takes_next()
    await waiting_caller(floor)
    await mia.takes_next()
    newer = await floor.writes(channel="email", address_kind="email", address="bo@example.org", to="support@demo.test")
    assert (await item(floor, mail.interaction_id)).parked == "interrupted"

    await order(floor, interrupts={}, exclusive=[], weights={"voice": 50, "email": 50})

    assert ((await floor.interaction(mail.interaction_id)).state, await live(floor)) == ("active", [])
    assert (await item(floor, mail.interaction_id)).parked == ""
    assert (await floor.interaction(newer.interaction_id)).state == "queued"


async def test_a_mail_that_ends_while_a_call_interrupts_it_holds_its_share_as_it_is_written_up(floor: Floor):
    await order(floor, **BESIDE_CALLS | {"weights": {"voice": 50, "chat": 40, "email": 60}})
    mia = await floor.agent(1)
    mail = await floor.writes(channel="email", address_kind="email", address="ana@example.org", to="support@demo.test")
    await mia.takes_next()
    await waiting_caller(floor)
    await mia.takes_next()

    await mia.does(ending.end, mail.interaction_id)
    await floor.writes()
    await floor.settles()

    assert ((await item(floor, mail.interaction_id)).parked, await live(floor)) == ("", [])
    await mia.wraps_up(mail.interaction_id)
    await mia.next_offer()


async def test_the_log_has_when_a_call_interrupts_a_mail_that_is_written_up_and_when_it_goes_on(floor: Floor):
    await order(floor, interrupts={"voice": ["email"]}, weights={"voice": 100, "email": 40})
    mia = await floor.agent(1)
    mail = await floor.writes(channel="email", address_kind="email", address="ana@example.org", to="support@demo.test")
    await mia.takes_next()
    await mia.does(ending.end, mail.interaction_id)
    call = await waiting_caller(floor)

    await mia.takes_next()
    assert (await item(floor, mail.interaction_id)).parked == "interrupted"
    await mia.does(ending.wrap_up, call, "solved")

    said = [row for row in await say_of(floor, "interaction.changed") if row.subject == mail.interaction_id]
    assert {row.data["state"] for row in said} == {"wrap_up"}
    assert [row.data["what"] for row in said] == ["ended_by_agent", "parked", "resumed"]
    assert (await item(floor, mail.interaction_id)).parked == ""


BESIDE_CALLS: dict[str, Any] = {
    "interrupts": {"voice": ["email"]},
    "exclusive": [],
    "weights": {"voice": 50, "chat": 45, "email": 60},
}


async def mail_aside_and_chat_ringing(floor: Floor) -> tuple[Agent, str, str]:
    """A call goes on beside which a chat rings; the mail that it interrupted waits."""
    await order(floor, **BESIDE_CALLS)
    mia = await floor.agent(1)
    mail = await floor.writes(channel="email", address_kind="email", address="ana@example.org", to="support@demo.test")
    await mia.takes_next()
    call = await waiting_caller(floor)
    await mia.accepts(await mia.next_offer())
    await floor.writes()
    return mia, mail.interaction_id, call


@pytest.mark.parametrize("answers", [True, False])
async def test_a_mail_goes_on_where_there_is_room_beside_what_rings(floor: Floor, answers: bool):
    mia, mail, call = await mail_aside_and_chat_ringing(floor)
    offer = await mia.next_offer()

    await mia.does(ending.wrap_up, call, "solved")

    assert (await floor.interaction(mail)).state == "on_hold"
    if answers:
        await mia.accepts(offer)
        assert (await floor.interaction(mail)).state == "on_hold"
        await mia.does(ending.wrap_up, offer.work_item_id, "solved")
    else:
        await mia.does(offers.decline, offer.id)
    assert (await floor.interaction(mail)).state == "active"


async def test_a_mail_goes_on_when_a_chat_that_took_its_room_falls_idle(floor: Floor):
    mia, mail, call = await mail_aside_and_chat_ringing(floor)
    chat = await mia.takes_next()
    await mia.does(ending.wrap_up, call, "solved")
    await order(floor, **BESIDE_CALLS, idle={"chat": "5m"})
    await mia.says(chat, "Is it the blue one?")
    await floor.passes(timedelta(minutes=4))
    await floor.looks_around()
    assert (await floor.interaction(mail)).state == "on_hold"

    await floor.passes(timedelta(minutes=1))
    await floor.looks_around()

    assert (await item(floor, chat)).parked == "idle"
    assert ((await floor.interaction(mail)).state, (await item(floor, mail)).parked) == ("active", "")


BESIDE_MAILS: dict[str, Any] = {
    "interrupts": {"voice": ["email"]},
    "exclusive": [],
    "weights": {"voice": 60, "chat": 33, "email": 33},
}


async def mails_in_hand(floor: Floor, count: int) -> tuple[Agent, list[str]]:
    mia = await floor.agent(1)
    mails = []
    for number in range(count):
        found = await floor.writes(
            channel="email", address_kind="email", address=f"ana{number}@example.org", to="support@demo.test"
        )
        await mia.takes_next()
        mails.append(found.interaction_id)
    return mia, mails


async def test_a_mail_goes_on_beside_a_call_that_has_come_to_fit_while_it_rang(floor: Floor):
    await order(floor, **BESIDE_MAILS)
    mia, (done, mail) = await mails_in_hand(floor, 2)
    await waiting_caller(floor)
    offer = await mia.next_offer()
    assert offer.why["interrupts"] is True

    await mia.does(ending.wrap_up, done, "solved")
    await mia.accepts(offer)

    assert ((await floor.interaction(mail)).state, (await item(floor, mail)).parked) == ("active", "")


async def test_a_mail_that_has_come_to_stand_in_the_way_of_a_call_that_rings_is_interrupted(floor: Floor):
    await order(floor, **BESIDE_MAILS)
    mia, (mail,) = await mails_in_hand(floor, 1)
    await waiting_caller(floor)
    offer = await mia.next_offer()
    assert "interrupts" not in offer.why

    await order(floor, **BESIDE_MAILS | {"weights": {"voice": 100, "email": 33}})
    await mia.accepts(offer)

    assert ((await floor.interaction(mail)).state, (await item(floor, mail)).parked) == ("on_hold", "interrupted")


async def test_a_call_that_has_no_room_any_more_is_taken_and_interrupts_nothing(floor: Floor):
    await order(floor, **BESIDE_MAILS | {"weights": {"voice": 60, "chat": 10, "email": 33}})
    mia, mails = await mails_in_hand(floor, 2)
    chat = await floor.writes()
    await mia.accepts(await mia.next_offer())
    call = await waiting_caller(floor)
    offer = await mia.next_offer()
    assert offer.why["interrupts"] is True

    await order(floor, **BESIDE_MAILS | {"weights": {"voice": 60, "chat": 50, "email": 33}})
    await mia.accepts(offer)

    assert (await floor.interaction(call)).agent_id == mia.id
    assert [(await floor.interaction(id)).state for id in (*mails, chat.interaction_id)] == ["active"] * 3


async def test_what_has_its_place_for_longest_goes_on_first(floor: Floor):
    await order(floor, interrupts={"voice": ["email"]}, weights={"voice": 100, "email": 40})
    mia = await floor.agent(1)
    mails = []
    for number in (1, 2):
        found = await floor.writes(
            channel="email", address_kind="email", address=f"ana{number}@example.org", to="support@demo.test"
        )
        await mia.takes_next()
        mails.append(found.interaction_id)
    call = await waiting_caller(floor)
    await mia.accepts(await mia.next_offer())
    first, second = sorted(mails)

    def place_the_second_before(tx: Tx) -> None:
        tx.update(work_items, second, placed_at=tx.one(work_items, first).placed_at - MINUTE)

    await floor.desk.transact(SYSTEM, place_the_second_before)
    await order(floor, interrupts={"voice": ["email"]}, weights={"voice": 100, "email": 60})

    await mia.does(ending.wrap_up, call, "solved")

    assert [(await floor.interaction(id)).state for id in (first, second)] == ["on_hold", "active"]


async def test_a_mail_that_cannot_be_interrupted_keeps_the_call_waiting(floor: Floor):
    await order(floor, weights={"voice": 100, "email": 40})
    mia = await floor.agent(1)
    await floor.writes(channel="email", address_kind="email", address="ana@example.org", to="support@demo.test")
    await mia.takes_next()
    await waiting_caller(floor)

    await floor.settles()

    assert await live(floor) == []


async def an_idle_chat(floor: Floor) -> tuple[Agent, str]:
    """A chat that takes no room any more: its customer has said nothing for five minutes."""
    await order(floor, idle={"chat": "5m"}, weights={"chat": 100})
    mia = await floor.agent(1)
    chat = await floor.writes(address="visitor-ana")
    await mia.takes_next()
    await mia.says(chat.interaction_id, "Is it the blue one?")
    await floor.passes(timedelta(minutes=5))
    floor.router.look_around()

    async def parked() -> bool:
        return str((await item(floor, chat.interaction_id)).parked) == "idle"

    await floor.until(parked)
    return mia, chat.interaction_id


async def test_an_idle_chat_makes_room_and_takes_it_again_when_there_is(floor: Floor):
    mia, chat = await an_idle_chat(floor)

    await floor.writes("Yes, the blue one.", address="visitor-ana")

    assert (await item(floor, chat)).parked == ""
    row = await floor.interaction(chat)
    assert (row.state, row.agent_id) == ("active", mia.id)


async def test_an_idle_chat_does_not_take_the_room_of_what_rings(floor: Floor):
    mia, chat = await an_idle_chat(floor)
    other = await floor.writes()
    offer = await mia.next_offer()

    await floor.writes("Yes, the blue one.", address="visitor-ana")

    back = await item(floor, chat)
    assert (back.state, back.wanted_agent_id, back.parked) == ("waiting", mia.id, "")
    await mia.accepts(offer)
    held = [row.id for row in await floor.rows(work_items, agent_id=mia.id, state="active", parked="")]
    assert held == [other.interaction_id]


async def test_a_chat_that_ends_while_it_is_idle_holds_its_share_as_it_is_written_up(floor: Floor):
    mia, chat = await an_idle_chat(floor)

    await mia.does(ending.end, chat)
    await floor.writes()
    await floor.settles()

    assert ((await item(floor, chat)).parked, await live(floor)) == ("", [])
    await mia.wraps_up(chat)
    await mia.next_offer()


async def test_an_idle_chat_that_is_put_on_hold_is_in_hand_again_and_does_not_fall_idle_there(floor: Floor):
    mia, chat = await an_idle_chat(floor)

    await mia.does(interactions.hold, chat)
    assert (await item(floor, chat)).parked == ""
    assert await floor.desk.transact(SYSTEM, park_silent, {"chat": MINUTE}) == 0
    row = await floor.interaction(chat)
    assert (row.state, (await item(floor, chat)).parked) == ("on_hold", "")
    await floor.writes("Yes, the blue one.", address="visitor-ana")
    assert (await floor.interaction(chat)).state == "on_hold"


@pytest.mark.parametrize("by_hand", [interactions.hold, ending.end])
async def test_who_goes_above_what_fits_by_their_own_hand_is_offered_nothing_until_there_is_room(
    floor: Floor, by_hand: Any
):
    mia, idle_chat = await an_idle_chat(floor)
    await floor.writes()
    second = await mia.takes_next()

    await mia.does(by_hand, idle_chat)
    held = {row.id for row in await floor.rows(work_items, agent_id=mia.id, state="active", parked="")}
    assert held == {idle_chat, second}  # one fits
    third = await floor.writes()
    await floor.settles()
    assert await live(floor) == []
    await mia.wraps_up(second)
    await floor.settles()
    assert await live(floor) == []

    await mia.wraps_up(idle_chat)
    assert (await mia.next_offer()).work_item_id == third.interaction_id


async def test_a_customer_who_writes_again_is_heard_by_an_agent_who_has_more_in_hand_than_fits(floor: Floor):
    mia, idle_chat = await an_idle_chat(floor)
    await floor.writes(address="visitor-bo")
    second = await mia.takes_next()
    await mia.does(interactions.hold, idle_chat)

    for address, chat in (("visitor-ana", idle_chat), ("visitor-bo", second)):
        assert (await floor.writes("Are you there?", address=address)).interaction_id == chat
    assert [row.agent_id for row in await floor.rows(work_items)] == [mia.id, mia.id]


async def test_an_idle_chat_whose_agent_is_busy_now_is_back_in_its_place(floor: Floor):
    mia, chat = await an_idle_chat(floor)
    placed = (await item(floor, chat)).placed_at
    other = await floor.writes()
    await mia.accepts(await mia.next_offer())

    await floor.writes("Yes, the blue one.", address="visitor-ana")

    back = await item(floor, chat)
    assert (back.state, back.placed_at, back.wanted_agent_id, back.parked) == ("waiting", placed, mia.id, "")
    ben = await floor.agent(2)
    await floor.passes(timedelta(seconds=61))  # kept for Mia so long
    assert (await ben.next_offer()).work_item_id == chat
    assert (await floor.interaction(other.interaction_id)).agent_id == mia.id
