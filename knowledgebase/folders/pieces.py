"""knowledgebase/folders/pieces.py: what a folder has beside its articles' words: categories, snippets, files."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Invalid
from desk.kernel.transaction import Rx, Tx
from knowledgebase.folders.front_matter import Filed
from knowledgebase.languages import canonical
from knowledgebase.tables import article_files
from knowledgebase.writing import categories, snippets

ADDED, CHANGED, SAME = "added", "changed", "same"

_FILE = sa.select(article_files.c.id).where(article_files.c.id == sa.bindparam("id"))


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """A picture or paper, and where its bytes are kept."""

    id: str
    name: str
    type: str
    size: int
    blob: str


def add_file(tx: Tx, article_id: str, file: NewFile) -> bool:
    """A file that came with a sheet, under the id by which its words show it; says whether it is new."""
    about = {"name": file.name[:200], "type": file.type, "size": file.size, "blob": file.blob}
    who = {"added_by": tx.actor.id, "added_at": tx.now}
    return tx.insert_if_new(article_files, id=file.id, article_id=article_id, **about, **who)


def is_there(rx: Rx, file_id: str) -> bool:
    """Whether a file of this id is here already."""
    return bool(rx.all(_FILE, id=file_id))


def put_snippet(tx: Tx, name: str, language: str, body: str) -> str:
    """What a snippet says; says what became of it.

    Raises:
        Invalid: names what cannot be kept.
    """
    known = {(one.name, one.language): one for one in snippets.every(tx)}
    before = known.get((name, canonical(language)))
    snippets.put(tx, name=name, language=language, body=body, version=before.version if before else None)
    if before is None:
        return ADDED
    return SAME if before.body == body.strip() else CHANGED


def add_category(tx: Tx, filed: Filed) -> str:
    """A category as a file says it, known by its slug; says what became of it.

    Raises:
        Invalid: names what cannot be kept.
    """
    parent = categories.by_slug(tx, filed.parent) if filed.parent else None
    if filed.parent and parent is None:
        raise Invalid("parent", f"there is no category {filed.parent}")
    known = categories.by_slug(tx, filed.slug)
    said: dict[str, Any] = {"names": filed.names, "about": filed.about, "position": filed.position}
    parent_id = parent.id if parent else None
    if known is None:
        categories.add(tx, **said, slug=filed.slug, parent_id=parent_id)
        return ADDED
    if (known.names, known.about, known.position, known.parent_id) == (*said.values(), parent_id):
        return SAME
    categories.change(tx, known.id, **said, version=known.version)
    categories.move(tx, known.id, parent_id)
    return CHANGED
