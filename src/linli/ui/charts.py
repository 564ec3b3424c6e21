"""Arithmetic of the two small charts that the server draws itself: bars and trend lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from linli.ui.text import text_width_em

# Dash patterns tell lines apart without colour; the first line is solid.
DASHES = ("", "7 5", "2 5", "12 4 2 4")
FONT = 20  # user units; a trend of width 480 is shown about 480 px wide on the wall


def layout_bars(
    items: list[dict[str, Any]], end: int | float | None = None
) -> list[dict[str, Any]]:
    """Add a percent width to each item; an empty scale gives empty bars, not an error."""
    top = end if end else max((item["value"] for item in items), default=0)
    return [
        {
            **item,
            "kind": item.get("kind", "normal"),
            "text": item.get("text", item["value"]),
            "percent": f"{(100 * max(0, item['value']) / top if top else 0):.2f}%",
        }
        for item in items
    ]


@dataclass
class Line:
    """One line of a trend, ready to draw."""

    label: str
    kind: str
    points: str
    dash: str
    end_x: float
    end_y: float
    label_y: float


@dataclass
class Trend:
    """A drawn trend: lines, grid and labels in user units."""

    width: int
    height: int
    left: float
    right: float
    label_x: float
    base: float
    font: int = FONT
    lines: list[Line] = field(default_factory=list)
    grid: list[dict[str, Any]] = field(default_factory=list)
    ticks: list[dict[str, Any]] = field(default_factory=list)


def nice_step(span: float, parts: int = 4) -> float:
    """A step of 1, 2 or 5 times a power of ten that covers the span in about `parts` parts."""
    if span <= 0:
        return 1
    power = 1.0
    while span / parts > power * 10:
        power *= 10
    while span / parts < power and power > 0.001:
        power /= 10
    for factor in (1, 2, 5, 10):
        if span / parts <= power * factor:
            return power * factor
    return power * 10


def layout_trend(
    series: list[dict[str, Any]], x: list[Any], width: int = 480, height: int = 220
) -> Trend:
    """Place lines, grid and labels. Labels stand at the line ends and never on each other."""
    values = [v for row in series for v in row["values"] if v is not None]
    low, high = min([0, *values]), max([1, *values])
    step = nice_step(high - low)
    high = step * -(-high // step)
    low = step * (low // step)

    def shown(number: float) -> str:
        return f"{number:g}"

    left = 14 + FONT * max(text_width_em(shown(v)) for v in (low, high))
    room = FONT * max((text_width_em(str(row["label"])) for row in series), default=0)
    right, top, base = width - room - 16, FONT * 0.8, height - FONT * 1.6
    span = max(1, len(x) - 1)

    def at_x(index: int) -> float:
        return round(left + (right - left) * index / span, 1)

    def at_y(value: float) -> float:
        return float(round(base - (base - top) * (value - low) / (high - low), 1))

    drawing = Trend(width, height, left, right, right + 10, base)
    value = low
    while value <= high + step / 1000:
        drawing.grid.append({"y": at_y(value), "text": shown(value)})
        value += step
    # As many labels below as fit, always the first and the last.
    widest = FONT * max((text_width_em(str(name)) for name in x), default=1) + 14
    every = max(1, -(-len(x) * int(widest) // max(1, int(right - left))))
    for index, name in enumerate(x):
        last = index == len(x) - 1
        if last or (index % every == 0 and len(x) - 1 - index >= every):
            drawing.ticks.append({"x": at_x(index), "text": name})
    for number, row in enumerate(series):
        pairs = [(at_x(i), at_y(v)) for i, v in enumerate(row["values"]) if v is not None]
        if not pairs:
            continue
        end_x, end_y = pairs[-1]
        drawing.lines.append(
            Line(
                label=str(row["label"]),
                kind=row.get("kind", "normal"),
                points=" ".join(f"{px:g},{py:g}" for px, py in pairs),
                dash=DASHES[number % len(DASHES)],
                end_x=end_x,
                end_y=end_y,
                label_y=end_y,
            )
        )
    _spread(drawing.lines, FONT * 1.15, top, base)
    return drawing


def _spread(lines: list[Line], gap: float, top: float, base: float) -> None:
    """Push the labels at the line ends apart so that each can be read."""
    ordered = sorted(lines, key=lambda line: line.end_y)
    for upper, lower in pairwise(ordered):
        lower.label_y = max(lower.label_y, upper.label_y + gap)
    limit = base
    for line in reversed(ordered):
        line.label_y = round(max(top, min(line.label_y, limit)), 1)
        limit = line.label_y - gap
