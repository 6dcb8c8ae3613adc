"""What went out of a demo is still there when it is started again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels.email.send import SmtpSender
from channels.email.sink import Sink
from channels.errors import Unavailable
from channels.types import Outgoing

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@asynccontextmanager
async def started(folder: Path, keep: int = 3) -> AsyncIterator[Sink]:
    sink = Sink(now=lambda: NOON, keep=keep, folder=folder)
    await sink.start()
    try:
        yield sink
    finally:
        await sink.stop()


async def sends(sink: Sink, *subjects: str) -> None:
    async def load(blob: str) -> bytes:
        raise AssertionError("no mail here has a file")

    sender = SmtpSender(sink.url, load=load, now=lambda: NOON)
    about: dict[str, Any] = {
        "interaction_id": "",
        "sender": "support@demo.test",
        "to": "ana@kundin.example",
        "name": "Ana",
    }
    for number, subject in enumerate(subjects):
        await sender.send(Outgoing(message_id=f"m-{number}", subject=subject, text=f"您好, {subject}", **about))


async def test_mail_that_went_out_before_a_restart_is_there_after_it(tmp_path: Path):
    async with started(tmp_path / "sent") as sink:
        await sends(sink, "One", "Two")
        before = sink.mails
    async with started(tmp_path / "sent") as sink:
        assert sink.mails == before
        await sends(sink, "Three")
    async with started(tmp_path / "sent") as sink:
        assert [mail["subject"] for mail in sink.mails] == ["One", "Two", "Three"]


async def test_the_folder_holds_no_more_than_is_kept(tmp_path: Path):
    async with started(tmp_path, keep=2) as sink:
        await sends(sink, "One", "Two", "Three")
    async with started(tmp_path, keep=2) as sink:
        assert [mail["subject"] for mail in sink.mails] == ["Two", "Three"]
        sink.clear()
    assert list(tmp_path.iterdir()) == []


async def test_what_a_kill_left_half_written_is_dropped(tmp_path: Path):
    async with started(tmp_path) as sink:
        await sends(sink, "One")
    (tmp_path / "000000002.part").write_text('{"subject": "Tw')
    async with started(tmp_path) as sink:
        assert [mail["subject"] for mail in sink.mails] == ["One"]
        await sends(sink, "Two")
    async with started(tmp_path) as sink:
        assert [mail["subject"] for mail in sink.mails] == ["One", "Two"]


async def test_a_mail_that_cannot_be_kept_is_not_taken(tmp_path: Path):
    async with started(tmp_path / "sent") as sink:
        (tmp_path / "sent").rmdir()
        with pytest.raises(Unavailable):
            await sends(sink, "One")
        assert sink.mails == []
