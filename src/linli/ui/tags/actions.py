"""Tags that one presses: button, tile, tabs, pager, key_hint."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page

from linli.ui.checks import dicts, fail, html_attrs, icon_name, one_of

register = template.Library()

BUTTON_KINDS = ("primary", "secondary", "ghost", "grave")


@register.inclusion_tag("ui/components/button.html")
def button(
    label: Any,
    href: str = "",
    kind: str = "secondary",
    icon: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    key: str = "",
    wide: bool = False,
    size: str = "m",
    disabled: bool = False,
    **attrs: Any,
) -> dict[str, Any]:
    """`{% button "Report with a photo" href=url kind="primary" icon="camera" size="l" %}`.

    With href it is a link, else a <button>. kind: primary (one a screen), secondary, ghost, grave
    (cannot be undone; dark, never red). size: s, m, l. key: the single key that presses it on the
    desk; the key is also shown. Extra: hx_*, data_*, aria_*, id, form.
    """
    one_of("button", "kind", kind, BUTTON_KINDS)
    one_of("button", "size", size, ("s", "m", "l"))
    one_of("button", "type", type, ("submit", "button", "reset"))
    icon_name("button", icon)
    if not str(label).strip():
        raise fail("button", "a button needs words, an icon alone says nothing")
    return {
        "label": label,
        "href": href,
        "kind": kind,
        "icon": icon,
        "type": type,
        "name": name,
        "value": value,
        "key": key,
        "wide": wide,
        "size": size,
        "disabled": disabled,
        "attrs": html_attrs("button", attrs),
    }


@register.inclusion_tag("ui/components/tile.html")
def tile(
    label: Any, href: str, icon: str, count: int | None = None, **attrs: Any
) -> dict[str, Any]:
    """`{% tile "Vote" href=url icon="vote" count=2 %}` inside `<div class="tiles">`.

    A door to one service on the resident home: icon above its word.
    """
    return {
        "label": label,
        "href": href,
        "icon": icon_name("tile", icon),
        "count": count,
        "attrs": html_attrs("tile", attrs),
    }


@register.inclusion_tag("ui/components/tabs.html")
def tabs(items: Any, label: Any) -> dict[str, Any]:
    """`{% tabs items label=_("Status") %}`; items: dicts label, url, active, count (last two free).

    Links to pages, not script tabs: each view has its own address.
    """
    return {"items": dicts("tabs", "items", items, ("label", "url")), "label": label}


@register.inclusion_tag("ui/components/pager.html")
def pager(page: Any, query: Any = None, param: str = "page") -> dict[str, Any]:
    """`{% pager page_obj query=request.GET %}`: previous, "page 2 of 9", next. Hidden for one page.

    query (a QueryDict or dict) keeps the present filters in the links.
    """
    if not isinstance(page, Page):
        raise fail("pager", "needs a django Page")
    pairs: list[tuple[str, Any]] = []
    if query is not None:
        lists = query.lists() if hasattr(query, "lists") else ((k, [v]) for k, v in query.items())
        pairs = [(k, v) for k, values in lists for v in values if k != param]

    def link(number: int) -> str:
        return "?" + urlencode([*pairs, (param, number)])

    return {
        "page": page,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/components/key_hint.html")
def key_hint(key: str) -> dict[str, Any]:
    """`{% key_hint "E" %}`: a small key cap; hidden from screen readers and on touch screens."""
    return {"label": key.upper() if len(key) == 1 else key}
