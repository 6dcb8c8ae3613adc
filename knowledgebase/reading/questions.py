"""knowledgebase/reading/questions.py: what was asked of the knowledge base, what was opened, and how it ended.

    asked ──opened──▶ the text that was chosen
      └─▶ outcome: solved (the asker said so last) · gave_up (asked a person after all) · empty: nobody knows

What people ask may name them: addresses, long numbers, and the asker's names where the door knows them, however they
are written, are masked before anything is kept, the rest is cut, and all of it is forgotten after 90 days.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from channels.characters import seen
from desk.kernel.desk import Desk
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Row, Rx, Tx
from knowledgebase.masking.names import called
from knowledgebase.masking.plain_writing import Written, written
from knowledgebase.masking.whereabouts import without_whereabouts
from knowledgebase.tables import questions

#: Characters of a question that are kept, and how long.
LONGEST = 300
KEPT = timedelta(days=90)
DOORS = ("help", "widget", "bot", "contact", "console", "api", "voice")
#: Those at which a customer may find an answer instead of asking a person.
SERVE_THEMSELVES = ("help", "contact", "widget", "bot", "voice")
SOLVED, GAVE_UP = "solved", "gave_up"
#: How far back it is measured what became of questions.
MEASURED = timedelta(days=30)

#: So much is looked at to find what must be masked: what is cut off within is masked whole.
_LOOKED_AT = 2 * LONGEST
#: Digits of a number that is masked.
_LEAST = 6

_WEEK = timedelta(days=7)
_OF_ONE = sa.select(questions).where(questions.c.id == sa.bindparam("id"))
#: A question at the door `widget` is its chat's, and the chat is its `reader`.
_OF_CHAT = (
    sa.select(questions)
    .where(questions.c.reader == sa.bindparam("chat"), questions.c.door == "widget")
    .order_by(questions.c.at.desc(), questions.c.id.desc())
    .limit(1)
)
_ANSWERED = (
    sa.update(questions)
    .where(questions.c.reader == sa.bindparam("chat"), questions.c.door == "widget")
    .where(questions.c.outcome != "gave_up")
    .values(outcome="gave_up")
)
_OLD = sa.delete(questions).where(questions.c.at < sa.bindparam("before"))
_OPENED = (
    sa.select(questions.c.opened, sa.func.count().label("times"))
    .where(questions.c.at >= sa.bindparam("since"), questions.c.opened.is_not(None))
    .group_by(questions.c.opened)
    .order_by(sa.desc("times"), questions.c.opened)
    .limit(sa.bindparam("most"))
)
_shown = (questions.c.hits > 0).label("shown")
_OUTCOMES = (
    sa.select(questions.c.door, questions.c.outcome, _shown, sa.func.count().label("times"))
    .where(questions.c.at >= sa.bindparam("since"))
    .group_by(questions.c.door, questions.c.outcome, _shown)
)
_SYSTEM = Actor.system("jobs")


@dataclass(frozen=True, kw_only=True)
class ForgetQuestions(Job):
    """The questions of a day are old enough to go."""


@dataclass(frozen=True, kw_only=True)
class Deflection:
    """What became of the questions at one door: of those to which something was shown how many were `solved` by the
    asker's own word, how many asked a person after all, and of how many nobody knows; and to how many `nothing` was
    shown."""

    door: str
    solved: int = 0
    gave_up: int = 0
    unknown: int = 0
    nothing: int = 0

    @property
    def shown(self) -> int:
        """To how many something was shown."""
        return self.solved + self.gave_up + self.unknown


def masked(words: str, names: Iterable[str] = ()) -> str:
    """`words` on one line, cut, without addresses, long numbers and these names."""
    line = " ".join(seen(words[: 4 * _LOOKED_AT]).split())[:_LOOKED_AT]
    return _nameless(without_whereabouts(line, _LEAST), names)


def asked(
    tx: Tx,
    *,
    door: str,
    words: str,
    hits: int,
    audience: str = "public",
    language: str = "",
    reader: str = "",
    names: Iterable[str] = (),
) -> str:
    """Keeps a question, without the names of who asks, and how many answers were shown; returns its id."""
    id = tx.new_id()
    tx.insert(
        questions,
        id=id,
        door=door,
        audience=audience,
        language=language[:16],
        words=masked(words, names),
        hits=hits,
        opened=None,
        outcome="",
        reader=reader[:64],
        at=tx.now,
    )
    _forget_later(tx)
    return id


def asked_anew(tx: Tx, question_id: str, *, words: str, hits: int, names: Iterable[str] = ()) -> bool:
    """The same person has written more before anything became of it; says whether there is such a question."""
    found = tx.all(_OF_ONE, id=question_id)
    if not found or found[0].outcome:
        return False
    tx.update(questions, question_id, words=masked(words, names), hits=hits)
    return True


def asked_in_chat(tx: Tx, interaction_id: str, **about: Any) -> str:
    """`asked` at the door `widget`; as long as nothing became of it, what a chat begins with is one question."""
    before = of_chat(tx, interaction_id)
    anew = {name: about[name] for name in ("words", "hits", "names")}
    if before is not None and asked_anew(tx, before.id, **anew):
        return str(before.id)
    return asked(tx, door="widget", reader=interaction_id, **about)


def of_chat(rx: Rx, interaction_id: str) -> Row | None:
    """What a chat has begun with, if its visitor was shown anything then."""
    found = rx.all(_OF_CHAT, chat=interaction_id)
    return found[0] if found else None


def answered_by_a_person(tx: Tx, interaction_id: str) -> None:
    """A person has written to who asked it in a chat: what they were shown was not enough, whatever came before."""
    tx.change(_ANSWERED, chat=interaction_id)


def opened(tx: Tx, question_id: str, text_id: str) -> None:
    """One of the answers was opened; the last one counts."""
    if tx.all(_OF_ONE, id=question_id):
        tx.update(questions, question_id, opened=text_id)


def ended(tx: Tx, question_id: str, outcome: str, *, names: Iterable[str] = ()) -> None:
    """The asker says that it is solved, or asks a person. Who has asked a person has given up, whatever came before.

    If they say only now what they are called, their question is without that too.
    """
    found = tx.all(_OF_ONE, id=question_id)
    if found and found[0].outcome != GAVE_UP:
        tx.update(questions, question_id, outcome=outcome, words=_nameless(written(found[0].words).unmarked(), names))


def taken_back(tx: Tx, question_id: str) -> None:
    """The asker says that it is not solved after all: nobody knows what becomes of it."""
    found = tx.all(_OF_ONE, id=question_id)
    if found and found[0].outcome == SOLVED:
        tx.update(questions, question_id, outcome="")


def claimed(tx: Tx, question_id: str, browser: str) -> bool:
    """Whether this browser speaks for who asked it: the first that was shown or opened an answer, or said what came of
    it. Whoever is passed a link to an answer asks nothing, and takes back nothing."""
    (row,) = tx.take(questions, [question_id]) or (None,)
    mark = hashlib.sha256(browser.encode()).hexdigest()  # kept is only that it is the same one
    if row is not None and not row.claimed_by:
        tx.update(questions, question_id, claimed_by=mark)
        return True
    return row is not None and row.claimed_by == mark


def chat_of(rx: Rx, question_id: str) -> str | None:
    """The chat that began with it; None where it was asked elsewhere."""
    found = rx.all(_OF_ONE, id=question_id)
    return str(found[0].reader) if found and found[0].door == "widget" else None


def asked_most(rx: Rx, *, most: int) -> list[str]:
    """The texts that were opened from most questions within a week, most first."""
    return [str(row.opened) for row in rx.all(_OPENED, since=rx.now - _WEEK, most=most)]


def deflection(rx: Rx) -> list[Deflection]:
    """What has become of what was asked in `MEASURED`, by door, where customers ask for themselves."""
    times: Counter[tuple[str, str]] = Counter()
    for row in rx.all(_OUTCOMES, since=rx.now - MEASURED):
        times[row.door, (row.outcome or "unknown") if row.shown else "nothing"] += int(row.times)
    return [
        Deflection(door=door, **{kind: times[door, kind] for kind in (SOLVED, GAVE_UP, "unknown", "nothing")})
        for door in SERVE_THEMSELVES
    ]


def _nameless(words: Written, names: Iterable[str]) -> str:
    return words.without(called(words.plain, names)).text[:LONGEST]


def _forget_later(tx: Tx) -> None:
    """One job for the questions of a day, at the end of the day on which they are old enough."""
    day = tx.now.date() + timedelta(days=1)
    due = datetime(day.year, day.month, day.day, tzinfo=tx.now.tzinfo) + KEPT
    tx.defer(ForgetQuestions(), at=due, key=f"forget_questions:{day.isoformat()}")


async def forget_questions(desk: Desk, job: ForgetQuestions) -> None:
    """Lets go of every question that is old enough."""
    del job
    await desk.transact(_SYSTEM, _forget)


def _forget(tx: Tx) -> None:
    tx.change(_OLD, before=tx.now - KEPT)
