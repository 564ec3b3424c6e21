"""Who may see messages: their recipient, nobody else."""

from __future__ import annotations

from typing import Any

from linli.engines.outreach.models import Message
from linli.kernel.actors import Actor, Purpose, policy


@policy(Message)
def see_messages(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """A person's inbox is that person's."""
    if purpose != Purpose.OWN or actor.person_id is None:
        return rows.none()
    return rows.filter(recipient_id=actor.person_id)
