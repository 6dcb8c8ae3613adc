"""The staff's pages of the knowledge base: who may open what, two writers at once, versions, pictures, order."""

import asyncio
import io
import re
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image

from channels.types import Attachment
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Tx
from desk.organization.rows import put
from desk.tables import organization
from knowledgebase.learning import watching
from knowledgebase.reading import staff_counts, views
from knowledgebase.tables import article_files, article_texts
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, publishing, snippets
from knowledgebase.writing.about import tags_of
from knowledgebase.writing.translations import translate
from tests.integration.web.front import SYSTEM, Client, Front, csrf_token, open_front
from tests.integration.web.shown import Shown
from web.pages import screens
from web.pages.knowledge import articles as knowledge
from web.pages.knowledge import editor as knowledge_editor
from web.pages.knowledge import files as knowledge_files
from web.pages.knowledge import order as knowledge_order
from web.pages.knowledge import versions as knowledge_versions

REFUND = {"title": "How long a refund takes", "summary": "Five days.", "body": "We send it **at once**.\n\nThen wait."}
ABOUT = {"audience": "public", "language": "en", "owner_id": "", "team": "", "category_id": "", "tags": "money, back"}


ROUTES = [
    route
    for part in (knowledge_files, knowledge_order, knowledge_versions, knowledge_editor, knowledge, screens)
    for route in part.routes
]


@pytest_asyncio.fixture
async def house(tmp_path: Path, sample_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_front(tmp_path, sample_url, at=manual_clock.now(), routes=ROUTES) as opened:
        yield opened


@pytest_asyncio.fixture
async def lite_house(tmp_path: Path, sample_sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    """The same on SQLite alone, for what the database has no part in."""
    async with open_front(tmp_path, sample_sqlite_url, at=manual_clock.now(), routes=ROUTES) as opened:
        yield opened


async def opened(browser: Client, path: str) -> Shown:
    answer = await browser.get(path)
    html = await answer.text()
    assert answer.status == 200, html
    return Shown(html)


async def sends(browser: Client, path: str, /, to: str = "", **fields: str) -> tuple[int, Shown, str]:
    """Fills some fields in and sends the page's form, `to` where it says; what it answers, and where that is."""
    token = csrf_token(await (await browser.get(path)).text())
    answer = await browser.post(to or path, data={"csrf_token": token} | fields)
    return answer.status, Shown(await answer.text()), str(answer.url.relative())


async def written(house: Front, **more: Any) -> articles.Created:
    said = {"audience": "public", "language": "en", "state": "published"} | REFUND | more
    made: articles.Created = await house.desk.transact(SYSTEM, articles.create, **said)
    return made


async def test_an_article_is_written_published_and_found(house: Front) -> None:
    sue = await house.signed_in("supervisor")

    status, shown, where = await sends(sue, "/knowledge/new", then="publish", **(REFUND | ABOUT))

    assert status == 200 and re.fullmatch(r"/knowledge/[0-9a-f-]{36}\?language=en&said=publish", where)
    assert "Published: readers see it." in shown.text and "at once" in shown.text and "money" in shown.text
    ana = await house.signed_in("agent")
    found = await opened(ana, "/knowledge?q=refunds")
    assert REFUND["title"] in found.text and "New article" not in found.text
    assert "Nothing found" in (await opened(ana, "/knowledge?q=guarantee")).text


async def test_a_form_that_is_sent_twice_is_one_article(house: Front) -> None:
    sue = await house.signed_in("supervisor")
    form = Shown(await (await sue.get("/knowledge/new")).text()).fields | REFUND | ABOUT

    first, second = await asyncio.gather(*(sue.post("/knowledge/new", data=form) for _ in range(2)))

    assert first.status == second.status == 200 and first.url == second.url
    assert len(await house.desk.read(SYSTEM, lambda rx: rx.all(articles_table.select()))) == 1
    answer = await sue.post("/knowledge/new", data=form | {"body": "We send it in May."})
    again = Shown(await answer.text())
    assert answer.status == 409 and "It becomes another article if you save it again." in again.alerts[0]
    assert again.says["body"].strip() == "We send it in May."
    assert (await sue.post("/knowledge/new", data=again.fields | {"body": "We send it in May."})).status == 200
    assert len(await house.desk.read(SYSTEM, lambda rx: rx.all(articles_table.select()))) == 2


async def test_whoever_saves_the_same_words_twice_is_not_told_of_themselves(house: Front) -> None:
    made = await written(house)
    path = f"/knowledge/{made.id}/edit?language=en"
    sue = await house.signed_in("supervisor")
    form = (await opened(sue, path)).fields | REFUND | {"body": "We send it in May.", "then": "publish"}

    answers = await asyncio.gather(*(sue.post(path, data=form) for _ in range(2)))

    assert [answer.status for answer in answers] == [200, 200], [await answer.text() for answer in answers]
    text = await house.desk.read(SYSTEM, lambda rx: rx.one(article_texts, made.text_id))
    assert (text.newest, text.published) == (2, 2)


async def test_what_is_wrong_with_an_article_is_said_and_every_word_is_kept(lite_house: Front) -> None:
    sue = await lite_house.signed_in("supervisor")
    wrong = REFUND | ABOUT | {"language": "klingon", "tags": "x" * 61, "then": "publish"}

    status, shown, _ = await sends(sue, "/knowledge/new", **wrong)

    assert status == 422 and "no language that we know" in shown.alerts[0]
    assert (shown.fields["title"], shown.says["summary"]) == (REFUND["title"], REFUND["summary"])
    assert shown.says["body"].strip() == REFUND["body"] and shown.focused == 1
    assert "No articles here" in (await opened(sue, "/knowledge")).text


async def test_of_two_who_write_at_once_neither_loses_a_word(house: Front) -> None:
    made = await written(house)
    path = f"/knowledge/{made.id}/edit?language=en"
    sue, adam = await house.signed_in("supervisor"), await house.signed_in("admin")
    base = (await opened(sue, path)).fields["base"]
    hers, his = REFUND | {"body": "We send it at once.\n\nHers."}, REFUND | {"body": "We send it at once.\n\nHis."}

    status, _, where = await sends(sue, path, base=base, note="", **hers)
    assert (status, where) == (200, f"{path}&said=draft")
    status, shown, _ = await sends(adam, path, base=base, note="", **his)

    assert status == 409 and "Nothing of yours is lost" in shown.alerts[0]
    assert shown.says["body"].strip() == his["body"]
    assert "supervisor" in shown.text and "Hers" in shown.text
    status, _, _ = await sends(adam, path, note="Both", **(his | {"base": shown.fields["base"]}))
    assert status == 200
    versions = await opened(adam, f"/knowledge/{made.id}/versions?language=en&a=2&b=3")
    assert "Hers" in versions.text and "His" in versions.text and "Both" in versions.text


async def test_a_version_is_compared_and_restored_as_a_new_one(house: Front) -> None:
    made = await written(house)
    sue = await house.signed_in("supervisor")
    path = f"/knowledge/{made.id}/versions?language=en"
    assert "One version so far" in (await opened(sue, path)).text
    await sends(sue, f"/knowledge/{made.id}/edit?language=en", base="1", note="", **(REFUND | {"body": "Wrong."}))

    html = await (await sue.get(path)).text()
    assert "<del>" in html and "<ins>Wrong" in html
    status, shown, _ = await sends(sue, path, number="1", base="2")
    assert status == 200 and "Restored as a new revision." in shown.text and "As revision 1" in shown.text
    assert "at once" in (await opened(sue, f"/knowledge/{made.id}?language=en")).text
    _, shown, _ = await sends(sue, path, number="1", base="2")
    assert "Somebody has saved meanwhile" in shown.text


async def test_smuggled_script_runs_on_no_page(lite_house: Front) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    made = await written(lite_house, title=f"T {bad}", summary=bad, body=f"{bad}\n\n[x](javascript:alert(1))")
    sue = await lite_house.signed_in("supervisor")
    await sends(
        sue, f"/knowledge/{made.id}/edit?language=en", base="1", title=bad, summary=bad, body=f"B {bad}", note=bad
    )

    for path in ("", "/edit", "/versions"):
        html = await page_of(sue, f"/knowledge/{made.id}{path}")
        assert "alert(1)" in html and "<script>alert" not in html and "<img src=x" not in html
        assert "javascript:alert" not in html.replace("(javascript:alert(1))", "")
    for path in ("/knowledge", f"/knowledge?q={quote(bad)}", "/knowledge?tab=draft"):
        assert "<script>alert" not in await page_of(sue, path)


async def test_each_step_of_a_text_has_a_button_that_works(lite_house: Front) -> None:
    made = await written(lite_house, state="draft")
    sue = await lite_house.signed_in("supervisor")
    path = f"/knowledge/{made.id}?language=en"
    to = f"/knowledge/{made.id}/acts?language=en"
    steps: list[tuple[dict[str, str], str]] = [
        ({"act": "submit"}, "It waits for a review."),
        ({"act": "send_back", "reason": "Shorter"}, "Sent back."),
        ({"act": "schedule", "at": "2099-01-01T10:00"}, "more than five years away"),
        ({"act": "schedule", "at": "soon"}, "a date and time, please"),
        ({"act": "publish"}, "Published: readers see it."),
        ({"act": "publish"}, "published already"),
        ({"act": "unpublish"}, "Readers do not see it any more."),
        ({"act": "archive"}, "Archived."),
        ({"act": "take_up"}, "It is a draft again."),
        ({"act": "dance"}, "no such step"),
    ]
    for fields, says in steps:
        version = await edition_of(lite_house, made.id)
        _, shown, _ = await sends(sue, path, to, version=version, revision="1", **fields)
        assert says in shown.text, (fields, shown.text[:600])


async def test_an_article_gets_an_address_of_its_writers_choice(lite_house: Front) -> None:
    made = await written(lite_house)
    sue = await lite_house.signed_in("supervisor")
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/address?language=en"

    status, shown, _ = await sends(sue, path, to, slug="refund-time")  # from a page that shows what was before
    assert status == 409 and "Somebody has changed this meanwhile" in shown.text
    edition = await edition_of(lite_house, made.id)
    _, shown, _ = await sends(sue, path, to, slug="refund-time", version=edition)
    assert "the one before leads to it" in shown.text and shown.about["slug"]["value"] == "refund-time"
    edition = await edition_of(lite_house, made.id)
    status, shown, _ = await sends(sue, path, to, slug="Refund Time", version=edition)
    assert status == 422 and "small letters" in shown.text


async def test_an_address_that_may_not_be_chosen_is_only_shown_and_it_is_said_why(lite_house: Front) -> None:
    await lite_house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "articles_need_review", value=True))
    made = await written(lite_house, state="draft")
    sue = await lite_house.signed_in("supervisor")
    path, to = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/address?language=en"

    edition = await edition_of(lite_house, made.id)
    _, shown, _ = await sends(sue, path, to, slug="refund-time", version=edition)
    assert shown.about["slug"]["value"] == "refund-time" and "it follows" not in shown.text
    await lite_house.desk.transact(SYSTEM, publishing.submit, made.text_id)
    shown = await opened(sue, path)
    assert "slug" not in shown.about
    assert "/help/a/refund-time" in shown.text and "it follows an approved title now" in shown.text


async def edition_of(house: Front, article_id: str) -> str:
    return str(await house.desk.read(SYSTEM, lambda rx: rx.one(articles_table, article_id).edition))


async def test_a_translation_stands_beside_its_original_and_says_when_it_is_behind(
    house: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await written(house)
    sue = await house.signed_in("supervisor")
    path = f"/knowledge/{made.id}?language=en"

    status, shown, where = await sends(sue, path, f"/knowledge/{made.id}/translations", language="zh-CN")
    assert (status, where) == (200, f"/knowledge/{made.id}/edit?language=zh&said=translated")
    assert "The original (English, revision 1)" in shown.text and "at once" in shown.text
    words = {"title": "退款要多久", "summary": "五天。", "body": "我们马上退款。", "note": ""}
    await sends(sue, where, base="1", then="publish", shown_to="public", translates="1", **words)
    await sends(
        sue,
        f"/knowledge/{made.id}/edit?language=en",
        base="1",
        note="",
        then="publish",
        shown_to="public",
        **(REFUND | {"body": "Six."}),
    )

    assert "behind the original" in (await opened(sue, f"/knowledge/{made.id}?language=zh")).text
    listed = await opened(sue, "/knowledge?tab=behind")
    assert "退款要多久" in listed.text and "Behind 1" in listed.text
    monkeypatch.setattr(staff_counts, "MOST_COUNTED", 1)
    assert "Behind not counted" in (await opened(sue, "/knowledge")).text
    await watching.watch(house.desk)
    assert "Behind 1 last night" in (await opened(sue, "/knowledge")).text
    monkeypatch.undo()
    await sends(sue, f"/knowledge/{made.id}/edit?language=zh", base="2", translates="2", **(words | {"body": "六天。"}))
    listed = await opened(sue, "/knowledge?tab=behind")
    assert "No articles here" in listed.text and "Behind 0" in listed.text
    _, shown, _ = await sends(sue, path, f"/knowledge/{made.id}/translations", language="zh")
    assert "written in it already" in shown.text


async def test_a_translation_that_needs_no_new_words_is_confirmed_by_every_button(house: Front) -> None:
    made = await written(house)
    words = {"title": "退款要多久", "summary": "五天。", "body": "我们立刻寄出。"}
    said = {"article_id": made.id, "language": "zh"} | words
    chinese = await house.desk.transact(SYSTEM, lambda tx: translate(tx, **said))
    await house.desk.transact(SYSTEM, publishing.publish, chinese.text_id)
    sue = await house.signed_in("supervisor")
    where = f"/knowledge/{made.id}/edit?language=zh"

    for base, then in enumerate(("publish", "submit", ""), 1):
        await house.desk.transact(SYSTEM, said_anew, made.text_id, base)
        assert "behind the original" in (await opened(sue, f"/knowledge/{made.id}?language=zh")).text

        ticked = {"base": "1", "translates": str(base + 1), "note": "Looked through"}
        status, shown, at = await sends(sue, where, then=then, **words, **ticked)

        assert status == 200 and "confirmed" in at and "It says what the original says now" in shown.text
        assert "Draft saved" not in shown.text
        assert "behind the original" not in (await opened(sue, f"/knowledge/{made.id}?language=zh")).text

    status, shown, _ = await sends(sue, where, then="", base="1", translates="4", **words)
    assert status == 200 and "Nothing differs from what was saved." in shown.text and "Draft saved" not in shown.text


async def test_an_internal_article_is_opened_by_who_works_here(house: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "COLLECTED_S", 0.0)
    inside = await written(house, audience="internal")
    outside = await written(house, title="For all")
    ana = await house.signed_in("agent")

    for id in (inside.id, outside.id):
        await opened(ana, f"/knowledge/{id}?language=en")
        await opened(ana, f"/knowledge/{id}?language=en&said=about")

    async def looks(text_id: str) -> int:
        return int(await house.desk.read(SYSTEM, lambda rx: rx.one(article_texts, text_id).views))

    assert (await looks(inside.text_id), await looks(outside.text_id)) == (1, 0)


async def test_what_is_found_comes_in_the_language_of_who_looks(lite_house: Front) -> None:
    made = await written(lite_house, title="Zipline", summary="", body="Zipline.")
    other = await lite_house.desk.transact(
        SYSTEM, lambda tx: translate(tx, article_id=made.id, language="de", title="Zipline", body="Zipline.")
    )
    await lite_house.desk.transact(SYSTEM, publishing.publish, other.text_id)
    third = await lite_house.desk.transact(
        SYSTEM, lambda tx: translate(tx, article_id=made.id, language="zh", title="Zipline", body="Zipline.")
    )
    await lite_house.desk.transact(SYSTEM, publishing.publish, third.text_id)
    ana = await lite_house.signed_in("agent")

    for liked, narrowed, comes in (("en", "", "en"), ("zh-CN", "", "zh"), ("zh-CN", "de", "de"), ("en", "zh", "zh")):
        page = await ana.get(
            "/knowledge", params={"q": "zipline", "language": narrowed}, headers={"Accept-Language": liked}
        )
        assert re.findall(rf"/knowledge/{made.id}\?language=([\w-]+)", await page.text()) == [comes]


async def test_who_wrote_a_revision_is_not_asked_to_approve_it_where_another_has_to(lite_house: Front) -> None:
    await lite_house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "articles_need_review", value=True))
    sue, root = await lite_house.signed_in("supervisor"), await lite_house.signed_in("admin")
    _, _, where = await sends(sue, "/knowledge/new", then="submit", **(REFUND | ABOUT))

    async def offers(browser: Client) -> list[str]:
        return re.findall(r'name="act" value="(\w+)"', await (await browser.get(where)).text())

    assert await offers(sue) == ["send_back", "archive"] and await offers(root) == ["approve", "send_back", "archive"]


async def test_tags_and_category_are_no_words_of_a_revision_and_hold_without_a_second_person(
    lite_house: Front,
) -> None:
    made = await written(lite_house)
    await lite_house.desk.transact(SYSTEM, lambda tx: put(tx, organization, "articles_need_review", value=True))
    sue = await lite_house.signed_in("supervisor")
    path = f"/knowledge/{made.id}?language=en"
    shown = await opened(sue, path)
    about = ABOUT | {"tags": "money, refunds", "version": shown.fields["version"]}
    status, _, where = await sends(sue, path, to=f"/knowledge/{made.id}/about?language=en", **about)
    assert (status, where) == (200, f"{path}&said=about")
    read = await lite_house.desk.read(SYSTEM, tags_of, made.id)
    assert read == ["money", "refunds"]


async def test_the_time_of_a_publication_names_its_zone(lite_house: Front) -> None:
    made = await written(lite_house, state="draft")
    sue = await lite_house.signed_in("supervisor")
    html = await (await sue.get(f"/knowledge/{made.id}?language=en")).text()
    assert re.search(r'<label for="at-schedule">Publish at <span class="dim">[A-Z]\w+(/\w+)?</span>', html), html


async def test_a_page_says_which_revision_is_planned_and_that_its_time_is_over(
    lite_house: Front, manual_clock: ManualClock
) -> None:
    made = await written(lite_house, state="draft")
    sue = await lite_house.signed_in("supervisor")
    soon = manual_clock.now() + timedelta(hours=1)
    await lite_house.desk.transact(SYSTEM, lambda tx: publishing.publish(tx, made.text_id, at=soon))
    await lite_house.desk.transact(
        SYSTEM, lambda tx: articles.save(tx, made.text_id, title="New", summary="", body="New.", note="", base=1)
    )
    assert "Revision 1 is published" in (await opened(sue, f"/knowledge/{made.id}?language=en")).text

    await lite_house.desk.transact(SYSTEM, publishing.publish, made.text_id)
    await lite_house.desk.transact(SYSTEM, lambda tx: publishing.expire(tx, made.text_id, at=soon))
    assert "It expired" not in (await opened(sue, f"/knowledge/{made.id}?language=en")).text
    await lite_house.desk.transact(SYSTEM, lambda tx: tx.update(article_texts, made.text_id, expire_at=tx.now))
    await lite_house.desk.transact(SYSTEM, publishing.expire_due, made.text_id)
    assert "It expired" in (await opened(sue, f"/knowledge/{made.id}?language=en")).text


async def test_what_is_refused_is_called_as_the_screen_calls_it(lite_house: Front) -> None:
    made = await written(lite_house, body="", state="draft")
    sue = await lite_house.signed_in("supervisor")
    here, acts = f"/knowledge/{made.id}?language=en", f"/knowledge/{made.id}/acts?language=en"

    version = await edition_of(lite_house, made.id)
    _, shown, _ = await sends(sue, here, acts, act="publish", version=version)
    assert shown.alerts[0] == "Nothing was saved: Text: there is nothing to read yet."
    _, shown, _ = await sends(sue, here, acts, act="unpublish")
    assert shown.alerts[0] == "It is not published."
    _, shown, _ = await sends(sue, here, acts, act="schedule", revision="1", at="then")
    assert shown.alerts[0] == "Nothing was saved: a date and time, please."


def said_anew(tx: Tx, text_id: str, base: int) -> None:
    articles.save(tx, text_id, title="A refund", summary="", body=f"Said {base} times.", note="", base=base)
    publishing.publish(tx, text_id)


@pytest.mark.parametrize("what", ["public", "customers", "internal", "team", "draft"])
async def test_who_may_see_what_is_the_same_on_every_page(house: Front, what: str) -> None:
    audience = what if what in ("public", "customers", "internal") else "internal"
    made = await written(house, audience=audience, state="draft" if what == "draft" else "published")
    if what == "team":
        await house.desk.transact(SYSTEM, articles.describe, made.id, audience="internal", team="complaints")
    file = await picture_of(house, made.id)
    shown_to = "internal:complaints" if what == "team" else audience
    publish = {"then": "publish", "shown_to": shown_to} if what != "draft" else {}
    showing = REFUND | {"body": f"![a](/help/files/{file}) at once"} | publish
    await sends(await house.signed_in("supervisor"), f"/knowledge/{made.id}/edit?language=en", base="1", **showing)
    ana, sue, anybody = await house.signed_in("agent"), await house.signed_in("supervisor"), house.browser()

    agents = what in ("public", "customers", "internal")
    for client, sees in ((ana, agents), (sue, True)):
        assert (REFUND["title"] in (await opened(client, "/knowledge")).text) is sees
        assert (REFUND["title"] in (await opened(client, "/knowledge?q=refund")).text) is sees
        assert (await client.get(f"/knowledge/{made.id}")).status == (200 if sees else 404)
        assert (await client.get(f"/help/files/{file}")).status == (200 if sees else 404)
    assert (await anybody.get(f"/help/files/{file}")).status == (200 if what == "public" else 404)
    for path in ("edit", "versions"):
        assert (await ana.get(f"/knowledge/{made.id}/{path}")).status == 403
        assert (await sue.get(f"/knowledge/{made.id}/{path}")).status == 200
    for path in ("/knowledge/new", "/knowledge/categories", "/knowledge/snippets"):
        assert (await ana.get(path)).status == 403


async def test_an_agent_reads_what_is_published_while_the_next_revision_is_written(house: Front) -> None:
    made = await written(house)
    sue, ana = await house.signed_in("supervisor"), await house.signed_in("agent")
    await sends(sue, f"/knowledge/{made.id}/edit?language=en", base="1", note="", **(REFUND | {"body": "Not yet."}))

    assert "Not yet." in (await opened(sue, f"/knowledge/{made.id}")).text
    shown = await opened(ana, f"/knowledge/{made.id}")
    assert "at once" in shown.text and "Not yet." not in shown.text and "Publish" not in shown.text


async def test_a_picture_is_what_its_bytes_say_and_loses_where_it_was_taken(lite_house: Front) -> None:
    made = await written(lite_house)
    sue = await lite_house.signed_in("supervisor")
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (4, 4)).save(data, "JPEG", exif=exif)

    token = csrf_token(await (await sue.get(f"/knowledge/{made.id}/edit")).text())
    path = f"/knowledge/{made.id}/files"
    answer = await sue.post(path, data=a_file(data.getvalue(), "a [b](c).jpg"), headers={"X-CSRF-Token": token})
    assert answer.status == 201
    said = await answer.json()
    assert said["markdown"] == f"![a bc](/help/files/{said['id']})"
    named = await sue.post(path, data=a_file(data.getvalue(), "a%22]( b.jpg"), headers={"X-CSRF-Token": token})
    assert (await named.json())["markdown"].startswith("![a_ b](/help/files/")
    shown = await sue.get(f"/help/files/{said['id']}")
    assert b"taken at home" not in await shown.read()
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in shown.headers["Content-Security-Policy"] and "Set-Cookie" not in shown.headers

    flood = io.BytesIO()
    Image.new("1", (5001, 5000)).save(flood, "PNG")
    head = flood.getvalue()[:16] + (60_000).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0"
    for bad in (flood.getvalue(), head + zlib.crc32(head[12:]).to_bytes(4, "big"), b"\x89PNG\r\n\x1a\n"):
        refused = await sue.post(path, data=a_file(bad, "a.png"), headers={"X-CSRF-Token": token})
        assert refused.status == 422, bad[:40]
    for bad in (b"<svg onload='alert(1)'/>", b"<html>", b"MZ", b""):
        refused = await sue.post(path, data=a_file(bad, "a.png"), headers={"X-CSRF-Token": token})
        assert refused.status == 422, bad
    assert (await sue.post(path, data=a_file(data.getvalue(), "a.jpg"))).status == 403  # from nowhere of ours
    by_form = a_file(data.getvalue(), "b.jpg", csrf_token=token)
    assert "The file is there" in await (await sue.post(path, data=by_form)).text()
    edit = f"/knowledge/{made.id}/edit?language=en"
    await sends(
        sue, edit, base="1", note="", then="publish", shown_to="public", **(REFUND | {"body": said["markdown"]})
    )
    kept = await lite_house.browser().get(f"/help/files/{said['id']}")
    assert kept.headers["Cache-Control"] == "private, no-cache"
    same = {"If-None-Match": kept.headers["ETag"]}
    assert (await lite_house.browser().get(f"/help/files/{said['id']}", headers=same)).status == 304
    await lite_house.desk.transact(SYSTEM, publishing.unpublish, made.text_id)
    assert (await lite_house.browser().get(f"/help/files/{said['id']}", headers=same)).status == 404
    assert (await lite_house.browser().get(f"/help/files/{said['id']}")).status == 404


async def test_a_paper_is_what_its_bytes_say_and_a_download_under_its_true_name(lite_house: Front) -> None:
    made = await written(lite_house)
    sue, anybody = await lite_house.signed_in("supervisor"), lite_house.browser()
    path = f"/knowledge/{made.id}/files"
    token = csrf_token(await (await sue.get(f"/knowledge/{made.id}/edit")).text())
    data = b"%PDF-1.7\n" + b"x" * 120_000
    edit = f"/knowledge/{made.id}/edit?language=en"

    answer = await sue.post(path, data=a_file(data, "退货 [form].exe"), headers={"X-CSRF-Token": token})
    assert answer.status == 201
    said = await answer.json()
    address = f"/help/files/{said['id']}"
    assert said == {"id": said["id"], "name": "退货 [form].exe.pdf", "markdown": f"[退货 form.exe]({address})"}
    body = f"Print it: [Form]({address})\n\n![]({address})"
    status, shown, _ = await sends(
        sue, edit, base="1", note="", then="publish", shown_to="public", **(REFUND | {"body": body})
    )
    assert status == 200 and "Form · PDF, 120 kB" in shown.text
    got = await anybody.get(address)
    assert await got.read() == data
    assert got.headers["Content-Type"] == "application/pdf" and got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment; filename=")
    assert got.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote('退货 [form].exe.pdf')}")
    assert "sandbox" in got.headers["Content-Security-Policy"] and "Set-Cookie" not in got.headers
    part = await anybody.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status, await part.read()) == (206, b"%PDF")
    assert (await anybody.get(address, headers={"If-None-Match": got.headers["ETag"]})).status == 304

    for bad, why in ((b"#!/bin/sh", "script"), (b"<svg/>", "drawing"), (b"MZ", "program"), (b"\0", "nor a paper")):
        refused = await sue.post(path, data=a_file(bad, "a.pdf"), headers={"X-CSRF-Token": token})
        assert refused.status == 422 and why in await refused.text()
    large = await sue.post(path, data=a_file(b"%PDF-" + bytes(26 * 1024 * 1024), "a"), headers={"X-CSRF-Token": token})
    assert large.status == 413
    wide = await sue.post(path, data=a_file(PNG + bytes(11 * 1024 * 1024), "a.png"), headers={"X-CSRF-Token": token})
    assert wide.status == 413 and "10 MB" in await wide.text()
    assert len([one for one in (lite_house.desk.blobs.path("0" * 32).parent.parent).rglob("*") if one.is_file()]) == 1

    assert "[退货 form.exe]" in (await opened(sue, edit)).text
    preview = await sue.post("/knowledge/preview", json={"body": body}, headers={"X-CSRF-Token": token})
    assert "Form · PDF, 120 kB" in (await preview.json())["html"]


async def test_the_preview_is_safe_and_for_who_writes(lite_house: Front) -> None:
    sue, ana = await lite_house.signed_in("supervisor"), await lite_house.signed_in("agent")
    token = csrf_token(await (await sue.get("/knowledge/new")).text())
    draft = {"body": "**Yes** <script>alert(1)</script> [x](javascript:alert(1))", "language": "en"}

    html = (await (await sue.post("/knowledge/preview", json=draft, headers={"X-CSRF-Token": token})).json())["html"]

    assert "<strong>Yes</strong>" in html and "<script" not in html and 'href="javascript' not in html
    missing = {"body": "Ring us: {{snippet:nosuch}} - {{snippet:no<b>}}", "language": "en"}
    html = (await (await sue.post("/knowledge/preview", json=missing, headers={"X-CSRF-Token": token})).json())["html"]
    assert "There is no snippet “nosuch”" in html and "<b>" not in html
    guide = {"body": "```guide\n? a: Dark?\n- Yes -> b\n= c: Light.\n```", "language": "en"}
    html = (await (await sue.post("/knowledge/preview", json=guide, headers={"X-CSRF-Token": token})).json())["html"]
    assert "Guide 1 cannot be followed yet." in html and "Line 2: there is no step “b”" in html
    assert (await sue.post("/knowledge/preview", json=draft)).status == 403
    assert (await ana.post("/knowledge/preview", json=draft)).status == 403


async def test_categories_are_a_tree_and_none_stands_under_itself(lite_house: Front) -> None:
    sue = await lite_house.signed_in("supervisor")
    path = "/knowledge/categories"
    status, shown, _ = await sends(sue, path, act="add", **{"name.en": "Money", "name.zh": "钱"})
    assert status == 200 and "Money 钱" in shown.text
    await sends(sue, path, act="add", parent_id=ids_in(await page_of(sue, path))[0], **{"name.en": "Refunds"})
    top, below = ids_in(await page_of(sue, path))

    change = {"act": "change", "id": top, "name.en": "Money", "position": "1", "version": "0"}
    status, shown, _ = await sends(sue, path, **(change | {"parent_id": below, "name.en": "Gold"}))
    assert status == 422 and "cannot stand under itself" in shown.alerts[0]
    assert shown.about[f"{top}-name-en"]["value"] == "Gold"
    status, shown, _ = await sends(sue, path, act="remove", id=top, version="0")
    assert status == 409 and "others within it" in shown.alerts[0]
    status, _, _ = await sends(sue, path, act="remove", id=below, version="0")
    assert status == 200 and ids_in(await page_of(sue, path)) == [top]


async def test_a_snippet_is_said_by_every_article_that_asks_for_it(lite_house: Front) -> None:
    sue = await lite_house.signed_in("supervisor")
    path = "/knowledge/snippets"
    status, shown, _ = await sends(sue, path, act="put", name="hours", language="en", body="Nine to five.")
    assert status == 200 and "Nine to five." in shown.text
    made = await written(lite_house, body="Ring us: {{snippet:hours}}")
    assert "Ring us: Nine to five." in (await opened(sue, f"/knowledge/{made.id}")).text

    status, shown, _ = await sends(sue, path, act="remove", id=ids_in(await page_of(sue, path))[0], version="0")
    assert status == 409 and "articles ask for it" in shown.alerts[0]
    status, shown, _ = await sends(sue, path, act="put", name="No Name", language="en", body="x")
    assert status == 422 and "small letters" in shown.alerts[0]


PNG = b"\x89PNG\r\n\x1a\n"


async def picture_of(house: Front, article_id: str) -> str:
    """A picture of an article, as one was pasted into its text."""
    data = io.BytesIO()
    Image.new("RGB", (2, 2)).save(data, "PNG")
    sue = await house.signed_in("supervisor")
    token = csrf_token(await (await sue.get(f"/knowledge/{article_id}/edit")).text())
    path = f"/knowledge/{article_id}/files"
    await sue.post(path, data=a_file(data.getvalue(), "a.png"), headers={"X-CSRF-Token": token})
    (row,) = await house.desk.read(SYSTEM, lambda rx: rx.all(article_files.select()))
    return str(row.id)


def a_file(data: bytes, name: str, **fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData(fields, quote_fields=False)
    form.add_field("file", io.BytesIO(data), filename=name, content_type="image/png")
    return form


async def page_of(browser: Client, path: str) -> str:
    return await (await browser.get(path)).text()


def ids_in(html: str) -> list[str]:
    """What the forms of a list are about."""
    return re.findall(r'name="id" value="([^"]+)"', html)


async def test_who_publishes_sees_which_papers_of_others_their_words_hand_out(house: Front) -> None:
    sue = await house.signed_in("supervisor")
    mine = await written(house, title="Mine", audience="public", state="draft", body="Nothing.")
    inside = await written(house, title="Buying in", audience="internal")
    draft = await written(house, title="Next year", state="draft")
    beside = await written(house, title="Beside")
    files = [await _paper(house, made.id, f"{made.slug}.pdf") for made in (mine, inside, draft, beside)]
    links = " ".join(f"[x](/help/files/{file})" for file in files)

    words = {"title": "Mine", "body": links}
    edit = f"/knowledge/{mine.id}/edit?language=en"
    status, shown, where = await sends(sue, edit, **words, base="1", then="publish", shown_to="public")
    assert "Saved, and not published yet" in shown.text and where.endswith("said=unseen")
    assert status == 200 and "everybody gets what belongs to articles that they may not read" in shown.text
    assert (
        "buying-in.pdf of Buying in internal" in shown.text and "next-year.pdf of Next year not published" in shown.text
    )
    assert "beside.pdf of" not in shown.text and "mine.pdf of" not in shown.text
    seen = {"shown_to": "public", "relies": (await opened(sue, edit)).fields["relies"]}
    _, shown, where = await sends(sue, edit, **words, base="2", then="publish", **seen)
    assert "Published: readers see it." in shown.text
    assert "buying-in.pdf of Buying in" in shown.text  # also once they are out
    await house.desk.transact(SYSTEM, articles.describe, mine.id, audience="internal")
    now = (await opened(sue, where)).text
    assert "their readers get what belongs" in now and "buying-in.pdf of" not in now
    ana = await house.signed_in("agent")
    assert "belongs to articles" not in (await opened(ana, where)).text


async def test_what_a_snippet_shows_is_handed_out_too(lite_house: Front) -> None:
    sue = await lite_house.signed_in("supervisor")
    inside = await written(lite_house, title="Buying in", audience="internal")
    file = await _paper(lite_house, inside.id, "Prices.pdf")
    await lite_house.desk.transact(SYSTEM, _prices, file)

    made = await written(lite_house, title="Mine", body="{{snippet:prices}}")

    shown = await opened(sue, f"/knowledge/{made.id}?language=en")
    assert "Prices.pdf of Buying in" in shown.text
    new = REFUND | ABOUT | {"body": "{{snippet:prices}}"}
    _, shown, where = await sends(sue, "/knowledge/new", then="publish", **new)
    assert "not published yet" in shown.text and "Prices.pdf of Buying in" in shown.text and "/edit" not in where


def _prices(tx: Tx, file: str) -> None:
    snippets.put(tx, name="prices", language="en", body=f"[Prices](/help/files/{file})")


async def _paper(house: Front, article_id: str, name: str) -> str:
    blob = await house.desk.blobs.put(b"%PDF-")
    file = Attachment(name=name, type="application/pdf", size=5, blob=blob)
    added: str = await house.desk.transact(SYSTEM, knowledge_files.add_file, article_id, file)
    return added
