"""web/pages/knowledge/forms.py: the forms of the knowledge base: what they say, and what is told once it is done."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from desk.kernel.errors import CarelineError, Conflict, Invalid, Stale
from desk.kernel.transaction import Tx
from knowledgebase import contents
from knowledgebase.writing.about import About
from web.pages.knowledge.acts import SAID, day

Fields = Mapping[str, str]

#: What the screen calls the fields that are not called so in the forms; of no other name anything is said.
_LABELS = {
    "title": "Title",
    "summary": "In short",
    "body": "Text",
    "note": "What you changed",
    "language": "Language",
    "audience": "For",
    "tags": "Tags",
    "slug": "Address",
    "reason": "What is to be done better",
    "review_due_at": "Look through it again on",
    "name": "Name",
}


def which(request: web.Request) -> tuple[str, str]:
    """The article and the language that an address names."""
    return request.match_info["id"], request.query.get("language", "")[:16]


def there(id: str, language: str, said: str) -> web.HTTPSeeOther:
    """To the page of an article, which says what has been done."""
    return web.HTTPSeeOther(f"/knowledge/{id}?language={quote(language)}&said={quote(said)}")


def about_of(tx: Tx, fields: Fields) -> About:
    """What a form says of an article: an empty field is none."""
    due = fields.get("review_due_at", "").strip()
    return {
        "audience": fields.get("audience", ""),
        "team": fields.get("team") or None,
        "category_id": fields.get("category_id") or None,
        "owner_id": fields.get("owner_id") or None,
        "tags": contents.tags_in(fields.get("tags", "")),
        "review_due_at": day(tx, "review_due_at", due) if due else None,
    }


def saved(request: web.Request) -> dict[str, str]:
    """What the page says of what has just been done: nothing but our own words."""
    return {"saved": SAID.get(request.query.get("said", ""), "")}


def words_of(error: CarelineError, undone: str = "saved") -> str:
    """Why something was refused, for the top of the page, in the words of its labels."""
    if isinstance(error, Invalid):
        return f"Nothing was {undone}: " + "; ".join(_beside(field, why) for field, why in error.errors) + "."
    if isinstance(error, Stale):
        return "Somebody has changed this meanwhile. What you typed stands in the form still."
    if isinstance(error, Conflict) and (why := error.message.removeprefix(f"{error.what}: ")) != error.message:
        said = _beside(error.what, why)
        return f"{said[:1].upper()}{said[1:]}."
    return error.message


def _beside(field: str, why: str) -> str:
    return f"{_LABELS[field]}: {why}" if field in _LABELS else why
