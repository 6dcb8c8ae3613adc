"""The server's clock is put back: what was decided by it goes on by the time that it has now."""

from datetime import timedelta

from desk.work import offers
from tests.integration.floor import Floor

HOUR = timedelta(hours=1)


async def test_who_declines_after_a_clock_was_put_back_rests_from_it_as_ever(floor: Floor):
    ana = await floor.agent(1)
    first = (await floor.writes()).interaction_id
    await ana.takes_next()
    await ana.wraps_up(first)
    floor.clock.advance(-HOUR)
    await floor.writes()

    offer = await ana.next_offer()
    await ana.does(offers.decline, offer.id)
    await floor.settles()
    assert await ana.offer() is None
    floor.clock.advance(timedelta(seconds=59))
    await floor.looks_around()
    assert await ana.offer() is None

    floor.clock.advance(timedelta(seconds=1))
    await floor.looks_around()
    assert (await ana.next_offer()).work_item_id == offer.work_item_id
