"""One worker at a time, taken over when it dies; periodic tasks at most once per period."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from linli.kernel import clock, leases, outbox, tick
from linli.kernel.models import Lease, OutboxMessage, PeriodicRun
from linli.kernel.tests.checks import NOON, in_threads

pytestmark = pytest.mark.django_db

LONG_AFTER = NOON + timedelta(seconds=outbox.LEASE_SECONDS + 1)


@pytest.fixture(autouse=True)
def no_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick, "_tasks", {})
    monkeypatch.setattr(outbox, "_handlers", {"h": lambda message: None})


def acquire(holder: str, at: datetime = NOON) -> int | None:
    with clock.frozen(at):
        return leases.acquire("work", holder, outbox.LEASE_SECONDS)


def assert_only_one_holds(first: int | None, second: int | None) -> None:
    """Exactly one of two has the lease."""
    assert [first, second].count(None) == 1


def test_only_one_holds_the_lease() -> None:
    assert_only_one_holds(acquire("a"), acquire("b"))


def test_twin_with_a_lease_each_has_two_holders() -> None:
    with clock.frozen(NOON), pytest.raises(AssertionError):
        assert_only_one_holds(leases.acquire("a's", "a", 10), leases.acquire("b's", "b", 10))


def test_renewing_keeps_the_epoch_and_the_lease() -> None:
    later = NOON + timedelta(seconds=outbox.LEASE_SECONDS - 1)
    assert acquire("a") == 1
    assert acquire("a", later) == 1
    assert acquire("b", NOON + timedelta(seconds=outbox.LEASE_SECONDS)) is None


def test_a_lease_that_ran_out_is_taken_over_with_a_new_epoch() -> None:
    assert acquire("a") == 1
    assert acquire("b", LONG_AFTER) == 2
    assert acquire("a", LONG_AFTER) is None


def test_releasing_lets_the_next_in_at_once_and_only_the_holder_releases() -> None:
    assert acquire("a") == 1
    with clock.frozen(NOON):
        leases.release("work", "b")
    assert acquire("b") is None
    with clock.frozen(NOON):
        leases.release("work", "a")
    assert acquire("b") == 2


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=365 * 70)])
def test_a_lease_from_a_wrong_clock_does_not_hold_for_years(ahead: timedelta) -> None:
    assert acquire("a", NOON + ahead) == 1
    assert acquire("b") == 2


def test_a_clock_five_minutes_ahead_is_respected() -> None:
    assert acquire("a", NOON + timedelta(minutes=5)) == 1
    assert acquire("b") is None


def test_holder_names_are_unique() -> None:
    assert len({leases.new_holder() for _ in range(1000)}) == 1000


def test_a_holder_asks_the_database_only_when_renewal_is_due(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(leases.time, "monotonic", lambda: now[0])
    holder = leases.Holder()
    assert holder.hold("work", 9) == 1
    with django_assert_num_queries(0):
        assert holder.hold("work", 9) == 1
    Lease.objects.update(holder="usurper")
    now[0] += 3.1
    assert holder.hold("work", 9) is None


def test_letting_go_gives_everything_back() -> None:
    holder = leases.Holder()
    holder.hold("one", 600)
    holder.hold("two", 600)
    holder.let_go()
    assert leases.Holder().hold("one", 10) == 2
    assert leases.Holder().hold("two", 10) == 2


def waiting_message() -> OutboxMessage:
    return OutboxMessage.objects.create(
        topic="t", handler="h", payload={}, created_at=NOON, available_at=NOON
    )


def test_two_relays_only_one_works() -> None:
    waiting_message()
    with clock.frozen(NOON):
        assert outbox.run_once(leases.Holder("a")) == 1
        assert outbox.run_once(leases.Holder("b")) is None


def test_rows_claimed_by_a_dead_relay_are_free_at_once() -> None:
    row = waiting_message()
    with clock.frozen(NOON):
        epoch = leases.Holder("a").hold(outbox.LEASE_NAME, outbox.LEASE_SECONDS)
        assert epoch is not None
        assert [r.pk for r in outbox._claim(epoch, 10)] == [row.pk]
        assert outbox.run_once(leases.Holder("b")) is None, "the lease still runs"
    with clock.frozen(LONG_AFTER):
        assert outbox.run_once(leases.Holder("b")) == 1
    row.refresh_from_db()
    assert row.claimed_epoch == epoch + 1
    assert row.handled_at == LONG_AFTER


def test_a_batch_ends_when_the_lease_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [waiting_message() for _ in range(3)]
    holder = leases.Holder("a")

    def lose_the_lease(message: outbox.Message) -> None:
        Lease.objects.update(holder="b", epoch=2)
        holder._held.clear()

    monkeypatch.setitem(outbox._handlers, "h", lose_the_lease)
    with clock.frozen(NOON):
        outbox.run_once(holder)
    assert OutboxMessage.objects.filter(handled_at__isnull=False).count() == 1
    with clock.frozen(LONG_AFTER):
        third = leases.Holder("c")
        while outbox.run_once(third):
            pass
    assert OutboxMessage.objects.filter(handled_at__isnull=False).count() == len(rows)


@pytest.mark.django_db(transaction=True)
def test_twenty_who_start_at_once_have_one_lease() -> None:
    got = in_threads([lambda: leases.acquire("work", leases.new_holder(), 60)] * 20)
    assert sorted(map(str, got)) == ["1"] + ["None"] * 19


def note(name: str, every_s: int, runs: list[str], error: Exception | None = None) -> None:
    """Register a periodic task that notes its runs."""

    @tick.periodic(every_s, name=name)
    def task() -> None:
        runs.append(name)
        if error:
            raise error


def tick_at(*seconds: int) -> None:
    for second in seconds:
        with clock.frozen(NOON + timedelta(seconds=second)):
            tick.run_due(leases.Holder("ticker"))


def assert_once_per_period(runs: list[str], periods: int) -> None:
    assert len(runs) == periods


def test_a_task_runs_once_per_period() -> None:
    runs: list[str] = []
    note("a", 60, runs)
    tick_at(0, 1, 59, 60, 61, 119, 120)
    assert_once_per_period(runs, 3)


def test_twin_without_memory_runs_too_often() -> None:
    runs: list[str] = []
    note("a", 60, runs)
    for second in (0, 1, 59):
        tick_at(second)
        PeriodicRun.objects.all().delete()
    with pytest.raises(AssertionError):
        assert_once_per_period(runs, 1)


def test_a_failing_task_is_noted_and_the_others_run() -> None:
    runs: list[str] = []
    note("a", 60, runs, ValueError("with \x00 and \ud800"))
    note("b", 60, runs)
    tick_at(0)
    assert runs == ["a", "b"]
    failed, fine = PeriodicRun.objects.order_by("name")
    assert "ValueError" in failed.last_error
    assert failed.last_finished_at is None
    assert fine.last_error == ""
    assert fine.last_finished_at == NOON


def test_a_failing_task_waits_for_its_period_and_a_later_success_clears_it() -> None:
    runs: list[str] = []
    note("a", 60, runs, ValueError("no"))
    tick_at(0, 30)
    assert len(runs) == 1
    note("a", 60, runs)
    tick_at(60)
    assert PeriodicRun.objects.get().last_error == ""


def test_a_clock_that_was_wrong_does_not_stop_a_task_for_years() -> None:
    runs: list[str] = []
    note("a", 60, runs)
    tick_at(10**9, 0, 30)
    assert_once_per_period(runs, 2)


def test_a_second_ticker_does_nothing() -> None:
    runs: list[str] = []
    note("a", 60, runs)
    with clock.frozen(NOON):
        assert tick.run_due(leases.Holder("one")) == ["a"]
        assert tick.run_due(leases.Holder("two")) is None
    assert runs == ["a"]


def test_a_ticker_that_lost_its_lease_stops() -> None:
    runs: list[str] = []
    holder = leases.Holder("one")

    @tick.periodic(60, name="a")
    def slow() -> None:
        Lease.objects.update(holder="two")
        holder._held.clear()

    note("b", 60, runs)
    with clock.frozen(NOON):
        assert tick.run_due(holder) == ["a"]
    assert runs == []


def test_the_kernel_forgets_handled_messages_daily(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert "kernel.forget_handled_messages" in [task.name for task in tick.list_periodic()]
