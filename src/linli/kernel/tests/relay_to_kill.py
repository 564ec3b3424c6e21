"""A relay in a process of its own, for a test to kill in the middle of a handler.

Run as ``python relay_to_kill.py <database> <way> <lifetime>``. Ways: ``relay`` is Linli's own,
``mark-first`` and ``effect-first`` are broken twins. A first lifetime stops inside the handler
and says so; a second one works through, an hour later by its own clock.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta


def main(database: str, way: str, lifetime: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.site.settings"
    import django
    from django.db import connections

    django.setup()
    connections.databases["default"]["NAME"] = database
    _work(way, is_first=lifetime == "first")


def _work(way: str, *, is_first: bool) -> None:
    from linli.kernel import clock, leases, outbox

    outbox._handlers.clear()
    outbox._handlers["victim"] = lambda message: _handle(is_first)
    if way != "relay":
        outbox._handle = {"mark-first": _mark_first, "effect-first": _effect_first}[way]
    hours = timedelta(hours=0 if is_first else 1)
    with clock.frozen(clock.now() + hours):
        holder = leases.Holder()
        while outbox.run_once(holder):
            pass


def _handle(is_first: bool) -> None:
    from linli.kernel import live

    live.bump(["effect"])
    if is_first:
        print("inside", flush=True)
        time.sleep(600)


def _mark(row) -> None:  # type: ignore[no-untyped-def]
    row.handled_at = row.created_at
    row.save(update_fields=["handled_at"])


def _mark_first(row) -> None:  # type: ignore[no-untyped-def]
    from django.db import transaction

    from linli.kernel import outbox

    _mark(row)
    with transaction.atomic():
        outbox._handlers[row.handler](None)


def _effect_first(row) -> None:  # type: ignore[no-untyped-def]
    from linli.kernel import outbox

    outbox._handlers[row.handler](None)
    _mark(row)


if __name__ == "__main__":
    main(*sys.argv[1:])
