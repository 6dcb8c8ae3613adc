"""Callers who hear an article and have it sent to them, over the carrier's signed webhooks, on each database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channels.errors import Rejected
from channels.voice.twilio_standin import TwilioStandin
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Tx
from desk.tables import customers, flows, interactions, messages, work_items
from knowledgebase.contacts import suggestions
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.tables import article_texts, article_uses, articles, revisions
from tests.integration.floor import SYSTEM, Floor
from tests.integration.knowledgebase.shelf import article_of, shelve
from tests.integration.telephone_house import open_telephones

MOBILE, LANDLINE, OURS = "+447400123456", "+493023125001", "+442079460100"
FLOW = """\
languages: [en, de]
start: refunds
nodes:
  refunds: {article: refund-time, next: more, else: person}
  more:
    menu: {en: Press 1 for a text., de: Die 1 für eine SMS.}
    keys: {1: text}
    default: person
  text:
    send: refund-time
    say: {en: It is on its way., de: Sie ist unterwegs.}
    next: more
    else: person
  person: {queue: general, say: {en: We connect you., de: Wir verbinden Sie.}}
"""


def fill(tx: Tx) -> None:
    """The flow of our number, and the article that it reads, in two languages."""
    tx.execute(sa.update(flows).values(source=FLOW))
    first = shelve(tx, "How long a refund takes", "# Soon\n\nFive days <Hangup/> from [us](https://x.test).")
    other = shelve(tx, "So lange dauert es", "", language="de", article_id=article_of(tx, first))
    tx.update(article_texts, first, slug="refund-time")
    tx.update(article_texts, other, slug="erstattung")
    tx.execute(sa.update(revisions).where(revisions.c.text_id == other).values(summary="Fünf Tage."))


@pytest.fixture
async def house(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
) -> AsyncIterator[tuple[Floor, TwilioStandin]]:
    async with open_telephones(sample_url, tmp_path, manual_clock) as (floor, network):
        await floor.desk.transact(SYSTEM, fill)
        yield floor, network


async def uses(floor: Floor) -> list[tuple[str, str]]:
    return [(row.how, row.user_id or "") for row in await floor.rows(article_uses)]


async def sent(floor: Floor) -> list[tuple[str, str, str]]:
    await floor.jobs_done()
    return [(one.to, one.sender, one.text) for one in floor.texts.sent]


async def test_a_caller_hears_an_article_and_has_it_sent_to_their_own_number_once(house):
    floor, network = house
    caller = network.call(MOBILE, OURS)
    said = await caller.heard("Five days")
    assert "Hangup" in said and "<" not in said and "http" not in said
    await caller.presses("1")
    await caller.heard("It is on its way.")
    await floor.until(lambda: floor.rows(messages, author_kind="bot"))
    assert await sent(floor) == [
        (
            MOBILE,
            OURS,
            "How long a refund takes\nSoon Five days <Hangup/> from us.\nhttp://desk.test/help/a/refund-time",
        )
    ]
    assert sorted(await uses(floor)) == [("read_out", ""), ("sent", "")]
    (message,) = await floor.rows(messages, author_kind="bot")
    assert message.delivery == "handed_over"
    await caller.hangs_up()


async def test_a_german_caller_hears_and_gets_the_german_text(house):
    floor, network = house

    def german(tx: Tx) -> None:
        tx.execute(sa.update(customers).values(language="de"))

    first = network.call(MOBILE, OURS)
    await first.heard("Five days")
    await first.hangs_up()
    await floor.desk.transact(SYSTEM, german)
    caller = network.call(MOBILE, OURS)
    await caller.heard("Fünf Tage.")
    await caller.presses("1")
    await caller.heard("Sie ist unterwegs.")
    await floor.until(lambda: floor.rows(messages, author_kind="bot"))
    assert [text for *_, text in await sent(floor)] == [
        "So lange dauert es\nFünf Tage.\nhttp://desk.test/help/a/erstattung"
    ]
    await caller.hangs_up()


async def she_reads_traditional_chinese(floor: Floor, network: TwilioStandin, source: str, *words: str) -> None:
    """She rang before; the call flow, and the article in both scripts, are as they are given."""

    def chinese(tx: Tx) -> None:
        tx.execute(sa.update(flows).values(source=source))
        tx.execute(sa.update(customers).values(language="zh-TW"))
        (text,) = tx.all(sa.select(article_texts).where(article_texts.c.slug == "refund-time"))
        for language, said in zip(("zh", "zh-Hant"), words, strict=True):
            shelve(tx, said, said, language=language, article_id=text.article_id)

    first = network.call(MOBILE, OURS)
    await first.heard("Five days")
    await first.hangs_up()
    await floor.desk.transact(SYSTEM, chinese)


async def test_a_caller_who_reads_traditional_chinese_is_sent_that(house):
    floor, network = house
    source = FLOW.replace("[en, de]", "[en, zh]").replace("de:", "zh:")
    await she_reads_traditional_chinese(floor, network, source, "退款需要五天", "退款需要五天（繁體）")

    caller = network.call(MOBILE, OURS)
    await caller.heard("退款")
    await caller.presses("1")

    await floor.until(lambda: floor.rows(messages, author_kind="bot"))
    assert "繁體" in (await sent(floor))[0][2]
    await caller.hangs_up()


async def test_a_caller_who_reads_traditional_chinese_hears_and_waits_in_it(house):
    floor, network = house
    source = (
        FLOW.replace("[en, de]", "[en, zh, zh-Hant]")
        .replace("de: Die 1 für eine SMS.", "zh: 要短信请按1, zh-Hant: 要簡訊請按1")
        .replace("de: Sie ist unterwegs.", "zh: 已发送, zh-Hant: 已傳送")
        .replace("de: Wir verbinden Sie.", "zh: 为您转接, zh-Hant: 為您轉接")
    )
    await she_reads_traditional_chinese(floor, network, source, "退款需要五天吗", "退款需要五天嗎")

    caller = network.call(MOBILE, OURS)
    await caller.heard("退款需要五天嗎")
    await caller.heard("要簡訊請按1")
    await caller.presses("1")
    await caller.heard("已傳送")
    await floor.until(lambda: floor.rows(messages, author_kind="bot"))
    assert "退款需要五天嗎" in (await sent(floor))[0][2]
    for _ in range(3):
        await caller.presses("9")
    await caller.heard("為您轉接")
    await caller.heard("下一位就是您。感謝您的耐心等候。")
    await caller.hangs_up()


@pytest.mark.parametrize("why", ["landline", "channels", "country"])
async def test_who_cannot_be_sent_a_text_is_connected_instead(house, why):
    floor, network = house
    number = {"landline": LANDLINE, "country": "+919810012345"}.get(why, MOBILE)

    def not_by_text(tx: Tx) -> None:
        tx.execute(sa.update(customers).values(contact_safety={"channels": ["voice"]}))

    caller = network.call(number, OURS)
    await caller.heard("Five days")
    if why == "channels":
        await floor.desk.transact(SYSTEM, not_by_text)
    await caller.presses("1")
    await caller.heard("We connect you.")
    assert await sent(floor) == []
    await caller.hangs_up()


async def test_three_texts_a_call_and_six_a_day(house):
    floor, network = house
    for texts in (3, 3, 0):
        caller = network.call(MOBILE, OURS)
        for _ in range(texts):
            before = len(await floor.rows(messages, author_kind="bot"))
            await caller.presses("1")

            async def another(before: int = before) -> Any:
                return len(await floor.rows(messages, author_kind="bot")) > before

            await floor.until(another)
        await caller.presses("1")
        await caller.heard("We connect you.")
        await caller.hangs_up()
        await caller.ended()
        await floor.jobs_done()
    assert len(await sent(floor)) == 6
    await floor.passes(timedelta(hours=25))
    caller = network.call(MOBILE, OURS)
    await caller.presses("1")
    await caller.heard("It is on its way.")
    await caller.hangs_up()


async def test_an_article_that_is_not_public_is_neither_read_nor_sent(house):
    floor, network = house
    caller = network.call(MOBILE, OURS)
    await caller.heard("Five days")
    await floor.desk.transact(SYSTEM, lambda tx: tx.execute(sa.update(articles).values(audience="customers")))
    await caller.presses("1")
    await caller.heard("We connect you.")
    other = network.call("+447400654321", OURS)
    await other.heard("We connect you.")
    assert await sent(floor) == []
    for line in (caller, other):
        await line.hangs_up()


async def test_a_text_that_is_refused_is_noted_and_puts_nobody_in_line(house):
    floor, network = house
    floor.texts.error = Rejected("they have answered STOP")
    caller = network.call(MOBILE, OURS)
    await caller.presses("1")
    await caller.heard("It is on its way.")
    await caller.hangs_up()
    await caller.ended()
    await floor.jobs_done()
    (call,) = await floor.rows(interactions)
    assert call.state == "closed"
    assert not await floor.rows(work_items)
    notes = [row.text for row in await floor.rows(messages, interaction_id=call.id, author_kind="system")]
    assert any("STOP" in note for note in notes)


async def test_beside_a_call_stands_what_the_caller_heard_and_what_fits_what_they_wrote_lately(house, manual_clock):
    floor, network = house

    def known(tx: Tx) -> None:
        shelve(tx, "Change the address of a parcel", "Ring the carrier, and say the new street.")

    await floor.desk.transact(SYSTEM, known)
    caller = network.call(MOBILE, OURS)
    await caller.heard("Five days")
    (call,) = await floor.rows(interactions, channel="voice")
    assert await beside(floor, call.id) == ["How long a refund takes"]
    by_text = {"channel": "sms", "address_kind": "phone", "address": MOBILE, "to": OURS}
    await floor.writes("Please send my parcel to another address", **by_text)
    assert await beside(floor, call.id) == ["How long a refund takes", "Change the address of a parcel"]
    manual_clock.advance(timedelta(days=8))
    assert await beside(floor, call.id) == ["How long a refund takes"]
    await caller.hangs_up()


async def beside(floor: Floor, interaction_id: str) -> list[str]:
    sue = await floor.supervisor()
    found = await floor.desk.read(sue.actor, suggestions.beside, interaction_id, WORDS_ALONE)
    return sorted((hit.title for hit in found.hits), reverse=True)
