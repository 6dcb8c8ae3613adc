"""desk/people/access.py: who comes in: users, their sessions and tokens.

A browser has a session (a cookie), a program a token (a header). Both are 256 random bits that only
their holder knows: the tables keep a digest, so a stolen database signs nobody in.

    sign-in ──▶ session ──┬─ signed out, or the user was disabled
                          ├─ idle for an hour        (a console that is open counts as activity)
                          └─ twelve hours old

A session is new at every sign-in; the one before ends. Rights are read with every question, so a
change of role holds at once.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from channels.characters import why_no_address
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.transaction import Actor, Row, Rx, Tx, single
from desk.organization.values import wrong_in_name
from desk.people.permissions import ROLES
from desk.tables import api_tokens, sessions, users

#: A shift with its breaks; then one signs in again.
LONGEST_SESSION = timedelta(hours=12)
LONGEST_IDLE = timedelta(hours=1)
#: Activity is written down this often, not at every click.
SEEN_EVERY = timedelta(minutes=5)

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A user who has shown who they are. `session_id` is empty for a program with a token."""

    actor: Actor
    email: str
    language: str
    credential_id: str  # of the session or token: its digest
    session_id: str = ""
    csrf_token: str = ""
    seen_at: datetime | None = None

    @property
    def user_id(self) -> str:
        return self.actor.id

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def role(self) -> str:
        return self.actor.role


def digest(secret: str) -> str:
    """What the tables keep of a session's or token's secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def who(rx: Rx, *, session: str = "", token: str = "") -> SignedIn | None:
    """Whose secret this is: a session's cookie, or a program's token. None: nobody's, or no longer."""
    return by_id(rx, digest(token) if token else digest(session), is_token=bool(token)) if session or token else None


@single
def by_id(rx: Rx, credential_id: str, *, is_token: bool = False) -> SignedIn | None:
    """The user behind a session or token whose digest is known: is it good still?"""
    return _by_token(rx, credential_id) if is_token else _by_session(rx, credential_id)


def password_of(rx: Rx, email: str) -> tuple[str, str]:
    """Id and stored password of the user who may sign in by `email`; two empty strings if there is none."""
    found = rx.all(sa.select(users).where(users.c.email == normal(email), users.c.active))
    return (str(found[0].id), str(found[0].password_hash)) if found else ("", "")


def open_session(
    tx: Tx, user_id: str, *, secret: str, csrf_token: str, instead_of: str = "", rehashed: str = ""
) -> None:
    """Signs `user_id` in under `secret`, ends the session `instead_of`, forgets those that are over."""
    if instead_of:
        close_session(tx, instead_of)
    tx.execute(
        sa.delete(sessions).where(
            sessions.c.user_id == user_id,
            sa.or_(sessions.c.expires_at <= tx.now, sessions.c.seen_at <= tx.now - LONGEST_IDLE),
        )
    )
    tx.insert(
        sessions,
        id=digest(secret),
        user_id=user_id,
        csrf_token=csrf_token,
        created_at=tx.now,
        seen_at=tx.now,
        expires_at=tx.now + LONGEST_SESSION,
    )
    if rehashed:
        tx.update(users, user_id, password_hash=rehashed)


def close_session(tx: Tx, secret: str) -> None:
    """Signs out: the session ends here, whatever cookies are still about."""
    tx.execute(sa.delete(sessions).where(sessions.c.id == digest(secret)))


def keep_alive(tx: Tx, session_id: str) -> None:
    """Says that the holder of a session is at work: it does not end by idleness now."""
    tx.execute(sa.update(sessions).where(sessions.c.id == session_id).values(seen_at=tx.now))


def add_user(tx: Tx, *, email: str, role: str, password_hash: str, name: str = "") -> str:
    """A new user, or one without a password who gets one; returns the id.

    Raises:
        Invalid: no such role, not an address, or a name that holds a character that no name has.
        Conflict: there is one who signs in by this address already.
    """
    address = normal(email)
    if not _ADDRESS.fullmatch(address) or len(address) > 320:
        raise Invalid("email", "not an address like name@example.org")
    if why := why_no_address(address):
        raise Invalid("email", why)
    if role not in ROLES:
        raise Invalid("role", f"one of {', '.join(ROLES)}")
    if wrong := [*wrong_in_name("name", name)]:
        raise Invalid.many(wrong)
    found = tx.all(sa.select(users).where(users.c.email == address))
    if found and found[0].password_hash:
        raise Conflict("user", f"{address} signs in already")
    if found:  # the organization file knows agents before they have a password
        tx.update(users, found[0].id, password_hash=password_hash, role=role, active=True)
        return str(found[0].id)
    user_id = tx.new_id()
    values = {"name": (name or address.partition("@")[0])[:200], "language": "en", "active": True}
    tx.insert(users, id=user_id, email=address, role=role, password_hash=password_hash, created_at=tx.now, **values)
    return user_id


def add_token(tx: Tx, *, email: str, secret: str, label: str = "") -> str:
    """A token for programs that act as this user; returns its digest.

    Raises:
        NotFound: nobody has this address.
    """
    found = tx.all(sa.select(users).where(users.c.email == normal(email), users.c.active))
    if not found:
        raise NotFound("user", email)
    token_id = digest(secret)
    tx.insert(api_tokens, id=token_id, user_id=found[0].id, label=label[:80], created_at=tx.now)
    return token_id


def list_users(rx: Rx) -> list[Row]:
    """Everybody who has a place here, by name."""
    return list(rx.all(sa.select(users).order_by(users.c.name, users.c.email)))


def normal(email: str) -> str:
    """An address as it is stored and compared."""
    return email.strip().lower()


def _by_session(rx: Rx, session_id: str) -> SignedIn | None:
    found = rx.all(_OF_SESSION, id=session_id)
    row = found[0] if found else None
    if row is None or row.expires_at <= rx.now or row.seen_at <= rx.now - LONGEST_IDLE:
        return None
    return _signed_in(row, session_id=session_id, csrf_token=row.csrf_token, seen_at=row.seen_at)


def _by_token(rx: Rx, token_id: str) -> SignedIn | None:
    found = rx.all(_OF_TOKEN, id=token_id)
    return _signed_in(found[0]) if found else None


_USER = (users.c.email, users.c.name.label("user_name"), users.c.role, users.c.language)
_OF_SESSION = (
    sa.select(sessions, *_USER)
    .join(users, users.c.id == sessions.c.user_id)
    .where(sessions.c.id == sa.bindparam("id"), users.c.active)
)
_OF_TOKEN = (
    sa.select(api_tokens, *_USER)
    .join(users, users.c.id == api_tokens.c.user_id)
    .where(api_tokens.c.id == sa.bindparam("id"), users.c.active)
)


def _signed_in(row: Row, *, session_id: str = "", csrf_token: str = "", seen_at: datetime | None = None) -> SignedIn:
    return SignedIn(
        actor=Actor(kind="user", id=row.user_id, role=row.role, name=row.user_name),
        email=row.email,
        language=row.language,
        credential_id=row.id,
        session_id=session_id,
        csrf_token=csrf_token,
        seen_at=seen_at,
    )
