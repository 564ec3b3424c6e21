"""Broken folders, keys, databases, settings and files: one line that helps, never a traceback."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

#: each of these starts the program anew
pytestmark = pytest.mark.slow
NO_DATABASE = "the database cannot be used"
NOT_SET_UP = "the database is not set up yet"
#: every command that looks into a database which should be there
READERS = (
    "community list",
    "community link",
    "triage x",
    "work --once",
    "tick",
    "import reports {file}",
    "import people {file}",
)
FIELDS = {"read", "taken", "dispatched", "for_desk", "joined", "refused", "seconds"}


def run(*args: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LINLI_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "linli.site.cli", *args],
        env={**kept, "LINLI_TRAIN_IN_PROCESS": "0", **env},
        cwd=cwd,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that the program says when something is wrong."""
    assert "Traceback" not in done.stderr + done.stdout, done.stderr[-2000:]
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    ours = [line for line in done.stderr.splitlines() if line.startswith("linli: ")]
    said = [line for line in ours if "/ 正在" not in line]
    assert len(said) == 1, done.stderr
    return said[0]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The folders of a small real installation."""
    folder = tmp_path_factory.mktemp("linli")
    folders = ("--data", str(folder / "data"), "--keys", str(folder / "keys"))
    done = run("community", "add", "Harmony", "--jurisdiction", "generic", *folders)
    assert done.returncode == 0, done.stderr
    return folders


def _keys_of(home: tuple[str, ...]) -> tuple[str, str]:
    return home[2], home[3]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\x00",
        b'{"current": 1}',
        b'{"current": 1, "roots": [], "index_root": "", "django_secret": ""}',
        b'{"current": 1, "roots": {"1": "zz"}, "index_root": "", "django_secret": "x"}',
        b'{"current": 1, "roots": {"1": "00"}, "index_root": "00", "django_secret": "x"}',
    ],
)
def test_a_key_file_that_is_none(home: tuple[str, ...], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys.json").write_bytes(content)
    done = run("doctor", *home[:2], "--keys", str(tmp_path))
    assert "keys.json is not a Linli key file" in complaint(done)


def test_folders_that_are_files(home: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    keys = _keys_of(home)
    assert "File exists" in complaint(run("community", "add", "X", "--data", str(path), *keys))
    below = str(path / "below")
    assert "Not a directory" in complaint(run("community", "add", "X", "--data", below, *keys))
    assert "no keys in" in complaint(run("doctor", *home[:2], "--keys", str(path)))
    fresh = str(tmp_path / "fresh")
    done = run("community", "add", "X", "--data", fresh, "--keys", str(path))
    assert "File exists" in complaint(done)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(home: tuple[str, ...], tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    done = run("community", "add", "X", "--data", str(locked / "data"), *_keys_of(home))
    assert "Permission denied" in complaint(done)
    file = tmp_path / "secret.csv"
    file.write_text("text\nx\n")
    file.chmod(0)
    assert "cannot be read" in complaint(run("import", "reports", str(file), *home))


def _asked(command: str, tmp_path: Path) -> list[str]:
    file = tmp_path / "list.csv"
    file.write_text("text,姓名,手机,房屋\nx,a,,b\n", "utf-8")
    return [word.format(file=file) for word in command.split()]


@pytest.mark.parametrize("command", [*READERS, "community add X", "serve --port 18761"])
def test_a_database_that_is_none(home: tuple[str, ...], tmp_path: Path, command: str) -> None:
    (tmp_path / "linli.sqlite3").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    asked = _asked(command, tmp_path)
    assert NO_DATABASE in complaint(run(*asked, "--data", str(tmp_path), *_keys_of(home)))


@pytest.mark.parametrize("command", READERS)
def test_a_database_of_another_program(home: tuple[str, ...], tmp_path: Path, command: str) -> None:
    with sqlite3.connect(tmp_path / "linli.sqlite3") as other:
        other.execute("CREATE TABLE something (a)")
    asked = _asked(command, tmp_path)
    assert NOT_SET_UP in complaint(run(*asked, "--data", str(tmp_path), *_keys_of(home)))


@pytest.mark.parametrize("command", ["community list", "community add X", "tick"])
def test_a_server_that_is_away(home: tuple[str, ...], command: str) -> None:
    url = "postgresql://nobody@127.0.0.1:9/none"
    done = run(*command.split(), *home, LINLI_DATABASE_URL=url)
    assert NO_DATABASE in complaint(done)


def test_doctor_says_what_is_wrong_with_the_database(home: tuple[str, ...]) -> None:
    done = run("doctor", *home, LINLI_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert done.returncode == 1
    assert "BAD   database:" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LINLI_SECURE", "yes", "LINLI_SECURE must be 1 or 0"),
        ("LINLI_LOG_LEVEL", "LOUD", "LINLI_LOG_LEVEL must be one of"),
        ("LINLI_DATABASE_URL", "mysql://x/y", "must begin with postgresql://"),
        ("LINLI_DATABASE_URL", "postgresql://x@h:port/y", "LINLI_DATABASE_URL cannot be read"),
        ("LINLI_DATABASE_URL", "postgresql://[::1/y", "LINLI_DATABASE_URL cannot be read"),
        ("LINLI_DATABASE_URL", "postgresql://x@h", "must name a database"),
        ("LINLI_DATABASE_URL", "postgresql://x@127.0.0.1:9/y?nonsense=1", NO_DATABASE),
        ("LINLI_EVENTS_PORT", "x", "a setting cannot be used"),
    ],
)
def test_a_setting_that_cannot_be(home: tuple[str, ...], name: str, value: str, said: str) -> None:
    assert said in complaint(run("community", "list", *home, **{name: value}))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("community", "add", "\udcff"), "cannot be shown"),
        (("community", "add", "a\nb"), "cannot be shown"),
        (("community", "add", "X" * 81), "80 characters"),
        (("community", "add", "X", "--phone", "9" * 41), "40 characters"),
        (("community", "add", "X", "--chair", "y" * 200), "80"),
        (("community", "link", "elsewhere"), "no community 'elsewhere'"),
        (("community", "link"), "nobody leads this community yet"),
        (("triage", "x", "--community", "elsewhere"), "no community 'elsewhere'"),
        (("import", "reports", "x" * 5000 + ".csv"), "the file cannot be used"),
        (("import", "reports", "\udcff.csv"), "there is no file"),
        (("import", "reports", "/"), "there is no file"),
        (("serve", "--host", "nonsense.invalid", "--port", "18763"), "cannot be used"),
        (("serve", "--host", "\udcff", "--port", "18763"), "cannot be used"),
        (("serve", "--host", "192.0.2.1", "--port", "18763"), "cannot be used"),
    ],
    ids=lambda v: ascii(" ".join(v))[:50] if isinstance(v, tuple) else "",
)
def test_words_that_cannot_be(home: tuple[str, ...], args: tuple[str, ...], said: str) -> None:
    assert said in complaint(run(*args, *home))


def test_several_communities_must_be_told_apart(tmp_path: Path) -> None:
    folders = ("--data", str(tmp_path / "data"), "--keys", str(tmp_path / "keys"))
    for name in ("North", "South"):
        assert run("community", "add", name, *folders).returncode == 0
    assert "say which community: north, south" in complaint(run("triage", "x", *folders))
    done = run("triage", "a burst pipe", "--community", "south", "--json", *folders)
    assert json.loads(done.stdout)["dispatched"] is False


def test_a_terminal_without_chinese_letters(home: tuple[str, ...]) -> None:
    poor = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    poor["PYTHONIOENCODING"] = "ascii"
    for args in (("--help",), ("doctor", *home), ("clock", "--help")):
        done = run(*args, **poor)
        assert done.returncode == 0, done.stderr
        assert done.stdout.isascii()


_DEEP = b"[" * 200_000
_LONG = ("水" * 400_000).encode()
#: content of a file -> rows read, taken, refused
FILES: dict[str, tuple[bytes, tuple[int, int, int]]] = {
    "empty.jsonl": (b"", (0, 0, 0)),
    "mark.csv": ("\ufefftext\nlamp\n".encode(), (1, 1, 0)),
    "mark.jsonl": ('\ufeff{"text": "lamp"}\n'.encode(), (1, 1, 0)),
    "long.csv": (b'text,id\n"' + _LONG + b'",1\nshort,2\n', (2, 2, 0)),
    "nul.csv": (b"text\na\x00b\nfine\n", (2, 2, 0)),
    "deep.jsonl": (_DEEP + b'\n{"text": "fine"}\n', (2, 1, 1)),
    "half.jsonl": (
        b'{"id": "\\ud800", "text": "\\ud800x"}\n{"id": "a\\u0000b", "text": "y"}\n',
        (2, 2, 0),
    ),
    "lines.csv": (b'text,id\r\n"two\r\nlines",9\r\n', (1, 1, 0)),
    "wide.csv": (b"text\n1,2,3,4\n", (1, 1, 0)),
    "gbk.csv": ("编号,描述\n1,路灯不亮\n".encode("gb18030"), (1, 1, 0)),
    "odd.jsonl": (
        '{"text": "💧 <script>alert(1)</script> {{ 7 * 7 }}"}\n"word"\n[]\nnull\n1\n{"text": ""}\n'
        '{"text": "same", "id": 7}\n{"text": "same", "id": 8}\n'.encode(),
        (8, 3, 5),
    ),
    "times.jsonl": (
        b"\n".join(
            json.dumps({"id": n, "text": f"lamp {n}", "time": time}).encode()
            for n, time in enumerate(
                [
                    "2026-01-02",
                    "garbage",
                    "2026-02-30",
                    "0001-01-01",
                    "9999-12-31 23:59:59",
                    "\0",
                    [1],
                ]
            )
        ),
        (7, 1, 6),
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_strange_file_is_taken_as_far_as_it_can_be(
    home: tuple[str, ...], tmp_path: Path, name: str
) -> None:
    content, (read, taken, refused) = FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    done = run("import", "reports", str(path), "--json", *home, cwd=tmp_path)
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    counts = json.loads(done.stdout.splitlines()[-1])
    assert set(counts) >= FIELDS
    assert (counts["read"], counts["taken"], counts["refused"]) == (read, taken, refused)
    assert counts["dispatched"] + counts["for_desk"] + counts["joined"] == taken
    again = run("import", "reports", str(path), "--json", *home, cwd=tmp_path)
    assert json.loads(again.stdout.splitlines()[-1])["taken"] == 0
    if refused:
        told = (tmp_path / f"{name}.refused.jsonl").read_text("utf-8").splitlines()
        assert all(json.loads(line)["reason"] for line in told)
        assert len(told) == refused


@pytest.mark.shared_data
def test_all_real_messages_are_taken_in(tmp_path: Path) -> None:
    shared = Path(os.environ.get("LINLI_SHARED_DATA", "../shared/data"))
    messages = shared / "complaints_zh" / "messages_with_likes_4326.jsonl"
    if not messages.exists():
        pytest.skip(f"no development data at {messages.parent} (LINLI_SHARED_DATA)")
    if not os.environ.get("LINLI_TEST_LONG"):
        pytest.skip("takes minutes: set LINLI_TEST_LONG=1 (test_cli.py takes the first 300 in)")
    folders = ("--data", str(tmp_path / "data"), "--keys", str(tmp_path / "keys"))
    assert run("community", "add", "X", *folders).returncode == 0
    done = run("import", "reports", str(messages.resolve()), "--json", *folders, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    counts = json.loads(done.stdout.splitlines()[-1])
    assert (counts["read"], counts["taken"], counts["refused"]) == (4326, 4326, 0)
