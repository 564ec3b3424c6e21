"""Tags used by the layouts: icon, seal, and the filters for words in a line."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linli.ui.checks import icon_name, one_of
from linli.ui.text import duration as duration_text
from linli.ui.text import mask_name as mask

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "m", label: str = "") -> SafeString | str:
    """`{% icon "camera" %}`: an outline icon; decoration unless it has a label.

    size: s, m, l, xl. A label makes it an image with that name.
    """
    icon_name("icon", name)
    one_of("icon", "size", size, ("s", "m", "l", "xl"))
    if not name:
        return ""
    name_attrs = SafeString('aria-hidden="true"')
    if label:
        name_attrs = format_html('role="img" aria-label="{}"', label)
    return format_html(
        '<svg class="icon icon--{}" {} focusable="false" width="24" height="24">'
        '<use href="{}#{}"></use></svg>',
        size,
        name_attrs,
        static("ui/icons.svg"),
        name,
    )


@register.simple_tag
def seal() -> SafeString:
    """`{% seal %}`: the red square 邻, the brand mark. Decoration: the name stands beside it."""
    return SafeString('<span class="seal" aria-hidden="true">邻</span>')


@register.filter
def html_lang(code: Any) -> str:
    """Write a language code as HTML wants it: zh-hans -> zh-Hans, en -> en."""
    parts = str(code or "en").replace("_", "-").split("-")
    rest = (part.title() if len(part) == 4 else part.upper() for part in parts[1:])
    return "-".join([parts[0].lower(), *rest])


@register.filter
def duration(minutes: int) -> str:
    """`{{ 365|duration }}`: "6 小时 5 分钟"."""
    return duration_text(int(minutes))


@register.filter
def mask_name(name: Any) -> str:
    """`{{ person.name|mask_name }}`: "张**"."""
    return mask(str(name or ""))


@register.filter
def unbroken(words: Any) -> str:
    """`{{ phone|unbroken }}`: a number that no line break cuts in two."""
    return str(words or "").replace(" ", "\u00a0")
