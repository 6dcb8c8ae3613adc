"""web/api/creating.py: a POST that creates, and honours `Idempotency-Key`."""

import hashlib
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import orjson
from aiohttp import web
from pydantic import BaseModel

from desk.kernel.idempotency import once
from desk.kernel.transaction import Tx
from web.edge import actor, desk

P = ParamSpec("P")


async def create(
    request: web.Request,
    asked: BaseModel,
    use_case: Callable[Concatenate[Tx, P], dict[str, Any]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> dict[str, Any]:
    """Runs `use_case` once for each key that the caller names; the same key again gets the same answer.

    Raises:
        Invalid, Conflict: see `desk.kernel.idempotency.once`; and what the use case raises.
    """
    key = request.headers.get("Idempotency-Key")
    said = f"{request.method} {request.path}\n{asked.model_dump_json()}"
    fingerprint = hashlib.sha256(said.encode()).hexdigest()

    def deed(tx: Tx) -> dict[str, Any]:
        return once(tx, key, fingerprint, lambda: _as_json(use_case(tx, *args, **kwargs)))

    return await desk(request).transact(actor(request), deed)


def _as_json(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as it is kept: the first caller and the next read the same."""
    kept: dict[str, Any] = orjson.loads(orjson.dumps(answer, option=orjson.OPT_UTC_Z))
    return kept
