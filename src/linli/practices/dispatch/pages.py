"""What pages of this practice share: rows, cards and the plan, ready for their templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import reverse

from linli.engines.casework.events import EventKind
from linli.engines.casework.types import AssignmentView, CasePage, CaseView, ClockView, SaidView
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Place
from linli.kernel.actors import Actor
from linli.practices.dispatch import wording
from linli.ui.plan import around


def own_row(case: CaseView) -> dict[str, Any]:
    """A matter in the reporter's list."""
    left = wording.minutes_left(case.next_due_at)
    return {
        "href": reverse("dispatch:matter", args=[case.id]),
        "title": case.title,
        "place": case.place,
        "who": wording.lead_of(case),
        "waiting_meta": [case.place or wording.place_unknown(), wording.done_line(case)],
        "late_by": left if left is not None and left < 0 else None,
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


def job_card(case: CaseView, own_ids: frozenset[UUID]) -> dict[str, Any]:
    """A job in the worker's list: the newest part of the case that is the worker's own (the
    organisation's newest may be a colleague's by now)."""
    job = [j for j in case.assignments if j.id in own_ids][-1]
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
        "accent": "alarm" if case.priority == "P0" else "",
        "minutes_left": wording.minutes_left(nearest.due_at) if nearest else None,
        "finished_meta": [case.place or wording.place_unknown(), *_finished(job)],
        "due_kind": wording.CLOCKS[nearest.kind] if nearest else "",
    }


def _finished(job: AssignmentView) -> list[str]:
    met = [c.met_at for c in job.clocks if c.kind == "finish" and c.met_at]
    return [wording.local_time(at) for at in met]


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
        "due_kind": wording.CLOCKS[nearest.kind] if nearest else "",
        "clocks": [_clock(c) for c in job.clocks],
    }


def _clock(promise: ClockView) -> dict[str, Any]:
    """One promise as a row, and the rule that it comes from."""
    return {
        "label": wording.CLOCKS[promise.kind],
        "value": wording.clock_line(promise),
        "icon": "check" if promise.met_at else "clock",
        "rule": promise.rule_label,
        "source": promise.source_title,
        "article": promise.source_article,
        "is_reference": promise.is_reference,
    }


def case_values(page: CasePage) -> dict[str, Any]:
    """What every page about one case shows."""
    newest = max((a.round for a in page.case.assignments), default=0)
    return {
        "case": page.case,
        "said": [_said(s) for s in page.said],
        "jobs": [assignment_card(a) for a in page.case.assignments if a.round == newest],
        "timeline": [wording.event_line(e) for e in page.events],
        "photos": _photos(page, after_work=False),
        "work_photos": _photos(page, after_work=True),
        "call": [{"name": name, "number": number} for name, number in page.call],
        "reasons": page.reasons,
    }


def _said(said: SaidView) -> dict[str, Any]:
    """Somebody's words; ``meta_staff`` also says who, masked, and is for the desk alone."""
    meta = [wording.local_time(said.at), said.channel]
    who = wording.no_name() if said.is_anonymous else said.reporter
    return {"text": said.text, "meta": meta, "meta_staff": [*meta, who]}


def _photos(page: CasePage, after_work: bool) -> list[dict[str, str]]:
    """The workers' pictures, or the reporter's, with what each shows."""
    events = [e for e in page.events if (e.kind == EventKind.PART_DONE) is after_work]
    ids = [photo for event in events for photo in event.photo_ids]
    return [
        {"src": reverse("file", args=[photo]), "label": wording.photo_label(after_work, number)}
        for number, photo in enumerate(ids, 1)
    ]


def plan_shapes(
    actor: Actor, link: Callable[[Place], str], counts: dict[str, int], current: str = ""
) -> list[dict[str, Any]]:
    """The community's plan; buildings and sheds are links. ``counts`` are by place path.

    ``current`` is the path of the place that the page speaks of.
    """
    places = registry.list_plan_places(actor)
    shapes = estate_areas(actor, places)
    for place in places:
        shape: dict[str, Any] = {
            "kind": place.drawing,
            "points": place.outline,
            "count": sum(n for path, n in counts.items() if _inside(path, place.path)),
        }
        if place.drawing in ("building", "shed"):
            shape |= {
                "label": place.number or place.name,
                "name": place.full_name,
                "href": link(place),
                "current": _inside(current, place.path),
            }
        shapes.append(shape)
    return shapes


def estate_areas(actor: Actor, places: list[Place]) -> list[dict[str, Any]]:
    """Each estate as a named ground: four buildings 7 are told apart by where they stand."""
    areas = []
    for estate in registry.list_estates(actor):
        inside = [p.outline for p in places if _inside(p.path, estate.path)]
        if inside and estate.path not in {p.path for p in places}:
            areas.append({"kind": "area", "points": around(inside), "label": estate.name})
    return areas


def _inside(path: str, place_path: str) -> bool:
    return path == place_path or path.startswith(place_path + "/")
