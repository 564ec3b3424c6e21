"""Closing the loop: only the person who raised the matter says that it is solved."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from linli.engines.casework.core.states import move_case
from linli.engines.casework.events import EventKind
from linli.engines.casework.models import Case
from linli.engines.casework.policies import may_confirm
from linli.engines.casework.services.common import (
    NotAllowed,
    add_event,
    clean_words,
    community_of,
    lock_case,
    save_case,
)
from linli.engines.casework.services.sending import create_assignments, find_receivers, has_lead
from linli.engines.registry import selectors as registry
from linli.engines.rulebook import selectors as rulebook
from linli.kernel import clock
from linli.kernel.actors import Actor, Purpose

NOTE_CHARS_MAX = 1000


@transaction.atomic
def confirm_case(actor: Actor, case_id: UUID | str, *, seen_version: int | None = None) -> Case:
    """The reporter says: solved.

    Raises:
        Http404: not the actor's matter.
        IllegalMove: the work is not done yet, or was already confirmed.
    """
    case = _own(actor, case_id, seen_version)
    case.state = move_case(case.state, "confirm")
    case.closed_at = clock.now()
    save_case(case, "state", "closed_at")
    add_event(case, EventKind.CONFIRMED, actor)
    return case


@transaction.atomic
def reopen_case(
    actor: Actor, case_id: UUID | str, *, reason: str, seen_version: int | None = None
) -> Case:
    """The reporter says: not solved. The same organisations get it again, with new clocks.

    Raises:
        ValueError: no word about what is still wrong.
        IllegalMove: the work is still going on.
    """
    reason = clean_words(reason, NOTE_CHARS_MAX)
    if not reason:
        raise ValueError("say in a few words what is still wrong")
    case = _own(actor, case_id, seen_version)
    case.state = move_case(case.state, "reopen")
    case.times_reopened += 1
    case.done_at = case.closed_at = None
    community = community_of(case)
    service = rulebook.get_service_type(
        community.jurisdiction, case.service_code, registry.local_day(community)
    )
    receivers = find_receivers(service, case.place_path)
    if not has_lead(receivers):
        raise NotAllowed("nobody leads such matters here any more; please call the community")
    create_assignments(case, service, receivers)
    save_case(case, "state", "times_reopened", "done_at", "closed_at")
    add_event(case, EventKind.REOPENED, actor, note=reason, data={"times": case.times_reopened})
    return case


def _own(actor: Actor, case_id: UUID | str, seen_version: int | None) -> Case:
    case = lock_case(actor, case_id, Purpose.OWN, seen_version)
    if not may_confirm(actor, case):
        raise NotAllowed("only those who reported a matter say whether it is solved")
    return case
