"""Files in and out: whose they are, what they are called, and that none of them runs."""

import gzip
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import FormData

from desk.contacts.attachments import signed_path
from desk.kernel.tokens import sign
from desk.tables import attachments, jobs, mails, messages
from tests.integration.api.house import House, Program, Said
from web.files import MOST_BYTES

PAGE = b"<!doctype html><script>alert(document.cookie)</script>"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


async def upload(program: Program, data: Any, name: str = "a.txt", kind: str = "text/plain") -> Said:
    form = FormData()
    form.add_field("file", data, filename=name, content_type=kind)
    return await program.ask("POST", "attachments", data=form)


async def came_in(house: House, data: bytes, name: str, kind: str) -> dict[str, Any]:
    """A file that came with a contact, as its message shows it."""
    said = await house.hands_in(attachments=[{"name": name, "type": kind, "data": b64encode(data).decode()}])
    (message,) = (await house.program("agent1").get(f"interactions/{said['interaction_id']}/messages"))["items"]
    file: dict[str, Any] = message["attachments"][0]
    return file


async def test_an_upload_is_sent_once_by_who_made_it(house: House) -> None:
    program, id = house.program("agent1"), await house.held_by("agent1")
    made = await upload(program, b"hello")
    assert (made.status, made["name"], made["type"], made["size"]) == (201, "a.txt", "text/plain", 5)
    of_another = await upload(house.program("agent2"), b"secret")

    path = f"interactions/{id}/messages"
    stolen = await program.post(path, {"text": "Look", "attachments": [{"id": of_another["id"]}]})
    assert stolen.status in (404, 422)
    sent = await program.post(path, {"text": "Look", "attachments": [{"id": made["id"]}]})
    assert [file["id"] for file in sent["attachments"]] == [made["id"]]
    twice = await program.post(path, {"text": "Again", "attachments": [{"id": made["id"]}]})
    assert twice.status in (404, 422)
    assert (await house.program("agent2").get(made.headers["Location"])).data == b"hello"
    assert (await house.program("stranger").get(made.headers["Location"])).status == 404


async def test_a_name_is_read_as_a_browser_writes_it(house: House) -> None:
    form = FormData(quote_fields=False)
    form.add_field("file", b"hello", filename="10%25 %22off%22%0D%0A.txt", content_type="text/plain")
    made = await house.program("agent1").ask("POST", "attachments", data=form)
    assert (made.status, made["name"]) == (201, "10%25 _off_.txt")


def _packed(size: int, *, line: bool) -> bytes:
    """A form with a file of so many zeros, packed to a thousandth; or a line that never ends instead of a form."""
    head = b"" if line else b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    return gzip.compress(head + bytes(size) + b"\r\n--x--\r\n", 6)


async def test_what_unpacks_to_more_than_we_take_is_too_large(house: House) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "gzip"}
    for line in (True, False):
        bomb = _packed(MOST_BYTES + 1024, line=line)
        said = await house.program("agent1").ask("POST", "attachments", data=bomb, headers=kind)
        assert (said.status, said["code"]) == (413, "too_large")
    made = await house.program("agent1").ask("POST", "attachments", data=_packed(1000, line=False), headers=kind)
    assert (made.status, made["size"]) == (201, 1000)


async def test_an_upload_that_waits_is_its_uploaders_alone(house: House) -> None:
    made = await upload(house.program("agent1"), b"hello")
    assert (await house.program("agent1").get(made.headers["Location"])).data == b"hello"
    for name in ("agent2", "supervisor", "admin"):
        assert (await house.program(name).get(made.headers["Location"])).status == 404
    signed = signed_path(house.desk.settings.secret_key, made["id"], house.clock.now())
    assert (await house.program().get(signed)).status == 404


async def test_an_upload_that_nobody_sends_is_forgotten_with_its_bytes(house: House, tmp_path: Path) -> None:
    program, id = house.program("agent1"), await house.held_by("agent1")
    kept, dropped = await upload(program, b"kept"), await upload(program, b"dropped")
    await program.post(f"interactions/{id}/messages", {"text": "Look", "attachments": [{"id": kept["id"]}]})
    house.clock.advance(timedelta(hours=24))
    await house.works_off()

    assert [row.id for row in await house.rows(attachments)] == [kept["id"]]
    assert (await program.get(dropped.headers["Location"])).status == 404
    assert [path.read_bytes() for path in (tmp_path / "blobs").glob("??/*")] == [b"kept"]
    assert not [row for row in await house.rows(jobs) if row.name == "forget_upload"]


NASTY = [
    (PAGE, "page.html", "text/html"),
    (PAGE, "photo.png", "image/png"),
    (PICTURE, "photo.svg", "image/svg+xml"),
    (b"\xef\xbb\xbf" + PAGE, "notes.txt", "text/plain"),
    (b"GIF89a" + PAGE, "photo.gif", "text/html"),
    (b"%PDF-1.7 " + PAGE, "a.pdf", "text/html; charset=utf-7"),
    (b'<?xml version="1.0"?><x/>', "x.xml", "application/xml"),
    (b"alert(1)", "x.js", "text/javascript"),
    (b"", "empty", ""),
]


async def test_whatever_it_is_it_comes_as_a_download_that_no_page_can_run(house: House) -> None:
    for data, name, kind in NASTY:
        file = await came_in(house, data, name, kind)
        said = await house.program("agent1").get(file["url"])

        assert (said.status, said.data) == (200, data)
        assert said.headers["Content-Disposition"].startswith("attachment; filename=")
        assert said.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in said.headers["Content-Security-Policy"]
        assert "default-src 'none'" in said.headers["Content-Security-Policy"]
        assert "no-store" in said.headers["Cache-Control"]
        assert not any(word in said.headers["Content-Type"] for word in ("html", "svg", "xml", "script")), name


NAMES = {
    "../../../etc/passwd": "passwd",
    "C:\\Windows\\evil.exe": "evil.exe",
    'a"; filename="b.html': "a_; filename=_b.html",
    "a\r\nSet-Cookie: x=1\r\n\r\n.txt": "aSet-Cookie_ x=1.txt",
    "gpj.\u202egnp.exe": "gpj.gnp.exe",
    "\u200b.htaccess": "htaccess",
    "\0\0": "file-1.txt",
    "..": "file-1.txt",
    "发票 №7.pdf": "发票 №7.pdf",
    "x" * 300 + ".txt": "x" * 139 + ".txt",
}


async def test_a_name_is_for_eyes_alone(house: House, tmp_path: Path) -> None:
    for name, shown in NAMES.items():
        file = await came_in(house, b"words", name, "text/plain")
        said = await house.program("agent1").get(file["url"])

        assert file["name"] == shown
        disposition = said.headers["Content-Disposition"]
        assert disposition.isascii() and disposition.count('"') == 2 and "/" not in disposition
        assert "Set-Cookie" not in said.headers
    for blob in (tmp_path / "blobs").glob("??/*"):
        assert len(blob.name) == 32
        assert (blob.stat().st_mode & 0o777, blob.parent.stat().st_mode & 0o777) == (0o600, 0o700)


async def test_a_file_that_is_too_large_is_refused_while_it_comes_and_not_kept(house: House, tmp_path: Path) -> None:
    program = house.program("agent1")

    async def chunks() -> Any:
        for _ in range(MOST_BYTES // 2**20 + 1):
            yield bytes(2**20)

    said = await upload(program, chunks())
    assert (said.status, said["code"]) == (413, "too_large")
    assert list((tmp_path / "blobs").glob("??/*")) == []
    assert await house.rows(attachments) == []


async def test_a_photograph_leaves_without_saying_where_it_was_taken(house: House, tmp_path: Path) -> None:
    photograph = b"\xff\xd8\xff\xfe\x00\x0851.5 N\xff\xda\x00\x02the picture\xff\xd9"
    made = await upload(house.program("agent1"), photograph, "photo.jpg", "image/jpeg")
    (blob,) = (tmp_path / "blobs").glob("??/*")
    assert made["size"] == len(blob.read_bytes())
    assert b"51.5 N" not in blob.read_bytes() and b"the picture" in blob.read_bytes()


async def test_a_form_without_a_file_gets_words(house: House) -> None:
    program = house.program("agent1")
    form = FormData()
    form.add_field("other", b"x", filename="x")
    assert (await program.ask("POST", "attachments", data=form)).wrong == {"file"}
    assert (await program.post("attachments", {"file": "x"})).status == 415
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "multipart/mixed; boundary=" + "x" * 300):
        said = await program.ask("POST", "attachments", data=b"--y\r\n\r\nz", headers={"Content-Type": kind})
        assert said.status == 422, kind


async def test_a_customers_link_opens_one_file_for_a_day(house: House) -> None:
    one = await came_in(house, b"one", "1.txt", "text/plain")
    two = await came_in(house, b"two", "2.txt", "text/plain")
    nobody, secret = house.program(), house.desk.settings.secret_key
    link = signed_path(secret, one["id"], house.clock.now())
    token = link.partition("?t=")[2]

    assert (await nobody.get(link)).data == b"one"
    assert (await nobody.get(f"{two['url']}?t={token}")).status == 404
    assert (await nobody.get(f"{one['url']}?t={token[:9]}x{token[10:]}")).status == 404
    assert (await nobody.get(f"{one['url']}?t=")).status == 404
    other_purpose = sign(secret, "survey", f"{one['id']} 99999999999999")
    assert (await nobody.get(f"{one['url']}?t={other_purpose}")).status == 404
    assert (await nobody.ask("GET", one["url"], headers={"Accept": "application/json"})).status == 401
    house.clock.advance(timedelta(days=1))
    assert (await nobody.get(link)).status == 404


async def test_staff_get_a_mail_as_it_came(house: House) -> None:
    raw = b"From: eva@example.test\r\nSubject: Hi\r\n\r\n<script>alert(1)</script>\r\n"
    blob = await house.desk.blobs.put(raw)
    said = await house.hands_in("email", **{"from": {"address": "eva@example.test"}})
    row = {
        "external_id": "m",
        "sender": "",
        "recipients": [],
        "blob": blob,
        "size": len(raw),
        "received_at": house.clock.now(),
    }

    def came(tx: Any) -> None:
        tx.insert(mails, id="mail-1", **row)
        tx.update(messages, said["message_id"], headers={"mail_id": "mail-1"})

    await house.desk.transact(house.actor("admin"), came)
    path = f"interactions/{said['interaction_id']}/messages/{said['message_id']}/source"
    source = await house.program("agent1").get(path)
    assert (source.status, source.data) == (200, raw)
    assert source.headers["Content-Type"] == "message/rfc822"
    assert source.headers["Content-Disposition"].startswith("attachment")
    assert (await house.program("stranger").get(path)).status == 404
    other = await house.hands_in()
    elsewhere = f"interactions/{other['interaction_id']}/messages/{said['message_id']}/source"
    assert (await house.program("agent1").get(elsewhere)).status == 404
    no_mail = f"interactions/{other['interaction_id']}/messages/{other['message_id']}/source"
    assert (await house.program("agent1").get(no_mail)).status == 404
