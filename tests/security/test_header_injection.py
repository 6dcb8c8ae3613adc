"""Rows 23 and 24: line ends and addresses that come in a name or a subject do not go out as headers.

CVE-2013-3373 and CVE-2012-4730 (Request Tracker), osTicket 7c5c584f9 (recipients by a user's name), CPython
CVE-2024-6923, CVE-2023-27043 and CVE-2025-1795 (the library under it). What strangers wrote comes in by SMTP, an
agent answers, and the bytes that reach the relay are read again.
"""

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from desk.complaints.complaints import log_complaint
from desk.kernel.clock import ManualClock
from desk.tables import customers
from tests.security.office import Office, open_office
from tests.security.post import written

SPY = "spy@evil.example"
EVIL = [
    f"Eva\r\nBcc: {SPY}", f"Eva\nBcc: {SPY}", f"Eva\rBcc: {SPY}", f"Eva\u2028Bcc: {SPY}", f"Eva\u2029Cc: {SPY}",
    f"Eva\x85Bcc: {SPY}", f"Eva\x0bBcc: {SPY}", f"Eva\x0cBcc: {SPY}", f"Eva\x1dBcc: {SPY}", f"Eva\r\n Bcc: {SPY}",
    f"=?utf-8?q?Eva=0D=0ABcc:_{SPY}?=", f"=?utf-8?b?{b64encode(f'E{chr(13)}{chr(10)}Cc: {SPY}'.encode()).decode()}?=",
    f"Eva <{SPY}>, x", f'"Eva" <{SPY}>, "', f"Eva;{SPY}", f"Eva, {SPY},", f"\\\" <{SPY}>", "Eva\r\n\r\nA body of mine",
    "Eva\r\n.\r\nMAIL FROM:<x@y>\r\n", f"Müller, {'长' * 150}, {SPY}", "é, " * 60, f"Eva\0\r\nTo: {SPY}", "\u202eavE",
    f"group: {SPY};", f"(Eva) {SPY}", f"Eva?\nReply-To: {SPY}", "=?" * 300,
]  # fmt: skip
HEADERS = {
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "x-careline-loop",
    "mime-version", "content-type", "content-transfer-encoding", "auto-submitted", "x-auto-response-suppress",
}  # fmt: skip


@pytest.fixture
async def office(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Office]:
    async with open_office(sample_sqlite_url, tmp_path, manual_clock) as opened:
        yield opened


def word(text: str) -> str:
    """`text` as encoded words: what any mail may carry in its headers, line ends included."""
    data = text.encode()
    return " ".join(f"=?utf-8?b?{b64encode(data[at : at + 300]).decode()}?=" for at in range(0, len(data), 300))


def check(office: Office, *, to: str) -> None:
    """Every mail at the relay is one clean mail to one recipient, whoever reads it."""
    for mail in office.relay.mails:
        raw = mail["raw"].encode("utf-8", "surrogateescape")
        head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        names = [line.partition(b":")[0].decode().lower() for line in head.split(b"\n") if line[:1] not in b" \t"]
        assert set(names) <= HEADERS and len(names) == len(set(names)), names
        assert not re.search(rb"[\r\x00\x0b\x0c\x1c-\x1e]", head)
        strict = message_from_bytes(raw, policy=policy.default)
        assert [one.addr_spec for one in strict["to"].addresses] == [to], mail["raw"]
        (author,) = strict["from"].addresses
        assert author.addr_spec in ("billing@demo.test", "complaints@demo.test")
        assert not strict.defects
        assert mail["to"] == to


@pytest.mark.parametrize("field", ["From", "Subject"])
async def test_what_a_stranger_writes_into_a_header_adds_none_to_our_answer(office: Office, field: str) -> None:
    mia = await office.floor.agent(1)
    for number, evil in enumerate(EVIL):
        address = f"eva{number}@example.com"
        headers = {"From": f"Eva <{address}>"} | {field: word(evil) + (f" <{address}>" if field == "From" else "")}
        await office.takes(written("Hello", **headers, Message_ID=f"<{number}@x>"), sender=address)
        id = await mia.takes_next()
        told = await office.answers(mia, id, "Good day.")
        await mia.wraps_up(id)
        check(office, to=address)
        assert told["text"] == "Good day."
        office.relay.clear()


async def test_a_name_that_staff_or_a_program_wrote_adds_none_to_our_letters(office: Office) -> None:
    mia = await office.floor.agent(1)
    await office.takes(written("Hello"))
    row = await office.floor.interaction(await mia.takes_next())
    complaint = {"category": "billing", "severity": 3, "verbatim": "Paid twice"}
    for evil in EVIL:
        await mia.does(lambda tx, name=evil: tx.update(customers, row.customer_id, name=name.replace("\0", "")[:200]))
        await mia.does(log_complaint, customer_id=row.customer_id, remedy_sought=evil.replace("\0", ""), **complaint)
        await office.floor.jobs_done()
    await office.goes_out(len(EVIL))

    for mail in office.relay.mails:
        assert mail["text"].count(SPY) <= 2 and mail["auto"] == "own"
    check(office, to="eva@example.com")


async def test_a_long_name_beyond_ascii_arrives_as_it_was_written(office: Office) -> None:
    mia = await office.floor.agent(1)
    name = ", ".join(f"Großmüller {number} 长名" for number in range(9))
    await office.takes(written("Hello", From=f"{word(name)} <eva@example.com>"))
    told = await office.answers(mia, await mia.takes_next(), "Good day.")

    strict = message_from_bytes(told["raw"].encode(), policy=policy.default)
    (to,) = strict["to"].addresses
    assert to.display_name.replace(" ", "") == name.replace(" ", "")  # Python 3.11 reads a space between its own words
    check(office, to="eva@example.com")
