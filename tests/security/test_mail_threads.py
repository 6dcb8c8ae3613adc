"""Rows 17 to 22, 26 and 27: mail that lies about who wrote it, whom it answers and where answers go; through SMTP.

CVE-2026-47123 (FreeScout, an id without a seal), GHSA-j49f-9g94-3wh4 (FreeScout, strangers in a thread),
CVE-2024-49193 (Zendesk, Cc), GitLab 349329 (Reply-To), CVE-2023-41259 and -41260, CVE-2012-4735 (Request Tracker,
headers of its own), RFC 3834 (loops).
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_string, policy
from pathlib import Path

import aiosmtplib
import pytest

from channels.email import threads
from desk.complaints.complaints import log_complaint
from desk.kernel.clock import ManualClock
from desk.tables import interactions, letters, messages
from tests.security.office import SECRET, Office, open_office
from tests.security.post import EVA, written

MALLORY = "mallory@evil.example"
STAFF = "agent1@demo.test"


@pytest.fixture
async def office(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Office]:
    async with open_office(sample_sqlite_url, tmp_path, manual_clock) as opened:
        yield opened


async def test_who_pretends_to_be_an_agent_speaks_to_nobody_in_our_name(office: Office) -> None:
    _, row, ours = await office.known_thread()
    local, _, domain = ours["message_id"].strip("<>").rpartition("@")
    mark, work, own, seal = local.split(".")
    claims = [
        ours["message_id"],  # it was passed on
        f"<{mark}.{work}.{own}.{'a' * len(seal)}@{domain}>",
        f"<{mark}.{work}.{own}@{domain}>",
        f"<{row.id}@{domain}>",
        f"<reply-{row.id}-1@{domain}>",
        threads.issue("another secret", row.id, row.id, domain),
    ]
    for number, claim in enumerate(claims):
        await office.takes(
            written("Pay to this account.", From=f"Mia <{STAFF}>", Message_ID=f"<s{number}@x>", In_Reply_To=claim),
            sender=STAFF,
        )

    assert len(office.relay.mails) == 1
    assert await office.said_in(row.id) == [("customer", SECRET), ("agent", "Thank you, Eva.")]
    for other in await office.others(row.id):
        assert [kind for kind, _ in await office.said_in(other.id)] == ["customer"]
        assert other.customer_id != row.customer_id
    assert [other.previous_id for other in await office.others(row.id)].count(row.id) == 1  # the true id: linked only


async def test_a_stranger_with_the_thread_in_hand_is_told_nothing_of_it(office: Office) -> None:
    mia, row, ours = await office.known_thread()
    for number, envelope in enumerate(({}, {"to": ours["reply_to"]})):
        stolen = written(
            "Please send me all of it.", From=f"Mallory <{MALLORY}>", Message_ID=f"<m{number}@x>",
            In_Reply_To="" if envelope else ours["message_id"], References=ours["message_id"],
        )  # fmt: skip
        await office.takes(stolen, sender=MALLORY, **envelope)

    theirs = await office.others(row.id)
    assert len(theirs) == 2 and all(other.previous_id == row.id for other in theirs)
    id = await mia.takes_next()
    told = await office.answers(mia, id, "What is it about?")
    assert told["to"] == MALLORY
    assert "4711" not in told["raw"] and ours["message_id"] not in told["raw"]
    assert await office.said_in(row.id) == [("customer", SECRET), ("agent", "Thank you, Eva.")]


async def test_who_copies_themselves_in_gets_no_copy(office: Office) -> None:
    mia, row, ours = await office.known_thread()
    spoofed = written(
        "And?", Message_ID="<cc@x>", In_Reply_To=ours["message_id"], Cc=MALLORY, Bcc=MALLORY, To=f"{EVA}, {MALLORY}",
        Sender=MALLORY, Return_Path=f"<{MALLORY}>", Disposition_Notification_To=MALLORY, Mail_Followup_To=MALLORY,
    )  # fmt: skip
    await office.takes(spoofed, sender=MALLORY)

    assert len(await office.said_in(row.id)) == 3  # Eva's own words as far as anybody can tell
    told = await office.answers(mia, row.id, "Here is how it stands.")
    assert told["to"] == EVA
    assert MALLORY not in told["raw"]
    assert len(office.relay.mails) == 2
    assert await office.others(row.id) == []


async def test_where_answers_go_is_said_to_whoever_writes_them(office: Office) -> None:
    mia = await office.floor.agent(1)
    await office.takes(written("My new account, please.", Reply_To=f"Eva Ruiz <{MALLORY}>"))
    id = await mia.takes_next()

    row = await office.floor.interaction(id)
    assert row.reply_to == EVA  # the author is who it comes from
    (note,) = await office.floor.rows(messages, interaction_id=id, author_kind="system")
    assert note.internal and MALLORY in note.text and EVA in note.text
    told = await office.answers(mia, id, "Which one?")
    assert told["to"] == MALLORY
    assert "says that it comes" not in told["raw"]

    await office.takes(written("The usual case.", Message_ID="<2@x>", Reply_To=EVA.upper()))
    assert len(await office.floor.rows(messages, author_kind="system")) == 1


OUR_OWN = {
    "X-Careline-Interaction": "{id}", "X-Careline-Agent": STAFF, "X-Careline-Internal": "1", "Careline-Thread": "{id}",
    "X-Careline-Queue": "complaints", "X-Mail-Id": "{id}", "Mail_id": "{id}", "Claims_email": "boss@demo.test",
    "Topic": "complaints", "X-RT-Loop-Prevention": "1", "RT-Originator": STAFF, "X-Verified": "yes",
    "Authentication-Results": "demo.test; dkim=pass; spf=pass; dmarc=pass", "X-Signature": "good", "Automatic": "true",
    "X-Verified-Customer": "true", "Received-SPF": "pass", "ARC-Authentication-Results": "i=1; dmarc=pass",
    "Author-Kind": "agent",
}  # fmt: skip


async def test_headers_that_only_we_would_write_are_words_like_any_other(office: Office) -> None:
    await office.takes(written("So that she is known."))
    await office.takes(written("Plainly.", Message_ID="<2@x>"))
    (_, plain) = await office.floor.rows(messages)
    ours = {name: value.format(id=plain.interaction_id) for name, value in OUR_OWN.items()}
    raw = written("Plainly.", Message_ID="<3@x>").rstrip(b"\r\n")
    head, _, words = raw.partition(b"\r\n\r\n")
    await office.takes(
        head + "".join(f"\r\n{name}: {value}" for name, value in ours.items()).encode() + b"\r\n\r\n" + words
    )

    (_, _, dressed) = await office.floor.rows(messages)
    told = [await office.floor.interaction(row.interaction_id) for row in (plain, dressed)]
    assert told[0].id != told[1].id
    for name in ("queue", "state", "certainty", "customer_id", "agent_id", "previous_id", "subject"):
        assert getattr(told[0], name) == getattr(told[1], name), name
    for name in ("author_kind", "author_id", "author_name", "internal", "text"):
        assert getattr(plain, name) == getattr(dressed, name), name
    assert {k: v for k, v in plain.headers.items() if k not in ("mail_id", "message_id")} == {
        k: v for k, v in dressed.headers.items() if k not in ("mail_id", "message_id")
    }


async def test_the_door_says_the_same_whoever_is_asked_for(office: Office) -> None:
    await office.takes(written("Hello"))
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=office.post.port, use_tls=False, start_tls=False) as client:
        await client.ehlo()
        await client.mail(MALLORY)
        for address in (EVA, STAFF, "billing@demo.test", "nobody@demo.test", "x@elsewhere.example"):
            assert (await client.rcpt(address)).message == "2.1.5 OK"
            assert (await client.execute_command(b"VRFY", address.encode())).message == "2.5.0 Send it and see"
            assert (await client.execute_command(b"EXPN", address.encode())).code == 502


async def test_a_mail_is_answered_by_people_alone(office: Office) -> None:
    """Whoever is pretended to have written hears nothing: there is no bomb to build."""
    for number in range(20):
        victim = f"victim{number}@example.com"
        raw = written("Buy at evil.example", From=victim, Subject="You won", Message_ID=f"<{number}@x>")
        await office.takes(raw, sender=victim)
    await office.floor.passes(timedelta(days=1))

    assert len(await office.floor.rows(interactions)) == 20
    assert office.relay.mails == []


MARKED = {
    "as it should": ({"Auto-Submitted": "auto-replied"}, ""),
    "by its envelope": ({}, ""),
    "by nothing at all": ({}, EVA),
}


@pytest.mark.parametrize("marked", MARKED)
async def test_two_machines_fall_silent(office: Office, marked: str) -> None:
    """The letter that we send by machine meets a machine that answers everything."""
    mia, row, _ = await office.known_thread()
    complaint = {"category": "billing", "severity": 3, "remedy_sought": "Money", "verbatim": SECRET}
    await mia.does(log_complaint, customer_id=row.customer_id, interaction_id=row.id, **complaint)
    headers, sender = MARKED[marked]
    answered = 0
    for turn in range(6):
        await office.floor.passes(timedelta(minutes=5))
        for mail in office.relay.mails[answered:]:
            answered += 1
            sent = message_from_string(mail["raw"], policy=policy.default)
            where = str(sent["Reply-To"] or sent["From"].addresses[0].addr_spec)
            reply = written(
                "I am away.", Subject=f"Re: {sent['Subject']}", In_Reply_To=mail["message_id"],
                Message_ID=f"<{turn}.{answered}@x>", **headers,
            )  # fmt: skip
            await office.takes(reply, sender=sender, to=where)

    assert [row.kind for row in await office.floor.rows(letters)] == ["acknowledgement"]
    assert len(office.relay.mails) == 2 == answered  # the agent's answer, and the acknowledgement
    acknowledgement = message_from_string(office.relay.mails[1]["raw"], policy=policy.default)
    assert acknowledgement["Auto-Submitted"] == "auto-generated"
