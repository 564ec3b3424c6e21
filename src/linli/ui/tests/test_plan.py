"""The site plan: everything inside the view, touch areas apart, labels and badges placed."""

from __future__ import annotations

import pytest

from linli.ui.plan import VIEW, around, layout_plan
from linli.ui.samples import plan_shapes


def _drawn():
    return layout_plan(plan_shapes())


def test_nothing_leaves_the_view() -> None:
    plan = _drawn()
    for shape in plan.ground + plan.buildings:
        assert shape.box.x0 >= 0
        assert shape.box.x1 <= VIEW
        assert shape.box.y0 >= 0
        assert shape.box.y1 <= plan.height
    for shape in plan.buildings:
        if shape.count:
            assert shape.badge_left >= 0
            assert shape.badge_left + shape.badge_w <= VIEW
            assert shape.badge_top >= 0


def test_touch_areas_hold_the_shape_and_never_overlap() -> None:
    buildings = _drawn().buildings
    hits = [s.hit for s in buildings]
    areas = [(h["x"], h["y"], h["x"] + h["w"], h["y"] + h["h"]) for h in hits]
    for shape, (x0, y0, x1, y1) in zip(buildings, areas, strict=True):
        assert x0 <= shape.box.x0 + 0.1
        assert x1 >= shape.box.x1 - 0.1
        assert y0 <= shape.box.y0 + 0.1
        assert y1 >= shape.box.y1 - 0.1
    for i, a in enumerate(areas):
        for b in areas[i + 1 :]:
            wide = min(a[2], b[2]) - max(a[0], b[0])
            high = min(a[3], b[3]) - max(a[1], b[1])
            assert wide < 0.3 or high < 0.3


def test_an_area_lies_round_its_buildings_and_under_everything() -> None:
    outlines = [[[0, 0], [10, 0], [10, 5]], [[50, 40], [60, 40], [60, 45]]]
    assert around(outlines, room=2) == [(-2, -2), (62, -2), (62, 47), (-2, 47)]
    rows = [
        {"kind": "green", "x": 0, "y": 0, "w": 10, "h": 5},
        {"kind": "area", "points": around(outlines), "label": "Village"},
    ]
    assert [shape.kind for shape in layout_plan(rows).ground] == ["area", "green"]


def test_a_garden_has_its_badge_too() -> None:
    rows = [{"kind": "green", "x": 0, "y": 0, "w": 90, "h": 50, "count": 2}]
    assert [shape.count for shape in layout_plan(rows).counted] == [2]


def test_a_long_name_outside_takes_two_lines() -> None:
    rows = [
        {"kind": "shed", "label": "垃圾分类驳运站", "x": 50, "y": 50, "w": 5, "h": 2},
        {"kind": "building", "label": "1", "x": 0, "y": 0, "w": 100, "h": 5},
    ]
    shed = next(s for s in layout_plan(rows).buildings if s.kind == "shed")
    assert shed.label_outside
    assert [line["text"] for line in shed.label_lines] == ["垃圾分类", "驳运站"]


def test_flip_turns_north_up() -> None:
    rows = [
        {"kind": "building", "label": "S", "x": 0, "y": 0, "w": 10, "h": 5},
        {"kind": "building", "label": "N", "x": 0, "y": 50, "w": 10, "h": 5},
    ]
    south, north = layout_plan(rows, flip=True).buildings
    assert north.box.y0 < south.box.y0


def test_text_points_equal_list_points() -> None:
    a = layout_plan([{"kind": "green", "points": "0,0 10,0 10,10"}])
    b = layout_plan([{"kind": "green", "points": [[0, 0], [10, 0], [10, 10]]}])
    assert a.ground[0].points == b.ground[0].points


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "castle", "x": 0, "y": 0, "w": 1, "h": 1},
        {"kind": "building", "x": 0, "y": 0, "w": 1},
        {"kind": "building", "label": "7", "name": "Eight", "x": 0, "y": 0, "w": 1, "h": 1},
        {"kind": "building", "count": 1.5, "x": 0, "y": 0, "w": 1, "h": 1},
        {"kind": "building", "points": "0,0 1,1"},
    ],
)
def test_bad_shapes_are_refused(bad: dict) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        layout_plan([bad])


def test_empty_plan_is_drawn() -> None:
    assert layout_plan([]).buildings == []
