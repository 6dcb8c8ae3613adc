"""Files that nothing shows any more go at night; what anything shows that was ever said, stays."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.transaction import Actor, Tx
from desk.tables import jobs
from knowledgebase.learning.night import Learn, learn
from knowledgebase.reading import forgotten_files
from knowledgebase.reading.forgotten_files import ForgetFiles, forget_files
from knowledgebase.tables import article_files
from knowledgebase.writing import articles, publishing, revisions, snippets
from tests.integration.kernel.conftest import a_desk

SYSTEM = Actor.system("test")


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Desk]:
    async with a_desk(database_url, tmp_path / "data", manual_clock) as opened:
        yield opened


async def kept(desk: Desk) -> dict[str, bool]:
    """The files that are left, and whether their bytes are."""
    rows = await desk.read(SYSTEM, lambda rx: rx.all(article_files.select()))
    return {row.name: desk.blobs.path(row.blob).is_file() for row in rows}


async def adds(desk: Desk, article_id: str, *names: str) -> dict[str, str]:
    """Adds files to an article; how a text links to each."""
    links = {}
    for name in names:
        blob = await desk.blobs.put(b"%PDF-")

        def add(tx: Tx, name: str = name, blob: str = blob) -> str:
            id = tx.new_id()
            about = {"name": name, "type": "application/pdf", "size": 5, "blob": blob, "added_by": "sue"}
            tx.insert(article_files, id=id, article_id=article_id, added_at=tx.now, **about)
            return id

        links[name] = f"[x](/help/files/{await desk.transact(SYSTEM, add)})"
    return links


async def test_a_file_goes_when_nothing_shows_it_and_never_one_that_a_former_revision_shows(
    desk, manual_clock, monkeypatch
):
    monkeypatch.setattr(forgotten_files, "AT_ONCE", 2)
    monkeypatch.setattr(forgotten_files, "MOST", 3)
    about: dict[str, Any] = {"language": "en", "audience": "public"}
    made = await desk.transact(SYSTEM, articles.create, title="One", body="x", **about, state="published")
    files = await adds(desk, made.id, "now", "former", "draft", "elsewhere", "snippet", "never", "late", "forgotten")

    async def says(*names: str) -> None:
        said = {"title": "One", "summary": "", "body": " ".join(files[name] for name in names), "note": ""}
        base = await desk.read(SYSTEM, lambda rx: revisions.revisions_of(rx, made.text_id)[0].number)
        await desk.transact(SYSTEM, articles.save, made.text_id, **said, base=base)

    await says("former")
    await says("now")
    await desk.transact(SYSTEM, publishing.publish, made.text_id)
    await says("draft")
    await desk.transact(SYSTEM, articles.create, title="Two", body=files["elsewhere"], **about)
    await desk.transact(SYSTEM, snippets.put, name="form", language="en", body=files["snippet"])
    everything = dict.fromkeys(files, True)

    manual_clock.advance(timedelta(days=29))
    await forget_files(desk, ForgetFiles())
    assert await kept(desk) == everything
    manual_clock.advance(timedelta(days=2))
    young = await adds(desk, made.id, "young")
    files |= young

    real = forgotten_files._forget

    def later(tx, *args):  # somebody writes while it is being looked
        articles.create(tx, title=f"Three {tx.new_id()}", body=files["late"], **about)
        return real(tx, *args)

    monkeypatch.setattr(forgotten_files, "_forget", later)
    await forget_files(desk, ForgetFiles())

    left = await kept(desk)
    assert set(files) - set(left) == {"never", "forgotten"} and all(left.values())
    assert len([one for one in desk.blobs.path("0" * 32).parent.parent.rglob("*") if one.is_file()]) == len(left)
    await desk.transact(SYSTEM, revisions.restore, made.text_id, 2, base=4)
    assert files["former"] in (await desk.read(SYSTEM, lambda rx: revisions.said(rx, made.text_id, 5))).body


async def test_every_night_looks_once_and_counting_now_does_not(desk):
    await learn(desk, Learn())
    assert "forget_files" not in await planned(desk)
    await learn(desk, Learn(night="2026-03-02"))
    await learn(desk, Learn(night="2026-03-02"))
    assert (await planned(desk)).count("forget_files") == 1


async def planned(desk: Desk) -> list[str]:
    return [row.name for row in await desk.read(SYSTEM, lambda rx: rx.all(jobs.select()))]
