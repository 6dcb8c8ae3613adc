"""What the console tells those who do not see it change."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.people import Agent
from tests.browser.shop import Shop, Visitor

POLITE, URGENT = ".sr[aria-live=polite]", ".sr[aria-live=assertive]"


async def takes(agent: Agent, visitor: Visitor, question: str) -> None:
    await visitor.asks(question)
    await agent.sees(visitor.name, within=".offer")
    await agent.presses("F2")
    await agent.sees(question, within=".thread")


async def test_messages_in_conversations_that_are_not_open_are_announced_as_one(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent4")
    await agent.is_available()
    ana, bo = await shop.visitor("Ana Fuller"), await shop.visitor("Bo Lind")
    await takes(agent, ana, "Where is my parcel?")
    await takes(agent, bo, "And mine?")
    await agent.listens()

    await agent.has_no_time()  # what comes within a second is one; how long it is on its way, who knows
    await ana.says("It was to come on Monday.")
    await ana.says("Are you there?")
    await agent.sees("Are you there?", within=".work")
    await agent.has_time()
    await agent.sees("New message from Ana Fuller", within=POLITE)
    await bo.says("I can wait.")
    await agent.sees("Bo Lind: I can wait.", within=POLITE)
    await ana.says("Hello?")
    await agent.sees("New message from Ana Fuller", within=POLITE)

    assert await agent.is_told() == [
        "New message from Ana Fuller",
        "Bo Lind: I can wait.",
        "New message from Ana Fuller",
    ]


async def test_the_words_of_an_offer_go_when_it_is_accepted_declined_or_withdrawn(shop: Shop, sign_in: SignIn) -> None:
    agent = await sign_in("agent4")
    await agent.is_available()
    ana, bo, cy = [await shop.visitor(name) for name in ("Ana Fuller", "Bo Lind", "Cy Moss")]
    urgent = agent.page.locator(URGENT)

    await ana.asks("Where is my parcel?")
    await agent.sees("F2 accepts", within=URGENT)
    await agent.presses("F2")
    await agent.sees("Where is my parcel?", within=".thread")
    await expect(urgent).to_be_empty()

    await bo.asks("And mine?")
    await agent.sees("Bo Lind", within=URGENT)
    await agent.presses("Shift+F2")
    await expect(agent.page.locator(".offer")).to_have_count(0)
    await expect(urgent).to_be_empty()

    await cy.asks("Anybody?")
    await agent.sees("Cy Moss", within=URGENT)
    await cy.ends()
    await agent.sees("Cy Moss is no longer waiting", within=".toasts")
    await expect(urgent).to_be_empty()
