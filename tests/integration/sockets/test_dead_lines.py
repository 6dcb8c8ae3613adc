"""A network that goes without a word is noticed by what is not heard any more."""

from datetime import timedelta

import pytest

from desk.contacts.chats import KEPT_FOR, ChatGone
from desk.tables import agents, jobs, messages, work_items
from routing.presence import SILENCE
from tests.integration.sockets.house import House, open_house, takes_next
from tests.integration.sockets.line import line_to
from tests.integration.test_calls import waiting_caller
from web.sockets import realtime, wire

#: A page that says nothing for so long is gone, once the line is dead; until then a busy machine may be slow.
UNHEARD_S = 5.0


@pytest.fixture
async def house(sample_url, tmp_path, manual_clock, monkeypatch):
    """A house that pings often, and worries only when the test says so."""
    monkeypatch.setattr(wire, "PING_EVERY_S", 0.5)
    monkeypatch.setattr(wire, "PING_WITHIN_S", 600)
    async with open_house(sample_url, tmp_path, manual_clock) as opened:
        yield opened


async def test_who_is_not_heard_is_missed_their_offer_goes_back_and_what_they_are_on_stays_up(house, monkeypatch):
    async with line_to(house.url) as line:
        away = House(house.floor, house.realtime, line.url)
        ana, ben = await away.console("agent1", available=True), await away.console("agent2", available=True)
        call_id = await _call(house, ana)
        page, _ = await house.visitor()
        chat_id = (await page.does("chat.start", text="Hello?", client_id="1"))["interaction_id"]
        await ben.next("offer")
        (before,) = await house.floor.rows(work_items, id=chat_id)

        line.goes_dead()
        monkeypatch.setattr(wire, "PING_WITHIN_S", UNHEARD_S)
        ids = [await house.id_of(who) for who in ("agent1", "agent2")]
        await house.floor.until(lambda: _all(house, ids, lambda row: row.silent_since is not None))
        assert await _all(house, ids, lambda row: row.presence == "available")
        monkeypatch.setattr(wire, "PING_WITHIN_S", 600)
        await house.floor.passes(SILENCE - timedelta(seconds=UNHEARD_S))
        assert await _all(house, ids, lambda row: (row.presence, row.reason) == ("offline", "silent"))

        assert (await house.floor.interaction(call_id)).state == "active"
        (after,) = await house.floor.rows(work_items, id=chat_id)
        assert (after.state, after.placed_at) == ("waiting", before.placed_at)
        cho = await house.console("agent3", available=True)
        assert (await takes_next(cho))["interaction"]["id"] == chat_id


async def test_a_visitor_who_is_not_heard_keeps_the_place_for_a_while_and_no_longer(house, monkeypatch):
    async with line_to(house.url) as line:
        page, _ = await House(house.floor, house.realtime, line.url).visitor()
        id = (await page.does("chat.start", text="Hello?", client_id="1"))["interaction_id"]
        line.goes_dead()
        monkeypatch.setattr(wire, "PING_WITHIN_S", UNHEARD_S)

        async def nobody_there():
            return not house.realtime.sockets("/chat")

        async def missed():
            return await house.floor.rows(jobs, name=ChatGone.name)

        await house.floor.until(nobody_there)
        await house.floor.until(missed)  # from now on the time counts
        await house.floor.passes(KEPT_FOR)
        await house.floor.until_state(id, "abandoned")


async def test_a_message_is_delivered_when_the_visitors_page_has_it_and_not_when_it_was_sent(house, monkeypatch):
    async with line_to(house.url) as line:
        ana = await house.console("agent1", available=True)
        page, token = await House(house.floor, house.realtime, line.url).visitor()
        id = (await page.does("chat.start", text="Hello?", client_id="1"))["interaction_id"]
        await takes_next(ana)
        await ana.does("message.send", interaction_id=id, client_id="a1", text="Hello Eva.")
        await ana.next("message.new", message__client_id="a1", message__delivery="delivered")

        line.goes_dead()  # and nobody knows yet: the socket is there still
        await ana.does("message.send", interaction_id=id, client_id="a2", text="Are you there?")
        await house.floor.settles()
        assert house.realtime.sockets("/chat")
        monkeypatch.setattr(wire, "PING_WITHIN_S", UNHEARD_S)

        async def nobody_there():
            return not house.realtime.sockets("/chat")

        await house.floor.until(nobody_there)
        assert [row.delivery for row in await house.floor.rows(messages, client_id="a2")] == ["queued"]

        monkeypatch.setattr(wire, "PING_WITHIN_S", 600)
        again, _ = await house.visitor(token)
        await again.next("message.new", message__text="Are you there?")
        await ana.next("message.new", message__client_id="a2", message__delivery="delivered")


def test_a_dead_line_is_noticed_while_there_is_time_to_come_back():
    noticed = wire.PING_EVERY_S + wire.PING_WITHIN_S + realtime.LOOK_EVERY_S
    assert noticed + 2 <= SILENCE.total_seconds()


async def _call(house, agent):
    id = await waiting_caller(house.floor)
    await takes_next(agent)
    return id


async def _all(house, ids, true):
    rows = [row for id in ids for row in await house.floor.rows(agents, id=id)]
    return all(true(row) for row in rows)
