"""web/pages/admin/rule_conflicts.py: two people change the same rules, and neither loses what they typed.

Who saves later is shown their own form again, as they filled it in, and beside each field that differs what the other
has saved: to save once more is then to overwrite it knowingly. That they have been shown it (`slower`) goes with the
form, so that it stands there still when something else is wrong with it.
"""

import re
from collections.abc import Mapping
from typing import Any

from desk.organization.rules import MOST_RINGS

Fields = Mapping[str, str]

#: What a form carries beside the rules.
_CARRIED = frozenset({"csrf_token", "seen", "slower"})
#: Fields by the part of the page that has a row for each key; the last group is the key.
_KEYED = {
    "skills": re.compile(r"(?:rings\[\d+\]\.)?skills\.(.+)"),
    "queues": re.compile(r"(?:rings\[\d+\]\.queues|serves)\.(.+)"),
    "days": re.compile(r"exceptions\.(.+)"),
    "teams": re.compile(r"rings\[\d+\]\.teams\.(.+)"),
    "channels": re.compile(
        r"(?:handling|due|capacity|case_owner|last_agent|auto_accept|limits\.(?:weights|exclusive|idle))\.(.+)"
    ),
}
_LISTS = {"rings": re.compile(r"rings\[(\d{1,3})\]\..+"), "overflows": re.compile(r"overflow\[(\d{1,3})\]\..+")}


def kept(fields: Fields) -> dict[str, str]:
    """All that somebody filled in, word for word: ticks that remove a step too."""
    return {name: value for name, value in fields.items() if value.strip() and name not in _CARRIED}


def differing(said: Fields, now: Fields) -> dict[str, str]:
    """What the fields hold now that are filled in otherwise; empty where they hold nothing."""
    names = [name for name in {**said, **now} if not name.endswith(".remove") and not name.startswith("new[")]
    return {name: now.get(name, "") for name in names if said.get(name, "").strip() != now.get(name, "")}


def rows(name: str, *filled_in: Fields, empty: int = 1) -> int:
    """So many steps of a list to show: all that are filled in, and so many empty ones as long as there may be more."""
    found = [int(found[1]) for fields in filled_in for field in fields if (found := _LISTS[name].fullmatch(field))]
    return min(max(found, default=-1) + 1 + empty, MOST_RINGS)


def with_room(view: Mapping[str, Any], *filled_in: Fields, empty: int = 1) -> dict[str, Any]:
    """The parts of a page with a place for whatever is filled in: for steps that there were not or are not any more,
    and for what was removed meanwhile; the check says of that what is wrong with it."""
    lists = {name: max(view[name], rows(name, *filled_in, empty=empty)) for name in _LISTS if name in view}
    keyed = {name: dict(view[name]) for name in _KEYED if name in view}
    for field in [field for fields in filled_in for field in fields]:
        for name, known in keyed.items():
            if found := _KEYED[name].fullmatch(field):
                known.setdefault(found[1], found[1])
    return lists | keyed
