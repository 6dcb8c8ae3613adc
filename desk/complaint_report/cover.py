"""desk/complaint_report/cover.py: section 0, what the report is about, and how far it can be trusted."""

from desk.complaint_report.facts import Facts
from desk.complaint_report.value import Column, Row, Section, Table
from desk.complaint_report.words import Words


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
