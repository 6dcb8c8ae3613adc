"""knowledgebase/handlers.py: every job of the knowledge base, and who does it. `web/app.py` adds them to the desk's."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from desk.kernel import table_counts
from desk.kernel.desk import Desk
from desk.kernel.jobs import Job
from desk.kernel.transaction import Actor, Tx
from knowledgebase.bot import chat_bot
from knowledgebase.contacts import settling
from knowledgebase.learning import night
from knowledgebase.meaning import meanings, vectors
from knowledgebase.reading import forgotten_files, questions
from knowledgebase.search import index, indexing_anew
from knowledgebase.writing import plans, publishing, snippets
from knowledgebase.writing.texts import hold

Handler = Callable[[Any, Any], Awaitable[None]]

#: Texts that search is told of in one transaction.
_AT_ONCE = 20
#: Transactions of one job that indexes anew; what is left is the next one's.
_ANEW = 25
_SYSTEM = Actor.system("jobs")


async def _publish(desk: Desk, job: plans.PublishText) -> None:
    await desk.transact(_SYSTEM, publishing.publish_due, job)


async def _expire(desk: Desk, job: publishing.ExpireText) -> None:
    await desk.transact(_SYSTEM, publishing.expire_due, job.text_id)


async def _show_snippet(desk: Desk, job: snippets.ShowSnippet) -> None:
    using = await desk.read(_SYSTEM, snippets.using_it, job.snippet)
    for begin in range(0, len(using), _AT_ONCE):
        await desk.transact(_SYSTEM, _show_some, using[begin : begin + _AT_ONCE])


def _show_some(tx: Tx, text_ids: Sequence[str]) -> None:
    hold(tx, text_ids)
    publishing.show_anew(tx, text_ids)


async def _index_anew(desk: Desk, job: indexing_anew.IndexAnew) -> None:
    left: indexing_anew.IndexAnew | None = job
    for _ in range(_ANEW):
        if left is not None:
            left = await desk.transact(_SYSTEM, _some_anew, left)
    # Not before: whoever has nothing else to do would begin with it beside this one.
    await desk.transact(_SYSTEM, indexing_anew.go_on, left)
    if left is None:
        await table_counts.ask(desk)


def _some_anew(tx: Tx, job: indexing_anew.IndexAnew) -> indexing_anew.IndexAnew | None:
    """Texts whose words stay the same mean the same: no model reads them again."""
    texts, left = indexing_anew.following(tx, job)
    hold(tx, texts)
    vectors.kept_through(tx, texts, partial(index.put_all, tx, texts))
    return left


HANDLERS: dict[type[Job], Handler] = {
    plans.PublishText: _publish,
    publishing.ExpireText: _expire,
    snippets.ShowSnippet: _show_snippet,
    settling.SettleUses: settling.settle_uses,
    chat_bot.LetGoOfChat: chat_bot.let_go_of_chat,
    questions.ForgetQuestions: questions.forget_questions,
    forgotten_files.ForgetFiles: forgotten_files.forget_files,
    night.Learn: night.learn,
    indexing_anew.IndexAnew: _index_anew,
    vectors.ReadMeanings: meanings.read_meanings,
}
