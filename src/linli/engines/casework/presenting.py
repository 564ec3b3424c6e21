"""Turns rows into the values that pages show, in the active language, with few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count

from linli.engines.casework import naming, triaging
from linli.engines.casework.core.states import CaseState
from linli.engines.casework.models import (
    Assignment,
    AssignmentClock,
    Case,
    CaseEvent,
    Channel,
    Report,
)
from linli.engines.casework.policies import may_confirm, may_dispatch, may_know_reporter
from linli.engines.casework.services.sending import find_receivers
from linli.engines.casework.types import (
    AssignmentView,
    CasePage,
    CaseView,
    ClockView,
    EventView,
    Receiver,
    SaidView,
    Suggestion,
)
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Community
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.types import SourceKind
from linli.kernel import clock
from linli.kernel.actors import Actor, Purpose


def codes_named(community: Community, search: str) -> list[str]:
    """Codes of service types whose name in the active language contains ``search``."""
    needle = search.casefold()
    types = rulebook.list_service_types(community.jurisdiction, registry.local_day(community))
    return [t.code for t in types if needle in naming.in_language(t.name).casefold()]


def cases(actor: Actor, rows: Iterable[Case]) -> list[CaseView]:
    """Views of many cases with their current assignments; a fixed number of queries."""
    found = list(rows)
    if not found:
        return []
    community = registry.get_community(actor.community_id)
    day = registry.local_day(community)
    ids = [case.pk for case in found]
    places = dict(
        Case.objects.filter(pk__in=ids, place__isnull=False).values_list("pk", "place__full_name")
    )
    counts = dict(
        Report.objects.filter(case_id__in=ids)
        .values_list("case_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    assignments = _assignments(community, day, ids)
    return [
        _case(community, day, c, places.get(c.pk, ""), counts.get(c.pk, 0), assignments[c.pk])
        for c in found
    ]


def _case(
    community: Community,
    day: date,
    case: Case,
    place: str,
    reports: int,
    assignments: list[AssignmentView],
) -> CaseView:
    current = max((a.round for a in assignments), default=0)
    live = [a for a in assignments if a.round == current and a.state not in ("done", "returned")]
    clocks = [c for a in live if (c := a.next_clock())]
    nearest = min(clocks, key=lambda c: c.due_at, default=None)
    return CaseView(
        id=case.pk,
        number=case.number,
        title=naming.service_name(community.jurisdiction, case.service_code, day),
        place=place,
        place_id=case.place_id,
        place_path=case.place_path,
        state=case.state,
        priority=case.priority,
        privacy=case.privacy,
        dangers=tuple(case.dangers),
        service_code=case.service_code,
        opened_at=case.opened_at,
        dispatched_at=case.dispatched_at,
        done_at=case.done_at,
        closed_at=case.closed_at,
        version=case.version,
        times_reopened=case.times_reopened,
        reports=reports,
        next_due_at=nearest.due_at if nearest else None,
        next_due_kind=nearest.kind if nearest else "",
        assignments=tuple(assignments),
    )


def _assignments(
    community: Community, day: date, case_ids: list[UUID]
) -> dict[UUID, list[AssignmentView]]:
    rows = list(
        Assignment.objects.filter(case_id__in=case_ids)
        .select_related("organisation")
        .order_by("round", "role", "sent_at", "pk")
    )
    clocks: dict[UUID, list[ClockView]] = defaultdict(list)
    ids = [row.pk for row in rows]
    for promise in AssignmentClock.objects.filter(assignment__in=ids).order_by("due_at"):
        clocks[promise.assignment_id].append(_clock(community, day, promise))
    views: dict[UUID, list[AssignmentView]] = defaultdict(list)
    for row in rows:
        views[row.case_id].append(
            AssignmentView(
                id=row.pk,
                organisation_id=row.organisation_id,
                organisation=row.organisation.name,
                phone=row.organisation.phone,
                role=row.role,
                authority=row.authority,
                state=row.state,
                round=row.round,
                worker=registry.get_public_name(row.assignee_id, row.organisation_id),
                sent_at=row.sent_at,
                clocks=tuple(clocks[row.pk]),
            )
        )
    return views


def _clock(community: Community, day: date, row: AssignmentClock) -> ClockView:
    rule = naming.rule_of(community.jurisdiction, row.rule_id, day)
    return ClockView(
        kind=row.kind,
        started_at=row.started_at,
        due_at=row.due_at,
        met_at=row.met_at,
        is_provisional=row.is_provisional,
        rule_id=row.rule_id,
        rule_label=naming.in_language(rule.label) if rule else row.rule_id,
        source_title=naming.in_language(rule.source.title) if rule else "",
        source_article=rule.source.article if rule else "",
        is_reference=bool(rule and rule.source.kind == SourceKind.REFERENCE),
    )


def page(actor: Actor, case: Case, purpose: Purpose) -> CasePage:
    """One case with what was said, its history and, at the desk, what triage suggests."""
    community = registry.get_community(actor.community_id)
    [view] = cases(actor, [case])
    dispatcher = may_dispatch(actor, case)
    at_desk = dispatcher and case.state == CaseState.AT_DESK
    return CasePage(
        case=view,
        said=_said(actor, case, purpose),
        events=_events(actor, case, purpose),
        may_confirm=purpose == Purpose.OWN and may_confirm(actor, case),
        may_dispatch=at_desk,
        suggestions=_suggestions(community, case) if at_desk else (),
        reasons=triaging.worded_reasons(community, case) if dispatcher else (),
        receivers=_receivers(community, case) if at_desk else (),
        call=triaging.whom_to_call(community, case),
        place_candidates=triaging.place_candidates(case) if at_desk else (),
    )


def _said(actor: Actor, case: Case, purpose: Purpose) -> tuple[SaidView, ...]:
    rows = list(Report.objects.visible_to(actor, purpose).filter(case=case).order_by("said_at"))
    labels = dict(Channel.choices)
    named = purpose == Purpose.OWN or may_know_reporter(actor, case)
    told = [row.reporter_id for row in rows if named and row.naming == Report.Naming.NAMED]
    names = registry.names_of(told, actor, purpose)
    return tuple(
        SaidView(
            at=row.said_at,
            channel=str(labels.get(row.channel, row.channel)),
            text=row.text,
            reporter=_reporter(row, names) if named else "",
            is_anonymous=row.naming == Report.Naming.ANONYMOUS or row.reporter_id is None,
        )
        for row in rows
    )


def _reporter(row: Report, names: dict[UUID, str]) -> str:
    """The reporter's label, oneself included: what one said is shown as others see it."""
    if row.reporter_id is None or row.naming == Report.Naming.ANONYMOUS:
        return ""
    return registry.mask_name(names.get(row.reporter_id, ""))


def _events(actor: Actor, case: Case, purpose: Purpose) -> tuple[EventView, ...]:
    rows = (
        CaseEvent.objects.visible_to(actor, purpose)
        .filter(case=case)
        .select_related("organisation")
        .order_by("at", "pk")
    )
    return tuple(
        EventView(
            at=row.at,
            kind=row.kind,
            organisation=row.organisation.name if row.organisation else "",
            public_name=row.public_name,
            note=row.note,
            data=row.data,
            photo_ids=tuple(UUID(p) for p in row.data.get("photos", ())),
            is_internal=row.is_internal,
        )
        for row in rows
    )


def _suggestions(community: Community, case: Case) -> tuple[Suggestion, ...]:
    day = registry.local_day(community)
    return tuple(
        Suggestion(
            code=code,
            name=naming.service_name(community.jurisdiction, code, day),
            percent=percent,
            is_current=code == case.service_code,
        )
        for code, percent in triaging.ranked_services(case)
    )


def _receivers(community: Community, case: Case) -> tuple[Receiver, ...]:
    if not case.service_code or case.place_id is None:
        return ()
    service = naming.find_service(
        community.jurisdiction, case.service_code, registry.local_day(community)
    )
    if service is None:
        return ()
    return tuple(
        Receiver(
            organisation=organisation.name,
            role=duty.role,
            authority=duty.authority,
            worker=registry.get_public_name(
                registry.find_on_duty(organisation.pk, service.family, clock.now()),
                organisation.pk,
            ),
        )
        for duty, organisation in find_receivers(service, case.place_path)
    )
