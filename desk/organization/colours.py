"""desk/organization/colours.py: colours as browsers mix and eyes see them: contrast by WCAG 2.2, and the nearest colour
that has enough of it. Pure.

A colour is its hexadecimal text, `#174a9c`. Lightness, chroma and hue are those of OKLCH, in which a step of lightness
looks like the same step in every colour.
"""

import math
import re
from collections.abc import Callable

#: Of text on its ground (WCAG 2.2, 1.4.3 AA).
ENOUGH = 4.5
_HEX = re.compile(r"#[0-9a-f]{6}", re.ASCII)
#: So fine are the steps in which a colour is made darker or lighter.
_STEPS = 400

Oklch = tuple[float, float, float]
_Linear = tuple[float, float, float]


def is_colour(text: str) -> bool:
    """Whether it is a colour as we write them: `#` and six small digits of base 16."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """How much two colours differ in brightness: 1 (not at all) to 21 (black and white)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, ground: str, share: float) -> str:
    """`ground` with a `share` (0 to 1) of `colour` in it, as a browser paints one over the other."""
    parts = zip(_bytes(colour), _bytes(ground), strict=True)
    return _written(tuple(share * over + (1 - share) * under for over, under in parts))


def of_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The colour of this lightness (0 to 1), chroma and hue (degrees), cut to what a screen shows."""
    return _written(tuple(255 * _curved(min(max(part, 0.0), 1.0)) for part in _linear(lightness, chroma, hue)))


def nearest(colour: str, fits: Callable[[str], bool], *, lighter: bool) -> str:
    """The colour of the same hue that fits and is the least darker, or `lighter`; `colour` itself where it does.

    Where none does it is black, or white.
    """
    if fits(colour):
        return colour
    lightness, chroma, hue = _oklch(colour)
    end = 1.0 if lighter else 0.0
    for step in range(1, _STEPS):
        found = _shown(lightness + (end - lightness) * step / _STEPS, chroma, hue)
        if fits(found):
            return found
    return "#ffffff" if lighter else "#000000"


def _shown(lightness: float, chroma: float, hue: float) -> str:
    """The colour of this lightness and hue with as much of its chroma as a screen shows."""
    while chroma > 0.002 and not all(-1e-4 <= part <= 1.0001 for part in _linear(lightness, chroma, hue)):
        chroma *= 0.97
    return of_oklch(lightness, chroma, hue)


def _luminance(colour: str) -> float:
    red, green, blue = (_straight(part / 255) for part in _bytes(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _bytes(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _written(parts: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def _straight(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _curved(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _linear(lightness: float, chroma: float, hue: float) -> _Linear:
    """Red, green and blue as light, 0 to 1; beyond where no screen shows it (Björn Ottosson's OKLab)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _oklch(colour: str) -> Oklch:
    red, green, blue = (_straight(part / 255) for part in _bytes(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a))
