"""The worker's pages: today's jobs, accept, arrive, photos, done, or give back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linli.engines.casework import selectors, services
from linli.engines.registry.types import HANDS
from linli.kernel import files, live
from linli.kernel.guards import for_roles
from linli.practices.dispatch import pages, wording
from linli.practices.dispatch.forms import PHOTOS_MAX, FinishForm, ReasonForm


@for_roles(*HANDS)
def jobs(request: Any) -> HttpResponse:
    """My jobs, the nearest deadline first; below, what I finished."""
    actor = request.actor
    request.live_topics = [live.topic("org", o) for o in sorted(actor.organisation_ids)]
    still_open = selectors.list_jobs(actor)
    finished = selectors.list_jobs(actor, is_open=False, limit=10)
    mine = selectors.list_job_ids(actor, [case.id for case in (*still_open, *finished)])
    values = {
        "jobs": [pages.job_card(case, mine) for case in still_open],
        "finished": [pages.job_card(case, mine) for case in finished],
    }
    return render(request, "dispatch/jobs.html", values)


@for_roles(*HANDS)
def job(request: Any, job_id: UUID) -> HttpResponse:
    """One job: where, what, until when, and the next step as one big button."""
    return _show(request, job_id, FinishForm(), _return_form())


def _return_form(data: Any = None) -> ReasonForm:
    form = ReasonForm(data)
    form.fields["reason"].label = _("Why can you not do it?")
    return form


def _show(
    request: Any, job_id: UUID, finish: FinishForm, back: ReasonForm, status: int = 200
) -> HttpResponse:
    row, page = selectors.get_job(request.actor, job_id)
    request.live_topics = [live.topic("case", row.case_id)]
    shared = pages.case_values(page)
    values = {
        **shared,
        "job": next(pages.assignment_card(a) for a in page.case.assignments if a.id == row.pk),
        "others": [other for other in shared["jobs"] if other["id"] != row.pk],
        "job_state": row.state,
        "priority": wording.PRIORITIES[page.case.priority],
        "finish_form": finish,
        "return_form": back,
    }
    return render(request, "dispatch/job.html", values, status=status)


def _taken(request: Any) -> HttpResponse:
    """Somebody else took the job at the same moment: it is no longer among one's own."""
    messages.warning(request, wording.ILLEGAL)
    return redirect("dispatch:work")


@for_roles(*HANDS, methods=("POST",))
def accept(request: Any, job_id: UUID) -> HttpResponse:
    """I take it on."""
    try:
        services.accept_assignment(request.actor, job_id)
        messages.success(request, _("Accepted. The resident has been told."))
    except services.IllegalMove:
        messages.warning(request, wording.ILLEGAL)
    except services.NotAllowed:
        return _taken(request)
    return redirect("dispatch:job", job_id=job_id)


@for_roles(*HANDS, methods=("POST",))
def arrive(request: Any, job_id: UUID) -> HttpResponse:
    """I am on site."""
    try:
        services.arrive_assignment(request.actor, job_id)
        messages.success(request, _("Noted: you are on site."))
    except services.IllegalMove:
        messages.warning(request, wording.ILLEGAL)
    except services.NotAllowed:
        return _taken(request)
    return redirect("dispatch:job", job_id=job_id)


@for_roles(*HANDS, methods=("POST",))
def finish(request: Any, job_id: UUID) -> HttpResponse:
    """Done, with photos and a word."""
    form = FinishForm(request.POST)
    uploads = request.FILES.getlist("photos")[:PHOTOS_MAX]
    if not form.is_valid():
        return _show(request, job_id, form, _return_form(), 422)
    try:
        photos = [files.read_upload(upload) for upload in uploads]
        services.finish_assignment(
            request.actor, job_id, note=form.cleaned_data["note"], photos=photos
        )
        messages.success(request, _("Done. Thank you."))
    except files.BadFile as error:
        form.add_error(None, wording.BAD_FILES[error.code])
        return _show(request, job_id, form, _return_form(), 422)
    except services.IllegalMove:
        messages.warning(request, wording.ILLEGAL)
    except services.NotAllowed:
        return _taken(request)
    return redirect("dispatch:job", job_id=job_id)


@for_roles(*HANDS, methods=("POST",))
def give_back(request: Any, job_id: UUID) -> HttpResponse:
    """Give the job back, with a reason; a person at the desk decides what then."""
    form = _return_form(request.POST)
    if not form.is_valid():
        return _show(request, job_id, FinishForm(), form, 422)
    try:
        services.return_assignment(request.actor, job_id, reason=form.cleaned_data["reason"])
        messages.success(request, _("Returned. The desk has been told why."))
    except services.IllegalMove:
        messages.warning(request, wording.ILLEGAL)
    except services.NotAllowed:
        return _taken(request)
    return redirect("dispatch:work")
