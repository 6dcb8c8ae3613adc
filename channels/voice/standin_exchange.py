"""channels/voice/standin_exchange.py: the stand-in's network: calls, conferences, texts and signed webhooks.

What its REST interface is asked to do is done here, and what scripted people do begins here. Every
webhook is signed as Twilio signs it; one that is not answered well is listed in `problems`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import aiohttp
from multidict import MultiDict
from yarl import URL

from channels.voice.signature import HEADER, sign
from channels.voice.standin_line import ENDED, PATIENCE_S, Line
from channels.voice.standin_room import Bell, Room, new_sid

#: Twilio gives a webhook fifteen seconds.
_WEBHOOK_LIMIT = aiohttp.ClientTimeout(total=15)
#: So much of the past is remembered; a demo may run for weeks.
MOST_REMEMBERED = 2000


class Telephone(StrEnum):
    """What a telephone does when it is rung."""

    ANSWERS = "answers"  #: at once
    RINGS = "rings"  #: until its line is told to answer or decline, or the time is up
    BUSY = "busy"  #: engaged
    NO_ANSWER = "no_answer"  #: nobody is there


@dataclass(kw_only=True)
class Text:
    """A text that we sent."""

    sid: str
    from_: str
    to: str
    body: str
    status: str
    status_url: str


class Exchange:
    """A Twilio of our own: one account, any number of calls and texts.

    `music_s` is how long waiting music lasts before it is asked for again. An `api_key` with its
    secret opens the account as the auth token does. `now` tells when calls end.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        now: Callable[[], datetime],
        public_url: str = "",
        api_key: str = "",
        api_secret: str = "",
        music_s: float = 0.25,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.public_url = public_url.rstrip("/")
        self.music_s = music_s
        self.now = now
        self.bell = Bell()
        self.lines: dict[str, Line] = {}
        self.rooms: list[Room] = []
        self.sent_messages: list[Text] = []
        self.problems: list[str] = []
        #: What telephones do when rung, by number or client; the others answer.
        self.telephones: dict[str, Telephone] = {}
        #: How texts to a number end, with Twilio's error code; the others are delivered.
        self.texts_end: dict[str, tuple[str, str]] = {}
        #: (HTTP status, Twilio's code) with which the next requests are refused; (0, 0) never answers.
        self.refusals: list[tuple[int, int]] = []
        self.keys: Mapping[str, str] = {account_sid: auth_token} | ({api_key: api_secret} if api_key else {})
        self._sounds: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Makes the network ready to send webhooks; call it inside the running loop."""
        self._http = aiohttp.ClientSession(timeout=_WEBHOOK_LIMIT)

    async def close(self) -> None:
        """Drops every call. Closing twice is not an error."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    # Scripts.

    def call(self, from_: str, to: str, public_url: str = "", *, sid: str = "") -> Line:
        """Somebody rings us. Returns their telephone at once; the greeting comes as it comes."""
        public_url = public_url.rstrip("/") or self.public_url
        line = Line(
            self, from_=from_, to=to, direction="inbound", status_url=f"{public_url}/twilio/voice/status", sid=sid
        )
        self._add(line)
        line.begin(f"{public_url}/twilio/voice")
        return line

    async def text(
        self,
        from_: str,
        to: str,
        body: str,
        public_url: str = "",
        *,
        sid: str = "",
        media: Sequence[tuple[str, str]] = (),
    ) -> int:
        """Somebody texts us; returns the HTTP status that we answered. The same `sid` is the same text."""
        sid = sid or new_sid("SM")
        form = {"MessageSid": sid, "SmsSid": sid, "From": from_, "To": to, "Body": body, "NumMedia": str(len(media))}
        for index, (url, kind) in enumerate(media):
            form |= {f"MediaUrl{index}": url, f"MediaContentType{index}": kind}
        status, _ = await self._post(f"{public_url.rstrip('/') or self.public_url}/twilio/sms", form)
        return status

    async def rung(self, to: str, timeout_s: float = PATIENCE_S, *, after: int = 0) -> Line:
        """Waits until we have rung `to`, and returns that telephone. `after` skips its first so many calls."""

        def calls() -> list[Line]:
            return [line for line in self.lines.values() if line.direction != "inbound" and line.to == to]

        await self.bell.until(lambda: len(calls()) > after, timeout_s, f"{to} being rung")
        return calls()[after]

    async def wait_for_message(self, to: str, containing: str = "", timeout_s: float = PATIENCE_S) -> Text:
        """Waits until we have texted `to` something that contains `containing`."""

        def found() -> Text | None:
            return next((one for one in self.sent_messages if one.to == to and containing in one.body), None)

        await self.bell.until(lambda: found() is not None, timeout_s, f"a text to {to} with {containing!r}")
        return found() or self.sent_messages[-1]

    # What the REST interface does.

    def ring(
        self, *, to: str, from_: str, url: str, twiml: str, timeout_s: float, status_url: str, events: Sequence[str]
    ) -> Line:
        """Rings a telephone; it behaves as `telephones` says."""
        line = Line(self, from_=from_, to=to, direction="outbound-api", status_url=status_url, status_events=events)
        self._add(line)
        self.spawn(self._ring(line, url, twiml, timeout_s))
        return line

    def send(self, *, to: str, from_: str, body: str, status_url: str) -> Text:
        """Takes a text; it is delivered, or ends as `texts_end` says."""
        text = Text(sid=new_sid("SM"), from_=from_, to=to, body=body, status="queued", status_url=status_url)
        self.sent_messages.append(text)
        del self.sent_messages[:-MOST_REMEMBERED]
        self.bell.ring()
        self.spawn(self._deliver(text))
        return text

    def _add(self, line: Line) -> None:
        """Remembers a line, and forgets what ended long ago."""
        self.lines[line.sid] = line
        if len(self.lines) > MOST_REMEMBERED:
            for sid in [sid for sid, old in self.lines.items() if old.status in ENDED][: MOST_REMEMBERED // 2]:
                del self.lines[sid]
            self.rooms = [room for room in self.rooms if room.status != "completed"]
            del self.problems[:-MOST_REMEMBERED]

    async def _ring(self, line: Line, url: str, twiml: str, timeout_s: float) -> None:
        behaviour = self.telephones.get(line.to, Telephone.ANSWERS)
        if line.status in ENDED:
            return None
        line.status = "ringing"
        self.bell.ring()
        await self.progress(line, "ringing")
        if behaviour is Telephone.BUSY:
            return await line.finish("busy")
        if behaviour is Telephone.NO_ANSWER:
            return await line.finish("no-answer")
        if behaviour is Telephone.RINGS:
            try:
                await self.bell.until(lambda: line.status != "ringing", timeout_s)
            except TimeoutError:
                return await line.finish("no-answer")
        if line.status in ENDED:
            return None
        line.status = "in-progress"
        await self.progress(line, "answered")
        if line.status in ENDED:
            return None
        if twiml:
            line.play(twiml)
        else:
            line.begin(url)
        return None

    async def _deliver(self, text: Text) -> None:
        last, code = self.texts_end.get(text.to, ("delivered", ""))
        for status in ("sent", last):
            text.status = status
            self.bell.ring()
            if text.status_url:
                form = {"MessageSid": text.sid, "SmsSid": text.sid, "MessageStatus": status, "SmsStatus": status}
                form |= {"From": text.from_, "To": text.to} | ({"ErrorCode": code} if code and status == last else {})
                await self._post(text.status_url, form)

    # What a line needs (`Exchange`).

    async def fetch(self, line: Line, url: str, method: str = "POST", **extra: str) -> str | None:
        """Asks a webhook for TwiML; None if it did not answer well, which `problems` then says."""
        status, document = await self._post(url, _about(line) | extra, method)
        return document if status == 200 else None

    async def sound(self, url: str) -> None:
        """Fetches a sound of ours, once, to see that it is there."""
        if self._http is None or url in self._sounds or not self.public_url or not url.startswith(self.public_url):
            return
        self._sounds.add(url)
        try:
            async with self._http.get(url) as response:
                if response.status != 200 or not response.content_type.startswith("audio/"):
                    self.problems.append(f"GET {url}: {response.status} {response.content_type}")
        except (aiohttp.ClientError, TimeoutError) as error:
            self.problems.append(f"GET {url}: {type(error).__name__}")

    async def progress(self, line: Line, event: str) -> None:
        """Tells a line's status callback of `event`, if it asked for that."""
        if line.status_url and event in line.status_events:
            await self._post(line.status_url, _about(line))

    def room(self, name: str) -> Room:
        """The conference of that name that is going on, begun if there is none."""
        for room in self.rooms:
            if room.name == name and room.status != "completed":
                return room
        self.rooms.append(Room(name=name))
        return self.rooms[-1]

    def line(self, sid: str) -> Line:
        """The line of that id."""
        return self.lines[sid]

    def spawn(self, work: Awaitable[None]) -> asyncio.Task[None]:
        """Runs `work` beside, until the stand-in stops."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.problems.append(f"{type(error).__name__}: {error}")

    async def _post(self, url: str, form: Mapping[str, str], method: str = "POST") -> tuple[int, str]:
        """Sends a signed webhook; (0, "") if nobody answers."""
        if self._http is None:
            return 0, ""
        params = MultiDict({"AccountSid": self.account_sid, "ApiVersion": "2010-04-01"} | dict(form))
        if method == "GET":
            url = str(URL(url).extend_query(params))
            params = MultiDict()
        headers = {HEADER: sign(self.auth_token, url, params), "User-Agent": "TwilioProxy/1.1"}
        try:
            address = URL(url, encoded=True)
            async with self._http.request(method, address, data=params or None, headers=headers) as response:
                body = await response.text()
                if response.status >= 300:
                    self.problems.append(f"{method} {url}: {response.status}")
                return response.status, body
        except (aiohttp.ClientError, TimeoutError) as error:
            self.problems.append(f"{method} {url}: {type(error).__name__}")
            return 0, ""
        finally:
            self.bell.ring()


def _about(line: Line) -> dict[str, str]:
    """The parameters that tell a webhook which call it is about, blanks included as Twilio sends them."""
    return {
        "CallSid": line.sid,
        "CallStatus": line.status,
        "Direction": line.direction,
        "From": line.from_,
        "To": line.to,
        "Caller": line.from_,
        "Called": line.to,
        "FromCity": "",
        "CallerCountry": "",
    }
