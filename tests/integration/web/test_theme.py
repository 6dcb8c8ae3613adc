"""How the organization looks to customers: said on a page, drawn first, and shown at once on every page of theirs."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from aiohttp import FormData

from desk.kernel.clock import ManualClock
from desk.organization.file import read
from desk.organization.organization import dump, load
from desk.organization.theme import Theme
from desk.organization.theme_kept import theme_said
from tests.integration.web.front import SYSTEM, Client, Front, csrf_token, open_front
from tests.integration.web.help_house import PAGES, fill
from tests.integration.web.shown import Shown
from tests.unit.desk.organization.test_theme import png
from web.pages import call, theme
from web.pages.admin import rules as admin_rules
from web.pages.admin import theme as admin_theme

HERE = "/admin/theme"
LINKS = {"head[0].to": "https://shop.example.com/", "head[0].label.en": "Shop", "head[0].label.zh": "商店"}
SAID = {"name": "Alderbrook", "accent": "#174A9C", "welcome.en": "Answers <b>here</b>.", "first": "questions"} | LINKS


@pytest_asyncio.fixture
async def house(tmp_path: Path, sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    parts = (*PAGES, admin_rules, admin_theme, call, theme)
    routes = [route for part in parts for route in part.routes]
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=routes) as opened:
        yield opened


async def sends(browser: Client, do: str, **fields: str) -> tuple[int, Shown]:
    """Fills some fields of the page in and presses a button; what it answers."""
    form = Shown(await (await browser.get(HERE)).text()).fields
    form = {name: value for name, value in form.items() if name != "file"}
    answer = await browser.post(HERE, data=form | fields | {"do": do})
    return answer.status, Shown(await answer.text())


async def sends_logo(browser: Client, data: bytes, token: str | None = None) -> tuple[int, str]:
    form = FormData()
    form.add_field("csrf_token", csrf_token(await (await browser.get(HERE)).text()) if token is None else token)
    form.add_field("file", data, filename="logo.svg", content_type="image/svg+xml")
    answer = await browser.post(f"{HERE}/logo", data=form)
    return answer.status, await answer.text()


async def now(house: Front) -> Theme:
    return await house.desk.read(SYSTEM, theme_said)


async def test_what_is_drawn_is_not_kept_and_what_is_saved_is_on_every_page_at_once(house: Front) -> None:
    await fill(house)
    browser, reader = await house.signed_in("admin"), house.browser()
    before = await (await reader.get("/help")).text()
    assert "/theme/" not in before

    status, shown = await sends(browser, "show", **SAID)
    assert (status, await now(house)) == (200, Theme())
    assert "As it would look, not saved yet" in shown.text
    assert "Answers <b>here</b>." in shown.text
    assert shown.fields["name"] == "Alderbrook"

    status, shown = await sends(browser, "save", **SAID)
    assert (status, "Saved." in shown.text) == (200, True)
    assert "Look for customers" in shown.text
    assert "Colour on light screens: none → #174a9c" in shown.text
    assert (await now(house)).accent == "#174a9c"

    page = await (await reader.get("/help")).text()
    assert "Answers &lt;b&gt;here&lt;/b&gt;." in page
    assert '<a href="https://shop.example.com/">Shop</a>' in page
    assert page.index('id="often"') < page.index('id="topics"')
    assert "商店" in await (await reader.get("/help?lang=zh-Hant")).text()
    (address,) = re.findall(r'rel="stylesheet" href="(/theme/[^"]+)"', page)
    for path in ("/help/search?q=refund", "/contact", "/call"):
        other = await (await reader.get(path)).text()
        assert address in other
        assert "· Alderbrook</title>" in other
        assert 'data-accent="light-dark(#174a9c, #' in other
    assert "Alderbrook" in await (await reader.get("/help/feed.atom")).text()

    sheet = await reader.get(address)
    text = await sheet.text()
    assert re.fullmatch(r":root\{(--[a-z-]+:light-dark\(#[0-9a-f]{6},#[0-9a-f]{6}\);){3}\}\n", text)
    assert sheet.headers["Cache-Control"].endswith("immutable")
    assert sheet.headers["Content-Type"].startswith("text/css")
    again = await reader.get(address, headers={"If-None-Match": sheet.headers["ETag"]})
    assert again.status == 304

    await sends(browser, "save", accent="#7a1f5c")
    page = await (await reader.get("/help")).text()
    assert address not in page
    late = await reader.get(address)
    assert ("#7a1f5c" in await late.text(), late.headers["Cache-Control"]) == (True, "no-cache")


async def test_what_cannot_be_read_is_told_beside_its_field_and_nothing_is_lost(house: Front) -> None:
    browser = await house.signed_in("admin")
    for do in ("show", "save"):
        status, shown = await sends(browser, do, **SAID | {"accent": "#f2c200", "head[0].to": "javascript:alert(1)"})
        assert status == 422
        assert "https://" in shown.says["why-head[0].to"]
        assert shown.fields["name"] == "Alderbrook"
    status, shown = await sends(browser, "save", **SAID | {"accent": "#f2c200"})
    assert "1.4 to 1 on light screens" in shown.says["why-accent"]
    proposed = shown.says["why-accent"].rpartition(" ")[2]
    status, shown = await sends(browser, "save", **SAID | {"accent": proposed})
    assert (status, (await now(house)).accent) == (200, proposed)
    status, shown = await sends(browser, "save", **{"foot[0].label.en": "Nowhere", "head[1].to": "/contact"})
    assert status == 422
    assert shown.says["why-head[1].to"] == "say what the link is called"
    assert "foot[0].to" in {name.removeprefix("why-") for name in shown.says if name.startswith("why-")}


async def test_who_is_slower_is_told_and_keeps_what_they_typed(house: Front) -> None:
    browser = await house.signed_in("admin")
    seen = Shown(await (await browser.get(HERE)).text()).fields["seen"]
    await sends(browser, "save", **SAID)
    status, shown = await sends(browser, "save", name="Elderbrook", seen=seen)
    assert status == 409
    assert shown.fields["name"] == "Elderbrook"
    assert "Now: Alderbrook" in shown.text
    form = {name: value for name, value in shown.fields.items() if name != "file"}
    answer = await browser.post(HERE, data=form | {"do": "save"})
    assert (answer.status, (await now(house)).name) == (200, "Elderbrook")


async def test_a_logo_is_a_picture_whatever_it_is_called(house: Front) -> None:
    browser, reader = await house.signed_in("admin"), house.browser()
    blobs = house.desk.settings.data_dir / "blobs"
    for bad in (
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"",
        png(60_000, 60_000),
        bytes(200_000),
    ):
        status, text = await sends_logo(browser, bad)
        assert (status in (413, 422), "Not saved:" in text) == (True, True)
    status, _ = await sends_logo(browser, png(), token="of somebody else")
    assert status == 403
    assert (await now(house)).logo == ""

    status, text = await sends_logo(browser, png())
    assert (status, "PNG, 3 × 2, 1 kB" in text) == (200, True)
    assert not [file for file in blobs.rglob("*") if file.is_file()]
    (address,) = set(re.findall(r'<img class="logo" src="([^"]+)"', await (await reader.get("/help")).text()))
    picture = await reader.get(address)
    assert (await picture.read(), picture.headers["Content-Type"]) == (png(), "image/png")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    for other in (
        "/theme/0.css",
        "/theme/..%2f..%2fetc",
        "/theme/" + "a" * 16 + ".svg",
        "/theme/x" + "a" * 16 + ".css",
    ):
        assert (await reader.get(other)).status == 404

    token = csrf_token(text)
    await browser.post(f"{HERE}/logo/remove", data={"csrf_token": token})
    assert (await reader.get(address)).status == 404
    told = Shown(await (await browser.get("/admin/history")).text()).text
    assert "Look for customers Logo none PNG, 3 × 2, 1 kB" in told
    assert "admin Look for customers Logo" in told


async def test_only_administrators_change_how_it_looks(house: Front) -> None:
    for role in ("agent", "supervisor"):
        browser = await house.signed_in(role)
        for path in (HERE, f"{HERE}/preview.css?light=000000&dark=ffffff"):
            assert (await browser.get(path)).status == 403
        for path in (HERE, f"{HERE}/logo", f"{HERE}/logo/remove"):
            assert (await browser.post(path, data={"do": "save"})).status == 403
    browser = await house.signed_in("admin")
    assert (await browser.post(HERE, data={"do": "save", "name": "Forged"})).status == 403
    drawn = await (await browser.get(f"{HERE}/preview.css?light=174a9c&dark=9dbdf7")).text()
    assert drawn.startswith(".theme-preview{--accent:light-dark(#174a9c,#9dbdf7);")
    assert await (await browser.get(f"{HERE}/preview.css?light=174a9c;}}a{{&dark=9dbdf7")).text() == ""


async def test_a_form_that_is_sent_as_it_came_changes_nothing(house: Front) -> None:
    browser = await house.signed_in("admin")
    file = 'theme: {name: A, accent: "#174a9c", foot: [{to: /contact, label: {es: Escríbanos, it: Scriveteci}}]}'
    await house.desk.transact(SYSTEM, load, read(file))
    before = await house.desk.read(SYSTEM, dump)
    status, _ = await sends(browser, "save")
    assert (status, await house.desk.read(SYSTEM, dump)) == (200, before)
