"""The automatic assistant of the chat: it quotes, asks whether that was it, and is out of the way at a word."""

from datetime import timedelta

import sqlalchemy as sa

from channels.types import Arrival
from desk.kernel.transaction import Tx
from desk.organization.calendars import close_calendar
from desk.organization.rows import put
from desk.tables import interactions, messages, organization, segments, work_items
from knowledgebase.bot import chat_bot
from knowledgebase.contacts import suggestions
from knowledgebase.contacts.settling import SETTLED_AFTER
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.tables import article_texts, article_uses, articles, questions
from tests.integration.floor import SYSTEM
from tests.integration.knowledgebase.shelf import shelve
from tests.integration.sockets.house import House, takes_next

REFUND = "How long a refund takes"
GUARANTEE = "How long the guarantee lasts"
ASKED = "how long does a refund take?"
MORE = "and how long does the guarantee last?"


def shop(tx: Tx, when: str = "always") -> None:
    put(tx, organization, "chat_bot", value=when)
    shelve(tx, REFUND, "A refund takes five days from the day the parcel is here. It goes to your card.")
    shelve(tx, GUARANTEE, "The guarantee lasts two years.")
    shelve(tx, "How much a refund of a voucher is", "Ten zlotys.", audience="internal")


async def opens(house: House, when: str = "always") -> None:
    await house.floor.desk.transact(SYSTEM, shop, when)


async def contact(house: House, id: str):
    (row,) = await house.floor.rows(interactions, id=id)
    return row


async def asks(page, text: str = ASKED, client_id: str = "1") -> str:
    return str((await page.does("chat.start", text=text, client_id=client_id))["interaction_id"])


async def stays(house: House, id: str) -> list[tuple[str, str, str]]:
    return [(row.kind, row.entry, row.outcome) for row in await house.floor.rows(segments, interaction_id=id)]


async def outcomes(house: House) -> list[str]:
    return [row.outcome for row in await house.floor.rows(questions, door="bot")]


async def test_what_it_was_asked_is_kept_without_the_name_that_the_visitor_gave(house):
    await opens(house)
    page, _ = await house.visitor()
    await page.does("chat.start", text=ASKED, client_id="1", name="Eva Refund")
    await page.next("message.new", message__author__kind="bot")

    (question,) = await house.floor.rows(questions, door="bot")
    assert question.words == "how long does a … take?"


async def test_a_visitor_is_quoted_the_article_and_says_that_it_is_solved(house):
    await opens(house)
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    id = await asks(page)
    told = await page.next("message.new", message__author__kind="bot")
    (refund,) = await house.floor.rows(article_texts, title=REFUND)
    assert "Automatic answer from our help centre" in told["message"]["text"]
    assert "five days" in told["message"]["text"]
    assert f"/help/a/{refund.slug}" in told["message"]["text"]
    await page.next("chat.changed", state="self_service")
    assert not await house.floor.rows(work_items, id=id)
    (use,) = await house.floor.rows(article_uses, interaction_id=id)
    assert (use.text_id, use.how, use.user_id) == (refund.id, "sent", None)

    await page.does("message.send", text="Yes, solved", client_id="2")
    await page.next("chat.changed", state="closed")
    assert await stays(house, id) == [("self_service", "", "solved")]
    assert await outcomes(house) == ["solved"]
    assert len(await house.floor.rows(questions)) == 1, "asked once, whatever was shown"
    assert not ana.all("offer")
    await house.floor.passes(SETTLED_AFTER + timedelta(hours=1))
    await house.floor.jobs_done()
    (article,) = await house.floor.rows(articles, id=refund.article_id)
    assert article.settled == 1


async def test_who_asks_for_a_person_waits_in_the_place_of_the_first_word_and_the_person_reads_it_all(house):
    await opens(house)
    page, _ = await house.visitor()
    id = await asks(page)
    await page.next("message.new", message__author__kind="bot")
    first = (await contact(house, id)).arrived_at
    await house.floor.passes(timedelta(minutes=5))
    answer = await page.does("message.send", text="A person, please", client_id="2")
    assert answer["interaction_id"] == id
    (item,) = await house.floor.rows(work_items, id=id)  # already, in the same commit
    assert (item.state, item.placed_at) == ("waiting", first)
    assert await stays(house, id) == [("self_service", "", ""), ("queue", "new", "")]
    assert await outcomes(house) == ["gave_up"]

    ana = await house.console("agent1", available=True)
    await takes_next(ana)
    thread = await house.floor.rows(messages, interaction_id=id)
    assert [row.author_kind for row in thread] == ["customer", "bot", "customer"]
    await page.does("message.send", text=MORE, client_id="3")
    await house.floor.settles()
    assert len(await house.floor.rows(messages, interaction_id=id, author_kind="bot")) == 1


async def test_what_was_pressed_is_not_what_a_contact_is_about(house):
    await opens(house)
    page, _ = await house.visitor()
    id = await asks(page)
    await page.next("message.new", message__author__kind="bot")
    await page.does("message.send", text="A person, please", client_id="2", chosen=True)
    assert (await contact(house, id)).preview == ASKED
    (item,) = await house.floor.rows(work_items, id=id)
    assert item.title == ASKED

    ana = await house.console("agent1", available=True)
    await takes_next(ana)
    said = await house.floor.desk.read(SYSTEM, lambda rx: suggestions.said(rx, rx.one(interactions, id)))
    assert said == ASKED
    await page.does("message.send", text=MORE, client_id="3")
    assert (await contact(house, id)).preview == MORE


async def test_a_yes_that_was_typed_is_not_what_a_contact_was_about(house):
    await opens(house)
    page, _ = await house.visitor()
    id = await asks(page)
    await page.next("message.new", message__author__kind="bot")
    await page.does("message.send", text="yes, thank you", client_id="2")
    assert (await contact(house, id)).preview == ASKED


async def test_a_further_question_is_answered_once_and_the_same_one_by_a_person(house):
    await opens(house)
    page, _ = await house.visitor()
    id = await asks(page)
    await page.does("message.send", text=MORE, client_id="2")
    assert (await contact(house, id)).state == "self_service"
    await page.does("message.send", text=ASKED, client_id="3")
    assert (await contact(house, id)).state == "queued"
    said = [row.text for row in await house.floor.rows(messages, interaction_id=id, author_kind="bot")]
    assert len(said) == len(set(said)) == 2
    assert await outcomes(house) == ["gave_up", "gave_up"]


async def test_what_it_is_not_sure_of_it_does_not_touch(house):
    await opens(house)
    for number, text in enumerate(
        ("I want a human", "How long does a refund take? This is outrageous", "Can I bring my dog?", "退款，轉人工")
    ):
        page, _ = await house.visitor()
        id = await asks(page, text)
        assert (await contact(house, id)).state == "queued", text
        assert await stays(house, id) == [("queue", "new", "")]
        assert len(await house.floor.rows(work_items)) == number + 1
    assert not await house.floor.rows(messages, author_kind="bot")
    assert not await outcomes(house)


async def test_it_is_silent_where_the_organization_says_nothing(house):
    await opens(house, "never")
    page, _ = await house.visitor()
    id = await asks(page)
    assert (await contact(house, id)).state == "queued"


async def test_it_speaks_while_the_queue_is_open_or_while_it_is_closed_as_it_is_told(house):
    await opens(house, "closed")
    page, _ = await house.visitor()
    assert (await contact(house, await asks(page))).state == "queued"
    await house.floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    late, _ = await house.visitor()
    id = await asks(late)
    await late.next("message.new", message__author__kind="bot")
    assert (await contact(house, id)).state == "self_service"

    await house.floor.desk.transact(SYSTEM, put, organization, "chat_bot", value="open")
    await late.does("message.send", text=MORE, client_id="2")
    assert (await contact(house, id)).state == "queued", "it has been silenced meanwhile"


async def test_who_comes_back_within_a_day_was_not_helped_and_speaks_with_people(house):
    await opens(house)
    page, _ = await house.visitor()
    id = await asks(page)
    await page.does("message.send", text="Yes, solved", client_id="2")
    assert await outcomes(house) == ["solved"]
    await house.floor.passes(timedelta(hours=20))
    await page.does("message.send", text=ASKED, client_id="3")
    row = await contact(house, id)
    assert (row.state, row.reopened, row.queued_at - row.arrived_at) == ("queued", 1, timedelta(hours=20))
    assert await stays(house, id) == [("self_service", "", "solved"), ("queue", "new", "")]
    assert await outcomes(house) == ["gave_up"]
    ana = await house.console("agent1", available=True)
    await takes_next(ana)


async def test_the_same_words_sent_twice_are_answered_once(house):
    await opens(house)
    page, _ = await house.visitor()
    id = await asks(page)
    assert await asks(page) == id
    assert len(await house.floor.rows(messages, interaction_id=id)) == 2
    assert (await contact(house, id)).state == "self_service"


async def test_whose_page_is_gone_and_who_stays_silent_has_left(house):
    await opens(house)
    page, _ = await house.visitor()
    id = await asks(page)
    await page.leaves()
    await house.floor.until(lambda: _nobody_there(house))
    await house.floor.settles()
    await house.floor.passes(timedelta(minutes=3))
    await house.floor.jobs_done()
    assert (await contact(house, id)).state == "closed"
    silent, _ = await house.visitor()
    other = await asks(silent)
    await house.floor.passes(chat_bot.SILENT + timedelta(minutes=1))
    await house.floor.jobs_done()
    assert (await contact(house, other)).state == "closed"
    assert await outcomes(house) == ["", ""]


async def test_an_article_that_has_gone_meanwhile_is_not_quoted(house):
    await opens(house)
    desk, visitor = house.floor.desk, "v1"
    arrival = Arrival(channel="chat", external_id="v1:1", address_kind="chat", address=visitor, to="widget", text=ASKED)
    heard = await desk.read(SYSTEM, chat_bot.listens, arrival, WORDS_ALONE)
    assert heard is not None
    await desk.transact(SYSTEM, lambda tx: tx.execute(sa.update(articles).values(audience="internal")))
    received = await desk.transact(SYSTEM, chat_bot.take_turn, arrival, heard, "https://desk.test/help/a")
    assert (await contact(house, received.interaction_id)).state == "queued"
    assert not await house.floor.rows(messages, author_kind="bot")


async def _nobody_there(house):
    return not house.realtime.sockets("/chat")
