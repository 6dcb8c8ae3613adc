"""The call-backs of the floor as who supervises sees, changes and cancels them, by plain forms."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from desk.agents.work import complete
from desk.callbacks import listing
from desk.callbacks.callbacks import cancel, request_callback
from desk.customers.customers import identify
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Tx
from desk.tables import agent_queues, agent_skills, agents, callbacks, customers, users, work_items
from desk.work.planned_work import plan
from tests.integration.web.front import SYSTEM, Front, csrf_token, open_front
from tests.integration.web.shown import Shown
from web.pages import callbacks as pages

ANA, BO, EVA = "+493023125001", "+442079460123", "+34910123456"


@pytest_asyncio.fixture
async def house(tmp_path: Path, sample_url: str, manual_clock: ManualClock) -> AsyncIterator[Front]:
    async with open_front(tmp_path, sample_url, at=manual_clock.now(), routes=[*pages.routes]) as opened:
        yield opened


async def promised(house: Front, name: str, number: str, **more: Any) -> str:
    """A call-back for somebody who has this name and number; its id."""

    def book(tx: Tx) -> str:
        who = identify(tx, "phone", number).customer.id
        tx.update(customers, who, name=name, time_zone=more.pop("time_zone", ""))
        return request_callback(tx, **({"customer_id": who, "queue": "billing"} | more))

    return await house.desk.transact(SYSTEM, book)


async def row(house: Front, id: str) -> Any:
    (found,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(callbacks).where(callbacks.c.id == id)))
    return found


async def shown(house: Front, address: str) -> Shown:
    async with (await house.signed_in("supervisor")).get(address) as answer:
        assert answer.status == 200, await answer.text()
        return Shown(await answer.text())


async def sends(house: Front, id: str, **typed: str) -> tuple[int, Shown]:
    """The form of one call-back as a browser sends it, with what was typed."""
    browser = await house.signed_in("supervisor")
    address = f"/callbacks/{id}"
    html = await (await browser.get(address)).text()
    known = Shown(html).fields | {"csrf_token": csrf_token(html), "do": "change"}
    async with browser.post(address, data=known | typed, allow_redirects=False) as answer:
        return answer.status, Shown(await answer.text())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


async def test_before_the_first_one_the_page_says_what_will_be_there(house: Front) -> None:
    assert "No call-backs yet" in (await shown(house, "/callbacks")).text


async def test_open_ones_come_first_the_next_due_on_top_by_their_clock_and_ours(house: Front) -> None:
    over = await promised(house, "Over Day", "+442079460555", due_at=at("2026-03-03T10:00+00:00"))
    await house.desk.transact(SYSTEM, cancel, over)
    await promised(house, "Bo Lang", BO, due_at=at("2026-03-05T10:00+00:00"))
    await promised(house, "Ana Ruiz", ANA, time_zone="Europe/Madrid", due_at=at("2026-03-04T10:00+00:00"))

    text = (await shown(house, "/callbacks")).text

    assert text.index("Ana Ruiz") < text.index("Bo Lang") < text.index("Over Day")
    assert "Ana Ruiz +493023125001 Billing Wed 4 Mar 11:00 Madrid Wed 4 Mar 10:00 Anybody 0 Waiting" in text
    assert "Bo Lang +442079460123 Billing Thu 5 Mar 10:00 London the same Anybody 0 Waiting" in text
    assert "Over Day +442079460555 Billing Tue 3 Mar 10:00 London the same Anybody 0 Cancelled" in text


async def test_it_is_filtered_by_queue_and_state_and_by_nothing_else(house: Front) -> None:
    await promised(house, "Bo Lang", BO)
    await promised(house, "Ana Ruiz", ANA, queue="technical")
    gone = await promised(house, "Eva Sanz", EVA, queue="technical", due_at=at("2026-03-04T10:00+00:00"))
    await house.desk.transact(SYSTEM, cancel, gone)

    async def names(query: str) -> list[str]:
        text = (await shown(house, f"/callbacks?{query}")).text
        return [name for name in ("Ana Ruiz", "Bo Lang", "Eva Sanz") if name in text]

    assert await names("queue=billing") == ["Bo Lang"]
    assert await names("queue=technical") == ["Ana Ruiz", "Eva Sanz"]
    assert await names("queue=technical&state=cancelled") == ["Eva Sanz"]
    assert await names("queue=&state=waiting") == ["Ana Ruiz", "Bo Lang"]
    assert "None is so now" in (await shown(house, "/callbacks?state=reached")).text
    browser = await house.signed_in("supervisor")
    for query, words in (
        ("agent=zz", "agent: expected one of"),
        ("queue=zz", "queue: expected one of"),
        ("state=zz", "state: expected one of open"),
    ):
        async with browser.get(f"/callbacks?{query}", headers={"Accept": "text/html"}) as answer:
            assert answer.status == 422
            assert words in await answer.text()


async def test_long_lists_come_a_page_at_a_time_and_nothing_is_doubled_or_hidden(
    house: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    names = ["Ann", "Bob", "Cat", "Dan", "Eve"]
    for at_hour, name in enumerate(names, 10):
        id = await promised(house, f"{name} Over", f"+4420794605{at_hour}", due_at=at(f"2026-03-04T{at_hour}:00+00:00"))
        if name in ("Dan", "Eve"):
            await house.desk.transact(SYSTEM, cancel, id)
    browser, address, seen, pages_read = await house.signed_in("supervisor"), "/callbacks", [], 0
    while address:
        html = await (await browser.get(address)).text()
        seen += [name for name in names if f"{name} Over" in html]
        assert "3 open, 0 of them due by now; 2 ended." in " ".join(Shown(html).text.split())
        found = re.search(r'rel="next" href="([^"]+)"', html)
        address, pages_read = unescape(found[1]) if found else "", pages_read + 1
    assert (seen[:3], pages_read) == (names[:3], 3)
    assert sorted(seen) == names
    async with browser.get("/callbacks?cursor=x.y", headers={"Accept": "text/html"}) as answer:
        assert answer.status == 422


async def test_it_is_filtered_by_what_is_open_due_and_over_and_by_agent(house: Front) -> None:
    mia = await house.add("mia@house.test", "agent")
    await house.desk.transact(SYSTEM, _serves_billing, mia)
    await promised(house, "Ana Ruiz", ANA, owner_id=mia)
    await promised(house, "Bo Lang", BO, due_at=at("2026-03-05T10:00+00:00"))
    over = await promised(house, "Eva Sanz", EVA)
    await house.desk.transact(SYSTEM, cancel, over)

    async def names(query: str) -> list[str]:
        text = (await shown(house, f"/callbacks?{query}")).text
        return [name for name in ("Ana Ruiz", "Bo Lang", "Eva Sanz") if name in text]

    assert await names("state=open") == ["Ana Ruiz", "Bo Lang"]
    assert await names("state=due") == ["Ana Ruiz"]
    assert await names("state=ended") == ["Eva Sanz"]
    assert await names(f"agent={mia}") == ["Ana Ruiz"]
    assert await names(f"agent={mia}&queue=technical") == []
    assert "2 open, 1 of them due by now; 1 ended." in (await shown(house, "/callbacks?state=ended")).text
    assert "1 open, 1 of them due by now; 0 ended, of those chosen." in (
        (await shown(house, f"/callbacks?agent={mia}")).text
    )


async def test_a_time_by_their_clock_an_owner_and_a_number_are_changed(house: Front) -> None:
    mia = await house.add("mia@house.test", "agent")
    await house.desk.transact(SYSTEM, _serves_billing, mia)
    due = at("2026-03-04T10:00+00:00")
    id = await promised(house, "Ana Ruiz", ANA, time_zone="America/New_York", due_at=due + timedelta(hours=5))

    assert (await shown(house, f"/callbacks/{id}")).fields["due_at"] == "2026-03-04T10:00"
    assert (await sends(house, id, due_at="2026-03-06T14:30"))[0] == 303
    assert (await row(house, id)).due_at == at("2026-03-06T14:30-05:00")
    assert (await sends(house, id, owner_id=mia, number=BO))[0] == 303
    changed = await row(house, id)
    assert (changed.owner_id, changed.number, changed.due_at) == (mia, BO, at("2026-03-06T14:30-05:00"))
    assert "Billing Fri 6 Mar 14:30 New York Fri 6 Mar 19:30 Mia 0 Waiting" in (await shown(house, "/callbacks")).text
    assert (await sends(house, id, owner_id=""))[0] == 303
    assert (await row(house, id)).owner_id is None
    assert (await sends(house, id, due_at="2026-03-06T23:30"))[0] == 303
    assert "Fri 6 Mar 23:30: moved, as customers are phoned between 09:00 and 20:00" in (
        (await shown(house, f"/callbacks/{id}")).text
    )


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("due_at", "soon", "a date and time, please"),
        ("due_at", "2029-01-01T10:00", "days ahead"),
        ("number", "+19005550123", "premium"),
        ("owner_id", "nobody", "There is no such agent"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_changed(
    house: Front, field: str, typed: str, words: str
) -> None:
    id = await promised(house, "Ana Ruiz", ANA, due_at=at("2026-03-04T10:00+00:00"))
    before = await row(house, id)
    status, page = await sends(house, id, **{field: typed})
    assert status == 422
    assert words in page.says[f"why-{field}"]
    assert f"why-{field}" in page.about[field]["aria-describedby"]
    assert page.fields[field] == typed
    assert await row(house, id) == before


async def test_one_is_cancelled_with_a_word_and_then_there_is_nothing_to_change(house: Front) -> None:
    id = await promised(house, "Ana Ruiz", ANA)
    assert (await sends(house, id, do="cancel", note="Wrote instead"))[0] == 303
    assert (await row(house, id)).state == "cancelled"
    page = await shown(house, f"/callbacks/{id}")
    assert "Wrote instead" in page.text
    assert "due_at" not in page.fields
    late = {"due_at": "2026-03-05T10:00", "was_due_at": "2026-03-04T10:00"}
    status, page = await sends(house, id, **late)
    assert status == 409
    assert page.alerts


async def test_what_is_made_by_hand_is_listed_and_says_how_it_ends(house: Front) -> None:
    def book(tx: Tx) -> str:
        who = identify(tx, "email", "eva@example.test").customer.id
        return plan(tx, kind="callback", customer_id=who, queue="billing", title="Ring her", note="", due_at=None)

    id = await house.desk.transact(SYSTEM, book)
    assert "by hand" in (await shown(house, "/callbacks?state=waiting")).text
    assert "Whoever accepts it says what came of it" in (await shown(house, f"/callbacks/{id}")).text
    await house.desk.transact(SYSTEM, complete, id, "reached")
    assert "by hand" in (await shown(house, "/callbacks?state=ended")).text


async def test_it_is_for_who_supervises_and_by_forms_of_ours(house: Front) -> None:
    id = await promised(house, "Ana Ruiz", ANA)
    agent, sue = await house.signed_in("agent"), await house.signed_in("supervisor")
    for address in ("/callbacks", f"/callbacks/{id}"):
        assert (await agent.get(address)).status == 403
    assert (await agent.post(f"/callbacks/{id}", data={"do": "cancel"})).status == 403
    assert (await sue.post(f"/callbacks/{id}", data={"do": "cancel"})).status == 403  # without the session's token
    assert (await row(house, id)).state == "waiting"
    assert (await sue.get("/callbacks/nothing")).status == 404
    (other,) = await house.desk.read(SYSTEM, lambda rx: rx.all(sa.select(work_items.c.id)))
    assert other.id == id


def _serves_billing(tx: Tx, id: str) -> None:
    since = {"presence_since": tx.now, "idle_since": tx.now}
    tx.update(users, id, name="Mia")
    tx.insert(agents, id=id, presence="offline", capacity={"voice": 1}, languages=[], version=0, **since)
    tx.insert(agent_queues, agent_id=id, queue="billing")
    tx.insert(agent_skills, agent_id=id, skill="billing", level=1)
