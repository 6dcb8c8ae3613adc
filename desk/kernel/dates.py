"""desk/kernel/dates.py: a date as customers read it: written out, because 9/12/2026 is two different days.

The languages are those in which we write letters; a customer of another gets English, like the letter.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

_MONTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        language: tuple(names.split())
        for language, names in {
            "en": "January February March April May June July August September October November December",
            "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        }.items()
    }
)


def day_in_words(at: datetime, zone: ZoneInfo, language: str) -> str:
    """The day of an instant in `zone`, written out as people who write `language` write it."""
    return written_out(at.astimezone(zone).date(), language)


def written_out(day: date, language: str) -> str:
    """A date without any doubt which number is the month."""
    short = language.replace("_", "-").split("-")[0].lower()
    if short == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    month = _MONTHS.get(short, _MONTHS["en"])[day.month - 1]
    match short:
        case "de":
            return f"{day.day}. {month} {day.year}"
        case "es":
            return f"{day.day} de {month} de {day.year}"
        case "fr":
            return f"{'1er' if day.day == 1 else day.day} {month} {day.year}"
        case _:
            return f"{day.day} {month} {day.year}"
