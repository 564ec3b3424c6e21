"""YAML with its line numbers: every value knows where it stands, so that errors can say so.

Scalars stay text until somebody asks for a number or a date. That keeps "112" a telephone
number, "no" a word and 2026-01-01 a string that only ``as_date`` turns into a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from linli.engines.rulebook.core.errors import RuleError

# libyaml reads the packs about ten times faster; a Python without it still works.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"0|[1-9]\d{0,8}")
_TIME = re.compile(r"\d{2}:\d{2}")

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Item:
    """One YAML value with file and line; ``entry`` names the record it belongs to."""

    value: str | list[Item] | dict[str, Item]
    file: str
    line: int
    entry: str = ""

    def fail(self, problem: str) -> RuleError:
        """A RuleError that points here; the caller raises it."""
        return RuleError(problem, file=self.file, line=self.line, entry=self.entry)

    def named(self, entry: str) -> Item:
        """The same item, speaking of itself as ``entry``."""
        return Item(self.value, self.file, self.line, entry)

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Item]:
        """The mapping's members. Raises RuleError for a missing or an unknown key."""
        if not isinstance(self.value, dict):
            raise self.fail("expected keys and values here")
        needed, extra = tuple(required), tuple(optional)
        for key, item in self.value.items():
            if key not in needed and key not in extra:
                known = ", ".join((*needed, *extra))
                raise item.named(self.entry).fail(f"unknown key '{key}' (known: {known})")
        for key in needed:
            if key not in self.value:
                raise self.fail(f"key '{key}' is missing")
        return {key: item.named(self.entry) for key, item in self.value.items()}

    def mapping(self) -> dict[str, Item]:
        """The mapping's members, any keys. Raises RuleError when it is none."""
        if not isinstance(self.value, dict):
            raise self.fail("expected keys and values here")
        return {key: item.named(self.entry) for key, item in self.value.items()}

    def items(self) -> list[Item]:
        """The list's members. Raises RuleError when it is none."""
        if not isinstance(self.value, list):
            raise self.fail("expected a list here")
        return [item.named(self.entry) for item in self.value]

    def text(self) -> str:
        """Text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fail("expected a text here")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """A list of texts without duplicates."""
        seen: dict[str, None] = {}
        for item in self.items():
            word = item.text()
            if word in seen:
                raise item.fail(f"'{word}' appears twice")
            seen[word] = None
        return tuple(seen)

    def whole(self, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``."""
        raw = self.text()
        if not _WHOLE.fullmatch(raw) or not least <= int(raw) <= most:
            raise self.fail(f"expected a whole number from {least} to {most}, not '{raw}'")
        return int(raw)

    def day(self) -> date:
        """A date written 2026-01-31."""
        raw = self.text()
        try:
            if _DATE.fullmatch(raw):
                return date.fromisoformat(raw)
        except ValueError:
            pass
        raise self.fail(f"expected a date like 2026-01-31, not '{raw}'")

    def wall_time(self) -> time:
        """A time of day written 08:30."""
        raw = self.text()
        try:
            if _TIME.fullmatch(raw):
                return time.fromisoformat(raw)
        except ValueError:
            pass
        raise self.fail(f"expected a time like 08:30, not '{raw}'")

    def choice(self, kind: type[E]) -> E:
        """A member of an enumeration, by its value."""
        raw = self.text()
        try:
            return kind(raw)
        except ValueError:
            known = ", ".join(member.value for member in kind)
            raise self.fail(f"'{raw}' is not one of: {known}") from None

    def localised(self, languages: tuple[str, ...]) -> dict[str, str]:
        """Text in exactly these languages. Raises RuleError for a missing translation."""
        given = self.mapping()
        for language in languages:
            if language not in given:
                raise self.fail(f"the translation into '{language}' is missing")
        for language, item in given.items():
            if language not in languages:
                raise item.fail(f"'{language}' is not a language of this pack")
        return {language: given[language].text() for language in languages}


def read_file(path: Path, root: Path) -> Item:
    """Read one YAML document. ``root`` is cut from the name that errors show."""
    name = path.relative_to(root).as_posix()
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise RuleError(f"not YAML: {error.problem}", file=name, line=line) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleError(f"not YAML: {error}", file=name) from error
    if node is None:
        raise RuleError("the file is empty", file=name)
    return _convert(node, name)


def _convert(node: yaml.Node, name: str) -> Item:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Item(node.value, name, line)
    if isinstance(node, yaml.SequenceNode):
        return Item([_convert(child, name) for child in node.value], name, line)
    members: dict[str, Item] = {}
    for key, child in node.value:
        key_line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise RuleError("a key must be a word", file=name, line=key_line)
        if key.value in members:
            raise RuleError(f"'{key.value}' appears twice", file=name, line=key_line)
        members[key.value] = _convert(child, name)
    return Item(members, name, line)
