"""web/pages/demo.py: the demo's own pages: a shop with the widget, and the mail that went out.

Outside the demo none of them exists. Mail is shown as text: what a mail's HTML asks for is not done.
"""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from desk.errors import NotFound
from web.demo.keys import SINK, SunkMail
from web.demo.texts import PRODUCTS
from web.edge import answer, desk, page

routes = web.RouteTableDef()

#: So many mails are listed; the sink may hold more.
MOST_LISTED = 200


@routes.get("/demo/shop")
async def shop(request: web.Request) -> web.StreamResponse:
    _only_in_demo(request)
    return page(request, "demo/shop.html", products=[names["en"] for names in PRODUCTS.values()])


@routes.get("/demo/mail")
async def mails(request: web.Request) -> web.StreamResponse:
    sent = _sent(request)
    numbered = list(enumerate(sent, 1))[-MOST_LISTED:]
    return page(request, "demo/mails.html", mails=numbered[::-1], total=len(sent))


@routes.get(r"/demo/mail/{number:[0-9]{1,9}}")
async def mail(request: web.Request) -> web.StreamResponse:
    number, sent = int(request.match_info["number"]), _sent(request)
    if not 1 <= number <= len(sent):
        raise NotFound("mail", str(number))
    return page(request, "demo/mail.html", mail=sent[number - 1], number=number)


@routes.get("/demo/mail.json")
async def mails_as_data(request: web.Request) -> web.StreamResponse:
    return answer([_as_data(one) for one in _sent(request)])


def _as_data(mail: SunkMail) -> dict[str, Any]:
    return {
        "to": mail.to,
        "from": mail.sender,
        "subject": mail.subject,
        "text": mail.text,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": mail.references,
        "reply_to": mail.reply_to,
        "received_at": mail.received_at,
    }


def _sent(request: web.Request) -> Sequence[SunkMail]:
    """The mail that went out, oldest first; none where the outgoing relay is a real one."""
    _only_in_demo(request)
    return request.app[SINK].mails if SINK in request.app else ()


def _only_in_demo(request: web.Request) -> None:
    if not desk(request).settings.demo:
        raise NotFound("page", request.path)
