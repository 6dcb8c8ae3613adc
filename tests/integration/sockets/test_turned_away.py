"""A supervisor ends what waits: it is closed with its reason, whoever waited is told, and nobody abandoned anything."""

from datetime import timedelta

from desk.contacts.turning_away import end_from_outside
from desk.floor.figures_so_far import load_figures
from desk.tables import calls, offers, segments, work_items
from ivr.instructions import Hangup, Say
from tests.integration.floor import SYSTEM
from tests.integration.sockets.house import House
from tests.integration.test_calls import waiting_caller


async def test_a_visitor_who_is_turned_away_reads_it_and_what_rang_for_them_stops(house: House) -> None:
    console = await house.console("agent1", available=True)
    visitor, _ = await house.visitor()
    await visitor.does("chat.start", text="Cheap pills", client_id="v-1")
    offer = await console.next("offer")
    interaction_id = offer["interaction"]["id"]
    supervisor = await house.floor.supervisor()

    await supervisor.does(end_from_outside, interaction_id, "spam", "The third today")

    assert (await console.next("offer.ended"))["outcome"] == "withdrawn"
    await visitor.next("chat.changed", state="closed")
    told = await visitor.next("message.new", message__author__kind="system")
    assert "We have ended this conversation" in told["message"]["text"]
    assert supervisor.actor.name.split()[0] not in str(told)
    closed = await house.floor.interaction(interaction_id)
    assert (closed.state, closed.disposition, closed.note) == ("closed", "spam", "The third today")
    (visit,) = await house.floor.rows(segments, interaction_id=interaction_id, kind="queue")
    assert visit.outcome == "system_ended"
    assert (await house.floor.rows(work_items, id=interaction_id))[0].state == "done"
    assert (await house.floor.rows(offers, work_item_id=interaction_id))[0].outcome == "withdrawn"
    figures = await house.floor.desk.read(SYSTEM, load_figures)
    queue = next(one for one in figures.queues(house.floor.clock.now()) if one["key"] == closed.queue)
    assert (queue["offered"], queue["waiting"], queue["answered"], queue["abandoned"]) == (1, 0, 0, 0)


async def test_a_caller_who_is_turned_away_hears_goodbye(lite_house: House) -> None:
    floor = lite_house.floor
    call_id = await waiting_caller(floor)
    assert (await floor.interaction(call_id)).state == "queued"
    await floor.passes(timedelta(seconds=20))
    supervisor = await floor.supervisor()

    await supervisor.does(end_from_outside, call_id, "no_answer_needed")
    await floor.jobs_done()

    assert floor.carrier.told["CA1"] == [Say(text="Thank you for calling. Goodbye.", language="en"), Hangup()]
    (call,) = await floor.rows(calls, id=call_id)
    assert (call.ended_by, call.ended_at) == ("supervisor", floor.clock.now())


async def test_a_console_is_told_why_what_waits_is_not_ended_there(lite_house: House) -> None:
    received = await lite_house.floor.writes()
    console = await lite_house.console("supervisor")
    refused = await console.asks("interaction.end", interaction_id=received.interaction_id)

    assert refused["error"]["code"] == "conflict"
    assert "it waits in its queue" in refused["error"]["message"]
