"""desk/complaints/matter.py: what a complaint is about, checked: codes, severity, words."""

import json
import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from desk.complaints.packs import Level
from desk.tables import taxonomy
from desk.transaction import Rx

LONGEST = 20_000
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,63}", re.ASCII)


def wrong_matter(rx: Rx, **matter: Any) -> list[tuple[str, str]]:
    """What is wrong with the given fields of a matter; those not given are not looked at."""
    lacks = wrong_codes(rx, matter)
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


def wrong_codes(rx: Rx, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Codes that are none, or retired. A code that nobody listed yet is taken as it is."""
    lacks = []
    for name in ("category", "cause"):
        code = fields.get(name)
        if code in (None, ""):
            continue
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            lacks.append((name, "must be a code: letters, digits, _ . / or -"))
        elif rx.all(_retired(name, code)):
            lacks.append((name, "this code is retired"))
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


def _retired(kind: str, code: str) -> sa.Select[Any]:
    return sa.select(taxonomy.c.code).where(taxonomy.c.kind == kind, taxonomy.c.code == code, taxonomy.c.retired)
