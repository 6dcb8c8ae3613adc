"""What is asked again and again is looked up, not looked for in all that there ever was."""

from typing import Any

import sqlalchemy as sa

from desk.callbacks import beside
from desk.kernel import migrate


def test_the_other_call_backs_to_a_number_are_looked_up(database_url: str) -> None:
    asked = beside._OTHERS.params(number="+442079460199", id="x")
    assert "ix_callbacks_number_state" in plan_of(database_url, asked)


def plan_of(url: str, asked: sa.Select[Any]) -> str:
    """How the database would answer a question."""

    def plan(connection: sa.Connection) -> str:
        postgres = connection.dialect.name == "postgresql"
        if postgres:  # a table of no rows is read whole by whoever is allowed to
            connection.execute(sa.text("SET enable_seqscan = off"))
        text = asked.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        rows = connection.execute(sa.text(f"EXPLAIN {'' if postgres else 'QUERY PLAN '}{text}"))
        return "\n".join(str(row) for row in rows)

    return migrate._within(url, plan)
