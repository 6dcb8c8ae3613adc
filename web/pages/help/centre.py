"""web/pages/help/centre.py: the help centre: first page, topic, article, search. Works without JavaScript.

Everybody sees what is public; customers who have signed in (`visits.py`) what is for customers besides. What
machines read of it is in `machines.py`, what readers say in `feedback.py`.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiohttp import web
from markupsafe import Markup, escape

from desk.complaints.site import calendar_of
from desk.kernel.dates import day_in_words
from desk.kernel.errors import NotFound
from desk.kernel.transaction import Rx
from knowledgebase.contents import MOST_TAG, tag_as_kept
from knowledgebase.meaning.meanings import Meanings
from knowledgebase.readers import PUBLIC, Reader
from knowledgebase.reading.browsing import Topic, in_topic, topics
from knowledgebase.reading.narrowing import Narrowing, narrowing, topic_for
from knowledgebase.reading.published import Article, Listed, Moved, read
from knowledgebase.reading.render import Rendered, rendered, told
from knowledgebase.reading.views import Views
from knowledgebase.search.hits import Hit
from knowledgebase.search.near import Meaning
from knowledgebase.search.search import related, search
from knowledgebase.writing.categories import by_slug, path
from knowledgebase.writing.slugs import LONGEST
from web.edge import answer, desk, page
from web.pages.help.asking import asked, opened
from web.pages.help.browsers import remember
from web.pages.help.frame import VISITOR, Shown, answered, asks_politely, is_polite, question_of, words_of
from web.pages.help.machines import article_data, centre_data
from web.pages.help.popular import Popular
from web.pages.help.tongues import own_name
from web.pages.help.visits import is_private, reader
from web.pages.help.words import LOCALES, NAMES

routes = web.RouteTableDef()

#: Answers on a page of results, results while typing, articles on a page of a topic, related ones.
RESULTS, TYPED, LISTED, RELATED = 10, 6, 50, 4
#: Looks at one article from one address that are counted.
VIEWED = "20/hour"
MOST_PAGES = 20
#: Topics on the first page.
MOST_TOPICS = 24
#: Bodies from this length on are made ready beside the loop.
_LONG = 20_000
#: Characters of a body from which it is said what it is about, where it says nothing in short.
_MOST_ABOUT = 4_000
#: What a topic is about, by a word in its address, and the picture for it.
_PICTURES = (
    (("deliver", "shipping", "fitting"), "van"),
    (("return", "refund"), "back"),
    (("fault", "guarantee", "warranty", "repair"), "tool"),
    (("card", "pay"), "card"),
    (("price", "offer", "voucher", "invoice", "bill"), "tag"),
    (("account", "sign", "data"), "who"),
)


@routes.get("/help")
async def first(request: web.Request) -> web.StreamResponse:
    shown, who = Shown(request), await reader(request)
    popular = desk(request).kept(Popular)

    def query(rx: Rx) -> dict[str, Any]:
        often, is_asked = popular.listed(rx, who, shown.language)
        return {
            **shown.frame(rx),
            "waits": shown.waits(rx),
            "topics": [_topic(one) for one in topics(rx, who, shown.language) if not one.depth][:MOST_TOPICS],
            "often": often,
            "is_asked": is_asked,
        }

    view = await desk(request).read(VISITOR, query)
    view |= {"languages": shown.in_languages("/help"), "locale": shown.locale, "solved": "solved" in request.query}
    canonical = shown.absolute("/help", lang=shown.said or "")
    view["otherwise"] = shown.absolute("/help")  # where the browser's language decides
    data = centre_data(view["organization"], shown.absolute("/help"), shown.absolute("/help/search"))
    return answered(request, "help/first.html", view | {"canonical": canonical, "data": data})


@routes.get("/help/c/{slug}")
async def category(request: web.Request) -> web.StreamResponse:
    shown, slug, number = Shown(request), request.match_info["slug"], _page(request)
    who = await reader(request)

    def query(rx: Rx) -> dict[str, Any]:
        found = by_slug(rx, slug)
        seen = topics(rx, who, shown.language, under=found.id) if found is not None else []
        if found is None or not seen:
            raise NotFound("topic", slug)
        at = (number - 1) * LISTED
        listed = in_topic(rx, found.id, who, shown.language, limit=LISTED + 1, offset=at)
        return {
            **shown.frame(rx),
            "waits": shown.waits(rx),
            "topic": seen[0],
            "above": path(rx, found.id, shown.language)[:-1],
            "below": [_topic(one) for one in seen if one.depth == found.depth + 1],
            "articles": listed[:LISTED],
            "more": len(listed) > LISTED,
        }

    view = await desk(request).read(VISITOR, query)
    here = f"/help/c/{slug}"
    view |= {"number": number, "languages": shown.in_languages(here), "locale": shown.locale}
    numbered = str(number) if number > 1 else ""
    return answered(
        request, "help/category.html", view | {"canonical": shown.absolute(here, page=numbered, lang=shown.said or "")}
    )


@routes.get("/help/a/{slug}")
async def article(request: web.Request) -> web.StreamResponse:
    slug, who = request.match_info["slug"], await reader(request)
    found = await desk(request).read(VISITOR, read, slug, who)
    if isinstance(found, Moved):
        kept = "private, no-store" if is_private(request) else "public, max-age=3600"
        raise web.HTTPMovedPermanently(f"/help/a/{found.slug}", headers={"Cache-Control": kept, "Vary": "Cookie"})
    if found is None:
        raise NotFound("article", slug)
    if is_polite(request, VIEWED, about=f"viewed {found.text_id}"):
        await desk(request).kept(Views).count(desk(request), found.text_id)
    shown, meaning = Shown(request, language=_spoken_for(found.language)), desk(request).kept(Meanings)
    token = await opened(request, shown, found.text_id)
    made = await _made(found)

    def query(rx: Rx) -> dict[str, Any]:
        return {
            **shown.frame(rx),
            "related": _related(rx, found, who, shown.language, meaning),
            "checked": day_in_words(found.checked_at, calendar_of(rx).zone, shown.language),
        }

    view = await desk(request).read(VISITOR, query)
    view |= _article_view(shown, found, made, token)
    if found.audience != PUBLIC.audience:
        view["canonical"] = ""  # nothing for machines to find
    view["data"] = article_data(found, view["organization"], view["canonical"], shown.absolute("/help"), shown.absolute)
    response = answered(request, "help/article.html", view, modified=found.published_at)
    if token:
        remember(request, response)
    return response


@routes.get("/help/search")
async def results(request: web.Request) -> web.StreamResponse:
    asks_politely(request)
    shown, words, number = Shown(request), words_of(request), _page(request)
    who = await reader(request)
    meaning = desk(request).kept(Meanings)
    topic = request.query.get("topic") or request.query.get("category", "")  # as the API calls it
    slug, tag = topic[:LONGEST], tag_as_kept(request.query.get("tag", "")[:MOST_TAG])

    def query(rx: Rx) -> dict[str, Any]:
        topic = topic_for(rx, slug, who, shown.language) if slug else None
        if slug and topic is None:
            raise NotFound("topic", slug)
        view = shown.frame(rx) | {"waits": shown.waits(rx), "topic": topic, "tag": tag, "narrow": Narrowing()}
        if not words:
            return view | {"hits": [], "more": False, "meant": None}
        within: dict[str, Any] = {"category_id": topic.id if topic else None, "tag": tag or None}
        within |= {"limit": RESULTS, "offset": (number - 1) * RESULTS}
        within |= {"prefers": shown.language, "reads": shown.reads}
        found = search(rx, words=words, reader=who, meaning=meaning, **within)
        view["narrow"] = narrowing(rx, [hit.article_id for hit in found.hits], shown.language)
        return view | {"hits": found.hits, "more": found.more, "meant": found.did_you_mean}

    view = await desk(request).read(VISITOR, query)
    token = request.query.get("question", "")
    if question_of(request, token) is None:  # who narrows down what was found asks no other question
        anew = words and number == 1 and not (slug or tag)
        token = await asked(request, shown, words, len(view["hits"])) if anew else ""
    view |= {
        "words": words,
        "number": number,
        "said": _said(shown.words, words, len(view["hits"]), number, more=view["more"]),
        "results": [_result(shown, hit, question=token) for hit in view["hits"]],
        "languages": shown.in_languages("/help/search", q=words, **_narrowed(topic=slug, tag=tag)),
        "narrowed": _narrowed(topic=slug, tag=tag),
        "question": token,
        "carried": token,
    }
    return page(request, "help/search.html", **view)


@routes.get("/help/suggest")
async def while_typing(request: web.Request) -> web.StreamResponse:
    """What the words that are typed so far find, for the script of the search field."""
    asks_politely(request, about="typed")
    shown, words = Shown(request), words_of(request)
    if len(words) < 2 and words.isascii():
        return answer({"hits": [], "said": ""})
    sought: dict[str, Any] = {"words": words, "prefers": shown.language, "limit": TYPED, "complete": True}
    sought |= {"reads": shown.reads, "meaning": desk(request).kept(Meanings)}
    found = await desk(request).read(VISITOR, search, reader=await reader(request), **sought)
    hits = [
        {"title": hit.title, "title_marks": hit.title_marks, "href": shown.at(f"/help/a/{hit.slug}", q=words)}
        for hit in found.hits
    ]
    return answer({"hits": hits, "said": _said(shown.words, words, len(hits), 1, more=found.more)})


def marked(text: str, ranges: Sequence[tuple[int, int]]) -> Markup:
    """`text` with what was asked for marked."""
    parts, at = [], 0
    for begin, end in ranges:
        parts += [escape(text[at:begin]), Markup("<mark>"), escape(text[begin:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


async def _made(found: Article) -> Rendered:
    if len(found.body) < _LONG:
        return rendered(found.body, found.language, found.papers)
    return await asyncio.to_thread(rendered, found.body, found.language, found.papers)


def _related(rx: Rx, found: Article, who: Reader, language: str, meaning: Meaning) -> list[Hit] | list[Listed]:
    """What else is about the same; where nothing is, what else stands in the same topic."""
    hits = related(rx, text_id=found.text_id, reader=who, meaning=meaning, limit=RELATED)
    if hits or not found.category:
        return hits
    beside = in_topic(rx, found.category[-1].id, who, language, limit=RELATED + 1)
    return [one for one in beside if one.id != found.id][:RELATED]


def _article_view(shown: Shown, found: Article, made: Rendered, token: str) -> dict[str, Any]:
    words = shown.words
    texts = sorted([(found.language, found.slug), *found.translations])
    others = [
        shown.in_language(key, f"/help/a/{slug}") | {"key": key, "here": key == found.language} for key, slug in texts
    ]
    original = next((one for one in others if one["key"] == found.original_language), None)
    minutes = words["minute"] if made.minutes == 1 else words["minutes"].format(count=made.minutes)
    return {
        "article": found,
        "html": Markup(made.html),  # noqa: S704  # nh3 had the last word: knowledgebase/reading/render.py
        "outline": [one for one in made.outline if one.level == 2],
        "minutes": minutes,
        "about": found.summary or told(found.body[:_MOST_ABOUT])[:160],
        "languages": others if len(others) > 1 else [],
        "original": original if found.is_behind else None,
        "foreign": "" if _spoken_for(found.language) else own_name(found.language),
        "canonical": shown.absolute(f"/help/a/{found.slug}"),
        "locale": LOCALES.get(_spoken_for(found.language) or "", found.language.replace("-", "_")),
        "question": token,
        "carried": token,
        "thanks": shown.request.query.get("thanks", ""),
        "chosen": shown.said,
    }


def _spoken_for(language: str) -> str | None:
    """The language of ours in which a page around a text of `language` speaks; None: that of the reader."""
    return language if language in NAMES else "en" if language.startswith("en") else None


def _topic(one: Topic) -> dict[str, Any]:
    icon = next((name for words, name in _PICTURES if any(word in one.slug for word in words)), "page")
    return {"slug": one.slug, "name": one.name, "about": one.about, "icon": icon}


def _result(shown: Shown, hit: Hit, **query: str) -> dict[str, Any]:
    return {
        "href": shown.at(f"/help/a/{hit.slug}", **query),
        "title": marked(hit.title, hit.title_marks),
        "snippet": marked(hit.snippet, hit.marks),
        "language": hit.language,
    }


def _said(words: dict[str, str], asked: str, hits: int, number: int, *, more: bool) -> str:
    if not asked:
        return words["what"]
    count = (number - 1) * RESULTS + hits
    kind = "more_found" if more else "one_found" if count == 1 else "found" if hits else "none_found"
    return words[kind].format(count=count, words=asked)


def _narrowed(**filters: str) -> dict[str, str]:
    return {name: value for name, value in filters.items() if value}


def _page(request: web.Request) -> int:
    """Which page of a list is asked for."""
    text = request.query.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST_PAGES):
        raise NotFound("page", request.path)
    return int(text)
