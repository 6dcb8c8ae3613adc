"""knowledgebase/reading/views.py: how often texts are looked at.

A look is one opening of a published text where those for whom it is read it: by anybody in the help centre, of an
internal one by who works here on its page in `/knowledge`. Looks are written down together; those of the last seconds
are lost with the process.
"""

from collections import Counter
from collections.abc import Callable

import sqlalchemy as sa

from desk.kernel.clock import running_seconds
from desk.kernel.desk import Desk
from desk.kernel.transaction import Actor, Tx
from knowledgebase.tables import article_texts

#: Seconds after which looks are written down.
COLLECTED_S = 10.0
#: So many different texts are not waited for.
MOST_TEXTS = 1000

_SYSTEM = Actor.system("views")
_VIEWED = (
    sa.update(article_texts)
    .where(article_texts.c.id == sa.bindparam("of_text"))
    .values(views=article_texts.c.views + sa.bindparam("times"))
)


class Views:
    """Looks that this process has seen and not written down yet: `desk.kept(Views)`."""

    def __init__(self, clock: Callable[[], float] = running_seconds) -> None:
        self._clock = clock
        self._times: Counter[str] = Counter()
        self._since = clock()

    async def count(self, desk: Desk, text_id: str) -> None:
        """Counts one look."""
        self._times[text_id] += 1
        if self._clock() - self._since >= COLLECTED_S or len(self._times) >= MOST_TEXTS:
            times, self._times, self._since = self._times, Counter(), self._clock()
            await desk.transact(_SYSTEM, viewed, dict(times))


def viewed(tx: Tx, times: dict[str, int]) -> None:
    """Counts how often texts were looked at."""
    for text_id in sorted(times):
        tx.change(_VIEWED, of_text=text_id, times=times[text_id])
