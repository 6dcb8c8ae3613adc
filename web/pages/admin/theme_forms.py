"""web/pages/admin/theme_forms.py: the form of the look for customers ↔ the section `theme` of the organization file.

A field is named by its path in the section (`head[0].label.zh`), so that an error of the file's own checks stands
beside the field that it is about. What is not filled in is not said.
"""

import re
from collections.abc import Mapping
from typing import Any

from desk.organization.theme import MOST_LINKS, Theme
from web.pages.theme import page_language

_LINK = re.compile(r"(head|foot)\[(\d)\]\.(to|label\.([A-Za-z0-9-]{2,35}))")
_WELCOME = re.compile(r"welcome\.([A-Za-z0-9-]{2,35})")
_PLAIN = ("name", "accent", "accent_dark", "first")


def said(fields: Mapping[str, str]) -> dict[str, Any]:
    """The section of the organization file that a form says, without the logo. Links without a word are none."""
    links: dict[str, dict[int, dict[str, Any]]] = {"head": {}, "foot": {}}
    for name, value in fields.items():
        if (found := _LINK.fullmatch(name)) and value.strip():
            link = links[found[1]].setdefault(int(found[2]), {"to": "", "label": {}})
            if found[4]:
                link["label"][found[4]] = value
            else:
                link["to"] = value
    welcome = {
        found[1]: value for name, value in fields.items() if (found := _WELCOME.fullmatch(name)) and value.strip()
    }
    plain = {name: fields.get(name, "").strip() for name in ("name", "accent", "accent_dark")}
    rows = {place: [found[at] for at in sorted(found)] for place, found in links.items()}
    return plain | rows | {"welcome": welcome, "first": fields.get("first", "topics")}


def typed_of(theme: Theme) -> dict[str, str]:
    """The fields of the form that say a theme."""
    fields = {name: getattr(theme, name) for name in _PLAIN}
    for place, links in (("head", theme.head), ("foot", theme.foot)):
        for at, link in enumerate(links):
            fields[f"{place}[{at}].to"] = link.to
            fields |= {f"{place}[{at}].label.{page_language(key)}": text for key, text in link.label.items()}
    return fields | {f"welcome.{page_language(key)}": text for key, text in theme.welcome.items()}


def languages_in(typed: Mapping[str, str]) -> set[str]:
    """The languages in which a form says something."""
    return {name.rpartition(".")[2] for name in typed if ".label." in name or name.startswith("welcome.")}


def differing(fields: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Of each field that is filled in otherwise than it is `now`: how it is now."""
    names = [name for name in {**fields, **now} if name in _PLAIN or _LINK.fullmatch(name) or _WELCOME.fullmatch(name)]
    return {name: now.get(name, "") for name in names if fields.get(name, "").strip() != now.get(name, "")}


def beside(errors: list[tuple[str, str]]) -> dict[str, str]:
    """What stands beside each field; what is wrong with all labels of a link stands beside its address."""
    found: dict[str, str] = {}
    for path, why in errors:
        field = f"{path.removesuffix('.label')}.to" if path.endswith(".label") else path
        found.setdefault(field, "say what the link is called" if path.endswith(".label") else why)
    return found


def rows_in(typed: Mapping[str, str]) -> dict[str, list[int]]:
    """The links that a form shows: those that are filled in, and room for one more."""
    used = {(found[1], int(found[2])) for name, value in typed.items() if value and (found := _LINK.fullmatch(name))}
    last = {place: max((at for where, at in used if where == place), default=-1) for place in ("head", "foot")}
    return {place: list(range(min(at + 2, MOST_LINKS))) for place, at in last.items()}
