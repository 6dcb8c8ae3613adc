"""desk/kernel/gathering.py: what waits for one use case goes to it together: at a busy door one commit serves many."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from desk.kernel.transaction import Actor, Tx

A = TypeVar("A")
R = TypeVar("R")


class Transacting(Protocol):
    """What a gathering needs of the desk."""

    async def transact(self, actor: Actor, use_case: Callable[..., Any], *args: Any) -> Any:
        """Runs a use case in one transaction."""


class Gathering(Generic[A, R]):
    """What waits for one use case that takes a list, and answers it in the same order.

    Nobody is answered before the commit. A list that fails is tried one by one: only the culprit fails.
    """

    #: Longest list of one transaction.
    MOST = 32

    def __init__(self, desk: Transacting, use_case: Callable[[Tx, Sequence[A]], Sequence[R]]) -> None:
        self._desk = desk
        self._use_case = use_case
        self._waiting: deque[tuple[Actor, A, asyncio.Future[R]]] = deque()
        self._working = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def hand_in(self, actor: Actor, one: A) -> R:
        """Has the use case take `one`, with whatever else waits of the same actor; returns its answer, committed."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((actor, one, future))
        if self._working < 2:  # while one list commits the next may be gathered, never more
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(future)

    async def _work(self) -> None:
        self._working += 1
        try:
            while self._waiting:
                batch = [self._waiting.popleft()]
                while self._waiting and len(batch) < self.MOST and self._waiting[0][0] == batch[0][0]:
                    batch.append(self._waiting.popleft())
                await self._take(batch)
        finally:
            self._working -= 1

    async def _take(self, batch: list[tuple[Actor, A, asyncio.Future[R]]]) -> None:
        actor, handed_in = batch[0][0], [one for _, one, _ in batch]
        outcome: Sequence[R] | BaseException
        (outcome,) = await asyncio.gather(self._desk.transact(actor, self._use_case, handed_in), return_exceptions=True)
        if isinstance(outcome, BaseException) and len(batch) > 1:
            for one in batch:
                await self._take([one])
            return
        for place, (_, _, future) in enumerate(batch):
            if future.done():
                continue
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome[place])
