"""The rules of the house that are read off the source, each with a fault that it catches."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from tests.static_rules import CHINESE, RULES, Rule

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "linli"


def _files() -> list[str]:
    """Files of the source as git knows them; all, where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/linli"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    paths = [ROOT / line for line in listed.stdout.splitlines()] if not listed.returncode else []
    found = [path for path in paths or SOURCE.rglob("*") if path.is_file()]
    names = [path.relative_to(SOURCE).as_posix() for path in found]
    return sorted(n for n in names if not re.search(r"(?:^|/)(?:tests|migrations)/", n))


FILES = _files()


def _faults(rule: Rule, names: list[str]) -> list[str]:
    return [
        f"{name}:{line}: {what}"
        for name in names
        if rule.applies(name)
        for line, what in rule.check((SOURCE / name).read_text("utf-8"))
    ]


@pytest.mark.parametrize("title", RULES)
def test_the_source_keeps_the_rule(title: str) -> None:
    faults = _faults(RULES[title], FILES)
    assert not faults, f"{title}:\n" + "\n".join(faults)


@pytest.mark.parametrize("title", RULES)
def test_the_rule_can_tell_good_from_bad(title: str) -> None:
    rule = RULES[title]
    assert rule.check(rule.good) == []
    assert rule.check(rule.bad)
    assert [name for name in FILES if rule.applies(name)], "the rule looks at nothing"


@pytest.mark.parametrize("title", RULES)
def test_every_exception_is_still_needed(title: str) -> None:
    rule = RULES[title]
    for pattern in rule.excepted:
        present = [name for name in FILES if re.fullmatch(pattern, name)]
        assert (
            any(
                rule.check((SOURCE / name).read_text("utf-8"))
                for name in present
                if name.endswith(rule.suffix)
            )
            or not present
        ), f"{pattern} breaks the rule no more: take it off the list"


@pytest.mark.parametrize(
    ("title", "bad"),
    [
        ("pages take rows through selectors", "x = Case._base_manager.get(pk=1)"),
        ("no SQL by hand", "Case.objects.raw('SELECT 1')"),
        ("no SQL by hand", "rows.extra(where=['1=1'])"),
        ("no text is called safe", "x = safestring.mark_safe(y)"),
        ("format_html gets its parts apart", "format_html('<b>%s</b>' % name)"),
        ("format_html gets its parts apart", "format_html(text)"),
        ("templates escape", "{% autoescape off %}"),
        ("templates escape", "{{ x|safe }}"),
        ("no signals in the domain", "@receiver(post_save)\ndef f(**k): 0"),
        ("one clock", "x = datetime.utcnow()"),
        ("one clock", "x = datetime.datetime.now()"),
        ("one clock", "x = date.today()"),
        ("one clock", "x = timezone.now()"),
        (
            "no error is swallowed",
            "for x in y:\n try:\n  f()\n except:\n  continue",
        ),
        ("the scope is switched off at known places only", "with scopes_disabled(): pass"),
    ],
)
def test_other_ways_to_break_a_rule_are_caught(title: str, bad: str) -> None:
    assert RULES[title].check(bad)


def test_only_pages_are_bound_to_selectors() -> None:
    rule = RULES["pages take rows through selectors"]
    assert rule.applies("practices/dispatch/views_desk.py")
    assert rule.applies("site/views.py")
    assert not rule.applies("engines/casework/selectors.py")
    assert not rule.applies("practices/dispatch/demo.py")


def test_the_generic_pack_speaks_no_chinese() -> None:
    folder = SOURCE / "engines" / "rulebook" / "packs" / "generic"
    pages = sorted(folder.rglob("*.yaml"))
    assert pages
    found = [
        f"{page.name}:{number}"
        for page in pages
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        if CHINESE.search(line)
    ]
    assert found == []


def test_guides_cannot_bring_html() -> None:
    """The one template that does not escape shows Markdown whose HTML is switched off."""
    views = (SOURCE / "site" / "views.py").read_text("utf-8")
    assert 'MarkdownIt("commonmark", {"html": False})' in views
    assert views.count("MarkdownIt(") == 1
