"""web/demo/pages.py: the demo's own pages: a shop with the widget, and the mail that went out.

Only the demo has them (`web/demo/house.py`). Mail is shown as text: what a mail's HTML asks for is not done.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from desk.kernel.errors import NotFound
from web.demo.keys import SINK
from web.demo.texts import PRODUCTS
from web.edge import answer, page

routes = web.RouteTableDef()

#: So many mails are listed; the sink may hold more.
MOST_LISTED = 200


@routes.get("/demo/shop")
async def shop(request: web.Request) -> web.StreamResponse:
    return page(request, "demo/shop.html", products=[names["en"] for names in PRODUCTS.values()])


@routes.get("/demo/mail")
async def mails(request: web.Request) -> web.StreamResponse:
    sent = _sent(request)
    return page(
        request, "demo/mails.html", mails=[_shown(one) for one in sent[: -MOST_LISTED - 1 : -1]], total=len(sent)
    )


@routes.get("/demo/mail/{key}")
async def mail(request: web.Request) -> web.StreamResponse:
    key = request.match_info["key"]
    found = next((one for one in reversed(_sent(request)) if _key(one) == key), None)
    if found is None:
        raise NotFound("mail", key)
    return page(request, "demo/mail.html", mail=_shown(found))


@routes.get("/demo/mail.json")
async def mails_as_data(request: web.Request) -> web.StreamResponse:
    return answer([{name: value for name, value in one.items() if name != "raw"} for one in _sent(request)])


def _shown(mail: Mapping[str, Any]) -> dict[str, Any]:
    """A mail as the pages show it: its text, and the files that it carries by name only."""
    names = ("to", "from", "reply_to", "subject", "text", "attachments")
    at = datetime.fromisoformat(mail["received_at"])
    return {name: mail[name] for name in names} | {"key": _key(mail), "at": at}


def _key(mail: Mapping[str, Any]) -> str:
    """A name for the address bar that stays when older mails are forgotten."""
    return hashlib.sha256(f"{mail['message_id']} {mail['received_at']}".encode()).hexdigest()[:16]


def _sent(request: web.Request) -> list[dict[str, Any]]:
    """The mail that went out, oldest first; none where the outgoing relay is a real one."""
    return request.app[SINK].mails if SINK in request.app else []
