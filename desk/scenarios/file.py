"""desk/scenarios/file.py: from a scenario file to what the simulation plays.

Every error names the path to what is wrong (`traffic[1].trace: calls.csv:17`) and says why.
"""

import errno
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from desk.kernel.errors import Invalid
from desk.organization.plain_yaml import read_mapping, wrong_values
from desk.organization.rules import kept_s
from desk.scenarios import values as written
from desk.scenarios.names import told_beside, wrong_names
from desk.scenarios.rules import rules_of, wrong_rules
from desk.scenarios.trace import read_trace
from desk.scenarios.values import Distribution, ScenarioFile, milliseconds
from routing.model import Service, Wanted
from routing.scenario import Group, Scenario
from routing.traffic import Constant, Duration, Empirical, Exponential, Known, Line, Lognormal, Poisson, Trace

#: A scenario of a thousand groups and lines needs a tenth of this.
MOST_CHARACTERS = 4_000_000
#: Two million recorded contacts with a few columns more than are looked at.
MOST_OF_A_TRACE = 64_000_000
#: More contacts than that are hours of playing, and mostly a slip of digits.
MOST_CONTACTS = 10_000_000

#: Gives the text of a trace by its name in the scenario.
Traces = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a scenario file says; `beside` is what is seldom meant and played all the same: (path, what)."""

    seed: int
    scenario: Scenario
    beside: tuple[tuple[str, str], ...] = ()


def load(path: Path) -> Loaded:
    """Reads a scenario file, and the traces that it names beside it.

    Raises:
        Invalid: each error with its path.
        OSError, UnicodeDecodeError: the file itself cannot be read.
    """
    # One character more than is taken tells a text that is too long, of whatever never ends too.
    with path.open(encoding="utf-8") as file:
        text = file.read(MOST_CHARACTERS + 1)
    return read(text, lambda name: _recorded(path.parent / name))


def _recorded(path: Path) -> str:
    """The text of a trace, or of one that is too long a little more than is taken.

    Raises:
        OSError, UnicodeDecodeError: it cannot be read, or what is there is no file: a pipe might never say a word.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    with path.open(encoding="utf-8") as file:
        return file.read(MOST_OF_A_TRACE + 1)


def read(text: str, traces: Traces) -> Loaded:
    """The scenario that a YAML text says.

    Raises:
        Invalid: each error with its path, or its line where the text is not YAML.
    """
    content = read_mapping(
        text, most_characters=MOST_CHARACTERS, begins_with="a scenario begins with names like horizon_s:"
    )
    try:
        file = ScenarioFile.model_validate(content)
    except ValidationError as error:
        raise Invalid.many(wrong_values(error)) from error
    errors = [*_wrong(file), *wrong_names(file), *wrong_rules(file)]
    if errors:
        raise Invalid.many(errors)
    scenario = Scenario(
        horizon_ms=milliseconds(file.horizon_s),
        warmup_ms=milliseconds(file.warmup_s),
        rules=rules_of(file),
        groups=tuple(_group(group) for group in file.agents),
        traffic=tuple(_traffic(index, file, traces) for index in range(len(file.traffic))),
    )
    _check_size(scenario)
    return Loaded(seed=file.seed, scenario=scenario, beside=(*told_beside(file), *_too_late(scenario)))


def _wrong(file: ScenarioFile) -> Iterator[tuple[str, str]]:
    """What a part says of another part of the same file."""
    if file.warmup_s >= file.horizon_s:
        yield "warmup_s", "must be before horizon_s, or nothing counts"
    for index, group in enumerate(file.agents):
        for key in group.queues:
            if key not in file.queues:
                yield f"agents[{index}].queues", f"{key} is not one of the queues"
    for index, line in enumerate(file.traffic):
        if line.queue not in file.queues:
            yield f"traffic[{index}].queue", f"{line.queue} is not one of the queues"


def _check_size(scenario: Scenario) -> None:
    """Refuses what would be played for hours.

    Raises:
        Invalid
    """
    expected = round(sum(line.expected(scenario.horizon_ms) for line in scenario.traffic))
    if expected > MOST_CONTACTS:
        why = f"{expected:,} contacts are expected until horizon_s, and at most {MOST_CONTACTS:,} are played"
        raise Invalid("traffic", f"{why}: lower rate_per_hour or horizon_s")


def _too_late(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Rows of traces that are not played."""
    for index, line in enumerate(scenario.traffic):
        if isinstance(line, Trace):
            late = sum(contact.arrived_ms >= scenario.horizon_ms for contact in line.recorded)
            if late:
                yield (
                    f"traffic[{index}].trace",
                    f"{late} of {len(line.recorded)} come at horizon_s or later: not played",
                )


def _group(group: written.Group) -> Group:
    return Group(
        count=group.count,
        queues={key: Service(served.priority, served.delay * 1000) for key, served in group.queues.items()},
        skills=group.skills,
        teams=frozenset(group.teams),
        channels=group.channels,
        from_ms=milliseconds(group.from_s),
        until_ms=None if group.until_s is None else milliseconds(group.until_s),
    )


def _traffic(index: int, file: ScenarioFile, traces: Traces) -> Poisson | Trace:
    traffic = file.traffic[index]
    line = Line(
        queue=traffic.queue,
        channel=traffic.channel,
        kind=traffic.kind,
        priority=traffic.priority,
        tier=traffic.tier or "",
        due_in_ms=None if traffic.due_s is None else milliseconds(traffic.due_s),
        known=tuple(_known(traffic, file.queues[traffic.queue])),
    )
    if traffic.trace is not None:
        return Trace(
            line=line, recorded=read_trace(_text(index, traffic.trace, traces), line, where=_at(index, traffic))
        )
    assert traffic.rate_per_hour is not None, "checked when it was read"
    assert traffic.handle_s is not None, "checked when it was read"
    return Poisson(
        line=line,
        rate_per_hour=traffic.rate_per_hour,
        handle=_duration(traffic.handle_s),
        patience=None if traffic.patience_s is None else _duration(traffic.patience_s),
        from_ms=milliseconds(traffic.from_s),
        until_ms=None if traffic.until_s is None else milliseconds(traffic.until_s),
    )


def _known(traffic: written.Traffic, queue: written.Queue) -> Iterator[Known]:
    """As on the desk the owner comes first, and for whom nothing is kept, nobody is wanted."""
    for wanted_as, share, said in (
        (Wanted.OWNER, traffic.case_owner, queue.case_owner),
        (Wanted.LAST, traffic.last_agent, queue.last_agent),
    ):
        kept_ms = kept_s(said, traffic.channel) * 1000
        if share and kept_ms:
            yield Known(wanted_as, share, kept_ms)


def _at(index: int, traffic: written.Traffic) -> str:
    return f"traffic[{index}].trace: {traffic.trace}"


def _text(index: int, name: str, traces: Traces) -> str:
    try:
        text = traces(name)
    except OSError as error:
        raise Invalid(f"traffic[{index}].trace", f"{name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"traffic[{index}].trace", f"{name}: not UTF-8 text") from error
    except ValueError as error:
        raise Invalid(f"traffic[{index}].trace", f"not a name of a file: {error}") from error
    if len(text) > MOST_OF_A_TRACE:
        raise Invalid(f"traffic[{index}].trace", f"{name}: longer than {MOST_OF_A_TRACE:,} characters")
    return text


def _duration(spread: Distribution) -> Duration:
    if spread.exponential is not None:
        return Exponential(mean_ms=spread.exponential * 1000)
    if spread.lognormal is not None:
        mean, deviation = spread.lognormal
        return Lognormal(mean_ms=mean * 1000, deviation_ms=deviation * 1000)
    if spread.constant is not None:
        return Constant(value_ms=milliseconds(spread.constant))
    return Empirical(values_ms=tuple(milliseconds(value) for value in spread.empirical or ()))
