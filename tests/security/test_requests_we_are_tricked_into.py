"""Rows 15, 49 and 50: addresses that strangers name, and nobody who goes there.

CVE-2026-34443 (FreeScout), CVE-2021-42091 (Zammad), CVE-2020-24881 (osTicket), CVE-2026-92527 (Chatwoot): requests
into the house's own network; CVE-2026-22200 (osTicket, a PDF that reads files); CVE-2026-4984 (Botpress, media).
A trap listens; every door is told of it; nobody comes.
"""

import ast
import asyncio
import subprocess
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from multidict import MultiDict

from channels.voice.signature import HEADER, sign
from desk.handlers import handlers
from desk.kernel.clock import ManualClock
from desk.kernel.runner import Runner
from desk.organization.file import read
from desk.organization.organization import load
from desk.tables import messages
from tests.integration.floor import ORGANIZATION, Postbox
from tests.integration.web.front import SYSTEM, Front, open_front
from tests.security.post import open_post, with_files, written
from tests.security.sources import sources
from web.api import ROUTES
from web.app import PARTS
from web.demo import pages as demo
from web.reports.printing import to_pdf

TOKEN = "secret"  # of this test
PUBLIC = "https://desk.example"
#: The only modules that speak to others: the relay, the carrier, the language model and, to see that it is there, the
#: Redis that the settings name.
SPEAK = {"channels.email.send", "channels.twilio_account", "channels.model.transport", "web.start_up"}
#: Stand-ins for carriers and people, in demo, bench and tests.
PLAY = ("channels.voice.standin", "channels.voice.twilio_standin", "web.demo.", "web.bench.")
CONNECTS = {
    "ClientSession", "urlopen", "urlretrieve", "open_connection", "create_connection", "open_unix_connection",
    "HTTPConnection", "HTTPSConnection", "AsyncTwilioHttpClient", "TwilioHttpClient", "create_datagram_endpoint",
}  # fmt: skip
LIBRARIES = {
    "requests", "httpx", "urllib3", "urllib.request", "http.client", "ftplib", "smtplib", "telnetlib", "pycurl",
}  # fmt: skip
#: Every way in which a page asks for something.
MARKUP = """<html><head><base href='URL/'><link rel=stylesheet href='URL/a'><link rel=attachment href='URL/b'>
<meta http-equiv=refresh content='0;url=URL'><style>@import 'URL/c';@font-face{font-family:x;src:url(URL/d)}
p{background:url(URL/e);font-family:x}</style></head><body background='URL/f'><p style='list-style:url(URL/g)'>Words.
<img src='URL/h' srcset='URL/i 2x'><video poster='URL/j' src='URL/k'></video><iframe src='URL/l'></iframe>
<object data='URL/m'></object><embed src='URL/n'><svg><image href='URL/o'/><use href='URL/p#x'/></svg>
<a href='URL/q'>click</a><a rel=attachment href='URL/r'>file</a><input type=image src='URL/s'></p></body></html>"""
SVG = "<svg xmlns='http://www.w3.org/2000/svg'><image href='URL/t'/><use href='URL/u#x'/><text>&x;</text></svg>"


class Trap:
    """Listens, and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self.url = ""

    async def visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()


@pytest.fixture
async def trap() -> AsyncIterator[Trap]:
    found = Trap()
    server = await asyncio.start_server(found.visited, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield found
    server.close()
    await server.wait_closed()


@pytest.fixture
async def front(sqlite_url: str, tmp_path: Path, manual_clock: ManualClock) -> AsyncIterator[Front]:
    routes = [route for table in (*ROUTES, *(part.routes for part in (*PARTS, demo))) for route in table]
    own: dict[str, Any] = {"twilio_auth_token": TOKEN, "public_url": PUBLIC}
    async with open_front(tmp_path, sqlite_url, at=manual_clock.now(), routes=routes, **own) as opened:
        await opened.desk.transact(SYSTEM, load, read(ORGANIZATION.read_text(encoding="utf-8")))
        yield opened


def markup(url: str) -> str:
    """A page that asks for `url`, and a picture inside it that does."""
    inside = f"<!DOCTYPE svg [<!ENTITY x SYSTEM '{url}'>]>{SVG.replace('URL', url)}"
    picture = f'<img src="data:image/svg+xml;base64,{b64encode(inside.encode()).decode()}">'
    return MARKUP.replace("URL", url).replace("</p>", f"</p>{picture}")


async def test_nobody_goes_where_a_stranger_says(front: Front, trap: Trap) -> None:
    url, client = trap.url, front.browser()
    asking = {
        "List-Unsubscribe": f"<{url}>", "Disposition-Notification-To": "a@localhost", "Archived-At": f"<{url}>",
        "Face": url, "X-Image-URL": url, "BIMI-Location": f"v=BIMI1; l={url}", "Content-Location": url,
    }  # fmt: skip
    external = f'Content-Type: message/external-body; access-type=URL; URL="{url}/x"'
    async with open_post(front.desk) as post:
        await post.takes(written(markup(url), Content_Type="text/html", Message_ID="<1@x>", **asking))
        page = (f"Content-Type: text/html; name={url}", markup(url).encode())
        await post.takes(with_files((external, b""), page, Message_ID="<2@x>"))
    program = await front.program("agent")
    contact: dict[str, Any] = {"external_id": "1", "from": {"address": "a@b.example"}, "html": markup(url), "to": url}
    contact |= {"subject": url} | {"attachments": [{"name": url, "data": b64encode(markup(url).encode()).decode()}]}
    assert (await client.post("/api/v1/inbound/email", json=contact, headers=program)).status == 201
    text = MultiDict({"MessageSid": "SM1", "From": "+442079460101", "To": url, "Body": url, "NumMedia": "2"})
    text.extend({"MediaUrl0": f"{url}/media", "MediaContentType0": "image/png", "MediaUrl1": f"{url}/x"})
    headers = {HEADER: sign(TOKEN, f"{PUBLIC}/twilio/sms", text)}
    assert (await client.post("/twilio/sms", data=FormData(list(text.items())), headers=headers)).status == 200
    typed = {"name": url, "email": "a@b.example", "text": markup(url), "complaint": "yes", "remedy": url}
    assert (await client.post("/contact", data=typed)).status == 200

    postbox = Postbox()
    await Runner(front.desk, handlers({"email": postbox, "sms": postbox}, None, PUBLIC)).run_due()
    kept = await front.desk.read(SYSTEM, lambda rx: rx.all(messages.select()))
    assert len(kept) == 5 and sum(url in row.text for row in kept) >= 2  # it was named, as words
    assert trap.visits == 0


async def test_a_printed_page_reads_no_file_and_asks_no_host(trap: Trap, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET-4711")
    picture = tmp_path / "secret.svg"
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text id='x'>SECRET-4711</text></svg>")
    wanted = [
        trap.url, secret.as_uri(), picture.as_uri(), str(secret), f"FILE://{secret}", f"file://localhost{secret}",
        f"{trap.url}/latest/meta-data", f"php://filter/resource={secret}", "ftp://127.0.0.1/x",
        "gopher://127.0.0.1:25/x", f"jar:{secret.as_uri()}!/x", f" {secret.as_uri()}", f"//{trap.url[7:]}/x",
    ]  # fmt: skip
    page = "".join(markup(url) for url in wanted)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(await asyncio.to_thread(to_pdf, page))

    words, files = await told("pdftotext", str(paper), "-"), await told("pdfdetach", "-list", str(paper))
    assert b"Words." in words and b"4711" not in words
    assert files.startswith(b"0 embedded files")
    assert b"4711" not in paper.read_bytes()
    assert trap.visits == 0


async def told(*command: str) -> bytes:
    """What a program of this machine says."""
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True, timeout=60)
    return done.stdout


def test_three_modules_speak_to_others_and_the_settings_say_to_whom() -> None:
    """Whoever adds a fourth opens the door of row 49, and needs one client that checks where it goes."""
    found = set()
    for source in sources():
        if source.module.startswith(PLAY):
            continue
        names = {node.attr if isinstance(node, ast.Attribute) else node.id for node in ast.walk(source.tree)
                 if isinstance(node, ast.Attribute | ast.Name)}  # fmt: skip
        libraries = {item.target for item in source.imports} & LIBRARIES
        sends = "SMTP" in names and "aiosmtplib.SMTP" in ast.unparse(source.tree)
        if names & CONNECTS or sends or libraries:
            found.add(source.module)
    assert found == SPEAK
