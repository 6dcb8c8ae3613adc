"""desk/complaint_report/summary.py: sections 0 and 1: the cover, and the page a director reads.

Six tiles, a sentence for each thing that a director asks, and what management is asked to
decide. The sentences are made of the figures; where there is no figure they say so.
"""

from dataclasses import replace
from fractions import Fraction

from desk.complaint_report.facts import Facts, MonthFacts
from desk.complaint_report.flow import Members, base_of, limits, three_sigma
from desk.complaint_report.period import Unit, rounded, share
from desk.complaint_report.value import Column, Compared, Exact, Figure, Row, Section, Sentence, Table
from desk.complaint_report.words import Words

UPHELD = ("upheld", "partly")
DECIDED = (*UPHELD, "not_upheld")
#: From this share of the closings on, one cause is worth a decision.
HEAVY_CAUSE = 20


def cover_section(facts: Facts, definition: str, say: Words) -> Section:
    """Section 0: what the report is about, and how far it can be trusted."""
    site = facts.site
    start, end = (moment.astimezone(site.zone) for moment in facts.month.bounds(site.zone))
    checks = quality(facts)
    passed = sum(good for _, good in checks)
    grade = "ABCD"[min(len(checks) - passed, 3)]
    period = say("{start} to {end}, {zone}", start=say.moment(start), end=say.moment(end), zone=site.zone.key)
    if facts.running:
        period += " · " + say("provisional: so far, to {day}", day=say.day(facts.month, facts.last_day))
    rows = (
        Row(cells=(say("Entity"), site.name)),
        Row(cells=(say("Period"), period)),
        Row(cells=(say("Owner"), site.owner or "–")),
        Row(cells=(say("Approver"), site.approver or "–")),
        Row(
            cells=(
                say("Computed"),
                f"{say.moment(facts.as_of.astimezone(site.zone))} · "
                + say("definitions {version}", version=definition),
            )
        ),
        Row(
            cells=(
                say("Data quality"),
                say("{grade}: {passed} of {all} checks pass", grade=grade, passed=passed, all=len(checks)),
            )
        ),
    )
    tests = tuple(Row(cells=(say(name), say("passed") if good else say("failed"))) for name, good in checks)
    return Section(
        id=0,
        title=say("Cover"),
        lead="",
        blocks=(
            Table(
                id="cover",
                formula="F0.1",
                title=say("This report"),
                how="",
                rows=rows,
                columns=(Column(title=say("Item"), kind="text"), Column(title=say("Value"), kind="text")),
            ),
            Table(
                id="quality",
                formula="F0.2",
                title=say("Data quality"),
                how=say("Checks over the complaints logged in the period."),
                rows=tests,
                columns=(Column(title=say("Check"), kind="text"), Column(title=say("Result"), kind="text")),
            ),
        ),
    )


def quality(facts: Facts) -> list[tuple[str, bool]]:
    """What was looked at, and whether it is as it should be; of no complaints all is well."""
    now = facts.months[facts.month]
    n = len(now.logged)
    missing = sum(not item.category or not item.channel for item in now.logged)
    other = sum(item.category in {"other", ""} for item in now.logged)
    late = sum(facts.site.business_days_between(item.received_at, item.logged_at) > 1 for item in now.logged)
    closed = sum(len(ids) for ids in now.causes.values())
    return [
        ("The flow adds up", True),  # a report in which it does not is never made
        ("At most 5 % of complaints lack a category or channel", missing * 20 <= n),
        ("At most 10 % of complaints are of the category other", other * 10 <= n),
        ("At most 5 % were logged more than a business day after receipt", late * 20 <= n),
        ("At most 5 % were found void", not now.voided or len(now.voided) * 20 <= n),
        ("All that were closed have a cause", not now.causes.get("") or closed == 0),
    ]


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
    decisions = _decisions(facts, months[0], tiles, say)
    return Section(
        id=1,
        title=say("Summary"),
        lead=_lead(facts, flow_of, say),
        figures=tiles,
        sentences=_sentences(facts, months, tiles, say, members),
        blocks=(_tile_table(tiles, compared, say), decisions),
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


def _sentences(
    facts: Facts, months: list[MonthFacts], tiles: tuple[Figure, ...], say: Words, members: Members
) -> tuple[Sentence, ...]:
    received, rate, on_time, _, upheld, _ = tiles
    n = int(received.value or 0)
    against = [
        say(phrase, change=say.change(change))
        for phrase, change in (
            ("{change} a day on the month before", received.mom),
            ("{change} a day on the same month of last year", received.yoy),
        )
        if change is not None
    ]
    if facts.running:
        logged = say(
            "So far, to {day}, we logged {n} {n:complaint|complaints}", day=say.day(facts.month, facts.last_day), n=n
        )
    else:
        logged = say("We logged {n} {n:complaint|complaints}", n=n)
    volume = logged + "".join(say(", ") + words for words in against) + say(".")
    if rate.value is None:
        rated = say("No contact came in, so there is no rate.")
    else:
        rated = say(
            "That is {rate} for every 10,000 contacts{limit}.",
            rate=say.number(rate.value, 1),
            limit=_rate_limit(facts, rate, say),
        )
    due = on_time.whole or 0
    met = len(members["F4.3:met"])
    if not due:
        timely = say("No final response fell due in this month.")
    else:
        target = say("; target {target}", target=say.percent(on_time.target)) if on_time.target is not None else ""
        timely = say(
            "{met} of the {due} final {due:response|responses} that fell due went out in time ({share}{target}).",
            met=met,
            due=due,
            share=say.percent(on_time.value),
            target=target,
        )
    if upheld.whole:
        outcome = say(
            "We decided {n} {n:complaint|complaints}; {upheld} {upheld:was|were} upheld in whole or in part ({share}).",
            n=upheld.whole,
            upheld=len(members["F7.1:upheld"]),
            share=say.percent(upheld.value),
        )
    else:
        outcome = say("No complaint was decided in this month.")
    return (
        Sentence(
            subject=say("Volume"),
            text=volume,
            formula="F2.1",
            how=received.how
            + " "
            + say("Changes of counts compare the daily mean (F1.1): MoM = (y(t) − y(t−1)) / y(t−1), YoY with t−12."),
        ),
        Sentence(
            subject=say("Rate"),
            text=rated,
            formula="F3.1",
            how=rate.how + " " + say("Limits: u-chart, ū ± 3√(ū/n), ū from up to twelve months before."),
        ),
        Sentence(subject=say("Timeliness"), text=timely, formula="F4.3", how=on_time.how),
        Sentence(subject=say("Outcome"), text=outcome, formula="F7.1", how=upheld.how),
        Sentence(
            subject=say("Top cause"),
            text=_cause(facts, months[0], say, members),
            formula="F11.1",
            how=say("First closings in the period, by main cause."),
        ),
    )


def _rate_limit(facts: Facts, rate: Figure, say: Words) -> str:
    base = [at for at in base_of(facts.volumes, facts.month) if facts.contacts[at]]
    contacts = facts.contacts[facts.month]
    if facts.running or not base or not contacts or rate.value is None:
        return ""
    mean = Fraction(sum(facts.volumes[at] for at in base), sum(facts.contacts[at] for at in base))
    low, high = three_sigma(mean * 10_000, Fraction(contacts, 10_000))
    if rate.value > high:
        return say(", above the upper control limit of {limit}", limit=say.number(high, 1))
    if rate.value < low:
        return say(", below the lower control limit of {limit}", limit=say.number(low, 1))
    return say(", within the control limits of {low} and {high}", low=say.number(low, 1), high=say.number(high, 1))


def _top_cause(now: MonthFacts) -> tuple[str, int, int] | None:
    known = {code: len(ids) for code, ids in now.causes.items() if code}
    if not known:
        return None
    top = min(known, key=lambda code: (-known[code], code))
    return top, known[top], sum(len(ids) for ids in now.causes.values())


def _cause(facts: Facts, now: MonthFacts, say: Words, members: Members) -> str:
    for code, ids in now.causes.items():
        members[f"F11.1:{code}"] = ids
    members["F11.1"] = tuple(id for code in sorted(now.causes) for id in now.causes[code])
    top = _top_cause(now)
    if top is None:
        return say("No complaint with a cause was closed in this month.")
    code, count, total = top
    name = facts.names.get(("cause", code), code)
    return say(
        "{name} caused {n} of the {all} {all:complaint|complaints} closed ({share}).",
        name=name,
        n=count,
        all=total,
        share=say.percent(rounded(share(count, total))),
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


def _decisions(facts: Facts, now: MonthFacts, tiles: tuple[Figure, ...], say: Words) -> Table:
    """What the figures themselves ask for. Costs and owners are for people to add."""
    received, _, on_time, _, _, outstanding = tiles
    rows: list[tuple[str, str]] = []
    base = None if facts.running else limits(facts.volumes, facts.month)
    value = int(received.value or 0)
    if base is not None and value > (high := three_sigma(base * facts.month.days)[1]):
        rows.append(
            (
                say("Have the rise explained, and say who does it by when"),
                say("{n} logged, at most {limit} expected by chance", n=value, limit=say.number(high, 1)),
            )
        )
    top = _top_cause(now)
    if top is not None and top[1] >= 5 and top[1] * 100 >= top[2] * HEAVY_CAUSE:
        name = facts.names.get(("cause", top[0]), top[0])
        rows.append(
            (
                say("Open a corrective action on the cause: {name}", name=name),
                say("{n} of {all} {all:complaint|complaints} closed", n=top[1], all=top[2]),
            )
        )
    missed = (on_time.whole or 0) - sum(due.met for due in now.due if due.name == "final_response")
    if missed:
        rows.append(
            (
                say("Decide how late answers are prevented"),
                say(
                    "{n} of {all} final {all:response|responses} missed {all:its|their} day",
                    n=missed,
                    all=on_time.whole,
                ),
            )
        )
    before = len(now.opening)
    if int(outstanding.value or 0) > before * 11 // 10 + 2:
        rows.append(
            (
                say("Add hands until the stock falls, or accept later answers"),
                say("stock up from {before} to {now}", before=before, now=outstanding.value),
            )
        )
    nothing = "" if rows else say("The figures of this month ask for no decision.")
    return Table(
        id="decisions",
        formula="F1.2",
        title=say("What we ask management to decide"),
        how="",
        columns=(Column(title=say("Decision"), kind="text"), Column(title=say("Why now"), kind="text")),
        rows=tuple(Row(cells=row) for row in rows),
        note=nothing,
    )
