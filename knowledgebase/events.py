"""knowledgebase/events.py: what happened to articles. Ids and numbers only: what was written is in the revisions."""

from dataclasses import dataclass

from desk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ArticleChanged(Event):
    """`id` is the article's; `text_id` is empty where it is about the article in all its languages.

    `what`: created, translated, saved, restored, submitted, approved, sent_back, taken_up, published, scheduled,
    unscheduled, not_published, unpublished, expires, expired, archived, renamed, dated, described, checked,
    opening_asked, opened, not_opened.
    """

    what: str
    text_id: str = ""
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class ArticleCategoryChanged(Event):
    """`id` is the category's; `what` is added, asked, changed, not_changed, moved or removed."""

    what: str


@dataclass(frozen=True, kw_only=True)
class ArticleSnippetChanged(Event):
    """`id` is the snippet's; `what` is added, changed or removed."""

    what: str


@dataclass(frozen=True, kw_only=True)
class ModelAsked(Event):
    """Something was sent to the language-model provider. `id` is the interaction's or the group's of questions.

    `what` is reply, summary or article; `articles` are those that were sent, `characters` how much it was in all.
    """

    what: str
    model: str
    articles: tuple[str, ...] = ()
    characters: int = 0
