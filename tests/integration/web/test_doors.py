"""Who gets where: roles and pages, forms that are ours, writes that are ours, proxies that we trust."""

import io
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from pydantic import BaseModel

from desk.kernel.clock import ManualClock
from desk.people.permissions import Right
from tests.integration.web.front import Front, csrf_token, open_front
from web.edge import actor, answer, body, created, form, needs, page_of
from web.limiter import client_address
from web.pages import callbacks, estimates, reports, screens
from web.pages.admin import hours as admin_hours
from web.pages.admin import overview as admin
from web.pages.admin import rules as admin_rules
from web.pages.complaints import complaints
from web.pages.knowledge import articles as knowledge
from web.pages.knowledge import editor as knowledge_editor
from web.pages.knowledge import order as knowledge_order
from web.pages.knowledge import versions as knowledge_versions

routes = web.RouteTableDef()
KNOWLEDGE = (knowledge_order, knowledge_versions, knowledge_editor, knowledge)
STAFF = (admin, admin_hours, admin_rules, callbacks, complaints, estimates, *KNOWLEDGE, reports, screens)

#: What each role may open. A page that is not listed here fails the test below.
MAY = {
    "/console": {"agent", "supervisor", "admin"},
    "/floor": {"supervisor", "admin"},
    "/callbacks": {"supervisor", "admin"},
    "/complaints": {"agent", "supervisor", "admin"},
    "/knowledge": {"agent", "supervisor", "admin"},
    "/knowledge/new": {"supervisor", "admin"},
    "/knowledge/categories": {"supervisor", "admin"},
    "/knowledge/snippets": {"supervisor", "admin"},
    "/reports": {"supervisor", "admin"},
    "/reports/estimates": {"supervisor", "admin"},
    "/admin": {"admin"},
    "/admin/users": {"admin"},
    "/admin/trouble": {"admin"},
    "/admin/routing": {"admin"},
    "/admin/history": {"admin"},
    "/admin/hours": {"supervisor", "admin"},
}


class Note(BaseModel, extra="forbid"):
    text: str
    times: int = 1


@routes.post("/api/v1/notes")
@needs(Right.WORK)
async def post_note(request: web.Request) -> web.StreamResponse:
    note = await body(request, Note)
    return created("/api/v1/notes/1", id="1", text=note.text, by=actor(request).name)


@routes.get("/api/v1/notes")
@needs(Right.WORK)
async def get_notes(request: web.Request) -> web.StreamResponse:
    return answer(dict(zip(("cursor", "limit"), page_of(request), strict=True)))


@routes.post("/staff-form")
@needs(Right.WORK)
async def staff_form(request: web.Request) -> web.StreamResponse:
    return answer(dict(await form(request)))


@routes.post("/customer-form")
async def customer_form(request: web.Request) -> web.StreamResponse:
    return answer(dict(await form(request)))


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [route for part in STAFF for route in part.routes]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=[*routes, *found]) as opened:
        yield opened


@pytest.mark.parametrize("role", ["agent", "supervisor", "admin", "nobody"])
async def test_each_role_opens_its_pages_and_no_others(house: Front, role: str) -> None:
    browser = await house.signed_in(role) if role != "nobody" else house.browser()
    for path, roles in MAY.items():
        response = await browser.get(path, allow_redirects=False)
        text = await response.text()
        if role in roles:
            assert response.status == 200, path
            assert csrf_token(text), path
        elif role == "nobody":
            assert (response.status, response.headers["Location"]) == (303, f"/login?next={path}")
        else:
            assert response.status == 403, path
            assert "This is not open to you" in text


def test_every_staff_page_is_in_the_matrix() -> None:
    for part in STAFF:
        for route in part.routes:
            if isinstance(route, web.RouteDef) and route.method == "GET" and hasattr(route.handler, "right"):
                assert route.path in MAY or "{" in route.path or route.path.startswith("/api/")


def test_a_staff_route_without_a_right_is_the_style_sheet() -> None:
    open_routes = {
        route.path
        for part in STAFF
        for route in part.routes
        if isinstance(route, web.RouteDef) and not hasattr(route.handler, "right")
    }
    assert open_routes == {"/reports/report.css"}


async def test_a_staff_form_needs_the_token_of_its_session(house: Front) -> None:
    browser = await house.signed_in("agent")
    other = await house.signed_in("supervisor")
    foreign = csrf_token(await (await other.get("/console")).text())
    own = csrf_token(await (await browser.get("/console")).text())

    for token in ("", "guess", foreign):
        refused = await browser.post("/staff-form", data={"text": "hello", "csrf_token": token})
        assert refused.status == 403
    accepted = await browser.post("/staff-form", data={"text": "hello", "csrf_token": own})

    assert (await accepted.json())["text"] == "hello"


async def test_a_customers_form_needs_none_even_in_a_browser_of_staff(house: Front) -> None:
    browser = await house.signed_in("agent")

    assert (await browser.post("/customer-form", data={"csat": "5"})).status == 200


async def test_a_cookie_alone_writes_nothing_through_the_api(house: Front) -> None:
    browser = await house.signed_in("agent")
    own = csrf_token(await (await browser.get("/console")).text())
    note = {"text": "hello"}

    bare = await browser.post("/api/v1/notes", json=note)
    foreign = await browser.post("/api/v1/notes", json=note, headers={"Origin": "https://evil.example"})
    null = await browser.post("/api/v1/notes", json=note, headers={"Origin": "null"})
    with_token = await browser.post("/api/v1/notes", json=note, headers={"X-CSRF-Token": own})
    from_our_page = await browser.post("/api/v1/notes", json=note, headers={"Origin": "http://127.0.0.1:8080"})
    as_browsers_say = await browser.post("/api/v1/notes", json=note, headers={"Sec-Fetch-Site": "same-origin"})

    assert [answer.status for answer in (bare, foreign, null)] == [403, 403, 403]
    assert (await bare.json())["code"] == "csrf"
    assert [answer.status for answer in (with_token, from_our_page, as_browsers_say)] == [201, 201, 201]


async def test_a_program_writes_with_its_token_and_reads_pages_too(house: Front) -> None:
    token = await house.program("supervisor")
    program = house.browser()

    response = await program.post("/api/v1/notes", json={"text": "hello"}, headers=token)

    assert (response.status, response.headers["Location"]) == (201, "/api/v1/notes/1")
    assert (await program.get("/floor", headers=token)).status == 200
    assert (await program.get("/admin", headers=token)).status == 403


async def test_a_wrong_token_is_not_made_good_by_a_cookie(house: Front) -> None:
    browser = await house.signed_in("agent")
    for header in ("Bearer wrong", "Bearer ", "Basic YWdlbnQ6eA==", "Bearer é", "bearer"):
        response = await browser.get("/api/v1/notes", headers={"Authorization": header})
        assert response.status == 401, header
        assert response.headers["WWW-Authenticate"].startswith("Bearer")


async def test_what_programs_get_wrong_is_named(house: Front) -> None:
    token = await house.program("agent")
    program = house.browser()

    async def post(**what: Any) -> tuple[int, dict[str, Any]]:
        headers = token | what.pop("headers", {})
        response = await program.post("/api/v1/notes", headers=headers, **what)
        assert response.content_type == "application/problem+json"
        said = await response.json()
        assert said["status"] == response.status and said["title"] and said["detail"] and said["request_id"]
        return response.status, said

    status, said = await post(json={"text": 5, "times": "x", "more": 1})
    assert (status, said["code"]) == (422, "invalid")
    assert [error["field"] for error in said["errors"]] == ["text", "times", "more"]
    assert all(error["message"] for error in said["errors"])

    json = {"Content-Type": "application/json"}
    for data in (b"", b"{", b"[]", b"\xff\xfe", b'{"text": "\\ud800"}', b"[" * 100_000):
        status, said = await post(data=data, headers=json)
        assert (status, said["code"]) == (422, "invalid"), data[:20]
    assert await _code(post(data={"text": "a form"})) == (415, "unsupported_type")
    assert await _code(post(data=io.BytesIO(b" " * (1024 * 1024 + 1)), headers=json)) == (413, "too_large")
    unknown = await program.get("/api/v1/no-such", headers=token)
    assert (unknown.status, (await unknown.json())["code"]) == (404, "not_found")
    method = await program.delete("/api/v1/notes", headers=token)
    assert (method.status, (await method.json())["code"]) == (405, "method_not_allowed")
    assert method.headers["Allow"]


async def test_a_nul_is_left_out_as_no_database_keeps_it(house: Front) -> None:
    token = await house.program("agent")

    response = await house.browser().post("/api/v1/notes", json={"text": "a\0b"}, headers=token)
    typed = await house.browser().post("/customer-form", data={"text": "a\0b"})

    assert (await response.json())["text"] == "ab"
    assert (await typed.json())["text"] == "ab"


async def test_a_form_is_bounded(house: Front) -> None:
    browser = house.browser()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert (await browser.post("/customer-form", data="a=" + "x" * 300_000, headers=headers)).status == 413
    assert (await browser.post("/customer-form", data="a=1&" * 1000, headers=headers)).status == 422
    assert (await browser.post("/customer-form", data=b"a=%ff&b=%00", headers=headers)).status == 200
    assert (await browser.post("/customer-form", json={})).status == 415


async def test_a_list_asks_for_a_page_that_there_can_be(house: Front) -> None:
    token = await house.program("agent")
    program = house.browser()

    for wrong in ("0", "201", "-1", "x", "1.5", "²"):
        assert (await program.get("/api/v1/notes", params={"limit": wrong}, headers=token)).status == 422
    assert await (await program.get("/api/v1/notes?limit=7&cursor=abc", headers=token)).json() == {
        "cursor": "abc",
        "limit": 7,
    }


PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # nobody whom we trust says so
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the client's own invention comes first
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "<script>, 198.51.100.1", "198.51.100.1"),
        ("fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("203.0.113.9", "", "203.0.113.9"),
    ],
)
def test_forwarded_addresses_count_as_far_as_trusted_proxies_wrote_them(peer: str, forwarded: str, client: str) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": forwarded} if forwarded else {})

    assert client_address(request.clone(remote=peer), PROXIES) == client


async def _code(asked: Any) -> tuple[int, str]:
    status, said = await asked
    return status, said["code"]
