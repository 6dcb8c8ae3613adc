"""web/pages/public.py: what every page for customers stands in: the organization's name, and words around it."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web

from channels.voice.numbers import readable
from desk.closed_to_customers import notice
from desk.complaints.site import name_of
from desk.kernel.transaction import Actor, Rx
from desk.tables import entry_points
from web.edge import desk
from web.pages.customer_words import words_in

_VISITOR = Actor.customer("visitor")


async def frame(request: web.Request) -> dict[str, Any]:
    """The values that `complaints/customer.html` needs, the number to call, and what is said while we are closed."""
    name, number, closed = await desk(request).read(_VISITOR, _facts)
    language, words = words_in("en")
    called = {"phone": number, "phone_shown": readable(number)}
    return {"organization": name, **called, "lang": language, "w": words, "closed": closed}


def _facts(rx: Rx) -> tuple[str, str, str]:
    statement = sa.select(entry_points.c.address).where(entry_points.c.channel == "voice")
    rows = rx.all(statement.order_by(entry_points.c.address).limit(1))
    return name_of(rx), str(rows[0].address) if rows else "", notice(rx, "en", "form")
