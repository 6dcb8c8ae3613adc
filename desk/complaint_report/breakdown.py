"""desk/complaint_report/breakdown.py: section 6: what was logged, split six ways.

One cohort, logged in the month, so that every split sums to the same number. A part is compared
by the day of the month like the whole; its rate is per 10,000 contacts: of the same channel where
the split is by channel, of all otherwise.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from desk.complaint_report.facts import Facts, Logged, MonthFacts
from desk.complaint_report.flow import Members
from desk.complaint_report.period import Unit, rounded, share
from desk.complaint_report.value import Chart, Column, Compared, Figure, Row, Section, Table
from desk.complaint_report.words import Words


@dataclass(frozen=True, kw_only=True)
class Split:
    """One way to split."""

    id: str
    formula: str
    title: str
    code: Callable[[Logged], str]
    name: Callable[[str], str]


def splits(facts: Facts, say: Words) -> tuple[Split, ...]:
    """The six splits of the section."""

    def issue(code: str) -> str:
        return facts.names.get(("category", code), code) or say("not stated")

    def plain(code: str) -> str:
        return code or say("not stated")

    return (
        Split(id="channel", formula="F6.1", title=say("Channel"), code=lambda c: c.channel, name=say.channel),
        Split(id="issue", formula="F6.2", title=say("Issue"), code=lambda c: c.category, name=issue),
        Split(id="product", formula="F6.3", title=say("Product"), code=lambda c: c.product, name=plain),
        Split(id="level", formula="F6.4", title=say("Level"), code=lambda c: c.level, name=say.level),
        Split(id="tier", formula="F6.5", title=say("Tier at receipt"), code=lambda c: c.tier, name=say.tier),
        Split(
            id="vulnerable",
            formula="F6.6",
            title=say("Vulnerable customer"),
            code=lambda c: "yes" if c.vulnerable else "no",
            name=lambda code: say("yes") if code == "yes" else say("no"),
        ),
    )


def vital_few(counts: list[int]) -> int:
    """How many of the falling `counts` are the smallest set that reaches 80 % of all."""
    total, reached = sum(counts), 0
    for position, count in enumerate(counts, 1):
        reached += count
        if total and reached * 5 >= total * 4:
            return position
    return 0


def group(month: MonthFacts, code: Callable[[Logged], str]) -> dict[str, tuple[str, ...]]:
    """The complaints logged in a month, by `code`."""
    groups: dict[str, list[str]] = defaultdict(list)
    for item in month.logged:
        groups[code(item)].append(item.id)
    return {key: tuple(ids) for key, ids in groups.items()}


def breakdown_section(facts: Facts, say: Words, members: Members) -> Section:
    """Section 6, with the complaints behind each part added to `members`."""
    compared = facts.compared
    figures: list[Figure] = []
    blocks: list[Table | Chart] = []
    for split in splits(facts, say):
        groups = tuple(group(facts.months[at], split.code) for at in compared.all)
        order = sorted(groups[0], key=lambda code, first=groups[0]: (-len(first[code]), code))  # type: ignore[misc]
        gone = sorted((set(groups[1]) | set(groups[2])) - set(order))
        table = _table(facts, compared, split, groups, order + gone, say, members)
        if split.id == "issue":
            blocks.insert(0, _pareto(split, groups[0], order, say))
            blocks.insert(1, table)
        else:
            blocks.append(table)
        top = order[0] if order else ""
        if top or not order:
            of_top = (
                share(len(groups[0].get(top, ())), len(facts.months[compared.month].logged)),
                share(len(groups[1].get(top, ())), len(facts.months[compared.before].logged)),
                share(len(groups[2].get(top, ())), len(facts.months[compared.year_ago].logged)),
            )
            title = say("{split}: largest part, {name}", split=split.title, name=split.name(top) if order else "–")
            figures.append(
                compared.figure(
                    f"largest_{split.id}",
                    split.formula,
                    title,
                    of_top,
                    unit=Unit.PERCENT,
                    how=say("Complaints of the largest part / all logged."),
                    cohort=say("logged in the period"),
                    whole=len(facts.months[compared.month].logged),
                )
            )
    return Section(id=6, title=say("Breakdown"), lead=_lead(facts, say), figures=tuple(figures), blocks=tuple(blocks))


def _lead(facts: Facts, say: Words) -> str:
    now, before = facts.months[facts.month], facts.months[facts.month.plus(-1)]
    if not now.logged:
        return say("Nothing was logged in this month, so there is nothing to split.")
    issue = splits(facts, say)[1]
    groups = group(now, issue.code)
    top = min(groups, key=lambda code: (-len(groups[code]), code))
    earlier = len(group(before, issue.code).get(top, ()))
    part = say.percent(rounded(share(len(groups[top]), len(now.logged))))
    if facts.running:  # the counts of a part and of a whole month do not compare
        return say(
            "The most frequent was {name}: {n} of {all} ({share}).",
            name=issue.name(top),
            n=len(groups[top]),
            all=len(now.logged),
            share=part,
        )
    return say(
        "The most frequent was {name}: {n} of {all} ({share}), after {before} in the month before.",
        name=issue.name(top),
        n=len(groups[top]),
        all=len(now.logged),
        share=part,
        before=earlier,
    )


def _table(
    facts: Facts,
    compared: Compared,
    split: Split,
    groups: tuple[dict[str, tuple[str, ...]], ...],
    order: list[str],
    say: Words,
    members: Members,
) -> Table:
    now = facts.months[compared.month]
    total = len(now.logged)
    rows = []
    for code in order:
        ids = groups[0].get(code, ())
        figure = f"{split.formula}:{code}"
        members[figure] = ids
        contacts = now.contacts.get(code, 0) if split.id == "channel" else sum(now.contacts.values())
        counts = (len(ids), len(groups[1].get(code, ())), len(groups[2].get(code, ())))
        rows.append(_row(compared, split.name(code), figure, counts, total, contacts))
    all_counts = (total, len(facts.months[compared.before].logged), len(facts.months[compared.year_ago].logged))
    members[split.formula] = tuple(item.id for item in now.logged)
    rows.append(_row(compared, say("All"), split.formula, all_counts, total, sum(now.contacts.values()), last=True))
    return Table(
        id=f"by_{split.id}",
        formula=split.formula,
        title=say("By {split}", split=split.title.lower()),
        how=say(
            "{formula} Cohort: logged in the period. Changes compare the daily mean; rate per 10,000 contacts{own}.",
            formula=split.formula,
            own=say(" of the same channel") if split.id == "channel" else "",
        ),
        columns=(
            Column(title=split.title, kind="text"),
            Column(title=say("Count")),
            Column(title=say("Share"), kind="percent"),
            Column(title=say.month(compared.before)),
            Column(title=say.month(compared.year_ago)),
            Column(title=say("MoM"), kind="change"),
            Column(title=say("YoY"), kind="change"),
            Column(title=say("Rate"), kind="rate"),
        ),
        rows=tuple(rows),
    )


def _row(
    compared: Compared,
    name: str,
    figure: str,
    counts: tuple[int, int, int],
    total: int,
    contacts: int,
    *,
    last: bool = False,
) -> Row:
    mom, yoy = compared.changes(Unit.COUNT, counts)
    rate = rounded(Fraction(10_000 * counts[0], contacts)) if contacts else None
    cells = (name, counts[0], rounded(share(counts[0], total)), counts[1], counts[2], mom, yoy, rate)
    return Row(cells=cells, figure=figure, counted=1, total=last)


def _pareto(split: Split, groups: dict[str, tuple[str, ...]], order: list[str], say: Words) -> Chart:
    counts = [len(groups[code]) for code in order]
    few = vital_few(counts)
    marks = tuple(
        (split.name(code), count, place < few) for place, (code, count) in enumerate(zip(order, counts, strict=True))
    )
    if counts:
        title = say(
            "{few} of {all} {all:issue|issues} {few:makes|make} four fifths of the month", few=few, all=len(counts)
        )
    else:
        title = say("No issue was logged")
    return Chart(
        id="issue_pareto",
        kind="pareto",
        title=title,
        how=say(
            "F6.2 Complaints by main issue, falling; line: cumulative share. Full-colour bars: the smallest "
            "set that reaches 80 %."
        ),
        label=say("Pareto chart of the issues"),
        table="by_issue",
        data={"marks": marks, "left": say("count"), "right": say("cumulative")},
    )
