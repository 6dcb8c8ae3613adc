"""web/pages/knowledge/learning_drafts.py: drafts that a language model writes, from what the knowledge base lacks.

What it wrote is kept as a draft for who works here, under a box that says so. A person publishes it, or nobody does.
"""

from aiohttp import web

from desk.kernel.transaction import Tx
from knowledgebase.drafting.articles import Written, written
from knowledgebase.drafting.orders import Order, article_from_contact, article_from_questions
from knowledgebase.learning import closed_cases, unanswered
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.writing.articles import Created
from web.drafting import DRAFTER
from web.edge import actor, desk

#: What is sent, by what a button says, and how the draft says where it is from.
ORDERS = {
    "draft_model": (article_from_questions, "questions that found no answer"),
    "case_model": (article_from_contact, "a closed contact"),
}


async def begun(request: web.Request, act: str, id: str) -> tuple[Created, str]:
    """Has a draft written, and keeps it; the draft and its language.

    Raises:
        CarelineError: as `Drafter.draft`; somebody has begun one while the model wrote.
    """
    order, about = ORDERS[act]
    draft, made = await request.app[DRAFTER].draft(actor(request), order, id, desk(request).kept(Meanings))
    article = written(draft, model=desk(request).settings.model_name, about=about, title=made.title)
    return await desk(request).transact(actor(request), _keep, made, article), made.language


def _keep(tx: Tx, made: Order, article: Written) -> Created:
    said = {"title": article.title, "body": article.body, "note": article.note}
    if made.about_questions:
        return unanswered.begin_with(tx, made.about, **said)
    return closed_cases.draft_from(tx, made.about, closed_cases.Proposal(language=made.language, **said))
