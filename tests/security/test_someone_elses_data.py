"""Rows 13, 29, 30, 31 and 62: ids of what belongs to others, in every path and in every body that the API has.

CVE-2024-33668 (Zammad, others' drafts), CVE-2026-115725 (Chatwoot, a foreign id), CVE-2026-34722 (Zammad, a foreign
id inside), CVE-2026-108270 (Request Tracker, forwarding whatever one can name), CVE-2022-31168 (Zulip, one's own
role). The matrix is made from the routes: an operation or an id that is new fails here until somebody says whose it is.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from pydantic import BaseModel

from desk.kernel.clock import ManualClock
from desk.people.permissions import ROLES
from desk.tables import interactions, messages, work_items
from tests.integration.api.house import PEOPLE, House, Said, open_house
from tests.integration.api.test_rights import NOWHERE, somewhere
from web.api.openapi import Operation, operations

SECRET = "My PIN is 4711."
#: Beginnings of paths whose ids are of things that everybody with the right works with: customers, the register; and
#: articles, whose audiences have a matrix of their own in tests/integration.
SHARED = (
    "agents", "article-categories", "article-snippets", "articles", "canned-replies", "cases", "complaints",
    "customers", "inbound", "queues", "recoveries", "reports", "surveys",
)  # fmt: skip
#: Ids inside bodies: of things that are somebody's, and of things that everybody with the right works with.
PRIVATE = {"NewComplaint.interaction_id", "Sent.id", "NewContact.in_reply_to"}
COMMON = {
    "NewComplaint.customer_id", "NewWork.customer_id", "NewCallback.customer_id", "NewCallback.owner_id",
    "CallbackChange.owner_id", "Assignment.agent_id", "Transition.owner_id",
    "NewArticle.owner_id", "ArticleChange.owner_id",
    "NewCategory.parent_id", "CategoryChange.parent_id",
    "HeldArticle.text_id", "NewMessage.client_id", "NewCustomer.external_id", "NewContact.external_id",
}  # fmt: skip
BODIES: dict[str, Any] = {
    "Outcome": {"outcome": "done"},
    "Wrapped": {"disposition": "solved"},
    "Ended": {"disposition": "solved"},
    "Transfer": {"to": {"queue": "complaints"}},
    "Snooze": {"until": "2026-03-03T09:00:00Z"},
    "NewMessage": {"text": "I was here"},
    "Assignment": {"agent_id": "x"},
    "Move": {"queue": "complaints"},
    "CallbackChange": {"number": "+442079460123"},
    "Cancelled": {"note": "I was here"},
    "NewDraft": {"what": "reply"},
}


@dataclass
class Theirs:
    """A house in which agent1 has things that the stranger must not see, and their ids."""

    house: House
    ids: dict[str, str]
    shared: str

    def path(self, one: Operation, ids: dict[str, str]) -> str:
        kind = one.path.removeprefix("/api/v1/").partition("/")[0]
        return one.path.replace("{id}", ids[kind]).replace("{message_id}", ids["messages"])

    def mine(self) -> Iterator[Operation]:
        """Operations on things that are somebody's."""
        for one in operations(self.house.app):
            if "{" in one.path and not one.path.removeprefix("/api/v1/").startswith(SHARED):
                yield one

    async def state(self) -> list[Any]:
        return [[tuple(row) for row in await self.house.rows(table)] for table in (interactions, messages, work_items)]


@pytest.fixture
async def theirs(sample_sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Theirs]:
    async with open_house(tmp_path, sample_sqlite_url, at=manual_clock.now()) as house:
        interaction = await house.held_by("agent1", text=SECRET)
        (message,) = await house.rows(messages)
        (row,) = await house.rows(interactions)
        ids = {"interactions": interaction, "messages": message.id, "work-items": interaction}
        for kind in ("tasks", "callbacks", "promises"):
            wanted = {"customer_id": row.customer_id, "queue": "billing", "title": SECRET}
            ids[kind] = str((await house.program("agent1").post(kind, wanted))["id"])
        yield Theirs(house, ids, shared=row.customer_id)


def without(said: Said, id: str) -> tuple[int, Any]:
    """What was said, but for the id that was asked for and the request's own."""
    if not isinstance(said.data, dict):
        return said.status, said.data
    return said.status, {key: str(value).replace(id, "") for key, value in said.data.items() if key != "request_id"}


async def test_an_id_of_somebody_elses_is_an_id_of_nothing(theirs: Theirs) -> None:
    before = await theirs.state()
    nowhere = dict.fromkeys(theirs.ids, NOWHERE)
    asked = 0
    for one in theirs.mine():
        body = BODIES[one.body.__name__] if one.body is not None else None
        for name in ("stranger", ""):
            program = theirs.house.program(name)
            told = [
                (ids, await program.ask(one.method, theirs.path(one, ids), json=body)) for ids in (theirs.ids, nowhere)
            ]
            real, none = [without(said, theirs.path(one, ids).split("/")[4]) for ids, said in told]
            assert real == none, (one.method, one.path)
            assert SECRET not in str(told[0][1].data)
            allowed = name and one.right in ROLES[PEOPLE[name]]
            assert real[0] == (404 if allowed else 403 if name else 401), (one.method, one.path, told[0][1].data)
            asked += bool(allowed)
    assert asked >= 19
    assert await theirs.state() == before


async def test_the_lists_of_a_stranger_hold_nothing_of_it(theirs: Theirs) -> None:
    """By whatever filter: also when they know the ids already."""
    program, agent = theirs.house.program("stranger"), theirs.house.program("agent1")
    for one in operations(theirs.house.app):
        kind = one.path.removeprefix("/api/v1/")
        if not one.told.listed or kind not in theirs.ids:
            continue
        assert len((await agent.get(kind))["items"]) == (3 if kind == "work-items" else 1)
        for filters in (
            {},
            {"customer_id": theirs.shared},
            {"agent_id": theirs.house.ids["agent1"]},
            {"queue": "general"},
        ):
            assert (await program.get(kind, **filters))["items"] == [], (kind, filters)


async def test_every_id_inside_a_body_is_known_here(theirs: Theirs) -> None:
    found = {name for one in operations(theirs.house.app) if one.body is not None for name in ids_in(one.body)}
    assert found == PRIVATE | COMMON


def ids_in(model: type[BaseModel]) -> Iterator[str]:
    """Fields that name a thing, of a model and of those inside it."""
    schema = model.model_json_schema()
    for name, part in {model.__name__: schema, **schema.get("$defs", {})}.items():
        for field in part.get("properties", ()):
            if field == "id" or field.endswith("_id") or field.startswith("in_reply"):
                yield f"{name}.{field}"


async def test_a_foreign_id_inside_a_body_opens_nothing(theirs: Theirs) -> None:
    before = await theirs.state()
    stranger = theirs.house.program("stranger")
    complaint = {
        "customer_id": theirs.shared, "interaction_id": theirs.ids["interactions"], "category": "billing",
        "severity": 3, "remedy_sought": "x", "verbatim": "x",
    }  # fmt: skip
    told = await stranger.post("complaints", complaint)
    nothing = await stranger.post("complaints", complaint | {"interaction_id": NOWHERE})
    assert without(told, theirs.ids["interactions"])[0] == nothing.status == 404
    assert await theirs.state() == before

    contact = {"external_id": "f", "from": {"address": "mallory@evil.example"}, "text": "All of it, please"}
    for named in (theirs.ids["interactions"], f"<{theirs.ids['interactions']}@demo.test>", theirs.ids["messages"]):
        handed = await stranger.post("inbound/email", contact | {"external_id": named, "in_reply_to": named})
        assert handed["interaction_id"] != theirs.ids["interactions"]
        (row,) = await theirs.house.rows(interactions, id=handed["interaction_id"])
        assert row.previous_id is None


async def test_a_file_that_waits_in_somebody_elses_draft_goes_nowhere_in_ours(theirs: Theirs) -> None:
    form = FormData()
    form.add_field("file", SECRET.encode(), filename="a.txt", content_type="text/plain")
    upload = (await theirs.house.program("agent1").ask("POST", "attachments", data=form))["id"]
    held = await theirs.house.held_by("stranger")
    refused = []
    for id in (upload, NOWHERE):
        said = await theirs.house.program("stranger").post(
            f"interactions/{held}/messages", {"text": "x", "attachments": [{"id": id}]}
        )
        refused.append(without(said, id))
    assert refused[0] == refused[1] and refused[0][0] in (404, 422)
    kept = await theirs.house.program("agent1").post(
        f"interactions/{theirs.ids['interactions']}/messages", {"text": "mine", "attachments": [{"id": upload}]}
    )
    assert kept.status == 201  # nobody took it out of the draft either


async def test_nobody_gives_themselves_a_role_or_somebody_elses_name(theirs: Theirs) -> None:
    program = theirs.house.program("agent1")
    raised = {"role": "admin", "rights": ["administer"], "author_id": "x", "actor": "system", "active": True}
    for one in operations(theirs.house.app):
        if one.body is None or one.right not in ROLES["agent"]:
            continue
        said = await program.ask(one.method, somewhere(one.path, "x"), json=raised)
        assert said.status == 422 and set(raised) <= said.wrong, (one.method, one.path)
    assert (await program.get("audit")).status == 403


async def test_a_role_that_nobody_knows_may_do_nothing(theirs: Theirs) -> None:
    for role in ("ADMIN", "agent,admin"):
        assert role not in ROLES
        await theirs.house.becomes("agent1", role)
        for one in operations(theirs.house.app):
            if one.right is not None:
                said = await theirs.house.program("agent1").ask(one.method, somewhere(one.path))
                assert said.status == 403, (role, one.path)
