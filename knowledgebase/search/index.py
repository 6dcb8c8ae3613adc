"""knowledgebase/search/index.py: what is published is searched, from the moment that it is: in the same transaction.

    put(tx, text_id)      as it is published now, whatever was there before; a text that is not published goes
    remove(tx, text_id)   nobody finds it any more, and nobody learns its words

Words are counted by scope (`indexed.scope_of`), so that what one may not see changes nothing of what one is told.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Later, Row, Tx
from knowledgebase.index_tables import article_index, article_index_typos, article_index_words
from knowledgebase.put_in import filled_in
from knowledgebase.search import analysis, typos
from knowledgebase.search.index_statements import COUNT_WORDS, NEW_TYPOS
from knowledgebase.search.indexed import indexed, is_mark, of_category, of_tag, scope_of, tagged, untagged
from knowledgebase.tables import article_tags, article_texts, articles, revisions

#: How many texts a scope and family has stands under this.
ALL = ""
#: The mark of a word as it is spelled, beside terms.
SPELLED = "="
#: So many characters of a term are kept.
_LONGEST = 60

_PUBLISHED = (
    sa.select(
        article_texts.c.id.label("text_id"),
        article_texts.c.article_id,
        article_texts.c.language,
        article_texts.c.published_at,
        article_texts.c.changed_at,
        articles.c.audience,
        articles.c.team,
        articles.c.category_id,
        revisions.c.title,
        revisions.c.summary,
        revisions.c.body,
    )
    .join(articles, articles.c.id == article_texts.c.article_id)
    .join(
        revisions,
        sa.and_(revisions.c.text_id == article_texts.c.id, revisions.c.number == article_texts.c.published),
    )
    .where(among(article_texts.c.id, "texts"))
    .order_by(article_texts.c.id)
)
_TAGS = (
    sa.select(article_tags.c.article_id, article_tags.c.tag)
    .where(among(article_tags.c.article_id, "articles"))
    .order_by(article_tags.c.tag)
)
_THERE = sa.select(
    article_index.c.number,
    article_index.c.scope,
    article_index.c.family,
    article_index.c.words,
    article_index.c.spellings,
).where(among(article_index.c.text_id, "texts"))
_GO = sa.delete(article_index).where(among(article_index.c.text_id, "texts"))

_HERE = sa.and_(
    among(article_index_words.c.word, "words"),
    article_index_words.c.scope == sa.bindparam("in_scope"),
    article_index_words.c.family == sa.bindparam("in_family"),
)
_NONE_LEFT = sa.delete(article_index_words).where(_HERE, article_index_words.c.texts <= 0)
_STILL = sa.select(article_index_words.c.word).where(among(article_index_words.c.word, "words")).distinct()
_NOT_MISTYPED = sa.delete(article_index_typos).where(
    among(article_index_typos.c.key, "keys"), among(article_index_typos.c.word, "words")
)


#: Words by scope and family, and in how many more texts they are.
Counts = dict[tuple[str, str], Counter[str]]


def put(tx: Tx, text_id: str) -> None:
    """Makes what a text says now found by who may see it; a text of which nothing is published is found no more."""
    put_all(tx, [text_id])


def remove(tx: Tx, text_id: str) -> None:
    """Makes a text found no more; one that is not found is as well."""
    remove_all(tx, [text_id])


def put_all(tx: Tx, text_ids: Sequence[str]) -> None:
    """`put` for several, at a lower price for each."""
    remove_all(tx, text_ids)
    texts = tx.all(_PUBLISHED, texts=text_ids)
    if not texts:
        return
    tags: dict[str, list[str]] = {}
    for row in tx.all(_TAGS, articles={text.article_id for text in texts}):
        tags.setdefault(row.article_id, []).append(row.tag)
    counts: Counts = {}
    spelled: dict[str, None] = {}
    rows = Later(tx)
    for text in texts:
        body = filled_in(tx, text.body, text.language)
        new, words, spellings = _row(text, body, tags.get(text.article_id, ()))
        rows.insert(article_index, **new)
        counts.setdefault((new["scope"], new["family"]), Counter()).update(_counted(words, spellings))
        spelled |= dict.fromkeys(spellings)
    rows.write()
    _count(tx, counts, 1)
    tx.execute(NEW_TYPOS, {"pairs": _by_key(spelled)})


def remove_all(tx: Tx, text_ids: Sequence[str]) -> None:
    """`remove` for several, at a lower price for each."""
    there = tx.all(_THERE, texts=text_ids)
    if not there:
        return
    counts: Counts = {}
    spelled: dict[str, None] = {}
    for row in there:
        spellings = row.spellings.split()
        words = [untagged(word) for word in row.words.split() if not is_mark(word)]
        counts.setdefault((row.scope, row.family), Counter()).update(_counted(words, spellings))
        spelled |= dict.fromkeys(spellings)
    tx.execute(_GO, {"texts": text_ids})
    _count(tx, counts, -1)
    for (scope, family), words_there in counts.items():
        tx.execute(_NONE_LEFT, {"words": list(words_there), "in_scope": scope, "in_family": family})
    _forget(tx, list(spelled))


def _row(text: Row, body: str, tags: Sequence[str]) -> tuple[dict[str, Any], Sequence[str], Sequence[str]]:
    """The row of a text; the words that find it; how its words are spelled."""
    what = indexed(title=text.title, summary=text.summary, body=body, tags=tags, language=text.language)
    family, scope = analysis.family(text.language), scope_of(text.audience, text.team)
    words = list(dict.fromkeys(word[:_LONGEST] for word in what.words))
    marks = [*map(of_tag, tags)]
    marks += [of_category(text.category_id)] if text.category_id else []
    row = {
        "text_id": text.text_id,
        "article_id": text.article_id,
        "language": text.language,
        "family": family,
        "scope": scope,
        "title": text.title,
        "terms": "\n".join(map(apart, (what.title, what.tags, what.ranked))),
        "length": len(what.body),
        "words": " ".join((*tagged(words, scope, family), *marks)),
        "spellings": " ".join(what.spellings),
        "plain": what.plain,
        "published_at": text.published_at or text.changed_at,
    }
    return row, words, what.spellings


def apart(terms: Iterable[str]) -> str:
    """Terms in order, each between spaces of its own: to count one is to count ` term `."""
    return "".join(f" {term[:_LONGEST]} " for term in terms)


def _counted(words: Sequence[str], spelled: Sequence[str]) -> set[str]:
    """What is counted of a text."""
    return {ALL, *words, *(SPELLED + word for word in spelled)}


def _count(tx: Tx, counts: Counts, sign: int) -> None:
    """Counts words up or down, in one order for everybody: two who write at once do not wait in a ring."""
    for scope, family in sorted(counts):
        pairs = [(word, sign * texts) for word, texts in sorted(counts[scope, family].items())]
        tx.execute(COUNT_WORDS, {"pairs": pairs, "in_scope": scope, "in_family": family})


def _forget(tx: Tx, spelled: Sequence[str]) -> None:
    """Words that no text has any more are not what anybody meant."""
    still = {row.word for row in tx.all(_STILL, words=[SPELLED + word for word in spelled])}
    gone = [word for word in spelled if SPELLED + word not in still]
    if gone:
        tx.execute(_NOT_MISTYPED, {"keys": typos.all_keys(gone), "words": gone})


def _by_key(words: Iterable[str]) -> list[tuple[str, str]]:
    kept = (word for word in words if len(word) >= typos.SHORTEST)
    return sorted((key, word) for word in kept for key in typos.keys(word))
