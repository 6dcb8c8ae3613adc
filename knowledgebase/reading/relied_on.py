"""knowledgebase/reading/relied_on.py: what words rely on that is not their own: snippets, pictures and papers.

A snippet is changed and a paper's article is closed to its readers while the words that ask for them stay, and so does
the edition of their article. A page that has somebody let words through names what it showed of these (`named`), and
is held against what they are by then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Stale
from desk.kernel.statements import among
from desk.kernel.transaction import Row, Rx
from knowledgebase.contents import MOST_FILES, files_in
from knowledgebase.put_in import put_in, said_by_snippets
from knowledgebase.readers import Reader, whoever_reads
from knowledgebase.reading.handed_out import handed_out
from knowledgebase.tables import article_files
from knowledgebase.writing.texts import revision

_FILES = sa.select(article_files).where(among(article_files.c.id))
#: Of a digest: enough to tell what words ask for, and too much for another that says otherwise to be found.
_KEY, _SAYS = 6, 20


@dataclass(frozen=True, kw_only=True)
class Relied:
    """Something on which words rely, as it is."""

    what: str  #: in words of ours
    key: str  #: which it is
    says: str  #: how it is
    is_handed_out: bool  #: a file of an article that the readers of these words may not read

    @property
    def token(self) -> str:
        """As pages name it."""
        return self.key + self.says


def relied_on(rx: Rx, article: Row, text: Any, number: int, reader: Reader | None = None) -> list[Relied]:
    """What revision `number` of a text puts in and shows, for `reader`; None: for whom its article is."""
    body, reader = revision(rx, text.id, number).body, reader or whoever_reads(article.audience, article.team)
    says = said_by_snippets(rx, body, text.language)
    found = [_relied(f"the snippet {name}", name, words) for name, words in says.items()]
    ids = files_in(put_in(body, {name: words or "" for name, words in says.items()}))[:MOST_FILES]
    if not ids:
        return found
    files = {row.id: row for row in rx.all(_FILES, ids=ids)}
    others = {one.file_id for one in handed_out(rx, article.id, reader, body, text.language)}
    return found + [_file(id, files.get(id), is_handed_out=id in others) for id in ids]


def named(things: Iterable[Relied]) -> str:
    """How a page names what it showed."""
    return " ".join(dict.fromkeys(one.token for one in things))


def not_as(shown: str, things: Iterable[Relied]) -> list[Relied]:
    """What of `things` is not as a page has `shown` it."""
    known = set(shown.split())
    return [one for one in things if one.token not in known]


def must_be_as(shown: str, things: Iterable[Relied]) -> None:
    """Goes on only if all is as a page has `shown` it.

    Raises:
        Stale: something is not.
    """
    if otherwise := not_as(shown, things):
        raise Stale("article", f"it relies on what is otherwise now: {in_words(otherwise)}")


def in_words(things: Iterable[Relied]) -> str:
    """Several in a row, as a sentence names them."""
    return ", ".join(dict.fromkeys(one.what for one in things))


def changed_since(shown: str, things: Iterable[Relied]) -> list[Relied]:
    """The same for a page on which words are written that rely on more: what was shown and is otherwise by now, and
    what nobody was told that it is handed out."""
    known = {token[:_KEY] for token in shown.split()}
    return [one for one in not_as(shown, things) if one.is_handed_out or one.key in known]


def _file(id: str, row: Row | None, *, is_handed_out: bool) -> Relied:
    about = (row.name, row.type, row.size, row.blob, is_handed_out) if row else None
    return _relied(f"the file {row.name}" if row else "a file", id, about, is_handed_out=is_handed_out)


def _relied(what: str, key: str, says: object, *, is_handed_out: bool = False) -> Relied:
    return Relied(what=what, key=_digest(key)[:_KEY], says=_digest(says)[:_SAYS], is_handed_out=is_handed_out)


def _digest(*of: object) -> str:
    return sha256(repr(of).encode()).hexdigest()
