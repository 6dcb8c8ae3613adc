"""web/demo/recoveries.py: what was done after the final responses: recoveries, surveys, checks to come."""

from datetime import datetime, timedelta
from typing import Any

from desk.complaints.lifecycle import money_of
from desk.complaints.playbooks import HOUSE, adapted
from desk.complaints.recovery import CheckAfterResponse
from desk.complaints.surveys import SendSurvey
from desk.tables import complaints, recoveries, recovery_actions, surveys
from web.demo.book import QUIET, Book
from web.demo.contacts import answer_survey
from web.demo.people import Person

#: The sample organization calls back after two days and asks after fourteen.
PLAYBOOK = adapted(HOUSE, {"call_after_s": 2 * 86_400, "survey_after_s": 14 * 86_400})
#: So many checks are still to be made; more would bury the work of whoever tries the product.
_CHECKS_LEFT = 5
_OUTCOMES = {"apology": "sent", "fix": "done", "redress": "paid", "confirm": "done", "call": "reached"}


def make_recovery(book: Book, complaint: dict[str, Any], letter_id: str, closed_at: datetime) -> None:
    """Makes the recovery that followed a response; all of it was done within its time."""
    id = book.id(closed_at)
    ended_at = closed_at
    for position, step in enumerate(PLAYBOOK.steps):
        if step.with_money and not money_of(complaint["redress"]):
            continue
        due_day = book.calendar.business_day_from(book.calendar.local_day(closed_at + step.due))
        due_at = book.calendar.end_of(due_day)
        latest = min(due_at, closed_at + timedelta(days=4))
        from_at = closed_at + step.offered_from
        done_at = (
            closed_at if step.kind == "apology" else from_at + (max(latest, from_at) - from_at) * book.rng.random()
        )
        done_at = done_at.replace(microsecond=done_at.microsecond // 1000 * 1000)
        ended_at = max(ended_at, done_at)
        book.add(
            recovery_actions,
            id=book.id(closed_at),
            recovery_id=id,
            kind=step.kind,
            title=f"{complaint['number']}: {step.title}",
            channel=step.channel,
            owner_role=step.owner_role,
            mandatory=step.mandatory,
            offered_from=from_at,
            due_at=due_at,
            state="done",
            done_at=done_at,
            outcome=_OUTCOMES[step.kind],
            evidence=_evidence(book, step.kind, letter_id),
            position=position,
        )
    book.add(
        recoveries,
        id=id,
        complaint_id=complaint["id"],
        customer_id=complaint["customer_id"],
        cycle=complaint["cycle"],
        playbook=PLAYBOOK.key,
        playbook_version=PLAYBOOK.version,
        strategy=PLAYBOOK.strategy,
        trigger=PLAYBOOK.trigger,
        state="done",
        started_at=closed_at,
        ended_at=ended_at,
        version=4,
    )


def follow_up(book: Book, complaint: dict[str, Any], person: Person) -> None:
    """The survey that belongs to every response: asked, or left as a job of days to come."""
    closed_at = complaint["closed_at"]
    soonest = book.now + QUIET
    asked_at = closed_at + PLAYBOOK.survey_after
    planned = asked_at > book.now - timedelta(days=1)
    asked_at = max(asked_at, soonest) if planned else asked_at
    mine = [row for row in book.rows.get(recoveries, []) if row["complaint_id"] == complaint["id"]]
    survey = book.add(
        surveys,
        id=book.id(closed_at),
        customer_id=complaint["customer_id"],
        complaint_id=complaint["id"],
        recovery_id=mine[-1]["id"] if mine and mine[-1]["cycle"] == complaint["cycle"] else None,
        kind="complaint",
        channel="email",
        address=person.email,
        planned_at=asked_at,
        sent_at=None if planned else asked_at,
        state="planned" if planned else "sent",
    )
    if planned:
        book.later(SendSurvey(survey_id=survey["id"]), asked_at, f"survey:{survey['id']}")
    elif book.rng.random() < 0.45:
        csat = book.rng.choices((5, 4, 3, 2, 1), weights=(30, 32, 20, 11, 7))[0]
        scores = {
            name: min(5, max(1, csat + book.rng.randrange(-1, 2)))
            for name in ("distributive", "procedural", "interactional")
        }
        answer_survey(book, survey, person, csat, **scores)


def leave_checks(book: Book) -> None:
    """Leaves the next few checks whether it stayed fixed as jobs of days to come."""
    to_come = []
    for complaint in book.rows[complaints]:
        if complaint["state"] != "closed":
            continue
        for after in PLAYBOOK.checks_after:
            job = CheckAfterResponse(complaint_id=complaint["id"], cycle=complaint["cycle"], days=after.days)
            to_come.append((complaint["closed_at"] + after, f"check:{complaint['id']}:{after.days}", job))
    late_enough = (one for one in to_come if one[0] >= book.now + book.quiet_for)
    for at, key, job in sorted(late_enough, key=lambda one: one[:2])[:_CHECKS_LEFT]:
        book.later(job, at, key)


def _evidence(book: Book, kind: str, letter_id: str) -> str:
    match kind:
        case "apology":
            return f"letter {letter_id}"
        case "redress":
            return f"Payment PAY-{book.rng.randrange(100_000, 999_999)}"
        case "call":
            return "Spoke with the customer, who is content."
        case _:
            return "Seen to"
