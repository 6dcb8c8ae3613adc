"""Closed contacts, surveys and complaints, put there without the days that they would take."""

from datetime import timedelta
from typing import Any

from desk.kernel.transaction import Tx
from desk.tables import complaints, customers, interactions, messages, surveys, taxonomy


def customer(tx: Tx, name: str = "Ana Ruiz") -> str:
    """A customer; their id."""
    id = tx.new_id()
    tx.insert(customers, id=id, name=name, created_at=tx.now)
    return id


def case(
    tx: Tx,
    *said: tuple[str, str],
    answers: dict[str, int] | None = None,
    queue: str | None = None,
    name: str = "Ana Ruiz",
    **more: Any,
) -> str:
    """A contact that is closed, with what was said in it, and how its customer answered our question; its id."""
    id, customer_id = tx.new_id(), customer(tx, name)
    about = {"channel": "email", "state": "closed", "subject": "", "language": "en", "queue": queue} | more
    tx.insert(interactions, id=id, customer_id=customer_id, arrived_at=tx.now, closed_at=tx.now, **about)
    for kind, text in said:
        author = name if kind == "customer" else "Tom Brown"
        words = {"author_kind": kind, "author_name": author, "text": text, "internal": False}
        tx.insert(messages, id=tx.new_id(), interaction_id=id, sent_at=tx.now, **words)
    if answers is not None:
        asked = {"kind": "interaction", "state": "answered", "answers": answers, "planned_at": tx.now}
        tx.insert(surveys, id=tx.new_id(), customer_id=customer_id, interaction_id=id, answered_at=tx.now, **asked)
    return id


def complaint(tx: Tx, *, cause: str = "", category: str = "", days_ago: int = 1, state: str = "closed") -> None:
    """A complaint that is over."""
    at = tx.now - timedelta(days=days_ago)
    about = {"cause": cause, "category": category, "state": state, "channel": "email"}
    tx.insert(complaints, id=tx.new_id(), customer_id=customer(tx), received_at=at, closed_at=at, **about)


def known_causes(tx: Tx, **names: str) -> None:
    """Causes of complaints, by their codes."""
    for code, name in names.items():
        tx.insert(taxonomy, kind="cause", code=code, name=name)
