"""What a console loads first, and that its frame holds neither script nor style of its own."""

import gzip
import json
import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
STATIC = WEB / "static"


def weight(*names: str) -> float:
    """Gzipped, in kB."""
    manifest = json.loads((STATIC / "manifest.json").read_text())
    return sum(len(gzip.compress((STATIC / manifest[name]).read_bytes())) for name in names) / 1000


def test_the_console_and_the_floor_load_less_than_75_kb() -> None:
    assert weight("console.js", "app.css") < 75
    assert weight("floor.js", "app.css") < 75


def test_the_frames_hold_no_script_and_no_style_of_their_own() -> None:
    for name in ("console.html", "floor.html"):
        text = (WEB / "templates" / name).read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)


def test_licences_of_what_is_inside_are_beside_it() -> None:
    text = (STATIC / "licences.txt").read_text()
    for package in ("preact", "@preact/signals", "socket.io-client", "engine.io-client"):
        assert f"\n{package} " in text
