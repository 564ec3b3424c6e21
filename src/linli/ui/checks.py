"""Argument checks for template tags: a wrong word stops the page in its test, not in the field."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.forms.utils import flatatt
from django.template import TemplateSyntaxError
from django.utils.safestring import SafeString

SPRITE = Path(__file__).parent / "static" / "ui" / "icons.svg"
PILL_KINDS = ("urgent", "due", "normal", "ok", "wait")
_ATTR = re.compile(r"^(hx|data|aria)_[a-z0-9_]+$|^(id|form|lang|title|target|rel|download)$")
# hx-on runs text as script; a plain hx-headers on a child drops inherited headers in htmx 4.
_FORBIDDEN = ("hx_on", "hx_headers", "hx_vals_js")


@cache
def icon_names() -> frozenset[str]:
    """Names of all symbols in the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text("utf-8")))


def fail(tag: str, message: str) -> TemplateSyntaxError:
    """The error to raise, always naming the tag."""
    return TemplateSyntaxError(f"{{% {tag} %}}: {message}")


def one_of(tag: str, name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """Return the value when it is one of the allowed words."""
    if str(value) not in allowed:
        words = ", ".join(word or "(empty)" for word in allowed)
        raise fail(tag, f"{name}={value!r} must be one of {words}")
    return str(value)


def icon_name(tag: str, value: Any) -> str:
    """Return the icon name when the sprite has it; an empty name means no icon."""
    if value and str(value) not in icon_names():
        raise fail(tag, f"no icon named {value!r}; add it to ui/icons.txt and run tools/vendor.py")
    return str(value or "")


def whole(tag: str, name: str, value: Any) -> int:
    """Return the value when it is an int; money, minutes and counts are never floats here."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise fail(tag, f"{name}={value!r} must be a whole number")
    return value


def dicts(tag: str, name: str, rows: Any, needed: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return rows as a list of dicts that all carry the needed keys."""
    result = []
    for row in rows or []:
        if not isinstance(row, dict):
            raise fail(tag, f"{name} must be a list of dicts, got {type(row).__name__}")
        missing = [key for key in needed if key not in row]
        if missing:
            raise fail(tag, f"an entry of {name} lacks {', '.join(missing)}")
        result.append(row)
    return result


def html_attrs(tag: str, extra: dict[str, Any]) -> SafeString:
    """Turn hx_get="/x", data_row=True ... into escaped attributes; refuse what is not allowed."""
    clean: dict[str, Any] = {}
    for key, value in extra.items():
        if not _ATTR.match(key) or key.startswith(_FORBIDDEN):
            raise fail(tag, f"unknown argument {key!r}")
        if value is None or value is False or value == "":
            continue
        clean[key.replace("_", "-")] = value
    return flatatt(clean)
