"""web/sockets/snapshots.py: where things stand, for a screen that has just been opened."""

from typing import Any

import sqlalchemy as sa

from desk.complaints.register import codes
from desk.contacts.afterwards import LATEST, unsaid
from desk.contacts.cards import interaction_cards, open_interactions_of, work_items_of
from desk.kernel.event_log import head
from desk.kernel.transaction import Rx
from desk.organization.organization import setting
from desk.screens.offer_cards import live_offers_to
from desk.tables import agents, canned_replies, dispositions, interactions, skills, users

Card = dict[str, Any]

#: Contacts shown on a floor at once; the rest are behind their queue's number.
MOST_ON_FLOOR = 1_000
_ON_FLOOR = ("queued", "offered", "active", "on_hold", "wrap_up", "self_service")


_AGENT = sa.select(agents).where(agents.c.id == sa.bindparam("id"))
_REPLIES = sa.select(canned_replies).order_by(canned_replies.c.title, canned_replies.c.key)
_OUTCOMES = sa.select(dispositions).where(dispositions.c.retired.is_(False)).order_by(dispositions.c.name)
_SKILLS = sa.select(skills).order_by(skills.c.key)


def console_snapshot(rx: Rx, user_id: str) -> Card:
    """What a console shows of its own accord, at one log position; figures and agents are added by the caller,
    who also knows whether there is a language model.

    `unsaid` are the contacts of the last `unsaid_for_s` seconds whose time for wrap-up ran out, and of which this
    agent may still say what came of them.
    """
    me = rx.one(users, user_id)
    work = rx.all(_AGENT, id=user_id)
    agent = work[0] if work else None
    offered = live_offers_to(rx, user_id)
    return {
        "seq": head(rx),
        "now": rx.now,
        "presence": {
            "state": agent.presence if agent else "offline",
            "reason": agent.reason if agent else "",
            "since": agent.presence_since if agent else rx.now,
        },
        "me": {
            "id": me.id,
            "name": me.name,
            "role": me.role,
            "email": me.email,
            "language": me.language,
            "languages": agent.languages if agent else [me.language],
            "capacity": agent.capacity if agent else {},
        },
        "interactions": list(open_interactions_of(rx, user_id).values()),
        "work_items": list(work_items_of(rx, user_id).values()),
        "offers": list(offered.values()),
        "unsaid": list(interaction_cards(rx, unsaid(rx, user_id)).values()),
        "unsaid_for_s": LATEST.total_seconds(),
        "not_ready_reasons": setting(rx, "not_ready_reasons"),
        "dispositions": [{"key": row.key, "name": row.name} for row in rx.all(_OUTCOMES)],
        "canned_replies": [
            {"key": row.key, "title": row.title, "text": row.text, "language": row.language} for row in rx.all(_REPLIES)
        ],
        "categories": [
            {"code": row.code, "name": row.name, "parent": row.parent or None} for row in codes(rx, "category")
        ],
        "skills": {row.key: row.name for row in rx.all(_SKILLS)},
    }


def floor_snapshot(rx: Rx) -> Card:
    """Everything that a floor shows, at one log position; figures, agents and alerts are added by the caller."""
    here = sa.select(interactions.c.id).where(interactions.c.state.in_(_ON_FLOOR))
    newest = rx.all(here.order_by(interactions.c.id.desc()).limit(MOST_ON_FLOOR))
    return {
        "seq": head(rx),
        "now": rx.now,
        "organization": setting(rx, "name"),
        "interactions": list(interaction_cards(rx, [row.id for row in newest]).values()),
        "not_ready_reasons": setting(rx, "not_ready_reasons"),
    }
