"""`./linli` sets up once and then gets out of the way. No network: uv is a stand-in here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = (
    "sh",
    "dirname",
    "readlink",
    "cksum",
    "cat",
    "mkdir",
    "rmdir",
    "rm",
    "head",
    "sleep",
    "ps",
    "chmod",
)
FAKE_UV = """#!/bin/sh
[ "$1" = --version ] && exit 0
echo "$*" >>"$LOG"
case $1 in
venv)
    for venv; do :; done
    mkdir -p "$venv/bin"
    printf '#!/bin/sh\\n' >"$venv/bin/python"
    chmod +x "$venv/bin/python" ;;
pip)
    sleep 1
    [ -z "${BREAK-}" ] || exit 1
    bin=$(dirname "$4")
    printf '#!/bin/sh\\necho "ran: $*"\\nexit 7\\n' >"$bin/linli"
    chmod +x "$bin/linli" ;;
esac
"""


class Checkout:
    """A copy of the script in a folder with awkward letters, and a PATH of our choosing."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "my 邻里 checkout"
        self.folder.mkdir()
        for name in ("linli", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, self.folder)
        self.bin = root / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            if found:
                (self.bin / tool).symlink_to(found)
        self.log = root / "log"
        self.env = {"PATH": str(self.bin), "LOG": str(self.log)}

    def add(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(script, "utf-8")
        path.chmod(0o755)

    def start(self, *args: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.folder / "linli", *args],
            cwd="/",
            env=self.env | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args: str, **env: str) -> tuple[int, str, str]:
        process = self.start(*args, **env)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def installs(self) -> list[str]:
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return [line.rsplit(" ", 1)[1] for line in lines if line.startswith("pip")]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.add("uv", FAKE_UV)
    return made


def test_it_is_posix() -> None:
    assert os.access(ROOT / "linli", os.X_OK)
    shell = shutil.which("dash") or "sh"
    assert subprocess.run([shell, "-n", ROOT / "linli"]).returncode == 0


def test_it_sets_up_once_and_passes_on_arguments_and_exit_code(checkout: Checkout) -> None:
    code, out, err = checkout.run("demo", "two words")
    assert (code, out) == (7, "ran: demo two words\n")
    assert "setting up" in err
    assert checkout.run("demo") == (7, "ran: demo\n", "")
    assert checkout.installs() == ["."]


def test_test_tools_come_when_they_are_needed_and_stay(checkout: Checkout) -> None:
    checkout.run("demo")
    checkout.run("test")
    checkout.run("test")
    checkout.run("demo")
    assert checkout.installs() == [".", ".[test]"]
    with (checkout.folder / "constraints.txt").open("a") as file:
        file.write("# moved\n")
    checkout.run("demo")
    assert checkout.installs() == [".", ".[test]", ".[test]"]


def test_it_works_through_symbolic_links(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(checkout.folder / "linli")
    (tmp_path / "two").symlink_to("one")
    done = subprocess.run(
        [tmp_path / "two", "x"], cwd="/", env=checkout.env, capture_output=True, text=True
    )
    assert done.stdout == "ran: x\n"
    assert (checkout.folder / ".venv" / "bin" / "linli").exists()


def test_an_environment_made_by_hand_is_used(checkout: Checkout) -> None:
    folder = checkout.folder / "by hand"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(shutil.which("sh") or "/bin/sh")
    checkout.run("demo", LINLI_VENV=str(folder))
    assert "venv" not in checkout.log.read_text("utf-8").split()
    assert checkout.installs() == ["."]
    assert not (checkout.folder / ".venv").exists()


def test_two_at_once_install_once(checkout: Checkout) -> None:
    both = [checkout.start("a"), checkout.start("b")]
    assert [process.communicate(timeout=60)[0] for process in both] == ["ran: a\n", "ran: b\n"]
    assert checkout.installs() == ["."]
    assert not (checkout.folder / ".venv.lock").exists()


def test_the_lock_of_a_dead_set_up_is_taken_over(checkout: Checkout) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    lock = checkout.folder / ".venv.lock"
    lock.mkdir()
    (lock / "pid").write_text(str(dead.pid))
    assert checkout.run("demo")[0] == 7
    assert not lock.exists()


def test_a_failed_set_up_is_not_taken_for_a_finished_one(checkout: Checkout) -> None:
    code, _out, err = checkout.run("demo", BREAK="1")
    assert code == 1
    assert "the set-up failed" in err or "Python 3.11" in err
    assert not (checkout.folder / ".venv.lock").exists()
    assert checkout.run("demo")[0] == 7


def test_without_python_it_says_what_is_needed_in_two_languages(checkout: Checkout) -> None:
    (checkout.bin / "uv").unlink()
    checkout.add("python3", "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n")
    checkout.add("python", "#!/bin/sh\necho ''\n")
    code, out, err = checkout.run("demo")
    assert (code, out) == (1, "")
    assert "Python 3.11 or newer is needed" in err
    assert "需要 Python 3.11" in err


def test_without_the_venv_package_it_says_what_to_install(checkout: Checkout) -> None:
    (checkout.bin / "uv").unlink()
    checkout.add(
        "python3",
        '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; *executable*) echo "$0" ;;'
        " *) echo python3.12-venv ;; esac\n",
    )
    code, _out, err = checkout.run("demo")
    assert code == 1
    assert "sudo apt install python3.12-venv" in err
