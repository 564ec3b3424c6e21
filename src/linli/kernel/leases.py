"""Leases: one worker at a time for a named piece of work, taken over when its holder dies."""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta

from django.db import IntegrityError, transaction

from linli.kernel import clock
from linli.kernel.ids import uuid7
from linli.kernel.models import Lease

#: Clocks of two machines differ by less. A lease that was renewed further ahead was taken by a
#: clock that was wrong (a small board without a battery), and would else hold for years.
CLOCK_SLACK = timedelta(hours=1)


def new_holder() -> str:
    """A name for this process that no other process ever had."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid7().hex[-12:]}"


def acquire(name: str, holder: str, seconds: int) -> int | None:
    """Take or renew the lease ``name``.

    Returns:
        The lease's epoch while ``holder`` has it (it grows when the holder changes), else None.
    """
    now = clock.now()
    until = now + timedelta(seconds=seconds)
    with transaction.atomic():
        lease = Lease.objects.select_for_update().filter(pk=name).first()
        if lease is None:
            try:
                with transaction.atomic():
                    Lease.objects.create(name=name, holder=holder, until=until, renewed_at=now)
                return 1
            except IntegrityError:
                return None
        if lease.holder != holder:
            if lease.until > now and lease.renewed_at <= now + CLOCK_SLACK:
                return None
            lease.holder = holder
            lease.epoch += 1
        lease.until, lease.renewed_at = until, now
        lease.save()
        return lease.epoch


def release(name: str, holder: str) -> None:
    """Give the lease up so that the next holder need not wait for it to run out."""
    Lease.objects.filter(pk=name, holder=holder).update(until=clock.now())


def find(name: str) -> Lease | None:
    """The lease as it stands; None when nobody ever took it."""
    return Lease.objects.filter(pk=name).first()


class Holder:
    """One process's hold on leases: renewed when a third has passed, not at every look.

    An idle relay looks ten times a second; writing each time would wear out a small
    machine's disk for nothing.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name or new_holder()
        self._held: dict[str, tuple[int, float]] = {}

    def hold(self, lease: str, seconds: int) -> int | None:
        """The epoch while this process has the lease, else None; renews it when due."""
        epoch, renew_at = self._held.get(lease, (0, 0.0))
        if epoch and time.monotonic() < renew_at:
            return epoch
        taken = acquire(lease, self.name, seconds)
        if taken is None:
            self._held.pop(lease, None)
            return None
        self._held[lease] = (taken, time.monotonic() + seconds / 3)
        return taken

    def let_go(self) -> None:
        """Release everything held."""
        for lease in self._held:
            release(lease, self.name)
        self._held.clear()
