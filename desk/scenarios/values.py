"""desk/scenarios/values.py: what a scenario file of `careline simulate` may say, part by part.

Times are seconds in names ending `_s`; a fraction is fine, and counts to the millisecond. Rules of routing (rings,
ordering, limits, how soon a queue is served) are written as in the organization file, so that what was tried here
can be pasted there.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from desk.organization import rules as said
from desk.organization.values import Duration, Level, Span
from routing.model import Strategy

#: Ten years: longer than anybody plans, and no figure loses a digit.
LONGEST_S = 3650 * 86400
_MOST_PER_HOUR = 10_000_000

Priority = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]

Seconds = Annotated[float, Field(ge=0, le=LONGEST_S, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
SomeSeconds = Annotated[float, Field(gt=0, le=LONGEST_S, allow_inf_nan=False)]


def milliseconds(seconds: float | Decimal | str) -> int:
    """To the nearest whole millisecond, a half upwards, from the digits that were written."""
    return int((Decimal(str(seconds)) * 1000).to_integral_value(ROUND_HALF_UP))


def _name(value: str) -> str:
    if not value.strip() or len(value) > 64 or not value.isprintable():
        raise ValueError("expected a name of at most 64 characters")
    return value


def _nothing_said(value: Any) -> Any:
    """`billing:` with nothing behind it is a queue by the defaults."""
    return {} if value is None else value


#: Queues, skills, channels and teams of a scenario are only names.
Named = Annotated[str, AfterValidator(_name)]


class Part(BaseModel):
    """A part of the file: what it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(Part):
    """Service level: this share answered within so long."""

    within_s: Seconds = 20
    share: float = Field(default=0.8, gt=0, le=1)


class Ring(said.Ring):
    """A ring as in the organization file, about names of the scenario."""

    skills: dict[Named, Annotated[int, Field(ge=0, le=5)]] = Field(default={})
    queues: list[Named] = Field(default=[])
    teams: list[Named] = Field(default=[])


class Queue(Part):
    """Who may serve it, how urgent it is, and the rules of routing that a queue of an organization may have too."""

    skills: dict[Named, Level] = {}
    priority: Priority = 0
    target: Target = Target()
    #: Else that of the whole scenario.
    strategy: Strategy | None = None
    rings: list[Ring] = Field(default=[], max_length=said.MOST_RINGS)
    #: By channel: how long a contact takes, as far as the ordering is concerned.
    handling: dict[Named, Duration] = {}
    #: By channel: when a contact without a deadline of its own is due; else the target's `within_s`.
    due: dict[Named, Duration] = {}
    #: By channel: how long a contact is kept for who owns its customer's case, and for who had the customer last.
    case_owner: dict[Named, Span] = {}
    last_agent: dict[Named, Span] = {}


def _alike(value: Any) -> Any:
    """A list of queues serves each alike."""
    if not isinstance(value, list):
        return value
    if len({str(key) for key in value}) != len(value):
        raise ValueError("a queue is listed twice")
    return {key: {} for key in value}


class Group(Part):
    """So many agents who are alike."""

    count: int = Field(default=1, ge=0, le=100_000)
    skills: dict[Named, Level] = {}
    #: A list, or for each how soon it is served: `{billing: {priority: 2, delay: 30s}}`.
    queues: Annotated[dict[Named, said.Served], BeforeValidator(_alike)] = {}
    teams: list[Named] = []
    channels: dict[Named, Annotated[int, Field(ge=0, le=100)]] = {"voice": 1}
    from_s: Seconds = 0
    until_s: Seconds | None = None

    @model_validator(mode="after")
    def _comes_before_it_goes(self) -> "Group":
        if self.until_s is not None and self.until_s <= self.from_s:
            raise ValueError("until_s must be later than from_s")
        return self


class Distribution(Part):
    """How durations are spread: exactly one of these."""

    exponential: SomeSeconds | None = None
    lognormal: tuple[SomeSeconds, Seconds] | None = None
    constant: Seconds | None = None
    empirical: Annotated[list[Seconds], Field(min_length=1, max_length=1_000_000)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_said_how(cls, said: object) -> object:
        if isinstance(said, dict):
            return said
        raise ValueError("expected a mapping like {exponential: 180}")

    @model_validator(mode="after")
    def _is_one(self) -> "Distribution":
        if len(self.model_fields_set) != 1 or None in (getattr(self, name) for name in self.model_fields_set):
            raise ValueError("expected one of exponential, lognormal, constant, empirical")
        return self


class Traffic(Part):
    """Contacts of one kind: at random, or as they were recorded."""

    queue: Named
    channel: Named
    rate_per_hour: Annotated[float, Field(ge=0, le=_MOST_PER_HOUR, allow_inf_nan=False)] | None = None
    handle_s: Distribution | None = None
    patience_s: Distribution | None = None
    from_s: Seconds = 0
    until_s: Seconds | None = None
    trace: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    kind: Named = "interaction"
    priority: Priority = 0
    tier: Named | None = None
    #: Its own deadline, from its arrival.
    due_s: Seconds | None = None
    #: Of which share of its customers an agent owns a case, and of which one has had them lately.
    case_owner: Share = 0
    last_agent: Share = 0

    @model_validator(mode="after")
    def _is_drawn_or_recorded(self) -> "Traffic":
        if self.trace is None:
            if self.rate_per_hour is None or self.handle_s is None:
                raise ValueError("expected rate_per_hour and handle_s, or a trace")
            if self.until_s is not None and self.until_s <= self.from_s:
                raise ValueError("until_s must be later than from_s")
            return self
        drawn = {"rate_per_hour", "handle_s", "patience_s", "from_s", "until_s"} & self.model_fields_set
        if drawn:
            raise ValueError(f"a trace says when and how long itself; leave out {', '.join(sorted(drawn))}")
        return self


def _kind(value: Any) -> Any:
    """`slack` or `priority` alone is that kind with its documented values."""
    return {"kind": value} if isinstance(value, str) else value


class ScenarioFile(Part):
    """A whole scenario."""

    seed: int = 0
    horizon_s: SomeSeconds
    warmup_s: Seconds = 0
    ordering: Annotated[said.Ordering, BeforeValidator(_kind)] = said.Ordering(kind="priority")
    strategy: Strategy = Strategy.LONGEST_IDLE
    limits: said.Limits = said.Limits()
    queues: dict[Named, Annotated[Queue, BeforeValidator(_nothing_said)]] = Field(min_length=1)
    agents: list[Group] = []
    traffic: list[Traffic] = []
