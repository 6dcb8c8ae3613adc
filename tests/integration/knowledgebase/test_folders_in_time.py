"""What a folder says of former addresses, days and approvals, and of links between what it brings as new."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.transaction import Row
from knowledgebase.folders import importing
from knowledgebase.folders.folders import take_folder
from knowledgebase.folders.importing import Usual
from knowledgebase.folders.writing_out import write_folder
from knowledgebase.readers import PUBLIC
from knowledgebase.reading.published import Moved, read
from knowledgebase.tables import article_texts
from knowledgebase.writing import articles, publishing
from tests.integration.kernel.conftest import a_desk
from tests.integration.knowledgebase.test_articles import WRITER_1, WRITER_2, needing_review
from tests.integration.knowledgebase.test_folders import IMPORT, USUAL, contents_of, jobs_done, reads, takes


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    async with a_desk(database_url, tmp_path / "data", manual_clock) as opened:
        yield opened


async def text_at(desk: Desk, slug: str) -> Row:
    return (await desk.read(IMPORT, lambda rx: rx.all(sa.select(article_texts).where(article_texts.c.slug == slug))))[0]


async def approved(desk: Desk, slug: str) -> None:
    await desk.transact(WRITER_2, publishing.approve, (await text_at(desk, slug)).id)


async def test_what_was_approved_and_planned_elsewhere_waits_here_for_a_second_person(desk, tmp_path):
    await desk.transact(IMPORT, needing_review)
    later = desk.clock.now() + timedelta(days=1)
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(
            f"---\ntitle: {name}\nslug: {name}\naudience: public\nstate: approved\npublish_at: {later}\n---\nWords.\n"
        )
        await takes(desk, tmp_path / f"{name}.md")
    assert [(one.stage, one.publish_at) for one in (await text_at(desk, "one"), await text_at(desk, "two"))] == [
        ("in_review", later), ("in_review", later),
    ]  # fmt: skip
    await approved(desk, "two")

    desk.clock.advance(timedelta(days=1))
    await jobs_done(desk)

    assert await desk.read(IMPORT, read, "one", PUBLIC) is None
    assert "second person" in (await text_at(desk, "one")).not_published
    assert (await reads(desk, "two")).body == "Words."


async def test_a_plan_whose_day_is_over_and_an_address_of_another_article_are_named(desk, tmp_path):
    await desk.transact(IMPORT, articles.create, title="Taken", body="x", language="en", audience="public")
    now = desk.clock.now()
    days = f"publish_at: {now - timedelta(days=1)}\npublished_first_at: {now + timedelta(days=1)}"
    (tmp_path / "a.md").write_text(
        f"---\ntitle: A\nslug: a\nstate: draft\nformer: [taken, Not One, old, 2026]\n{days}\n---\nWords.\n"
    )

    (became,) = [one async for one in take_folder(desk, IMPORT, tmp_path / "a.md", USUAL)]

    assert became.what == "added"
    assert became.passed_over == (
        "former taken (another article has it, or it is none)",
        "former Not One (another article has it, or it is none)",
        "publish_at (its day is over)",
        "published_first_at (it is still to come)",
    )
    text = await text_at(desk, "a")
    assert (text.stage, text.publish_at, text.published_first_at) == ("draft", None, None)
    await desk.transact(IMPORT, publishing.publish, text.id)
    assert [await desk.read(IMPORT, read, slug, PUBLIC) for slug in ("old", "2026")] == [Moved(slug="a")] * 2
    assert await takes(desk, tmp_path / "a.md") == {"a.md": "same"}


async def test_a_day_to_come_is_waited_for_also_where_files_are_published(desk, tmp_path):
    later = desk.clock.now() + timedelta(days=1)
    (tmp_path / "a.md").write_text(f"---\ntitle: A\npublish_at: {later}\n---\nWords.\n")
    (tmp_path / "far.md").write_text("---\ntitle: Far\npublish_at: 2099-01-01 00:00:00+00:00\n---\nWords.\n")

    became = await takes(desk, tmp_path)

    assert (became["a.md"], "five years" in became["far.md"]) == ("added", True)
    assert await desk.read(IMPORT, read, "a", PUBLIC) is None
    assert (await takes(desk, tmp_path))["a.md"] == "same"
    desk.clock.advance(timedelta(days=1))
    await jobs_done(desk)
    assert (await reads(desk, "a")).body == "Words."


async def test_what_a_file_names_by_its_address_stays_there_when_its_title_changes(desk, tmp_path):
    (tmp_path / "a.md").write_text("---\ntitle: Lamps\nslug: lamps\n---\nOne.\n")
    await takes(desk, tmp_path / "a.md")
    (tmp_path / "a.md").write_text("---\ntitle: Lights\nslug: lamps\n---\nTwo.\n")

    assert await takes(desk, tmp_path / "a.md") == {"a.md": "changed"}
    assert await takes(desk, tmp_path / "a.md") == {"a.md": "same"}
    assert ((await reads(desk, "lamps")).title, (await reads(desk, "lamps")).body) == ("Lights", "Two.")


async def test_a_publication_here_does_not_make_an_article_younger(desk, tmp_path):
    long_ago = desk.clock.now() - timedelta(days=900)
    (tmp_path / "a.md").write_text(f"---\ntitle: A\nstate: draft\npublished_first_at: {long_ago}\n---\nWords.\n")
    await takes(desk, tmp_path / "a.md")

    await desk.transact(WRITER_1, publishing.publish, (await text_at(desk, "a")).id)

    assert (await reads(desk, "a")).published_first_at == long_ago


async def test_an_original_that_leads_to_its_new_translation_is_written_once(desk, tmp_path):
    root = tmp_path / "in"
    root.mkdir()
    (root / "a.md").write_text("---\ntitle: A\nslug: a\n---\nAlso [in Chinese](b.md), [not](c.md) in French.\n")
    (root / "b.md").write_text("---\ntitle: B\nslug: b\nlanguage: zh\noriginal: a\n---\nAlso [in English](a.md).\n")
    (root / "c.md").write_text("---\ntitle: C\nslug: c\nlanguage: fr\noriginal: a\n---\n{{snippet:gone}}\n")

    became = await takes(desk, root)

    assert (became["a.md"], became["b.md"], "gone" in became["c.md"]) == ("added", "added", True)
    a, b = await reads(desk, "a"), await reads(desk, "b")
    assert (a.body, a.revision) == ("Also [in Chinese](/help/a/b), [not](c.md) in French.", 1)
    assert (b.body, b.revision, b.is_behind) == ("Also [in English](/help/a/a).", 1, False)
    await takes(desk, root)
    assert ((await reads(desk, "a")).revision, (await reads(desk, "b")).revision) == (1, 1)


async def test_only_what_is_led_to_before_its_turn_is_tried_first(desk, tmp_path, monkeypatch):
    tried: list[str] = []
    real = importing.try_in

    def counted(tx, sheets, usual):
        tried.extend(sheet.path for sheet in sheets)
        return real(tx, sheets, usual)

    monkeypatch.setattr(importing, "try_in", counted)
    root = tmp_path / "in"
    root.mkdir()
    (root / "all.md").write_text("# All\n\n[all](all.md)\n" + "".join(f"- [{n}]({n}.md)\n" for n in range(5)))
    for number in range(5):
        (root / f"{number}.md").write_text(f"# Number {number}\n\n[all](all.md) [last](4.md)\n")

    assert set((await takes(desk, root)).values()) == {"added"}
    assert tried == ["all.md", "0.md"]  # which is where the circles are cut
    assert {(await reads(desk, slug)).revision for slug in ("all", "number-0", "number-4")} == {1}
    assert (await reads(desk, "number-4")).body == "[all](/help/a/all) [last](/help/a/number-4)"
    assert set((await takes(desk, root)).values()) == {"same"}


async def test_many_former_addresses_of_an_article_are_read_back(desk, tmp_path, sqlite_files, manual_clock):
    made = await desk.transact(
        IMPORT, articles.create, title="A", body="x", language="en", audience="public", state="published"
    )
    for number in range(300):
        await desk.transact(IMPORT, articles.rename, made.text_id, f"{'an-address-of-many-letters-' * 4}{number}")
    await write_folder(desk, IMPORT, tmp_path / "one")

    (tmp_path / "fresh").mkdir()
    async with a_desk(sqlite_files.copy_into(tmp_path / "fresh"), tmp_path / "fresh", manual_clock) as other:
        assert set((await takes(other, tmp_path / "one", Usual())).values()) == {"added"}
        await write_folder(other, IMPORT, tmp_path / "two")
    assert contents_of(tmp_path / "two") == contents_of(tmp_path / "one")
