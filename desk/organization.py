"""desk/organization.py: the organization, from its file into the tables and back, and its settings.

Loading is idempotent: the same file twice changes nothing. A section that the file leaves out stays
as it is. In a section that is present, what vanished is removed if nothing ever used it; what was
used stays and is named in the answer; codes and dispositions are retired.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from desk.errors import Invalid
from desk.events import OrganizationChanged
from desk.organization_file import (
    Agent,
    BusinessHours,
    CannedReply,
    Code,
    ComplaintReport,
    Disposition,
    Document,
    EntryPoint,
    Playbook,
    Queue,
    Target,
    Team,
    flow_source,
    weekday_names,
    weekdays,
)
from desk.tables import (
    agent_queues,
    agent_skills,
    agents,
    calls,
    canned_replies,
    dispositions,
    entry_points,
    flows,
    interactions,
    offers,
    organization,
    queues,
    segments,
    skills,
    taxonomy,
    users,
    work_items,
)
from desk.transaction import Rx, Tx
from ivr.check import check
from ivr.parse import parse

#: What an organization that says nothing gets. `weekend` is in numbers, Monday 0; `holidays` are
#: dates as text; `playbook` holds seconds; an entry point that nobody knows leads to `default_queue`.
DEFAULTS: dict[str, Any] = {
    "name": "Careline",
    "mail_domain": "localhost",
    "time_zone": "UTC",
    "languages": ["en"],
    "business_hours": {"open": "09:00", "close": "17:00"},
    "weekend": [5, 6],
    "holidays": [],
    "working_weekends": [],
    "default_queue": "general",
    "dial_countries": [],
    "chat_origins": [],
    "not_ready_reasons": {"break": "Break", "lunch": "Lunch", "meeting": "Meeting", "training": "Training"},
    "reopen_hours": {"email": 336, "other": 24},
    "teams": {},
    "playbook": {},
    "complaint_report": {},
}

_SETTING = sa.select(organization.c.value).where(organization.c.key == sa.bindparam("key"))


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What became of a file: `kept` names what vanished from it and stays because it was used."""

    kept: tuple[str, ...] = ()


def setting(rx: Rx, key: str, default: Any = None) -> Any:
    """A setting of the organization: what was loaded, else `default`, else the product's own."""
    rows = rx.all(_SETTING, key=key)
    if rows:
        return rows[0].value
    return DEFAULTS.get(key) if default is None else default


def load(tx: Tx, document: Document) -> Loaded:  # noqa: C901, PLR0912  # a table: one section a paragraph
    """Makes the organization what the file says.

    Raises:
        Invalid: the file speaks of a queue, skill, flow or parent that does not exist.
    """
    errors = list(_references(tx, document))
    if errors:
        raise Invalid.many(errors)
    kept: list[str] = []
    _load_settings(tx, document)
    if document.skills is not None:
        for key, name in document.skills.items():
            _put(tx, skills, key, name=name)
    if document.queues is not None:
        for key, queue in document.queues.items():
            _put(tx, queues, key, **_queue_values(queue))
    if document.flows is not None:
        for key, flow in document.flows.items():
            _put(tx, flows, key, source=flow_source(flow))
    if document.entry_points is not None:
        tx.execute(sa.delete(entry_points))
        for point in document.entry_points:
            tx.insert(entry_points, **point.model_dump())
    if document.agents is not None:
        _load_agents(tx, document.agents, kept)
    if document.canned_replies is not None:
        tx.execute(sa.delete(canned_replies).where(canned_replies.c.key.not_in(list(document.canned_replies))))
        for key, reply in document.canned_replies.items():
            _put(tx, canned_replies, key, **reply.model_dump())
    if document.dispositions is not None:
        gone = dispositions.c.key.not_in(list(document.dispositions))
        tx.execute(sa.update(dispositions).where(gone).values(retired=True))
        for key, disposition in document.dispositions.items():
            _put(tx, dispositions, key, **disposition.model_dump())
    for kind, codes in (("category", document.categories), ("cause", document.causes)):
        if codes is not None:
            _load_codes(tx, kind, codes)
    _remove(tx, document, kept)
    tx.emit(OrganizationChanged(id="organization"))
    return Loaded(kept=tuple(kept))


def dump(rx: Rx) -> Document:
    """The organization as a file; loading it again changes nothing."""
    values = {row.key: row.value for row in rx.all(sa.select(organization))}
    hours, playbook, teams = values.get("business_hours"), values.get("playbook"), values.get("teams")
    report = values.get("complaint_report")
    return Document(
        name=values.get("name"),
        mail_domain=values.get("mail_domain"),
        time_zone=values.get("time_zone"),
        languages=values.get("languages"),
        business_hours=None if hours is None else BusinessHours(**hours),
        weekend=None if "weekend" not in values else weekday_names(values["weekend"]),
        holidays=_dates(values.get("holidays")),
        working_weekends=_dates(values.get("working_weekends")),
        default_queue=values.get("default_queue"),
        dial_countries=values.get("dial_countries"),
        chat_origins=values.get("chat_origins"),
        not_ready_reasons=values.get("not_ready_reasons"),
        reopen_hours=values.get("reopen_hours"),
        teams=None if teams is None else {key: Team(**team) for key, team in teams.items()},
        playbook=None if playbook is None else Playbook(**{key[:-2]: seconds for key, seconds in playbook.items()}),
        complaint_report=None if report is None else ComplaintReport(**report),
        skills={row.key: row.name for row in rx.all(sa.select(skills).order_by(skills.c.key))},
        queues={row.key: _queue(row) for row in rx.all(sa.select(queues).order_by(queues.c.key))},
        agents=_dump_agents(rx),
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


def _load_settings(tx: Tx, document: Document) -> None:
    values: dict[str, Any] = document.model_dump(
        mode="json",
        include={"name", "mail_domain", "time_zone", "languages", "business_hours", "holidays", "teams"}
        | {"dial_countries", "chat_origins", "not_ready_reasons", "reopen_hours"}
        | {"working_weekends", "default_queue", "complaint_report"},
        exclude_none=True,
    )
    if document.weekend is not None:
        values["weekend"] = weekdays(list(document.weekend))
    if document.playbook is not None:
        changes = {"survey_after_s": document.playbook.survey_after, "call_after_s": document.playbook.call_after}
        values["playbook"] = {key: seconds for key, seconds in changes.items() if seconds is not None}
    for key, value in values.items():
        _put(tx, organization, key, value=value)


def _load_agents(tx: Tx, wanted: dict[str, Agent], kept: list[str]) -> None:
    known = {row.email: row.id for row in tx.all(sa.select(users.c.email, users.c.id))}
    for email, agent in wanted.items():
        about = {"name": agent.name, "role": agent.role, "language": agent.language}
        work = {"capacity": agent.capacity, "languages": agent.languages}
        id = known.get(email)
        if id is None:
            # Without a password nobody signs in: `careline user add` gives one.
            id = tx.new_id()
            tx.insert(users, id=id, email=email, created_at=tx.now, **about)
        else:
            tx.update(users, id, **about)
        since = {"presence_since": tx.now, "idle_since": tx.now, "silent_since": tx.now}
        if not tx.insert_if_new(agents, id=id, presence="offline", **since, **work):
            tx.update(agents, id, **work)
        _serve(tx, id, agent.queues, agent.skills)
    names = sa.select(agents.c.id, users.c.email).join(users, users.c.id == agents.c.id)
    for row in tx.all(names.where(users.c.email.not_in(list(wanted)))):
        _serve(tx, row.id, [], {})
        if any(
            _used(tx, column, row.id)
            for column in (interactions.c.agent_id, interactions.c.last_agent_id, work_items.c.agent_id)
        ) or _used(tx, offers.c.agent_id, row.id):
            kept.append(f"agents.{row.email}")
        else:
            tx.execute(sa.delete(agents).where(agents.c.id == row.id))


def _serve(tx: Tx, agent_id: str, in_queues: list[str], with_skills: dict[str, int]) -> None:
    tx.execute(sa.delete(agent_queues).where(agent_queues.c.agent_id == agent_id))
    tx.execute(sa.delete(agent_skills).where(agent_skills.c.agent_id == agent_id))
    for queue in in_queues:
        tx.insert(agent_queues, agent_id=agent_id, queue=queue)
    for skill, level in with_skills.items():
        tx.insert(agent_skills, agent_id=agent_id, skill=skill, level=level)


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
            if live or _used(tx, entry_points.c.flow, row.key):
                kept.append(f"flows.{row.key}")
            else:
                tx.execute(sa.delete(flows).where(flows.c.key == row.key))
    if document.queues is not None:
        for row in tx.all(sa.select(queues.c.key).where(queues.c.key.not_in(list(document.queues)))):
            columns = (interactions.c.queue, work_items.c.queue, entry_points.c.queue, segments.c.queue)
            if any(_used(tx, column, row.key) for column in columns):
                kept.append(f"queues.{row.key}")
            else:
                tx.execute(sa.delete(agent_queues).where(agent_queues.c.queue == row.key))
                tx.execute(sa.delete(queues).where(queues.c.key == row.key))
    if document.skills is not None:
        asked = {skill for row in tx.all(sa.select(queues.c.skills)) for skill in row.skills}
        for row in tx.all(sa.select(skills.c.key).where(skills.c.key.not_in(list(document.skills)))):
            if row.key in asked or _used(tx, agent_skills.c.skill, row.key):
                kept.append(f"skills.{row.key}")
            else:
                tx.execute(sa.delete(skills).where(skills.c.key == row.key))


def _references(rx: Rx, document: Document) -> Iterator[tuple[str, str]]:
    """What the file says of queues, skills and flows that neither it nor the installation has."""
    known_queues = {row.key for row in rx.all(sa.select(queues.c.key))} | (document.queues or {}).keys()
    known_skills = {row.key for row in rx.all(sa.select(skills.c.key))} | (document.skills or {}).keys()
    known_flows = {row.key for row in rx.all(sa.select(flows.c.key))} | (document.flows or {}).keys()

    def missing(path: str, names: Collection[str], known: Collection[str], kind: str) -> Iterator[tuple[str, str]]:
        yield from ((path, f"there is no {kind} {name}") for name in names if name not in known)

    if document.default_queue is not None:
        yield from missing("default_queue", [document.default_queue], known_queues, "queue")
    for key, queue in (document.queues or {}).items():
        yield from missing(f"queues.{key}.skills", queue.skills, known_skills, "skill")
    for email, agent in (document.agents or {}).items():
        yield from missing(f"agents.{email}.queues", agent.queues, known_queues, "queue")
        yield from missing(f"agents.{email}.skills", agent.skills, known_skills, "skill")
    for index, point in enumerate(document.entry_points or []):
        yield from missing(f"entry_points[{index}].queue", [point.queue], known_queues, "queue")
        if point.flow is not None:
            yield from missing(f"entry_points[{index}].flow", [point.flow], known_flows, "flow")
    for name, flow in (document.flows or {}).items():
        for line, why in check(parse(flow_source(flow), name=name), queues=known_queues):
            yield f"flows.{name}", f"line {line}: {why}"


def _put(tx: Tx, table: sa.Table, key: str, **values: Any) -> None:
    if not tx.insert_if_new(table, key=key, **values):
        tx.update(table, key, **values)


def _used(rx: Rx, column: sa.Column[Any], value: str) -> bool:
    return bool(rx.all(sa.select(column).where(column == value).limit(1)))


def _queue_values(queue: Queue) -> dict[str, Any]:
    return {
        "name": queue.name,
        "skills": queue.skills,
        "priority": queue.priority,
        "target_s": queue.target.within,
        "target_share": queue.target.share,
        "offer_s": queue.offer,
        "wrap_up_s": queue.wrap_up,
    }


def _queue(row: sa.Row[Any]) -> Queue:
    target = Target(within=row.target_s, share=row.target_share)
    return Queue(
        name=row.name,
        skills=row.skills,
        priority=row.priority,
        target=target,
        offer=row.offer_s,
        wrap_up=row.wrap_up_s,
    )


def _dump_agents(rx: Rx) -> dict[str, Agent]:
    serves: dict[str, list[str]] = {}
    for row in rx.all(sa.select(agent_queues).order_by(agent_queues.c.queue)):
        serves.setdefault(row.agent_id, []).append(row.queue)
    can: dict[str, dict[str, int]] = {}
    for row in rx.all(sa.select(agent_skills).order_by(agent_skills.c.skill)):
        can.setdefault(row.agent_id, {})[row.skill] = row.level
    found = rx.all(
        sa.select(agents, users.c.email, users.c.name, users.c.role, users.c.language)
        .join(users, users.c.id == agents.c.id)
        .order_by(users.c.email)
    )
    return {
        row.email: Agent(
            name=row.name,
            role=row.role,
            language=row.language,
            languages=row.languages,
            queues=serves.get(row.id, []),
            skills=can.get(row.id, {}),
            capacity=row.capacity,
        )
        for row in found
    }


def _dates(days: list[str] | None) -> list[date] | None:
    return None if days is None else [date.fromisoformat(day) for day in days]


def _dump_codes(rx: Rx, kind: str) -> dict[str, Code]:
    found = rx.all(sa.select(taxonomy).where(taxonomy.c.kind == kind).order_by(taxonomy.c.code))
    return {row.code: Code(name=row.name, parent=row.parent or None, retired=row.retired) for row in found}
