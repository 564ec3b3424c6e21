"""Reads of casework. Each takes the actor and the purpose, and sees through the policies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from linli.engines.casework import presenting, triaging
from linli.engines.casework.core.states import (
    OPEN_ASSIGNMENT,
    OPEN_CASE,
    AssignmentState,
    CaseState,
)
from linli.engines.casework.models import Assignment, AssignmentClock, Case
from linli.engines.casework.types import CasePage, CaseView, WallNumbers
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Community
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.types import ClockKind, Privacy
from linli.kernel import clock
from linli.kernel.actors import Actor, Purpose, SystemActor, get_visible_or_404
from linli.kernel.scope import ScopeError, active_community

PAGE_ROWS = 50


def list_own_cases(actor: Actor, limit: int = PAGE_ROWS) -> list[CaseView]:
    """The matters that the actor reported, newest first."""
    rows = Case.objects.visible_to(actor, Purpose.OWN).order_by("-opened_at")[:limit]
    return presenting.cases(actor, rows)


def list_waiting_for_reporter(actor: Actor) -> list[CaseView]:
    """The actor's matters whose work is done and that only the actor can close."""
    rows = Case.objects.visible_to(actor, Purpose.OWN).filter(state=CaseState.DONE)
    return presenting.cases(actor, rows.order_by("done_at"))


def list_queue(
    actor: Actor,
    *,
    states: Iterable[CaseState] = (CaseState.AT_DESK,),
    search: str = "",
    family: str = "",
    offset: int = 0,
    limit: int = PAGE_ROWS,
    purpose: Purpose = Purpose.HANDLE,
) -> list[CaseView]:
    """Cases for the desk: the most urgent first, the oldest first among equals.

    ``search`` looks in number, place and kind; people's words are sealed and not searched.
    """
    rows = _queue(actor, states, search, family, purpose)
    return presenting.cases(actor, rows.order_by("priority", "opened_at")[offset : offset + limit])


def count_queue(
    actor: Actor,
    *,
    states: Iterable[CaseState] = (CaseState.AT_DESK,),
    search: str = "",
    family: str = "",
    purpose: Purpose = Purpose.HANDLE,
) -> int:
    """How many cases :func:`list_queue` has in all."""
    return _queue(actor, states, search, family, purpose).count()


def _queue(
    actor: Actor, states: Iterable[CaseState], search: str, family: str, purpose: Purpose
) -> QuerySet[Case]:
    rows = Case.objects.visible_to(actor, purpose).filter(state__in=list(states))
    if family:
        rows = rows.filter(family=family)
    if search:
        community = registry.get_community(actor.community_id)
        codes = presenting.codes_named(community, search)
        rows = rows.filter(
            Q(number__icontains=search)
            | Q(place__full_name__icontains=search)
            | Q(service_code__in=codes)
        )
    return rows


def get_case_page(actor: Actor, case_id: UUID | str, purpose: Purpose) -> CasePage:
    """One case with all that the actor may see of it; Http404 when that is nothing."""
    rows = Case.objects.select_related("place")
    case = get_visible_or_404(rows, actor, purpose, pk=case_id)
    return presenting.page(actor, case, purpose)


def list_jobs(actor: Actor, *, is_open: bool = True, limit: int = PAGE_ROWS) -> list[CaseView]:
    """Cases with a part for the actor to work on; the nearest deadline first."""
    states = OPEN_ASSIGNMENT if is_open else {AssignmentState.DONE}
    jobs = Assignment.objects.visible_to(actor, Purpose.HANDLE).filter(state__in=states)
    rows = Case.objects.filter(pk__in=jobs.values("case_id"))
    views = presenting.cases(actor, rows.order_by("-opened_at")[:limit])
    far = datetime.max.replace(tzinfo=ZoneInfo("UTC"))
    return sorted(views, key=lambda v: v.next_due_at or far)


def list_job_ids(actor: Actor, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Parts of these cases that are the actor's to work on."""
    rows = Assignment.objects.visible_to(actor, Purpose.HANDLE).filter(case_id__in=list(case_ids))
    return frozenset(rows.values_list("pk", flat=True))


def get_job(actor: Actor, assignment_id: UUID | str) -> tuple[Assignment, CasePage]:
    """One part of the work with its case; Http404 when it is not the actor's."""
    rows = Assignment.objects.select_related("organisation", "case__place")
    job = get_visible_or_404(rows, actor, Purpose.HANDLE, pk=assignment_id)
    return job, presenting.page(actor, job.case, Purpose.HANDLE)


def count_open_by_place(actor: Actor, purpose: Purpose) -> dict[str, int]:
    """Open cases by the place path, for the badges on the plan."""
    rows = Case.objects.visible_to(actor, purpose).filter(state__in=OPEN_CASE)
    counted = rows.values("place_path").annotate(n=Count("pk", distinct=True)).order_by()
    return {row["place_path"]: row["n"] for row in counted}


def list_open_in_public(actor: Actor, limit: int = 8) -> list[CaseView]:
    """Open matters in public space, for the wall: kind, place and minutes, nothing else."""
    rows = Case.objects.visible_to(actor, Purpose.PUBLISH).filter(
        state__in=[CaseState.DISPATCHED, CaseState.IN_PROGRESS]
    )
    return presenting.cases(actor, rows.order_by("-opened_at")[:limit])


def get_wall_numbers(actor: Actor) -> WallNumbers:
    """Four numbers about open, non-sealed matters. Counts only; no row leaves this function."""
    community = registry.get_community(actor.community_id)
    zone = ZoneInfo(rulebook.get_pack(community.jurisdiction).time_zone)
    midnight = clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = _counted()
    dispatched = rows.filter(dispatched_at__gte=midnight).values_list("opened_at", "dispatched_at")
    waits = sorted(clock.minutes_between(opened, sent) for opened, sent in dispatched if sent)
    finished = AssignmentClock.objects.filter(
        kind="finish", met_at__isnull=False, met_at__gte=midnight
    ).values_list("met_at", "due_at")
    on_time = [met <= due for met, due in finished if met]
    return WallNumbers(
        reported_today=rows.filter(opened_at__gte=midnight).count(),
        open_now=rows.filter(state__in=OPEN_CASE).count(),
        median_dispatch_min=waits[len(waits) // 2] if waits else None,
        done_on_time_percent=100 * sum(on_time) // len(on_time) if on_time else None,
    )


def _counted() -> QuerySet[Case]:
    """Matters that may be counted in public: all but the sealed."""
    return Case.objects.exclude(privacy=Privacy.SEALED)


def count_reported(since: datetime, until: datetime) -> int:
    """How many matters were raised from ``since`` to before ``until``."""
    return _counted().filter(opened_at__gte=since, opened_at__lt=until).count()


def count_by_state(states: Iterable[CaseState]) -> dict[str, int]:
    """How many matters are in each of ``states`` now."""
    rows = _counted().filter(state__in=list(states)).values_list("state")
    return dict(rows.annotate(n=Count("pk")).order_by())


def count_overdue() -> int:
    """How many matters have a promise that is broken and still owed."""
    late = AssignmentClock.objects.filter(
        met_at__isnull=True,
        due_at__lt=clock.now(),
        assignment__state__in=OPEN_ASSIGNMENT,
        assignment__case__in=_counted(),
    )
    return late.values("assignment__case").distinct().count()


def list_finish_promises(since: datetime) -> list[tuple[datetime, datetime]]:
    """(finished, promised) of the parts finished since ``since``."""
    met = AssignmentClock.objects.filter(
        kind=ClockKind.FINISH, met_at__gte=since, assignment__case__in=_counted()
    )
    return [(at, due) for at, due in met.values_list("met_at", "due_at") if at]


def list_reported_at(since: datetime) -> list[datetime]:
    """When matters were raised, since ``since``."""
    return list(_counted().filter(opened_at__gte=since).values_list("opened_at", flat=True))


def list_done_at(since: datetime) -> list[datetime]:
    """When matters were done, since ``since``."""
    rows = _counted().filter(done_at__gte=since).values_list("done_at", flat=True)
    return [at for at in rows if at]


def list_common_families(actor: Actor, days: int = 30, least: int = 1) -> list[tuple[str, int]]:
    """Families of matters of the last ``days``, the most frequent first; small cells hidden."""
    since = clock.now() - timedelta(days=days)
    rows = (
        Case.objects.visible_to(actor, Purpose.PUBLISH)
        .filter(opened_at__gte=since)
        .exclude(family="")
        .values("family")
        .annotate(n=Count("pk"))
        .filter(n__gte=least)
        .order_by("-n", "family")
    )
    return [(row["family"], row["n"]) for row in rows]


def median_dispatch_minutes() -> int | None:
    """Median minutes from report to dispatch today, in the community in scope."""
    return get_wall_numbers(_of_scope()).median_dispatch_min


def done_on_time_percent() -> int | None:
    """Share of parts finished in time today, in percent, in the community in scope."""
    return get_wall_numbers(_of_scope()).done_on_time_percent


def _of_scope() -> SystemActor:
    community_id = active_community()
    if community_id is None:
        raise ScopeError("an indicator is computed in the scope of one community")
    return SystemActor(community_id)


def explain_triage(community: Community, text: str) -> dict[str, object]:
    """What would become of ``text`` here; nothing is stored. Field names are a fixed contract."""
    return triaging.explain(community, text)
