"""desk/kernel/table_counts.py: PostgreSQL knows what its tables hold, also where much came in at once.

How it looks rows up it decides by what it counted last. By itself it counts a minute after much has changed, and not
where that is switched off; until then it takes full tables for empty ones, and goes through all of a table for a few
of its rows. So whoever has written much asks for it, once that is committed:

    ask ──▶ job ──▶ each table that was never counted, has grown by half or of which much has changed, one at a time

SQLite needs none of this: nothing is deferred there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from desk.kernel.desk import Desk
from desk.kernel.jobs import Job
from desk.kernel.log import log
from desk.kernel.transaction import Actor, Row, Tx

_KEY = "count_tables"
_ACTOR = Actor.system("table counts")
#: Of a table of a few pages every way of looking is quick. `ours`: who may not have it counted is told by PostgreSQL in
#: a warning that no program sees.
_UNCOUNTED = sa.text(
    """
    SELECT known.relname AS name,
        pg_has_role(known.relowner, 'USAGE') OR pg_has_role(datdba, 'USAGE') AS ours
    FROM pg_class AS known
    JOIN pg_database ON datname = current_database()
    LEFT JOIN pg_stat_user_tables AS changes ON changes.relid = known.oid
    CROSS JOIN LATERAL (
        SELECT pg_relation_size(known.oid) / CAST(current_setting('block_size') AS bigint) AS pages
    ) AS now
    WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace) AND pages > 8 AND (
        pages > 1.5 * relpages
        OR n_mod_since_analyze > 1000 + 0.2 * greatest(reltuples, 0)
        OR NOT EXISTS (SELECT FROM pg_stats WHERE schemaname = current_schema() AND tablename = known.relname)
    )
    ORDER BY known.relname
    """
)


@dataclass(frozen=True, kw_only=True)
class CountTables(Job):
    """The database is to count what its tables hold, where much has changed."""


@dataclass
class _Told:
    """Whether this process has said that it may not."""

    is_told: bool = False


async def ask(desk: Desk) -> None:
    """Has a job see to it that the database counts what came in."""
    if desk.settings.database_url.startswith("postgresql"):
        await desk.transact(_ACTOR, _plan)


async def count_tables(desk: Desk, _job: CountTables) -> None:
    """The job. Where the role may not have it done that is logged once, and the database does it in its time."""
    if not desk.settings.database_url.startswith("postgresql"):
        return
    tables = await desk.transact(_ACTOR, _uncounted)
    for table in tables:
        if table.ours:
            await desk.transact(_ACTOR, _count, table.name)
    not_ours = [table.name for table in tables if not table.ours]
    told = desk.kept(_Told)
    if not_ours and not told.is_told:
        told.is_told = True
        log.warning("tables_not_counted", tables=len(not_ours), first=not_ours[0], why="they belong to another role")


def _plan(tx: Tx) -> None:
    tx.defer(CountTables(), key=_KEY)


def _uncounted(tx: Tx) -> Sequence[Row]:
    return tx.execute(_UNCOUNTED).all()


def _count(tx: Tx, table: str) -> None:
    quoted = table.replace('"', '""')
    tx.execute(sa.text(f'ANALYZE "{quoted}"'))
