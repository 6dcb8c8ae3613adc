"""The public help centre under attack: what anybody writes is never markup, and nobody sees what is not public.

Script in Markdown, in titles and names; data for search engines; headers, cookies and addresses; forms of other sites;
and the matrix: an article of each audience, looked for at each door that the public has.
"""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest
import pytest_asyncio
import sqlalchemy as sa
from aiohttp import ClientResponse

from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Row, Rx, Tx
from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.readers import PUBLIC
from knowledgebase.reading.published import read
from knowledgebase.tables import article_feedback, article_texts, questions
from knowledgebase.writing import articles, categories
from tests.integration.web.front import SYSTEM, Client, Front
from tests.integration.web.help_house import HIDDEN, WRITER, fill, open_help, says, text_of, write

CANARY = "\"'><canary onload=1></title></script><canary>{{7*7}}<img src=x onerror=alert(1)>"
BODY = f"""# {CANARY}

{CANARY}

[x](javascript:alert(1)) ![x](https://evil.example/pixel.png) <{CANARY}>

> [!NOTE] {CANARY}

| {CANARY.replace("|", "")} |
|---|
| [x](data:text/html,x) |

```{CANARY}
{CANARY}
```

<svg onload=alert(1)><script>alert(1)</script></svg>
"""
#: What the public may read of the help centre, each with words that would find anything.
DOORS = (
    "/help",
    "/help?lang=zh",
    "/help/c/returns",
    "/help/a/when-does-my-refund-arrive",
    "/help/search?q=refund",
    "/help/suggest?q=refund",
    "/help/feed.atom",
    "/help/feed.atom?lang=en",
    "/sitemap.xml",
    "/sitemap.xml?part=0",
)


class Elements(HTMLParser):
    """What a browser makes of a page: what could run, and what it would fetch from elsewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("canary", "iframe", "object", "embed", "base", "style"):
            self.bad.append(tag)
        if tag == "script" and not given.get("src") and given.get("type") != "application/ld+json":
            self.bad.append("a script in the page")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.bad.append(f"{tag} {name}")
            if name in ("src", "action", "formaction") and not (value or "").startswith("/"):
                self.bad.append(f"{tag} {name}={value}")
            if name == "href" and re.match(r"\s*(javascript|data|vbscript):", value or "", re.IGNORECASE):
                self.bad.append(f"{tag} {name}={value}")


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_help(tmp_path, sqlite_url, manual_clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def house_on_each(tmp_path: Path, database_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_help(tmp_path, database_url, manual_clock) as opened:
        yield opened


async def rows(house: Front, table: sa.Table) -> list[Row]:
    return list(await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(table))))


async def bad_article(house: Front) -> str:
    """An article in which everything is a canary; returns its slug."""
    await house.desk.transact(SYSTEM, _call_us)
    topic = await house.desk.transact(
        WRITER, categories.add, names={"en": CANARY[:100]}, about={"en": CANARY}, slug="bad"
    )
    made = await write(house, f"Refund {CANARY}", summary=CANARY, body=BODY, category_id=topic, tags=["a<b>"])
    await write(house, f"Another refund {CANARY}", body=BODY, category_id=topic)
    return made.slug


def _call_us(tx: Tx) -> None:
    put(tx, organization, "name", value=f"Shop {CANARY}")


async def test_a_canary_sings_on_no_page(house):
    slug = await bad_article(house)
    browser = house.browser()

    for path in ("/help", "/help/c/bad", f"/help/a/{slug}", "/help/search?q=refund", "/contact"):
        response = await browser.get(path)
        html = await response.text()
        assert response.status == 200 and Elements(html).bad == [], path
        assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
        assert "49" not in re.sub(r"[0-9a-f-]{30,}|\d{4}-\d\d-\d\d", "", html).split("<main")[1].split("<footer")[0], (
            path
        )
    searched = await browser.get("/help/search", params={"q": CANARY})
    assert Elements(await searched.text()).bad == []
    step = await browser.post("/contact", data={"email": "a@example.org", "text": f"another refund {CANARY}"})
    assert "Not sent yet" in (html := await step.text()) and Elements(html).bad == []


async def test_data_for_search_engines_cannot_end_its_element(house):
    slug = await bad_article(house)

    page = await text_of(house.browser(), f"/help/a/{slug}")

    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert not set("<>&") & set(data)
    assert orjson.loads(data)["@graph"][0]["headline"] == f"Refund {CANARY}"


async def test_site_map_and_feed_stay_whole(house):
    await bad_article(house)
    browser = house.browser()
    titles: list[str | None] = []

    for path in ("/sitemap.xml", "/help/feed.atom"):
        tree = ElementTree.fromstring(await text_of(browser, path))  # noqa: S314  # our own
        assert not any("canary" in node.tag for node in tree.iter()), path
        titles += [node.text for node in tree.iter() if node.tag.endswith("}title")]
    assert f"Refund {CANARY}" in titles


#: That of who opens an answer from a question.
OUR_COOKIE = r"careline_reader=[\w-]{32}; HttpOnly; Path=/; SameSite=Lax"


@pytest.mark.parametrize(
    "bad", ["%0d%0aSet-Cookie:%20a=b", "%0aX-Bad:%201", "..%2f..%2fetc%2fpasswd", "%252e%252e", "a%20b"]
)
async def test_an_address_writes_no_header(house, bad):
    await fill(house)
    browser = house.browser()

    for path in (
        f"/help/a/{bad}",
        f"/help/c/{bad}",
        f"/help?lang={bad}",
        f"/help/search?q={bad}",
        f"/help/a/cancel-an-order?q={bad}&thanks={bad}&question={bad}",
        f"/sitemap.xml?part={bad}",
        f"/contact?question={bad}",
    ):
        answer = await browser.get(path, allow_redirects=False)
        assert answer.status in (200, 404), path
        assert "X-Bad" not in answer.headers, path
        set_cookies = answer.headers.getall("Set-Cookie", [])
        assert all(re.fullmatch(OUR_COOKIE, one) for one in set_cookies), path
        assert not set_cookies or "?q=" in path


async def test_a_readers_cookie_is_taken_only_as_we_make_it(house):
    slugs = await fill(house)
    browser = house.browser()

    for cookie in ("x", "a" * 500, "../../x" * 5, "é" * 30):
        said = await says(browser, slugs["refund"], helpful="yes", headers={"Cookie": f"careline_reader={cookie}"})
        assert said.status == 303 and f"careline_reader={cookie};" not in said.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_other_sites_say_nothing_in_a_readers_name(house, headers):
    slugs = await fill(house)

    assert (await says(house.browser(), slugs["refund"], helpful="no", headers=headers)).status == 403
    assert await rows(house, article_feedback) == []


async def test_feedback_is_a_form_and_nothing_else(house):
    slugs = await fill(house)
    browser = house.browser()

    as_json = await browser.post(f"/help/a/{slugs['refund']}/feedback", json={"helpful": "no"})
    assert as_json.status == 415
    assert (await browser.get(f"/help/a/{slugs['refund']}/feedback")).status == 405
    by_robot = await says(browser, slugs["refund"], helpful="no", website="x")
    assert by_robot.status == 404
    assert await rows(house, article_feedback) == []


def without_its_id(response: ClientResponse, page: str) -> str:
    """A page, to the byte, but for the id of its own request."""
    assert page.count(response.headers["X-Request-Id"]) == 1
    return page.replace(response.headers["X-Request-Id"], "")


async def looks(house: Front, slug: str) -> int:
    """How often the database is asked where `slug` is opened by the public."""

    def counts(rx: Rx) -> int:
        asked, real = [], rx.all

        def counted(*args: Any, **kwargs: Any) -> Any:
            asked.append(1)
            return real(*args, **kwargs)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rx, "all", counted)
            assert read(rx, slug, PUBLIC) is None
        return len(asked)

    found: int = await house.desk.read(SYSTEM, counts)
    return found


async def nothing_hidden(browser: Client, slugs: dict[str, str]) -> None:
    for path in DOORS:
        told = await text_of(browser, path)
        assert not [name for name, word in HIDDEN.items() if word.lower() in told.lower()], path


async def test_at_no_door_is_there_anything_that_is_not_public(house_on_each):
    house = house_on_each
    slugs = await fill(house)
    browser = house.browser()

    await nothing_hidden(browser, slugs)
    for name, word in HIDDEN.items():
        hidden = await browser.get(f"/help/a/{slugs[name]}")
        unknown = await browser.get("/help/a/no-such-article")
        assert (hidden.status, unknown.status) == (404, 404), name
        assert without_its_id(hidden, await hidden.text()) == without_its_id(unknown, await unknown.text()), name
        assert {*hidden.headers} == {*unknown.headers} and await looks(house, slugs[name]) == await looks(house, "no")
        for asked in (word, word[:-1], word.lower()[:4], f"{word} refund"):
            page = await text_of(browser, f"/help/search?q={asked}")
            assert f"/{slugs[name]}" not in page, (name, asked)
            found = orjson.loads(await text_of(browser, f"/help/suggest?q={asked}"))
            assert not any(word in hit["title"] for hit in found["hits"]), (name, asked)
            if asked != word and "refund" not in asked:
                assert word.lower() not in page.lower(), ("did you mean", name, asked)
        assert (await says(browser, slugs[name], helpful="yes")).status == 404, name
    step = await browser.post("/contact/answers", data={"text": " ".join([*HIDDEN.values(), "refund"])})
    told = await step.text()
    assert not any(word in told for word in HIDDEN.values())


async def test_a_topic_counts_and_names_only_what_is_public(house):
    topic = await house.desk.transact(WRITER, categories.add, names={"en": "Secret plans"}, slug="plans")
    await write(house, "Quetzal", audience="internal", category_id=topic)
    browser = house.browser()

    for path in ("/help", "/sitemap.xml"):
        assert "plans" not in (await text_of(browser, path)).lower()
    assert (await browser.get("/help/c/plans")).status == 404


async def test_what_is_no_longer_public_is_gone_at_once_everywhere(house_on_each):
    house = house_on_each
    slugs = await fill(house)
    browser = house.browser()
    await text_of(browser, f"/help/a/{slugs['cancel']}?q=cancel")
    kept = {path: (await browser.get(path)).headers.get("ETag", "") for path in DOORS}
    assert "Cancel an order" in await text_of(browser, "/help")
    text = await house.desk.read(SYSTEM, lambda rx: rx.one(article_texts, slugs["cancel:id"]))

    await house.desk.transact(WRITER, articles.describe, text.article_id, audience="internal")

    assert (await browser.get(f"/help/a/{slugs['cancel']}", headers={"If-None-Match": kept["/help"]})).status == 404
    for path in DOORS:
        answer = await browser.get(path, headers={"If-None-Match": kept[path]} if kept[path] else {})
        assert "cancel" not in (await answer.text()).lower(), path


async def test_a_question_of_somebody_else_is_not_to_be_had(house):
    slugs = await fill(house)
    browser = house.browser()

    for token in ("x", "InF1ZXN0aW9uIg.AAAA", "a" * 5000):
        await text_of(browser, f"/help/a/{slugs['refund']}?question={token}")
        await says(browser, slugs["refund"], helpful="yes", question=token)
    assert await rows(house, questions) == []
