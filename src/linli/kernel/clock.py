"""One place to ask what time it is, so that tests and the simulator can say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_frozen: ContextVar[datetime | None] = ContextVar("linli_frozen_now", default=None)


def now() -> datetime:
    """Return the current instant, aware, in UTC; inside :func:`frozen`, the frozen one."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Make :func:`now` answer ``at`` (aware) in this context, e.g. a test or a simulated day.

    Raises:
        ValueError: ``at`` has no time zone; a naive instant means nothing here.
    """
    if at.tzinfo is None:
        raise ValueError("frozen() needs an aware datetime")
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _frozen.reset(token)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from ``start`` to ``end``, never below zero (time is kept in minutes)."""
    return max(0, int((end - start) // timedelta(minutes=1)))
