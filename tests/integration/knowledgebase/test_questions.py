"""Questions and feedback, on each database: what is kept of them, what they count for, and when they are forgotten."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.runner import Runner
from desk.kernel.transaction import Actor, Row
from knowledgebase import tables
from knowledgebase.handlers import HANDLERS
from knowledgebase.readers import PUBLIC
from knowledgebase.reading import feedback, questions, views
from knowledgebase.tables import article_feedback, article_texts
from knowledgebase.writing import articles
from tests.integration.kernel.conftest import a_desk

WRITER = Actor(kind="user", id="writer-1", role="supervisor", name="Wei")
VISITOR = Actor.customer("visitor")


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    async with a_desk(database_url, tmp_path, manual_clock) as opened:
        yield opened


async def written(desk: Desk, title: str = "Refunds", **more: str) -> articles.Created:
    said: dict[str, Any] = {"body": "Five days.", "language": "en", "audience": "public", "state": "published"} | more
    made: articles.Created = await desk.transact(WRITER, articles.create, title=title, **said)
    return made


async def asked(desk: Desk, words: str, door: str = "help", hits: int = 1) -> str:
    return await desk.transact(VISITOR, questions.asked, door=door, words=words, hits=hits)


async def kept(desk: Desk) -> list[Row]:
    return list(await desk.read(VISITOR, lambda rx: rx.all(sa.select(tables.questions).order_by("at"))))


async def test_a_question_is_kept_masked_and_cut(desk):
    await asked(desk, "My card 4111 1111 1111 1111, ana.ruiz@example.org, +44 20 7946 0158: refund \n\t" + "x" * 500)

    (row,) = await kept(desk)
    assert row.words.startswith("My card …, …, …: refund xxx")
    assert len(row.words) == 300
    assert (row.door, row.audience, row.hits, row.outcome, row.opened) == ("help", "public", 1, "", None)


async def test_a_number_is_masked_however_it_is_written(desk):
    await asked(
        desk, "0121–496–0100 or 4111·1111·1111·1111; 0900\u200b123\u200b456; ana\u200b@x.example: 2,499 x — 5–7 d"
    )

    assert (await kept(desk))[0].words == "… or …; …; …: 2,499 x — 5–7 d"


async def test_what_is_cut_off_is_masked_before(desk):
    await asked(desk, "x" * 295 + " ana.ruiz@example.org")

    assert "ana" not in (await kept(desk))[0].words


async def test_who_asks_a_person_after_all_has_given_up(desk):
    made = await written(desk)
    solved, gave_up, unknown = [await asked(desk, "refund", door="contact") for _ in range(3)]
    await asked(desk, "nothing fits", door="contact", hits=0)
    await desk.transact(VISITOR, questions.opened, solved, made.text_id)
    await desk.transact(VISITOR, questions.ended, solved, questions.SOLVED)
    await desk.transact(VISITOR, questions.ended, gave_up, questions.SOLVED)
    await desk.transact(VISITOR, questions.ended, gave_up, questions.GAVE_UP)
    await desk.transact(VISITOR, questions.ended, gave_up, questions.SOLVED)
    await desk.transact(VISITOR, questions.ended, "no such question", questions.SOLVED)

    found = {one.door: one for one in await desk.read(VISITOR, questions.deflection)}
    assert found["contact"] == questions.Deflection(door="contact", solved=1, gave_up=1, unknown=1, nothing=1)
    assert found["contact"].shown == 3
    assert found["help"] == questions.Deflection(door="help")
    assert await desk.transact(VISITOR, questions.asked_anew, unknown, words="refund card", hits=2)
    assert not await desk.transact(VISITOR, questions.asked_anew, gave_up, words="more", hits=2)


async def test_most_asked_is_what_was_opened_from_questions_this_week(desk, manual_clock):
    old, once, twice = [await written(desk, title) for title in ("Old", "Once", "Twice")]
    for made in (old, old, old):
        await desk.transact(VISITOR, questions.opened, await asked(desk, "x"), made.text_id)
    manual_clock.advance(timedelta(days=8))
    for made in (once, twice, twice):
        await desk.transact(VISITOR, questions.opened, await asked(desk, "x"), made.text_id)

    assert await desk.read(VISITOR, questions.asked_most, most=5) == [twice.text_id, once.text_id]


async def test_questions_are_forgotten_after_ninety_days(desk, manual_clock):
    await asked(desk, "first")
    manual_clock.advance(timedelta(days=40))
    await asked(desk, "second")
    manual_clock.advance(timedelta(days=51))
    await Runner(desk, HANDLERS).run_due()

    assert [row.words for row in await kept(desk)] == ["second"]
    manual_clock.advance(timedelta(days=40))
    await Runner(desk, HANDLERS).run_due()
    assert await kept(desk) == []


async def test_a_reader_counts_once_and_may_change_their_mind(desk):
    made = await written(desk)

    async def says(who: str, helpful: bool, comment: str = "") -> None:
        await desk.transact(
            VISITOR, feedback.give_feedback, made.text_id, PUBLIC, who=who, helpful=helpful, comment=comment
        )

    await says("ana", True)
    await says("ana", True)
    await says("bo", False, "Which bank?")
    await says("ana", False)

    text = await desk.read(VISITOR, lambda rx: rx.one(article_texts, made.text_id))
    assert (text.helpful, text.unhelpful) == (0, 2)
    rows = await desk.read(VISITOR, lambda rx: rx.all(sa.select(article_feedback)))
    assert sorted((row.helpful, row.comment, row.revision) for row in rows) == [
        (False, "", 1),
        (False, "Which bank?", 1),
    ]
    assert not {"ana", "bo"} & {row.reader for row in rows}


async def test_nothing_is_said_of_what_one_cannot_read(desk):
    made = await written(desk, audience="customers")

    for text_id in (made.text_id, "no-such-text"):
        with pytest.raises(NotFound):
            await desk.transact(VISITOR, feedback.give_feedback, text_id, PUBLIC, who="ana", helpful=True)


async def test_a_comment_has_a_longest(desk):
    made = await written(desk)

    with pytest.raises(Invalid):
        await desk.transact(
            VISITOR, feedback.give_feedback, made.text_id, PUBLIC, who="a", helpful=False, comment="x" * 1001
        )


async def test_looks_are_counted(desk):
    made = await written(desk)

    await desk.transact(VISITOR, views.viewed, {made.text_id: 3, "gone": 1})

    assert (await desk.read(VISITOR, lambda rx: rx.one(article_texts, made.text_id))).views == 3
