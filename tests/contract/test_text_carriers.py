"""What every carrier of texts must do: hand over once, say honestly how far it came, refuse in our words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from channels.errors import Rejected, Unauthorised, Unavailable
from channels.sms import TwilioSms, delivery
from channels.twilio_account import TwilioAccount
from channels.types import Attachment, Delivery, Outgoing
from channels.voice.twilio_standin import TwilioStandin, start_memory_carrier
from desk.kernel.clock import SystemClock
from tests.contract.voice_house import House

ANA = "+493023125001"
OUR_NUMBER = "+493023125000"


class Stage:
    def __init__(self, network: TwilioStandin, house: House) -> None:
        self.network = network
        self.house = house
        self.account = self.account_with()
        self.channel = TwilioSms(self.account, public_url=house.public_url)

    def account_with(self, **changes: object) -> TwilioAccount:
        about = {"account_sid": "AC1", "auth_token": "secret", "base_url": self.network.base_url} | changes
        return TwilioAccount(**about)  # type: ignore[arg-type]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    house = House("secret")
    async with TestServer(house.app()) as server:
        house.public_url = str(server.make_url("")).rstrip("/")
        async with TwilioStandin("AC1", "secret", now=SystemClock().now, public_url=house.public_url) as network:
            ready = Stage(network, house)
            yield ready
            await ready.account.close()
            assert network.problems == []


def text(body: str = "Ihr Paket ist da. 📦", to: str = ANA, **more: Any) -> Outgoing:
    return Outgoing(message_id="m1", interaction_id="i1", sender=OUR_NUMBER, to=to, text=body, **more)


async def reports(stage: Stage, count: int) -> list[tuple[Delivery, str]]:
    await stage.network.bell.until(lambda: len(stage.house.forms) >= count, 5)
    return [delivery(form)[1:] for path, form in stage.house.forms if path == "/twilio/sms/status"]  # type: ignore[arg-type]


async def test_a_text_is_handed_over_and_reported_until_it_is_delivered(stage: Stage):
    sid = await stage.channel.send(text())

    sent = await stage.network.wait_for_message(ANA, "Paket")
    assert (sent.sid, sent.from_, sent.body) == (sid, OUR_NUMBER, "Ihr Paket ist da. 📦")
    assert await reports(stage, 2) == [(Delivery.HANDED_OVER, ""), (Delivery.DELIVERED, "")]
    assert stage.house.told("/twilio/sms/status", "MessageSid") == [sid, sid]


async def test_a_text_that_does_not_arrive_says_why(stage: Stage):
    stage.network.texts_end[ANA] = ("undelivered", "30003")

    await stage.channel.send(text())

    assert (await reports(stage, 2))[-1] == (Delivery.BOUNCED, "the telephone could not be reached")


async def test_texts_come_in_signed_and_the_same_one_may_come_twice(stage: Stage):
    assert await stage.network.text(ANA, OUR_NUMBER, " Hallo & <tschüss> 你好 ", sid="SM7") == 200
    assert await stage.network.text(ANA, OUR_NUMBER, " Hallo & <tschüss> 你好 ", sid="SM7") == 200
    assert await stage.network.text(ANA, OUR_NUMBER, "", media=[("https://a/b", "image/jpeg")]) == 200

    assert stage.house.told("/twilio/sms", "MessageSid")[:2] == ["SM7", "SM7"]
    assert stage.house.told("/twilio/sms", "Body")[0] == " Hallo & <tschüss> 你好 "
    assert stage.house.refused == 0


async def test_a_webhook_signed_by_somebody_else_is_refused(stage: Stage):
    stage.network.auth_token = "another"  # a wrong one, on purpose

    assert await stage.network.text(ANA, OUR_NUMBER, "Hallo") == 403
    assert stage.house.refused == 1
    assert len(stage.network.problems) == 1
    stage.network.problems.clear()


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (text(to="Paketdienst"), "international form"),
        (text(body=""), "empty"),
        (text(body=" \n"), "empty"),
        (text(body="a" * 1601), "longer than"),
        (text(attachments=(Attachment(name="a.pdf", type="application/pdf", size=1, blob="b"),)), "files"),
    ],
)
async def test_what_cannot_be_texted_is_refused_in_plain_words(stage: Stage, message: Outgoing, why: str):
    with pytest.raises(Rejected, match=why):
        await stage.channel.send(message)

    assert stage.network.sent_messages == []


async def test_the_carriers_refusals_are_ours(stage: Stage):
    stage.network.refusals = [(400, 21610), (400, 99999), (401, 20003), (429, 20429), (502, 0)]

    with pytest.raises(Rejected, match="asked for no more texts"):
        await stage.channel.send(text())
    with pytest.raises(Rejected, match="as told"):
        await stage.channel.send(text())
    with pytest.raises(Unauthorised):
        await stage.channel.send(text())
    for _ in range(2):
        with pytest.raises(Unavailable):
            await stage.channel.send(text())


async def test_a_carrier_that_says_nothing_is_unavailable_in_time(stage: Stage):
    stage.network.refusals = [(0, 0)]
    account = stage.account_with(time_limit_s=0.05)

    with pytest.raises(Unavailable, match="in time"):
        await TwilioSms(account, public_url=stage.house.public_url).send(text())
    await account.close()
    await account.close()


async def test_a_carrier_that_is_not_there_is_unavailable(stage: Stage):
    account = stage.account_with(base_url="http://127.0.0.1:1")

    with pytest.raises(Unavailable, match="reached"):
        await TwilioSms(account, public_url=stage.house.public_url).send(text())
    await account.close()


@pytest.mark.parametrize(
    "credentials",
    [{"auth_token": "wrong"}, {"auth_token": ""}, {"api_key": "SK1", "api_secret": "wrong"}, {"account_sid": ""}],
)
async def test_wrong_credentials_are_for_a_person_to_look_at(stage: Stage, credentials: dict[str, str]):
    account = stage.account_with(**credentials)

    with pytest.raises(Unauthorised):
        await TwilioSms(account, public_url=stage.house.public_url).send(text())
    await account.close()


async def test_an_api_key_opens_the_account(stage: Stage):
    stage.network.keys = {"SK1": "key secret"}
    account = stage.account_with(auth_token="", api_key="SK1", api_secret="key secret")

    assert (await TwilioSms(account, public_url=stage.house.public_url).send(text())).startswith("SM")
    await account.close()


async def test_the_memory_carrier_makes_up_what_it_is_not_given(stage: Stage):
    memory = await start_memory_carrier(public_url=stage.house.public_url, now=SystemClock().now)
    account = TwilioAccount(account_sid=memory.account_sid, auth_token=memory.auth_token, base_url=memory.base_url)

    await TwilioSms(account, public_url="").send(text())

    assert (await memory.wait_for_message(ANA)).body.startswith("Ihr Paket")
    await account.close()
    await memory.stop()
    await memory.stop()
