"""A transaction that began earlier and commits later is never skipped; a cursor skips it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from linli.kernel import leases, outbox
from linli.kernel.ids import uuid7
from linli.kernel.models import OutboxMessage
from linli.kernel.tests.checks import NOON, in_threads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the transactions whose message was handled."""
    names: list[str] = []
    monkeypatch.setattr(outbox, "_handlers", {})
    monkeypatch.setattr(outbox, "_subscriptions", {})
    outbox.handles("told", name="h")(lambda message: names.append(message.payload["by"]))
    return names


class CursorRelay:
    """The broken twin: remembers how far it came, and asks only for what lies beyond."""

    def __init__(self, field: str) -> None:
        self.field = field
        self.position: Any = None
        self.handled: list[str] = []

    def run(self) -> None:
        rows = OutboxMessage.objects.order_by(self.field)
        if self.position is not None:
            rows = rows.filter(**{f"{self.field}__gt": self.position})
        for row in rows:
            self.handled.append(row.payload["by"])
            self.position = getattr(row, self.field)


def run_relay() -> None:
    holder = leases.Holder()
    while outbox.run_once(holder):
        pass
    holder.let_go()


def assert_both_are_handled(names: list[str]) -> None:
    """T2 committed first, T1 late; each is handled once."""
    assert names == ["T2", "T1"]


def _publish(by: str) -> None:
    outbox.publish("told", {"by": by}, community_id=None)


def overlap(run: Callable[[], None]) -> None:
    """T1 inserts, T2 inserts and commits, ``run`` looks, T1 commits, ``run`` looks again."""
    inserted, looked = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            _publish("T1")
            inserted.set()
            assert looked.wait(60)

    def second() -> None:
        assert inserted.wait(60)
        try:
            with transaction.atomic():
                _publish("T2")
            run()
        finally:
            looked.set()

    outcomes = in_threads([first, second])
    assert outcomes == [None, None]
    run()


def skip_unless(vendor: str, reason: str) -> None:
    if connection.vendor != vendor:
        pytest.skip(reason)


def test_relay_handles_the_transaction_that_commits_late(handled: list[str]) -> None:
    skip_unless("postgresql", "SQLite has one writer: transactions never overlap")
    overlap(run_relay)
    assert_both_are_handled(handled)


@pytest.mark.parametrize("field", ["id", "created_at"])
def test_twin_with_a_cursor_loses_it(handled: list[str], field: str) -> None:
    skip_unless("postgresql", "SQLite has one writer: transactions never overlap")
    twin = CursorRelay(field)
    overlap(twin.run)
    assert twin.handled == ["T2"]
    with pytest.raises(AssertionError):
        assert_both_are_handled(twin.handled)


def late_commit(run: Callable[[], None]) -> None:
    """The same without overlap: T1's row was made first and is stored after a look."""
    first, second = _row("T1", uuid7(), 0), _row("T2", uuid7(), 1)
    second.save(force_insert=True)
    run()
    first.save(force_insert=True)
    run()


def _row(by: str, key: UUID, seconds: int) -> OutboxMessage:
    at = NOON + timedelta(seconds=seconds)
    payload = {"by": by}
    return OutboxMessage(
        id=key, topic="told", handler="h", payload=payload, created_at=at, available_at=at
    )


def test_relay_handles_a_row_that_was_made_early_and_stored_late(handled: list[str]) -> None:
    late_commit(run_relay)
    assert_both_are_handled(handled)


@pytest.mark.parametrize("field", ["id", "created_at"])
def test_twin_with_a_cursor_loses_that_too(handled: list[str], field: str) -> None:
    twin = CursorRelay(field)
    late_commit(twin.run)
    assert twin.handled == ["T2"]
    with pytest.raises(AssertionError):
        assert_both_are_handled(twin.handled)


def test_on_sqlite_a_second_writer_waits_for_the_first() -> None:
    skip_unless("sqlite", "on PostgreSQL the real overlap is tested")

    def second() -> str:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")
        try:
            with transaction.atomic():
                return "began"
        except OperationalError:
            return "waits"

    with transaction.atomic():
        assert in_threads([second]) == ["waits"]
    assert in_threads([second]) == ["began"]


def test_two_relays_at_once_handle_each_message_once(handled: list[str]) -> None:
    """Even with the lease out of the way (a paused relay that wakes up), the mark decides."""
    with transaction.atomic():
        for n in range(20):
            _publish(f"m{n}")
    rows = list(OutboxMessage.objects.all())

    def handle_all() -> None:
        for row in rows:
            outbox._handle(row)

    assert in_threads([handle_all] * 4) == [None] * 4
    assert sorted(handled) == sorted(f"m{n}" for n in range(20))


def test_twin_that_does_not_ask_the_mark_handles_twice(handled: list[str]) -> None:
    with transaction.atomic():
        _publish("m")
    row = OutboxMessage.objects.get()

    def handle_unmarked() -> None:
        outbox._handlers["h"](outbox.Message(row.pk, row.topic, None, row.payload))

    in_threads([handle_unmarked] * 2)
    with pytest.raises(AssertionError):
        assert handled == ["m"]
