"""How sure the assistant is, on questions that were written beside their articles, and on some that no article answers.

The articles and their questions are those by which search is measured: near neighbours, asked about in other words.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.transaction import Tx
from knowledgebase.bot import answering
from knowledgebase.bot.chat_bot import found
from knowledgebase.meaning import vectors
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.search.near import WORDS_ALONE, Meaning
from tests.integration.kernel.conftest import TEST, a_desk
from tests.integration.knowledgebase.shelf import article_of, shelve
from tests.integration.knowledgebase.test_meaning import ready

SHOP = json.loads((Path(__file__).parents[3] / "web/bench/relevance.json").read_text(encoding="utf-8"))
#: What people ask as the help centre calls it, and the article that says it.
PLAIN = {
    "how long does a refund take?": "refund-time",
    "Hi, how do I track an order": "track",
    "I was charged twice": "charged-twice",
    "delivery to other countries": "abroad",
    "I want to delete my account": "delete-account",
    "how long does the guarantee last": "guarantee-length",
    "forgot my password": "forgot-password",
    "my payment was declined": "payment-declined",
    "I received the wrong item": "wrong-item",
    "can I change the delivery address": "change-address",
    "stop the newsletter please": "newsletter",
    "what does delivery cost?": "delivery-cost",
    "paying in instalments": "instalments",
    "how do I cancel an order": "cancel-order",
    "where can I print the return label": "return-label",
    "is there a discount for students": "students",
    "退款会退到哪里？": "refund-method",
    "保修期多长": "guarantee-length",
    "怎么取消订单": "cancel-order",
    "怎样取消订单": "cancel-order",
    "忘記密碼": "forgot-password",
}
#: What no article of the shop answers: a person is asked.
NOBODY_WROTE = (
    *("hello", "are you there?", "I have a question", "can you help me please", "and now?", "it still does not work"),
    *("do you sponsor football clubs", "I would like to apply for a job as a cashier", "who is your chief executive"),
    *("what is the weather like", "can I film a music video in your store", "do you sell live fish"),
    *("the lift in your Leeds branch is stuck", "I left my umbrella in the shop yesterday", "is this sofa comfortable"),
    *("could you recommend a present for my mother", "which of these two cameras is better for birds"),
    *("does this table fit through a narrow door", "are the eggs in this cake free of nuts", "can you lend me money"),
    *("what does the blue light on my kettle mean", "where do you make your clothes", "do you have vegan leather bags"),
    *("how do I descale the espresso machine", "why did the price of milk go up", "how many employees do you have"),
    *("I want to buy shares of your company", "is there parking for coaches", "can I bring my dog into the store"),
    *("do you rent out tuxedos", "my wife passed away and I do not know what to do with her things"),
    *(
        "the website is in Polish suddenly",
        "when is the Christmas party",
        "do you deliver pizza",
        "as I said yesterday",
    ),
    *(
        "Don't cancel my order",
        "I do not want to cancel an order",
        "do not delete my account",
        "never stop the newsletter",
    ),
    *("不要取消订单", "我不想取消订单"),
    *("你好", "在吗", "你们老板是谁", "我想应聘店员", "店里可以带狗吗", "我昨天把雨伞落在店里了", "这个沙发舒服吗"),
    *("今天天气怎么样", "昨天說的那件事怎麼樣了", "你們賣活魚嗎", "怎么给咖啡机除垢"),
)


@pytest.fixture
async def desk(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> Any:
    async with a_desk(sample_sqlite_url, tmp_path, manual_clock) as opened:
        yield opened


def fill(tx: Tx) -> dict[str, str]:
    """The shop's articles; their keys, by id."""
    keys: dict[str, str] = {}
    for one in SHOP:
        article_id = None
        for language, text in _texts(one):
            text_id = shelve(tx, text["title"], text["body"], language=language, article_id=article_id)
            article_id = article_of(tx, text_id)
            keys[article_id] = one["key"]
    return keys


def _texts(one: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((key, text) for key, text in one.items() if isinstance(text, dict))


async def all_read(desk: Desk) -> Meanings:
    """Who knows what all of them mean."""
    known = await ready(desk)
    while await desk.read(TEST, vectors.is_unread):
        await known.read(desk)
    await known.look(desk)
    return known


async def answers(desk: Desk, said: str, meaning: Meaning) -> answering.Decision:
    language = "zh" if ord(said[0]) > 0x3000 else "en"
    _, source = await desk.read(TEST, found, said, language, meaning)
    return answering.decide(said, {}, source)


@pytest.mark.parametrize("by_meaning", [False, True])
async def test_whom_it_answers_it_answers_rightly_and_what_nobody_wrote_goes_to_people(desk, by_meaning):
    keys = await desk.transact(TEST, fill)
    meaning: Meaning = await all_read(desk) if by_meaning else WORDS_ALONE
    asked = {question: one["key"] for one in SHOP for _, text in _texts(one) for question in text["asked"]}
    wrong: dict[str, str] = {}
    right: list[str] = []
    for said, key in (asked | PLAIN).items():
        decision = await answers(desk, said, meaning)
        if isinstance(decision, answering.Quote):
            given = keys[decision.source.article_id]
            right.append(said) if given == key else wrong.setdefault(said, given)
    assert wrong == {}
    assert len(right) > 30
    assert len(PLAIN.keys() & set(right)) >= 0.9 * len(PLAIN), PLAIN.keys() - set(right)
    for said in NOBODY_WROTE:
        assert not isinstance(await answers(desk, said, meaning), answering.Quote), said
