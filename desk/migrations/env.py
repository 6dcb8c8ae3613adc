"""How Alembic runs here: on the connection that `desk/kernel/migrate.py` hands over, in its transaction."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from desk.kernel.migrate import COMPARE
from desk.tables import Instant, metadata


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A revision must not change its meaning when our column types do, and means the same on every database."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    if kind == "server_default" and isinstance(item, sa.DefaultClause) and isinstance(item.arg, (sa.True_, sa.False_)):
        return f"sa.{type(item.arg).__name__.lower().rstrip('_')}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
    **COMPARE,
)
with context.begin_transaction():
    context.run_migrations()
