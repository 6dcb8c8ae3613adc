"""desk/complaints/complaints.py: logging a complaint, moving it on, putting its record right.

The rules are in `lifecycle.py`, `packs.py` and `deadlines.py`; here they meet the rows. A complaint
has one owner (a team until triage) and one next action with a due time as long as it is open.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from desk.complaints import deadlines as rules
from desk.complaints.clocks import (
    BODY,
    QUESTION,
    deadline_of,
    mark,
    meet,
    refresh_next,
    set_deadline,
    set_until,
    start_clock,
    started_at,
)
from desk.complaints.closing import move, settle
from desk.complaints.events import ComplaintApproved, ComplaintCorrected, ComplaintLogged
from desk.complaints.letters import on_its_way, queue_letter
from desk.complaints.lifecycle import (
    CLOSED_KINDS,
    NOT_INVESTIGATED,
    OPEN,
    WAITING,
    Facts,
    State,
    check,
    money_of,
    second_approval,
)
from desk.complaints.packs import PACKS, Level, Pack
from desk.complaints.recovery import stop_for_complaint
from desk.complaints.site import QUEUE, calendar_of
from desk.errors import Conflict, Forbidden, Invalid, NotFound
from desk.tables import complaint_spans, complaints, customers, interactions, milestones, numbers, taxonomy, users
from desk.transaction import Row, Rx, Tx

#: The same agent logging the same interaction again within this is a second tap, not a second complaint.
MOMENTS = timedelta(minutes=5)
LONGEST = 20_000
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,63}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A complaint that has been logged: its id, and the number that people use."""

    id: str
    number: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Where a complaint is after a transition. `pending`: a letter is on its way, or an approval is awaited."""

    state: State
    pending: bool = False
    awaits: tuple[str, ...] = ()


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
    customer = _customer(tx, customer_id)
    interaction = tx.take(interactions, interaction_id) if interaction_id else None
    received_at = _received(tx, interaction, first_expressed_at)
    lacks = _wrong_matter(tx, category=category, severity=severity, remedy_sought=remedy_sought, verbatim=verbatim)
    if interaction is not None and interaction.customer_id != customer_id:
        lacks.append(("interaction_id", "belongs to another customer"))
    if received_at > tx.now:
        lacks.append(("first_expressed_at", "must not lie in the future"))
    if lacks:
        raise Invalid.many(lacks)
    if interaction_id:
        _refuse_second_tap(tx, interaction_id)

    complaint_id, number = tx.new_id(), _next_number(tx)
    channel = channel or (interaction.channel if interaction else "other")
    pack = PACKS["house"]
    tx.insert(
        complaints,
        id=complaint_id,
        number=number,
        customer_id=customer_id,
        interaction_id=interaction_id,
        channel=channel,
        state=State.LOGGED,
        category=category,
        severity=severity,
        level=_level_of(severity),
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
    tx.insert(
        complaint_spans,
        id=tx.new_id(),
        complaint_id=complaint_id,
        state=State.LOGGED,
        from_at=tx.now,
        to_at=None,
        actor=str(tx.actor),
    )
    mark(tx, complaint, "received", at=received_at)
    mark(tx, complaint, "logged")
    tx.emit(
        ComplaintLogged(
            id=complaint_id,
            number=number,
            category=category,
            severity=severity,
            channel=channel,
            interaction_id=interaction_id,
        )
    )
    start_clock(tx, complaint)
    _send(tx, complaint, "acknowledgement")
    refresh_next(tx, complaint_id)
    return Issued(id=complaint_id, number=number)


def transition(tx: Tx, complaint_id: str, to: State, **fields: Any) -> Moved:
    """Moves a complaint on. To `closed` this queues the final response; its hand-over closes.

    Raises:
        NotFound: no such complaint or owner.
        Invalid: names each thing that the guard lacks.
        Conflict: its final response is on its way.
    """
    complaint = tx.take(complaints, complaint_id)
    pack = PACKS[complaint.pack]
    if on_its_way(tx, complaint, "final_response"):
        raise Conflict("complaint", "its final response is on its way")
    fields = {name: value for name, value in fields.items() if value is not None}
    facts = facts_of(tx, complaint)
    check(facts, to, fields, pack)
    if wrong := _wrong_codes(tx, fields):
        raise Invalid.many(wrong)
    if to is State.CLOSED and facts.state is not State.EXTERNAL:
        return _ask_to_close(tx, complaint, facts, fields, pack)
    values = _values(tx, complaint, to, fields)
    if facts.state in WAITING:
        meet(tx, complaint, QUESTION)
    if facts.state is State.EXTERNAL:
        meet(tx, complaint, BODY)
    if to is State.REOPENED:
        return _reopen(tx, complaint, fields)
    note = str(fields.get("reason") or fields.get("answer") or "")
    complaint = move(tx, complaint, to, note=note, **values)
    if facts.state is State.EXTERNAL and to in OPEN:
        start_clock(tx, complaint)  # our own clocks were not watched meanwhile
    _after(tx, complaint, to, fields)
    return Moved(state=State(complaint.state))


def facts_of(rx: Rx, complaint: Row) -> Facts:
    """What the guards look at."""
    early = deadline_of(rx, complaint, rules.EARLY_WINDOW)
    within = PACKS[complaint.pack].approval.repeat_within_days
    return Facts(
        state=State(complaint.state),
        level=Level(complaint.level),
        now=rx.now,
        actor_id=rx.actor.id,
        logged_by=complaint.logged_by,
        owner_id=complaint.owner_id,
        cause=complaint.cause,
        redress=complaint.redress,
        vulnerable=complaint.vulnerable,
        repeat=within is not None and _is_repeat(rx, complaint, timedelta(days=within)),
        early_until=early.due_at if early else None,
        question_due_at=complaint.question_due_at,
        closed_at=complaint.closed_at,
        before_external=State(complaint.before_external) if complaint.before_external else None,
        approver_id=complaint.approver_id,
    )


def correct(tx: Tx, complaint_id: str, **fields: Any) -> None:
    """Puts the record right: category, severity, remedy_sought, product, vulnerable, acceptance, first_expressed_at.

    A changed instant of first expression moves every deadline that is not met.

    Raises:
        NotFound, Invalid: as for logging.
    """
    complaint = tx.take(complaints, complaint_id)
    fields = {name: value for name, value in fields.items() if value is not None}
    received_at = fields.pop("first_expressed_at", None)
    lacks = _wrong_matter(tx, **{name: fields[name] for name in ("category", "severity") if name in fields})
    if received_at is not None and (complaint.logged_at is not None and received_at > complaint.logged_at):
        lacks.append(("first_expressed_at", "must not lie after it was logged"))
    if lacks:
        raise Invalid.many(lacks)
    changed = sorted(fields)
    if received_at is not None:
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
    letter_id = _send(tx, complaint, "update", message=message.strip())
    _next_update(tx, complaint)
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
    letter_id = _send(tx, complaint, "update", message=reason.strip())
    _next_update(tx, complaint)
    refresh_next(tx, complaint_id)
    return letter_id


def _ask_to_close(tx: Tx, complaint: Row, facts: Facts, fields: Mapping[str, Any], pack: Pack) -> Moved:
    values = {
        "decision": fields["decision"],
        "response": _text(fields["response"]),
        "cause": fields.get("cause") or complaint.cause,
        "acceptance": _text(fields.get("acceptance", "")) or complaint.acceptance,
    }
    if "redress" in fields:
        values["redress"] = redress_of(fields["redress"])
        tx.update(complaints, complaint.id, redress=values["redress"])
        facts = facts_of(tx, tx.one(complaints, complaint.id))
    reasons = second_approval(facts, pack)
    if reasons and not complaint.approver_id:
        tx.update(complaints, complaint.id, **values, approver_id=tx.actor.id)
        tx.emit(ComplaintApproved(id=complaint.id, approver_id=tx.actor.id))
        return Moved(state=facts.state, pending=True, awaits=tuple(f"a second approver: {why}" for why in reasons))
    values["second_approver_id" if complaint.approver_id else "approver_id"] = tx.actor.id
    tx.update(complaints, complaint.id, **values)
    complaint = tx.one(complaints, complaint.id)
    mark(tx, complaint, "decision")
    letter_id = _send(
        tx,
        complaint,
        "final_response",
        decision=complaint.decision,
        response=complaint.response,
        amount=_money_in_words(complaint.redress),
    )
    state = State(tx.one(complaints, complaint.id).state)
    return Moved(
        state=state, pending=state is not State.CLOSED, awaits=() if not letter_id else ("letter handed over",)
    )


def _values(tx: Tx, complaint: Row, to: State, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a transition writes."""
    values: dict[str, Any] = {}
    if to is State.TRIAGE:
        values = {"owner_id": _owner(tx, fields["owner_id"]), "level": fields["level"]}
    elif to is State.INVESTIGATING:
        values = {"question": "", "question_due_at": None}
        if complaint.state == State.TRIAGE or not complaint.plan:
            values["plan"] = _text(fields.get("plan", ""))
        if complaint.state == State.DECISION_REVIEW:
            values |= {"approver_id": "", "second_approver_id": ""}
    elif to in WAITING:
        values = {"question": _text(fields["question"]), "question_due_at": fields["due_at"]}
    elif to is State.DECISION_REVIEW:
        values = {"approver_id": "", "second_approver_id": ""}
        if "no_investigation_reason" in fields and "findings" not in fields:
            values["no_investigation_reason"] = f"{_text(fields['no_investigation_reason'])} ({tx.actor})"
            values["cause"] = fields.get("cause") or complaint.cause or NOT_INVESTIGATED
        else:
            values |= {"findings": _text(fields["findings"]), "cause": fields["cause"]}
        if "redress" in fields:
            values["redress"] = redress_of(fields["redress"])
    elif to is State.RESOLVED_EARLY:
        values = {"acceptance": _text(fields["acceptance"]), "cause": fields["cause"], "closed_at": tx.now}
        values["decision"] = "resolved_informally"
    elif to is State.WITHDRAWN:
        values = {"words": _text(fields["words"]), "cause": fields["cause"], "closed_at": tx.now}
    elif to is State.VOID:
        values = {"reason": _text(fields["reason"]), "approver_id": tx.actor.id, "closed_at": tx.now}
    elif to is State.EXTERNAL:
        values = {"body": _text(fields["body"])[:120], "body_due_at": fields["due_at"]}
        values["before_external"] = complaint.state
    if complaint.state == State.EXTERNAL:
        values |= {"reason": _text(fields.get("reason", "")), "before_external": "", "body_due_at": None}
    return values


def _after(tx: Tx, complaint: Row, to: State, fields: Mapping[str, Any]) -> None:
    """What else a transition does."""
    if to is State.TRIAGE:
        start_clock(tx, complaint)
    elif to is State.INVESTIGATING and deadline_of(tx, complaint, rules.UPDATE) is None:
        _next_update(tx, complaint)
    elif to in WAITING:
        set_until(tx, complaint, QUESTION, fields["due_at"])
    elif to is State.DECISION_REVIEW:
        tx.emit(ComplaintCorrected(id=complaint.id, fields=["findings", "cause", "redress"]))
    elif to is State.EXTERNAL:
        set_until(tx, complaint, BODY, fields["due_at"])
    elif to is State.RESOLVED_EARLY:
        mark(tx, complaint, "decision")
        mark(tx, complaint, "acknowledged", evidence="resolved early")
        mark(tx, complaint, "summary_resolution", evidence="accepted within the early window")
        meet(tx, complaint, rules.ACKNOWLEDGEMENT, rules.EARLY_WINDOW, rules.FINAL_RESPONSE, rules.UPDATE)
    refresh_next(tx, complaint.id)


def _reopen(tx: Tx, complaint: Row, fields: Mapping[str, Any]) -> Moved:
    """A new cycle: new clocks, the earlier milestones untouched; goes on as triage at once."""
    cycle = complaint.cycle + 1
    stop_for_complaint(tx, complaint.id, "the complaint was reopened")
    blank = {"approver_id": "", "second_approver_id": "", "decision": "", "response": "", "closed_at": None}
    note = _text(fields["reason"])
    complaint = move(tx, complaint, State.REOPENED, note=note, cycle=cycle, reason=note, **blank)
    mark(tx, complaint, "received")
    mark(tx, complaint, "logged")
    start_clock(tx, complaint)
    complaint = move(tx, complaint, State.TRIAGE)
    _send(tx, complaint, "acknowledgement")
    refresh_next(tx, complaint.id)
    return Moved(state=State.TRIAGE)


def _send(tx: Tx, complaint: Row, kind: str, **context: Any) -> str:
    letter = queue_letter(tx, complaint, kind, **context)
    if letter.state == "undeliverable":
        settle(tx, letter)
        return ""
    return str(letter.id)


def _next_update(tx: Tx, complaint: Row) -> None:
    pack = PACKS[complaint.pack]
    if pack.update_every:
        item = rules.deadline(rules.UPDATE, tx.now, [pack.update_every], calendar_of(tx), pack)
        set_deadline(tx, complaint, item, again=True)


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
    if first_expressed_at is not None:
        return first_expressed_at
    return interaction.arrived_at if interaction is not None else tx.now


def _refuse_second_tap(tx: Tx, interaction_id: str) -> None:
    mine = (complaints.c.interaction_id == interaction_id, complaints.c.logged_by == tx.actor.id[:36])
    lately = complaints.c.logged_at > tx.now - MOMENTS
    rows = tx.all(sa.select(complaints).where(*mine, lately, complaints.c.state.in_(OPEN)))
    if rows:
        raise Conflict("complaint", f"logged already as {rows[0].number}")


def _customer(rx: Rx, customer_id: str) -> Row:
    try:
        return rx.one(customers, customer_id)
    except NotFound as error:
        raise Invalid("customer_id", "there is no such customer") from error


def _owner(rx: Rx, owner_id: str) -> str:
    rows = rx.all(sa.select(users).where(users.c.id == owner_id, users.c.active.is_(True)))
    if not rows:
        raise Invalid("owner_id", "there is no such user")
    return str(rows[0].id)


def _is_repeat(rx: Rx, complaint: Row, within: timedelta) -> bool:
    """Whether the same customer had a complaint of the same kind closed shortly before this one came."""
    same = (complaints.c.customer_id == complaint.customer_id, complaints.c.category == complaint.category)
    span = complaints.c.closed_at.between(complaint.received_at - within, complaint.received_at)
    other = (complaints.c.id != complaint.id, complaints.c.state != State.VOID)
    return bool(rx.all(sa.select(complaints.c.id).where(*same, *other, span).limit(1)))


def _level_of(severity: int) -> Level:
    return Level.URGENT if severity >= 5 else Level.MAJOR if severity == 4 else Level.GENERAL


def _wrong_matter(rx: Rx, **matter: Any) -> list[tuple[str, str]]:
    lacks = _wrong_codes(rx, matter)
    if "severity" in matter and matter["severity"] not in range(1, 6):
        lacks.append(("severity", "must be a whole number from 1 to 5"))
    if "verbatim" in matter and not matter["verbatim"].strip():
        lacks.append(("verbatim", "missing: what the customer said, in their words"))
    lacks += [
        (name, f"at most {LONGEST} characters")
        for name in ("verbatim", "remedy_sought")
        if len(matter.get(name, "")) > LONGEST
    ]
    return lacks


def _wrong_codes(rx: Rx, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Codes that are none, or retired. A code that nobody listed yet is taken as it is."""
    lacks = []
    for name in ("category", "cause"):
        code = fields.get(name)
        if code in (None, ""):
            continue
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            lacks.append((name, "must be a code: letters, digits, _ . / or -"))
        elif rx.all(_retired(name, code)):
            lacks.append((name, "this code is retired"))
    if fields.get("category") == "":
        lacks.append(("category", "missing: what it is about"))
    return lacks


def _retired(kind: str, code: str) -> sa.Select[Any]:
    return sa.select(taxonomy.c.code).where(taxonomy.c.kind == kind, taxonomy.c.code == code, taxonomy.c.retired)


def redress_of(value: Any) -> dict[str, Any]:
    """A redress as the table keeps it: `{kind, amount?: {amount, currency}, items?}`.

    Raises:
        Invalid: an amount that is no money.
    """
    if isinstance(value, str):
        return {"kind": value.strip()}
    if isinstance(value, list):
        items = [redress_of(item) for item in value]
        found: dict[str, Any] = {"kind": str(items[0]["kind"]) if items else "none", "items": items}
        amounts = [item["amount"] for item in items if "amount" in item]
        if len({amount["currency"] for amount in amounts}) > 1:
            raise Invalid("redress", "one currency, please")
        if amounts:
            total = sum((Decimal(amount["amount"]) for amount in amounts), Decimal(0))
            found["amount"] = {"amount": f"{total:.2f}", "currency": amounts[0]["currency"]}
        return found
    if not isinstance(value, Mapping):
        raise Invalid("redress", "must say what kind it is")
    found = {"kind": str(value.get("kind") or "other").strip()}
    if value.get("amount") not in (None, "", {}):
        found["amount"] = _money(value)
    return found


def _money(value: Mapping[str, Any]) -> dict[str, str]:
    given = value["amount"]
    if not isinstance(given, Mapping):
        given = {"amount": given, "currency": value.get("currency")}
    currency = str(given.get("currency") or "").upper()
    try:
        amount = Decimal(str(given.get("amount")))
    except InvalidOperation as error:
        raise Invalid("redress.amount", 'must be like {"amount": "12.50", "currency": "EUR"}') from error
    if not amount.is_finite() or amount < 0 or amount > Decimal("1e12") or not re.fullmatch(r"[A-Z]{3}", currency):
        raise Invalid("redress.amount", 'must be like {"amount": "12.50", "currency": "EUR"}')
    return {"amount": f"{amount:.2f}", "currency": currency}


def _money_in_words(redress: Mapping[str, Any] | None) -> str:
    if not redress or not money_of(redress):
        return ""
    return f"{redress['amount']['amount']} {redress['amount']['currency']}"


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.strip()[:LONGEST]
