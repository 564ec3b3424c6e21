"""Writes the parts of docs/ that the code knows best; ``--check`` fails when they are out of step.

python tools/docs.py            write docs/settings.md, docs/commands.md, docs/practices.md
python tools/docs.py --check    say which of them no longer match the code
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = "<!-- written by tools/docs.py: change the code, then run it -->\n\n"


def settings_page() -> str:
    """Every setting with its default and meaning."""
    from linli.site.config import Config

    lines = [
        "# Settings",
        "",
        "Read from the environment. `--data` and `--keys` set the first two.",
    ]
    lines += ["", "| Setting | Default | Meaning |", "|---|---|---|"]
    for item in fields(Config):
        default = str(item.default) if item.default not in ("", False) else "empty"
        lines.append(f"| `{item.metadata['env']}` | `{default}` | {item.metadata['meaning']} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with what it takes; written here, since argparse's own page changes with
    the version of Python."""
    from linli.site.cli import build_parser

    lines = ["# Commands", ""]
    lines += ["`./linli COMMAND` in a checkout, `linli COMMAND` once installed.", ""]
    for name, about, parser in _commands(build_parser(), "linli", ""):
        lines += [f"## {name}", "", about, ""]
        lines += [f"- {_argument(action)}" for action in parser._actions if _is_shown(action)]
        lines.append("")
    lines += ["## linli clock", "", "compute a deadline / 计算时限: see `linli clock --help`", ""]
    lines += ["## linli test", "", "run every check / 运行全部检查: see `linli test --help`", ""]
    return "\n".join(lines)


def _commands(
    parser: argparse.ArgumentParser, name: str, about: str
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield name, about, parser
    for group in groups:
        helps = {choice.dest: choice.help or "" for choice in group._choices_actions}
        for key, child in group.choices.items():
            if child.add_help:
                yield from _commands(child, f"{name} {key}", helps.get(key, ""))


def _is_shown(action: argparse.Action) -> bool:
    return "--help" not in action.option_strings


def _argument(action: argparse.Action) -> str:
    shown = ", ".join(f"`{word}`" for word in action.option_strings) or f"`{action.dest.upper()}`"
    return f"{shown}: {action.help or ''}".rstrip(": ")


def practices_page() -> str:
    """Every practice with its settings, indicators and the data that it keeps."""
    from django.utils import translation

    from linli.kernel.practice import list_practices

    lines = ["# Practices", ""]
    with translation.override("en"):
        for practice in list_practices():
            lines += [f"## {practice.title} (`{practice.slug}`)", "", str(practice.summary), ""]
            lines += [f"Source: {practice.source}", ""]
            lines += [f"- setting `{s.key}` = `{s.default}`: {s.title}" for s in practice.settings]
            lines += [f"- indicator `{i.key}`: {i.title} ({i.unit})" for i in practice.indicators]
            lines += [
                f"- keeps for {d.keep_days} days: {d.what}. {d.purpose}"
                for d in practice.personal_data
            ]
            lines += [f"- face {n.face}: {n.title}" for n in practice.navigation]
            lines.append("")
    return "\n".join(lines)


PAGES: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings_page,
    "docs/commands.md": commands_page,
    "docs/practices.md": practices_page,
}


def out_of_step() -> list[str]:
    """Names of generated pages that do not match the code."""
    stale = []
    for name, make in PAGES.items():
        path = ROOT / name
        if not path.exists() or path.read_text("utf-8") != HEAD + make():
            stale.append(name)
    return stale


def main() -> int:
    """Write or check; exit code 1 when something is out of step."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings_test")
    django.setup()
    if "--check" in sys.argv[1:]:
        stale = out_of_step()
        for name in stale:
            print(f"{name}: out of step with the code; run: python tools/docs.py")
        return 1 if stale else 0
    for name, make in PAGES.items():
        (ROOT / name).write_text(HEAD + make(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
