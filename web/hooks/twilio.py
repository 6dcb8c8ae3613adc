"""web/hooks/twilio.py: Twilio's webhooks: calls and their turns, waiting, the legs that we rang, and texts.

    /twilio/voice                         a call: greeting and menu
    /twilio/voice/step/{call}?turn=N      the caller's answer to question N
    /twilio/voice/wait/{call}             asked again and again while the caller waits in the room
    /twilio/voice/hold/{call}             what a party on hold hears
    /twilio/voice/status                  the caller's call has ended
    /twilio/voice/agent/{call}[/status]   a leg that we rang was answered; how far it has come
    /twilio/sms, /twilio/sms/status       a text came in; how far one of ours came

Nothing is answered before the commit. A webhook that comes twice finds its call, turn or text done
already and is told the same again. A caller never hears a technical error: what goes wrong is
said in a sentence. A report that could not be taken down is answered as failed, so that the carrier
knows.
"""

import asyncio

from aiohttp import web
from multidict import MultiMapping

from channels import sms
from channels.voice import twiml
from channels.voice.music import hold_music
from channels.voice.twilio import LegState, leg_state
from desk.callers import TooManyCalls
from desk.calls import CallTurn, agent_leg_changed, caller_left, start_call, step_call, wait_facts
from desk.errors import CarelineError, Unavailable
from desk.log import log
from desk.messages import delivery_reported
from desk.transaction import Actor
from ivr.engine import Digits, Input, NoInput
from web.edge import desk
from web.hooks.signed import signed_form

routes = web.RouteTableDef()

_TWILIO = Actor(kind="carrier", id="twilio")
_GOING_ON = frozenset({LegState.RINGING, LegState.ANSWERED})


@routes.post("/twilio/voice")
async def voice(request: web.Request) -> web.Response:
    form = await _signed(request)
    about = {"carrier_id": _leg_id(form), "from_number": _number(form, "From"), "to_number": _number(form, "To")}
    try:
        turn = await desk(request).transact(_TWILIO, start_call, **about)
    except TooManyCalls as error:
        log.warning("caller_rings_too_often")
        return _xml(twiml.too_often(error.language))
    except CarelineError:
        return _xml(twiml.sorry("en"))
    return _next(request, turn)


@routes.post("/twilio/voice/step/{call_id}")
async def step(request: web.Request) -> web.Response:
    form = await _signed(request)
    keys = _text(form, "Digits")
    answer: Input = Digits(keys) if keys else NoInput()
    asked = request.query.get("turn", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else -1
    try:
        turn = await desk(request).transact(_TWILIO, step_call, call_id=_call(request), turn=number, answer=answer)
    except CarelineError:
        return _xml(twiml.sorry("en"))
    return _next(request, turn)


@routes.post("/twilio/voice/wait/{call_id}")
async def wait(request: web.Request) -> web.Response:
    await _signed(request)
    try:
        facts = await desk(request).read(_TWILIO, wait_facts, _call(request))
    except CarelineError:
        return _xml(twiml.music(_music_url(request)))
    return _xml(
        twiml.waiting(
            position=facts.position,
            wait_low_s=facts.wait_low_s,
            wait_high_s=facts.wait_high_s,
            language=facts.language,
            music_url=_music_url(request),
        )
    )


@routes.post("/twilio/voice/hold/{call_id}")
async def hold(request: web.Request) -> web.Response:
    await _signed(request)
    try:
        facts = await desk(request).read(_TWILIO, wait_facts, _call(request))
    except CarelineError:
        return _xml(twiml.music(_music_url(request)))
    return _xml(twiml.hold(music_url=_music_url(request), language=facts.language))


@routes.post("/twilio/voice/status")
async def status(request: web.Request) -> web.Response:
    form = await _signed(request)
    if leg_state(_text(form, "CallStatus")) not in _GOING_ON:
        await desk(request).transact(_TWILIO, caller_left, carrier_id=_leg_id(form))
    return _xml("")


@routes.post("/twilio/voice/agent/{call_id}")
async def agent(request: web.Request) -> web.Response:
    form = await _signed(request)
    wanted = await _leg(request, form, LegState.ANSWERED)
    return _xml(twiml.join_room(_call(request)) if wanted else twiml.hangup())


@routes.post("/twilio/voice/agent/{call_id}/status")
async def agent_status(request: web.Request) -> web.Response:
    form = await _signed(request)
    await _leg(request, form, leg_state(_text(form, "CallStatus")))
    return _xml("")


@routes.get("/twilio/voice/music.wav")
async def music(request: web.Request) -> web.Response:
    sound = await asyncio.to_thread(hold_music)
    return web.Response(body=sound, content_type="audio/wav", headers={"Cache-Control": "public, max-age=86400"})


@routes.post("/twilio/sms")
async def text(request: web.Request) -> web.Response:
    form = await _signed(request)
    try:
        arrival = sms.arrival(form)
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    await desk(request).intake.receive(_TWILIO, arrival)
    return _xml(twiml.nothing())


@routes.post("/twilio/sms/status")
async def text_status(request: web.Request) -> web.Response:
    form = await _signed(request)
    try:
        external_id, delivery, reason = sms.delivery(form)
    except ValueError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    await desk(request).transact(
        _TWILIO, delivery_reported, channel="sms", external_id=external_id, delivery=delivery, reason=reason
    )
    return _xml("")


async def _signed(request: web.Request) -> MultiMapping[str]:
    settings = desk(request).settings
    return await signed_form(request, auth_token=settings.twilio_auth_token, public_url=settings.public_url)


async def _leg(request: web.Request, form: MultiMapping[str], state: LegState) -> bool:
    """Reports a leg that we rang; whether it is still wanted in its room.

    Raises:
        Unavailable: nothing was taken down. The carrier is told so: it must not believe the report heard,
            nor hang up on an agent who may be wanted.
    """
    try:
        return await desk(request).transact(
            _TWILIO, agent_leg_changed, call_id=_call(request), leg=_leg_id(form), state=state
        )
    except Unavailable:
        raise
    except CarelineError:
        return False


def _next(request: web.Request, turn: CallTurn) -> web.Response:
    doors = f"{desk(request).settings.public_url}/twilio/voice"
    return _xml(
        twiml.render(
            turn.instructions,
            action_url=f"{doors}/step/{turn.call_id}?turn={turn.turn}",
            room=turn.call_id,
            wait_url=f"{doors}/wait/{turn.call_id}",
        )
    )


def _call(request: web.Request) -> str:
    return request.match_info["call_id"][:64]


def _leg_id(form: MultiMapping[str]) -> str:
    """The carrier's name for the leg that it speaks of.

    Raises:
        HTTPBadRequest: there is none; two calls without a name would be taken for one.
    """
    sid = _text(form, "CallSid")
    if not sid:
        raise web.HTTPBadRequest(text="no CallSid")
    return sid


def _number(form: MultiMapping[str], name: str) -> str:
    """Who rings, or whom; blank where the caller withholds it.

    Raises:
        HTTPBadRequest: the form does not speak of it: it is no call.
    """
    if name not in form:
        raise web.HTTPBadRequest(text=f"no {name}")
    return _text(form, name)


def _text(form: MultiMapping[str], name: str) -> str:
    return form.get(name, "").replace("\0", "").strip()[:64]


def _music_url(request: web.Request) -> str:
    return f"{desk(request).settings.public_url}/twilio/voice/music.wav"


def _xml(document: str) -> web.Response:
    return web.Response(text=document, content_type="text/xml")
