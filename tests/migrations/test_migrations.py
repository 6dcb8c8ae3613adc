"""What `careline db upgrade` and `downgrade` leave behind, on either database."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from desk.kernel import migrate, revision
from desk.tables import Instant, addresses, customers, events, metadata, segments, tries, work_items
from knowledgebase.index_tables import article_index
from knowledgebase.tables import article_shows, article_texts, categories, revision_snippets, revisions

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def look(url: str, act: Callable[[sa.Connection], Any]) -> Any:
    return migrate._within(url, act)


def a_value(column: sa.Column[Any]) -> Any:
    """Something that fits; what refers to another table fits the row of that table."""
    if isinstance(column.type, sa.JSON):
        return {"a": 1}
    if isinstance(column.type, Instant):
        return AT
    if column.type.python_type is str:
        return "x"
    return column.type.python_type(1)


def fill(connection: sa.Connection) -> None:
    """A row in every table."""
    for table in metadata.sorted_tables:
        connection.execute(sa.insert(table), {column.name: a_value(column) for column in table.columns})


def counts(connection: sa.Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def test_the_newest_revision_has_exactly_the_tables_of_the_code(empty_database_url):
    migrate.upgrade(empty_database_url)

    def differences(connection: sa.Connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection, opts=migrate.COMPARE), metadata)

    assert look(empty_database_url, differences) == []


def test_a_database_says_how_far_it_has_come(empty_database_url):
    assert migrate.current(empty_database_url) is None
    migrate.upgrade(empty_database_url)
    assert migrate.current(empty_database_url) == migrate.head()


def test_whether_a_database_is_at_the_newest_revision_is_known_without_alembic(sqlite_url, tmp_path):
    assert revision.newest() == migrate.head()
    assert revision.is_newest(sqlite_url)
    migrate.downgrade(sqlite_url, "-1")
    assert not revision.is_newest(sqlite_url)
    assert not revision.is_newest(f"sqlite:///{tmp_path / 'nothing'}")
    assert not revision.is_newest("postgresql+asyncpg://localhost/careline")


def test_upgrading_twice_is_upgrading_once(empty_database_url):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    migrate.upgrade(empty_database_url)
    assert set(look(empty_database_url, counts).values()) == {1}


def test_every_step_goes_back_and_forth_with_rows_in_the_tables(empty_database_url):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    steps = list(ScriptDirectory.from_config(migrate.configuration(None)).walk_revisions())

    for step in steps:
        assert migrate.current(empty_database_url) == step.revision
        migrate.downgrade(empty_database_url, str(step.down_revision or "base"))
    assert migrate.current(empty_database_url) is None
    left = look(empty_database_url, lambda connection: sa.inspect(connection).get_table_names())
    assert left == ["alembic_version"]

    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)


def test_the_try_that_a_step_was_put_aside_by_is_kept(empty_database_url):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    migrate.downgrade(empty_database_url, "0012")
    aside = {"kind": "complaint_step", "outcome": "unreachable", "state": "scheduled", "note": "Rang the door"}
    look(empty_database_url, lambda connection: connection.execute(sa.update(work_items).values(aside)))

    migrate.upgrade(empty_database_url)

    (kept,) = look(empty_database_url, lambda connection: connection.execute(sa.select(tries)).all())
    assert (kept.reference, kept.outcome, kept.note) == ("x", "unreachable", "Rang the door")
    assert kept.at == AT - timedelta(hours=4)


def test_a_stay_that_was_over_long_ago_says_how_long_it_was(empty_database_url):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    migrate.downgrade(empty_database_url, "0022")
    over = sa.update(segments).values(to_at=AT + timedelta(days=33))
    look(empty_database_url, lambda connection: connection.execute(over))

    migrate.upgrade(empty_database_url)

    assert look(empty_database_url, lambda connection: connection.execute(sa.select(segments.c.within_h)).all()) == [
        (1024,)
    ]


def test_other_work_that_was_done_long_ago_says_since_when_there_was_word_of_it_and_how_long_it_took(
    empty_database_url,
):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    migrate.downgrade(empty_database_url, "0025")

    def lives(connection: sa.Connection) -> None:
        (id,) = connection.execute(sa.select(work_items.c.id)).scalars()
        connection.execute(sa.update(work_items).values(state="done", interaction_id=None))
        for days, name in ((0, "work_item.queued"), (2, "work_item.changed"), (33, "work_item.changed")):
            event = {"at": AT + timedelta(days=days), "name": name, "subject": id, "data": {}, "actor": "system:test"}
            connection.execute(sa.insert(events), event | {"id": 100 + days})

    look(empty_database_url, lives)

    migrate.upgrade(empty_database_url)

    told = sa.select(work_items.c.began_at, work_items.c.within_h)
    assert look(empty_database_url, lambda connection: connection.execute(told).all()) == [(AT, 1024)]


def test_files_and_snippets_are_found_in_what_was_published_before(empty_database_url):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    migrate.downgrade(empty_database_url, "0023")
    says = sa.update(revisions).values(body="[a](/help/files/0193) ![b](/help/files/0193) {{ snippet: hours }}")
    look(empty_database_url, lambda connection: connection.execute(says))

    migrate.upgrade(empty_database_url)

    found = look(empty_database_url, lambda connection: connection.execute(sa.select(article_shows)).all())
    assert sorted(map(tuple, found)) == [("file", "0193", "x", "x"), ("snippet", "hours", "x", "x")]


def test_snippets_are_found_in_every_revision_that_was_written_before(empty_database_url):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    migrate.downgrade(empty_database_url, "0038")
    (before,) = look(empty_database_url, lambda connection: connection.execute(sa.select(revisions)).mappings().all())
    bodies = [
        "{{snippet:hours}} and {{ snippet: days }}, {{snippet:hours}}",
        "{{snippet: Hours}} {{",
        "{{ snippet:hours }}",
    ]

    def write(connection: sa.Connection) -> None:
        connection.execute(sa.update(revisions).values(body=bodies[0]))
        for number, body in enumerate(bodies[1:], 2):
            connection.execute(
                sa.insert(revisions), dict(before) | {"id": f"r{number}", "number": number, "body": body}
            )

    look(empty_database_url, write)

    migrate.upgrade(empty_database_url)

    found = look(empty_database_url, lambda connection: connection.execute(sa.select(revision_snippets)).all())
    assert sorted(map(tuple, found)) == [("days", "x", 1), ("hours", "x", 1), ("hours", "x", 3)]


@pytest.mark.parametrize("is_told", [True, False])
def test_a_text_that_was_published_before_says_since_when_if_the_log_does(empty_database_url, is_told):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    migrate.downgrade(empty_database_url, "0031")

    def lives(connection: sa.Connection) -> None:
        told = ["created", "saved", *(["published", "unpublished", "published"] if is_told else [])]
        for days, (what, text) in enumerate([*((what, "x") for what in told), ("published", "other")]):
            said = {"name": "article.changed", "subject": "x", "data": {"what": what, "text_id": text}}
            connection.execute(
                sa.insert(events), said | {"id": 100 + days, "at": AT + timedelta(days=days), "actor": "system:test"}
            )

    look(empty_database_url, lives)

    migrate.upgrade(empty_database_url)

    first = look(empty_database_url, lambda at: at.execute(sa.select(article_texts.c.published_first_at)).scalar_one())
    assert first == (AT + timedelta(days=2) if is_told else None)


def test_ids_and_titles_of_the_index_stand_in_its_rows_those_of_before_too(postgres_url):
    id, title = "0193" * 9, "Returning a parcel that nobody has sent"
    long = " ".join(map(str, range(10_000)))

    def put(connection: sa.Connection) -> None:
        for table, own in (
            (article_texts, {"id": id, "language": "y", "slug": "y"}),
            (article_index, {"number": 2, "text_id": id, "article_id": id, "title": title, "words": long}),
        ):
            values = {column.name: a_value(column) for column in table.columns}
            connection.execute(sa.insert(table), values | own)

    def beside(connection: sa.Connection) -> Any:
        where = sa.text("SELECT CAST(reltoastrelid AS regclass) FROM pg_class WHERE relname = 'article_index'")
        table = connection.execute(where).scalar_one()
        return connection.execute(sa.text(f"SELECT count(DISTINCT chunk_id) FROM {table}")).scalar_one()  # noqa: S608  # PostgreSQL's own name

    migrate.upgrade(postgres_url)
    look(postgres_url, fill)
    migrate.downgrade(postgres_url, "0036")
    look(postgres_url, put)
    assert look(postgres_url, beside) > 1
    before = look(postgres_url, lambda connection: connection.execute(sa.select(article_index)).all())

    migrate.upgrade(postgres_url)
    assert look(postgres_url, beside) == 1
    assert look(postgres_url, lambda connection: connection.execute(sa.select(article_index)).all()) == before


@pytest.mark.parametrize(("published", "after"), [(1, 1), (None, 3)])
def test_a_text_from_before_is_called_after_what_readers_see_or_else_its_newest_title(
    empty_database_url, published, after
):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    stands = {"published": published, "newest": 3}
    look(empty_database_url, lambda connection: connection.execute(sa.update(article_texts).values(stands)))

    migrate.downgrade(empty_database_url, "0032")
    migrate.upgrade(empty_database_url)

    called_after = sa.select(article_texts.c.called_after)
    assert look(empty_database_url, lambda connection: connection.execute(called_after).scalar_one()) == after


def test_a_category_that_nobody_has_approved_keeps_the_words_that_were_asked_for(empty_database_url):
    migrate.upgrade(empty_database_url)
    asks = {"names": {"en": "Returns"}, "about": {"en": "How to send it back."}}
    rows: list[dict[str, Any]] = [
        {"id": "new", "slug": "new", "names": {}, "about": {}, "asks": asks, "asked_by": "x"},
        {"id": "old", "slug": "old", "names": {"en": "Old"}, "about": {}, "asks": asks, "asked_by": "x"},
        {"id": "calm", "slug": "calm", "names": {"en": "Calm"}, "about": {}, "asks": None, "asked_by": None},
    ]
    look(empty_database_url, lambda connection: connection.execute(sa.insert(categories), rows))

    migrate.downgrade(empty_database_url, "0033")
    migrate.upgrade(empty_database_url)

    found = look(empty_database_url, lambda connection: connection.execute(sa.select(categories)).all())
    assert {row.id: (row.names, row.about, row.asks) for row in found} == {
        "new": (asks["names"], asks["about"], None),
        "old": ({"en": "Old"}, {}, None),
        "calm": ({"en": "Calm"}, {}, None),
    }


def test_what_readers_see_of_a_category_is_as_of_the_version_that_it_has(empty_database_url):
    migrate.upgrade(empty_database_url)
    rows: list[dict[str, Any]] = [
        {"id": slug, "slug": slug, "names": {"en": slug}, "about": {}, "version": version, "seen_version": 1}
        for slug, version in (("a", 4), ("b", 1))
    ]
    look(empty_database_url, lambda connection: connection.execute(sa.insert(categories), rows))

    migrate.downgrade(empty_database_url, "0034")
    migrate.upgrade(empty_database_url)

    found = look(empty_database_url, lambda connection: connection.execute(sa.select(categories)).all())
    assert {row.id: (row.version, row.seen_version) for row in found} == {"a": (4, 4), "b": (1, 1)}


async def test_migrations_run_where_a_loop_runs(empty_database_url):
    await asyncio.sleep(0)
    migrate.upgrade(empty_database_url)
    assert migrate.current(empty_database_url) == migrate.head()


REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "rebuild"
down_revision = "{head}"
branch_labels = None
depends_on = None


def how() -> str:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade() -> None:
    with op.batch_alter_table("customers", recreate=how()) as batch:
        batch.add_column(sa.Column("shoe_size", sa.BigInteger(), nullable=True))
    {more}


def downgrade() -> None:
    with op.batch_alter_table("customers", recreate=how()) as batch:
        batch.drop_column("shoe_size")
"""


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Adds a revision that makes the table of customers anew."""

    def add(more: str = "") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(migrate.FOLDER, folder)
        (folder / "versions" / "rebuild.py").write_text(REBUILD.format(head=migrate.head(), more=more))
        monkeypatch.setattr(migrate, "FOLDER", folder)

    return add


def test_a_table_that_is_made_anew_keeps_its_rows_and_those_that_refer_to_it(empty_database_url, next_revision):
    migrate.upgrade(empty_database_url)
    look(empty_database_url, fill)
    next_revision()

    migrate.upgrade(empty_database_url)
    assert set(look(empty_database_url, counts).values()) == {1}
    shoe = look(empty_database_url, lambda at: at.execute(sa.text("SELECT shoe_size FROM customers")).all())
    assert shoe == [(None,)]

    migrate.downgrade(empty_database_url, "-1")
    assert set(look(empty_database_url, counts).values()) == {1}
    owner = sa.select(customers.c.name).join(addresses, addresses.c.customer_id == customers.c.id)
    assert look(empty_database_url, lambda at: at.execute(owner).all()) == [("x",)]


def test_a_revision_that_orphans_a_row_changes_nothing(tmp_path, next_revision):
    sqlite_url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    migrate.upgrade(sqlite_url)
    look(sqlite_url, fill)
    before = migrate.current(sqlite_url)
    next_revision(more='op.execute("DELETE FROM customers")')

    with pytest.raises(migrate.Broken, match="addresses → customers"):
        migrate.upgrade(sqlite_url)

    assert migrate.current(sqlite_url) == before
    assert set(look(sqlite_url, counts).values()) == {1}
