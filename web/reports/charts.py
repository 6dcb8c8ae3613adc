"""web/reports/charts.py: where the marks of a chart stand. A template writes them down as SVG.

One hue in three strengths, hatching and ink, told apart by lightness and pattern; bars from zero;
words on the marks. Attributes only: neither style sheets nor scripts reach into the picture, so
it looks the same on a page, in a mail and in print.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from desk.complaint_report.value import Chart

INK, DIM, LINE = "#16202b", "#505c69", "#c8ced6"
ACCENT, MIDDLE, PALE, BAD = "#174a9c", "#7d98cb", "#c3d0e6", "#9c2a1c"
WHITE = "#ffffff"
WIDTH = 657.0


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One SVG element: its name, its attributes, and the words in it."""

    name: str
    attributes: dict[str, str]
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A chart laid out. `hatch` is the id of its pattern."""

    id: str
    height: float
    label: str
    marks: tuple[Mark, ...]
    width: float = WIDTH

    @property
    def hatch(self) -> str:
        return f"hatch-{self.id}"


def draw(chart: Chart) -> Drawing:
    """Lays out any chart of a report."""
    marks, height, width = _DRAWERS[chart.kind](chart)
    return Drawing(id=chart.id, height=height, width=width, label=chart.label, marks=tuple(marks))


Drawn = tuple[list[Mark], float, float]


def _n(value: float) -> str:
    return f"{value:.1f}"


def _rect(x: float, y: float, width: float, height: float, fill: str, stroke: str = "") -> Mark:
    attributes = {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height), "fill": fill}
    if stroke:
        attributes |= {"stroke": stroke, "stroke-width": "0.8"}
    return Mark(name="rect", attributes=attributes)


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str = INK, width: float = 0.8, dash: str = "") -> Mark:
    attributes = {"x1": _n(x1), "y1": _n(y1), "x2": _n(x2), "y2": _n(y2), "stroke": stroke, "stroke-width": str(width)}
    if dash:
        attributes["stroke-dasharray"] = dash
    return Mark(name="line", attributes=attributes)


def _text(
    x: float, y: float, words: str, *, size: float = 9.5, anchor: str = "middle", bold: bool = False, fill: str = INK
) -> Mark:
    attributes = {"x": _n(x), "y": _n(y), "font-size": str(size), "text-anchor": anchor, "fill": fill}
    if bold:
        attributes["font-weight"] = "600"
    return Mark(name="text", attributes=attributes, words=words)


def _polyline(points: Sequence[tuple[float, float]], stroke: str = INK, width: float = 1.4) -> Mark:
    joined = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return Mark(
        name="polyline", attributes={"points": joined, "fill": "none", "stroke": stroke, "stroke-width": str(width)}
    )


def _hatch(chart: Chart) -> str:
    return f"url(#hatch-{chart.id})"


def nice_top(value: float) -> int:
    """The first of 4, 5, 10, 20, 40, 50, 100, … that is at least `value`: an axis of four steps fits it."""
    size = 1
    while True:
        for step in (4, 5, 10, 20):
            if step * size >= value:
                return step * size
        size *= 10


def _waterfall(chart: Chart) -> Drawn:
    steps: Any = chart.data["steps"]
    level = 0
    levels: list[int] = []
    for _, _, amount, kind in steps:
        level = amount if kind == "level" else level + amount
        levels.append(level)
    tops = [
        max(level, level - amount) if kind != "level" else level
        for level, (_, _, amount, kind) in zip(levels, steps, strict=True)
    ]
    top: int = max([*tops, 1])
    base, room = 112.0, 92.0
    slot = WIDTH / len(steps)
    bar = slot * 0.66

    def y(value: float) -> float:
        return base - room * value / top

    marks = []
    for index, ((name, below, amount, kind), level) in enumerate(zip(steps, levels, strict=True)):
        x = slot * index + (slot - bar) / 2
        start = 0 if kind == "level" else level - amount
        high, low = max(start, level), min(start, level)
        fill, stroke = {"level": (ACCENT, ""), "up": (PALE, ACCENT), "down": (_hatch(chart), ACCENT)}[kind]
        if amount:
            marks.append(_rect(x, y(high), bar, max(y(low) - y(high), 1), fill, stroke))
        if index + 1 < len(steps):
            marks.append(_line(x + bar, y(level), x + slot, y(level), DIM, 0.8, "2 2"))
        sign = "" if kind == "level" or not amount else "+" if amount > 0 else "−"
        marks.append(_text(x + bar / 2, y(high) - 5, f"{sign}{abs(amount):,}", size=11, bold=True))
        marks.append(_text(x + bar / 2, base + 13, name))
        marks.append(_text(x + bar / 2, base + 24, below, fill=DIM))
    marks.insert(0, _line(0, base, WIDTH, base, INK, 1))
    return marks, 142, WIDTH


def _columns(chart: Chart) -> Drawn:
    columns: Any = chart.data["marks"]
    names: Any = chart.data["names"]
    upper, middle, lower = names
    top = nice_top(max([max(value, high or 0) for _, value, _, _, high in columns] + [1]))
    left, right, base, room = 34.0, 590.0, 118.0, 104.0
    slot = (right - left) / len(columns)

    def y(value: float) -> float:
        return base - room * value / top

    labelled = max((index for index, column in enumerate(columns) if column[2] is not None), default=-1)
    marks = []
    for quarter in range(5):
        value = top * quarter / 4
        marks.append(_line(left, y(value), right, y(value), LINE, 0.5))
        marks.append(
            _text(
                left - 6,
                y(value) + 3.2,
                f"{value:,.0f}" if top >= 4 else f"{value:g}",
                size=8.5,
                anchor="end",
                fill=DIM,
            )
        )
    for index, (name, value, mean, low, high) in enumerate(columns):
        x = left + slot * index
        last = index == len(columns) - 1
        outside = high is not None and not low <= value <= high
        marks.append(_rect(x + slot * 0.14, y(value), slot * 0.72, base - y(value), ACCENT if last else PALE, ACCENT))
        inside = y(value) < base - 14
        fill = WHITE if last and inside else INK
        marks.append(
            _text(x + slot / 2, base - 4 if inside else y(value) - 4, f"{value:,}", size=8.5, bold=last, fill=fill)
        )
        marks.append(_text(x + slot / 2, base + 13, name, size=9, bold=last, fill=INK if last else DIM))
        if mean is not None:
            marks.append(_line(x, y(mean), x + slot, y(mean), INK, 0.9))
            marks.append(_line(x, y(high), x + slot, y(high), INK, 0.9, "3 2"))
            marks.append(_line(x, y(low), x + slot, y(low), INK, 0.9, "3 2"))
        if last and outside:
            square = {"x": _n(x + slot / 2 - 3.5), "y": _n(y(value) - 3.5), "width": "7", "height": "7"}
            square |= {"fill": WHITE, "stroke": BAD, "stroke-width": "1.6"}
            marks.append(Mark(name="rect", attributes=square))
        if index == labelled:
            for words, value_at in ((upper, high), (middle, mean), (lower, low)):
                marks.append(_text(right + 5, y(value_at) + 3, words, size=8.5, anchor="start", fill=DIM))
    marks.append(_line(left, base, right, base, INK, 1))
    return marks, 138, WIDTH


def _heat(chart: Chart) -> Drawn:
    cells: Any = chart.data["cells"]
    days: Any = chart.data["days"]
    most = max([max(row) for row in cells] + [1])
    left, top, height = 40.0, 14.0, 15.0
    width = (WIDTH - left - 40) / 24
    marks = [_text(WIDTH - 18, 9, str(chart.data["total"]), size=8.5, fill=DIM)]
    for row, (name, counts) in enumerate(zip(days, cells, strict=True)):
        y = top + height * row
        marks.append(_text(left - 6, y + 10.5, name, size=8.5, anchor="end"))
        for hour, count in enumerate(counts):
            strength = -(-4 * count // most)  # 0 none, 1 to 4 by quarters of the most
            fill = (WHITE, "#e7ecf5", PALE, MIDDLE, ACCENT)[strength]
            x = left + width * hour
            marks.append(_rect(x + 0.5, y + 0.5, width - 1, height - 1, fill, "" if count else "#e4e8ed"))
            if count:
                words = _text(
                    x + width / 2,
                    y + 10.5,
                    str(count),
                    size=8,
                    bold=strength == 4,
                    fill=WHITE if strength == 4 else INK,
                )
                marks.append(words)
        marks.append(_text(WIDTH - 18, y + 10.5, f"{sum(counts):,}", size=9, bold=True))
    below = top + height * 7 + 10
    marks.extend(_text(left + width * (hour + 0.5), below, f"{hour:02d}", size=8, fill=DIM) for hour in range(24))
    marks.append(_text(left, below + 12, str(chart.data["axis"]), size=8.5, anchor="start", fill=DIM))
    return marks, below + 16, WIDTH


def _bands(chart: Chart) -> Drawn:
    rows: Any = chart.data["marks"]
    names: Any = chart.data["names"]
    fills = ((ACCENT, ""), (PALE, ACCENT), (_hatch(chart), ACCENT), (INK, ""))
    left, right = 58.0, 590.0
    marks = []
    for index, (name, (fill, stroke)) in enumerate(zip(names, fills, strict=True)):
        x = left + index * 140
        marks.append(_rect(x, 3, 9, 9, fill, stroke or fill))
        marks.append(_text(x + 13, 11, name, size=8.5, anchor="start", fill=DIM))
    for row, (name, counts) in enumerate(rows):
        y, total, x = 20.0 + row * 20, sum(counts), left
        last = row == len(rows) - 1
        marks.append(_text(left - 6, y + 11, name, size=9, anchor="end", bold=last))
        marks.append(_text(right + 6, y + 11, f"n = {total:,}", size=9, anchor="start", fill=DIM))
        if not total:
            marks.append(_line(left, y + 7.5, right, y + 7.5, LINE, 0.8, "2 2"))
        for band, count in enumerate(counts):
            width = (right - left) * count / total if total else 0
            if not count:
                continue
            fill, stroke = fills[band]
            marks.append(_rect(x, y, width, 15, fill, stroke or fill))
            if width > 26:
                middle = x + width / 2
                if band == 2:
                    marks.append(_rect(middle - 12, y + 2, 24, 11, WHITE))
                percent = f"{(200 * count + total) // (2 * total)}\u202f%"
                marks.append(_text(middle, y + 11, percent, size=9, bold=True, fill=WHITE if band in (0, 3) else INK))
            x += width
    return marks, 22.0 + len(rows) * 20, WIDTH


def _ecdf(chart: Chart) -> Drawn:
    days: Any = chart.data["days"]
    width, left, base, room = 320.0, 30.0, 118.0, 96.0
    last = nice_top(max([*days, 20]))
    across = width - left - 12

    def x(day: float) -> float:
        return left + across * day / last

    def y(share: float) -> float:
        return base - room * share

    marks = [_text(0, 10, str(chart.data["left"]), size=8.5, anchor="start", fill=DIM)]
    for quarter in range(5):
        marks.append(_line(left, y(quarter / 4), width - 12, y(quarter / 4), LINE, 0.5))
        marks.append(_text(left - 5, y(quarter / 4) + 3, str(quarter * 25), size=8.5, anchor="end", fill=DIM))
        marks.append(_text(x(last * quarter / 4), base + 12, f"{last * quarter / 4:g}", size=8.5, fill=DIM))
    for limit in (28, 56):
        if limit < last:
            marks.append(_line(x(limit), y(0), x(limit), y(1), INK, 0.7, "2 2"))
            marks.append(_text(x(limit) - 3, base - 4, f"{limit}", size=8, anchor="end", fill=DIM))
    if days:
        points, reached = [(x(0), y(0))], 0
        for day in sorted(set(days)):
            points.append((x(day), y(reached / len(days))))
            reached += days.count(day)
            points.append((x(day), y(reached / len(days))))
        points.append((x(last), y(1)))
        marks.append(_polyline(points, ACCENT, 1.6))
    marks.append(_line(left, base, width - 12, base, INK, 1))
    marks.append(_text(left + across / 2, base + 25, str(chart.data["axis"]), size=8.5, fill=DIM))
    return marks, 148, width


def _pareto(chart: Chart) -> Drawn:
    bars: Any = chart.data["marks"]
    shown = bars[:14]  # fourteen names fit below the bars; the table has them all
    left, right, base, room = 34.0, 615.0, 124.0, 102.0
    total = sum(count for _, count, _ in bars)
    top = nice_top(max([count for _, count, _ in bars] + [1]))
    slot = (right - left) / max(len(shown), 1)
    marks = [
        _text(0, 10, str(chart.data["left"]), size=8.5, anchor="start", fill=DIM),
        _text(WIDTH, 10, str(chart.data["right"]), size=8.5, anchor="end", fill=DIM),
    ]
    for percent in (0, 50, 80, 100):
        y = base - room * percent / 100
        marks.append(_line(left, y, right, y, INK if percent == 80 else LINE, 0.6, "3 2" if percent == 80 else ""))
        marks.append(_text(right + 6, y + 3, f"{percent}\u202f%", size=8.5, anchor="start", fill=DIM))
    points, reached = [], 0
    letters = max(int(slot / 4.9), 4)
    for index, (name, count, vital) in enumerate(shown):
        x, height = left + slot * index, room * count / top
        marks.append(_rect(x + slot * 0.14, base - height, slot * 0.72, height, ACCENT if vital else PALE, ACCENT))
        inside = height > 14
        fill = WHITE if vital and inside else INK
        marks.append(_text(x + slot / 2, base - 4 if inside else base - height - 4, f"{count:,}", size=8.5, fill=fill))
        short = name if len(name) <= letters else name[: letters - 1] + "…"
        marks.append(_text(x + slot / 2, base + 12, short, size=8.5))
        reached += count
        points.append((x + slot / 2, base - room * reached / total if total else base))
    if points:
        marks.append(_polyline(points, INK, 1.1))
        marks.extend(
            Mark(
                name="circle",
                attributes={"cx": _n(x), "cy": _n(y), "r": "2.2", "fill": WHITE, "stroke": INK, "stroke-width": "1"},
            )
            for x, y in points
        )
    marks.append(_line(left, base, right, base, INK, 1))
    return marks, 144, WIDTH


_DRAWERS: dict[str, Callable[[Chart], Drawn]] = {
    "waterfall": _waterfall,
    "columns": _columns,
    "heat": _heat,
    "bands": _bands,
    "ecdf": _ecdf,
    "pareto": _pareto,
}
