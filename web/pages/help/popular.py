"""web/pages/help/popular.py: which articles are asked for most.

What is asked most is looked up once a minute. Whether an article may be shown is asked anew each time.
"""

import time
from collections.abc import Callable

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from knowledgebase.readers import PUBLIC, Reader
from knowledgebase.reading.browsing import read_often
from knowledgebase.reading.published import Listed, listed
from knowledgebase.reading.questions import asked_most
from knowledgebase.tables import article_texts

#: Articles on the first page; so many are looked up, in case some may not be shown or are in other languages.
SHOWN, LOOKED_UP = 5, 60
#: Seconds for which what was found is believed.
BELIEVED_S = 60.0

_ARTICLES = sa.select(article_texts.c.id, article_texts.c.article_id).where(
    article_texts.c.id.in_(sa.bindparam("ids", expanding=True))
)


class Popular:
    """Which articles are asked for most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: tuple[list[str], float] = ([], -BELIEVED_S)
        self._read: tuple[list[str], float] = ([], -BELIEVED_S)

    def listed(self, rx: Rx, reader: Reader, language: str) -> tuple[list[Listed], bool]:
        """Articles that this reader may read, most asked for first, and whether they were asked for at all.

        Where too few were asked for this week, those that are read often follow. Only what is written in the
        language is listed, in either script of Chinese; where nothing is, what there is in others.
        """
        asked = listed(rx, self._most_asked(rx), reader, language)
        spoken = _spoken(asked, language)
        if len(spoken) >= SHOWN:
            return spoken[:SHOWN], True
        known = {one.id for one in asked}
        often = [one for one in listed(rx, self._read_often(rx), reader, language) if one.id not in known]
        if found := [*spoken, *_spoken(often, language)]:
            return found[:SHOWN], bool(spoken)
        return [*asked, *often][:SHOWN], bool(asked)

    def _most_asked(self, rx: Rx) -> list[str]:
        found, at = self._asked
        if self._clock() - at >= BELIEVED_S:
            texts = asked_most(rx, most=LOOKED_UP)
            of = {row.id: str(row.article_id) for row in rx.all(_ARTICLES, ids=texts)} if texts else {}
            found = [of[id] for id in texts if id in of]
            self._asked = found, self._clock()
        return found

    def _read_often(self, rx: Rx) -> list[str]:
        found, at = self._read
        if self._clock() - at >= BELIEVED_S:
            found = read_often(rx, PUBLIC, limit=LOOKED_UP)
            self._read = found, self._clock()
        return found


def _spoken(found: list[Listed], language: str) -> list[Listed]:
    """Those that are written in a language, whatever its script or region."""
    short = language.partition("-")[0]
    return [one for one in found if one.language.partition("-")[0] == short]
