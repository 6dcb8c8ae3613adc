"""What a snippet says is for readers what somebody read, and in search what readers see, on each database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.kernel.errors import Conflict, Stale
from desk.kernel.transaction import Actor
from knowledgebase.readers import PUBLIC
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.search.search import search
from knowledgebase.writing import publishing, snippets
from tests.integration.kernel.conftest import a_desk
from tests.integration.knowledgebase.test_articles import WRITER_2, Shelf, needing_review


@pytest.fixture
async def shelf(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Shelf]:
    async with a_desk(database_url, tmp_path, manual_clock) as desk:
        yield Shelf(desk, manual_clock)


async def says(shelf: Shelf, body: str, version: int | None = None, **more: Any) -> str:
    """What `{{snippet:hours}}` says."""
    about = {"name": "hours", "language": "en"} | more
    id: str = await shelf.does(snippets.put, body=body, version=version, **about)
    return id


async def found(shelf: Shelf, words: str) -> int:
    return len((await shelf.asks(search, words=words, reader=PUBLIC, meaning=WORDS_ALONE)).hits)


async def test_words_that_were_removed_are_found_no_more(shelf):
    english = await says(shelf, "A courier rings.")
    await says(shelf, "Ein Bote klingelt.", language="de")
    await shelf.writes(body="{{snippet:hours}}", state="published")
    await shelf.passes(timedelta())  # what was said first is known
    assert await found(shelf, "courier") == 1

    await shelf.does(snippets.remove, english, version=0)
    await shelf.passes(timedelta())

    assert (await found(shelf, "courier"), await found(shelf, "klingelt")) == (0, 1)


async def test_of_two_who_say_a_snippet_at_once_neither_is_overwritten(shelf):
    id = await says(shelf, "Nine to five.")
    with pytest.raises(Conflict, match="called hours in en already"):
        await says(shelf, "Never.")
    assert await says(shelf, "Nine to five.") == id  # which says the same
    await says(shelf, "Ten to six.", version=0)
    for late in (says(shelf, "Never.", version=0), shelf.does(snippets.remove, id, version=0)):
        with pytest.raises(Stale):
            await late

    await shelf.does(snippets.remove, id, version=1)
    with pytest.raises(Stale, match="removed"):
        await says(shelf, "Seven to four.", version=1)


@pytest.mark.parametrize("stage", ["in_review", "approved", "planned", "published"])
async def test_nobody_changes_alone_what_another_has_approved(shelf, stage):
    id = await says(shelf, "Nine to five.")
    await shelf.does(needing_review)
    made = await shelf.writes(body="We are there: {{snippet:hours}}")
    await says(shelf, "Ten to six.", version=0)  # nobody but its writer has read the draft

    await shelf.does(publishing.submit, made.text_id)
    if stage != "in_review":
        await shelf.does(publishing.approve, made.text_id, by=WRITER_2)
    if stage == "published":
        await shelf.does(publishing.publish, made.text_id)
    if stage == "planned":
        at = shelf.clock.now() + timedelta(hours=1)
        await shelf.does(publishing.publish, made.text_id, at=at)
        await shelf.saves(made.text_id, body="We are there.")
    changes = ({"body": "Never.", "version": 1}, {"body": "Nie.", "language": "de"})
    for change in changes:
        with pytest.raises(Conflict, match="1 article says it"):
            await says(shelf, **change)
    await says(shelf, "Immer.", name="days", language="de")
    with pytest.raises(Conflict):
        await shelf.does(snippets.remove, id, version=1)

    await shelf.does(snippets.put, name="hours", language="en", body="Noon.", version=1, by=Actor.system("import"))


class _Counted:
    """A snapshot that says how often it was asked."""

    def __init__(self, rx: Any) -> None:
        self._rx, self.asked = rx, 0

    def all(self, *args: Any, **values: Any) -> Any:
        self.asked += 1
        return self._rx.all(*args, **values)


async def test_how_many_texts_ask_for_each_snippet_is_one_look_however_many_there_are(shelf):
    for name in ("hours", "hours-2", "days", "never"):
        await says(shelf, "Nine to five.", name=name)
    both = await shelf.writes(title="Both", body="{{snippet:hours}} {{ snippet:days }}", state="published")
    await shelf.saves(both.text_id, body="{{snippet:hours}}")  # which readers do not see yet
    await shelf.saves(both.text_id, body="Neither.", base=2)
    planned = await shelf.writes(title="Planned", body="{{snippet:hours-2}}")
    await shelf.does(publishing.publish, planned.text_id, at=shelf.clock.now() + timedelta(hours=1))
    await shelf.saves(planned.text_id, body="Not any more: {{snippet:days}}")
    await shelf.saves(planned.text_id, body="Neither.", base=2)

    def counted(rx: Any) -> tuple[dict[str, int], int]:
        looked: Any = _Counted(rx)
        return snippets.used(looked), looked.asked

    count, asked = await shelf.asks(counted)

    assert count == {"hours": 1, "days": 1, "hours-2": 1}
    named = {name: await shelf.asks(snippets.using_it, name) for name in ("hours", "hours-2", "days", "never", "hour")}
    assert {name: len(texts) for name, texts in named.items() if texts} == count
    assert asked == 3  # one of them for the text that is planned
