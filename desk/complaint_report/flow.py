"""desk/complaint_report/flow.py: section 2: what came in, what went out, and that it adds up.

    opening + adjustments + received + reopened − closed − void = outstanding

The left side is counted from what happened in the month, the right side from what was open at
its end. A report in which the two differ is not issued.
"""

from collections.abc import Mapping

from desk.complaint_report.control_limits import LEAST_BASE, limits, three_sigma
from desk.complaint_report.facts import CLOSED, Facts, MonthFacts
from desk.complaint_report.period import Month, Unit, rounded
from desk.complaint_report.value import Chart, Column, Compared, Figure, Row, Section, Table
from desk.complaint_report.words import Words
from desk.kernel.errors import Conflict

#: What is there at an instant; the other figures of the flow happened in the month.
STOCKS = ("opening", "outstanding")
Members = dict[str, tuple[str, ...]]


class DoesNotAddUp(Conflict):
    """The month's flow and the stock at its end differ: some history is missing or doubled."""

    code = "report_does_not_add_up"

    def __init__(self, month: Month, flow: int, stock: int) -> None:
        difference = stock - flow
        super().__init__(
            f"Complaint report {month}",
            f"the flow gives {flow} open complaints at the end of the month, the states give {stock}: "
            f"a difference of {difference:+d}. The report is not issued; look at complaints whose states "
            "do not follow one another.",
        )
        self.difference = difference


def flow_counts(facts: MonthFacts) -> dict[str, int]:
    """The seven figures of a month.

    Raises:
        DoesNotAddUp: they contradict each other.
    """
    counts = {
        "opening": len(facts.opening),
        "adjustments": 0,  # months are not frozen yet: nothing can differ from what was issued
        "received": len(facts.logged),
        "reopened": len(facts.reopened),
        "closed": sum(len(facts.entered.get(state, ())) for state in CLOSED),
        "void": len(facts.voided),
        "outstanding": len(facts.outstanding),
    }
    flow = counts["opening"] + counts["adjustments"] + counts["received"] + counts["reopened"]
    flow -= counts["closed"] + counts["void"]
    if flow != counts["outstanding"]:
        raise DoesNotAddUp(facts.month, flow, counts["outstanding"])
    return counts


def flow_section(facts: Facts, say: Words, members: Members) -> Section:
    """Section 2, with the complaints behind each figure added to `members`."""
    compared = facts.compared
    months = tuple(facts.months[at] for at in compared.all)
    counts = tuple(flow_counts(month) for month in months)
    now = months[0]
    closed = [id for state in CLOSED for id in now.entered.get(state, ())]
    members.update(
        {
            "F2.0": now.opening,
            "F2.1": tuple(item.id for item in now.logged),
            "F2.2": now.reopened,
            "F2.3": tuple(closed),
            "F2.4": now.voided,
            "F2.5": (),
            "F2.7": now.outstanding,
        }
    )
    specs = _specs(say)
    figures = tuple(
        compared.figure(
            key,
            formula,
            title,
            (counts[0][key], counts[1][key], counts[2][key]),
            how=how,
            cohort=cohort,
            unit=Unit.STOCK if key in STOCKS else Unit.COUNT,
            target=dict(facts.site.targets).get(key),
            at_most=True,
        )
        for key, formula, title, how, cohort in specs
    )
    return Section(
        id=2,
        title=say("Flow"),
        lead=_lead(counts[0], counts[1], say),
        figures=figures,
        blocks=(
            _waterfall(facts, counts[0], say),
            _flow_table(facts, compared, months, figures, say, members),
            *_columns(facts, say),
            *_heat(facts, now, say, members),
        ),
    )


def _specs(say: Words) -> tuple[tuple[str, str, str, str, str], ...]:
    """Key, formula, title, how and cohort of each figure."""
    start, end = say("stock at the start"), say("stock at the end")
    events, logged = say("events in the period"), say("logged in the period")
    as_is = " " + say("A stock: it compares as it is, not by the day.")
    how_opening = say("Complaints open when the month begins: E of the month before.") + as_is
    how_adjusted = say(
        "Net corrections of frozen months. No month is frozen yet: every month is counted afresh, so A = 0."
    )
    how_received = say("R = complaints logged in the period, by the site's time.")
    how_reopened = say("Entries into reopened, or into external from a closed kind.")
    how_closed = say("Entries into closed, resolved early or withdrawn.")
    how_void = say("Entries into void from logged or later; a suspicion that was voided is not counted.")
    how_open = (
        say("Open at the end, counted apart from the states at that instant: O + A + R + Ro − C − V = E.") + as_is
    )
    return (
        ("opening", "F2.0", say("Open at the start (O)"), how_opening, start),
        ("adjustments", "F2.5", say("Adjustments (A)"), how_adjusted, say("corrections")),
        ("received", "F2.1", say("Logged (R)"), how_received, logged),
        ("reopened", "F2.2", say("Reopened or back from closed (Ro)"), how_reopened, events),
        ("closed", "F2.3", say("Closed (C)"), how_closed, events),
        ("void", "F2.4", say("Void (V)"), how_void, events),
        ("outstanding", "F2.7", say("Open at the end (E)"), how_open, end),
    )


def _lead(now: Mapping[str, int], before: Mapping[str, int], say: Words) -> str:
    if not any(now.values()):
        return say("No complaint was open, logged or closed in this month.")
    grew = now["outstanding"] - now["opening"]
    numbers = {
        "r": now["received"],
        "c": now["closed"],
        "o": now["opening"],
        "e": now["outstanding"],
        "rb": before["received"],
    }
    if grew > 0:
        return say("More came in than went out: {r} logged, {c} closed. The stock rose from {o} to {e}.", **numbers)
    if grew < 0:
        return say("More went out than came in: {r} logged, {c} closed. The stock fell from {o} to {e}.", **numbers)
    return say("As many went out as came in: {r} logged, {c} closed. The stock stayed at {e}.", **numbers)


def _equation(counts: Mapping[str, int]) -> str:
    parts = [f"{counts['opening']}", f"+ {counts['adjustments']}", f"+ {counts['received']}", f"+ {counts['reopened']}"]
    return " ".join([*parts, f"− {counts['closed']}", f"− {counts['void']}", f"= {counts['outstanding']}"])


def _waterfall(facts: Facts, counts: Mapping[str, int], say: Words) -> Chart:
    equation = _equation(counts)
    first, last = say.day(facts.month, 1), say.day(facts.month, facts.last_day)
    steps = (
        (say("Open"), first, counts["opening"], "level"),
        (say("Adjusted"), "A", counts["adjustments"], "up"),
        (say("Logged"), "R", counts["received"], "up"),
        (say("Reopened"), "Ro", counts["reopened"], "up"),
        (say("Closed"), "C", -counts["closed"], "down"),
        (say("Void"), "V", -counts["void"], "down"),
        (say("Open"), last, counts["outstanding"], "level"),
    )
    return Chart(
        id="flow_waterfall",
        kind="waterfall",
        title=say("{equation}: the flow adds up", equation=equation),
        how="F2.7 O + A + R + Ro − C − V = E. "
        + say("The stock at the end was counted apart, from the states at the end of the month, and agrees."),
        label=say("Waterfall of the flow: {equation}", equation=equation),
        table="flow",
        data={"steps": steps},
    )


def _flow_table(
    facts: Facts,
    compared: Compared,
    months: tuple[MonthFacts, ...],
    figures: tuple[Figure, ...],
    say: Words,
    members: Members,
) -> Table:
    rows: list[Row] = []

    def add(
        formula: str,
        title: str,
        counts: tuple[int, ...],
        *,
        unit: Unit = Unit.COUNT,
        depth: int = 0,
        total: bool = False,
    ) -> None:
        mom, yoy = compared.changes(unit, (counts[0], counts[1], counts[2]))
        rows.append(Row(cells=(title, formula, *counts, mom, yoy), figure=formula, counted=2, depth=depth, total=total))

    def add_part(formula: str, title: str, ids: list[tuple[str, ...]]) -> None:
        members[formula] = ids[0]
        add(formula, title, tuple(len(part) for part in ids), depth=1)

    for figure in figures:
        counts = tuple(int(value or 0) for value in (figure.value, figure.month_before, figure.year_before))
        add(figure.formula, figure.title, counts, unit=figure.unit, total=figure.key == "outstanding")
        if figure.key == "received":
            early = [_received(month, facts, earlier=False) for month in months]
            late = [_received(month, facts, earlier=True) for month in months]
            add_part("F2.1a", say("received in the month"), early)
            add_part("F2.1b", say("received earlier, logged now"), late)
        if figure.key == "closed":
            titles = (
                say("closed after a decision"),
                say("resolved early, accepted by the customer"),
                say("withdrawn by the customer"),
            )
            for letter, state, title in zip("abc", CLOSED, titles, strict=True):
                add_part(f"F2.3{letter}", title, [month.entered.get(state, ()) for month in months])
    return Table(
        id="flow",
        formula="F2",
        title=say("The flow in figures"),
        how=say(
            "Cohort: events in the month. Changes of counts compare the daily mean (F1.1), those of stocks (O, E) "
            "the stocks."
        ),
        columns=(
            Column(title="", kind="text"),
            Column(title="F", kind="code"),
            *(Column(title=say.month(month)) for month in compared.all),
            Column(title=say("MoM"), kind="change"),
            Column(title=say("YoY"), kind="change"),
        ),
        rows=tuple(rows),
    )


def _received(month: MonthFacts, facts: Facts, *, earlier: bool) -> tuple[str, ...]:
    start, _ = month.month.bounds(facts.site.zone)
    return tuple(item.id for item in month.logged if (item.received_at < start) is earlier)


def _columns(facts: Facts, say: Words) -> tuple[Chart, Table]:
    base = limits(facts.volumes, facts.month)
    rows: list[Row] = []
    marks: list[tuple[object, ...]] = []
    for month in sorted(facts.volumes):
        mean = low = high = None
        if base is not None and not (facts.running and month == facts.month):
            expected = base * month.days
            mean, (low, high) = rounded(expected), three_sigma(expected)
        rows.append(Row(cells=(say.month(month), facts.volumes[month], mean, low, high), total=month == facts.month))
        marks.append((say.short_month(month, first=not marks), facts.volumes[month], mean, low, high))
    if base is None:
        title = say("Complaints logged by month; limits need at least {n} months before", n=LEAST_BASE)
    elif facts.running:
        title = say(
            "{month}: {n} logged; limits are for months that are over",
            month=say.so_far(facts.month, facts.last_day),
            n=facts.volumes[facts.month],
        )
    else:
        low, high = three_sigma(base * facts.month.days)
        value = facts.volumes[facts.month]
        outside = say("above the upper limit") if value > high else say("below the lower limit") if value < low else ""
        month_name = say.month(facts.month)
        if outside:
            title = say("{month} lies {outside}: {n} logged", month=month_name, outside=outside, n=value)
        else:
            title = say("{month} lies within its limits: {n} logged", month=month_name, n=value)
    how = say(
        "Complaints logged by month (F2.1). Mean m and limits m ± 3√m from up to twelve months "
        "before, by the days of each month."
    )
    chart = Chart(
        id="flow_columns",
        kind="columns",
        title=title,
        how=how,
        label=say("Columns of the complaints logged in each of thirteen months"),
        table="flow_months",
        data={"marks": tuple(marks), "names": (say("+3σ limit"), say("mean"), say("−3σ limit"))},
    )
    columns = (say("Logged"), say("Mean"), say("−3σ limit"), say("+3σ limit"))
    kinds = ("count", "rate", "rate", "rate")
    table = Table(
        id="flow_months",
        formula="F2.1",
        title=say("Complaints logged in thirteen months"),
        how=how,
        columns=(
            Column(title=say("Month"), kind="text"),
            *(
                Column(title=title, kind="count" if kind == "count" else "rate")
                for title, kind in zip(columns, kinds, strict=True)
            ),
        ),
        rows=tuple(rows),
        behind=True,
    )
    return chart, table


def _heat(facts: Facts, now: MonthFacts, say: Words, members: Members) -> tuple[Chart, Table]:
    cells = [[0] * 24 for _ in range(7)]
    by_day: list[list[str]] = [[] for _ in range(7)]
    for item in now.logged:
        local = item.received_at.astimezone(facts.site.zone)
        cells[local.weekday()][local.hour] += 1
        by_day[local.weekday()].append(item.id)
    names = say.weekdays()
    for day in range(7):
        members[f"F2.8:{day + 1}"] = tuple(by_day[day])
    if now.logged:
        heaviest = max(range(7), key=lambda day: (sum(cells[day]), -day))
        title = say("{day} is the heaviest day", day=names[heaviest][1])
    else:
        title = say("Nothing was logged")
    how = say(
        "F2.8 Complaints logged in the month, by weekday and hour of first expression, local time; n = {n}.",
        n=len(now.logged),
    )
    chart = Chart(
        id="flow_heat",
        kind="heat",
        title=title,
        how=how,
        label=say("Complaints by weekday and hour of day"),
        table="flow_hours",
        data={
            "cells": tuple(tuple(row) for row in cells),
            "days": tuple(short for short, _ in names),
            "total": say("total"),
            "axis": say("hour of day, local time"),
        },
    )
    rows = tuple(
        Row(cells=(names[day][1], *cells[day], sum(cells[day])), figure=f"F2.8:{day + 1}", counted=25)
        for day in range(7)
    )
    columns = (Column(title=say("Day"), kind="text"), *(Column(title=f"{hour:02d}") for hour in range(24)))
    table = Table(
        id="flow_hours",
        formula="F2.8",
        title=say("Complaints by weekday and hour"),
        how=how,
        columns=(*columns, Column(title=say("total"))),
        rows=rows,
        behind=True,
    )
    return chart, table
