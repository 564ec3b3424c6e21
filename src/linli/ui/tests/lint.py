"""Text lints of templates and style sheets; each returns the faults it finds."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATE_FAULTS: dict[str, re.Pattern[str]] = {
    "inline style attribute": re.compile(r"\sstyle\s*=", re.I),
    "inline style element": re.compile(r"<style[\s>]", re.I),
    "script without src": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "event handler attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"\b(?:data-)?hx-on\b", re.I),
    # Only hx-headers:append keeps the inherited headers; the token is set in linli.js anyway.
    "plain hx-headers": re.compile(r"\b(?:data-)?hx-headers(?!:append)", re.I),
    "javascript: address": re.compile(r"[\"']\s*javascript:", re.I),
}
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\("
    r"|:\s*[^;{}]*(?<![\w-])(?:white|black|red|green|blue|gray|grey|yellow|orange|navy|teal)\b",
    re.I,
)
ICON_TAG = re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""")
ICON_ARG = re.compile(r"""{%[^%]*\sicon=["']([a-z0-9-]+)["']""")


def template_faults(text: str) -> list[str]:
    """Names of the rules that a template breaks; template comments do not count."""
    text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", text, flags=re.S)
    return [name for name, pattern in TEMPLATE_FAULTS.items() if pattern.search(text)]


def css_colours(text: str) -> list[str]:
    """Colour values written in a style sheet; system colours of forced-colors are fine."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    # A hash before a brace is an id selector, not a colour.
    text = re.sub(r"#[a-zA-Z][\w-]*(?=[^;{}]*{)", "", text)
    return [match.group(0) for match in COLOUR.finditer(text)]


def icons_named(text: str) -> set[str]:
    """Icon names written in a template."""
    return set(ICON_TAG.findall(text)) | set(ICON_ARG.findall(text))


def templates(root: Path) -> list[Path]:
    """All templates below a folder."""
    return sorted(p for p in root.rglob("*.html") if "templates" in p.parts)
