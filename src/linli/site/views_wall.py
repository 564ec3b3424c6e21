"""The wall: one screen in the hall, one question answered at a glance, no personal data.

It reads counts of all matters that are not sealed, and single matters only when they are open and
in public space, through the PUBLISH policies.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.engines.casework import selectors
from linli.engines.casework.models import AssignmentClock, Case
from linli.engines.casework.types import CaseState
from linli.engines.registry import selectors as registry
from linli.engines.registry.types import Role
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.types import Privacy
from linli.kernel import clock, live
from linli.kernel.actors import Purpose
from linli.kernel.guards import for_roles
from linli.practices.dispatch import pages, wording

#: fewer than this many in a frequency table may speak of one home
COMMON_LEAST = 3
DAYS = 14
WEEK_DAYS = 7


@for_roles(Role.WALL, Role.CHAIR, Role.STREET_OFFICER, Role.DISPATCHER)
def wall(request: Any) -> HttpResponse:
    """Numbers with their promise, the plan, what is being done, and the age of the data."""
    actor = request.actor
    request.live_topics = [live.topic("queue", actor.community_id)]
    values = {
        "kpis": _kpis(actor),
        "feed": [_feed(case) for case in selectors.list_open_in_public(actor)],
        "common": _common(actor),
        "stages": _stages(),
        "shapes": _shapes(actor),
        "now": timezone.localtime(clock.now()),
        **_trend(),
    }
    return render(request, "site/wall.html", values)


def _counted() -> Any:
    """Matters that may be counted in public."""
    return Case.objects.exclude(privacy=Privacy.SEALED)


def _midnight(days_ago: int = 0) -> Any:
    today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days_ago)


def _kpis(actor: Any) -> list[dict[str, Any]]:
    """Four numbers, each with what it is measured against."""
    numbers = selectors.get_wall_numbers(actor)
    return [
        _reported(numbers.reported_today),
        _open(numbers.open_now),
        _until_sent(numbers.median_dispatch_min),
        _on_time(),
    ]


def _reported(today: int) -> dict[str, Any]:
    since, until = _midnight(1), _midnight()
    before = _counted().filter(opened_at__gte=since, opened_at__lt=until).count()
    note = _("yesterday %(n)s") % {"n": before}
    return {"label": _("Reported today"), "value": today, "unit": "", "note": note, "good": None}


def _open(count: int) -> dict[str, Any]:
    late = AssignmentClock.objects.filter(
        met_at__isnull=True,
        due_at__lt=clock.now(),
        assignment__state__in=["sent", "accepted", "arrived"],
        assignment__case__in=_counted(),
    )
    cases = late.values("assignment__case").distinct().count()
    return {
        "label": _("Open now"),
        "value": count,
        "unit": "",
        "note": _("%(n)s overdue") % {"n": cases} if cases else _("none overdue"),
        "good": not cases,
    }


def _until_sent(minutes: int | None) -> dict[str, Any]:
    row: dict[str, Any] = {"label": _("Until dispatched"), "good": None}
    if minutes is None:
        return row | {"value": "–", "unit": "", "note": _("none sent out yet today")}
    shown = "<1" if minutes < 1 else minutes
    return row | {"value": shown, "unit": _("min"), "note": _("median of today")}


def _on_time() -> dict[str, Any]:
    met = AssignmentClock.objects.filter(
        kind="finish", met_at__gte=_midnight(WEEK_DAYS - 1), assignment__case__in=_counted()
    ).values_list("met_at", "due_at")
    total, good = len(met), sum(at <= due for at, due in met if at)
    row: dict[str, Any] = {"label": _("Finished by the promised time"), "unit": "%"}
    if not total:
        return row | {"value": "–", "unit": "", "note": _("none finished this week"), "good": None}
    note = _("%(good)s of %(total)s in 7 days") % {"good": good, "total": total}
    return row | {"value": 100 * good // total, "note": note, "good": good == total}


def _trend() -> dict[str, Any]:
    """Reported and done on each of the last days."""
    since = _midnight(DAYS - 1)
    days = [(since + timedelta(days=n)).date() for n in range(DAYS)]
    reported = _by_day(_counted().filter(opened_at__gte=since), "opened_at")
    done = _by_day(_counted().filter(done_at__gte=since), "done_at")
    return {
        "days": [str(day.day) for day in days],
        "trend": [
            {"label": _("reported"), "values": [reported[d] for d in days], "kind": "normal"},
            {"label": _("done"), "values": [done[d] for d in days], "kind": "ok"},
        ],
    }


def _by_day(rows: Any, field: str) -> Counter[Any]:
    return Counter(timezone.localtime(at).date() for at in rows.values_list(field, flat=True))


def _stages() -> list[dict[str, Any]]:
    """How far the open matters are."""
    steps = {
        CaseState.AT_DESK: (_("To dispatch"), "wait"),
        CaseState.DISPATCHED: (_("Dispatched"), "normal"),
        CaseState.IN_PROGRESS: (_("In progress"), "normal"),
        CaseState.DONE: (_("To be confirmed"), "ok"),
    }
    count = Counter(_counted().filter(state__in=list(steps)).values_list("state", flat=True))
    return [
        {"label": label, "value": count[state], "kind": kind}
        for state, (label, kind) in steps.items()
    ]


def _feed(case: Any) -> dict[str, Any]:
    word, kind = wording.PRIORITIES[case.priority]
    place = case.place or wording.place_unknown()
    who = next((a.organisation for a in case.assignments if a.role == "lead"), "")
    return {
        "title": case.title,
        "word": word,
        "meta": f"{place} · {who}" if who else place,
        "minutes": clock.minutes_between(case.opened_at, clock.now()),
        "kind": kind,
    }


def _common(actor: Any) -> list[dict[str, Any]]:
    community = registry.get_community(actor.community_id)
    families = rulebook.get_pack(community.jurisdiction).families
    rows = selectors.list_common_families(actor, least=COMMON_LEAST)
    return [
        {"label": rulebook.in_language(families[code]), "value": n}
        for code, n in rows[:6]
        if code in families
    ]


def _shapes(actor: Any) -> list[dict[str, Any]]:
    """The plan without links: open matters in public space, by place."""
    counts = selectors.count_open_by_place(actor, Purpose.PUBLISH)
    places = registry.list_plan_places(actor)
    shapes = pages.estate_areas(actor, places)
    for place in places:
        count = counts.get(place.path, 0)
        label = place.number or place.name if place.drawing in ("building", "shed") else ""
        shapes.append(
            {"kind": place.drawing, "points": place.outline, "label": label, "count": count}
        )
    return shapes
