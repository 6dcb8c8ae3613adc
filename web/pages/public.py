"""web/pages/public.py: what every page for customers stands in: the organization's name, and words around it."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web

from channels.voice.numbers import readable
from desk.complaints.site import name_of
from desk.tables import entry_points
from desk.transaction import Actor, Rx
from web.edge import desk
from web.pages.customer_words import words_in

_VISITOR = Actor.customer("visitor")


async def frame(request: web.Request) -> dict[str, Any]:
    """The values that `complaints/customer.html` needs, and the number to call."""
    name, number = await desk(request).read(_VISITOR, _facts)
    language, words = words_in("en")
    return {"organization": name, "phone": number, "phone_shown": readable(number), "lang": language, "w": words}


def _facts(rx: Rx) -> tuple[str, str]:
    statement = sa.select(entry_points.c.address).where(entry_points.c.channel == "voice")
    rows = rx.all(statement.order_by(entry_points.c.address).limit(1))
    return name_of(rx), str(rows[0].address) if rows else ""
