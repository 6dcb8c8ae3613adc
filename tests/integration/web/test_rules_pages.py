"""The rules of routing, changed on pages: checked like the file, said beside the field, kept with who and when."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest_asyncio
import sqlalchemy as sa

from desk.kernel.clock import ManualClock
from desk.organization.calendars import close_calendar
from desk.organization.callbacks import Callbacks, QueueCallbacks
from desk.organization.changes import change_agent, change_queue
from desk.organization.entry_points import EntryPoint
from desk.organization.file import Team, read
from desk.organization.history import history
from desk.organization.organization import dump, load
from desk.organization.routing_rules import calendars_said
from desk.organization.rows import dump_agents, queues_now
from desk.organization.rules import AgentRules, Limits, Ordering, Overflow, Queue, Ring, Served
from desk.tables import agents, users
from tests.integration.web.front import SYSTEM, Client, Front, open_front
from tests.integration.web.shown import Shown
from web.pages import screens
from web.pages.admin import hours as admin_hours
from web.pages.admin import overview as admin
from web.pages.admin import rules as admin_rules

BILLING, ORDER, HISTORY = "/admin/queues/billing", "/admin/routing", "/admin/history"
HOURS = "/admin/hours"


@pytest_asyncio.fixture
async def house(tmp_path: Path, sample_sqlite_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    found = [*admin.routes, *admin_hours.routes, *admin_rules.routes, *screens.routes]
    async with open_front(tmp_path, sample_sqlite_url, at=manual_clock.now(), routes=found) as opened:
        yield opened


async def opened(browser: Client, path: str) -> Shown:
    """A page."""
    return Shown(await (await browser.get(path)).text())


async def sends(browser: Client, path: str, /, **fields: str) -> tuple[int, Shown]:
    """Fills some fields of the page in and sends the form; what it answers, as a page."""
    answer = await browser.post(path, data=(await opened(browser, path)).fields | fields)
    return answer.status, Shown(await answer.text())


async def agent_id(house: Front, email: str) -> str:
    found = sa.select(agents.c.id).join(users, users.c.id == agents.c.id).where(users.c.email == email)
    (row,) = await house.desk.read(SYSTEM, lambda rx: rx.all(found))
    return str(row.id)


async def test_a_form_that_is_sent_as_it_came_changes_nothing(house: Front) -> None:
    browser = await house.signed_in("admin")
    before = await house.desk.read(SYSTEM, dump)
    agent = f"/admin/agents/{await agent_id(house, 'agent1@demo.test')}"
    for path in (BILLING, agent):
        status, shown = await sends(browser, path)
        assert (status, "Saved" in shown.text) == (200, True)
    assert await house.desk.read(SYSTEM, dump) == before
    await sends(browser, ORDER)
    assert "From the organization file" not in (await opened(browser, ORDER)).text


async def test_every_rule_of_the_file_has_its_field_on_a_page(house: Front) -> None:
    browser = await house.signed_in("admin")
    agent = f"/admin/agents/{await agent_id(house, 'agent1@demo.test')}"
    names = re.compile(r'name="([^"]+)"')
    pages = {
        BILLING: [*Queue.model_fields, *(f"rings[0].{one}" for one in Ring.model_fields)]
        + [f"overflow[0].{one}" for one in Overflow.model_fields]
        + [f"callbacks.{one}" for one in QueueCallbacks.model_fields],
        ORDER: [f"ordering.{one}" for one in Ordering.model_fields] + [f"limits.{one}" for one in Limits.model_fields],
        agent: ["serves", *(AgentRules.model_fields.keys() - {"queues"}), *Served.model_fields],
    }
    await house.desk.transact(SYSTEM, change_queue, "billing", {"skills": {"billing": 2}})
    for path, rules in pages.items():
        fields = set(names.findall(await (await browser.get(path)).text()))
        for rule in rules:
            assert any(one == rule or one.startswith((f"{rule}.", f"{rule}[")) for one in fields), (path, rule)


async def test_a_queue_is_changed_and_the_page_says_by_whom(house: Front) -> None:
    browser = await house.signed_in("admin")
    fields = {
        "strategy": "best_skilled",
        "target.share": "90",
        "skills.billing": "3",
        "rings[0].after": "30s",
        "rings[0].teams.service": "1",
        "due.email": "4h",
    }
    status, shown = await sends(browser, BILLING, **fields)
    assert status == 200
    assert "Saved. The router follows" in shown.text
    assert "Who is asked: Idle longest → Best skilled" in shown.text
    assert "Steps while waiting: none → after 30s, teams service" in shown.text

    status, shown = await sends(browser, BILLING, **{"rings[0].skills.billing": "1", "rings[1].after": "1m"})
    assert (status, "changes nothing" in shown.text) == (422, True)
    billing = (await house.desk.read(SYSTEM, queues_now))["billing"]
    assert (billing.strategy, billing.target.share, billing.due) == ("best_skilled", 0.9, {"email": 4 * 3600})
    assert [ring.model_dump(mode="json") for ring in billing.rings] == [
        {"after": "30s", "skills": {}, "queues": [], "teams": ["service"]}
    ]

    await sends(browser, BILLING, **{"rings[0].remove": "1"})
    assert (await house.desk.read(SYSTEM, queues_now))["billing"].rings == []


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(house: Front) -> None:
    browser = await house.signed_in("admin")
    wrong = {
        "offer": "soon",
        "priority": "high",
        "target.share": "200",
        "rings[0].after": "1m",
        "rings[0].teams.service": "1",
        "name": "Bills",
    }
    status, shown = await sends(browser, BILLING, **wrong)

    assert status == 422
    assert "3 things are to be corrected. Nothing has been saved yet." in shown.alerts[0]
    for name, why in (("offer", "expected a duration"), ("priority", "valid integer"), ("target.share", "1 to 100 %")):
        field = shown.about[name]
        assert field.get("aria-invalid") == "true"
        assert f"why-{name}" in field["aria-describedby"]
        assert why in shown.says[f"why-{name}"]
        assert field.get("value") == wrong[name]
    assert shown.fields["name"] == "Bills"
    assert shown.focused == 1
    assert (await house.desk.read(SYSTEM, queues_now))["billing"].name == "Billing"


async def test_a_queue_says_how_its_customers_are_rung_back(house: Front) -> None:
    browser = await house.signed_in("admin")
    shown = await opened(browser, BILLING)
    assert (shown.fields["callbacks.key"], shown.fields["callbacks.after"]) == ("1", "1m")
    status, shown = await sends(browser, BILLING, **{"callbacks.first": "customer", "callbacks.gap": "15m"})
    assert status == 200
    said = (await house.desk.read(SYSTEM, queues_now))["billing"].callbacks
    assert said is not None
    assert (said.key, said.after, said.first, said.attempts, said.gap) == ("1", 60, "customer", None, 900)
    assert "key 1, after 1m, first customer, gap 15m" in (await opened(browser, HISTORY)).text

    wrong = {"callbacks.key": "", "callbacks.attempts": "99"}
    status, shown = await sends(browser, BILLING, **wrong)
    assert (status, "less than or equal to 20" in shown.says["why-callbacks.attempts"]) == (422, True)
    status, shown = await sends(browser, BILLING, **{"callbacks.key": ""})
    assert "nothing is offered without a key" in shown.says["why-callbacks.after"]
    none = {f"callbacks.{name}": "" for name in ("key", "after", "first", "attempts", "gap")}
    assert (await sends(browser, BILLING, **none))[0] == 200
    assert (await house.desk.read(SYSTEM, queues_now))["billing"].callbacks is None


async def test_steps_must_come_one_after_the_other(house: Front) -> None:
    browser = await house.signed_in("admin")
    one = {"rings[0].after": "1m", "rings[0].teams.service": "1"}
    await sends(browser, BILLING, **one)
    status, shown = await sends(browser, BILLING, **{"rings[1].after": "30s", "rings[1].queues.general": "1"})
    assert status == 422
    assert "must be later than the ring before" in shown.says["why-rings[1].after"]


async def overflow_of(house: Front, key: str) -> list[dict[str, object]]:
    """A queue's steps of overflow in the words of the file."""
    queue = (await house.desk.read(SYSTEM, queues_now))[key]
    return [step.model_dump(mode="json", exclude_defaults=True) for step in queue.overflow]


async def test_ways_out_of_a_queue_are_added_changed_and_removed(house: Front) -> None:
    browser = await house.signed_in("admin")
    first = {"overflow[0].to": "general", "overflow[0].after": "2m", "overflow[0].protect": "80"}
    status, shown = await sends(browser, BILLING, **first)
    assert status == 200
    assert "Helped by another queue: none → to general after 2m, only while it answers 80 % in time" in shown.text
    assert await overflow_of(house, "billing") == [{"to": "general", "after": "2m", "protect": 0.8}]

    second = {"overflow[1].to": "technical", "overflow[1].wait": "10m", "overflow[1].nobody": "1", "max_length": "9"}
    status, shown = await sends(browser, BILLING, **second, **{"overflow[0].full": "1"})
    assert status == 200
    assert await overflow_of(house, "billing") == [
        {"to": "general", "after": "2m", "full": True, "protect": 0.8},
        {"to": "technical", "wait": "10m", "nobody": True},
    ]
    assert "to technical when likely to wait longer than 10m, when nobody works here" in shown.text
    assert (await sends(browser, BILLING))[0] == 200
    assert len(await overflow_of(house, "billing")) == 2

    await sends(browser, BILLING, **{"overflow[0].remove": "1"})
    assert await overflow_of(house, "billing") == [{"to": "technical", "wait": "10m", "nobody": True}]
    assert re.search(r"to technical .* \d\d:\d\d admin", (await opened(browser, BILLING)).text)


async def test_what_is_wrong_with_a_way_out_stands_beside_its_field(house: Front) -> None:
    browser = await house.signed_in("admin")
    wrong = {"overflow[0].to": "general", "overflow[0].after": "soon", "overflow[0].protect": "300"}
    status, shown = await sends(browser, BILLING, **wrong)
    assert status == 422
    assert "expected a duration" in shown.says["why-overflow[0].after"]
    assert "1 to 100 %" in shown.says["why-overflow[0].protect"]
    assert (shown.fields["overflow[0].protect"], shown.focused) == ("300", 1)

    status, shown = await sends(browser, BILLING, **{"overflow[0].to": "general"})
    assert "say when" in shown.says["why-overflow[0]"]

    status, shown = await sends(browser, BILLING, **{"overflow[0].nobody": "1"})
    assert "Field required" in shown.says["why-overflow[0].to"]

    ticked = {"hours": "", "overflow[0].to": "general", "overflow[0].closed": "1", "overflow[0].full": "1"}
    status, shown = await sends(browser, BILLING, **ticked)
    assert "so it is never closed" in shown.says["why-overflow[0].closed"]
    assert "so it is never full" in shown.says["why-overflow[0].full"]

    status, shown = await sends(browser, BILLING, **{"overflow[0].to": "nowhere", "overflow[0].nobody": "1"})
    assert "there is no queue nowhere" in shown.says["why-overflow[0].to"]
    assert await overflow_of(house, "billing") == []


async def test_who_was_slower_is_told_and_sees_how_it_is_now(house: Front) -> None:
    browser = await house.signed_in("admin")
    mine = (await opened(browser, BILLING)).fields
    await house.desk.transact(SYSTEM, change_queue, "billing", {"priority": 7, "strategy": "round_robin"})

    answer = await browser.post(BILLING, data=mine | {"priority": "3", "name": "Bills", "offer": "25s"})

    shown = Shown(await answer.text())
    assert answer.status == 409
    assert "somebody has changed these rules meanwhile" in shown.alerts[0]
    assert "4 fields differ" in shown.alerts[0]
    assert shown.focused == 1
    assert (shown.fields["priority"], shown.fields["name"], shown.fields["offer"]) == ("3", "Bills", "25s")
    assert shown.says["now-priority"] == "Now: 7"
    assert shown.says["now-name"] == "Now: Billing"
    assert shown.says["now-strategy"] == "Now: In turn"
    assert shown.about["priority"]["aria-describedby"] == "now-priority hint-priority"
    assert "now-wrap_up" not in shown.says

    again = await browser.post(BILLING, data=shown.fields)
    assert again.status == 200
    billing = (await house.desk.read(SYSTEM, queues_now))["billing"]
    assert (billing.priority, billing.name, billing.offer, billing.strategy) == (3, "Bills", 25, "longest_idle")


async def test_the_steps_that_the_slower_typed_are_all_there(house: Front) -> None:
    browser = await house.signed_in("admin")
    one = {
        "rings[0].after": "30s",
        "rings[0].teams.service": "1",
        "overflow[0].to": "general",
        "overflow[0].nobody": "1",
    }
    await sends(browser, BILLING, **one)
    two = {"rings[1].after": "2m", "rings[1].queues.general": "1", "overflow[1].to": "technical"}
    await sends(browser, BILLING, **two, **{"overflow[1].wait": "5m"})
    mine = (await opened(browser, BILLING)).fields
    await house.desk.transact(SYSTEM, change_queue, "billing", {"rings": [], "overflow": []})

    more = {
        "rings[2].after": "4m",
        "rings[2].teams.service": "1",
        "overflow[0].remove": "1",
        "overflow[1].protect": "80",
    }
    answer = await browser.post(BILLING, data=mine | more)

    shown = Shown(await answer.text())
    assert answer.status == 409
    for name, value in (one | two | more).items():
        assert shown.fields[name] == value, name
    assert shown.says["now-rings[2].after"] == "Now: nothing"
    assert shown.says["now-rings[2].teams.service"] == "Now: not ticked"
    assert shown.says["now-overflow[1].to"] == "Now: No queue"
    assert "rings[3].after" in shown.about

    assert (await browser.post(BILLING, data=shown.fields)).status == 200
    billing = (await house.desk.read(SYSTEM, queues_now))["billing"]
    assert [ring.after for ring in billing.rings] == [30, 120, 240]
    assert await overflow_of(house, "billing") == [{"to": "technical", "wait": "5m", "protect": 0.8}]


async def test_steps_that_another_added_are_shown_beside_those_that_the_slower_typed(house: Front) -> None:
    browser = await house.signed_in("admin")
    mine = (await opened(browser, BILLING)).fields
    theirs = [{"after": "30s", "teams": ["service"]}, {"after": "1m", "queues": ["general"]}]
    await house.desk.transact(SYSTEM, change_queue, "billing", {"rings": theirs})

    answer = await browser.post(BILLING, data=mine | {"rings[0].after": "45s", "rings[0].teams.service": "1"})

    shown = Shown(await answer.text())
    assert (shown.fields["rings[0].after"], shown.says["now-rings[0].after"]) == ("45s", "Now: 30s")
    assert (shown.fields["rings[1].after"], shown.says["now-rings[1].after"]) == ("", "Now: 1m")
    assert shown.says["now-rings[1].queues.general"] == "Now: ticked"
    assert "now-rings[0].teams.service" not in shown.says


async def test_what_was_shown_to_the_slower_stays_while_something_is_wrong(house: Front) -> None:
    browser = await house.signed_in("admin")
    mine = (await opened(browser, BILLING)).fields
    await house.desk.transact(SYSTEM, change_queue, "billing", {"priority": 7})
    late = Shown(await (await browser.post(BILLING, data=mine | {"offer": "soon"})).text())

    answer = await browser.post(BILLING, data=late.fields)
    shown = Shown(await answer.text())
    assert answer.status == 422
    assert shown.says["now-priority"] == "Now: 7"
    assert shown.about["offer"]["aria-describedby"] == "why-offer now-offer hint-offer"

    await house.desk.transact(SYSTEM, change_queue, "billing", {"priority": 9})
    answer = await browser.post(BILLING, data=shown.fields | {"offer": "20s"})
    assert (answer.status, Shown(await answer.text()).says["now-priority"]) == (409, "Now: 9")


async def test_what_another_took_away_meanwhile_is_not_lost_from_the_form_of_the_slower(house: Front) -> None:
    browser = await house.signed_in("admin")
    mine = (await opened(browser, BILLING)).fields | {"hours": "", "skills.billing": "3"}
    week = 'hours: {day_and_night: {week: {thursday: ["00:00-24:00"]}}, shop: {week: {monday: ["09:00-17:00"]}}}'
    await house.desk.transact(SYSTEM, load, read(week))
    await house.desk.transact(SYSTEM, change_queue, "billing", {"priority": 7})

    answer = await browser.post(BILLING, data=mine | {"hours": "gone", "skills.gone": "2", "rings[0].teams.gone": "1"})

    shown = Shown(await answer.text())
    assert answer.status == 409
    assert (shown.fields["hours"], shown.fields["skills.gone"], shown.fields["rings[0].teams.gone"]) == (
        "gone",
        "2",
        "1",
    )
    answer = await browser.post(BILLING, data=shown.fields | {"rings[0].after": "1m"})
    assert (answer.status, "there is no skill gone" in await answer.text()) == (422, True)


async def test_who_was_slower_with_the_order_and_the_limits_loses_nothing(house: Front) -> None:
    browser = await house.signed_in("admin")
    mine = (await opened(browser, ORDER)).fields
    weights = {"limits.weights.chat": "40", "limits.exclusive.email": "1", "ordering.kind": "priority"}
    assert (await sends(browser, ORDER, **weights, **{"limits.interrupts.voice.sms": "1"}))[0] == 200

    typed = {"limits.weights.chat": "20", "ordering.head_start.callback": "5m", "limits.interrupts.voice.chat": "1"}
    answer = await browser.post(ORDER, data=mine | typed)

    shown = Shown(await answer.text())
    assert answer.status == 409
    assert {name: shown.fields[name] for name in typed} == typed
    assert shown.says["now-limits.weights.chat"] == "Now: 40"
    assert shown.says["now-limits.exclusive.email"] == "Now: ticked"
    assert shown.says["now-limits.interrupts.voice.chat"] == "Now: not ticked"
    assert shown.says["now-limits.interrupts.voice.sms"] == "Now: ticked"
    assert (shown.fields["ordering.kind"], shown.says["now-ordering.kind"]) == ("slack", "Now: this")
    assert (await browser.post(ORDER, data=shown.fields)).status == 200
    document = await house.desk.read(SYSTEM, dump)
    assert document.ordering is not None and document.limits is not None
    assert (document.ordering.kind, document.ordering.head_start) == (
        "slack", {"voice": 1800, "chat": 1200, "promise": 1800, "callback": 300},
    )  # fmt: skip
    assert (document.limits.weights, document.limits.interrupts) == ({"chat": 20}, {"voice": ["chat"]})


async def test_who_was_slower_with_an_agent_loses_nothing(house: Front) -> None:
    browser = await house.signed_in("admin")
    id = await agent_id(house, "agent1@demo.test")
    path = f"/admin/agents/{id}"
    mine = (await opened(browser, path)).fields
    await house.desk.transact(
        SYSTEM, change_agent, id, {"queues": {"billing": {"priority": 3}}, "skills": {"service": 1}}
    )

    unserved = {name: value for name, value in mine.items() if name != "serves.billing"}
    typed = {"serves.technical": "1", "priority.billing": "2", "delay.technical": "30s", "skills.service": "5"}
    answer = await browser.post(path, data=unserved | typed)

    shown = Shown(await answer.text())
    assert answer.status == 409
    assert {name: shown.fields[name] for name in typed} == typed
    assert "serves.billing" not in shown.fields
    assert shown.says["now-serves.billing"] == "Now: ticked"
    assert shown.says["now-priority.billing"] == "Now: 3"
    assert shown.says["now-delay.technical"] == "Now: at once"
    assert shown.says["now-skills.service"] == "Now: 1"
    assert (await browser.post(path, data=shown.fields)).status == 200
    agent = (await house.desk.read(SYSTEM, dump_agents))["agent1@demo.test"]
    assert (agent.queues["technical"].delay, "billing" in agent.queues, agent.skills["service"]) == (30, False, 5)


async def test_who_saves_the_same_as_another_is_told_that_it_is_so(house: Front) -> None:
    browser = await house.signed_in("admin")
    mine = (await opened(browser, BILLING)).fields
    await house.desk.transact(SYSTEM, change_queue, "billing", {"priority": 7})
    answer = await browser.post(BILLING, data=mine | {"priority": "7"})
    shown = Shown(await answer.text())
    assert (answer.status, "now as you have filled them in" in shown.alerts[0]) == (409, True)
    assert not [name for name in shown.says if name.startswith("now-")]


async def test_the_order_and_the_limits_are_changed(house: Front) -> None:
    browser = await house.signed_in("admin")
    shown = (await opened(browser, ORDER)).fields
    assert (shown["ordering.kind"], shown["ordering.head_start.voice"], shown["ordering.tiers.vip"]) == (
        "slack", "30m", "10m",
    )  # fmt: skip
    assert shown["limits.exclusive.voice"] == "1"

    fields = {
        "ordering.head_start.voice": "40m",
        "ordering.head_start.chat": "",
        "limits.weights.chat": "33",
        "limits.interrupts.voice.email": "1",
    }
    status, _ = await sends(browser, ORDER, **fields)
    assert status == 200
    document = await house.desk.read(SYSTEM, dump)
    assert document.ordering is not None and document.limits is not None
    assert document.ordering.head_start == {"voice": 2400, "promise": 1800}
    assert (document.limits.weights, document.limits.interrupts) == ({"chat": 33}, {"voice": ["email"]})

    status, page = await sends(browser, ORDER, **{"limits.weights.chat": "300", "limits.interrupts.chat.voice": "1"})
    assert status == 422
    assert "less than or equal to 100" in page.says["why-limits.weights.chat"]
    status, page = await sends(browser, ORDER, **{"limits.interrupts.chat.voice": "1"})
    assert "nothing goes beside voice" in page.says["why-limits.interrupts.chat"]
    status, page = await sends(browser, ORDER, **{"limits.exclusive.promise": "1"})
    assert (status, "promise is no channel" in page.says["why-limits.exclusive"]) == (422, True)

    status, _ = await sends(browser, ORDER, **{"ordering.kind": "priority", "ordering.priority": ""})
    assert status == 200
    assert ((await opened(browser, ORDER)).fields)["ordering.head_start.voice"] == "30m"


async def test_an_agents_queues_and_skills_are_changed(house: Front) -> None:
    browser = await house.signed_in("admin")
    id = await agent_id(house, "agent1@demo.test")
    fields = {"priority.billing": "2", "delay.billing": "1m", "skills.billing": "5", "skills.complaints": ""}
    status, shown = await sends(browser, f"/admin/agents/{id}", **fields)
    assert status == 200
    assert "Avery Lindqvist" in shown.text
    agent = (await house.desk.read(SYSTEM, dump_agents))["agent1@demo.test"]
    assert (agent.queues["billing"].priority, agent.queues["billing"].delay) == (2, 60)
    assert agent.skills == {"service": 4, "billing": 5, "technical": 2}

    status, shown = await sends(browser, f"/admin/agents/{id}", **{"delay.billing": "later"})
    assert (status, "expected a duration" in shown.says["why-delay.billing"]) == (422, True)
    status, shown = await sends(browser, f"/admin/agents/{id}", **{"skills.billing": "9"})
    assert (status, shown.fields["skills.billing"]) == (422, "9")

    history = (await opened(browser, HISTORY)).text
    assert "Avery Lindqvist Skills" in history
    assert id not in history


async def test_how_much_of_each_channel_fits_an_agent_is_changed_and_stands_in_the_history(house: Front) -> None:
    browser = await house.signed_in("admin")
    id = await agent_id(house, "agent1@demo.test")
    page = f"/admin/agents/{id}"
    assert (await opened(browser, page)).fields["capacity.chat"] == "3"
    stale = (await opened(browser, page)).fields
    status, _ = await sends(browser, page, **{"capacity.chat": "5", "capacity.task": "0"})
    agent = (await house.desk.read(SYSTEM, dump_agents))["agent1@demo.test"]
    assert (status, agent.capacity["chat"], agent.capacity["task"]) == (200, 5, 0)
    assert "Avery Lindqvist Room by channel voice 1, chat 3" in (await opened(browser, HISTORY)).text

    late = await browser.post(page, data=stale | {"capacity.chat": "2"})
    shown = Shown(await late.text())
    assert (late.status, shown.fields["capacity.chat"], shown.says["now-capacity.chat"]) == (409, "2", "Now: 5")
    for field, value in (("capacity.chat", "101"), ("capacity.chat", "many"), ("capacity.voise", "1")):
        status, shown = await sends(browser, page, **{field: value})
        assert (status, f"why-{field}" in shown.says) == (422, True)
    assert (await house.desk.read(SYSTEM, dump_agents))["agent1@demo.test"].capacity == agent.capacity


async def test_only_who_administers_and_only_from_our_page(house: Front) -> None:
    browser = await house.signed_in("admin")
    said = (await opened(browser, BILLING)).fields
    assert (await browser.post(BILLING, data=said | {"csrf_token": "x"})).status == 403
    other = await house.signed_in("supervisor")
    for path in (BILLING, ORDER, HISTORY):
        assert (await other.get(path)).status == 403
    assert (await other.post(BILLING, data=said)).status == 403
    assert (await browser.get("/admin/queues/nowhere")).status == 404
    assert (await browser.get("/admin/agents/nobody")).status == 404


async def test_names_are_shown_and_never_run(house: Front) -> None:
    browser = await house.signed_in("admin")
    await sends(browser, BILLING, name="<script>alert(1)</script>")
    for path in (BILLING, "/admin/queues/general", HISTORY, "/admin"):
        assert "<script>alert" not in await (await browser.get(path)).text()


def hours_file(shop: str) -> str:
    """A file with a calendar, beside the one that the sample queues keep."""
    return 'hours: {day_and_night: {week: {thursday: ["00:00-24:00"]}}, shop: {' + shop + "}}"


async def test_a_supervisor_closes_at_once_and_keeps_the_hours_again(house: Front) -> None:
    week = 'week: {thursday: ["00:00-24:00"], monday: []}'
    await house.desk.transact(SYSTEM, load, read(hours_file(week)))
    await house.desk.transact(SYSTEM, change_queue, "billing", {"hours": "shop"})
    browser = await house.signed_in("supervisor")
    assert "For Billing." in (await opened(browser, HOURS)).text

    status, page = await sends(browser, HOURS, calendar="shop", do="close", reason="fire alarm")

    assert (status, "Closed at once: fire alarm" in page.text) == (200, True)
    history = await (await house.signed_in("admin")).get(HISTORY)
    assert "fire alarm" in await history.text()
    status, page = await sends(browser, HOURS, calendar="shop", do="open")
    assert "fire alarm" not in page.text
    assert (await sends(browser, HOURS, calendar="nowhere", do="close"))[0] == 404

    await house.desk.transact(SYSTEM, close_calendar, "shop", "fire alarm")
    for slip in ({}, {"do": "lift"}):
        assert (await sends(browser, HOURS, calendar="shop", **slip))[0] == 422
    assert (await house.desk.read(SYSTEM, calendars_said))["shop"].closed == "fire alarm"


async def test_of_two_who_close_at_once_the_slower_is_told_why_it_is_closed_and_keeps_their_words(house: Front) -> None:
    week = 'week: {thursday: ["00:00-24:00"], monday: []}'
    await house.desk.transact(SYSTEM, load, read(hours_file(week)))
    browser = await house.signed_in("supervisor")
    mine = (await opened(browser, HOURS)).fields
    await house.desk.transact(SYSTEM, close_calendar, "shop", "fire alarm")

    answer = await browser.post(HOURS, data=mine | {"calendar": "shop", "do": "close", "reason": "power is out"})

    shown = Shown(await answer.text())
    assert answer.status == 409
    assert "somebody has closed shop meanwhile: fire alarm. It is closed." in shown.alerts[0]
    assert (shown.fields["reason"], shown.says["now-reason-shop"], shown.focused) == (
        "power is out", "Now: fire alarm", 1,
    )  # fmt: skip
    assert (await house.desk.read(SYSTEM, calendars_said))["shop"].closed == "fire alarm"
    assert (await browser.post(HOURS, data=shown.fields | {"do": "close"})).status == 200
    assert (await house.desk.read(SYSTEM, calendars_said))["shop"].closed == "power is out"


async def test_nobody_keeps_the_hours_again_of_what_another_has_closed_anew(house: Front) -> None:
    week = 'week: {thursday: ["00:00-24:00"], monday: []}'
    await house.desk.transact(SYSTEM, load, read(hours_file(week)))
    await house.desk.transact(SYSTEM, close_calendar, "shop", "fire alarm")
    browser = await house.signed_in("supervisor")
    mine = (await opened(browser, HOURS)).fields
    await house.desk.transact(SYSTEM, close_calendar, "shop", "gas leak")

    answer = await browser.post(HOURS, data=mine | {"calendar": "shop", "do": "open"})

    shown = Shown(await answer.text())
    assert (answer.status, "closed shop meanwhile: gas leak" in shown.alerts[0]) == (409, True)
    assert (await house.desk.read(SYSTEM, calendars_said))["shop"].closed == "gas leak"
    assert (await browser.post(HOURS, data=shown.fields | {"do": "open"})).status == 200
    assert (await house.desk.read(SYSTEM, calendars_said))["shop"].closed == ""


async def test_who_may_not_close_closes_nothing(house: Front) -> None:
    week = 'week: {thursday: ["00:00-24:00"]}'
    await house.desk.transact(SYSTEM, load, read(hours_file(week)))
    said = {"calendar": "shop", "do": "close", "reason": "no right"}
    tokens = {}
    for role in ("agent", "supervisor", "admin"):
        browser = await house.signed_in(role)
        tokens[role] = (await opened(browser, "/console")).fields["csrf_token"]
        answer = await browser.post(HOURS, data=said | {"csrf_token": tokens[role]}, allow_redirects=False)
        closed = (await house.desk.read(SYSTEM, calendars_said))["shop"].closed
        assert (answer.status, closed) == ((403, "") if role == "agent" else (303, "no right")), role
        await house.desk.transact(SYSTEM, close_calendar, "shop", "")
    agent = await house.signed_in("agent")
    assert (await agent.get(HOURS)).status == 403
    assert (await house.browser().post(HOURS, data=said, allow_redirects=False)).status in (303, 401, 403)
    assert not (await house.desk.read(SYSTEM, calendars_said))["shop"].closed


async def test_a_file_that_says_nothing_of_a_closing_lifts_none(house: Front) -> None:
    week = 'week: {thursday: ["00:00-24:00"]}'
    await house.desk.transact(SYSTEM, load, read(hours_file(week)))
    await house.desk.transact(SYSTEM, close_calendar, "shop", "fire alarm")

    await house.desk.transact(SYSTEM, load, read(hours_file(week.replace("00:00", "08:00"))))
    shop = (await house.desk.read(SYSTEM, calendars_said))["shop"]
    assert (shop.closed, shop.week["thursday"]) == ("fire alarm", ["08:00-24:00"])

    await house.desk.transact(SYSTEM, load, read(hours_file(f'{week}, closed: ""')))
    assert (await house.desk.read(SYSTEM, calendars_said))["shop"].closed == ""


async def test_all_that_a_file_changes_stands_in_the_history(house: Front) -> None:
    browser = await house.signed_in("admin")
    before = await house.desk.read(SYSTEM, dump)
    people = dict(before.agents or {})
    avery = people["agent1@demo.test"]
    people["agent1@demo.test"] = avery.model_copy(
        update={"capacity": avery.capacity | {"chat": 7}, "languages": ["en", "fr"]}
    )
    changed = before.model_copy(
        update={
            "holidays": [date(2027, 12, 25)],
            "default_queue": "billing",
            "teams": dict(before.teams or {}) | {"late": Team(name="Late", members=["agent1@demo.test"])},
            "entry_points": [
                *(before.entry_points or []),
                EntryPoint(channel="sms", address="+442079460155", queue="billing"),
            ],
            "agents": people,
            "callbacks": Callbacks(gap=3600),
        }
    )
    await house.desk.transact(SYSTEM, load, changed)
    shown = (await opened(browser, HISTORY)).text
    for words in (
        "2028-12-25, 2028-12-26 2027-12-25 Team late",
        "Organization Default queue general billing",
        "Team late Members none agent1@demo.test",
        "Entry point sms +442079460155 Leads to none queue billing",
        "Callbacks Gap 30m 1h",
        "Avery Lindqvist Languages",
        "Avery Lindqvist Room by channel",
    ):
        assert words in shown
    now = await house.desk.read(SYSTEM, dump)
    entries = await house.desk.read(SYSTEM, history)
    await house.desk.transact(SYSTEM, load, now)
    assert await house.desk.read(SYSTEM, history) == entries


async def test_the_history_names_the_calendar_that_was_closed(house: Front) -> None:
    await house.desk.transact(SYSTEM, close_calendar, "day_and_night", "fire alarm", told=True)
    shown = (await opened(await house.signed_in("admin"), HISTORY)).text
    assert "Hours of day_and_night Closed none fire alarm" in shown.replace("  ", " ")
    assert "Hours of day_and_night Customers are told why no yes" in shown


async def test_a_supervisor_is_led_to_the_hours_and_to_nothing_else_of_administration(house: Front) -> None:
    supervisor, admin = await house.signed_in("supervisor"), await house.signed_in("admin")
    theirs, ours = await opened(supervisor, HOURS), await opened(admin, HOURS)
    assert "Reports Knowledge Hours supervisor" in theirs.text
    assert "Entry points" not in theirs.text
    assert "Reports Knowledge Administration admin" in ours.text
    assert "Entry points" in ours.text
