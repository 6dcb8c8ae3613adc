"""A reader of the help centre who gets no page is told so in its frame, in their language, and can go on from there."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from knowledgebase.writing import articles
from tests.integration.web.front import Front
from tests.integration.web.help_house import WRITER, fill, open_help, says, words_of
from web.pages.help.refusal_words import WORDS


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_help(tmp_path, sqlite_url, manual_clock) as opened:
        yield opened


def test_every_language_says_everything():
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


@pytest.mark.parametrize(
    "path", ["/help/a/no-such", "/help/c/no-such", "/help/nowhere", "/help?page=%00", "/contact/x"]
)
async def test_a_page_that_is_not_there_leads_on(house, path):
    answer = await house.browser().get(path)
    page = await answer.text()

    assert answer.status == (400 if "%00" in path else 404)
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page and "canonical" not in page and "ld+json" not in page
    assert 'role="search"' in page and 'href="/contact"' in page and 'hreflang="zh-Hans"' in page
    assert "widget.js" in page and 'href="/help"' in page and "Talk to a person" in page
    assert f"say {answer.headers['X-Request-Id']}." in page
    assert len(page.encode()) < 12_000


async def test_it_speaks_the_readers_language(house):
    browser = house.browser()

    liked = await (await browser.get("/help/a/x", headers={"Accept-Language": "zh-TW, en;q=0.5"})).text()
    assert '<html lang="zh-Hant">' in liked and "沒有這個頁面" in liked and 'href="/help"' in liked
    asked = await (await browser.get("/help/a/x?lang=zh")).text()
    assert '<html lang="zh">' in asked and "没有这个页面" in asked
    assert 'name="lang" value="zh"' in asked and 'href="/help?lang=zh"' in asked


async def test_other_refusals_say_what_is_wrong_and_keep_their_headers(house):
    slugs = await fill(house)
    browser = house.browser()

    foreign = await says(browser, slugs["refund"], helpful="no", headers={"Origin": "https://evil.example"})
    assert (foreign.status, "This form was not sent" in await foreign.text()) == (403, True)
    wrong = await browser.get(f"/help/a/{slugs['refund']}/feedback")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "POST")
    assert "We could not read this" in await wrong.text()
    long = await browser.get("/help/search", params={"q": "x" * 9000})
    assert (long.status, "We could not read this" in await long.text()) == (414, True)
    for _ in range(121):
        often = await browser.get("/help/search?q=x&lang=zh")
    assert often.status == 429 and int(often.headers["Retry-After"]) > 0
    assert "尝试次数过多" in await often.text()


async def test_a_program_is_told_as_any_program(house):
    answer = await house.browser().get("/help/a/no-such", headers={"Accept": "application/json"})
    assert (answer.status, answer.content_type) == (404, "application/problem+json")


async def test_an_article_that_moved_still_leads_on(house):
    slugs = await fill(house)
    await house.desk.transact(WRITER, articles.rename, slugs["refund:id"], "refund-times")
    moved = await house.browser().get(f"/help/a/{slugs['refund']}", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (301, "/help/a/refund-times")


async def test_while_the_database_is_gone_a_reader_is_told_in_their_language(house, monkeypatch):
    async def gone(*_args, **_kwargs):
        raise OSError("no such file")

    monkeypatch.setattr(Desk, "read", gone)
    for path, status in (("/help?lang=zh-Hant", 500), ("/help/nowhere?lang=zh-Hant", 404)):
        answer = await house.browser().get(path)
        page = await answer.text()
        assert (answer.status, 'href="/help?lang=zh-Hant"' in page) == (status, True)
        assert ("這裡發生了問題" if status == 500 else "沒有這個頁面") in words_of(page)


async def test_what_opens_something_by_its_address_is_handed_on_to_no_script(house):
    page = await (await house.browser().get("/contact/sent/InF1ZXN0aW9uIg.AAAA")).text()
    assert "This page does not exist" in page and re.findall("<script", page) == []
