"""web/pages/knowledge/acts.py: the steps of a text as its page offers them, and what each does.

A step of review is about the revision that its page showed, and names it; one from a page that shows older words is not
done. What lets words through names the edition of the article, and what its words rely on: nothing that the page showed
is otherwise by then, be it a word, its address, for whom it is, a snippet that it puts in, or whose a paper is.
Archiving names the edition too: it takes from readers and from work whatever the article says by then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desk.kernel import instants
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Tx
from desk.organization.days import beginning, zone_of_site
from knowledgebase.reading.relied_on import must_be_as, relied_on
from knowledgebase.tables import article_texts
from knowledgebase.tables import articles as articles_table
from knowledgebase.writing import articles, opening, publishing
from web.pages.knowledge.opening import opening_of

Fields = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Act:
    """A button."""

    name: str
    words: str
    asks: str = ""  #: the field that goes with it: reason, or at
    label: str = ""


SUBMIT = Act(name="submit", words="Ask for a review")
APPROVE = Act(name="approve", words="Approve")
SEND_BACK = Act(name="send_back", words="Send back", asks="reason")
PUBLISH = Act(name="publish", words="Publish now")
SCHEDULE = Act(name="schedule", words="Publish then", asks="at", label="Publish at")
UNSCHEDULE = Act(name="unschedule", words="Do not publish then")
EXPIRE = Act(name="expire", words="Expire then", asks="at", label="Readers see it until")
KEEP = Act(name="keep", words="Let it not expire")
UNPUBLISH = Act(name="unpublish", words="Take it from readers")
ARCHIVE = Act(name="archive", words="Archive")
TAKE_UP = Act(name="take_up", words="Take it up again")


def acts_of(text: Any, *, reviewed: bool, wrote: bool) -> list[Act]:
    """What can be done next with a text, the likely first. Who `wrote` the newest revision, or opened its article to
    others, does not approve it where another has to."""
    found: list[Act] = []
    match text.stage:
        case "draft":
            found += [SUBMIT] if reviewed else [PUBLISH, SUBMIT, SCHEDULE]
        case "in_review":
            found += ([SEND_BACK] if wrote else [APPROVE, SEND_BACK]) if reviewed else [APPROVE, PUBLISH, SEND_BACK]
        case "approved":
            found += [PUBLISH, SCHEDULE, SEND_BACK]
        case "archived":
            return [TAKE_UP]
    if text.publish_at:
        found = [act for act in found if act is not SCHEDULE] + [UNSCHEDULE]
    if text.published is not None:
        found += [KEEP] if text.expire_at else [EXPIRE]
        found.append(UNPUBLISH)
    return [*found, ARCHIVE]


def act(tx: Tx, text_id: str, fields: Fields) -> str:
    """Does what a button says; the words that the page says then.

    Raises:
        Stale: it is about words that its page did not show.
        Invalid, Conflict, Forbidden: as the step says.
    """
    found = _DONE.get(fields.get("act", ""))
    if found is None:
        raise Invalid("act", "no such step")
    does, words = found
    does(tx, text_id, fields)
    return words


def number_in(name: str, text: str) -> int:
    """The number that a page put into its form, of a revision or of an edition.

    Raises:
        Invalid: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Invalid(name, "the number that the page gave")
    return int(text)


def number_shown(fields: Fields, name: str) -> int:
    """The same; 0, which nothing has, where the page put none, so that it counts as one that shows what was before.

    Raises:
        Invalid: it is no number.
    """
    return number_in(name, fields.get(name) or "0")


def moment(tx: Tx, typed: str) -> datetime:
    """A time that somebody typed, in the site's zone.

    Raises:
        Invalid: it is none, or it is past.
    """
    try:
        at = instants.parse(typed, zone_of_site(tx))
    except ValueError as error:
        raise Invalid("at", "a date and time, please") from error
    if at <= tx.now:
        raise Invalid("at", "this time is past")
    return at


def day(tx: Tx, field: str, typed: str) -> datetime:
    """The beginning of a day that somebody typed, in the site's zone.

    Raises:
        Invalid: it is none.
    """
    try:
        return beginning(date.fromisoformat(typed), zone_of_site(tx))
    except ValueError as error:
        raise Invalid(field, "a date, please") from error


def _submit(tx: Tx, text_id: str, said: Fields) -> None:
    publishing.submit(tx, text_id, seen=number_shown(said, "revision"))


def _approve(tx: Tx, text_id: str, said: Fields) -> None:
    _must_be_as_shown(tx, text_id, said)
    publishing.approve(tx, text_id)


def _send_back(tx: Tx, text_id: str, said: Fields) -> None:
    publishing.send_back(tx, text_id, said.get("reason", ""), seen=number_shown(said, "revision"))


def _publish(tx: Tx, text_id: str, said: Fields) -> None:
    _must_be_as_shown(tx, text_id, said)
    publishing.publish(tx, text_id)


def _schedule(tx: Tx, text_id: str, said: Fields) -> None:
    at = moment(tx, said.get("at", ""))
    _must_be_as_shown(tx, text_id, said)
    publishing.publish(tx, text_id, at=at)


def _must_be_as_shown(tx: Tx, text_id: str, said: Fields) -> None:
    text = tx.one(article_texts, text_id)
    articles.expect(tx, text.article_id, number_shown(said, "version"))
    article = tx.one(articles_table, text.article_id)
    must_be_as(said.get("relies", ""), relied_on(tx, article, text, text.newest))


def _open(tx: Tx, text_id: str, said: Fields) -> None:
    article = tx.one(articles_table, tx.one(article_texts, text_id).article_id)
    if article.edition == number_shown(said, "version") and (asked := opening_of(tx, article)):
        must_be_as(said.get("relies", ""), asked.relies)
    opening.open_up(tx, tx.one(article_texts, text_id).article_id, seen=number_shown(said, "version"))


def _leave(tx: Tx, text_id: str, said: Fields) -> None:
    opening.leave_closed(tx, tx.one(article_texts, text_id).article_id, seen=number_shown(said, "version"))


_Does = Callable[[Tx, str, Fields], Any]


def _as_shown(does: _Does) -> _Does:
    """A step that is done only while the article is as the page showed it: a later time of somebody else's stays."""

    def step(tx: Tx, text_id: str, said: Fields) -> Any:
        articles.expect(tx, tx.one(article_texts, text_id).article_id, number_shown(said, "version"))
        return does(tx, text_id, said)

    return step


def _expire(tx: Tx, text_id: str, said: Fields) -> None:
    publishing.expire(tx, text_id, at=moment(tx, said.get("at", "")))


_DONE: dict[str, tuple[_Does, str]] = {
    "submit": (_submit, "It waits for a review."),
    "approve": (_approve, "Approved."),
    "send_back": (_send_back, "Sent back."),
    "publish": (_publish, "Published: readers see it."),
    "schedule": (_schedule, "Planned."),
    "unschedule": (_as_shown(lambda tx, id, _: publishing.cancel_publication(tx, id)), "Not planned any more."),
    "expire": (_as_shown(_expire), "It will expire."),
    "keep": (_as_shown(lambda tx, id, _: publishing.expire(tx, id, at=None)), "It does not expire."),
    "unpublish": (lambda tx, id, _: publishing.unpublish(tx, id), "Readers do not see it any more."),
    "archive": (_as_shown(lambda tx, id, _: publishing.archive(tx, id)), "Archived."),
    "open": (_open, "Opened: they get it from now on."),
    "leave": (_leave, "It stays for whom it is."),
    "take_up": (_as_shown(lambda tx, id, _: publishing.take_up(tx, id)), "It is a draft again."),
}
#: What a page may be asked to say: nothing but our own words.
SAID = {name: words for name, (_, words) in _DONE.items()} | {
    "draft": "Draft saved.",
    "same": "Nothing differs from what was saved.",
    "confirmed": "It says what the original says now. No word differs, so there is no new revision and no note of it.",
    "unseen": "Saved, and not published yet: see what readers get with it, then publish it.",
    "about": "Saved.",
    "asked": "Saved, but not opened to others yet: for that somebody else has to say yes, on this page.",
    "address": "The address is changed; the one before leads to it.",
    "translated": "A draft in this language: write it with the original beside you.",
    "restored": "Restored as a new revision.",
    "newer": "Somebody has saved meanwhile: look at the newest revision, then restore if you still want to.",
    "file": "The file is there: put its line, at the side, into the text.",
    "removed": "Removed.",
    "words_asked": "Saved. What it is called and about waits, above, until somebody else approves it.",
    "left": "It goes on saying what it says.",
}
