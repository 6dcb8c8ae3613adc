"""desk/organization_file.py: what an organization file may say. One reviewable YAML text ↔ `Document`.

A section that is missing leaves what it is about as it is; a section that is present is complete.
Every error names the path to what is wrong (`queues.billing.target.share`) and says why.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from desk.errors import Invalid
from ivr.check import check
from ivr.parse import FlowError, parse

#: An organization of a thousand agents needs a tenth of this.
MOST_CHARACTERS = 4_000_000

_DURATION = re.compile(r"([1-9][0-9]{0,5})(s|m|h|d)", re.ASCII)
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _seconds(value: Any) -> Any:
    """`90s`, `15m`, `48h`, `14d` as seconds; whole numbers are seconds already."""
    if isinstance(value, str):
        found = _DURATION.fullmatch(value)
        if found is None:
            raise ValueError("expected a duration like 90s, 15m, 48h or 14d")
        return int(found[1]) * _UNITS[found[2]]
    return value


def _duration(seconds: int) -> str:
    unit = next(unit for unit, size in _UNITS.items() if seconds % size == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def _time_of_day(value: str) -> str:
    if not _TIME.fullmatch(value):
        raise ValueError("expected a time of day like 09:00")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no such time zone; expected a name like Europe/London") from error
    return value


def _key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,63}", value, re.ASCII):
        raise ValueError("expected a key of small letters, digits, _ . or -, at most 64")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value, re.ASCII):
        raise ValueError("expected a language like en or zh-TW")
    return value


def _with_message(capacity: dict[str, int]) -> dict[str, int]:
    """What other systems hand in takes the room of mail where nothing else is said."""
    return capacity if "message" in capacity else capacity | {"message": capacity.get("email", 0)}


Key = Annotated[str, AfterValidator(_key)]
Language = Annotated[str, AfterValidator(_language)]
Level = Annotated[int, Field(ge=1, le=5)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
Duration = Annotated[
    int, BeforeValidator(_seconds), Field(ge=1, le=400 * 86400), PlainSerializer(_duration, return_type=str)
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BusinessHours(_Part):
    """When the site is open on a business day, in its own zone."""

    open: TimeOfDay
    close: TimeOfDay


class Target(_Part):
    """Service level: this share answered within so long."""

    within: Duration = 20
    share: float = Field(default=0.8, gt=0, le=1)


class Queue(_Part):
    name: Name
    skills: dict[Key, Level] = {}
    priority: int = Field(default=0, ge=-100, le=100)
    target: Target = Target()
    offer: Duration = 20
    wrap_up: Duration = 60


class Agent(_Part):
    """A user who takes work. Passwords are not the file's business."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Literal["agent", "supervisor", "admin"] = "agent"
    language: Language = "en"
    languages: list[Language] = []
    queues: list[Key] = []
    skills: dict[Key, Level] = {}
    #: How much of each channel fits; `message` is every channel without a name of its own here.
    capacity: Annotated[dict[Key, Annotated[int, Field(ge=0, le=100)]], AfterValidator(_with_message)] = Field(
        default={"voice": 1, "chat": 3, "sms": 3, "email": 3, "task": 1}, validate_default=True
    )


class EntryPoint(_Part):
    """A number, mailbox, form or widget, and where it leads."""

    channel: Key
    address: Annotated[str, Field(min_length=1, max_length=320)]
    queue: Key
    flow: Key | None = None


class CannedReply(_Part):
    title: Name
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    language: Language = "en"


class Code(_Part):
    """An entry of the taxonomy; codes are retired, never deleted."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    parent: Key | None = None
    retired: bool = False


class Disposition(_Part):
    name: Name
    retired: bool = False


class Playbook(_Part):
    """What the organization changes in the recovery playbook."""

    survey_after: Duration | None = None
    call_after: Duration | None = None


class ComplaintReport(_Part):
    """Who stands for the monthly complaint report, and what its figures are held against."""

    owner: Annotated[str, Field(max_length=200)] = ""
    approver: Annotated[str, Field(max_length=200)] = ""
    targets: dict[Key, float] = {}


class Team(_Part):
    name: Name
    members: list[str] = []


class Document(_Part):
    """An organization file."""

    name: Name | None = None
    mail_domain: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")] | None = None
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    languages: list[Language] | None = Field(default=None, min_length=1)
    business_hours: BusinessHours | None = None
    weekend: list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]] | None = None
    holidays: list[date] | None = None
    working_weekends: list[date] | None = None
    default_queue: Key | None = None
    dial_countries: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]] | None = None
    chat_origins: list[Annotated[str, Field(pattern=r"^https?://[^/\s]+$")]] | None = None
    not_ready_reasons: dict[Key, Name] | None = None
    #: How long after closing a customer's word opens the same interaction again, by channel; `other` for the rest.
    reopen_hours: dict[Key, Annotated[int, Field(ge=0, le=8760)]] | None = None
    teams: dict[Key, Team] | None = None
    playbook: Playbook | None = None
    complaint_report: ComplaintReport | None = None
    skills: dict[Key, Name] | None = None
    queues: dict[Key, Queue] | None = None
    agents: dict[str, Agent] | None = None
    flows: dict[Key, str | dict[str, Any]] | None = None
    entry_points: list[EntryPoint] | None = None
    canned_replies: dict[Key, CannedReply] | None = None
    dispositions: dict[Key, Disposition] | None = None
    categories: dict[Key, Code] | None = None
    causes: dict[Key, Code] | None = None


class _Loader(yaml.SafeLoader):
    """Refuses a name given twice: the second would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} is given twice", problem_mark=key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        return super().construct_mapping(node, deep)


def read(text: str) -> Document:
    """The document that a YAML text says.

    Raises:
        Invalid: each error with its path, or its line where the text is not YAML.
    """
    if len(text) > MOST_CHARACTERS:
        raise Invalid("file", f"longer than {MOST_CHARACTERS} characters")
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AliasToken):
                raise Invalid(f"line {token.start_mark.line + 1}", "anchors and aliases are not read here")
        # A subclass of the safe loader: builds plain values only.
        content = yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Invalid(f"line {mark.line + 1 if mark else 1}", str(error.problem or error.context)) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Invalid("file", f"not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(content, dict):
        raise Invalid("file", "an organization file begins with names like queues:")
    return validated(content)


def validated(content: dict[str, Any]) -> Document:
    """The document that plain values say.

    Raises:
        Invalid: each error with its path.
    """
    try:
        document = Document.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise Invalid.many([(_path(one["loc"]), _why(one["msg"])) for one in found]) from error
    errors = [*_internal_errors(document)]
    if errors:
        raise Invalid.many(errors)
    return document


def written(document: Document) -> str:
    """The YAML text of a document: what `read` reads back as the same document."""
    content = document.model_dump(mode="json", exclude_none=True, exclude_unset=False)
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=118)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, so that a call flow can be read and reviewed."""


def _block(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _block)


def flow_source(flow: str | dict[str, Any]) -> str:
    """A call flow's YAML text, whichever way the file writes it."""
    return flow if isinstance(flow, str) else yaml.safe_dump(flow, sort_keys=False, allow_unicode=True, width=118)


def _internal_errors(  # noqa: C901, PLR0912  # a table: one section a loop
    document: Document,
) -> Iterator[tuple[str, str]]:
    """What a part says of another part of the same file."""
    for address, agent in (document.agents or {}).items():
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            yield f"agents.{address}", "an agent is named by their mail address"
        elif address != address.lower():
            yield f"agents.{address}", "addresses are written in small letters"
        if len(set(agent.queues)) != len(agent.queues):
            yield f"agents.{address}.queues", "a queue is listed twice"
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
    for key, team in (document.teams or {}).items():
        for member in team.members:
            if document.agents is not None and member not in document.agents:
                yield f"teams.{key}.members", f"{member} is not one of the agents"


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "[key]":
            path += f".{part}" if path else part
    return path or "file"


def _why(message: str) -> str:
    return "unknown here" if message == "Extra inputs are not permitted" else message.removeprefix("Value error, ")


def weekdays(names: list[str]) -> list[int]:
    """Names of days as numbers, Monday 0."""
    return sorted({_DAYS.index(name) for name in names})


def weekday_names(numbers: list[int]) -> list[str]:
    """Numbers of days, Monday 0, as names."""
    return [_DAYS[number] for number in sorted(numbers)]
