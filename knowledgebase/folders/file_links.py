"""knowledgebase/folders/file_links.py: links between the files of a folder, as links between articles. Pure.

    guide/one.md:  [two](../two.md#part)   ──▶   [two](/help/a/how-two-works#part)
    one.html:      [two](two.html#p2)      ──▶   [two](/help/a/how-two-works#part), where its part of that name begins

Files may lead to each other in circles. A link to a file that is no article stays as it is written, and is named. What
stands in code (a guide is none), and what leads out of the folder (an address of the web, a mail, a part of the same
page), is let be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from knowledgebase.guides_in_text import is_guide

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
#: A piece of code, or where a link leads: `](address`, `](<address>`, `[name]: address`.
_TARGET = re.compile(
    r"`[^`]*`|(?P<before>\]\(|^ {0,3}\[[^\[\]]{1,300}\]:[ \t]{0,9})(?P<to><[^<>]{1,1000}>|[^\s()<>]{1,1000})(?=[\s)]|$)"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
#: Pages of ours that customers have: what leads there is no file of a folder.
_OURS = re.compile(r"/(?:help|contact)(?:[/?]|\Z)")
#: How an address may leave out the end of a name.
ENDS = ("", ".md", ".html")


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A body whose links lead to articles; the files that it leads to and that are none."""

    body: str
    missing: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  #: the paths of all files that it leads to


def linked(
    body: str,
    path: str,
    slugs: Mapping[str, str],
    files: Mapping[str, str] | None = None,
    parts: Mapping[str, Mapping[str, str]] | None = None,
) -> Linked:
    """The body of the file at `path`; `slugs` are those of the articles, by the paths of their files, `files` the
    addresses of pictures and papers, by theirs, and `parts` the headings at which what files name begins."""
    missing: dict[str, None] = {}
    found: dict[str, None] = {}

    def leads(link: re.Match[str]) -> str:
        if link["to"] is None:
            return link[0]
        address, mark, part = link["to"].strip("<>").partition("#")
        places = _places(address, path)
        place = next((place for place in places if place in slugs), None)
        found.update(dict.fromkeys(places[:1]))
        if place is not None:
            heading = _heading(parts, place, part)
            return f"{link['before']}/help/a/{slugs[place]}{mark if heading else ''}{heading}"
        if mark and not address and (heading := _heading(parts, path, part)) != part:
            return f"{link['before']}#{heading}"
        if files and places and places[0] in files:
            return f"{link['before']}{files[places[0]]}"
        if places and not _OURS.match(address):
            missing[unquote(address)] = None
        return link[0]

    fence, is_code, lines = "", False, []
    for line in body.split("\n"):
        begins = _FENCE.match(line)
        if begins and not fence:
            fence, is_code = begins[1], not is_guide(line[begins.end() :])
        elif begins and begins[1].startswith(fence):
            fence = ""
        lines.append(line if begins or (fence and is_code) else _TARGET.sub(leads, line))
    return Linked(body="\n".join(lines), missing=tuple(missing), places=tuple(found))


def _heading(parts: Mapping[str, Mapping[str, str]] | None, path: str, part: str) -> str:
    """At which heading of the file a part begins; above all of them: none."""
    return (parts or {}).get(path, {}).get(unquote(part), part)


def _places(address: str, path: str) -> list[str]:
    """The paths that an address may mean; none where it leads to no file of the folder."""
    name = unquote(address.partition("?")[0])
    if not name or name.startswith("//") or _SCHEME.match(name):
        return []
    place = normpath(name.lstrip("/") if name.startswith("/") else join(dirname(path), name))
    return [place + end for end in ENDS]
