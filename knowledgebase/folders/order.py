"""knowledgebase/folders/order.py: in which order the sheets of a folder are taken. Pure.

Originals, translations, drafts; of these what is planned first, which is older than what is drafted beside it. Within
each, what others lead to comes before them as far as that goes: who is taken then knows what became of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from knowledgebase.folders.exporting import DRAFTS
from knowledgebase.folders.front_matter import Sheet
from knowledgebase.writing.slugs import slug_of


def apart(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Sheets in the order in which they can be taken; of those that only a title tells from others, the first."""
    named: set[tuple[str, str | None]] = set()
    kept = []
    for sheet in in_order(sheets):
        name = (slug_of(sheet.head.title), sheet.head.language)
        if sheet.head.slug is not None or name not in named:
            kept.append(sheet)
        named.add(name)
    return kept


def in_order(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Sheets in the order in which they can be taken."""
    return sorted(sheets, key=lambda sheet: (*_part(sheet), sheet.path))


def in_turn(sheets: Sequence[Sheet], leads: Mapping[str, Sequence[str]]) -> Iterator[tuple[Sheet, list[str]]]:
    """Sheets that are in order, each with what it leads to and that comes later: there are circles, and an original may
    lead to its translation. `leads` are the paths to which a path leads."""
    come: set[str] = set()
    seen: set[str] = set()
    for _, part in groupby(sheets, key=_part):
        here = {sheet.path: sheet for sheet in part}
        for root in here:
            way = [] if root in seen else [(root, iter(leads.get(root, ())))]
            seen.add(root)
            while way:
                path, rest = way[-1]
                below = next((one for one in rest if one in here and one not in seen), None)
                if below is None:
                    way.pop()
                    yield here[path], [one for one in leads.get(path, ()) if one not in come and one != path]
                    come.add(path)
                else:
                    seen.add(below)
                    way.append((below, iter(leads.get(below, ()))))


def _part(sheet: Sheet) -> tuple[bool, bool, bool]:
    return sheet.path.startswith(DRAFTS), bool(sheet.head.original), sheet.head.publish_at is None
