"""A small house with a telephone: the doors that a carrier knocks at, without the desk behind them.

It checks every signature, keeps nothing but which leg is where, and answers with the same TwiML
that the real doors answer with. Contract tests drive carriers against it.
"""

from aiohttp import web

from channels.voice import twiml
from channels.voice.music import hold_music
from channels.voice.signature import HEADER, valid
from ivr.instructions import Enqueue, Gather, Say


class House:
    """Greets, asks for a key, and lets callers wait in the room that is named like their call."""

    def __init__(self, auth_token: str) -> None:
        self.auth_token = auth_token
        self.public_url = ""
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.refused = 0
        self.language = "en"
        self.down = False

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/twilio/voice/music.wav", self._music)
        app.router.add_post("/{door:twilio/.*}", self._door)
        return app

    def told(self, door: str, name: str) -> list[str]:
        """The values of one parameter in everything that came to a door, in order."""
        return [form[name] for path, form in self.forms if path.startswith(door) and name in form]

    async def _music(self, request: web.Request) -> web.Response:
        return web.Response(body=hold_music(), content_type="audio/wav")

    async def _door(self, request: web.Request) -> web.Response:
        form = await request.post()
        if self.down:
            raise web.HTTPServiceUnavailable
        if not valid(
            self.auth_token,
            public_url=self.public_url,
            path_and_query=request.raw_path,
            params=form,  # type: ignore[arg-type]
            signature=request.headers.get(HEADER),
        ):
            self.refused += 1
            raise web.HTTPForbidden
        self.forms.append((request.path, {name: str(value) for name, value in form.items()}))
        return web.Response(text=self._answer(request, str(form.get("CallSid", ""))), content_type="text/xml")

    def _answer(self, request: web.Request, call: str) -> str:
        parts = request.path.removeprefix("/twilio/").split("/")
        room = parts[-1]
        match parts:
            case ["voice"]:
                ask = Gather(prompts=(Say(text="Press 1 to wait.", language=self.language),), timeout_s=30)
                return twiml.render([ask], action_url=f"{self.public_url}/twilio/voice/step/{call}?turn=0")
            case ["voice", "step", _]:
                wait = Enqueue(queue="general")
                return twiml.render([wait], room=room, wait_url=f"{self.public_url}/twilio/voice/wait/{room}")
            case ["voice", "wait", _]:
                return twiml.waiting(
                    position=1, wait_low_s=None, wait_high_s=None, language=self.language, music_url=self._hold
                )
            case ["voice", "hold", _]:
                return twiml.hold(music_url=self._hold, language=self.language)
            case ["voice", "agent", _]:
                return twiml.join_room(room)
            case ["voice", "customer", _]:
                return twiml.wait_in_room(room, wait_url=f"{self.public_url}/twilio/voice/wait/{room}")
            case _:
                return ""

    @property
    def _hold(self) -> str:
        return f"{self.public_url}/twilio/voice/music.wav"
