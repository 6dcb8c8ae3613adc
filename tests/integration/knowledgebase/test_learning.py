"""What the knowledge base learns at night, on each database, and what people decide about it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from desk.kernel.runner import Runner
from desk.kernel.transaction import Actor, Row
from knowledgebase.handlers import HANDLERS
from knowledgebase.learning import causes, closed_cases, contradicting, night, unanswered, watching
from knowledgebase.learning_tables import article_watch
from knowledgebase.readers import PUBLIC
from knowledgebase.reading import feedback, questions, views
from knowledgebase.tables import article_texts, article_uses, revisions
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, publishing, translations
from tests.integration.kernel.conftest import TEST, a_desk
from tests.integration.knowledgebase.cases import case, complaint, known_causes
from tests.integration.knowledgebase.shelf import article_of, category, shelve

WRITER = Actor(kind="user", id="writer-1", role="supervisor", name="Wei")
AGENT = Actor(kind="user", id="agent-1", role="agent", name="Ana")
VISITOR = Actor.customer("visitor")


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    async with a_desk(database_url, tmp_path, manual_clock) as opened:
        yield opened


async def a_night(desk: Desk) -> None:
    await night.learn(desk, night.Learn())


async def asked(desk: Desk, words: str, hits: int = 0, **more: Any) -> str:
    id: str = await desk.transact(
        VISITOR, questions.asked, door=more.pop("door", "help"), words=words, hits=hits, **more
    )
    return id


async def groups(desk: Desk) -> list[unanswered.Unanswered]:
    return await desk.read(WRITER, unanswered.unanswered)


async def test_what_found_no_answer_is_grouped_by_what_it_asks(desk):
    for words in ("where is my refund", "Refund?", "my refund where"):
        await asked(desk, words, language="en")
    opened = await asked(desk, "opening hours", hits=2)
    await desk.transact(VISITOR, questions.opened, opened, "text-1")
    solved = await asked(desk, "invoice address", hits=1)
    await desk.transact(VISITOR, questions.ended, solved, questions.SOLVED)
    given_up = await asked(desk, "cancel my store card", hits=1, door="contact")
    await desk.transact(VISITOR, questions.opened, given_up, "text-2")
    await desk.transact(VISITOR, questions.ended, given_up, questions.GAVE_UP)
    assert await groups(desk) == []

    await a_night(desk)

    refund, card = await groups(desk)
    assert (refund.times, refund.doors, refund.language) == (3, (("help", 3),), "en")
    assert (card.title, card.times, card.doors) == ("cancel my store card", 1, (("contact", 1),))


async def test_a_group_is_counted_anew_each_night_and_stays_itself(desk, manual_clock):
    await asked(desk, "where is my refund")
    await a_night(desk)
    (before,) = await groups(desk)
    manual_clock.advance(timedelta(days=89))
    await asked(desk, "refund")
    await a_night(desk)
    assert [(one.id, one.times) for one in await groups(desk)] == [(before.id, 2)]

    manual_clock.advance(timedelta(days=2))  # what was asked first is older than 90 days
    await a_night(desk)
    assert [(one.id, one.times) for one in await groups(desk)] == [(before.id, 1)]
    manual_clock.advance(timedelta(days=90))
    await a_night(desk)
    assert await groups(desk) == []


async def test_what_is_put_aside_comes_back_when_asked_so_many_times_more(desk, manual_clock):
    await asked(desk, "do you sell bicycles")
    await a_night(desk)
    (group,) = await groups(desk)

    await desk.transact(WRITER, unanswered.put_aside, group.id, again_after=2)
    assert await groups(desk) == []
    manual_clock.advance(timedelta(hours=1))
    await asked(desk, "bicycles, do you sell them")
    await a_night(desk)
    assert await groups(desk) == []
    await asked(desk, "sell bicycles")
    await a_night(desk)
    assert [one.id for one in await groups(desk)] == [group.id]

    for wrong in (0, unanswered.MOST_AGAIN + 1):
        with pytest.raises(Invalid):
            await desk.transact(WRITER, unanswered.put_aside, group.id, again_after=wrong)


async def test_one_button_begins_a_draft_and_its_publication_settles_the_group(desk, manual_clock):
    await asked(desk, "do you deliver to islands", language="en")
    await a_night(desk)
    (group,) = await groups(desk)

    made = await desk.transact(TEST, unanswered.begin_draft, group.id)

    (shown,) = await groups(desk)
    assert (shown.article_id, shown.draft) == (made.id, "do you deliver to islands")
    with pytest.raises(Conflict):
        await desk.transact(TEST, unanswered.begin_draft, group.id)
    await desk.transact(TEST, change, made.text_id, 1, "We do, within five days.")
    assert await groups(desk) == []
    manual_clock.advance(timedelta(days=1))
    await asked(desk, "deliver to islands", hits=1)
    await a_night(desk)
    assert [one.id for one in await groups(desk)] == [group.id]


async def test_a_question_that_turns_itself_around_becomes_a_draft_too(desk):
    await asked(desk, "sell \u202ebicycles\u202c", language="en")
    await a_night(desk)
    (group,) = await groups(desk)
    made = await desk.transact(TEST, unanswered.begin_draft, group.id)
    assert (await desk.read(TEST, lambda rx: rx.one(article_texts, made.text_id))).title == "sell bicycles"


async def test_articles_that_readers_surely_find_unhelpful_are_shown_as_they_stand(desk):
    bad = await desk.transact(TEST, shelve, "Returning a parcel")
    doubtful = await desk.transact(TEST, shelve, "Opening an account")
    for n in range(8):
        await say(desk, bad, n, helpful=n == 0)
    for n in range(2):
        await say(desk, doubtful, n, helpful=False)

    await a_night(desk)

    (shown,) = await desk.read(WRITER, watching.badly_thought_of)
    assert (shown.text_id, shown.title, shown.bad) == (bad, "Returning a parcel", 529)
    await desk.transact(TEST, say_anew, bad, "Returning a parcel, told better")
    await a_night(desk)
    assert await desk.read(WRITER, watching.badly_thought_of) == []


async def say(desk: Desk, text_id: str, n: int, *, helpful: bool) -> None:
    await desk.transact(VISITOR, feedback.give_feedback, text_id, PUBLIC, who=f"reader-{n}", helpful=helpful)


def say_anew(tx: Any, text_id: str, title: str) -> None:
    articles.save(tx, text_id, title=title, body="Better.", summary="", note="", base=1)
    publishing.publish(tx, text_id)


async def test_what_nobody_opened_or_used_for_half_a_year_is_unused(desk, manual_clock):
    never = await desk.transact(TEST, shelve, "Never opened", days_ago=200)
    new = await desk.transact(TEST, shelve, "New", days_ago=3)
    read = await desk.transact(TEST, shelve, "Read now and then", days_ago=300)
    await desk.transact(VISITOR, views.viewed, {read: 5})

    await a_night(desk)
    assert await unused(desk) == [never]
    manual_clock.advance(timedelta(days=179))
    await desk.transact(VISITOR, views.viewed, {never: 1})
    await a_night(desk)
    manual_clock.advance(timedelta(days=2))
    assert set(await unused(desk)) == {read, new}


async def unused(desk: Desk) -> list[str]:
    return [row.text_id for row in await desk.read(WRITER, watching.unused)]


async def test_what_is_due_and_what_is_behind_is_shown(desk, manual_clock):
    said = {"body": "Five days.", "audience": "public", "state": "published"}
    due_at = manual_clock.now() + timedelta(days=1)
    made = await desk.transact(TEST, articles.create, title="Refunds", language="en", review_due_at=due_at, **said)
    other = await desk.transact(TEST, translations.translate, made.id, "de", title="Erstattung", body="Fünf Tage.")
    await desk.transact(TEST, publishing.publish, other.text_id)
    await a_night(desk)
    assert await desk.read(WRITER, watching.behind) == [] == await desk.read(WRITER, watching.due)

    await desk.transact(TEST, say_anew, made.text_id, "Refunds")
    manual_clock.advance(timedelta(days=2))
    await a_night(desk)

    (behind,) = await desk.read(WRITER, watching.behind)
    assert (behind.text_id, behind.behind, behind.language) == (other.text_id, 1, "de")
    (due,) = await desk.read(WRITER, watching.due)
    assert (due.article_id, due.review_due_at) == (made.id, due_at)


async def test_what_is_taken_from_readers_is_watched_no_more(desk):
    text_id = await desk.transact(TEST, shelve, "Never opened", days_ago=200)
    await a_night(desk)
    assert await unused(desk) == [text_id]
    await desk.transact(TEST, publishing.unpublish, text_id)
    assert await unused(desk) == []
    await a_night(desk)
    assert await desk.read(WRITER, lambda rx: rx.all(sa.select(article_watch))) == []


async def test_articles_that_say_different_figures_about_the_same_are_shown_side_by_side(desk):
    first = await desk.transact(TEST, shelve, "Refunds", "We refund you within 5 days of receiving your parcel.")
    second = await desk.transact(TEST, shelve, "Returns", "A refund arrives within 14 days of receiving the parcel.")
    filed = await desk.transact(TEST, category, "cards")
    said = "A refund arrives within 30 days of receiving the parcel."
    await desk.transact(TEST, shelve, "Refunds to cards", said, category_id=filed)

    await a_night(desk)

    (shown,) = await contradictions(desk)
    assert {shown.text_id, shown.other_id} == {first, second}
    assert {"5 days" in shown.sentence, "5 days" in shown.other_sentence} == {True, False} and shown.kind == "days"
    await a_night(desk)
    assert [row.id for row in await contradictions(desk)] == [shown.id]


async def test_what_somebody_found_right_stays_so_until_it_is_said_otherwise(desk):
    first = await desk.transact(TEST, shelve, "Refunds", "We refund you within 5 days of receiving your parcel.")
    await desk.transact(TEST, shelve, "Returns", "A refund arrives within 14 days of receiving the parcel.")
    await a_night(desk)
    (shown,) = await contradictions(desk)
    await desk.transact(WRITER, contradicting.dismiss, shown.id)
    assert await contradictions(desk) == []

    same = "Hello! We refund you within 5 days of receiving your parcel."
    await desk.transact(TEST, change, first, 1, same)
    await a_night(desk)
    assert await contradictions(desk) == []
    await desk.transact(TEST, change, first, 2, "We refund you within 7 days of receiving your parcel.")
    assert await contradictions(desk) == []
    await a_night(desk)
    (again,) = await contradictions(desk)
    assert "7 days" in again.sentence + again.other_sentence
    await desk.transact(TEST, change, first, 3, "We refund you within 14 days of receiving your parcel.")
    await a_night(desk)
    assert await contradictions(desk) == []


async def contradictions(desk: Desk) -> list[Row]:
    return list(await desk.read(WRITER, contradicting.contradicting))


def change(tx: Any, text_id: str, base: int, body: str) -> None:
    articles.save(tx, text_id, title="Refunds", body=body, summary="", note="", base=base)
    publishing.publish(tx, text_id)


ASKED = ("customer", "Hello, I am Ana Ruiz, order 48213. How do I return a lamp?")
ANSWERED = ("agent", "Dear Ana, print the label from your account and hand the lamp in within 14 days. Tom Brown")


async def test_a_well_rated_case_becomes_a_draft_that_names_nobody(desk):
    well = await desk.transact(TEST, case, ASKED, ("agent", "One moment."), ANSWERED, answers={"csat": 5})
    await desk.transact(TEST, case, ASKED, ANSWERED, answers={"csat": 3, "nps": 10})
    await desk.transact(TEST, case, ASKED, answers={"csat": 5})
    await desk.transact(TEST, case, ASKED, ANSWERED)
    await desk.transact(TEST, case, ASKED, ANSWERED, answers={"csat": 5}, state="open")

    assert [one.id for one in await desk.read(WRITER, closed_cases.cases)] == [well]
    made = await desk.transact(TEST, closed_cases.draft_from, well)

    text, article, said = await desk.read(WRITER, _text, made)
    assert (text.stage, text.published, article.audience) == ("draft", None, "internal")
    assert "return a lamp" in said.body and "print the label" in said.body and "14 days" in said.body
    assert not any(word in said.title + said.body for word in ("Ana", "Ruiz", "Tom", "Brown", "48213"))
    assert await desk.read(WRITER, closed_cases.cases) == []
    (draft,) = await desk.read(WRITER, closed_cases.drafts)
    assert (draft.article_id, draft.interaction_id) == (made.id, well)
    assert await desk.read(WRITER, closed_cases.source_of, made.id) == well
    assert await desk.read(AGENT, closed_cases.source_of, made.id) is None
    with pytest.raises(Conflict):
        await desk.transact(TEST, closed_cases.draft_from, well)


def _text(rx: Any, made: articles.Created) -> tuple[Row, Row, Row]:
    said = sa.select(revisions).where(revisions.c.text_id == made.text_id)
    return rx.one(article_texts, made.text_id), rx.one(articles_table, made.id), rx.all(said)[0]


async def test_a_case_in_which_an_article_was_used_or_that_was_passed_over_is_not_proposed(desk):
    used = await desk.transact(TEST, case, ASKED, ANSWERED, answers={"nps": 9})
    passed = await desk.transact(TEST, case, ASKED, ANSWERED, answers={"nps": 10})
    text_id = await desk.transact(TEST, shelve, "Returns")

    def use(tx: Any) -> None:
        about = {"article_id": article_of(tx, text_id), "text_id": text_id, "interaction_id": used, "how": "linked"}
        tx.insert(article_uses, id=tx.new_id(), at=tx.now, settled=False, **about)

    await desk.transact(TEST, use)
    assert [one.id for one in await desk.read(WRITER, closed_cases.cases)] == [passed]
    await desk.transact(WRITER, closed_cases.pass_over, passed)
    assert await desk.read(WRITER, closed_cases.cases) == []


async def test_only_a_case_that_ended_well_can_become_a_draft(desk):
    badly = await desk.transact(TEST, case, ASKED, ANSWERED, answers={"csat": 1})
    with pytest.raises(Conflict):
        await desk.transact(TEST, closed_cases.draft_from, badly)
    with pytest.raises(NotFound):
        await desk.transact(TEST, closed_cases.draft_from, "no-such")


async def test_causes_of_complaints_lead_to_the_articles_that_answer_them(desk):
    await desk.transact(TEST, known_causes, late="Late delivery", rude="Conduct")
    for about in ({"cause": "late"}, {"cause": "late"}, {"cause": "rude"}, {"cause": "late", "days_ago": 400}):
        await desk.transact(TEST, complaint, **about)
    await desk.transact(TEST, complaint, cause="rude", state="void")
    text_id = await desk.transact(TEST, shelve, "When a parcel is late")
    article_id = await desk.read(TEST, article_of, text_id)

    late, rude = await desk.read(WRITER, causes.causes, "cause")
    assert [(one.code, one.name, one.times, one.is_answered) for one in (late, rude)] == [
        ("late", "Late delivery", 2, False),
        ("rude", "Conduct", 1, False),
    ]
    for _ in range(2):
        await desk.transact(WRITER, causes.link, "cause", "late", article_id)
    late, _ = await desk.read(WRITER, causes.causes, "cause")
    assert late.is_answered and [row.article_id for row in late.articles] == [article_id]
    assert await desk.read(WRITER, causes.answers_to, article_id) == [("cause", "Late delivery")]
    await desk.transact(WRITER, causes.unlink, "cause", "late", article_id)
    assert not (await desk.read(WRITER, causes.cause, "cause", "late")).articles

    made = await desk.transact(TEST, causes.begin_draft, "cause", "rude")
    rude = await desk.read(WRITER, causes.cause, "cause", "rude")
    assert [(row.article_id, row.title) for row in rude.articles] == [(made.id, "Conduct")]
    assert not rude.is_answered  # nobody can read it yet
    for kind, code in (("cause", "none"), ("category", "late")):
        with pytest.raises(NotFound):
            await desk.transact(WRITER, causes.link, kind, code, article_id)


async def test_only_who_writes_sees_and_decides(desk):
    contact = await desk.transact(TEST, case, ASKED, ANSWERED, answers={"csat": 5})
    reads = (
        (unanswered.unanswered,),
        (watching.badly_thought_of,),
        (watching.unused,),
        (watching.due,),
        (watching.behind,),
        (contradicting.contradicting,),
        (closed_cases.cases,),
        (closed_cases.drafts,),
        (closed_cases.conversation, contact),
        (causes.causes, "cause"),
    )
    writes = (
        (unanswered.put_aside, "x"),
        (unanswered.begin_draft, "x"),
        (contradicting.dismiss, "x"),
        (closed_cases.draft_from, contact),
        (closed_cases.pass_over, contact),
        (causes.link, "cause", "late", "x"),
        (causes.unlink, "cause", "late", "x"),
        (night.at_once,),
    )
    for actor in (AGENT, VISITOR):
        for query, *arguments in reads:
            with pytest.raises(Forbidden):
                await desk.read(actor, query, *arguments)
        for use_case, *arguments in writes:
            with pytest.raises(Forbidden):
                await desk.transact(actor, use_case, *arguments)


async def test_every_night_is_followed_by_the_next(desk, manual_clock):
    await desk.transact(TEST, night.plan)
    await asked(desk, "do you sell bicycles")
    runner = Runner(desk, HANDLERS)
    for times in (1, 2):
        manual_clock.advance(timedelta(days=1))
        assert await runner.run_due() >= 1
        assert [one.times for one in await groups(desk)] == [times]
        await asked(desk, "sell bicycles")
    await desk.transact(WRITER, night.at_once)
    await runner.run_due()
    assert [one.times for one in await groups(desk)] == [3]
