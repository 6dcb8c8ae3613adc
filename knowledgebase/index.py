"""knowledgebase/index.py: what is published is searched, from the moment that it is: in the same transaction.

    put(tx, text_id)      as it is published now, whatever was there before; a text that is not published goes
    remove(tx, text_id)   nobody finds it any more, and nobody learns its words

Words are counted by scope (`indexed.scope_of`), so that what one may not see changes nothing of what one is told.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from desk.kernel.statements import among
from desk.kernel.transaction import Row, Tx
from knowledgebase import analysis, typos
from knowledgebase.index_statements import NEW_TYPOS, NEW_WORDS
from knowledgebase.index_tables import article_index, article_index_typos, article_index_words
from knowledgebase.indexed import Indexed, indexed, of_category, of_family, of_scope, of_tag, scope_of
from knowledgebase.snippets import filled_in
from knowledgebase.tables import article_tags, article_texts, articles, revisions

#: How many texts a scope and family has stands under this.
ALL = ""
#: The mark of a word as it is spelled, beside terms.
SPELLED = "="
#: So many characters of a term are kept.
_LONGEST = 60

_PUBLISHED = (
    sa.select(
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
    .where(article_texts.c.id == sa.bindparam("id"))
)
_TAGS = (
    sa.select(article_tags.c.tag)
    .where(article_tags.c.article_id == sa.bindparam("article"))
    .order_by(article_tags.c.tag)
)
_THERE = sa.select(
    article_index.c.number,
    article_index.c.scope,
    article_index.c.family,
    article_index.c.words,
    article_index.c.spellings,
).where(article_index.c.text_id == sa.bindparam("id"))
_GO = sa.delete(article_index).where(article_index.c.number == sa.bindparam("number"))

_HERE = sa.and_(
    among(article_index_words.c.word, "words"),
    article_index_words.c.scope == sa.bindparam("in_scope"),
    article_index_words.c.family == sa.bindparam("in_family"),
)
_FEWER = sa.update(article_index_words).where(_HERE).values(texts=article_index_words.c.texts - 1)
_NONE_LEFT = sa.delete(article_index_words).where(_HERE, article_index_words.c.texts <= 0)
_STILL = sa.select(article_index_words.c.word).where(among(article_index_words.c.word, "words")).distinct()
_NOT_MISTYPED = sa.delete(article_index_typos).where(
    among(article_index_typos.c.key, "keys"), among(article_index_typos.c.word, "words")
)


def put(tx: Tx, text_id: str) -> None:
    """Makes what a text says now found by who may see it; a text of which nothing is published is found no more."""
    remove(tx, text_id)
    found = tx.all(_PUBLISHED, id=text_id)
    if not found:
        return
    text = found[0]
    tags = [row.tag for row in tx.all(_TAGS, article=text.article_id)]
    body = filled_in(tx, text.body, text.language)
    what = indexed(title=text.title, summary=text.summary, body=body, tags=tags, language=text.language)
    family, scope = analysis.family(text.language), scope_of(text.audience, text.team)
    words = list(dict.fromkeys(word[:_LONGEST] for word in what.words))
    marks = [of_scope(scope), of_family(family), *map(of_tag, tags)]
    marks += [of_category(text.category_id)] if text.category_id else []
    tx.insert(
        article_index,
        text_id=text_id,
        scope=scope,
        family=family,
        words=" ".join((*words, *marks)),
        **_row(text, what),
    )
    tx.execute(NEW_WORDS, {"words": _counted(words, what.spellings), "in_scope": scope, "in_family": family})
    kept = [word for word in what.spellings if len(word) >= typos.SHORTEST]
    tx.execute(NEW_TYPOS, _by_key(kept))


def remove(tx: Tx, text_id: str) -> None:
    """Makes a text found no more; one that is not found is as well."""
    for there in tx.all(_THERE, id=text_id):
        tx.execute(_GO, {"number": there.number})
        spelled = there.spellings.split()
        words = _counted([word for word in there.words.split() if not word.startswith("__")], spelled)
        where = {"words": words, "in_scope": there.scope, "in_family": there.family}
        tx.execute(_FEWER, where)
        tx.execute(_NONE_LEFT, where)
        _forget(tx, spelled)


def _row(text: Row, what: Indexed) -> dict[str, object]:
    return {
        "article_id": text.article_id,
        "language": text.language,
        "title": text.title,
        "title_terms": apart(what.title),
        "tag_terms": apart(what.tags),
        "body_terms": apart(what.ranked),
        "length": len(what.body),
        "spellings": " ".join(what.spellings),
        "plain": what.plain,
        "published_at": text.published_at or text.changed_at,
    }


def apart(terms: Iterable[str]) -> str:
    """Terms in order, each between spaces of its own: to count one is to count ` term `."""
    return "".join(f" {term[:_LONGEST]} " for term in terms)


def _counted(words: Sequence[str], spelled: Sequence[str]) -> list[str]:
    """What is counted of a text, in one order for everybody: two who write at once do not wait in a ring."""
    return sorted({ALL, *words, *(SPELLED + word for word in spelled)})


def _forget(tx: Tx, spelled: Sequence[str]) -> None:
    """Words that no text has any more are not what anybody meant."""
    still = {row.word for row in tx.all(_STILL, words=[SPELLED + word for word in spelled])}
    gone = [word for word in spelled if SPELLED + word not in still]
    if gone:
        tx.execute(_NOT_MISTYPED, {"keys": typos.all_keys(gone), "words": gone})


def _by_key(words: Sequence[str]) -> dict[str, list[str]]:
    together = sorted((key, word) for word in words for key in typos.keys(word))
    return {"keys": [key for key, _ in together], "words": [word for _, word in together]}
