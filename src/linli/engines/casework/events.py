"""What casework tells the rest of Linli, after commit, through the outbox.

``casework.case_event``: one line of a case's history was written. Payload: ``case_id``,
``event_id``, ``kind`` (see :class:`EventKind`), ``assignment_id`` or None.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from linli.kernel import outbox

if TYPE_CHECKING:
    from linli.engines.casework.models import CaseEvent

CASE_EVENT = "casework.case_event"


class EventKind(StrEnum):
    """Lines that a case's history may have."""

    REPORTED = "reported"
    SENT_TO_DESK = "sent_to_desk"
    DISPATCHED = "dispatched"
    CORRECTED = "corrected"
    ACCEPTED = "accepted"
    ARRIVED = "arrived"
    PART_DONE = "part_done"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"


def publish_case_event(event: CaseEvent) -> None:
    """Queue ``event`` for everybody who listens."""
    outbox.publish(
        CASE_EVENT,
        {
            "case_id": str(event.case_id),
            "event_id": str(event.pk),
            "kind": event.kind,
            "assignment_id": str(event.assignment_id) if event.assignment_id else None,
        },
        community_id=event.community_id,
    )
