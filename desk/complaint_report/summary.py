"""desk/complaint_report/summary.py: section 1, the page a director reads.

Six tiles, a sentence for each thing that a director asks, and what management is asked to decide.
"""

from dataclasses import replace
from fractions import Fraction

from desk.complaint_report.control_limits import limits, three_sigma
from desk.complaint_report.decisions import decisions
from desk.complaint_report.facts import Facts, MonthFacts
from desk.complaint_report.flow import Members
from desk.complaint_report.period import Unit, share
from desk.complaint_report.sentences import sentences
from desk.complaint_report.value import Column, Compared, Exact, Figure, Row, Section, Table
from desk.complaint_report.words import Words

UPHELD = ("upheld", "partly")
DECIDED = (*UPHELD, "not_upheld")


def summary_section(facts: Facts, flow: Section, times: Section, say: Words, members: Members) -> Section:
    """Section 1: six tiles, the sentences, and what is asked of management."""
    compared = facts.compared
    months = [facts.months[at] for at in compared.all]
    flow_of = {figure.key: figure for figure in flow.figures}
    times_of = {figure.key: figure for figure in times.figures}
    rate = _rate(facts, compared, months, say)
    upheld = _upheld(facts, compared, months, say, members)
    last_day = say.day(facts.month, facts.last_day)
    tiles = (
        replace(flow_of["received"], title=say("Complaints logged")),
        rate,
        times_of["final_response_on_time"],
        replace(times_of["days_median"], title=say("Median time to final answer")),
        upheld,
        replace(flow_of["outstanding"], title=say("Outstanding on {day}", day=last_day)),
    )
    asked = decisions(facts, months[0], tiles, say)
    return Section(
        id=1,
        title=say("Summary"),
        lead=_lead(facts, flow_of, say),
        figures=tiles,
        sentences=sentences(facts, months, tiles, say, members),
        blocks=(_tile_table(tiles, compared, say), asked),
    )


def _lead(facts: Facts, flow: dict[str, Figure], say: Words) -> str:
    base = limits(facts.volumes, facts.month)
    value = facts.volumes[facts.month]
    grew = int(flow["outstanding"].value or 0) - int(flow["opening"].value or 0)
    stock = (
        say("the stock of open complaints grew by {n}.", n=grew)
        if grew > 0
        else say("the stock of open complaints fell by {n}.", n=-grew)
        if grew < 0
        else say("the stock of open complaints did not change.")
    )
    if facts.running:
        return (
            say(
                "{month}, is provisional: what chance explains is said when it is over;",
                month=say.so_far(facts.month, facts.last_day),
            )
            + " "
            + stock
        )
    month = say.month(facts.month)
    if base is None:
        return say("There is too little history to say what is usual in {month};", month=month) + " " + stock
    low, high = three_sigma(base * facts.month.days)
    if low <= value <= high:
        return (
            say("{month} was an ordinary month: complaints stayed within what chance explains;", month=month)
            + " "
            + stock
        )
    more = say("rose") if value > high else say("fell")
    return (
        say("{month} was not an ordinary month: complaints {more} beyond what chance explains;", month=month, more=more)
        + " "
        + stock
    )


def _rate(facts: Facts, compared: Compared, months: list[MonthFacts], say: Words) -> Figure:
    values: list[Exact] = []
    for month in months:
        contacts = sum(month.contacts.values())
        values.append(Fraction(10_000 * len(month.logged), contacts) if contacts else None)
    return compared.figure(
        "rate",
        "F3.1",
        say("Per 10,000 contacts"),
        (values[0], values[1], values[2]),
        unit=Unit.RATE,
        how=say("R / contacts × 10,000. Contacts: interactions that came in during the period."),
        cohort=say("logged in the period"),
        whole=sum(months[0].contacts.values()),
        target=dict(facts.site.targets).get("rate"),
        at_most=True,
    )


def _upheld(facts: Facts, compared: Compared, months: list[MonthFacts], say: Words, members: Members) -> Figure:
    def part(month: MonthFacts) -> tuple[int, int]:
        upheld = sum(len(month.decided.get(decision, ())) for decision in UPHELD)
        return upheld, sum(len(month.decided.get(decision, ())) for decision in DECIDED)

    parts = [part(month) for month in months]
    members["F7.1"] = tuple(id for decision in DECIDED for id in months[0].decided.get(decision, ()))
    members["F7.1:upheld"] = tuple(id for decision in UPHELD for id in months[0].decided.get(decision, ()))
    return compared.figure(
        "upheld",
        "F7.1",
        say("Upheld, whole or part"),
        (share(*parts[0]), share(*parts[1]), share(*parts[2])),
        unit=Unit.PERCENT,
        how=say("(upheld + partly) / (upheld + partly + not upheld)"),
        cohort=say("decided in the period"),
        whole=parts[0][1],
        target=dict(facts.site.targets).get("upheld"),
        at_most=True,
    )


def _tile_table(tiles: tuple[Figure, ...], compared: Compared, say: Words) -> Table:
    rows = tuple(
        Row(
            cells=(
                tile.title,
                tile.formula,
                say.value(tile.unit, tile.value),
                say.value(tile.unit, tile.target) if tile.target is not None else say("No target"),
                say.value(tile.unit, tile.month_before),
                say.value(tile.unit, tile.year_before),
                say.compared(tile.unit, tile.mom),
                say.compared(tile.unit, tile.yoy),
            )
        )
        for tile in tiles
    )
    titles = (
        "",
        "F",
        say("Value"),
        say("Target"),
        say.month(compared.before),
        say.month(compared.year_ago),
        say("MoM"),
        say("YoY"),
    )
    return Table(
        id="tiles",
        formula="F1",
        title=say("The six figures"),
        how=say("Counts compare the daily mean, stocks compare as they are, shares change in points; – means no base."),
        columns=tuple(Column(title=title, kind="text") for title in titles),
        rows=rows,
        behind=True,
    )
