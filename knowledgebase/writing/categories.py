"""knowledgebase/writing/categories.py: where articles are filed: a tree of a few levels, named in each language.

Whoever moves a category holds the whole tree meanwhile: two who move two categories under each other at once cannot
both succeed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from channels.characters import why_no_name
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.transaction import Row, Rx, Tx
from knowledgebase.events import ArticleCategoryChanged
from knowledgebase.languages import canonical, chosen
from knowledgebase.tables import articles, categories
from knowledgebase.writing.category_words import must_be_as_seen, said, said_first, seen_now
from knowledgebase.writing.slugs import LONGEST, candidates, is_slug, slug_of
from knowledgebase.writing.texts import must_write

#: Levels of the tree: deeper, nobody finds anything.
DEEPEST = 5
MOST = 1000
MOST_NAME = 120
MOST_ABOUT = 1000
#: Why nothing is put into a category that is new.
NEW = "a second person has to approve what that category is called first"

#: What everybody sees of a category and `change` changes.
_SEEN = frozenset({"names", "about", "position"})

_ALL = sa.select(categories).order_by(categories.c.position, categories.c.slug)
_IDS = sa.select(categories.c.id)
_FILED = sa.select(articles.c.id).where(articles.c.category_id == sa.bindparam("category")).limit(1)
_REMOVE = sa.delete(categories).where(categories.c.id == sa.bindparam("gone"))


@dataclass(frozen=True, kw_only=True)
class Named:
    """A category by its name in one language."""

    id: str
    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Category:
    """A place in the tree; at the top `depth` is 0."""

    id: str
    slug: str
    parent_id: str | None
    names: Mapping[str, str]
    about: Mapping[str, str] = field(default_factory=dict)
    position: int = 0
    depth: int = 0
    version: int = 0
    seen_version: int = 0  #: since which everybody sees the same; what is asked for changes `version` alone
    asks: Mapping[str, Mapping[str, str]] | None = None  #: what somebody wants it to say instead (`category_words.py`)
    asked_by: str | None = None

    @property
    def is_new(self) -> bool:
        """Whether nobody has approved yet what it is called: it is for who writes alone, and holds nothing."""
        return not self.names

    @property
    def words(self) -> Mapping[str, str]:
        """Its names; of one that is new those that somebody asks for."""
        return self.asks["names"] if self.is_new and self.asks else self.names

    @property
    def told(self) -> Mapping[str, str]:
        """What it is about, likewise."""
        return self.asks["about"] if self.is_new and self.asks else self.about

    def name_in(self, language: str | None) -> str:
        """Its name in the language that comes nearest."""
        return self.words[chosen(language, self.words, "en")] if self.words else self.slug

    def about_in(self, language: str | None) -> str:
        """What it is about, likewise; may be empty."""
        return self.about[chosen(language, self.about, "en")] if self.about else ""


def tree(rx: Rx) -> list[Category]:
    """Every category, each followed by those within it, in their order."""
    rows = rx.all(_ALL)
    within: dict[str | None, list[Row]] = {}
    for row in rows:
        within.setdefault(row.parent_id, []).append(row)

    def walk(parent_id: str | None, depth: int) -> Iterator[Category]:
        for row in within.get(parent_id, ()):
            yield _category(row, depth)
            yield from walk(row.id, depth + 1)

    return list(walk(None, 0))


def path(rx: Rx, category_id: str | None, language: str | None) -> tuple[Named, ...]:
    """A category and those above it, from the top down."""
    found: list[Named] = []
    known = {one.id: one for one in tree(rx)} if category_id else {}
    at = category_id
    while at in known:
        one = known[at]
        found.append(Named(id=one.id, slug=one.slug, name=one.name_in(language)))
        at = one.parent_id
    return tuple(reversed(found))


def by_slug(rx: Rx, slug: str) -> Category | None:
    """The category that is called so in addresses."""
    return next((one for one in tree(rx) if one.slug == slug), None)


def add(
    tx: Tx,
    *,
    names: Mapping[str, str],
    about: Mapping[str, str] | None = None,
    parent_id: str | None = None,
    slug: str = "",
    position: int = 0,
) -> str:
    """A new category; returns its id. Without a `slug`, its first name makes one.

    Raises:
        Invalid: names the fields that cannot be kept.
        Conflict: another category has the slug; or there are too many.
    """
    must_write(tx)
    every = _taken(tx)
    if len(every) >= MOST:
        raise Conflict("category", f"there are {MOST:,} already")
    named, told = _words("names", names, MOST_NAME), _words("about", about or {}, MOST_ABOUT)
    if not named:
        raise Invalid("names", "a category has a name in one language at least")
    id = tx.new_id()
    _check_place(every, id, parent_id)
    if slug and not is_slug(slug):
        raise Invalid("slug", f"small letters and digits with a - between words, at most {LONGEST}")
    values = {"parent_id": parent_id, "position": position, **said_first(tx, {"names": named, "about": told})}
    wanted = [slug] if slug else candidates(slug_of(next(iter(named.values()))), id)
    if not any(tx.insert_if_new(categories, id=id, slug=one, **values) for one in wanted):
        raise Conflict("slug", "another category has it")
    tx.emit(ArticleCategoryChanged(id=id, what="added"))
    return id


def change(
    tx: Tx,
    category_id: str,
    *,
    names: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
    position: int | None = None,
    version: int,
) -> None:
    """Changes what a category is called, what it is about, and its place among its neighbours.

    Other words are asked for where they need two (`category_words.py`); the place holds at once.

    Raises:
        NotFound: no such category.
        Invalid: names the fields that cannot be kept.
        Stale: somebody has changed it since `version`; of words that are asked for only who asks for others has to
            have seen them.
    """
    must_write(tx)
    row = tx.take(categories, category_id)
    must_be_as_seen(row, version, by_readers=True)
    given: dict[str, dict[str, str]] = {}
    if names is not None:
        given["names"] = _words("names", names, MOST_NAME)
        if not given["names"]:
            raise Invalid("names", "a category has a name in one language at least")
    if about is not None:
        given["about"] = _words("about", about, MOST_ABOUT)
    values = said(tx, row, given)
    if "asks" in values:
        must_be_as_seen(row, version)
    what = "asked" if values.get("asks") else "changed"
    if position is not None:
        values["position"] = position
    if any(values[name] != row._mapping[name] for name in _SEEN.intersection(values)):
        values |= seen_now(row)
    if values:
        tx.update(categories, category_id, **values)
        tx.emit(ArticleCategoryChanged(id=category_id, what=what))


def move(tx: Tx, category_id: str, parent_id: str | None) -> None:
    """Moves a category, with all within it, under another or to the top.

    Raises:
        NotFound: no such category.
        Invalid: under itself or its own, too deep, or under one that is not there.
    """
    must_write(tx)
    every = _taken(tx)
    if category_id not in every:
        raise NotFound("category", category_id)
    _check_place(every, category_id, parent_id)
    if every[category_id].parent_id != parent_id:
        tx.update(categories, category_id, parent_id=parent_id, **seen_now(every[category_id]))
        tx.emit(ArticleCategoryChanged(id=category_id, what="moved"))


def remove(tx: Tx, category_id: str, *, version: int) -> None:
    """Removes an empty category.

    Raises:
        NotFound: no such category.
        Stale: somebody has changed it since `version`.
        Conflict: articles or other categories are filed in it.
    """
    must_write(tx)
    every = _taken(tx)
    if category_id not in every:
        raise NotFound("category", category_id)
    must_be_as_seen(every[category_id], version)
    if any(row.parent_id == category_id for row in every.values()):
        raise Conflict("category", "there are others within it; move them first")
    if tx.all(_FILED, category=category_id):
        raise Conflict("category", "articles are filed in it; file them elsewhere first")
    tx.change(_REMOVE, gone=category_id)
    tx.emit(ArticleCategoryChanged(id=category_id, what="removed"))


def _taken(tx: Tx) -> dict[str, Row]:
    """Every category, held until the transaction ends."""
    return {row.id: row for row in tx.take(categories, [row.id for row in tx.all(_IDS)])}


def _check_place(every: Mapping[str, Row], id: str, parent_id: str | None) -> None:
    if parent_id is not None and parent_id not in every:
        raise Invalid("parent_id", "there is no such category")
    if parent_id is not None and not every[parent_id].names:
        raise Invalid("parent_id", NEW)
    above, at = 0, parent_id
    while at is not None:
        if at == id:
            raise Invalid("parent_id", "a category cannot stand under itself or one of its own")
        above, at = above + 1, every[at].parent_id
    if above + _height(every, id) > DEEPEST:
        raise Invalid("parent_id", f"at most {DEEPEST} levels")


def _height(every: Mapping[str, Row], id: str) -> int:
    """Levels of a category and those within it."""
    return 1 + max((_height(every, row.id) for row in every.values() if row.parent_id == id), default=0)


def _words(field_name: str, given: Mapping[str, str], most: int) -> dict[str, str]:
    """Words by language, each on a line; an empty one is none."""
    found = {}
    for language, text in given.items():
        line = " ".join(text.split())
        if len(line) > most:
            raise Invalid(field_name, f"at most {most} characters")
        if line and (why := why_no_name(line)):
            raise Invalid(f"{field_name}.{language}", why)
        if line:
            found[canonical(language)] = line
    return found


def _category(row: Row, depth: int) -> Category:
    return Category(
        id=row.id,
        slug=row.slug,
        parent_id=row.parent_id,
        names=row.names,
        about=row.about or {},
        position=row.position,
        depth=depth,
        version=row.version,
        seen_version=row.seen_version,
        asks=row.asks,
        asked_by=row.asked_by,
    )
