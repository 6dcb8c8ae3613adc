"""The chat widget as a customer has it before them: nothing lost, nothing doubled, nothing run, for everybody."""

import gzip
import json
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Locator, Route, expect

from desk.contacts.messages import MOST_TEXT
from desk.organization.colours import contrast
from tests.browser.axe import findings, in_both
from tests.browser.conftest import SignIn, Visit
from tests.browser.customers import Customer
from tests.browser.people import Agent
from tests.browser.shop import ROOT, Shop
from tests.databases import free_port

#: Each width and each theme once: what axe looks at depends on either, and hardly on both together.
LOOKS = pytest.mark.parametrize(
    ("width", "height", "dark"), [(1280, 800, False), (320, 640, True)], ids=["desktop-light", "phone-dark"]
)
WIDTHS = pytest.mark.parametrize(("width", "height"), [(1280, 800), (320, 640)], ids=["desktop", "phone"])
HOSTILE = '<img src=x onerror="window.hit=1"> <script>window.hit=1</script> javascript:hit() {{7*7}}'


BEGIN = {
    "en-GB": "Start chat",
    "de-AT": "Chat beginnen",
    "fr": "Démarrer le chat",
    "es-MX": "Iniciar el chat",
    "zh-CN": "开始聊天",
    "zh-TW": "開始聊天",
    "fi": "Start chat",
    "fr_FR": "Démarrer le chat",
    "constructor": "Start chat",
}


async def painted(part: Locator, name: str) -> str:
    """One of its colours, as `#` and six digits, in whatever way the style sheet says it."""
    parts: list[int] = await part.evaluate(
        """(part, name) => {
            const pen = new OffscreenCanvas(1, 1).getContext("2d");
            pen.fillStyle = getComputedStyle(part)[name];
            pen.fillRect(0, 0, 1, 1);
            return Array.from(pen.getImageData(0, 0, 1, 1).data).slice(0, 3);
        }""",
        name,
    )
    return "#" + bytes(parts).hex()


def tinted(colour: str, accent: str) -> bool:
    """Whether a colour leans to where the accent does: the strongest of its three parts, and the weakest."""
    one, other = ([int(said[at : at + 2], 16) for at in (1, 3, 5)] for said in (colour, accent))
    return one[other.index(max(other))] == max(one) > min(one) == one[other.index(min(other))]


async def takes(agent: Agent, text: str) -> None:
    """An agent who is available is offered the chat, and accepts it."""
    await agent.sees(text, within=".offer")
    await agent.presses("F2")
    await agent.sees(text, within=".thread")


async def wraps_up(agent: Agent) -> None:
    await agent.presses("Alt+E")
    await agent.sees("Wrap-up", within=".call")
    await agent.presses("Escape", "1", "Control+Enter")
    await agent.sees("Nothing in hand", within=".work")


async def answers(agent: Agent, text: str) -> None:
    if (await agent.focus())["reply"] is None:
        await agent.presses("Alt+W")
    await agent.types(text)
    await agent.presses("Control+Enter")
    await agent.has_sent(text)


async def test_a_chat_survives_reload_and_a_lost_line_with_nothing_lost_or_doubled(
    sign_in: SignIn, visit: Visit
) -> None:
    ana = await visit()
    await ana.opens_help()
    await ana.begins("Where is my order?", name="Ana Fuller")
    await ana.sees("You are in the queue")
    await ana.sees("1st")
    agent = await sign_in("agent1")
    await agent.is_available()
    await takes(agent, "Where is my order?")
    await answers(agent, "On its way.")
    await ana.has("Where is my order?", "On its way.")

    await ana.composer.fill("Half a thou")
    await ana.page.reload()
    await ana.has("Where is my order?", "On its way.")
    await expect(ana.composer).to_have_value("Half a thou")

    await ana.line.cut()
    await ana.sees("You are offline.")
    await ana.says("Since when?")
    await ana.says("And with whom?")
    await ana.sees("Waiting to be sent")
    await answers(agent, "Since Monday.")
    await ana.page.reload()
    await ana.has("Where is my order?", "On its way.", "Since when?", "And with whom?")
    ana.line.mend()
    await ana.has("Where is my order?", "On its way.", "Since Monday.", "Since when?", "And with whom?")
    await ana.sees_no_more("You are offline.")
    await agent.sees("And with whom?", within=".thread")
    thread = await agent.page.locator(".thread").inner_text()
    assert [thread.count(said) for said in ("Since when?", "And with whom?", "Since Monday.")] == [1, 1, 1]


async def test_what_arrived_without_an_answer_is_asked_again_and_stays_one_message(
    shop: Shop, sign_in: SignIn, visit: Visit
) -> None:
    bo = await visit()
    await bo.opens_help()
    await bo.begins("First", name="Bo Lind")
    agent = await sign_in("agent2")
    await agent.is_available()
    await takes(agent, "First")
    await bo.sees("answers now")

    # The desk stores it; neither its answer nor its event reaches the page, and then the line goes.
    bo.line.swallows = lambda frame: True
    await bo.says("Second")
    await agent.sees("Second", within=".thread")
    await bo.line.cut()
    bo.line.swallows = lambda frame: False
    bo.line.mend()
    await bo.has("First", "Second")
    await bo.sees_no_more("Sending")
    await bo.says("Third")
    await agent.sees("Third", within=".thread")
    assert (await agent.page.locator(".thread").inner_text()).count("Second") == 1


async def test_what_is_too_much_for_now_is_said_kept_and_sent_later(sign_in: SignIn, visit: Visit) -> None:
    lea = await visit()
    await lea.opens_help()
    lea.line.slows = True
    await lea.begins("Where is my order?", name="Lea Park")
    await lea.sees("Too much at once from here. What you write is sent a little later.")
    await lea.sees("Waiting to be sent")
    await lea.sees("How can we help?")
    assert await findings(lea.page) == []
    await lea.page.reload()
    await lea.has("Where is my order?")
    await lea.sees("Too much at once from here.")  # until then it is on its way, and ending is about what has begun
    await lea.page.get_by_role("button", name="End chat").click()  # rather not: the words are hers still
    await lea.page.get_by_role("group", name="End this chat?").get_by_role("button", name="End chat").click()
    await expect(lea.page.get_by_label("Your question")).to_have_value("Where is my order?")

    lea.line.slows = False
    await lea.begins("Where is my order?", name="Lea Park")
    await lea.sees("1st")
    agent = await sign_in("agent5")
    await agent.is_available()
    await takes(agent, "Where is my order?")
    lea.line.slows = True
    await lea.says("It is blue.")
    await lea.sees("Too much at once from here.")
    refused = lea.line.slowed
    lea.line.slows = False
    await lea.sees_no_more("Too much at once from here.")
    await lea.has("Where is my order?", "It is blue.")
    await agent.sees("It is blue.", within=".thread")
    assert refused > 1
    assert lea.complaints == []


async def test_two_tabs_show_one_conversation(sign_in: SignIn, visit: Visit) -> None:
    cleo = await visit()
    await cleo.opens_help()
    await cleo.begins("In the first tab", name="Cleo Hart")
    await cleo.has_sent("In the first tab")
    other = Customer(await cleo.page.context.new_page())
    await other.page.goto(cleo.page.url)
    await other.has("In the first tab")
    await other.says("In the second tab")
    await cleo.has("In the first tab", "In the second tab")
    assert other.complaints == []


async def test_what_people_write_is_only_ever_text(sign_in: SignIn, visit: Visit) -> None:
    eve = await visit()
    await eve.opens_help()
    await eve.begins(HOSTILE, name='"><img src=x onerror="window.hit=1">', email="eve@example.org")
    agent = await sign_in("agent3")
    await agent.is_available()
    await takes(agent, "onerror")
    await answers(agent, HOSTILE + " https://example.org/help?a=1.")
    await eve.has(HOSTILE, HOSTILE + " https://example.org/help?a=1.")
    links = await eve.page.locator(".msg a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links == ["https://example.org/help?a=1"]
    for page in (eve.page, agent.page):
        assert await page.evaluate("window.hit") is None
    assert await eve.page.locator(".cl-log img, .cl-log script").count() == 0


async def test_the_end_asks_once_how_it_was_and_the_next_chat_begins_clean(sign_in: SignIn, visit: Visit) -> None:
    dot = await visit()
    await dot.opens_help()
    await dot.begins("Quick question", name="Dot Vale")
    agent = await sign_in("agent4")
    await agent.is_available()
    await takes(agent, "Quick question")
    await answers(agent, "Quick answer.")
    await dot.sees("Quick answer.")
    await wraps_up(agent)
    await dot.sees("This chat has ended.")
    await dot.page.get_by_role("button", name="4", exact=True).click()
    await dot.sees("Your 4 is saved.")
    await dot.page.reload()
    await dot.opens_help()
    await dot.sees("Your 4 is saved.")
    await dot.page.get_by_role("button", name="Start a new chat").click()
    await dot.begins("Another question")
    await dot.has("Another question")
    await dot.sees("You are in the queue")
    await dot.has_sent("Another question")


async def test_on_a_phone_a_reload_leaves_the_panel_as_it_was_and_another_page_shows_itself(visit: Visit) -> None:
    ana = await visit(width=390, height=844)
    await ana.opens_help()
    await ana.begins("Where is my order?", name="Ana Fuller")
    await ana.page.reload()
    await ana.has("Where is my order?")
    await expect(ana.page.get_by_role("dialog")).to_be_focused()

    await ana.page.goto(f"{ana.page.url}?another")
    await expect(ana.page.locator(".msg p")).to_have_count(1)
    await expect(ana.page.get_by_role("dialog")).to_have_count(0)
    await ana.opens_help()
    await ana.page.keyboard.press("Escape")
    await ana.page.reload()
    await expect(ana.page.locator(".msg p")).to_have_count(1)
    await expect(ana.page.get_by_role("dialog")).to_have_count(0)


async def test_a_box_of_the_panel_holds_as_much_as_the_desk_takes_and_no_more(shop: Shop, visit: Visit) -> None:
    zoe = await visit()
    await zoe.opens_help()
    await zoe.begins("a" * MOST_TEXT, name="Zoe Hart")
    await expect(zoe.composer).to_have_attribute("maxlength", str(MOST_TEXT))
    await zoe.has("a" * MOST_TEXT)
    await zoe.has_sent("a" * MOST_TEXT)
    found = (await shop.asks("GET", "/api/v1/interactions"))["items"]  # the newest first
    (hers,) = (one for one in found if one["preview"] == "a" * 200)
    said = await shop.asks("GET", f"/api/v1/interactions/{hers['id']}/messages")
    assert [len(one["text"]) for one in said["items"]] == [MOST_TEXT]


async def test_ending_asks_before_it_ends(visit: Visit) -> None:
    finn = await visit()
    await finn.opens_help()
    await finn.begins("Never mind", name="Finn Ash")
    await finn.has_sent("Never mind")
    await finn.page.get_by_role("button", name="End chat").click()
    await finn.page.get_by_role("button", name="Go on chatting").click()
    await expect(finn.composer).to_be_visible()
    await finn.page.get_by_role("button", name="End chat").click()
    await finn.page.get_by_role("group", name="End this chat?").get_by_role("button", name="End chat").click()
    await finn.sees("This chat has ended.")


async def test_who_waits_and_finds_the_answer_in_an_article_is_told_that_the_chat_can_be_ended(visit: Visit) -> None:
    jo = await visit()
    await jo.opens_help()
    await jo.begins("How do I descale a kettle?", name="Jo Ash")
    await jo.sees("This may answer it at once")
    assert await findings(jo.page) == []
    await jo.page.get_by_role("button", name="Answered? You can end the chat.").click()
    await jo.page.get_by_role("group", name="End this chat?").get_by_role("button", name="End chat").click()
    await jo.sees("This chat has ended.")


async def test_what_is_still_on_its_way_is_not_ended_and_not_said_to_be(visit: Visit) -> None:
    gus = await visit()
    await gus.opens_help()
    gus.line.holds = True
    await gus.begins("Never mind", name="Gus Ash")
    await gus.page.get_by_role("button", name="End chat").click()
    sure = gus.page.get_by_role("group", name="End this chat?")
    await sure.get_by_role("button", name="End chat").click()
    await expect(sure).to_be_visible()
    gus.line.delivers()
    await gus.has_sent("Never mind")
    await sure.get_by_role("button", name="End chat").click()
    await gus.sees("This chat has ended.")


@WIDTHS
async def test_focus_goes_in_stays_where_the_panel_fills_the_screen_and_comes_back(
    visit: Visit, width: int, height: int
) -> None:
    gil = await visit(width=width, height=height)
    launcher = gil.page.get_by_role("button", name="Help")
    await launcher.focus()
    await gil.page.keyboard.press("Enter")
    panel = gil.page.get_by_role("dialog")
    await expect(panel).to_be_visible()
    inside = "document.querySelector('careline-widget').shadowRoot.activeElement?.closest('.cl-panel') != null"
    assert await gil.page.evaluate(inside)
    assert await gil.fits()
    box = await panel.bounding_box()
    assert box is not None
    if width == 320:
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 320, 640)
        for _ in range(12):
            await gil.page.keyboard.press("Tab")
            assert await gil.page.evaluate(inside)
        await gil.page.keyboard.press("Shift+Tab")
        assert await gil.page.evaluate(inside)
    await gil.page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(launcher).to_be_focused()


async def test_wrong_input_is_named_beside_its_field_and_nothing_is_lost(visit: Visit) -> None:
    hal = await visit()
    await hal.opens_help()
    await hal.page.get_by_label("E-mail").fill("hal@nowhere")
    await hal.page.get_by_role("button", name="Start chat").click()
    question = hal.page.get_by_label("Your question")
    await expect(question).to_be_focused()
    await expect(question).to_have_attribute("aria-invalid", "true")
    await expect(question).to_have_accessible_description("Write your question first.")
    await expect(hal.page.get_by_label("E-mail")).to_have_accessible_description(re.compile("not complete"))
    await expect(hal.page.get_by_label("E-mail")).to_have_value("hal@nowhere")


@LOOKS
async def test_axe_finds_nothing_in_any_state(
    sign_in: SignIn, visit: Visit, dark: bool, width: int, height: int
) -> None:
    ida = await visit(dark=dark, width=width, height=height)
    assert await findings(ida.page) == []
    await ida.opens_help()
    await ida.page.get_by_role("button", name="Start chat").click()
    assert await findings(ida.page) == []
    await ida.begins("Is anybody there?", name="Ida Moss")
    await ida.sees("You are in the queue")
    await ida.sees("1st")
    assert await findings(ida.page) == []
    agent = await sign_in("agent5")
    await agent.is_available()
    await takes(agent, "Is anybody there?")
    await answers(agent, "Yes.")
    await ida.sees("Yes.")
    assert await findings(ida.page) == []
    assert await ida.fits()
    await ida.line.cut()
    await ida.says("Hello?")
    await ida.sees("You are offline.")
    assert await findings(ida.page) == []
    ida.line.mend()
    await ida.sees_no_more("You are offline.")
    await agent.sees("Hello?", within=".thread")
    await wraps_up(agent)
    await ida.sees("This chat has ended.")
    assert await findings(ida.page) == []


async def test_a_strangers_site_carries_it_under_a_strict_policy_in_its_own_language(
    visit: Visit, foreign_site: str
) -> None:
    for language, begin in BEGIN.items():
        jo = await visit(f"{foreign_site}/?lang={language}")
        await jo.page.locator(".cl-open").click()
        await jo.page.locator("#q").fill("From elsewhere")
        await jo.page.get_by_role("button", name=begin).click()
        await jo.has("From elsewhere")
        await expect(jo.page.locator(".place")).to_be_visible()
        launcher = jo.page.locator(".cl-open")
        await expect(launcher).to_have_css("background-color", "rgb(162, 28, 175)")
        await expect(launcher).to_have_css("letter-spacing", "normal")


async def test_days_and_times_are_written_as_the_page_writes_them_else_as_the_reader_does(
    visit: Visit, foreign_site: str
) -> None:
    british, american = (
        (r"[A-Z]\w+day,? \d{1,2} [A-Z]\w+", r"^\d\d:\d\d(?!\s?[AP]M)"),
        (r"\w+day, [A-Z]\w+ \d+", "[AP]M"),
    )
    ways = {
        ("en-GB", "en-US"): british,
        ("en_GB", "en-US"): british,
        ("en", "en-GB"): british,
        ("en", "en-US"): american,
    }
    austrian = (r"\w+tag, \d{1,2}\. \w+", r"^\d\d:\d\d(?!\s?[AP]M)")
    for (language, locale), (day, time) in (ways | {("de-AT", "en-US"): austrian, ("en-", "fr"): american}).items():
        jo = await visit(f"{foreign_site}/?lang={language}", locale=locale)
        await jo.page.locator(".cl-open").click()
        await jo.page.locator("#q").fill("What day is it?")
        await jo.page.locator(".cl-panel form .btn.wide").click()
        await jo.has("What day is it?")
        await expect(jo.page.locator(".day").first).to_have_text(re.compile(f"^{day}$"))
        await expect(jo.page.locator(".msg.me .meta")).to_have_text(re.compile(time))


async def test_in_light_and_dark_it_has_the_sites_colour_as_far_as_it_can_be_read(
    visit: Visit, foreign_site: str
) -> None:
    for accent, on in (("#a21caf", "white"), ("#ffe600", "black"), ("#1a0933", "white")):
        jo = await visit(f"{foreign_site}/?lang=en&accent={accent[1:]}&on={on}")
        await jo.opens_help()
        await jo.page.get_by_label("E-mail").fill("jo@nowhere")
        await jo.page.get_by_role("button", name="Start chat").click()
        field = jo.page.get_by_label("Your question")
        await expect(field).to_be_focused()
        async for scheme in in_both(jo.page):
            head = await painted(jo.page.locator(".cl-head"), "backgroundColor")
            ring = await painted(field, "outlineColor")
            assert tinted(head, accent), (scheme, accent, head)
            assert tinted(ring, accent), (scheme, accent, ring)
            ground = await painted(jo.page.locator(".cl-panel"), "backgroundColor")
            assert contrast(ring, ground) >= 3, (scheme, accent, ring)
            assert (scheme, accent, await findings(jo.page)) == (scheme, accent, [])


async def test_a_site_that_is_not_listed_is_told_so_by_no_more_than_a_closed_door(
    visit: Visit, foreign_site: str
) -> None:
    kim = await visit(f"{foreign_site.replace('127.0.0.1', 'localhost')}/?lang=en")
    await kim.opens_help()
    await kim.page.get_by_label("Your question").fill("Let me in")
    await kim.page.get_by_role("button", name="Start chat").click()
    await kim.sees("You are offline.")
    await kim.has("Let me in")


async def test_without_the_panel_the_button_leads_to_the_contact_form(visit: Visit) -> None:
    async def fails(route: Route) -> None:
        await route.abort()

    kit = await visit()
    await kit.page.route(re.compile("/static/widget-"), fails)
    await kit.page.get_by_role("button", name="Help").click()
    link = kit.page.get_by_role("link", name="Chat cannot be reached. Write to us")
    await expect(link).to_be_focused()
    await expect(link).to_have_attribute("href", re.compile("/contact$"))
    await kit.page.unroute(re.compile("/static/widget-"))
    await kit.opens_help()
    await expect(link).to_be_hidden()


def test_a_visitor_fetches_little() -> None:
    built = ROOT / "web" / "static"
    names = json.loads((built / "manifest.json").read_text())
    size = {name: len(gzip.compress((built / file).read_bytes())) for name, file in names.items() if "widget" in name}
    button, panel, shared = size.pop("widget-loader.js"), size.pop("widget.js"), size.pop("widget-chunk.js", 0)
    assert set(size) == {f"widget-{language}.js" for language in ("en", "de", "fr", "es", "zh-Hans", "zh-Hant")}
    assert panel + shared + max(size.values()) < 25_000
    assert button < 2_200


@pytest_asyncio.fixture(loop_scope="session")
async def foreign_site(shop: Shop) -> AsyncIterator[str]:
    """A page of somebody else, whose policy allows our script and nothing inline; `?lang=` is its language.

    `?accent=` and `?on=` are its colours.
    """
    port = free_port()
    shop.loads_organization(f"chat_origins: ['http://127.0.0.1:{port}']\n")
    sockets = shop.url.replace("http", "ws", 1)
    policy = f"default-src 'none'; style-src 'self'; script-src {shop.url}; connect-src {shop.url} {sockets}"
    style = "html { font-size: 62.5% } * { letter-spacing: .3em } button { background: red !important }"

    async def page(request: web.Request) -> web.Response:
        accent, on = request.query.get("accent", "a21caf"), request.query.get("on", "white")
        text = (
            f'<!doctype html><html lang="{request.query["lang"]}"><meta charset="utf-8"><title>Elsewhere</title>'
            '<link rel="stylesheet" href="/site.css"><main><h1>Elsewhere</h1></main>'
            f'<script src="{shop.url}/widget.js" data-accent="#{accent}" data-on="{on}" async></script></html>'
        )
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def sheet(_request: web.Request) -> web.Response:
        return web.Response(text=style, content_type="text/css")

    app = web.Application()
    app.add_routes([web.get("/", page), web.get("/site.css", sheet)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()
