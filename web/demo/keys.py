"""web/demo/keys.py: what the demo puts into the application for its pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from aiohttp import web


class SunkMail(Protocol):
    """One mail that went out, as the built-in sink keeps it."""

    @property
    def to(self) -> str:
        """Whom it is for."""

    @property
    def sender(self) -> str:
        """Whom it is from."""

    @property
    def subject(self) -> str:
        """What it is about."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def message_id(self) -> str:
        """Its own id."""

    @property
    def in_reply_to(self) -> str:
        """The id of the mail that it answers, or nothing."""

    @property
    def references(self) -> str:
        """The ids of the thread, or nothing."""

    @property
    def reply_to(self) -> str:
        """Where an answer goes, or nothing."""

    @property
    def received_at(self) -> datetime:
        """When the sink took it."""


class Sink(Protocol):
    """The built-in sink's memory."""

    @property
    def mails(self) -> Sequence[SunkMail]:
        """What went out, oldest first."""


#: The demo's outgoing mail; absent outside the demo.
SINK: web.AppKey[Sink] = web.AppKey("demo_sink", Sink)
