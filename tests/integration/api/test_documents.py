"""The API described: nothing served that is not described, nothing described that is not served."""

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from desk.kernel.settings import Settings
from tests.integration.api.house import House
from tests.integration.web.front import built_files
from web.api import shapes
from web.api.openapi import openapi, operations
from web.app import build
from web.sockets.messages import EVENTS

#: What the contract names.
RESOURCES = [
    "customers",
    "interactions",
    "cases",
    "complaints",
    "recoveries",
    "queues",
    "skills",
    "agents",
    "teams",
    "articles",
    "feedback",
    "tasks",
    "callbacks",
    "promises",
    "canned-replies",
    "surveys",
    "campaigns",
    "reports",
    "webhooks",
    "audit",
]


def whole(folder: Path) -> Any:
    """The application as `careline serve` builds it."""
    built_files(folder / "static")
    return build(Settings(data_dir=folder, secret_key="x"), static=folder / "static")


def refs(part: Any) -> set[str]:
    """Every reference in a document."""
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(refs(value) for value in part.values()))
    return set().union(*(refs(value) for value in part)) if isinstance(part, list) else set()


def resolves(document: Any, ref: str) -> bool:
    for step in ref.removeprefix("#/").split("/"):
        if step not in document:
            return False
        document = document[step]
    return True


def test_every_route_is_described_and_everything_described_is_served(tmp_path: Path) -> None:
    app = whole(tmp_path)
    document = openapi(app, version="1", url="https://desk.example")
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in app.router.routes()
        if route.resource and route.resource.canonical.startswith("/api/") and route.method not in ("HEAD", "*")
    }
    described = {(method, path) for path, found in document["paths"].items() for method in found}
    assert described == served
    assert {path.split("/")[3] for _, path in described} >= {*RESOURCES, "inbound", "attachments"}
    for resource in RESOURCES:
        assert ("get", f"/api/v1/{resource}") in served


def test_every_operation_says_its_right_its_body_and_its_problems(tmp_path: Path) -> None:
    app = whole(tmp_path)
    document = openapi(app, version="1", url="https://desk.example")
    assert all(resolves(document, ref) for ref in refs(document))
    ids = [said["operationId"] for found in document["paths"].values() for said in found.values()]
    assert len(set(ids)) == len(ids)
    for one in operations(app):
        said = document["paths"][one.path][one.method]
        assert said["summary"].endswith((".", ":")), one.path
        assert ("x-right" in said) is (one.right is not None)
        assert "503" in said["responses"]
        named = set(re.findall(r"\{(\w+)\}", one.path))
        assert {item["name"] for item in said["parameters"] if item["in"] == "path"} == named
        takes = one.method in ("post", "patch") and "Takes no body" not in said["summary"] and one.told.status != 501
        assert not takes or "requestBody" in said, one.path


async def test_both_documents_and_the_page_are_there_for_everybody(house: House) -> None:
    program = house.program()
    described = await program.get("openapi.json")
    assert (described.status, described["openapi"]) == (200, "3.1.0")
    assert described["paths"]["/api/v1/inbound/{channel}"]["post"]["x-right"] == "work"
    live = await program.get("asyncapi.json")
    assert (live.status, live["asyncapi"]) == (200, "3.0.0")
    assert all(resolves(live.data, ref) for ref in refs(live.data))
    assert len(live["operations"]) == len(EVENTS)
    shown = await program.get("docs")
    text = shown.data.decode()
    assert shown.status == 200
    assert "<script" not in text and "style=" not in text
    assert "POST /api/v1/inbound/{channel}" in text and "/console" in text


async def test_what_is_answered_has_the_shape_that_is_described(house: House) -> None:
    id = await house.held_by("agent1")
    await house.stamped()
    program = house.program("admin")
    new = {"customer_id": (await program.get("customers"))["items"][0]["id"], "queue": "general", "title": "Ring back"}
    assert (await program.post("callbacks", new)).status == 201
    lists: dict[str, type[BaseModel]] = {
        "customers": shapes.Customer,
        "interactions": shapes.Interaction,
        f"interactions/{id}/messages": shapes.Message,
        f"interactions/{id}/segments": shapes.Segment,
        f"interactions/{id}/events": shapes.Entry,
        "queues": shapes.Queue,
        "skills": shapes.Skill,
        "agents": shapes.Agent,
        "teams": shapes.Team,
        "canned-replies": shapes.CannedReply,
        "callbacks": shapes.Callback,
        "reports": shapes.Report,
        "audit": shapes.Entry,
    }
    for path, shape in lists.items():
        said = await program.get(path)
        assert set(said.data) == {"items", "next_cursor"}
        assert said["items"], path
        for item in said["items"]:
            shape.model_validate(item)
    for item in (await program.get("interactions"))["items"]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", item["arrived_at"])
