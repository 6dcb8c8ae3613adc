"""What customers, agents and clocks do in the stories of call-backs."""

from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from channels.protocol import LegState
from desk.callbacks import callbacks, leaving_the_line
from desk.callbacks.leaving_the_line import Told
from desk.callbacks.rules import language_of
from desk.calls import calls, flow_turns
from desk.calls.customer_legs import customer_chose
from desk.customers.customers import identify
from desk.kernel.events import OrganizationChanged
from desk.organization.callbacks import Callbacks, QueueCallbacks
from desk.organization.file import Document
from desk.organization.organization import load
from desk.organization.rules import Queue
from desk.tables import agent_queues, agent_skills, work_items
from desk.tables import callbacks as table
from desk.tables import calls as calls_table
from ivr.engine import Digits
from tests.integration.floor import SYSTEM, Agent, Floor, sample_organization
from tests.integration.test_calls import leg as agent_leg
from tests.integration.test_dialling import customer as customer_leg
from tests.integration.test_dialling import rung

ANA, BO, EVA = "+493023125001", "+442079460123", "+34910123456"


OURS = "+442079460100"


async def says(floor: Floor, rules: QueueCallbacks, everywhere: Callbacks | None = None, **more: Any) -> None:
    known = sample_organization().queues or {}
    billing = Queue(**known["billing"].model_dump() | {"callbacks": rules.model_dump()} | more)
    document = Document(queues=known | {"billing": billing}, callbacks=everywhere or Callbacks())
    await floor.desk.transact(SYSTEM, load, document)


async def waits(floor: Floor, number: str = ANA) -> str:
    """Somebody rings, chooses billing and waits there; the call's id."""
    name = f"CA{floor.count()}"
    turn = await floor.desk.transact(SYSTEM, calls.start_call, carrier_id=name, from_number=number, to_number=OURS)
    await floor.desk.transact(SYSTEM, flow_turns.step_call, call_id=turn.call_id, turn=turn.turn, answer=Digits("1"))
    return str(turn.call_id)


async def presses(floor: Floor, call_id: str, key: str = "1") -> Told:
    said = await floor.desk.transact(SYSTEM, leaving_the_line.leave, call_id, key)
    return Told(said.told)


async def leaves(floor: Floor, number: str = ANA) -> Any:
    """Somebody waits for a minute and leaves the line; the call-back."""
    call_id = await waits(floor, number)
    await floor.passes(timedelta(minutes=1))
    assert await presses(floor, call_id) is Told.TAKEN
    await floor.jobs_done()
    (row,) = await floor.rows(table, interaction_id=call_id)
    return row


async def asks(floor: Floor, number: str = ANA, **more: Any) -> str:
    """A call-back is booked for somebody."""

    def booked(tx: Any) -> str:
        who = identify(tx, "phone", number).customer.id
        return str(callbacks.request_callback(tx, **({"customer_id": who, "queue": "billing"} | more)))

    return str(await floor.desk.transact(SYSTEM, booked))


async def callback(floor: Floor, id: str) -> Any:
    (row,) = await floor.rows(table, id=id)
    return row


async def item(floor: Floor, id: str) -> Any:
    (row,) = await floor.rows(work_items, id=id)
    return row


async def dialled(floor: Floor, agent: Agent, id: str, *, count: int = 0) -> str:
    """The agent takes the call-back, and the customer's telephone rings; the call's id. `count` rang before."""
    offer = await agent.next_offer()
    assert offer.work_item_id == id
    await agent.accepts(offer)
    await floor.until(partial(rung, floor, count + 1))
    call_id = (await callback(floor, id)).call_id
    assert await agent_leg(floor, call_id, f"leg-{count + 1}", LegState.ANSWERED)
    await floor.until(partial(rung, floor, count + 2))
    await floor.jobs_done()
    return str(call_id)


def speaks(tx: Any, call_id: str, language: str) -> None:
    tx.update(calls_table, call_id, session=tx.one(calls_table, call_id).session | {"language": language})


def is_rung_in(tx: Any, id: str) -> str:
    return language_of(tx, tx.one(table, id))


async def looks(floor: Floor) -> None:
    """The router has looked for customers whose turn it is."""
    number = floor.router.look_around()

    async def done() -> bool:
        return floor.router.looked >= number

    await floor.until(done)
    await floor.jobs_done()


def has_skill(tx: Any, agent_id: str, skill: str, level: int) -> None:
    tx.execute(sa.delete(agent_skills).where(agent_skills.c.agent_id == agent_id, agent_skills.c.skill == skill))
    if level:
        tx.insert(agent_skills, agent_id=agent_id, skill=skill, level=level)
    tx.emit(OrganizationChanged(id="agents"))


def no_longer_serves(tx: Any, agent_id: str) -> None:
    """The agent works in billing no more."""
    tx.execute(sa.delete(agent_queues).where(agent_queues.c.agent_id == agent_id, agent_queues.c.queue == "billing"))
    tx.emit(OrganizationChanged(id="agents"))


async def another_for(floor: Floor, number: str = ANA, **more: Any) -> str:
    """A call-back for another customer who may be phoned on that number as well."""

    def booked(tx: Any) -> str:
        who = identify(tx, "email", f"relative{floor.count()}@example.com").customer.id
        about = {"customer_id": who, "queue": "billing", "number": number} | more
        return str(callbacks.request_callback(tx, **about))

    return str(await floor.desk.transact(SYSTEM, booked))


async def first_customers(floor: Floor) -> None:
    await says(floor, QueueCallbacks(key="1", first="customer", gap=600))


async def comes(floor: Floor, id: str) -> Any:
    """The customer is rung, presses a key, and waits; the call."""
    before = len(floor.carrier.rung)
    floor.router.look_around()
    await floor.until(partial(rung, floor, before + 1))
    (call,) = await floor.rows(calls_table, callback_id=id)
    await floor.jobs_done()
    leg = f"leg-{before + 1}"
    await customer_leg(floor, call.id, leg, LegState.ANSWERED)
    await floor.desk.transact(SYSTEM, customer_chose, call_id=call.id, leg=leg, pressed=True)
    await floor.jobs_done()
    return call


def caller_hangs_up(tx: Any, call_id: str) -> None:
    calls.caller_left(tx, carrier_id=tx.one(calls_table, call_id).carrier_id)
