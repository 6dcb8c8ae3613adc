"""desk/scenarios/trace.py: recorded contacts, as a CSV file: `arrival_s`, `handle_s` and perhaps `patience_s`.

Columns stand in any order, rows too, and other columns are not looked at. Without patience, or where it is
empty, nobody hangs up. An error names its line.
"""

import csv
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from io import StringIO

from desk.kernel.errors import Invalid
from desk.scenarios.values import LONGEST_S, milliseconds
from routing.traffic import Contact, Line

_NEEDED = ("arrival_s", "handle_s")


def read_trace(text: str, line: Line, *, where: str) -> tuple[Contact, ...]:
    """The contacts in order of arrival; equal ones in the order of their rows.

    Raises:
        Invalid: about `where`, with the line that is wrong.
    """
    rows = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    contacts = []
    try:
        header = [name.strip() for name in next(rows, [])]
        columns = _columns(header, where)
        for row in rows:
            values = [value.strip() for value in row]
            here = f"{where}:{rows.line_num}"
            if len(values) != len(header) and any(values):
                raise Invalid(here, f"{len(values)} values under a header of {len(header)}")
            if any(values):
                contacts.append(_contact([values[at] for at in columns], line, here))
    except csv.Error as error:
        raise Invalid(f"{where}:{rows.line_num}", str(error)) from error
    return tuple(sorted(contacts, key=lambda contact: contact.arrived_ms))


def _columns(header: Sequence[str], where: str) -> list[int]:
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise Invalid(f"{where}:1", f"the header lacks {', '.join(missing)}")
    known = [*_NEEDED, "patience_s"]
    twice = [name for name in known if header.count(name) > 1]
    if twice:
        raise Invalid(f"{where}:1", f"{twice[0]} is given twice")
    return [header.index(name) for name in known if name in header]


def _contact(values: Sequence[str], line: Line, where: str) -> Contact:
    arrival, handle, *patience = values
    wait = patience[0] if patience else ""
    return Contact(
        line,
        _ms(arrival, "arrival_s", where),
        _ms(handle, "handle_s", where),
        _ms(wait, "patience_s", where) if wait else None,
    )


def _ms(text: str, name: str, where: str) -> int:
    try:
        seconds = Decimal(text)
    except InvalidOperation as error:
        raise Invalid(where, f"{name}: {text[:40]!r} is no number of seconds") from error
    if not seconds.is_finite() or not 0 <= seconds <= LONGEST_S:
        raise Invalid(where, f"{name}: {text[:40]} is not between 0 and {LONGEST_S} seconds")
    return milliseconds(seconds)
