"""Old snapshot + events = fresh snapshot, whatever happened in between; and what was missed is told again."""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.sockets.house import takes_next

HELD = ("active", "on_hold", "wrap_up", "self_service", "queued", "offered")


class Screen:
    """What a console makes of what it hears: it upserts, and drops what is stale or no longer its own."""

    def __init__(self, client, me):
        self.client = client
        self.me = me
        self.read = 0
        self.contacts, self.offers, self.work, self.presence = {}, {}, {}, {}

    def catch_up(self):
        for name, data in self.client.heard[self.read :]:
            self.hear(name, data)
        self.read = len(self.client.heard)

    def hear(self, name, data):
        match name:
            case "snapshot":
                self.contacts = {card["id"]: card for card in data["interactions"]}
                self.offers = {offer["offer_id"]: offer for offer in data["offers"]}
                self.work = {item["id"]: item for item in data["work_items"]}
                self.presence = {name: data["presence"][name] for name in ("state", "reason", "since")}
            case "interaction.changed":
                self._put(self.contacts, data["interaction"], self._mine(data["interaction"]))
            case "work_item.changed":
                item = data["work_item"]
                self._put(self.work, item, item["agent_id"] == self.me and item["state"] == "active")
            case "offer":
                self.offers[data["offer_id"]] = data
            case "offer.ended":
                self.offers.pop(data["offer_id"], None)
            case "presence.changed" if data["agent_id"] == self.me:
                self.presence = {name: data[name] for name in ("state", "reason", "since")}

    def _mine(self, card):
        return card["state"] in HELD and card["agent"] is not None and card["agent"]["id"] == self.me

    def _put(self, things, card, mine):
        known = things.get(card["id"])
        if known is not None and known["version"] > card["version"]:
            return
        things.pop(card["id"], None)
        if mine:
            things[card["id"]] = card

    def shows(self):
        contacts = {id: {k: v for k, v in card.items() if k != "since"} for id, card in self.contacts.items()}
        return contacts, sorted(self.offers), self.work, self.presence


@pytest.mark.parametrize("seed", range(3))
async def test_old_snapshot_and_events_are_the_fresh_snapshot(house, seed):
    rng = random.Random(seed)
    names = ["agent1", "agent2", "agent3"]
    consoles = {name: await house.console(name) for name in names}
    screens = {name: Screen(client, await house.id_of(name)) for name, client in consoles.items()}
    pages: list[Any] = []
    for step in range(40):
        await _something_happens(house, rng, consoles, screens, pages, step)
    await house.floor.settles()
    for name, screen in screens.items():
        fresh = Screen(await house.console(name), screen.me)
        fresh.catch_up()
        await _agree(house, screen, fresh)


async def _agree(house, screen, fresh):
    async def agree():
        screen.catch_up()
        fresh.catch_up()
        return screen.shows() == fresh.shows()

    try:
        await house.floor.until(agree)
    except TimeoutError:
        assert screen.shows() == fresh.shows()


async def _something_happens(house, rng, consoles, screens, pages, step):
    for screen in screens.values():
        screen.catch_up()
    name = rng.choice(list(consoles))
    client, screen = consoles[name], screens[name]
    held = [id for id, card in screen.contacts.items() if card["state"] in ("active", "on_hold")]
    match rng.randrange(12):
        case 0 | 1 | 2:
            page, _ = await house.visitor()
            pages.append(page)
            await page.does(
                "chat.start", text=f"Question {step}", client_id="1", topic=rng.choice(["billing", "general"])
            )
        case 3 if pages:
            await rng.choice(pages).asks("message.send", text=f"More {step}", client_id=f"m{step}")
        case 4 if pages:
            await rng.choice(pages).asks("chat.end")
        case 5 | 6 if screen.offers:
            await client.asks("offer.accept", offer_id=rng.choice(list(screen.offers)))
        case 7 if screen.offers:
            await client.asks("offer.decline", offer_id=rng.choice(list(screen.offers)))
        case 8 if held:
            await client.asks("message.send", interaction_id=rng.choice(held), client_id=f"a{step}", text="An answer")
        case 9 if held:
            to = {"queue": rng.choice(["technical", "general"])}
            await client.asks("interaction.transfer", interaction_id=rng.choice(held), to=to)
        case 10 if held:
            id = rng.choice(held)
            if rng.random() < 0.5:
                await client.asks("interaction.hold", interaction_id=id)
            else:
                await client.asks("interaction.wrap_up", interaction_id=id, disposition="solved")
        case 11:
            await house.floor.passes(timedelta(seconds=rng.choice([1, 7, 25])))
        case _:
            state = rng.choice(["available", "available", "available", "not_ready"])
            await client.asks("presence.set", state=state)
    await house.floor.settles()


async def test_what_was_missed_is_told_again_after_a_reconnect(house):
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Hello?", client_id="1"))["interaction_id"]
    await takes_next(ana)
    card = await ana.next("interaction.changed", interaction__state="active")
    await ana.leaves()
    await page.does("message.send", text="Did you read that?", client_id="2")
    await page.next("message.new", message__text="Did you read that?")

    again = await house.console("agent1")
    answer = await again.does("resume", seq=card["seq"])
    told = await again.next("message.new", message__text="Did you read that?")
    assert (told["interaction_id"], told["message"]["author"]["kind"]) == (id, "customer")
    assert (await again.next("interaction.changed"))["interaction"]["unread"] == 1
    assert answer["seq"] >= told["seq"] > card["seq"]
    assert len(again.all("message.new")) == 1

    nothing = await again.does("resume", seq=answer["seq"])
    assert nothing["seq"] >= answer["seq"]
    before = len(again.all("snapshot"))
    assert (await again.does("resume", seq=10_000_000))["snapshot"] is True
    assert len(again.all("snapshot")) == before + 1


async def test_who_lost_a_contact_is_replayed_that_it_is_gone_and_no_more(house):
    ana, ben, cleo = [await house.console(f"agent{n}") for n in (1, 2, 3)]
    await ana.does("presence.set", state="available")
    page, _ = await house.visitor()
    id = (await page.does("chat.start", text="Hello?", client_id="1"))["interaction_id"]
    await takes_next(ana)
    seq = (await ana.next("interaction.changed", interaction__state="active"))["seq"]
    await ana.leaves()
    boss = await house.supervisor()
    await ben.does("presence.set", state="available")
    await boss.does("interaction.assign", interaction_id=id, agent_id=await house.id_of("agent2"))
    await takes_next(ben)
    await cleo.does("presence.set", state="available")
    await boss.does("interaction.assign", interaction_id=id, agent_id=await house.id_of("agent3"))
    await takes_next(cleo)
    await page.does("message.send", text="My secret is 4711", client_id="2")
    await cleo.next("message.new", message__text="My secret is 4711")

    again = await house.console("agent1")
    await again.does("resume", seq=seq)
    card = (await again.next("interaction.changed"))["interaction"]
    assert card["agent"]["id"] == await house.id_of("agent3")
    assert "4711" not in str(again.heard)
    assert again.all("message.new") == []


async def test_every_event_carries_its_position(house):
    ana, boss = await house.console("agent1", available=True), await house.supervisor()
    page, _ = await house.visitor()
    await page.does("chat.start", text="Hello?", client_id="1")
    id = (await takes_next(ana))["interaction"]["id"]
    await page.does("message.typing")
    await ana.does("interaction.wrap_up", interaction_id=id, disposition="solved")
    await page.next("chat.changed", state="closed")
    await boss.next("queues.changed")
    for client in (ana, boss, page):
        assert [name for name, data in client.heard if not isinstance(data.get("seq"), int)] == []
    assert [data["seq"] for data in ana.all("interaction.changed")] == sorted(
        data["seq"] for data in ana.all("interaction.changed")
    )
