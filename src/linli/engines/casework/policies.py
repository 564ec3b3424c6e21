"""Who may see cases and assignments, and who may act on them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from linli.engines.casework.models import Assignment, Case, CaseEvent, Report
from linli.engines.registry.types import HANDS, Role
from linli.engines.rulebook.types import Privacy
from linli.kernel import files
from linli.kernel.actors import Actor, Purpose, get_visible_or_404, policy
from linli.kernel.scope import within_place

_COMMITTEE = (Role.DISPATCHER, Role.CHAIR)
_SUPERVISORS = (Role.CHAIR, Role.STREET_OFFICER)


#: a sealed matter is worked on by those to whom it was sent, not by their whole office
SEALED_HANDS = (Role.CREW, Role.MANAGER, Role.CHAIR)
_KNOW_REPORTERS = (*_COMMITTEE, Role.STREET_OFFICER)


def _own_jobs(actor: Actor) -> Q:
    """Assignments that ``actor`` may work on: a manager all of the organisation's, others
    those given to them and those given to nobody yet, each within the mandate's place."""
    free = Q(assignee__isnull=True) | Q(assignee_id=actor.person_id)
    return (
        _at_posts(actor, Role.MANAGER)
        | (_at_posts(actor, *SEALED_HANDS) & free)
        | (_at_posts(actor, *HANDS) & free & ~Q(case__privacy=Privacy.SEALED))
    )


def _at_posts(actor: Actor, *roles: Role) -> Q:
    condition = Q(pk__in=[])
    for organisation_id, path in actor.posts(*roles):
        condition |= Q(organisation_id=organisation_id) & within_place(path)
    return condition


def _in_subtrees(actor: Actor, *roles: Role) -> Q:
    condition = Q(pk__in=[])
    for path in actor.subtrees(*roles):
        condition |= within_place(path) if path else Q(pk__isnull=False)
    return condition


@policy(Case)
def see_cases(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """Reporters see their own; handlers what they handle; sealed matters only the chair."""
    if purpose == Purpose.PUBLISH:
        return rows.filter(privacy=Privacy.OPEN, in_public_space=True)
    if actor.person_id is None:
        return rows.none()
    if purpose == Purpose.OWN:
        return rows.filter(reports__reporter_id=actor.person_id).distinct()
    if purpose == Purpose.SUPERVISE:
        seen = _in_subtrees(actor, *_SUPERVISORS) & ~Q(privacy=Privacy.SEALED)
        return rows.filter(seen | _sealed_for(actor))
    # Bodies that handle: the committee's desk, the grid worker of the place, the assigned.
    desk = _in_subtrees(actor, *_COMMITTEE) & ~Q(privacy=Privacy.SEALED)
    grid = _in_subtrees(actor, Role.GRID_WORKER) & Q(privacy=Privacy.OPEN)
    jobs = Assignment.objects.filter(_own_jobs(actor)).values("case_id")
    return rows.filter(desk | grid | _sealed_for(actor) | Q(pk__in=jobs))


def _sealed_for(actor: Actor) -> Q:
    return _in_subtrees(actor, Role.CHAIR) & Q(privacy=Privacy.SEALED)


@policy(Assignment)
def see_assignments(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """The organisation's people see its jobs; whoever sees the case sees who has it."""
    if purpose == Purpose.HANDLE:
        return rows.filter(_own_jobs(actor))
    cases = see_cases(Case.objects.all(), actor, purpose)
    return rows.filter(case_id__in=cases.values("pk"))


@policy(CaseEvent)
def see_events(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """History follows the case; internal lines are for those who handle or supervise."""
    cases = see_cases(Case.objects.all(), actor, purpose)
    rows = rows.filter(case_id__in=cases.values("pk"))
    return (
        rows if purpose in (Purpose.HANDLE, Purpose.SUPERVISE) else rows.filter(is_internal=False)
    )


@policy(Report)
def see_reports(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """A reporter reads his own words; those who handle the case read them all."""
    if purpose == Purpose.OWN:
        return rows.filter(reporter_id=actor.person_id) if actor.person_id else rows.none()
    if purpose == Purpose.PUBLISH:
        return rows.none()
    cases = see_cases(Case.objects.all(), actor, purpose)
    return rows.filter(case_id__in=cases.values("pk"))


def may_dispatch(actor: Actor, case: Case) -> bool:
    """Whether ``actor`` decides where this case goes."""
    if case.privacy == Privacy.SEALED:
        return actor.has_role(Role.CHAIR, place_path=case.place_path)
    return actor.has_role(*_COMMITTEE, place_path=case.place_path)


def may_work(actor: Actor, assignment: Assignment) -> bool:
    """Whether ``actor`` does this part of the work."""
    return Assignment.objects.filter(_own_jobs(actor), pk=assignment.pk).exists()


def may_know_reporter(actor: Actor, case: Case) -> bool:
    """Whether ``actor`` is shown the (masked) name of who reported: those who decide or answer
    for the work, not every pair of hands."""
    if actor.has_role(*_KNOW_REPORTERS, place_path=case.place_path):
        return True
    mine = _at_posts(actor, Role.MANAGER)
    return Assignment.objects.filter(mine, case=case).exists()


def may_confirm(actor: Actor, case: Case) -> bool:
    """Whether ``actor`` is one of those who reported the matter."""
    return actor.person_id is not None and case.reports.filter(reporter_id=actor.person_id).exists()


@files.guard("casework.case")
def may_see_case_file(actor: Actor, case_id: Any) -> bool:
    """Pictures follow their case, for whatever purpose the actor may see it."""
    for purpose in (Purpose.OWN, Purpose.HANDLE, Purpose.SUPERVISE):
        if see_cases(Case.objects.all(), actor, purpose).filter(pk=case_id).exists():
            return True
    return False


__all__ = ["get_visible_or_404", "may_confirm", "may_dispatch", "may_see_case_file", "may_work"]
