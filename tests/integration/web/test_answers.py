"""What every answer carries, and what people and programs are told when something goes wrong."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
import structlog
from aiohttp import web
from yarl import URL

from desk.kernel.clock import ManualClock
from desk.kernel.errors import Conflict, Invalid, NotFound, Stale, Unavailable
from desk.kernel.log import configure
from desk.kernel.settings import Settings
from routing.errors import Refused
from tests.integration.web.front import Front, open_front
from web.demo import pages as demo
from web.errors import socket_error
from web.middleware import security_headers
from web.pages import call, status, survey
from web.pages.help import centre as help_centre
from web.pages.help import contact

routes = web.RouteTableDef()
PUBLIC = (call, contact, demo, help_centre, status, survey)
PATHS = ("/", "/login", "/help", "/help/search?q=x", "/help/a/none", "/contact", "/call", "/t/x", "/s/x", "/no-such")

CANARY = "the customer's own words"
ERRORS = {
    "not_found": NotFound("thing", "1"),
    "stale": Stale("offer"),
    "conflict": Conflict("thing", "is taken"),
    "unavailable": Unavailable("The database"),
    "refused": Refused("not while you talk"),
    "internal": RuntimeError(CANARY),
}


@routes.get("/raise/{code}")
@routes.get("/api/v1/raise/{code}")
async def raising(request: web.Request) -> web.StreamResponse:
    raise ERRORS[request.match_info["code"]]


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [route for part in PUBLIC for route in part.routes]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=[*routes, *found]) as opened:
        yield opened


async def test_every_answer_carries_the_strict_headers(house: Front) -> None:
    browser = house.browser()
    for path in (*PATHS, "/static/app-0A1B2C3D.css", "/api/v1/raise/internal", "/demo/shop"):
        response = await browser.get(path, allow_redirects=False)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy and "*" not in policy
        assert "connect-src 'self' ws://127.0.0.1:8080" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Server"] == "careline"
        assert len(response.headers["X-Request-Id"]) == 16
        assert "Strict-Transport-Security" not in response.headers


async def test_a_browser_that_asks_for_the_icon_by_its_old_name_gets_it(house: Front) -> None:
    response = await house.browser().get("/favicon.ico")

    assert (response.status, response.content_type) == (200, "image/svg+xml")
    assert "<svg" in await response.text()


async def test_no_page_has_script_or_style_of_its_own(house: Front) -> None:
    browser = house.browser()
    for path in PATHS:
        text = await (await browser.get(path)).text()
        assert "<style" not in text and " style=" not in text and " onclick=" not in text, path
        told = text.count('<script type="application/ld+json">')  # data for search engines: no browser runs it
        assert text.count("<script") == text.count('<script src="/') + told, path


def test_under_https_browsers_are_told_to_stay_there() -> None:
    headers = security_headers(Settings(public_url="https://desk.example", secret_key="x"))

    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "wss://desk.example" in headers["Content-Security-Policy"]


async def test_an_address_with_a_nul_is_nowhere(house: Front) -> None:
    browser = house.browser()
    for path in ("/t/%00", "/help/search?q=%00", "/api/v1/raise/%00"):
        assert (await browser.session.get(URL(str(browser.make_url("/"))[:-1] + path, encoded=True))).status == 400


async def test_programs_get_a_problem_with_a_stable_code(house: Front) -> None:
    browser = house.browser()
    statuses = {"not_found": 404, "stale": 409, "conflict": 409, "unavailable": 503, "refused": 409, "internal": 500}
    for code, status_code in statuses.items():
        response = await browser.get(f"/api/v1/raise/{code}")
        said = await response.json()

        assert (response.status, response.content_type) == (status_code, "application/problem+json")
        assert said["code"] == code
        assert said["request_id"] == response.headers["X-Request-Id"]
        assert CANARY not in str(said)
        assert ("Retry-After" in response.headers) == (status_code == 503)


async def test_people_get_a_page_in_words(house: Front) -> None:
    browser = house.browser()
    for code, words in (("not_found", "does not exist"), ("unavailable", "Not available now"), ("internal", "wrong")):
        response = await browser.get(f"/raise/{code}", headers={"Accept": "text/html"})
        text = await response.text()

        assert response.content_type == "text/html"
        assert words in text and response.headers["X-Request-Id"] in text
        assert CANARY not in text

    as_data = await browser.get("/raise/not_found", headers={"Accept": "application/json"})
    assert as_data.content_type == "application/problem+json"


async def test_the_log_has_routes_and_places_but_no_addresses_and_no_words(house: Front) -> None:
    stream = io.StringIO()
    configure(stream=stream)
    try:
        browser = house.browser()
        await browser.get("/t/secret-token-of-a-customer?name=Ana")
        await browser.get("/raise/internal")
    finally:
        structlog.reset_defaults()
    text = stream.getvalue()

    assert '"/t/{token}"' in text and "test_answers.py" in text
    for secret in ("secret-token", "Ana", CANARY):
        assert secret not in text


def test_sockets_are_told_code_and_message() -> None:
    assert socket_error(Stale("offer"))["code"] == "stale"
    assert socket_error(Invalid("text", "say something")) == {
        "code": "invalid",
        "message": "text: say something",
        "errors": [{"field": "text", "message": "say something"}],
    }
    assert CANARY not in str(socket_error(RuntimeError(CANARY)))


async def test_only_built_files_are_served(house: Front) -> None:
    browser = house.browser()
    css = await browser.get("/static/app-0A1B2C3D.css")
    widget = await browser.get("/widget.js")

    assert css.headers["Cache-Control"].endswith("immutable") and css.content_type == "text/css"
    assert widget.content_type == "text/javascript"
    assert widget.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = await browser.get("/widget.js", headers={"If-None-Match": widget.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    for path in ("/static/manifest.json", "/static/..%2f..%2fapp.py", "/static/%2e%2e/app.py", "/static/", "/static/x"):
        assert (await browser.get(path)).status == 404, path


async def test_large_files_are_sent_compressed_to_who_can_read_that(
    tmp_path: Path, sqlite_url: str, manual_clock: ManualClock
) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "console-0A1B2C3D.js").write_text("let card = 1;\n" * 1000)
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now()) as house:
        (folder / "console-0A1B2C3D.js").unlink()  # served from memory
        headers = {"Accept-Encoding": "gzip"}
        async with house.browser().session.get(
            house.browser().make_url("/static/console-0A1B2C3D.js"), headers=headers
        ) as packed:
            assert packed.headers["Content-Encoding"] == "gzip"
        plain = await house.browser().get("/static/console-0A1B2C3D.js", headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers and plain.headers["Vary"] == "Accept-Encoding"
