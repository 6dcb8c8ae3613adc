"""desk/kernel/revision.py: whether a database has this version's tables, asked without Alembic, which loads slowly.

A revision's file begins with its name, and the names count up: a test holds them against Alembic's own order.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "migrations" / "versions"


def newest() -> str:
    """The revision of this version of Careline."""
    return max(file.name.partition("_")[0] for file in FOLDER.glob("[0-9]*.py"))


def is_newest(url: str) -> bool:
    """Whether the SQLite database at `url` is plainly at this version's revision; where that is in doubt it is not."""
    if not url.startswith("sqlite:///"):
        return False
    file = Path(url.removeprefix("sqlite:///")).absolute().as_uri()
    try:
        with closing(sqlite3.connect(f"{file}?mode=ro", uri=True, timeout=5)) as database:
            found = database.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error:
        return False
    return found == [(newest(),)]
