"""knowledgebase/folders/standing.py: how things stand with a text, as its sheet says: who sees it, since and from when.

An approval is nobody's who is not here to be asked: what was approved comes in for review, and a plan for a day needs
a second person's word where articles need one. A plan whose day is over is not done.
"""

from desk.kernel.transaction import Row, Rx, Tx
from knowledgebase.folders.front_matter import Head, Sheet
from knowledgebase.tables import article_texts
from knowledgebase.writing import articles, plans, publishing
from knowledgebase.writing.lifecycle import Stage
from knowledgebase.writing.texts import lead_to, revision, texts_of


def bring_to(tx: Tx, text_id: str, state: str | None, head: Head) -> None:
    """Takes a text to where its sheet says that it is; None: it is where it should be."""
    text = tx.one(article_texts, text_id)
    is_planned = is_to_come(tx, head)
    if state == Stage.PUBLISHED and not is_planned and text.published != text.newest:
        publishing.publish(tx, text_id)
    elif state == Stage.ARCHIVED and text.stage != Stage.ARCHIVED:
        publishing.archive(tx, text_id)
    elif state in (Stage.IN_REVIEW, Stage.APPROVED) and text.stage == Stage.DRAFT:
        publishing.submit(tx, text_id)
    if is_planned and state not in (None, Stage.ARCHIVED) and text.published != text.newest:
        _plan(tx, text, head)
    if head.expire_at is not None and head.expire_at > tx.now and head.expire_at != text.expire_at:
        publishing.expire(tx, text_id, at=head.expire_at)
    if head.original:
        _says_what_the_original_says(tx, text_id, behind=head.behind)


def is_to_come(rx: Rx, head: Head) -> bool:
    """Whether a sheet's words are for a day that has not come yet."""
    return head.publish_at is not None and head.publish_at > rx.now


def stands_by(rx: Rx, text: Row, sheet: Sheet, state: str) -> bool:
    """Whether a sheet wants what holds already, whatever somebody drafts beside it: readers see its words, or will on
    its day."""
    if is_to_come(rx, sheet.head):
        number = plans.planned(rx, text.id) if text.publish_at == sheet.head.publish_at else None
    else:
        number = text.published if state == Stage.PUBLISHED else None
    if number is None:
        return False
    said = revision(rx, text.id, number)
    return (said.title, said.body, said.summary) == (sheet.head.title, sheet.body, sheet.head.summary)


def remember(tx: Tx, text_id: str, head: Head) -> list[str]:
    """Where a text was found before and since when; names what of its sheet cannot be kept, and why."""
    others = lead_to(tx, text_id, head.former) if head.former else []
    lost = [f"former {slug} (another article has it, or it is none)" for slug in others]
    if head.publish_at is not None and not is_to_come(tx, head):
        lost.append("publish_at (its day is over)")
    first = head.published_first_at
    if first is not None and first > tx.now:
        lost.append("published_first_at (it is still to come)")
    elif first is not None and first != tx.one(article_texts, text_id).published_first_at:
        publishing.seen_since(tx, text_id, first)
    return lost


def _plan(tx: Tx, text: Row, head: Head) -> None:
    if text.publish_at != head.publish_at or plans.planned(tx, text.id) != text.newest:
        publishing.publish(tx, text.id, at=head.publish_at)


def _says_what_the_original_says(tx: Tx, text_id: str, *, behind: bool) -> None:
    text = tx.one(article_texts, text_id)
    original = texts_of(tx, text.article_id)[0]
    newest = original.published or original.newest
    wanted = min(text.translates or 0, newest - 1) if behind else newest
    if wanted != text.translates:
        said = revision(tx, text_id, text.newest)
        words = {"title": said.title, "body": said.body, "summary": said.summary, "note": ""}
        articles.save(tx, text_id, **words, base=text.newest, translates=wanted)
