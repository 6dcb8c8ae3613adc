"""desk/replay/rules.py: the rules that a replay plays by: today's, and what an organization file would make of them.

Of the file count the sections queues, ordering, limits, agents, teams, hours and flows, the time zone, the business
hours and the days off, each complete as when it is loaded: a queue that it leaves out stays if it was used, an
agent whom it leaves out serves nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import sqlalchemy as sa

from desk.floor.queue_states import step_of
from desk.kernel.transaction import Rx
from desk.organization.file import Agent, Document, Team, flow_source, strangers, weekdays
from desk.organization.hours import Calendar, business_hours_of, hours_of
from desk.organization.organization import DEFAULTS, known, setting
from desk.organization.routing_rules import calendars_said, limits_said, ordering_said, policy
from desk.organization.rows import agents_now, dump_agents, queues_now
from desk.organization.rules import Known, Limits, Ordering, Queue, Wrong, kept_s, missing_in_queue, within
from desk.organization.values import in_words
from desk.replay.closings import Closings
from desk.scenarios.rules import limits_of, ordering_of
from desk.tables import agents, flows, users
from ivr.check import check
from ivr.flow import Flow
from ivr.parse import parse
from routing.hours import Hours
from routing.model import Rules, Service
from routing.queue_life import Ways
from routing.recorded import Person

_IDS = sa.select(agents.c.id, users.c.email).join(users, users.c.id == agents.c.id)


@dataclass(frozen=True, kw_only=True)
class Said:
    """Rules in the words of the file; agents by mail address, teams by their members' addresses."""

    queues: Mapping[str, Queue]
    ordering: Ordering
    limits: Limits
    agents: Mapping[str, Agent]
    teams: Mapping[str, Team]
    hours: Mapping[str, Calendar] = field(default_factory=dict)
    zone: str = "UTC"
    holidays: Sequence[date] = ()
    business_hours: Mapping[str, str] = field(default_factory=lambda: DEFAULTS["business_hours"])
    weekend: Sequence[int] = (5, 6)
    working_weekends: Sequence[date] = ()
    flows: Mapping[str, str] = field(default_factory=dict)

    def house(self) -> Hours:
        """When the house is open."""
        return business_hours_of(
            self.business_hours,
            zone=self.zone,
            weekend=self.weekend,
            holidays=self.holidays,
            working_weekends=self.working_weekends,
        )

    def call_flows(self) -> dict[str, Flow]:
        """The flows by their keys."""
        return {key: parse(source, name=key) for key, source in self.flows.items()}

    def ways(self, closings: Closings) -> dict[str, Ways]:
        """What is not the engine's. Calendars are closed at once when they were, not because they are now."""
        hours = {
            key: hours_of(calendar.model_copy(update={"closed": ""}), zone=self.zone, holidays=self.holidays)
            for key, calendar in self.hours.items()
        }
        return {
            key: Ways(
                steps=tuple(map(step_of, queue.overflow)),
                hours=hours.get(queue.hours) if queue.hours else None,
                max_length=queue.max_length,
                auto_accept=frozenset(queue.auto_accept),
                declines=queue.declines,
                closings=closings.get(queue.hours, ()) if queue.hours else (),
            )
            for key, queue in sorted(self.queues.items())
        }

    def rules(self) -> Rules:
        """As the engine takes them."""
        return Rules(
            queues=tuple(policy(key, self.queues[key]) for key in sorted(self.queues)),
            ordering=ordering_of(self.ordering),
            limits=limits_of(self.limits),
        )

    def people(self, ids: Mapping[str, str]) -> list[Person]:
        """The agents who are known here, `ids` being theirs by address; nobody else was ever there."""
        teams: dict[str, set[str]] = defaultdict(set)
        for key, team in self.teams.items():
            for email in team.members:
                teams[email].add(key)
        return [
            Person(
                id=ids[email],
                queues={key: Service(served.priority, served.delay * 1000) for key, served in agent.queues.items()},
                skills=agent.skills,
                capacity=agent.capacity,
                languages=frozenset(agent.languages),
                teams=frozenset(teams[email]),
            )
            for email, agent in sorted(self.agents.items())
            if email in ids
        ]


def today(rx: Rx) -> Said:
    """The rules in force."""
    return Said(
        queues=queues_now(rx),
        ordering=ordering_said(rx),
        limits=limits_said(rx),
        agents=dump_agents(rx),
        teams={key: Team(**team) for key, team in setting(rx, "teams").items()},
        hours=calendars_said(rx),
        zone=str(setting(rx, "time_zone")),
        holidays=_dates(setting(rx, "holidays")),
        business_hours=setting(rx, "business_hours"),
        weekend=setting(rx, "weekend"),
        working_weekends=_dates(setting(rx, "working_weekends")),
        flows={row.key: row.source for row in rx.all(sa.select(flows))},
    )


def ids_of_agents(rx: Rx) -> dict[str, str]:
    """The id of each agent by their mail address."""
    return {row.email: row.id for row in rx.all(_IDS)}


def proposed(now: Said, file: Document) -> Said:
    """The rules that would be in force with the file."""
    nothing: dict[str, dict[str, int]] = {"queues": {}, "skills": {}}
    left_out = {} if file.agents is None else {key: one.model_copy(update=nothing) for key, one in now.agents.items()}
    return Said(
        queues=now.queues if file.queues is None else {**now.queues, **file.queues},
        ordering=now.ordering if file.ordering is None else file.ordering,
        limits=now.limits if file.limits is None else file.limits,
        agents=now.agents if file.agents is None else {**left_out, **file.agents},
        teams=now.teams if file.teams is None else file.teams,
        hours=now.hours if file.hours is None else file.hours,
        zone=file.time_zone or now.zone,
        holidays=now.holidays if file.holidays is None else file.holidays,
        business_hours=now.business_hours if file.business_hours is None else file.business_hours.model_dump(),
        weekend=now.weekend if file.weekend is None else weekdays(list(file.weekend)),
        working_weekends=now.working_weekends if file.working_weekends is None else file.working_weekends,
        flows={**now.flows, **{key: flow_source(flow) for key, flow in (file.flows or {}).items()}},
    )


def wrong(rx: Rx, file: Document) -> Iterator[Wrong]:
    """What the file's rules speak of that neither it nor the installation has; of queues that it leaves as they are,
    the teams and calendars that it takes away."""
    there = _there(known(rx), file)
    stay = {} if file.teams is None and file.hours is None else queues_now(rx)
    for key, queue in (stay | (file.queues or {})).items():
        yield from within(f"queues.{key}", missing_in_queue(queue, there))
    if file.agents is None:
        yield from strangers(file.teams, agents_now(rx))
    for email, agent in (file.agents or {}).items():
        yield from there.missing(f"agents.{email}.queues", agent.queues, "queue")
        yield from there.missing(f"agents.{email}.skills", agent.skills, "skill")
    for key, flow in (file.flows or {}).items():
        found = check(parse(flow_source(flow), name=key), queues=there.queues)
        yield from ((f"flows.{key}", f"line {line}: {why}") for line, why in found)


def not_compared(now: Said, then: Said) -> Iterator[Wrong]:
    """What the file changes and no replay can play: for whom a contact is kept was asked as it came, and nobody has
    written down who it would have been by other rules."""
    for key in sorted(now.queues.keys() & then.queues.keys()):
        was, other = now.queues[key], then.queues[key]
        for name, kept in (("case_owner", was.case_owner), ("last_agent", was.last_agent)):
            proposed = getattr(other, name)
            for channel in sorted({*kept, *proposed}):
                if kept_s(kept, channel) != kept_s(proposed, channel):
                    yield f"queues.{key}.{name}.{channel}", _as_today(kept_s(kept, channel))
        if was.last_agent_within != other.last_agent_within:
            yield f"queues.{key}.last_agent_within", _as_today(was.last_agent_within)


def _as_today(seconds: int) -> str:
    return (
        f"a replay cannot compare other times: say {in_words(seconds)}, as it is today, and try others in a simulation"
    )


def _dates(days: Iterable[str]) -> list[date]:
    return [date.fromisoformat(day) for day in days]


def _there(here: Known, file: Document) -> Known:
    there = replace(
        here,
        queues=here.queues | (file.queues or {}).keys(),
        skills=here.skills | (file.skills or {}).keys(),
        teams=here.teams if file.teams is None else file.teams.keys(),
    )
    return there if file.hours is None else replace(there, calendars=file.hours.keys())
