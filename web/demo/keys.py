"""web/demo/keys.py: what the demo puts into the application for its pages."""

from aiohttp import web

from channels.email.sink import Sink

#: The demo's outgoing mail; absent outside the demo, and where the outgoing relay is a real one.
SINK: web.AppKey[Sink] = web.AppKey("demo_sink", Sink)
