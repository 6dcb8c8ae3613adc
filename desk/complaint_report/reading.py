"""desk/complaint_report/reading.py: what the database knows of a month.

Only this file of the report speaks SQL. A month's flow is read from the spans (when which
complaint was in which state), its stock from the same spans at an instant, what was logged from
the complaints themselves: three sources, so that the sum over them proves something.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from desk.complaint_report.facts import CLOSED, Answer, Due, Facts, Logged, MonthFacts
from desk.complaint_report.period import Month, Site
from desk.complaint_report.value import Compared
from desk.complaints.site import calendar_of, name_of
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Rx
from desk.organization.setting import setting
from desk.tables import complaint_spans as spans
from desk.tables import complaints, deadlines, interactions, milestones, taxonomy

#: In these states a complaint is open.
OPEN = (
    "logged",
    "triage",
    "investigating",
    "waiting_customer",
    "waiting_third_party",
    "decision_review",
    "reopened",
    "external",
)
#: The milestones that are a final answer.
ANSWERS = ("final_response", "summary_resolution")
#: Months whose bands and contacts are looked back at.
BAND_MONTHS = 6
BASE_MONTHS = 12
#: Ids in one IN list: below SQLite's and PostgreSQL's limits on parameters.
_SLICE = 900


def read_site(rx: Rx) -> Site:
    """The organization's name, zone and working days, and what its reports are held against.

    The setting `complaint_report` may name `owner` and `approver`, and `targets` by the key of a
    figure: {"final_response_on_time": 97, "rate": 68, "days_median": 9, "outstanding": 150}.
    """
    report = setting(rx, "complaint_report", {})
    targets = report.get("targets", {})
    return Site(
        name=name_of(rx),
        calendar=calendar_of(rx),
        owner=str(report.get("owner", "")),
        approver=str(report.get("approver", "")),
        targets=tuple(sorted((str(key), float(value)) for key, value in targets.items())),
    )


def read_facts(rx: Rx, month: Month) -> Facts:
    """Everything that the report of `month` is made from, in one snapshot.

    Raises:
        Invalid: the month has not begun at the site.
    """
    site = read_site(rx)
    if month > Month.of(rx.now, site.zone):
        raise Invalid("month", f"{month} has not begun")
    compared = Compared(month=month, days=Fraction(month.days))
    looked_back = [month.plus(-back) for back in range(BASE_MONTHS, -1, -1)]
    answers = {at: _answers(rx, at, site) for at in looked_back[-BAND_MONTHS:]}
    answers[compared.year_ago] = _answers(rx, compared.year_ago, site)
    contacts = {at: _contacts(rx, at, site) for at in looked_back}
    return Facts(
        month=month,
        site=site,
        as_of=rx.now,
        months={at: _month(rx, at, site, answers[at], contacts[at]) for at in compared.all},
        volumes={at: _volume(rx, at, site) for at in looked_back},
        contacts={at: sum(by_channel.values()) for at, by_channel in contacts.items()},
        bands={at: answers[at] for at in looked_back[-BAND_MONTHS:]},
        names={(row.kind, row.code): row.name for row in rx.all(sa.select(taxonomy))},
    )


def _month(rx: Rx, month: Month, site: Site, answers: tuple[Answer, ...], contacts: Mapping[str, int]) -> MonthFacts:
    start, end = month.bounds(site.zone)
    entered: dict[str, list[str]] = defaultdict(list)
    for row in rx.all(
        sa.select(spans.c.state, spans.c.complaint_id)
        .where(spans.c.from_at >= start, spans.c.from_at < end, spans.c.state.in_(CLOSED))
        .order_by(spans.c.from_at, spans.c.id)
    ):
        entered[row.state].append(row.complaint_id)
    return MonthFacts(
        month=month,
        logged=_logged(rx, start, end),
        opening=_stock(rx, start),
        outstanding=_stock(rx, end),
        entered={state: tuple(ids) for state, ids in entered.items()},
        voided=_voided(rx, start, end),
        reopened=_reopened(rx, start, end),
        due=_due(rx, start, min(end, rx.now)),
        answers=answers,
        decided=_decided(rx, start, end),
        causes=_causes(rx, start, end),
        contacts=contacts,
    )


def _logged(rx: Rx, start: datetime, end: datetime) -> tuple[Logged, ...]:
    c = complaints.c
    chosen = (c.id, c.channel, c.product, c.category, c.level, c.tier, c.vulnerable, c.received_at, c.logged_at)
    rows = rx.all(sa.select(*chosen).where(c.logged_at >= start, c.logged_at < end).order_by(c.logged_at, c.id))
    return tuple(Logged(**row._mapping) for row in rows)


def _stock(rx: Rx, at: datetime) -> tuple[str, ...]:
    """Complaints open at the instant `at`; what happens at `at` itself belongs to what follows."""
    return _ids(
        rx,
        sa.select(spans.c.complaint_id)
        .where(spans.c.state.in_(OPEN), spans.c.from_at < at, sa.or_(spans.c.to_at.is_(None), spans.c.to_at >= at))
        .order_by(spans.c.complaint_id),
    )


def _voided(rx: Rx, start: datetime, end: datetime) -> tuple[str, ...]:
    """Complaints found void after they were logged; a suspicion that came to nothing is none."""
    return _ids(
        rx,
        sa.select(spans.c.complaint_id)
        .join(complaints, complaints.c.id == spans.c.complaint_id)
        .where(spans.c.from_at >= start, spans.c.from_at < end, spans.c.state == "void")
        .where(complaints.c.logged_at.is_not(None))
        .order_by(spans.c.from_at, spans.c.id),
    )


def _reopened(rx: Rx, start: datetime, end: datetime) -> tuple[str, ...]:
    """Complaints that left a closed kind.

    The only ways out are `reopened` and `external`. Asking for the end of the closed span rather
    than for what stood before an entry needs no order among changes of one and the same millisecond.
    """
    return _ids(
        rx,
        sa.select(spans.c.complaint_id)
        .where(spans.c.state.in_(CLOSED), spans.c.to_at >= start, spans.c.to_at < end)
        .order_by(spans.c.to_at, spans.c.id),
    )


def _due(rx: Rx, start: datetime, end: datetime) -> tuple[Due, ...]:
    """Deadlines that have fallen due; those of void complaints are left out."""
    c, d = complaints.c, deadlines.c
    chosen = (d.complaint_id, c.number, c.category, c.state, d.name, c.received_at, d.due_at, d.met_at)
    rows = rx.all(
        sa.select(*chosen)
        .join(complaints, c.id == d.complaint_id)
        .where(d.due_at >= start, d.due_at < end, c.state != "void", c.logged_at.is_not(None))
        .order_by(d.due_at, c.number, d.name)
    )
    return tuple(Due(**{**row._mapping, "number": row.number or ""}) for row in rows)


def _answers(rx: Rx, month: Month, site: Site) -> tuple[Answer, ...]:
    """Complaints whose first final answer went out in `month`."""
    start, end = month.bounds(site.zone)
    sent, earlier = milestones.alias(), milestones.alias()
    rows = rx.all(
        sa.select(sent.c.complaint_id, complaints.c.received_at, sa.func.min(sent.c.at).label("at"))
        .join(complaints, complaints.c.id == sent.c.complaint_id)
        .where(sent.c.at >= start, sent.c.at < end, sent.c.name.in_(ANSWERS), complaints.c.state != "void")
        .where(
            ~sa.exists()
            .where(earlier.c.complaint_id == sent.c.complaint_id, earlier.c.name.in_(ANSWERS))
            .where(earlier.c.at < start)
        )
        .group_by(sent.c.complaint_id, complaints.c.received_at)
        .order_by(sa.func.min(sent.c.at), sent.c.complaint_id)
    )
    return tuple(Answer(**row._mapping) for row in rows)


def _decided(rx: Rx, start: datetime, end: datetime) -> dict[str, tuple[str, ...]]:
    rows = rx.all(
        sa.select(complaints.c.decision.label("key"), milestones.c.complaint_id)
        .join(complaints, complaints.c.id == milestones.c.complaint_id)
        .where(milestones.c.at >= start, milestones.c.at < end, milestones.c.name == "decision")
        .where(complaints.c.state != "void", complaints.c.decision != "")
        .order_by(milestones.c.at, milestones.c.complaint_id)
    )
    return _grouped(rows)


def _causes(rx: Rx, start: datetime, end: datetime) -> dict[str, tuple[str, ...]]:
    """Complaints closed for the first time, by their cause."""
    earlier = spans.alias()
    rows = rx.all(
        sa.select(complaints.c.cause.label("key"), spans.c.complaint_id)
        .distinct()
        .join(complaints, complaints.c.id == spans.c.complaint_id)
        .where(spans.c.from_at >= start, spans.c.from_at < end, spans.c.state.in_(CLOSED))
        .where(
            ~sa.exists()
            .where(earlier.c.complaint_id == spans.c.complaint_id, earlier.c.state.in_(CLOSED))
            .where(earlier.c.from_at < start)
        )
        .order_by(complaints.c.cause, spans.c.complaint_id)
    )
    return _grouped(rows)


def _contacts(rx: Rx, month: Month, site: Site) -> dict[str, int]:
    start, end = month.bounds(site.zone)
    c = interactions.c
    rows = rx.all(
        sa.select(c.channel, sa.func.count().label("n"))
        .where(c.arrived_at >= start, c.arrived_at < end, c.direction == "in")
        .group_by(c.channel)
        .order_by(c.channel)
    )
    return {row.channel: row.n for row in rows}


def _volume(rx: Rx, month: Month, site: Site) -> int:
    start, end = month.bounds(site.zone)
    c = complaints.c
    (row,) = rx.all(sa.select(sa.func.count().label("n")).where(c.logged_at >= start, c.logged_at < end))
    return int(row.n)


def read_rows(rx: Rx, ids: tuple[str, ...]) -> list[dict[str, Any]]:
    """The complaints with these ids, in this order, as a list shows them."""
    c = complaints.c
    chosen = (c.id, c.number, c.state, c.channel, c.category, c.level, c.severity, c.tier, c.received_at, c.logged_at)
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), _SLICE):
        for row in rx.all(sa.select(*chosen).where(c.id.in_(ids[start : start + _SLICE]))):
            found[row.id] = {str(name): value for name, value in row._mapping.items()}  # plain names: JSON wants them
    return [found[id] for id in ids if id in found]


def _ids(rx: Rx, statement: sa.Select[Any]) -> tuple[str, ...]:
    return tuple(row[0] for row in rx.all(statement))


def _grouped(rows: Any) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        groups[row.key].append(row.complaint_id)
    return {key: tuple(ids) for key, ids in groups.items()}
