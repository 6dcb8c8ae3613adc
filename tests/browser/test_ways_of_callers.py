"""What a caller did in the call flow, as the agent's screen says it: with the offer, on the call, and afterwards."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from channels.voice.twilio_standin import Line, TwilioStandin
from desk.kernel.clock import SystemClock
from tests.browser.axe import findings
from tests.browser.conftest import SignIn
from tests.browser.shop import Shop

OURS, MOBILE = "+442079460100", "+447400123456"
FLOWS = """\
flows:
  main: |
    start: choose
    nodes:
      choose:
        menu: For the kettle press 1.
        keys: {1: kettle}
        names: {1: Appliances and repairs}
        default: person
      kettle: {article: descaling-the-kettle, next: more, else: person}
      more:
        menu: For a text press 1. To tell us more press 2.
        keys: {1: text, 2: about}
        default: person
      text: {send: descaling-the-kettle, next: more, else: person}
      about: {listen: Say what it is about., next: last}
      last:
        menu: To speak with us press 1.
        keys: {1: person}
        names: {1: Speak with us}
        default: person
      person: {queue: technical}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def network() -> AsyncIterator[TwilioStandin]:
    """The telephone network outside of the shop."""
    async with TwilioStandin("AC1", "token", now=SystemClock().now, music_s=0.2) as opened:
        yield opened


@pytest.fixture(autouse=True)
def carrier(network: TwilioStandin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop that opens next is reached by it."""
    monkeypatch.setenv("CARELINE_TWILIO_ACCOUNT_SID", network.account_sid)
    monkeypatch.setenv("CARELINE_TWILIO_AUTH_TOKEN", network.auth_token)
    monkeypatch.setenv("CARELINE_TWILIO_API_BASE_URL", network.base_url)


async def knows_of_kettles(shop: Shop) -> None:
    """The shop has an article, and a flow that reads and sends it."""
    about = {"title": "Descaling the kettle", "summary": "Boil it with vinegar.", "body": "Vinegar.", "language": "en"}
    await shop.asks("POST", "/api/v1/articles", about | {"audience": "public", "state": "published"})
    shop.loads_organization(FLOWS)


async def rings(shop: Shop, network: TwilioStandin) -> Line:
    """Somebody hears of their kettle, has it sent, says what it is about, and asks for a person."""
    caller = network.call(MOBILE, OURS, shop.url)
    await caller.presses("1")
    await caller.heard("vinegar")
    await caller.presses("1")
    await caller.presses("2")
    await caller.answers_in_words("My kettle <i>hisses</i>")
    await caller.presses("1")
    return caller


STEPS = [
    "Chose 1, Appliances and repairs",
    "Heard “Descaling the kettle”",
    "Chose 1, Text",
    "Was sent “Descaling the kettle” by SMS Delivered",
    "Chose 2, About",
    "Said: “My kettle <i>hisses</i>”",
    "Chose 1, Speak with us",
    "Asked for a person",
]


@pytest.mark.parametrize("dark", [False, True])
async def test_an_agent_reads_what_the_caller_chose_heard_said_and_was_sent(
    shop: Shop, network: TwilioStandin, sign_in: SignIn, dark: bool
) -> None:
    await knows_of_kettles(shop)
    caller = await rings(shop, network)
    agent = await sign_in("agent1", dark=dark)
    await agent.is_available()
    steps = agent.page.locator(".pop .way li > span")
    await expect(steps).to_have_text(STEPS, use_inner_text=True)
    assert await findings(agent.page) == []

    await agent.presses("F2")
    await agent.sees("Talking", within=".call")
    said = agent.page.locator(".said .thread")
    for step in STEPS[:3]:
        await expect(said).to_contain_text(step)
    await expect(said).to_contain_text("Was sent “Descaling the kettle” by SMS")
    await expect(said.locator(".msg.ours")).to_contain_text("/help/a/descaling-the-kettle")
    await expect(said.locator(".msg:not(.event, .ours)")).to_contain_text("My kettle <i>hisses</i>")
    await expect(steps).to_have_text(STEPS, use_inner_text=True)
    opens = agent.page.locator(".pop .way a").first
    assert "/knowledge/" in str(await opens.get_attribute("href"))
    assert await findings(agent.page) == []

    await caller.hangs_up()
    await agent.sees("Wrap-up", within=".call")
    await agent.presses("Escape", "1", "Control+Enter")
    again = await rings(shop, network)
    said_in_the_past = agent.page.get_by_label("Past contact, read only").locator(".thread")
    await agent.sees("Asked for a person", within=".pop .tl:not(.way)")
    past = agent.page.locator(".pop .tl:not(.way) li").first
    await expect(past).to_contain_text("Heard “Descaling the kettle”")
    await past.get_by_role("button").click()
    await expect(said_in_the_past).to_contain_text("Was sent “Descaling the kettle” by SMS")
    await agent.page.reload()
    await agent.sees("Asked for a person", within=".pop .tl:not(.way)")
    await past.get_by_role("button").click()
    await expect(said_in_the_past).to_contain_text("Heard “Descaling the kettle”")
    await again.hangs_up()
