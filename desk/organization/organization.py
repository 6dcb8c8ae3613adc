"""desk/organization/organization.py: the organization, from its file into the tables and back, and its settings.

Loading is idempotent: the same file twice changes nothing. A section that the file leaves out stays
as it is. In a section that is present, what vanished is removed if nothing ever used it; what was
used stays and is named in the answer; codes and dispositions are retired.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Invalid
from desk.kernel.events import OrganizationChanged
from desk.kernel.transaction import Rx, Tx
from desk.organization.callbacks import Callbacks
from desk.organization.channels import missing_in_entry_points, missing_in_reopening
from desk.organization.entry_points import EntryPoint
from desk.organization.everything_said import everything_said, in_entries
from desk.organization.file import (
    BusinessHours,
    CannedReply,
    Code,
    ComplaintReport,
    Disposition,
    Document,
    Playbook,
    Team,
    flow_source,
    strangers,
    weekday_names,
    weekdays,
)
from desk.organization.history import ORGANIZATION, differences
from desk.organization.hours import calendars
from desk.organization.hours_changed import plan_anew_if_hours
from desk.organization.rows import agents_now, dump_agents, load_agents, put, queue_values, queues_now, used
from desk.organization.rules import Known, Limits, Ordering, missing_in_queue, within
from desk.organization.setting import DEFAULTS, of_setting, setting
from desk.organization.sign_in_ended import end_all
from desk.organization.theme_kept import settings_of, theme_of
from desk.tables import (
    agent_queues,
    agent_skills,
    calls,
    canned_replies,
    dispositions,
    entry_points,
    flows,
    interactions,
    organization,
    queues,
    segments,
    skills,
    taxonomy,
    work_items,
)
from ivr.check import check
from ivr.parse import parse

__all__ = ["DEFAULTS", "Loaded", "dump", "known", "load", "of_setting", "setting"]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What became of a file: `kept` names what vanished from it and stays because it was used."""

    kept: tuple[str, ...] = ()


def load(tx: Tx, document: Document) -> Loaded:  # noqa: C901, PLR0912  # a table: one section a paragraph
    """Makes the organization what the file says.

    Raises:
        Invalid: the file speaks of a queue, skill, flow or parent that does not exist.
    """
    errors = list(_references(tx, document))
    if errors:
        raise Invalid.many(errors)
    kept: list[str] = []
    before = everything_said(tx, dump(tx))
    _end_sign_in_if_off(tx, document)
    _load_settings(tx, document)
    if document.skills is not None:
        for key, name in document.skills.items():
            put(tx, skills, key, name=name)
    if document.queues is not None:
        for key, queue in document.queues.items():
            put(tx, queues, key, **queue_values(queue))
    if document.flows is not None:
        for key, flow in document.flows.items():
            put(tx, flows, key, source=flow_source(flow))
    if document.entry_points is not None:
        tx.execute(sa.delete(entry_points))
        for point in document.entry_points:
            tx.insert(entry_points, **point.model_dump())
    if document.agents is not None:
        load_agents(tx, document.agents, kept)
    if document.canned_replies is not None:
        tx.execute(sa.delete(canned_replies).where(canned_replies.c.key.not_in(list(document.canned_replies))))
        for key, reply in document.canned_replies.items():
            put(tx, canned_replies, key, **reply.model_dump())
    if document.dispositions is not None:
        gone = dispositions.c.key.not_in(list(document.dispositions))
        tx.execute(sa.update(dispositions).where(gone).values(retired=True))
        for key, disposition in document.dispositions.items():
            put(tx, dispositions, key, **disposition.model_dump())
    for kind, codes in (("category", document.categories), ("cause", document.causes)):
        if codes is not None:
            _load_codes(tx, kind, codes)
    _remove(tx, document, kept)
    changed = differences(before, everything_said(tx, dump(tx)))
    for changes in in_entries(changed):
        tx.emit(OrganizationChanged(id=ORGANIZATION, changes=changes))
    plan_anew_if_hours(tx, changed)
    return Loaded(kept=tuple(kept))


def dump(rx: Rx) -> Document:
    """The organization as a file: every section, also where nobody said anything. Loading it again changes nothing;
    loading it after other files takes back what they changed."""
    values = DEFAULTS | {row.key: row.value for row in rx.all(sa.select(organization))}
    return Document(
        name=values["name"],
        mail_domain=values["mail_domain"],
        time_zone=values["time_zone"],
        languages=values["languages"],
        business_hours=BusinessHours(**values["business_hours"]),
        weekend=weekday_names(values["weekend"]),
        holidays=_dates(values["holidays"]),
        working_weekends=_dates(values["working_weekends"]),
        default_queue=values["default_queue"],
        default_flow=values["default_flow"],
        dial_countries=values["dial_countries"],
        chat_origins=values["chat_origins"],
        not_ready_reasons=values["not_ready_reasons"],
        reopen_hours=values["reopen_hours"],
        teams={key: Team(**team) for key, team in values["teams"].items()},
        articles_need_review=values["articles_need_review"],
        articles_by_meaning=values["articles_by_meaning"],
        chat_bot=values["chat_bot"],
        model_may_read=values["model_may_read"],
        theme=theme_of(values),
        customer_sign_in=values["customer_sign_in"],
        playbook=Playbook(**{key[:-2]: seconds for key, seconds in values["playbook"].items()}),
        complaint_report=ComplaintReport(**values["complaint_report"]),
        ordering=Ordering(**values.get("ordering", {})),
        limits=Limits(**values.get("limits", {})),
        callbacks=Callbacks(**values["callbacks"]),
        hours=calendars(values["hours"]),
        skills={row.key: row.name for row in rx.all(sa.select(skills).order_by(skills.c.key))},
        queues=queues_now(rx),
        agents=dump_agents(rx),
        flows={row.key: row.source for row in rx.all(sa.select(flows).order_by(flows.c.key))},
        entry_points=[
            EntryPoint(**row._mapping)
            for row in rx.all(sa.select(entry_points).order_by(entry_points.c.channel, entry_points.c.address))
        ],
        canned_replies={
            row.key: CannedReply(title=row.title, text=row.text, language=row.language)
            for row in rx.all(sa.select(canned_replies).order_by(canned_replies.c.key))
        },
        dispositions={
            row.key: Disposition(name=row.name, retired=row.retired)
            for row in rx.all(sa.select(dispositions).order_by(dispositions.c.key))
        },
        categories=_dump_codes(rx, "category"),
        causes=_dump_codes(rx, "cause"),
    )


def known(rx: Rx) -> Known:
    """What rules may speak of: the queues, skills and teams of the installation."""
    return Known(
        queues={row.key for row in rx.all(sa.select(queues.c.key))},
        skills={row.key for row in rx.all(sa.select(skills.c.key))},
        teams=set(setting(rx, "teams")),
        calendars=set(setting(rx, "hours")),
    )


def _load_settings(tx: Tx, document: Document) -> None:
    values: dict[str, Any] = document.model_dump(
        mode="json",
        include={"name", "mail_domain", "time_zone", "languages", "business_hours", "holidays", "teams"}
        | {"dial_countries", "chat_origins", "not_ready_reasons", "reopen_hours"}
        | {"working_weekends", "default_queue", "default_flow", "complaint_report", "ordering", "limits", "hours"}
        | {"callbacks", "articles_need_review", "articles_by_meaning", "chat_bot", "model_may_read"}
        | {"customer_sign_in"},
        exclude_none=True,
    )
    if document.weekend is not None:
        values["weekend"] = weekdays(list(document.weekend))
    if document.theme is not None:
        values |= settings_of(document.theme)
    if document.playbook is not None:
        changes = {"survey_after_s": document.playbook.survey_after, "call_after_s": document.playbook.call_after}
        values["playbook"] = {key: seconds for key, seconds in changes.items() if seconds is not None}
    for key, closed in _still_closed(tx, document).items():
        values["hours"][key] |= closed
    for key, value in values.items():
        put(tx, organization, key, value=value)


def _end_sign_in_if_off(tx: Tx, document: Document) -> None:
    """Where customers may not sign in, nobody stays signed in, and no link waits: neither when that is switched off,
    nor, for who slipped in at that instant, when it is switched on again."""
    may = document.customer_sign_in
    if may is False or (may and not setting(tx, "customer_sign_in")):
        end_all(tx)


def _still_closed(rx: Rx, document: Document) -> dict[str, dict[str, Any]]:
    """Why calendars stay closed at once: a file that says nothing of it is no reason to open in the midst of a fire."""
    silent = {key for key, calendar in (document.hours or {}).items() if "closed" not in calendar.model_fields_set}
    return {
        key: {"closed": one.closed, "closed_told": one.closed_told}
        for key, one in calendars(setting(rx, "hours")).items()
        if one.closed and key in silent
    }


def _load_codes(tx: Tx, kind: str, codes: dict[str, Code]) -> None:
    mine = taxonomy.c.kind == kind
    tx.execute(sa.update(taxonomy).where(mine, taxonomy.c.code.not_in(list(codes))).values(retired=True))
    for code, entry in codes.items():
        values = {"name": entry.name, "parent": entry.parent or "", "retired": entry.retired}
        if not tx.insert_if_new(taxonomy, kind=kind, code=code, **values):
            tx.execute(sa.update(taxonomy).where(mine, taxonomy.c.code == code).values(**values))


def _remove(tx: Tx, document: Document, kept: list[str]) -> None:
    """Removes queues, flows and skills that vanished, unless something was or is theirs."""
    if document.flows is not None:
        for row in tx.all(sa.select(flows.c.key).where(flows.c.key.not_in(list(document.flows)))):
            live = tx.all(sa.select(calls.c.id).where(calls.c.flow == row.key, calls.c.ended_at.is_(None)).limit(1))
            if live or used(tx, entry_points.c.flow, row.key) or row.key == setting(tx, "default_flow"):
                kept.append(f"flows.{row.key}")
            else:
                tx.execute(sa.delete(flows).where(flows.c.key == row.key))
    if document.queues is not None:
        ringed = {name for queue in queues_now(tx).values() for ring in queue.rings for name in ring.queues}
        for row in tx.all(sa.select(queues.c.key).where(queues.c.key.not_in(list(document.queues)))):
            columns = (interactions.c.queue, work_items.c.queue, entry_points.c.queue, segments.c.queue)
            if row.key in ringed or any(used(tx, column, row.key) for column in columns):
                kept.append(f"queues.{row.key}")
            else:
                tx.execute(sa.delete(agent_queues).where(agent_queues.c.queue == row.key))
                tx.execute(sa.delete(queues).where(queues.c.key == row.key))
    if document.skills is not None:
        asked = {skill for row in tx.all(sa.select(queues.c.skills)) for skill in row.skills}
        for row in tx.all(sa.select(skills.c.key).where(skills.c.key.not_in(list(document.skills)))):
            if row.key in asked or used(tx, agent_skills.c.skill, row.key):
                kept.append(f"skills.{row.key}")
            else:
                tx.execute(sa.delete(skills).where(skills.c.key == row.key))


def _references(rx: Rx, document: Document) -> Iterator[tuple[str, str]]:
    """What the file says of queues, skills and flows that neither it nor the installation has."""
    here = known(rx)
    there = Known(
        queues=here.queues | (document.queues or {}).keys(),
        skills=here.skills | (document.skills or {}).keys(),
        teams=here.teams if document.teams is None else document.teams.keys(),
        calendars=here.calendars if document.hours is None else document.hours.keys(),
    )
    known_flows = {row.key for row in rx.all(sa.select(flows.c.key))} | (document.flows or {}).keys()
    # The product's own may be said before there is such a queue: it holds where nobody said another.
    if document.default_queue not in (None, DEFAULTS["default_queue"]):
        yield from there.missing("default_queue", [document.default_queue], "queue")
    if document.default_flow and document.default_flow not in known_flows:
        yield "default_flow", f"there is no flow {document.default_flow}"
    points = [point.channel for point in document.entry_points or ()]
    yield from missing_in_entry_points(rx, points)
    yield from missing_in_reopening(rx, document.reopen_hours or {}, points)
    # A team or a calendar that goes may be one of theirs.
    stay = {} if document.teams is None and document.hours is None else queues_now(rx)
    for key, queue in (stay | (document.queues or {})).items():
        yield from within(f"queues.{key}", missing_in_queue(queue, there))
    if document.agents is not None and document.teams is None:
        for key, team in sorted(setting(rx, "teams").items()):
            for member in sorted(set(team["members"]) - document.agents.keys()):
                yield "agents", f"{member} is left out and belongs to the team {key}: say teams as well"
    if document.teams is not None and document.agents is None:
        yield from strangers(document.teams, agents_now(rx))
    for email, agent in (document.agents or {}).items():
        yield from there.missing(f"agents.{email}.queues", agent.queues, "queue")
        yield from there.missing(f"agents.{email}.skills", agent.skills, "skill")
    for index, point in enumerate(document.entry_points or []):
        yield from there.missing(f"entry_points[{index}].queue", [point.queue], "queue")
        if point.flow is not None and point.flow not in known_flows:
            yield f"entry_points[{index}].flow", f"there is no flow {point.flow}"
    for name, flow in (document.flows or {}).items():
        for line, why in check(parse(flow_source(flow), name=name), queues=set(there.queues)):
            yield f"flows.{name}", f"line {line}: {why}"


def _dates(days: list[str]) -> list[date]:
    return [date.fromisoformat(day) for day in days]


def _dump_codes(rx: Rx, kind: str) -> dict[str, Code]:
    found = rx.all(sa.select(taxonomy).where(taxonomy.c.kind == kind).order_by(taxonomy.c.code))
    return {row.code: Code(name=row.name, parent=row.parent or None, retired=row.retired) for row in found}
