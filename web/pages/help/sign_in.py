"""web/pages/help/sign_in.py: a customer signs in by a link that is sent to them, and out. Works without JavaScript.

    address or number typed ──▶ always the same page ┄┄▶ a link, if we know it ──▶ a button ──▶ signed in

Who types an address is told the same, after the same work, whoever has it: it is looked up later, by a job. Opening a
link changes nothing, as programs that check mail open them too: the button does. Forms of other sites are refused, and
nobody is led anywhere but to pages of ours.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from desk.customer_access.links import PURPOSE, Good, good, use
from desk.customer_access.reachable import Offered, Ways, offered, read_typed
from desk.customer_access.sending import ask
from desk.customer_access.sessions import close_session, holder_of
from desk.kernel.errors import NotFound, Stale
from desk.kernel.tokens import verify
from desk.kernel.transaction import Actor, Rx
from web.edge import desk, form, page
from web.errors import TooMany
from web.limiter import FORMS, LIMITER, client_address, networks
from web.pages.help.feedback import refuse_foreign
from web.pages.help.frame import VISITOR, Shown
from web.pages.help.refusal_words import how_long
from web.pages.help.sign_in_words import masked, sign_in_words
from web.pages.help.visits import is_private, secret_of, set_cookie, take_cookie, visit

routes = web.RouteTableDef()

#: Links that one asker has sent to one address, known to us or not. Nothing counts who asks for an address from
#: everywhere, nor what all ask for together: strangers would use up what customers may. What goes out is bounded.
PER_BOTH, PER_BOTH_DAY = "3/15 minutes", "20/day"
#: Links that are opened from one network address.
OPENED = "30/10 minutes"
_LONGEST_TOKEN = 200


@routes.get("/help/sign-in")
async def show(request: web.Request) -> web.StreamResponse:
    if await visit(request) is not None:
        raise web.HTTPSeeOther(Shown(request).at("/help/cases"))
    return await _show(request, step="ask")


@routes.post("/help/sign-in")
async def post(request: web.Request) -> web.StreamResponse:
    """Has a link sent, if a customer has the address; says the same whether one has."""
    refuse_foreign(request)
    shown, typed = Shown(request), await form(request)
    if typed.get("website"):  # a field that people do not see
        raise NotFound("page", request.path)
    by: Offered = await desk(request).read(VISITOR, offered, Ways.of(desk(request).settings))
    if not by:
        raise NotFound("page", request.path)
    whom = read_typed(typed.get("address", ""), by=by)
    if whom is None:
        return await _show(request, step="ask", status=422, typed=typed.get("address", "")[:320], wrong="wrong")
    try:
        _count(request, *whom)
    except TooMany as error:
        about = {"typed": typed.get("address", "")[:320], "wait": how_long(shown.language, error.retry_after_s)}
        response = await _show(request, step="ask", status=429, wrong="too_many", **about)
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    await desk(request).transact(VISITOR, ask, *whom, language=shown.language)
    raise web.HTTPSeeOther(shown.at("/help/sign-in/sent"))


@routes.get("/help/sign-in/sent")
async def sent(request: web.Request) -> web.StreamResponse:
    return await _show(request, step="sent")


@routes.get("/help/sign-in/{token}")
async def opened(request: web.Request) -> web.StreamResponse:
    """The button behind a link. Looking uses nothing up."""
    _count_opened(request)
    link = await _link(request)
    if link is None:
        return await _show(request, step="gone", status=410)
    return await _show(request, step="button", whom=masked(link.kind, link.address))


@routes.post("/help/sign-in/{token}")
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Signs in by a link, once: a new session, whatever cookie came with it."""
    refuse_foreign(request)
    _count_opened(request)
    await form(request)
    shown, link = Shown(request), await _link(request)
    if link is None:
        return await _show(request, step="gone", status=410)
    secret = secrets.token_urlsafe(32)
    try:
        who = Actor.customer(link.customer_id)
        await desk(request).transact(who, use, link.id, secret=secret, instead_of=secret_of(request))
    except (NotFound, Stale):  # pressed twice, or in two places
        return await _show(request, step="gone", status=410)
    response = web.HTTPSeeOther(shown.at("/help/cases"))
    set_cookie(request, response, secret)
    raise response


@routes.post("/help/sign-out")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """Ends the session on the server; without one there is nothing to end."""
    refuse_foreign(request)
    await form(request)
    secret = secret_of(request)
    holder = await desk(request).read(VISITOR, holder_of, secret) if secret else None
    if holder is not None:
        await desk(request).transact(Actor.customer(holder), close_session, secret)
    response = web.HTTPSeeOther(Shown(request).at("/help"))
    take_cookie(request, response)
    raise response


async def _link(request: web.Request) -> Good | None:
    token = request.match_info["token"]
    try:
        link_id = verify(desk(request).settings.secret_key, PURPOSE, token) if len(token) <= _LONGEST_TOKEN else ""
    except NotFound:
        return None
    found: Good | None = await desk(request).read(VISITOR, good, link_id) if link_id else None
    return found


def _count(request: web.Request, kind: str, value: str) -> None:
    """Counts that a link is asked for, the same for what we know and what we do not.

    Raises:
        TooMany: by who asks, in all or for this address.
    """
    limiter = request.app[LIMITER]
    asker = _address(request)
    limiter.count(FORMS, "sign-in", asker)
    local, at, domain = value.rpartition("@")
    mailbox = f"{local.partition('+')[0]}{at}{domain}" if kind == "email" else value
    limiter.count(PER_BOTH, "sign-in", asker, mailbox)
    limiter.count(PER_BOTH_DAY, "sign-in", asker, mailbox)


def _count_opened(request: web.Request) -> None:
    request.app[LIMITER].count(OPENED, "sign-in link", _address(request))


def _address(request: web.Request) -> str:
    return client_address(request, networks(desk(request).settings.trusted_proxies))


async def _show(request: web.Request, *, step: str, status: int = 200, **more: Any) -> web.Response:
    shown = Shown(request)
    words: Mapping[str, str] = sign_in_words(shown.language)

    def query(rx: Rx) -> dict[str, Any]:
        by = offered(rx, Ways.of(desk(request).settings))
        if not by and not is_private(request):
            raise NotFound("page", request.path)
        return {**shown.frame(rx), "texts": by.texts, "mail": by.mail}

    view = await desk(request).read(VISITOR, query)
    view |= {"s": words, "step": step, "typed": "", "wrong": "", "languages": [], **more}
    if "token" not in request.match_info:
        view["languages"] = shown.in_languages(request.path)
    response = page(request, "help/sign_in.html", **view)
    response.set_status(status)
    return response
