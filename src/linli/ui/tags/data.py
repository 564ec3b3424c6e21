"""Tags that show many things: queue_row, table, meter, bars, trend, kpi, feed_row, plan."""

from __future__ import annotations

import builtins
from typing import Any

from django import template

from linli.ui.charts import layout_bars, layout_trend
from linli.ui.checks import PILL_KINDS, dicts, fail, html_attrs, icon_name, one_of, whole
from linli.ui.plan import layout_plan

register = template.Library()

CELL_KINDS = ("text", "number", "pill")


@register.inclusion_tag("ui/components/queue_row.html")
def queue_row(
    title: Any,
    href: str,
    meta: Any = "",
    pill: Any = "",
    pill_kind: str = "normal",
    time: Any = "",
    current: bool = False,
    target: str = "",
    **attrs: Any,
) -> dict[str, Any]:
    """`{% queue_row title=… href=… pill=… meta=… time=… current=… %}` inside `<ol class="queue">`.

    meta: a string or a list of short strings. target: an id ("detail"): htmx then loads href and
    puts only that element into the page, and the address follows; without it, a plain link.
    """
    one_of("queue_row", "pill_kind", pill_kind, PILL_KINDS)
    return {
        "title": title,
        "href": href,
        "meta": meta if isinstance(meta, list | tuple) else [meta] if meta else [],
        "pill_text": pill,
        "pill_kind": pill_kind,
        "time": time,
        "current": current,
        "target": target.lstrip("#"),
        "attrs": html_attrs("queue_row", attrs),
    }


@register.inclusion_tag("ui/components/table.html")
def table(columns: Any, rows: Any, caption: Any, empty: Any = "") -> dict[str, Any]:
    """`{% table columns rows caption=… %}`; on a phone each row becomes a small card.

    columns: dicts label and free: kind (text, number). rows: lists of cells; a cell is a value or
    a dict text and free: href, pill (a pill kind). The caption is the table's name.
    """
    heads = dicts("table", "columns", columns, ("label",))
    for head in heads:
        one_of("table", "kind", head.get("kind", "text"), CELL_KINDS)
    body = []
    for row in rows or []:
        cells = row["cells"] if isinstance(row, dict) else list(row)
        if len(cells) != len(heads):
            raise fail("table", f"a row has {len(cells)} cells for {len(heads)} columns")
        pairs = []
        for head, cell in zip(heads, cells, strict=True):
            data = cell if isinstance(cell, dict) else {"text": cell}
            if data.get("pill"):
                one_of("table", "pill", data["pill"], PILL_KINDS)
            pairs.append({"head": head["label"], "kind": head.get("kind", "text"), **data})
        body.append(pairs)
    return {"columns": heads, "rows": body, "caption": caption, "empty": empty}


@register.inclusion_tag("ui/components/meter.html")
def meter(
    label: Any, value: Any, max: Any = 100, text: Any = "", mark: Any = None, kind: str = "normal"
) -> dict[str, Any]:
    """`{% meter label=_("Turnout") value=71 max=100 text="71%" mark=50 %}`: a bar with its words.

    mark: a threshold drawn as a line (quorum, majority); say it in text too.
    """
    total = whole("meter", "max", max)
    one_of("meter", "kind", kind, PILL_KINDS)
    if total <= 0:
        raise fail("meter", "max must be more than 0")
    number = min(total, builtins.max(0, whole("meter", "value", value)))
    return {
        "label": label,
        "percent": f"{number * 100 / total:.2f}%",
        "text": text,
        "mark": f"{whole('meter', 'mark', mark) * 100 / total:.2f}%" if mark is not None else "",
        "kind": kind,
    }


@register.inclusion_tag("ui/components/bars.html")
def bars(items: Any, label: Any, max: int | None = None, unit: Any = "") -> dict[str, Any]:
    """`{% bars items label=_("Reported most") %}`; items: dicts label, value and free:
    kind, href, text (written instead of the number). Bars share one scale; max sets its end.
    """
    rows = dicts("bars", "items", items, ("label", "value"))
    for row in rows:
        one_of("bars", "kind", row.get("kind", "normal"), PILL_KINDS)
    return {"rows": layout_bars(rows, max), "label": label, "unit": unit}


@register.inclusion_tag("ui/components/trend.html")
def trend(
    series: Any, x: Any, label: Any, width: int = 480, height: int = 220, table: bool = True
) -> dict[str, Any]:
    """`{% trend series x=days label=… %}`: a line chart drawn by the server.

    series: dicts label, values and free: kind (normal, ok, due, urgent, wait). x: the labels below.
    Lines are told apart by dashes and by the words at their ends. label: one sentence that says
    what the chart shows. table=True adds the numbers in a fold.
    """
    rows = dicts("trend", "series", series, ("label", "values"))
    names = list(x)
    for row in rows:
        one_of("trend", "kind", row.get("kind", "normal"), PILL_KINDS)
        if len(row["values"]) != len(names):
            raise fail("trend", f"{row['label']}: {len(row['values'])} values for {len(names)} x")
    return {
        "chart": layout_trend(rows, names, width, height),
        "label": label,
        "x": names,
        "rows": rows,
        "table": table,
    }


@register.inclusion_tag("ui/components/kpi.html")
def kpi(
    label: Any, value: Any, unit: Any = "", note: Any = "", good: bool | None = None
) -> dict[str, Any]:
    """`{% kpi label=_("Answered after") value=11 unit="分钟" note="承诺 30 分钟" good=True %}`.

    One number with its target or its change. good: True, False or None (neutral); an arrow-free
    word must be in note, colour only repeats it.
    """
    return {"label": label, "value": value, "unit": unit, "note": note, "good": good}


@register.inclusion_tag("ui/components/feed_row.html")
def feed_row(
    title: Any, meta: Any = "", time: Any = "", kind: str = "normal", word: Any = ""
) -> dict[str, Any]:
    """`{% feed_row title="漏水" meta="7号楼 · 水务" time="6 分钟" kind="urgent" word="急" %}`.

    A matter on the wall, inside `<ul class="feed">`. Building, never flat; role, never name.
    """
    one_of("feed_row", "kind", kind, PILL_KINDS)
    return {"title": title, "meta": meta, "time": time, "kind": kind, "word": word}


@register.inclusion_tag("ui/components/plan.html")
def plan(
    shapes: Any,
    label: Any,
    flip: bool = False,
    listed: bool = True,
    list_label: Any = "",
    pick: str = "",
) -> dict[str, Any]:
    """`{% plan shapes label=_("Which building?") %}`: the site plan; each building is a link.

    shapes: dicts kind (building, green, water, road, shed, area) and points ([[x, y], …] or
    "x,y x,y") or x, y, w, h; free: label (seen), name (full name, must contain the label), href,
    count, current. flip=True when y grows to the north. listed adds the links as a list in a fold.
    pick: id of a select; touching a building then chooses the option that is the last value in
    the building's address, and the page (with its photos and words) stays.
    The view is computed from the data with a margin: nothing is cut off.
    """
    rows = dicts("plan", "shapes", shapes, ("kind",))
    icon_name("plan", "list")
    try:
        drawing = layout_plan(rows, flip=flip)
    except ValueError as problem:
        raise fail("plan", str(problem)) from problem
    return {
        "plan": drawing,
        "label": label,
        "listed": listed,
        "list_label": list_label,
        "pick": pick,
    }
