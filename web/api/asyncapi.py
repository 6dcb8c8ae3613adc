"""web/api/asyncapi.py: the Socket.IO namespaces as AsyncAPI 3, from the table that serves them."""

from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from web.sockets.messages import EVENTS

_REF = "#/components/schemas/{model}"
_WHO = {
    "/console": "Agents: a session's cookie, or `auth: {token}`; from our own pages only.",
    "/floor": "Supervisors: as agents do.",
    "/chat": "Customers: `auth: {visitor}`, from sites that the organization lists; `welcome` brings the token.",
}
_MODES: dict[str, JsonSchemaMode] = {"client": "validation", "server": "serialization"}
#: What the acknowledgement of every client's event says.
_ACK = {
    "type": "object",
    "description": "`{ok: true, …}`, or `{ok: false, error: {code, message}}`.",
    "required": ["ok"],
    "properties": {
        "ok": {"type": "boolean"},
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        },
    },
}


def asyncapi(version: str, url: str) -> dict[str, Any]:
    """The document."""
    where = urlsplit(url)
    of, definitions = models_json_schema(
        [(model, _MODES[direction]) for _, direction, _, model in EVENTS], ref_template=_REF
    )
    schemas: dict[str, Any] = definitions.get("$defs", {})
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for namespace, direction, name, model in EVENTS:
        place, key = namespace.strip("/"), f"{direction}.{name}"
        channel = channels.setdefault(place, _channel(namespace))
        channel["messages"][key] = {"name": name, "payload": of[model, _MODES[direction]]}
        operations[f"{place}.{key}"] = _operation(place, direction, key, model)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Careline, live",
            "version": version,
            "description": "Socket.IO over WebSocket only, path `/socket.io`. Every event of the server carries `seq`, "
            "the log position that it speaks of: rising, not consecutive, the same for everybody. "
            "`resume {seq}` replays what was missed, or brings a new `snapshot`.",
        },
        "servers": {
            "here": {
                "host": where.netloc,
                "pathname": "/socket.io/",
                "protocol": "wss" if where.scheme == "https" else "ws",
            }
        },
        "channels": channels,
        "operations": operations,
        "components": {"schemas": schemas | {"Acknowledgement": _ACK}},
    }


def _channel(namespace: str) -> dict[str, Any]:
    return {"address": namespace, "description": _WHO.get(namespace, ""), "messages": {}}


def _operation(place: str, direction: str, key: str, model: type[BaseModel]) -> dict[str, Any]:
    """One event, seen from the server: what a client sends it receives."""
    message = {"$ref": f"#/channels/{place}/messages/{key}"}
    said: dict[str, Any] = {
        "action": "receive" if direction == "client" else "send",
        "channel": {"$ref": f"#/channels/{place}"},
        "messages": [message],
    }
    if model.__doc__:
        said["summary"] = model.__doc__.partition("\n")[0]
    return said
