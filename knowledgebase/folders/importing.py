"""knowledgebase/folders/importing.py: articles from sheets: new ones are added, known ones become what the sheet says.

A sheet is known by its slug, without one by the slug that its title makes, of a translation by its original. The same
sheet twice changes nothing. What readers see changes only where the sheet says `published` or `archived`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desk.kernel.errors import Invalid
from desk.kernel.transaction import Row, Rx, Tx
from desk.tables import users
from knowledgebase import contents
from knowledgebase.folders.front_matter import Filed, Head, Sheet
from knowledgebase.languages import canonical
from knowledgebase.tables import article_files, article_texts, articles, former_slugs
from knowledgebase.writing import articles as writing
from knowledgebase.writing import categories, publishing, snippets
from knowledgebase.writing.about import tags_of
from knowledgebase.writing.lifecycle import Stage
from knowledgebase.writing.slugs import is_slug, slug_of
from knowledgebase.writing.texts import revision, texts_of
from knowledgebase.writing.translations import translate

ADDED, CHANGED, SAME = "added", "changed", "same"

_BY_SLUG = sa.select(article_texts).where(article_texts.c.slug == sa.bindparam("slug"))
_BY_FORMER = (
    sa.select(article_texts)
    .join(former_slugs, former_slugs.c.text_id == article_texts.c.id)
    .where(former_slugs.c.slug == sa.bindparam("slug"))
)
_OWNER = sa.select(users.c.id).where(users.c.email == sa.bindparam("email"), users.c.active)

_FILE = sa.select(article_files.c.id).where(article_files.c.id == sa.bindparam("id"))


@dataclass(frozen=True, kw_only=True)
class Usual:
    """What holds where a sheet does not say."""

    language: str = "en"
    audience: str = "internal"
    state: str = "draft"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a sheet."""

    what: str
    article_id: str
    slug: str


class Tried(Exception):  # nothing went wrong
    """A sheet can be taken."""


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """A picture or paper, and where its bytes are kept."""

    id: str
    name: str
    type: str
    size: int
    blob: str


def take_in(tx: Tx, sheet: Sheet, usual: Usual) -> Taken:
    """Adds or changes what a sheet says.

    Raises:
        Invalid: names what cannot be kept.
    """
    text = _known(tx, sheet.head, usual)
    if text is None:
        text, what = _add(tx, sheet, usual), ADDED
    else:
        what = _change(tx, text, sheet, usual)
    text = tx.one(article_texts, text.id)
    wanted = sheet.head.state or (None if what == SAME and _was_taken_back(text) else usual.state)
    moved = _bring_to(tx, text.id, None if _is_read(tx, text, sheet, usual) else wanted, sheet.head)
    text = tx.one(article_texts, text.id)
    return Taken(what=CHANGED if moved and what == SAME else what, article_id=text.article_id, slug=text.slug)


def try_in(tx: Tx, sheet: Sheet, usual: Usual) -> None:
    """What `take_in` would do; nothing of it stays.

    Raises:
        Tried: always, where the sheet can be taken.
        Invalid: names what cannot be kept.
    """
    take_in(tx, sheet, usual)
    raise Tried


def slugs_for(rx: Rx, sheets: Sequence[Sheet], usual: Usual) -> dict[str, str]:
    """The slugs that sheets have, or will have unless somebody else has them, by their paths; without what cannot be
    kept."""
    found: dict[str, str] = {}
    for sheet in sheets:
        try:
            contents.words(title=sheet.head.title, body=sheet.body, summary=sheet.head.summary)
            known = _known(rx, sheet.head, usual)
        except Invalid:
            continue
        found[sheet.path] = known.slug if known else sheet.head.slug or slug_of(sheet.head.title)
    return found


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


def _known(rx: Rx, head: Head, usual: Usual) -> Row | None:
    """The text that a sheet speaks of, if there is one."""
    if head.slug and (found := rx.all(_BY_SLUG, slug=head.slug)):
        return found[0]
    language = canonical(head.language or usual.language)
    if head.original:
        return next((one for one in texts_of(rx, _original(rx, head).article_id) if one.language == language), None)
    alike = [] if head.slug else rx.all(_BY_SLUG, slug=slug_of(head.title))
    return alike[0] if alike and alike[0].language == language else None


def _original(rx: Rx, head: Head) -> Row:
    """The text that a sheet translates; what names a translation means the article in its first language."""
    slug = head.original or ""
    found = rx.all(_BY_SLUG, slug=slug) or rx.all(_BY_FORMER, slug=slug)
    if not found:
        raise Invalid("original", f"there is no article {slug}")
    return texts_of(rx, found[0].article_id)[0]


def _add(tx: Tx, sheet: Sheet, usual: Usual) -> Row:
    head = sheet.head
    words: dict[str, Any] = {"title": head.title, "body": sheet.body, "summary": head.summary}
    language = head.language or usual.language
    if head.original:
        original = _original(tx, head)
        made = translate(tx, original.article_id, language, **words)
    else:
        about = {"audience": usual.audience} | _about(tx, sheet)
        made = writing.create(tx, **words, language=language, **about)
    if head.slug and head.slug != made.slug:
        if not is_slug(head.slug):
            raise Invalid("slug", "small letters and digits with a - between words")
        writing.rename(tx, made.text_id, head.slug)
    return tx.one(article_texts, made.text_id)


def _change(tx: Tx, text: Row, sheet: Sheet, usual: Usual) -> str:
    before = tx.one(articles, text.article_id).edition
    if not _is_read(tx, text, sheet, usual):
        said: dict[str, Any] = {"title": sheet.head.title, "body": sheet.body, "summary": sheet.head.summary}
        writing.save(tx, text.id, **said, note="", base=text.newest)
    article = tx.one(articles, text.article_id)
    if article.language == text.language:
        about = {name: value for name, value in _about(tx, sheet).items() if value != _now(tx, article, name)}
        if about:
            writing.describe(tx, article.id, **about)
    return CHANGED if tx.one(articles, article.id).edition != before else SAME


def _was_taken_back(text: Row) -> bool:
    """Whether somebody here decided that readers see it no more."""
    return text.stage == Stage.ARCHIVED or (text.published is None and text.published_at is not None)


def _is_read(rx: Rx, text: Row, sheet: Sheet, usual: Usual) -> bool:
    """Whether readers see already what a sheet wants them to: what somebody drafts beside it is left alone."""
    if text.published is None or (sheet.head.state or usual.state) != Stage.PUBLISHED.value:
        return False
    seen = revision(rx, text.id, text.published)
    return (seen.title, seen.body, seen.summary) == (sheet.head.title, sheet.body, sheet.head.summary)


def _now(rx: Rx, article: Row, name: str) -> Any:
    return tags_of(rx, article.id) if name == "tags" else article._mapping[name]


def _about(tx: Tx, sheet: Sheet) -> dict[str, Any]:
    """What a sheet says of its article; what it leaves out is left as it is."""
    head = sheet.head
    about: dict[str, Any] = {
        "audience": head.audience,
        "team": head.team,
        "category_id": _category(tx, sheet),
        "owner_id": _owner(tx, head.owner),
        "review_due_at": head.review_due_at,
        "tags": sorted(contents.tags(head.tags)) or None,
    }
    return {name: value for name, value in about.items() if value is not None}


def _owner(rx: Rx, email: str | None) -> str | None:
    """Whose it is. Somebody who is not here is nobody here: the article comes without an owner."""
    found = rx.all(_OWNER, email=email.strip().lower()) if email else []
    return found[0].id if found else None


def _category(tx: Tx, sheet: Sheet) -> str | None:
    """The category by its slug, or by the folders in which the sheet lies: those that there are not are made."""
    if sheet.head.category:
        found = categories.by_slug(tx, sheet.head.category)
        if found is None:
            raise Invalid("category", f"there is no category {sheet.head.category}")
        return found.id
    at: str | None = None
    for folder in sheet.filed:
        known = [
            one for one in categories.tree(tx) if one.parent_id == at and slug_of(folder) == slug_of(one.name_in(None))
        ]
        at = known[0].id if known else categories.add(tx, names={"en": folder}, parent_id=at)
    return at


def _bring_to(tx: Tx, text_id: str, state: str | None, head: Head) -> bool:
    """Takes a text to where its sheet says that it is; says whether anything changed."""
    text = tx.one(article_texts, text_id)
    before = tx.one(articles, text.article_id).edition
    if state == Stage.PUBLISHED and text.published != text.newest:
        publishing.publish(tx, text_id)
    elif state == Stage.ARCHIVED and text.stage != Stage.ARCHIVED:
        publishing.archive(tx, text_id)
    elif (
        state in (Stage.IN_REVIEW, Stage.APPROVED) and text.stage == Stage.DRAFT
    ):  # who approved is not here to be asked
        publishing.submit(tx, text_id)
    if head.expire_at is not None and head.expire_at > tx.now and head.expire_at != text.expire_at:
        publishing.expire(tx, text_id, at=head.expire_at)
    if head.original:
        _says_what_the_original_says(tx, text_id, behind=head.behind)
    return bool(tx.one(articles, text.article_id).edition != before)


def _says_what_the_original_says(tx: Tx, text_id: str, *, behind: bool) -> None:
    text = tx.one(article_texts, text_id)
    original = texts_of(tx, text.article_id)[0]
    newest = original.published or original.newest
    wanted = min(text.translates or 0, newest - 1) if behind else newest
    if wanted != text.translates:
        said = revision(tx, text_id, text.newest)
        words = {"title": said.title, "body": said.body, "summary": said.summary, "note": ""}
        writing.save(tx, text_id, **words, base=text.newest, translates=wanted)
