"""desk/organization/changes.py: small changes to the organization, one at a time, by those who may.

The organization file is the whole truth, loaded and dumped; these are the corrections of a day.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from desk.kernel.errors import Invalid, Stale
from desk.kernel.events import OrganizationChanged
from desk.kernel.transaction import Tx
from desk.organization.callbacks import Callbacks
from desk.organization.channels import missing_in_limits, missing_in_ordering, missing_in_table, missing_in_terms
from desk.organization.history import ORGANIZATION, Changes, differences, mark
from desk.organization.hours_changed import plan_anew_if_hours
from desk.organization.organization import known
from desk.organization.plain_yaml import wrong_values
from desk.organization.routing_rules import limits_said, rules_now
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
    before = as_seen(tx, f"queues.{key}.", seen)
    queue = valid(Queue, queue_of(row).model_dump(mode="json") | dict(fields))
    refuse(wrong_in_queue(key, queue), missing_in_terms(queue), missing_in_queue(queue, known(tx)))
    tx.update(queues, key, **queue_values(queue))
    changed(tx, f"queues.{key}.", before)


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
    tx.take(organization, ["limits", "ordering"])
    before = as_seen(tx, ORDER, seen)
    first = valid(Ordering, ordering, "ordering.")
    beside = valid(Limits, limits_said(tx).model_dump(mode="json", exclude_none=True) | dict(limits), "limits.")
    refuse(
        within("ordering", wrong_in_ordering(first)),
        within("ordering", missing_in_ordering(first)),
        within("limits", wrong_in_limits(beside)),
        within("limits", missing_in_limits(beside)),
    )
    put(tx, organization, "ordering", value=first.model_dump(mode="json", exclude_none=True))
    put(tx, organization, "limits", value=beside.model_dump(mode="json", exclude_none=True))
    changed(tx, ORDER, before)


def change_agent(tx: Tx, agent_id: str, fields: Mapping[str, Any], seen: str | None = None) -> None:
    """Changes which queues an agent serves, how soon, what they can do and how much of each channel fits: `queues`,
    `skills` and `capacity` as in the file; a capacity that is not said stays.

    Raises:
        NotFound: no such agent.
        Invalid: each field that is wrong, by its path in the agent.
        Stale: the agent's rules are not any more as `seen`.
    """
    tx.take(agents, agent_id)
    before = as_seen(tx, f"agents.{agent_id}.", seen)
    rules, there = valid(AgentRules, fields), known(tx)
    refuse(
        there.missing("queues", rules.queues, "queue"),
        there.missing("skills", rules.skills, "skill"),
        missing_in_table("capacity", rules.capacity or ()),
        wrong_in_served(rules.queues),
    )
    serve(tx, agent_id, rules.queues, rules.skills)
    if rules.capacity is not None:
        tx.update(agents, agent_id, capacity=rules.capacity)
    changed(tx, f"agents.{agent_id}.", before)


def change_callbacks(tx: Tx, fields: Mapping[str, Any], seen: str | None = None) -> None:
    """Changes how customers of all queues are rung back, as in the section of the organization file.

    Raises:
        Invalid: each field that is wrong, by its path in the section.
        Stale: the rules are not any more as `seen`.
    """
    tx.take(organization, ["callbacks"])
    before = as_seen(tx, CALLBACKS, seen)
    put(tx, organization, "callbacks", value=valid(Callbacks, fields).model_dump(mode="json"))
    changed(tx, CALLBACKS, before)


#: Where the rules over all queues are.
ORDER, CALLBACKS = ("ordering.", "limits."), "callbacks."


def as_seen(tx: Tx, path: str | tuple[str, ...], seen: str | None) -> dict[str, Any]:
    """The rules on this path, if they are as somebody saw them.

    Raises:
        Stale: they are not.
    """
    rules = rules_now(tx, only=path)
    if seen is not None and seen != mark(rules):
        raise Stale("These rules", "somebody has changed them meanwhile")
    return rules


def changed(tx: Tx, path: str | tuple[str, ...], before: Mapping[str, Any]) -> None:
    """Says what has become of the rules on this path that were as `before`."""
    tell(tx, differences(before, rules_now(tx, only=path)))


def tell(tx: Tx, changes: Changes) -> None:
    """Says what has changed, if anything has, to whom it matters."""
    if changes:
        tx.emit(OrganizationChanged(id=ORGANIZATION, changes=changes))
        plan_anew_if_hours(tx, changes)


def valid(model: type[M], content: Mapping[str, Any], path: str = "") -> M:
    """A part of the file.

    Raises:
        Invalid: each value that is not what its place takes.
    """
    try:
        return model.model_validate(dict(content))
    except ValidationError as error:
        raise Invalid.many([(path + where, why) for where, why in wrong_values(error)]) from error


def refuse(*errors: Iterable[Wrong]) -> None:
    """Lets through what nothing is wrong with.

    Raises:
        Invalid: all that is.
    """
    found = [error for some in errors for error in some]
    if found:
        raise Invalid.many(found)
