"""The desk: what waits for a person, one key to send it out, one key to correct it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.engines.casework import selectors, services
from linli.engines.casework.types import CasePage, CaseState
from linli.engines.registry import selectors as registry
from linli.engines.registry.types import Role
from linli.kernel import clock, live
from linli.kernel.actors import Purpose
from linli.kernel.guards import for_roles
from linli.practices.dispatch import pages, wording
from linli.practices.dispatch.forms import CorrectForm, place_groups

STAFF = (Role.DISPATCHER, Role.CHAIR, Role.MANAGER, Role.STREET_OFFICER)
DECIDERS = (Role.DISPATCHER, Role.CHAIR)

TABS: dict[str, tuple[CaseState, ...]] = {
    "desk": (CaseState.AT_DESK,),
    "open": (CaseState.DISPATCHED, CaseState.IN_PROGRESS),
    "done": (CaseState.DONE,),
    "closed": (CaseState.CONFIRMED, CaseState.NOT_DISPATCHED),
}
PAGE_ROWS = 50


def _tab_label(tab: str) -> str:
    return {
        "desk": _("To dispatch"),
        "open": _("In progress"),
        "done": _("To be confirmed"),
        "closed": _("Closed"),
    }[tab]


def _empty_text(tab: str) -> str:
    return {
        "desk": _("What the machine is not sure of, and what is sealed, waits here for a person."),
        "open": _("What was sent out stands here until the work is done."),
        "done": _("The work is done and the reporter has not yet said whether it is solved."),
        "closed": _("What the reporter called solved stands here."),
    }[tab]


def _purpose(actor: Any) -> Purpose:
    """Street officers look on; everybody else at the desk handles."""
    if actor.has_role(Role.STREET_OFFICER) and not actor.has_role(*DECIDERS, Role.MANAGER):
        return Purpose.SUPERVISE
    return Purpose.HANDLE


@for_roles(*STAFF)
def queue(request: Any) -> HttpResponse:
    """The list with its first matter opened beside it."""
    listed = _list(request, None)
    first = listed["first_id"]
    page = None
    if first is not None:
        page = selectors.get_case_page(request.actor, first, _purpose(request.actor))
    return _render(request, listed, page, pane="list")


@for_roles(*STAFF)
def case(request: Any, case_id: UUID) -> HttpResponse:
    """One matter beside the list that it was opened from."""
    page = selectors.get_case_page(request.actor, case_id, _purpose(request.actor))
    return _render(request, _list(request, case_id), page, pane="detail")


def _filters(request: HttpRequest) -> dict[str, str]:
    # PostgreSQL refuses to look for a NUL, which nothing stored can hold.
    asked = {key: request.GET.get(key, "").replace("\0", "") for key in ("tab", "q", "family")}
    return {
        "tab": asked["tab"] if asked["tab"] in TABS else "",
        "q": asked["q"].strip()[:80],
        "family": asked["family"][:40],
    }


def _list(request: Any, current: UUID | None) -> dict[str, Any]:
    filters = _filters(request)
    actor, purpose = request.actor, _purpose(request.actor)
    default = "desk" if actor.has_role(*DECIDERS) else "open"
    tab = filters["tab"] or default
    asked: dict[str, Any] = {
        "search": filters["q"],
        "family": filters["family"],
        "purpose": purpose,
    }
    counts = {t: selectors.count_queue(actor, states=s, **asked) for t, s in TABS.items()}
    paginator = Paginator(range(counts[tab]), PAGE_ROWS)
    page = paginator.get_page(request.GET.get("page"))
    cases = selectors.list_queue(
        actor, states=TABS[tab], offset=PAGE_ROWS * (page.number - 1), limit=PAGE_ROWS, **asked
    )
    kept = {k: v for k, v in {**filters, "tab": tab}.items() if v}
    query = urlencode(kept)
    rows = [
        pages.queue_row(c, f"{reverse('dispatch:desk_case', args=[c.id])}?{query}", c.id == current)
        for c in cases
    ]
    if current is None and rows:
        rows[0]["current"] = True
    return {
        "rows": rows,
        "first_id": cases[0].id if cases else None,
        "tabs": [_tab(t, counts[t], t == tab, kept) for t in TABS],
        "tab": tab,
        "query": query,
        "filters": filters,
        "families": _families(actor),
        "active_filters": sum(bool(filters[k]) for k in ("q", "family")),
        "reset_url": f"{reverse('dispatch:desk')}?{urlencode({'tab': tab})}",
        "empty_text": _empty_text(tab),
        "page": page,
    }


def _tab(tab: str, count: int, active: bool, kept: dict[str, str]) -> dict[str, Any]:
    query = urlencode({**{k: v for k, v in kept.items() if k != "tab"}, "tab": tab})
    return {
        "label": _tab_label(tab),
        "url": f"{reverse('dispatch:desk')}?{query}",
        "active": active,
        "count": count,
    }


def _families(actor: Any) -> list[tuple[str, str]]:
    community = registry.get_community(actor.community_id)
    return wording.family_choices(community.jurisdiction)


def _render(request: Any, listed: dict[str, Any], page: CasePage | None, pane: str) -> HttpResponse:
    request.live_topics = [live.topic("queue", request.actor.community_id)]
    values: dict[str, Any] = {**listed, "pane": pane, "opened": page is not None}
    if page is not None:
        values |= _detail(request, page)
    return render(request, "dispatch/desk.html", values)


def _detail(request: Any, page: CasePage) -> dict[str, Any]:
    alternatives = [s for s in page.suggestions if not s.is_current][:3]
    nearest = page.case.next_due_at
    return {
        **pages.case_values(page),
        "state": wording.staff_state(page.case),
        "priority": wording.PRIORITIES[page.case.priority],
        "shapes": _plan(request, page),
        "may_dispatch": page.may_dispatch,
        "receivers": [
            {
                "organisation": r.organisation,
                "role": wording.ROLES[r.role],
                "meta": [part for part in (r.worker, wording.AUTHORITIES[r.authority]) if part],
            }
            for r in page.receivers
        ],
        "alternatives": [
            {"key": str(n), "code": s.code, "name": s.name, "percent": s.percent}
            for n, s in enumerate(alternatives, 1)
        ],
        "current_percent": next((s.percent for s in page.suggestions if s.is_current), None),
        "place_options": page.place_candidates,
        "services": _service_groups(request.actor) if page.may_dispatch else [],
        "places": place_groups(request.actor) if page.may_dispatch else [],
        "minutes_left": wording.minutes_left(nearest),
        "due_kind": wording.CLOCKS.get(page.case.next_due_kind, ""),
    }


def _plan(request: Any, page: CasePage) -> list[dict[str, Any]]:
    """Where it is, and what else is open nearby: a building leads to its matters."""
    actor = request.actor
    tab = _filters(request)["tab"] or "open"
    return pages.plan_shapes(
        actor,
        lambda p: f"{reverse('dispatch:desk')}?{urlencode({'tab': tab, 'q': p.full_name})}",
        selectors.count_open_by_place(actor, _purpose(actor)),
        page.case.place_path,
    )


def _service_groups(actor: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    community = registry.get_community(actor.community_id)
    return wording.service_groups(community.jurisdiction, clock.now().date())


def _back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    query = urlencode({k: v for k, v in _filters(request).items() if v})
    return redirect(f"{reverse('dispatch:desk_case', args=[case_id])}?{query}")


@for_roles(*DECIDERS, methods=("POST",))
def correct(request: Any, case_id: UUID) -> HttpResponse:
    """Another kind or another place; what was corrected teaches the machine."""
    form = CorrectForm(request.POST)
    if not form.is_valid():
        raise Http404("not a correction")
    data = form.cleaned_data
    try:
        services.correct_case(
            request.actor,
            case_id,
            service_code=data["service"],
            place_id=data["place"],
            seen_version=data["version"],
        )
        messages.success(request, _("Corrected. It is kept as an example to learn from."))
    except services.Stale:
        messages.warning(request, wording.STALE)
    except (services.IllegalMove, services.NotAllowed):
        messages.warning(request, wording.ILLEGAL)
    except LookupError:
        messages.error(request, _("There is no such kind of matter here."))
    return _back(request, case_id)


@for_roles(*DECIDERS, methods=("POST",))
def dispatch(request: Any, case_id: UUID) -> HttpResponse:
    """Send it to all who must act, then open the next one that waits."""
    form = CorrectForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    try:
        sent = services.dispatch_case(request.actor, case_id, seen_version=version)
    except services.Stale:
        messages.warning(request, wording.STALE)
        return _back(request, case_id)
    except (services.IllegalMove, services.NotAllowed):
        messages.warning(request, wording.ILLEGAL)
        return _back(request, case_id)
    except services.CannotSend as error:
        messages.error(request, wording.CANNOT_SEND[error.code])
        return _back(request, case_id)
    names = _(", ").join(a.organisation.name for a in sent)
    messages.success(request, _("Sent to %(who)s.") % {"who": names})
    return redirect(f"{reverse('dispatch:desk')}?tab=desk")
