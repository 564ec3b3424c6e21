"""Contrast of the tokens in every theme, and the two dark lists say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parent.parent / "static/ui/css/tokens.css").read_text("utf-8")
BODY = re.sub(r"/\*.*?\*/", "", TOKENS, flags=re.S)


def block(selector: str) -> dict[str, str]:
    start = BODY.index(selector + " {") + len(selector) + 2
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", BODY[start : BODY.index("}", start)]))


LIGHT = block(":root")
DARK = block('html[data-theme="dark"]')
ELDER = block("html[data-elder]")
THEMES = {
    "light": LIGHT,
    "elder": LIGHT | ELDER,
    "dark": LIGHT | DARK,
    "elder-dark": LIGHT | ELDER | DARK,
    "wall": LIGHT | block('html[data-face="wall"]'),
    "print": LIGHT | block('html[data-face="print"]'),
}
TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "sunk"),
    ("ink-2", "paper"),
    ("ink-2", "card"),
    ("ink-2", "sunk"),
    ("primary", "paper"),
    ("primary", "card"),
    ("on-primary", "primary"),
    ("on-primary", "primary-strong"),
    ("on-seal", "seal"),
    ("alarm-ink", "card"),
    ("alarm-ink", "paper"),
    ("alarm-ink", "alarm-soft"),
    ("due", "due-soft"),
    ("due", "card"),
    ("due", "paper"),
    ("ok", "ok-soft"),
    ("ok", "card"),
    ("primary", "primary-soft"),
    ("wait", "wait-soft"),
    ("ink", "plan-building"),
    ("ink", "plan-busy"),
    ("ink", "plan-shed"),
    ("plan-paper", "due"),
]
EDGE_PAIRS = [("line-strong", "card"), ("plan-edge", "plan-paper"), ("primary", "card")]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_contrast(theme: str) -> None:
    tokens = THEMES[theme]
    weak = {
        (a, b): round(ratio, 2)
        for a, b in TEXT_PAIRS
        if (ratio := contrast(tokens[f"--{a}"], tokens[f"--{b}"])) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "elder", "dark", "wall"])
def test_edges_can_be_seen(theme: str) -> None:
    tokens = THEMES[theme]
    for a, b in EDGE_PAIRS:
        assert contrast(tokens[f"--{a}"], tokens[f"--{b}"]) >= 3, (a, b)


def test_both_dark_lists_are_equal() -> None:
    assert block('html:not([data-theme="light"])') == DARK


def test_dark_sets_every_colour() -> None:
    colours = {name for name, value in LIGHT.items() if value.startswith(("#", "rgb"))}
    assert colours - set(DARK) <= {"--on-seal"}
