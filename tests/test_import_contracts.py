"""The import contracts hold, and each of them catches the violation it is there for."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "linli"
RUN = "from importlinter.cli import lint_imports_command as run; run()"

# The names as `.importlinter` gives them.
STOREYS = "Imports only point down: site, practices, engines, ui, kernel"
KERNEL = "kernel imports no other part of Linli"
PRACTICES = "Practices do not know each other"
ENGINES = "Engines use only engines below them"
DOORS = "An engine is entered by its doors only"
CORE = "core is plain Python"


@dataclass(frozen=True)
class Planted:
    """A line of code in a file where it must not be, and the contracts that must say so."""

    file: str
    line: str
    caught_by: tuple[str, ...]
    #: what the line imports, when the real tree may not have it yet
    needs: tuple[str, ...] = ()


PLANTED = {
    "kernel-uses-engine": Planted(
        "kernel/planted.py",
        "from linli.engines.registry import services",
        (STOREYS, KERNEL),
        ("engines/registry/services.py",),
    ),
    "ui-uses-practice": Planted(
        "ui/planted.py",
        "from linli.practices.planted_a import views",
        (STOREYS,),
        ("practices/planted_a/views.py",),
    ),
    "practice-uses-practice": Planted(
        "practices/planted_a/views.py",
        "from linli.practices.planted_b.services import help_out",
        (PRACTICES,),
        ("practices/planted_b/services.py",),
    ),
    "engine-uses-engine-above": Planted(
        "engines/registry/planted.py",
        "from linli.engines.casework import services",
        (ENGINES,),
        ("engines/casework/services.py", "engines/registry/__init__.py"),
    ),
    "engine-uses-engine-beside": Planted(
        "engines/outreach/planted.py",
        "from linli.engines.ledger.services import post",
        (ENGINES,),
        ("engines/ledger/services.py", "engines/outreach/__init__.py"),
    ),
    "engine-of-no-storey": Planted(
        "engines/gossip/services.py", "import json", (ENGINES,), ("engines/gossip/__init__.py",)
    ),
    "practice-enters-engine-by-the-window": Planted(
        "practices/planted_a/views.py",
        "from linli.engines.casework.policies import may_see",
        (DOORS,),
        ("engines/casework/policies.py",),
    ),
    "engine-enters-engine-by-the-window": Planted(
        "engines/casework/planted.py",
        "from linli.engines.rulebook.core import anything",
        (DOORS,),
        ("engines/casework/__init__.py", "engines/rulebook/core/__init__.py"),
    ),
    "engine-is-a-bag-of-names": Planted(
        "practices/planted_a/views.py",
        "import linli.engines.casework",
        (DOORS,),
        ("engines/casework/__init__.py",),
    ),
    "django-in-core": Planted(
        "engines/casework/core/planted.py",
        "from django.db import models",
        (CORE,),
        ("engines/casework/core/__init__.py",),
    ),
    "models-in-core": Planted(
        "engines/casework/core/planted.py",
        "def late():\n    from linli.engines.casework.models import Case\n    return Case",
        (CORE,),
        ("engines/casework/core/__init__.py", "engines/casework/models.py"),
    ),
    "kernel-in-core": Planted(
        "practices/planted_a/core/sums.py",
        "from linli.kernel import clock",
        (CORE,),
        ("practices/planted_a/core/__init__.py", "kernel/clock.py"),
    ),
}


def _lint(root: Path) -> dict[str, str]:
    """Run the contracts on a tree; {name of the contract: KEPT or BROKEN}."""
    result = subprocess.run(
        [sys.executable, "-c", RUN, "--no-logo", "--no-cache"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root / "src"), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", result.stdout, re.MULTILINE))
    assert verdicts, result.stdout + result.stderr
    assert (result.returncode == 0) == ("BROKEN" not in verdicts.values()), result.stdout
    return verdicts


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("contracts")
    only_python = shutil.ignore_patterns("static", "templates", "locale", "__pycache__", "data")
    shutil.copytree(SOURCE, root / "src" / "linli", ignore=only_python)
    shutil.copy(ROOT / ".importlinter", root)
    (root / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "contracts.py", root / "tools")
    return root


@pytest.fixture
def planted(copy: Path, request: pytest.FixtureRequest) -> Iterator[Planted]:
    """Put the violation into the copy, with whatever rooms it needs, and take it out again."""
    case: Planted = PLANTED[request.param]
    linli = copy / "src" / "linli"
    backup = copy / "backup"
    shutil.copytree(linli, backup)
    for name in (*case.needs, case.file):
        path = linli / name
        for folder in [path.parent, *path.parent.parents]:
            if folder == linli:
                break
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "__init__.py").touch()
        path.touch()
    with (linli / case.file).open("a", encoding="utf-8") as file:
        file.write(f"\n{case.line}\n")
    yield case
    shutil.rmtree(linli)
    backup.rename(linli)


def _broken(verdicts: dict[str, str]) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


@pytest.fixture(scope="module")
def broken_before(copy: Path) -> set[str]:
    """What the real tree breaks by itself: then one test fails for it, not all."""
    return _broken(_lint(copy))


def test_the_real_tree_keeps_every_contract() -> None:
    assert not _broken(_lint(ROOT))


@pytest.mark.parametrize("planted", PLANTED, indirect=True)
def test_a_planted_violation_is_caught_by_its_contract(
    broken_before: set[str], planted: Planted, copy: Path
) -> None:
    if broken_before.intersection(planted.caught_by):
        pytest.skip("the real tree breaks the same contract; mend that first")
    assert _broken(_lint(copy)) - broken_before == set(planted.caught_by)


def test_no_contract_has_a_list_of_exceptions() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    options = {option for section in config.sections() for option in config[section]}
    assert not {option for option in options if "ignore" in option or "unmatched" in option}
    assert "exclude_type_checking_imports" not in options
    # A second configuration would be read instead of, or beside, this one.
    assert "[tool.importlinter" not in (ROOT / "pyproject.toml").read_text("utf-8")
    names = {config[s]["name"] for s in config.sections() if ":contract:" in s}
    assert names == {STOREYS, KERNEL, PRACTICES, ENGINES, DOORS, CORE}


def test_no_file_escapes_the_contracts() -> None:
    """A folder without __init__.py would import and run, but the contracts would not see it."""
    seen = grimp.build_graph("linli", include_external_packages=False, cache_dir=None).modules
    escaped = []
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if module not in seen:
            escaped.append(str(path.relative_to(SOURCE)))
    assert not escaped
