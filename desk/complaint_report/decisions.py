"""desk/complaint_report/decisions.py: what the figures themselves ask management to decide."""

from desk.complaint_report.control_limits import limits, three_sigma
from desk.complaint_report.facts import Facts, MonthFacts
from desk.complaint_report.sentences import top_cause
from desk.complaint_report.value import Column, Figure, Row, Table
from desk.complaint_report.words import Words

#: From this share of the closings on, one cause is worth a decision.
HEAVY_CAUSE = 20


def decisions(facts: Facts, now: MonthFacts, tiles: tuple[Figure, ...], say: Words) -> Table:
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
    top = top_cause(now)
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
