"""channels/voice/standin_line.py: one call at the stand-in: it does what its TwiML says, and a
scripted person holds the telephone.

    ringing ──▶ in-progress ──▶ completed        the caller rang us
    queued ──▶ ringing ──▶ in-progress ──▶ completed | busy | no-answer | canceled        we rang

What the person heard is in `transcript`. Everything is done when the server has answered: nothing
sleeps except music, which lasts `music_s`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Protocol
from xml.etree import ElementTree

from channels.voice.standin_room import Bell, Member, Room, new_sid

ENDED = frozenset({"completed", "busy", "no-answer", "canceled", "failed"})
#: For so long a scripted person waits for what is to come, if nothing else is said: a busy machine may be slow.
PATIENCE_S = 60.0


class Network(Protocol):
    """What a line needs of the stand-in that it belongs to."""

    bell: Bell
    music_s: float
    problems: list[str]
    now: Callable[[], datetime]

    async def fetch(self, line: "Line", url: str, method: str = "POST", **extra: str) -> str | None:
        """Asks a webhook for TwiML; None if it did not answer well."""

    async def sound(self, url: str) -> None:
        """Makes sure that there is something to hear at `url`."""

    async def progress(self, line: "Line", event: str) -> None:
        """Tells the line's status callback that it has come to `event`."""

    def room(self, name: str) -> Room:
        """The conference of that name, begun if there is none."""

    def line(self, sid: str) -> "Line":
        """The line of that id."""

    def spawn(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Runs `work` beside, until the stand-in stops."""


class Line:
    """One call and the person at its far end.

    For stories: `heard`, `presses`, `answers_in_words`, `stays_silent`, `says`, `connected`, `hangs_up`, and for a
    telephone that rings `answers` and `declines`. Each waits at most `timeout_s` and raises
    `TimeoutError`, which tells what was heard instead.
    """

    def __init__(
        self,
        network: Network,
        *,
        from_: str,
        to: str,
        direction: str,
        status_url: str = "",
        status_events: Iterable[str] = ("completed",),
        sid: str = "",
    ) -> None:
        self.sid = sid or new_sid("CA")
        self.from_ = from_
        self.to = to
        self.direction = direction
        self.status = "ringing" if direction == "inbound" else "queued"
        self.status_url = status_url
        self.status_events = frozenset(status_events)
        self.transcript: list[str] = []
        self.ended_at: datetime | None = None
        self.room: Room | None = None
        self._network = network
        self._reported = False
        self._listening = False
        self._pressed: str | None = None
        self._playing: asyncio.Task[None] | None = None

    # The person's side.

    async def heard(self, fragment: str, timeout_s: float = PATIENCE_S, *, after: int = 0) -> str:
        """Waits until something that holds `fragment` was heard, and returns all of it.

        `after` leaves out the first so many entries of the transcript.
        """

        def found() -> str | None:
            return next((one for one in self.transcript[after:] if fragment.lower() in one.lower()), None)

        await self._until(lambda: found() is not None, timeout_s, f"hearing {fragment!r}")
        return found() or ""

    async def presses(self, keys: str, timeout_s: float = PATIENCE_S) -> None:
        """Presses `keys` as soon as somebody asks for keys."""
        await self._until(lambda: self._listening, timeout_s, "being asked for a key")
        self._listening, self._pressed = False, keys
        self._network.bell.ring()

    async def answers_in_words(self, words: str, timeout_s: float = PATIENCE_S) -> None:
        """Says `words` as soon as somebody asks for some; they are understood as they are."""
        await self.presses(words, timeout_s)

    async def stays_silent(self, timeout_s: float = PATIENCE_S) -> None:
        """Lets the next question's time pass without a key, without the time passing."""
        await self.presses("", timeout_s)

    async def connected(self, timeout_s: float = PATIENCE_S) -> None:
        """Waits until this person and somebody else hear each other."""
        await self._until(lambda: self.talking, timeout_s, "being connected")

    async def ended(self, timeout_s: float = PATIENCE_S) -> str:
        """Waits until the call is over and the server knows, and returns how it ended."""
        await self._until(lambda: self._reported, timeout_s, "the end of the call")
        return self.status

    async def says(self, text: str) -> list[str]:
        """Says something; returns the calls that heard it."""
        listeners = self.room.hear(self.sid) if self.room is not None else []
        for sid in listeners:
            self._network.line(sid).transcript.append(text)
        self._network.bell.ring()
        return listeners

    async def hangs_up(self) -> None:
        """Hangs up, or gives up ringing; returns when the server knows."""
        await self.finish("completed" if self.status == "in-progress" or self.direction == "inbound" else "no-answer")

    async def answers(self, timeout_s: float = PATIENCE_S) -> None:
        """Picks up the ringing telephone."""
        await self._until(lambda: self.status == "ringing", timeout_s, "the telephone ringing")
        self.status = "in-progress"
        self._network.bell.ring()

    async def declines(self, timeout_s: float = PATIENCE_S) -> None:
        """Refuses the ringing telephone's call."""
        await self._until(lambda: self.status == "ringing", timeout_s, "the telephone ringing")
        await self.finish("busy")

    @property
    def on_hold(self) -> bool:
        """Whether this person is in a conversation and hears music instead."""
        member = self.room.members.get(self.sid) if self.room is not None else None
        return member is not None and member.hold

    @property
    def talking(self) -> bool:
        """Whether this person and at least one other hear each other."""
        return self.room is not None and any(self.sid in self.room.hear(other) for other in self.room.hear(self.sid))

    # The network's side.

    def begin(self, url: str, method: str = "POST") -> None:
        """Lets the call do what the webhook at `url` says."""
        self._perform(self._from(url, method))

    def play(self, document: str) -> None:
        """Takes the call out of what it does; it does what `document` says instead."""

        async def given() -> str | None:
            return document

        self._perform(given)

    async def finish(self, status: str) -> None:
        """Ends the call, leaves its room, and tells the status callback. Only the first end counts."""
        if self.status in ENDED:
            return
        self.status, self.ended_at = status, self._network.now()
        await self._stop()
        self._network.bell.ring()
        await self._network.progress(self, "completed")
        self._reported = True
        self._network.bell.ring()

    def _perform(self, document: Callable[[], Awaitable[str | None]]) -> None:
        previous, self._playing = self._playing, None

        async def perform() -> None:
            if previous is not None:
                previous.cancel()
                await asyncio.wait([previous])
            await self._run(document)

        self._playing = self._network.spawn(perform())

    async def _stop(self) -> None:
        playing, self._playing = self._playing, None
        if playing is not None and playing is not asyncio.current_task():
            playing.cancel()
            await asyncio.wait([playing])

    def _from(self, url: str, method: str = "POST", **extra: str) -> Callable[[], Awaitable[str | None]]:
        return lambda: self._network.fetch(self, url, method, **extra)

    async def _run(self, source: Callable[[], Awaitable[str | None]] | None) -> None:
        while source is not None:
            document = await source()
            if self.status in ENDED:
                return
            if document is None:
                break
            self.status = "in-progress"
            self._network.bell.ring()
            source = await self._document(document)
        await self.finish("completed")

    async def _document(self, document: str) -> Callable[[], Awaitable[str | None]] | None:
        """Carries out one document; returns where the next one is, or None at the end of the call."""
        for verb in self._verbs(document):
            match verb.tag:
                case "Hangup":
                    return None
                case "Redirect":
                    return self._from((verb.text or "").strip(), verb.get("method", "POST"))
                case "Gather":
                    given = await self._gather(verb)
                    if given or verb.get("actionOnEmptyResult") == "true":
                        answer = {"SpeechResult" if _listens_for_words(verb) else "Digits": given}
                        return self._from(verb.get("action", ""), verb.get("method", "POST"), **answer)
                case "Dial":
                    conference = verb.find("Conference")
                    if conference is not None:
                        await self._confer(conference)
                case _:
                    await self._hear(verb)
        return None

    def _verbs(self, document: str) -> list[ElementTree.Element]:
        try:
            # What is read here was written by the house that we are part of, not by strangers.
            return list(ElementTree.fromstring(document))  # noqa: S314
        except ElementTree.ParseError as error:
            self._network.problems.append(f"TwiML of {self.sid}: {error}")
            return []

    async def _hear(self, verb: ElementTree.Element) -> None:
        if verb.tag == "Say":
            self.transcript.append(verb.text or "")
        elif verb.tag == "Play" and verb.text:
            await self._network.sound(verb.text)
            self.transcript.append(f"♪ {verb.text}")
            self._network.bell.ring()
            if verb.get("loop") == "0":
                await asyncio.get_running_loop().create_future()  # until something else happens
        self._network.bell.ring()

    async def _gather(self, verb: ElementTree.Element) -> str:
        """Asks for keys, or for words; empty if the person gives none in time. They count during the prompts."""
        self._pressed, self._listening = None, True
        self._network.bell.ring()
        try:
            for prompt in verb:
                await self._hear(prompt)
                if prompt.tag == "Play" and self._pressed is None:
                    with suppress(TimeoutError):
                        await self._network.bell.until(lambda: self._pressed is not None, self._network.music_s)
            with suppress(TimeoutError):
                await self._network.bell.until(lambda: self._pressed is not None, float(verb.get("timeout", "5")))
        finally:
            self._listening = False
        if _listens_for_words(verb):
            return self._pressed or ""
        return (self._pressed or "").partition(verb.get("finishOnKey", "#") or "\0")[0][
            : int(verb.get("numDigits", "99"))
        ]

    async def _confer(self, conference: ElementTree.Element) -> None:
        """Is in the room until this call leaves it or it ends; hears music whenever nobody is to be heard."""
        name = (conference.text or "").strip()
        room = self._network.room(name)
        self.room = room
        room.enter(
            Member(
                call_sid=self.sid,
                starts=conference.get("startConferenceOnEnter", "true") == "true",
                ends=conference.get("endConferenceOnExit", "false") == "true",
                wait_url=conference.get("waitUrl", ""),
                wait_method=conference.get("waitMethod", "POST"),
                label=conference.get("participantLabel", ""),
                muted=conference.get("muted", "false") == "true",
                coaches=conference.get("coach", ""),
            )
        )
        self._network.bell.ring()
        try:
            while self.sid in room.members:
                music = room.music_for(self.sid)
                playing = self._network.spawn(self._music(*music)) if music is not None and music[0] else None
                try:
                    await self._network.bell.until(partial(self._hears_something_else, room, music))
                finally:
                    if playing is not None:
                        playing.cancel()
        finally:
            room.leave(self.sid)
            self.room = None
            self._network.bell.ring()

    def _hears_something_else(self, room: Room, music: tuple[str, str] | None) -> bool:
        return self.sid not in room.members or room.music_for(self.sid) != music

    async def _music(self, url: str, method: str) -> None:
        """Plays what the address says, again and again; while it says nothing there is silence."""
        while True:
            document = await self._network.fetch(self, url, method)
            if document is not None:
                for verb in self._verbs(document):
                    await self._hear(verb)
            await asyncio.sleep(self._network.music_s)

    async def _until(self, holds: Callable[[], bool], timeout_s: float, what: str) -> None:
        try:
            await self._network.bell.until(holds, timeout_s, what)
        except TimeoutError as error:
            raise TimeoutError(f"{self.to}: {error}; {self.status}; heard: {self.transcript[-8:]}") from None


def _listens_for_words(verb: ElementTree.Element) -> bool:
    return verb.get("input") == "speech"
