"""What became of what callers heard and were sent: solved by their own word, given up, or unknown; on each database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from channels.voice.twilio_standin import Line, TwilioStandin
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Tx
from desk.tables import flows, interactions, segments
from knowledgebase.reading import questions
from knowledgebase.reading.questions import Deflection
from knowledgebase.tables import article_texts, articles
from tests.integration.floor import SYSTEM, Floor
from tests.integration.knowledgebase.shelf import shelve
from tests.integration.telephone_house import open_telephones

MOBILE, OURS = "+447400123456", "+442079460100"
FLOW = """\
start: router
nodes:
  router: {article: reset, next: more, else: person}
  more:
    menu: For a text press 1. If that was it press 2. To speak with us press 3. For the lamp press 4.
    keys: {1: text, 2: done, 3: person, 4: lamp}
    default: person
  text: {send: reset, next: more, else: person}
  lamp: {article: lamp, next: more, else: person}
  done: {hangup: solved, say: We are glad.}
  person: {queue: general}
"""


def fill(tx: Tx) -> None:
    """The flow of our number, and the articles that it reads."""
    tx.execute(sa.update(flows).values(source=FLOW))
    for slug, title in (("reset", "Resetting the router"), ("lamp", "The lamp of the router")):
        tx.update(article_texts, shelve(tx, title, "Press the button."), slug=slug)


@pytest.fixture
async def house(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
) -> AsyncIterator[tuple[Floor, TwilioStandin]]:
    async with open_telephones(sample_url, tmp_path, manual_clock) as (floor, network):
        await floor.desk.transact(SYSTEM, fill)
        yield floor, network


async def rings(network: TwilioStandin, *keys: str, number: str = MOBILE) -> Line:
    caller = network.call(number, OURS)
    for key in keys:
        await caller.presses(key)
    return caller


async def has_rung(floor: Floor, network: TwilioStandin, *keys: str) -> str:
    """Somebody rings, presses these keys and is let go, or hangs up; returns the call."""
    caller = await rings(network, *keys)
    if "2" not in keys:
        await caller.heard("If that was it")
        await caller.hangs_up()
    await caller.ended()
    return str(max(row.id for row in await floor.rows(interactions, channel="voice")))


async def by_phone(floor: Floor) -> Deflection:
    (found,) = (one for one in await floor.desk.read(SYSTEM, questions.deflection) if one.door == "voice")
    return found


async def settled(floor: Floor) -> dict[str, int]:
    """How often each article has settled something, a week later."""
    await floor.passes(timedelta(days=7, minutes=1))
    texts = {row.article_id: row.slug for row in await floor.rows(article_texts)}
    return {texts[row.id]: row.settled for row in await floor.rows(articles) if texts[row.id] in ("reset", "lamp")}


async def test_it_is_solved_by_the_callers_own_word_and_by_what_they_heard_last(house):
    floor, network = house
    call_id = await has_rung(floor, network, "1", "4", "2")
    call = await floor.interaction(call_id)
    assert (call.state, call.queued_at) == ("closed", None)
    (stay,) = await floor.rows(segments, interaction_id=call_id)
    assert stay.outcome == "solved"
    assert await by_phone(floor) == Deflection(door="voice", solved=1, gave_up=1)
    assert await settled(floor) == {"reset": 0, "lamp": 1}  # they went on asking after the first


async def test_who_hangs_up_without_a_word_has_solved_nothing(house):
    floor, network = house
    await has_rung(floor, network, "1")
    assert await by_phone(floor) == Deflection(door="voice", unknown=1)
    assert await settled(floor) == {"reset": 0, "lamp": 0}


@pytest.mark.parametrize("keys", [("3",), ("9", "9", "9")])
async def test_who_waits_for_a_person_after_all_has_given_up(house, keys):
    floor, network = house
    caller = await rings(network, *keys)
    await floor.until(lambda: floor.rows(interactions, state="queued"))
    assert await by_phone(floor) == Deflection(door="voice", gave_up=1)
    await caller.hangs_up()


async def test_what_a_caller_heard_before_a_person_closed_the_call_settled_nothing(house):
    floor, network = house
    ana = await floor.agent(1)
    caller = await rings(network, "4", "3")
    call_id = await ana.takes_next()
    await caller.hangs_up()
    await caller.ended()
    await ana.wraps_up(call_id, "solved")
    assert (await floor.interaction(call_id)).disposition == "solved"
    assert await settled(floor) == {"reset": 0, "lamp": 0}


async def test_who_rings_again_within_a_day_and_waits_was_not_helped(house):
    floor, network = house
    await has_rung(floor, network, "2")
    await floor.passes(timedelta(hours=23))
    other = await rings(network, "3", number="+447400654321")
    await floor.until(lambda: floor.rows(interactions, state="queued"))
    assert (await by_phone(floor)).solved == 1
    again = await rings(network, "3")

    async def both() -> bool:
        return len(await floor.rows(interactions, state="queued")) == 2

    await floor.until(both)
    assert await by_phone(floor) == Deflection(door="voice", gave_up=3)
    for caller in (again, other):
        await caller.hangs_up()
        await caller.ended()
    assert await settled(floor) == {"reset": 0, "lamp": 0}


async def test_what_comes_later_or_needs_nobody_is_another_matter(house):
    floor, network = house
    await has_rung(floor, network, "2")
    await has_rung(floor, network, "2")
    await floor.passes(timedelta(hours=25))
    again = await rings(network, "3")
    await floor.until(lambda: floor.rows(interactions, state="queued"))
    assert await by_phone(floor) == Deflection(door="voice", solved=2, gave_up=1)
    await again.hangs_up()
    await again.ended()
    assert (await settled(floor))["reset"] == 2
