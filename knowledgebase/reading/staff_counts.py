"""knowledgebase/reading/staff_counts.py: how much work the lists of articles hold for writers."""

import sqlalchemy as sa

from desk.kernel.transaction import Rx
from knowledgebase.learning_tables import article_watch
from knowledgebase.readers import Reader
from knowledgebase.reading.staff_lists import BEHIND, OF_ORIGINAL, ORIGINALS, STAGES
from knowledgebase.tables import article_texts, articles

#: Which texts are behind is told by looking at every one of them: of more the list says what the last night counted.
MOST_COUNTED = 5_000
_IN_WORK = STAGES[:3]

_IS_ORIGINAL = sa.and_(article_texts.c.article_id == articles.c.id, article_texts.c.language == articles.c.language)
_ONE_TOO_MANY = sa.select(article_texts.c.id).limit(1).offset(sa.bindparam("counted", type_=sa.Integer))
#: Of the published ones, when a night counted them; nothing where none has.
_COUNTED_AT_NIGHT = sa.select(article_watch.c.text_id).limit(1)
_BEHIND_AT_NIGHT = sa.select(sa.func.count().label("n")).where(article_watch.c.behind > 0)
_COUNT_BEHIND = (
    sa.select(sa.func.count().label("n"))
    .select_from(article_texts)
    .join(articles, articles.c.id == article_texts.c.article_id)
    .join(ORIGINALS, OF_ORIGINAL)
    .where(BEHIND, article_texts.c.stage != "archived")
)


def counts(rx: Rx, reader: Reader) -> dict[str, int | None]:
    """How many texts a writer finds behind each tab that asks for work; None for what nobody has counted yet.

    What is published or put away is most of what there is, and asks for no work: nobody counts it.
    """
    if not reader.writes:
        return {}
    in_work = article_texts.c.stage.in_(_IN_WORK)
    by_stage = (
        sa.select(article_texts.c.stage, sa.func.count().label("n")).where(in_work).group_by(article_texts.c.stage)
    )
    due = (
        sa.select(sa.func.count().label("n"))
        .select_from(articles)
        .join(article_texts, _IS_ORIGINAL)
        .where(articles.c.review_due_at <= rx.now, article_texts.c.stage != "archived")
    )
    found = {row.stage: int(row.n) for row in rx.all(by_stage)}
    opening = sa.select(sa.func.count().label("n")).where(articles.c.opens_to.is_not(None))
    return found | {
        "opening": int(rx.all(opening)[0].n),
        "due": int(rx.all(due)[0].n),
        "behind": _behind(rx),
    }


def are_counted_at_night(rx: Rx) -> bool:
    """Whether there are more texts than `counts` looks at for those that are behind."""
    return bool(rx.all(_ONE_TOO_MANY, counted=MOST_COUNTED))


def _behind(rx: Rx) -> int | None:
    if not are_counted_at_night(rx):
        return int(rx.all(_COUNT_BEHIND)[0].n)
    return int(rx.all(_BEHIND_AT_NIGHT)[0].n) if rx.all(_COUNTED_AT_NIGHT) else None
