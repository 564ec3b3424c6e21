"""Tags that tell: card, fold, quote, photos, rows, pills, step_bar, timeline, clock, names."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from linli.ui import text
from linli.ui.checks import PILL_KINDS, dicts, fail, html_attrs, icon_name, one_of, whole
from linli.ui.tags.forms import render_in

register = template.Library()

PILL_CHOICE = (*PILL_KINDS, "")
STEP_STATES = ("done", "current", "todo", "stopped")
CLOCK_STATES = ("running", "held", "done")
AMOUNT_KINDS = ("money", "hours", "points", "area")
# Django's message levels and our own words for them.
TOAST_KINDS = {
    "success": "ok",
    "error": "urgent",
    "warning": "due",
    "info": "normal",
    "debug": "wait",
}
TOAST_ICONS = {
    "ok": "check",
    "urgent": "alert",
    "due": "alert-triangle",
    "normal": "info",
    "wait": "info",
}


@register.simple_block_tag(takes_context=True, end_name="endcard")
def card(
    context: Context,
    content: str,
    title: Any = "",
    level: int = 2,
    accent: str = "",
    icon: str = "",
    pill: Any = "",
    pill_kind: str = "normal",
    big: bool = False,
    href: str = "",
    **attrs: Any,
) -> SafeString:
    """`{% card title=_("2 things wait for you") accent="alarm" pill=… %}…{% endcard %}`.

    accent: "", alarm (deadline or alarm only), ok, due, primary: a thick left edge. big: the one
    large heading of a screen. level: heading level 1 to 4. href: the title is a link and the whole
    card is its target. Extra: id, data_*, hx_*, aria_*.
    """
    one_of("card", "accent", accent, ("", "alarm", "ok", "due", "primary"))
    one_of("card", "pill_kind", pill_kind, PILL_KINDS)
    one_of("card", "level", str(level), ("1", "2", "3", "4"))
    return render_in(
        context,
        "ui/components/card.html",
        {
            "content": content,
            "title": title,
            "tag": f"h{level}",
            "accent": accent,
            "icon": icon_name("card", icon),
            "pill_text": pill,
            "pill_kind": pill_kind,
            "big": big,
            "href": href,
            "attrs": html_attrs("card", attrs),
        },
    )


@register.simple_block_tag(takes_context=True, end_name="endfold")
def fold(
    context: Context,
    content: str,
    label: Any,
    icon: str = "",
    open: bool = False,
    plain: bool = False,
    **attrs: Any,
) -> SafeString:
    """`{% fold label=_("Which rule?") icon="book" %}…{% endfold %}`: opened by who wants to know.

    plain: without a frame, for a fold inside a card. open: for instance when a form in it has
    errors. Extra: id, data_*, hx_*, aria_*.
    """
    if not str(label).strip():
        raise fail("fold", "needs words: what is inside?")
    return render_in(
        context,
        "ui/components/fold.html",
        {
            "content": content,
            "label": label,
            "icon": icon_name("fold", icon),
            "open": open,
            "plain": plain,
            "attrs": html_attrs("fold", attrs),
        },
    )


@register.inclusion_tag("ui/components/quote.html")
def quote(text: Any, meta: Any = "") -> dict[str, Any]:
    """`{% quote said.text meta=line %}`: what somebody said, in their own words.

    meta: a string, or a list of short strings: when, by which way, who (masked by the caller).
    """
    return {
        "text": text,
        "meta": meta if isinstance(meta, list | tuple) else [meta] if meta else [],
    }


@register.inclusion_tag("ui/components/photo_row.html")
def photo_row(items: Any, label: Any = "") -> dict[str, Any]:
    """`{% photo_row photos label=_("Photos") %}`: thumbnails that open the picture.

    items: dicts src, label (what the picture is, for who cannot see it). Nothing for none.
    """
    return {"items": dicts("photo_row", "items", items, ("src", "label")), "label": label}


@register.inclusion_tag("ui/components/list_row.html")
def list_row(
    title: Any,
    href: str = "",
    meta: Any = "",
    icon: str = "",
    pill: Any = "",
    pill_kind: str = "normal",
    value: Any = "",
    **attrs: Any,
) -> dict[str, Any]:
    """`{% list_row title=… href=… meta=… pill=… %}` inside `<ul class="rows">`.

    meta: a string, or a list of short strings joined by dots. value: something at the end (time,
    amount). Without href it is a row that only tells.
    """
    one_of("list_row", "pill_kind", pill_kind, PILL_KINDS)
    return {
        "title": title,
        "href": href,
        "meta": meta if isinstance(meta, list | tuple) else [meta] if meta else [],
        "icon": icon_name("list_row", icon),
        "pill_text": pill,
        "pill_kind": pill_kind,
        "value": value,
        "attrs": html_attrs("list_row", attrs),
    }


@register.inclusion_tag("ui/components/pill.html")
def pill(text: Any, kind: str = "normal", icon: str = "") -> dict[str, Any]:
    """`{% pill _("Due today") kind="urgent" %}`; kind: urgent, due, normal, ok, wait. Has words."""
    one_of("pill", "kind", kind, PILL_KINDS)
    if not str(text).strip():
        raise fail("pill", "needs words: colour alone says nothing")
    return {"text": text, "kind": kind, "icon": icon_name("pill", icon)}


@register.inclusion_tag("ui/components/step_bar.html")
def step_bar(steps: Any, promised: Any = "", elapsed: Any = "", label: Any = "") -> dict[str, Any]:
    """`{% step_bar steps promised=… elapsed=… %}`; steps: dicts label, state and free: time.

    state: done, current, todo, stopped. promised and elapsed are ready sentences ("承诺 24 小时内
    修好", "已过 3 小时"); both stand above the bar so that the promise is never out of sight.
    """
    rows = dicts("step_bar", "steps", steps, ("label", "state"))
    for row in rows:
        one_of("step_bar", "state", row["state"], STEP_STATES)
    return {"steps": rows, "promised": promised, "elapsed": elapsed, "label": label}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(entries: Any, label: Any = "") -> dict[str, Any]:
    """`{% timeline entries %}`; entries: dicts time, text; free: who, datetime, icon, note, kind.

    Oldest first. datetime is the machine-readable time. kind marks an entry like a pill kind.
    """
    rows = dicts("timeline", "entries", entries, ("time", "text"))
    for row in rows:
        icon_name("timeline", row.get("icon", ""))
        one_of("timeline", "kind", row.get("kind", ""), PILL_CHOICE)
    return {"entries": rows, "label": label}


@register.inclusion_tag("ui/components/empty.html")
def empty(
    title: Any, icon: str = "inbox", text: Any = "", action: Any = "", href: str = ""
) -> dict[str, Any]:
    """`{% empty title=_("Nothing waits for you") icon="check" text=… action=… href=… %}`."""
    return {
        "title": title,
        "icon": icon_name("empty", icon),
        "text": text,
        "action": action,
        "href": href,
    }


@register.inclusion_tag("ui/components/toast.html")
def toast(text: Any, kind: str = "normal") -> dict[str, Any]:
    """`{% toast message kind="ok" %}`; kind: a pill kind or a Django message level tag.

    It stays in the page instead of fading: slow readers must be able to finish.
    """
    words = str(kind or "info").split()
    kind = TOAST_KINDS.get(words[-1], words[-1])
    one_of("toast", "kind", kind, PILL_KINDS)
    return {"text": text, "kind": kind, "icon": TOAST_ICONS[kind]}


@register.inclusion_tag("ui/components/clock.html")
def clock(
    minutes_left: Any = None, state: str = "running", soon_min: int = 60, label: Any = ""
) -> dict[str, Any]:
    """`{% clock minutes_left=28 %}`: "还剩 28 分钟", or "已超时 2 小时" when negative.

    state: running, held (paused with a reason; label says which), done (label says "按时办结" …).
    soon_min: at or below it the clock is shown as due. The caller knows working hours, not we.
    """
    one_of("clock", "state", state, CLOCK_STATES)
    if state == "running":
        left = whole("clock", "minutes_left", minutes_left)
        kind = "urgent" if left < 0 else "due" if left <= soon_min else "normal"
    else:
        left, kind = 0, "wait" if state == "held" else "ok"
    return {
        "left": left,
        "state": state,
        "kind": kind,
        "duration": text.duration(left),
        "label": label,
        "icon": {"held": "pause", "done": "check"}.get(
            state, "alert-triangle" if left < 0 else "clock"
        ),
    }


@register.inclusion_tag("ui/components/amount.html")
def amount(
    value: Any, kind: str = "money", currency: str = "CNY", signed: bool = False
) -> dict[str, Any]:
    """`{% amount 4690000 %}` -> ¥46,900.00. Whole numbers only: minor units, minutes, points.

    kind: money (minor units of currency), hours (minutes), points, area (0.01 m²).
    signed: write + before gains.
    """
    number = whole("amount", "value", value)
    one_of("amount", "kind", kind, AMOUNT_KINDS)
    one_of("amount", "currency", currency, tuple(text.CURRENCIES))
    if kind == "money":
        shown = text.money(number, currency, signed)
    elif kind == "hours":
        shown = text.hours(number, signed)
    elif kind == "points":
        shown = text.points(number, signed)
    else:
        shown = text.area(number)
    return {"text": shown, "kind": kind, "raw": number}


@register.inclusion_tag("ui/components/person_chip.html")
def person_chip(
    name: Any, role: Any = "", href: str = "", masked: bool = True, icon: str = "user"
) -> dict[str, Any]:
    """`{% person_chip person.name role=_("Building leader") %}`: "张** · 楼组长".

    Masked unless the caller says masked=False, which is for staff acting in their duty and for
    people who agreed to be named.
    """
    shown = text.mask_name(str(name)) if masked else name
    return {"name": shown, "role": role, "href": href, "icon": icon_name("person_chip", icon)}


@register.inclusion_tag("ui/components/source_note.html")
def source_note(
    title: Any,
    article: Any = "",
    href: str = "",
    since: Any = "",
    reference: bool = False,
    text: Any = "",
) -> dict[str, Any]:
    """`{% source_note title="民法典" article="第278条" reference=True %}`: which rule says so.

    reference=True adds the mark 参考: quoted for help, not checked against the official print.
    """
    return {
        "title": title,
        "article": article,
        "href": href,
        "since": since,
        "reference": reference,
        "text": text,
    }
