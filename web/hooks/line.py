"""web/hooks/line.py: callers in line: their place and music in the room, and outside it the key that leaves the line.

    /twilio/voice/wait/{call}       asked again and again while the caller waits in the room
    /twilio/voice/hold/{call}       the same while an agent has them on hold; whoever was passed on waits as all do
    /twilio/voice/line/{call}       outside it, where keys count: the offer, a while of music, then back into the room
    /twilio/voice/line/{call}/key   they have pressed one

Nothing is answered before the commit; a key that comes twice is told the same again. Where we cannot say anything,
the caller waits on in the room.
"""

from collections.abc import Awaitable

from aiohttp import web

from channels.voice import twiml
from channels.voice.spoken import place_in_queue, sentence
from desk.callbacks.leaving_the_line import InLine, Told, ask, in_line, leave
from desk.floor.lookout import Lookout
from desk.kernel.errors import CarelineError, NotFound
from ivr.instructions import Hangup, Play, Say
from web.edge import desk
from web.hooks.forms import TWILIO, call_of, doors, signed, text_of, xml

routes = web.RouteTableDef()

#: So many times the music is played to the end while a key counts.
_TIMES = 3
_GOODBYE = {Told.TAKEN: "call_back_soon", Told.LATER: "call_back_later"}


@routes.post("/twilio/voice/wait/{call_id}")
async def wait(request: web.Request) -> web.Response:
    await signed(request)
    try:
        at = await _in_line(request)
    except CarelineError:
        return xml(twiml.music(_music(request)))
    return _place(request, at) or xml(twiml.render([Play(url=_music(request))]))


@routes.post("/twilio/voice/hold/{call_id}")
async def hold(request: web.Request) -> web.Response:
    await signed(request)
    try:
        at = await _in_line(request)
    except CarelineError:  # asked again when it has played: the next time we may know
        return xml(twiml.render([Play(url=_music(request))]))
    return _place(request, at) or xml(twiml.hold(music_url=_music(request), language=at.language))


@routes.post("/twilio/voice/line/{call_id}")
async def line(request: web.Request) -> web.Response:
    await signed(request)
    return await _told(request, desk(request).read(TWILIO, in_line, call_of(request), desk(request).kept(Lookout)))


@routes.post("/twilio/voice/line/{call_id}/key")
async def key(request: web.Request) -> web.Response:
    pressed = text_of(await signed(request), "Digits")
    return await _told(request, desk(request).transact(TWILIO, leave, call_of(request), pressed))


async def _in_line(request: web.Request) -> InLine:
    """What the caller is to hear now; who is to hear how the line may be left is led there."""
    at = await desk(request).read(TWILIO, in_line, call_of(request), desk(request).kept(Lookout))
    if at.asks:
        await desk(request).transact(TWILIO, ask, call_of(request))
    return at


def _place(request: web.Request, at: InLine) -> web.Response | None:
    """The caller's place, or music alone for who is about to hear more; None for who does not wait."""
    if at.asks:
        return xml(twiml.render([Play(url=_music(request))]))
    if at.facts is None:
        return None
    return xml(
        twiml.waiting(
            position=at.facts.position,
            wait_low_s=at.facts.wait_low_s,
            wait_high_s=at.facts.wait_high_s,
            language=at.language,
            music_url=_music(request),
        )
    )


async def _told(request: web.Request, asked: Awaitable[InLine]) -> web.Response:
    """What the caller hears."""
    try:
        at = await asked
    except NotFound:
        return xml(twiml.hangup())
    except CarelineError:
        return _back(request)
    match at.told:
        case Told.WAIT if at.facts is not None:
            return _waits(request, at)
        case Told.IMPOSSIBLE:
            return _back(request, Say(text=sentence("no_call_back", at.language), language=at.language))
        case Told.TAKEN | Told.LATER:
            words = Say(text=sentence(_GOODBYE[at.told], at.language), language=at.language)
            return xml(twiml.render([words, Hangup()]))
        case Told.TALK:
            return xml(twiml.join_room(call_of(request), label=""))
        case Told.ROOM:
            return _back(request)
        case _:
            return xml(twiml.hangup())


def _waits(request: web.Request, at: InLine) -> web.Response:
    """Their place, and how the line may be left, if it may."""
    assert at.facts is not None
    if at.key is None:
        return _back(request)
    place = place_in_queue(at.facts.position, at.facts.wait_low_s, at.facts.wait_high_s, at.language)
    offer = sentence("leave_line", at.language, digit=at.key)
    return xml(
        twiml.may_leave(
            [Say(text=text, language=at.language) for text in (place, offer)],
            times=_TIMES,
            music_url=_music(request),
            key_url=f"{doors(request)}/line/{call_of(request)}/key",
            room=call_of(request),
            wait_url=f"{doors(request)}/wait/{call_of(request)}",
        )
    )


def _music(request: web.Request) -> str:
    return f"{doors(request)}/music.wav"


def _back(request: web.Request, *sentences: Say) -> web.Response:
    call_id = call_of(request)
    return xml(twiml.back_in_line(sentences, room=call_id, wait_url=f"{doors(request)}/wait/{call_id}"))
