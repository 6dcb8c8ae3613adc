"""desk/complaints/complaints.py: logging a complaint, putting its record right, and writing to who complained.

The rules are in `lifecycle.py`, `packs.py` and `deadlines.py`; here and in `transitions.py` they meet
the rows. A complaint has one owner (a team until triage) and one next action with a due time as long
as it is open.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from desk.complaints import deadlines as rules
from desk.complaints.clocks import mark, meet, next_update, refresh_next, set_deadline, start_clock, started_at
from desk.complaints.closing import begin_span, write
from desk.complaints.events import ComplaintCorrected, ComplaintLogged
from desk.complaints.first_reply import replied_at
from desk.complaints.lifecycle import CLOSED_KINDS, OPEN, State
from desk.complaints.matter import level_of, wrong_matter
from desk.complaints.packs import PACKS
from desk.complaints.site import QUEUE, calendar_of
from desk.kernel.errors import Conflict, Forbidden, Invalid
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import complaints, customers, interactions, milestones, numbers

#: The same agent logging the same interaction again within this is a second tap, not a second complaint.
MOMENTS = timedelta(minutes=5)
#: Nobody complains of what they said longer ago: an older date is a slip of the hand.
LONGEST_AGO = timedelta(days=3653)
#: So much may a clock of theirs be ahead of ours; it happened now.
AHEAD = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A complaint that has been logged: its id, and the number that people use."""

    id: str
    number: str


def log_complaint(
    tx: Tx,
    *,
    customer_id: str,
    category: str,
    severity: int,
    remedy_sought: str,
    verbatim: str,
    interaction_id: str | None = None,
    first_expressed_at: datetime | None = None,
    channel: str = "",
) -> Issued:
    """Takes a complaint down: number, clocks, acknowledgement on its way.

    The clock runs from `first_expressed_at`, or from the arrival of the interaction.

    Raises:
        NotFound: no such customer or interaction.
        Invalid: names each field that is wrong.
        Conflict: the same agent logged this interaction moments ago; the message has the number.
    """
    interaction = tx.take(interactions, interaction_id) if interaction_id else None
    matter: dict[str, Any] = {
        "category": category,
        "severity": severity,
        "remedy_sought": remedy_sought,
        "verbatim": verbatim,
    }
    lacks = wrong_record(tx, customer_id=customer_id, first_expressed_at=first_expressed_at, **matter)
    if interaction is not None and interaction.customer_id != customer_id:
        lacks.append(("interaction_id", "belongs to another customer"))
    if lacks:
        raise Invalid.many(lacks)
    received_at = _received(tx, interaction, first_expressed_at)
    if interaction_id:
        _refuse_second_tap(tx, interaction_id)

    complaint = _begin(
        tx,
        **matter,
        customer=tx.one(customers, customer_id),
        interaction_id=interaction_id,
        channel=channel or (interaction.channel if interaction else "other"),
        received_at=received_at,
    )
    start_clock(tx, complaint)
    if interaction is not None and (at := replied_at(tx, interaction, since=received_at)):
        meet(tx, complaint, rules.FIRST_REPLY, at=at)
    write(tx, complaint, "acknowledgement")
    refresh_next(tx, complaint.id)
    return Issued(id=complaint.id, number=complaint.number)


def _begin(
    tx: Tx,
    *,
    customer: Row,
    category: str,
    severity: int,
    remedy_sought: str,
    verbatim: str,
    interaction_id: str | None,
    channel: str,
    received_at: datetime,
) -> Row:
    """Stores a complaint whose every field was looked at, with its number, first span and milestones; says so."""
    complaint_id, pack = tx.new_id(), PACKS["house"]
    tx.insert(
        complaints,
        id=complaint_id,
        number=_next_number(tx),
        customer_id=customer.id,
        interaction_id=interaction_id,
        channel=channel,
        state=State.LOGGED,
        category=category,
        severity=severity,
        level=level_of(severity),
        remedy_sought=remedy_sought.strip(),
        verbatim=verbatim.strip(),
        tier=customer.tier,
        vulnerable=customer.vulnerable,
        pack=pack.key,
        pack_version=pack.version,
        received_at=received_at,
        logged_at=tx.now,
        logged_by=tx.actor.id[:36],
        team=QUEUE,
        cycle=0,
        version=0,
    )
    complaint = tx.one(complaints, complaint_id)
    begin_span(tx, complaint_id, State.LOGGED)
    mark(tx, complaint, "received", at=received_at)
    mark(tx, complaint, "logged")
    tx.emit(
        ComplaintLogged(
            id=complaint_id,
            number=complaint.number,
            category=category,
            severity=severity,
            channel=channel,
            interaction_id=interaction_id,
        )
    )
    return complaint


def wrong_record(rx: Rx, **given: Any) -> list[tuple[str, str]]:
    """What is wrong with the given fields of a complaint that is to be logged, each in itself; all at once."""
    customer_id, first_expressed_at = given.pop("customer_id", None), given.pop("first_expressed_at", None)
    lacks = wrong_matter(rx, **given)
    if customer_id is not None and not rx.all(sa.select(customers.c.id).where(customers.c.id == customer_id)):
        lacks.append(("customer_id", "there is no such customer"))
    if first_expressed_at is not None:
        lacks += _wrong_instant(rx, first_expressed_at, before=rx.now, why="must not lie in the future")
    return lacks


def correct(tx: Tx, /, complaint_id: str, **fields: Any) -> None:
    """Puts the record right: category, severity, remedy_sought, product, vulnerable, acceptance, first_expressed_at.

    A changed instant of first expression moves every deadline that is not met.

    Raises:
        NotFound, Invalid: as for logging.
    """
    complaint = tx.take(complaints, complaint_id)
    fields = {name: value for name, value in fields.items() if value is not None}
    received_at = fields.pop("first_expressed_at", None)
    matter = {name: fields[name] for name in ("category", "severity") if name in fields}
    lacks = wrong_matter(tx, kept={complaint.category}, **matter)
    logged_at = complaint.logged_at or tx.now
    if received_at is not None:
        lacks += _wrong_instant(tx, received_at, before=logged_at, why="must not lie after it was logged")
    if lacks:
        raise Invalid.many(lacks)
    changed = sorted(fields)
    if received_at is not None:
        received_at = min(received_at, logged_at)
        changed.append("received_at")
        fields["received_at"] = received_at
        wanted = (milestones.c.complaint_id == complaint_id, milestones.c.cycle == 0)
        tx.execute(sa.update(milestones).where(*wanted, milestones.c.name == "received").values(at=received_at))
    if not changed:
        return
    tx.update(complaints, complaint_id, **fields)
    complaint = tx.one(complaints, complaint_id)
    if received_at is not None and State(complaint.state) in OPEN:
        start_clock(tx, complaint)
    tx.emit(ComplaintCorrected(id=complaint_id, fields=changed))
    refresh_next(tx, complaint_id)


def send_update(tx: Tx, complaint_id: str, message: str) -> str:
    """Writes to the complainant how things stand; the next update is due anew. Returns the letter's id.

    Raises:
        Invalid: nothing to say. Conflict: the complaint is not open.
    """
    complaint = _open(tx, complaint_id)
    if not message.strip():
        raise Invalid("message", "missing: what the customer should know")
    letter_id = write(tx, complaint, "update", message=message.strip())
    next_update(tx, complaint)
    refresh_next(tx, complaint_id)
    return letter_id


def extend(tx: Tx, complaint_id: str, reason: str) -> str:
    """Extends the final response as far as the pack allows, and tells the complainant why and until when.

    Raises:
        Forbidden: the approver of an extension is neither its owner nor an agent.
        Conflict: not open, extended already, or the pack allows none.
    """
    complaint = _open(tx, complaint_id)
    pack = PACKS[complaint.pack]
    if not reason.strip():
        raise Invalid("reason", "missing: why it takes longer")
    if tx.actor.role not in ("supervisor", "admin") or tx.actor.id == complaint.owner_id:
        raise Forbidden("Somebody else, a supervisor, must approve an extension.")
    if pack.extended is None or not mark(tx, complaint, "holding_sent", evidence="extension approved"):
        raise Conflict("complaint", "it cannot be extended again")
    start, calendar = started_at(tx, complaint), calendar_of(tx)
    set_deadline(tx, complaint, rules.deadline(rules.FINAL_RESPONSE, start, [pack.extended], calendar, pack))
    letter_id = write(tx, complaint, "update", message=reason.strip())
    next_update(tx, complaint)
    refresh_next(tx, complaint_id)
    return letter_id


def _open(tx: Tx, complaint_id: str) -> Row:
    complaint = tx.take(complaints, complaint_id)
    if State(complaint.state) in CLOSED_KINDS:
        raise Conflict("complaint", "it is not open")
    return complaint


def _next_number(tx: Tx) -> str:
    """Gap-free in a year of the site's calendar: the row is locked until the complaint is there."""
    series = f"C-{calendar_of(tx).local_day(tx.now).year}"
    tx.insert_if_new(numbers, series=series, last=0)
    last = tx.take(numbers, series).last + 1
    tx.update(numbers, series, last=last)
    return f"{series}-{last:05}"


def _received(tx: Tx, interaction: Row | None, first_expressed_at: datetime | None) -> datetime:
    said_at = first_expressed_at or (interaction.arrived_at if interaction is not None else tx.now)
    return min(said_at, tx.now)


def _wrong_instant(rx: Rx, first_expressed_at: datetime, *, before: datetime, why: str) -> list[tuple[str, str]]:
    if first_expressed_at > before + AHEAD:
        return [("first_expressed_at", why)]
    if first_expressed_at < rx.now - LONGEST_AGO:
        return [("first_expressed_at", "must not lie longer ago than ten years")]
    return []


def _refuse_second_tap(tx: Tx, interaction_id: str) -> None:
    mine = (complaints.c.interaction_id == interaction_id, complaints.c.logged_by == tx.actor.id[:36])
    lately = complaints.c.logged_at > tx.now - MOMENTS
    rows = tx.all(sa.select(complaints).where(*mine, lately, complaints.c.state.in_(OPEN)))
    if rows:
        raise Conflict("complaint", f"logged already as {rows[0].number}")
