"""web/pages/help/cases.py: a signed-in customer's own matters: complaints with their status pages, and conversations.

For nobody else, and kept by nothing on the way. How we work on them is not here.
"""

from datetime import datetime
from typing import Any

from aiohttp import web

from desk.complaint_handlers import STATUS
from desk.complaints.site import calendar_of
from desk.customer_access.matters import Matter, complaints_of, conversations_of
from desk.kernel.dates import day_in_words
from desk.kernel.tokens import sign
from desk.kernel.transaction import Rx
from web.edge import desk, page
from web.pages.help.frame import Shown, asks_politely
from web.pages.help.sign_in_words import masked, sign_in_words
from web.pages.help.visits import visit

routes = web.RouteTableDef()


@routes.get("/help/cases")
async def show(request: web.Request) -> web.StreamResponse:
    asks_politely(request, about="cases")
    session, shown = await visit(request), Shown(request)
    if session is None:
        raise web.HTTPSeeOther(shown.at("/help/sign-in"))

    def query(rx: Rx) -> dict[str, Any]:
        zone = calendar_of(rx).zone

        def day(at: datetime) -> str:
            return day_in_words(at, zone, shown.language)

        return {
            **shown.frame(rx),
            "complaints": [_line(request, one) | _days(day, one) for one in complaints_of(rx, session)],
            "conversations": [_line(request, one) | _days(day, one) for one in conversations_of(rx, session)],
        }

    view = await desk(request).read(session.actor, query)
    view |= {
        "s": sign_in_words(shown.language),
        "whom": masked(session.kind, session.address),
        "languages": shown.in_languages("/help/cases"),
    }
    response = page(request, "help/cases.html", **view)
    response.headers.update({"Cache-Control": "private, no-store", "Vary": "Cookie, Accept-Language"})
    return response


def _line(request: web.Request, one: Matter) -> dict[str, Any]:
    link = f"/t/{sign(desk(request).settings.secret_key, STATUS, one.id)}" if one.number else ""
    return {"number": one.number, "link": link, "channel": one.channel, "subject": one.subject, "how": one.standing}


def _days(day: Any, one: Matter) -> dict[str, str]:
    return {"began": day(one.began_at), "changed": day(one.changed_at)}
