"""Of two who change a snippet, a category or a translation at once neither undoes what they have not seen."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from desk.kernel.clock import ManualClock
from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.tables import article_texts
from knowledgebase.writing import articles, categories, publishing, snippets, translations
from tests.integration.web.front import SYSTEM, Front, open_front
from tests.integration.web.test_knowledge_late import sends, shown
from web.pages import screens
from web.pages.knowledge import articles as knowledge
from web.pages.knowledge import editor as knowledge_editor
from web.pages.knowledge import order as knowledge_order

LONG = "Nine to five, " * 20 + "and on Saturdays by appointment."
SNIPPETS, CATEGORIES = "/knowledge/snippets", "/knowledge/categories"


@pytest_asyncio.fixture
async def house(tmp_path: Path, sample_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    parts = (knowledge_order, knowledge_editor, knowledge, screens)
    routes = [route for part in parts for route in part.routes]
    async with open_front(tmp_path, sample_url, at=manual_clock.now(), routes=routes) as opened:
        yield opened


async def test_what_a_category_is_called_waits_for_somebody_else_on_its_page(house: Front) -> None:
    id = await house.desk.transact(SYSTEM, lambda tx: categories.add(tx, names={"en": "Returns"}))
    await house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "articles_need_review", value=True))
    sue, ada = await house.signed_in("supervisor"), await house.signed_in("admin")

    page = await shown(sue, CATEGORIES)
    typed = {"act": "change", "id": id, "version": page.fields["version"], "name.en": "Ring 0900", "name.zh": "退货"}
    status, told = await sends(sue, CATEGORIES, CATEGORIES, typed)
    assert status == 200 and "until somebody else approves it" in told.text
    assert "You ask for this" in told.text and "Approve Returns" not in told.text
    late = {"id": id, "version": page.fields["version"]}
    status, told = await sends(ada, CATEGORIES, CATEGORIES, late | {"act": "approve"})
    assert status == 409 and told.about[f"{id}-name-en"]["value"] == "Returns"

    assert "Words of categories 1" in (await shown(ada, "/knowledge")).text
    page = await shown(ada, CATEGORIES)
    assert (
        "asks for this. Until" in page.text
        and "Approve Returns" in page.text
        and "Ring 0900" in page.text
        and "退货" in page.text
    )
    await sends(ada, CATEGORIES, CATEGORIES, {"act": "leave", "id": id, "version": page.fields["version"]})
    typed["version"] = (await shown(sue, CATEGORIES)).fields["version"]
    await sends(sue, CATEGORIES, CATEGORIES, typed | {"name.en": "Send it back"})
    page = await shown(ada, CATEGORIES)
    await sends(ada, CATEGORIES, CATEGORIES, {"act": "approve", "id": id, "version": page.fields["version"]})

    (kept,) = await house.desk.read(SYSTEM, categories.tree)
    assert kept.names == {"en": "Send it back", "zh": "退货"} and kept.asks is None


async def hours(house: Front, **more: Any) -> str:
    said = {"name": "hours", "language": "en", "body": "Nine to five."} | more
    id: str = await house.desk.transact(SYSTEM, lambda tx: snippets.put(tx, **said))
    return id


async def said_now(house: Front) -> list[str]:
    return [row.body for row in await house.desk.read(SYSTEM, snippets.every)]


async def test_a_new_snippet_overwrites_none_of_the_same_name(house: Front) -> None:
    await hours(house, body=LONG)
    sue = await house.signed_in("supervisor")

    typed = {"act": "put", "name": "hours", "language": "en", "body": "Ten to six."}
    status, again = await sends(sue, SNIPPETS, SNIPPETS, typed)

    assert status == 409 and "called hours in en already" in again.alerts[0]
    assert again.says["body"].strip() == "Ten to six." and LONG in again.text
    assert await said_now(house) == [LONG]


async def test_who_saves_a_snippet_later_sees_all_that_the_other_wrote(house: Front) -> None:
    id = await hours(house)
    sue = await house.signed_in("supervisor")
    page = await shown(sue, SNIPPETS)
    await hours(house, body=LONG, version=0)
    typed = {"act": "put", "id": id, "name": "hours", "language": "en", "body": "Ten to six."}

    for version in ({}, {"version": ""}, {"version": "one"}):
        assert (await sends(sue, SNIPPETS, SNIPPETS, typed | version))[0] == 422
        assert (await sends(sue, SNIPPETS, SNIPPETS, {"act": "remove", "id": id} | version))[0] == 422
    seen = page.fields["version"]
    assert (await sends(sue, SNIPPETS, SNIPPETS, {"act": "remove", "id": id, "version": seen}))[0] == 409
    status, again = await sends(sue, SNIPPETS, SNIPPETS, typed | {"version": seen})

    assert status == 409 and again.says[f"says-{id}"].strip() == "Ten to six."
    assert "What hours says now" in again.text and LONG in again.text
    assert await said_now(house) == [LONG]
    assert (await sends(sue, SNIPPETS, SNIPPETS, typed | {"version": again.fields["version"]}))[0] == 200
    assert await said_now(house) == ["Ten to six."]


async def test_words_for_a_snippet_that_was_removed_meanwhile_are_not_lost(house: Front) -> None:
    id = await hours(house)
    sue = await house.signed_in("supervisor")
    await house.desk.transact(SYSTEM, lambda tx: snippets.remove(tx, id, version=0))

    typed = {"act": "put", "id": id, "name": "hours", "language": "en", "body": "Ten to six.", "version": "0"}
    status, again = await sends(sue, SNIPPETS, SNIPPETS, typed)

    assert status == 409 and again.says["body"].strip() == "Ten to six."


async def test_what_another_wrote_of_a_category_is_seen_before_it_is_overwritten(house: Front) -> None:
    id = await house.desk.transact(SYSTEM, lambda tx: categories.add(tx, names={"en": "Post"}, about={"en": "Parcels"}))
    sue = await house.signed_in("supervisor")
    about = {"en": "Parcels, letters and what a courier brings"}
    await house.desk.transact(SYSTEM, lambda tx: categories.change(tx, id, about=about, version=0))
    typed = {"act": "change", "id": id, "name.en": "Post", "about.en": "Mine", "position": "0"}

    for version in ({}, {"version": "x"}):
        assert (await sends(sue, CATEGORIES, CATEGORIES, typed | version))[0] == 422
        assert (await sends(sue, CATEGORIES, CATEGORIES, {"act": "remove", "id": id} | version))[0] == 422
    assert (await sends(sue, CATEGORIES, CATEGORIES, {"act": "remove", "id": id, "version": "0"}))[0] == 409
    status, again = await sends(sue, CATEGORIES, CATEGORIES, typed | {"version": "0"})

    assert status == 409 and again.about[f"{id}-about-en"]["value"] == "Mine"
    assert f"Now: {about['en']}" in again.text and "Now: Post" not in again.text
    (kept,) = await house.desk.read(SYSTEM, categories.tree)
    assert kept.about == about


@pytest.mark.parametrize("ticked", [True, False])
async def test_a_translation_says_what_its_writer_saw_of_the_original(house: Front, ticked: bool) -> None:
    made = await house.desk.transact(
        SYSTEM, lambda tx: articles.create(tx, title="A", body="A", language="en", audience="public", state="published")
    )
    german = await house.desk.transact(SYSTEM, lambda tx: translations.translate(tx, made.id, "de", body="A"))

    def anew(tx: Any) -> None:
        articles.save(tx, made.text_id, title="A", body="B", summary="", note="", base=1)
        publishing.publish(tx, made.text_id)

    path = f"/knowledge/{made.id}/edit?language=de"
    sue = await house.signed_in("supervisor")
    page = await shown(sue, path)
    assert page.fields["translates"] == "1"
    fields = {"title": "", "summary": "", "note": "", "body": "Ä", "base": "1"} | (
        {"translates": "1"} if ticked else {}
    )
    if ticked:
        await house.desk.transact(SYSTEM, anew)

    status, again = await sends(sue, path, path, fields)

    assert status == 422 and "translates" not in again.fields
    typed = {"title": "A"} | {name: value for name, value in again.fields.items() if name in ("base", "translates")}
    assert (await sends(sue, path, path, fields | typed | {"translates": typed.get("translates", "")}))[0] == 200
    text = await house.desk.read(SYSTEM, lambda rx: rx.one(article_texts, german.text_id))
    assert text.translates == 1 and text.newest == 2
