"""knowledgebase/guides.py: a guide: questions that lead, choice by choice, to one of several answers. Pure.

    ? start: Is the lamp dead, or does it flicker?
      - It stays dark -> plug
      - It flickers -> bulb

    ? plug: Does another lamp work in this socket?
      - Yes -> bulb
      - No -> socket

    = bulb: Change the bulb: E27, at most 9 W.
    = socket: The socket has no current.
      Look at the fuse, then ask an electrician.

`? name:` begins a question, `= name:` an answer; both are Markdown and may go on for several lines. A choice names the
step that it leads to. A guide begins with its first question, and no way ever comes back to a step.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

MOST_STEPS = 100
#: Choices of one question: each has a key, 1 to 9.
MOST_CHOICES = 9
#: Questions on one way.
DEEPEST = 20
MOST_CHOICE = 200
#: What is wrong with one guide is told up to here.
MOST_TOLD = 8

_HEAD = re.compile(r"([?？=＝])[ \t]*(?:([^\s:：]+)[ \t]*[:：])?[ \t]*(.*)")
_CHOICE = re.compile(r"[ \t]*[-*－][ \t]+(.*)")
_ARROW = re.compile(r"(.*)(?:->|→)(.*)")
_NAME = re.compile(r"[^\W_][\w-]{0,39}")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An answer that a reader can give, and the step that it leads to."""

    says: str  #: Markdown of one line
    to: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """A question with its choices; without any, an answer that ends the way."""

    name: str
    says: str  #: Markdown
    choices: tuple[Choice, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a guide cannot be followed, and at which of its lines, from 1."""

    line: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Guide:
    """A guide as it was read. Only one without problems can be followed."""

    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def named(self) -> Mapping[str, Step]:
        """Its steps by their names."""
        return {step.name: step for step in self.steps}

    def before(self, name: str) -> list[Step]:
        """The questions of which a choice leads to a step."""
        return [step for step in self.steps if any(choice.to == name for choice in step.choices)]


@dataclass(kw_only=True)
class _Begun:
    """A step of which more lines may follow."""

    name: str
    line: int
    ends: bool
    first: str
    more: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)

    def step(self) -> Step:
        inner = min((len(line) - len(line.lstrip()) for line in self.more if line.strip()), default=0)
        says = "\n".join((self.first, *(line[inner:] for line in self.more))).strip()
        return Step(name=self.name, says=says, choices=tuple(self.choices), line=self.line)


def read(text: str) -> Guide:
    """The guide that `text` writes, with everything that keeps it from being followed."""
    problems: list[Problem] = []
    begun = _begun(text, problems)
    problems += (problem for one in begun for problem in _wrong_in(one))
    steps = tuple(one.step() for one in begun)
    if not problems:
        problems += _wrong_together(steps)
    if not problems:
        problems += _wrong_ways(steps)
    problems.sort(key=lambda problem: problem.line)
    return Guide(steps=steps, problems=tuple(problems[:MOST_TOLD]))


def words(text: str) -> str:
    """What a guide says, as Markdown without its signs and names: also of one that cannot be followed."""
    return "\n".join(_words(text)).strip()


def followed(guide: Guide, way: Sequence[int]) -> Step | None:
    """Where one is after these choices, each by its number from 1; None where there is no such way."""
    step = guide.steps[0]
    for number in way:
        if not 1 <= number <= len(step.choices):
            return None
        step = guide.named[step.choices[number - 1].to]
    return step


def _begun(text: str, problems: list[Problem]) -> list[_Begun]:
    found: list[_Begun] = []
    for number, line in enumerate(text.split("\n"), 1):
        if len(problems) >= MOST_TOLD:
            break
        head = _HEAD.fullmatch(line.rstrip())
        if head is not None:
            if len(found) == MOST_STEPS:
                problems.append(Problem(line=number, why=f"more than {MOST_STEPS} steps"))
                break
            found.append(_head(head, number, problems))
        elif found:
            _goes_on(found[-1], line, number, problems)
        elif line.strip() and not problems:
            problems.append(Problem(line=number, why="stands before the first step: “? name: question”"))
    return found


def _head(head: re.Match[str], line: int, problems: list[Problem]) -> _Begun:
    ends = head[1] in "=＝"
    name = (head[2] or "").casefold()
    if not _NAME.fullmatch(name):
        how = "= name: answer" if ends else "? name: question"
        problems.append(
            Problem(line=line, why=f"a step is written “{how}”, its name one word of letters, digits and -")
        )
    return _Begun(name=name, line=line, ends=ends, first=head[3])


def _goes_on(step: _Begun, line: str, number: int, problems: list[Problem]) -> None:
    choice = None if step.ends else _CHOICE.fullmatch(line.rstrip())
    if choice is not None:
        leads = _ARROW.fullmatch(choice[1])
        if leads is None:
            problems.append(Problem(line=number, why="a choice is written “- words -> step”"))
            return
        step.choices.append(Choice(says=leads[1].strip(), to=leads[2].strip().casefold(), line=number))
    elif not step.choices:
        step.more.append(line)
    elif line.strip():
        problems.append(Problem(line=number, why="neither a choice (“- words -> step”) nor a step"))


def _wrong_in(one: _Begun) -> Iterator[Problem]:
    kind = "answer" if one.ends else "question"
    if not one.step().says:
        yield Problem(line=one.line, why=f"the {kind} says nothing")
    if not one.ends and not one.choices:
        yield Problem(line=one.line, why=f"from “{one.name}” no way leads on: a question has choices")
    if len(one.choices) > MOST_CHOICES:
        yield Problem(line=one.line, why=f"more than {MOST_CHOICES} choices")
    said = set()
    for choice in one.choices[: MOST_CHOICES + 1]:
        if not choice.says or len(choice.says) > MOST_CHOICE:
            yield Problem(line=choice.line, why=f"a choice has 1 to {MOST_CHOICE} characters")
        elif choice.says in said:
            yield Problem(line=choice.line, why="this choice is there already")
        said.add(choice.says)


def _wrong_together(steps: Sequence[Step]) -> Iterator[Problem]:
    if not steps or not steps[0].choices:
        yield Problem(line=steps[0].line if steps else 1, why="a guide begins with a question: “? name: question”")
    named: dict[str, Step] = {}
    for step in steps:
        if step.name in named:
            why = f"there is a step “{step.name}” already, at line {named[step.name].line}"
            yield Problem(line=step.line, why=why)
        named.setdefault(step.name, step)
    for step in steps:
        for choice in step.choices:
            if choice.to not in named:
                why = f"there is no step “{choice.to[:40]}”" if choice.to else "the choice leads nowhere"
                yield Problem(line=choice.line, why=why)


def _wrong_ways(steps: Sequence[Step]) -> Iterator[Problem]:
    """Loops, steps that no way reaches, ways that are too long: of steps that each are right."""
    named = {step.name: step for step in steps}
    depths: dict[str, int] = {}
    circle = _circle(named, steps[0].name, [], depths)
    if circle:
        yield Problem(line=named[circle[-2]].line, why=f"the way comes back: {' → '.join(circle)}")
        return
    for step in steps:
        if step.name not in depths:
            yield Problem(line=step.line, why=f"no way leads to “{step.name}”")
    if depths[steps[0].name] > DEEPEST:
        yield Problem(line=steps[0].line, why=f"a way asks more than {DEEPEST} questions")


def _circle(named: Mapping[str, Step], name: str, way: list[str], depths: dict[str, int]) -> list[str]:
    """The first way that comes back to a step. Of every step that is reached, writes how many questions follow."""
    if name in way:
        return [*way[way.index(name) :], name]
    if name in depths:
        return []
    way.append(name)
    for choice in named[name].choices:
        if circle := _circle(named, choice.to, way, depths):
            return circle
    way.pop()
    depths[name] = max((1 + depths[choice.to] for choice in named[name].choices), default=0)
    return []


def _words(text: str) -> Iterator[str]:
    in_question = False
    for line in text.split("\n"):
        if head := _HEAD.fullmatch(line.rstrip()):
            in_question = head[1] in "?？"
            yield from ("", head[3])
        elif in_question and (choice := _CHOICE.fullmatch(line.rstrip())):
            leads = _ARROW.fullmatch(choice[1])
            yield f"- {leads[1].strip() if leads else choice[1]}"
        else:
            yield line.strip()
