"""Periodic work: named functions, each run at most once per period by one leased ticker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from linli.kernel import clock, leases, outbox
from linli.kernel.models import PeriodicRun

log = logging.getLogger(__name__)

LEASE_NAME = "tick"
LEASE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Periodic:
    """A periodic task; ``every_s`` seconds pass between two starts."""

    name: str
    every_s: int
    run: Callable[[], object]


_tasks: dict[str, Periodic] = {}


def periodic(
    every_s: int, *, name: str = ""
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function without arguments to be run every ``every_s`` seconds."""

    def register(function: Callable[[], object]) -> Callable[[], object]:
        task = Periodic(name or f"{function.__module__}.{function.__qualname__}", every_s, function)
        _tasks[task.name] = task
        return function

    return register


def list_periodic() -> list[Periodic]:
    """All registered periodic tasks, by name."""
    return sorted(_tasks.values(), key=lambda task: task.name)


def run_due(holder: leases.Holder) -> list[str] | None:
    """Run what is due; a task that fails is noted and does not stop the others.

    Returns:
        Names of the tasks that ran; None when another ticker holds the lease.
    """
    if holder.hold(LEASE_NAME, LEASE_SECONDS) is None:
        return None
    ran = []
    for task in list_periodic():
        if _is_due(task):
            _run(task)
            ran.append(task.name)
            if holder.hold(LEASE_NAME, LEASE_SECONDS) is None:
                break
    return ran


def _is_due(task: Periodic) -> bool:
    last = (
        PeriodicRun.objects.filter(pk=task.name).values_list("last_started_at", flat=True).first()
    )
    now, period = clock.now(), timedelta(seconds=task.every_s)
    # A start more than a period ahead was noted by a clock that was wrong.
    return last is None or not now - period < last <= now + period


def _run(task: Periodic) -> None:
    PeriodicRun.objects.update_or_create(name=task.name, defaults={"last_started_at": clock.now()})
    error = ""
    try:
        task.run()
    except Exception:
        error = outbox.describe_failure()
        # The cleaned text: half characters in somebody's words must not break the log as well.
        log.error("periodic task %s failed: %s", task.name, error)
    PeriodicRun.objects.filter(pk=task.name).update(
        last_error=error, **({} if error else {"last_finished_at": clock.now()})
    )


@periodic(24 * 3600, name="kernel.forget_handled_messages")
def _forget_handled() -> int:
    return outbox.forget_handled()
