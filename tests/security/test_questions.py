"""Rows 32 to 35: what a list may be asked, what a GET tells and changes, and what a body may hold.

CVE-2026-44231 (Request Tracker, a list that showed and changed credentials), CVE-2026-40569 (FreeScout, mass
assignment), CVE-2025-21628 (Chatwoot) and CVE-2021-45811 (osTicket, SQL in filters), GHSA-mxcg-7m22-x9pj
(django-helpdesk, sorting by a secret). Every operation of the API is asked, as its routes have them.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.people.access import digest
from desk.people.permissions import ROLES
from desk.tables import access_log, metadata, users
from tests.integration.api.house import PEOPLE, House, open_house
from tests.integration.api.test_rights import somewhere
from tests.integration.web.front import SYSTEM
from web.api.openapi import Operation, operations

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2VjcmV0$aGFzaA"
#: Questions whose two halves would be answered differently if a database read them, and some that would wait or fail.
TRUE_AND_FALSE = [
    ("x' OR '1'='1", "x' AND '1'='2"), ('x" OR "1"="1', 'x" OR "1"="2'), ("x') OR ('1'='1", "x') AND ('1'='2"),
    ("x' UNION SELECT password_hash FROM users--", "x' UNION SELECT NULL WHERE 1=2--"), ("1 OR 1=1", "1 AND 1=2"),
    ("x'; DELETE FROM users; --", "x'; SELECT 1; --"), ("x' AND 1=randomblob(900000000)--", "x' || pg_sleep(9)--"),
    ("%' OR name LIKE '%", "_' OR name LIKE '_"), ("(SELECT password_hash FROM users LIMIT 1)", "(SELECT NULL)"),
]  # fmt: skip
BY_A_SECRET = (
    "sort", "order", "order_by", "orderby", "group_by", "group", "fields", "select", "include", "expand",
    "q[password_hash]",
    "password_hash", "user__password_hash", "agent.password_hash", "filter", "where", "having", "columns", "-id", "id",
)  # fmt: skip


@pytest.fixture
async def house(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[House]:
    async with open_house(tmp_path, sample_sqlite_url, at=manual_clock.now()) as opened:
        await opened.desk.transact(SYSTEM, lambda tx: tx.execute(sa.update(users).values(password_hash=HASH)))
        await opened.hands_in()
        yield opened


def lists(house: House) -> list[Operation]:
    return [one for one in operations(house.app) if one.told.listed and "{" not in one.path]


async def dump(house: House) -> dict[str, list[Any]]:
    """Every row of every table, but for the list of what was looked at."""
    tables = [table for table in metadata.sorted_tables if table is not access_log]
    return {table.name: [tuple(row) for row in await house.rows(table)] for table in tables}


async def test_what_a_filter_says_is_a_value_whatever_it_looks_like(house: House) -> None:
    before = await dump(house)
    program = house.program("admin")
    asked = 0
    for one in lists(house):
        for name in one.told.filters:
            for true, false in TRUE_AND_FALSE:
                told = [await program.get(one.path, **{name: value}) for value in (true, false)]
                answers = {(said.status, str(said.data.get("items")), str(said.data.get("errors"))) for said in told}
                assert len(answers) == 1, (one.path, name, true)
                assert told[0].status == 422 or told[0]["items"] == [], (one.path, name, true)
                asked += 1
    assert asked > 300
    assert await dump(house) == before


async def test_nothing_is_sorted_grouped_or_chosen_by_what_a_question_names(house: House) -> None:
    program = house.program("admin")
    for one in lists(house):
        for name in BY_A_SECRET:
            said = await program.get(one.path, **{name: "password_hash"})
            assert (said.status, said.wrong) == (422, {name}), (one.path, name)
        for place in ("cursor", "limit"):
            for value in ("password_hash", "1;--", "1' OR '1'='1", "{}"):
                said = await program.get(one.path, **{place: value})
                assert said.status == 422 or (place == "cursor" and "items" in said.data), (one.path, place, value)


async def test_looking_changes_nothing_and_shows_no_secret(house: House) -> None:
    secrets = [HASH, house.desk.settings.secret_key, *(digest(f"token-{name}") for name in PEOPLE)]
    before = await dump(house)
    for name in PEOPLE:
        program = house.program(name)
        for one in operations(house.app):
            if one.method != "get" or (one.right and one.right not in ROLES[PEOPLE[name]]):
                continue
            for path in await paths(house, one, name):
                said = await program.get(path)
                assert said.status < 500, path
                assert not any(secret in str(said.data) + str(said.headers) for secret in secrets), path
                assert "password" not in str(said.data if one.right else ""), path
    assert await dump(house) == before


async def paths(house: House, one: Operation, name: str) -> list[str]:
    """Where `one` really leads: its list has the ids."""
    if "{" not in one.path or "{month}" in one.path:
        return [one.path.replace("{month}", "2026-02")]
    listed = f"{one.path.partition('/{')[0]}"
    if "{message_id}" in one.path or "{action_id}" in one.path:
        return []
    items = (await house.program(name).get(listed))["items"]
    return [one.path.replace("{id}", str(item.get("id"))).replace("{key}", str(item.get("key"))) for item in items[:2]]


async def test_a_body_holds_what_is_asked_for_and_nothing_else(house: House) -> None:
    """Also where a model stands inside another."""
    before = await dump(house)
    surplus = {"bcc": "mallory@evil.example", "password_hash": HASH, "id": "1", "__class__": "x", "queue_id": "1"}
    for one in operations(house.app):
        if one.body is None:
            continue
        said = await house.program("admin").ask(one.method, somewhere(one.path, "x"), json=surplus)
        assert said.status == 422 and set(surplus) <= said.wrong, (one.method, one.path, said.data)
        for name, schema in one.body.model_json_schema().get("$defs", {}).items():
            if schema.get("type") == "object":
                assert schema.get("additionalProperties") is False, name
    assert await dump(house) == before
