"""Whatever is sent, there is an answer in words: never a 500, and never a body that is no problem document.

The house runs in a thread of its own for the whole module; what one example leaves behind the next finds.
"""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import PostgresServer, SqliteFiles
from tests.integration.api.house import Said, open_house
from web.api.openapi import Operation, operations

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
#: Live documents, and what streams a form.
LEFT_OUT = {"/api/v1/docs", "/api/v1/attachments"}
LIMITS = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], derandomize=True
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
WORDS = st.text(max_size=40) | st.sampled_from(
    ["2026-03-02T09:00:00Z", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59-23:59"]
)


class Running:
    """A house and its loop, in a thread."""

    def __init__(self, folder: Path, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._opening = open_house(folder, url, at=START)

    def ask(self, name: str, *args: Any, **more: Any) -> Said:
        said: Said = self._run(self._programs[name].ask(*args, **more))
        return said

    def known(self, *methods: str) -> list[Operation]:
        return [one for one in self._operations if one.path not in LEFT_OUT and one.method in methods]

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._opening.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> None:
        house = await self._opening.__aenter__()
        self._programs = {name: house.program(name) for name in ("admin", "agent1")}
        self._operations = operations(house.app)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_files: SqliteFiles
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("fuzz")
    if request.param == "sqlite":
        with Running(folder, sqlite_files.copy_into(folder)) as found:
            yield found
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    with postgres.database() as url, Running(folder, url) as found:
        yield found


def check(said: Said) -> None:
    assert said.status != 500, said.data
    if said.status >= 400:
        assert said.headers["Content-Type"] == "application/problem+json"
        assert set(said.data) >= {"type", "title", "status", "detail", "code"}


@LIMITS
@given(data=st.data())
def test_queries(running: Running, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(running.known("get")))
    names = st.sampled_from([*one.told.filters, "cursor", "limit"]) | st.text(max_size=10)
    params = data.draw(st.dictionaries(names, st.text(max_size=30), max_size=3))
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params.items())
    path = _filled(one.path, data)
    check(running.ask("admin", "GET", f"{path}?{query}" if query else path))


@LIMITS
@given(data=st.data())
def test_bodies(running: Running, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(running.known("post", "patch")))
    body = data.draw(ANY if one.body is None else _body(one.body.model_json_schema()) | ANY)
    key = data.draw(st.just("") | st.text("ab\u00e9 ", max_size=3))
    asked = {"json": body} if body is not None else {"data": b"null", "headers": {"Content-Type": "application/json"}}
    check(running.ask("admin", one.method.upper(), _filled(one.path, data), key=key, **asked))


@LIMITS
@given(raw=st.binary(max_size=200), kind=st.sampled_from(["application/json", "text/plain", "x", "a/b+json"]))
def test_bytes(running: Running, raw: bytes, kind: str) -> None:
    check(running.ask("agent1", "POST", "inbound/kiosk", data=raw, headers={"Content-Type": kind}))


def _filled(path: str, data: st.DataObject) -> str:
    for name in ("id", "key", "message_id", "action_id", "month", "channel"):
        if f"{{{name}}}" in path:
            value = data.draw(st.text(min_size=1, max_size=20).filter(lambda text: text not in (".", "..")))
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def _body(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Objects that nearly fit: the right names, some of the right kinds, now and then one too many."""
    fields = {name: _value(part, schema.get("$defs", {})) for name, part in schema.get("properties", {}).items()}
    required = {name: fields[name] for name in schema.get("required", ())}
    optional = {name: value for name, value in fields.items() if name not in required} | {"surplus": ANY}
    return st.fixed_dictionaries(required, optional=optional)


def _value(part: dict[str, Any], definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in part:
        inner = definitions[part["$ref"].rpartition("/")[2]]
        return _body(inner | {"$defs": definitions}) if "properties" in inner else _value(inner, definitions)
    if "anyOf" in part:
        return st.one_of([_value(option, definitions) for option in part["anyOf"]])
    if "enum" in part:
        return st.sampled_from(part["enum"])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "string": WORDS,
        "integer": st.integers(-(2**64), 2**63 - 1) | st.integers(0, 5),
        "number": st.floats(allow_nan=False),
        "boolean": st.booleans(),
        "null": st.none(),
        "array": st.lists(_value(part["items"], definitions) if part.get("items") else ANY, max_size=3),
    }
    return kinds.get(part.get("type", ""), ANY)
