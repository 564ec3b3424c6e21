"""The wall: one screen in the hall, one question answered at a glance, no personal data.

It reads counts of all matters that are not sealed, and single matters only when they are open and
in public space, through the PUBLISH policies.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.engines.casework import selectors
from linli.engines.casework.types import CaseState
from linli.engines.registry import selectors as registry
from linli.engines.registry.types import Role
from linli.engines.rulebook import selectors as rulebook
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


def _midnight(days_ago: int = 0) -> datetime:
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
    before = selectors.count_reported(_midnight(1), _midnight())
    note = _("yesterday %(n)s") % {"n": before}
    return {"label": _("Reported today"), "value": today, "unit": "", "note": note, "good": None}


def _open(count: int) -> dict[str, Any]:
    cases = selectors.count_overdue()
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
    met = selectors.list_finish_promises(_midnight(WEEK_DAYS - 1))
    total, good = len(met), sum(at <= due for at, due in met)
    row: dict[str, Any] = {"label": _("Finished by the promised time"), "unit": "%"}
    if not total:
        return row | {"value": "–", "unit": "", "note": _("none finished this week"), "good": None}
    note = _("%(good)s of %(total)s in 7 days") % {"good": good, "total": total}
    return row | {"value": 100 * good // total, "note": note, "good": good == total}


def _trend() -> dict[str, Any]:
    """Reported and done on each of the last days."""
    since = _midnight(DAYS - 1)
    days = [(since + timedelta(days=n)).date() for n in range(DAYS)]
    reported = _by_day(selectors.list_reported_at(since))
    done = _by_day(selectors.list_done_at(since))
    return {
        "days": [str(day.day) for day in days],
        "trend": [
            {"label": _("reported"), "values": [reported[d] for d in days], "kind": "normal"},
            {"label": _("done"), "values": [done[d] for d in days], "kind": "ok"},
        ],
    }


def _by_day(moments: list[datetime]) -> Counter[date]:
    return Counter(timezone.localtime(at).date() for at in moments)


def _stages() -> list[dict[str, Any]]:
    """How far the open matters are."""
    steps = {
        CaseState.AT_DESK: (_("To dispatch"), "wait"),
        CaseState.DISPATCHED: (_("Dispatched"), "normal"),
        CaseState.IN_PROGRESS: (_("In progress"), "normal"),
        CaseState.DONE: (_("To be confirmed"), "ok"),
    }
    count = selectors.count_by_state(steps)
    return [
        {"label": label, "value": count.get(state, 0), "kind": kind}
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
