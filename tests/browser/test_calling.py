"""Calls from the console, by keyboard: from a call-back in hand and from the screen pop. The stand-in answers."""

from typing import Any

import socketio
from playwright.async_api import expect

from tests.browser.axe import findings, looks_right
from tests.browser.conftest import SignIn
from tests.browser.shop import PATIENCE_S, Shop, eventually

NUMBER = "+442079460990"


async def due(shop: Shop, title: str) -> dict[str, Any]:
    """A customer with a telephone, and something to ring her about."""
    addresses = [{"kind": "phone", "value": NUMBER}]
    ana = await shop.asks("POST", "/api/v1/customers", {"name": "Ana Fuller", "addresses": addresses})
    await shop.asks("POST", "/api/v1/tasks", {"customer_id": ana["id"], "queue": "general", "title": title})
    return ana


async def test_an_agent_calls_for_what_is_in_hand_talks_and_wraps_up(shop: Shop, sign_in: SignIn) -> None:
    ana = await due(shop, "Ring her about the second charge")
    agent = await sign_in("agent1")
    await agent.is_available()
    await agent.sees("Ring her about the second charge", within=".offer")
    await agent.presses("F2")
    await agent.sees(NUMBER, within=".pane .facts")
    await expect(agent.page.locator(".pop").get_by_role("button", name=f"Call {NUMBER}")).to_be_enabled()
    assert await findings(agent.page) == []

    await agent.presses("Alt+P")
    await agent.sees("Talking", within=".call")
    await agent.sees("Ana Fuller", within=".call")
    (call,) = (await shop.asks("GET", f"/api/v1/interactions?customer_id={ana['id']}&channel=voice"))["items"]
    assert (call["direction"], call["state"], call["queue"]) == ("out", "active", "general")
    await expect(agent.page.locator(".pop").get_by_role("button", name=f"Call {NUMBER}")).to_be_disabled()
    assert await findings(agent.page) == []

    await agent.presses("Alt+E")
    await agent.sees("Wrap-up", within=".call")
    await agent.presses("Escape", "1", "Control+Enter")
    await agent.sees("Ring her about the second charge", within=".work")  # what it was about is still to be finished


async def test_a_call_that_is_begun_for_an_agent_with_nothing_open_is_what_they_see(
    shop: Shop, sign_in: SignIn
) -> None:
    agent = await sign_in("agent1")
    await agent.is_available()
    elsewhere = socketio.AsyncClient(reconnection=False)  # as a call-back that was accepted begins it
    await elsewhere.connect(
        shop.url,
        auth={"token": "demo-agent1"},
        transports=["websocket"],
        namespaces=["/console"],
        wait_timeout=PATIENCE_S,
    )
    assert (await elsewhere.call("call.dial", {"to": NUMBER}, namespace="/console", timeout=PATIENCE_S))["ok"]
    await agent.sees("Talking", within=".call")
    await agent.sees("Call +442079460990", within=".pop")
    await elsewhere.disconnect()


async def test_what_is_noted_on_a_call_goes_along_when_it_is_passed_on(shop: Shop, sign_in: SignIn) -> None:
    ana = await due(shop, "Ring her about the second charge")
    agent = await sign_in("agent1")
    await agent.is_available()
    await agent.sees("Ring her about the second charge", within=".offer")
    await agent.presses("F2")
    await agent.sees(NUMBER, within=".pane .facts")
    await agent.presses("Alt+P")
    await agent.sees("Talking", within=".call")
    await agent.page.locator(".notes textarea").fill("Both are on one invoice")

    await agent.presses("Alt+T")
    await expect(agent.page.locator("#transfer-note")).to_have_value("Both are on one invoice")
    await agent.types("Technical")
    await agent.presses("Enter")
    await agent.sees("Transferred to Technical", within=".toasts")
    (call,) = (await shop.asks("GET", f"/api/v1/interactions?customer_id={ana['id']}&channel=voice"))["items"]
    said = (await shop.asks("GET", f"/api/v1/interactions/{call['id']}/messages"))["items"]
    assert [(one["text"], one["internal"]) for one in said] == [("Both are on one invoice", True)]


async def test_on_a_call_articles_are_searched_over_the_notes_opened_and_noted_as_read_out(
    shop: Shop, sign_in: SignIn
) -> None:
    about = {"title": "Where the yard is", "summary": "Behind the station.", "body": "Behind it.", "language": "en"}
    await shop.asks("POST", "/api/v1/articles", about | {"audience": "public", "state": "published"})
    await due(shop, "Ring her about the yard")
    agent = await sign_in("agent1")
    await agent.is_available()
    await agent.sees("Ring her about the yard", within=".offer")
    await agent.presses("F2")
    await agent.sees(NUMBER, within=".pane .facts")
    await agent.presses("Alt+P")
    await agent.sees("Talking", within=".call")

    notes = agent.page.locator(".notes textarea")
    await agent.listens()
    await agent.presses("Alt+l")
    await agent.types("where yard")
    await expect(agent.page.locator(".slash [role=option]").first).to_contain_text("Where the yard is")
    await agent.sees("Ctrl Enter notes it as read out", within=".slash")
    await expect(agent.page.locator(".slash input")).to_be_in_viewport(ratio=1)
    assert await findings(agent.page) == []
    async with agent.page.context.expect_page() as opened:
        await agent.presses("Enter")
    await expect((await opened.value).get_by_text("Behind the station.")).to_be_visible()
    await (await opened.value).close()
    await expect(notes).to_be_focused()

    await agent.presses("Alt+l")
    await agent.types("where yard")
    await expect(agent.page.locator(".slash [role=option]").first).to_contain_text("Where the yard is")
    await agent.presses("Control+Enter")
    await expect(notes).to_be_focused()
    await expect(notes).to_have_value("")
    await agent.sees("Talking", within=".call")
    await eventually(agent.is_told, lambda told: "Noted as read out: Where the yard is" in told)
    read_out = agent.page.locator(".pop li", has_text="Where the yard is").filter(has_text="Read out")
    await expect(read_out).to_be_visible()
    await agent.page.reload()
    await agent.sees("Talking", within=".call")
    await expect(read_out).to_be_visible()


async def test_the_answer_of_a_guide_that_was_read_out_on_a_call_is_marked_so(shop: Shop, sign_in: SignIn) -> None:
    guide = "```guide\n? a: Do they come by car?\n- Yes -> b\n- No -> c\n= b: Behind the station.\n= c: Line 7.\n```"
    about = {"title": "How to find the yard", "body": guide, "language": "en", "audience": "public"}
    await shop.asks("POST", "/api/v1/articles", about | {"state": "published"})
    await due(shop, "Ring her about the yard")
    agent = await sign_in("agent1")
    await agent.is_available()
    await agent.sees("Ring her about the yard", within=".offer")
    await agent.presses("F2")
    await agent.sees(NUMBER, within=".pane .facts")
    await agent.presses("Alt+P")
    await agent.sees("Talking", within=".call")
    await agent.sees("How to find the yard", within=".pop")
    await agent.presses("Alt+q")
    await agent.sees("Do they come by car?", within=".walk")
    mark = agent.page.locator(".walk .state", has_text="Read out")

    await agent.presses("1")
    await agent.sees("Behind the station.", within=".walk")
    await expect(mark).to_have_count(0)
    await agent.presses("Enter")
    await expect(mark).to_be_visible()
    await expect(agent.page.locator(".walk")).to_be_focused()
    await looks_right(agent.page)

    await agent.presses("Backspace", "2")
    await agent.sees("Line 7.", within=".walk")
    await expect(mark).to_have_count(0)  # of this answer nobody has read anything yet
    await agent.presses("Escape")
    await expect(
        agent.page.locator(".pop li", has_text="How to find the yard").filter(has_text="Read out")
    ).to_be_visible()


async def test_a_number_that_is_not_dialled_is_refused_in_words(shop: Shop, sign_in: SignIn) -> None:
    addresses = [{"kind": "phone", "value": "+61291234567"}]
    ana = await shop.asks("POST", "/api/v1/customers", {"name": "Ana Fuller", "addresses": addresses})
    await shop.asks("POST", "/api/v1/tasks", {"customer_id": ana["id"], "queue": "general", "title": "Ring Sydney"})
    agent = await sign_in("agent1")
    await agent.is_available()
    await agent.sees("Ring Sydney", within=".offer")
    await agent.presses("F2")
    await agent.sees("+61291234567", within=".pop")
    await agent.page.locator(".pop").get_by_role("button", name="Call +61291234567").press("Enter")
    await agent.sees("in a country that we do not dial", within=".toasts")
    await agent.sees("Ring Sydney", within=".pane")
