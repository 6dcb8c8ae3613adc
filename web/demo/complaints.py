"""web/demo/complaints.py: the complaints among the contacts, each with a life that its guards would allow.

Most are closed with a decision, a letter and a recovery; some were accepted early, withdrawn, void,
reopened, or went to an ombudsman. Those still open have nothing due for more than a day; where nothing is to
ask for work for weeks, the few still open are with an ombudsman.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from desk.complaints import deadlines as rules
from desk.complaints.letters import words
from desk.complaints.lifecycle import OWED, Facts, State, second_approval
from desk.complaints.packs import HOUSE, Level
from desk.kernel.dates import day_in_words
from desk.tables import complaint_spans, complaints, deadlines, letters, milestones, numbers
from web.demo.book import QUIET, Book
from web.demo.contacts import Contact
from web.demo.recoveries import follow_up, make_recovery
from web.demo.texts import REMEDIES

#: What closed more recently than this would have recovery work waiting; so it is still open.
SETTLED = timedelta(days=5)
#: What came in since then is mostly still being looked into.
_IN_HAND = timedelta(days=13)
#: So often a complaint is begun again until nothing of it is due soon.
_TRIES = 8
_LEVELS = {4: Level.MAJOR, 5: Level.URGENT}
_OTHER_CAUSES = ("people.knowledge", "people.conduct", "information.page", "customer")
_BODY = "Household Goods Ombudsman (fictitious)"
#: So many are with the ombudsman, and for so many business days, where nothing is to ask for work.
_WITH_THE_BODY = 3
_BODY_TAKES = 60
_REDRESS = ("refund", "replacement", "goodwill", "apology")


@dataclass(kw_only=True)
class Life:
    """One complaint while its life is written."""

    contact: Contact
    logged_at: datetime
    number: str
    level: Level
    owner_id: str
    repeat: bool
    row: dict[str, Any]
    #: (state, since, actor, note), in order.
    steps: list[tuple[str, datetime, str, str]] = field(default_factory=list)
    marks: list[tuple[int, str, datetime]] = field(default_factory=list)
    clocks: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)

    def go(self, state: str, at: datetime, actor: str, note: str = "") -> None:
        """Goes to `state` at `at`."""
        self.steps.append((state, at, f"user:{actor}", note))
        self.row["state"] = state

    def mark(self, name: str, at: datetime) -> None:
        """Reaches a milestone of the present cycle."""
        self.marks.append((self.row["cycle"], name, at))

    def meet(self, name: str, at: datetime) -> None:
        """Meets a deadline of the present cycle, if there is one to meet."""
        clock = self.clocks.get((self.row["cycle"], name))
        if clock is not None and clock["met_at"] is None:
            clock["met_at"] = at


def make_complaints(book: Book, contacts: list[Contact]) -> None:
    """Makes the complaint of each contact, numbered without gaps in the order of logging."""
    logged = [(contact.answered_at + book.seconds(50, 240), contact) for contact in contacts]
    last: dict[int, int] = {}
    seen: dict[str, datetime] = {}
    for at, contact in sorted(logged, key=lambda pair: (pair[0], pair[1].id)):
        year = book.calendar.local_day(at).year
        last[year] = last.get(year, 0) + 1
        before = seen.get(contact.customer_id)
        seen[contact.customer_id] = at
        repeat = before is not None and at - before <= timedelta(days=HOUSE.approval.repeat_within_days or 0)
        _make(book, contact, at, f"C-{year}-{last[year]:05}", repeat=repeat)
    for year, count in last.items():
        book.add(numbers, series=f"C-{year}", last=count)


def _make(book: Book, contact: Contact, logged_at: datetime, number: str, *, repeat: bool) -> None:
    place = book.here()
    for _ in range(_TRIES):
        life = _begin(book, contact, logged_at, number, repeat=repeat)
        _live(book, life)
        if life.row["state"] in _ENDS or _quiet(book, life):
            break
        book.turn_back(place)
    else:
        # Whatever its pace, it would ask for work too soon: let it be one that was settled at once.
        life = _begin(book, contact, logged_at, number, repeat=repeat)
        if not _is_with_the_body(book, life):
            _accepted(book, life, life.logged_at + book.seconds(1500, 4000))
    _write(book, life)


_ENDS = frozenset({"closed", "resolved_early", "withdrawn", "void"})


def _is_with_the_body(book: Book, life: Life) -> bool:
    """Lets one of a few go to an ombudsman who takes long, where nothing else may stay open."""
    before = [row for row in book.rows.get(complaints, ()) if row["state"] == State.EXTERNAL]
    taken_at = book.working_days_after(life.logged_at, 1)
    if book.quiet_for == QUIET or len(before) >= _WITH_THE_BODY or taken_at >= _today(book):
        return False
    _take_on(life, life.logged_at + book.seconds(600, 9000))
    life.go("external", taken_at, life.owner_id, "A letter of the ombudsman")
    due_at = book.calendar.end_of(book.calendar.add_business_days(book.calendar.local_day(book.now), _BODY_TAKES))
    local = due_at.astimezone(book.calendar.zone).isoformat(timespec="seconds")
    _clock(life, rules.Deadline(name="body", due_at=due_at, due_local=local, basis="as agreed"))
    life.row |= {"body": _BODY, "body_due_at": due_at, "before_external": "triage"}
    return True


def _begin(book: Book, contact: Contact, logged_at: datetime, number: str, *, repeat: bool) -> Life:
    rng, told = book.rng, contact.story
    severity = rng.choices((1, 2, 3, 4, 5), weights=(10, 30, 40, 14, 6))[0]
    level = _LEVELS.get(severity, Level.GENERAL)
    others = [id for id, _ in book.staff.agents if id != contact.agent[0]]
    row = {
        "id": book.id(logged_at),
        "number": number,
        "customer_id": contact.customer_id,
        "interaction_id": contact.id,
        "channel": contact.channel,
        "state": "logged",
        "category": told.matter.category if rng.random() < 0.9 else "service.promise",
        "severity": severity,
        "level": level.value,
        "remedy_sought": rng.choice(REMEDIES[contact.person.language]),
        "verbatim": told.opening,
        "product": told.product,
        "tier": contact.person.tier,
        "vulnerable": contact.person.vulnerable,
        "pack": HOUSE.key,
        "pack_version": HOUSE.version,
        "received_at": contact.at,
        "logged_at": logged_at,
        "logged_by": contact.agent[0],
        "team": "complaints",
        "cycle": 0,
        "version": 1,
    }
    life = Life(
        contact=contact,
        logged_at=logged_at,
        number=number,
        level=level,
        owner_id=rng.choice(others[-3:]),
        repeat=repeat,
        row=row,
    )
    life.go("logged", logged_at, contact.agent[0])
    life.mark("received", contact.at)
    life.mark("logged", logged_at)
    _start_clocks(book, life, contact.at)
    life.meet(rules.FIRST_REPLY, contact.replied_at)
    acknowledged_at = logged_at + book.seconds(20, 90)
    _acknowledge(book, life, acknowledged_at)
    return life


def _start_clocks(book: Book, life: Life, start: datetime) -> None:
    for one in rules.all_deadlines(start, life.level, HOUSE, book.calendar):
        _clock(life, one)


def _clock(life: Life, one: rules.Deadline) -> None:
    values = {"name": one.name, "due_at": one.due_at, "due_local": one.due_local, "basis": one.basis, "met_at": None}
    life.clocks[(life.row["cycle"], one.name)] = values


def _acknowledge(book: Book, life: Life, at: datetime) -> None:
    life.mark("acknowledged", at)
    life.meet(rules.ACKNOWLEDGEMENT, at)
    _letter(book, life, "acknowledgement", at, verbatim=life.row["verbatim"])


def _live(book: Book, life: Life) -> None:
    """Lets a complaint live until it ends, or until the day of `now` begins."""
    rng = book.rng
    triage_at = life.logged_at + book.seconds(600, 9000)
    fate = rng.random()
    if life.contact.at > book.now - _IN_HAND and rng.random() < 0.75:
        return _decided(book, life, triage_at, rng.triangular(8, 13))
    if fate < 0.20:
        _accepted(book, life, book.working_days_after(life.logged_at, rng.randrange(1, 3)))
    elif fate < 0.26:
        _ended_otherwise(book, life, triage_at, void=fate < 0.23)
    else:
        _decided(book, life, triage_at, rng.triangular(2, 13, 6))
    return None


def _take_on(life: Life, at: datetime) -> None:
    life.go("triage", at, life.owner_id)
    life.row["owner_id"] = life.owner_id


def _accepted(book: Book, life: Life, at: datetime) -> None:
    """Put right within the early window, and accepted."""
    early = life.clocks[(0, rules.EARLY_WINDOW)]["due_at"]
    at = min(at, early - timedelta(minutes=5))
    _take_on(life, life.logged_at + (at - life.logged_at) / 8)
    if at >= _today(book):
        return
    life.go("resolved_early", at, life.owner_id)
    life.mark("decision", at)
    life.mark("summary_resolution", at)
    life.meet(rules.EARLY_WINDOW, at)
    life.meet(rules.FINAL_RESPONSE, at)
    life.row |= {
        "cause": _cause(book, life),
        "decision": "resolved_informally",
        "acceptance": "The customer said that this settles it.",
        "response": life.contact.story.reply,
        "redress": {"kind": "correction"},
        "closed_at": at,
    }


def _ended_otherwise(book: Book, life: Life, triage_at: datetime, *, void: bool) -> None:
    _take_on(life, triage_at)
    at = book.working_days_after(triage_at, 1)
    if at >= _today(book):
        return
    life.row["closed_at"] = at
    if void:
        life.go("void", at, book.staff.approver_id)
        life.row["reason"] = "The same matter as an earlier complaint."
    else:
        life.go("withdrawn", at, life.owner_id)
        life.row |= {"words": life.contact.story.thanks, "cause": _cause(book, life)}
        life.meet(rules.FINAL_RESPONSE, at)


def _decided(book: Book, life: Life, triage_at: datetime, days: float) -> None:
    """Investigated, decided, answered; perhaps opened again or taken further."""
    rng = book.rng
    _take_on(life, triage_at)
    closed_at = _investigate(book, life, triage_at, round(days))
    if closed_at is None:
        return
    after = rng.random()
    if after < 0.07 and closed_at < book.now - timedelta(days=45):
        again_at = book.working_days_after(closed_at, rng.randrange(2, 12))
        life.row |= {"cycle": 1, "reason": "The customer disagrees with the answer.", "version": 9}
        life.go("reopened", again_at, life.owner_id)
        life.go("triage", again_at, life.owner_id)
        life.mark("received", again_at)
        life.mark("logged", again_at)
        _start_clocks(book, life, again_at)
        _acknowledge(book, life, again_at + book.seconds(20, 90))
        life.meet(rules.FIRST_REPLY, again_at + timedelta(hours=30))
        _investigate(book, life, again_at + book.seconds(900, 7200), rng.randrange(3, 7))
    elif after < 0.085 and closed_at < book.now - timedelta(days=75):
        taken_at = book.working_days_after(closed_at, rng.randrange(15, 22))
        back_at = book.working_days_after(taken_at, rng.randrange(8, 15))
        life.go("external", taken_at, life.owner_id, "A letter of the ombudsman")
        life.go("closed", back_at, life.owner_id, "Settled; the award is paid")
        due = rules.deadline(
            "body", taken_at, [HOUSE.extended or HOUSE.final_response[life.level]], book.calendar, HOUSE
        )
        _clock(life, due)
        life.meet("body", back_at)
        life.row |= {"body": _BODY, "body_due_at": due.due_at}
        life.row["version"] = 9


def _investigate(book: Book, life: Life, from_at: datetime, days: int) -> datetime | None:
    """From triage to the final response `days` business days on; None while that is still to come."""
    rng, row = book.rng, life.row
    closed_at = book.working_days_after(from_at, days)
    span = closed_at - from_at
    last = min(closed_at, book.now - SETTLED)
    row["plan"] = "Order, tracking and what was said; ask the carrier and the warehouse."
    steps = [("investigating", 0.15)]
    if rng.random() < 0.3:
        steps += [("waiting_customer", 0.35), ("investigating", 0.6)]
    steps.append(("decision_review", 0.85))
    investigated_at = from_at
    for state, share in steps:
        at = _whole(from_at + span * share)
        if at >= _today(book):
            return None
        life.go(state, at, life.owner_id)
        if state == "investigating":
            investigated_at = min(investigated_at, at) if investigated_at > from_at else at
            _promise_updates(book, life, investigated_at, min(closed_at, book.now))
        if state == "waiting_customer":
            row |= {"question": "A photograph of the damage", "question_due_at": at + timedelta(days=30)}
        if state == "decision_review":
            _find(book, life)
    if last < closed_at:
        return None
    _close(book, life, closed_at)
    return closed_at


def _promise_updates(book: Book, life: Life, since: datetime, until: datetime) -> None:
    """Word every five business days: the row holds the last promise."""
    while HOUSE.update_every is not None:
        one = rules.deadline(rules.UPDATE, since, [HOUSE.update_every], book.calendar, HOUSE)
        _clock(life, one)
        if one.due_at > until:
            return
        since = one.due_at


def _find(book: Book, life: Life) -> None:
    rng = book.rng
    kind = rng.choice(_REDRESS)
    redress: dict[str, Any] = {"kind": kind}
    if kind in ("refund", "goodwill"):
        amount = rng.randrange(520, 700) if rng.random() < 0.03 else rng.randrange(8, 180)
        redress["amount"] = {"amount": f"{amount}.00", "currency": "GBP"}
    life.row |= {
        "findings": "What the customer says is borne out by the records.",
        "cause": _cause(book, life),
        "redress": redress,
    }


def _close(book: Book, life: Life, at: datetime) -> None:
    rng, row = book.rng, life.row
    decision = rng.choices(("upheld", "partly", "not_upheld"), weights=(55, 20, 25))[0]
    if decision == "not_upheld":
        row |= {"findings": "The records show that it went as agreed.", "redress": {"kind": "explanation"}}
    decided_at = at - book.seconds(300, 1800)
    response = life.contact.story.reply
    row |= {"decision": decision, "response": response, "approver_id": book.staff.approver_id, "closed_at": at}
    life.mark("decision", decided_at)
    if _needs_second(life, at):
        row["second_approver_id"] = book.staff.second_approver_id
    life.go("closed", at, row.get("second_approver_id", row["approver_id"]))
    life.mark("final_response", at)
    for name in (rules.FIRST_REPLY, rules.FINAL_RESPONSE, rules.UPDATE):
        life.meet(name, at)
    amount = row["redress"].get("amount")
    letter_id = _letter(
        book,
        life,
        "final_response",
        at,
        decision=decision,
        response=response,
        amount=f"{amount['amount']} {amount['currency']}" if amount else "",
    )
    if decision in OWED:
        make_recovery(book, row, letter_id, at)
    row["version"] += 5


def _needs_second(life: Life, at: datetime) -> bool:
    row = life.row
    facts = Facts(
        state=State.DECISION_REVIEW,
        level=life.level,
        now=at,
        actor_id=row["approver_id"],
        redress=row["redress"],
        vulnerable=row["vulnerable"],
        repeat=life.repeat,
    )
    return bool(second_approval(facts, HOUSE))


def _letter(book: Book, life: Life, kind: str, at: datetime, **context: Any) -> str:
    person, row = life.contact.person, life.row
    due = life.clocks[(row["cycle"], rules.FINAL_RESPONSE)]["due_at"]
    facts = {
        "name": person.name,
        "number": life.number,
        "organization": "Halden Home",
        "link": "[[link]]",
        "due": day_in_words(due, book.calendar.zone, person.language),
        "reopen_days": HOUSE.reopen_days,
        "verbatim": row["verbatim"],
        **context,
    }
    id = book.id(at)
    book.add(
        letters,
        id=id,
        complaint_id=row["id"],
        cycle=row["cycle"],
        kind=kind,
        channel="email",
        address=person.email,
        subject=words(person.language, f"{kind}_subject", **facts),
        body=words(person.language, kind, **facts),
        short=words(person.language, f"{kind}_short", **facts),
        state="handed_over",
        message_id=f"<letter-{id}@demo.test>",
        created_at=at - timedelta(seconds=5),
        handed_over_at=at,
    )
    return id


def _quiet(book: Book, life: Life) -> bool:
    """Whether nothing about an open complaint is due, or should be looked at, before the quiet has passed."""
    for (cycle, name), clock in life.clocks.items():
        if cycle != life.row["cycle"] or clock["met_at"] is not None:
            continue
        if name == rules.EARLY_WINDOW and clock["due_at"] <= book.now:
            continue
        looks = [one.at for one in rules.warnings(life.contact.at, clock["due_at"], book.calendar) if one.at > book.now]
        if min([*looks, clock["due_at"]]) < book.now + book.quiet_for:
            return False
    return True


def _write(book: Book, life: Life) -> None:
    row = life.row
    book.add(complaints, **row)
    ends = [since for _, since, _, _ in life.steps[1:]]
    for (state, since, actor, note), until in zip(life.steps, [*ends, None], strict=True):
        book.add(
            complaint_spans,
            id=book.id(since),
            complaint_id=row["id"],
            state=state,
            from_at=since,
            to_at=until,
            actor=actor,
            note=note,
        )
    for cycle, name, at in life.marks:
        book.add(milestones, id=book.id(at), complaint_id=row["id"], cycle=cycle, name=name, at=at, actor="system:demo")
    for (cycle, _), clock in life.clocks.items():
        book.add(deadlines, id=book.id(life.logged_at), complaint_id=row["id"], cycle=cycle, **clock)
    if row["state"] == "closed":
        follow_up(book, row, life.contact.person)


def _cause(book: Book, life: Life) -> str:
    rng = book.rng
    return rng.choice(life.contact.story.matter.causes if rng.random() < 0.8 else _OTHER_CAUSES)


def _today(book: Book) -> datetime:
    return book.at_midnight(book.calendar.local_day(book.now))


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
