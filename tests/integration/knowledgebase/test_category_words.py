"""What a category is called and about takes two where articles need a review, as readers see it, on each database."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from desk.kernel.transaction import Actor
from desk.tables import events
from knowledgebase.folders.writing_out import write_folder
from knowledgebase.readers import PUBLIC
from knowledgebase.reading.browsing import topics
from knowledgebase.writing import articles, categories, category_words
from tests.integration.kernel.conftest import a_desk
from tests.integration.knowledgebase.test_articles import AGENT, WRITER_1, WRITER_2, Shelf, needing_review
from tests.integration.knowledgebase.test_opening import needing_none

RETURNS, EVIL = {"en": "Returns"}, {"en": "Ring 0900 for a refund"}


@pytest.fixture
async def shelf(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Shelf]:
    async with a_desk(database_url, tmp_path, manual_clock) as desk:
        yield Shelf(desk, manual_clock)


async def filled(shelf: Shelf) -> str:
    """A category with a public article in it, from when one person was enough."""
    id: str = await shelf.does(categories.add, names=RETURNS, about={"en": "What comes back."})
    await shelf.writes(category_id=id, state="published")
    await shelf.does(needing_review)
    return id


async def category(shelf: Shelf, id: str) -> categories.Category:
    return next(one for one in await shelf.asks(categories.tree) if one.id == id)


async def asks(shelf: Shelf, id: str, by: Actor = WRITER_1, **words: Any) -> None:
    await shelf.does(categories.change, id, version=(await category(shelf, id)).version, by=by, **words)


async def approves(shelf: Shelf, id: str, by: Actor = WRITER_2) -> None:
    await shelf.does(category_words.approve, id, version=(await category(shelf, id)).version, by=by)


async def read(shelf: Shelf) -> list[tuple[str, str]]:
    """The topics of the help centre, as the public reads them."""
    return [(one.name, one.about) for one in await shelf.asks(topics, PUBLIC, "en")]


async def test_nobody_says_anything_else_to_readers_alone(shelf):
    id = await filled(shelf)

    await asks(shelf, id, names=EVIL)
    await asks(shelf, id, about=EVIL, position=3)

    assert await read(shelf) == [("Returns", "What comes back.")]
    kept = await category(shelf, id)
    assert (kept.asks, kept.asked_by, kept.position) == ({"names": EVIL, "about": EVIL}, WRITER_1.id, 3)
    with pytest.raises(Forbidden, match="somebody else"):
        await approves(shelf, id, by=WRITER_1)
    with pytest.raises(Forbidden):
        await approves(shelf, id, by=AGENT)
    assert await read(shelf) == [("Returns", "What comes back.")]


async def test_somebody_else_who_has_seen_them_lets_other_words_through(shelf):
    id = await filled(shelf)
    before = (await category(shelf, id)).version
    await asks(shelf, id, names={"en": "Send it back"})
    with pytest.raises(Stale):
        await shelf.does(category_words.approve, id, version=before, by=WRITER_2)

    await approves(shelf, id)

    assert await read(shelf) == [("Send it back", "What comes back.")]
    with pytest.raises(Conflict, match="nobody asks"):
        await approves(shelf, id)
    said = await shelf.asks(lambda rx: [row.data["what"] for row in rx.all(events.select()) if row.subject == id])
    assert said == ["added", "asked", "changed"]


async def test_nobody_adds_to_what_another_asks_for_so_that_none_approves_their_own_words(shelf):
    id = await filled(shelf)
    await asks(shelf, id, names=EVIL)

    with pytest.raises(Conflict, match="somebody else asks"):
        await asks(shelf, id, about={"en": "What you send back."}, by=WRITER_2)

    with pytest.raises(Forbidden):
        await approves(shelf, id, by=WRITER_1)
    assert await read(shelf) == [("Returns", "What comes back.")]


async def test_saying_what_stands_there_leaves_what_another_asks_for(shelf):
    id = await filled(shelf)
    await asks(shelf, id, names=EVIL)

    await asks(shelf, id, names=RETURNS, about={"en": "What comes back."}, position=2, by=WRITER_2)

    kept = await category(shelf, id)
    assert (kept.position, kept.asked_by) == (2, WRITER_1.id)
    await shelf.does(category_words.leave, id, version=kept.version, by=WRITER_2)
    assert (await category(shelf, id)).asks is None
    assert await read(shelf) == [("Returns", "What comes back.")]


async def test_a_new_category_holds_nothing_until_somebody_else_approves_its_name(shelf):
    await shelf.does(needing_review)
    id = await shelf.does(categories.add, names=EVIL)
    other = await shelf.does(categories.add, names=RETURNS, by=Actor.system("import"))
    made = await shelf.writes()

    with pytest.raises(Invalid, match="approve what that category is called"):
        await shelf.does(articles.describe, made.id, category_id=id)
    with pytest.raises(Invalid, match="approve what that category is called"):
        await shelf.writes(category_id=id)
    with pytest.raises(Invalid, match="approve what that category is called"):
        await shelf.does(categories.add, names=RETURNS, parent_id=id)
    with pytest.raises(Invalid, match="approve what that category is called"):
        await shelf.does(categories.move, other, id)
    await asks(shelf, id, names={"en": "Refunds"}, about=EVIL)
    await asks(shelf, id, about={})
    with pytest.raises(Conflict, match="remove it"):
        await shelf.does(category_words.leave, id, version=(await category(shelf, id)).version)

    await approves(shelf, id)

    await shelf.does(articles.describe, made.id, category_id=id)
    assert ((await category(shelf, id)).names, (await category(shelf, id)).about) == ({"en": "Refunds"}, {})


async def test_where_no_second_person_is_needed_words_hold_at_once(shelf):
    id = await filled(shelf)
    new = await shelf.does(categories.add, names={"en": "Refunds"})
    await asks(shelf, id, names=EVIL)
    await shelf.does(needing_none)

    await asks(shelf, id, about={"en": "Send it back."})

    assert await read(shelf) == [("Returns", "Send it back.")]  # nobody has said the other words since
    await approves(shelf, new, by=WRITER_1)
    assert (await category(shelf, new)).names == {"en": "Refunds"}


async def test_an_export_has_what_was_approved(shelf, tmp_path):
    id = await filled(shelf)
    await asks(shelf, id, names=EVIL)
    await shelf.does(categories.add, names={"en": "Refunds"})

    await write_folder(shelf.desk, WRITER_1, tmp_path / "out")

    said = (tmp_path / "out" / "categories.yaml").read_text()
    assert "Returns" in said and "0900" not in said and "Refunds" not in said


async def test_what_is_new_can_be_removed(shelf):
    await shelf.does(needing_review)
    id = await shelf.does(categories.add, names=EVIL)
    await shelf.does(categories.remove, id, version=(await category(shelf, id)).version)
    with pytest.raises(NotFound):
        await shelf.does(category_words.approve, id, version=0, by=WRITER_2)


async def test_words_that_are_asked_for_change_no_version_that_readers_see(shelf):
    id = await filled(shelf)
    seen = await category(shelf, id)
    assert seen.seen_version == seen.version
    await asks(shelf, id, names=EVIL)
    asked = await category(shelf, id)
    assert (asked.seen_version, asked.version) == (seen.version, seen.version + 1)

    await shelf.does(categories.change, id, names=RETURNS, position=4, version=seen.version, by=WRITER_2)

    kept = await category(shelf, id)
    assert (kept.position, kept.seen_version, kept.asked_by) == (4, kept.version, WRITER_1.id)
    with pytest.raises(Stale):
        await shelf.does(categories.change, id, position=5, version=seen.version, by=WRITER_2)
    await asks(shelf, id, about=EVIL)
    with pytest.raises(Stale):  # it would go over what they have asked for meanwhile, in another window
        await shelf.does(categories.change, id, names={"en": "Send it back"}, version=kept.version, by=WRITER_1)
    with pytest.raises(Stale):
        await shelf.does(categories.remove, id, version=kept.version)
    await shelf.does(category_words.leave, id, version=(await category(shelf, id)).version, by=WRITER_2)
    await shelf.does(categories.move, id, None)
    left = await category(shelf, id)
    assert left.seen_version == kept.version < left.version

    await asks(shelf, id, names={"en": "Send it back"})
    await approves(shelf, id)
    shown = await category(shelf, id)
    assert shown.seen_version == shown.version
