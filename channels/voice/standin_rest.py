"""channels/voice/standin_rest.py: the part of Twilio's REST interface that we use, as the stand-in serves it.

Calls (create, list, read, change), conferences (list, read), their participants (list, read, change,
remove) and messages (create), behind Basic authentication, with Twilio's error codes.
"""

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from typing import Any

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from channels.sms import MOST_CHARACTERS
from channels.voice.numbers import CLIENT, normalise
from channels.voice.standin_exchange import Exchange
from channels.voice.standin_line import ENDED, Line
from channels.voice.standin_room import Member, Room

EXCHANGE: web.AppKey[Exchange] = web.AppKey("exchange", Exchange)

routes = web.RouteTableDef()
_BASE = "/2010-04-01/Accounts/{account}"

Form = MultiDictProxy[str]
Handler = Callable[[Exchange, web.Request, Form], Awaitable[web.Response]]


class _Refused(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        self.status, self.code, self.message = status, code, message


def _door(method: str, path: str) -> Callable[[Handler], Handler]:
    """Serves a path of the account: authenticated, and with Twilio's errors."""

    def decorate(handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            exchange = request.app[EXCHANGE]
            try:
                _authenticate(exchange, request)
                await _obstruct(exchange)
                return await handler(exchange, request, await _form(request))
            except _Refused as error:
                return web.json_response(
                    {"code": error.code, "message": error.message, "status": error.status}, status=error.status
                )

        routes.route(method, _BASE + path)(handle)
        return handler

    return decorate


def _authenticate(exchange: Exchange, request: web.Request) -> None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        user = password = ""
    secret = exchange.keys.get(user, "")
    if scheme != "Basic" or not secret or not hmac.compare_digest(secret.encode(), password.encode()):
        raise _Refused(401, 20003, "Authenticate")
    if request.match_info["account"] != exchange.account_sid:
        raise _Refused(404, 20404, "The requested resource was not found")


async def _obstruct(exchange: Exchange) -> None:
    """Misbehaves once for each entry of `refusals`."""
    if not exchange.refusals:
        return
    status, code = exchange.refusals.pop(0)
    if not status:
        await asyncio.get_running_loop().create_future()  # never answers; ends when the asker gives up
    raise _Refused(status, code, "as told")


async def _form(request: web.Request) -> Form:
    return MultiDictProxy(MultiDict((name, str(value)) for name, value in (await request.post()).items()))


@_door("POST", "/Calls.json")
async def _create_call(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    to, from_ = form.get("To", ""), form.get("From", "")
    if not CLIENT.fullmatch(to) and normalise(to) != to:
        raise _Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if normalise(from_) != from_:
        raise _Refused(400, 21212, f"Invalid 'From' Phone Number: {from_}")
    if not form.get("Url") and not form.get("Twiml"):
        raise _Refused(400, 21205, "Url parameter is required")
    line = exchange.ring(
        to=to,
        from_=from_,
        url=form.get("Url", ""),
        twiml=form.get("Twiml", ""),
        timeout_s=float(form.get("Timeout", "60")),
        status_url=form.get("StatusCallback", ""),
        events=form.getall("StatusCallbackEvent", ["completed"]),
    )
    return web.json_response(_call(exchange, line), status=201)


@_door("GET", "/Calls.json")
async def _list_calls(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    status = request.query.get("Status")
    found = [_call(exchange, line) for line in reversed(exchange.lines.values()) if status in (None, line.status)]
    return _page(request, "calls", found)


@_door("GET", "/Calls/{sid}.json")
async def _read_call(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    return web.json_response(_call(exchange, _line(exchange, request)))


@_door("POST", "/Calls/{sid}.json")
async def _change_call(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    line = _line(exchange, request)
    status, document, url = form.get("Status", ""), form.get("Twiml", ""), form.get("Url", "")
    if line.status in ENDED:
        raise _Refused(400, 21220, "Call is not in-progress. Cannot redirect.")
    if status in ("completed", "canceled"):
        ringing = line.status in ("queued", "ringing") and line.direction != "inbound"
        exchange.spawn(line.finish("canceled" if ringing else "completed"))
    elif line.status != "in-progress":
        raise _Refused(400, 21220, "Call is not in-progress. Cannot redirect.")
    elif document:
        line.play(document)
    elif url:
        line.begin(url, form.get("Method", "POST"))
    return web.json_response(_call(exchange, line))


@_door("GET", "/Conferences.json")
async def _list_conferences(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    name, status = request.query.get("FriendlyName"), request.query.get("Status")
    found = [
        _conference(exchange, room)
        for room in reversed(exchange.rooms)
        if name in (None, room.name) and status in (None, room.status)
    ]
    return _page(request, "conferences", found)


@_door("GET", "/Conferences/{conference}.json")
async def _read_conference(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    return web.json_response(_conference(exchange, _room(exchange, request)))


@_door("GET", "/Conferences/{conference}/Participants.json")
async def _list_participants(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    room = _room(exchange, request)
    return _page(request, "participants", [_participant(exchange, room, one) for one in room.members.values()])


@_door("GET", "/Conferences/{conference}/Participants/{who}.json")
async def _read_participant(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    room = _room(exchange, request)
    return web.json_response(_participant(exchange, room, _member(room, request)))


@_door("POST", "/Conferences/{conference}/Participants/{who}.json")
async def _change_participant(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    room = _room(exchange, request)
    member = _member(room, request)
    if "HoldUrl" in form:
        member.hold_url, member.hold_method = form["HoldUrl"], form.get("HoldMethod", "GET")
    if "Hold" in form:
        member.hold = form["Hold"].lower() == "true"
    if "Muted" in form:
        member.muted = form["Muted"].lower() == "true"
    if "Coaching" in form:
        member.coaches = form.get("CallSidToCoach", "") if form["Coaching"].lower() == "true" else ""
    exchange.bell.ring()
    return web.json_response(_participant(exchange, room, member))


@_door("DELETE", "/Conferences/{conference}/Participants/{who}.json")
async def _remove_participant(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    room = _room(exchange, request)
    room.leave(_member(room, request).call_sid)
    exchange.bell.ring()
    return web.Response(status=204)


@_door("POST", "/Messages.json")
async def _create_message(exchange: Exchange, request: web.Request, form: Form) -> web.Response:
    to, body = form.get("To", ""), form.get("Body", "")
    if normalise(to) != to:
        raise _Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not form.get("From"):
        raise _Refused(400, 21603, "A 'From' phone number is required.")
    if not body:
        raise _Refused(400, 21602, "Message body is required.")
    if len(body) > MOST_CHARACTERS:
        raise _Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    text = exchange.send(to=to, from_=form["From"], body=body, status_url=form.get("StatusCallback", ""))
    told = {"sid": text.sid, "account_sid": exchange.account_sid, "to": to, "from": text.from_, "status": text.status}
    return web.json_response(told | {"body": body, "direction": "outbound-api", "num_media": "0"}, status=201)


def _line(exchange: Exchange, request: web.Request) -> Line:
    line = exchange.lines.get(request.match_info["sid"])
    if line is None:
        raise _Refused(404, 20404, "The requested resource was not found")
    return line


def _room(exchange: Exchange, request: web.Request) -> Room:
    for room in exchange.rooms:
        if room.sid == request.match_info["conference"]:
            return room
    raise _Refused(404, 20404, "The requested resource was not found")


def _member(room: Room, request: web.Request) -> Member:
    member = room.member(request.match_info["who"])
    if member is None:
        raise _Refused(404, 20404, "The requested resource was not found")
    return member


def _call(exchange: Exchange, line: Line) -> dict[str, Any]:
    return {
        "sid": line.sid,
        "account_sid": exchange.account_sid,
        "to": line.to,
        "from": line.from_,
        "status": line.status,
        "direction": line.direction,
        "end_time": format_datetime(line.ended_at) if line.ended_at else None,
    }


def _conference(exchange: Exchange, room: Room) -> dict[str, Any]:
    return {"sid": room.sid, "account_sid": exchange.account_sid, "friendly_name": room.name, "status": room.status}


def _participant(exchange: Exchange, room: Room, member: Member) -> dict[str, Any]:
    return {
        "call_sid": member.call_sid,
        "conference_sid": room.sid,
        "account_sid": exchange.account_sid,
        "label": member.label or None,
        "muted": member.muted,
        "hold": member.hold,
        "coaching": bool(member.coaches),
        "call_sid_to_coach": member.coaches or None,
        "start_conference_on_enter": member.starts,
        "end_conference_on_exit": member.ends,
        "status": "connected",
    }


def _page(request: web.Request, name: str, items: list[dict[str, Any]]) -> web.Response:
    size, page = (_count(request, name, usual) for name, usual in (("PageSize", 50), ("Page", 0)))
    shown = items[page * size : (page + 1) * size]
    rest = request.rel_url.update_query(Page=page + 1, PageSize=size) if len(items) > (page + 1) * size else None
    told = {"page": page, "page_size": size, "uri": str(request.rel_url), "next_page_uri": rest and str(rest)}
    return web.json_response({name: shown} | told)


def _count(request: web.Request, name: str, usual: int) -> int:
    given = request.query.get(name, "")
    return int(given) if given.isascii() and given.isdigit() else usual
