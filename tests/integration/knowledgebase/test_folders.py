"""Folders of articles, in and out: the same twice changes nothing, and one bad file stops none."""

import json
import os
import re
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.errors import Conflict
from desk.kernel.runner import Runner
from desk.kernel.transaction import Actor, Tx
from desk.tables import events
from knowledgebase.folders import folder_files, history
from knowledgebase.folders.folders import take_folder
from knowledgebase.folders.importing import Usual
from knowledgebase.folders.writing_out import write_folder
from knowledgebase.handlers import HANDLERS
from knowledgebase.readers import PUBLIC, WRITER, Reader
from knowledgebase.reading.published import Article, Moved, read
from knowledgebase.reading.render import render
from knowledgebase.reading.staff_lists import Wanted, shelf
from knowledgebase.search.near import WORDS_ALONE
from knowledgebase.search.search import search
from knowledgebase.tables import article_feedback, article_texts, article_uses
from knowledgebase.writing import articles, categories, publishing, snippets, translations
from tests.integration.kernel.conftest import a_desk
from tests.integration.knowledgebase.cases import case

IMPORT = Actor.system("import")
USUAL = Usual(language="en", audience="public", state="published")


def a_png(width: int = 2, *, bits: bytes = zlib.compress(bytes(14))) -> bytes:
    """A picture that says that it is so wide and as high."""
    chunks = [(b"IHDR", width.to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"), (b"IDAT", bits), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big") for name, data in chunks
    )


PNG = a_png()


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    async with a_desk(database_url, tmp_path / "data", manual_clock) as opened:
        yield opened


async def takes(desk: Desk, place: Path, usual: Usual = USUAL) -> dict[str, str]:
    """What became of each file; of one that was refused, why."""
    return {one.path: one.why or one.what async for one in take_folder(desk, IMPORT, place, usual)}


async def reads(desk: Desk, slug: str, reader: Reader = PUBLIC) -> Article:
    found = await desk.read(IMPORT, read, slug, reader)
    assert isinstance(found, Article), found
    return found


def contents_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


async def jobs_done(desk: Desk) -> None:
    """Everything is done that is due by now."""
    await Runner(desk, HANDLERS).run_due()


async def filled(desk: Desk) -> None:
    """A little of everything."""

    async def does(work, *args, **kwargs):
        return await desk.transact(IMPORT, work, *args, **kwargs)

    top = await does(categories.add, names={"en": "Delivery", "zh": "配送"}, about={"en": "Parcels"}, position=2)
    low = await does(categories.add, names={"en": "Lost"}, parent_id=top)
    await does(snippets.put, name="hours", language="en", body="Nine to five.\n\nAlso Saturdays.")
    about = {"language": "en", "audience": "public", "category_id": low, "tags": ["post", "2026"]}
    said = {"title": 'Where: is "it"?', "body": "\n\n---\nLook.\n\n{{snippet:hours}}\n\n", "summary": "In the mail"}
    made = await does(articles.create, **said, **about, state="published")
    await does(publishing.expire, made.text_id, at=desk.clock.now() + timedelta(days=9))
    chinese = await does(translations.translate, made.id, "zh", title="包裹在哪里？" * 20, body="看。")
    await does(publishing.publish, chinese.text_id)
    await does(articles.save, made.text_id, **said | {"body": "Look again."}, note="", base=1)
    await does(publishing.publish, made.text_id)
    await does(articles.save, made.text_id, **said | {"title": "Where next?", "body": "Soon."}, note="", base=2)
    await does(articles.create, title="Draft", body="", language="de", audience="internal")
    put_away = await does(articles.create, title="Old", body="x", language="en", audience="customers")
    await does(publishing.archive, put_away.text_id)
    await dated(desk)


async def dated(desk: Desk) -> None:
    """Texts with former addresses, plans and a day on which they were published first."""

    async def does(work, *args, **kwargs):
        return await desk.transact(IMPORT, work, *args, **kwargs)

    about = {"language": "en", "audience": "public"}
    moved = await does(articles.create, title="Lamps", body="Lit.", **about, state="published")
    for slug in ("light", "bulbs"):
        await does(articles.rename, moved.text_id, slug)
    await does(publishing.seen_since, moved.text_id, desk.clock.now() - timedelta(days=400))
    later = desk.clock.now() + timedelta(days=3)
    planned = await does(articles.create, title="Sale", body="Soon.", **about)
    await does(publishing.publish, planned.text_id, at=later)
    for title, state in (("Beds", "published"), ("Chairs", "draft")):  # what is planned is neither seen nor newest
        made = await does(articles.create, title=title, body="One.", **about, state=state)
        await does(articles.save, made.text_id, title=title, body="Two.", summary="", note="", base=1)
        await does(publishing.publish, made.text_id, at=later)
        await does(articles.save, made.text_id, title=title, body="Three.", summary="", note="", base=2)
    gone = await does(articles.create, title="Tables", body="Four legs.", **about, state="published")
    await does(publishing.unpublish, gone.text_id)


async def test_what_is_written_out_is_taken_in_as_it_was(desk, tmp_path, sqlite_files, manual_clock):
    await filled(desk)
    assert await write_folder(desk, IMPORT, tmp_path / "one") == 13
    assert {"where-is-it.md", "drafts/where-is-it.md", "categories.yaml"} <= contents_of(tmp_path / "one").keys()
    assert b"former:\n- lamps\n- light\n" in contents_of(tmp_path / "one")["bulbs.md"]
    assert b"publish_at" in contents_of(tmp_path / "one")["drafts/beds.planned.md"]
    manual_clock.advance(timedelta(days=1))

    (tmp_path / "fresh").mkdir()
    url = sqlite_files.copy_into(tmp_path / "fresh")
    async with a_desk(url, tmp_path / "fresh", manual_clock) as other:
        became = await takes(other, tmp_path / "one")
        assert set(became.values()) == {"added", "changed"}, became
        await write_folder(other, IMPORT, tmp_path / "two")
        assert contents_of(tmp_path / "two") == contents_of(tmp_path / "one")

        assert (await reads(other, "where-is-it")).body == "Look again."
        shown = await reads(other, "where-is-it", WRITER)
        (slug,) = [slug for language, slug in shown.translations if language == "zh"]
        assert (await reads(other, slug)).is_behind
        assert await other.read(IMPORT, read, "lamps", PUBLIC) == Moved(slug="bulbs")
        assert (await reads(other, "bulbs")).published_first_at == manual_clock.now() - timedelta(days=401)
        manual_clock.advance(timedelta(days=2))
        await jobs_done(other)
        assert [(await reads(other, slug)).body for slug in ("sale", "beds", "chairs")] == ["Soon.", "Two.", "Two."]


async def test_the_same_folder_twice_changes_nothing(desk, tmp_path):
    await filled(desk)
    await write_folder(desk, IMPORT, tmp_path / "one")
    before = await desk.read(IMPORT, lambda rx: rx.all(sa.select(sa.func.count().label("n")).select_from(events))[0].n)

    became = await takes(desk, tmp_path / "one")

    after = await desk.read(IMPORT, lambda rx: rx.all(sa.select(sa.func.count().label("n")).select_from(events))[0].n)
    assert {path: what for path, what in became.items() if what != "same"} == {}, became
    assert before == after


async def test_the_history_is_written_beside_if_asked_for_and_never_taken_in(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(history, "AT_ONCE", 2)
    await filled(desk)

    def said(tx: Tx) -> None:
        (text,) = tx.all(sa.select(article_texts).where(article_texts.c.slug == "where-is-it"))
        tx.update(article_texts, text.id, views=7)
        comment = {"helpful": False, "comment": "Mail me: ana@example.org, order 123456", "reader": "cookie"}
        tx.insert(article_feedback, id=tx.new_id(), text_id=text.id, revision=1, at=tx.now, **comment)
        about = {"article_id": text.article_id, "text_id": text.id, "interaction_id": case(tx)}
        tx.insert(article_uses, id=tx.new_id(), **about, how="linked", user_id=None, at=tx.now, settled=True)

    await desk.transact(IMPORT, said)
    await write_folder(desk, IMPORT, tmp_path / "bare")
    await write_folder(desk, IMPORT, tmp_path / "full", with_history=True)

    bare, full = contents_of(tmp_path / "bare"), contents_of(tmp_path / "full")
    added = {path: [json.loads(line) for line in full[path].splitlines()] for path in full.keys() - bare.keys()}
    assert {path: len(lines) for path, lines in added.items()} == {
        "history/revisions.jsonl": 15, "history/feedback.jsonl": 1,
        "history/counters.jsonl": 9, "history/uses.jsonl": 1,
    }  # fmt: skip
    first, second = [one for one in added["history/revisions.jsonl"] if one["slug"] == "where-is-it"][:2]
    assert (first["number"], first["published"], first["by"], "Look." in first["body"]) == (1, False, "import", True)
    assert second["published"] is True and second["at"].startswith("20")
    (feedback,) = added["history/feedback.jsonl"]
    assert feedback.keys() == {"slug", "language", "revision", "helpful", "comment", "at"}
    assert feedback["comment"] == "Mail me: …, order …" and feedback["helpful"] is False
    assert any(one["views"] == 7 and one["original"] is True for one in added["history/counters.jsonl"])
    assert added["history/uses.jsonl"][0].keys() == {"slug", "language", "how", "by", "at", "settled"}
    assert set((await takes(desk, tmp_path / "full")).values()) == {"same"}


async def test_nothing_is_written_over(desk, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Conflict):
        await write_folder(desk, IMPORT, tmp_path)


async def test_a_picture_goes_with_its_words(desk, tmp_path):
    id = "0193c1a0-0000-7000-8000-000000000001"
    (tmp_path / "in" / "files").mkdir(parents=True)
    (tmp_path / "in" / "files" / f"{id}-a_b.png").write_bytes(PNG)
    (tmp_path / "in" / "a.md").write_text(
        f"---\ntitle: A\nslug: a\nfiles:\n  {id}: a b.png\n---\n![a](/help/files/{id})\n"
    )
    assert await takes(desk, tmp_path / "in") == {"a.md": "added"}
    assert await takes(desk, tmp_path / "in") == {"a.md": "same"}

    await write_folder(desk, IMPORT, tmp_path / "out")
    assert contents_of(tmp_path / "out")[f"files/{id}-a_b.png"] == PNG
    (tmp_path / "in" / "files" / f"{id}-a_b.png").write_bytes(b"<svg onload=alert(1)>")
    assert "file a b.png: a page or a drawing" in (await takes(desk, tmp_path / "in"))["a.md"]
    for flood in (a_png(60_000), a_png(60_000)[:33]):
        (tmp_path / "in" / "files" / f"{id}-a_b.png").write_bytes(flood)
        assert "file a b.png" in (await takes(desk, tmp_path / "in"))["a.md"]


async def test_what_lies_beside_the_texts_comes_with_them(desk, tmp_path, sqlite_files, manual_clock):
    root = tmp_path / "in"
    (root / "papers").mkdir(parents=True)
    (root / "one.md").write_text(
        "# One\n\n[form](papers/form.exe) ![shop](shop.png) [bad](papers/bad.pdf) [two](two.md)\n"
    )
    (root / "two.md").write_text("# Two\n\n[form](<papers/form.exe>)")
    (root / "bare.md").write_text("# Bare \u202e\n\n[list](list.csv)")
    (root / "papers" / "form.exe").write_bytes(b"%PDF-1.7 form")
    (root / "papers" / "bad.pdf").write_bytes(b"<script>")
    (root / "papers" / "alone.pdf").write_bytes(b"%PDF-1.7 alone")
    (root / "shop.png").write_bytes(PNG)
    (root / "list.csv").write_bytes(b"a,b")
    (root / "passwd.txt").symlink_to("/etc/passwd")

    became = {one.path: one async for one in take_folder(desk, IMPORT, root, USUAL)}

    why = {path: one.why for path, one in became.items() if one.what == "refused"}
    assert why.keys() == {"bare.md", "papers/bad.pdf", "papers/alone.pdf", "list.csv", "passwd.txt"}
    assert "page" in why["papers/bad.pdf"] and "no article links to it" in why["papers/alone.pdf"]
    assert "was taken" in why["list.csv"] and became["one.md"].not_taken == ("papers/bad.pdf",)
    one, two = await reads(desk, "one"), await reads(desk, "two")
    assert [(paper.name, paper.kind) for paper in one.papers] == [("form.exe.pdf", "PDF")]
    assert one.body.endswith(f"({one.papers[0].address}) ![shop]({one.body.split('](')[2].split(')')[0]}) "
        "[bad](papers/bad.pdf) [two](/help/a/two)")  # fmt: skip
    assert two.papers[0].id != one.papers[0].id  # each goes with the rights of its own article

    again = {path: what for path, what in (await takes(desk, root)).items() if path not in why}
    assert again == dict.fromkeys(("one.md", "two.md", "papers/form.exe", "shop.png"), "same")
    assert (await reads(desk, "one")).revision == 1

    await write_folder(desk, IMPORT, tmp_path / "out")
    written = contents_of(tmp_path / "out")
    assert written[f"files/{one.papers[0].id}-form.exe.pdf"] == b"%PDF-1.7 form" and len(written) == 5
    (tmp_path / "fresh").mkdir()
    async with a_desk(sqlite_files.copy_into(tmp_path / "fresh"), tmp_path / "fresh", manual_clock) as other:
        assert set((await takes(other, tmp_path / "out")).values()) == {"added"}
        assert (await reads(other, "one")).papers == one.papers
        await write_folder(other, IMPORT, tmp_path / "back")
    assert contents_of(tmp_path / "back") == written


async def test_any_folder_is_taken_and_what_cannot_be_is_named(desk, tmp_path):
    root = tmp_path / "site"
    (root / "Returns" / "By post").mkdir(parents=True)
    (root / "Returns" / "By post" / "label.md").write_text("# Print a label\n\nSee below.\n")
    (root / "jekyll.md").write_text(
        "---\ntitle: Store card\nlayout: post\ndate: 2026-01-01\ntags: card, points\n---\nPoints.\n"
    )
    (root / "page.html").write_bytes(
        b'<html lang="de"><meta charset="iso-8859-1"><title>Gr\xf6\xdfen</title><h1>Gr\xf6\xdfen</h1>'
        b"<script>alert(1)</script><p onclick=x>Mit <b>Ma\xdfband</b>.</p></html>"
    )
    (root / "latin.md").write_bytes("Größen".encode("latin-1"))
    (root / "wide.md").write_bytes("# Größen\n\nWide.".encode("utf-16"))
    (root / "wide.html").write_bytes("<h1>Größen</h1><p>Wide.".encode("utf-16"))
    (root / "big.md").write_bytes(b"x" * 10_000_000)
    (root / "long.md").write_text("# Long\n" + "x" * 600_000)
    (root / "deep.html").write_text("<div>" * 100_000)
    (root / "empty.md").write_text("")
    (root / "broken.md").write_text("---\ntitle: x: y\n---\nx")
    (root / "no.pdf").write_bytes(b"%PDF")
    (root / "turned.md").write_text("# paid \u202efdp.exe\n\nx")
    (root / "orphan.md").write_text("---\ntitle: O\noriginal: nowhere\nlanguage: zh\n---\nx")
    (root / "zz.md").write_text("# Print a label!\n\nAnother.")
    (root / "loop").symlink_to(root)
    (root / "secret.md").symlink_to("/etc/passwd")
    (root / ".git").mkdir()
    (root / ".git" / "x.md").write_text("hidden")

    became = await takes(desk, root)

    assert {path for path, what in became.items() if what == "added"} == {
        "Returns/By post/label.md", "jekyll.md", "page.html",
    }  # fmt: skip
    why = {path: what for path, what in became.items() if what != "added"}
    assert why.keys() == {
        *("latin.md", "big.md", "long.md", "deep.html", "empty.md", "broken.md", "no.pdf", "turned.md", "orphan.md"),
        *("loop", "secret.md", "zz.md", "wide.md", "wide.html"),
    }
    assert all("UTF-16" in why[name] for name in ("wide.md", "wide.html"))
    assert "UTF-8" in why["latin.md"] and "larger than" in why["big.md"] and "500,000" in why["long.md"]
    assert "tags" in why["deep.html"] and "nothing to read" in why["empty.md"] and "U+202E" in why["turned.md"]
    assert "same title" in why["zz.md"] and "line 2: " in why["broken.md"]
    assert "nowhere" in why["orphan.md"]
    label = await reads(desk, "print-a-label")
    assert [one.name for one in label.category] == ["Returns", "By post"]
    german = await reads(desk, "grossen")
    assert (german.language, german.body) == ("de", "Mit **Maßband**.")
    assert (await reads(desk, "store-card")).tags == ("card", "points")
    assert [
        hit.title for hit in (await desk.read(IMPORT, search, words="points", reader=PUBLIC, meaning=WORDS_ALONE)).hits
    ] == ["Store card"]
    assert len((await desk.read(IMPORT, shelf, WRITER, Wanted())).rows) == 3


async def test_links_between_files_become_links_between_articles(desk, tmp_path):
    await desk.transact(IMPORT, articles.create, title="Two", body="x", language="de", audience="public")
    root = tmp_path / "in"
    (root / "more").mkdir(parents=True)
    (root / "one.md").write_text("# One\n\nSee [two](more/two.html#part), [three](three.md) and [nine](nine.md).\n")
    (root / "more" / "two.html").write_text(
        '<h1>Two</h1><p>Back to <a href="../one.md">one</a>, <a href="no.pdf">no</a>'
    )
    guide = "\n\n```guide\n? a: [one](%s)?\n- Yes -> b\n= b: Do.\n```"
    (root / "three.md").write_text(f"# Three\n\n[one](one.md) [four](four.md){guide % 'one.md'}\n")
    (root / "four.md").write_text("# Four \u202e\n\nrefused")

    became = {one.path: one async for one in take_folder(desk, IMPORT, root, USUAL)}

    assert {path: one.what for path, one in became.items()} == {
        "one.md": "added", "more/two.html": "added", "three.md": "added", "four.md": "refused",
    }  # fmt: skip
    assert [became[path].not_taken for path in ("one.md", "more/two.html", "three.md")] == [
        ("nine.md",), ("no.pdf",), ("four.md",),
    ]  # fmt: skip
    made = sa.select(article_texts.c.slug).where(
        article_texts.c.slug.startswith("two"), article_texts.c.language == "en"
    )
    ((two,),) = await desk.read(IMPORT, lambda rx: rx.all(made))
    assert two != "two"  # which is somebody else's
    assert (await reads(desk, "one")).body == (
        f"See [two](/help/a/{two}#part), [three](/help/a/three) and [nine](nine.md)."
    )
    assert (await reads(desk, two)).body == "Back to [one](/help/a/one), [no](no.pdf)"
    assert (await reads(desk, "three")).body == f"[one](/help/a/one) [four](four.md){guide % '/help/a/one'}"


async def test_links_to_parts_lead_to_their_headings_and_come_back_as_they_went(
    desk, tmp_path, sqlite_files, manual_clock
):
    root = tmp_path / "in"
    root.mkdir()
    leads = "[a](#über-uns) [b](two.html#p2) [c](two.html#part) [d](two.html#t)"
    (root / "one.md").write_text(f"# One\n\n{leads}\n\n## Über uns")
    (root / "two.html").write_text(
        '<h1 id="t">Two</h1><a href="#p2">x</a> <a href="one.md#über-uns">y</a><h2>Part</h2><h2 id="p2">Part</h2>'
    )
    await takes(desk, root)

    one, two = [render((await reads(desk, slug)).body) for slug in ("one", "two")]
    assert re.findall('id="([^"]*)"', one + two) == ["s-uber-uns", "s-part", "s-part-1"]
    assert re.findall('href="([^"]*)"', one + two) == [
        *("#s-uber-uns", "/help/a/two#s-part-1", "/help/a/two#s-part", "/help/a/two"),
        *("#s-part-1", "/help/a/one#s-uber-uns"),
    ]
    assert set((await takes(desk, root)).values()) == {"same"}

    await write_folder(desk, IMPORT, tmp_path / "out")
    (tmp_path / "fresh").mkdir()
    async with a_desk(sqlite_files.copy_into(tmp_path / "fresh"), tmp_path / "fresh", manual_clock) as other:
        await takes(other, tmp_path / "out")
        await write_folder(other, IMPORT, tmp_path / "again")
    assert contents_of(tmp_path / "again") == contents_of(tmp_path / "out")


async def test_a_folder_of_links_taken_twice_changes_nothing(desk, tmp_path):
    root = tmp_path / "in"
    root.mkdir()
    (root / "one.md").write_text("# One\n\n[two](two.md) [long](long.md)")
    (root / "two.md").write_text("# Two\n\n[one](one.md)")
    (root / "long.md").write_text("# Long\n" + "x" * 600_000)
    await takes(desk, root)

    became = await takes(desk, root)

    assert (became["one.md"], became["two.md"]) == ("same", "same")
    assert (await reads(desk, "one")).revision == 1


async def test_a_translation_of_a_translation_is_one_of_the_original(desk, tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    (place / "a.md").write_text("---\ntitle: A\nslug: a\n---\nx")
    (place / "b.md").write_text("---\ntitle: B\nslug: b\nlanguage: zh\noriginal: a\n---\nx")
    assert set((await takes(desk, place)).values()) == {"added"}
    (place / "c.md").write_text("---\ntitle: C\nslug: c\nlanguage: zh-Hant\noriginal: b\n---\nx")
    (place / "d.md").write_text("---\ntitle: D\nslug: d\nlanguage: fr\noriginal: d\n---\nx")
    became = await takes(desk, place)
    assert (became["a.md"], became["b.md"], became["c.md"]) == ("same", "same", "added")
    assert "there is no article d" in became["d.md"]
    assert dict((await reads(desk, "c")).translations) == {"en": "a", "zh": "b"}


async def test_a_folder_that_is_called_as_one_of_an_export_is_taken_as_any_other(desk, tmp_path):
    for folder in ("files", "snippets", "history"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "howto.md").write_text(f"# How {folder} work\n\nWell.")
    (tmp_path / "in" / "one.md").write_text("# One\n\n[form](files/c.csv)")
    (tmp_path / "in" / "files" / "c.csv").write_text("a,b\n")
    (tmp_path / "in" / "snippets" / "hours.en.md").write_text("Nine to five.")
    (tmp_path / "in" / "snippets" / "Our hours.en.md").write_text("Nine to five.")

    became = await takes(desk, tmp_path / "in")

    assert became.pop("snippets/Our hours.en.md") == "a snippet is called NAME.LANGUAGE.md"
    assert len(became) == 6 and set(became.values()) == {"added"}, became
    assert [paper.kind for paper in (await reads(desk, "one")).papers] == ["CSV"]
    assert (await reads(desk, "how-snippets-work")).category[0].name == "snippets"


async def test_what_is_no_folder_and_no_plain_file_is_refused_and_not_waited_for(desk, tmp_path):
    id = "0193c1a0-0000-7000-8000-000000000001"
    (tmp_path / "in" / "files").mkdir(parents=True)
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / "in" / "files" / f"{id}-a.png")
    (tmp_path / "in" / "a.md").write_text(f"---\ntitle: A\nfiles:\n  {id}: a.png\n---\n![a](/help/files/{id})\n")

    assert await takes(desk, tmp_path / "pipe.md") == {".": "neither a folder nor a plain file"}
    assert (await takes(desk, tmp_path / "in"))["a.md"].endswith("file a.png: not a plain file")


async def test_a_pipe_within_a_folder_is_refused_by_its_name(desk, tmp_path):
    (tmp_path / "in" / "snippets").mkdir(parents=True)
    pipes = ["b.md", "form.pdf", "snippets/hours.en.md", "categories.yaml"]
    for name in pipes:
        os.mkfifo(tmp_path / "in" / name)
    (tmp_path / "in" / "a.md").write_text("# A\n\n[form](form.pdf)\n")

    became = await takes(desk, tmp_path / "in")
    assert became.pop("a.md") == "added"
    assert became == dict.fromkeys(pipes, "not a plain file")


async def test_more_files_than_are_taken_are_refused_by_the_limit(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(folder_files, "MOST_FILES", 3)
    (folder := tmp_path / "in").mkdir()
    for number in range(4):
        (folder / f"{number}.md").write_text(f"# Number {number}\n\nWords.\n")
    assert await takes(desk, folder) == {".": "more than 3 files: import its folders one after the other"}
    (folder / "3.md").unlink()
    assert set((await takes(desk, folder)).values()) == {"added"}


async def test_publish_publishes_what_changed_in_files_that_do_not_say_their_state(desk, tmp_path):
    place = tmp_path / "a.md"
    place.write_text("# A\n\nOne.")
    await takes(desk, place)
    place.write_text("# A\n\nTwo.")
    assert await takes(desk, place) == {"a.md": "changed"}
    assert (await reads(desk, "a")).body == "Two."

    text_id = (await reads(desk, "a")).text_id
    await desk.transact(IMPORT, articles.save, text_id, title="A", body="Mine.", summary="", note="", base=2)
    assert await takes(desk, place) == {"a.md": "same"}  # what somebody drafts beside it is left alone
    await desk.transact(IMPORT, publishing.publish, text_id)
    await desk.transact(IMPORT, publishing.unpublish, text_id)
    place.write_text("# A\n\nMine.")
    assert await takes(desk, place) == {"a.md": "same"}  # somebody took it back


async def test_a_link_to_a_file_that_is_refused_changes_nothing_the_second_time(desk, tmp_path):
    root = tmp_path / "in"
    root.mkdir()
    (root / "one.md").write_text("# One\n\n[two](two.md) [three](three)")
    (root / "two.md").write_text("---\ntitle: Two\ncategory: nowhere\n---\n[one](one.md)")
    (root / "three.md").write_text("# Three\n\n{{snippet:gone}}")
    first = await takes(desk, root)
    assert "nowhere" in first["two.md"] and "gone" in first["three.md"]
    one = await reads(desk, "one")
    assert (one.body, one.revision) == ("[two](two.md) [three](three)", 1)

    again = await takes(desk, root)

    assert (again["one.md"], (await reads(desk, "one")).revision) == ("same", 1)


async def test_a_file_that_says_that_it_is_a_draft_is_not_published(desk, tmp_path):
    root = tmp_path / "in"
    root.mkdir()
    (root / "hugo.md").write_text("---\ntitle: Hugo\ndraft: true\n---\nx")
    (root / "jekyll.md").write_text("---\ntitle: Jekyll\npublished: false\n---\nx")
    (root / "toml.md").write_text('+++\ntitle = "Toml"\ndraft = true\ndate = 2026-01-01\n+++\nx')
    (root / "out.md").write_text('+++\ntitle = "Out"\ntags = ["a"]\n[params]\nx = 1\n+++\nWords.\n')
    (root / "bad.md").write_text('+++\ntitle = "Out\n+++\nx')
    (root / "open.md").write_text('+++\ntitle = "Out"\nx')
    became = await takes(desk, root)
    assert "TOML" in became["bad.md"] and "+++" in became["open.md"]
    shown = await desk.read(IMPORT, lambda rx: rx.all(sa.select(article_texts.c.slug, article_texts.c.stage)))
    assert {row.slug: row.stage for row in shown} == {
        "hugo": "draft", "jekyll": "draft", "toml": "draft", "out": "published",
    }  # fmt: skip
    out = await reads(desk, "out")
    assert (out.body, out.tags) == ("Words.", ("a",))
