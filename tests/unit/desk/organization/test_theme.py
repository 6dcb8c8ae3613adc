"""The theme of the organization file: what it may say, what can be read in it, and the way to the tables and back."""

import base64
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.kernel.errors import Invalid, Stale
from desk.kernel.transaction import Tx
from desk.organization.accents import DARK, LIGHT, fitting, readable, why_unreadable
from desk.organization.colours import contrast, of_oklch
from desk.organization.file import read, written
from desk.organization.logo import MOST_BYTES
from desk.organization.organization import dump, load
from desk.organization.theme import Theme, dark_of
from desk.organization.theme_kept import change_logo, change_theme, logo_kept, mark_of_theme, theme_said

TOKENS = Path(__file__).parents[4] / "web" / "frontend" / "styles" / "tokens.css"
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def png(width: int = 3, height: int = 2, *, more: bytes = b"") -> bytes:
    """A grey picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes((width + 1) * min(height, 3)))), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n"
    for kind, content in chunks:
        data += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return data + more


def wrong(**theme: Any) -> dict[str, str]:
    """What is told of a file with this theme."""
    with pytest.raises(Invalid) as told:
        read(written_in_yaml(theme))
    return dict(told.value.errors)


def written_in_yaml(theme: dict[str, Any]) -> str:
    """The file that says it; what is JSON is YAML, too."""
    return orjson.dumps({"theme": theme}).decode()


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    colour = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
    found = re.findall(rf"--([\w-]+):\s*light-dark\({colour},\s*{colour}\)", TOKENS.read_text())
    tokens = {name: [float(part) for part in parts] for name, *parts in found}
    for scheme, at in ((LIGHT, 0), (DARK, 3)):
        shown = {name: of_oklch(parts[at] / 100, *parts[at + 1 : at + 3]) for name, parts in tokens.items()}
        names = ("ground", "surface", "sunken", "ok-bg", "warn-bg", "bad-bg")
        assert list(scheme.grounds.values()) == [shown[name] for name in names]
        assert (scheme.surface, scheme.text, scheme.dim) == (shown["surface"], shown["text"], shown["dim"])


@given(colours, st.sampled_from([LIGHT, DARK]))
def test_the_colour_that_is_proposed_can_be_read_and_one_that_can_is_kept(colour: str, scheme: Any) -> None:
    proposed = fitting(colour, scheme)
    assert readable(proposed, scheme)
    assert (proposed == colour) == (why_unreadable(colour, scheme) == "")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_what_cannot_be_read_is_told_with_what_would_do() -> None:
    told = wrong(accent="#f2c200", accent_dark="#174a9c")
    assert re.search(
        r"contrast of 1\.4 to 1 on light screens, and 4\.5 .* nearest colour that does is #", told["theme.accent"]
    )
    assert "on dark screens" in told["theme.accent_dark"]
    proposed = told["theme.accent"].rpartition(" ")[2]
    assert read(written_in_yaml({"accent": proposed})).theme == Theme(accent=proposed)
    assert readable(dark_of(Theme(accent=proposed)), DARK)


@pytest.mark.parametrize(
    "accent",
    [
        "red",
        "#fff",
        "#12345g",
        "url(https://evil.test)",
        "#174a9c;}body{display:none}",
        "#174a9c\n",
        "var(--x)",
        "＃174a9c",
    ],
)
def test_a_colour_is_six_digits_and_nothing_else(accent: str) -> None:
    if accent.strip() == "#174a9c":
        assert read(written_in_yaml({"accent": accent})).theme == Theme(accent="#174a9c")
    else:
        assert "theme.accent" in wrong(accent=accent)


@pytest.mark.parametrize(
    "to",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "http://shop.test/",
        "//evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "https://",
        "https:evil.test",
        "https:///evil.test",
        "https://user:word@evil.test/",
        "https://shop.test/a b",
        'https://shop.test/"onclick="x',
        "https://shop.test/\u202etxt",
        "https://[::1",
        "contact",
        "",
        "/" + "a" * 500,
    ],
)
def test_a_link_leads_to_a_safe_place(to: str) -> None:
    assert "theme.head[0].to" in wrong(head=[{"to": to, "label": {"en": "Shop"}}])


def test_words_are_words() -> None:
    assert "theme.name" in wrong(name="a" * 61)
    assert "theme.name" in wrong(name="evil \u202e")
    assert "theme.welcome.en" in wrong(welcome={"en": " "})
    assert "theme.foot[0].label" in wrong(foot=[{"to": "/contact", "label": {}}])
    assert "theme.head" in wrong(head=[{"to": "/contact", "label": {"en": "A"}}] * 7)
    assert "theme.colour" in wrong(colour="#174a9c")
    assert "theme.accent" in wrong(accent_dark="#9dbdf7")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not a PNG"),
        (b"GIF89a" + bytes(100), "not a PNG"),
        (png(60_000, 60_000), "pixels"),
        (png(2001, 1), "2,001 by 1 pixels"),
        (png()[:20], "cut off"),
        (png(more=bytes(MOST_BYTES)), "64 kB"),
    ],
)
def test_a_logo_is_a_small_picture(tx: Tx, data: bytes, why: str) -> None:
    said = wrong(logo=base64.b64encode(data).decode())["theme.logo"]
    assert why in said or "make it smaller" in said
    with pytest.raises(Invalid):
        change_logo(tx, data)
    assert logo_kept(tx) is None


def test_a_theme_goes_into_the_tables_and_back(tx: Tx) -> None:
    theme = {
        "name": "Alderbrook",
        "logo": base64.b64encode(png()).decode(),
        "accent": "#174a9c",
        "head": [{"to": "https://shop.example.com/?a=1#b", "label": {"en": "Shop", "zh": "商店"}}],
        "welcome": {"en": "Answers.", "zh-Hant": "解答。"},
        "first": "questions",
    }
    load(tx, read(written_in_yaml(theme)))
    dumped = dump(tx)
    assert dumped.theme == Theme(**theme)
    assert read(written(dumped)) == dumped
    kept = logo_kept(tx)
    assert kept is not None
    assert (kept.type, kept.width, kept.height, kept.data) == ("image/png", 3, 2, png())
    load(tx, read("name: Halden House\n"))
    assert theme_said(tx) == Theme(**theme)
    load(tx, read("theme: {}\n"))
    assert theme_said(tx) == Theme()


def test_a_change_leaves_the_rest_and_two_at_once_are_told(tx: Tx) -> None:
    seen = mark_of_theme(theme_said(tx))
    change_theme(tx, {"name": "Alderbrook", "accent": "#174a9c"}, seen)
    change_logo(tx, png())
    with pytest.raises(Stale):
        change_theme(tx, {"name": "Other"}, seen)
    change_theme(tx, {"accent": ""}, mark_of_theme(theme_said(tx)))
    assert theme_said(tx).model_dump(exclude_defaults=True).keys() == {"name", "logo"}
    change_logo(tx, b"")
    assert logo_kept(tx) is None
