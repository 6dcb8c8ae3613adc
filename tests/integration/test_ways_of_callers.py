"""Who answers a call sees what the caller did in the flow: over the carrier's signed webhooks, on each database."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channels.types import Delivery
from channels.voice.twilio_standin import Line, TwilioStandin
from desk.contacts.cards import interaction_cards, parted
from desk.contacts.deliveries import delivery_reported
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Tx
from desk.screens.offer_cards import live_offers_to
from desk.screens.past import as_seen_by
from desk.screens.pop import pop
from desk.tables import agent_queues, flows, interactions, messages
from knowledgebase.contacts import suggestions
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.tables import article_texts
from tests.integration.floor import SYSTEM, Agent, Floor
from tests.integration.knowledgebase.shelf import shelve
from tests.integration.telephone_house import open_telephones

MOBILE, OURS = "+447400123456", "+442079460100"
FLOW = """\
start: choose
nodes:
  choose:
    menu: For the router press 1. To speak with us press 2.
    keys: {1: router, 2: person}
    names: {1: Repairs}
    default: person
  router: {article: reset, next: more, else: person}
  more:
    menu: For a text press 1. Else press 2.
    keys: {1: text, 2: about}
    default: person
  text: {send: reset, say: It is on its way., next: more, else: person}
  about: {listen: Say what it is about., next: last}
  last:
    menu: To speak with us press 1.
    keys: {1: person}
    default: person
  person: {queue: general}
"""


def fill(tx: Tx) -> None:
    """The flow of our number, the article that it reads, and another that fits what callers say."""
    tx.execute(sa.update(flows).values(source=FLOW))
    text = shelve(tx, "Resetting the router", "Press the button for ten seconds.")
    tx.update(article_texts, text, slug="reset")
    shelve(tx, "A router that blinks", "It looks for a line. A router that blinks red has found none.")


@pytest.fixture
async def house(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
) -> AsyncIterator[tuple[Floor, TwilioStandin]]:
    async with open_telephones(sample_url, tmp_path, manual_clock) as (floor, network):
        await floor.desk.transact(SYSTEM, fill)
        yield floor, network


async def rings_and_asks(network: TwilioStandin) -> Line:
    """Somebody presses a wrong key, hears of the router, has it sent, says what it is about, and asks for a person."""
    caller = network.call(MOBILE, OURS)
    await caller.presses("7")
    await caller.presses("1")
    await caller.heard("Press the button")
    await caller.presses("1")
    await caller.heard("on its way")
    await caller.presses("2")
    await caller.answers_in_words("My router <b>blinks</b>")
    await caller.presses("1")
    return caller


def told(way: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """The steps, each with what it says."""
    said = ("key", "name", "words", "title", "delivery", "delivery_reason")
    return [(step["did"], *(step[name] for name in said if step[name])) for step in way]


ALL = [
    ("missed", "7"),
    ("chose", "1", "Repairs"),
    ("heard", "Resetting the router"),
    ("chose", "1", "Text"),
    ("sent", "Resetting the router", "handed_over"),
    ("chose", "2", "About"),
    ("said", "My router <b>blinks</b>"),
    ("chose", "1", "Person"),
    ("asked",),
]


async def card(floor: Floor, id: str) -> dict[str, Any]:
    return (await floor.desk.read(SYSTEM, interaction_cards, [id]))[id]


async def offered(floor: Floor, agent: Agent) -> dict[str, Any]:
    offer = await agent.next_offer()
    await floor.jobs_done()
    return (await floor.desk.read(SYSTEM, live_offers_to, agent.id))[offer.id]


async def reported(floor: Floor, delivery: Delivery, reason: str = "") -> None:
    """The carrier says how far the text has come."""
    (message,) = await floor.rows(messages, author_kind="bot")
    about = {"external_id": message.external_id, "delivery": delivery, "reason": reason}
    await floor.desk.transact(SYSTEM, delivery_reported, channel="sms", **about)


async def test_the_offer_of_a_call_says_what_its_caller_did_in_order_and_how_far_the_text_has_come(house):
    floor, network = house
    agent = await floor.agent(1)
    caller = await rings_and_asks(network)
    offer = await offered(floor, agent)
    call = offer["interaction"]
    assert told(call["call"]["way"]) == ALL
    assert [step["at"] for step in call["call"]["way"]] == sorted(step["at"] for step in call["call"]["way"])
    assert call["preview"] == "My router <b>blinks</b>"
    await reported(floor, Delivery.DELIVERED)
    now = await card(floor, call["id"])
    assert told(now["call"]["way"])[4] == ("sent", "Resetting the router", "delivered")
    assert parted(now)["call"]["way"] == []
    await caller.hangs_up()


async def test_a_text_that_failed_is_said_to_have_failed(house):
    floor, network = house
    agent = await floor.agent(1)
    caller = await rings_and_asks(network)
    call = (await offered(floor, agent))["interaction"]
    await reported(floor, Delivery.FAILED, "Unreachable")
    assert told((await card(floor, call["id"]))["call"]["way"])[4] == (
        "sent",
        "Resetting the router",
        "failed",
        "Unreachable",
    )
    await caller.hangs_up()


async def test_afterwards_it_stands_in_the_customers_history_for_who_may_read_the_call(house):
    floor, network = house
    agent, other = await floor.agent(1), await floor.agent(2, available=False)
    caller = await rings_and_asks(network)
    call_id = await agent.takes_next()
    await floor.jobs_done()
    await caller.hangs_up()
    await floor.until_state(call_id, "wrap_up")
    await agent.wraps_up(call_id)
    call = await floor.interaction(call_id)

    def history(rx: Any) -> list[list[dict[str, Any]]]:
        past = pop(rx, call.customer_id)["history"]
        return as_seen_by(rx, [(agent.id, past), (other.id, past)])

    await floor.desk.transact(
        SYSTEM, lambda tx: tx.execute(sa.delete(agent_queues).where(agent_queues.c.agent_id == other.id))
    )
    ((mine,), (theirs,)) = await floor.desk.read(SYSTEM, history)
    assert told(mine["way"]) == ALL
    assert (theirs["way"], theirs["title"], theirs["readable"]) == ([], "", False)
    again = network.call(MOBILE, OURS)
    await again.presses("2")
    offer = await offered(floor, agent)
    assert [told(one["way"]) for one in offer["history"] if one["id"] == call_id] == [ALL]
    assert told(offer["interaction"]["call"]["way"]) == [("chose", "2", "Person"), ("asked",)]
    await again.hangs_up()


async def test_what_a_caller_says_stands_in_the_thread_and_suggests_what_fits(house):
    floor, network = house
    caller = await rings_and_asks(network)
    (call,) = await floor.rows(interactions, channel="voice")
    (said,) = await floor.rows(messages, author_kind="customer")
    assert (said.interaction_id, said.text, said.author_id) == (call.id, "My router <b>blinks</b>", call.customer_id)
    sue = await floor.supervisor()
    found = await floor.desk.read(sue.actor, suggestions.beside, call.id, WORDS_ALONE)
    assert "A router that blinks" in [hit.title for hit in found.hits]
    await caller.hangs_up()


async def test_an_answer_that_comes_twice_is_one_step(house):
    floor, network = house
    caller = network.call(MOBILE, OURS)
    await caller.presses("1")
    await caller.heard("Press the button")
    (call,) = await floor.rows(interactions, channel="voice")
    before = told((await card(floor, call.id))["call"]["way"])
    answer = await network.fetch(caller, f"{network.public_url}/twilio/voice/step/{call.id}?turn=0", Digits="1")
    assert answer is not None and "Press the button" in answer
    assert told((await card(floor, call.id))["call"]["way"]) == before
    await caller.hangs_up()


async def test_whoever_has_done_nothing_yet_has_come_no_way(house):
    floor, network = house
    caller = network.call(MOBILE, OURS)
    await caller.heard("For the router")
    (call,) = await floor.rows(interactions, channel="voice")
    assert (await card(floor, call.id))["call"]["way"] == []
    await caller.hangs_up()
