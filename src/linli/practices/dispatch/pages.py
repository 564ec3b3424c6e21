"""What pages of this practice share: rows, cards and the plan, ready for their templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import reverse

from linli.engines.casework.types import AssignmentView, CasePage, CaseView
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Place
from linli.kernel.actors import Actor
from linli.practices.dispatch import wording


def own_row(case: CaseView) -> dict[str, Any]:
    """A matter in the reporter's list."""
    return {
        "href": reverse("dispatch:matter", args=[case.id]),
        "title": case.title,
        "place": case.place,
        "state": wording.reporter_state(case),
        "steps": wording.steps(case),
        "promised": wording.promised(case),
        "elapsed": wording.elapsed(case),
    }


def queue_row(case: CaseView, href: str, current: bool) -> dict[str, Any]:
    """A matter in the desk's list."""
    word, kind = wording.PRIORITIES[case.priority]
    meta = [case.place or wording.place_unknown(), case.number]
    if case.state != "at_desk":
        meta.append(str(wording.STATES[case.state][0]))
    return {
        "href": href,
        "title": case.title,
        "pill": word,
        "pill_kind": kind,
        "meta": meta,
        "time": wording.local_time(case.opened_at),
        "current": current,
    }


def job_card(case: CaseView, organisation_ids: frozenset[UUID]) -> dict[str, Any]:
    """A job in the worker's list: the organisation's newest open part of the case."""
    jobs = [j for j in case.assignments if j.organisation_id in organisation_ids]
    job = jobs[-1]
    nearest = job.next_clock()
    word, kind = wording.JOB_STATES[job.state]
    return {
        "href": reverse("dispatch:job", args=[job.id]),
        "title": case.title,
        "place": case.place,
        "number": case.number,
        "state": {"text": word, "kind": kind},
        "role": wording.ROLES[job.role],
        "worker": job.worker,
        "minutes_left": wording.minutes_left(nearest.due_at) if nearest else None,
        "due": wording.local_time(nearest.due_at) if nearest else "",
        "due_kind": wording.CLOCKS[nearest.kind] if nearest else "",
    }


def assignment_card(job: AssignmentView) -> dict[str, Any]:
    """Who has a part, until when, by which rule."""
    word, kind = wording.JOB_STATES[job.state]
    nearest = job.next_clock()
    return {
        "id": job.id,
        "organisation": job.organisation,
        "worker": job.worker,
        "phone": job.phone,
        "role": wording.ROLES[job.role],
        "authority": wording.AUTHORITIES[job.authority],
        "state": {"text": word, "kind": kind},
        "minutes_left": wording.minutes_left(nearest.due_at) if nearest else None,
        "clocks": [
            {
                "label": wording.CLOCKS[c.kind],
                "due": wording.local_time(c.due_at),
                "met": wording.local_time(c.met_at) if c.met_at else "",
                "was_late": c.was_late,
                "is_provisional": c.is_provisional,
                "rule": c.rule_label,
                "rule_id": c.rule_id,
                "source": c.source_title,
                "article": c.source_article,
                "is_reference": c.is_reference,
            }
            for c in job.clocks
        ],
    }


def case_values(page: CasePage) -> dict[str, Any]:
    """What every page about one case shows."""
    newest = max((a.round for a in page.case.assignments), default=0)
    return {
        "case": page.case,
        "said": page.said,
        "jobs": [assignment_card(a) for a in page.case.assignments if a.round == newest],
        "timeline": [wording.event_line(e) for e in page.events],
        "photos": [reverse("file", args=[photo]) for e in page.events for photo in e.photo_ids],
        "call": [{"name": name, "number": number} for name, number in page.call],
        "reasons": page.reasons,
    }


def plan_shapes(
    actor: Actor, link: Callable[[Place], str], counts: dict[str, int]
) -> list[dict[str, Any]]:
    """The community's plan; buildings and sheds are links. ``counts`` are by place path."""
    shapes = []
    for place in registry.list_plan_places(actor):
        shape: dict[str, Any] = {"kind": place.drawing, "points": place.outline}
        if place.drawing in ("building", "shed"):
            shape |= {
                "label": place.number or place.name,
                "name": place.full_name,
                "href": link(place),
                "count": sum(n for path, n in counts.items() if _inside(path, place.path)),
            }
        shapes.append(shape)
    return shapes


def _inside(path: str, place_path: str) -> bool:
    return path == place_path or path.startswith(place_path + "/")
