"""Documents stay in step with the code: links, settings, commands, invariants, glossary."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("src/**/*.md")]
    if ".venv" not in path.parts
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def broken_links(text: str, folder: Path) -> list[str]:
    """Relative links of a page that lead nowhere."""
    return [
        link
        for link in LINK.findall(text)
        if "://" not in link and not link.startswith("mailto:") and not (folder / link).exists()
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page.read_text("utf-8"), page.parent) == []


def test_a_broken_link_is_found() -> None:
    assert broken_links("see [this](no-such-file.md)", ROOT) == ["no-such-file.md"]


def docs_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("linli_docs_tool", ROOT / "tools" / "docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_match_the_code() -> None:
    assert docs_tool().out_of_step() == []


def test_a_setting_without_a_line_is_noticed(tmp_path: Path) -> None:
    tool = docs_tool()
    tool.ROOT = tmp_path
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "settings.md").write_text(tool.HEAD + "# Settings\n", "utf-8")
    assert "docs/settings.md" in tool.out_of_step()


def test_architecture_is_short_and_names_tests_that_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert len(text.splitlines()) <= 200
    named = re.findall(r"`((?:src|tests)/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) >= 15
    for path, function in named:
        assert (ROOT / path).exists(), f"{path} is named in ARCHITECTURE.md and does not exist"
        if function:
            assert f"def {function}(" in (ROOT / path).read_text("utf-8"), f"{path}::{function}"


def test_every_engine_and_practice_says_what_it_is() -> None:
    for folder in (ROOT / "src/linli/engines").iterdir():
        if (folder / "apps.py").exists():
            text = (folder / "README.md").read_text("utf-8")
            for word in ("Owns", "Invariants", "Never"):
                assert word in text, f"{folder.name}/README.md does not say: {word}"
    for folder in (ROOT / "src/linli/practices").iterdir():
        if (folder / "apps.py").exists():
            assert (folder / "guide.zh.md").exists()
            assert (folder / "guide.en.md").exists()


def test_both_readmes_name_both_commands_and_show_pictures() -> None:
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text("utf-8")
        assert "./linli demo" in text
        assert "./linli test" in text
        assert text.count("docs/pictures/") >= 3


def test_changelog_has_an_open_chapter() -> None:
    assert "Unreleased" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_glossary_has_one_word_for_a_concept() -> None:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines()
        if line.startswith("|") and not set(line) <= set("|-: ") and "English" not in line
    ]
    assert len(rows) > 40
    terms = [row[0].casefold() for row in rows]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


#: folders of a developer's machine have no place in a committed file
MACHINE_PATH = re.compile(r"""["'\s=(](/(?:work|root)/\w|/home/\w)""")


def machine_paths(text: str) -> list[str]:
    """Absolute paths of somebody's machine in a text."""
    return MACHINE_PATH.findall(text)


def test_no_committed_file_names_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.md", "*.yaml", "*.toml", "*.txt", "*.html", "*.sh"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    found = {}
    for name in listed.stdout.split():
        path = ROOT / name
        if path.exists() and path != Path(__file__):
            hits = machine_paths(path.read_text("utf-8", errors="replace"))
            if hits:
                found[name] = hits
    assert found == {}


def test_a_machine_path_is_found() -> None:
    assert machine_paths(' "/work/x"') == ["/work/x"]
