"""web/accepted_languages.py: which of the languages of customers' pages a browser names in `Accept-Language`. Pure."""

from ivr.languages import nearest

#: Those in which pages for customers are written.
SPOKEN = ("en", "zh", "zh-Hant")
#: Tags of one `Accept-Language` that are looked at.
_MOST_TAGS = 20


def spoken(tag: str) -> str | None:
    """The language of ours that comes nearest to a tag; None where none does."""
    found = nearest(tag, SPOKEN)
    return found if tag.replace("_", "-").lower().split("-")[0] == found.split("-")[0] else None


def accepted(header: str) -> str:
    """The language of ours that an `Accept-Language` likes best; English where it likes none."""
    return next(iter(all_accepted(header)), "en")


def all_accepted(header: str) -> list[str]:
    """Every language of ours that an `Accept-Language` likes, the best first."""
    liked: list[tuple[float, str]] = []
    for part in header.split(",", _MOST_TAGS)[:_MOST_TAGS]:
        tag, _, quality = part.strip().partition(";")
        found = spoken(tag.strip())
        if found is not None and (weight := _weight(quality)):
            liked.append((weight, found))
    return list(dict.fromkeys(found for _, found in sorted(liked, key=lambda one: -one[0])))


def _weight(quality: str) -> float:
    """What `q=0.8` says; 1 where nothing is said, 0 where it cannot be read."""
    text = quality.strip().removeprefix("q=").strip()
    if not text:
        return 1.0
    digits = text.replace(".", "", 1)
    return min(float(text), 1.0) if digits.isascii() and digits.isdigit() and len(text) < 8 else 0.0
