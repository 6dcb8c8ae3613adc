"""Rows 44 to 48: who somebody is, by what, for how long, and what the answers give away.

CVE-2026-34720 (Zammad, a header that signs in), CVE-2026-9507 (osTicket, fixation), CVE-2026-27637 (FreeScout,
tokens that can be computed), CVE-2022-35490 (Zammad, who has an account here), CVE-2017-5361 (Request Tracker,
comparing takes longer the more is right).
"""

import ast
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.complaint_handlers import STATUS, SURVEY
from desk.kernel.clock import ManualClock
from desk.kernel.tokens import sign
from desk.people.access import digest
from desk.tables import sessions, users
from tests.integration.web.front import PASSWORD, SYSTEM, Client, Front, csrf_token, open_front, sign_in
from tests.security.sources import sources
from web.api import ROUTES
from web.app import PARTS
from web.demo import pages as demo

ANA = "ana@house.test"
#: What proxies and single sign-on say of who is there.
CLAIMS = (
    "X-Remote-User", "Remote-User", "X-Forwarded-User", "X-Forwarded-Email", "X-Auth-Request-Email", "X-User", "From",
    "X-Authenticated-User", "X-WebAuth-User", "SSO-User", "X-MS-CLIENT-PRINCIPAL-NAME", "X-Original-User", "X-API-Key",
    "X-Client-Cert", "X-SSL-Client-S-DN", "Proxy-Authorization", "X-Auth-Token", "Token",
)  # fmt: skip


@pytest.fixture
async def front(sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Front]:
    routes = [route for table in (*ROUTES, *(part.routes for part in (*PARTS, demo))) for route in table]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=routes) as opened:
        await opened.add(ANA, "admin")
        yield opened


def cookie(browser: Client) -> str:
    return next((one.value for one in browser.session.cookie_jar if one.key == "careline"), "")


async def opens(front: Front, secret: str) -> bool:
    """Whether a session's secret opens the page of administrators."""
    front.forget_identities()
    said = await front.browser().get("/admin", headers={"Cookie": f"careline={secret}"}, allow_redirects=False)
    return said.status == 200


async def test_no_header_says_who_somebody_is(front: Front) -> None:
    nobody = front.browser()
    for name in CLAIMS:
        for value in (ANA, "Basic YW5hOng=", f"{ANA}, admin"):
            for path, refused in (("/admin", 303), ("/api/v1/audit", 401)):
                said = await nobody.get(path, headers={name: value}, allow_redirects=False)
                assert said.status == refused, name
    for query in (
        f"user={ANA}",
        f"token={digest('x')}",
        "access_token=x",
        "session=x",
        "sid=x",
        f"email={ANA}&admin=1",
    ):
        assert (await nobody.get(f"/admin?{query}", allow_redirects=False)).status == 303, query


@pytest.mark.parametrize("planted", ["", "planted", "x" * 43, "a b", "' OR 1=1--", "é"])
async def test_what_was_planted_before_opens_nothing_afterwards(front: Front, planted: str) -> None:
    browser = front.browser()
    page = await browser.get("/login")
    form = {"email": ANA, "password": PASSWORD, "csrf_token": csrf_token(await page.text())}
    carried = f"careline={planted}; careline-form={form['csrf_token']}"
    said = await front.browser().post("/login", data=form, headers={"Cookie": carried}, allow_redirects=False)

    fresh = said.cookies["careline"].value
    assert said.status == 303 and fresh != planted and len(fresh) * 6 >= 256
    assert await opens(front, fresh)
    assert not await opens(front, planted)
    assert not await opens(front, form["csrf_token"])
    kept = await front.desk.read(SYSTEM, lambda rx: rx.all(sa.select(sessions)))
    assert [row.id for row in kept] == [digest(fresh)]


async def test_each_sign_in_is_another_session_and_the_end_is_an_end(front: Front) -> None:
    secrets, browsers = set(), []
    for _ in range(3):
        browser = front.browser()
        await sign_in(browser, ANA)
        browsers.append(browser)
        secrets.add(cookie(browser))
    assert len(secrets) == 3

    first = cookie(browsers[0])
    page = await (await browsers[0].get("/admin")).text()
    assert (
        await browsers[0].post("/logout", data={"csrf_token": csrf_token(page)}, allow_redirects=False)
    ).status == 303
    assert not await opens(front, first)
    assert await opens(front, cookie(browsers[1]))
    await front.desk.transact(SYSTEM, lambda tx: tx.execute(sa.update(users).values(active=False)))
    assert not await opens(front, cookie(browsers[1]))
    await front.desk.transact(SYSTEM, lambda tx: tx.execute(sa.update(users).values(active=True)))
    front.clock.advance(timedelta(hours=12))
    assert not await opens(front, cookie(browsers[2]))


BLANK = [
    "",
    " ",
    "%00",
    "null",
    "None",
    "undefined",
    "0",
    "false",
    "[]",
    "%20",
    "x" * 5000,
    "a.b",
    ".",
    "..",
    "*",
    "%25",
]


async def test_a_link_that_we_did_not_write_opens_nothing(front: Front) -> None:
    """Neither a blank one, nor one with other letters, nor one for something else."""
    secret, nobody = front.desk.settings.secret_key, front.browser()
    right = sign(secret, STATUS, "0193c1a0-0000-7000-8000-000000000000")
    other = [
        right.swapcase(), right[:-2], right + "x", sign(secret, STATUS, ""), sign(secret, STATUS, " "),
        sign("", STATUS, "x"), sign(secret, SURVEY, "x"), sign(secret, "attachment", "x"),
        right.partition(".")[0],
    ]  # fmt: skip
    bodies = set()
    for door in ("t", "s", "contact/sent", "attachments"):
        for token in (*BLANK, *other, right):
            said = await nobody.get(f"/{door}/{token}", allow_redirects=False)
            # 301 where a blank one leaves the address of a door: *contact/sent/..* is *contact/*.
            assert said.status in (301, 303, 400, 404, 405) and "Set-Cookie" not in said.headers, (door, token)
            if said.status == 404 and door == "t" and len(token) > 1:
                bodies.add((await said.text()).replace(said.headers["X-Request-ID"], ""))
    assert len(bodies) == 1  # one that is rightly signed for nothing reads like one that is made up
    for token in BLANK:
        said = await nobody.get("/api/v1/audit", headers={"Authorization": f"Bearer {token}"})
        assert said.status == 401, token


async def test_known_and_unknown_are_answered_with_the_same_words(front: Front) -> None:
    texts = set()
    for email in (ANA, "nobody@house.test", "ANA@HOUSE.TEST", "", "x", "' OR 1=1--", "a" * 400):
        browser = front.browser()
        said = await sign_in(browser, email, "guess")
        text = await said.text()
        for own in (csrf_token(text), said.headers["X-Request-ID"]):
            text = text.replace(own, "")
        texts.add((said.status, text.replace('value=""', "").partition("<form")[0]))
        assert "careline" not in said.cookies
        front.forget_identities()
    assert len(texts) == 1


def test_secrets_are_compared_by_one_function_only() -> None:
    """What is secret is looked up by its digest, or compared in constant time."""
    told = ("secret", "token", "signature", "mac", "digest", "password", "csrf", "hmac")
    found = []
    for source in sources():
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Compare) or not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                continue
            sides = [ast.unparse(side).rpartition(".")[2].lower() for side in (node.left, *node.comparators)]
            if any(".c." in ast.unparse(side) for side in (node.left, *node.comparators)):
                continue  # a database looks up a digest
            plain = any(isinstance(side, ast.Constant) for side in (node.left, *node.comparators))
            if not plain and any(side.strip("_()").endswith(told) for side in sides):
                found.append(f"{source.at(node.lineno)}: {ast.unparse(node)}")
    assert found == []
