"""What was planned is published as it was approved and whole, or not at all, with the reason told, on each database."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.kernel.errors import Conflict
from knowledgebase.writing import articles, plans, publishing, snippets
from tests.integration.kernel.conftest import a_desk
from tests.integration.knowledgebase.test_articles import WRITER_2, Shelf, needing_review

HOUR = timedelta(hours=1)


@pytest.fixture
async def shelf(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Shelf]:
    async with a_desk(database_url, tmp_path, manual_clock) as desk:
        yield Shelf(desk, manual_clock)


async def planned(shelf: Shelf, **more: Any) -> articles.Created:
    """An article that is published in an hour."""
    made = await shelf.writes(**more)
    await shelf.does(publishing.publish, made.text_id, at=in_an_hour(shelf))
    return made


async def approved(shelf: Shelf, text_id: str) -> None:
    await shelf.does(publishing.submit, text_id)
    await shelf.does(publishing.approve, text_id, by=WRITER_2)


def in_an_hour(shelf: Shelf) -> datetime:
    at: datetime = shelf.clock.now() + HOUR
    return at


async def test_words_that_were_sent_back_are_not_published_at_the_time_that_was_planned(shelf):
    await shelf.does(needing_review)
    made = await shelf.writes()
    await approved(shelf, made.text_id)
    await shelf.does(publishing.publish, made.text_id, at=in_an_hour(shelf))

    await shelf.does(publishing.send_back, made.text_id, "It is wrong.", by=WRITER_2)

    assert (await shelf.text(made.text_id)).publish_at is None
    assert await shelf.asks(plans.planned, made.text_id) is None
    await shelf.passes(HOUR)
    assert await shelf.reads(made.slug) is None
    assert (await shelf.text(made.text_id)).sent_back == "It is wrong."


async def test_what_nobody_approved_is_not_published_once_that_is_needed(shelf):
    made = await planned(shelf)
    await shelf.does(needing_review)

    await shelf.passes(HOUR)

    text = await shelf.text(made.text_id)
    assert await shelf.reads(made.slug) is None
    assert (text.publish_at, text.stage) == (None, "draft") and "second person" in text.not_published
    await approved(shelf, made.text_id)
    await shelf.does(publishing.publish, made.text_id, at=in_an_hour(shelf))
    assert (await shelf.text(made.text_id)).not_published == ""
    await shelf.passes(HOUR)
    assert await shelf.reads(made.slug) is not None


async def test_what_was_planned_first_and_approved_then_is_published(shelf):
    made = await planned(shelf)
    await shelf.does(needing_review)
    await approved(shelf, made.text_id)

    await shelf.passes(HOUR)

    assert await shelf.reads(made.slug) is not None


async def test_a_writer_who_approved_their_own_words_is_no_second_person(shelf):
    made = await shelf.writes()
    await shelf.does(publishing.submit, made.text_id)
    await shelf.does(publishing.approve, made.text_id)
    await shelf.does(publishing.publish, made.text_id, at=in_an_hour(shelf))
    await shelf.does(needing_review)
    with pytest.raises(Conflict, match="second person"):
        await shelf.does(publishing.publish, made.text_id)

    await shelf.passes(HOUR)

    assert await shelf.reads(made.slug) is None


async def test_a_plan_is_for_what_was_approved_and_not_for_what_was_written_since(shelf):
    await shelf.does(needing_review)
    made = await shelf.writes()
    await approved(shelf, made.text_id)
    await shelf.does(publishing.publish, made.text_id, at=in_an_hour(shelf))
    await shelf.saves(made.text_id, body="Nobody has read this.")

    await shelf.passes(HOUR)

    assert (await shelf.reads(made.slug)).body == "Look at the link in our mail."


async def test_the_address_is_of_the_title_that_is_published_and_not_of_a_draft_beside_it(shelf):
    await shelf.does(needing_review)
    made = await shelf.writes("Lynx heater")
    await approved(shelf, made.text_id)
    await shelf.does(publishing.publish, made.text_id, at=in_an_hour(shelf))
    await shelf.saves(made.text_id, title="Recall of all heaters", body="Nobody has read this.")

    await shelf.passes(HOUR)

    assert (await shelf.reads("lynx-heater")).title == "Lynx heater"
    assert await shelf.reads("recall-of-all-heaters") is None
    assert (await shelf.writes("Recall of all heaters")).slug == "recall-of-all-heaters"


async def test_an_address_that_was_chosen_for_what_is_planned_is_the_one_that_it_gets(shelf):
    made = await planned(shelf, title="Lynx heater")
    await shelf.does(articles.rename, made.text_id, "heater")
    await shelf.saves(made.text_id, title="All heaters")

    await shelf.passes(HOUR)

    assert (await shelf.reads("heater")).title == "Lynx heater"
    await shelf.does(publishing.publish, made.text_id)
    assert (await shelf.reads("all-heaters")).title == "All heaters"


async def test_a_plan_that_moves_to_a_newer_title_is_published_under_that_one(shelf):
    made = await planned(shelf, title="Lynx heater")
    await shelf.saves(made.text_id, title="All heaters")
    await shelf.does(publishing.publish, made.text_id, at=in_an_hour(shelf))

    await shelf.passes(HOUR)

    assert (await shelf.reads("all-heaters")).title == "All heaters"
    assert await shelf.reads("lynx-heater") is None  # nobody ever saw it


async def test_a_snippet_that_a_planned_revision_asks_for_is_in_use(shelf):
    hours = await shelf.does(snippets.put, name="hours", language="en", body="Nine to five.")
    made = await planned(shelf, body="We are there {{snippet:hours}}")
    await shelf.saves(made.text_id, body="We are there.")

    with pytest.raises(Conflict, match="1 articles ask for it"):
        await shelf.does(snippets.remove, hours, version=0)

    await shelf.does(publishing.cancel_publication, made.text_id)
    await shelf.does(snippets.remove, hours, version=0)


async def test_nothing_with_a_hole_is_published_at_its_time(shelf):
    hours = await shelf.does(snippets.put, name="hours", language="en", body="Nine to five.")
    made = await planned(shelf, body="We are there {{snippet:hours}}")
    await shelf.does(lambda tx: tx.change(snippets._REMOVE, gone=hours))

    await shelf.passes(HOUR)

    text = await shelf.text(made.text_id)
    assert await shelf.reads(made.slug) is None
    assert text.publish_at is None and text.not_published == "there is no snippet called hours"
