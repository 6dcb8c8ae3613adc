"""Drafts of articles by a language model: what goes out, what is kept, and that no button is there without one."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.learning import closed_cases, night
from knowledgebase.reading import questions
from tests.integration.knowledgebase.cases import case
from tests.integration.knowledgebase.shelf import shelve
from tests.integration.provider import KEY, NAME, Provider, open_provider
from tests.integration.web.front import SYSTEM, Front, open_front
from tests.integration.web.test_knowledge_learning_page import HERE, VISITOR, opened, sends
from web.pages.admin import overview as admin
from web.pages.routes import KNOWLEDGE_PAGES

BUTTON = "with the language model"
SAID = (("customer", "I am Ana Ruiz. How do I return a lamp?"), ("agent", "Print the label from your account, Ana."))
WRITTEN = "# Returning a lamp\n\n1. Print the label [2].\n2. See {{snippet:x}} <b>bold</b> http://evil.example [3].\n"


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with open_provider() as started:
        started.says(WRITTEN)
        yield started


@pytest.fixture
async def house(
    tmp_path: Path, sample_sqlite_url: str, manual_clock: ManualClock, provider: Provider
) -> AsyncIterator[Front]:
    routes = [route for part in (*KNOWLEDGE_PAGES, admin) for route in part.routes]
    at = manual_clock.now()
    async with open_front(tmp_path, sample_sqlite_url, at=at, routes=routes, **provider.settings) as front:
        await front.desk.transact(SYSTEM, shelve, "Returning a lamp from abroad", "Ask us for a label.")
        await front.desk.transact(SYSTEM, lambda tx: shelve(tx, "Lamp fraud", "Look twice.", audience="internal"))
        await may_read(front, "conversations")
        yield front


async def may_read(house: Front, what: str) -> None:
    await house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "model_may_read", value=what))


async def closed(house: Front) -> str:
    def writes(tx: Any) -> str:
        return case(tx, *SAID, answers={"csat": 5})

    return await house.desk.transact(SYSTEM, writes)


async def test_a_contact_becomes_a_draft_that_says_where_it_is_from(house: Front, provider: Provider) -> None:
    contact = await closed(house)
    sue = await house.signed_in("supervisor")
    shown = await opened(sue, f"{HERE}?part=cases")
    assert BUTTON in shown.text and f"to {NAME} at 127.0.0.1" in shown.text

    status, shown, where = await sends(sue, f"{HERE}?part=cases", part="cases", act="case_model", id=contact)

    assert status == 200 and "/edit?language=en" in where and shown.fields["title"] == "Returning a lamp"
    box, _, body = shown.says["body"].lstrip().partition("\n\n")
    assert box.startswith("> [!WARNING]\n> Drafted by the language model parrot-1 from a closed contact and [Returning")
    assert body == "1. Print the label.\n2. See { {snippet:x}} <b>bold</b> ….\n"
    assert "return a lamp" in provider.sent and "Ask us for a label" in provider.sent
    assert "Ana" not in provider.sent and "Look twice" not in provider.sent
    preview = await (await sue.get(where.partition("/edit")[0])).text()
    assert "<b>bold" not in preview and "&lt;b&gt;bold" in preview
    ana = await house.signed_in("agent")
    assert "Returning a lamp\n" not in (await opened(ana, "/knowledge")).text  # a draft is nobody's but writers'
    assert await house.desk.read(SYSTEM, closed_cases.source_of, where.split("/")[2]) == contact
    assert (await sends(sue, f"{HERE}?part=cases", part="cases", act="case_model", id=contact))[0] == 409


async def test_questions_become_a_draft_for_colleagues(house: Front, provider: Provider) -> None:
    for words in ("Quixley: deliver to islands", "do you deliver to islands? Eva Quixley"):
        about: dict[str, Any] = {"door": "help", "words": words, "hits": 0, "language": "en", "names": ("Eva Quixley",)}
        await house.desk.transact(VISITOR, questions.asked, **about)
    await night.learn(house.desk, night.Learn())
    sue = await house.signed_in("supervisor")
    shown = await opened(sue, HERE)
    provider.says("Islands\n\nWe deliver to islands in a week [2].\n\nTo be found out: what it costs [1].")
    assert (await sends(sue, HERE, part="questions", act="draft_model", id=shown.fields["id"]))[0] == 409
    assert provider.asked == []
    await house.desk.transact(SYSTEM, shelve, "Where we deliver", "We deliver to islands in a week.")

    status, shown, where = await sends(sue, HERE, part="questions", act="draft_model", id=shown.fields["id"])

    assert status == 200 and "from questions that found no answer" in shown.says["body"]
    assert "islands?" in provider.sent and "Quixley" not in provider.sent + shown.text
    shown = await opened(sue, where.partition("/edit")[0])
    assert "Everybody here" in shown.text or "Internal" in shown.text


async def test_what_the_model_does_wrong_is_said_and_nothing_is_kept(house: Front, provider: Provider) -> None:
    contact = await closed(house)
    sue = await house.signed_in("supervisor")
    for what in ("invented", "broken"):
        provider.says("Lamps\n\nAs [7] says.") if what == "invented" else provider.breaks(500, KEY.encode())
        status, shown, _ = await sends(sue, f"{HERE}?part=cases", part="cases", act="case_model", id=contact)
        assert status == (409 if what == "invented" else 503)
        assert "Nothing was changed" in shown.alerts[0] and KEY not in shown.text
    assert [one.id for one in await house.desk.read(SYSTEM, closed_cases.cases)] == [contact]


async def test_where_it_may_not_read_what_customers_wrote_there_is_no_button(house: Front, provider: Provider) -> None:
    contact = await closed(house)
    sue, root = await house.signed_in("supervisor"), await house.signed_in("admin")
    assert f"{NAME} at 127.0.0.1. Drafts of replies, notes and articles" in (await opened(root, "/admin")).text
    for what, told in (("articles", "nothing that customers wrote is sent"), ("nothing", "switched off")):
        await may_read(house, what)
        assert BUTTON not in (await opened(sue, f"{HERE}?part=cases")).text
        assert told in (await opened(root, "/admin")).text
        assert (await sends(sue, f"{HERE}?part=cases", part="cases", act="case_model", id=contact))[0] == 409
    assert provider.asked == []
