"""web/pages/help/machines.py: what machines read of the help centre: site map, robots, feed, data about an article.

All of it is of the public's articles alone. Data stands in the page as JSON that no browser runs; nothing in it can
end the element that it stands in.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from aiohttp import web
from markupsafe import Markup

from channels.characters import seen
from desk.kernel.errors import NotFound
from desk.kernel.transaction import Rx
from knowledgebase.readers import PUBLIC
from knowledgebase.reading import site_maps
from knowledgebase.reading.browsing import newest, topics
from knowledgebase.reading.published import Article, Listed, read_text
from knowledgebase.reading.render import told
from knowledgebase.reading.site_maps import Address
from web.accepted_languages import spoken
from web.edge import desk
from web.pages.help.frame import VISITOR, Shown, kept
from web.pages.help.words import NAMES
from web.pages.theme import shop_name

routes = web.RouteTableDef()

#: Addresses in one site map; a larger help centre has several.
MOST_ADDRESSES = 10_000
IN_FEED = 20
#: Characters of a body that are looked at for its first words, and of those words, where it says nothing in short.
_MOST_ABOUT, _ABOUT = 4_000, 300
_ROBOTS = """User-agent: *
Disallow: /
Allow: /help
Allow: /contact
Allow: /static/
Allow: /theme/
Allow: /favicon.ico
Allow: /sitemap.xml
Disallow: /help/search
Disallow: /help/suggest
Disallow: /help/sign-in
Disallow: /help/cases
Disallow: /contact/sent/

Sitemap: {public}/sitemap.xml
"""
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


@routes.get("/robots.txt")
async def robots(request: web.Request) -> web.StreamResponse:
    """What search engines may visit: the help centre and the contact form."""
    text = _ROBOTS.format(public=desk(request).settings.public_url)
    return web.Response(text=text, content_type="text/plain", headers={"Cache-Control": "public, max-age=3600"})


@routes.get("/sitemap.xml")
async def sitemap(request: web.Request) -> web.StreamResponse:
    """Every public page; of a large help centre the site maps that have them, by their numbers."""
    number = request.query.get("part")
    if number is not None:
        return _xml(request, await _part(request, _number(request, number)))
    found = await desk(request).read(VISITOR, site_maps.parts, size=MOST_ADDRESSES)
    # The first one has the first page and the topics, also where no text stands in it any more.
    numbers = sorted({0, *found})
    if len(numbers) == 1:
        return _xml(request, await _part(request, 0))
    public = desk(request).settings.public_url
    listed = "".join(f"<sitemap><loc>{public}/sitemap.xml?part={one}</loc></sitemap>\n" for one in numbers)
    return _xml(request, f"{_XML}<sitemapindex {_NAMESPACE}>\n{listed}</sitemapindex>\n")


@routes.get("/help/feed.atom")
async def feed(request: web.Request) -> web.StreamResponse:
    """What was published last, in the reader's language, as an Atom feed."""
    shown = Shown(request)
    language = spoken(request.query.get("lang", ""))

    def query(rx: Rx) -> tuple[str, list[tuple[Listed, str]]]:
        found = newest(rx, PUBLIC, language, limit=IN_FEED)
        return shop_name(rx), [(one, one.summary or _begins(rx, one)) for one in found]

    name, found = await desk(request).read(VISITOR, query)
    entries = "".join(_entry(one, about, shown.absolute(f"/help/a/{one.slug}")) for one, about in found)
    updated = max((one.published_at for one, _ in found), default=desk(request).clock.now())
    itself = shown.absolute("/help/feed.atom", lang=language or "")
    text = (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{NAMES[shown.language][1]}">\n'
        f"<id>{_text(itself)}</id>\n<title>{_text(name)}: {_text(shown.words['feed'])}</title>\n"
        f"<author><name>{_text(name)}</name></author>\n"
        f'<link rel="self" href="{_text(itself)}"/>\n<link href="{_text(shown.absolute("/help"))}"/>\n'
        f"<updated>{updated.isoformat()}</updated>\n{entries}</feed>\n"
    )
    return _xml(request, text, type="application/atom+xml")


def centre_data(organization: str, home: str, search: str) -> Markup:
    """What search engines are told of the help centre."""
    action = {
        "@type": "SearchAction",
        "target": f"{search}?q={{search_term_string}}",
        "query-input": "required name=search_term_string",
    }
    return _data({"@type": "WebSite", "name": organization, "url": home, "potentialAction": action})


def article_data(
    article: Article, organization: str, address: str, home: str, absolute: Callable[[str], str]
) -> Markup:
    """What search engines are told of an article."""
    crumbs = [(organization, home), *((one.name, absolute(f"/help/c/{one.slug}")) for one in article.category)]
    return _data(
        {
            "@type": "Article",
            "headline": article.title,
            **({"description": article.summary} if article.summary else {}),
            "inLanguage": _tag(article.language),
            **({"datePublished": first.isoformat()} if (first := article.published_first_at) else {}),
            "dateModified": article.published_at.isoformat(),
            "mainEntityOfPage": address,
            "publisher": {"@type": "Organization", "name": organization},
        },
        _crumbs([*crumbs, (article.title, address)]),
    )


def _crumbs(crumbs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(crumbs, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _data(*things: dict[str, Any]) -> Markup:
    text = orjson.dumps({"@context": "https://schema.org", "@graph": list(things)}).decode()
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704  # no mark of HTML is left in it


def _number(request: web.Request, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound("page", request.path)
    return int(text)


async def _part(request: web.Request, number: int) -> str:
    """A site map: a part of the articles; the first also has the first page and the topics."""
    shown = Shown(request)

    def query(rx: Rx) -> tuple[list[str], list[Address]]:
        around = [] if number else ["/help", *(f"/help/c/{one.slug}" for one in topics(rx, PUBLIC, None))]
        return around, site_maps.part(rx, number, size=MOST_ADDRESSES)

    around, found = await desk(request).read(VISITOR, query)
    if not around and not found:
        raise NotFound("page", request.path)
    plain = "".join(f"<url><loc>{_text(shown.absolute(path))}</loc></url>\n" for path in around)
    dated = "".join(
        f"<url><loc>{_text(shown.absolute(f'/help/a/{one.slug}'))}</loc>"
        f"<lastmod>{one.published_at.isoformat(timespec='seconds')}</lastmod></url>\n"
        for one in found
    )
    return f"{_XML}<urlset {_NAMESPACE}>\n{plain}{dated}</urlset>\n"


def _begins(rx: Rx, one: Listed) -> str:
    """The first words of a text that says nothing in short; of a guide, which is for who was asked, none."""
    found = read_text(rx, one.id, one.language, PUBLIC)
    return told(found.body[:_MOST_ABOUT])[:_ABOUT].strip() if found is not None else ""


def _entry(one: Listed, says: str, address: str) -> str:
    """A text in the feed, in its own language: the feed may have several."""
    about = f"<summary>{_text(says)}</summary>" if says else ""
    first = f"<published>{one.published_first_at.isoformat()}</published>" if one.published_first_at else ""
    return (
        f'<entry xml:lang="{_tag(one.language)}"><id>urn:uuid:{one.text_id}</id><title>{_text(one.title)}</title>'
        f'<link href="{_text(address)}"/>{first}<updated>{one.published_at.isoformat()}</updated>{about}</entry>\n'
    )


def _tag(language: str) -> str:
    """How machines call a language."""
    return NAMES.get(language, ("", language))[1]


def _text(words: str) -> str:
    """`words` as they stand in XML, in an attribute too."""
    text = seen(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\n", " ")


def _xml(request: web.Request, text: str, *, type: str = "application/xml") -> web.Response:
    return kept(request, web.Response(body=text.encode(), content_type=type, charset="utf-8"))
