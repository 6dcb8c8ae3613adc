"""Why somebody waits, agent by agent, and why they waited, when it is over."""

import asyncio
import re

from playwright.async_api import WebSocket, expect

from tests.browser.axe import OF_COLOURS, findings, in_both
from tests.browser.conftest import SignIn
from tests.browser.shop import PATIENCE_S, Shop


async def test_what_rules_out_one_agent_is_found_by_name_and_the_wait_is_explained_when_it_is_over(
    shop: Shop, sign_in: SignIn
) -> None:
    sue = await sign_in("supervisor")
    ana = await shop.visitor("Ana Fuller")
    await ana.asks("Where is my parcel?")
    await sue.page.get_by_role("button", name="General, Waiting: 1").press("Enter")
    await sue.page.get_by_role("button", name="Why is Ana Fuller waiting?").press("Enter")
    await sue.sees("By the rules of version", within=".side")
    await sue.page.get_by_text("What rules out each agent").click()
    await sue.page.get_by_placeholder("Find an agent").fill("bruno")
    await sue.sees("Bruno Castellan offline", within=".side details")
    await sue.sees_no_more("Avery", within=".side details")

    avery = await sign_in("agent1")
    await avery.is_available()
    await avery.sees("Ana Fuller", within=".offer")
    facts = avery.page.locator(".offer .facts")
    await expect(facts).to_contain_text(re.compile(r"1 of \d+ fits: .*\d+ offline.* Rules \d+"))
    await expect(facts.get_by_text("Rules ")).to_have_attribute("title", re.compile("By the rules of version .+: .+"))
    async for scheme in in_both(avery.page):
        assert await findings(avery.page, *OF_COLOURS) == [], scheme
    await avery.presses("F2")
    await avery.sees("Where is my parcel?", within=".thread")
    await sue.page.get_by_role("button", name="General, Answered: 1").press("Enter")
    await sue.page.get_by_role("button", name="How it came to us, and why").press("Enter")
    await sue.page.locator(".side summary", has_text="in General").click()
    await sue.page.get_by_label("At which instant of the wait").press("Home")
    await sue.sees("after 0:00", within=".side details")
    await sue.sees("Nobody can take it now: ", within=".side details")
    await sue.page.get_by_text("offered to Avery Lindqvist: accepted").click()
    await sue.sees("Chosen: free longest", within=".side")
    await expect(sue.page.locator(".side details [role=status]")).to_contain_text("By the rules of version")
    async for scheme in in_both(sue.page):
        assert await findings(sue.page, *OF_COLOURS) == [], scheme
    assert await findings(sue.page) == []


async def test_an_agent_reads_of_a_past_contact_to_whom_it_was_offered_and_why(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent2")
    await agent.is_available()
    await shop.mails("Ana Fuller <ana@kundin.example>", "billing@demo.test", "Charged twice", "I was charged twice.")
    await agent.sees("Charged twice", within=".offer")
    await agent.presses("F2")
    await agent.sees("I was charged twice.", within=".thread")
    await agent.presses("Alt+E")
    await agent.sees("Wrap-up", within=".call")
    await agent.presses("Escape", "1", "Control+Enter")
    await agent.sees("Finished:", within=".toasts")
    await shop.mails("Ana Fuller <ana@kundin.example>", "billing@demo.test", "Label is missing", "No label.")
    await agent.sees("Label is missing", within=".offer")
    await agent.presses("F2")
    await agent.sees("No label.", within=".thread")

    await agent.page.locator(".pop").get_by_role("button", name="Charged twice", exact=True).press("Enter")
    await agent.page.get_by_text("How it came to us, and why").click()
    await agent.page.get_by_text("offered to Bruno Castellan: accepted").click()
    await agent.sees("Chosen: free longest", within=".course")
    assert await findings(agent.page) == []


async def test_a_task_stands_on_the_floor_with_why_it_waits_and_waited(shop: Shop, sign_in: SignIn) -> None:
    sue = await sign_in("supervisor")
    customer = await shop.asks("POST", "/api/v1/customers", {"name": "Eva Ruiz"})
    about = {"customer_id": customer["id"], "queue": "general", "title": "Send the label again"}
    task = await shop.asks("POST", "/api/v1/tasks", about)
    await sue.page.get_by_role("button", name="General, Waiting: 0").press("Enter")
    await sue.sees("Other work, the newest 1 waiting", within=".side")
    await sue.page.get_by_role("button", name="Send the label again").press("Enter")
    await sue.sees("By the rules of version", within=".side")
    await sue.page.locator(".side summary", has_text="in General").click()
    await sue.sees("Nobody can take it now: ", within=".side .stack details")

    agent = await sign_in("agent1")
    await agent.is_available()
    await agent.sees("Send the label again", within=".offer")
    await agent.presses("F2")
    await sue.sees("in hand", within=".side")
    await shop.asks("POST", f"/api/v1/tasks/{task['id']}/complete", {"outcome": "done"})
    await sue.page.get_by_role("button", name="Send the label again").press("Enter")
    await sue.page.get_by_role("button", name="Send the label again").press("Enter")
    await sue.page.get_by_text("offered to Avery Lindqvist: accepted").click()
    await sue.sees("Chosen: free longest", within=".side")
    assert await findings(sue.page) == []


async def test_why_somebody_waits_is_asked_again_when_something_has_changed_and_not_by_the_clock(
    shop: Shop, sign_in: SignIn
) -> None:
    sue, asked, heard = await sign_in("supervisor"), list[str](), list[str]()

    def listens(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: asked.append(str(frame)) if "work.explain" in str(frame) else None)
        socket.on("framereceived", lambda frame: heard.append(str(frame)) if "Me too" in str(frame) else None)

    sue.page.on("websocket", listens)
    await sue.page.reload()
    await shop.mails("Ana Fuller <ana@kundin.example>", "support@demo.test", "Is anybody there?", "Nobody answers.")
    await sue.page.get_by_role("button", name="General, Waiting: 1").press("Enter")
    await sue.page.clock.install()
    await sue.page.get_by_role("button", name="Why is Ana Fuller waiting?").press("Enter")
    await sue.sees("Nobody can take it now: 10 offline", within=".side")
    await sue.page.clock.fast_forward(6_000)  # whatever has just changed is asked for
    before = len(asked)
    assert before > 0
    await sue.page.clock.fast_forward(6_000)
    await sue.page.get_by_text("What rules out each agent").click()
    await sue.sees("Avery Lindqvist offline", within=".side details")
    assert [frame for frame in asked[before:] if '"agent"' not in frame] == []

    await sign_in("agent2")
    await sue.sees("Nobody can take it now: 9 offline, 1 not ready", within=".side")

    await sue.page.clock.pause_at(await sue.page.evaluate("Date.now() + 5000"))  # no rest ends from now on
    before = len(asked)
    for number in range(4):
        await shop.mails(f"Bo {number} <bo{number}@kundin.example>", "support@demo.test", f"Me too {number}", "Hello?")
    async with asyncio.timeout(PATIENCE_S):
        while not all(any(f"Me too {number}" in frame for frame in heard) for number in range(4)):
            await asyncio.sleep(0.05)
    await sue.page.evaluate("() => 0")
    assert len(asked) <= before + 1
