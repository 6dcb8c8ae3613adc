"""channels/voice/numbers.py: telephone numbers: one spelling, and which of them we dial.

A number that somebody else typed is a cost: premium numbers, satellite networks and countries
that nobody allowed are refused before a carrier hears of them.
"""

import re
from collections.abc import Collection
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType
from phonenumbers.timezone import time_zones_for_number

#: What E.164 allows, checked again after every other check: nothing else reaches a dial string.
E164 = re.compile(r"\+[1-9][0-9]{5,14}", re.ASCII)
#: An agent's own browser or softphone, by the id that we gave.
CLIENT = re.compile(r"client:[A-Za-z0-9_-]{1,100}", re.ASCII)

#: What Twilio gives for a withheld number: its word for that, on a telephone's keys. Some look like numbers.
WITHHELD = frozenset(
    {
        "+266696687",  # ANONYMOUS
        "+2562533",  # BLOCKED
        "+7378742833",  # RESTRICTED
        "+86282452253",  # UNAVAILABLE
        "+8656696",  # UNKNOWN
    }
)

#: The library's word for a zone that it does not know.
_NOWHERE = "Etc/Unknown"

#: Longer is no number in any spelling; the cap bounds the work on hostile input.
_MOST_CHARACTERS = 60

_COSTLY = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.PAGER,
        PhoneNumberType.PERSONAL_NUMBER,
    }
)


#: In some countries a mobile number looks like any other.
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


@lru_cache(maxsize=2_048)  # one text asks four times, for the same two numbers
def normalise(raw: str, *, country: str = "") -> str | None:
    """The E.164 spelling of `raw`, or None if it is no telephone number, or stands for one that was withheld.

    A number without its country code is read as one of `country` (two letters), if given.
    """
    parsed = _parsed(raw, country)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return None
    spelled = str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return spelled if E164.fullmatch(spelled) and spelled not in WITHHELD else None


def exists(number: str) -> bool:
    """Whether there may be such a number in its country: one in international form, of a range that is given out."""
    parsed = _parsed(number, "")
    return parsed is not None and phonenumbers.is_valid_number(parsed)


def extension_of(raw: str) -> str:
    """The digits after a number that are not dialled with it, as in `+44 20 7946 0100 ext. 5`; none for most."""
    parsed = _parsed(raw, "")
    return str(parsed.extension or "") if parsed is not None else ""


def country_of(number: str) -> str:
    """The two letters of the country that `number` belongs to, or an empty text."""
    parsed = _parsed(number, "")
    return str(phonenumbers.region_code_for_number(parsed) or "") if parsed is not None else ""


def zones_of(number: str) -> tuple[str, ...]:
    """The time zones in one of which `number` is at home, by their names; nothing where that is not known."""
    parsed = _parsed(number, "")
    return tuple(zone for zone in time_zones_for_number(parsed) if zone != _NOWHERE) if parsed is not None else ()


def readable(number: str) -> str:
    """`number` as people read it, +44 20 7946 0100; what is no number stays as it is."""
    parsed = _parsed(number, "")
    if parsed is None:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def why_not_dial(number: str, *, countries: Collection[str]) -> str | None:
    """Why we do not dial `number`, in words an agent may read; None if we do.

    `countries` are the two letters of the countries that we dial. Agents' clients are always
    dialled; anything else must be spelled in E.164.
    """
    if CLIENT.fullmatch(number):
        return None
    if not E164.fullmatch(number):
        return "not a telephone number in international form (+49…)"
    parsed = _parsed(number, "")
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return "no such telephone number"
    if phonenumbers.number_type(parsed) in _COSTLY:
        return "a premium number"
    country = country_of(number)
    if country not in countries:
        return f"in a country that we do not dial ({country or 'none'})"
    return None


def can_be_texted(number: str, *, countries: Collection[str]) -> bool:
    """Whether a text may reach `number`: it can be a mobile telephone's, in a country that we dial."""
    if why_not_dial(number, countries=countries) is not None:
        return False
    parsed = _parsed(number, "")
    return parsed is not None and phonenumbers.number_type(parsed) in _MOBILE


def _parsed(raw: str, country: str) -> phonenumbers.PhoneNumber | None:
    if len(raw) > _MOST_CHARACTERS:
        return None
    try:
        return phonenumbers.parse(raw, country or None)
    except phonenumbers.NumberParseException:
        return None
