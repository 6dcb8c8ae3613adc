"""knowledgebase/search/search.py: finds published texts for a question, for who asks.

    search(rx, words="…", reader=…, meaning=…)     what somebody asks; mistyped words are looked up as they were meant
    suggest(rx, text="…", reader=…, meaning=…)     what somebody writes to us, of any length
    related(rx, text_id=…, reader=…, meaning=…)    what else is about the same

Nobody finds, or learns a word of, what they may not see: texts are found among those of their own scopes, words are
counted in these alone, and each hit is held against `readers.visible` once more. Whatever is asked, at any length,
the work is bounded (`finding.py`, `question.py`), and both databases rank alike (`ranking.py`). Every door says who
knows what means the same (`near.py`); who wants words alone says so.
"""

from collections import Counter
from collections.abc import Sequence

from desk.kernel.transaction import Row, Rx
from knowledgebase.readers import Reader
from knowledgebase.search import analysis, found_rows, wrong_characters
from knowledgebase.search.among import Among, among
from knowledgebase.search.by_meaning import with_those_near
from knowledgebase.search.by_words import characters_meant, most_telling, ranked
from knowledgebase.search.hits import NOTHING, Found, Hit, page
from knowledgebase.search.near import FAMILY, Asked, Meaning
from knowledgebase.search.question import MOST_OF_MESSAGE, MOST_TERMS, MOST_WORDS, Part, Question, question
from knowledgebase.search.vocabulary import Vocabulary, vocabulary


def search(
    rx: Rx,
    *,
    words: str,
    reader: Reader,
    meaning: Meaning,
    language: str | None = None,
    prefers: str | None = None,
    reads: Sequence[str] = (),
    category_id: str | None = None,
    tag: str | None = None,
    limit: int = 10,
    offset: int = 0,
    complete: bool = False,
) -> Found:
    """What answers `words`, best first; each article once, in the text that fits best.

    With `language`, texts of that language in any script. `prefers` hides nothing: an article that has a text in this
    language and script too comes in that one. Of several scripts of a language the one is shown that `prefers` names,
    or `reads` (what the reader reads besides, best first), else the article's own. With `complete`, the last word may
    be only begun.
    """
    here = among(rx, reader, language, prefers=prefers, reads=reads, category_id=category_id, tag=tag)
    near = _near_words(meaning, words, here)
    known = vocabulary(rx, reader, here.family)
    asked = question(words, known.families)
    if not asked.parts or not known.texts:
        return NOTHING
    known.learn(rx, asked.every_term() if complete else [*asked.every_term(), *wrong_characters.pairs(asked)])
    meant = known.corrected(rx, asked, complete=complete and not words[-1:].isspace())
    by_words = ranked(rx, meant.question, known, here)
    found, told = with_those_near(rx, by_words, near, known, here), meant.question
    if not found and (other := known.lengthened(rx, told) or known.parted(rx, told)):
        found, told = ranked(rx, other, known, here), other
    words_meant = meant.words or (None if complete else characters_meant(rx, asked, known, here))
    return page(rx, found, told, here, limit, offset, words_meant)


def suggest(
    rx: Rx,
    *,
    text: str,
    reader: Reader,
    meaning: Meaning,
    language: str | None = None,
    prefers: str | None = None,
    reads: Sequence[str] = (),
    limit: int = 5,
) -> list[Hit]:
    """What may answer a message: by its rarest words, and by what its beginning means. The rest as in `search`."""
    here = among(rx, reader, language, prefers=prefers, reads=reads)
    near = _near_words(meaning, text, here)
    known = vocabulary(rx, reader, here.family)
    asked = question(text, known.families, characters=MOST_OF_MESSAGE, parts=MOST_WORDS)
    return _answering(rx, asked, near, known, here, limit)


def related(rx: Rx, *, text_id: str, reader: Reader, meaning: Meaning, limit: int = 5) -> list[Hit]:
    """Other articles about what this text is about; nothing if this reader may not see it."""
    rows = rx.all(found_rows.here(reader), id=text_id)
    if not rows:
        return []
    text = rows[0]
    here = among(rx, reader, text.language, without=text.article_id)
    near = meaning.near_text(text_id) if here.family == FAMILY else None
    return _answering(rx, _about(text), near, vocabulary(rx, reader, here.family), here, limit)


def _near_words(meaning: Meaning, words: str, here: Among) -> Asked:
    """Begins to look for what means the same, unless texts in other languages alone are asked for."""
    return meaning.near_words(words) if here.family in (None, FAMILY) else None


def _answering(rx: Rx, asked: Question, near: Asked, known: Vocabulary, here: Among, limit: int) -> list[Hit]:
    if not asked.parts or not known.texts:
        return []
    known.learn_of_texts(rx, asked.every_term())
    told = most_telling(asked, known, MOST_TERMS)
    known.learn(rx, told.every_term())
    found = with_those_near(rx, ranked(rx, told, known, here), near, known, here)
    return page(rx, found, told, here, limit, 0).hits


def _about(text: Row) -> Question:
    """What a text is about, as a question: its title first, then its words."""
    times = Counter(text.terms.split())
    for term in set(text.terms.partition("\n")[0].split()):
        times[term] += 4
    parts = [
        Part(said=term, terms={term: 1.0}, packed=not term.isascii(), start=0, end=0, times=count)
        for term, count in sorted(times.items(), key=lambda item: -item[1])[:MOST_WORDS]
    ]
    return Question(folded=analysis.fold(text.title), parts=tuple(parts))
