"""Stories of mail that is odd: it is queued all the same, a bounce is told once, and nobody waits for a slow reader."""

import threading
from base64 import encodebytes
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from channels.email.mime import Mail, parse
from desk.contacts import interactions, mails
from desk.kernel.blobs import Blobs
from desk.kernel.errors import Unavailable
from desk.kernel.transaction import Tx
from desk.tables import attachments as attachments_table
from desk.tables import customers as customers_table
from desk.tables import interactions as interactions_table
from desk.tables import mails as mails_table
from desk.tables import messages as messages_table
from tests.integration.floor import SYSTEM, Floor
from tests.integration.test_conversations import EVA, answered_mail, arrives, mail

ODD = b"From: <a@b\xff.test>\r\nTo: support@demo.test\r\nSubject: hello\r\nMessage-ID: <s@x>\r\n\r\nPlease help\r\n"

WITH_A_FILE = (
    b"From: a@b.test\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
    b"Content-Type: image/png; name=x.png\r\n\r\nx\r\n--b--\r\n"
)


async def test_a_raw_byte_in_the_senders_domain_costs_nobody_the_mail(floor: Floor):
    await arrives(floor, ODD)

    (kept,) = await floor.rows(mails_table)
    (interaction,) = await floor.rows(interactions_table)
    assert (kept.state, interaction.subject) == ("queued", "hello")


@pytest.mark.parametrize("error", [UnicodeEncodeError("utf-8", "\udcff", 0, 1, "no"), RecursionError(), KeyError("x")])
async def test_what_cannot_be_stored_is_queued_with_its_source(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    def stumbles(*args: Any) -> Any:
        raise error

    monkeypatch.setattr(mails, "_arrival", stumbles)
    await arrives(floor, mail())
    await is_queued_with_its_source(floor)


async def test_an_outage_is_no_fault_of_the_mail(floor: Floor, monkeypatch: pytest.MonkeyPatch):
    async def away(self: Blobs, data: bytes) -> str:
        raise Unavailable("The file store")

    await floor.desk.transact(SYSTEM, keep, blob=await floor.desk.blobs.put(WITH_A_FILE))
    (kept,) = await floor.rows(mails_table)
    with monkeypatch.context() as patched:
        patched.setattr(Blobs, "put", away)
        with pytest.raises(Unavailable):
            await mails.understand(floor.desk, mails.UnderstandMail(mail_id=kept.id))
    assert (await floor.rows(mails_table))[0].state == "stored"
    await mails.understand(floor.desk, mails.UnderstandMail(mail_id=kept.id))
    assert (await floor.rows(mails_table))[0].state == "queued"


async def test_a_mail_that_takes_too_long_to_read_is_queued_with_its_source(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
):
    goes_on = threading.Event()

    def never_ends(raw: bytes, **more: Any) -> Mail:
        goes_on.wait()
        return parse(raw, **more)

    monkeypatch.setattr(mails, "parse", never_ends)
    monkeypatch.setattr(mails, "READ_WITHIN_S", 0.2)
    try:
        await arrives(floor, mail())
        while (await floor.rows(mails_table))[0].state == "stored":  # its turn may not have come the first time
            await floor.passes(timedelta(minutes=10))
        await is_queued_with_its_source(floor)
    finally:
        goes_on.set()


def report(action: str, about: str = "<never-sent@demo.test>", status: str = "5.1.1") -> bytes:
    """A mail system's report, as it comes from the wild."""
    return (
        "From: MAILER-DAEMON@relay.example\r\nTo: billing@demo.test\r\nSubject: Delivery Status Notification\r\n"
        "Message-ID: <dsn@relay.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"
        f"Final-Recipient: rfc822; eva@example.com\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {about}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (report("failed"), "a bounce of nothing that we sent"),
        (report("delayed", status="4.4.1"), "a mail of ours is late; its last word is to come"),
        (report("delivered", status="2.0.0"), "a mail of ours arrived"),
        (
            b"From: postmaster@relay.example\r\nTo: billing@demo.test\r\nSubject: Undeliverable: A\r\n\r\nNo such user",
            "a bounce of nothing that we sent",
        ),
    ],
)
async def test_a_mail_systems_word_about_a_mail_is_no_customers_contact(floor: Floor, raw: bytes, why: str):
    await arrives(floor, raw, sender="")

    (kept,) = await floor.rows(mails_table)
    assert (kept.state, kept.reason) == ("ignored", why)
    assert await floor.desk.blobs.get(kept.blob) == raw
    assert not await floor.rows(interactions_table) and not await floor.rows(customers_table)


async def test_what_is_late_has_not_come_back(floor: Floor):
    _, row, out = await answered_mail(floor)
    await arrives(floor, report("delayed", out.headers["message_id"], "4.4.1"), sender="")
    (mine,) = await floor.rows(messages_table, interaction_id=row.id, author_kind="agent")
    assert mine.delivery == "handed_over"
    await arrives(floor, report("failed", out.headers["message_id"]).replace(b"<dsn@", b"<dsn2@"), sender="")
    (mine,) = await floor.rows(messages_table, interaction_id=row.id, author_kind="agent")
    assert mine.delivery == "bounced"
    assert mine.delivery_reason == "It came back: eva@example.com was not reached: 5.1.1"


async def test_a_bounce_whose_job_runs_twice_is_told_once_and_wakes_what_sleeps(floor: Floor):
    mia, row, out = await answered_mail(floor)
    await mia.does(interactions.snooze, row.id, floor.clock.now() + timedelta(days=1))
    await floor.desk.transact(SYSTEM, keep, blob=await floor.desk.blobs.put(b"a bounce"))
    (bounce,) = await floor.rows(mails_table, external_id="kept")

    for _ in range(2):
        told = await floor.desk.transact(SYSTEM, mails._came_back, bounce.id, out.headers["message_id"], "It came back")
        assert told is True

    notes = await floor.rows(messages_table, interaction_id=row.id, author_kind="system")
    assert [one.text for one in notes] == ["It came back"]
    assert (await floor.interaction(row.id)).state in ("queued", "offered")
    assert (await floor.rows(mails_table, id=bounce.id))[0].state == "ignored"


def keep(tx: Tx, *, blob: str) -> None:
    """A mail at the door whose job does not run."""
    about = {"sender": "a@b.test", "recipients": ["billing@demo.test"], "blob": blob, "size": 9, "reason": ""}
    tx.insert(mails_table, id=tx.new_id(), external_id="kept", received_at=tx.now, state="stored", **about)


async def is_queued_with_its_source(floor: Floor) -> None:
    (kept,) = await floor.rows(mails_table)
    (interaction,) = await floor.rows(interactions_table)
    (message,) = await floor.rows(messages_table, interaction_id=interaction.id)
    (source,) = await floor.rows(attachments_table, message_id=message.id)
    assert (kept.state, source.name, source.blob) == ("unreadable", "original.eml", kept.blob)


async def test_a_mail_without_a_name_is_by_whom_we_know_or_by_its_address(floor: Floor):
    await arrives(floor, mail("First", Message_ID="<1@x>"))
    await arrives(floor, mail("Second", Message_ID="<2@x>", From=EVA))
    await arrives(floor, mail("Third", Message_ID="<3@x>", From="bo@kundin.example"), sender="bo@kundin.example")

    said = {row.text.strip(): row.author_name for row in await floor.rows(messages_table)}
    assert said == {"First": "Eva Ruiz", "Second": "Eva Ruiz", "Third": "bo@kundin.example"}
    assert {row.name for row in await floor.rows(customers_table)} == {"Eva Ruiz", ""}  # an address is no name


async def test_who_types_a_customers_mailbox_is_not_told_their_name(floor: Floor):
    await arrives(floor, mail("First"))
    chat = await floor.writes("It is me", headers={"claims_email": EVA})

    (message,) = await floor.rows(messages_table, interaction_id=chat.interaction_id)
    assert message.author_name == ""


ABOUT = f"To: billing@demo.test\r\nFrom: Eva <{EVA}>\r\nSubject: Where is\r\n my parcel?\r\n".encode()
THREAD = b"In-Reply-To: <1@x>\r\nReferences: <0@x>\r\n <1@x>\r\nAuto-Submitted: auto-replied\r\n"
MANY = b"X-A: y\r\n"


def nested(levels: int, words: bytes) -> bytes:
    """A mail whose only text is `levels` containers down."""
    return ABOUT + b"MIME-Version: 1.0\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(levels)
    ) + b"Content-Type: text/plain\r\n\r\n" + words  # fmt: skip


TEXT = ABOUT + b"\r\nPlease look"


@pytest.mark.parametrize(
    ("raw", "what", "text"),
    [
        (mail("Long. " * 60_000), "a text that is too long", "Long."),
        (mail(f"<p>{'Long. ' * 60_000}</p>", Content_Type="text/html"), "a text that is too long", "Long."),
        (MANY * 50_000 + TEXT, "more headers than are read", "Please look"),
        (b"X-A: y\r\n" + b"X-B: " + b"y" * 300_000 + b"\r\n" + TEXT, "headers that are too long together", "Please"),
        (nested(3000, b"Please look"), "parts that are nested too deeply", "Please look"),
        (
            ABOUT + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nPlease look\r\n" * 1200,
            "more parts than are taken out and more than 250 files",
            "Please look",
        ),
    ],
)
async def test_who_answers_a_mail_of_which_there_is_too_much_is_told_and_has_its_source(
    floor: Floor, raw: bytes, what: str, text: str
):
    await arrives(floor, raw)

    (kept,), (interaction,) = await floor.rows(mails_table), await floor.rows(interactions_table)
    (note,) = await floor.rows(messages_table, interaction_id=interaction.id, author_kind="system")
    assert note.text == (
        f"This mail has {what}. What could be is here; the mail as it came is attached as original.eml."
    )
    (message,) = await floor.rows(messages_table, interaction_id=interaction.id, author_kind="customer")
    assert message.text.startswith(text)
    files = {row.name: row for row in await floor.rows(attachments_table, message_id=message.id)}
    assert files["original.eml"].blob == kept.blob and "file-1.bin" not in files


@pytest.mark.parametrize(
    "before", [MANY * 1500, MANY * 50_000, b"X-B: " + b"y" * 300_000 + b"\r\n", b"From: \r\n" * 2000]
)
def test_what_a_mail_says_of_itself_is_found_wherever_it_stands_among_its_headers(before: bytes):
    read = parse(before + ABOUT + THREAD + MANY * 2000 + b"Content-Type: text/plain; charset=koi8-r\r\n\r\n\xd0\xd2")

    assert (read.subject, read.text) == ("Where is my parcel?", "пр")
    assert read.to == (("", "billing@demo.test"),)
    assert read.thread_headers == ("<1@x>", "<0@x> <1@x>") and read.auto is not None
    assert read.from_address == ("" if before.startswith(b"From") else EVA)


def test_a_line_of_the_body_is_no_header_however_many_headers_there_are():
    read = parse(MANY * 50_000 + b"From: a@b.test\r\n\r\nSubject: not this one\r\n")
    assert (read.subject, read.text.strip()) == ("", "Subject: not this one")


def broken(text: bytes, file: bytes) -> bytes:
    """A mail whose text and file are what these bytes of base64 hold."""
    about = f"From: Eva <{EVA}>\nTo: billing@demo.test\nSubject: Two parts\nMIME-Version: 1.0\n".encode()
    encoded = b"Content-Transfer-Encoding: base64\n\n"
    return (
        about + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n" + encoded
        + text + b"\n--b\nContent-Type: application/pdf; name=bill.pdf\n" + encoded + file + b"\n--b--\n"
    )  # fmt: skip


LETTER = encodebytes("Zwölf Pakete, und kein einziges kam an. ".encode() * 20)
BILL = encodebytes(b"%PDF-1.4 " + bytes(range(256)) * 4)


@pytest.mark.parametrize(
    ("text", "file", "named"),
    [
        (LETTER[:90] + b"*" + LETTER[91:], BILL, "the text"),
        (LETTER, BILL[:200] + b"!" + BILL[201:], "bill.pdf"),
        (LETTER[:90] + LETTER[91:], BILL[:-20] + b"\n", "the text, bill.pdf"),
    ],
)
async def test_who_answers_a_mail_of_which_not_all_can_be_decoded_is_told_and_has_its_source(
    floor: Floor, text: bytes, file: bytes, named: str
):
    await arrives(floor, broken(text, file))

    (kept,), (interaction,) = await floor.rows(mails_table), await floor.rows(interactions_table)
    (note,) = await floor.rows(messages_table, interaction_id=interaction.id, author_kind="system")
    assert note.text == (
        f"Not all of this mail could be decoded: {named}. "
        "What could be is here; the mail as it came is attached as original.eml."
    )
    (message,) = await floor.rows(messages_table, interaction_id=interaction.id, author_kind="customer")
    assert message.text.startswith("Zwölf Pakete, und kein einziges kam an.")
    files = {row.name: row for row in await floor.rows(attachments_table, message_id=message.id)}
    assert files.keys() == {"bill.pdf", "original.eml"} and files["original.eml"].blob == kept.blob
    assert (await floor.desk.blobs.get(files["bill.pdf"].blob)).startswith(b"%PDF-1.4 ")


async def test_a_mail_that_is_whole_is_shown_without_a_word(floor: Floor):
    await arrives(floor, broken(LETTER, BILL))

    (interaction,) = await floor.rows(interactions_table)
    assert not await floor.rows(messages_table, interaction_id=interaction.id, author_kind="system")
    assert [row.name for row in await floor.rows(attachments_table)] == ["bill.pdf"]


def test_a_mail_broken_anywhere_is_read_and_nothing_of_it_is_lost_in_silence():
    random = Random(11)
    whole = broken(LETTER, BILL)
    begin = whole.index(LETTER)
    for _ in range(600):
        at = random.randrange(begin, len(whole) - 20)
        length = random.randrange(1, 40)
        put = random.choice((b"", random.randbytes(length), b"*" * length, b"=" * length, b"\n" * length))
        read = parse(whole[:at] + put + whole[at + random.choice((0, length)) :])
        assert read.from_address == EVA
        assert read.text or read.attachments or read.problems
        if b"*" in put and not whole[at - 3 : at + length + 3].count(b"-"):
            assert read.damaged


VOUCHED = "mx.demo.test; dmarc=pass header.from=kundin.example"
DISOWNED = "mx.demo.test; spf=pass smtp.mailfrom=evil.example; dmarc=fail (p=reject) header.from=kundin.example"


async def test_a_mail_that_its_domain_disowns_is_only_maybe_the_customers(floor: Floor):
    floor.desk.settings.mail_authenticated_by = "mx.demo.test"
    await arrives(floor, mail("It is me", Message_ID="<1@x>", Authentication_Results=VOUCHED))
    await arrives(floor, mail("So am I", Message_ID="<2@x>", Authentication_Results=DISOWNED), sender="x@evil.example")

    true, forged = sorted(await floor.rows(interactions_table), key=lambda row: row.id)
    assert (true.customer_id, true.certainty) == (forged.customer_id, "new")
    assert forged.certainty == "maybe"
    notes = [row.text for row in await floor.rows(messages_table, interaction_id=forged.id, author_kind="system")]
    assert notes == [f"This mail may not be from {EVA}: that domain does not vouch for it (DMARC failed)."]
    assert not await floor.rows(messages_table, interaction_id=true.id, author_kind="system")


async def test_a_disowned_mail_of_nobody_links_nobody(floor: Floor):
    floor.desk.settings.mail_authenticated_by = "mx.demo.test"
    await arrives(floor, mail("First", Message_ID="<1@x>", Authentication_Results=DISOWNED))
    await arrives(floor, mail("Later, in truth", Message_ID="<2@x>", Authentication_Results=VOUCHED))

    forged, true = sorted(await floor.rows(interactions_table), key=lambda row: row.id)
    assert forged.customer_id != true.customer_id


async def test_what_a_sender_writes_about_itself_is_not_believed(floor: Floor):
    await arrives(floor, mail("First", Message_ID="<1@x>"))
    await arrives(floor, mail("Second", Message_ID="<2@x>", Authentication_Results=DISOWNED))

    assert {row.certainty for row in await floor.rows(interactions_table)} == {"new", "certain"}
