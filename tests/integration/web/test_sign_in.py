"""Signing in and out: the same words for every failure, a new session every time, and an end on the server."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.tables import sessions, users
from tests.integration.web.front import PASSWORD, SYSTEM, Client, Front, csrf_token, open_front, sign_in
from web.pages import login


async def test_who_signs_in_goes_to_their_work(front: Front) -> None:
    for role, first in (("agent", "/console"), ("supervisor", "/floor"), ("admin", "/admin")):
        await front.add(f"{role}@house.test", role)
        browser = front.browser()

        response = await sign_in(browser, f"{role.upper()}@house.test ")

        assert (response.status, response.headers["Location"]) == (303, first)
        again = await browser.get("/", allow_redirects=False)
        assert again.headers["Location"] == first


async def test_a_wrong_password_and_an_unknown_address_read_the_same(front: Front) -> None:
    await front.add("ana@house.test", "agent")

    wrong = await sign_in(front.browser(), "ana@house.test", "guess")
    unknown = await sign_in(front.browser(), "eve@house.test", "guess")

    assert wrong.status == unknown.status == 401
    texts = [(await answer.text()).replace("eve@", "ana@") for answer in (wrong, unknown)]
    without_tokens = [text.replace(csrf_token(text), "") for text in texts]
    assert without_tokens[0] == without_tokens[1]
    assert "careline" not in wrong.cookies


async def test_a_user_who_was_disabled_does_not_come_in(front: Front) -> None:
    await front.add("ana@house.test", "agent")
    await front.desk.transact(SYSTEM, lambda tx: tx.execute(sa.update(users).values(active=False)))

    assert (await sign_in(front.browser(), "ana@house.test")).status == 401


async def test_after_ten_failures_even_the_right_password_waits(front: Front) -> None:
    await front.add("ana@house.test", "agent")
    browser = front.browser()
    for _ in range(10):
        assert (await sign_in(browser, "ana@house.test", "guess")).status == 401

    refused = await sign_in(browser, "ana@house.test")
    stranger = await sign_in(browser, "bo@house.test", "guess")

    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert stranger.status == 401


async def test_a_strangers_guesses_keep_nobody_out_elsewhere(front: Front) -> None:
    await front.add("ana@house.test", "agent")
    front.desk.settings.trusted_proxies = "127.0.0.0/8"
    stranger, ana = _at(front, "203.0.113.7"), _at(front, "198.51.100.9")
    statuses = [(await sign_in(stranger, "ana@house.test", "guess")).status for _ in range(11)]

    assert statuses == [401] * 10 + [429]
    assert (await sign_in(stranger, "ana@house.test")).status == 429
    assert (await sign_in(ana, "ana@house.test")).status == 303
    assert (await sign_in(stranger, "ana@house.test")).status == 429


async def test_guesses_from_everywhere_at_one_account_come_to_an_end(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "PER_ACCOUNT", "6/15 minutes")
    await front.add("ana@house.test", "agent")
    front.desk.settings.trusted_proxies = "127.0.0.0/8"
    for number in range(6):
        assert (await sign_in(_at(front, f"203.0.113.{number}"), "ana@house.test", "guess")).status == 401
        if number == 3:  # the right person comes and goes: the guesses stay counted
            assert (await sign_in(_at(front, "198.51.100.9"), "ana@house.test")).status == 303

    assert (await sign_in(_at(front, "203.0.113.99"), "ana@house.test", "guess")).status == 429
    assert (await sign_in(_at(front, "203.0.113.99"), "bo@house.test", "guess")).status == 401


async def test_an_account_that_nobody_has_is_limited_alike(front: Front) -> None:
    browser = front.browser()
    statuses = [(await sign_in(browser, "nobody@house.test", "guess")).status for _ in range(11)]

    assert statuses == [401] * 10 + [429]


async def test_a_sign_in_sets_failures_back(front: Front) -> None:
    await front.add("ana@house.test", "agent")
    for _ in range(9):
        await sign_in(front.browser(), "ana@house.test", "guess")
    assert (await sign_in(front.browser(), "ana@house.test")).status == 303

    assert (await sign_in(front.browser(), "ana@house.test", "guess")).status == 401


async def test_the_session_is_new_and_the_one_before_is_dead(front: Front) -> None:
    browser = await front.signed_in("agent")
    before = _cookie(browser)
    planted = front.browser()
    planted.session.cookie_jar.update_cookies({"careline": "planted-by-somebody-else"}, planted.make_url("/"))

    await browser.post("/logout", data={"csrf_token": await _session_token(front)})
    await sign_in(browser, "agent@house.test")
    await sign_in(planted, "agent@house.test")

    assert before and before not in (_cookie(browser), _cookie(planted))
    assert _cookie(planted) != "planted-by-somebody-else"
    thief = front.browser()
    assert (await thief.get("/", headers={"Cookie": f"careline={before}"}, allow_redirects=False)).headers[
        "Location"
    ] == "/help"


async def test_a_second_sign_in_ends_the_first_session_of_that_browser(front: Front) -> None:
    browser = await front.signed_in("agent")
    before = _cookie(browser)
    page = await front.browser().get("/login")
    token, form_cookie = csrf_token(await page.text()), page.cookies["careline-form"].value
    fields = {"email": "agent@house.test", "password": PASSWORD, "csrf_token": token}
    browser.session.cookie_jar.update_cookies({"careline-form": form_cookie}, browser.make_url("/"))

    assert (await browser.post("/login", data=fields, allow_redirects=False)).status == 303

    assert await _sessions(front) == 1
    assert _cookie(browser) != before


async def test_signing_out_ends_the_session_on_the_server(front: Front) -> None:
    browser = await front.signed_in("agent")
    cookie = _cookie(browser)

    foreign = await browser.post("/logout", data={"csrf_token": "made up"}, allow_redirects=False)
    assert foreign.status == 403
    response = await browser.post("/logout", data={"csrf_token": await _session_token(front)}, allow_redirects=False)

    assert (response.status, response.headers["Location"]) == (303, "/login")
    assert await _sessions(front) == 0
    kept = await front.browser().get("/", headers={"Cookie": f"careline={cookie}"}, allow_redirects=False)
    assert kept.headers["Location"] == "/help"


async def test_a_session_ends_when_idle_and_when_old(front: Front) -> None:
    browser = await front.signed_in("agent")
    for _ in range(11):
        front.clock.advance(timedelta(minutes=59))
        front.forget_identities()
        assert (await browser.get("/", allow_redirects=False)).headers["Location"] == "/console"

    front.clock.advance(timedelta(minutes=73))
    front.forget_identities()
    assert (await browser.get("/", allow_redirects=False)).headers["Location"] == "/help"

    again = await front.signed_in("agent")
    front.clock.advance(timedelta(minutes=61))
    front.forget_identities()
    assert (await again.get("/", allow_redirects=False)).headers["Location"] == "/help"


async def test_cookies_are_for_our_pages_only(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> None:
    public = "https://desk.example"
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), public_url=public) as front:
        await front.add("ana@house.test", "agent")
        browser = front.browser()
        shown = await browser.get("/login")
        form_cookie = shown.cookies["__Host-careline-form"]
        response = await browser.post(
            "/login",
            data={"email": "ana@house.test", "password": PASSWORD, "csrf_token": form_cookie.value},
            headers={"Cookie": f"__Host-careline-form={form_cookie.value}"},
            allow_redirects=False,
        )

        cookie = response.cookies["__Host-careline"]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")
        assert not cookie["domain"]
        assert len(cookie.value) >= 43


async def test_a_form_of_a_foreign_page_signs_nobody_in(front: Front) -> None:
    await front.add("ana@house.test", "agent")
    browser = front.browser()
    fields = {"email": "ana@house.test", "password": PASSWORD, "csrf_token": "x" * 43}

    assert (await browser.post("/login", data=fields, allow_redirects=False)).status == 403
    await browser.get("/login")
    assert (await browser.post("/login", data=fields, allow_redirects=False)).status == 403


async def test_who_signs_in_goes_on_where_they_wanted_to_but_not_elsewhere(front: Front) -> None:
    await front.add("ana@house.test", "agent")
    wanted = {
        "/complaints?state=open": "/complaints?state=open",
        "//evil.example": "/console",
        "https://evil.example/": "/console",
        "/\\evil.example": "/console",
        "/\t/evil.example": "/console",
        "javascript:alert(1)": "/console",
    }
    for path, location in wanted.items():
        response = await sign_in(front.browser(), "ana@house.test", next=path)
        assert response.headers["Location"] == location


async def test_the_database_keeps_no_secret(front: Front) -> None:
    browser = await front.signed_in("agent")

    rows = await front.desk.read(SYSTEM, lambda rx: [*rx.all(sa.select(sessions)), *rx.all(sa.select(users))])

    assert _cookie(browser) not in str(rows)
    assert PASSWORD not in str(rows)
    assert "$argon2id$" in str(rows)


def _at(front: Front, address: str) -> Client:
    """A browser behind a proxy that says where it is."""
    browser = front.browser()
    browser.session.headers["X-Forwarded-For"] = address
    return browser


def _cookie(browser: object) -> str:
    jar = browser.session.cookie_jar  # type: ignore[attr-defined]
    return next((cookie.value for cookie in jar if cookie.key == "careline"), "")


async def _sessions(front: Front) -> int:
    return len(await front.desk.read(SYSTEM, lambda rx: rx.all(sa.select(sessions))))


async def _session_token(front: Front) -> str:
    rows = await front.desk.read(SYSTEM, lambda rx: rx.all(sa.select(sessions)))
    return str(rows[-1].csrf_token)
