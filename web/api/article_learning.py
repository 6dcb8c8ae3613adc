"""web/api/article_learning.py: what the knowledge base lacks, for programs of who writes: the lists of its page."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from desk.kernel.transaction import Row, Rx
from desk.people.permissions import Right
from knowledgebase.learning import causes, closed_cases, contradicting, unanswered, watching
from knowledgebase.reading import questions
from web.api.told import tells
from web.edge import actor, answer, desk, needs

routes = web.RouteTableDef()


class UnansweredQuestion(BaseModel):
    """Questions of the last 90 days that found no answer and ask the same. `doors` counts them by where they came."""

    id: str
    title: str
    language: str
    examples: list[str]
    doors: dict[str, int]
    times: int
    last_at: datetime
    article_id: str | None


class WatchedText(BaseModel):
    """A text that wants somebody's eye. `bad` is the lower bound of the share that finds it unhelpful, 0 to 1."""

    article_id: str
    text_id: str
    language: str
    title: str
    owner: str | None
    helpful: int
    unhelpful: int
    bad: float
    behind: int
    review_due_at: datetime | None
    seen_at: datetime | None


class SaidBy(BaseModel):
    """A sentence, and the article that says it."""

    article_id: str
    title: str
    sentence: str


class ArticleContradiction(BaseModel):
    """Two sentences about the same with different figures of one kind."""

    id: str
    kind: str
    language: str
    one: SaidBy
    other: SaidBy
    found_at: datetime


class WellRatedContact(BaseModel):
    """A closed contact whose customer was content and in which no article was used."""

    interaction_id: str
    about: str
    channel: str
    closed_at: datetime


class ComplaintCause(BaseModel):
    """A cause or a category, the complaints with it that were closed in twelve months, and what answers it."""

    kind: str
    code: str
    name: str
    times: int
    article_ids: list[str]
    is_answered: bool


class QuestionDeflection(BaseModel):
    """What became of a month's questions at a door where customers ask for themselves: `solved` by the asker's own
    word, `gave_up` and asked a person, `unknown` to anybody; `nothing` was shown to these."""

    door: str
    solved: int
    gave_up: int
    unknown: int
    nothing: int


class ArticleLearning(BaseModel):
    """What the knowledge base lacks. Each list is short, what matters most first."""

    questions: list[UnansweredQuestion]
    unhelpful: list[WatchedText]
    due: list[WatchedText]
    behind: list[WatchedText]
    unused: list[WatchedText]
    contradictions: list[ArticleContradiction]
    contacts: list[WellRatedContact]
    causes: list[ComplaintCause]
    deflection: list[QuestionDeflection]


@routes.get("/api/v1/articles/learning")
@needs(Right.WRITE)
@tells(ArticleLearning)
async def get_learning(request: web.Request) -> web.StreamResponse:
    """What the knowledge base lacks: questions without an answer, texts that want an eye or contradict each other, good
    answers without an article, causes of complaints; and what became of what customers asked for themselves."""
    return answer(await desk(request).read(actor(request), _learning))


def _learning(rx: Rx) -> dict[str, Any]:
    found = ArticleLearning(
        questions=[_question(group) for group in unanswered.unanswered(rx)],
        unhelpful=_texts(watching.badly_thought_of(rx)),
        due=_texts(watching.due(rx)),
        behind=_texts(watching.behind(rx)),
        unused=_texts(watching.unused(rx)),
        contradictions=[_pair(row) for row in contradicting.contradicting(rx)],
        contacts=[
            WellRatedContact(interaction_id=one.id, about=one.about, channel=one.channel, closed_at=one.closed_at)
            for one in closed_cases.cases(rx)
        ],
        causes=[_cause(one) for kind in causes.KINDS for one in causes.causes(rx, kind)],
        deflection=[QuestionDeflection(**asdict(one)) for one in questions.deflection(rx)],
    )
    return found.model_dump()


def _question(group: unanswered.Unanswered) -> UnansweredQuestion:
    return UnansweredQuestion(
        id=group.id,
        title=group.title,
        language=group.language,
        examples=list(group.examples),
        doors=dict(group.doors),
        times=group.times,
        last_at=group.last_at,
        article_id=group.article_id,
    )


def _texts(rows: Sequence[Row]) -> list[WatchedText]:
    return [
        WatchedText(
            article_id=row.article_id,
            text_id=row.text_id,
            language=row.language,
            title=row.title,
            owner=row.owner,
            helpful=row.helpful,
            unhelpful=row.unhelpful,
            bad=(row.bad or 0) / 1000,
            behind=row.behind or 0,
            review_due_at=row.review_due_at,
            seen_at=row.seen_at,
        )
        for row in rows
    ]


def _pair(row: Row) -> ArticleContradiction:
    return ArticleContradiction(
        id=row.id,
        kind=row.kind,
        language=row.language,
        one=SaidBy(article_id=row.article_id, title=row.title, sentence=row.sentence),
        other=SaidBy(article_id=row.other_article_id, title=row.other_title, sentence=row.other_sentence),
        found_at=row.found_at,
    )


def _cause(one: causes.Cause) -> ComplaintCause:
    return ComplaintCause(
        kind=one.kind,
        code=one.code,
        name=one.name,
        times=one.times,
        article_ids=[row.article_id for row in one.articles],
        is_answered=one.is_answered,
    )
