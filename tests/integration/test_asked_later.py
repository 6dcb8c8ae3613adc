"""Why somebody waited, asked at once, while nothing else has happened, and when everything is over: the same answer."""

from datetime import timedelta
from typing import Any

import pytest

from desk import agents
from desk.organization.file import Document
from desk.organization.organization import load
from desk.replay.reading import Span
from desk.replay.replay import answer, ask
from tests.integration.floor import SYSTEM, Agent, Floor, sample_organization
from tests.integration.test_explain import SAID, plans, why, why_then

BRUNO = "agent2@demo.test"


def said(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in (*SAID, "position")}


async def mails(floor: Floor, count: int) -> list[str]:
    came = []
    for _ in range(count):
        number = floor.count()
        mail = await floor.writes(
            channel="email", address_kind="email", address=f"m{number}@customers.test", to="support@demo.test"
        )
        came.append(mail.interaction_id)
    return came


async def has_his_hands_full_of_mail(floor: Floor) -> Agent:
    """Three mails fit at once, and no task beside them."""
    weights = {"limits": {"weights": {"email": 30, "task": 20}}}
    await floor.desk.transact(SYSTEM, load, Document.model_validate(weights))
    bruno = await floor.agent(2)
    for _ in range(3):
        await mails(floor, 1)
        await bruno.takes_next()
    return bruno


@pytest.mark.parametrize(("kind", "reason"), [("mail", "full"), ("task", "weight")])
async def test_full_hands_are_full_while_nothing_is_logged_and_when_something_is(floor: Floor, kind: str, reason: str):
    """Three mails are in hand, a mail or a task waits; nothing happens for twenty minutes."""
    bruno = await has_his_hands_full_of_mail(floor)
    (waits,) = await mails(floor, 1) if kind == "mail" else [await plans(floor)]
    await floor.settles()
    floor.clock.advance(timedelta(minutes=10))
    at, live = floor.clock.now(), await why(floor, waits)

    at_once = await why_then(floor, waits, at)
    floor.clock.advance(timedelta(minutes=10))
    while_quiet = await why_then(floor, waits, at)
    await bruno.does(agents.set_presence, bruno.id, "not_ready", "lunch")
    await floor.settles()
    later = await why_then(floor, waits, at)

    assert (live["considered"], live["excluded"]) == (0, {reason: 1, "offline": 9})
    assert said(at_once) == said(while_quiet) == said(later) == said(live)


async def test_who_has_something_in_hand_while_nothing_is_logged_has_worked_until_the_span_is_over(floor: Floor):
    begins = floor.clock.now()
    bruno = await floor.agent(2)
    floor.clock.advance(timedelta(minutes=5))
    await floor.writes()
    await bruno.takes_next()
    await floor.settles()
    floor.clock.advance(timedelta(minutes=5))
    span = Span(begins=begins, ends=floor.clock.now())

    while_quiet = await floor.desk.read(SYSTEM, ask, span, None)
    worked = answer(while_quiet, lambda _share: None)["agents"][BRUNO]["recorded"]

    assert (worked["work_s"], worked["occupancy"]) == (300.0, 0.5)


async def test_who_was_an_agent_then_is_counted_and_who_was_none_is_not(floor: Floor):
    """Bruno, at lunch and never offered anything, is taken out of the file, and put in again."""
    everybody = Document(agents=sample_organization().agents)
    without = Document(agents={email: one for email, one in (everybody.agents or {}).items() if email != BRUNO})
    bruno = await floor.agent(2)
    await bruno.does(agents.set_presence, bruno.id, "not_ready", "lunch")
    task = await plans(floor)
    lived = []
    for loaded in (everybody, without, everybody):
        await floor.desk.transact(SYSTEM, load, loaded)
        await floor.settles()
        floor.clock.advance(timedelta(seconds=5))
        lived.append((floor.clock.now(), await why(floor, task)))
        floor.clock.advance(timedelta(seconds=5))
    await bruno.is_available()

    then = [await why_then(floor, task, at) for at, _ in lived]

    assert [live["excluded"] for _, live in lived] == [{"not_ready": 1, "offline": 9}, {"offline": 9}, {"offline": 10}]
    assert [said(one) for one in then] == [said(live) for _, live in lived]
    assert all(one["whole"] for one in then)
