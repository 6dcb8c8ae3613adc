"""`careline replay` by the same rules gives contacts to the agents who had them, where it can be known why they had."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from channels.protocol import LegState
from desk.agents import agents, work
from desk.contacts import interactions, transfers
from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Tx
from desk.replay.reading import Span
from desk.replay.replay import answer, ask
from desk.tables import agents as agents_table
from desk.work import offers, planned_work
from tests.integration.floor import SYSTEM, Agent, Floor, open_floor
from tests.integration.test_calls import leg, rung, waiting_caller
from tests.integration.test_replay import MORNING, Morning
from tests.integration.test_rounds_and_parking import order

BY_TEXT = {"channel": "sms", "address_kind": "phone", "to": "+442079460100"}


async def told_again(floor: Floor, since: timedelta = timedelta(seconds=30)) -> dict[str, Any]:
    """How alike a replay is of all from then until now."""
    await floor.settles()
    span = Span(begins=MORNING + since, ends=floor.clock.now())
    question = await floor.desk.read(SYSTEM, ask, span, None)
    return dict(answer(question, lambda _share: None)["calibration"])


async def staff(morning: Morning) -> list[Agent]:
    """Three agents who take a chat, a text and a task at a time; who came first has been free for longest."""
    found = []
    for number in (1, 2, 3):
        await morning.at(0, number)
        agent = await morning.floor.agent(number, available=False)
        await morning.floor.desk.transact(SYSTEM, takes_one_of_each, agent.id)
        await agent.is_available()
        found.append(agent)
    await morning.at(1)
    return found


def takes_one_of_each(tx: Tx, agent_id: str) -> None:
    tx.update(agents_table, agent_id, capacity={"chat": 1, "sms": 1, "task": 1})


def a_task(tx: Tx, customer_id: str) -> str:
    return planned_work.plan(tx, kind="task", customer_id=customer_id, queue="general", title="Ring the carrier")


async def _live_with_a_task(morning: Morning) -> None:
    """A task rings at Ben as a chat comes, and at Mia, who is done with it after her chat."""
    floor = morning.floor
    mia, ben, cem = await staff(morning)
    chat = await morning.writes()
    await mia.takes_next()
    await morning.at(2)
    customer_id = (await floor.interaction(chat)).customer_id
    task = await floor.desk.transact(SYSTEM, a_task, customer_id)
    offer = await ben.next_offer()
    await morning.at(2, 5)
    second = await morning.writes()
    await cem.takes_next()
    await morning.at(2, 10)
    await ben.does(offers.decline, offer.id, "busy")
    offer = await mia.next_offer()
    await morning.at(2, 20)
    await mia.accepts(offer)
    await morning.at(3)
    await mia.wraps_up(chat)
    await morning.at(4)
    await mia.does(work.complete, task, "done")
    await morning.at(5)
    await cem.wraps_up(second)
    await morning.at(6)
    third = await morning.writes()
    await ben.takes_next()
    await morning.at(7)
    fourth = await morning.writes()
    await mia.takes_next()
    await morning.at(8)
    await ben.wraps_up(third)
    await mia.wraps_up(fourth)


async def test_whom_other_work_rings_at_is_not_asked_in_a_replay_either(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        await _live_with_a_task(Morning(floor))
        alike = await told_again(floor)

    assert (alike["contacts"], alike["same_agent"], alike["same_wait"]) == (4, 1.0, 1.0)


async def _live_with_names(morning: Morning) -> None:
    """A text is passed on to a busy colleague by name, and by him to anybody; who writes again waits for Mia, and is
    given to Ben by a supervisor."""
    floor = morning.floor
    mia, ben, cem = await staff(morning)
    ana, bo, cid = (partial(floor.writes, address=f"+49302312500{number}", **BY_TEXT) for number in (1, 2, 3))
    of_ana = (await ana()).interaction_id
    await mia.takes_next()
    await morning.at(2)
    await mia.wraps_up(of_ana)
    await morning.at(3)
    of_bo = (await bo()).interaction_id
    await ben.takes_next()
    await morning.at(3, 30)
    of_cid = (await cid()).interaction_id
    await cem.takes_next()
    await morning.at(4)
    await ben.does(transfers.transfer, of_bo, {"agent": cem.id})
    await morning.at(6)
    await cem.wraps_up(of_cid)
    await cem.takes_next()
    await morning.at(7)
    await cem.does(transfers.transfer, of_bo, {"queue": "general"})
    await mia.takes_next()
    await morning.at(8)
    assert (await ana(text="And now?")).interaction_id == of_ana
    await morning.at(8, 30)
    await (await floor.supervisor()).does(transfers.assign, of_ana, ben.id)
    await ben.takes_next()
    await morning.at(9)
    await mia.wraps_up(of_bo)
    await ben.wraps_up(of_ana)


async def test_for_whom_contacts_were_kept_they_are_kept_in_a_replay(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        await _live_with_names(Morning(floor))
        alike = await told_again(floor)

    assert (alike["contacts"], alike["same_agent"], alike["same_wait"]) == (4, 1.0, 1.0)


async def _live_with_a_silent_customer(morning: Morning) -> None:
    """Mia's chat falls idle, so that she, who has been free longest, is asked again; then its customer writes."""
    floor = morning.floor
    await order(floor, idle={"chat": "1m"})
    mia, ben, _ = await staff(morning)
    silent = (await floor.writes(address="visitor-ana")).interaction_id
    await mia.takes_next()
    await mia.says(silent, "Is it the blue one?")
    await morning.at(2, 30)
    await floor.looks_around()
    await morning.at(3)
    second = await morning.writes()
    await mia.takes_next()
    await morning.at(4)
    await mia.wraps_up(second)
    await morning.at(5)
    await floor.writes("Yes, the blue one.", address="visitor-ana")
    await morning.at(5, 30)
    third = await morning.writes()
    await ben.takes_next()
    await morning.at(6)
    await mia.wraps_up(silent)
    await morning.at(7)
    await ben.wraps_up(third)


async def test_whose_customer_was_silent_is_asked_in_a_replay_as_they_were(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        await _live_with_a_silent_customer(Morning(floor))
        alike = await told_again(floor)

    assert (alike["contacts"], alike["same_agent"], alike["same_wait"]) == (3, 1.0, 1.0)


def takes_mails(tx: Tx, agent_id: str, **beside: int) -> None:
    tx.update(agents_table, agent_id, capacity={"email": 1, **beside})


async def mails(floor: Floor, name: str) -> str:
    to = {"channel": "email", "address_kind": "email", "to": "support@demo.test"}
    return (await floor.writes(address=f"{name}@example.org", **to)).interaction_id


async def staff_for_mails(morning: Morning) -> list[Agent]:
    """Three agents who take a mail at a time; Mia, who has been free for longest, is interrupted by a call."""
    await order(morning.floor, interrupts={"voice": ["email"]}, weights={"voice": 100, "email": 40})
    found = await staff(morning)
    for one, calls in zip(found, (1, 0, 0), strict=True):
        await morning.floor.desk.transact(SYSTEM, partial(takes_mails, agent_id=one.id, voice=calls))
        await one.does(agents.set_presence, one.id, "not_ready", "break")
        await one.is_available()
        morning.floor.clock.advance(timedelta(seconds=1))
    return found


async def calls(floor: Floor, agent: Agent) -> str:
    """Somebody calls whom this agent takes; her telephone is picked up, so that nobody gives up on it later."""
    call = await waiting_caller(floor)
    await agent.takes_next()
    await floor.until(partial(rung, floor))
    assert await leg(floor, call, "leg-1", LegState.ANSWERED)
    return call


async def _live_with_what_is_passed_on_interrupted(morning: Morning) -> None:
    """A call interrupts Mia's mail; two minutes later, still on the call, she passes it on. Ben has another by then."""
    floor = morning.floor
    mia, ben, cem = await staff_for_mails(morning)
    mail = await mails(floor, "ana")
    await mia.takes_next()
    await morning.at(2)
    call = await calls(floor, mia)
    await morning.at(3)
    other = await mails(floor, "bo")
    await ben.takes_next()
    await morning.at(4)
    await mia.does(transfers.transfer, mail, {"queue": "general"})
    await cem.takes_next()
    await morning.at(5)
    await mia.wraps_up(call)
    await ben.wraps_up(other)
    await cem.wraps_up(mail)
    await morning.at(6)


async def test_what_is_passed_on_while_a_call_interrupts_it_comes_when_it_came(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        await _live_with_what_is_passed_on_interrupted(Morning(floor))
        alike = await told_again(floor)

    assert (alike["contacts"], alike["same_agent"], alike["same_wait"]) == (3, 1.0, 1.0)


async def _live_with_what_is_taken_up_by_hand(morning: Morning) -> None:
    """A call interrupts Mia's mail, and she goes on with it while the call lasts: it is done first."""
    floor = morning.floor
    mia, ben, cem = await staff_for_mails(morning)
    await cem.does(agents.set_presence, cem.id, "not_ready", "break")
    mail = await mails(floor, "ana")
    await mia.takes_next()
    await morning.at(1, 30)
    other = await mails(floor, "bo")
    await ben.takes_next()
    await morning.at(2)
    call = await calls(floor, mia)
    await morning.at(2, 30)
    await mia.does(interactions.unhold, mail)
    await morning.at(3, 30)
    await mia.wraps_up(mail)
    await morning.at(4)
    await mia.wraps_up(call)
    await morning.at(4, 10)
    await ben.wraps_up(other)
    await morning.at(4, 30)
    last = await mails(floor, "cy")
    await mia.takes_next()
    await morning.at(5)
    await mia.wraps_up(last)


async def test_what_its_agent_takes_up_while_a_call_interrupts_it_is_done_when_it_was(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        await _live_with_what_is_taken_up_by_hand(Morning(floor))
        alike = await told_again(floor)

    assert (alike["contacts"], alike["same_agent"], alike["same_wait"]) == (4, 1.0, 1.0)


class RunningClock(ManualClock):
    """Whoever asks is told a millisecond later than who asked before: what is decided is written down later."""

    def now(self) -> datetime:
        self.advance(timedelta(milliseconds=1))
        return super().now()


async def _live_with_what_is_missed(morning: Morning) -> None:
    """It rings out at Mia; at Ben it is taken back, for he goes on a break; Cem takes it."""
    floor = morning.floor
    mia, ben, cem = await staff(morning)
    chat = await morning.writes()
    await mia.next_offer()
    await morning.at(2)
    await floor.jobs_done()
    await ben.next_offer()
    await morning.at(2, 5)
    await ben.does(agents.set_presence, ben.id, "not_ready", "break")
    await cem.takes_next()
    await morning.at(3)
    await cem.wraps_up(chat)
    await morning.at(4)


async def test_whoever_lets_it_ring_out_is_not_asked_again_a_moment_before_they_are_not_ready(
    sample_url: str, tmp_path: Path
):
    async with open_floor(sample_url, tmp_path, RunningClock(MORNING)) as floor:
        await _live_with_what_is_missed(Morning(floor))
        alike = await told_again(floor)

    assert (alike["contacts"], alike["same_agent"], alike["same_wait"]) == (1, 1.0, 1.0)


async def _live_with_what_rings(morning: Morning) -> None:
    """Mia declines a chat, so that it rings at Cem while a later one rings at Ben; the third is Mia's."""
    mia, ben, cem = await staff(morning)
    first = await morning.writes()
    of_mia = await mia.next_offer()
    await morning.at(1, 15)
    second = await morning.writes()
    of_ben = await ben.next_offer()
    await morning.at(1, 20)
    await mia.does(offers.decline, of_mia.id, "busy")
    of_cem = await cem.next_offer()
    await morning.at(1, 28)
    await ben.accepts(of_ben)
    await morning.at(1, 30)
    await cem.accepts(of_cem)
    await morning.at(2)
    third = await morning.writes()
    await mia.takes_next()
    await morning.at(3)
    await ben.wraps_up(second)
    await cem.wraps_up(first)
    await mia.wraps_up(third)
    await morning.at(4)


async def test_what_rings_as_the_span_begins_rings_on_at_whom_it_rang(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        await _live_with_what_rings(Morning(floor))
        alike = await told_again(floor, timedelta(minutes=1, seconds=25))

    assert (alike["contacts"], alike["same_agent"], alike["same_wait"]) == (1, 1.0, 1.0)


async def _live_with_one_on_hold(morning: Morning) -> None:
    """All three have a chat, Mia for longest, who puts hers on hold; so the text is hers."""
    floor = morning.floor
    chats = []
    mia, ben, cem = await staff(morning)
    for one, second in ((mia, 5), (ben, 10), (cem, 15)):
        await morning.at(1, second)
        chats.append(await morning.writes())
        await one.takes_next()
    await morning.at(2)
    await mia.does(interactions.hold, chats[0])
    await morning.at(3)
    text = (await floor.writes(address="+493023125001", **BY_TEXT)).interaction_id
    await mia.takes_next()
    await morning.at(4)
    await mia.wraps_up(text)


async def test_who_put_a_contact_on_hold_before_the_span_has_it_in_hand_still(
    sample_url: str, tmp_path: Path, manual_clock: ManualClock
):
    async with open_floor(sample_url, tmp_path, manual_clock) as floor:
        await _live_with_one_on_hold(Morning(floor))
        alike = await told_again(floor, timedelta(minutes=2, seconds=30))

    assert (alike["contacts"], alike["same_agent"], alike["same_wait"]) == (1, 1.0, 1.0)
