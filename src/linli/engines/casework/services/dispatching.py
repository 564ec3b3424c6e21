"""The desk: a named person corrects what triage suggested and sends the case out."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from linli.engines.casework.core.states import CaseState, IllegalMove
from linli.engines.casework.events import EventKind
from linli.engines.casework.models import Assignment, Case, Correction
from linli.engines.casework.policies import may_dispatch
from linli.engines.casework.services.common import (
    NotAllowed,
    add_event,
    community_of,
    lock_case,
    save_case,
)
from linli.engines.casework.services.sending import find_receivers, has_lead, send
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Place
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.types import Privacy
from linli.kernel import clock
from linli.kernel.actors import Actor, Purpose


class CannotSend(ValueError):
    """The case cannot go out yet; ``code`` says what is missing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def correct_case(
    actor: Actor,
    case_id: UUID | str,
    *,
    service_code: str = "",
    place_id: UUID | str | None = None,
    seen_version: int | None = None,
) -> Case:
    """Say what the matter really is, or where. Each correction is kept as a training example.

    Raises:
        Http404, Stale, NotAllowed: see ``common``.
        IllegalMove: the case has already left the desk.
        LookupError: the rulebook has no such service type.
    """
    case = lock_case(actor, case_id, Purpose.HANDLE, seen_version)
    _check(actor, case, "correct")
    if service_code and service_code != case.service_code:
        _correct_service(actor, case, service_code)
    if place_id and str(place_id) != str(case.place_id):
        _correct_place(actor, case, registry.get_place(actor, place_id))
    return case


def _check(actor: Actor, case: Case, deed: str) -> None:
    if not may_dispatch(actor, case):
        raise NotAllowed("only the community's desk decides where a case goes")
    if case.state != CaseState.AT_DESK:
        raise IllegalMove(deed, case.state)


def _correct_service(actor: Actor, case: Case, code: str) -> None:
    community = community_of(case)
    service = rulebook.get_service_type(community.jurisdiction, code, registry.local_day(community))
    was = case.service_code
    case.service_code, case.family = service.code, service.family
    if not case.dangers:
        case.priority = service.priority
    # A correction may only make a matter more private: opening it is a decision of its own.
    was_private = Privacy(case.privacy)
    case.privacy = max(was_private, service.privacy, key=list(Privacy).index)
    save_case(case, "service_code", "family", "priority", "privacy")
    _note(actor, case, "service", was, service.code)
    if case.privacy == Privacy.SEALED != was_private:
        # It now waits for other eyes than the dispatcher's: those who may see it are told.
        add_event(case, EventKind.SENT_TO_DESK, actor, data={"why": ["sealed"]}, is_internal=True)


def _correct_place(actor: Actor, case: Case, place: Place) -> None:
    was = case.place_path
    case.place, case.place_path = place, place.path
    case.in_public_space = place.is_public
    save_case(case, "place", "place_path", "in_public_space")
    _note(actor, case, "place", was, place.path)


def _note(actor: Actor, case: Case, field: str, was: str, became: str) -> None:
    Correction.objects.create(
        case=case, field=field, was=was, became=became, by_id=actor.person_id, at=clock.now()
    )
    add_event(
        case,
        EventKind.CORRECTED,
        actor,
        data={"field": field, "was": was, "became": became},
        is_internal=True,
    )


@transaction.atomic
def dispatch_case(
    actor: Actor, case_id: UUID | str, *, seen_version: int | None = None
) -> list[Assignment]:
    """Send the case from the desk to all who must act.

    Raises:
        Http404, Stale, NotAllowed, IllegalMove: see ``correct_case``.
        CannotSend: ``no_place``, ``no_service`` or ``no_lead_here``.
    """
    case = lock_case(actor, case_id, Purpose.HANDLE, seen_version)
    _check(actor, case, "dispatch")
    if not case.service_code:
        raise CannotSend("no_service")
    if case.place_id is None:
        raise CannotSend("no_place")
    community = community_of(case)
    service = rulebook.get_service_type(
        community.jurisdiction, case.service_code, registry.local_day(community)
    )
    receivers = find_receivers(service, case.place_path)
    if not has_lead(receivers):
        raise CannotSend("no_lead_here")
    return send(case, service, receivers, actor, by_machine=False)
