"""desk/complaint_report/sentences.py: what the figures say, in sentences for directors.

They are made of the figures; where there is no figure they say so.
"""

from fractions import Fraction

from desk.complaint_report.control_limits import base_of, three_sigma
from desk.complaint_report.facts import Facts, MonthFacts
from desk.complaint_report.flow import Members
from desk.complaint_report.period import rounded, share
from desk.complaint_report.value import Figure, Sentence
from desk.complaint_report.words import Words


def sentences(
    facts: Facts, months: list[MonthFacts], tiles: tuple[Figure, ...], say: Words, members: Members
) -> tuple[Sentence, ...]:
    received, rate, on_time, _, upheld, _ = tiles
    """A sentence for each thing that a director asks: volume, rate, timeliness, outcome, top cause."""
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


def top_cause(now: MonthFacts) -> tuple[str, int, int] | None:
    """The main cause of most closings, their number, and that of all; None where nothing with a cause was closed."""
    known = {code: len(ids) for code, ids in now.causes.items() if code}
    if not known:
        return None
    top = min(known, key=lambda code: (-known[code], code))
    return top, known[top], sum(len(ids) for ids in now.causes.values())


def _cause(facts: Facts, now: MonthFacts, say: Words, members: Members) -> str:
    for code, ids in now.causes.items():
        members[f"F11.1:{code}"] = ids
    members["F11.1"] = tuple(id for code in sorted(now.causes) for id in now.causes[code])
    top = top_cause(now)
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
