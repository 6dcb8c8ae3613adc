"""desk/organization_changes.py: small changes to the organization, one at a time, by those who may.

The organization file is the whole truth, loaded and dumped; these are the corrections of a day.
"""

import re
from typing import Any

import sqlalchemy as sa

from desk.errors import Conflict, Invalid, NotFound
from desk.events import OrganizationChanged
from desk.tables import canned_replies, queues, skills
from desk.transaction import Tx

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)


def change_queue(tx: Tx, key: str, fields: dict[str, Any]) -> None:
    """Changes columns of a queue.

    Raises:
        NotFound: no such queue.
        Invalid: a skill that nobody named.
    """
    tx.take(queues, key)
    known = {row.key for row in tx.all(sa.select(skills.c.key))}
    unknown = [skill for skill in fields.get("skills", {}) if skill not in known]
    if unknown:
        raise Invalid("skills", f"there is no skill {unknown[0][:64]}")
    if fields:
        tx.update(queues, key, **fields)
        tx.emit(OrganizationChanged(id=f"queues.{key}"[:64]))


def add_canned_reply(tx: Tx, key: str, fields: dict[str, Any]) -> None:
    """Adds a canned reply.

    Raises:
        Invalid: the key is none.
        Conflict: there is one of this key.
    """
    if not _KEY.fullmatch(key):
        raise Invalid("key", "small letters, digits, - and _, at most 64")
    if not tx.insert_if_new(canned_replies, key=key, **fields):
        raise Conflict("canned reply", "there is one of this key already")
    tx.emit(OrganizationChanged(id="canned_replies"))


def change_canned_reply(tx: Tx, key: str, fields: dict[str, Any]) -> None:
    """Changes a canned reply.

    Raises:
        NotFound: there is none of this key.
    """
    tx.take(canned_replies, key)
    if fields:
        tx.update(canned_replies, key, **fields)
        tx.emit(OrganizationChanged(id="canned_replies"))


def remove_canned_reply(tx: Tx, key: str) -> None:
    """Removes a canned reply.

    Raises:
        NotFound: there is none of this key.
    """
    if not tx.execute(sa.delete(canned_replies).where(canned_replies.c.key == key)).rowcount:
        raise NotFound("canned reply", key)
    tx.emit(OrganizationChanged(id="canned_replies"))
