"""Rows 5 to 8, 11, 12, 59 and items i and j: files that strangers send by mail, and what becomes of them here.

CVE-2022-25802 (Request Tracker, fraudulent type), CVE-2021-3945 (django-helpdesk, a mail's HTML as a page),
CVE-2020-24917 (osTicket, file name), CVE-2021-3742 (Chatwoot, SVG), CVE-2026-27636 and -28289 (FreeScout,
`.htaccess`), CVE-2026-40496 (FreeScout, predictable token), CVE-2018-25111 (django-helpdesk, umask).
"""

import os
import secrets
import stat
import unicodedata
import uuid
import zipfile
import zlib
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from channels.email.envelopes import Envelope
from channels.email.spool import SMALL
from desk.contacts import mails
from desk.contacts.attachments import signed_path
from desk.kernel.clock import ManualClock
from desk.tables import messages
from tests.integration.api.house import House, Said, open_house
from tests.security.post import Post, open_post, with_files, written

RUNS = b"<!doctype html><html xmlns='http://www.w3.org/1999/xhtml'><script>alert(document.cookie)</script></html>"
SVG = (
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><foreignObject><script>1</script></foreignObject></svg>"
)


@pytest.fixture
async def house(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_house(tmp_path, sample_sqlite_url, at=manual_clock.now()) as opened:
        yield opened


@pytest.fixture
async def post(house: House) -> AsyncIterator[Post]:
    async with open_post(house.desk) as opened:
        yield opened


async def came(house: House, post: Post, raw: bytes) -> dict[str, Any]:
    """The message that a mail became, as staff are shown it."""
    await post.takes(raw)
    await house.works_off()
    (row,) = await house.rows(messages)
    (message,) = (await house.program("agent1").get(f"interactions/{row.interaction_id}/messages"))["items"]
    shown: dict[str, Any] = message
    return shown


def is_inert(said: Said) -> None:
    """A download that no page can run, whatever a browser makes of its bytes."""
    kind = said.headers["Content-Type"]
    assert said.status == 200
    assert said.headers["Content-Disposition"].startswith("attachment; filename=")
    assert said.headers["X-Content-Type-Options"] == "nosniff"
    assert {"default-src 'none'", "sandbox"} <= {
        part.strip() for part in said.headers["Content-Security-Policy"].split(";")
    }
    assert "no-store" in said.headers["Cache-Control"]
    assert not any(word in kind.lower() for word in ("html", "xml", "svg", "script", "flash", "multipart")), kind


TYPES = [
    ("text/html", RUNS), ("TEXT/HTML; charset=utf-7", b"+ADw-script+AD4-alert(1)"), ("application/xhtml+xml", RUNS),
    ("image/svg+xml", SVG), ("text/xml", SVG), ("application/xml", SVG), ("text/javascript", b"alert(1)"),
    ("application/x-shockwave-flash", b"FWS"), ("multipart/x-mixed-replace", RUNS), ("image/png", RUNS),
    ("text/plain", RUNS), ("application/pdf", RUNS), ("text/html\0", RUNS), ("text/ html", RUNS), ("x", RUNS),
    ("image/png, text/html", RUNS), ("", RUNS),
]  # fmt: skip


async def test_whatever_a_sender_calls_a_file_it_is_a_download_and_runs_nowhere(house: House, post: Post) -> None:
    parts = [
        (f"Content-Type: {kind}\r\nContent-Disposition: attachment; filename=f{number}.html", data)
        for number, (kind, data) in enumerate(TYPES)
    ]
    message = await came(house, post, with_files(*parts))

    assert len(message["attachments"]) == len(TYPES)
    for file in message["attachments"]:
        is_inert(await house.program("agent1").get(file["url"]))
        is_inert(await house.program().get(signed_path(house.desk.settings.secret_key, file["id"], house.clock.now())))


async def test_the_markup_of_a_mail_is_no_page_of_ours(house: House, post: Post) -> None:
    message = await came(house, post, written(RUNS.decode(), Content_Type="text/html"))

    assert message["attachments"] == []
    assert "script" not in (message["html"] or "") and "alert" not in (message["html"] or "")
    source = await house.program("agent1").get(
        f"interactions/{message['interaction_id']}/messages/{message['id']}/source"
    )
    assert source.headers["Content-Type"] == "message/rfc822"
    is_inert(source)
    for path in (f"/messages/{message['id']}", f"/mails/{message['id']}", f"/api/v1/messages/{message['id']}"):
        assert (await house.program("admin").get(path)).status == 404


NAMES = [
    "filename=.htaccess", 'filename="\u200b.htaccess"', "filename*=utf-8''%E2%80%8B.htaccess",
    'filename="..\\..\\x.php"', 'filename="../../../../etc/cron.d/x"', 'filename="..."', 'filename=". . ."',
    'filename="x.php. . "', 'filename="a/.htaccess"', "filename*=utf-8''%2e%2e%2f%2e%2e%2fx.php",
    "filename*=utf-8''x.php%00.png", "filename*=utf-8''x%0d%0aSet-Cookie:%20a=1.txt",
    'filename="=?utf-8?q?=2Ehtaccess?="', 'filename="=?utf-8?b?4oCLLmh0YWNjZXNz?="',
    "filename*=utf-8''gpj%E2%80%AEexe.txt", 'filename="x\\"; filename=\\"y.html"',
    "filename*=utf-8''%22%3E%3Cscript%3E.png", f'filename="{"x" * 300}.png"', "filename*=utf-16''%fe%ff",
    'filename="CON"', "filename*=utf-8''%EF%BC%8E%EF%BC%8E%EF%BC%8Fx", "filename*=utf-8''a%E2%80%A8b.txt",
]  # fmt: skip


async def test_a_name_is_shown_and_never_a_place(house: House, post: Post, tmp_path: Path) -> None:
    before = set(everything(tmp_path))
    parts = [(f"Content-Type: text/plain\r\nContent-Disposition: attachment; {name}", b"words") for name in NAMES]
    message = await came(house, post, with_files(*parts))

    for file in message["attachments"]:
        name = file["name"]
        assert name and len(name) <= 150 and name[0] != "." and name[-1] not in ". "
        assert not any(unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") for one in name)
        assert not set(name) & set('/\\"<>\r\n\0')
        said = await house.program("agent1").get(file["url"])
        shown = said.headers["Content-Disposition"]
        assert shown.isascii() and shown.count('"') == 2 and "Set-Cookie" not in said.headers
    new = {path for path in everything(tmp_path) if path not in before and path.is_file()}
    assert len(message["attachments"]) == len(NAMES) and len(new) == len(NAMES) + 1  # and the mail itself
    for path in new:
        assert path.parent.parent == tmp_path / "blobs" and int(path.name, 16) >= 0 and len(path.name) == 32


async def test_what_one_cannot_see_is_not_there_and_what_one_guesses_opens_nothing(house: House, post: Post) -> None:
    message = await came(house, post, with_files(("Content-Type: text/plain; name=a.txt", b"secret")))
    (file,) = message["attachments"]
    secret, nobody, now = house.desk.settings.secret_key, house.program(), house.clock.now()
    token = signed_path(secret, file["id"], now).partition("?t=")[2]
    assert len(token.rpartition(".")[2]) * 6 >= 128  # bits of the seal

    known = uuid.UUID(file["id"]).int
    for near in (known - 1, known + 1, known ^ (1 << 64)):
        assert (await house.program("admin").get(f"/attachments/{uuid.UUID(int=near)}")).status == 404
    for guess in (
        "",
        "x",
        token[:-1],
        token + "A",
        token.swapcase(),
        secrets.token_urlsafe(60),
        f"{file['id']}",
        "..",
        "%00",
    ):
        assert (await nobody.get(f"/attachments/{file['id']}", t=guess)).status == 404, guess
    unseen, missing = [await refusal(house, id) for id in (known, known - 1)]
    assert unseen == missing


async def refusal(house: House, number: int) -> list[str]:
    """What a stranger's program is told of a file, but for the id that it asked for."""
    id = str(uuid.UUID(int=number))
    said = await house.program("stranger").ask("GET", f"/attachments/{id}", headers={"Accept": "application/json"})
    assert said.status == 404
    return [said[name].replace(id, "") for name in ("type", "title", "detail", "code")]


async def test_a_bomb_stays_in_its_box(house: House, tmp_path: Path) -> None:
    for name, bomb in (
        ("bomb.zip", a_bomb()),
        ("flood.png", a_flood()),
        ("bomb.gz", zlib.compress(bytes(10_000_000), 9)),
    ):
        form = FormData()
        form.add_field("file", bomb, filename=name, content_type="application/octet-stream")
        said = await house.program("agent1").ask("POST", "attachments", data=form)
        assert (said.status, said["size"]) == (201, len(bomb)), name
    assert sum(path.stat().st_size for path in (tmp_path / "blobs").rglob("*") if path.is_file()) < 100_000


async def test_nobody_else_on_the_machine_reads_what_was_sent(house: House, tmp_path: Path) -> None:
    seen: list[int] = []

    async def look(envelope: Envelope) -> None:
        assert isinstance(envelope.body, Path)
        seen.extend(mode(path) for path in (envelope.body, envelope.body.parent))
        await mails.take_in(house.desk, envelope)

    with anything_goes():
        async with open_post(house.desk, look) as post:
            await came(house, post, with_files(("Content-Type: application/pdf; name=a.pdf", b64encode(bytes(SMALL)))))
    assert seen == [0o600, 0o700]
    kept = list((tmp_path / "blobs").rglob("*"))
    assert len([path for path in kept if path.is_file()]) == 2
    assert {mode(path) for path in kept if path.is_file()} == {0o600}
    assert {mode(path) for path in (tmp_path / "blobs", *kept) if path.is_dir()} == {0o700}


@contextmanager
def anything_goes() -> Iterator[None]:
    """A process that some library has told to let everybody read what it makes."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def everything(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if not path.name.startswith("careline.sqlite3"))


def a_bomb() -> bytes:
    """Ten megabytes of nothing in a few kilobytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("../../nothing.txt", bytes(10_000_000))
    return buffer.getvalue()


def a_flood() -> bytes:
    """A picture that says it is sixty thousand pixels wide and high."""
    head = (60_000).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0"
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big") for name, data in chunks
    )
