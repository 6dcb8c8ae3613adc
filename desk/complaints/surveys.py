"""desk/complaints/surveys.py: asking customers how it was; once, seldom, and acting on what they say.

planned ─▶ sent ─▶ answered, or held_back | failed. A customer is asked about interactions at most
once in 30 days, and not while a complaint of theirs is open or will be asked about; about a complaint
always. A detractor (NPS 0-6, CSAT 1-2) gets a call-back within
48 hours, as work in the queue.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from channels.types import Outgoing
from desk.complaints.events import SurveyAnswered, SurveyEnded, SurveySent
from desk.complaints.letters import mail_headers, ways_of, ways_to, words
from desk.complaints.lifecycle import OPEN
from desk.complaints.site import mail_domain, name_of, sender_of
from desk.complaints.steps import put
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.jobs import Job
from desk.kernel.questions import Question
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import complaints, customers, recoveries, surveys

#: What can be asked, and the answers that each question takes.
SCALES: Mapping[str, range] = {
    "csat": range(1, 6),
    "nps": range(11),
    "effort": range(1, 8),
    "distributive": range(1, 6),
    "procedural": range(1, 6),
    "interactional": range(1, 6),
}
QUARANTINE = timedelta(days=30)
AFTER_INTERACTION = timedelta(days=1)
CALL_BACK_WITHIN = timedelta(hours=48)
LONGEST_COMMENT = 4000
#: (channel, address) pairs, best first.
Ways = list[tuple[str, str]]
_SENT_AS = re.compile(r"<survey-([0-9a-f-]{36})@")


@dataclass(frozen=True, kw_only=True)
class SendSurvey(Job):
    """Asks, unless there is a reason not to by then."""

    survey_id: str


def ways_to_ask(rx: Rx, customer_id: str) -> Question[Ways]:
    """How a customer can be asked about an interaction; none for who was asked, or will be, within 30 days."""
    when = {"since": rx.now - QUARANTINE, "until": rx.now + QUARANTINE}
    lately, ways = (_ASKED_LATELY, {"customer_id": customer_id, "besides": "", **when}), ways_of(customer_id)
    return Question([lately, *ways.asked], lambda asked, *found: [] if asked else ways.made(*found))


def plan_interaction_survey(tx: Tx, interaction: Row, ways: Ways) -> str | None:
    """Plans the question how an interaction was, a day after it closed.

    Returns the survey's id, or None: the customer cannot be asked.
    """
    at, customer_id = tx.now + AFTER_INTERACTION, interaction.customer_id
    return _plan(tx, "interaction", customer_id, ways, at=at, interaction_id=interaction.id)


def plan_complaint_survey(tx: Tx, complaint: Row, *, at: datetime) -> str | None:
    """Plans the question whether a complaint was put right. None: the customer cannot be written to."""
    mine = (recoveries.c.complaint_id == complaint.id, recoveries.c.cycle == complaint.cycle)
    found = tx.all(sa.select(recoveries.c.id).where(*mine))
    recovery_id = found[0].id if found else None
    about = {"complaint_id": complaint.id, "recovery_id": recovery_id}
    return _plan(tx, "complaint", complaint.customer_id, ways_to(tx, complaint.customer_id), at=at, **about)


def survey_to_send(tx: Tx, survey_id: str, link: str) -> tuple[str, Outgoing] | None:
    """What to send for a survey, and on which channel; None when it is not to be sent, or not now."""
    survey = tx.take(surveys, survey_id)
    if survey.state != "planned":
        return None
    why_not = _why_not(tx, survey)
    if why_not:
        _end(tx, survey, "held_back", why_not)
        return None
    customer = tx.one(customers, survey.customer_id)
    number = tx.one(complaints, survey.complaint_id).number if survey.complaint_id else ""
    facts = {
        "name": customer.name,
        "organization": name_of(tx),
        "kind": survey.kind,
        "number": number,
        "link": link,
    }
    mail = survey.channel == "email"
    return survey.channel, Outgoing(
        message_id=f"<survey-{survey.id}@{mail_domain(tx)}>" if mail else survey.id,
        interaction_id=survey.interaction_id or "",
        sender=sender_of(tx, survey.channel),
        to=survey.address,
        name=customer.name,
        subject=words(customer.language, "survey_subject", **facts),
        text=words(customer.language, "survey" if mail else "survey_short", **facts),
        headers=mail_headers(tx, automatic=True) if mail else {},
    )


def survey_sent(tx: Tx, survey_id: str) -> None:
    """Records that the question went out."""
    survey = tx.take(surveys, survey_id)
    if survey.sent_at is None:
        # A quick customer may have answered between the hand-over and this word about it.
        state = "sent" if survey.state == "planned" else survey.state
        tx.update(surveys, survey_id, state=state, sent_at=tx.now)
        tx.emit(SurveySent(id=survey_id, kind=survey.kind, channel=survey.channel))


def survey_failed(tx: Tx, survey_id: str, why: str) -> None:
    """Records that the question could not be sent."""
    survey = tx.take(surveys, survey_id)
    if survey.state == "planned":
        _end(tx, survey, "failed", why)


def survey_came_back(tx: Tx, message_id: str, why: str) -> bool:
    """A mail of ours came back; says whether it was a survey. One that was answered all the same stays so."""
    named = _SENT_AS.match(message_id)
    if named is None or not tx.all(sa.select(surveys.c.id).where(surveys.c.id == named[1])):
        return False
    survey = tx.take(surveys, named[1])
    if survey.state in ("planned", "sent"):
        _end(tx, survey, "failed", why)
    return True


def answer_survey(tx: Tx, survey_id: str, answers: Mapping[str, Any], comment: str = "") -> bool:
    """Keeps a customer's answers; says whether somebody will ring because of them.

    The first tap may be followed by the other answers within the same survey; an answer that is
    given is not changed. A detractor gets a call-back work item due within 48 hours.

    Raises:
        Invalid: names each answer that is not on its scale, or says that the first one is missing.
        Conflict: every one of these was answered before, or it will never be sent.
    """
    survey = tx.take(surveys, survey_id)
    if survey.state in ("held_back", "failed"):
        raise Conflict("survey", "it is not open")
    given = _checked(answers)
    kept = dict(survey.answers or {})
    new = {key: value for key, value in given.items() if key not in kept}
    comment = comment.strip()[:LONGEST_COMMENT]
    if not (given or kept or comment or survey.comment):
        raise Invalid("answers", f"an answer is missing; asked are {', '.join(SCALES)}")
    if not new and (not comment or survey.comment):
        raise Conflict("survey", "it was answered already; thank you")
    kept |= new
    was_detractor, is_detractor = detractor(survey.answers or {}), detractor(kept)
    tx.update(
        surveys,
        survey_id,
        state="answered",
        answers=kept,
        comment=survey.comment or comment,
        answered_at=survey.answered_at or tx.now,
    )
    tx.emit(
        SurveyAnswered(
            id=survey_id,
            kind=survey.kind,
            csat=kept.get("csat"),
            nps=kept.get("nps"),
            effort=kept.get("effort"),
            detractor=is_detractor,
        )
    )
    if is_detractor and not was_detractor:
        put(
            tx,
            kind="callback",
            customer_id=survey.customer_id,
            reference=survey.id,
            title=f"Call an unhappy customer: {_in_words(kept)}",
            due_at=tx.now + CALL_BACK_WITHIN,
        )
    return is_detractor


def detractor(answers: Mapping[str, int]) -> bool:
    """Whether these answers ask for a call: NPS 0-6, or CSAT 1-2."""
    return answers.get("nps", 10) <= 6 or answers.get("csat", 5) <= 2


def _checked(answers: Mapping[str, Any]) -> dict[str, int]:
    wrong: list[tuple[str, str]] = []
    given: dict[str, int] = {}
    for key, value in answers.items():
        scale = SCALES.get(key)
        if scale is None:
            wrong.append((f"answers.{key}", f"not asked here; asked are {', '.join(SCALES)}"))
            continue
        number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        if isinstance(number, bool) or not isinstance(number, int) or number not in scale:
            wrong.append((f"answers.{key}", f"must be a whole number from {scale[0]} to {scale[-1]}"))
            continue
        given[key] = number
    if wrong:
        raise Invalid.many(wrong)
    return given


def _why_not(rx: Rx, survey: Row) -> str:
    """Why this survey should not be sent now; empty when it should."""
    if survey.kind == "interaction" and _sent_lately(rx, survey):
        return "asked within 30 days"
    if survey.kind == "interaction" and _complains(rx, survey.customer_id):
        return "asked about the complaint instead"
    if survey.complaint_id and rx.one(complaints, survey.complaint_id).state != "closed":
        return "the complaint is open again"
    return ""


def _sent_lately(rx: Rx, survey: Row) -> bool:
    """When planning, what is planned counts too; when sending, whoever is first is sent."""
    others = {"customer_id": survey.customer_id, "besides": survey.id}
    return bool(rx.all(_SENT_LATELY, **others, since=rx.now - QUARANTINE))


def _complains(rx: Rx, customer_id: str) -> bool:
    """Whether a complaint is open, or its own question is still to be asked."""
    return bool(rx.all(_COMPLAINS, customer_id=customer_id) or rx.all(_TO_BE_ASKED, customer_id=customer_id))


_COMPLAINS = (
    sa.select(complaints.c.id)
    .where(complaints.c.customer_id == sa.bindparam("customer_id"), complaints.c.state.in_(OPEN))
    .limit(1)
)
_TO_BE_ASKED = (
    sa.select(surveys.c.id)
    .where(surveys.c.customer_id == sa.bindparam("customer_id"), surveys.c.kind == "complaint")
    .where(surveys.c.state == "planned")
    .limit(1)
)
_ASKED = (
    sa.select(surveys.c.id)
    .where(surveys.c.customer_id == sa.bindparam("customer_id"), surveys.c.id != sa.bindparam("besides"))
    .limit(1)
)
_SENT_LATELY = _ASKED.where(surveys.c.sent_at > sa.bindparam("since"))
_ASKED_LATELY = _ASKED.where(
    sa.or_(
        surveys.c.sent_at > sa.bindparam("since"),
        sa.and_(surveys.c.state == "planned", surveys.c.planned_at < sa.bindparam("until")),
    )
)


def _plan(tx: Tx, kind: str, customer_id: str, ways: Ways, *, at: datetime, **about: str | None) -> str | None:
    if not ways:
        return None
    survey_id = tx.new_id()
    channel, address = ways[0]
    values = {"id": survey_id, "customer_id": customer_id, "kind": kind, "channel": channel, "address": address}
    tx.insert(surveys, **values, **about, planned_at=at, state="planned")
    tx.defer(SendSurvey(survey_id=survey_id), at=at, key=f"survey:{survey_id}")
    return survey_id


def _end(tx: Tx, survey: Row, state: str, why: str) -> None:
    tx.update(surveys, survey.id, state=state, reason=why[:200])
    tx.emit(SurveyEnded(id=survey.id, state=state))


def _in_words(answers: Mapping[str, int]) -> str:
    return ", ".join(f"{key.upper() if key in ('csat', 'nps') else key} {value}" for key, value in answers.items())
