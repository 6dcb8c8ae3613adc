"""desk/replay/stands.py: how work stood in line by what the log says: for whom it was kept, and who was not asked.

Whoever lets it wait tells the log for whom (`desk/work/in_line.py`); former versions did not, and of their waits the
row is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from routing.model import Work
from routing.offers import DECLINED_REST

#: For so long who has said no is not asked again.
REST_MS = DECLINED_REST // timedelta(milliseconds=1)


class Kept(NamedTuple):
    """What was said of a contact in line, and when; nothing by former versions."""

    said_ms: int
    stands: Mapping[str, Any] | None


class Due(NamedTuple):
    """A contact is put aside, and due from then on at this instant; former versions did not say when."""

    said_ms: int
    due_ms: int | None


def due_at(put_aside: Sequence[Due], at_ms: int, now_ms: int | None) -> int | None:
    """When a contact was due at an instant; `now_ms` is when it is due now. Only what was put aside is."""
    by_then = [one for one in put_aside if one.said_ms <= at_ms]
    if not put_aside or (len(by_then) == len(put_aside) and by_then[-1].due_ms is None):
        return now_ms
    return by_then[-1].due_ms if by_then else None


def as_kept(work: Work, kept: Kept | None, declined: Mapping[str, int]) -> Work:
    """The work for whom it was kept; `declined` are those who said no, and until when they were not asked again."""
    if kept is None or kept.stands is None:
        return replace(work, excluded=declined)
    since = {id: until_ms for id, until_ms in declined.items() if until_ms - REST_MS >= kept.said_ms}
    work = work_as_kept(work, kept.stands)
    return replace(work, excluded={**work.excluded, **since})


def work_as_kept(work: Work, stands: Mapping[str, Any]) -> Work:
    """Work for whom it was kept, and who was not asked, when that was said."""
    return replace(
        work,
        wanted_agent_id=stands.get("wanted_agent_id"),
        wanted_until_ms=stands.get("wanted_until_ms"),
        wanted_as=stands.get("wanted_as", ""),
        excluded=stands.get("declined_by", {}),
    )


def work_as_told(work: Work, stands: Mapping[str, Any], said_ms: int) -> Work:
    """Work as it stood in line when that was said; where former versions did not say how, as its row has it now."""
    if not stands:
        return replace(work, placed_ms=min(work.placed_ms, said_ms), excluded={})
    place = {"priority": stands.get("priority", 0), "placed_ms": stands["placed_ms"], "due_ms": stands.get("due_ms")}
    return replace(work_as_kept(work, stands), **place)
