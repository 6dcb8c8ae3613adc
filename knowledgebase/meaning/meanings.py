"""knowledgebase/meaning/meanings.py: searching by meaning in one process: on where it is installed and switched on.

    run      looks every few seconds: is it wanted? model read, new vectors fetched, what is unread planned
    near     the texts that mean what somebody asks; nothing while any of this is not so
    read     the job: a model reads texts that none has read

The model reads in threads, so that the event loop waits for nothing; what a question says is kept nowhere.
"""

import asyncio
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.kernel.desk import Desk
from desk.kernel.errors import CarelineError, Unavailable
from desk.kernel.log import log
from desk.kernel.transaction import Actor, Row
from desk.tables.columns import EPOCH
from knowledgebase.meaning import vectors
from knowledgebase.meaning.model import MOST_READ, NAME, WIDTH, Model, NoModel, load
from knowledgebase.search.near import MOST, MOST_CHARACTERS, NOWHERE, Near, is_read

if TYPE_CHECKING:
    from knowledgebase.meaning.directions import Directions

#: How often it is looked whether there is anything new.
LOOK_S = 10
#: Questions that are read at the same time; whoever asks beyond that is answered by words.
MOST_AT_ONCE = 4
#: Texts that one job reads.
_MOST_OF_JOB = 64
_ACTOR = Actor.system("meanings")


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """What a question needs."""

    model: Model
    directions: "Directions"


class Meanings:
    """What this process knows of meanings: `desk.kept(Meanings)`."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._ready: _Ready | None = None
        self._fetched: datetime = EPOCH
        self._asking = 0

    @property
    def texts(self) -> int:
        """How many texts can be found by their meaning."""
        return len(self._ready.directions) if self._ready else 0

    async def run(self, desk: Desk) -> None:
        """Looks until cancelled. Where the model is missing it says so once, and looks no more."""
        while True:
            try:
                await self.look(desk)
            except NoModel as error:
                log.error("meanings_without_model", why=str(error))
                await asyncio.Event().wait()  # nothing changes until this process is another
            except CarelineError as error:
                log.warning("meanings_not_looked", error=type(error).__name__)
            await asyncio.sleep(LOOK_S)

    async def look(self, desk: Desk) -> None:
        """Once: becomes ready if it is wanted, and lets everything go if it is not.

        Raises:
            NoModel: what is installed is not the model.
            Unavailable: the database is not.
        """
        if not await desk.read(_ACTOR, vectors.is_wanted):
            self._model = self._ready = None
            return
        first, model = self._ready is None, await self._loaded()
        directions = self._ready.directions if self._ready else await asyncio.to_thread(_no_directions)
        await self._fetch(desk, directions)
        self._ready = _Ready(model=model, directions=directions)
        # The first time also where all were read: by another model, perhaps.
        if first or await desk.read(_ACTOR, vectors.is_unread):
            await desk.transact(_ACTOR, vectors.plan)

    async def near(self, words: str) -> Near:
        """The texts that mean most nearly what `words` ask; nowhere if that cannot be known, or not now."""
        ready = self._ready
        if ready is None or self._asking >= MOST_AT_ONCE or not is_read(words):
            return NOWHERE
        self._asking += 1
        try:
            return await asyncio.to_thread(_near, ready, words[:MOST_CHARACTERS])
        finally:
            self._asking -= 1

    async def read(self, desk: Desk) -> None:
        """Has the model read some texts that it has not read; what is left is planned anew.

        Raises:
            Unavailable: this process has no model.
        """
        if not await desk.read(_ACTOR, vectors.is_wanted):
            return
        try:
            model = await self._loaded()
        except NoModel as error:
            raise Unavailable("The model that reads articles") from error
        for _ in range(_MOST_OF_JOB // vectors.AT_ONCE):
            words = await desk.read(_ACTOR, vectors.unread, NAME)
            if not words:
                return
            found = {number: await asyncio.to_thread(_packed, model, text) for number, text in words.items()}
            await desk.transact(_ACTOR, vectors.write, NAME, words, found)
        await desk.transact(_ACTOR, vectors.plan)

    async def _loaded(self) -> Model:
        if self._model is None:
            self._model = await asyncio.to_thread(load)
        return self._model

    async def _fetch(self, desk: Desk, directions: "Directions") -> None:
        """Takes in vectors that were made since the last time, a few at a time."""
        began, after = desk.clock.now(), -1
        if not len(directions):
            self._fetched = EPOCH
        while rows := await desk.read(_ACTOR, vectors.since, NAME, self._fetched, after):
            await asyncio.to_thread(_put, directions, rows)
            after = rows[-1].number
            if len(rows) < vectors.FETCHED:
                break
        self._fetched = began


async def read_meanings(desk: Desk, _job: vectors.ReadMeanings) -> None:
    """The job."""
    await desk.kept(Meanings).read(desk)


def _near(ready: _Ready, words: str) -> Near:
    return ready.directions.near(ready.model.direction(words), MOST)


def _packed(model: Model, words: str) -> bytes:
    packed: bytes = _directions().packed(model.direction(words, MOST_READ))
    return packed


def _no_directions() -> "Directions":
    none: Directions = _directions().Directions(WIDTH)
    return none


def _put(directions: "Directions", rows: Sequence[Row]) -> None:
    kept = _directions().Kept
    directions.put(kept(text_id=row.text_id, scope=row.scope, vector=row.vector) for row in rows)


def _directions() -> Any:
    """The part that needs numpy, which may not be here; `load` has said so before."""
    return importlib.import_module("knowledgebase.meaning.directions")
