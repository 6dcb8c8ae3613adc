"""desk/customer_access/reachable.py: to which addresses a link to sign in goes, and whose matters it opens.

Whoever reads the mailbox, or holds the telephone, is taken for the customer who has that address: it has one owner at
most (`addresses` is unique), and answers go there anyway. What somebody only *says* is theirs (`claimed_email`) proves
nothing, and is sent nothing. Nor does a link go to an address of our own, where colleagues would find it, nor by a way
by which its customer is not to be contacted.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from channels.email.addresses import is_address
from channels.voice.numbers import can_be_texted, normalise
from desk.contacts.outgoing import sender_of_texts
from desk.customers.contact_safety import allows, whose
from desk.customers.customers import MOST_ADDRESS, spelled
from desk.kernel.settings import Settings
from desk.kernel.transaction import Row, Rx
from desk.organization.setting import setting
from desk.tables import addresses, customers, entry_points

#: By which channel an address of each kind gets a link. No other kind signs anybody in.
CHANNELS = {"email": "email", "phone": "sms"}
#: Whether customers may sign in, a setting of the organization.
SETTING = "customer_sign_in"

_WITH = sa.select(addresses).where(addresses.c.kind == sa.bindparam("kind"), addresses.c.value == sa.bindparam("value"))
_OURS = sa.select(entry_points.c.address).where(sa.func.lower(entry_points.c.address) == sa.bindparam("value")).limit(1)


@dataclass(frozen=True, kw_only=True)
class Ways:
    """By what links can go out here."""

    mail: bool
    texts: bool

    @classmethod
    def of(cls, settings: Settings) -> "Ways":
        """What the settings name: a relay, a carrier."""
        return cls(mail=bool(settings.smtp_url), texts=bool(settings.twilio_account_sid and settings.twilio_auth_token))


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What a customer may type to sign in. Nothing, where sign-in is off or nothing goes out."""

    mail: bool = False
    texts: bool = False
    countries: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.mail or self.texts


def offered(rx: Rx, ways: Ways) -> Offered:
    """What the organization offers, as far as something goes out here."""
    if not (ways.mail or ways.texts) or not setting(rx, SETTING):
        return Offered()
    countries = tuple(setting(rx, "dial_countries")) if ways.texts else ()
    return Offered(mail=ways.mail, texts=bool(countries and sender_of_texts(rx)), countries=countries)


def is_offered(rx: Rx, ways: Ways) -> bool:
    """Whether there is anything to type: the same, at the price of what is asked where mail goes out."""
    return bool(setting(rx, SETTING)) if ways.mail else bool(offered(rx, ways))


def read_typed(text: str, *, by: Offered) -> tuple[str, str] | None:
    """The (kind, address) that somebody typed; None where no link could go there, whoever has it.

    A number without its country code is one of the only country that we dial.
    """
    text = text.replace("\0", "").strip()
    if len(text) > MOST_ADDRESS:
        return None
    if "@" in text:
        return ("email", spelled("email", text)) if by.mail and is_address(text) else None
    number = normalise(text, country=by.countries[0] if len(by.countries) == 1 else "") if by.texts else None
    return ("phone", number) if number and can_be_texted(number, countries=by.countries) else None


def owned(rx: Rx, kind: str, value: str) -> Row | None:
    """The address that a link may go to, of the customer who has it; None where nobody has, or none may go."""
    found = rx.all(_WITH, kind=kind, value=value) if kind in CHANNELS else []
    if not found or rx.all(_OURS, value=value.lower()):
        return None
    customer = rx.one(customers, found[0].customer_id)
    asked = whose(rx, customer, value) if kind == "phone" else [customer]
    return found[0] if all(allows(one, CHANNELS[kind]) for one in asked) and _goes(rx, kind, value) else None


def _goes(rx: Rx, kind: str, value: str) -> bool:
    if kind == "email":
        return is_address(value)
    countries: Collection[str] = set(setting(rx, "dial_countries"))
    return can_be_texted(value, countries=countries) and bool(sender_of_texts(rx))
