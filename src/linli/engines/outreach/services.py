"""Writes of outreach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from linli.engines.outreach.models import Message
from linli.engines.outreach.types import get_kind
from linli.kernel import clock, live
from linli.kernel.actors import Actor, Purpose


def send_message(
    recipients: Iterable[UUID], kind: str, params: dict[str, Any], *, key: str, link: str = ""
) -> int:
    """Put a message into each recipient's inbox, once per ``key``.

    Returns:
        How many messages are new; a repeated call with the same key sends none.

    Raises:
        LookupError: nobody registered ``kind``, so nobody could read the message.
    """
    if get_kind(kind) is None:
        raise LookupError(f"no kind of message is called {kind}")
    wanted = sorted(set(recipients))
    have = set(
        Message.objects.filter(recipient_id__in=wanted, key=key).values_list(
            "recipient_id", flat=True
        )
    )
    rows = [
        Message(
            recipient_id=person, kind=kind, params=params, key=key, link=link, sent_at=clock.now()
        )
        for person in wanted
        if person not in have
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    live.bump(live.topic("inbox", row.recipient_id) for row in rows)
    return len(rows)


def mark_read(actor: Actor, message_ids: Iterable[UUID] | None = None) -> int:
    """Mark the actor's messages as read: those named, or all."""
    rows = Message.objects.visible_to(actor, Purpose.OWN).filter(read_at__isnull=True)
    if message_ids is not None:
        rows = rows.filter(pk__in=list(message_ids))
    return rows.update(read_at=clock.now())
