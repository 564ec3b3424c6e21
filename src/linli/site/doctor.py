"""What ``linli doctor`` looks at. More joins as more rooms are lived in."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection

from linli.kernel import clock, installation, leases, outbox
from linli.kernel.scope import across_communities

GOOD, WARN, BAD = 0, 1, 2
_FREE_BYTES_MIN = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: how bad, what, and how to mend it."""

    grade: int
    what: str
    mend: str = ""

    @property
    def mark(self) -> str:
        """A word that is read without colour."""
        return ("ok  ", "warn", "BAD ")[self.grade]


def examine() -> list[Finding]:
    """Run all checks; one that cannot run is itself a finding."""
    findings: list[Finding] = []
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _database,
        _kind,
        _keys,
        _disk,
        _work,
        _transport,
    )
    for check in checks:
        try:
            with across_communities("doctor looks at the installation, not at rows of people"):
                findings += check()
        except (DatabaseError, OSError) as error:
            findings.append(Finding(BAD, f"{check.__name__.strip('_')}: {error}"))
    return findings


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous")
            full = cursor.fetchone()[0] == 2
            good = mode == "wal" and full
            yield Finding(GOOD if good else BAD, f"SQLite journal {mode}, full sync {full}")
            return
        cursor.execute("SHOW data_checksums")
        on = cursor.fetchone()[0] == "on"
        # Without checksums one flipped bit on disk is a silently wrong answer (trust.md, 0.3).
        yield Finding(
            GOOD if on else BAD,
            f"PostgreSQL data checksums {'on' if on else 'OFF'}",
            "" if on else "stop the server and run: pg_checksums --enable -D DATA_DIRECTORY",
        )


def _kind() -> Iterator[Finding]:
    mark = installation.get_installation()
    if mark is None:
        yield Finding(WARN, "never started", "run: linli serve")
    else:
        yield Finding(GOOD, "a demo" if mark.is_demo else "a real installation")


def _keys() -> Iterator[Finding]:
    folder = settings.LINLI_KEYS_DIR
    for path, wanted in ((folder, 0o700), (folder / "keys.json", 0o600)):
        mode = stat.S_IMODE(path.stat().st_mode)
        private = not mode & 0o077
        yield Finding(
            GOOD if private else BAD,
            f"{path.name}: mode {mode:o}",
            "" if private else f"chmod {wanted:o} {path}",
        )


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.LINLI_DATA_DIR).free
    enough = free > _FREE_BYTES_MIN
    yield Finding(
        GOOD if enough else BAD,
        f"{free // 1_000_000} MB free for data",
        "" if enough else "make room: below 1 GB photos and the database may not be kept",
    )


def _work() -> Iterator[Finding]:
    lease = leases.find(outbox.LEASE_NAME)
    alive = lease is not None and lease.until > clock.now()
    yield Finding(
        GOOD if alive else WARN,
        "background work is running" if alive else "background work is not running",
        "" if alive else "start Linli (linli serve), or only: linli work",
    )
    dead = len(outbox.list_dead())
    if dead:
        yield Finding(
            WARN, f"{dead} pieces of work were given up", "see the desk: Undelivered work"
        )


def _transport() -> Iterator[Finding]:
    secure = settings.LINLI_CONFIG.secure
    yield Finding(
        GOOD if secure else WARN,
        "pages are served over TLS" if secure else "pages are served without TLS",
        "" if secure else "put a TLS proxy before Linli and set LINLI_SECURE=1",
    )
