"""knowledgebase/contacts/by_phone.py: articles as callers hear them and are sent them: public ones, as plain words.

What is read aloud is *in short*, else the first sentences: nobody listens for long, and nobody can look back. It is
text and nothing else: no mark, no address; a carrier that reads markup is given none.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from desk.contacts.articles import Named, Told
from desk.kernel.transaction import Rx, Tx
from knowledgebase.contacts import uses
from knowledgebase.readers import PUBLIC
from knowledgebase.reading import questions
from knowledgebase.reading.published import Article, Moved, read, read_text
from knowledgebase.reading.render import told
from knowledgebase.search import analysis

#: Characters that are read aloud (about 40 seconds), and that a text holds beside title and address.
MOST_SPOKEN = 600
MOST_SENT = 300
#: Where callers ask.
DOOR = "voice"
_MOST_BODY = 20_000
_ADDRESS = re.compile(r"\(?\b(?:https?://|www\.)\S+")
_MARKS = re.compile(r"[<>{}\[\]|*_`#~^\\]+")


class PublicArticles:
    """`desk.contacts.articles.Articles`, of this knowledge base. `help_url` is where articles are read."""

    def __init__(self, help_url: str) -> None:
        self._help_url = help_url

    def spoken(self, rx: Rx, slugs: Collection[str], languages: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """By slug, what is read aloud of each, by those of `languages` that it is in."""
        found: dict[str, Mapping[str, str]] = {}
        for slug in sorted(slugs):
            article = _public(rx, slug)
            texts = {language: _in(rx, article, language) for language in languages} if article else {}
            said = {language: spoken(text) for language, text in texts.items() if text is not None}
            found[slug] = {language: words for language, words in said.items() if words}
        return found

    def told(self, rx: Rx, slug: str, language: str) -> Told | None:
        """What is sent of an article."""
        article = _public(rx, slug)
        text = read_text(rx, article.id, language, PUBLIC) if article is not None else None
        if text is None:
            return None
        return Told(title=text.title, words=_words(text, MOST_SENT), url=f"{self._help_url}/{text.slug}")

    def used(self, tx: Tx, interaction_id: str, slug: str, language: str, how: str) -> Named | None:
        """Writes down that a caller has heard or was sent it: a question at the door `voice`, one an article."""
        article = _public(tx, slug)
        text = read_text(tx, article.id, language, PUBLIC) if article is not None else None
        if text is None:
            return None
        new = not uses.knows(tx, interaction_id, text.id)
        uses.used(tx, interaction_id, text.text_id, how)
        about = {"door": DOOR, "language": text.language, "reader": interaction_id}
        question = questions.asked(tx, words="", hits=1, **about) if new else ""
        return Named(article_id=text.id, title=text.title, question=question)

    def ended(self, tx: Tx, asked: Sequence[str], *, solved: bool) -> None:
        """What solved it is what the caller heard or was sent last; whoever went on asking had not been helped yet."""
        for question in asked[:-1] if solved else asked:
            questions.ended(tx, question, questions.GAVE_UP)
        if solved and asked:
            questions.ended(tx, asked[-1], questions.SOLVED)


def public_slugs(rx: Rx, slugs: Collection[str]) -> frozenset[str]:
    """Those of `slugs` that lead to an article which everybody can read."""
    return frozenset(slug for slug in slugs if _public(rx, slug) is not None)


def spoken(article: Article) -> str:
    """What a caller hears of an article: words alone. Pure."""
    words = _MARKS.sub(" ", _ADDRESS.sub(" ", _words(article, 2 * MOST_SPOKEN)))
    return uses.shortened(" ".join(words.split()), MOST_SPOKEN)


def _words(article: Article, most: int) -> str:
    return uses.shortened(article.summary.strip() or told(article.body[:_MOST_BODY]), most)


def _public(rx: Rx, slug: str) -> Article | None:
    found = read(rx, slug, PUBLIC)
    if isinstance(found, Moved):
        found = read(rx, found.slug, PUBLIC)
    return found if isinstance(found, Article) else None


def _in(rx: Rx, article: Article, language: str) -> Article | None:
    """The article in this very language, in whatever script or country."""
    text = read_text(rx, article.id, language, PUBLIC)
    return text if text is not None and analysis.family(text.language) == analysis.family(language) else None
