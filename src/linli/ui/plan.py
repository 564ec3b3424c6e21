"""Geometry of the site plan: view box, label sizes, badges, and touch areas that do not overlap.

Plain numbers in, plain numbers out. The caller gives shapes in any unit (metres, pixels); the
drawing is scaled to a view 360 units wide, so that one unit is about one pixel on a phone and
the CSS can speak of font sizes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from linli.ui.text import text_width_em

KINDS = ("building", "green", "water", "road", "shed", "area")
VIEW = 360.0  # width of the view in user units
MARGIN = 16.0  # free space round everything, also holds badges
TOUCH = 44.0  # wanted touch size of a building
FONT = 14.0
SMALL_FONT = 11.0
OUTSIDE_EM = 4.5  # a longer name outside its shape is broken into two lines
BADGE_R = 9.0

Point = tuple[float, float]


@dataclass
class Box:
    """An axis-parallel box."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Width in user units."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in user units."""
        return self.y1 - self.y0


@dataclass
class Shape:
    """One shape, ready to draw."""

    kind: str
    points: str
    box: Box
    label: str = ""
    name: str = ""
    href: str = ""
    count: int = 0
    current: bool = False
    label_lines: list[dict[str, Any]] = field(default_factory=list)
    font: float = FONT
    label_outside: bool = False
    badge_x: float = 0
    badge_y: float = 0
    badge_w: float = 0
    hit: dict[str, float] = field(default_factory=dict)

    @property
    def needs_name(self) -> bool:
        """True when the seen label alone does not say everything."""
        return bool(self.count) or self.name != self.label

    @property
    def badge_left(self) -> float:
        """Left edge of the count badge."""
        return round(self.badge_x - self.badge_w / 2, 1)

    @property
    def badge_top(self) -> float:
        """Top edge of the count badge."""
        return round(self.badge_y - BADGE_R, 1)

    @property
    def centre_x(self) -> float:
        """Middle of the box."""
        return round((self.box.x0 + self.box.x1) / 2, 1)

    @property
    def centre_y(self) -> float:
        """Base line of a label in the middle of the box."""
        return round((self.box.y0 + self.box.y1) / 2 + 4, 1)


@dataclass
class Plan:
    """The whole drawing: ground shapes first, then what stands on them."""

    view_box: str
    width: float
    height: float
    ground: list[Shape] = field(default_factory=list)
    buildings: list[Shape] = field(default_factory=list)

    @property
    def counted(self) -> list[Shape]:
        """Shapes with a badge: a garden may have a broken lamp, too."""
        return [shape for shape in (*self.ground, *self.buildings) if shape.count]


def read_points(row: dict[str, Any]) -> list[Point]:
    """Points of a shape dict, from a list, a text "x,y x,y", or a box x, y, w, h."""
    points = row.get("points")
    if isinstance(points, str):
        result = []
        for pair in points.split():
            px, _, py = pair.partition(",")
            result.append((float(px), float(py)))
        return result
    if points:
        return [(float(p[0]), float(p[1])) for p in points]
    try:
        x, y, w, h = (float(row[key]) for key in ("x", "y", "w", "h"))
    except KeyError as missing:
        raise ValueError(f"a shape needs points or x, y, w, h; {missing} is missing") from missing
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]


def around(outlines: list[list[list[int]]], room: float = 60) -> list[Point]:
    """A box round the outlines with ``room`` at all sides, in the plan's own unit (decimetres).

    An estate has no outline of its own on many plans: it is where its buildings stand.
    """
    xs = [x for outline in outlines for x, _ in outline]
    ys = [y for outline in outlines for _, y in outline]
    x0, x1, y0, y1 = min(xs) - room, max(xs) + room, min(ys) - room, max(ys) + room
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def layout_plan(rows: list[dict[str, Any]], flip: bool = False) -> Plan:
    """Scale all shapes into one view with a margin and place labels, badges and touch areas."""
    read = []
    for row in rows:
        if row["kind"] not in KINDS:
            raise ValueError(f"kind {row['kind']!r} must be one of {', '.join(KINDS)}")
        name, label = str(row.get("name") or ""), str(row.get("label") or "")
        if name and label and label not in name:
            raise ValueError(f"name {name!r} must contain the seen label {label!r}")
        points = read_points(row)
        if len(points) < 3:
            raise ValueError(f"shape {label!r} needs at least three points")
        read.append((row, points))
    if not read:
        return Plan(f"0 0 {VIEW:g} 120", VIEW, 120)

    sign = -1.0 if flip else 1.0
    xs = [x for _, points in read for x, _ in points]
    ys = [sign * y for _, points in read for _, y in points]
    scale = (VIEW - 2 * MARGIN) / max(max(xs) - min(xs), 1e-9)
    # A tall, thin neighbourhood must still fit a phone screen.
    scale = min(scale, (VIEW * 1.6) / max(max(ys) - min(ys), 1e-9))
    height = (max(ys) - min(ys)) * scale + 2 * MARGIN
    shift = (VIEW - (max(xs) - min(xs)) * scale) / 2

    drawing = Plan(f"0 0 {VIEW:g} {height:.1f}", VIEW, round(height, 1))
    for row, points in read:
        moved = [
            (
                round(shift + (x - min(xs)) * scale, 1),
                round(MARGIN + (sign * y - min(ys)) * scale, 1),
            )
            for x, y in points
        ]
        shape = _shape(row, moved)
        on_top = shape.kind in ("building", "shed")
        (drawing.buildings if on_top else drawing.ground).append(shape)
    order = {"area": 0, "green": 1, "water": 2, "road": 3}
    drawing.ground.sort(key=lambda s: order[s.kind])
    for shape in drawing.buildings:
        _place_label(shape, height)
    _place_hits(drawing.buildings, height)
    return drawing


def _shape(row: dict[str, Any], points: list[Point]) -> Shape:
    box = Box(
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    )
    count = row.get("count") or 0
    if isinstance(count, bool) or not isinstance(count, int):
        raise ValueError(f"count of {row.get('label')!r} must be a whole number")
    shape = Shape(
        kind=row["kind"],
        points=" ".join(f"{x:g},{y:g}" for x, y in points),
        box=box,
        label=str(row.get("label") or ""),
        name=str(row.get("name") or row.get("label") or ""),
        href=str(row.get("href") or ""),
        count=count,
        current=bool(row.get("current")),
    )
    if count:
        shape.badge_w = max(2 * BADGE_R, 10 + 7 * len(str(count)))
        # The badge sits on the top right corner but never leaves the view.
        # On a narrow building it moves out a little, so that the label stays readable.
        out = max(0.0, min(8.0, (44 - box.width) / 3))
        # A long strip (a road, a river walk) has no corner that anybody looks at.
        at = (box.x0 + box.x1) / 2 if box.width > VIEW / 2 else box.x1 + out
        shape.badge_x = round(min(at, VIEW - shape.badge_w / 2 - 2), 1)
        shape.badge_y = round(max(box.y0 - out, BADGE_R + 2), 1)
    return shape


def _place_label(shape: Shape, height: float) -> None:
    """Put the label inside when it fits, else smaller or in two lines, else under the shape."""
    if not shape.label:
        return
    box, label = shape.box, shape.label
    middle_x, middle_y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    room = box.width + 4
    for font in (max(SMALL_FONT, min(FONT, box.height)), SMALL_FONT):
        if text_width_em(label) * font <= room:
            shape.font = round(font, 1)
            shape.label_lines = [_line(label, middle_x, middle_y + font * 0.36)]
            return
    half = (len(label) + 1) // 2
    first, second = label[:half], label[half:]
    wide = max(text_width_em(first), text_width_em(second)) * SMALL_FONT
    shape.font = SMALL_FONT
    if wide <= room and box.height >= 2.1 * SMALL_FONT:
        shape.label_lines = [
            _line(first, middle_x, middle_y - SMALL_FONT * 0.2),
            _line(second, middle_x, middle_y + SMALL_FONT * 0.95),
        ]
        return
    # Outside, a long name takes two lines: it would run into the neighbours' names.
    lines = [label] if text_width_em(label) <= OUTSIDE_EM else [first, second]
    reach = max(text_width_em(line) for line in lines) * SMALL_FONT / 2 + 2
    x = min(max(middle_x, reach), VIEW - reach)
    top = min(box.y1 + SMALL_FONT * 1.15, height - 3 - SMALL_FONT * 1.1 * (len(lines) - 1))
    shape.label_lines = [_line(t, x, top + SMALL_FONT * 1.1 * n) for n, t in enumerate(lines)]
    shape.label_outside = True


def _line(text: str, x: float, y: float) -> dict[str, Any]:
    return {"text": text, "x": round(x, 1), "y": round(y, 1)}


def _place_hits(shapes: list[Shape], height: float) -> None:
    """Give each linked shape a touch area up to 44 px, at most half way to its neighbours."""
    boxes = [shape.box for shape in shapes]
    for shape in shapes:
        box = shape.box
        want_x = max(0.0, (TOUCH - box.width) / 2)
        want_y = max(0.0, (TOUCH - box.height) / 2)
        grow = {"left": want_x, "right": want_x, "up": want_y, "down": want_y}
        for other in boxes:
            if other is box:
                continue
            if other.y0 < box.y1 + want_y and other.y1 > box.y0 - want_y:
                if other.x0 >= box.x1:
                    grow["right"] = min(grow["right"], (other.x0 - box.x1) / 2)
                elif other.x1 <= box.x0:
                    grow["left"] = min(grow["left"], (box.x0 - other.x1) / 2)
            if other.x0 < box.x1 and other.x1 > box.x0:
                if other.y0 >= box.y1:
                    grow["down"] = min(grow["down"], (other.y0 - box.y1) / 2)
                elif other.y1 <= box.y0:
                    grow["up"] = min(grow["up"], (box.y0 - other.y1) / 2)
        x0, x1 = max(0.0, box.x0 - grow["left"]), min(VIEW, box.x1 + grow["right"])
        y0, y1 = max(0.0, box.y0 - grow["up"]), min(height, box.y1 + grow["down"])
        shape.hit = {
            "x": round(x0, 1),
            "y": round(y0, 1),
            "w": round(x1 - x0, 1),
            "h": round(y1 - y0, 1),
        }
