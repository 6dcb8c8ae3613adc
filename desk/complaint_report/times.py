"""desk/complaint_report/times.py: section 4: were we on time, and how long did an answer take?

Two cohorts that must not be mixed: deadlines that fell due in the month (met or not, whatever
became of the complaint), and complaints whose first final answer went out in the month.
"""

from collections.abc import Iterable
from fractions import Fraction

from desk.complaint_report.facts import Answer, Due, Facts, MonthFacts
from desk.complaint_report.flow import Members
from desk.complaint_report.period import Site, Unit, percentile, rounded, share
from desk.complaint_report.value import Chart, Column, Compared, Exact, Figure, Row, Section, Table
from desk.complaint_report.words import Words

#: Deadlines in the order of print: name, key, formula.
CLOCKS = (
    ("acknowledgement", "acknowledgement_on_time", "F4.1"),
    ("first_reply", "first_reply_on_time", "F4.2"),
    ("final_response", "final_response_on_time", "F4.3"),
)
#: The bands of time to a final answer; disjoint and together everything.
BANDS = 4


def band(site: Site, answer: Answer) -> int:
    """Which band: 0 up to 3 business days, 1 more up to 28 days, 2 up to 56 days, 3 longer."""
    if site.business_days_between(answer.received_at, answer.at) <= 3:
        return 0
    days = site.days_between(answer.received_at, answer.at)
    return 1 if days <= 28 else 2 if days <= 56 else 3


def calendar_days(site: Site, answers: Iterable[Answer]) -> list[int]:
    """Sorted calendar days from first expression to first final answer."""
    return sorted(site.days_between(answer.received_at, answer.at) for answer in answers)


def business_days(site: Site, answers: Iterable[Answer]) -> list[int]:
    """Sorted business days from first expression to first final answer."""
    return sorted(site.business_days_between(answer.received_at, answer.at) for answer in answers)


def mean(values: list[int]) -> Fraction | None:
    """The mean; nothing of nothing."""
    return Fraction(sum(values), len(values)) if values else None


def times_section(facts: Facts, say: Words, members: Members) -> Section:
    """Section 4, with the complaints behind each figure added to `members`."""
    compared = facts.compared
    months = [facts.months[at] for at in compared.all]
    on_time = _on_time_figures(facts, compared, months, say, members)
    days = _day_figures(facts, compared, months, say, members)
    late = [due for due in months[0].due if due.name == "final_response" and not due.met]
    members["F4.8"] = tuple(due.complaint_id for due in late)
    return Section(
        id=4,
        title=say("Timeliness"),
        lead=_lead(months[0], late, say),
        figures=(*on_time, *days),
        blocks=(
            _on_time_table(compared, months, on_time, say, members),
            *_band_blocks(facts, months[0], say, members),
            *_ecdf_blocks(facts, months[0], say),
            _late_table(facts, late, say),
        ),
    )


def _lead(now: MonthFacts, late: list[Due], say: Words) -> str:
    due = sum(due.name == "final_response" for due in now.due)
    if not due:
        return say("No final response fell due in this month.")
    if not late:
        return say("{n:The|All} {n} final {n:response|responses} that fell due went out in time.", n=due)
    return say(
        "{late} of {n} final {n:response|responses} that fell due missed {n:its|their} day; each is listed below.",
        late=len(late),
        n=due,
    )


def _titles(say: Words) -> dict[str, str]:
    return {
        "acknowledgement": say("Acknowledgement"),
        "first_reply": say("First reply by a person"),
        "final_response": say("Final response"),
    }


def _parts(month: MonthFacts, name: str) -> tuple[int, int]:
    of_name = [due for due in month.due if due.name == name]
    return sum(due.met for due in of_name), len(of_name)


def _on_time_figures(
    facts: Facts, compared: Compared, months: list[MonthFacts], say: Words, members: Members
) -> list[Figure]:
    figures = []
    targets = dict(facts.site.targets)
    for name, key, formula in CLOCKS:
        parts = [_parts(month, name) for month in months]
        values: tuple[Exact, Exact, Exact] = (share(*parts[0]), share(*parts[1]), share(*parts[2]))
        members[formula] = tuple(due.complaint_id for due in months[0].due if due.name == name)
        members[f"{formula}:met"] = tuple(due.complaint_id for due in months[0].due if due.name == name and due.met)
        figures.append(
            compared.figure(
                key,
                formula,
                say("{what}, on time", what=_titles(say)[name]),
                values,
                how=say(
                    "Deadlines as extended that fall in the period, void complaints left out; met / all, "
                    "whatever the state."
                ),
                cohort=say("due in the period"),
                unit=Unit.PERCENT,
                whole=parts[0][1],
                target=targets.get(key),
            )
        )
    return figures


def _day_figures(
    facts: Facts, compared: Compared, months: list[MonthFacts], say: Words, members: Members
) -> list[Figure]:
    site, targets = facts.site, dict(facts.site.targets)
    lengths = [calendar_days(site, month.answers) for month in months]
    work = [business_days(site, month.answers) for month in months]
    members["F4.5"] = tuple(answer.complaint_id for answer in months[0].answers)
    cohort = say("first final answer sent in the period")
    how = say(
        "Days from first expression to the first final response or summary resolution; percentile: "
        "rank (n·p + 99) div 100."
    )

    def three(pick: object, rows: list[list[int]]) -> tuple[Exact, Exact, Exact]:
        values: list[Exact] = [mean(row) if pick is mean else percentile(row, 50 if pick == 50 else 90) for row in rows]
        return values[0], values[1], values[2]

    specs = (
        ("days_median", say("Median, calendar days"), three(50, lengths)),
        ("days_p90", say("90th percentile, calendar days"), three(90, lengths)),
        ("days_mean", say("Mean, calendar days"), three(mean, lengths)),
        ("business_days_median", say("Median, business days"), three(50, work)),
        ("business_days_p90", say("90th percentile, business days"), three(90, work)),
        ("business_days_mean", say("Mean, business days"), three(mean, work)),
    )
    figures = [
        compared.figure(
            key,
            "F4.5",
            title,
            values,
            how=how,
            cohort=cohort,
            unit=Unit.DAYS,
            whole=len(lengths[0]),
            target=targets.get(key),
            at_most=True,
        )
        for key, title, values in specs
    ]
    within = [sum(days <= 15 for days in row) for row in work]
    members["F4.6"] = tuple(
        a.complaint_id for a in months[0].answers if site.business_days_between(a.received_at, a.at) <= 15
    )
    shares: tuple[Exact, Exact, Exact] = (
        share(within[0], len(work[0])),
        share(within[1], len(work[1])),
        share(within[2], len(work[2])),
    )
    figures.append(
        compared.figure(
            "within_15_business_days",
            "F4.6",
            say("Within 15 business days"),
            shares,
            how=say("A line apart: not one of the bands."),
            cohort=cohort,
            unit=Unit.PERCENT,
            whole=len(work[0]),
        )
    )
    return figures


def _on_time_table(
    compared: Compared, months: list[MonthFacts], figures: list[Figure], say: Words, members: Members
) -> Table:
    titles = _titles(say)
    rows = []
    for (name, _, formula), figure in zip(CLOCKS, figures, strict=True):
        met, due = _parts(months[0], name)
        cells = (titles[name], formula, due, met, figure.value, figure.target, figure.month_before, figure.year_before)
        rows.append(Row(cells=cells, figure=formula, counted=2))
    return Table(
        id="on_time",
        formula="F4.1",
        title=say("On time"),
        how=say("Cohort: deadlines falling in the month, as extended; void left out. – means that nothing fell due."),
        columns=(
            Column(title="", kind="text"),
            Column(title="F", kind="code"),
            Column(title=say("Due")),
            Column(title=say("Met")),
            Column(title=say("On time"), kind="percent"),
            Column(title=say("Target"), kind="percent"),
            Column(title=say.month(compared.before), kind="percent"),
            Column(title=say.month(compared.year_ago), kind="percent"),
        ),
        rows=tuple(rows),
    )


def _band_blocks(facts: Facts, now: MonthFacts, say: Words, members: Members) -> tuple[Chart, Table]:
    names = (say("up to 3 business days"), say("more, to 28 days"), say("29 to 56 days"), say("over 56 days"))
    marks: list[tuple[str, tuple[int, ...]]] = []
    for month in sorted(facts.bands):
        counts = [0] * BANDS
        for answer in facts.bands[month]:
            counts[band(facts.site, answer)] += 1
        marks.append((say.short_month(month, first=not marks), tuple(counts)))
    counts = list(marks[-1][1])
    total = sum(counts)
    for index in range(BANDS):
        members[f"F4.4:{index + 1}"] = tuple(a.complaint_id for a in now.answers if band(facts.site, a) == index)
    members["F4.4"] = tuple(a.complaint_id for a in now.answers)
    if total:
        title = say(
            "{share} had their final answer within three business days",
            share=say.percent(rounded(share(counts[0], total))),
        )
    else:
        title = say("No final answer went out in this month")
    how = say(
        "F4.4 Time from first expression to the first final response or summary resolution sent in "
        "the month. The four bands do not overlap and sum to n."
    )
    rows = [
        Row(cells=(names[i], counts[i], rounded(share(counts[i], total))), figure=f"F4.4:{i + 1}", counted=1)
        for i in range(BANDS)
    ]
    rows.append(Row(cells=(say("All"), total, rounded(share(total, total))), figure="F4.4", counted=1, total=True))
    within = len(members["F4.6"])
    chart = Chart(
        id="answer_bands",
        kind="bands",
        title=title,
        how=how,
        label=say("Stacked bars: time to a final answer in bands, by month"),
        table="bands",
        data={"marks": tuple(marks), "names": names},
    )
    table = Table(
        id="bands",
        formula="F4.4",
        title=say("The bands in figures"),
        how=say("Cohort: first final answer sent in the period; n = {n}", n=total),
        columns=(Column(title="", kind="text"), Column(title=say("Count")), Column(title=say("Share"), kind="percent")),
        rows=tuple(rows),
        note=say(
            "A line apart (F4.6): {n} within 15 business days ({share}).",
            n=within,
            share=say.percent(rounded(share(within, total))),
        ),
    )
    return chart, table


def _ecdf_blocks(facts: Facts, now: MonthFacts, say: Words) -> tuple[Chart, Table]:
    calendar = calendar_days(facts.site, now.answers)
    work = business_days(facts.site, now.answers)
    median = percentile(calendar, 50)
    if median is None:
        title = say("No time to show: nothing was answered")
    else:
        title = say("Half were answered by day {n}", n=median)
    how = say("F4.5 Share of first final answers sent by day d; percentiles by nearest rank; n = {n}.", n=len(calendar))
    rows = tuple(
        Row(cells=(name, "F4.5", rounded(of_calendar), rounded(of_work)), figure="F4.5")
        for name, of_calendar, of_work in (
            (say("Median"), median, percentile(work, 50)),
            (say("90th percentile"), percentile(calendar, 90), percentile(work, 90)),
            (say("Mean"), mean(calendar), mean(work)),
        )
    )
    chart = Chart(
        id="answer_days",
        kind="ecdf",
        title=title,
        how=how,
        label=say("Share of complaints answered by day"),
        table="answer_days",
        data={
            "days": tuple(calendar),
            "axis": say("days from first expression to final answer"),
            "left": say("% answered"),
        },
    )
    table = Table(
        id="answer_days",
        formula="F4.5",
        title=say("Time to final answer"),
        how=say("Days; n = {n}; percentiles by nearest rank", n=len(calendar)),
        columns=(
            Column(title="", kind="text"),
            Column(title="F", kind="code"),
            Column(title=say("Calendar"), kind="days"),
            Column(title=say("Business"), kind="days"),
        ),
        rows=rows,
    )
    return chart, table


def _late_table(facts: Facts, late: list[Due], say: Words) -> Table:
    site = facts.site
    rows = []
    for due in sorted(late, key=lambda due: (due.due_at, due.number, due.complaint_id)):
        until = due.met_at or facts.as_of
        rows.append(
            Row(
                cells=(
                    due.number,
                    facts.names.get(("category", due.category), due.category),
                    site.day(due.received_at).isoformat(),
                    site.day(due.due_at).isoformat(),
                    site.day(due.met_at).isoformat() if due.met_at else say("not yet"),
                    site.days_between(due.due_at, until),
                    say.state(due.state),
                ),
                figure=f"C:{due.complaint_id}",
            )
        )
    return Table(
        id="late",
        formula="F4.8",
        title=say("Limits missed, one by one"),
        how=say(
            "F4.8 Cohort: final response due in the month and sent late or not yet, as of the time of computation."
        ),
        columns=(
            Column(title=say("Complaint"), kind="code"),
            Column(title=say("Category"), kind="text"),
            Column(title=say("Received"), kind="date"),
            Column(title=say("Due"), kind="date"),
            Column(title=say("Answered"), kind="date"),
            Column(title=say("Days late")),
            Column(title=say("Where it stands"), kind="text"),
        ),
        rows=tuple(rows),
        note="" if rows else say("None."),
    )
