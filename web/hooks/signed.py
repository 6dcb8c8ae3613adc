"""web/hooks/signed.py: takes a form from Twilio, and from nobody else.

Who sends no signature is refused before the body is read; who sends too much, or too slowly, is cut
off; what is read is checked against our configured public address. `Host` and forwarding headers
are not looked at. A form that names another account than ours is not for us, however well it is signed.
"""

import asyncio
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict, MultiMapping

from channels.voice.signature import HEADER, valid
from desk.kernel.log import log

#: Twilio's forms are a few kilobytes.
MOST_BYTES = 64 * 1024
MOST_SECONDS = 5.0
_MOST_FIELDS = 500
_FORM = "application/x-www-form-urlencoded"


async def signed_form(
    request: web.Request,
    *,
    auth_token: str,
    public_url: str,
    account_sid: str = "",
    most_seconds: float = MOST_SECONDS,
) -> MultiMapping[str]:
    """The form that Twilio sent, with duplicates and blanks as they came.

    Without a configured token the door is shut. Without a configured account any is taken.

    Raises:
        HTTPForbidden: no signature, or not Twilio's; or it is about another account.
        HTTPUnsupportedMediaType: Twilio's signature, but no form.
        HTTPRequestEntityTooLarge, HTTPRequestTimeout: more than 64 KB, or more than five seconds.
    """
    signature = request.headers.get(HEADER)
    if not auth_token or not signature:
        raise _refused(request, "no token is set" if not auth_token else "no signature")
    at = {"public_url": public_url, "path_and_query": request.raw_path}
    if request.content_type != _FORM:  # nothing of such a body is signed
        if not valid(auth_token, **at, params=MultiDict(), signature=signature):
            raise _refused(request, "bad signature, and no form")
        raise web.HTTPUnsupportedMediaType(text="Expected a form.")
    try:
        async with asyncio.timeout(most_seconds):
            body = await _read(request)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The form did not come in time.") from error
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise _refused(request, "not a form") from error
    form = MultiDict(pairs)
    if not valid(auth_token, **at, params=form, signature=signature):
        raise _refused(request, "bad signature")
    if account_sid and any(named != account_sid for named in form.getall("AccountSid", [])):
        raise _refused(request, "another account")
    return form


async def _read(request: web.Request) -> bytes:
    body = bytearray()
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=request.content_length or 0)
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST_BYTES, actual_size=len(body))
    return bytes(body)


def _refused(request: web.Request, why: str) -> web.HTTPForbidden:
    # The path may hold anything; the route that it came to is ours.
    resource = request.match_info.route.resource
    log.warning("webhook_refused", door=resource.canonical if resource is not None else "", why=why)
    return web.HTTPForbidden(text="This door opens for Twilio's signature only.")
