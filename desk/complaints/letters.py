"""desk/complaints/letters.py: letters to a complainant: written once, handed over, or recorded undeliverable.

A letter goes by mail where there is a mailbox, else as a short text with a link to the page where it can be read. An
acknowledgement without such a way is said in the chat that the complaint comes from, while that is open
(`desk/contacts/letters_in_chat.py`). What a channel refuses for good is tried once on the other. It is undeliverable
after two failed channels, or without any address; with one channel failed and no other it awaits delivery by a
person. Its words are frozen when it is queued; only the link is put in when it is sent, because the link is a key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from channels.types import Outgoing
from desk.complaints import deadlines as rules
from desk.complaints.clocks import deadline_of
from desk.complaints.events import LetterChanged
from desk.complaints.packs import PACKS
from desk.complaints.site import calendar_of, mail_domain, name_of, sender_of
from desk.kernel.dates import day_in_words
from desk.kernel.jobs import Job
from desk.kernel.questions import Question, answer
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import addresses, complaints, customers, interactions, letters
from ivr.languages import nearest

#: Stands in a stored letter where the link to the status page or survey goes.
LINK = "[[link]]"
#: By which channel an address of each kind is written to, in the order of preference.
CHANNELS = {"email": "email", "phone": "sms"}
#: A chat in these states has somebody at the other end.
CHAT_GOES_ON = ("queued", "offered", "active", "on_hold")
LANGUAGES = ("en", "de", "es", "fr", "zh", "zh-Hant")
#: Letters that no person wrote.
_BY_MACHINE = frozenset({"acknowledgement"})

_texts = ImmutableSandboxedEnvironment(
    loader=PackageLoader("desk.complaints", "texts"), undefined=StrictUndefined, trim_blocks=False, autoescape=False
)


@dataclass(frozen=True, kw_only=True)
class SendLetter(Job):
    """Hands a letter over."""

    letter_id: str


_ADDRESSES = (
    sa.select(addresses)
    .where(addresses.c.customer_id == sa.bindparam("customer_id"), among(addresses.c.kind, "kinds"))
    .order_by(addresses.c.created_at.desc(), addresses.c.id.desc())
)


def ways_to(rx: Rx, customer_id: str) -> list[tuple[str, str]]:
    """(channel, address) pairs by which a customer can be written to, best first, newest first."""
    return answer(rx, ways_of(customer_id))


def ways_of(customer_id: str) -> Question[list[tuple[str, str]]]:
    """The same as a question."""
    return Question([(_ADDRESSES, {"customer_id": customer_id, "kinds": CHANNELS})], _ways)


def _ways(rows: Sequence[Row]) -> list[tuple[str, str]]:
    return [(CHANNELS[kind], row.value) for kind in CHANNELS for row in rows if row.kind == kind]


def words(language: str, name: str, /, **context: Any) -> str:
    """The text `name` in the customer's language, or in English."""
    template = _texts.get_template(f"{nearest(language, LANGUAGES)}.txt")
    block = template.blocks[name]
    return "".join(block(template.new_context(context))).strip()


def queue_letter(tx: Tx, complaint: Row, kind: str, *, skip: frozenset[str] = frozenset(), **context: Any) -> Row:
    """Writes a letter and leaves the job that hands it over, or records it undeliverable.

    `skip` names channels that have failed for this letter.
    """
    customer = tx.one(customers, complaint.customer_id)
    ways = [way for way in ways_to(tx, customer.id) if way[0] not in skip]
    if kind == "acknowledgement" and not ways:
        ways = _chat_of(tx, complaint)
    channel, address = ways[0] if ways else ("", "")
    final = deadline_of(tx, complaint, rules.FINAL_RESPONSE)
    zone = calendar_of(tx).zone
    facts = {
        "name": customer.name if may_quote(complaint) or kind != "acknowledgement" else "",
        "number": complaint.number,
        "organization": name_of(tx),
        "verbatim": complaint.verbatim if may_quote(complaint) else "",
        "link": LINK,
        "due": day_in_words(final.due_at, zone, customer.language) if final else "",
        "reopen_days": PACKS[complaint.pack].reopen_days,
        **context,
    }
    letter_id = tx.new_id()
    tx.insert(
        letters,
        id=letter_id,
        complaint_id=complaint.id,
        cycle=complaint.cycle,
        kind=kind,
        channel=channel,
        address=address,
        subject=words(customer.language, f"{kind}_subject", **facts)[:300],
        body=words(customer.language, kind, **facts),
        short=words(customer.language, f"{kind}_short", **facts),
        state="queued" if channel else "undeliverable",
        reason="" if channel else "no address" if not skip else "every channel failed",
        created_at=tx.now,
    )
    if channel:
        tx.defer(SendLetter(letter_id=letter_id))
    letter = tx.one(letters, letter_id)
    tell(tx, letter)
    return letter


def _chat_of(rx: Rx, complaint: Row) -> list[tuple[str, str]]:
    """The chat that a complaint comes from, while it goes on."""
    rows = rx.all(sa.select(interactions).where(interactions.c.id == (complaint.interaction_id or "")))
    return [("chat", row.reply_to) for row in rows if row.channel == "chat" and row.state in CHAT_GOES_ON]


def outgoing(rx: Rx, letter_id: str, link: str) -> tuple[str, Outgoing] | None:
    """What to send for a letter, and on which channel; None when it is no longer to be sent."""
    letter = rx.one(letters, letter_id)
    if letter.state != "queued":
        return None
    complaint = rx.one(complaints, letter.complaint_id)
    by_mail = letter.channel == "email"
    unproven = letter.kind == "acknowledgement" and not may_quote(complaint)
    return letter.channel, Outgoing(
        message_id=f"<letter-{letter.id}@{mail_domain(rx)}>" if by_mail else letter.id,
        interaction_id=complaint.interaction_id or "",
        sender=sender_of(rx, letter.channel),
        to=letter.address,
        name="" if unproven else rx.one(customers, complaint.customer_id).name,
        subject=letter.subject,
        text=(letter.body if by_mail else letter.short).replace(LINK, link),
        headers=mail_headers(rx, automatic=letter.kind in _BY_MACHINE) if by_mail else {},
    )


def mail_headers(rx: Rx, *, automatic: bool) -> dict[str, str]:
    """What a letter's mail says of itself: who sends it, where an answer lands, and whether a machine wrote it."""
    about = {"sender_name": name_of(rx), "reply_to": sender_of(rx, "email")}
    return about | {"automatic": "auto-generated"} if automatic else about


def may_quote(complaint: Row) -> bool:
    """Whether its acknowledgement may carry words of whoever complained.

    The public form takes anybody's mailbox: words of a stranger's choice would go there in our name.
    """
    return str(complaint.channel) != "form"


def tell(tx: Tx, letter: Row) -> Row:
    """Says how far a letter has come; returns it."""
    kind, state = letter.kind, letter.state
    tx.emit(
        LetterChanged(id=letter.id, complaint_id=letter.complaint_id, kind=kind, channel=letter.channel, state=state)
    )
    return letter
