"""desk/complaints/matter.py: what a complaint is about, checked: codes, severity, words."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from desk.complaints.packs import Level
from desk.kernel.transaction import Rx
from desk.tables import taxonomy

LONGEST = 20_000
#: So many codes are named to who gave one that is not listed.
_MOST_NAMED = 30
#: Where the codes of a kind are listed.
_SECTIONS = {"category": "categories", "cause": "causes"}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,63}", re.ASCII)


def wrong_matter(rx: Rx, *, kept: Collection[str] = (), **matter: Any) -> list[tuple[str, str]]:
    """What is wrong with the given fields of a matter; those not given are not looked at, `kept` codes stay."""
    lacks = wrong_codes(rx, matter, kept=kept)
    if "severity" in matter and matter["severity"] not in range(1, 6):
        lacks.append(("severity", "must be a whole number from 1 to 5"))
    if "verbatim" in matter and not matter["verbatim"].strip():
        lacks.append(("verbatim", "missing: what the customer said, in their words"))
    lacks += [
        (name, f"at most {LONGEST} characters")
        for name in ("verbatim", "remedy_sought")
        if len(matter.get(name, "")) > LONGEST
    ]
    return lacks


def wrong_codes(rx: Rx, fields: Mapping[str, Any], *, kept: Collection[str] = ()) -> list[tuple[str, str]]:
    """Codes that are none, retired, or not listed. Where no code of the kind is listed any is taken as it is.

    `kept` are codes that the record has already: listed or not, they may stay.
    """
    lacks = []
    for name in ("category", "cause"):
        code = fields.get(name)
        if code in (None, "") or code in kept:
            continue
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            lacks.append((name, "must be a code: letters, digits, _ . / or -"))
        elif why := _unlisted(rx, name, code):
            lacks.append((name, why))
    if fields.get("category") == "":
        lacks.append(("category", "missing: what it is about"))
    return lacks


def level_of(severity: int) -> Level:
    """The level of a complaint that nobody has assessed yet."""
    return Level.URGENT if severity >= 5 else Level.MAJOR if severity == 4 else Level.GENERAL


def text_of(value: Any) -> str:
    """What was given, as text of bounded length; lists and objects as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.strip()[:LONGEST]


def _unlisted(rx: Rx, kind: str, code: str) -> str:
    """Why a code cannot be chosen; nothing of one that can, or where nothing is listed to choose from."""
    listed = {row.code: row.retired for row in rx.all(sa.select(taxonomy).where(taxonomy.c.kind == kind))}
    if listed.get(code):
        return "this code is retired"
    some = sorted(code for code, retired in listed.items() if not retired)
    if code in some or not some:
        return ""
    more = ", …" if len(some) > _MOST_NAMED else ""
    where = f"`{_SECTIONS[kind]}` of the organization file lists them"
    return f"not a code that is listed; {where}: {', '.join(some[:_MOST_NAMED])}{more}"
