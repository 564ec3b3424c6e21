"""Reads of outreach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.engines.outreach.models import Message
from linli.engines.outreach.types import get_kind
from linli.kernel.actors import Actor, Purpose


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A message worded for its reader."""

    id: UUID
    title: str
    text: str
    link: str
    sent_at: datetime
    is_read: bool
    is_urgent: bool


def list_inbox(actor: Actor, limit: int = 100) -> list[InboxItem]:
    """The actor's newest messages, worded in the active language."""
    rows = Message.objects.visible_to(actor, Purpose.OWN).order_by("-sent_at")[:limit]
    return [item for row in rows if (item := _worded(row)) is not None]


def count_unread(actor: Actor) -> int:
    """How many messages the actor has not read."""
    return Message.objects.visible_to(actor, Purpose.OWN).filter(read_at__isnull=True).count()


def _worded(row: Message) -> InboxItem | None:
    kind = get_kind(row.kind)
    if kind is None:
        return None
    title, text = kind.word(row.params)
    return InboxItem(
        row.pk, title, text, row.link, row.sent_at, row.read_at is not None, kind.urgent
    )
