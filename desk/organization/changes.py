"""desk/organization/changes.py: small changes to the organization, one at a time, by those who may.

The organization file is the whole truth, loaded and dumped; these are the corrections of a day.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from desk.kernel.errors import Invalid, NotFound, Stale
from desk.kernel.events import OrganizationChanged
from desk.kernel.transaction import Tx
from desk.organization.callbacks import Callbacks
from desk.organization.channels import missing_in_limits, missing_in_ordering, missing_in_table, missing_in_terms
from desk.organization.history import ORGANIZATION, differences, mark
from desk.organization.hours import Calendar, wrong_in_calendar
from desk.organization.hours_changed import plan_anew_if_hours
from desk.organization.organization import known
from desk.organization.plain_yaml import wrong_values
from desk.organization.routing_rules import calendars_said, limits_said, rules_now
from desk.organization.rows import put, queue_of, queue_values, serve
from desk.organization.rules import (
    AgentRules,
    Limits,
    Ordering,
    Queue,
    Wrong,
    missing_in_queue,
    within,
    wrong_in_limits,
    wrong_in_ordering,
    wrong_in_queue,
    wrong_in_served,
)
from desk.organization.values import wrong_in_name
from desk.tables import agents, organization, queues

M = TypeVar("M", bound=BaseModel)


def change_queue(tx: Tx, key: str, fields: Mapping[str, Any], seen: str | None = None) -> None:
    """Changes a queue; `fields` are those of the organization file, and what they leave out stays.

    Raises:
        NotFound: no such queue.
        Invalid: each field that is wrong, by its path in the queue.
        Stale: the queue is not any more as `seen`.
    """
    row = tx.take(queues, key)
    before = _as_seen(tx, f"queues.{key}.", seen)
    queue = _valid(Queue, queue_of(row).model_dump(mode="json") | dict(fields))
    _refuse(wrong_in_queue(key, queue), missing_in_terms(queue), missing_in_queue(queue, known(tx)))
    tx.update(queues, key, **queue_values(queue))
    _changed(tx, f"queues.{key}.", before)


def mark_of_queue(key: str, queue: Queue) -> str:
    """What a program says of the rules of a queue that it read: the `seen` of `change_queue`."""
    return mark({f"queues.{key}.{name}": value for name, value in queue.model_dump(mode="json").items()})


def change_order(tx: Tx, ordering: Mapping[str, Any], limits: Mapping[str, Any], seen: str | None = None) -> None:
    """Changes what is served first and what fits beside what, as in the sections of the organization file.

    What `limits` leave out stays.

    Raises:
        Invalid: each field that is wrong, by its path in the file.
        Stale: the rules are not any more as `seen`.
    """
    before = _as_seen(tx, ORDER, seen)
    first = _valid(Ordering, ordering, "ordering.")
    beside = _valid(Limits, limits_said(tx).model_dump(mode="json", exclude_none=True) | dict(limits), "limits.")
    _refuse(
        within("ordering", wrong_in_ordering(first)),
        within("ordering", missing_in_ordering(first)),
        within("limits", wrong_in_limits(beside)),
        within("limits", missing_in_limits(beside)),
    )
    put(tx, organization, "ordering", value=first.model_dump(mode="json", exclude_none=True))
    put(tx, organization, "limits", value=beside.model_dump(mode="json", exclude_none=True))
    _changed(tx, ORDER, before)


def change_agent(tx: Tx, agent_id: str, fields: Mapping[str, Any], seen: str | None = None) -> None:
    """Changes which queues an agent serves, how soon, what they can do and how much of each channel fits: `queues`,
    `skills` and `capacity` as in the file; a capacity that is not said stays.

    Raises:
        NotFound: no such agent.
        Invalid: each field that is wrong, by its path in the agent.
        Stale: the agent's rules are not any more as `seen`.
    """
    tx.take(agents, agent_id)
    before = _as_seen(tx, f"agents.{agent_id}.", seen)
    rules, there = _valid(AgentRules, fields), known(tx)
    _refuse(
        there.missing("queues", rules.queues, "queue"),
        there.missing("skills", rules.skills, "skill"),
        missing_in_table("capacity", rules.capacity or ()),
        wrong_in_served(rules.queues),
    )
    serve(tx, agent_id, rules.queues, rules.skills)
    if rules.capacity is not None:
        tx.update(agents, agent_id, capacity=rules.capacity)
    _changed(tx, f"agents.{agent_id}.", before)


def close_calendar(tx: Tx, key: str, reason: str, seen: str | None = None, *, told: bool = False) -> None:
    """Closes a calendar at once, until it is closed for no reason: then its hours count again.

    Customers are told the reason where it is to be `told`.

    Raises:
        NotFound: no such calendar.
        Invalid: a reason that is too long, or holds a character that no name has.
        Stale: the calendar has been closed, or closed otherwise, or kept again since it was as `seen`.
    """
    known_ones = _calendars_taken(tx, key)
    before = _as_seen(tx, f"hours.{key}.", None)
    if seen is not None and seen != mark_of_closing(known_ones[key]):
        raise Stale("This calendar", "somebody has closed it or keeps its hours again meanwhile")
    _refuse(wrong_in_name("closed", reason.strip()))
    why = {"closed": reason.strip(), "closed_told": told and bool(reason.strip())}
    _put_calendar(tx, known_ones, key, why)
    _changed(tx, f"hours.{key}.", before)


def mark_of_closing(calendar: Calendar) -> str:
    """What a form says of whether and why the calendar that it showed was closed at once."""
    return mark({"closed": calendar.closed})


def change_calendar(tx: Tx, key: str, fields: Mapping[str, Any], seen: str | None = None) -> None:
    """Changes the hours of a calendar; `fields` are those of the organization file, and what they leave out stays.

    Raises:
        NotFound: no such calendar.
        Invalid: each field that is wrong, by its path in the calendar.
        Stale: the hours are not any more as `seen`.
    """
    known_ones = _calendars_taken(tx, key)
    before = _as_seen(tx, f"hours.{key}.", None)
    if seen is not None and seen != mark_of_hours(known_ones[key]):
        raise Stale("These hours", "somebody has changed them meanwhile")
    _put_calendar(tx, known_ones, key, fields)
    _changed(tx, f"hours.{key}.", before)


def mark_of_hours(calendar: Calendar) -> str:
    """What a form says of the hours that it showed, whether or not the calendar was closed at once."""
    return mark(calendar.model_dump(mode="json", exclude={"closed", "closed_told"}))


def change_callbacks(tx: Tx, fields: Mapping[str, Any], seen: str | None = None) -> None:
    """Changes how customers of all queues are rung back, as in the section of the organization file.

    Raises:
        Invalid: each field that is wrong, by its path in the section.
        Stale: the rules are not any more as `seen`.
    """
    before = _as_seen(tx, CALLBACKS, seen)
    put(tx, organization, "callbacks", value=_valid(Callbacks, fields).model_dump(mode="json"))
    _changed(tx, CALLBACKS, before)


#: Where the rules over all queues are.
ORDER, CALLBACKS = ("ordering.", "limits."), "callbacks."


def _calendars_taken(tx: Tx, key: str) -> dict[str, Calendar]:
    """All calendars, held: they are kept together, and two may be changed at once."""
    tx.take(organization, ["hours"])
    known_ones = calendars_said(tx)
    if key not in known_ones:
        raise NotFound("calendar", key)
    return known_ones


def _put_calendar(tx: Tx, known_ones: Mapping[str, Calendar], key: str, fields: Mapping[str, Any]) -> None:
    calendar = _valid(Calendar, known_ones[key].model_dump(mode="json") | dict(fields))
    _refuse(wrong_in_calendar(calendar))
    changed = {**known_ones, key: calendar}
    put(tx, organization, "hours", value={name: one.model_dump(mode="json") for name, one in changed.items()})


def _as_seen(tx: Tx, path: str | tuple[str, ...], seen: str | None) -> dict[str, Any]:
    """The rules on this path, if they are as somebody saw them."""
    rules = rules_now(tx, only=path)
    if seen is not None and seen != mark(rules):
        raise Stale("These rules", "somebody has changed them meanwhile")
    return rules


def _changed(tx: Tx, path: str | tuple[str, ...], before: Mapping[str, Any]) -> None:
    changes = differences(before, rules_now(tx, only=path))
    if changes:
        tx.emit(OrganizationChanged(id=ORGANIZATION, changes=changes))
        plan_anew_if_hours(tx, changes)


def _valid(model: type[M], content: Mapping[str, Any], path: str = "") -> M:
    try:
        return model.model_validate(dict(content))
    except ValidationError as error:
        raise Invalid.many([(path + where, why) for where, why in wrong_values(error)]) from error


def _refuse(*errors: Iterable[Wrong]) -> None:
    found = [error for some in errors for error in some]
    if found:
        raise Invalid.many(found)
