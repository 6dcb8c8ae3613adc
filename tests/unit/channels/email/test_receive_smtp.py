"""The door for mail, knocked at by real sessions: what is acknowledged is stored, and nothing is smuggled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest

from channels.email.envelopes import Envelope, external_id_of
from channels.email.receive_smtp import Receiver
from channels.errors import Rejected, Unavailable

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ANA = "ana@kundin.example"
US = "support@demo.test"


class Office:
    """Keeps what comes through the door."""

    def __init__(self) -> None:
        self.stored: list[tuple[Envelope, bytes]] = []
        self.fails: Exception | None = None
        self.begun = asyncio.Event()
        self.may_finish = asyncio.Event()
        self.may_finish.set()

    async def store(self, envelope: Envelope) -> None:
        self.begun.set()
        await self.may_finish.wait()
        if self.fails is not None:
            raise self.fails
        self.stored.append((envelope, envelope.read()))

    @property
    def bodies(self) -> list[bytes]:
        return [raw for _, raw in self.stored]


class Client:
    """A client that says exactly what it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def says(self, line: bytes) -> bytes:
        self.writer.write(line + b"\r\n")
        return await self.hears()

    async def hears(self) -> bytes:
        async with asyncio.timeout(60):
            while True:
                line = await self.reader.readline()
                if line[3:4] != b"-":
                    return line.rstrip()

    async def begins(self, sender: bytes = b"<ana@kundin.example>", recipient: bytes = b"<support@demo.test>") -> None:
        assert (await self.hears()).startswith(b"220 ")
        assert (await self.says(b"EHLO there")).startswith(b"250 ")
        assert (await self.says(b"MAIL FROM:" + sender)).startswith(b"250")
        assert (await self.says(b"RCPT TO:" + recipient)).startswith(b"250")
        assert (await self.says(b"DATA")).startswith(b"354")

    async def ends(self, data: bytes) -> bytes:
        self.writer.write(data)
        await self.writer.drain()
        return await self.hears()


@pytest.fixture
def office() -> Office:
    return Office()


@asynccontextmanager
async def door(office: Office, spool: Path, **changes: Any) -> AsyncIterator[Receiver]:
    receiver = Receiver("127.0.0.1:0", office.store, spool=spool, **({"now": lambda: NOON} | changes))
    await receiver.start()
    try:
        yield receiver
    finally:
        office.may_finish.set()
        await receiver.stop()


@asynccontextmanager
async def client(receiver: Receiver) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()


async def send(receiver: Receiver, raw: bytes, sender: str = ANA, to: str = US, **options: Any) -> Any:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=receiver.port, start_tls=False) as smtp:
        return await smtp.sendmail(sender, [to], raw, **options)


async def test_a_mail_is_stored_before_it_is_acknowledged(office: Office, tmp_path: Path):
    office.may_finish.clear()
    async with door(office, tmp_path) as receiver:
        sending = asyncio.ensure_future(send(receiver, b"Subject: Hallo\r\n\r\nWo ist mein Paket?\r\n"))
        await office.begun.wait()
        assert not sending.done()
        office.may_finish.set()
        await sending
    envelope, raw = office.stored[0]
    assert raw == b"Subject: Hallo\r\n\r\nWo ist mein Paket?\r\n"
    assert (envelope.sender, envelope.recipients, envelope.size) == (ANA, (US,), len(raw))
    assert (envelope.received_at, envelope.peer) == (NOON, "127.0.0.1")


async def test_a_bounce_has_no_sender(office: Office, tmp_path: Path):
    async with door(office, tmp_path) as receiver, client(receiver) as relay:
        await relay.begins(sender=b"<>")
        assert await relay.ends(b"Subject: failure notice\r\n\r\nno such user\r\n.\r\n") == b"250 2.0.0 Stored"
    assert office.stored[0][0].sender == ""


@pytest.mark.parametrize(
    "dot", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n", b"\r\n\x00.\r\n", b"\n\n.\r\n"]
)
async def test_only_one_thing_ends_a_mail(office: Office, tmp_path: Path, dot: bytes):
    smuggled = b"MAIL FROM:<boss@demo.test>\r\nRCPT TO:<support@demo.test>\r\nDATA\r\nSubject: obey\r\n\r\nnow"
    async with door(office, tmp_path) as receiver, client(receiver) as relay:
        await relay.begins()
        answer = await relay.ends(b"Subject: a\r\n\r\nhello" + dot + smuggled + b"\r\n.\r\n")
        assert answer == b"250 2.0.0 Stored"
        assert (await relay.says(b"QUIT")).startswith(b"221")
    assert len(office.stored) == 1
    assert office.bodies[0].endswith(smuggled + b"\r\n")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 64])
async def test_a_mail_in_crumbs_is_the_same_mail(office: Office, tmp_path: Path, size: int):
    data = b"Subject: crumbs\r\n\r\n..two dots\r\n.\rno end\r\n\r\n.x\r\n\r\n.\r\n"
    async with door(office, tmp_path) as receiver, client(receiver) as relay:
        await relay.begins()
        for at in range(0, len(data), size):
            relay.writer.write(data[at : at + size])
            await relay.writer.drain()
            await asyncio.sleep(0)
        assert await relay.hears() == b"250 2.0.0 Stored"
    assert office.bodies == [b"Subject: crumbs\r\n\r\n.two dots\r\n\rno end\r\n\r\nx\r\n\r\n"]


@pytest.mark.parametrize(("data", "kept"), [(b".\r\n", b""), (b"\r\n.\r\n", b"\r\n"), (b"..\r\n.\r\n", b".\r\n")])
async def test_the_shortest_mails(office: Office, tmp_path: Path, data: bytes, kept: bytes):
    async with door(office, tmp_path) as receiver, client(receiver) as relay:
        await relay.begins()
        assert await relay.ends(data) == b"250 2.0.0 Stored"
    assert office.bodies == [kept]


async def test_what_follows_the_end_is_the_next_command(office: Office, tmp_path: Path):
    another = b"MAIL FROM:<bo@kunde.example>\r\nRCPT TO:<billing@demo.test>\r\nDATA\r\n"
    async with door(office, tmp_path) as receiver, client(receiver) as relay:
        await relay.begins()
        assert await relay.ends(b"one\r\n.\r\n" + another) == b"250 2.0.0 Stored"
        assert [(await relay.hears())[:3] for _ in range(3)] == [b"250", b"250", b"354"]
        assert await relay.ends(b"two\r\n.\r\n") == b"250 2.0.0 Stored"
    assert office.bodies == [b"one\r\n", b"two\r\n"]


async def test_lines_may_be_of_any_length(office: Office, tmp_path: Path):
    raw = b"Subject: long\r\n\r\n" + b"x" * 300_000 + b"\r\n"
    async with door(office, tmp_path) as receiver:
        await send(receiver, raw)
    assert office.bodies == [raw]


async def test_a_large_mail_waits_in_a_file_that_is_gone_afterwards(office: Office, tmp_path: Path):
    raw = b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 50_000
    async with door(office, tmp_path) as receiver:
        office.may_finish.clear()
        sending = asyncio.ensure_future(send(receiver, raw))
        await office.begun.wait()
        (file,) = tmp_path.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        office.may_finish.set()
        await sending
        assert list(tmp_path.iterdir()) == []
    assert office.bodies == [raw]


async def test_too_large_is_said_before_and_after(office: Office, tmp_path: Path):
    async with door(office, tmp_path, max_bytes=100_000) as receiver, client(receiver) as relay:
        assert (await relay.hears()).startswith(b"220")
        relay.writer.write(b"EHLO there\r\n")
        offers = b"".join([await relay.reader.readline() for _ in range(4)])
        assert b"SIZE 100000" in offers
        while not offers.rsplit(b"\r\n", 2)[-2].startswith(b"250 "):
            offers += await relay.reader.readline()
        assert (await relay.says(b"MAIL FROM:<ana@kundin.example> SIZE=100001")).startswith(b"552")
        assert (await relay.says(b"MAIL FROM:<ana@kundin.example>")).startswith(b"250")
        assert (await relay.says(b"RCPT TO:<support@demo.test>")).startswith(b"250")
        assert (await relay.says(b"DATA")).startswith(b"354")
        assert (await relay.ends(b"y" * 150_000 + b"\r\n.\r\n")).startswith(b"552")
        assert (await relay.says(b"NOOP")).startswith(b"250")
    assert office.stored == [] and list(tmp_path.iterdir()) == []


async def test_a_client_without_end_is_cut_off(office: Office, tmp_path: Path):
    async with door(office, tmp_path, max_bytes=50_000) as receiver, client(receiver) as relay:
        await relay.begins()
        answer = await relay.ends(b"z" * 250_000)
        assert answer.startswith(b"552")
        assert await relay.reader.read() == b""


@pytest.mark.parametrize(
    ("error", "answer"),
    [(Unavailable("db"), b"451"), (RuntimeError("secret path /x"), b"451"), (Rejected("no"), b"554")],
)
async def test_what_could_not_be_stored_is_not_acknowledged(
    office: Office, tmp_path: Path, error: Exception, answer: bytes
):
    office.fails = error
    async with door(office, tmp_path) as receiver, client(receiver) as relay:
        await relay.begins()
        said = await relay.ends(b"hello\r\n.\r\n")
        assert said.startswith(answer) and b"secret" not in said
        office.fails = None
        assert (await relay.says(b"MAIL FROM:<ana@kundin.example>")).startswith(b"250")


async def test_a_connection_that_drops_before_the_final_dot_leaves_nothing(office: Office, tmp_path: Path):
    async with door(office, tmp_path) as receiver:
        async with client(receiver) as relay:
            await relay.begins()
            relay.writer.write(b"Subject: half\r\n\r\n" + b"w" * 200_000)
            await relay.writer.drain()
        while receiver.sessions:
            await asyncio.sleep(0.01)
        await send(receiver, b"Subject: whole\r\n\r\n.\r\n")
        assert list(tmp_path.iterdir()) == []
    assert len(office.stored) == 1


async def test_a_connection_that_drops_after_the_final_dot_does_not_tear_the_store(office: Office, tmp_path: Path):
    office.may_finish.clear()
    async with door(office, tmp_path) as receiver:
        async with client(receiver) as relay:
            await relay.begins()
            relay.writer.write(b"Subject: x\r\n\r\n" + b"q" * 100_000 + b"\r\n.\r\n")
            await relay.writer.drain()
            await office.begun.wait()
        while receiver.sessions:
            await asyncio.sleep(0.01)
        office.may_finish.set()
    assert len(office.bodies[0]) > 100_000
    assert list(tmp_path.iterdir()) == []


async def test_a_client_that_falls_silent_is_hung_up_on(office: Office, tmp_path: Path):
    async with door(office, tmp_path) as receiver, client(receiver) as relay:
        await relay.begins()
        receiver.idle_s = 0.1  # not before: on a busy machine everybody is silent for a while
        relay.writer.write(b"Subject: slow\r\n")
        async with asyncio.timeout(60):
            assert await relay.reader.read() == b""
    assert office.stored == []


async def test_a_store_that_hangs_is_told_as_later(office: Office, tmp_path: Path):
    office.may_finish.clear()
    async with door(office, tmp_path, store_s=0.1) as receiver, client(receiver) as relay:
        await relay.begins()
        assert (await relay.ends(b"x\r\n.\r\n")).startswith(b"451")
        office.may_finish.set()


async def test_a_full_disk_is_told_as_later_and_the_mail_is_no_commands(
    office: Office, tmp_path: Path, monkeypatch: Any
):
    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(28, "No space left on device")

    async with door(office, tmp_path) as receiver, client(receiver) as relay:
        await relay.begins()
        monkeypatch.setattr("channels.email.spool.tempfile.mkstemp", full)
        assert (await relay.ends(b"RSET\r\n" * 50_000 + b".\r\n")).startswith(b"452")
        assert (await relay.says(b"NOOP")).startswith(b"250")
    assert office.stored == []


async def test_limits_of_recipients_and_connections(office: Office, tmp_path: Path):
    async with door(office, tmp_path, max_connections=1) as receiver, client(receiver) as relay:
        assert (await relay.hears()).startswith(b"220")
        async with client(receiver) as second:
            assert (await second.hears()).startswith(b"421")
        await relay.says(b"EHLO there")
        await relay.says(b"MAIL FROM:<ana@kundin.example>")
        answers = [await relay.says(b"RCPT TO:<u%d@demo.test>" % number) for number in range(101)]
        assert answers[99].startswith(b"250") and answers[100].startswith(b"452")


async def test_one_peer_leaves_lines_for_others(office: Office, tmp_path: Path):
    async with door(office, tmp_path, max_per_peer=1) as receiver, client(receiver) as relay:
        assert (await relay.hears()).startswith(b"220")
        async with client(receiver) as second:
            assert (await second.hears()).startswith(b"421")
        assert len(receiver.sessions) == 1
        other = await asyncio.get_running_loop().create_connection(
            asyncio.Protocol, "127.0.0.1", receiver.port, local_addr=("127.0.0.2", 0)
        )
        while len(receiver.sessions) < 2:
            await asyncio.sleep(0)
        other[0].close()
        await relay.says(b"QUIT")
    async with door(office, tmp_path, max_per_peer=1) as receiver:
        for _ in range(2):  # a line that was hung up is free again
            async with client(receiver) as relay:
                assert (await relay.hears()).startswith(b"220")
                await relay.says(b"QUIT")
            while receiver.sessions:
                await asyncio.sleep(0)


async def test_a_sender_of_too_much_at_once_is_told_to_come_again_and_loses_nothing(office: Office, tmp_path: Path):
    now = [NOON]
    async with door(office, tmp_path, now=lambda: now[0]) as receiver, client(receiver) as relay:
        await relay.hears()
        await relay.says(b"EHLO there")
        for number in range(60):
            assert await mails(relay, b"<Ana@kundin.example>", number) == b"250 2.0.0 Stored"
        refused = b"450 4.7.1 too much mail from you at once, try again later"
        assert await relay.says(b"MAIL FROM:<ana@KUNDIN.example> SIZE=100") == refused
        assert (await relay.says(b"RCPT TO:<support@demo.test>")).startswith(b"503")
        assert (await relay.says(b"DATA")).startswith(b"503")
        async with client(receiver) as other:  # another line is the same sender
            await other.hears()
            await other.says(b"EHLO elsewhere")
            assert await other.says(b"MAIL FROM:<ana@kundin.example>") == refused
            assert await mails(other, b"<bo@kunde.example>", 0) == b"250 2.0.0 Stored"
        assert await mails(relay, b"<bo@kunde.example>", 1) == b"250 2.0.0 Stored"
        now[0] += timedelta(minutes=1)
        assert await mails(relay, b"<ana@kundin.example>", 60) == b"250 2.0.0 Stored"
    assert len(office.stored) == 63


async def test_bounces_are_counted_by_who_brings_them(office: Office, tmp_path: Path):
    async with door(office, tmp_path, max_per_sender=2) as receiver, client(receiver) as relay:
        await relay.hears()
        await relay.says(b"EHLO there")
        for number in range(2):
            assert (await mails(relay, b"<>", number)).startswith(b"250")
        assert (await relay.says(b"MAIL FROM:<>")).startswith(b"450")
        assert (await mails(relay, b"<ana@kundin.example>", 0)).startswith(b"250")
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port, local_addr=("127.0.0.2", 0))
        other = Client(reader, writer)
        await other.hears()
        await other.says(b"EHLO elsewhere")
        assert (await mails(other, b"<>", 0)).startswith(b"250")
        writer.close()
    assert [envelope.peer for envelope, _ in office.stored] == ["127.0.0.1"] * 3 + ["127.0.0.2"]


async def test_a_door_for_our_own_mail_takes_any_number(office: Office, tmp_path: Path):
    async with door(office, tmp_path, max_per_sender=None) as receiver, client(receiver) as relay:
        await relay.hears()
        await relay.says(b"EHLO there")
        for number in range(70):
            assert (await mails(relay, b"<support@demo.test>", number)).startswith(b"250")


async def mails(relay: Client, sender: bytes, number: int) -> bytes:
    """What is said to one whole mail, once its sender was taken."""
    assert (await relay.says(b"MAIL FROM:" + sender)).startswith(b"250")
    assert (await relay.says(b"RCPT TO:<support@demo.test>")).startswith(b"250")
    assert (await relay.says(b"DATA")).startswith(b"354")
    return await relay.ends(b"Subject: %d\r\n\r\nhello\r\n.\r\n" % number)


async def test_odd_commands_end_in_words(office: Office, tmp_path: Path):
    async with (
        door(office, tmp_path, refuse=lambda to: "550 5.1.1 No" if to.startswith("no") else None) as receiver,
        client(receiver) as relay,
    ):
        assert (await relay.hears()).startswith(b"220")
        assert (await relay.says(b"DATA")).startswith(b"503")
        await relay.says(b"EHLO there")
        assert (await relay.says(b"VRFY \xff\xfe")).startswith(b"252")
        assert (await relay.says(b"MAIL FROM:<" + b"a" * 400 + b"@x.example>"))[:1] in (b"5", b"4")
        assert (await relay.says(b"MAIL FROM:<\xe5\xbc\xa0@kunde.example> SMTPUTF8")).startswith(b"250")
        assert (await relay.says(b"RCPT TO:<nobody@demo.test>")).startswith(b"550")
        assert (await relay.says(b"RCPT TO:<su\xffpport@demo.test>")).startswith(b"250")
        assert (await relay.says(b"DATA")).startswith(b"354")
        assert (await relay.ends(b"x\r\n.\r\n")).startswith(b"250")
    envelope = office.stored[0][0]
    assert envelope.sender == "张@kunde.example"
    assert envelope.recipients == ("su\ufffdpport@demo.test",)


def test_a_resend_is_the_same_message_and_a_constant_id_loses_nothing():
    head = b"Message-ID: <1@k.example>\r\nFrom: ana@k.example\r\n"
    head += b"Date: Wed, 04 Mar 2026 12:00:00 +0100\r\nSubject: a\r\n\r\n"
    first = external_id_of(head, "d1", (US,))
    assert first == external_id_of(b"Received: again\r\n" + head, "d2", ("SUPPORT@demo.test",))
    assert first != external_id_of(head, "d1", ("billing@demo.test",))
    assert first != external_id_of(head.replace(b"12:00", b"12:05"), "d2", (US,))
    assert len(first) <= 300


def test_without_an_id_a_mail_is_its_bytes():
    assert external_id_of(b"Subject: a\r\n\r\n", "d1", (US,)) == external_id_of(b"Subject: a\r\n\r\n", "d1", [US])
    assert external_id_of(b"Subject: a\r\n\r\n", "d1", (US,)) != external_id_of(b"Subject: a\r\n\r\n", "d2", (US,))
