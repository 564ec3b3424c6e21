"""The wall: one screen in the hall, one question answered at a glance, no personal data.

It reads counts and open matters in public space, through the PUBLISH policies, and nothing else.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.engines.casework import selectors
from linli.engines.registry import selectors as registry
from linli.engines.registry.types import Role
from linli.engines.rulebook import selectors as rulebook
from linli.kernel import clock, live
from linli.kernel.actors import Purpose
from linli.kernel.guards import for_roles

#: at most this many in a frequency table say nothing about a home
COMMON_LEAST = 3


@for_roles(Role.WALL, Role.CHAIR, Role.STREET_OFFICER, Role.DISPATCHER)
def wall(request: Any) -> HttpResponse:
    """Numbers with their promise, the plan, what is being done, and the age of the data."""
    actor = request.actor
    request.live_topics = [live.topic("queue", actor.community_id)]
    values = {
        "numbers": selectors.get_wall_numbers(actor),
        "feed": [_feed(case) for case in selectors.list_open_in_public(actor)],
        "common": _common(actor),
        "shapes": _shapes(actor),
        "now": timezone.localtime(clock.now()),
    }
    return render(request, "site/wall.html", values)


def _feed(case: Any) -> dict[str, Any]:
    urgent = case.priority in ("P0", "P1")
    return {
        "title": case.title,
        "place": case.place,
        "minutes": clock.minutes_between(case.opened_at, clock.now()),
        "kind": "urgent" if case.priority == "P0" else "due" if urgent else "normal",
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
    counts = selectors.count_open_by_place(actor, Purpose.PUBLISH)
    shapes = []
    for place in registry.list_plan_places(actor):
        count = counts.get(place.path, 0)
        label = place.number or place.name if place.drawing in ("building", "shed") else ""
        shapes.append(
            {"kind": place.drawing, "points": place.outline, "label": label, "count": count}
        )
    return shapes
