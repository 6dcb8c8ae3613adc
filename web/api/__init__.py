"""web/api: the REST API, one resource a file. `ROUTES` is all of it."""

from web import attachments
from web.api import (
    agents,
    article_learning,
    article_steps,
    articles,
    audit,
    callbacks,
    canned_replies,
    cases,
    complaints,
    customers,
    documents,
    inbound,
    interaction_steps,
    interactions,
    later,
    queues,
    recoveries,
    reports,
    skills,
    surveys,
    teams,
    why,
    work,
    work_items,
)

ROUTES = (
    inbound.routes,
    customers.routes,
    interactions.routes,
    interaction_steps.routes,
    cases.routes,
    complaints.routes,
    recoveries.routes,
    surveys.routes,
    queues.routes,
    skills.routes,
    agents.routes,
    teams.routes,
    canned_replies.routes,
    article_learning.routes,  # called by name, before what is called by its id
    articles.routes,
    article_steps.routes,
    work.routes,
    callbacks.routes,
    work_items.routes,
    why.routes,
    later.routes,
    reports.routes,
    audit.routes,
    documents.routes,
    attachments.routes,
)

__all__ = ["ROUTES"]
