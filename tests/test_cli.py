"""The program: help in both languages, one clear line for whatever is wrong, no traceback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LINLI_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "linli.site.cli", *args],
        env={**kept, "LINLI_TRAIN_IN_PROCESS": "0", **env},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line; anything longer, or a traceback, is a defect."""
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("linli: ")]
    assert "Traceback" not in done.stderr
    return lines[-1] if lines else done.stderr.strip()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A small real installation: a community with a chair."""
    folder = tmp_path_factory.mktemp("linli")
    folders = ["--data", str(folder / "data"), "--keys", str(folder / "keys")]
    done = run("community", "add", "滨江社区", "--chair", "沈慧", *folders)
    assert done.returncode == 0, done.stderr
    assert "/sign-in/" in done.stdout
    return folders


@pytest.mark.parametrize(
    "command",
    [
        "",
        "demo",
        "serve",
        "work",
        "tick",
        "community add",
        "import reports",
        "import people",
        "triage",
        "doctor",
        "clock",
    ],
)
def test_help_speaks_both_languages(command: str) -> None:
    done = run(*command.split(), "--help")
    assert done.returncode == 0
    assert any("\u4e00" <= letter <= "\u9fff" for letter in done.stdout)
    assert "Traceback" not in done.stderr


def test_no_command_shows_the_commands() -> None:
    done = run()
    assert done.returncode == 2
    assert "demo" in done.stdout


WRONG: list[tuple[list[str], str]] = [
    (["nonsense"], "nonsense"),
    (["serve", "--port", "70000"], "not a port"),
    (["serve", "--port", "x"], "not a port"),
    (["community", "add", "", "{folders}"], "needs a name"),
    (["community", "add", "X", "--jurisdiction", "999", "{folders}"], "999"),
    (["community", "add", "X", "--language", "fr", "{folders}"], "fr"),
    (["import", "reports", "no-such-file.csv", "{folders}"], "no file"),
    (["import", "reports", "{bad.txt}", "{folders}"], ".jsonl or .csv"),
    (["import", "reports", "{binary.csv}", "{folders}"], "binary.csv"),
    (["import", "reports", "{nohead.csv}", "{folders}"], "no column"),
    (["import", "reports", "{ok.csv}", "--community", "elsewhere", "{folders}"], "elsewhere"),
    (["import", "people", "{nohead.csv}", "{folders}"], "no column"),
    (["triage", "{folders}"], "either a text or --file"),
    (["triage", "x", "--file", "y", "{folders}"], "either a text or --file"),
    (["triage", "--file", "no-such-file", "{folders}"], "no-such-file"),
    (["doctor", "--data", "{no-such-folder}"], "no folder"),
    (["work", "--data", "{ok.csv}"], "no folder"),
    (["clock", "--rule", "no-such-rule", "--from", "2026-11-20T15:00"], "no-such-rule"),
    (["clock", "--rule", "cn-work-4h", "--from", "yesterday"], "yesterday"),
]


@pytest.mark.parametrize(
    ("args", "said"), WRONG, ids=lambda v: " ".join(v)[:40] if isinstance(v, list) else v[:12]
)
def test_one_clear_line(args: list[str], said: str, home: list[str], tmp_path: Path) -> None:
    files = {
        "bad.txt": b"text",
        "binary.csv": bytes(range(256)) * 20,
        "nohead.csv": b"a,b\n1,2\n",
        "ok.csv": b"text\nhello\n",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    words: list[str] = []
    for word in args:
        if word == "{folders}":
            words += home
        elif word.startswith("{"):
            words.append(str(tmp_path / word.strip("{}")))
        else:
            words.append(word)
    done = run(*words)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert "Traceback" not in done.stdout + done.stderr
    assert said in done.stdout + done.stderr


def test_keys_stay_out_of_the_data(tmp_path: Path) -> None:
    done = run("serve", "--data", str(tmp_path), "--keys", str(tmp_path / "keys"))
    assert "keys must not lie in the data folder" in complaint(done)


def test_missing_and_broken_keys(home: list[str], tmp_path: Path) -> None:
    empty = tmp_path / "none"
    assert "no keys in" in complaint(run("doctor", *home[:2], "--keys", str(empty)))
    empty.mkdir()
    (empty / "keys.json").write_text("{")
    assert "not a Linli key file" in complaint(run("doctor", *home[:2], "--keys", str(empty)))


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        done = run(
            "serve",
            "--port",
            str(min(port, 65534)),
            "--data",
            str(tmp_path / "d"),
            "--keys",
            str(tmp_path / "k"),
        )
    assert "cannot be used" in complaint(done)


def test_a_broken_database(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "linli.sqlite3").write_bytes(b"not a database at all" * 100)
    done = run(
        "serve", "--port", "18741", "--data", str(tmp_path / "d"), "--keys", str(tmp_path / "k")
    )
    assert "the database cannot be used" in complaint(done)


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    done = run(
        "serve",
        "--port",
        "18743",
        "--data",
        str(tmp_path / "d"),
        "--keys",
        str(tmp_path / "k"),
        LINLI_DATABASE_URL="postgresql://x@127.0.0.1:9/none",
    )
    assert "the database cannot be used" in complaint(done)
    done = run(
        "doctor",
        "--data",
        str(tmp_path / "d"),
        "--keys",
        str(tmp_path / "k"),
        LINLI_DATABASE_URL="mysql://x",
    )
    assert "postgresql://" in complaint(done)


def test_triage_names_its_fields(home: list[str]) -> None:
    done = run("triage", "水管爆了，水一直往外冒", "--json", *home)
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) == {
        "service_type",
        "family",
        "confidence",
        "alternatives",
        "priority",
        "danger",
        "privacy",
        "place",
        "organisations",
        "clocks",
        "duplicate_of",
        "dispatched",
        "reasons",
    }


ROWS = [
    '{"id": 1, "title": "路灯不亮", "text": "门口路灯坏了", "time": "2026-01-02 10:00:00"}',
    "not json",
    '{"id": 2}',
    '{"id": 3, "text": "NUL\\u0000 and half \\ud83d pair 🙂 <b>html</b>"}',
    '{"id": 1, "text": "the same number again"}',
    '{"id": 4, "text": "时间不对", "time": "3026-99-99"}',
    json.dumps({"id": 5, "text": "长" * 300_000}, ensure_ascii=False),
]


def test_import_of_good_and_bad_rows(home: list[str], tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(ROWS) + "\n", "utf-8")
    first = run("import", "reports", str(path), "--json", *home, PWD=str(tmp_path))
    counts = json.loads(first.stdout.splitlines()[-1])
    assert set(counts) >= {
        "read",
        "taken",
        "dispatched",
        "for_desk",
        "joined",
        "refused",
        "seconds",
    }
    assert (counts["read"], counts["taken"], counts["skipped"], counts["refused"]) == (7, 3, 1, 3)
    again = json.loads(run("import", "reports", str(path), "--json", *home).stdout.splitlines()[-1])
    assert (again["taken"], again["skipped"]) == (0, 4)


def test_import_reads_gb18030(home: list[str], tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("工单号,内容\nA1,楼道灯不亮\n".encode("gb18030"))
    done = run("import", "reports", str(path), "--json", *home)
    assert json.loads(done.stdout.splitlines()[-1])["taken"] == 1


@pytest.mark.slow
@pytest.mark.shared_data
def test_real_messages_are_taken_in(home: list[str], tmp_path: Path) -> None:
    shared = Path(os.environ.get("LINLI_SHARED_DATA", ROOT / "../shared/data"))
    messages = shared / "complaints_zh" / "messages_with_likes_4326.jsonl"
    if not messages.exists():
        pytest.skip(f"no development data at {messages.parent} (LINLI_SHARED_DATA)")
    part = tmp_path / "part.jsonl"
    lines = messages.read_text("utf-8").splitlines()[:300]
    part.write_text("\n".join(lines), "utf-8")
    done = run("import", "reports", str(part), "--json", *home)
    counts = json.loads(done.stdout.splitlines()[-1])
    assert (counts["taken"], counts["refused"]) == (300, 0)


def test_people_are_imported_whole_or_not_at_all(home: list[str], tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("姓名,手机,房屋\n王芳,139,一号楼\n", "utf-8")
    done = run("import", "people", str(path), *home)
    assert done.returncode == 2
    assert "line 2:" in done.stderr
    assert "nothing was imported" in done.stderr


def test_doctor_and_tick(home: list[str]) -> None:
    done = run("doctor", *home)
    assert done.returncode == 0, done.stdout
    assert "a real installation" in done.stdout
    assert run("tick", *home).stdout.startswith("ran ")
    assert run("work", "--once", *home).stdout.startswith("handled ")
    assert "滨江社区" in run("community", "list", *home).stdout
    assert "/sign-in/" in run("community", "link", *home).stdout
