"""desk/contacts/closed_to_customers.py: what who writes is told while nobody reads: we are closed, and until when.

What they write is taken in all the same, keeps its place, and is read when the queue opens again. The chat's panel
says it in words of its own (`web/frontend/widget/words.ts`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from desk.kernel.dates import day_in_words
from desk.kernel.questions import answer
from desk.kernel.transaction import Rx
from desk.organization.openings import ALWAYS, Keeps, Opening, keeps_of_queues
from desk.organization.receivers import receiver_of
from ivr.languages import nearest

_SENTENCES = {
    "en": (
        "We are closed now.",
        "We open again on {day}, {time}.",
        "What you write is kept, and read when we open again.",
    ),
    "de": (
        "Wir haben gerade geschlossen.",
        "Wir öffnen wieder am {day}, {time}.",
        "Was Sie schreiben, bleibt erhalten und wird gelesen, sobald wir wieder öffnen.",
    ),
    "es": (
        "Ahora estamos cerrados.",
        "Abrimos de nuevo el {day}, {time}.",
        "Lo que escriba queda guardado y se lee cuando volvamos a abrir.",
    ),
    "fr": (
        "Nous sommes fermés pour le moment.",
        "Nous rouvrons le {day}, {time}.",
        "Ce que vous écrivez est conservé et sera lu à la réouverture.",
    ),
    "zh": ("我们现在不营业。", "重新营业时间：{day} {time}。", "您写的内容会保留，恢复营业后有人阅读。"),
    "zh-Hant": ("我們現在不營業。", "重新營業時間：{day} {time}。", "您寫的內容會保留，恢復營業後有人閱讀。"),
}


@dataclass(frozen=True, kw_only=True)
class Openings:
    """The queues that visitors of the chat come to: by their topic, or without one by `default`."""

    keeps: Mapping[str, Keeps]
    default: str

    def of(self, queue: str, now: datetime) -> Opening:
        """How a queue stands; one that is not known is open."""
        return self.keeps.get(queue, ALWAYS).at(now)

    def closed(self, now: datetime) -> dict[str, Opening]:
        """Those that are closed, by topic: the empty one is that of who names none."""
        found = {key: at for key, one in self.keeps.items() if not (at := one.at(now)).open}
        return found | ({"": found[self.default]} if self.default in found else {})


def openings_of_chat(rx: Rx, entry_point: str) -> Openings:
    """What visitors find who come by this entry point."""
    return Openings(keeps=keeps_of_queues(rx), default=answer(rx, receiver_of("chat", entry_point)).queue)


def queue_of_chat(rx: Rx) -> str:
    """The queue to which visitors come who name no entry point and no topic."""
    return answer(rx, receiver_of("chat", "")).queue


def notice(rx: Rx, language: str, channel: str, topic: str = "") -> str:
    """What a customer who writes by a channel, on a topic, is told of hours; nothing while it is open."""
    keeps = keeps_of_queues(rx).get(answer(rx, receiver_of(channel, "", topic)).queue, ALWAYS)
    opening = keeps.at(rx.now)
    if opening.open:
        return ""
    spoken = nearest(language, _SENTENCES)
    closed, opens, kept = _SENTENCES[spoken]
    told = opening.told if not opening.told or opening.told[-1] in ".!?。！？" else f"{opening.told}."
    until = _opens(opening, keeps, opens, spoken) if opening.until else ""
    return " ".join(part for part in (closed, told, until, kept) if part)


def _opens(opening: Opening, keeps: Keeps, sentence: str, language: str) -> str:
    assert opening.until is not None
    assert keeps.hours is not None
    zone = keeps.hours.zone
    at = opening.until.astimezone(zone)
    return sentence.format(day=day_in_words(opening.until, zone, language), time=at.strftime("%H:%M"))
