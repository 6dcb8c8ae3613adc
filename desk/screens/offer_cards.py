"""desk/screens/offer_cards.py: an offer as its agent sees it: the work, the screen pop, how long, and why to them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from desk.contacts.cards import of_interactions, of_work_items
from desk.kernel.questions import Question, answers
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from desk.screens.past import as_seen_by
from desk.screens.pop import HISTORY, own_first, pops
from desk.tables import offers

Card = dict[str, Any]


def of_live_offers(ids: Iterable[str]) -> Question[Sequence[Row]]:
    """Those of these offers that can still be answered."""
    return Question([(_THESE, {"ids": list(ids)})], list)


def live_offers_to(rx: Rx, agent_id: str) -> dict[str, Card]:
    """The cards of what rings at an agent now."""
    rows = rx.all(_TO_AGENT, id=agent_id)
    ids = [row.work_item_id for row in rows]
    return offer_cards(rx, rows, *answers(rx, of_work_items(ids), of_interactions(ids))) if rows else {}


def offer_cards(
    rx: Rx, rows: Sequence[Row], items: Mapping[str, Card], contacts: Mapping[str, Card]
) -> dict[str, Card]:
    """The cards of these offers, by id, from those of their work items and interactions, with the screen pop."""
    known = pops(rx, [items[row.work_item_id]["customer"]["id"] for row in rows])
    cards = [
        _card(row, items[row.work_item_id], contacts.get(items[row.work_item_id]["interaction_id"]), known)
        for row in rows
    ]
    pasts = as_seen_by(rx, [(card["agent_id"], card["history"]) for card in cards])
    return {card["offer_id"]: card | {"history": past} for card, past in zip(cards, pasts, strict=True)}


def _card(row: Row, item: Card, contact: Card | None, known: dict[str, Card]) -> Card:
    pop = known[item["customer"]["id"]]
    certainty = contact["customer"]["certainty"] if contact else "certain"
    return {
        "offer_id": row.id,
        "agent_id": row.agent_id,
        "work_item": item,
        "interaction": contact if item["kind"] == "interaction" else None,
        **pop,
        "customer": pop["customer"] | {"certainty": certainty},
        "history": [past for past in pop["history"] if past["id"] != item["interaction_id"]][:HISTORY],
        "complaints": own_first(pop["complaints"], item["complaint_id"]),
        "callbacks": [one for one in pop["callbacks"] if one["id"] != item["id"]],
        "made_at": row.made_at,
        "expires_at": row.expires_at,
        "why": row.why,
    }


_LIVE = sa.select(offers).where(offers.c.outcome.is_(None)).order_by(offers.c.made_at)
_THESE = _LIVE.where(among(offers.c.id))
_TO_AGENT = _LIVE.where(offers.c.agent_id == sa.bindparam("id"))
