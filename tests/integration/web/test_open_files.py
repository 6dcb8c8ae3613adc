"""Which files of articles readers may have: those that something published that they may read shows, and no more."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from channels.types import Attachment
from desk.kernel.clock import ManualClock
from knowledgebase.tables import article_texts
from knowledgebase.writing import articles, publishing, snippets, translations
from tests.integration.web.front import SYSTEM, Client, Front, open_front
from tests.integration.web.help_house import PAGES, write
from web.pages.knowledge import files as knowledge_files
from web.pages.knowledge.files import add_file


@pytest_asyncio.fixture
async def house(tmp_path: Path, sample_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    routes = [*knowledge_files.routes, *(route for page in PAGES for route in page.routes)]
    async with open_front(tmp_path, sample_url, at=manual_clock.now(), routes=routes) as opened:
        yield opened


async def paper(house: Front, article_id: str, name: str = "Secret plan.pdf") -> str:
    """The address of a paper that was added to an article."""
    blob = await house.desk.blobs.put(b"%PDF-")
    file = Attachment(name=name, type="application/pdf", size=5, blob=blob)
    return f"/help/files/{await house.desk.transact(SYSTEM, add_file, article_id, file)}"


async def says(house: Front, text_id: str, body: str, *, publish: bool = False) -> None:
    (base,) = await house.desk.read(SYSTEM, lambda rx: [rx.one(article_texts, text_id).newest])
    words: dict[str, Any] = {"title": "One", "summary": "", "body": body, "note": ""}
    await house.desk.transact(SYSTEM, articles.save, text_id, **words, base=base)
    if publish:
        await house.desk.transact(SYSTEM, publishing.publish, text_id)


async def open_to(address: str, *clients: Client) -> list[bool]:
    answers = [(await client.get(address)).status for client in clients]
    assert set(answers) <= {200, 404}
    return [status == 200 for status in answers]


async def test_a_file_is_for_readers_exactly_while_what_is_published_shows_it(house: Front) -> None:
    made = await write(house, "One")
    sue, ana, anybody = await house.signed_in("supervisor"), await house.signed_in("agent"), house.browser()
    address = await paper(house, made.id)
    link = f"Read [it]({address})."

    async def sees() -> list[bool]:
        return await open_to(address, sue, ana, anybody)

    assert await sees() == [True, False, False]  # added, and nothing saved yet
    await says(house, made.text_id, link)
    at = house.desk.clock.now() + timedelta(days=1)
    await house.desk.transact(SYSTEM, publishing.publish, made.text_id, at=at)
    assert await sees() == [True, False, False]  # planned
    await says(house, made.text_id, "Without it.")
    assert await sees() == [True, False, False]  # still planned
    await house.desk.transact(SYSTEM, publishing.cancel_publication, made.text_id)

    await says(house, made.text_id, link, publish=True)
    await says(house, made.text_id, "Without it.")
    assert await sees() == [True, True, True]
    await house.desk.transact(SYSTEM, publishing.publish, made.text_id)
    assert await sees() == [True, False, False]  # taken back
    await says(house, made.text_id, link, publish=True)
    await house.desk.transact(SYSTEM, publishing.unpublish, made.text_id)
    assert await sees() == [True, False, False]


async def test_a_file_is_for_who_may_read_a_text_that_shows_it_whosever_it_is(house: Front) -> None:
    sue, ana, anybody = await house.signed_in("supervisor"), await house.signed_in("agent"), house.browser()
    holder = await write(house, "Holder", audience="internal", state="draft")
    address = await paper(house, holder.id)
    link = f"Read [the plan]({address})."
    await says(house, holder.text_id, link)
    await write(house, "Draft", state="draft", body=link)
    assert await open_to(address, sue, ana, anybody) == [True, False, False]

    inside = await write(house, "Inside", audience="internal", body=link)
    assert await open_to(address, sue, ana, anybody) == [True, True, False]
    assert "no-store" in (await ana.get(address)).headers["Cache-Control"]
    await house.desk.transact(SYSTEM, articles.describe, inside.id, audience="internal", team="complaints")
    assert await open_to(address, sue, ana, anybody) == [True, False, False]
    outside = await write(house, "Outside", body=link)
    assert await open_to(address, sue, ana, anybody) == [True, True, True]
    assert (await anybody.get(address)).headers["Cache-Control"] == "private, no-cache"
    page = await anybody.get(f"/help/a/{outside.slug}")
    assert "Secret plan.pdf" in await page.text()
    await house.desk.transact(SYSTEM, articles.describe, outside.id, audience="customers")
    assert await open_to(address, sue, ana, anybody) == [True, True, False]


async def test_a_file_of_a_snippet_is_for_who_reads_a_text_that_puts_it_in(house: Front) -> None:
    holder = await write(house, "Holder")
    english, chinese = await paper(house, holder.id), await paper(house, holder.id)

    async def snippet(language: str, body: str, version: int | None = None) -> None:
        said: dict[str, Any] = {"name": "form", "language": language, "body": body, "version": version}
        await house.desk.transact(SYSTEM, lambda tx: snippets.put(tx, **said))

    async def sees() -> list[bool]:
        anybody = house.browser()
        return [*await open_to(english, anybody), *await open_to(chinese, anybody)]

    await snippet("en", f"[it]({english})")
    await snippet("zh", f"[它]({chinese})")
    assert await sees() == [False, False]
    asking: dict[str, Any] = {"body": "{{snippet:form}}"}
    made = await write(house, "Asking", audience="internal", **asking)
    assert await sees() == [False, False]
    await house.desk.transact(SYSTEM, articles.describe, made.id, audience="public")
    assert await sees() == [True, False]
    other = await house.desk.transact(SYSTEM, translations.translate, made.id, "zh-Hant", title="二", **asking)
    assert await sees() == [True, False]
    await house.desk.transact(SYSTEM, publishing.publish, other.text_id)
    assert await sees() == [True, True]  # no snippet is nearer to it
    await snippet("en", "Taken back.", version=0)
    assert await sees() == [False, True]
    await says(house, other.text_id, "没有。", publish=True)
    assert await sees() == [False, False]
