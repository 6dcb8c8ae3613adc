"""Rows 1, 2, 4 and 61 of the published cases: what outsiders and administrators write is never markup of ours.

CVE-2018-1000154 (Zammad, subject), CVE-2026-32754 (FreeScout, raw output in a template), CVE-2026-105455
(Request Tracker, a related case's text), GHSA lists of Zulip and osTicket (names of queues, skills, roles).
"""

import re
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest_asyncio
import sqlalchemy as sa

from desk.complaint_handlers import STATUS
from desk.kernel.clock import ManualClock
from desk.kernel.tokens import sign
from desk.kernel.transaction import Tx
from desk.people.access import add_user
from desk.tables import complaints, entry_points, jobs, queues, skills, taxonomy
from tests.integration.web.front import SYSTEM, Front, open_front
from web.demo import pages as demo
from web.pages import reports, screens, status
from web.pages.admin import overview as admin
from web.pages.complaints import complaints as complaints_pages
from web.pages.help import centre as help_centre
from web.pages.help import contact

CANARY = "\"'><canary onload=1></title></script><canary>{{7*7}}"
PAGES = (admin, complaints_pages, contact, demo, help_centre, reports, screens, status)
#: Constants of ours: an attribute, and the report's style sheet, which it carries so that it prints anywhere.
TRUSTED = {"report.html": ("' class=\"l\"'|safe", "<style>{{ styles }}</style>")}
TEMPLATES = Path(__file__).parents[2] / "web" / "templates"


class Elements(HTMLParser):
    """What a browser would make of a page: element names, and whether a canary sang."""

    def __init__(self) -> None:
        super().__init__()
        self.canaries = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.canaries += tag == "canary" or any(name == "onload" for name, _ in attrs)


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [route for part in PAGES for route in part.routes]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=found, demo=True) as opened:
        await opened.desk.transact(SYSTEM, _names)
        yield opened


async def test_a_canary_sings_on_no_page(house: Front) -> None:
    browser = await house.signed_in("admin")
    wrote = {"name": CANARY, "email": "ana@example.org", "text": CANARY, "complaint": "yes", "remedy": CANARY}
    assert (await browser.post("/contact", data=wrote)).status == 200
    (complaint,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(complaints)))
    token = sign(house.desk.settings.secret_key, STATUS, complaint.id)

    told = {}
    for path in (
        "/admin",
        "/admin/users",
        "/admin/trouble",
        "/complaints",
        f"/complaints/{complaint.id}",
        f"/t/{token}",
        "/console",
        "/reports",
    ):
        response = await browser.get(path)
        assert response.status == 200, path
        told[path] = await response.text()
    told["search"] = await (await browser.get("/help/search", params={"q": CANARY})).text()
    told["typed"] = await (await browser.post("/contact", data=wrote | {"email": CANARY})).text()
    told["moved"] = await (
        await browser.post(
            f"/complaints/{complaint.id}/transitions",
            data={"to": "triage", "owner_id": CANARY, "level": CANARY, "csrf_token": _token(told["/console"])},
        )
    ).text()
    stranger = house.browser()
    shown = await stranger.get("/login", params={"next": CANARY})
    told["next"] = await shown.text()
    fields = {"email": CANARY, "password": "x", "csrf_token": _token(told["next"])}
    told["refused"] = await (await stranger.post("/login", data=fields)).text()

    for where, text in told.items():
        page = Elements()
        page.feed(text)
        assert page.canaries == 0, where
        assert "49" not in re.findall(r"canary&gt;(\d+)", text), where
    for where in ("/admin", f"/complaints/{complaint.id}", f"/t/{token}", "search", "typed", "next"):
        assert "canary" in told[where], f"{where} shows it, as text"


def test_no_template_takes_markup_on_trust() -> None:
    for template, text in templates():
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b", text), template


def test_no_template_puts_a_value_where_quotes_do_not_hold_it() -> None:
    for template, text in templates():
        assert not re.search(r"\s[\w-]+=\{\{", text), f"{template}: an attribute without quotes"
        assert not re.search(r"<(script|style)[^>]*>[^<]*\{\{", text), f"{template}: a value inside script or style"


def templates() -> Iterator[tuple[Path, str]]:
    """Every template without the constants that it may trust."""
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        for ours in TRUSTED.get(template.name, ()):
            text = text.replace(ours, "")
        yield template, text


def _names(tx: Tx) -> None:
    for key in ("general", "complaints"):
        tx.insert(queues, key=key, name=CANARY, skills={"service": 1}, priority=0)
    tx.insert(skills, key="service", name=CANARY)
    tx.insert(entry_points, channel="email", address=CANARY, queue="general", flow=None)
    tx.insert(taxonomy, kind="category", code="other", name=CANARY, parent="", retired=False)
    at: dict[str, Any] = {"due_at": tx.now, "failed_at": tx.now}
    tx.insert(jobs, id=tx.new_id(), name="send_letter", error=CANARY, attempts=12, data={}, **at)
    add_user(tx, email="canary@house.test", role="agent", password_hash="x", name=CANARY)


def _token(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    return found[1] if found else ""
