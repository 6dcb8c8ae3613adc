"""desk/complaints/letter_ways.py: how far a letter has come, and by which way it goes next.

queued ──▶ handed_over ──came back──┐
  └──refused──▶ failed, and queued on the other channel
                awaits_delivery: one channel failed, and there is no other
                undeliverable: two ways failed, or there is no address
"""

from typing import Any

import sqlalchemy as sa

from channels.handing_over import answered, begun
from desk.complaints.letters import SendLetter, tell, ways_to
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import complaints, letters

#: A person has to deliver what is in one of these states.
AWAITS, UNDELIVERABLE = "awaits_delivery", "undeliverable"
BY_HAND = (AWAITS, UNDELIVERABLE)
#: As many ways must have failed before a letter is undeliverable.
MOST_FAILED = 2
#: How the reason begins of what was not tried: a channel that nobody has set up has not failed.
NO_WAY = "no way to send"


def begin_sending(tx: Tx, letter_id: str) -> None:
    """Says of a letter that it is being sent, before it is."""
    letter = tx.take(letters, letter_id)
    if letter.state == "queued":
        tx.update(letters, letter_id, reason=begun(letter.reason))


def not_taken(tx: Tx, letter_id: str) -> None:
    """The other side has answered that it does not take a letter now."""
    letter = tx.take(letters, letter_id)
    if letter.state == "queued":
        tx.update(letters, letter_id, reason=answered(letter.reason))


def hand_over(tx: Tx, letter_id: str, external_id: str) -> Row | None:
    """Records that the other side took a letter; None when that was known."""
    letter = tx.take(letters, letter_id)
    if letter.state != "queued":
        return None
    values = {"message_id": external_id[:300], "reason": answered(letter.reason)}
    tx.update(letters, letter_id, state="handed_over", handed_over_at=tx.now, **values)
    return tell(tx, tx.one(letters, letter_id))


def fail(tx: Tx, letter_id: str, why: str) -> Row | None:
    """Records that a letter was refused for good, and tries the customer's other channel.

    Returns the letter if that leaves it to a person, or None.
    """
    letter = tx.take(letters, letter_id)
    if letter.state != "queued":
        return None
    letter = _try_another_way(tx, letter, why)
    return letter if letter.state in BY_HAND else None


def deliver_by_hand(tx: Tx, letter: Row, how: str) -> Row:
    """Records that a person delivered a letter that nothing could carry; returns it as it is then."""
    if letter.state not in BY_HAND:
        return letter
    reason = f"delivered another way: {how}"[:300]
    tx.update(letters, letter.id, state="handed_over", handed_over_at=tx.now, reason=reason)
    return tell(tx, tx.one(letters, letter.id))


def give_up(tx: Tx, letter: Row) -> Row:
    """Records that no way led to the complainant; returns the letter as it is then."""
    if letter.state != AWAITS:
        return letter
    tx.update(letters, letter.id, state=UNDELIVERABLE)
    return tell(tx, tx.one(letters, letter.id))


def of_mail(rx: Rx, message_id: str) -> str | None:
    """The id of the letter that went out as this mail."""
    sent_as = sa.select(letters.c.id).where(letters.c.message_id == message_id, letters.c.channel == "email")
    rows = rx.all(sent_as) if message_id else []
    return str(rows[0].id) if rows else None


def take_back(tx: Tx, letter_id: str, why: str) -> Row | None:
    """Records that a letter came back which had been taken, and tries the customer's other channel.

    Returns the letter if that leaves it to a person, or None.
    """
    letter = tx.take(letters, letter_id)
    if letter.state != "handed_over":
        return None
    letter = _try_another_way(tx, letter, why)
    return letter if letter.state in BY_HAND else None


def _try_another_way(tx: Tx, letter: Row, why: str) -> Row:
    """The letter as it is now: failed, with another on its way, or left to a person."""
    gone = frozenset(row.channel for row in tx.all(_tries_of(letter)))
    known = ways_to(tx, tx.one(complaints, letter.complaint_id).customer_id)
    left = [way for way in known if way[0] not in gone | {letter.channel}]
    tx.update(letters, letter.id, state="failed" if left else UNDELIVERABLE, reason=why[:300])
    if known and not left and failures(tx, letter) < MOST_FAILED:
        tx.update(letters, letter.id, state=AWAITS)
    letter = tell(tx, tx.one(letters, letter.id))
    if left:
        channel, address = left[0]
        again_id = tx.new_id()
        again = {"id": again_id, "channel": channel, "address": address, "state": "queued", "created_at": tx.now}
        tx.insert(letters, **{**letter._mapping, **again, "reason": "", "message_id": "", "handed_over_at": None})
        tx.defer(SendLetter(letter_id=again_id))
    return letter


def failures(rx: Rx, letter: Row) -> int:
    """On how many channels a letter was tried in vain."""
    return len({row.channel for row in rx.all(_tries_of(letter)) if not row.reason.startswith(NO_WAY)})


def _tries_of(letter: Row) -> sa.Select[Any]:
    same = (letters.c.complaint_id == letter.complaint_id, letters.c.cycle == letter.cycle)
    in_vain = (letters.c.kind == letter.kind, letters.c.state.in_(("failed", *BY_HAND)), letters.c.channel != "")
    return sa.select(letters.c.channel, letters.c.reason).where(*same, *in_vain)
