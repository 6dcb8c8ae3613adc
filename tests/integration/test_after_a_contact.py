"""What comes after a contact: words after closing, wrap-up, and what came of it."""

from datetime import timedelta

import pytest

from desk.contacts import ending
from desk.kernel.errors import Forbidden, Invalid, Stale
from desk.organization.changes import change_queue
from desk.tables import work_items
from tests.integration.floor import SYSTEM, Agent, Floor


async def test_words_after_closing_open_the_same_conversation_for_the_same_agent(floor: Floor):
    both = await floor.agent(1), await floor.agent(2)
    chat = await floor.writes("Hello", address="ana")

    async def who_rings() -> Agent | None:
        for one in both:
            if await one.offer():
                return one
        return None

    holder = await floor.until(who_rings)
    await holder.takes_next()
    await holder.wraps_up(chat.interaction_id)
    floor.clock.advance(timedelta(hours=3))

    again = await floor.writes("One more thing", address="ana")

    assert again.interaction_id == chat.interaction_id
    offer = await holder.next_offer()
    assert offer.why["rule"] == "last_agent"
    assert (await floor.interaction(chat.interaction_id)).reopened == 1


async def test_words_long_after_closing_begin_a_linked_conversation(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes("Hello", address="ana")
    await mia.takes_next()
    await mia.wraps_up(chat.interaction_id)
    floor.clock.advance(timedelta(hours=25))

    later = await floor.writes("Hello again", address="ana")

    assert later.interaction_id != chat.interaction_id
    assert (await floor.interaction(later.interaction_id)).previous_id == chat.interaction_id


async def test_words_during_wrap_up_open_the_matter_again_when_it_closes(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes("Hello", address="ana")
    await mia.takes_next()
    await mia.does(ending.end, chat.interaction_id)
    await floor.writes("Wait, one thing", address="ana")
    await mia.wraps_up(chat.interaction_id)

    assert (await mia.next_offer()).work_item_id == chat.interaction_id


async def test_wrap_up_ends_by_itself(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.takes_next()
    await mia.does(ending.end, chat.interaction_id)
    await floor.passes(timedelta(minutes=30))

    assert (await floor.interaction(chat.interaction_id)).state == "closed"


async def test_what_came_of_it_can_be_said_where_there_is_no_time_for_it(floor: Floor):
    await floor.desk.transact(SYSTEM, change_queue, "general", {"wrap_up": "0s"})
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.takes_next()
    await mia.does(ending.end, chat.interaction_id)
    await floor.jobs_done()
    closed = await floor.interaction(chat.interaction_id)
    assert (closed.state, closed.disposition) == ("closed", "")
    floor.clock.advance(timedelta(minutes=9))

    await mia.does(ending.wrap_up, chat.interaction_id, "solved", "Sent it again.", ["parcel"])

    said = await floor.interaction(chat.interaction_id)
    assert (said.state, said.disposition, said.note, said.tags) == ("closed", "solved", "Sent it again.", ["parcel"])
    assert (said.closed_at, said.last_agent_id) == (closed.closed_at, mia.id)
    (item,) = await floor.rows(work_items, id=chat.interaction_id)
    assert (item.state, item.outcome) == ("done", "solved")
    with pytest.raises(Stale, match="it is over already"):
        await mia.wraps_up(chat.interaction_id)


async def test_an_outcome_comes_too_late_after_a_while_and_from_others(floor: Floor):
    mia, ben = await floor.agent(1), await floor.agent(2, available=False)
    chat = await floor.writes()
    await mia.takes_next()
    await mia.does(ending.end, chat.interaction_id)
    await floor.passes(timedelta(minutes=5))
    with pytest.raises(Forbidden):
        await ben.wraps_up(chat.interaction_id)
    floor.clock.advance(timedelta(minutes=11))
    with pytest.raises(Stale, match="it is over already"):
        await mia.wraps_up(chat.interaction_id)

    assert (await floor.interaction(chat.interaction_id)).disposition == ""


async def test_a_matter_that_was_opened_again_has_its_outcome_still_to_come(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes(address="ana")
    await mia.takes_next()
    await mia.does(ending.end, chat.interaction_id)
    await floor.writes("One thing more", address="ana")
    await floor.passes(timedelta(minutes=5))

    with pytest.raises(Forbidden):
        await mia.wraps_up(chat.interaction_id)


async def test_an_unknown_disposition_is_refused_and_nothing_is_lost(floor: Floor):
    mia = await floor.agent(1)
    chat = await floor.writes()
    await mia.takes_next()
    with pytest.raises(Invalid):
        await mia.wraps_up(chat.interaction_id, "nonsense")
    assert (await floor.interaction(chat.interaction_id)).state == "active"
