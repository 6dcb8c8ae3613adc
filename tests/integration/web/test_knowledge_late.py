"""Whoever opened an article's page before somebody changed it neither undoes that nor lets unread words through."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Tx
from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.readers import PUBLIC
from knowledgebase.reading.published import Article, read
from knowledgebase.tables import article_files, article_tags, article_texts
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, snippets
from tests.integration.web.front import SYSTEM, Client, Front, csrf_token, open_front
from tests.integration.web.shown import Shown
from web.pages import screens
from web.pages.knowledge import articles as knowledge
from web.pages.knowledge import editor as knowledge_editor

ABOUT = ("audience", "team", "category_id", "tags", "owner_id", "review_due_at", "version", "revision")


@pytest_asyncio.fixture
async def house(tmp_path: Path, sample_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    routes = [*knowledge_editor.routes, *knowledge.routes, *screens.routes]
    async with open_front(tmp_path, sample_url, at=manual_clock.now(), routes=routes) as opened:
        yield opened


async def written(house: Front, **more: Any) -> articles.Created:
    said = {"title": "Returns", "body": "Within **five** days.", "language": "en", "audience": "public"} | more
    made: articles.Created = await house.desk.transact(SYSTEM, articles.create, **said)
    return made


async def writes_on(house: Front, text_id: str, body: str, *, base: int) -> None:
    said: dict[str, Any] = {"title": "Returns", "body": body, "summary": "", "note": "", "base": base}
    await house.desk.transact(SYSTEM, lambda tx: articles.save(tx, text_id, **said))


async def shown(browser: Client, path: str) -> Shown:
    return Shown(await (await browser.get(path)).text())


async def sends(browser: Client, path: str, to: str, fields: dict[str, str]) -> tuple[int, Shown]:
    token = csrf_token(await (await browser.get(path)).text())
    answer = await browser.post(to, data={"csrf_token": token} | fields)
    return answer.status, Shown(await answer.text())


def about_of(page: Shown) -> dict[str, str]:
    """The form as a browser would send it."""
    return {name: page.fields[name] for name in ABOUT if name in page.fields}


def step_of(page: Shown) -> dict[str, str]:
    """What the buttons of a page send with what they do."""
    return {name: page.fields[name] for name in ("version", "revision", "shown_to", "relies") if name in page.fields}


async def kept(house: Front, made: articles.Created) -> tuple[str, list[str]]:
    article = await house.desk.read(SYSTEM, lambda rx: rx.one(articles_table, made.id))
    tags = await house.desk.read(SYSTEM, lambda rx: rx.all(article_tags.select().order_by(article_tags.c.tag)))
    return article.audience, [row.tag for row in tags]


async def stands(house: Front, made: articles.Created) -> tuple[str, int | None]:
    text = await house.desk.read(SYSTEM, lambda rx: rx.one(article_texts, made.text_id))
    return text.stage, text.published


async def test_an_old_page_makes_no_internal_article_public_again(house: Front) -> None:
    made = await written(house, state="published", tags=["one"])
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/about?language=en"
    sue, adam = await house.signed_in("supervisor"), await house.signed_in("admin")
    hers, his = about_of(await shown(sue, path)), about_of(await shown(adam, path))
    assert (await sends(sue, path, to, hers | {"audience": "internal"}))[0] == 200

    status, again = await sends(adam, path, to, his | {"tags": "one, two"})

    assert status == 409 and "What you filled in is all here; 2 fields differ" in again.alerts[0]
    assert (again.fields["tags"], again.fields["audience"]) == ("one, two", "public")
    assert again.says["now-audience"].split() == ["Now:", "Internal"]
    assert again.about["audience"]["aria-describedby"] == "now-audience"
    assert again.says["now-tags"].split() == ["Now:", "one"] and "now-owner_id" not in again.says
    assert await kept(house, made) == ("internal", ["one"])
    assert not isinstance(await house.desk.read(SYSTEM, read, "returns", PUBLIC), Article)

    wrong = about_of(again) | {"slower": "1", "review_due_at": "soon"}
    status, corrected = await sends(adam, path, to, wrong)
    assert status == 422 and corrected.says["now-audience"] and corrected.fields["tags"] == "one, two"
    knowingly = about_of(again) | {"audience": "internal"}
    assert (await sends(adam, path, to, knowingly))[0] == 200
    assert await kept(house, made) == ("internal", ["one", "two"])


async def test_an_article_that_has_changed_meanwhile_is_not_archived_by_an_old_page(house: Front) -> None:
    made = await written(house, state="published")
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"
    sue = await house.signed_in("supervisor")
    old = step_of(await shown(sue, path)) | {"act": "archive"}
    await writes_on(house, made.text_id, "Within **six** days.", base=1)

    status, again = await sends(sue, path, to, old)

    assert status == 409 and "has saved revision 2 since you opened this page" in again.alerts[0]
    assert await stands(house, made) == ("draft", 1)
    assert (await sends(sue, path, to, step_of(again) | {"act": "archive"}))[0] == 200
    assert await stands(house, made) == ("archived", None)


async def test_until_when_readers_see_it_is_not_moved_by_an_old_page(house: Front) -> None:
    made = await written(house, state="published")
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"
    sue, eve = await house.signed_in("supervisor"), await house.signed_in("admin")
    old = step_of(await shown(sue, path)) | {"act": "expire", "at": "2026-03-20T09:00"}
    theirs = step_of(await shown(eve, path)) | {"act": "expire", "at": "2026-03-10T09:00"}
    assert (await sends(eve, path, to, theirs))[0] == 200

    status, again = await sends(sue, path, to, old)

    assert status == 409 and "10 Mar" in again.text
    assert (await sends(sue, path, to, step_of(again) | {"act": "keep"}))[0] == 200


async def test_words_that_were_published_meanwhile_are_read_before_the_article_is_opened_to_more(house: Front) -> None:
    made = await written(house, state="published", audience="internal")
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/about?language=en"
    sue = await house.signed_in("supervisor")
    fields = about_of(await shown(sue, path)) | {"audience": "public"}
    await writes_on(house, made.text_id, "The safe is behind the picture.", base=1)

    status, again = await sends(sue, path, to, fields)
    assert status == 409 and "behind the picture" in again.says["theirs"] + again.text
    assert again.fields["audience"] == "public" and await kept(house, made) == ("internal", [])
    old = {name: value for name, value in fields.items() if name not in ("version", "revision")}
    assert (await sends(sue, path, to, old))[0] == 409


@pytest.mark.parametrize("act", ["approve", "send_back", "publish", "schedule", "submit"])
async def test_a_step_from_an_old_page_is_not_about_words_that_nobody_there_has_seen(house: Front, act: str) -> None:
    is_reviewed = act in ("approve", "send_back")
    await house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "articles_need_review", value=is_reviewed))
    made = await written(house)
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"
    sue, adam = await house.signed_in("supervisor"), await house.signed_in("admin")
    if is_reviewed:
        await sends(sue, path, to, {"act": "submit", "revision": "1"})
    page = await shown(adam, path)
    await writes_on(house, made.text_id, "Within **nine** days.", base=1)
    if is_reviewed:
        await sends(sue, path, to, {"act": "submit", "revision": "2"})
    before = await stands(house, made)
    typed = {"act": act, "reason": "Say it shorter", "at": "2026-12-01T10:00"}

    status, again = await sends(adam, path, to, typed | step_of(page))

    assert status == 409 and "saved revision 2 since you opened this page" in again.alerts[0]
    assert "five" in again.text and "nine" in again.text and again.about["theirs"]
    assert act != "send_back" or again.about["reason"]["value"] == "Say it shorter"
    assert act != "schedule" or again.about["at-schedule"]["value"] == "2026-12-01T10:00"
    assert await stands(house, made) == before
    assert (await sends(adam, path, to, typed))[0] == 409
    status, done = await sends(adam, path, to, typed | step_of(again))
    assert status == 200 and not done.alerts, done.alerts


@pytest.mark.parametrize("act", ["approve", "publish", "schedule"])
async def test_an_old_page_lets_through_no_snippet_and_no_address_that_it_did_not_show(house: Front, act: str) -> None:
    pay_to: dict[str, Any] = {"name": "pay-to", "language": "en"}
    await house.desk.transact(SYSTEM, lambda tx: snippets.put(tx, body="Pay to the old account.", **pay_to))
    await house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "articles_need_review", value=True))
    made = await written(house, body="{{snippet:pay-to}}")
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"
    sue, adam = await house.signed_in("supervisor"), await house.signed_in("admin")
    await sends(sue, path, to, {"act": "submit", "revision": "1"})
    if act != "approve":
        await sends(adam, path, to, {"act": "approve"} | step_of(await shown(adam, path)))
    page = await shown(adam, path)
    assert "the old account" in page.text and re.search(r"/help/a/\S*returns", page.text)

    await sends(sue, path, to, {"act": "send_back", "revision": "1", "reason": "A typo"})
    await house.desk.transact(SYSTEM, lambda tx: snippets.put(tx, body="Pay to mine.", version=0, **pay_to))
    await house.desk.transact(SYSTEM, lambda tx: articles.rename(tx, made.text_id, "elsewhere"))
    await sends(sue, path, to, {"act": "submit", "revision": "1"})
    if act != "approve":
        await sends(adam, path, to, {"act": "approve"} | step_of(await shown(adam, path)))
    before = await stands(house, made)
    typed = {"act": act, "at": "2026-12-01T10:00"}

    status, again = await sends(adam, path, to, typed | step_of(page))

    assert status == 409 and "changed (the snippet pay-to) since you opened this page" in again.alerts[0]
    assert "Pay to mine." in again.text and "/help/a/elsewhere" in again.text
    assert await stands(house, made) == before
    assert (await sends(adam, path, to, typed | step_of(again)))[0] == 200


async def test_why_something_is_sent_back_is_not_lost_where_it_cannot_be_sent_back_any_more(house: Front) -> None:
    made = await written(house)
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"
    sue = await house.signed_in("supervisor")
    await sends(sue, path, to, {"act": "submit", "revision": "1"})
    await writes_on(house, made.text_id, "Within **nine** days.", base=1)

    status, again = await sends(sue, path, to, {"act": "send_back", "revision": "1", "reason": "Say <i>when</i>."})

    assert status == 409 and "You typed: “Say <i>when</i>.”" in again.text


@pytest.mark.parametrize("act", ["approve", "publish", "schedule"])
async def test_a_step_from_a_page_that_showed_other_readers_lets_nothing_through(house: Front, act: str) -> None:
    made = await written(house, audience="internal")
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"
    sue = await house.signed_in("supervisor")
    if act == "approve":
        await sends(sue, path, to, {"act": "submit", "revision": "1"})
    page = await shown(sue, path)
    typed = {"act": act, "at": "2026-12-01T10:00"}
    await house.desk.transact(SYSTEM, lambda tx: articles.describe(tx, made.id, audience="public"))
    before = await stands(house, made)

    status, again = await sends(sue, path, to, typed | step_of(page))

    assert status == 409 and "it is for Public now" in again.alerts[0]
    assert await stands(house, made) == before
    assert act != "schedule" or again.about["at-schedule"]["value"] == "2026-12-01T10:00"
    assert (await sends(sue, path, to, typed | {"revision": "1", "shown_to": "public"}))[0] == 409
    assert (await sends(sue, path, to, typed | step_of(again)))[0] == 200


async def test_an_editor_that_showed_internal_publishes_nothing_to_everybody(house: Front) -> None:
    made = await written(house, audience="internal")
    path = f"/knowledge/{made.id}/edit?language=en"
    sue = await house.signed_in("supervisor")
    page = await shown(sue, path)
    assert "Internal" in page.text
    await house.desk.transact(SYSTEM, lambda tx: articles.describe(tx, made.id, audience="public"))
    fields = {"title": "Returns", "summary": "", "note": "", "body": "The safe is behind the picture."}
    fields |= {"then": "publish", "base": "1"}

    for showed in ({"shown_to": page.fields["shown_to"]}, {}):
        status, again = await sends(sue, path, path, fields | showed)
        assert status == 409 and "it is for Public now" in again.alerts[0]
        assert again.says["body"].strip() == fields["body"]
        assert await stands(house, made) == ("draft", None)
    assert not isinstance(await house.desk.read(SYSTEM, read, "returns", PUBLIC), Article)

    knowingly = {"shown_to": again.fields["shown_to"], "base": again.fields["base"]}
    assert (await sends(sue, path, path, fields | knowingly))[0] == 200
    assert await stands(house, made) == ("published", 2)


async def test_a_team_is_no_less_than_an_audience(house: Front) -> None:
    teams = {"billing": {"name": "Billing", "members": []}}
    await house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "teams", value=teams))
    made = await written(house, audience="internal", team="billing")
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"
    sue = await house.signed_in("supervisor")
    page = await shown(sue, path)
    await house.desk.transact(SYSTEM, lambda tx: articles.describe(tx, made.id, team=None))

    assert (await sends(sue, path, to, {"act": "publish"} | step_of(page)))[0] == 409


async def test_what_waits_to_be_opened_is_seen_on_its_page_and_opened_by_somebody_else(house: Front) -> None:
    made = await written(house, state="published", audience="internal")
    await house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "articles_need_review", value=True))
    path, about = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/about?language=en"
    acts = f"/knowledge/{made.id}/acts?language=en"
    sue, adam, ana = [await house.signed_in(role) for role in ("supervisor", "admin", "agent")]

    status, hers = await sends(sue, path, about, about_of(await shown(sue, path)) | {"audience": "public"})

    assert status == 200 and "Saved, but not opened to others yet" in hers.text
    assert "Waits to be opened to Public" in hers.says["opening"] and "English, revision 1" in hers.text
    assert "Open it to them" not in hers.text and "Take the request back" in hers.text
    assert hers.fields["audience"] == "public" and hers.fields["shown_to"] == "internal"
    assert await kept(house, made) == ("internal", [])
    assert (await sends(sue, path, acts, {"act": "open", "version": hers.fields["version"]}))[0] == 403
    assert "opened to" not in (await shown(ana, path)).text
    assert "To be opened to others 1" in (await shown(adam, "/knowledge")).text
    assert "Returns" in (await shown(adam, "/knowledge?tab=opening")).text

    his = await shown(adam, path)
    await writes_on(house, made.text_id, "The safe is behind the picture.", base=1)
    status, again = await sends(adam, path, acts, {"act": "open"} | step_of(his))
    assert status == 409 and "saved revision 2 since you opened this page" in again.alerts[0]
    assert await kept(house, made) == ("internal", [])
    status, done = await sends(adam, path, acts, {"act": "open"} | step_of(again))
    assert status == 200 and "Opened: they get it from now on." in done.text and "opening" not in done.says
    everybody = await house.desk.read(SYSTEM, read, "returns", PUBLIC)
    assert isinstance(everybody, Article) and everybody.body == "Within **five** days."


async def test_a_request_to_open_an_article_names_the_files_of_others_that_go_out_with_it(house: Front) -> None:
    secret = await written(house, title="Keys", state="published", audience="internal")

    def add(tx: Tx) -> None:
        tx.insert(
            article_files,
            id="plan",
            article_id=secret.id,
            name="plan.pdf",
            type="application/pdf",
            size=9,
            blob="x",
            added_by="",
            added_at=tx.now,
        )

    await house.desk.transact(SYSTEM, add)
    made = await written(house, state="published", audience="internal", body="[Plan](/help/files/plan)")
    await house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "articles_need_review", value=True))
    path, about = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/about?language=en"
    sue, adam = await house.signed_in("supervisor"), await house.signed_in("admin")
    assert "plan.pdf" not in (await shown(adam, path)).text

    await sends(sue, path, about, about_of(await shown(sue, path)) | {"audience": "customers"})

    assert (
        "they get what belongs to articles that they may not read: plan.pdf of Keys" in (await shown(adam, path)).text
    )
