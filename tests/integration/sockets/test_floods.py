"""A network that begins chat after chat, a visitor who does not stop: told so, nothing lost, nobody else touched."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from desk.tables import interactions, messages, organization
from tests.integration.floor import SYSTEM
from tests.integration.sockets.house import ORIGIN, takes_next

HERE, THERE = "203.0.113.7", "198.51.100.9"
MOST_CHATS, MOST_MESSAGES = 20, 30


@pytest.fixture
def proxied(lite_house):
    """The house behind a proxy that it trusts."""
    lite_house.floor.desk.settings.trusted_proxies = "127.0.0.0/8"
    return lite_house


@pytest.fixture(autouse=True)
def passes(monkeypatch):
    """Moves the clock that the limits look at, and that stands: a busy machine must not make a minute of a test."""
    clock = SimpleNamespace(now=1_772_442_000.0)
    there = SimpleNamespace(time=lambda: clock.now)
    monkeypatch.setattr("limits.storage.memory.time", there)
    monkeypatch.setattr("web.limiter.time", there)

    def pass_by(span: timedelta) -> None:
        clock.now += span.total_seconds() + 1

    return pass_by


async def begin(house, number, *, through=HERE):
    page, token = await house.visitor(through=through)
    answer = await page.asks("chat.start", text=f"Hello {number}", client_id="1")
    return page, token, answer


async def is_for_this_machine_alone(house):
    """The public address is a loopback one; the pages of the tests may still chat."""
    house.floor.desk.settings.public_url = "http://127.0.0.1:8080"
    await house.floor.desk.transact(SYSTEM, lambda tx: tx.insert_if_new(organization, key="chat_origins", value=[]))
    await house.floor.desk.transact(SYSTEM, lambda tx: tx.update(organization, "chat_origins", value=[ORIGIN]))


async def test_one_address_begins_so_many_chats_and_other_addresses_their_own(proxied, passes):
    for number in range(MOST_CHATS):
        _, _, answer = await begin(proxied, number)
        assert answer["ok"]
    page, token, refused = await begin(proxied, "too many")
    assert refused == {
        "ok": False,
        "error": {
            "code": "rate_limited",
            "message": "Many chats were begun from your network just now. Please wait a few minutes and try again.",
        },
    }
    assert await page.is_refused("message.send", text="By the other door", client_id="2") == "rate_limited"
    assert len(await proxied.floor.rows(interactions)) == len(await proxied.floor.rows(messages)) == MOST_CHATS

    for other in (THERE, f"{HERE}, {THERE}", f"{THERE}, 127.0.0.3"):  # of what is not a proxy of ours, nothing counts
        assert (await begin(proxied, other, through=other))[2]["ok"]
    passes(timedelta(minutes=10))
    again, _ = await proxied.visitor(token, through=HERE)
    await again.does("chat.start", text="Hello too many", client_id="1")


async def test_who_forges_where_they_are_is_counted_where_they_are(proxied):
    for number in range(MOST_CHATS):
        assert (await begin(proxied, number, through=f"192.0.2.{number}, {HERE}"))[2]["ok"]
    assert not (await begin(proxied, "too many", through=f"192.0.2.99, {HERE}"))[2]["ok"]


async def test_an_ipv6_household_is_one_address(proxied):
    for number in range(MOST_CHATS):
        assert (await begin(proxied, number, through=f"2001:db8:1:2::{number + 1:x}"))[2]["ok"]
    assert not (await begin(proxied, "too many", through="2001:db8:1:2:ffff::1"))[2]["ok"]
    assert (await begin(proxied, "next door", through="2001:db8:1:3::1"))[2]["ok"]


async def test_who_goes_on_begins_nothing_and_an_end_is_an_end(proxied):
    begun = [await begin(proxied, number) for number in range(MOST_CHATS)]
    page, token, _ = begun[0]
    await page.does("message.send", text="And another thing", client_id="2")
    await page.does("chat.start", text="Hello 0", client_id="1")
    back, _ = await proxied.visitor(token, through=HERE)
    await back.does("message.send", text="Back again", client_id="3")

    await page.does("chat.end")
    await page.next("chat.changed", state="abandoned")
    assert await page.is_refused("message.send", text="Once more", client_id="4") == "rate_limited"


async def test_one_visitor_says_so_much_in_a_minute_and_nothing_is_lost(proxied, passes):
    ana = await proxied.console("agent1", available=True)
    page, token = await proxied.visitor(through=HERE)
    id = (await page.does("chat.start", text="0", client_id="0"))["interaction_id"]
    await takes_next(ana)
    for number in range(1, MOST_MESSAGES):
        await page.does("message.send", text=str(number), client_id=str(number))
    answer = await page.asks("message.send", text="30", client_id="30")
    assert answer["error"] == {"code": "rate_limited", "message": "Too much at once. Please wait a moment."}
    moved, _ = await proxied.visitor(token, through=THERE)  # a second page, another network: the same visitor
    assert await moved.is_refused("message.send", text="30", client_id="30") == "rate_limited"
    other, _ = await proxied.visitor(through=HERE)
    await other.does("chat.start", text="I am somebody else", client_id="1")

    passes(timedelta(minutes=1))
    await page.does("message.send", text="30", client_id="30")
    said = [row.text for row in await proxied.floor.rows(messages, interaction_id=id)]
    assert sorted(said, key=int) == [str(number) for number in range(MOST_MESSAGES + 1)]


@pytest.mark.parametrize("trusted", ["", "127.0.0.0/8"])
async def test_tools_of_this_machine_are_not_counted_and_what_a_proxy_passes_on_is(lite_house, trusted):
    lite_house.floor.desk.settings.trusted_proxies = trusted
    await is_for_this_machine_alone(lite_house)
    page, _ = await lite_house.visitor()
    for number in range(MOST_MESSAGES + 1):
        await page.does("message.send", text=str(number), client_id=str(number))
    for number in range(MOST_CHATS + 1):
        assert (await begin(lite_house, number, through=""))[2]["ok"]
    forwarded = [(await begin(lite_house, number, through="127.0.0.1"))[2]["ok"] for number in range(MOST_CHATS + 1)]
    assert forwarded == [True] * MOST_CHATS + [False]


async def test_what_a_proxy_passes_on_without_a_word_is_counted_as_one_address(lite_house):
    assert lite_house.floor.desk.settings.public_url == "http://desk.test"
    answers = [(await begin(lite_house, number, through=""))[2] for number in range(MOST_CHATS + 1)]
    assert [answer["ok"] for answer in answers] == [True] * MOST_CHATS + [False]
    assert answers[-1]["error"]["code"] == "rate_limited"
