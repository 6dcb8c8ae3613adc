"""web/tasks.py: the tasks that a process runs from start to end, and what happens when one dies.

Each is written to outlive outages. If one ends all the same there is a bug in it: the process stops, so
that whoever watches it starts a whole one again, instead of serving with a part missing.
"""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from desk.kernel.log import log, where


class Tasks:
    """Owns tasks: starts them in order, ends them in the opposite one."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[Any]] = []
        self._ending = False
        #: Set when a task died: the process has to go.
        self.broken = asyncio.Event()

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        """Runs `work` until `stop`."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    async def stop(self) -> None:
        """Ends every task, the newest first, and waits for each."""
        self._ending = True
        while self._tasks:
            task = self._tasks.pop()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if self._ending or task.cancelled():
            return
        error = task.exception()
        at = where(error) if error is not None else ""
        log.critical("task_died", task=task.get_name(), error=type(error).__name__, where=at)
        self.broken.set()


def stop_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT ask for an orderly end; a second one does not ask."""
    loop = asyncio.get_running_loop()

    def ask() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
