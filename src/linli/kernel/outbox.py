"""The one queue: a transactional outbox and its leased relay.

``publish`` writes one row per subscribed handler in the caller's transaction. The relay asks
only "what is not yet handled and due?", never "what came after position N?": with overlapping
transactions a cursor skips the row that commits late (``test_outbox_overlap.py`` has a cursor
twin that loses it).

A handler's database effects and the mark "handled" commit together, so they happen exactly
once; effects outside the database must be idempotent by the message id. Failures are retried
with growing pauses; after :data:`MAX_ATTEMPTS` the message is dead, visible and replayable.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from linli.kernel import clock, leases
from linli.kernel.models import OutboxMessage
from linli.kernel.scope import across_communities, in_community

log = logging.getLogger(__name__)

LEASE_NAME = "outbox-relay"
LEASE_SECONDS = 10
MAX_ATTEMPTS = 8
BATCH_MAX = 50
HAND_OVER_PATIENCE_S = 300
_BACKOFF_FIRST_SECONDS = 2
_BACKOFF_MAX_SECONDS = 600
_ERROR_MAX_CHARS = 4000

Handler = Callable[["Message"], None]


@dataclass(frozen=True, slots=True)
class Message:
    """What a handler gets. ``id`` is stable over retries: use it as an idempotency key."""

    id: UUID
    topic: str
    community_id: UUID | None
    payload: dict[str, Any]


_handlers: dict[str, Handler] = {}
_subscriptions: dict[str, list[str]] = {}


def handles(topic: str, *, name: str = "") -> Callable[[Handler], Handler]:
    """Subscribe a function to ``topic``. Its name must be stable: waiting rows carry it."""

    def register(function: Handler) -> Handler:
        handler = name or f"{function.__module__}.{function.__qualname__}"
        if _handlers.get(handler) not in (None, function):
            raise ValueError(f"two handlers are called {handler}")
        _handlers[handler] = function
        names = _subscriptions.setdefault(topic, [])
        if handler not in names:
            names.append(handler)
        return function

    return register


def publish(topic: str, payload: dict[str, Any], *, community_id: UUID | None) -> int:
    """Queue ``payload`` for every handler of ``topic``; returns how many there are.

    Must run inside the transaction of the deed that it tells of.

    Raises:
        RuntimeError: called outside a transaction, where deed and message could part.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"publish({topic!r}) needs the transaction of its deed")
    now = clock.now()
    rows = [
        OutboxMessage(
            topic=topic,
            handler=handler,
            payload=payload,
            community_id=community_id,
            created_at=now,
            available_at=now,
        )
        for handler in _subscriptions.get(topic, ())
    ]
    OutboxMessage.objects.bulk_create(rows)
    return len(rows)


def run_once(holder: leases.Holder, *, limit: int = BATCH_MAX) -> int | None:
    """Let ``holder`` handle what is due, at most ``limit`` messages.

    Returns:
        How many messages were taken; None when another relay holds the lease.
    """
    epoch = holder.hold(LEASE_NAME, LEASE_SECONDS)
    if epoch is None:
        return None
    if not _due().exists():
        return 0
    batch = _claim(epoch, limit)
    run = _hand_over if settings.LINLI_TASKS_BACKEND else _handle
    for row in batch:
        # A long batch must not outlive the lease; losing it ends the batch.
        if holder.hold(LEASE_NAME, LEASE_SECONDS) != epoch:
            break
        if row.claimed_epoch is not None and row.attempts > MAX_ATTEMPTS:
            _fail(row, "every relay that took this message ended before it was handled")
            continue
        run(row)
    return len(batch)


def _waiting() -> Q:
    return Q(handled_at__isnull=True, dead_at__isnull=True)


def _due() -> models.QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(_waiting(), available_at__lte=clock.now())


def _claim(epoch: int, limit: int) -> list[OutboxMessage]:
    # Counting the attempt before the work, in a commit of its own: a message that kills the
    # process still uses up its attempts. A claim found here was left behind, by a relay that
    # died or by this one when the database went away, perhaps because of that very message:
    # such rows are free at once, but one at a time, after the others and the least tried
    # first, so that a message that kills its relay cannot take its neighbours along.
    with transaction.atomic():
        due = _due().select_for_update()
        left = due.filter(claimed_epoch__isnull=False).order_by("attempts", "available_at")
        last = list(left[:1])
        new = due.filter(claimed_epoch__isnull=True).order_by("available_at")
        rows = [*new[: limit - len(last)], *last]
        OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
            claimed_epoch=epoch, attempts=F("attempts") + 1
        )
    for row in rows:
        row.attempts += 1
    return rows


def _scope_of(row: OutboxMessage) -> AbstractContextManager[None]:
    if row.community_id is None:
        return across_communities("a message of the installation, not of a community")
    return in_community(row.community_id)


def _hand_over(row: OutboxMessage) -> None:
    """Let another engine run the handler (``django_tasks``), and look again if it never does.

    The engine only carries the message's id; the row stays the record. Should the engine lose
    it, the row falls due again, and a late double is stopped by the mark "handled".
    """
    from linli.kernel.engine_tasks import handle_message

    OutboxMessage.objects.filter(_waiting(), pk=row.pk).update(
        claimed_epoch=None, available_at=clock.now() + timedelta(seconds=HAND_OVER_PATIENCE_S)
    )
    handle_message.enqueue(str(row.pk))


def handle_by_id(message_id: UUID) -> None:
    """Run one message's handler now, unless it is handled already; called by another engine."""
    row = OutboxMessage.objects.filter(_waiting(), pk=message_id).first()
    if row is not None:
        _handle(row)


def _handle(row: OutboxMessage) -> None:
    try:
        handler = _handlers[row.handler]
    except KeyError:
        _fail(row, f"no handler is called {row.handler}; was its practice removed?")
        return
    try:
        with transaction.atomic(), _scope_of(row):
            marked = OutboxMessage.objects.filter(_waiting(), pk=row.pk).update(
                handled_at=clock.now(), last_error=""
            )
            if marked:
                handler(Message(row.pk, row.topic, row.community_id, row.payload))
    except Exception:
        failure = describe_failure()
        log.warning("outbox %s %s failed: %s", row.handler, row.pk, failure)
        _fail(row, failure)


def describe_failure() -> str:
    """The traceback of the error being handled, fit to be stored.

    Errors quote what people typed. A NUL or a lone surrogate in it cannot be stored, and must
    not turn one failed message into a failed relay.
    """
    text = traceback.format_exc(limit=-6)[-_ERROR_MAX_CHARS:]
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def _fail(row: OutboxMessage, error: str) -> None:
    now = clock.now()
    pause = min(_BACKOFF_FIRST_SECONDS * 2 ** (row.attempts - 1), _BACKOFF_MAX_SECONDS)
    dead = row.attempts >= MAX_ATTEMPTS
    OutboxMessage.objects.filter(_waiting(), pk=row.pk).update(
        last_error=error,
        claimed_epoch=None,
        available_at=now + timedelta(seconds=pause),
        dead_at=now if dead else None,
    )


def list_dead(limit: int = 200) -> list[OutboxMessage]:
    """Dead letters, newest first."""
    return list(OutboxMessage.objects.filter(dead_at__isnull=False).order_by("-dead_at")[:limit])


def replay(message_id: UUID) -> bool:
    """Give a dead letter a fresh set of attempts; False when it is not (or no longer) dead."""
    return bool(
        OutboxMessage.objects.filter(pk=message_id, dead_at__isnull=False).update(
            dead_at=None, attempts=0, claimed_epoch=None, available_at=clock.now()
        )
    )


def count_waiting() -> int:
    """How many messages are not yet handled (due or pausing)."""
    return OutboxMessage.objects.filter(_waiting()).count()


def forget_handled(older_than_days: int = 30) -> int:
    """Delete handled messages that nobody will ask about any more."""
    limit = clock.now() - timedelta(days=older_than_days)
    return OutboxMessage.objects.filter(handled_at__lt=limit).delete()[0]
