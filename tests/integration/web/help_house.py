"""A house with a help centre: articles of each audience, in three languages, and browsers to read them with."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse

from desk.kernel.clock import ManualClock
from desk.kernel.transaction import Actor, Tx
from knowledgebase.writing import articles, categories, publishing, translations
from knowledgebase.writing.articles import Created
from tests.integration.web.front import Client, Front, open_front
from web.pages.help import centre as help_centre
from web.pages.help import contact, contact_answers
from web.pages.help import feedback as help_feedback
from web.pages.help import machines as help_machines

WRITER = Actor(kind="user", id="writer-1", role="supervisor", name="Wei")
PAGES = (contact, contact_answers, help_centre, help_feedback, help_machines)

#: The help centre's articles that nobody may see who has not signed in: a word of each is nowhere else.
HIDDEN = {"customers": "Zanzibar", "internal": "Quetzal", "team": "Xylophone", "draft": "Wombat", "gone": "Vulture"}
REFUND = """## How long it takes

| You paid with | Time |
|---|---|
| Card | 3 days |

## If it has not come

1. Look.
2. Wait.
"""


@asynccontextmanager
async def open_help(folder: Path, database_url: str, clock: ManualClock, **settings: Any) -> AsyncIterator[Front]:
    """A site with the public pages of the help centre and the contact form."""
    routes = [route for part in PAGES for route in part.routes]
    async with open_front(folder, database_url, at=clock.now(), routes=routes, **settings) as opened:
        yield opened


async def write(house: Front, title: str, **more: Any) -> Created:
    """An article, published unless told otherwise."""
    said = {"body": f"What there is to know: {title}.", "language": "en", "audience": "public", "state": "published"}
    made: Created = await house.desk.transact(WRITER, articles.create, title=title, **(said | more))
    return made


async def write_also(house: Front, article_id: str, language: str, title: str, body: str = "") -> Created:
    """The same article in another language, published."""
    made: Created = await house.desk.transact(WRITER, _translated, article_id, language, title, body or title)
    return made


async def fill(house: Front) -> dict[str, str]:
    """Articles of each audience in one topic; returns slugs, and ids of texts under `name:id`."""
    topic = await house.desk.transact(
        WRITER,
        categories.add,
        names={"en": "Returns and refunds", "zh": "退货与退款", "zh-Hant": "退貨與退款"},
        about={"en": "How to send back, when the money comes"},
        slug="returns",
    )
    within = {"category_id": topic}
    refund = await write(house, "When does my refund arrive?", body=REFUND, summary="In five days.", **within)
    cancel = await write(house, "Cancel an order", body="The refund goes back the way you paid.", **within)
    chinese = await house.desk.transact(WRITER, _translated, refund.id, "zh", "退款什么时候到账？", "三天之内到账。")
    made = {"refund": refund, "cancel": cancel, "chinese": chinese}
    for name, word in HIDDEN.items():
        audience = {"customers": "customers", "internal": "internal", "team": "internal"}.get(name, "public")
        state = "draft" if name == "draft" else "published"
        hidden = await write(house, f"{word} refund", audience=audience, state=state, summary=word, **within)
        made[name] = hidden
    await house.desk.transact(WRITER, publishing.archive, made["gone"].text_id)
    return {name: one.slug for name, one in made.items()} | {f"{name}:id": one.text_id for name, one in made.items()}


def _translated(tx: Tx, article_id: str, language: str, title: str, body: str) -> Created:
    made = translations.translate(tx, article_id, language, title=title, body=body)
    publishing.publish(tx, made.text_id)
    return made


async def text_of(browser: Client, path: str, **headers: str) -> str:
    """A page that is there."""
    response = await browser.get(path, headers=headers)
    assert response.status == 200, (path, response.status, await response.text())
    return await response.text()


async def says(browser: Client, slug: str, *, headers: dict[str, str] | None = None, **fields: str) -> ClientResponse:
    """Sends the form below an article."""
    return await browser.post(f"/help/a/{slug}/feedback", data=fields, headers=headers or {}, allow_redirects=False)


def words_of(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
