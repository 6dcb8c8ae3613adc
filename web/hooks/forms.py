"""web/hooks/forms.py: what Twilio's forms say, and how they are answered. For every door that it knocks at."""

from aiohttp import web
from multidict import MultiMapping

from channels.characters import seen
from desk.kernel.transaction import Actor
from web.edge import desk
from web.hooks.signed import signed_form

TWILIO = Actor(kind="carrier", id="twilio")
#: Characters of what somebody says that are kept.
_MOST_WORDS = 1000


async def signed(request: web.Request) -> MultiMapping[str]:
    """The form, if it is Twilio's.

    Raises:
        HTTPForbidden and others: as `signed_form`.
    """
    settings = desk(request).settings
    return await signed_form(
        request,
        auth_token=settings.twilio_auth_token,
        public_url=settings.public_url,
        account_sid=settings.twilio_account_sid,
    )


def call_of(request: web.Request) -> str:
    """The call that a door's address names."""
    return request.match_info["call_id"][:64]


def leg_of(form: MultiMapping[str]) -> str:
    """The carrier's name for the leg that it speaks of.

    Raises:
        HTTPBadRequest: there is none; two calls without a name would be taken for one.
    """
    sid = text_of(form, "CallSid")
    if not sid:
        raise web.HTTPBadRequest(text="no CallSid")
    return sid


def number_of(form: MultiMapping[str], name: str) -> str:
    """Who rings, or whom; blank where the caller withholds it.

    Raises:
        HTTPBadRequest: the form does not speak of it: it is no call.
    """
    if name not in form:
        raise web.HTTPBadRequest(text=f"no {name}")
    return text_of(form, name)


def text_of(form: MultiMapping[str], name: str) -> str:
    """A short text of the form; blank where it says none."""
    return form.get(name, "").replace("\0", "").strip()[:64]


def words_of(form: MultiMapping[str]) -> str:
    """What a caller said, as the carrier understood it; blank where nothing was understood."""
    return seen(form.get("SpeechResult", "")).strip()[:_MOST_WORDS]


def doors(request: web.Request) -> str:
    """Where the carrier's doors for calls are."""
    return f"{desk(request).settings.public_url}/twilio/voice"


def xml(document: str) -> web.Response:
    """The answer that a carrier reads."""
    return web.Response(text=document, content_type="text/xml")
