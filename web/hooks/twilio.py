"""web/hooks/twilio.py: Twilio's webhooks: calls and their turns, waiting, the legs that we rang, and texts.

    /twilio/voice                         a call: greeting and menu
    /twilio/voice/step/{call}?turn=N      the caller's answer to question N
    /twilio/voice/wait, …/line, …/hold    callers in line and on hold: `web/hooks/line.py`
    /twilio/voice/status                  the caller's call has ended
    /twilio/voice/agent/{call}[/status]   an agent's leg that we rang was answered; how far it has come
    /twilio/voice/agent/{call}/over       its room is over, and the agent has not hung up
    /twilio/voice/ringing/{call}          what an agent hears while the customer's telephone rings
    /twilio/voice/customer/…              a customer's leg that we rang: `web/hooks/dialled.py`
    /twilio/sms, /twilio/sms/status       a text came in; how far one of ours came

Nothing is answered before the commit. A webhook that comes twice finds its call, turn or text done
already and is told the same again. A caller never hears a technical error: what goes wrong is
said in a sentence. A report that could not be taken down is answered as failed, so that the carrier
knows.
"""

import asyncio
from contextlib import suppress

from aiohttp import web
from multidict import MultiMapping

from channels import sms
from channels.protocol import LegState
from channels.voice import twiml
from channels.voice.music import hold_music, ringing_tone
from channels.voice.twilio import leg_state
from desk.calls import agent_legs
from desk.calls.callers import TooManyCalls
from desk.calls.calls import caller_left, start_call
from desk.calls.customer_legs import is_dialled
from desk.calls.flow_turns import CallTurn, step_call
from desk.contacts.deliveries import delivery_reported
from desk.contacts.intake import receive
from desk.kernel.errors import CarelineError, NotFound, Unavailable
from desk.kernel.log import log
from ivr.engine import Digits, Input, NoInput, Words
from web.edge import desk
from web.hooks.articles import articles
from web.hooks.forms import TWILIO, call_of, doors, leg_of, number_of, signed, text_of, words_of, xml

routes = web.RouteTableDef()

_GOING_ON = frozenset({LegState.RINGING, LegState.ANSWERED})


@routes.post("/twilio/voice")
async def voice(request: web.Request) -> web.Response:
    form = await signed(request)
    about = {"carrier_id": leg_of(form), "from_number": number_of(form, "From"), "to_number": number_of(form, "To")}
    try:
        turn = await desk(request).transact(TWILIO, start_call, **about, articles=articles(request))
    except TooManyCalls as error:
        log.warning("caller_rings_too_often")
        return xml(twiml.too_often(error.language))
    except CarelineError:
        return xml(twiml.sorry("en"))
    return _next(request, turn)


@routes.post("/twilio/voice/step/{call_id}")
async def step(request: web.Request) -> web.Response:
    form = await signed(request)
    keys, words = text_of(form, "Digits"), words_of(form)
    answer: Input = Digits(keys) if keys else Words(words) if words else NoInput()
    asked = request.query.get("turn", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else -1
    try:
        turn = await desk(request).transact(
            TWILIO, step_call, call_id=call_of(request), turn=number, answer=answer, articles=articles(request)
        )
    except CarelineError:
        return xml(twiml.sorry("en"))
    return _next(request, turn)


@routes.post("/twilio/voice/status")
async def status(request: web.Request) -> web.Response:
    form = await signed(request)
    if leg_state(text_of(form, "CallStatus")) not in _GOING_ON:
        await desk(request).transact(TWILIO, caller_left, carrier_id=leg_of(form))
    return xml("")


@routes.post("/twilio/voice/agent/{call_id}")
async def agent(request: web.Request) -> web.Response:
    form = await signed(request)
    if not await _leg(request, form, LegState.ANSWERED):
        return xml(twiml.hangup())
    rings = await desk(request).read(TWILIO, is_dialled, call_of(request))
    wait_url = f"{doors(request)}/ringing/{call_of(request)}" if rings else ""
    over_url = f"{doors(request)}/agent/{call_of(request)}/over"
    return xml(twiml.join_room(call_of(request), wait_url=wait_url, over_url=over_url))


@routes.post("/twilio/voice/agent/{call_id}/over")
async def agent_over(request: web.Request) -> web.Response:
    form = await signed(request)
    with suppress(NotFound):
        await desk(request).transact(TWILIO, agent_legs.room_is_over, call_id=call_of(request), leg=leg_of(form))
    return xml(twiml.hangup())


@routes.post("/twilio/voice/agent/{call_id}/status")
async def agent_status(request: web.Request) -> web.Response:
    form = await signed(request)
    await _leg(request, form, leg_state(text_of(form, "CallStatus")))
    return xml("")


@routes.post("/twilio/voice/ringing/{call_id}")
async def ringing(request: web.Request) -> web.Response:
    await signed(request)
    return xml(twiml.music(f"{doors(request)}/ringing.wav"))


@routes.get("/twilio/voice/ringing.wav")
async def ringing_sound(request: web.Request) -> web.Response:
    return _sound(await asyncio.to_thread(ringing_tone))


@routes.get("/twilio/voice/music.wav")
async def music(request: web.Request) -> web.Response:
    return _sound(await asyncio.to_thread(hold_music))


@routes.post("/twilio/sms")
async def text(request: web.Request) -> web.Response:
    form = await signed(request)
    try:
        arrival = sms.arrival(form)
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    await desk(request).gather(TWILIO, receive, arrival)
    return xml(twiml.nothing())


@routes.post("/twilio/sms/status")
async def text_status(request: web.Request) -> web.Response:
    form = await signed(request)
    try:
        external_id, delivery, reason = sms.delivery(form)
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    await desk(request).transact(
        TWILIO, delivery_reported, channel="sms", external_id=external_id, delivery=delivery, reason=reason
    )
    return xml("")


def _sound(sound: bytes) -> web.Response:
    return web.Response(body=sound, content_type="audio/wav", headers={"Cache-Control": "public, max-age=86400"})


async def _leg(request: web.Request, form: MultiMapping[str], state: LegState) -> bool:
    """Reports a leg that we rang; whether it is still wanted in its room.

    Raises:
        Unavailable: nothing was taken down. The carrier is told so: it must not believe the report heard,
            nor hang up on an agent who may be wanted.
    """
    try:
        return await desk(request).transact(
            TWILIO, agent_legs.changed, call_id=call_of(request), leg=leg_of(form), state=state
        )
    except Unavailable:
        raise
    except CarelineError:
        return False


def _next(request: web.Request, turn: CallTurn) -> web.Response:
    return xml(
        twiml.render(
            turn.instructions,
            action_url=f"{doors(request)}/step/{turn.call_id}?turn={turn.turn}",
            room=turn.call_id,
            wait_url=f"{doors(request)}/wait/{turn.call_id}",
        )
    )
