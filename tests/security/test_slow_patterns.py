"""Row 25 and item h: text that is written to keep a pattern busy. Twice as much takes about twice as long, never more.

CVE-2014-9472 (Request Tracker, a mail that burns the processor), and every list of ReDoS. Work is counted as time of
the processor; what takes no measurable time at all is not compared.
"""

import gc
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from multidict import MultiDict

from channels import archives, papers, sms
from channels.email import (
    addresses,
    authentication,
    charsets,
    encodings,
    headers,
    markup,
    names,
    quotes,
    render,
    threads,
)
from channels.email.mime import parse
from channels.email.structure import MAX_DEPTH
from channels.voice import numbers, twiml
from desk.kernel.clock import ManualClock
from desk.tables import mails
from tests.security.office import Office, open_office
from tests.security.post import written
from tests.security.sources import sources

KB = 1024
#: Shorter than this is noise, and fast enough.
NOISE_S = 0.1
MOST_S = 2.0
SIGNS = [
    "a", ">", " ", "=?", "<", "&", "@", "a@", "<a", "\n", "\n>", "\t ", "+", "0", "a.", "http://", "=?a?q?", '"', "(",
    "\\", "\r", "\r\n\t", "<c.a", "On x wrote:\n", "From: a\n", "--", "_", "-", "a+", "<!--", "</", "<p ", "&#", "é",
    "=?utf-8?b?", "Message-ID: <", "\n\n", "\n \n", "> > ", "On a, b <c@d> wrote\n", "---- Original Message ----\n",
    "长", ",", "+4",
]  # fmt: skip


def mail(header: str) -> Callable[[str], object]:
    """A mail in which the text stands in a header, or is the body."""

    def read(text: str) -> object:
        line = text.replace("\r", "").replace("\n", "")
        raw = (
            b"From: a@b.example\r\nSubject: s\r\n"
            + (f"{header}: {line}\r\n\r\nHello" if header else f"\r\n{text}").encode()
        )
        return parse(raw, envelope_sender="a@b.example")

    return read


def text_message(text: str) -> object:
    form = {"MessageSid": "SM1", "From": text, "To": text, "Body": text, "NumMedia": "9", "MediaUrl0": text}
    with suppress(ValueError):  # nobody of that name could send a text
        sms.arrival(MultiDict(form))
    return sms.arrival(MultiDict(form | {"From": "+442079460101"}))


def paper(text: str) -> None:
    """A file that is handed out, as words and as what only begins like a packed one."""
    for beginning in (b"", b"PK\3\4"):
        with suppress(papers.NoPaper):
            papers.paper(beginning + text.encode(), archives._LAST + text.encode(), text)


def deep_mail(text: str) -> object:
    """A mail in which the text stands below the last level that is taken apart."""
    down = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(MAX_DEPTH + 1))
    return parse(f"From: a@b.example\r\n{down}Content-Type: text/plain\r\n\r\n{text}".encode())


READERS: dict[str, Callable[[str], Any]] = {
    "body": mail(""),
    "deep": deep_mail,
    "html": lambda text: (markup.sanitize(text), markup.read(text)),
    "quotes": quotes.split,
    "from": mail("From"),
    "subject": mail("Subject"),
    "references": mail("References"),
    "content type": mail("Content-Type"),
    "disposition": mail("Content-Disposition"),
    "headers": lambda text: headers.parse_headers(text.encode()),
    "words": headers.decoded,
    "addresses": lambda text: (addresses.parse_addresses(text), addresses.is_address(text)),
    "charset": lambda text: (
        charsets.codec_for(text),
        charsets.decode(text.encode(), "iso-2022-jp"),
        charsets.clean(text),
    ),
    "encodings": lambda text: (
        encodings.from_base64(text.encode()),
        encodings.from_quoted_printable(text.encode()),
    ),
    "thread": lambda text: (
        threads.recognise("s", [text], [text]),
        threads.mailbox_of(text),
        threads.is_ours("s", text),
    ),
    "file name": lambda text: names.file_name(text, "text/plain", 1),
    "answer": lambda text: (render.as_html(text), render.reply_subject(text), render.with_signature(text, text)),
    "text message": text_message,
    "number": lambda text: (
        numbers.normalise(text),
        numbers.why_not_dial(text, countries={"DE"}),
        numbers.readable(text),
    ),
    "said": twiml.sayable,
    "paper": paper,
    "authentication": lambda text: authentication.verdict([f"a; {text}", f"mx; dmarc={text}"], {"mx"}),
}
NAME_PEOPLE = {"addresses", "from", "body", "thread"}
#: Modules of `channels/` with patterns that strangers' text meets: each is behind a reader above or the door below.
MEASURED = {
    "channels.sms", "channels.voice.numbers", "channels.voice.twiml", "channels.email.threads", "channels.email.render",
    "channels.email.encodings", "channels.email.receive_smtp", "channels.email.headers", "channels.email.automatic",
    "channels.email.charsets", "channels.email.markup", "channels.email.addresses", "channels.email.authentication",
    "channels.email.structure", "channels.archives", "channels.papers",
}  # fmt: skip


def spent(read: Callable[[str], Any], text: str) -> float:
    """Without the garbage collector, which walks all that other tests have left when it comes round."""
    gc.disable()
    begun = time.process_time()
    try:
        read(text)
        return time.process_time() - begun
    finally:
        gc.enable()


@pytest.mark.parametrize("reader", READERS)
def test_twice_the_text_is_about_twice_the_work(reader: str) -> None:
    read = READERS[reader]
    for sign in SIGNS:
        whole = (sign * (64 * KB // len(sign) + 1))[: 64 * KB]
        for text in (f"{whole}!", f"a{whole}@b.example>") if reader in NAME_PEOPLE else (f"{whole}!",):
            long = spent(read, text)
            assert long < MOST_S, (sign, long)
            if long > NOISE_S:
                short = min(spent(read, text[: 32 * KB]) for _ in range(2))
                again = min(long, spent(read, text))
                assert again < 4 * max(short, NOISE_S / 4), (sign, short, again)


def test_whoever_adds_a_pattern_has_it_measured() -> None:
    found = {
        source.module
        for source in sources()
        if source.package == "channels"
        and re.search(r"\bre\.(compile|sub|split|match|search|findall|fullmatch)\(", source.path.read_text())
    }
    assert found == MEASURED


@pytest.fixture
async def office(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Office]:
    async with open_office(sample_sqlite_url, tmp_path, manual_clock) as opened:
        yield opened


async def test_the_door_hears_any_command_in_time_and_goes_on(office: Office) -> None:
    async with aiosmtplib.SMTP(
        hostname="127.0.0.1", port=office.post.port, use_tls=False, start_tls=False, timeout=30
    ) as client:
        await client.ehlo()
        for sign in (
            "a",
            " ",
            "<",
            "(",
            '"',
            "@",
            "a@",
            "\\",
            ",",
            ".",
            "=?",
            "a.",
            "<a@",
            "(a)",
            '"a"',
            "[",
            ":",
            "a,b:",
        ):
            whole = (sign * (50 * KB))[: 50 * KB]
            for said in (
                f"MAIL FROM:{whole}",
                f"MAIL FROM:<{whole}>",
                f"MAIL FROM:<a@b.example>{whole}",
                f"EHLO {whole}",
                f"VRFY {whole}",
            ):
                begun = time.process_time()
                answer = await client.execute_command(said.encode())
                assert time.process_time() - begun < MOST_S, (sign, said[:30])
                assert 200 <= answer.code < 600
            await client.execute_command(b"RSET")
    await office.takes(written("And the next one?"))
    assert len(await office.floor.rows(mails, state="queued")) == 1


def nested(depth: int) -> bytes:
    heads = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one) for one in range(depth)]
    return b"From: a@b.example\r\nMessage-ID: <n@x>\r\n" + b"".join(heads) + b"\r\nend"


def wide(parts: int) -> bytes:
    head = b"From: a@b.example\r\nMessage-ID: <w@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"--b\r\nContent-Type: text/plain; name=a\r\n\r\nx\r\n" * parts + b"--b--\r\n"


async def test_a_poisoned_mail_is_queued_and_the_next_one_is_read(office: Office) -> None:
    names = {"To": ", ".join(f"a{one}@b.example" for one in range(20_000))}
    charset = "text/plain; charset="
    poison = [
        nested(5_000), wide(20_000), b"\xff\xfe" * 50_000, b"\r\n" * 50_000, b"x" * 200_000,
        b"From: a@b.example\r\n" + b"".join(b"X-%d: y\r\n" % one for one in range(50_000)) + b"\r\nx",
        written("x" * 900_000, Message_ID="<1@x>"),
        written("<p>" * 300_000, Message_ID="<2@x>", Content_Type="text/html"),
        written("\x1b$B" * 100_000, Message_ID="<3@x>", Content_Type=charset + "iso-2022-jp"),
        written("x", Message_ID="<4@x>", Content_Type=charset + "zlib_codec"),
        written("x", Message_ID="<5@x>", Content_Type=charset + '"' + "a" * 50_000),
        written("x", Message_ID="<6@x>", Subject="=?utf-7?q?" * 9_000),
        written("x", Message_ID="<7@x>", **names),
    ]  # fmt: skip
    for number, raw in enumerate(poison):
        begun = time.process_time()
        await office.takes(raw, sender=f"eva{number}@example.com")
        assert time.process_time() - begun < 10, raw[:60]
    await office.takes(written("And the next one?", Message_ID="<next@x>"))

    kept = await office.floor.rows(mails)
    assert len(kept) == len(poison) + 1
    assert {row.state for row in kept} <= {"queued", "unreadable"}
    assert kept[-1].state == "queued"
