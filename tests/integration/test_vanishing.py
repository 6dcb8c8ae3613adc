"""Agents and routers that vanish, and clocks that are put back: what waits for an answer goes to somebody else."""

from datetime import timedelta

import sqlalchemy as sa

from channels.errors import Rejected
from desk.agents import agents
from desk.contacts import deliveries
from desk.contacts import messages as messages_of
from desk.kernel.transaction import Tx
from desk.tables import agents as agents_table
from desk.tables import jobs as jobs_table
from desk.work import offers
from tests.integration.floor import NODE, SYSTEM, Floor


async def test_an_agent_who_vanishes_loses_what_waits_for_an_answer(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.takes_next()
    floor.clock.advance(timedelta(seconds=1))
    second = await floor.writes("And me?")
    await mia.next_offer()
    await mia.does(agents.disconnect, mia.id, NODE)
    await floor.passes(timedelta(seconds=15))

    (row,) = await floor.rows(agents_table, id=mia.id)
    assert row.presence == "offline"
    assert [(await floor.interaction(id)).state for id in (chat.interaction_id, second.interaction_id)] == [
        "queued"
    ] * 2
    ben = await floor.agent(2)
    assert (await ben.next_offer()).work_item_id == chat.interaction_id  # who came first comes first again


MAIL = {"channel": "email", "address_kind": "email", "to": "support@demo.test"}


async def test_an_unanswered_mail_goes_back_with_its_place_when_its_agent_vanishes(floor: Floor):
    mia = await floor.agent(1)
    mail = await floor.writes("Where is it?", address="eva@example.test", **MAIL)
    await mia.takes_next()
    place = (await floor.interaction(mail.interaction_id)).queued_at
    await mia.does(messages_of.tell_customer, mail.interaction_id, "We have your mail.")  # nobody's answer
    await mia.does(agents.disconnect, mia.id, NODE)
    await floor.passes(timedelta(seconds=15))

    after = await floor.interaction(mail.interaction_id)
    assert (after.state, after.agent_id, after.queued_at) == ("queued", None, place)


async def test_an_answer_that_did_not_arrive_is_nobodys_answer_when_its_agent_is_gone(floor: Floor):
    mia = await floor.agent(1)
    early = await floor.writes("Where is it?", address="eva@example.test", **MAIL)
    await mia.takes_next()
    floor.mail.error = Rejected("550 no such mailbox")
    await mia.says(early.interaction_id, "It is on its way.")
    await floor.jobs_done()
    await mia.does(agents.disconnect, mia.id, NODE)
    await floor.passes(timedelta(seconds=15))
    assert (await floor.interaction(early.interaction_id)).state == "queued"


async def test_an_answer_that_comes_back_when_its_agent_is_gone_is_somebody_elses_work(floor: Floor):
    mia = await floor.agent(1)
    mail = await floor.writes("Where is it?", address="eva@example.test", **MAIL)
    await mia.takes_next()
    said = await mia.says(mail.interaction_id, "It is on its way.")
    await floor.jobs_done()
    await mia.does(agents.disconnect, mia.id, NODE)
    await floor.passes(timedelta(seconds=15))
    assert (await floor.interaction(mail.interaction_id)).state == "active"  # answered: hers until more is written

    await floor.desk.transact(SYSTEM, deliveries.failed, said, "the mailbox is full")

    assert (await floor.interaction(mail.interaction_id)).state == "queued"


async def test_an_agent_who_is_back_in_time_loses_nothing(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.takes_next()
    await mia.does(agents.disconnect, mia.id, NODE)
    floor.clock.advance(timedelta(seconds=10))
    await mia.does(agents.connect, mia.id, NODE)
    await floor.passes(timedelta(minutes=1))

    (row,) = await floor.rows(agents_table, id=mia.id)
    assert (row.presence, (await floor.interaction(chat.interaction_id)).agent_id) == ("available", mia.id)


async def test_an_offer_ends_at_its_time_although_the_clock_was_put_back(floor: Floor):
    mia = await floor.agent(1)
    await floor.writes()
    offer = await mia.next_offer()
    await floor.desk.transact(SYSTEM, forget_timers)
    await floor.desk.transact(SYSTEM, offers.expire, offer.id)  # before its time
    assert (await mia.offer()) == offer

    await floor.passes(offer.expires_at - floor.clock.now())
    assert await mia.offer() is None
    (row,) = await floor.rows(agents_table, id=mia.id)
    assert (row.presence, row.reason) == ("not_ready", "missed_offer")


async def test_who_is_silent_is_missed_at_their_time_although_the_clock_was_put_back(floor: Floor):
    mia = await floor.agent(1)
    await mia.does(agents.disconnect, mia.id, NODE)
    floor.clock.advance(timedelta(seconds=5))
    await floor.desk.transact(SYSTEM, forget_timers)
    await floor.desk.transact(SYSTEM, agents.lose, mia.id)  # before its time
    (row,) = await floor.rows(agents_table, id=mia.id)
    assert row.presence == "available"

    await floor.passes(timedelta(seconds=10))
    (row,) = await floor.rows(agents_table, id=mia.id)
    assert (row.presence, row.reason) == ("offline", "silent")


def forget_timers(tx: Tx) -> None:
    """The jobs that ran too early are done, and gone."""
    tx.execute(sa.delete(jobs_table))


async def test_a_router_that_begins_anew_offers_what_waits(floor: Floor):
    chat = await floor.writes()
    await floor.settles()
    floor.router._everything = True  # as after a restart: nothing is remembered
    mia = await floor.agent(1)

    assert (await mia.next_offer()).work_item_id == chat.interaction_id
