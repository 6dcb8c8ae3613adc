"""web/pages/public.py: what every page for customers stands in: the organization as it looks, and words around it."""

from typing import Any

import sqlalchemy as sa
from aiohttp import web

from channels.voice.numbers import readable
from desk.contacts.closed_to_customers import notice
from desk.kernel.transaction import Actor, Rx
from desk.tables import entry_points
from web.edge import desk
from web.pages.customer_words import words_in
from web.pages.theme import look

_VISITOR = Actor.customer("visitor")


async def frame(request: web.Request) -> dict[str, Any]:
    """The values that `complaints/customer.html` needs, the number to call, and what is said while we are closed."""
    language, words = words_in("en")
    return {**await desk(request).read(_VISITOR, facts, language), "lang": language, "w": words}


def facts(rx: Rx, language: str) -> dict[str, Any]:
    """What the frame says of the organization, from the snapshot of whoever asks."""
    statement = sa.select(entry_points.c.address).where(entry_points.c.channel == "voice")
    rows = rx.all(statement.order_by(entry_points.c.address).limit(1))
    number = str(rows[0].address) if rows else ""
    return {
        **look(rx, language),
        "phone": number,
        "phone_shown": readable(number),
        "closed": notice(rx, language, "form"),
    }
