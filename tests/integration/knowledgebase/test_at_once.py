"""Several who write at the same moment, on each database: one wins, the others are told, nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError, Conflict, Invalid, Stale
from desk.kernel.transaction import Actor
from knowledgebase.handlers import HANDLERS
from knowledgebase.index_tables import article_index
from knowledgebase.readers import PUBLIC
from knowledgebase.reading.published import Article, Moved, read
from knowledgebase.tables import article_tags, article_texts, revisions
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, categories, plans, publishing, snippets, translations
from tests.integration.kernel.conftest import a_desk

MANY = 8
WRITERS = [Actor(kind="user", id=f"writer-{number}", role="supervisor") for number in range(MANY)]


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    async with a_desk(database_url, tmp_path, manual_clock) as opened:
        yield opened


async def all_at_once(desk: Desk, *works: Callable[[Any], Any]) -> list[Any]:
    """What each answered, or the refusal that it got; anything else is a fault."""
    doing = [desk.transact(who, work) for who, work in zip(WRITERS, works, strict=False)]
    answers = await asyncio.gather(*doing, return_exceptions=True)
    assert all(not isinstance(one, BaseException) or isinstance(one, CarelineError) for one in answers), answers
    return answers


def writing(title: str, **more: Any) -> Callable[[Any], articles.Created]:
    said = {"body": "Look.", "language": "en", "audience": "public", "state": "published"} | more
    return lambda tx: articles.create(tx, title=title, **said)


async def rows(desk: Desk, table: sa.Table) -> Any:
    return await desk.read(WRITERS[0], lambda rx: rx.all(sa.select(table).order_by(table.c.id)))


async def test_of_all_who_save_one_is_first_and_the_others_are_told(desk):
    made = await desk.transact(WRITERS[0], writing("Returns"))

    def saving(number: int) -> Callable[[Any], int]:
        said: dict[str, Any] = {"title": "Returns", "body": f"By {number}.", "summary": "", "note": "", "base": 1}
        return lambda tx: articles.save(tx, made.text_id, **said)

    answers = await all_at_once(desk, *map(saving, range(MANY)))

    assert [one for one in answers if not isinstance(one, Stale)] == [2]
    assert [row.number for row in await rows(desk, revisions)] == [1, 2]


async def test_of_all_who_say_for_whom_an_article_is_one_is_first_and_the_others_are_told(desk):
    made = await desk.transact(WRITERS[0], writing("Returns"))
    (seen,) = {row.edition for row in await rows(desk, articles_table)}

    def describing(number: int) -> Callable[[Any], int]:
        def describe(tx: Any) -> int:
            articles.expect(tx, made.id, seen)
            articles.describe(tx, made.id, tags=[f"by-{number}"])
            return number

        return describe

    answers = await all_at_once(desk, *map(describing, range(MANY)))

    (first,) = [one for one in answers if not isinstance(one, Stale)]
    assert [row.tag for row in await rows(desk, article_tags)] == [f"by-{first}"]


async def test_the_same_title_at_once_makes_as_many_addresses(desk):
    answers = await all_at_once(desk, *[writing("Returns")] * MANY)

    assert len({one.slug for one in answers}) == MANY
    assert {one.slug for one in answers} == {row.slug for row in await rows(desk, article_texts)}


async def test_one_address_that_several_want_goes_to_one(desk):
    made = [await desk.transact(WRITERS[0], writing(f"Title {number}")) for number in range(MANY)]

    def renaming(text_id: str) -> Callable[[Any], str]:
        return lambda tx: articles.rename(tx, text_id, "wanted")

    answers = await all_at_once(desk, *[renaming(one.text_id) for one in made])

    assert [one for one in answers if not isinstance(one, Conflict)] == ["wanted"]
    assert isinstance(await desk.read(WRITERS[0], read, "wanted", PUBLIC), Article)


async def test_two_that_change_names_lead_to_where_they_are(desk):
    one, two = await all_at_once(desk, writing("One"), writing("Two"))
    for base, (first, second) in enumerate([("Two", "One"), ("One", "Two")] * 2, 1):

        def turning(text_id: str, title: str, base: int = base) -> Callable[[Any], None]:
            def turn(tx: Any) -> None:
                articles.save(tx, text_id, title=title, body="Look.", summary="", note="", base=base)
                publishing.publish(tx, text_id)

            return turn

        await all_at_once(desk, turning(one.text_id, first), turning(two.text_id, second))

    for row in await rows(desk, article_texts):
        assert isinstance(await desk.read(WRITERS[0], read, row.slug, PUBLIC), Article)
    for slug in ("one", "two"):
        found = await desk.read(WRITERS[0], read, slug, PUBLIC)
        now = found.slug if isinstance(found, Moved) else slug
        assert isinstance(await desk.read(WRITERS[0], read, now, PUBLIC), Article)


async def test_categories_that_are_moved_under_each_other_make_no_ring(desk):
    def adding(name: str) -> Callable[[Any], str]:
        return lambda tx: categories.add(tx, names={"en": name})

    ids = await all_at_once(desk, adding("A"), adding("B"), adding("C"))

    def moving(id: str, under: str) -> Callable[[Any], None]:
        return lambda tx: categories.move(tx, id, under)

    a, b, c = ids
    answers = await all_at_once(desk, moving(a, b), moving(b, c), moving(c, a))

    assert sum(isinstance(one, Invalid) for one in answers) == 1
    assert len(await desk.read(WRITERS[0], categories.tree)) == 3


async def test_a_language_that_several_begin_has_one_text(desk):
    made = await desk.transact(WRITERS[0], writing("Returns"))
    answers = await all_at_once(desk, *[lambda tx: translations.translate(tx, made.id, "zh", body="看。")] * MANY)

    assert sum(isinstance(one, Conflict) for one in answers) == MANY - 1
    assert [row.language for row in await rows(desk, article_texts)] == ["en", "zh"]


async def test_a_snippet_and_a_time_that_several_set_are_one(desk):
    made = await desk.transact(WRITERS[0], writing("Returns", state="draft"))
    at = desk.clock.now() + timedelta(hours=1)

    def putting(number: int) -> Callable[[Any], str]:
        return lambda tx: snippets.put(tx, name="hours", language="en", body=f"From {number}.")

    answers = await all_at_once(desk, *map(putting, range(MANY)))
    assert sum(isinstance(one, Conflict) for one in answers) == MANY - 1
    await all_at_once(desk, *[lambda tx: publishing.publish(tx, made.text_id, at=at)] * MANY)
    assert await desk.read(WRITERS[0], plans.planned, made.text_id) == 1


async def test_what_is_published_and_put_away_at_once_is_one_of_the_two(desk):
    made = await desk.transact(WRITERS[0], writing("Returns", state="draft"))
    await all_at_once(
        desk,
        lambda tx: publishing.publish(tx, made.text_id),
        lambda tx: publishing.archive(tx, made.text_id),
        lambda tx: articles.describe(tx, made.id, audience="internal", tags=["a"]),
    )
    (text,) = await rows(desk, article_texts)
    assert (text.stage, text.published) == ("archived", None)


async def test_what_search_is_told_of_a_snippet_stands_in_no_writers_way_and_they_not_in_its(desk):
    await desk.transact(WRITERS[0], lambda tx: snippets.put(tx, name="hours", language="en", body="Until five."))
    works = [writing(f"Returns {number}", body="{{snippet:hours}}") for number in range(MANY)]
    made = [await desk.transact(WRITERS[0], work) for work in works]
    show = HANDLERS[snippets.ShowSnippet]

    def tagging(article_id: str) -> Callable[[Any], None]:
        return lambda tx: articles.describe(tx, article_id, tags=["late"])

    shown = [show(desk, snippets.ShowSnippet(snippet="hours")) for _ in range(4)]
    told = asyncio.gather(*shown)
    await all_at_once(desk, *(tagging(one.id) for one in made))
    await told

    assert {row.tag for row in await rows(desk, article_tags)} == {"late"}
    assert len(await desk.read(WRITERS[0], lambda rx: rx.all(sa.select(article_index.c.text_id)))) == MANY
