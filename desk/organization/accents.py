"""desk/organization/accents.py: what an organization's colour meets on the pages that customers read, in light and in
dark, and whether it can be read there. Pure.

It is written as links on each ground of the page, and lies under the words of buttons. The grounds are those of the
style sheet (`web/frontend/styles/tokens.css`); a test holds them against it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from desk.organization.colours import ENOUGH, contrast, mixed, nearest, of_oklch


@dataclass(frozen=True, kw_only=True, eq=False)
class Scheme:
    """Light, or dark: what the accent stands on, by the words for it, and what stands on its own pale ground."""

    name: str
    grounds: Mapping[str, str]
    surface: str
    text: str
    dim: str
    #: So much of the accent is in its own pale ground, which marks what is chosen.
    share: float
    is_dark: bool


def _grounds(**grounds: tuple[float, float, float]) -> Mapping[str, str]:
    return MappingProxyType({name.replace("_", " "): of_oklch(*colour) for name, colour in grounds.items()})


LIGHT = Scheme(
    name="light",
    grounds=_grounds(
        the_page=(0.968, 0.004, 255),
        cards=(1.0, 0.0, 0),
        what_lies_deeper=(0.948, 0.006, 255),
        green_notes=(0.95, 0.035, 155),
        amber_notes=(0.955, 0.045, 85),
        red_notes=(0.952, 0.028, 22),
    ),
    surface=of_oklch(1.0, 0.0, 0),
    text=of_oklch(0.24, 0.014, 255),
    dim=of_oklch(0.45, 0.018, 255),
    share=0.09,
    is_dark=False,
)
DARK = Scheme(
    name="dark",
    grounds=_grounds(
        the_page=(0.175, 0.009, 255),
        cards=(0.215, 0.01, 255),
        what_lies_deeper=(0.265, 0.012, 255),
        green_notes=(0.285, 0.045, 155),
        amber_notes=(0.30, 0.05, 75),
        red_notes=(0.30, 0.065, 24),
    ),
    surface=of_oklch(0.215, 0.01, 255),
    text=of_oklch(0.93, 0.005, 255),
    dim=of_oklch(0.74, 0.014, 255),
    share=0.14,
    is_dark=True,
)
#: What is written on an accent: whichever can be read better.
_WHITE, _BLACK = "#ffffff", of_oklch(0.18, 0.03, 255)


@dataclass(frozen=True, kw_only=True)
class Accent:
    """The colours that one accent makes in one scheme."""

    colour: str
    on: str
    pale: str


def made(colour: str, scheme: Scheme) -> Accent:
    """An accent, what is written on it, and its own pale ground."""
    on = max((_WHITE, _BLACK), key=lambda ink: contrast(ink, colour))
    return Accent(colour=colour, on=on, pale=mixed(colour, scheme.surface, scheme.share))


def readable(colour: str, scheme: Scheme) -> bool:
    """Whether everything that this accent colours can be read."""
    return all(ratio >= ENOUGH for _, ratio in _met(colour, scheme))


@lru_cache(maxsize=256)
def fitting(colour: str, scheme: Scheme) -> str:
    """The nearest colour of the same hue that can be read; the colour itself where it can."""
    return nearest(colour, lambda other: readable(other, scheme), lighter=scheme.is_dark)


def why_unreadable(colour: str, scheme: Scheme) -> str:
    """Which contrast is lacking most, and what would do; empty where nothing is."""
    what, ratio = min(_met(colour, scheme), key=lambda one: one[1])
    if ratio >= ENOUGH:
        return ""
    # Cut, not rounded: 4.46 is not 4.5.
    shown = int(ratio * 10) / 10
    return (
        f"{what} would have a contrast of {shown} to 1 on {scheme.name} screens, and {ENOUGH} to 1 is needed to "
        f"read it; the nearest colour that does is {fitting(colour, scheme)}"
    )


def _met(colour: str, scheme: Scheme) -> Iterator[tuple[str, float]]:
    accent = made(colour, scheme)
    for name, ground in scheme.grounds.items():
        yield f"a link in {colour} on {name}", contrast(colour, ground)
    yield f"a word in {colour} on its own pale ground", contrast(colour, accent.pale)
    yield "text on the pale ground that marks what is chosen", contrast(scheme.text, accent.pale)
    yield "small text on the pale ground that marks what is chosen", contrast(scheme.dim, accent.pale)
    yield f"the words of a button in {colour}", contrast(accent.on, colour)
