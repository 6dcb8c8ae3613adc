"""Nobody opens to others alone what was let through for fewer, where articles need a review, on each database."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.kernel.errors import Conflict, Forbidden, Stale
from desk.kernel.transaction import Actor, Tx
from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.readers import CUSTOMER, PUBLIC, WRITER, Reader
from knowledgebase.reading.published import Article
from knowledgebase.reading.staff_lists import Wanted
from knowledgebase.reading.staff_lists import shelf as listed_for_staff
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.search.search import search
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, opening, plans, publishing, translations
from tests.integration.kernel.conftest import a_desk
from tests.integration.knowledgebase.test_articles import (
    COLLEAGUE,
    WRITER_1,
    WRITER_2,
    Shelf,
    needing_review,
    team,
)

HOUR = timedelta(hours=1)
SAFE = {"title": "The safe", "body": "It stands behind the picture.", "audience": "internal"}


@pytest.fixture
async def shelf(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Shelf]:
    async with a_desk(database_url, tmp_path, manual_clock) as desk:
        await desk.transact(WRITER_1, team)
        yield Shelf(desk, manual_clock)


def needing_none(tx: Tx) -> None:
    put(tx, organization, "articles_need_review", value=False)


async def approved(shelf: Shelf, text_id: str, by: Actor = WRITER_2) -> None:
    await shelf.does(publishing.submit, text_id)
    await shelf.does(publishing.approve, text_id, by=by)


async def let_through(shelf: Shelf, how: str, **more: Any) -> articles.Created:
    """An internal article by one writer that another has approved: that and no more, planned, or published."""
    await shelf.does(needing_review)
    made = await shelf.writes(**(SAFE | more))
    await approved(shelf, made.text_id)
    if how != "approved":
        await shelf.does(publishing.publish, made.text_id, at=in_an_hour(shelf) if how == "planned" else None)
    return made


def in_an_hour(shelf: Shelf) -> datetime:
    at: datetime = shelf.clock.now() + HOUR
    return at


async def article(shelf: Shelf, made: articles.Created) -> Any:
    return await shelf.asks(lambda rx: rx.one(articles_table, made.id))


async def seen(shelf: Shelf, made: articles.Created) -> int:
    edition: int = (await article(shelf, made)).edition
    return edition


async def get_it(shelf: Shelf, made: articles.Created, reader: Reader = PUBLIC) -> bool:
    """Whether readers of a kind have the article, by its address and by the search."""
    read = isinstance(await shelf.reads(made.slug, reader), Article)
    assert bool((await shelf.asks(search, words="safe", reader=reader, meaning=WORDS_ALONE)).hits) is read
    return read


@pytest.mark.parametrize("how", ["published", "planned", "approved"])
async def test_who_wrote_what_was_approved_for_colleagues_does_not_open_it_to_everybody_alone(shelf, how):
    made = await let_through(shelf, how)

    await shelf.does(articles.describe, made.id, audience="public", tags=["keys"])

    kept = await article(shelf, made)
    assert (kept.audience, kept.opens_to, kept.opening_asked_by) == ("internal", "public", WRITER_1.id)
    with pytest.raises(Forbidden, match="somebody else"):
        await shelf.does(opening.open_up, made.id, seen=await seen(shelf, made))
    if how == "approved":
        await shelf.does(publishing.publish, made.text_id)
    await shelf.passes(HOUR)
    assert await get_it(shelf, made, COLLEAGUE) and not await get_it(shelf, made)


@pytest.mark.parametrize("how", ["published", "planned", "approved"])
async def test_somebody_else_who_has_seen_it_opens_it(shelf, how):
    made = await let_through(shelf, how)
    before = await seen(shelf, made)
    await shelf.does(articles.describe, made.id, audience="public")
    with pytest.raises(Stale):
        await shelf.does(opening.open_up, made.id, seen=before, by=WRITER_2)

    await shelf.does(opening.open_up, made.id, seen=await seen(shelf, made), by=WRITER_2)

    if how == "approved":
        await shelf.does(publishing.publish, made.text_id)
    await shelf.passes(HOUR)
    assert await get_it(shelf, made)
    assert (await article(shelf, made)).opens_to is None
    with pytest.raises(Conflict, match="nobody asks"):
        await shelf.does(opening.open_up, made.id, seen=await seen(shelf, made), by=WRITER_2)


@pytest.mark.parametrize(
    ("was", "asked", "waits"),
    [
        (("internal", "billing"), ("internal", None), True),
        (("internal", "billing"), ("internal", "returns"), True),
        (("internal", "billing"), ("customers", None), True),
        (("internal", None), ("customers", None), True),
        (("customers", None), ("public", None), True),
        (("public", None), ("customers", None), False),
        (("customers", None), ("internal", None), False),
        (("public", None), ("internal", "billing"), False),
        (("internal", None), ("internal", "billing"), False),
    ],
)
async def test_only_what_lets_others_in_waits(shelf, was, asked, waits):
    await shelf.does(lambda tx: put(tx, organization, "teams", value={"billing": {}, "returns": {}}))
    made = await let_through(shelf, "published", audience=was[0], team=was[1])

    await shelf.does(articles.describe, made.id, audience=asked[0], team=asked[1])

    kept = await article(shelf, made)
    assert (kept.audience, kept.team) == (was if waits else asked)
    assert (kept.opens_to, kept.opens_to_team) == (asked if waits else (None, None))


async def test_what_nobody_has_let_through_yet_is_opened_at_once_and_approved_for_all_of_them(shelf):
    await shelf.does(needing_review)
    made = await shelf.writes(**SAFE)
    await shelf.does(publishing.submit, made.text_id)
    before = await seen(shelf, made)

    await shelf.does(articles.describe, made.id, audience="public")

    assert (await article(shelf, made)).audience == "public"
    with pytest.raises(Stale):  # so that whoever saw it before approves nothing
        await shelf.does(articles.expect, made.id, before, by=WRITER_2)


@pytest.mark.parametrize("way", ["taken back", "archived", "a draft"])
async def test_nobody_opens_alone_what_another_wrote_for_colleagues(shelf, way):
    if way == "a draft":
        await shelf.does(needing_review)
        made = await shelf.writes(**SAFE)
    else:
        made = await let_through(shelf, "published")
    if way == "taken back":
        await shelf.does(publishing.unpublish, made.text_id, by=WRITER_2)
        await shelf.does(publishing.send_back, made.text_id, "Not like this.", by=WRITER_2)
    if way == "archived":
        await shelf.does(publishing.archive, made.text_id, by=WRITER_2)
        await shelf.does(publishing.take_up, made.text_id, by=WRITER_2)

    await shelf.does(articles.describe, made.id, audience="public", by=WRITER_2)
    await shelf.does(publishing.submit, made.text_id, by=WRITER_2)
    with pytest.raises(Forbidden, match="opened this article"):
        await shelf.does(publishing.approve, made.text_id, by=WRITER_2)

    await shelf.does(
        publishing.approve, made.text_id, by=Actor(kind="user", id="writer-3", role="supervisor", name="Ivo")
    )
    await shelf.does(publishing.publish, made.text_id, by=WRITER_2)
    assert await get_it(shelf, made)


async def test_a_request_is_taken_back_by_asking_for_what_is_so_now_and_turned_down_by_anybody(shelf):
    made = await let_through(shelf, "published")
    await shelf.does(articles.describe, made.id, audience="public")
    await shelf.does(articles.describe, made.id, tags=["keys"])
    await shelf.does(articles.describe, made.id, audience="public", tags=["key"], by=WRITER_2)
    assert (await article(shelf, made)).opening_asked_by == WRITER_1.id

    await shelf.does(articles.describe, made.id, audience="internal")
    assert (await article(shelf, made)).opens_to is None

    await shelf.does(articles.describe, made.id, audience="public")
    with pytest.raises(Stale):
        await shelf.does(opening.leave_closed, made.id, seen=1, by=WRITER_2)
    await shelf.does(opening.leave_closed, made.id, seen=await seen(shelf, made), by=WRITER_2)
    kept = await article(shelf, made)
    assert (kept.audience, kept.opens_to, kept.opening_asked_by) == ("internal", None, None)


async def test_who_asks_for_other_readers_than_another_did_is_the_one_who_asks(shelf):
    made = await let_through(shelf, "published")
    await shelf.does(articles.describe, made.id, audience="customers", by=WRITER_2)
    await shelf.does(articles.describe, made.id, audience="public")

    with pytest.raises(Forbidden):
        await shelf.does(opening.open_up, made.id, seen=await seen(shelf, made))
    await shelf.does(opening.open_up, made.id, seen=await seen(shelf, made), by=WRITER_2)
    assert await get_it(shelf, made)


async def test_words_that_are_let_through_after_somebody_asked_are_not_opened_by_who_wrote_them(shelf):
    """Else the second who has seen them would be one who approved them for colleagues."""
    made = await let_through(shelf, "published")
    await shelf.does(articles.describe, made.id, audience="public", by=WRITER_2)
    await shelf.saves(made.text_id, body="The safe opens with 1234.")
    assert (await article(shelf, made)).opens_to == "public"

    await approved(shelf, made.text_id)

    with pytest.raises(Conflict, match="nobody asks"):
        await shelf.does(opening.open_up, made.id, seen=await seen(shelf, made))


async def test_publishing_what_was_approved_already_ends_no_request(shelf):
    made = await let_through(shelf, "planned")
    await shelf.does(articles.describe, made.id, audience="public")

    await shelf.passes(HOUR)

    assert (await article(shelf, made)).opens_to == "public"


async def test_a_plan_that_whoever_asked_had_seen_ends_no_request_when_a_draft_stands_beside_it(shelf):
    made = await let_through(shelf, "planned")
    await shelf.does(articles.describe, made.id, audience="public")
    await shelf.saves(made.text_id, title="The safe", body="The safe opens with 1234.")

    await shelf.passes(HOUR)

    assert (await shelf.reads(made.slug, COLLEAGUE)).body == SAFE["body"]
    assert (await article(shelf, made)).opens_to == "public"
    await shelf.does(opening.open_up, made.id, seen=await seen(shelf, made), by=WRITER_2)
    assert (await shelf.reads(made.slug)).body == SAFE["body"]


async def test_a_translation_that_readers_see_is_opened_no_more_easily_than_the_original(shelf):
    await shelf.does(needing_review)
    made = await shelf.writes(**SAFE)
    other = await shelf.does(translations.translate, made.id, "de", title="Der Safe", body="Hinter dem Bild.")
    await approved(shelf, other.text_id)
    await shelf.does(publishing.publish, other.text_id)

    await shelf.does(articles.describe, made.id, audience="public")

    assert (await article(shelf, made)).audience == "internal"
    through = await shelf.asks(opening.let_through, made.id)
    assert [(text.language, numbers) for text, numbers in through] == [("de", [1])]


async def test_what_was_taken_from_readers_is_still_what_was_approved_for_colleagues(shelf):
    made = await let_through(shelf, "published")
    await shelf.does(publishing.unpublish, made.text_id)

    await shelf.does(articles.describe, made.id, audience="public")
    assert (await article(shelf, made)).audience == "internal"

    await shelf.does(publishing.archive, made.text_id)
    await shelf.does(articles.describe, made.id, audience="public")
    assert (await article(shelf, made)).audience == "public"
    await shelf.does(publishing.take_up, made.text_id)
    with pytest.raises(Conflict, match="second person"):
        await shelf.does(publishing.publish, made.text_id)


@pytest.mark.parametrize("how", ["planned", "approved"])
async def test_an_approval_for_colleagues_is_none_for_everybody_once_a_second_person_is_needed_again(shelf, how):
    made = await let_through(shelf, how)
    await shelf.does(needing_none)
    await shelf.does(articles.describe, made.id, audience="public")
    assert (await shelf.text(made.text_id)).stage == "in_review"
    await shelf.does(needing_review)

    await shelf.passes(HOUR)

    assert not await get_it(shelf, made)
    with pytest.raises(Conflict, match="second person"):
        await shelf.does(publishing.publish, made.text_id)
    await shelf.does(publishing.approve, made.text_id, by=WRITER_2)
    await shelf.does(publishing.publish, made.text_id)
    assert await get_it(shelf, made)


async def test_a_plan_goes_on_where_nobody_needs_to_approve_the_opening(shelf):
    made = await let_through(shelf, "planned")
    await shelf.does(needing_none)
    await shelf.does(articles.describe, made.id, audience="customers")
    assert await shelf.asks(plans.planned, made.text_id) == 1

    await shelf.passes(HOUR)

    assert await get_it(shelf, made, CUSTOMER)


async def test_who_asked_opens_it_themselves_once_no_second_person_is_needed(shelf):
    made = await let_through(shelf, "published")
    await shelf.does(articles.describe, made.id, audience="public")
    await shelf.does(needing_none)

    await shelf.does(opening.open_up, made.id, seen=await seen(shelf, made))

    assert await get_it(shelf, made)
    await shelf.does(needing_review)
    await shelf.does(publishing.unpublish, made.text_id)
    assert (await shelf.text(made.text_id)).stage == "draft"


async def test_commands_of_the_machine_open_without_anybody(shelf):
    made = await let_through(shelf, "published")

    await shelf.does(articles.describe, made.id, audience="public", by=Actor.system("import"))

    assert await get_it(shelf, made)


async def test_writers_find_what_waits_to_be_opened(shelf):
    made = await let_through(shelf, "published")
    await shelf.writes("Another")
    await shelf.does(articles.describe, made.id, audience="public")

    (row,) = (await shelf.asks(listed_for_staff, WRITER, Wanted(tab="opening"))).rows

    assert row.article_id == made.id
