"""Links to sign in, asked for in another’s name or a thousand times: what answers give away, and who is kept out."""

import re
from typing import Any

import sqlalchemy as sa

from desk.customer_access import links
from desk.customer_access.sending import ask
from desk.kernel.transaction import Actor, Tx, name_of
from desk.tables import (
    jobs,
    sign_in_links,
)
from tests.integration.web.customers_house import ANA, BO, MOBILE, path_in, press
from tests.integration.web.front import SYSTEM

# What an answer gives away.


async def test_known_and_unknown_are_answered_by_the_same_words_after_the_same_work(house, monkeypatch):
    """Who has the address is looked up by a job, after the answer: nothing that is done before depends on it."""
    await house.customer(("email", ANA), ("phone", MOBILE))
    done: list[str] = []
    for verb in ("read", "transact"):
        monkeypatch.setattr(house.desk, verb, _noting(done, getattr(house.desk, verb)))
    seen = []

    for address in (ANA, "nobody@example.org", MOBILE, "+447400123457", " ANA@Example.org "):
        said = await house.asks(house.browser(), address)
        (job,) = await house.rows(jobs)
        page = await house.browser().get(said.headers["Location"])
        seen.append((said.status, said.headers["Location"], sorted(said.headers), await page.text(), job.name, *done))
        assert await house.rows(sign_in_links) == []
        await house.desk.transact(SYSTEM, _forget_all)
        done.clear()
    assert len(set(map(str, seen))) == 1


def _noting(done: list[str], verb: Any) -> Any:
    async def noted(who: Actor, work: Any, *args: Any, **more: Any) -> Any:
        done.append(name_of(work))
        return await verb(who, work, *args, **more)

    return noted


def _forget_all(tx: Tx) -> None:
    tx.execute(sa.delete(jobs))


async def test_who_asks_too_often_is_told_the_same_for_known_and_unknown(house):
    await house.customer(("email", ANA))
    texts = set()
    for address in (ANA, "nobody@example.org"):
        tries = [await house.asks(house.browser(), address.replace("@", f"+{n}@") if n else address) for n in range(4)]
        assert [one.status for one in tries] == [303, 303, 303, 429], address
        assert tries[-1].headers["Retry-After"]
        texts.add(re.sub(r'value="[^"]*"', "", await tries[-1].text()))
    assert len(texts) == 1
    for n in range(2):
        assert (await house.asks(house.browser(), f"other{n}@example.org")).status == 303
    assert (await house.asks(house.browser(), "one-more@example.org")).status == 429  # by who asks


async def test_nobody_gets_a_bomb_of_links_wherever_they_are_asked_for(house, monkeypatch):
    """Counted where links are issued, too: by every process together, and after a restart."""
    await house.customer(("email", ANA))
    await house.customer(("email", BO))
    for _ in range(60):
        house.later(seconds=5)
        await house.desk.transact(SYSTEM, ask, "email", ANA, language="en")
        await house.jobs_done()
    assert len(house.mail.sent) == links.QUICK
    for _ in range(30):
        house.later(minutes=20)
        await house.desk.transact(SYSTEM, ask, "email", ANA, language="en")
        await house.jobs_done()
    assert len(house.mail.sent) == links.MOST_A_DAY
    monkeypatch.setitem(links.MOST_TOGETHER, "email", 0)
    await house.desk.transact(SYSTEM, ask, "email", BO, language="en")
    await house.jobs_done()
    assert len(house.mail.sent) == links.MOST_A_DAY


async def test_no_crowd_of_strangers_keeps_a_customer_from_signing_in(house):
    """More than any limit that all share would let through, for addresses that nobody knows, each from elsewhere."""
    house.desk.settings.trusted_proxies = "127.0.0.0/8"
    await house.customer(("email", ANA))
    stranger = house.browser()
    for n in range(330):
        said = await house.asks(
            stranger, f"nobody{n}@example.org", headers={"X-Forwarded-For": f"9.2.{n // 200}.{n % 200}"}
        )
        assert said.status == 303, n
    assert (await house.asks(house.browser(), ANA)).status == 303
    await house.jobs_done()
    assert [one.to for one in house.mail.sent] == [ANA]
    assert (await press(house.browser(), path_in(house.mail.sent[0].text))).status == 303


async def test_who_is_asked_for_again_and_again_leaves_room_for_who_has_no_link_yet(house, monkeypatch):
    await house.customer(("email", ANA))
    await house.customer(("email", BO))
    monkeypatch.setitem(links.MOST_TOGETHER, "email", 4)
    for _ in range(8):
        await house.desk.transact(SYSTEM, ask, "email", ANA, language="en")
        await house.jobs_done()
        house.later(minutes=2)
    assert [one.to for one in house.mail.sent] == [ANA, ANA]
    await house.desk.transact(SYSTEM, ask, "email", BO, language="en")
    await house.jobs_done()
    assert [one.to for one in house.mail.sent] == [ANA, ANA, BO]


async def test_no_stranger_who_asks_on_and_on_keeps_a_customer_from_signing_in(house_on_each):
    """From wherever, for most of a day: her links work, she is told what everybody is, and gets no bomb."""
    house = house_on_each
    house.desk.settings.trusted_proxies = "127.0.0.0/8"
    await house.customer(("email", ANA))
    assert (await house.asks(house.browser(), ANA)).status == 303
    await house.jobs_done()
    hers = path_in(house.mail.sent[-1].text)

    stranger = house.browser()
    for n in range(75):
        said = await house.asks(stranger, ANA, headers={"X-Forwarded-For": f"9.0.{n}.1"})
        assert said.status == 303, n
        await house.jobs_done()
        newest = path_in(house.mail.sent[-1].text)
        assert (await house.browser().get(newest, headers={"X-Forwarded-For": f"9.1.{n}.1"})).status == 200, n
        if n == 0:
            assert newest == hers
        house.later(seconds=30 if n < 4 else 16 * 60)
    assert len(house.mail.sent) == links.MOST_A_DAY

    asked, unknown = [await house.asks(house.browser(), one) for one in (ANA, "nobody@example.org")]
    assert (asked.status, asked.headers["Location"]) == (unknown.status, unknown.headers["Location"])
    await house.jobs_done()
    house.later(minutes=14)
    assert len(house.mail.sent) == links.MOST_A_DAY
    assert (await press(house.browser(), path_in(house.mail.sent[-1].text))).status == 303
    await house.signed_in()  # and by a new one, as soon as she wants it
    assert len(house.mail.sent) == links.MOST_A_DAY + 1
