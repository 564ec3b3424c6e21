"""Strict content security policy, colours and icons, checked on the files of the whole product."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linli.ui.tests.lint import css_colours, icons_named, template_faults, templates

UI = Path(__file__).resolve().parent.parent
LINLI = UI.parent
SPRITE = (UI / "static/ui/icons.svg").read_text("utf-8")


def test_templates_have_no_inline_code() -> None:
    found = {
        str(path.relative_to(LINLI)): template_faults(path.read_text("utf-8"))
        for path in templates(LINLI)
    }
    assert len(found) > 30
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        ('<p style="width:3%">', "inline style attribute"),
        ("<style>p{}</style>", "inline style element"),
        ("<script>alert(1)</script>", "script without src"),
        ('<script type="module">x</script>', "script without src"),
        ('<button onclick="x()">', "event handler attribute"),
        ('<a hx-on:click="x()">', "hx-on"),
        ("<div hx-headers='{}'>", "plain hx-headers"),
        ('<a href="javascript:x()">', "javascript: address"),
    ],
)
def test_planted_faults_are_found(bad: str, rule: str) -> None:
    assert rule in template_faults(bad)


@pytest.mark.parametrize(
    "good",
    [
        '<script type="module" src="/x.js"></script>',
        '<div hx-headers:append="{}">',
        '<p data-once="1" class="season">on = 1</p>',
        '{# style="" #}',
    ],
)
def test_good_twins_pass(good: str) -> None:
    assert template_faults(good) == []


def test_colours_only_in_tokens() -> None:
    sheets = [p for p in LINLI.rglob("*.css") if p.name != "tokens.css" and "vendor" not in p.parts]
    assert len(sheets) >= 8
    found = {p.name: css_colours(p.read_text("utf-8")) for p in sheets}
    assert {name: colours for name, colours in found.items() if colours} == {}


@pytest.mark.parametrize(
    "bad",
    ["a{color:#fff}", "a{color:rgb(0 0 0)}", "a{background: white}", "a{border:1px solid red}"],
)
def test_planted_colour_is_found(bad: str) -> None:
    assert css_colours(bad)


@pytest.mark.parametrize(
    "good", ["a{color:var(--ink)}", "#detail > a{top:0}", "a{color:CanvasText}"]
)
def test_no_false_colour(good: str) -> None:
    assert css_colours(good) == []


def test_no_layer_rule() -> None:
    # Old WebViews drop a whole @layer block.
    for sheet in LINLI.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S)
        assert "@layer" not in text, sheet.name


def test_icons_in_templates_are_in_the_sprite() -> None:
    names = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))
    missing = {
        (path.name, name)
        for path in templates(LINLI)
        for name in icons_named(path.read_text("utf-8")) - names
    }
    assert missing == set()
    assert icons_named('{% icon "camera" %}{% button x icon="send" %}') == {"camera", "send"}


def test_modules_import_nothing() -> None:
    # Hashed static names are not rewritten inside modules, so a module stands alone.
    for module in (UI / "static/ui/js").glob("*.js"):
        text = module.read_text("utf-8")
        assert not re.search(r"^\s*(import|export)\b|import\(|\beval\(|new Function", text, re.M)
