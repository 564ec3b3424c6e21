"""The audit trail: who did what to what, on whose behalf, and when. Append-only.

Entries hold ids and codes, never personal data: an erased person leaves only an id behind.
The database itself refuses to change or delete a row (see migrations and ``append_only``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from linli.kernel import clock
from linli.kernel.actors import Actor
from linli.kernel.models import AuditEntry

if TYPE_CHECKING:
    from linli.kernel.scope import ScopedModel


def record(
    actor: Actor,
    action: str,
    subject: ScopedModel,
    *,
    detail: dict[str, Any] | None = None,
    on_behalf_of: UUID | None = None,
) -> AuditEntry:
    """Write one entry in the caller's transaction, so that deed and trace commit together.

    Args:
        action: past-tense code such as ``case_dispatched``.
        detail: codes, ids and numbers that explain the deed; no names, phones or free text.
    """
    return AuditEntry.objects.create(
        community_id=subject.community_id,
        at=clock.now(),
        actor_user_id=actor.user_id,
        actor_person_id=actor.person_id,
        on_behalf_of=on_behalf_of,
        action=action,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        detail=detail or {},
    )
