"""What is missing in the knowledge base, as a page: who sees it, and what its buttons do."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from desk.kernel.clock import ManualClock
from desk.kernel.runner import Runner
from desk.kernel.transaction import Actor
from knowledgebase.handlers import HANDLERS
from knowledgebase.learning import causes, closed_cases, night, unanswered
from knowledgebase.reading import questions
from tests.integration.knowledgebase.cases import case, complaint, known_causes
from tests.integration.knowledgebase.shelf import shelve
from tests.integration.web.front import SYSTEM, Client, Front, csrf_token, open_front
from tests.integration.web.shown import Shown
from web.pages import screens
from web.pages.routes import KNOWLEDGE_PAGES

VISITOR = Actor.customer("visitor")
HERE = "/knowledge/learning"
SAID = (("customer", "I am Ana Ruiz. How do I return a lamp?"), ("agent", "Print the label from your account."))


@pytest_asyncio.fixture
async def house(tmp_path: Path, sample_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [route for part in (*KNOWLEDGE_PAGES, screens) for route in part.routes]
    async with open_front(tmp_path, sample_url, at=manual_clock.now(), routes=found) as opened:
        yield opened


async def opened(browser: Client, path: str) -> Shown:
    answer = await browser.get(path)
    html = await answer.text()
    assert answer.status == 200, html
    return Shown(html)


async def sends(browser: Client, path: str, **fields: str) -> tuple[int, Shown, str]:
    token = csrf_token(await (await browser.get(path)).text())
    answer = await browser.post(path, data={"csrf_token": token} | fields)
    return answer.status, Shown(await answer.text()), str(answer.url.relative())


async def asked(house: Front, words: str) -> None:
    await house.desk.transact(VISITOR, questions.asked, door="help", words=words, hits=0, language="en")


async def learned(house: Front) -> None:
    await night.learn(house.desk, night.Learn())


async def test_a_question_becomes_a_draft_or_is_put_aside(house: Front) -> None:
    for words in ("deliver to islands", "do you deliver to islands?", "do you sell bicycles"):
        await asked(house, words)
    await learned(house)
    sue = await house.signed_in("supervisor")
    islands, bicycles = await house.desk.read(SYSTEM, unanswered.unanswered)

    shown = await opened(sue, HERE)
    assert "deliver to islands" in shown.text and "help centre 2" in shown.text
    status, shown, where = await sends(sue, HERE, part="questions", act="aside", id=bicycles.id, again_after="5")
    assert status == 200 and "bicycles" not in shown.text and "Put aside." in shown.text
    status, shown, _ = await sends(sue, HERE, part="questions", act="aside", id=islands.id, again_after="many")
    assert status == 422 and "as a number" in shown.alerts[0] and "islands" in shown.text
    status, shown, where = await sends(sue, HERE, part="questions", act="draft", id=islands.id)
    assert status == 200 and "/edit?language=en" in where and shown.fields["title"] == "deliver to islands"
    assert (await sends(sue, HERE, part="questions", act="draft", id=islands.id))[0] == 409


async def test_everything_is_counted_anew_when_somebody_asks_for_it(house: Front) -> None:
    await asked(house, "do you sell bicycles")
    sue = await house.signed_in("supervisor")
    assert "No question was without an answer when it was counted last" in (await opened(sue, HERE)).text

    assert "counted anew" in (await sends(sue, HERE, part="questions", act="count"))[1].text
    await Runner(house.desk, {night.Learn: HANDLERS[night.Learn]}).run_due()

    assert "do you sell bicycles" in (await opened(sue, HERE)).text


async def test_two_articles_stand_side_by_side_until_both_are_found_right(house: Front) -> None:
    await house.desk.transact(SYSTEM, shelve, "Refunds", "We refund you within 5 days of receiving your parcel.")
    await house.desk.transact(SYSTEM, shelve, "Returns", "A refund arrives within 14 days of receiving the parcel.")
    await learned(house)
    sue = await house.signed_in("supervisor")

    shown = await opened(sue, f"{HERE}?part=figures")
    assert "within 5 days" in shown.text and "within 14 days" in shown.text
    _, shown, _ = await sends(sue, f"{HERE}?part=figures", part="figures", act="dismiss", id=shown.fields["id"])
    assert "No article contradicted another" in shown.text or "Marked as right" in shown.text
    assert "within 14 days" not in shown.text


async def test_articles_that_want_an_eye_are_listed(house: Front) -> None:
    await house.desk.transact(SYSTEM, lambda tx: shelve(tx, "Never opened", "Words.", days_ago=400))
    await learned(house)
    sue = await house.signed_in("supervisor")
    shown = await opened(sue, f"{HERE}?part=articles")
    assert "Never opened" in shown.text and "never" in shown.text


async def test_a_contact_becomes_a_draft_for_colleagues(house: Front) -> None:
    contact = await house.desk.transact(SYSTEM, lambda tx: case(tx, *SAID, answers={"csat": 5}))
    sue = await house.signed_in("supervisor")
    assert "5 of 5" in (await opened(sue, f"{HERE}?part=cases")).text
    assert "Ana Ruiz" in (await opened(sue, f"{HERE}/contacts/{contact}")).text

    _, shown, where = await sends(sue, f"{HERE}?part=cases", part="cases", act="case", id=contact)

    assert "/edit?" in where and "return a lamp" in shown.says["body"] and "Ruiz" not in shown.text
    shown = await opened(sue, f"{HERE}?part=cases")
    assert "Drafts from contacts" in shown.text and "The contact" in shown.text
    assert "Made from a contact" in (await opened(sue, where.partition("/edit")[0])).text
    ana = await house.signed_in("agent")
    assert "return a lamp" not in (await opened(ana, "/knowledge")).text


async def test_a_contact_that_is_passed_over_is_not_proposed_again(house: Front) -> None:
    contact = await house.desk.transact(SYSTEM, lambda tx: case(tx, *SAID, answers={"nps": 10}))
    sue = await house.signed_in("supervisor")
    _, shown, _ = await sends(sue, f"{HERE}?part=cases", part="cases", act="pass", id=contact)
    assert "Nothing to learn from just now" in shown.text
    assert await house.desk.read(SYSTEM, closed_cases.cases) == []


async def test_an_article_is_linked_as_the_answer_to_a_cause(house: Front) -> None:
    def before(tx: Any) -> None:
        known_causes(tx, lateness="Parcels that come late")
        complaint(tx, cause="lateness")
        shelve(tx, "When your parcel is late", "Wait a day, then write to us.")

    await house.desk.transact(SYSTEM, before)
    sue = await house.signed_in("supervisor")
    assert "no article" in (await opened(sue, f"{HERE}?part=causes")).text
    path = f"{HERE}/causes/cause/lateness"
    shown = await opened(sue, path)
    assert "When your parcel is late" in shown.text and "1 complaint was closed" in shown.text

    _, shown, _ = await sends(sue, path, act="link", article_id=shown.fields["article_id"])

    assert "Linked." in shown.text and "Does not answer it" in shown.text
    found = await house.desk.read(SYSTEM, causes.cause, "cause", "lateness")
    about = (await opened(sue, f"/knowledge/{found.articles[0].article_id}")).text
    assert "Answers the cause Parcels that come late" in about
    assert (await house.desk.read(SYSTEM, causes.cause, "cause", "lateness")).is_answered
    assert (await sue.get(f"{HERE}/causes/cause/none")).status == 404
    assert (await sue.get(f"{HERE}/causes/weather/lateness")).status == 404
    _, shown, where = await sends(sue, path, act="draft")
    assert "/edit?" in where and shown.fields["title"] == "Parcels that come late"


async def test_what_became_of_questions_is_shown_by_door_as_its_askers_said(house: Front) -> None:
    def before(tx: Any) -> None:
        for outcome in (questions.SOLVED, questions.GAVE_UP, questions.GAVE_UP, ""):
            id = questions.asked(tx, door="contact", words="refund", hits=2, language="en")
            if outcome:
                questions.ended(tx, id, outcome)
        questions.asked(tx, door="contact", words="bicycles", hits=0, language="en")

    await house.desk.transact(VISITOR, before)
    sue = await house.signed_in("supervisor")
    shown = (await opened(sue, f"{HERE}?part=outcomes")).text
    assert "Contact form 4 1 25 % 2 50 % 1 25 % 1" in " ".join(shown.split())
    assert "Assistant in the chat 0 0 0 0 0" in " ".join(shown.split())


@pytest.mark.parametrize("path", [HERE, f"{HERE}?part=cases", f"{HERE}/contacts/x", f"{HERE}/causes/cause/x"])
async def test_who_does_not_write_sees_nothing_of_it(house: Front, path: str) -> None:
    ana = await house.signed_in("agent")
    assert (await ana.get(path)).status == 403
    answer = await house.browser().get(path, allow_redirects=False)
    assert answer.status == 303 and "/login" in answer.headers["Location"]
    token = csrf_token(await (await ana.get("/knowledge")).text())
    assert (await ana.post(HERE, data={"csrf_token": token, "act": "count"})).status == 403


async def test_a_form_of_another_site_changes_nothing(house: Front) -> None:
    contact = await house.desk.transact(SYSTEM, lambda tx: case(tx, *SAID, answers={"csat": 5}))
    sue = await house.signed_in("supervisor")
    assert (await sue.post(HERE, data={"act": "pass", "id": contact, "part": "cases"})).status == 403
    assert [one.id for one in await house.desk.read(SYSTEM, closed_cases.cases)] == [contact]
