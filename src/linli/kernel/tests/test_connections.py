"""Every connection is set up for safety, also those that threads open."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction

from linli.kernel.tests.checks import assert_refused, in_threads

pytestmark = pytest.mark.django_db(transaction=True)

WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
BUSY_MIN_MS = 30_000


def sqlite_only() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("pragmas are SQLite's; PostgreSQL has its own settings")


def pragmas(alias: str = "default") -> dict[str, Any]:
    """What the connection of this thread is set to."""
    with connections[alias].cursor() as cursor:
        names = [*WANTED, "busy_timeout"]
        return {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}


def assert_safe(found: dict[str, Any]) -> None:
    """The pragmas that a community's data rest on."""
    assert found["busy_timeout"] >= BUSY_MIN_MS
    assert {name: found[name] for name in WANTED} == WANTED


def test_this_connection_is_safe() -> None:
    sqlite_only()
    assert_safe(pragmas())


def test_a_connection_opened_anew_is_safe() -> None:
    sqlite_only()
    connection.close()
    assert_safe(pragmas())


def test_connections_of_threads_are_safe() -> None:
    sqlite_only()
    for found in in_threads([pragmas] * 4):
        assert_safe(found)


def test_twin_with_bare_settings_is_not_safe() -> None:
    sqlite_only()
    bare = connection.copy("bare")
    bare.settings_dict = {**bare.settings_dict, "OPTIONS": {}}
    connections["bare"] = bare
    try:
        with pytest.raises(AssertionError):
            assert_safe(pragmas("bare"))
    finally:
        bare.close()
        del connections["bare"]


def first_statement() -> str:
    """How a transaction begins."""
    seen: list[str] = []
    connection.ensure_connection()
    connection.connection.set_trace_callback(seen.append)
    try:
        with transaction.atomic():
            pass
    finally:
        connection.connection.set_trace_callback(None)
    return seen[0]


def test_transactions_take_the_write_lock_at_once() -> None:
    sqlite_only()
    assert first_statement() == "BEGIN IMMEDIATE"
    assert in_threads([first_statement]) == ["BEGIN IMMEDIATE"]


def test_foreign_keys_are_held_by_the_database() -> None:
    def orphan() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kernel_signinlink (digest, user_id, expires_at) "
                "VALUES ('d', '00000000000000000000000000000007', '2026-01-01 00:00:00Z')"
            )

    assert_refused(orphan, IntegrityError)


def test_requests_hold_no_transaction_and_writes_are_not_lost_to_autocommit() -> None:
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False
    assert connection.settings_dict["AUTOCOMMIT"] is True
    assert all(not database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values())
