"""`constraints.txt` pins everything that is installed, and names no package index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


def _pins() -> dict[str, list[Requirement]]:
    pins: dict[str, list[Requirement]] = {}
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            pins.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return pins


def _wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    return [Requirement(line) for line in lines]


def test_the_file_names_no_host_and_no_path() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert not re.search(r"://|^\s*-|@|/", text, re.MULTILINE)


def test_every_line_pins_one_version() -> None:
    for requirements in _pins().values():
        for requirement in requirements:
            assert re.fullmatch(r"==[0-9][^,*]*", str(requirement.specifier)), str(requirement)


def test_every_dependency_is_pinned_to_a_version_that_is_allowed() -> None:
    """Fails after a change of pyproject.toml without a new constraints.txt: CONTRIBUTING.md."""
    pins = _pins()
    missing = [r.name for r in _wanted() if canonicalize_name(r.name) not in pins]
    assert not missing
    for requirement in _wanted():
        for pin in pins[canonicalize_name(requirement.name)]:
            version = str(pin.specifier).removeprefix("==")
            assert requirement.specifier.contains(version), f"{requirement} against {pin}"
