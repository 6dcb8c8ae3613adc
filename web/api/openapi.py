"""web/api/openapi.py: the API as OpenAPI 3.1, read from the routes and handlers that serve it.

Of a handler we ask: its path and method, the right that `needs` put on it, what it `tells` of its
answer, the first lines of its docstring, and the model that it checks a body with, which is the one
that its code names. What is not in the code cannot be in the document.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from desk.people.permissions import Right
from web.api.told import Told
from web.edge import LISTED, MOST_LISTED

PREFIX = "/api/v1"
_PARAMETER = re.compile(r"\{(\w+)\}")
_REF = "#/components/schemas/{model}"
_PROBLEMS = {
    400: "The request could not be read",
    401: "Nobody is signed in",
    403: "Not with your rights",
    404: "There is no such thing, or it is not yours to see",
    409: "The world is not as you thought: look again",
    413: "Too large",
    415: "Not a media type that is read here",
    422: "Wrong; `errors` names each field",
    429: "Too often; `Retry-After` says when again",
    501: "Not part of this version",
    503: "Not now; nothing was changed",
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457; `code` is stable.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "now": {"type": "object", "description": "With 409 `stale`: what stands there, where that is told."},
    },
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One route of the API, as its code says it is."""

    method: str
    path: str
    right: Right | None
    told: Told
    body: type[BaseModel] | None
    summary: str
    description: str

    @property
    def id(self) -> str:
        """A name for it: `get_customers_id_pop`."""
        return "_".join([self.method, *re.findall(r"\w+", self.path.removeprefix(PREFIX))]).replace("-", "_")

    @property
    def fields(self) -> list[str]:
        """The fields of its body, as they are sent; an asterisk marks those that must be there."""
        if self.body is None:
            return []
        schema = self.body.model_json_schema()
        required = schema.get("required", ())
        return [f"{name}*" if name in required else name for name in schema.get("properties", {})]


def operations(app: web.Application) -> list[Operation]:
    """Every operation of the API that `app` serves, by path."""
    found = [
        _operation(route.method.lower(), route.resource.canonical, route.handler)
        for route in app.router.routes()
        if route.resource is not None
        and route.resource.canonical.startswith(f"{PREFIX}/")
        and route.method not in ("HEAD", "*")
    ]
    return sorted(found, key=lambda operation: (operation.path, operation.method))


def openapi(app: web.Application, *, version: str, url: str) -> dict[str, Any]:
    """The document."""
    known = operations(app)
    schemas = _schemas(known)
    paths: dict[str, dict[str, Any]] = {}
    for operation in known:
        paths.setdefault(operation.path, {})[operation.method] = _described(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Careline",
            "version": version,
            "description": "Ids are opaque strings. Times are RFC 3339 in UTC, durations seconds in names ending `_s`, "
            'money `{amount: "12.50", currency: "EUR"}`. Lists go a page at a time, by `cursor` and `limit`.',
        },
        "servers": [{"url": url}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.components | {"Problem": _PROBLEM},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "A token: `careline token add`"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "careline",
                    "description": "A browser's session; writes also need `X-CSRF-Token`, or come from our own page",
                },
            },
        },
    }


def _operation(method: str, path: str, handler: Callable[..., Any]) -> Operation:
    told = getattr(handler, "told", None)
    inner = inspect.unwrap(handler)
    words = inspect.cleandoc(inner.__doc__ or _plainly(method, path)).partition("\n\n")
    model = next(_models_named(inner), None) if method in ("post", "patch", "put") else None
    return Operation(
        method=method,
        path=path,
        right=getattr(handler, "right", None),
        told=told if isinstance(told, Told) else Told(),
        body=model,
        summary=words[0].replace("\n", " "),
        description=words[2],
    )


def _models_named(function: Callable[..., Any]) -> Iterator[type[BaseModel]]:
    """The models that the function's code names."""
    scope = getattr(function, "__globals__", {})
    for name in getattr(getattr(function, "__code__", None), "co_names", ()):
        value = scope.get(name)
        if isinstance(value, type) and issubclass(value, BaseModel):
            yield value


def _plainly(method: str, path: str) -> str:
    """A sentence for a handler that says nothing: "Lists complaints."."""
    parts = path.removeprefix(f"{PREFIX}/").split("/")
    noun, one = parts[-1], parts[-1].startswith("{")
    if one:
        noun = parts[-2].removesuffix("s")
    verbs = {"get": "Reads" if one else "Lists", "post": "Adds to", "patch": "Changes", "delete": "Removes"}
    return f"{verbs.get(method, 'Does')} {noun.replace('-', ' ')}."


@dataclass(frozen=True, kw_only=True)
class _Schemas:
    of: Mapping[tuple[type[Any], JsonSchemaMode], dict[str, Any]]
    components: dict[str, Any]


def _schemas(known: Iterable[Operation]) -> _Schemas:
    used: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for operation in known:
        if operation.body is not None:
            used[operation.body, "validation"] = None
        if operation.told.answer is not None:
            used[operation.told.answer, "serialization"] = None
    of, definitions = models_json_schema(list(used), ref_template=_REF)
    return _Schemas(of=of, components=definitions.get("$defs", {}))


def _described(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.path.split("/")[3]],
        "summary": operation.summary,
        "parameters": list(_parameters(operation)),
        "responses": dict(_responses(operation, schemas)),
    }
    if operation.description:
        said["description"] = operation.description
    if operation.right is None:
        said["security"] = []
    else:
        said["x-right"] = str(operation.right)
    if operation.body is not None:
        content = {operation.told.taken: {"schema": schemas.of[operation.body, "validation"]}}
        said["requestBody"] = {"required": True, "content": content}
    elif operation.told.taken != "application/json":
        file = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
        said["requestBody"] = {"required": True, "content": {operation.told.taken: {"schema": file}}}
    return said


def _parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    text = {"type": "string"}
    for name in _PARAMETER.findall(operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": text}
    if operation.told.listed:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST_LISTED, "default": LISTED}
        yield {"name": "cursor", "in": "query", "schema": text, "description": "`next_cursor` of the page before"}
        yield {"name": "limit", "in": "query", "schema": limit}
    choices = operation.told.choices
    for name in operation.told.filters:
        if name in choices:
            yield {"name": name, "in": "query", "schema": text | {"enum": list(choices[name])}}
        else:
            yield {"name": name, "in": "query", "schema": text, "description": "What nothing has finds nothing"}
    for name in operation.told.parameters:
        yield {"name": name, "in": "query", "schema": text}
    if operation.told.key:
        key = {"type": "string", "minLength": 1, "maxLength": 200}
        words = "For a day the same key is the same deed with the same answer"
        yield {"name": "Idempotency-Key", "in": "header", "schema": key, "description": words}


def _responses(operation: Operation, schemas: _Schemas) -> Iterator[tuple[str, Any]]:
    told = operation.told
    if told.status < 400:
        for status in filter(None, (told.status, told.repeated)):
            words = "The same as before" if status == told.repeated else "As asked"
            yield str(status), {"description": words} | _content(operation, schemas)
    for status in sorted(_expected(operation)):
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        yield str(status), {"description": _PROBLEMS[status], "content": problem}


def _content(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    told = operation.told
    if told.status == 204:
        return {}
    schema = schemas.of[told.answer, "serialization"] if told.answer is not None else {"type": "object"}
    if told.listed:
        cursor = {"type": ["string", "null"]}
        properties = {"items": {"type": "array", "items": schema}, "next_cursor": cursor}
        schema = {"type": "object", "required": ["items", "next_cursor"], "properties": properties}
    return {"content": {told.media: {"schema": schema}}}


def _expected(operation: Operation) -> set[int]:
    """The problems that an operation can answer with."""
    writes = operation.method != "get"
    expected = {503}
    if operation.right is not None:
        expected |= {401, 403}
    if "{" in operation.path:
        expected |= {404}
    if operation.told.listed or operation.body is not None:
        expected |= {422}
    if operation.body is not None or operation.told.taken != "application/json":
        expected |= {413, 415, 422}
    if writes:
        expected |= {409}
    if operation.told.status >= 400:
        expected |= {operation.told.status}
    return expected
