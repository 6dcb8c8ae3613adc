"""web/bench/ledger.py: what became of each contact: sent, offered, accepted, answered, as seen from outside.

Each contact carries a token in its words. Whoever sees the token again says so here; what is seen
twice, or never, is told by the token alone.
"""

import re
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

#: `k000017x3f9a2c`: the seventeenth contact of the run `3f9a2c`.
TOKEN = re.compile(r"k(\d{6})x([0-9a-f]{6})")


@dataclass(kw_only=True)
class Contact:
    """One customer's contact."""

    token: str
    channel: str
    counted: bool  # False: sent while the server was warming up
    sent_at: float | None = None
    taken: bool = False  # the door has said that it is ours
    offered_at: float | None = None
    accepted: int = 0
    answer_sent_at: float | None = None
    answered_at: float | None = None
    answers: int = 0


@dataclass(kw_only=True)
class Ledger:
    """All contacts of one run."""

    run: str
    clock: Callable[[], float] = time.perf_counter
    contacts: dict[str, Contact] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    def begin(self, channel: str, *, counted: bool) -> Contact:
        """A new contact, not sent yet."""
        token = f"k{len(self.contacts):06}x{self.run}"
        contact = self.contacts[token] = Contact(token=token, channel=channel, counted=counted)
        return contact

    def find(self, words: str | bytes) -> Contact | None:
        """The contact whose token is in `words`."""
        found = TOKEN.search(words if isinstance(words, str) else words.decode("ascii", "replace"))
        return self.contacts.get(found[0]) if found else None

    def offered(self, contact: Contact) -> None:
        """An agent's console shows it."""
        if contact.offered_at is None:
            contact.offered_at = self.clock()

    def answered(self, words: str | bytes) -> Contact | None:
        """An answer has come to a customer; whose it is."""
        contact = self.find(words)
        if contact is not None:
            contact.answers += 1
            contact.answered_at = contact.answered_at or self.clock()
        return contact

    def refused(self, what: str, error: BaseException) -> None:
        """Something was refused that should not have been."""
        self.refusals.append(f"{what}: {type(error).__name__}: {error}"[:300])

    @property
    def sent(self) -> int:
        """Contacts that doors have taken."""
        return sum(contact.taken for contact in self.contacts.values())

    @property
    def done(self) -> int:
        """Contacts that are answered."""
        return sum(contact.answers > 0 for contact in self.contacts.values())

    def arrival_to_offer(self, channel: str | None = None) -> list[float]:
        """Seconds from each customer's send to an agent's console, of all channels or of one."""
        mine = (c for c in self._counted() if channel in (None, c.channel))
        return [c.offered_at - c.sent_at for c in mine if c.offered_at and c.sent_at]

    def answer_took(self, channels: Collection[str]) -> list[float]:
        """Seconds from each agent's send to the customer."""
        mine = (c for c in self._counted() if c.channel in channels)
        return [c.answered_at - c.answer_sent_at for c in mine if c.answered_at and c.answer_sent_at]

    def _counted(self) -> Iterable[Contact]:
        return (contact for contact in self.contacts.values() if contact.counted)


def percentiles(seconds: Collection[float]) -> dict[str, float | None]:
    """p50, p95 and p99 in milliseconds, by nearest rank; None where nothing was measured."""
    ranked = sorted(seconds)

    def rank(share: float) -> float | None:
        return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 1000, 2) if ranked else None

    return {"p50": rank(0.50), "p95": rank(0.95), "p99": rank(0.99)}


def database_kind(url: str) -> str:
    """How results name a database: `sqlite` or `postgresql`."""
    return url.partition(":")[0].partition("+")[0]


Result = dict[str, Any]
