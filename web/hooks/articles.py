"""web/hooks/articles.py: the articles that call flows read aloud and send, where this application has any."""

from aiohttp import web

from desk.contacts.articles import NO_ARTICLES, Articles

#: `web/app.py` puts them here.
ARTICLES: web.AppKey[Articles] = web.AppKey("articles", Articles)


def articles(request: web.Request) -> Articles:
    """Those of the application that serves this request."""
    return request.app.get(ARTICLES, NO_ARTICLES)
