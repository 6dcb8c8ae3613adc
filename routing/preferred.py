"""routing/preferred.py: whom the customers of a simulation want: the owner of their case, or who had them last.

As on the desk nobody is wanted who has gone, or could not be offered the contact as it comes to its queue. Who it is
was drawn with the contact: each of those who could have it is as likely as the others.
"""

from collections.abc import Iterable

from routing.askable import may_have
from routing.crew import Member
from routing.model import Rules
from routing.needs import NOTHING_OWN, Stages
from routing.traffic import Contact, Known


class Preferred:
    """Who is wanted, and how often that came true, of contacts that count."""

    def __init__(self, crew: Iterable[Member], rules: Rules, *, since_ms: int) -> None:
        self._crew, self._limits, self._since_ms = list(crew), rules.limits, since_ms
        self._policies = {policy.key: policy for policy in rules.queues}
        self._could: dict[tuple[str, str], list[Member]] = {}
        self.wanted = 0  #: came while somebody was wanted who was there
        self.had = 0  #: of these, came to that one

    def of(self, contact: Contact) -> tuple[Member, Known] | None:
        """Who is wanted for it as it comes, and as what."""
        for known, drawn in zip(contact.line.known, contact.drawn, strict=True):
            if drawn >= known.share or not (could := self._who_could(contact.line.queue, contact.line.channel)):
                continue
            member = could[min(int(drawn / known.share * len(could)), len(could) - 1)]
            if member.here:
                self.wanted += contact.arrived_ms >= self._since_ms
                return member, known
        return None

    def took(self, contact: Contact) -> None:
        """The one who was wanted took it."""
        self.had += contact.arrived_ms >= self._since_ms

    def _who_could(self, queue: str, channel: str) -> list[Member]:
        known = self._could.get((queue, channel))
        if known is None:
            need = Stages(self._policies[queue], []).asked(channel, 0, NOTHING_OWN)
            known = [member for member in self._crew if may_have(need, member.view(), self._limits)]
            self._could[queue, channel] = known
        return known
