"""Sending a case to all who must act, side by side, each with its own clocks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from linli.engines.casework.core.states import CaseState, move_case
from linli.engines.casework.events import EventKind
from linli.engines.casework.models import Assignment, AssignmentClock, Case
from linli.engines.casework.services.common import add_event, community_of, save_case
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Organisation
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.types import ClockKind, Duty, DutyRole, ServiceType
from linli.kernel import clock
from linli.kernel.actors import Actor


def find_receivers(service: ServiceType, place_path: str) -> list[tuple[Duty, Organisation]]:
    """Who does the parts of ``service`` at a place: duties whose organisation is known here."""
    found = []
    taken = set()
    # The lead first: an organisation that would have two parts keeps the leading one.
    for duty in sorted(service.duties, key=lambda d: d.role != DutyRole.LEAD):
        organisation = registry.find_organisation(duty.body, place_path)
        if organisation is not None and organisation.pk not in taken:
            taken.add(organisation.pk)
            found.append((duty, organisation))
    return found


def has_lead(receivers: list[tuple[Duty, Organisation]]) -> bool:
    """Whether somebody would lead; without a lead a case is never sent."""
    return any(duty.role == DutyRole.LEAD for duty, _ in receivers)


def send(
    case: Case,
    service: ServiceType,
    receivers: list[tuple[Duty, Organisation]],
    actor: Actor,
    *,
    by_machine: bool,
) -> list[Assignment]:
    """Move a locked case from the desk to its receivers; one assignment each, with clocks."""
    case.state = move_case(case.state, "dispatch")
    assignments = create_assignments(case, service, receivers)
    case.dispatched_at = case.dispatched_at or clock.now()
    case.dispatched_by_machine = by_machine
    lead = next(a for a in assignments if a.role == DutyRole.LEAD)
    case.handler_id = lead.organisation_id
    save_case(case, "state", "dispatched_at", "dispatched_by_machine", "handler_id")
    add_event(
        case,
        EventKind.DISPATCHED,
        actor,
        data={
            "by_machine": by_machine,
            "round": lead.round,
            "to": [str(a.organisation_id) for a in assignments],
        },
    )
    return assignments


def create_assignments(
    case: Case, service: ServiceType, receivers: list[tuple[Duty, Organisation]]
) -> list[Assignment]:
    """One assignment and its clocks for each receiver, in a new round."""
    at = clock.now()
    last = case.assignments.order_by("-round").values_list("round", flat=True).first() or 0
    assignments = []
    for duty, organisation in receivers:
        assignment = Assignment(
            case=case,
            organisation=organisation,
            role=duty.role,
            authority=duty.authority,
            assignee_id=registry.find_on_duty(organisation.pk, service.family, at),
            round=last + 1,
            sent_at=at,
            place_path=case.place_path,
            handler_id=organisation.pk,
        )
        assignment.save(force_insert=True)
        _start_clocks(assignment, duty, at)
        assignments.append(assignment)
    return assignments


def _start_clocks(assignment: Assignment, duty: Duty, at: datetime) -> None:
    community = community_of(assignment.case)
    zone = ZoneInfo(rulebook.get_pack(community.jurisdiction).time_zone)
    for kind, rule_id in duty.clocks.items():
        rule = rulebook.get_clock_rule(community.jurisdiction, rule_id, at.astimezone(zone).date())
        deadline = rulebook.compute_deadline(rule, at, community.jurisdiction)
        AssignmentClock.objects.create(
            assignment=assignment,
            kind=kind,
            rule_id=rule.id,
            started_at=at,
            due_at=deadline.due_at,
            is_provisional=deadline.provisional,
        )


def meet_clock(assignment: Assignment, *kinds: ClockKind) -> None:
    """Note that a promise was kept (or at least fulfilled) now."""
    assignment.clocks.filter(kind__in=kinds, met_at__isnull=True).update(met_at=clock.now())


__all__ = ["CaseState", "create_assignments", "find_receivers", "has_lead", "meet_clock", "send"]
