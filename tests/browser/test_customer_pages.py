"""Customers' pages: forms work without script, every page passes axe and fits a narrow phone."""

import re

from playwright.async_api import expect

from desk.complaint_handlers import STATUS, SURVEY
from desk.kernel.tokens import sign
from tests.browser.axe import findings, looks_right
from tests.browser.conftest import Visit
from tests.browser.customers import Customer
from tests.browser.shop import Shop, eventually
from tests.browser.windows import resizes

OPEN_TO_ALL = ("/demo/shop", "/contact", "/help", "/help/search?q=refund", "/call", "/login", "/demo/mail")
#: What a customer's status page can look like.
STATES = ("triage", "investigating", "closed", "resolved_early", "withdrawn", "void")


def link(shop: Shop, purpose: str, id: str) -> str:
    """A link as it stands in the letter that carries it."""
    secret = (shop.data / "secret.key").read_text().strip()
    return f"/{'t' if purpose == STATUS else 's'}/{sign(secret, purpose, id)}"


async def complaint_in(shop: Shop, state: str) -> str:
    """The status page of a complaint in this state; which open ones the history has depends on the day."""
    found = (await shop.asks("GET", f"/api/v1/complaints?state={state}&limit=1"))["items"]
    return link(shop, STATUS, found[0]["id"] if found else await fresh_complaint(shop, state))


async def fresh_complaint(shop: Shop, state: str) -> str:
    """A complaint that is logged now and brought to `triage`, or on to `investigating`."""
    customer = (await shop.asks("GET", "/api/v1/customers?limit=1"))["items"][0]["id"]
    about = {"category": "billing", "severity": 3, "remedy_sought": "The fee back", "verbatim": "I paid twice."}
    id = (await shop.asks("POST", "/api/v1/complaints", {"customer_id": customer} | about))["id"]
    owner = (await shop.asks("GET", "/api/v1/agents?limit=1"))["items"][0]["id"]
    path = f"/api/v1/complaints/{id}/transitions"
    await shop.asks("POST", path, {"to": "triage", "owner_id": owner, "level": "general"})
    if state == "investigating":
        await shop.asks("POST", path, {"to": "investigating", "plan": "Read the account"})
    return str(id)


async def survey(shop: Shop) -> str:
    found = await shop.asks("GET", "/api/v1/surveys?state=planned&limit=1")
    return link(shop, SURVEY, found["items"][0]["id"])


async def passes(customer: Customer, path: str, url: str) -> None:
    """The page is right on a desk and on a narrow phone, light and dark."""
    page = customer.page
    await resizes(page, width=1280, height=700)
    await page.goto(url + path)
    await looks_right(page)
    assert await customer.fits(), path
    await resizes(page, width=320, height=700)
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert (path, await findings(page)) == (path, [])
    assert await customer.fits(), path


async def test_axe_finds_nothing_and_a_narrow_phone_needs_no_sideways_scrolling(shop: Shop, visit: Visit) -> None:
    links = [await complaint_in(shop, state) for state in STATES]
    ana = await visit("/help")
    for path in (*OPEN_TO_ALL, *links, await survey(shop)):
        await passes(ana, path, shop.url)


async def test_axe_finds_nothing_where_something_went_wrong(shop: Shop, visit: Visit) -> None:
    bo = await visit("/contact", width=320, height=700, script=True)
    await bo.page.locator("form").first.evaluate("form => form.noValidate = true")
    await bo.page.get_by_role("button", name="Send").click()
    await expect(bo.page.get_by_role("alert")).to_contain_text("Nothing is lost")
    await looks_right(bo.page)
    assert await bo.fits()
    await bo.page.goto(f"{shop.url}/login")
    await bo.page.get_by_label("E-mail").fill("agent1@demo.test")
    await bo.page.get_by_label("Password").fill("wrong")
    await bo.page.get_by_role("button", name="Sign in").click()
    await expect(bo.page.get_by_role("alert")).to_contain_text("not right")
    await looks_right(bo.page)
    await bo.page.goto(f"{shop.url}/help/a/nothing-here")
    await looks_right(bo.page)


async def test_a_complaint_by_form_has_a_number_and_a_page_without_any_script(shop: Shop, visit: Visit) -> None:
    cleo = await visit("/contact", script=False)
    page = cleo.page
    await page.get_by_label("Something went wrong").check()
    await page.get_by_label("What happened, or what do you need?").fill("   ")  # enough for the browser
    await page.get_by_label("What would put it right?").fill("A new one")
    await page.get_by_label("Name").fill("Cleo Hart")
    await page.get_by_label("E-mail").fill("cleo@example.org")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing is lost: what you typed is kept.")
    text = page.get_by_label("What happened, or what do you need?")
    await expect(text).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("What would put it right?")).to_have_value("A new one")
    await expect(page.get_by_label("E-mail")).to_have_value("cleo@example.org")
    await expect(page.get_by_label("Something went wrong")).to_be_checked()

    await text.fill("The <b>kettle</b> leaks.")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("We have your complaint")
    number = await page.locator("b.num").inner_text()

    status = await letter_to("cleo@example.org", shop)
    await page.goto(status)
    await expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    await expect(page.get_by_role("complementary")).to_contain_text("The <b>kettle</b> leaks.")
    await page.get_by_label("Anything new, or anything we got wrong").fill("It leaks more.")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("status")).to_have_text("We have it, and somebody reads it.")
    await page.get_by_text("You wrote to us").first.click()
    await expect(page.get_by_text("It leaks more.")).to_be_visible()


async def test_a_question_by_form_is_received(visit: Visit) -> None:
    dot = await visit("/contact", script=False)
    await dot.page.get_by_label("What happened, or what do you need?").fill("Do you deliver on Sundays?")
    await dot.page.get_by_label("E-mail").fill("dot@example.org")
    await dot.page.get_by_role("button", name="Send").click()
    await expect(dot.page.get_by_role("heading", level=1)).to_have_text("Does one of these answer it?")
    await dot.page.get_by_role("button", name="Send my message").click()
    await expect(dot.page.get_by_role("heading", level=1)).to_have_text("We have your message")


async def test_a_survey_is_answered_by_one_tap_and_two_more_without_any_script(shop: Shop, visit: Visit) -> None:
    eve = await visit(await survey(shop), script=False)
    page = eve.page
    address = page.url
    await page.goto(address)  # looking answers nothing
    await expect(page.locator(".tap5 button")).to_have_count(5)
    await page.locator(".tap5 button").nth(3).click()
    await expect(page.get_by_role("status")).to_contain_text("4")
    await page.locator("input[name=effort]").nth(5).check()
    await page.locator("input[name=nps]").nth(9).check()
    await page.locator("#comment").fill("Fine.")
    await page.locator(".btn.wide").click()
    await expect(page).to_have_url(re.compile(r"\?thanks$"))
    await page.goto(address)
    await expect(page.locator(".tap5")).to_have_count(0)


async def test_the_help_centre_leads_to_people(shop: Shop, visit: Visit) -> None:
    finn = await visit("/help")
    await finn.page.get_by_role("combobox").fill("xylophone <i>")
    await finn.page.keyboard.press("Enter")
    told = finn.page.get_by_role("status").filter(has_text="Nothing found for “xylophone <i>”")
    await expect(told).to_be_visible()
    await expect(finn.page.get_by_role("link", name="Question or complaint")).to_be_visible()
    await finn.opens_help()


async def letter_to(address: str, shop: Shop) -> str:
    """The link in the acknowledgement that went to `address`."""

    async def links() -> list[str]:
        found = [(mail["to"], re.search(r"http\S+/t/\S+", mail["text"])) for mail in await shop.mail_out()]
        return [link[0].rstrip(".,") for to, link in found if link and address in to]

    return (await eventually(links, bool, f"a letter to {address}"))[0]
