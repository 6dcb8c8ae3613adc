"""Mail out and in again: what the sender writes is one clean mail, and what the relay says is said in our words."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string, policy
from typing import Any

import pytest

from channels.email.automatic import AutoKind
from channels.email.mime import parse
from channels.email.render import as_html, reply_subject, with_signature
from channels.email.send import SmtpSender, build, relay_of
from channels.email.sink import Sink
from channels.email.threads import issue, recognise, reply_address
from channels.errors import ChannelError, Rejected, Unauthorised, Unavailable
from channels.protocol import MessageChannel
from channels.types import Attachment, Outgoing

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WORK = "0195a1b2-7c3d-7e4f-8a5b-0123456789ab"
MESSAGE = "0195a1b2-7c3d-7e4f-8a5b-fedcba987654"
FILES = {"blob-1": b"%PDF-1.7 \x00\xff", "blob-2": b"<script>alert(1)</script>"}


async def load(blob: str) -> bytes:
    return FILES[blob]


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    ready = Sink(now=lambda: NOON, keep=3)
    await ready.start()
    yield ready
    await ready.stop()


def sender(url: str, **changes: Any) -> SmtpSender:
    return SmtpSender(url, load=load, now=lambda: NOON, **changes)


def reply(**changes: Any) -> Outgoing:
    headers = {
        "message_id": issue("secret", WORK, MESSAGE, "demo.test"),
        "in_reply_to": "<first@k.example>",
        "references": "<zero@k.example> <first@k.example>",
        "reply_to": reply_address("secret", "support@demo.test", WORK),
        "sender_name": "Support der Tassenwelt",
    } | changes.pop("headers", {})
    about: dict[str, Any] = {
        "message_id": MESSAGE,
        "interaction_id": WORK,
        "sender": "support@demo.test",
        "to": "ana@kundin.example",
        "name": "Ana Bérg, Müller",
        "subject": "Re: Größe der Tasse – 订单",
        "text": "Guten Tag,\n\ndie Tasse fasst 0,3 l. 您好\n.\n..ends\n",
    }
    return Outgoing(**(about | changes), headers=headers)


async def test_a_reply_arrives_with_the_thread_in_it(sink: Sink):
    channel: MessageChannel = sender(sink.url)
    message = reply(
        html=as_html("Guten Tag"),
        attachments=(Attachment(name="Rechnung ü.pdf", type="application/pdf", size=11, blob="blob-1"),),
    )
    sent = await channel.send(message)

    mail = await sink.wait_for(lambda mail: mail["to"] == "ana@kundin.example")
    assert mail["message_id"] == sent == message.headers["message_id"]
    assert mail["in_reply_to"] == "<first@k.example>"
    assert mail["references"].split() == ["<zero@k.example>", "<first@k.example>"]
    assert (mail["subject"], mail["from_name"]) == (message.subject, "Support der Tassenwelt")
    assert mail["text"] == message.text.strip("\n") and "<p>Guten Tag</p>" in mail["html"]
    assert mail["attachments"] == [{"name": "Rechnung ü.pdf", "type": "application/pdf", "size": 11}]
    assert mail["received_at"] == "2026-03-04T12:00:00.000Z" and mail["auto"] == "own"
    strict = message_from_string(mail["raw"], policy=policy.default)
    assert strict["to"].addresses[0].display_name == "Ana Bérg, Müller"
    assert strict["date"].datetime == NOON and not strict.defects


async def test_the_answer_to_it_finds_home(sink: Sink):
    await sender(sink.url).send(reply())
    mail = sink.mails[0]
    answer = f"From: ana@kundin.example\r\nIn-Reply-To: {mail['message_id']}\r\n\r\nDanke"
    assert recognise("secret", parse(answer.encode()).thread_headers, []) == WORK
    assert recognise("secret", [], [mail["reply_to"]]) == WORK
    assert recognise("other", [mail["message_id"]], [mail["reply_to"]]) is None


async def test_sent_again_it_is_the_same_mail(sink: Sink):
    bare = reply(headers={"message_id": ""})
    assert await sender(sink.url).send(bare) == await sender(sink.url).send(bare) == f"<{MESSAGE}@demo.test>"


async def test_a_letter_goes_out_under_the_message_id_that_it_brings(sink: Sink):
    channel: MessageChannel = sender(sink.url)
    letter = reply(message_id="<letter-1@demo.test>", headers={"message_id": ""})
    assert await channel.send(letter) == "<letter-1@demo.test>"


EVIL = [
    "\r\nBcc: spy@x.example",
    "\nBcc: spy@x.example",
    "\rBcc: spy@x.example",
    "\u2028Bcc: spy@x.example",
    "\x85Bcc: spy@x.example",
    "\x0bBcc: spy@x.example",
    "\x1cBcc: spy@x.example",
    "=?utf-8?Q?=0D=0ABcc:_spy=40x.example?=",
    "\r\n\r\nbody\r\n.\r\nMAIL FROM:<x>",
    "\0\ud800",
    'a" <spy@x.example>, "b',
    "a" * 3000,
]


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize(
    "where", ["subject", "name", "sender_name", "in_reply_to", "references", "reply_to", "message_id"]
)
def test_nothing_written_becomes_a_header(evil: str, where: str):
    value = f"x{evil}"
    message = reply(**{where: value}) if where in ("subject", "name") else reply(headers={where: value})
    raw = build(message, files=[], at=NOON)
    for parsed in (message_from_bytes(raw), message_from_bytes(raw, policy=policy.default)):
        assert [len(parsed.get_all(name, [])) for name in ("to", "from", "subject")] == [1, 1, 1]
        assert not {"bcc", "cc"} & {name.lower() for name in dict(parsed.items())}
    strict = message_from_bytes(raw, policy=policy.default)
    assert [address.addr_spec for address in strict["to"].addresses] == ["ana@kundin.example"]
    assert [address.addr_spec for address in strict["from"].addresses] == ["support@demo.test"]
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998 and b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ana",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "<a@b.example>",
        "a b@c.example",
        "a@b..example\n",
        "x" * 400 + "@b.example",
    ],
)
async def test_an_address_that_is_none_is_rejected(sink: Sink, to: str):
    with pytest.raises(Rejected):
        await sender(sink.url).send(reply(to=to))
    assert sink.mails == []


async def test_addresses_beyond_ascii(sink: Sink):
    await sender(sink.url).send(reply(to="张三@kunde.example"))
    await sender(sink.url).send(reply(to="ana@müller.example"))
    assert [mail["to"] for mail in sink.mails] == ["张三@kunde.example", "ana@xn--mller-kva.example"]
    assert message_from_string(sink.mails[0]["raw"], policy=policy.default)["to"].addresses[0].username == "张三"


def test_files_are_sent_as_bytes_under_harmless_names():
    raw = build(
        reply(),
        files=[("../a\r\nb.html", "text/html\r\nX: y", FILES["blob-2"]), ("m.eml", "message/rfc822", b"From: x")],
        at=NOON,
    )
    files = [part for part in message_from_bytes(raw, policy=policy.default).walk() if part.get_filename()]
    assert [(part.get_filename(), part.get_content_type(), part.get_content()) for part in files] == [
        ("ab.html", "application/octet-stream", FILES["blob-2"]),
        ("m.eml", "application/octet-stream", b"From: x"),
    ]


def test_long_ids_go_out_as_they_are_and_long_threads_are_cut():
    own = "<" + "x" * 150 + "@k.example>"
    many = " ".join(f"<{number}@k.example>" for number in range(200))
    found = parse(build(reply(headers={"in_reply_to": own, "references": many}), files=[], at=NOON))
    assert found.in_reply_to == own
    assert (
        found.references.split()[0] == "<0@k.example>"
        and found.references.split()[-1] == own
        and len(found.references.split()) == 20
    )


async def test_two_houses_do_not_talk_to_each_other(sink: Sink):
    await sender(sink.url).send(reply(headers={"automatic": "auto-replied"}))
    mail = sink.mails[0]
    assert mail["envelope_from"] == ""
    found = parse(mail["raw"].replace("X-Careline-Loop: 1\r\n", "").encode(), envelope_sender="")
    assert found.auto is not None and found.auto.kind is AutoKind.AUTO_REPLY


async def test_the_sink_keeps_the_newest(sink: Sink):
    for number in range(5):
        await sender(sink.url).send(reply(subject=f"s{number}"))
    assert [mail["subject"] for mail in sink.mails] == ["s2", "s3", "s4"]
    with pytest.raises(TimeoutError):
        await sink.wait_for(lambda mail: mail["subject"] == "s0", timeout_s=0.01)


@pytest.mark.parametrize(
    ("recipient", "mail", "error"),
    [
        ("550 5.1.1 No such user", None, Rejected),
        ("450 4.2.1 Greylisted", None, Unavailable),
        (None, "later", Unavailable),
        (None, "never", Rejected),
    ],
)
async def test_what_the_relay_answers(sink: Sink, recipient: str | None, mail: str | None, error: type[ChannelError]):
    sink.refuse_recipient, sink.refuse_mail = recipient, mail
    with pytest.raises(error) as told:
        await sender(sink.url).send(reply())
    assert sink.mails == [] and (error is not Rejected or "5" in str(told.value))


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@asynccontextmanager
async def relay(**answers: bytes) -> AsyncIterator[str]:
    """A relay that answers each command as told; nothing means that it says nothing."""
    writers: list[asyncio.StreamWriter] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(answers.get("greeting", b"220 hi\r\n"))
        while line := await reader.readline():
            verb = line.split()[0].decode().upper() if line.split() else ""
            answer = answers.get(verb, b"250 ok\r\n")
            if answer == b"drop":
                break
            writer.write(answer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await server.wait_closed()


LOGIN = {"EHLO": b"250-hi\r\n250 AUTH PLAIN\r\n"}


@pytest.mark.parametrize(
    ("user", "answers", "error"),
    [
        ("u:p@", LOGIN | {"AUTH": b"535 5.7.8 bad\r\n"}, Unauthorised),
        ("u:p@", LOGIN | {"AUTH": b"454 4.7.0 later\r\n"}, Unavailable),
        ("u:p@", {}, Unauthorised),
        ("", {"MAIL": b"530 5.7.0 sign in\r\n"}, Unauthorised),
        ("", {"greeting": b"554 go away\r\n"}, Unavailable),
        ("", {"greeting": b"421 busy\r\n"}, Unavailable),
        ("", {"DATA": b"drop"}, Unavailable),
        ("", {"MAIL": b""}, Unavailable),
        ("", {"MAIL": b"nonsense\r\n"}, Unavailable),
        ("", {"DATA": b"552 5.3.4 too large\r\n"}, Rejected),
    ],
)
async def test_bad_relays(user: str, answers: dict[str, bytes], error: type[ChannelError]):
    says_nothing = b"" in answers.values()  # whoever answers may take their time
    async with relay(**answers) as address:
        with pytest.raises(error) as told:
            await sender(f"smtp://{user}{address}", time_limit_s=0.5 if says_nothing else 60).send(reply())
    assert "u:p" not in str(told.value)


async def test_nobody_there():
    async with relay() as address:
        pass
    with pytest.raises(Unavailable):
        await sender(f"smtp://{address}").send(reply())


def test_the_relay_of_a_url():
    found = relay_of("smtp://me%40x:p%3Aw@relay.example:2525?starttls=required")
    assert (found.host, found.port, found.user, found.password, found.starttls) == (
        "relay.example",
        2525,
        "me@x",
        "p:w",
        True,
    )
    assert (relay_of("smtps://r.example").port, relay_of("smtps://r.example").tls) == (465, True)
    for wrong in ("http://x", "smtp://", "smtp://h:99999", "smtp://h?starttls=perhaps"):
        with pytest.raises(ValueError, match=r"smtp|starttls|port"):
            relay_of(wrong)


def test_what_an_agent_wrote():
    assert with_signature("Hallo\n\n", "Bo\nSupport") == "Hallo\n\n-- \nBo\nSupport\n"
    assert with_signature("Hallo") == "Hallo\n"
    assert as_html("a <b>\nsee https://x.example/?a=1&b=2.\n\nc") == (
        '<div dir="auto"><p>a &lt;b&gt;<br>see <a href="https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a>.</p><p>c</p></div>'
    )
    for subject in ("Tasse", "Re: Tasse", "AW: Re: Tasse", "回复：Tasse", "re:Tasse"):
        assert reply_subject(subject) == "Re: Tasse"
    assert reply_subject("Frage: wann?") == "Re: Frage: wann?" and reply_subject("") == "Re:"
