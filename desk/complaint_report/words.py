"""desk/complaint_report/words.py: a report's words and numbers, in English and Simplified Chinese.

The English phrase is the key. Numbers are written once here, for sentences and tables alike:
a true minus, a narrow space before %, – where there is no value.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desk.complaint_report.chinese import CHINESE
from desk.complaint_report.period import Month, Unit

LANGUAGES = ("en", "zh")
#: Stands where there is no value.
NONE = "–"
_NARROW = "\u202f"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_ZH = ("一", "二", "三", "四", "五", "六", "日")


class Number(int):
    """A whole number in a phrase: {n} is the number, {n:complaint|complaints} the word that goes with it."""

    def __format__(self, words: str) -> str:
        if not words:
            return f"{int(self):,}".replace("-", "−")
        one, many = words.split("|")
        return one if self == 1 else many


class Words:
    """Says things in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._phrases: Mapping[str, str] = CHINESE if language == "zh" else {}

    def __call__(self, phrase: str, **values: Any) -> str:
        """`phrase` in the language, its {names} filled in."""
        text = self._phrases.get(phrase, phrase)
        return text.format(**{name: self._plain(value) for name, value in values.items()}) if values else text

    def _plain(self, value: Any) -> Number | str:
        return Number(value) if isinstance(value, int) else str(value)

    def number(self, value: int | float | None, places: int = 0) -> str:
        """12,345 or −3.5."""
        if value is None:
            return NONE
        return f"{value:,.{places}f}".replace("-", "−")

    def percent(self, value: int | float | None) -> str:
        """95.6 %."""
        return NONE if value is None else f"{self.number(value, 1)}{_NARROW}%"

    def change(self, value: float | None) -> str:
        """+16.4 %, or 0.0 %."""
        if value is None:
            return NONE
        return ("+" if value > 0 else "") + self.percent(value)

    def points(self, value: float | None) -> str:
        """−2.0 pts."""
        if value is None:
            return NONE
        return ("+" if value > 0 else "") + self.number(value, 1) + _NARROW + self("pts")

    def compared(self, unit: Unit, value: float | None) -> str:
        """A change as its unit compares."""
        return self.points(value) if unit is Unit.PERCENT else self.change(value)

    def value(self, unit: Unit, value: int | float | None) -> str:
        """A figure as its unit is written."""
        if value is None:
            return NONE
        if unit is Unit.PERCENT:
            return self.percent(value)
        if unit is Unit.DAYS:
            return (
                self.number(value, 0 if value == int(value) else 1)
                + " "
                + (self("day") if value == 1 else self("days"))
            )
        return self.number(value, 0 if isinstance(value, int) else 1)

    def month(self, month: Month) -> str:
        """October 2026."""
        if self.language == "zh":
            return f"{month.year} 年 {month.month} 月"
        return f"{_MONTHS[month.month - 1]} {month.year}"

    def so_far(self, month: Month, day: int) -> str:
        """November 2026 so far, to 26 November."""
        return self("{month} so far, to {day}", month=self.month(month), day=self.day(month, day))

    def short_month(self, month: Month, *, first: bool) -> str:
        """Oct, with the year where the axis begins and where a year does."""
        year = first or month.month == 1
        if self.language == "zh":
            return f"{month.year % 100:02d} 年 {month.month} 月" if year else f"{month.month} 月"
        return _MONTHS[month.month - 1][:3] + (f" {month.year % 100:02d}" if year else "")

    def day(self, month: Month, day: int) -> str:
        """31 October."""
        if self.language == "zh":
            return f"{month.month} 月 {day} 日"
        return f"{day} {_MONTHS[month.month - 1]}"

    def moment(self, local: datetime) -> str:
        """1 October 2026 00:00, of a time that is local already."""
        if self.language == "zh":
            return f"{local:%Y-%m-%d %H:%M}"
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year} {local:%H:%M}"

    def weekdays(self) -> tuple[tuple[str, str], ...]:
        """(short, long) from Monday."""
        if self.language == "zh":
            return tuple((f"周{day}", f"星期{day}") for day in _DAYS_ZH)
        return tuple((day[:3], day) for day in _DAYS)

    def state(self, state: str) -> str:
        """A complaint's state."""
        return self(_STATES.get(state, state))

    def channel(self, channel: str) -> str:
        """A channel."""
        return self(_CHANNELS.get(channel, channel or "not stated"))

    def level(self, level: str) -> str:
        """A level of seriousness."""
        return self(_LEVELS.get(level, level or "not stated"))

    def tier(self, tier: str) -> str:
        """A customer's tier."""
        return self(_TIERS.get(tier, tier or "not stated"))


_STATES = {
    "suspected": "Suspected",
    "logged": "Logged",
    "triage": "In triage",
    "investigating": "Being investigated",
    "waiting_customer": "Waiting for the customer",
    "waiting_third_party": "Waiting for a third party",
    "decision_review": "Decision under review",
    "closed": "Closed",
    "resolved_early": "Resolved early",
    "withdrawn": "Withdrawn",
    "void": "Void",
    "external": "With an outside body",
    "reopened": "Reopened",
}
_CHANNELS = {
    "email": "E-mail",
    "chat": "Chat",
    "sms": "Text message",
    "voice": "Telephone",
    "form": "Web form",
    "api": "Other system",
}
_LEVELS = {"general": "General", "major": "Major", "urgent": "Urgent"}
_TIERS = {"vip": "VIP", "major": "Major customer", "ordinary": "Ordinary customer", "small": "Small customer"}
