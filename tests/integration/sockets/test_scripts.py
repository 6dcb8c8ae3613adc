"""Which script of Chinese a visitor of a chat is shown: the page's, else their browser's, else the one they write."""

from typing import Any

import pytest

from desk.kernel.transaction import Tx
from desk.organization.rows import put
from desk.tables import organization
from tests.integration.floor import SYSTEM
from tests.integration.knowledgebase.shelf import article_of, shelve

SIMPLIFIED, TRADITIONAL = "退款什么时候到账", "退款什麼時候到帳"
SHOWN = [
    ("en", "zh-TW,zh;q=0.9", TRADITIONAL, TRADITIONAL),
    ("de", "zh-HK", SIMPLIFIED, TRADITIONAL),
    ("en", "zh-CN", TRADITIONAL, SIMPLIFIED),
    ("zh", "zh-TW", TRADITIONAL, SIMPLIFIED),
    ("zh-TW", "", SIMPLIFIED, TRADITIONAL),
    ("en", "en-US", TRADITIONAL, TRADITIONAL),
    ("en", "", SIMPLIFIED, SIMPLIFIED),
]


def in_both_scripts(tx: Tx) -> None:
    refund = shelve(tx, SIMPLIFIED, "退款三天后到账。", language="zh")
    shelve(tx, TRADITIONAL, "退款三天後到帳。", language="zh-Hant", article_id=article_of(tx, refund))


@pytest.mark.parametrize(("page", "browser", "wrote", "shown"), SHOWN)
async def test_who_waits_is_shown_the_script_of_the_page_else_of_the_browser_else_of_the_words(
    house: Any, page: str, browser: str, wrote: str, shown: str
) -> None:
    await house.floor.desk.transact(SYSTEM, in_both_scripts)
    visitor, token = await house.visitor(reads=browser)
    await visitor.does("chat.start", text=wrote, client_id="1", language=page)

    (article,) = (await visitor.next("suggestions"))["articles"]
    assert article["title"] == shown
    await visitor.leaves()
    again, _ = await house.visitor(token, reads=browser)
    assert (await again.next("suggestions"))["articles"][0]["title"] == shown


@pytest.mark.parametrize(("page", "browser", "wrote", "shown"), SHOWN)
async def test_the_assistant_answers_in_that_script(
    house: Any, page: str, browser: str, wrote: str, shown: str
) -> None:
    await house.floor.desk.transact(SYSTEM, in_both_scripts)
    await house.floor.desk.transact(SYSTEM, put, organization, "chat_bot", value="always")
    visitor, _ = await house.visitor(reads=browser)
    await visitor.does("chat.start", text=wrote, client_id="1", language=page)

    said = await visitor.next("message.new", message__author__kind="bot")
    assert f"《{shown}》" in said["message"]["text"]
