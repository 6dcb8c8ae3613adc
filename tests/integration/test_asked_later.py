"""Why somebody waited, asked at once, while nothing else has happened, and when everything is over: the same answer."""

from datetime import timedelta
from typing import Any

import pytest

from desk.agents import agents
from desk.agents.work import complete
from desk.contacts import ending, transfers
from desk.customers.profiles import change_customer
from desk.organization.changes import change_queue
from desk.organization.file import Document
from desk.organization.organization import load
from desk.replay.instant import instant
from desk.replay.reading import Span, read
from desk.replay.replay import answer, ask
from desk.tables import interactions as interactions_table
from desk.tables import work_items
from desk.work import offers
from tests.integration.floor import SYSTEM, Agent, Floor, sample_organization
from tests.integration.test_explain import SAID, plans, why, why_then
from tests.integration.test_rounds_and_parking import an_idle_chat

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
    sample = sample_organization()
    everybody = Document(agents=sample.agents, teams=sample.teams)
    without = Document(
        agents={email: one for email, one in (sample.agents or {}).items() if email != BRUNO},
        teams={
            key: team.model_copy(update={"members": [email for email in team.members if email != BRUNO]})
            for key, team in (sample.teams or {}).items()
        },
    )
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


async def declines(agent: Agent) -> None:
    await agent.does(offers.decline, (await agent.next_offer()).id)
    await agent.floor.settles()


async def test_what_was_declined_before_a_supervisor_moved_it_has_been_in_vain_as_often_since(floor: Floor):
    avery = await floor.agent(1)
    contact = (await floor.writes()).interaction_id
    await declines(avery)
    supervisor, lived = await floor.supervisor(), []
    for queue in ("billing", "technical"):
        floor.clock.advance(timedelta(seconds=5))
        await supervisor.does(transfers.move, contact, queue)
        await floor.settles()
        floor.clock.advance(timedelta(seconds=5))
        lived.append((floor.clock.now(), await why(floor, contact)))
    floor.clock.advance(timedelta(seconds=60))
    await floor.looks_around()
    await avery.takes_next()
    floor.clock.advance(timedelta(minutes=1))

    then = [await why_then(floor, contact, at) for at, _ in lived]

    assert [live["declines"] for _, live in lived] == [1, 1]
    assert [said(one) for one in then] == [said(live) for _, live in lived]


async def test_for_whom_a_contact_was_kept_is_known_of_each_instant(floor: Floor):
    """A mail waits for anybody, for the one it was given to, and when he passes it on, for anybody but him."""
    bruno = await has_his_hands_full_of_mail(floor)
    (mail,) = await mails(floor, 1)
    lived = []

    async def lives(seconds: int = 5) -> None:
        await floor.settles()
        floor.clock.advance(timedelta(seconds=seconds))
        lived.append((floor.clock.now(), await why(floor, mail)))
        floor.clock.advance(timedelta(seconds=seconds))

    await lives()
    await (await floor.supervisor()).does(transfers.assign, mail, bruno.id)
    await lives(300)
    held = await floor.rows(work_items, agent_id=bruno.id, state="active")
    await bruno.wraps_up(held[0].id)
    await bruno.takes_next()
    await bruno.does(transfers.transfer, mail, {"queue": "general"})
    await lives()
    floor.clock.advance(timedelta(hours=1))

    then = [await why_then(floor, mail, at) for at, _ in lived]

    assert [live["rule"] for _, live in lived] == ["longest_idle", "wanted_agent", "longest_idle"]
    assert lived[-1][1]["excluded"] == {"declined": 1, "offline": 9}
    assert [said(one) for one in then] == [said(live) for _, live in lived]


async def test_an_idle_chat_takes_no_room_in_its_agents_hands_of_then_either(floor: Floor):
    """One chat fits at once. Avery's is idle, so that she is offered another, and declines."""
    avery, chat = await an_idle_chat(floor)
    waits = (await floor.writes()).interaction_id
    await declines(avery)
    floor.clock.advance(timedelta(seconds=5))
    at, live = floor.clock.now(), await why(floor, waits)
    at_once = await why_then(floor, waits, at)
    floor.clock.advance(timedelta(seconds=1))
    await floor.writes("Yes, the blue one.", address="visitor-ana")
    await avery.wraps_up(chat)
    floor.clock.advance(timedelta(minutes=1))

    assert live["excluded"] == {"declined": 1, "offline": 9}
    assert said(at_once) == said(live) == said(await why_then(floor, waits, at))


async def test_a_place_in_line_is_counted_then_as_it_was_said_then(floor: Floor):
    """Bruno's hands are full of mail and of chats. A mail has waited for hours; its room is none for a chat."""
    bruno, general = await floor.agent(2), {"queue": "general"}
    for channel in ("email", "chat"):
        for _ in range(3):
            await (mails(floor, 1) if channel == "email" else floor.writes())
            await bruno.takes_next()
    (mail,) = await mails(floor, 1)
    assert await floor.rows(work_items, id=mail, **general)
    floor.clock.advance(timedelta(hours=4))
    chats = [(await floor.writes()).interaction_id for _ in range(2)]
    assert await floor.rows(work_items, id=chats[0], **general)
    await floor.settles()
    floor.clock.advance(timedelta(seconds=5))
    waits = [mail, *chats]
    at, lived = floor.clock.now(), [await why(floor, one) for one in waits]
    at_once = [await why_then(floor, one, at) for one in waits]
    floor.clock.advance(timedelta(seconds=5))
    await bruno.does(agents.set_presence, bruno.id, "offline")
    floor.clock.advance(timedelta(minutes=1))
    gone, nobody = floor.clock.now(), [await why(floor, one) for one in waits]
    floor.clock.advance(timedelta(hours=1))

    later = [[await why_then(floor, one, then) for one in waits] for then in (at, gone)]

    assert [live["position"] for live in lived] == [1, 1, 2]  # of those who wait for room of their kind
    assert [live["position"] for live in nobody] == [7, 8, 9]  # of all, what he had in hand first: nobody works
    told = [[said(one) for one in those] for those in (lived, lived, nobody)]
    assert [[said(one) for one in those] for those in (at_once, *later)] == told


async def test_a_customers_tier_and_language_are_those_of_each_instant_not_those_of_today(floor: Floor):
    """A VIP's mail and task stand before another's who came first; then she is one no more, then that is a mistake."""
    await floor.agent(2, available=False)
    first, hers = await mails(floor, 2)
    (row,) = await floor.rows(work_items, id=hers)
    task, other = await plans(floor, customer_id=row.customer_id), await plans(floor)
    lived = []
    for tier, language in (("vip", "de"), ("small", ""), ("vip", "fr")):
        changed = {"tier": tier, "language": language}
        await floor.desk.transact(SYSTEM, change_customer, row.customer_id, changed)
        await floor.settles()
        floor.clock.advance(timedelta(seconds=5))
        at = floor.clock.now()
        lived += [(id, at, await why(floor, id)) for id in (first, hers, task, other)]
        floor.clock.advance(timedelta(seconds=5))
    at_once = [await why_then(floor, id, at) for id, at, _ in lived]
    await floor.desk.transact(SYSTEM, change_customer, row.customer_id, {"tier": "ordinary", "language": "es"})
    floor.clock.advance(timedelta(days=1))

    later = [await why_then(floor, id, at) for id, at, _ in lived]

    assert [live["position"] for *_, live in lived] == [3, 1, 2, 4, 1, 2, 3, 4, 3, 1, 2, 4]
    assert [said(one) for one in at_once] == [said(one) for one in later] == [said(live) for *_, live in lived]
    for at, spoken in zip([at for _, at, _ in lived[::4]], (("vip", "de"), ("small", ""), ("vip", "fr")), strict=True):
        for id in (hers, task):
            then = (await floor.desk.read(SYSTEM, instant, id, at)).work
            assert then is not None
            assert (then.tier, then.language) == spoken


async def test_a_span_is_played_with_the_customers_of_then(floor: Floor):
    """A mail of one who is a VIP from the next day on."""
    begins = floor.clock.now()
    (mail,) = await mails(floor, 1)
    (row,) = await floor.rows(work_items, id=mail)
    await floor.settles()
    floor.clock.advance(timedelta(minutes=5))
    span = Span(begins=begins, ends=floor.clock.now())
    floor.clock.advance(timedelta(days=1))
    before = await floor.desk.read(SYSTEM, read, span)
    changed = {"tier": "vip", "language": "fr"}
    await floor.desk.transact(SYSTEM, change_customer, row.customer_id, changed)
    await floor.settles()

    after = await floor.desk.read(SYSTEM, read, span)

    assert [(visit.work.tier, visit.work.language) for visit in after.recording.visits] == [("ordinary", "")]
    assert after.recording.visits == before.recording.visits


async def test_a_contact_that_nobody_took_takes_what_the_rules_expect_where_nothing_else_tells(floor: Floor):
    """One chat is left by its customer, and no other has ever been taken."""
    await floor.desk.transact(SYSTEM, change_queue, "general", {"handling": {"chat": 400}})
    begins = floor.clock.now()
    chat = (await floor.writes()).interaction_id
    floor.clock.advance(timedelta(minutes=1))
    await floor.desk.transact(SYSTEM, ending.customer_left, chat)
    await floor.settles()
    floor.clock.advance(timedelta(minutes=1))

    known = await floor.desk.read(SYSTEM, read, Span(begins=begins, ends=floor.clock.now()))

    assert [visit.handle_ms for visit in known.recording.visits] == [400_000]


async def test_a_language_that_a_customers_next_word_tells_was_not_known_before_it(floor: Floor):
    """He writes without one; later another mail of his says that it is French."""
    (mail,) = await mails(floor, 1)
    (sent,) = await floor.rows(interactions_table, id=mail)
    await floor.settles()
    floor.clock.advance(timedelta(seconds=5))
    at = floor.clock.now()
    floor.clock.advance(timedelta(seconds=5))
    about = {"channel": "email", "address_kind": "email", "to": "support@demo.test"}
    await floor.writes(**about, address=sent.reply_to, language="fr")
    await floor.settles()
    floor.clock.advance(timedelta(seconds=5))

    then, since = [(await floor.desk.read(SYSTEM, instant, mail, one)).work for one in (at, floor.clock.now())]

    assert then is not None
    assert since is not None
    assert (then.language, since.language) == ("", "fr")


async def test_other_work_that_was_made_long_before_and_is_done_since_stands_beside_the_rest(floor: Floor):
    """A task has waited for twenty days when another comes; then both are done."""
    old = await plans(floor)
    await floor.passes(timedelta(days=20))
    new = await plans(floor)
    await floor.settles()
    floor.clock.advance(timedelta(seconds=5))
    at, live = floor.clock.now(), await why(floor, new)
    floor.clock.advance(timedelta(seconds=5))
    bruno = await floor.agent(2)
    for _ in range(2):
        offer = await bruno.next_offer()
        await bruno.accepts(offer)
        await bruno.does(complete, offer.work_item_id, "done")
    await floor.passes(timedelta(days=20))

    then = await why_then(floor, new, at)

    assert {row.state for row in await floor.rows(work_items)} == {"done"}
    assert live["position"] == 2
    assert said(then) == said(live)
    assert [row.within_h for id in (old, new) for row in await floor.rows(work_items, id=id)] == [512, 1]


async def test_what_had_waited_and_was_held_for_months_is_seen_as_it_was(floor: Floor):
    """Three mails in hand and one in line for seventy days; then they are done, and the floor forgets none of it."""
    bruno = await has_his_hands_full_of_mail(floor)
    (old,) = await mails(floor, 1)
    await floor.settles()
    lived = []
    for days in (33, 37):
        await floor.passes(timedelta(days=days))
        (new,) = await mails(floor, 1)
        await floor.settles()
        floor.clock.advance(timedelta(seconds=5))
        lived += [(one, floor.clock.now(), await why(floor, one)) for one in (old, new)]
        floor.clock.advance(timedelta(seconds=5))
    at_once = [await why_then(floor, id, at) for id, at, _ in lived]
    for held in await floor.rows(work_items, agent_id=bruno.id, state="active"):
        await bruno.wraps_up(held.id)
    for _ in range(3):
        await bruno.wraps_up(await bruno.takes_next())
    await floor.passes(timedelta(days=40))

    later = [await why_then(floor, id, at) for id, at, _ in lived]

    assert [(live["position"], live["considered"], live["excluded"]) for _, _, live in lived] == [
        (position, 0, {"full": 1, "offline": 9}) for position in (1, 2, 1, 3)
    ]
    assert [said(one) for one in at_once] == [said(one) for one in later] == [said(live) for _, _, live in lived]
