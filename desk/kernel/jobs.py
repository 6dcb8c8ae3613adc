"""desk/kernel/jobs.py: what must be done, as values. `desk/kernel/runner.py` does it.

Every timer that must survive a crash is a job: offer expiry, wrap-up end, deadlines, surveys, and
every word to the outside. A job is claimed, run, and forgotten; one that fails is tried again
with back-off; one that keeps failing stays in the table with its error for a person to see.
A job may run twice (a crash after the deed, before the forgetting): handlers are idempotent.
"""

import re
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, ClassVar

_registry: dict[str, type["Job"]] = {}
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

#: Tries before a job is put aside for a person; with the back-off below that is about eight hours.
MAX_ATTEMPTS = 12


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something to do. Subclasses are frozen dataclasses of plain values."""

    name: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.name = "_".join(_SPLIT.split(cls.__name__)).lower()
        _registry[cls.name] = cls

    def data(self) -> dict[str, Any]:
        """The fields as the table stores them."""
        return asdict(self)


def decode(name: str, data: dict[str, Any]) -> Job:
    """The job that the table stored.

    Raises:
        KeyError: no such job in this version.
    """
    return _registry[name](**data)


def back_off(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: 2 s, three times as long each time, at most two hours."""
    return timedelta(seconds=min(2 * 3 ** (attempts - 1), 7200))
