"""desk/kernel/loop.py: the event loop that we run on."""

import asyncio
import importlib


def new_loop() -> asyncio.AbstractEventLoop:
    """A new event loop: uvloop's where there is one, the standard library's elsewhere."""
    try:
        made: asyncio.AbstractEventLoop = importlib.import_module("uvloop").new_event_loop()
    except ImportError:
        return asyncio.new_event_loop()
    return made
