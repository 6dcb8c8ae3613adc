"""The hours of a calendar and how customers are rung back, changed on pages and checked like the file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from desk.callbacks.rules import terms_of
from desk.kernel.clock import ManualClock
from desk.organization.calendars import change_calendar, close_calendar
from desk.organization.callbacks import Callbacks
from desk.organization.changes import change_callbacks, change_queue
from desk.organization.file import read
from desk.organization.history import history
from desk.organization.hours import Calendar
from desk.organization.openings import Opening, keeps_of_queues
from desk.organization.organization import dump, load
from desk.organization.routing_rules import calendars_said, callbacks_said
from desk.organization.setting import setting
from tests.integration.web.front import SYSTEM, Client, Front, open_front
from tests.integration.web.shown import Shown
from tests.integration.web.test_rules_pages import hours_file, opened, sends
from web.pages import screens
from web.pages.admin import calendars, ringing_back
from web.pages.admin import hours as admin_hours
from web.pages.admin import overview as admin

SHOP, BACK, HOLIDAYS = "/admin/calendars/shop", "/admin/ringing-back", "/admin/holidays"
WEEK = """
  zone: Europe/London, week: {monday: ["00:00-24:00"], sunday: []},
  exceptions: {2026-12-24: ["08:00-12:00"], 2026-12-25: []}, holidays: false
"""


@pytest_asyncio.fixture
async def house(tmp_path: Path, sample_sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [*admin.routes, *admin_hours.routes, *calendars.routes, *ringing_back.routes, *screens.routes]
    async with open_front(tmp_path, sample_sqlite_url, at=manual_clock.now(), routes=found) as opened:
        await opened.desk.transact(SYSTEM, load, read(hours_file(WEEK)))
        await opened.desk.transact(SYSTEM, change_queue, "billing", {"hours": "shop"})
        yield opened


async def billing(house: Front) -> Opening:
    keeps = await house.desk.read(SYSTEM, keeps_of_queues)
    return keeps["billing"].at(house.clock.now())


async def refuses(browser: Client, path: str, /, **fields: str) -> Shown:
    status, shown = await sends(browser, path, **fields)
    assert status == 422
    assert {name: shown.fields[name] for name in fields} == fields  # nothing that was typed is lost
    return shown


async def test_forms_that_are_sent_as_they_came_change_nothing(house: Front) -> None:
    browser = await house.signed_in("admin")
    before = await house.desk.read(SYSTEM, dump)
    for path in (SHOP, BACK, HOLIDAYS):
        status, shown = await sends(browser, path)
        assert (status, "Saved. The router follows" in shown.text) == (200, True)
        assert "Nothing has been changed yet" in shown.text or "From the organization file" in shown.text
    assert await house.desk.read(SYSTEM, dump) == before


async def test_hours_that_are_changed_hold_at_once_and_the_page_says_by_whom(house: Front) -> None:
    browser = await house.signed_in("admin")
    assert (await billing(house)).open

    status, shown = await sends(
        browser,
        SHOP,
        **{
            "zone": "",
            "holidays": "1",
            "week.monday": "01:00-02:00, 22:00-06:00",
            "week.friday": "00:00-24:00",
            "exceptions.2026-12-24": "closed",
            "exceptions.2026-12-25": "",
            "new[0].day": "2026-12-31",
            "new[0].spans": "08:00-10:00 11:00-12:00",
            "new[2].day": "2027-01-01",
        },
    )

    assert status == 200
    shop = (await house.desk.read(SYSTEM, calendars_said))["shop"].model_dump(mode="json")
    assert shop == {
        "zone": None,
        "week": {"monday": ["01:00-02:00", "22:00-06:00"], "friday": ["00:00-24:00"], "sunday": []},
        "exceptions": {"2026-12-24": [], "2026-12-31": ["08:00-10:00", "11:00-12:00"], "2027-01-01": []},
        "holidays": True,
        "closed": "",
        "closed_told": False,
    }
    assert not (await billing(house)).open
    assert "Time zone: Europe/London → none" in shown.text
    assert list(shop["week"]) == ["monday", "friday", "sunday"]  # in their order, as people read them
    assert "Week: monday 00:00-24:00 → monday 01:00-02:00, 22:00-06:00; friday 00:00-24:00" in shown.text
    gone, new = "2026-12-24 08:00-12:00; 2026-12-25 closed", "2026-12-24 closed; 2026-12-31 08:00-10:00, 11:00-12:00"
    assert f"Days with hours of their own: {gone} → {new}; 2027-01-01 closed" in shown.text
    (last, *_) = await house.desk.read(SYSTEM, history, "hours.shop.")
    assert (last.by_user, last.who) == (True, "admin")


async def test_what_is_wrong_with_hours_stands_beside_its_field_and_nothing_is_lost(house: Front) -> None:
    browser = await house.signed_in("admin")
    before = await house.desk.read(SYSTEM, calendars_said)

    shown = await refuses(
        browser,
        SHOP,
        **{
            "zone": "Europe/Londres",
            "week.tuesday": "9-17",
            "week.wednesday": "09:00-12:00, 11:00-13:00",
            "exceptions.2026-12-24": "08:00-12",
            "new[0].day": "24 December",
            "new[0].spans": "08:00-12:00",
            "new[1].day": "2026-12-30",
            "new[1].spans": "noon",
        },
    )

    assert "no such time zone" in shown.says["why-zone"]
    assert "expected a span like 08:00-17:30" in shown.says["why-week.tuesday"]
    assert "lie over each other" in shown.says["why-week.wednesday"]
    assert "expected a span" in shown.says["why-exceptions.2026-12-24"]
    assert "expected a day like 2026-12-24" in shown.says["why-new[0].day"]
    assert "expected a span" in shown.says["why-new[1].spans"]
    assert "6 things are to be corrected" in shown.text

    same = await refuses(browser, SHOP, **{"week.tuesday": "09:00-09:00"})
    assert "a whole day is 00:00-24:00" in same.says["why-week.tuesday"]
    twice = await refuses(browser, SHOP, **{"new[0].day": "2026-12-24", "new[0].spans": "09:00-10:00"})
    assert "already" in twice.says["why-new[0].day"]
    undated = await refuses(browser, SHOP, **{"new[1].spans": "09:00-10:00"})
    assert "say which day" in undated.says["why-new[1].day"]
    assert await house.desk.read(SYSTEM, calendars_said) == before


async def test_every_rule_of_hours_and_of_ringing_back_has_its_field(house: Front) -> None:
    browser = await house.signed_in("admin")
    elsewhere = {"closed", "closed_told"}  # on the page that supervisors have, too
    for path, rules in ((SHOP, Calendar.model_fields.keys() - elsewhere), (BACK, Callbacks.model_fields)):
        fields = (await (await browser.get(path)).text()).split('name="')[1:]
        for rule in rules:
            assert any(one.startswith((f'{rule}"', f"{rule}.")) for one in fields), (path, rule)


async def test_who_was_slower_with_hours_loses_nothing_and_sees_how_they_are_now(house: Front) -> None:
    browser = await house.signed_in("admin")
    mine = (await opened(browser, SHOP)).fields | {"week.tuesday": "08:00-12:00"}
    theirs = {"week": {"tuesday": ["09:00-17:00"]}, "exceptions": {"2026-12-31": []}}
    await house.desk.transact(SYSTEM, change_calendar, "shop", theirs)

    answer = await browser.post(SHOP, data=mine)

    shown = Shown(await answer.text())
    assert answer.status == 409
    assert shown.fields["week.tuesday"] == "08:00-12:00"
    assert shown.says["now-week.tuesday"] == "Now: 09:00-17:00"
    assert shown.says["now-week.monday"] == "Now: closed"
    assert shown.says["now-exceptions.2026-12-31"] == "Now: closed"
    assert (await browser.post(SHOP, data=shown.fields)).status == 200
    shop = (await house.desk.read(SYSTEM, calendars_said))["shop"]
    assert shop.week["tuesday"] == ["08:00-12:00"]


async def test_hours_are_changed_while_they_are_closed_at_once_and_stay_closed(house: Front) -> None:
    browser = await house.signed_in("admin")
    mine = (await opened(browser, SHOP)).fields | {"week.tuesday": "08:00-12:00"}
    await house.desk.transact(SYSTEM, close_calendar, "shop", "fire alarm")

    answer = await browser.post(SHOP, data=mine)

    assert (answer.status, "fire alarm" in await answer.text()) == (200, True)
    shop = (await house.desk.read(SYSTEM, calendars_said))["shop"]
    assert (shop.closed, shop.week["tuesday"]) == ("fire alarm", ["08:00-12:00"])
    assert (await billing(house)).why == "fire alarm"


async def test_how_customers_are_rung_back_is_changed_for_every_queue(house: Front) -> None:
    browser = await house.signed_in("admin")
    fields = {"first": "customer", "attempts": "5", "gap": "1h", "hours": "10:00-18:00", "owner_for": "0s"}

    status, shown = await sends(browser, BACK, **fields)

    assert (status, "Saved" in shown.text, "Attempts: 3 → 5" in shown.text) == (200, True, True)
    said = await house.desk.read(SYSTEM, callbacks_said)
    assert said.model_dump(mode="json") == {**fields, "attempts": 5}
    terms = await house.desk.read(SYSTEM, terms_of, "general")
    assert (terms.first, terms.attempts, terms.gap.total_seconds()) == ("customer", 5, 3600)

    wrong = await refuses(browser, BACK, attempts="0", hours="20:00-09:00", gap="soon")
    assert "at night" in wrong.says["why-hours"]
    assert "expected a duration" in wrong.says["why-gap"]
    assert "greater than or equal to 1" in wrong.says["why-attempts"]
    assert await house.desk.read(SYSTEM, callbacks_said) == said


async def test_who_was_slower_with_ringing_back_is_told(house: Front) -> None:
    browser = await house.signed_in("admin")
    mine = (await opened(browser, BACK)).fields | {"attempts": "7"}
    await house.desk.transact(SYSTEM, change_callbacks, {"attempts": 9, "hours": "08:00-20:00"})

    answer = await browser.post(BACK, data=mine)

    shown = Shown(await answer.text())
    assert (answer.status, shown.fields["attempts"], shown.says["now-attempts"]) == (409, "7", "Now: 9")
    assert shown.says["now-hours"] == "Now: 08:00-20:00"


async def test_hours_and_ringing_back_are_changed_by_who_administers(house: Front) -> None:
    supervisor, admin_ = await house.signed_in("supervisor"), await house.signed_in("admin")
    for path in (SHOP, BACK, HOLIDAYS, "/admin/calendars"):
        assert (await supervisor.get(path)).status == 403
        assert (await supervisor.post(path, data={"attempts": "1"})).status == 403
    assert SHOP not in await (await supervisor.get("/admin/hours")).text()
    assert SHOP in await (await admin_.get("/admin/hours")).text()
    assert (await admin_.get("/admin/calendars/nowhere")).status == 404


async def test_a_calendar_is_added_given_hours_and_kept_by_a_queue(house: Front) -> None:
    browser = await house.signed_in("admin")
    for key, why in (("Late Shift", "small letters"), ("shop", "there is shop already"), ("", "expected a key")):
        shown = await refuses(browser, "/admin/calendars", key=key)
        assert why in shown.says["why-key"]

    status, shown = await sends(browser, "/admin/calendars", key="late")
    assert (status, "Hours: late" in shown.text) == (200, True)
    await sends(browser, "/admin/calendars/late", **{"week.monday": "00:00-24:00"})

    await house.desk.transact(SYSTEM, change_queue, "billing", {"hours": "late"})
    assert (await billing(house)).open
    assert (await house.desk.read(SYSTEM, calendars_said)).keys() == {"day_and_night", "shop", "late"}


async def test_holidays_are_changed_and_calendars_that_keep_them_close(house: Front) -> None:
    browser = await house.signed_in("admin")
    await house.desk.transact(SYSTEM, change_calendar, "shop", {"holidays": True})
    mine = (await opened(browser, HOLIDAYS)).fields

    status, shown = await sends(browser, HOLIDAYS, holidays="2026-12-25\r\n 2026-03-02\n\n2026-12-25")

    assert status == 200
    assert await house.desk.read(SYSTEM, setting, "holidays") == ["2026-03-02", "2026-12-25"]
    assert shown.fields["holidays"].split() == ["2026-03-02", "2026-12-25"]
    assert not (await billing(house)).open
    (last, *_) = await house.desk.read(SYSTEM, history, "holidays")
    assert (last.who, last.changes["holidays"][1]) == ("admin", ["2026-03-02", "2026-12-25"])
    assert "→ 2026-03-02, 2026-12-25" in shown.text

    wrong = await refuses(browser, HOLIDAYS, holidays="2026-12-24\n24 Dec 2026\n2026-02-30")
    assert "24 Dec 2026: expected a day like 2026-12-24" in wrong.says["why-holidays"]
    answer = await browser.post(HOLIDAYS, data=mine | {"holidays": "2027-01-01"})
    late = Shown(await answer.text())
    assert (answer.status, late.fields["holidays"]) == (409, "2027-01-01")
    assert late.says["now-holidays"] == "Now: 2026-03-02, 2026-12-25"

    status, shown = await sends(browser, HOLIDAYS, holidays="")
    assert (status, await house.desk.read(SYSTEM, setting, "holidays")) == (200, [])
    assert (await billing(house)).open
