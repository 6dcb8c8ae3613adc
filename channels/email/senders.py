"""channels/email/senders.py: how much mail each sender hands over. Pure: the instant comes in.

Counted over the last minute, sliding. Who has sent nothing in it is forgotten, and of very many
senders at once those who were heard least lately: a flood of made-up names costs a bounded memory.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

#: Mails of one sender in one minute.
MOST = 60
WITHIN = timedelta(minutes=1)
#: Senders that are remembered at one time.
REMEMBERED = 10_000


class Senders:
    """The senders of the last minute."""

    def __init__(self, most: int = MOST, *, within: timedelta = WITHIN, remembered: int = REMEMBERED) -> None:
        self._most = most
        self._within = within
        self._remembered = remembered
        self._sent: OrderedDict[str, list[datetime]] = OrderedDict()  # the one heard least lately first

    def __len__(self) -> int:
        return len(self._sent)

    def takes(self, sender: str, now: datetime) -> bool:
        """Counts a mail of `sender`; False, and nothing is counted, if it is one too many."""
        recent = [at for at in self._sent.pop(sender, ()) if self._is_recent(at, now)]
        taken = len(recent) < self._most
        if taken:
            recent.append(now)
        self._sent[sender] = recent
        self._forget(now)
        return taken

    def _is_recent(self, at: datetime, now: datetime) -> bool:
        # A server's clock that is set back must shut nobody out: what lies ahead of now is not the last minute.
        return timedelta() <= now - at < self._within

    def _forget(self, now: datetime) -> None:
        while len(self._sent) > 1:
            sender, mails = next(iter(self._sent.items()))
            if len(self._sent) <= self._remembered and self._is_recent(mails[-1], now):
                return
            del self._sent[sender]
