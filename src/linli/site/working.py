"""Background work: the relay of the one queue and the ticker, until told to stop."""

from __future__ import annotations

import logging
import signal
import time

from django.db import OperationalError, close_old_connections, connection

from linli.kernel import leases, outbox, tick
from linli.kernel.news import Watch
from linli.kernel.scope import across_communities

log = logging.getLogger(__name__)

IDLE_S = 0.1
TICK_S = 1.0
LOOK_ANYWAY_S = 0.5


def run_until_stopped() -> None:
    """Handle messages as they come and periodic tasks as they fall due; ends on SIGTERM."""
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: stopping.append(number))
    holder, watch = leases.Holder(), Watch()
    next_look = next_tick = 0.0
    with across_communities("the relay and the ticker serve every community"):
        while not stopping:
            taken: int | None = 0
            try:
                # Time alone makes paused messages due and leases old: look now and then anyway.
                if watch.has_news() or time.monotonic() >= next_look:
                    taken = outbox.run_once(holder)
                    next_look = 0.0 if taken else time.monotonic() + LOOK_ANYWAY_S
                if time.monotonic() >= next_tick:
                    tick.run_due(holder)
                    next_tick = time.monotonic() + TICK_S
            except OperationalError as error:
                log.warning("the database is away, trying again: %s", error)
                close_old_connections()
                connection.close()
                taken = None
                time.sleep(1)
            if not taken:
                time.sleep(IDLE_S)
    holder.let_go()


def run_until_idle(limit: int = 10_000) -> int:
    """Handle everything that is due now, then return how many messages that was."""
    holder = leases.Holder()
    total = 0
    with across_communities("the relay serves every community"):
        while total < limit:
            taken = outbox.run_once(holder)
            if not taken:
                break
            total += taken
    holder.let_go()
    return total
