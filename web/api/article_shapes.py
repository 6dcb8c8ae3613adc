"""web/api/article_shapes.py: articles as programs send them and are answered."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from desk.kernel.instants import Moment

Audience = Literal["public", "customers", "internal"]
Stage = Literal["draft", "in_review", "approved", "published", "archived"]
Tag = Annotated[str, StringConstraints(max_length=16)]
Line = Annotated[str, StringConstraints(max_length=400)]
Summary = Annotated[str, StringConstraints(max_length=1000)]
Id = Annotated[str, StringConstraints(max_length=64)]


class NewArticle(BaseModel, extra="forbid"):
    """An article in its first language. `body` is Markdown, at most 500 kB; `category` is the slug of one."""

    title: Line
    body: str
    language: Tag
    audience: Audience
    summary: Summary = ""
    state: Literal["draft", "published"] = "draft"
    team: Id | None = None
    category: Annotated[str, StringConstraints(max_length=120)] | None = None
    tags: list[Line] = []
    owner_id: Id | None = None
    review_due_at: Moment | None = None


class ArticleChange(BaseModel, extra="forbid"):
    """What is left out stays. Where opening an article to others needs a second person, `audience` and `team` become
    its `opening` meanwhile. New words are a draft until they are published; they are in `language`, else in the
    article's first. With `version`, only if nobody changed the article since."""

    version: int | None = None
    language: Tag | None = None
    title: Line | None = None
    body: str | None = None
    summary: Summary | None = None
    note: Line | None = None
    #: The revision of the original that a translation says now.
    translates: int | None = None
    slug: Line | None = None
    audience: Audience | None = None
    team: Id | None = None
    category: Annotated[str, StringConstraints(max_length=120)] | None = None
    tags: list[Line] | None = None
    owner_id: Id | None = None
    review_due_at: Moment | None = None
    expire_at: Moment | None = None


class ArticleStep(BaseModel, extra="forbid"):
    """Where a text is to go: `unpublished` and `unscheduled` take back what readers see, or would; `draft` sends back
    with a `reason`, takes up what was archived, or says `revision` again, which needs the `version` that was read.
    `in_review`, `approved`, `published` and what is sent back are about `revision`, the one that was read; approving
    and publishing need `version`, and are about what the words put in and show as it is in `relies_on`. `opened` and
    `not_opened` answer who asked to open the article to others (`opening`), and need `version` too."""

    to: Literal[
        "draft",
        "in_review",
        "approved",
        "published",
        "archived",
        "unpublished",
        "unscheduled",
        "opened",
        "not_opened",
    ]
    language: Tag | None = None
    at: Moment | None = None
    reason: Annotated[str, StringConstraints(max_length=1000)] | None = None
    revision: int | None = None
    version: int | None = None
    relies_on: Annotated[str, StringConstraints(max_length=100_000)] | None = None


class NewTranslation(BaseModel, extra="forbid"):
    """An article's draft in one more language; without a title it has the original's."""

    language: Tag
    title: Line = ""
    body: str = ""
    summary: Summary = ""


class Checked(BaseModel, extra="forbid"):
    """Somebody has found an article right as it is in `version`; when it is looked through again."""

    version: int
    review_due_at: Moment | None = None


class Conversation(BaseModel, extra="forbid"):
    """A piece of what was said, and who is to read the articles."""

    text: Annotated[str, StringConstraints(max_length=20_000)]
    language: Tag | None = None
    audience: Audience


class ArticleHit(BaseModel):
    """An article in a list. `score` is null where nothing was searched; `state` is that of the newest revision."""

    id: str
    text_id: str
    language: str
    title: str
    slug: str
    snippet: str
    score: float | None
    audience: Audience
    state: Stage
    category: str | None
    tags: list[str]
    published_at: datetime | None
    version: int


class ArticleHits(BaseModel):
    """Articles, best first."""

    items: list[ArticleHit]


class ArticleText(BaseModel):
    """An article in one language: `revision` is its newest, `published` the one that readers see."""

    language: str
    slug: str
    title: str
    state: Stage
    revision: int
    published: int | None
    translates: int | None
    is_behind: bool
    publish_at: datetime | None
    expire_at: datetime | None
    published_at: datetime | None
    changed_at: datetime
    sent_back: str
    #: Why nothing was done at the time that was planned; may be empty.
    not_published: str
    views: int
    helpful: int
    unhelpful: int


class HandedOut(BaseModel):
    """A picture or paper of another article that an article's words give to readers who may not read that one."""

    file_id: str
    name: str
    article_id: str
    title: str
    audience: Audience
    team: str | None
    is_published: bool


class Opening(BaseModel):
    """Readers to whom somebody asks to open an article: a second person does, or leaves it as it is."""

    audience: Audience
    team: str | None
    asked_by: str


class Article(BaseModel):
    """One article. Who writes gets the newest words, with `{{snippet:…}}` as it was written; everybody else what
    readers see."""

    id: str
    text_id: str
    language: str
    title: str
    slug: str
    summary: str
    body: str
    audience: Audience
    team: str | None
    state: Stage
    category: str | None
    tags: list[str]
    owner_id: str | None
    review_due_at: datetime | None
    checked_at: datetime | None
    created_at: datetime
    original_language: str
    revision: int
    published: int | None
    published_at: datetime | None
    texts: list[ArticleText]
    used: int
    settled: int
    version: int
    opening: Opening | None
    hands_out: list[HandedOut]
    relies_on: str


class ArticleRevision(BaseModel):
    """What a text said once, without its body."""

    number: int
    title: str
    summary: str
    note: str
    author_id: str
    at: datetime


class ArticleRevisionInFull(ArticleRevision):
    body: str
