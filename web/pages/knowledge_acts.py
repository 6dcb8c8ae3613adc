"""web/pages/knowledge_acts.py: the steps of a text as its page offers them, and what each does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from desk.kernel import instants
from desk.kernel.errors import Invalid
from desk.kernel.transaction import Tx
from desk.organization.setting import setting
from knowledgebase.writing import publishing

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


def acts_of(text: Any, *, reviewed: bool) -> list[Act]:
    """What can be done next with a text, the likely first."""
    found: list[Act] = []
    match text.stage:
        case "draft":
            found += [SUBMIT] if reviewed else [PUBLISH, SUBMIT, SCHEDULE]
        case "in_review":
            found += [APPROVE, SEND_BACK] if reviewed else [APPROVE, PUBLISH, SEND_BACK]
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
        Invalid, Conflict, Forbidden: as the step says.
    """
    found = _DONE.get(fields.get("act", ""))
    if found is None:
        raise Invalid("act", "no such step")
    does, words = found
    does(tx, text_id, fields)
    return words


def moment(tx: Tx, typed: str) -> datetime:
    """A time that somebody typed, in the site's zone.

    Raises:
        Invalid: it is none, or it is past.
    """
    try:
        at = instants.parse(typed, ZoneInfo(str(setting(tx, "time_zone"))))
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
        return datetime.combine(date.fromisoformat(typed), time(), ZoneInfo(str(setting(tx, "time_zone"))))
    except ValueError as error:
        raise Invalid(field, "a date, please") from error


_Does = Callable[[Tx, str, Fields], Any]
_DONE: dict[str, tuple[_Does, str]] = {
    "submit": (lambda tx, id, _: publishing.submit(tx, id), "It waits for a review."),
    "approve": (lambda tx, id, _: publishing.approve(tx, id), "Approved."),
    "send_back": (lambda tx, id, said: publishing.send_back(tx, id, said.get("reason", "")), "Sent back."),
    "publish": (lambda tx, id, _: publishing.publish(tx, id), "Published: readers see it."),
    "schedule": (lambda tx, id, said: publishing.publish(tx, id, at=moment(tx, said.get("at", ""))), "Planned."),
    "unschedule": (lambda tx, id, _: publishing.cancel_publication(tx, id), "Not planned any more."),
    "expire": (lambda tx, id, said: publishing.expire(tx, id, at=moment(tx, said.get("at", ""))), "It will expire."),
    "keep": (lambda tx, id, _: publishing.expire(tx, id, at=None), "It does not expire."),
    "unpublish": (lambda tx, id, _: publishing.unpublish(tx, id), "Readers do not see it any more."),
    "archive": (lambda tx, id, _: publishing.archive(tx, id), "Archived."),
    "take_up": (lambda tx, id, _: publishing.take_up(tx, id), "It is a draft again."),
}
#: What a page may be asked to say: nothing but our own words.
SAID = {name: words for name, (_, words) in _DONE.items()} | {
    "draft": "Draft saved.",
    "about": "Saved.",
    "address": "The address is changed; the one before leads to it.",
    "translated": "A draft in this language: write it with the original beside you.",
    "restored": "Restored as a new revision.",
    "newer": "Somebody has saved meanwhile: look at the newest revision, then restore if you still want to.",
    "file": "The file is there: put its line, at the side, into the text.",
    "removed": "Removed.",
}
