"""Tells a person what others may now do for him, after commit. May run twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.engines.outreach.models import Message
from linli.engines.outreach.services import send_message
from linli.engines.outreach.types import MessageKind, register_kind
from linli.engines.registry import events
from linli.kernel import outbox

events.carries_person(Message, "recipient")


def _word_granted(params: dict[str, Any]) -> tuple[str, str]:
    return (
        _("Somebody may now act for you"),
        _("You can end this at any time, here, by phone or at the desk."),
    )


def _word_revoked(params: dict[str, Any]) -> tuple[str, str]:
    return _("Nobody acts for you by that mandate any more"), _("It was ended.")


GRANTED = register_kind(MessageKind("acting_for_granted", _word_granted, urgent=True))
REVOKED = register_kind(MessageKind("acting_for_revoked", _word_revoked))


@outbox.handles(events.ACTING_FOR, name="outreach.tell_principal")
def tell_principal(message: outbox.Message) -> None:
    """Tell the principal that somebody may act for him, or no longer (ground.md 4)."""
    kind = GRANTED if message.payload["kind"] == "granted" else REVOKED
    send_message([UUID(message.payload["principal_id"])], kind.name, {}, key=str(message.id))
