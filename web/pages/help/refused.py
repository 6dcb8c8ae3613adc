"""web/pages/help/refused.py: what a reader of the help centre is told who gets no page: in its frame and language.

Nothing on it comes from what was asked for: an article that is for others, and one that never was, are the same page
but for the request's id. Only who came too often finds again what they typed, to send it later. While something is
wrong here it is asked for nothing, and stands without the frame.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from desk.kernel.transaction import Rx
from web.edge import desk, page
from web.errors import Said
from web.pages.help.frame import VISITOR, Shown, words_of
from web.pages.help.refusal_words import refusal_words
from web.pages.help.visits import visit

#: What a reader said of an article, in a form that is not taken now.
SAID: web.RequestKey[Mapping[str, str]] = web.RequestKey("help_said", Mapping)
_PLACES = ("/help", "/contact")


def is_of(request: web.Request) -> bool:
    """Whether a page was asked for that stands in the help centre's frame."""
    return request.path in _PLACES or request.path.startswith(tuple(f"{place}/" for place in _PLACES))


async def framed(request: web.Request, told: Said, *, request_id: str) -> web.Response:
    """A refusal with search and the ways to a person."""
    shown = Shown(request)
    await visit(request)

    def query(rx: Rx) -> dict[str, Any]:
        return {**shown.frame(rx), "waits": shown.waits(rx)}

    view = await desk(request).read(VISITOR, query)
    # The address of such a page opens something: it is not handed on to any script.
    view |= {"languages": shown.in_languages("/help"), "is_secret": "token" in request.match_info}
    if told.status == 429:
        undone = _undone(request)
        view |= {"sought": words_of(request) if undone == "not_searched" else "", "said": request.get(SAID)}
    return page(request, "help/refused.html", **view, **_words(shown, told, request_id))


def plain(request: web.Request, told: Said, *, request_id: str) -> web.Response:
    """The same without anything that has to be looked up."""
    shown = Shown(request)
    return page(request, "help/refused_plain.html", lang=shown.language, at=shown.at, **_words(shown, told, request_id))


def _words(shown: Shown, told: Said, request_id: str) -> dict[str, str]:
    title, how, say = refusal_words(
        shown.language,
        status=told.status,
        code=told.code,
        message=told.message,
        undone=_undone(shown.request),
        retry_after_s=int(told.headers.get("Retry-After", 0)),
    )
    return {"heading": title, "how": how, "say": say.format(id=request_id), "go_on": shown.words["help"]}


def _undone(request: web.Request) -> str:
    """What whoever came too often did not get, as `refusal_words` calls it."""
    return "not_said" if SAID in request else "not_searched" if request.path == "/help/search" else "not_done"
