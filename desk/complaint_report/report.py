"""desk/complaint_report/report.py: the monthly complaint report: one computation, printed four ways.

`read_report` reads a snapshot and computes; `compute` is the computation alone, a pure function
of the rows. Every figure carries the complaints behind it, so that a click on a number lists
exactly what was counted.

    rows of the month ─▶ Facts ─▶ compute ─▶ Report ─▶ page · PDF · workbook · JSON
"""

from dataclasses import replace
from typing import Any

from desk.complaint_report.breakdown import breakdown_section
from desk.complaint_report.cover import cover_section
from desk.complaint_report.facts import Facts
from desk.complaint_report.flow import DoesNotAddUp, Members, flow_section
from desk.complaint_report.period import Month, rounded
from desk.complaint_report.reading import read_facts, read_rows, read_site
from desk.complaint_report.summary import summary_section
from desk.complaint_report.times import times_section
from desk.complaint_report.value import Report, Section
from desk.complaint_report.words import LANGUAGES, Words
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.transaction import Rx

#: Counts up whenever a formula or a cohort changes.
DEFINITION = "1.1"


def compute(facts: Facts, language: str = "en") -> Report:
    """The report that `facts` make. The same facts make the same report, to the byte.

    Raises:
        DoesNotAddUp: the flow of a month contradicts the stock at its end.
    """
    say = Words(language)
    members: Members = {}
    flow = flow_section(facts, say, members)
    times = times_section(facts, say, members)
    breakdown = breakdown_section(facts, say, members)
    summary = summary_section(facts, flow, times, say, members)
    start, end = facts.month.bounds(facts.site.zone)
    return Report(
        month=facts.month,
        month_name=say.so_far(facts.month, facts.last_day) if facts.running else say.month(facts.month),
        start=start,
        end=end,
        time_zone=facts.site.zone.key,
        organization=facts.site.name,
        language=language,
        generated_at=facts.as_of,
        definition=DEFINITION,
        notes=(
            say(
                "Incidence by the time of logging, timeliness by due date in the period, outcomes by "
                "decision or closing in the period, stock at the period's end."
            ),
            say(
                "Months are not frozen yet: every month is counted afresh, adjustments are 0, and a later "
                "correction changes the month it belongs to."
            ),
            say(
                "Sections 3, 5 and 7 to 17 are not part of this edition; the rate (F3.1), the share upheld "
                "(F7.1) and the top cause (F11.1) stand in the summary."
            ),
            say("Promised updates (F4.7) are not counted yet: of each complaint only the newest promise is kept."),
            *_provisional(facts, say),
        ),
        sections=(
            cover_section(facts, DEFINITION, say),
            summary,
            *(_so_far(section, facts, say) for section in (flow, times, breakdown)),
        ),
        provisional=facts.running,
        days_passed=rounded(facts.compared.days) or 0.0,
        members=members,
    )


def _provisional(facts: Facts, say: Words) -> tuple[str, ...]:
    """What must be known of a month that is not over."""
    if not facts.running:
        return ()
    days = say.number(rounded(facts.compared.days), 1)
    return (
        say(
            "The month is not over: its daily means divide by the {days} days that have passed, and what chance "
            "explains is said when it is over.",
            days=days,
        ),
    )


def _so_far(section: Section, facts: Facts, say: Words) -> Section:
    """The section; of a month that is not over its lead says up to when it speaks."""
    if not (facts.running and section.lead):
        return section
    day = say.day(facts.month, facts.last_day)
    return replace(section, lead=say("So far, to {day}: {words}", day=day, words=section.lead))


def read_report(rx: Rx, month: str, language: str = "en") -> Report:
    """The complaint report of a month like 2026-10, as of now.

    Raises:
        Invalid: no such month or language, or a month that has not begun.
        DoesNotAddUp: the report cannot be issued; the error names the difference.
    """
    if language not in LANGUAGES:
        raise Invalid("language", f"expected one of {', '.join(LANGUAGES)}")
    return compute(read_facts(rx, Month.parse(month)), language)


def read_figure(rx: Rx, month: str, figure: str, language: str = "en") -> tuple[Report, list[dict[str, Any]]]:
    """The report, and the complaints that one of its figures counts, in the order of counting.

    Raises:
        NotFound: the report has no such figure.
    """
    report = read_report(rx, month, language)
    if figure not in report.members:
        raise NotFound("figure", figure)
    return report, read_rows(rx, report.members[figure])


__all__ = [
    "DEFINITION",
    "LANGUAGES",
    "DoesNotAddUp",
    "Month",
    "Report",
    "compute",
    "read_figure",
    "read_report",
    "read_site",
]
