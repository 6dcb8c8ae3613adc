"""Alerts are kept: a floor that is opened later sees what still calls for a supervisor, and what one has seen to is
gone from every floor. Old snapshot + events = fresh snapshot."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from channels.types import Arrival
from desk.agents import agents
from desk.calls.calls import start_call
from desk.contacts import transfers
from desk.contacts.intake import receive
from desk.kernel.jobs import MAX_ATTEMPTS, Job
from desk.kernel.runner import try_again
from desk.kernel.transaction import Tx
from desk.organization.calendars import close_calendar
from desk.organization.changes import change_queue
from desk.tables import jobs
from tests.integration.floor import SYSTEM
from tests.integration.sockets.house import Client, House
from web.sockets.screens import Screens


class Screen:
    """What a floor makes of what it hears."""

    def __init__(self, client: Client) -> None:
        self.client, self.read = client, 0
        self.alerts: dict[str, str] = {}
        self.cards: dict[str, dict[str, Any]] = {}

    def shows(self) -> list[str]:
        for name, data in self.client.heard[self.read :]:
            match name:
                case "snapshot" | "alerts":
                    self.alerts = {one["id"]: one["kind"] for one in data["alerts"]}
                    self.cards = {one["id"]: one for one in data["alerts"]}
                case "alert":
                    self.alerts[data["id"]] = data["kind"]
                    self.cards[data["id"]] = data
        self.read = len(self.client.heard)
        return sorted(self.kept().values())

    def kept(self) -> dict[str, str]:
        """Those that somebody has to see to; how long somebody waits comes and goes by itself."""
        return {id: kind for id, kind in self.alerts.items() if kind != "waiting_too_long"}


async def until_all_show(house: House, screens: list[Screen], kinds: list[str]) -> None:
    async def shown() -> bool:
        return all(screen.shows() == kinds for screen in screens)

    try:
        await house.floor.until(shown)
    except TimeoutError:
        assert [screen.shows() for screen in screens] == [kinds] * len(screens)
    screens.append(Screen(await house.supervisor()))  # one who opens the floor now
    assert screens[-1].shows() == kinds
    assert screens[-1].kept() == screens[0].kept()


async def test_a_floor_that_is_opened_later_sees_what_still_calls_for_a_supervisor(house: House) -> None:
    screens = [Screen(await house.supervisor())]
    await house.floor.desk.transact(SYSTEM, change_queue, "general", {"declines": 1})
    ana = await house.console("agent1", available=True)
    page, _ = await house.visitor()
    await page.does("chat.start", text="Where is my parcel?", client_id="1")
    await ana.next("offer")
    await house.floor.passes(timedelta(seconds=21))  # it rings out: escalated, and she is not ready
    await until_all_show(house, screens, ["declined", "missed_offer"])

    await ana.does("presence.set", state="available")
    await until_all_show(house, screens, ["declined"])

    async def rings_again() -> bool:
        return len(ana.all("offer")) == 2

    await house.floor.until(rings_again)
    await ana.does("offer.accept", offer_id=ana.all("offer")[-1]["offer_id"])
    await until_all_show(house, screens, [])


async def test_what_a_supervisor_has_seen_to_is_gone_from_every_floor(house: House) -> None:
    screens = [Screen(await house.supervisor())]
    await house.floor.writes()
    await house.floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await house.floor.looks_around()
    await until_all_show(house, screens, ["closing"])
    await _job_is_put_aside(house)
    await until_all_show(house, screens, ["closing", "put_aside"])

    boss = screens[1].client
    (closing,) = [id for id, kind in screens[1].alerts.items() if kind == "closing"]
    await boss.does("alert.dismiss", alert_id=closing)
    await until_all_show(house, screens, ["put_aside"])
    house.floor.clock.set(datetime(2026, 12, 30, 12, tzinfo=UTC))
    assert Screen(await house.supervisor()).shows() == []  # another day


async def test_a_process_that_begins_knows_the_alerts_of_today(house: House) -> None:
    first = Screen(await house.supervisor())
    await house.floor.writes()
    await house.floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await house.floor.looks_around()
    await until_all_show(house, [first], ["closing"])

    fresh = Screens(house.floor.desk, house.realtime)
    await fresh.load()
    assert {one["id"]: one["kind"] for one in fresh.alerts()} == first.alerts


async def test_a_closing_is_one_alert_with_everybody_behind_it_and_is_over_when_the_queue_opens(house: House) -> None:
    floor, first = house.floor, Screen(await house.supervisor())
    chats = [await floor.writes() for _ in range(3)]
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await floor.looks_around()
    await until_all_show(house, [first], ["closing"])

    def standing() -> list[dict[str, Any]]:
        first.shows()
        return [one for one in first.cards.values() if one["kind"] == "closing"]

    async def has_all() -> bool:
        return [len(one["people"]) for one in standing()] == [3]

    await floor.until(has_all)
    (alert,) = standing()
    assert alert["text"] == "3 in line when general closed: 3 whose words wait for it."
    assert {one["interaction_id"] for one in alert["people"]} == {chat.interaction_id for chat in chats}
    fresh = Screens(floor.desk, house.realtime)
    await fresh.load()
    assert [one["people"] for one in fresh.alerts() if one["kind"] == "closing"] == [alert["people"]]

    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "")
    await until_all_show(house, [first], [])
    floor.clock.advance(timedelta(seconds=1))
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Flood")
    fresh = Screens(floor.desk, house.realtime)
    await fresh.load()
    assert fresh.alerts() == []  # they have been told, of another closing


async def test_who_waits_in_another_line_is_in_the_alert_of_a_closing_no_more(house: House) -> None:
    floor, first = house.floor, Screen(await house.supervisor())
    passed_on, moved, stays = [(await floor.writes()).interaction_id for _ in range(3)]
    await floor.desk.transact(SYSTEM, close_calendar, "day_and_night", "Fire alarm")
    await floor.looks_around()

    def people() -> list[str]:
        first.shows()
        return [one["interaction_id"] for card in first.cards.values() for one in card.get("people", ())]

    async def has_all() -> bool:
        return people() == [passed_on, moved, stays]

    async def has_one() -> bool:
        first.cards.clear()
        first.read = 0
        return people() == [stays]

    await floor.until(has_all)
    mia = await floor.agent(1)
    assert await mia.takes_next() == passed_on
    await mia.does(agents.set_presence, mia.id, "not_ready", "break")
    await mia.does(transfers.transfer, passed_on, {"queue": "billing"})
    await (await floor.supervisor()).does(transfers.move, moved, "billing")
    await floor.until(has_one)

    floor.clock.advance(timedelta(hours=2))  # what happens often is looked for in the last hour alone
    fresh = Screens(floor.desk, house.realtime)
    await fresh.load()
    assert [one["interaction_id"] for card in fresh.alerts() for one in card.get("people", ())] == [stays]


async def _job_is_put_aside(house: House) -> None:
    def deferred(tx: Tx) -> None:
        tx.defer(_Nothing(), at=tx.now + timedelta(days=1), key="nothing")

    def fails(tx: Tx) -> None:
        (row,) = tx.all(sa.select(jobs).where(jobs.c.key == "nothing"))
        tx.execute(sa.update(jobs).where(jobs.c.id == row.id).values(attempts=MAX_ATTEMPTS))
        assert not try_again(tx, tx.one(jobs, row.id), "no")

    await house.floor.desk.transact(SYSTEM, deferred)
    await house.floor.desk.transact(SYSTEM, fails)


class _Nothing(Job):
    """A job that nobody does."""


async def test_supervisors_hear_that_a_carrier_says_our_numbers_so_that_none_can_be_meant(house: House) -> None:
    floor, screens = house.floor, [Screen(await house.supervisor())]

    def texted(number: int, to: str) -> Arrival:
        about: dict[str, Any] = {
            "channel": "sms",
            "external_id": f"sm{number}",
            "address_kind": "phone",
            "address": "+4917612399001",
        }
        return Arrival(**about, to=to, text="Where is my parcel?")

    for number, to in enumerate(("", "+44 7700 900123", "447911123456", "60660")):  # unknown, and read all the same
        await floor.desk.transact(SYSTEM, receive, [texted(number, to)])
    await floor.desk.transact(
        SYSTEM, start_call, carrier_id="ca1", from_number="+4917612399001", to_number="0044 20 7946 0199"
    )
    await until_all_show(house, screens, [])

    for number in (5, 6):
        await floor.desk.transact(SYSTEM, receive, [texted(number, "020 7946 0199")])
    await until_all_show(house, screens, ["misaddressed"])
    await floor.desk.transact(SYSTEM, start_call, carrier_id="ca2", from_number="+4917612399002", to_number="2000")
    await until_all_show(house, screens, ["misaddressed", "misaddressed"])
    assert sorted(one["text"] for one in screens[0].cards.values() if one["kind"] == "misaddressed") == [
        "Calls come whose receiver is no telephone number: they are led to general.",
        "Texts come whose receiver is no telephone number: they are led to general.",
    ]
