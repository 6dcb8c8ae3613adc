"""desk/floor/figures_so_far.py: the figures as the database has them, to begin with."""

from typing import Any

import sqlalchemy as sa

from desk.floor.figures import Figures
from desk.floor.visits import ABANDONED, ANSWERED, LEFT, Rules, Visit
from desk.kernel.transaction import Rx
from desk.organization.days import start_of_day, zone_of_site
from desk.organization.openings import keeps_of_queues
from desk.tables import queues, segments, to_ms, work_items


def load_figures(rx: Rx) -> Figures:
    """The figures as the database has them, without the agents; the events after this snapshot follow by `fold`."""
    rows = rx.all(sa.select(queues).order_by(queues.c.key))
    keeps = keeps_of_queues(rx)
    rules = {
        row.key: Rules(
            key=row.key, name=row.name, target_s=row.target_s, target_share=row.target_share, keeps=keeps[row.key]
        )
        for row in rows
    }
    figures = Figures(zone=zone_of_site(rx), rules=rules)
    midnight = start_of_day(rx.now, figures.zone)
    today = (segments.c.kind == "queue", segments.c.from_at >= midnight)
    for row in rx.all(sa.select(segments).where(*today).order_by(segments.c.from_at, segments.c.id)):
        _remember(figures, row)
    waiting = sa.select(work_items.c.id).where(
        work_items.c.state.in_(("waiting", "offered")), work_items.c.kind == "interaction"
    )
    older = (segments.c.interaction_id.in_(waiting), segments.c.to_at.is_(None), segments.c.from_at < midnight)
    for row in rx.all(sa.select(segments).where(segments.c.kind == "queue", *older)):
        _remember(figures, row)
    others = (work_items.c.state.in_(("waiting", "offered")), work_items.c.kind != "interaction")
    figures.work = {row.id: row.queue for row in rx.all(sa.select(work_items.c.id, work_items.c.queue).where(*others))}
    figures.day = midnight
    return figures


def _remember(figures: Figures, row: Any) -> None:
    known = figures.visits.get(row.interaction_id)
    if known is not None:
        figures.ended.append(known)
    visit = Visit(queue=row.queue, entry=row.entry, began_ms=to_ms(row.from_at))
    if row.to_at is not None:
        visit.outcome = row.outcome if row.outcome in (ANSWERED, ABANDONED) else LEFT
        visit.wait_ms = to_ms(row.to_at) - visit.began_ms
    figures.visits[row.interaction_id] = visit
