"""A reader of the help centre who gets no page is told so in its frame, in their language, and can go on from there."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from markupsafe import escape

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from knowledgebase.writing import articles
from tests.integration.web.front import Front
from tests.integration.web.help_house import WRITER, fill, open_help, says, words_of
from web.errors import TooMany
from web.limiter import Limiter
from web.pages.help.refusal_words import WORDS, how_long


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


LATE = {
    "en": ("about 6 minutes", "We did not search", "was not sent", "Too many messages"),
    "zh": ("约 6 分钟", "没有进行搜索", "没有提交", "留言过多"),
    "zh-Hant": ("約 6 分鐘", "沒有進行搜尋", "沒有送出", "留言過多"),
}


@pytest.fixture
def late(monkeypatch):
    """Whoever asks for anything of which there is a bound has asked too often, for 343 seconds."""

    def count(self: Limiter, rule: str, *key: str) -> None:
        raise TooMany(343)

    monkeypatch.setattr(Limiter, "count", count)


@pytest.mark.parametrize("language", LATE)
async def test_who_comes_too_often_is_told_what_was_not_done_and_when_to_try_again_and_keeps_their_words(
    house, late, language
):
    slugs, browser = await fill(house), house.browser()
    wait, not_searched, not_said, too_many = LATE[language]
    typed = '<b>wann & "wo"</b>'

    search = await browser.get("/help/search", params={"q": typed, "lang": language})
    page = await search.text()
    assert (search.status, search.headers["Retry-After"]) == (429, "343")
    assert wait in page and not_searched in page
    assert f'value="{escape(typed)}"' in page and typed not in page

    said = await browser.post(
        f"/help/a/{slugs['refund']}/feedback?lang={language}", data={"helpful": "no", "comment": typed, "question": "q"}
    )
    page = await said.text()
    assert (said.status, said.headers["Retry-After"]) == (429, "343")
    assert wait in page and not_said in page
    assert f">{escape(typed)}</textarea>" in page and typed not in page
    assert f'action="/help/a/{slugs["refund"]}/feedback?lang={language}"' in page
    assert 'name="question" value="q"' in page and 'value="no" checked' in page

    form = {"email": "ana@example.org", "text": typed, "seen": "yes"}
    sent = await browser.post(f"/contact?lang={language}", data=form)
    page = await sent.text()
    assert sent.status == 429 and wait in page and too_many in page and str(escape(typed)) in page


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, ("10 seconds", "约 10 秒", "約 10 秒")),
        (41, ("50 seconds", "约 50 秒", "約 50 秒")),
        (51, ("1 minute", "约 1 分钟", "約 1 分鐘")),
        (60, ("1 minute", "约 1 分钟", "約 1 分鐘")),
        (61, ("about 2 minutes", "约 2 分钟", "約 2 分鐘")),
        (3_600, ("1 hour", "约 1 小时", "約 1 小時")),
        (86_000, ("about 24 hours", "约 24 小时", "約 24 小時")),
    ],
)
def test_how_long_to_wait_is_never_said_shorter_than_it_is(seconds, said):
    assert tuple(how_long(language, seconds) for language in ("en", "zh", "zh-Hant")) == said


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
