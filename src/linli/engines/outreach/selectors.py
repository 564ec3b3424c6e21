"""Reads of outreach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from linli.engines.outreach.models import Message
from linli.engines.outreach.types import get_kind, list_kinds
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
    rows = _readable(actor).order_by("-sent_at", "-pk")[:limit]
    return [item for row in rows if (item := _worded(row)) is not None]


def count_unread(actor: Actor) -> int:
    """How many messages the actor has not read."""
    return _readable(actor).filter(read_at__isnull=True).count()


def _readable(actor: Actor) -> QuerySet[Message]:
    """The actor's messages that can still be worded: a practice may have been removed."""
    return Message.objects.visible_to(actor, Purpose.OWN).filter(kind__in=list_kinds())


def _worded(row: Message) -> InboxItem | None:
    kind = get_kind(row.kind)
    if kind is None:
        return None
    title, text = kind.word(row.params)
    return InboxItem(
        row.pk, title, text, row.link, row.sent_at, row.read_at is not None, kind.urgent
    )
