"""web/cli/running.py: the server inside a command: logs, a fast loop, an exit code."""

import asyncio
import importlib
from collections.abc import Coroutine
from typing import Any

from desk import log
from desk.settings import Settings
from web.app import build
from web.serve import serve


def run_server(settings: Settings) -> int:
    """Serves until a signal comes; returns the exit code.

    Raises:
        SettingsError: something outside is not as the settings say.
    """
    return run_fast(_serve(settings))


def run_fast(work: Coroutine[Any, Any, int]) -> int:
    """Runs `work` on uvloop where there is one."""
    log.configure()
    try:
        new_loop = importlib.import_module("uvloop").new_event_loop
    except ImportError:
        new_loop = asyncio.new_event_loop
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


async def _serve(settings: Settings) -> int:
    return await serve(build(settings), settings)
