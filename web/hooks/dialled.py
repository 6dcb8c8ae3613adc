"""web/hooks/dialled.py: a customer whom we rang: what they hear who pick up, and what became of those who did not.

    /twilio/voice/customer/{call}          somebody, or something, has answered
    /twilio/voice/customer/{call}/key      whoever was asked for a key has pressed one, or none
    /twilio/voice/customer/{call}/status   how far the leg has come

Nothing is answered before the commit; what comes twice is told the same again.
"""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from channels.protocol import LegState
from channels.voice import twiml
from channels.voice.spoken import sentence
from channels.voice.twilio import leg_state
from desk.calls.customer_legs import Next, Turn, customer_chose, customer_leg_changed
from desk.kernel.errors import CarelineError, Unavailable
from ivr.instructions import Gather, Say
from web.edge import desk
from web.hooks.forms import TWILIO, call_of, doors, leg_of, signed, text_of, xml

routes = web.RouteTableDef()

#: So long may somebody look for a key after the question; who speaks on an answering machine's tape ends sooner.
_KEY_WITHIN_S = 8


@routes.post("/twilio/voice/customer/{call_id}")
async def answered(request: web.Request) -> web.Response:
    form = await signed(request)
    turn = await _turn(request, customer_leg_changed, leg=leg_of(form), state=LegState.ANSWERED)
    return _said(request, turn)


@routes.post("/twilio/voice/customer/{call_id}/key")
async def key(request: web.Request) -> web.Response:
    form = await signed(request)
    turn = await _turn(request, customer_chose, leg=leg_of(form), pressed=bool(text_of(form, "Digits")))
    return _said(request, turn)


@routes.post("/twilio/voice/customer/{call_id}/status")
async def status(request: web.Request) -> web.Response:
    form = await signed(request)
    state = leg_state(text_of(form, "CallStatus"))
    if state is not LegState.ANSWERED:  # who answers is told of at the door, where it is said what they hear
        await _turn(request, customer_leg_changed, leg=leg_of(form), state=state)
    return xml("")


async def _turn(request: web.Request, use_case: Callable[..., Turn], **about: Any) -> Turn | None:
    """What comes next; None for a call that is none of ours.

    Raises:
        Unavailable: nothing was taken down, and the carrier must not believe that it was.
    """
    try:
        turn: Turn = await desk(request).transact(TWILIO, use_case, call_id=call_of(request), **about)
    except Unavailable:
        raise
    except CarelineError:
        return None
    return turn


def _said(request: web.Request, turn: Turn | None) -> web.Response:
    """What they hear."""
    call_id = call_of(request)
    match turn.next if turn is not None else Next.NOTHING:
        case Next.TALK:
            return xml(twiml.wait_in_room(call_id, wait_url=f"{doors(request)}/wait/{call_id}"))
        case Next.ASK if turn is not None:
            question = Say(text=sentence("call_back", turn.language, name=turn.name), language=turn.language)
            ask = Gather(prompts=(question,), timeout_s=_KEY_WITHIN_S, finish_on="")
            return xml(twiml.render([ask], action_url=f"{doors(request)}/customer/{call_id}/key"))
        case Next.SORRY if turn is not None:
            return xml(twiml.sorry(turn.language))
        case _:
            return xml(twiml.hangup())
