"""knowledgebase/writing/translations.py: an article in other languages, and whether they say what the original says.

Translations are always of the original, never of one another: what is behind is behind one text, and no chain can
lead around. A translation is *behind* while the original's published revision is newer than the one that it says.
"""

from desk.kernel.errors import Conflict
from desk.kernel.transaction import Rx, Tx
from knowledgebase import contents
from knowledgebase.events import ArticleChanged
from knowledgebase.languages import canonical
from knowledgebase.tables import articles
from knowledgebase.writing.articles import Created, add_text
from knowledgebase.writing.texts import changed, must_write, revision, texts_of


def translate(
    tx: Tx, article_id: str, language: str, *, title: str = "", body: str = "", summary: str = "", note: str = ""
) -> Created:
    """An article's draft in one more language. Without words it has the original's title and nothing to read yet.

    Raises:
        NotFound: no such article.
        Invalid: names the fields that cannot be kept.
        Conflict: it is written in this language already.
    """
    must_write(tx)
    article = tx.take(articles, article_id)
    original, *others = texts_of(tx, article_id)
    language = canonical(language)
    if language in {text.language for text in (original, *others)}:
        raise Conflict("language", "the article is written in it already")
    number = original.published or original.newest
    title = title if title.strip() else revision(tx, original.id, number).title
    words = contents.words(title=title, body=body, summary=summary, note=note)
    made = add_text(tx, article_id, language, words, translates=number)
    changed(tx, article)
    tx.emit(ArticleChanged(id=article_id, text_id=made.text_id, what="translated", revision=1))
    return made


def behind(rx: Rx, article_id: str) -> dict[str, int]:
    """The languages in which an article does not say what the original says now: by how many revisions."""
    original, *others = texts_of(rx, article_id)
    lag = {text.language: (original.published or 0) - (text.translates or 0) for text in others}
    return {language: revisions for language, revisions in lag.items() if revisions > 0}
