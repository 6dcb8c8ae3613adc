"""desk/organization/values.py: how an organization file writes keys, durations, levels and times.

Durations are whole seconds once they are read, and written with the largest unit that fits.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from channels.characters import why_no_address, why_no_name

#: How much a customer's custom is worth, most first.
TIERS = ("vip", "major", "ordinary", "small")

_DURATION = re.compile(r"(0|[1-9][0-9]{0,7})(s|m|h|d)", re.ASCII)
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_LONGEST_S = 400 * 86400


def _seconds(value: Any) -> Any:
    """`90s`, `15m`, `48h`, `14d` as seconds; whole numbers are seconds already."""
    if isinstance(value, str):
        found = _DURATION.fullmatch(value)
        if found is None:
            raise ValueError("expected a duration like 90s, 15m, 48h or 14d")
        return int(found[1]) * _UNITS[found[2]]
    return value


def in_words(seconds: int) -> str:
    """A duration as the file writes it: `90s`, `15m`, `48h`, `14d`."""
    if seconds == 0:
        return "0s"
    unit = next(unit for unit, size in _UNITS.items() if seconds % size == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def _time_of_day(value: str) -> str:
    if not _TIME.fullmatch(value):
        raise ValueError("expected a time of day like 09:00")
    return value


def _closing_time(value: str) -> str:
    return value if value == "24:00" else _time_of_day(value)


def wrong_in_name(path: str, name: str) -> Iterator[tuple[str, str]]:
    """What is wrong in a name of queues, people, codes or replies, wherever that is said; an empty one is none."""
    if name and (why := why_no_name(name)):
        yield path, why


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _zone(value: str) -> str:
    if not is_zone(value):
        raise ValueError("no such time zone; expected a name like Europe/London")
    return value


def _key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,63}", value, re.ASCII):
        raise ValueError("expected a key of small letters, digits, _ . or -, at most 64")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value, re.ASCII):
        raise ValueError("expected a language like en or zh-TW")
    return value


def typed(value: str) -> str:
    """An address that people can type.

    Raises:
        ValueError: it holds what nobody sees.
    """
    if why := why_no_address(value):
        raise ValueError(why)
    return value


def _written(pattern: str, why: str) -> AfterValidator:
    """Texts that are written so, and what is told of others."""
    fits = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        if not fits.fullmatch(value):
            raise ValueError(why)
        return value

    return AfterValidator(check)


Domain = Annotated[str, _written(r"[A-Za-z0-9.-]{1,253}", "expected a domain like example.com")]
Country = Annotated[str, _written(r"[A-Z]{2}", "expected the two capital letters of a country, like GB")]
Origin = Annotated[
    str,
    _written(r"https?://[^/\s]+", "expected a site like https://www.example.com, without a path"),
    AfterValidator(typed),
]
Key = Annotated[str, AfterValidator(_key)]
Language = Annotated[str, AfterValidator(_language)]
Level = Annotated[int, Field(ge=1, le=5)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
#: The end of a day is one, too: `24:00`.
ClosingTime = Annotated[str, AfterValidator(_closing_time)]
Zone = Annotated[str, AfterValidator(_zone)]
#: At least a second.
Duration = Annotated[
    int, BeforeValidator(_seconds), Field(ge=1, le=_LONGEST_S), PlainSerializer(in_words, return_type=str)
]
#: A duration, or none: `0s`.
Span = Annotated[int, BeforeValidator(_seconds), Field(ge=0, le=_LONGEST_S), PlainSerializer(in_words, return_type=str)]
