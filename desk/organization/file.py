"""desk/organization/file.py: what an organization file may say. One reviewable YAML text ↔ `Document`.

A section that is missing leaves what it is about as it is; a section that is present is complete.
Every error names the path to what is wrong (`queues.billing.target.share`) and says why.
"""

import re
from collections.abc import Container, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from channels.characters import why_no_address
from desk.kernel.errors import Invalid
from desk.organization.callbacks import Callbacks
from desk.organization.channels import missing_in_limits, missing_in_ordering, missing_in_table, missing_in_terms
from desk.organization.entry_points import EntryPoint
from desk.organization.hours import SAME_TIME, Calendar, wrong_in_calendar
from desk.organization.plain_yaml import read_mapping, wrong_values
from desk.organization.rules import (
    Capacity,
    Limits,
    Ordering,
    Queue,
    ServedQueues,
    within,
    wrong_in_limits,
    wrong_in_ordering,
    wrong_in_queue,
    wrong_in_served,
)
from desk.organization.theme import Theme, wrong_in_theme
from desk.organization.values import (
    ClosingTime,
    Country,
    Domain,
    Duration,
    Key,
    Language,
    Level,
    Name,
    Origin,
    TimeOfDay,
    Zone,
    wrong_in_name,
)
from ivr.check import check
from ivr.parse import FlowError, parse

#: An organization of a thousand agents needs a tenth of this.
MOST_CHARACTERS = 4_000_000

#: What YAML takes for the end of a line, and people do not: read back, it would be a space.
_ENDS_OF_YAML = re.compile("[\x85\u2028\u2029]")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class BusinessHours(BaseModel, extra="forbid", frozen=True):
    """When the site is open on a business day, in its own zone."""

    open: TimeOfDay
    close: ClosingTime


class Agent(BaseModel, extra="forbid", frozen=True):
    """A user who takes work. Passwords are not the file's business."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Literal["agent", "supervisor", "admin"] = "agent"
    language: Language = "en"
    languages: list[Language] = []
    #: Each alike, or for each how soon it is served.
    queues: ServedQueues = {}
    skills: dict[Key, Level] = {}
    capacity: Capacity = Field(default={"voice": 1, "chat": 3, "sms": 3, "email": 3, "task": 1}, validate_default=True)


class CannedReply(BaseModel, extra="forbid", frozen=True):
    title: Name
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    language: Language = "en"


class Code(BaseModel, extra="forbid", frozen=True):
    """An entry of the taxonomy; codes are retired, never deleted."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    parent: Key | None = None
    retired: bool = False


class Disposition(BaseModel, extra="forbid", frozen=True):
    name: Name
    retired: bool = False


class Playbook(BaseModel, extra="forbid", frozen=True):
    """What the organization changes in the recovery playbook."""

    survey_after: Duration | None = None
    call_after: Duration | None = None


class ComplaintReport(BaseModel, extra="forbid", frozen=True):
    """Who stands for the monthly complaint report, and what its figures are held against."""

    owner: Annotated[str, Field(max_length=200)] = ""
    approver: Annotated[str, Field(max_length=200)] = ""
    targets: dict[Key, float] = {}


def _once_each(members: list[str]) -> list[str]:
    return list(dict.fromkeys(member.strip().lower() for member in members))


class Team(BaseModel, extra="forbid", frozen=True):
    """Agents by their mail address, in whichever spelling the file has it."""

    name: Name
    members: Annotated[list[str], AfterValidator(_once_each)] = []


class Document(BaseModel, extra="forbid", frozen=True):
    """An organization file."""

    name: Name | None = None
    mail_domain: Domain | None = None
    time_zone: Zone | None = None
    languages: list[Language] | None = Field(default=None, min_length=1)
    business_hours: BusinessHours | None = None
    weekend: list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]] | None = None
    holidays: list[date] | None = None
    working_weekends: list[date] | None = None
    default_queue: Key | None = None
    #: The flow of a call to a number that nobody listed; empty: straight into the default queue.
    default_flow: Annotated[str, Field(max_length=64)] | None = None
    dial_countries: list[Country] | None = None
    chat_origins: list[Origin] | None = None
    not_ready_reasons: dict[Key, Name] | None = None
    #: How long after closing a customer's word opens the same interaction again, by channel; `other` for the rest.
    reopen_hours: dict[Key, Annotated[int, Field(ge=0, le=8760)]] | None = None
    teams: dict[Key, Team] | None = None
    #: Whether a second person approves an article before it is published.
    articles_need_review: bool | None = None
    #: Whether articles are searched by what they mean, too, where the model for it is installed.
    articles_by_meaning: bool | None = None
    #: When a chat is answered from the help centre first, by a machine, as far as it is sure.
    chat_bot: Literal["never", "open", "closed", "always"] | None = None
    #: What may be sent to a language-model provider, where the operator has set one.
    model_may_read: Literal["nothing", "articles", "conversations"] | None = None
    #: How the pages for customers look.
    theme: Theme | None = None
    #: Whether customers sign in to the help centre by a link that they are sent.
    customer_sign_in: bool | None = None
    playbook: Playbook | None = None
    complaint_report: ComplaintReport | None = None
    skills: dict[Key, Name] | None = None
    ordering: Ordering | None = None
    limits: Limits | None = None
    callbacks: Callbacks | None = None
    hours: dict[Key, Calendar] | None = None
    queues: dict[Key, Queue] | None = None
    agents: dict[str, Agent] | None = None
    flows: dict[Key, str | dict[str, Any]] | None = None
    entry_points: list[EntryPoint] | None = None
    canned_replies: dict[Key, CannedReply] | None = None
    dispositions: dict[Key, Disposition] | None = None
    categories: dict[Key, Code] | None = None
    causes: dict[Key, Code] | None = None


def read(text: str) -> Document:
    """The document that a YAML text says.

    Raises:
        Invalid: each error with its path, or its line where the text is not YAML.
    """
    begins_with = "an organization file begins with names like queues:"
    content = read_mapping(text, most_characters=MOST_CHARACTERS, begins_with=begins_with)
    return validated(content)


def validated(content: dict[str, Any]) -> Document:
    """The document that plain values say.

    Raises:
        Invalid: each error with its path.
    """
    try:
        document = Document.model_validate(content)
    except ValidationError as error:
        raise Invalid.many(wrong_values(error)) from error
    errors = [*_internal_errors(document)]
    if errors:
        raise Invalid.many(errors)
    return document


def written(document: Document) -> str:
    """The YAML text of a document: what `read` reads back as the same document."""
    return written_part(document.model_dump(mode="json", exclude_none=True, exclude_unset=False))


def written_part(content: dict[str, Any]) -> str:
    """The YAML text of a part of the file, for people to read."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=118)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, so that a call flow can be read and reviewed."""


def _block(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if _ENDS_OF_YAML.search(value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _block)


def flow_source(flow: str | dict[str, Any]) -> str:
    """A call flow's YAML text, whichever way the file writes it."""
    return flow if isinstance(flow, str) else yaml.safe_dump(flow, sort_keys=False, allow_unicode=True, width=118)


def _internal_errors(  # noqa: C901, PLR0912  # a table: one section a loop
    document: Document,
) -> Iterator[tuple[str, str]]:
    """What a part says of another part of the same file."""
    for key, queue in (document.queues or {}).items():
        yield from within(f"queues.{key}", wrong_in_queue(key, queue))
        yield from within(f"queues.{key}", missing_in_terms(queue))
    for key, calendar in (document.hours or {}).items():
        yield from within(f"hours.{key}", wrong_in_calendar(calendar))
    house = document.business_hours
    if house is not None and house.open == house.close:
        yield "business_hours.close", SAME_TIME
    if document.ordering is not None:
        yield from within("ordering", wrong_in_ordering(document.ordering))
        yield from within("ordering", missing_in_ordering(document.ordering))
    if document.limits is not None:
        yield from within("limits", wrong_in_limits(document.limits))
        yield from within("limits", missing_in_limits(document.limits))
    if document.theme is not None:
        yield from within("theme", wrong_in_theme(document.theme))
    for address, agent in (document.agents or {}).items():
        yield from missing_in_table(f"agents.{address}.capacity", agent.capacity)
        yield from within(f"agents.{address}", wrong_in_served(agent.queues))
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            yield f"agents.{address}", "an agent is named by their mail address"
        elif address != address.lower():
            yield f"agents.{address}", "addresses are written in small letters"
        elif why := why_no_address(address):
            yield f"agents.{address}", why
    for name, flow in (document.flows or {}).items():
        try:
            parsed = parse(flow_source(flow), name=name)
        except FlowError as error:
            yield from ((f"flows.{name}", f"line {line}: {why}") for line, why in error.errors)
        else:
            yield from ((f"flows.{name}", f"line {line}: {why}") for line, why in check(parsed))
    seen = set()
    for index, point in enumerate(document.entry_points or []):
        if (point.channel, point.address) in seen:
            yield f"entry_points[{index}]", f"{point.channel} {point.address} is given twice"
        seen.add((point.channel, point.address))
    for section, codes in (("categories", document.categories or {}), ("causes", document.causes or {})):
        for code, entry in codes.items():
            if entry.parent is not None and entry.parent not in codes:
                yield f"{section}.{code}.parent", f"{entry.parent} is not one of the {section}"
            elif entry.parent is not None and codes[entry.parent].parent is not None:
                yield f"{section}.{code}.parent", f"{entry.parent} has a parent itself; there are two levels"
    if document.agents is not None:
        yield from strangers(document.teams, document.agents)
    for path, name in _names(document):
        yield from wrong_in_name(path, name)


def _names(document: Document) -> Iterator[tuple[str, str]]:
    """Everything that is called something, beside queues."""
    report = document.complaint_report or ComplaintReport()
    yield from (("complaint_report.owner", report.owner), ("complaint_report.approver", report.approver))
    if document.name is not None:
        yield "name", document.name
    plain = {"skills": document.skills, "not_ready_reasons": document.not_ready_reasons}
    for section, names in plain.items():
        yield from ((f"{section}.{key}", name) for key, name in (names or {}).items())
    called: dict[str, Mapping[str, Team | Agent | Disposition | Code] | None] = {
        "teams": document.teams,
        "agents": document.agents,
        "dispositions": document.dispositions,
        "categories": document.categories,
        "causes": document.causes,
    }
    for section, entries in called.items():
        yield from ((f"{section}.{key}.name", entry.name) for key, entry in (entries or {}).items())
    for key, reply in (document.canned_replies or {}).items():
        yield f"canned_replies.{key}.title", reply.title
    for key, calendar in (document.hours or {}).items():
        yield f"hours.{key}.closed", calendar.closed


def strangers(teams: Mapping[str, Team] | None, addresses: Container[str]) -> Iterator[tuple[str, str]]:
    """The members of teams that are no agents: none of these addresses."""
    for key, team in (teams or {}).items():
        for member in team.members:
            if member not in addresses:
                yield f"teams.{key}.members", f"{member} is not one of the agents"


def weekdays(names: list[str]) -> list[int]:
    """Names of days as numbers, Monday 0."""
    return sorted({_DAYS.index(name) for name in names})


def weekday_names(numbers: list[int]) -> list[str]:
    """Numbers of days, Monday 0, as names."""
    return [_DAYS[number] for number in sorted(numbers)]
