"""web/cli/running.py: the server inside a command: logs, a fast loop, an exit code."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from desk.kernel import log
from desk.kernel.loop import new_loop
from desk.kernel.settings import Settings
from web.app import build
from web.serve import serve


def run_server(settings: Settings) -> int:
    """Serves until a signal comes; returns the exit code.

    Raises:
        SettingsError: something outside is not as the settings say.
    """
    return run_fast(_serve(settings))


def run_fast(work: Coroutine[Any, Any, int]) -> int:
    """Runs `work` on a fast loop."""
    log.configure()
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


async def _serve(settings: Settings) -> int:
    return await serve(build(settings), settings)
