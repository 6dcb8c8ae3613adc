"""web/api/told.py: what a handler answers, told to those who generate documents from it.

Everything else that `/api/v1/openapi.json` says is read from the code as it runs: the path and method
from the route, the right from `needs`, the body from the model that the handler checks it with, the
summary from its docstring.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel

H = TypeVar("H", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a handler says of itself."""

    answer: Any = None
    status: int = 200
    repeated: int | None = None  # the status of the same request again
    filters: Sequence[str] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of filters that take no other values
    listed: bool = False
    key: bool = False  # honours Idempotency-Key
    media: str = "application/json"
    taken: str = "application/json"  # what a body comes as
    parameters: Sequence[str] = ()  # of the query, beside filters


def tells(
    answer: Any = None,
    *,
    status: int = 200,
    repeated: int | None = None,
    filters: Sequence[str] | None = None,
    choices: Mapping[str, Sequence[str]] | None = None,
    key: bool = False,
    media: str = "application/json",
    taken: str = "application/json",
    parameters: Sequence[str] = (),
) -> Callable[[H], H]:
    """Says that the handler answers `answer` with `status`.

    `filters` makes it a list of such answers, with cursor and limit. A filter takes the values of its field
    in the answer, where those are listed there, and those of `choices`; any other takes any text.
    """
    told = Told(
        answer=answer,
        status=status,
        repeated=repeated,
        filters=tuple(filters or ()),
        choices=_listed(answer, filters or ()) | dict(choices or {}),
        listed=filters is not None,
        key=key,
        media=media,
        taken=taken,
        parameters=tuple(parameters),
    )

    def mark(handler: H) -> H:
        handler.told = told  # type: ignore[attr-defined]
        return handler

    return mark


def _listed(answer: Any, filters: Sequence[str]) -> dict[str, Sequence[str]]:
    """The values of those filters whose field in the answer has listed ones."""
    if not (isinstance(answer, type) and issubclass(answer, BaseModel)):
        return {}
    kinds = {name: answer.model_fields[name].annotation for name in filters if name in answer.model_fields}
    return {name: get_args(kind) for name, kind in kinds.items() if get_origin(kind) is Literal}
