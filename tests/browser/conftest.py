"""The sample shop and a browser to look at it with."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect
from pytest_asyncio import is_async_test

from tests.browser.customers import Customer
from tests.browser.people import Agent
from tests.browser.shop import PATIENCE_S, Shop, open_shop, patient_queues

#: A shop opens in a few seconds, its history is made in some more; both share the machine with a browser.
TIMEOUT_S = 500
expect.set_options(timeout=PATIENCE_S * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives every test here time to open its shop, and the loop that their browser lives in."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.timeout(TIMEOUT_S))
            if is_async_test(item):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


SignIn = Callable[..., Awaitable[Agent]]
Visit = Callable[..., Awaitable[Customer]]


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a shop that was opened once and closed again: making its history takes a while."""
    data = tmp_path_factory.mktemp("shop") / "data"
    with open_shop(data) as shop:
        shop.loads_organization(patient_queues())
    return data


@pytest_asyncio.fixture(loop_scope="session")
async def shop(shop_folder: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop of the test's own, with half a year behind it, nobody signed in and nothing waiting."""
    shutil.copytree(shop_folder, tmp_path / "data")
    with open_shop(tmp_path / "data") as shop:
        yield shop
        await shop.closes()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """Chromium, without a sandbox: tests run as root in containers. Everybody has a context of their own."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sign_in(shop: Shop, browser: Browser) -> AsyncIterator[SignIn]:
    """Somebody of the staff opens a browser and signs in, by keyboard; their page must not complain."""
    async with AsyncExitStack() as stack:
        people: list[Agent] = []

        async def one(who: str, *, dark: bool = False, width: int = 1280, height: int = 800) -> Agent:
            scheme: Literal["dark", "light"] = "dark" if dark else "light"
            context = await browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            context.set_default_timeout(PATIENCE_S * 1000)
            stack.push_async_callback(context.close)
            agent = Agent(shop, await context.new_page())
            people.append(agent)
            await agent.signs_in(who)
            return agent

        yield one
        for agent in people:
            assert agent.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def visit(shop: Shop, browser: Browser) -> AsyncIterator[Visit]:
    """A customer opens a page in a browser of their own; the page must not complain."""
    async with AsyncExitStack() as stack:
        people: list[Customer] = []

        async def one(
            path: str = "/demo/shop",
            *,
            dark: bool = False,
            width: int = 1280,
            height: int = 800,
            script: bool = True,
            locale: str = "en-US",
        ) -> Customer:
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                java_script_enabled=script,
                locale=locale,
            )
            context.set_default_timeout(PATIENCE_S * 1000)
            stack.push_async_callback(context.close)
            customer = Customer(await context.new_page())
            people.append(customer)
            await customer.line.lay()
            await customer.page.goto(path if "://" in path else shop.url + path)
            return customer

        yield one
        for customer in people:
            assert customer.complaints == []
