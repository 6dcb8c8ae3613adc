"""web/bench/routing_picture.py: the curve of `careline bench routing` as a picture, plain SVG.

Both axes are logarithmic: cost that grows with the logarithm of the size is nearly flat, cost
that grows with the size would run along the grey diagonal. Everything is shown as a multiple of
itself at the smallest size, the library's bare heap and the logarithm too.
"""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

WIDTH, HEIGHT = 760, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 580, 30, 390
_COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#111111", "#888888")
_TOP_GROWTH = 10.0

#: (size, cost) from the smallest size on.
Points = Sequence[tuple[float, float]]


def picture(lines: Mapping[str, Points], bounds: Mapping[str, Points]) -> str:
    """Draws one line for each name, as growth since its first point; dotted what they are held to."""
    sizes = sorted({size for points in lines.values() for size, _ in points})
    low, high = log10(sizes[0]), log10(sizes[-1])

    def x(size: float) -> float:
        return _LEFT + (log10(size) - low) / max(high - low, 1e-9) * (_RIGHT - _LEFT)

    def y(growth: float) -> float:
        share = log10(min(max(growth, 0.5), _TOP_GROWTH) / 0.5) / log10(_TOP_GROWTH / 0.5)
        return _BOTTOM - share * (_BOTTOM - _TOP)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(_LEFT, 18, "Cost of a decision, as a multiple of that at the smallest size"),
        _text((_LEFT + _RIGHT) / 2, HEIGHT - 12, "agents and waiting, each", anchor="middle"),
    ]
    for growth in (0.5, 1, 2, 5, 10):
        parts.append(_line([(_LEFT, y(growth)), (_RIGHT, y(growth))], "#dddddd"))
        parts.append(_text(_LEFT - 8, y(growth) + 4, f"× {growth:g}", anchor="end"))
    for size in sizes:
        parts.append(_line([(x(size), _TOP), (x(size), _BOTTOM)], "#eeeeee"))
        parts.append(_text(x(size), _BOTTOM + 18, f"{size:,.0f}", anchor="middle"))
    parts.append(
        _line([(x(sizes[0]), y(1)), (x(min(sizes[0] * _TOP_GROWTH, sizes[-1])), y(_TOP_GROWTH))], "#bbbbbb", 1, "5 4")
    )
    for number, (name, points) in enumerate({**lines, **bounds}.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        first = points[0][1]
        path = [(x(size), y(cost / first)) for size, cost in points]
        last = points[-1][1] / first
        parts.append(_line(path, colour, 2, "2 3" if name in bounds else ""))
        parts.append(_text(_RIGHT + 10, _TOP + 18 + number * 22, f"{name} × {last:.1f}", colour=colour))
    return "\n".join([*parts, "</svg>", ""])


def _line(points: Points, colour: str, width: int = 1, dashes: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", colour: str = "#333333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
