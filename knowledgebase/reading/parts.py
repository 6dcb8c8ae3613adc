"""knowledgebase/reading/parts.py: what the parts of an article are called in addresses, and the links to them: pure.

    ## What's new?     ──▶  id s-whats-new         [see](#whats-new)            ──▶  #s-whats-new
    ## What's new?     ──▶  id s-whats-new-1       [see](/help/a/two#whats-new) ──▶  /help/a/two#s-whats-new

Writers, and the programs whose files are imported, call a part by its heading in small letters with `-` for spaces,
without marks, and number those of one name: so do we, and read each name as we would write it. `s-` before it is ours,
so that no heading is called as anything else on the page: it is put before the name where an article is shown.
"""

import re
from collections import Counter
from collections.abc import Iterable
from unicodedata import category, normalize
from urllib.parse import quote, unquote

from markdown_it.token import Token

#: So many letters of a heading are its name.
_MOST = 120
_BETWEEN = re.compile(r"[\s_-]+")
#: Accents of letters that have them, not the vowels of scripts that write these above and below.
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_LEADS = re.compile(r"(?P<page>(?:/help/a/[^#]+)?)#(?P<part>.+)")
#: Parts of another article that are called as they are: by us already, or a step of a guide (`guided.py`).
_AS_IT_IS = re.compile(r"s-.*|guide-[a-z]{2,3}(?:-[A-Z][A-Za-z]+)?-[0-9]+-.*", re.DOTALL)


class Parts:
    """The names of a page's parts, from the first to the last: each has its own."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def add(self, heading: str) -> str:
        """The name of the next one."""
        name = first = _name(heading)
        while name in self._used:
            self._used[first] += 1
            name = f"{first}-{self._used[first]}"
        self._used[name] = 0
        return name


def part_id(name: str) -> str:
    """Where the part of this name is on the page."""
    return f"s-{name}"


def part_name(id: str) -> str:
    """What the part is called that is there."""
    return id.removeprefix("s-")


def lead_to_parts(tokens: Iterable[Token]) -> None:
    """Has the links of an article lead to its own parts and those of others, however their names are written. What
    names no part of this one is let be."""
    tokens = list(tokens)
    here = {str(token.attrs["id"]) for token in tokens if "id" in token.attrs}
    for token in tokens:
        for child in token.children or ():
            found = _LEADS.fullmatch(str(child.attrs.get("href", ""))) if child.type == "link_open" else None
            if found is None:
                continue
            written = unquote(found["part"])
            id = part_id(_name(written))
            leads = not _AS_IT_IS.fullmatch(written) if found["page"] else written not in here and id in here
            if leads:
                child.attrs["href"] = f"{found['page']}#{quote(id)}"


def _name(heading: str) -> str:
    plain = normalize("NFC", _ACCENTS.sub("", normalize("NFKD", heading.casefold())))
    kept = "".join(sign for sign in plain if sign in "-_" or sign.isspace() or category(sign)[0] in "LMN")
    return _BETWEEN.sub("-", kept)[:_MOST].strip("-") or "part"
