"""How an installation reaches the outside: by what its settings name, and by nothing else."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from channels.errors import Rejected
from channels.types import Outgoing
from desk.kernel.clock import ManualClock
from desk.kernel.desk import Desk
from desk.kernel.settings import Settings
from web.ways_out import open_ways_out


def desk_with(folder: Path, clock: ManualClock, **settings: Any) -> Desk:
    return Desk(Settings(data_dir=folder, secret_key="x", **settings), clock=clock)


async def test_nothing_set_is_no_way_out(tmp_path: Path, manual_clock: ManualClock) -> None:
    async with AsyncExitStack() as stack:
        out = await open_ways_out(desk_with(tmp_path, manual_clock), stack, countries=())

    assert not out.channels and out.carrier is None


async def test_a_relay_and_an_account_are_mail_texts_and_calls(tmp_path: Path, manual_clock: ManualClock) -> None:
    named = {"smtp_url": "smtp://127.0.0.1:2525", "twilio_account_sid": "AC1", "twilio_auth_token": "t"}
    async with AsyncExitStack() as stack:
        out = await open_ways_out(desk_with(tmp_path, manual_clock, **named), stack, countries=())

        assert set(out.channels) == {"email", "sms"} and out.carrier is not None


async def test_the_carrier_in_memory_takes_texts_and_dials_where_the_organization_does(
    tmp_path: Path, manual_clock: ManualClock
) -> None:
    desk = desk_with(tmp_path, manual_clock, voice_carrier="memory")
    countries = {"GB"}
    async with AsyncExitStack() as stack:
        out = await open_ways_out(desk, stack, countries=countries)
        assert desk.settings.twilio_api_base_url.startswith("http://127.0.0.1:")
        assert desk.settings.twilio_auth_token

        text = Outgoing(message_id="1", interaction_id="2", sender="+442079460100", to="+442079460111", text="Hello")
        assert (await out.channels["sms"].send(text)).startswith("SM")
        assert out.carrier is not None
        assert await out.carrier.originate("room", "+442079460111", caller="+442079460100")
        countries.clear()
        countries.add("DE")
        with pytest.raises(Rejected):
            await out.carrier.originate("room", "+442079460111", caller="+442079460100")
