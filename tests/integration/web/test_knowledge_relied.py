"""What an article relies on, and is not its own words, is let through by nobody whose page showed it otherwise."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from desk.kernel.transaction import Tx
from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.tables import article_files, article_texts
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, categories, publishing, snippets, translations
from tests.integration.web.front import SYSTEM, Front
from tests.integration.web.test_knowledge_late import house, sends, shown, stands, step_of, written
from tests.integration.web.test_knowledge_pages import lite_house

__all__ = ["house", "lite_house"]

AT = "2026-12-01T10:00"


def says(body: str, version: int | None = None, language: str = "en") -> Callable[[Tx], None]:
    def say(tx: Tx) -> None:
        snippets.put(tx, name="pay-to", language=language, body=body, version=version)

    return say


def has_paper(article_id: str, size: int = 9) -> Callable[[Tx], None]:
    def add(tx: Tx) -> None:
        about: dict[str, Any] = {"name": "plan.pdf", "type": "application/pdf", "size": size, "blob": "x"}
        tx.insert(article_files, id="plan", article_id=article_id, added_by="", added_at=tx.now, **about)

    return add


def reviewed(tx: Tx) -> None:
    put(tx, organization, "articles_need_review", value=True)


async def a_snippet_says_something_else(house: Front, made: articles.Created, beside: articles.Created) -> None:
    await house.desk.transact(SYSTEM, says("Pay to mine.", 0))


async def a_snippet_is_said_in_its_own_language(house: Front, made: articles.Created, beside: articles.Created) -> None:
    await house.desk.transact(SYSTEM, says("Pay to mine.", language="de"))


async def a_paper_is_for_fewer_than_those_who_get_it(
    house: Front, made: articles.Created, beside: articles.Created
) -> None:
    await house.desk.transact(SYSTEM, articles.describe, beside.id, audience="internal")


async def a_paper_is_there_that_was_not(house: Front, made: articles.Created, beside: articles.Created) -> None:
    await house.desk.transact(SYSTEM, has_paper(made.id))


Behind = Callable[[Front, articles.Created, articles.Created], Awaitable[None]]


@pytest.mark.parametrize("act", ["approve", "publish", "schedule"])
@pytest.mark.parametrize(
    ("behind", "body", "language", "told"),
    [
        (a_snippet_says_something_else, "{{snippet:pay-to}}", "en", "(the snippet pay-to)"),
        (a_snippet_is_said_in_its_own_language, "{{snippet:pay-to}}", "de", "(the snippet pay-to)"),
        (a_paper_is_for_fewer_than_those_who_get_it, "[Plan](/help/files/plan)", "en", "(the file plan.pdf)"),
        (a_paper_is_there_that_was_not, "[Plan](/help/files/plan)", "en", "(the file plan.pdf)"),
    ],
)
async def test_what_an_article_relies_on_is_let_through_as_its_page_showed_it(
    lite_house: Front, act: str, behind: Behind, body: str, language: str, told: str
) -> None:
    await lite_house.desk.transact(SYSTEM, says("Pay to the old account."))
    beside = await written(lite_house, title="Beside", state="published")
    if behind is a_paper_is_for_fewer_than_those_who_get_it:
        await lite_house.desk.transact(SYSTEM, has_paper(beside.id))
    made = await written(lite_house, body=body, language=language)
    path, to = f"/knowledge/{made.id}?language={language}", f"/knowledge/{made.id}/acts?language={language}"
    sue = await lite_house.signed_in("supervisor")
    if act == "approve":
        await sends(sue, path, to, {"act": "submit", "revision": "1"})
    page = await shown(sue, path)
    before = await stands(lite_house, made)

    await behind(lite_house, made, beside)
    status, again = await sends(sue, path, to, {"act": act, "at": AT} | step_of(page))

    assert status == 409 and f"what it puts in or shows has been changed {told} since you opened" in again.alerts[0]
    assert await stands(lite_house, made) == before
    assert (await sends(sue, path, to, {"act": act, "at": AT} | step_of(again) | {"relies": ""}))[0] == 409
    status, done = await sends(sue, path, to, {"act": act, "at": AT} | step_of(again))
    assert status == 200 and not done.alerts, done.alerts


async def a_translation_is_begun(house: Front, made: articles.Created) -> None:
    await house.desk.transact(SYSTEM, lambda tx: translations.translate(tx, made.id, "fr", body="Cinq jours."))


async def a_translation_is_published(house: Front, made: articles.Created) -> None:
    await house.desk.transact(SYSTEM, _german, publishing.publish)


async def other_readers_get_it(house: Front, made: articles.Created) -> None:
    await house.desk.transact(SYSTEM, articles.describe, made.id, audience="customers")


async def it_is_filed_elsewhere(house: Front, made: articles.Created) -> None:
    def file(tx: Tx) -> None:
        articles.describe(tx, made.id, category_id=categories.add(tx, names={"en": "Money"}))

    await house.desk.transact(SYSTEM, file)


async def it_expires(house: Front, made: articles.Created) -> None:
    await house.desk.transact(SYSTEM, lambda tx: publishing.expire(tx, made.text_id, at=tx.now + timedelta(days=1)))


async def it_is_planned_for_another_day(house: Front, made: articles.Created) -> None:
    await house.desk.transact(SYSTEM, lambda tx: publishing.publish(tx, made.text_id, at=tx.now + timedelta(days=1)))


def _german(tx: Tx, does: Callable[[Tx, str], None]) -> None:
    (row,) = [row for row in tx.all(article_texts.select()) if row.language == "de"]
    does(tx, row.id)


@pytest.mark.parametrize(
    "behind",
    [
        a_translation_is_begun,
        a_translation_is_published,
        other_readers_get_it,
        it_is_filed_elsewhere,
        it_expires,
        it_is_planned_for_another_day,
    ],
)
async def test_what_is_true_of_an_article_is_let_through_as_its_page_showed_it(
    lite_house: Front, behind: Callable[[Front, articles.Created], Awaitable[None]]
) -> None:
    made = await written(lite_house, audience="internal")
    await lite_house.desk.transact(SYSTEM, lambda tx: translations.translate(tx, made.id, "de", body="Fünf Tage."))
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"
    sue = await lite_house.signed_in("supervisor")
    page = await shown(sue, path)
    before = await stands(lite_house, made)

    await behind(lite_house, made)
    status, again = await sends(sue, path, to, {"act": "publish"} | step_of(page))

    assert status == 409 and "since you opened this page" in again.alerts[0]
    assert await stands(lite_house, made) == before
    assert (await sends(sue, path, to, {"act": "publish"} | step_of(again)))[0] == 200


async def test_who_opens_an_article_to_others_gives_them_the_snippets_that_the_page_showed(house: Front) -> None:
    await house.desk.transact(SYSTEM, says("Pay to the old account."))
    made = await written(house, body="{{snippet:pay-to}}", state="published", audience="internal")
    await house.desk.transact(SYSTEM, reviewed)
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"
    await house.desk.transact(
        SYSTEM,
        lambda tx: tx.update(articles_table, made.id, opens_to="public", opening_asked_by="somebody"),
    )
    adam = await house.signed_in("admin")
    page = await shown(adam, path)
    assert "Waits to be opened to Public" in page.says["opening"]
    opens = {"act": "open", "version": page.fields["version"], "relies": page.about["opens-relies"]["value"]}

    await house.desk.transact(SYSTEM, says("Pay to mine.", 0))
    status, again = await sends(adam, path, to, opens)

    assert status == 409 and "(the snippet pay-to)" in again.alerts[0] and "Pay to mine." in again.text
    now = opens | {"relies": again.about["opens-relies"]["value"]}
    assert (await sends(adam, path, to, now))[0] == 200


@pytest.mark.parametrize(
    ("behind", "body"),
    [
        (a_snippet_says_something_else, "{{snippet:pay-to}}"),
        (a_paper_is_for_fewer_than_those_who_get_it, "[Plan](/help/files/plan)"),
    ],
)
async def test_an_editor_publishes_what_it_showed_of_what_the_words_rely_on(
    house: Front, behind: Behind, body: str
) -> None:
    await house.desk.transact(SYSTEM, says("Pay to the old account."))
    beside = await written(house, title="Beside", state="published")
    await house.desk.transact(SYSTEM, has_paper(beside.id))
    made = await written(house, body=body)
    path = f"/knowledge/{made.id}/edit?language=en"
    sue = await house.signed_in("supervisor")
    page = await shown(sue, path)
    fields = {name: page.fields[name] for name in ("title", "summary", "note", "base", "shown_to", "relies")}

    await behind(house, made, beside)
    status, saved = await sends(sue, path, path, fields | {"body": f"{body} More.", "then": "publish"})

    assert status == 200 and "Saved, and not published yet" in saved.text
    assert await stands(house, made) == ("draft", None)
    assert "Pay to mine." in saved.text or "everybody gets what belongs to articles" in saved.text
    to = f"/knowledge/{made.id}/acts?language=en"
    assert (await sends(sue, path, to, {"act": "publish"} | step_of(saved)))[0] == 200
    assert await stands(house, made) == ("published", 2)
