"""desk/organization/canned_replies.py: canned replies, added, changed and removed one at a time."""

import re

import sqlalchemy as sa

from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.events import OrganizationChanged
from desk.kernel.transaction import Tx
from desk.organization.values import wrong_in_name
from desk.tables import canned_replies

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)


def add_canned_reply(tx: Tx, key: str, fields: dict[str, str]) -> None:
    """Adds a canned reply.

    Raises:
        Invalid: the key is none, or the title holds a character that no name has.
        Conflict: there is one of this key.
    """
    if not _KEY.fullmatch(key):
        raise Invalid("key", "small letters, digits, - and _, at most 64")
    _check_title(fields)
    if not tx.insert_if_new(canned_replies, key=key, **fields):
        raise Conflict("canned reply", "there is one of this key already")
    tx.emit(OrganizationChanged(id="canned_replies"))


def change_canned_reply(tx: Tx, key: str, fields: dict[str, str]) -> None:
    """Changes a canned reply.

    Raises:
        NotFound: there is none of this key.
        Invalid: the title holds a character that no name has.
    """
    tx.take(canned_replies, key)
    _check_title(fields)
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


def _check_title(fields: dict[str, str]) -> None:
    wrong = list(wrong_in_name("title", fields.get("title", "")))
    if wrong:
        raise Invalid.many(wrong)
