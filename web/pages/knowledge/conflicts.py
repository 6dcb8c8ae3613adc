"""web/pages/knowledge/conflicts.py: somebody else was faster, and nobody loses what they typed or acts on old words.

Whoever was slower is shown their own form again, as they filled it in, beside each field that differs how it is now,
and what has been saved of the words since the page that they had before them. To send the form once more is then to do
it knowingly: it names what this page shows. That they have been shown it (`slower`) goes with the form, so that it
stands there still when something else is wrong with it.
"""

from collections.abc import Sequence
from typing import Any

from desk.kernel.errors import CarelineError, Invalid, Stale
from desk.kernel.transaction import Rx
from knowledgebase import contents
from knowledgebase.reading.relied_on import Relied, in_words, not_as, relied_on
from knowledgebase.writing import revisions
from web.pages.knowledge import views
from web.pages.knowledge.acts import number_in
from web.pages.knowledge.forms import Fields, words_of

#: What a form says of an article.
_ABOUT = ("audience", "team", "category_id", "tags", "owner_id", "review_due_at")


def saved_since(rx: Rx, text: Any, seen: int) -> dict[str, Any]:
    """What a text's newest revision says otherwise than `seen`, who saved it and when."""
    before, after = revisions.beside(rx, text.id, max(1, min(seen, text.newest)), text.newest)
    by = next((row.author for row in views.revisions_listed(rx, text.id)), None)
    return {"beside": (before, after), "by": by or "somebody else", "at": after.at, "number": text.newest}


def step_again(rx: Rx, id: str, language: str, fields: Fields, error: CarelineError) -> dict[str, Any]:
    """The page of an article whose step was not done, and what was typed for that."""
    view = views.article_view(rx, id, language)
    told = {"refused": words_of(error), "said": dict(fields)}
    if not isinstance(error, Stale):
        return view | told
    theirs = _since(rx, view["text"], fields)
    happened = [f"{theirs['by']} has saved revision {theirs['number']}"] if theirs else []
    if fields.get("shown_to", view["shown_to"]) != view["shown_to"]:
        happened.append(f"somebody has opened or closed the article to others (it is for {views.for_whom(view)} now)")
    if not theirs and (otherwise := not_as(fields.get("relies", ""), _relied(rx, view, fields))):
        happened.append(f"what it puts in or shows has been changed ({in_words(otherwise)})")
    what = " and ".join(happened) or "the article has been changed"
    told["refused"] = f"Nothing was done: {what} since you opened this page. Look at it, then decide again."
    return view | told | {"theirs": theirs}


def about_again(rx: Rx, id: str, language: str, fields: Fields, error: CarelineError) -> dict[str, Any]:
    """The page of an article of which something was not saved, its form as it was filled in."""
    view = views.article_view(rx, id, language)
    kept = view["typed"]
    told: dict[str, Any] = {"refused": words_of(error), "opened": True, "typed": kept | dict(fields)}
    late = isinstance(error, Stale)
    if late or fields.get("slower"):
        told["are_now"] = _differing(fields, kept)
    if late:
        told["typed"] |= {"version": kept["version"], "revision": kept["revision"]}
        told["theirs"] = _since(rx, view["text"], fields)
        told["refused"] = _slower(len(told["are_now"]))
    return view | told


def _relied(rx: Rx, view: dict[str, Any], fields: Fields) -> Sequence[Relied]:
    if fields.get("act") == "open" and view["opening"]:
        return tuple(view["opening"].relies)
    return relied_on(rx, view["article"], view["text"], view["text"].newest)


def _since(rx: Rx, text: Any, fields: Fields) -> dict[str, Any] | None:
    """What has been saved since the revision that a form names; None where nothing has, or it names none."""
    try:
        seen = number_in("revision", fields.get("revision", ""))
    except Invalid:
        return None
    return saved_since(rx, text, seen) if 0 < seen < text.newest else None


def _differing(fields: Fields, kept: dict[str, Any]) -> dict[str, str]:
    """What is kept now where something else is filled in; empty where nothing is."""
    return {name: kept[name] for name in _ABOUT if _meant(name, fields.get(name, "")) != _meant(name, kept[name])}


def _meant(name: str, text: str) -> Any:
    return {tag.casefold() for tag in contents.tags_in(text)} if name == "tags" else text.strip()


def _slower(differing: int) -> str:
    if not differing:
        return (
            "Not saved: somebody has changed this article since you opened it. What you filled in is all here; look at"
            " what is new, then save again."
        )
    fields = "one field differs and says" if differing == 1 else f"{differing} fields differ and say"
    return (
        "Not saved: somebody has changed this article since you opened it. What you filled in is all here;"
        f" {fields} how it is now. Saving again overwrites that."
    )
