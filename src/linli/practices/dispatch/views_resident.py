"""The resident's pages: report, my matters, one matter, confirm or reopen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.engines.casework import selectors, services
from linli.engines.registry import selectors as registry
from linli.kernel import files, idempotency, live
from linli.kernel.actors import Purpose
from linli.kernel.guards import signed_in
from linli.practices.dispatch import pages, repeats, wording
from linli.practices.dispatch.forms import ReasonForm, ReportForm


@signed_in("GET", "HEAD", "POST")
def report(request: Any) -> HttpResponse:
    """The report form: a photo or a sentence, and where."""
    if request.method != "POST":
        return _show_form(request, ReportForm(actor=request.actor, initial=_asked(request)))
    form = ReportForm(request.POST, actor=request.actor)
    form.take_photos(request.FILES.getlist("photos"))
    if not form.is_valid():
        return _show_form(request, form, status=422)
    known = repeats.find_repeat(request, form)
    if known is not None:
        return _had_before(request, known)
    try:
        taken = _submit(request, form)
    except files.BadFile as error:
        form.add_error(None, wording.BAD_FILES[error.code])
        return _show_form(request, form, status=422)
    except idempotency.KeyReused:
        form.add_error(None, _("This form was sent before with other words. Please send it again."))
        again = request.POST.copy()
        form.data = again
        again["key"] = ReportForm(actor=request.actor).initial["key"]
        return _show_form(request, form, status=409)
    if not taken.is_new:
        return _had_before(request, taken.case_id)
    repeats.remember(request, form, taken.case_id)
    return redirect("dispatch:matter", case_id=taken.case_id)


def _had_before(request: HttpRequest, case_id: UUID) -> HttpResponse:
    messages.info(request, _("We already have this report. Here it is."))
    return redirect("dispatch:matter", case_id=case_id)


def _asked(request: HttpRequest) -> dict[str, str]:
    """A place picked on the plan, or scanned from a QR label, comes in the address."""
    place = request.GET.get("place", "")
    text = request.GET.get("text", "")[:4000]
    return {"place": place, "text": text}


def _submit(request: Any, form: ReportForm) -> services.Submitted:
    data = form.cleaned_data
    return services.submit_report(
        request.actor,
        text=data["text"],
        idempotency_key=data["key"],
        picked_place_id=UUID(data["place"]) if data["place"] else None,
        photos=form.photos,
        naming=data["naming"],
    )


def _show_form(request: Any, form: ReportForm, status: int = 200) -> HttpResponse:
    values = {"form": form, "shapes": _plan(request)}
    return render(request, "dispatch/report.html", values, status=status)


def _plan(request: Any) -> list[dict[str, Any]]:
    link = reverse("dispatch:report")
    return pages.plan_shapes(request.actor, lambda p: f"{link}?place={p.pk}", {})


@signed_in()
def report_where(request: Any) -> HttpResponse:
    """The community's plan: pick the building by touching it."""
    return render(request, "dispatch/where.html", {"shapes": _plan(request)})


@signed_in()
def matters(request: Any) -> HttpResponse:
    """All that I reported, newest first."""
    request.live_topics = [live.topic("inbox", request.actor.person_id)]
    rows = [pages.own_row(case) for case in selectors.list_own_cases(request.actor)]
    return render(request, "dispatch/matters.html", {"rows": rows})


@signed_in()
def matter(request: Any, case_id: UUID) -> HttpResponse:
    """One matter as its reporter sees it: who has it, until when, by which rule."""
    page = selectors.get_case_page(request.actor, case_id, Purpose.OWN)
    request.live_topics = [live.topic("case", case_id)]
    return render(request, "dispatch/matter.html", _matter(page, ReasonForm()))


def _matter(page: Any, form: ReasonForm) -> dict[str, Any]:
    return {
        **pages.case_values(page),
        "state": wording.reporter_state(page.case),
        "steps": wording.steps(page.case),
        "promised": wording.promised(page.case),
        "elapsed": wording.elapsed(page.case),
        "may_close": page.may_confirm and page.case.state == "done",
        "may_reopen": page.may_confirm and page.case.state in ("done", "confirmed"),
        "form": form,
    }


@signed_in("POST")
def confirm(request: Any, case_id: UUID) -> HttpResponse:
    """The reporter says: solved."""
    try:
        services.confirm_case(request.actor, case_id)
        messages.success(request, _("Thank you. The matter is closed."))
    except services.IllegalMove:
        messages.warning(request, wording.ILLEGAL)
    return redirect("dispatch:matter", case_id=case_id)


@signed_in("POST")
def reopen(request: Any, case_id: UUID) -> HttpResponse:
    """The reporter says: not solved, and why."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        page = selectors.get_case_page(request.actor, case_id, Purpose.OWN)
        return render(request, "dispatch/matter.html", _matter(page, form), status=422)
    try:
        services.reopen_case(request.actor, case_id, reason=form.cleaned_data["reason"])
        messages.success(request, _("Reopened. The same people have it again, with a new time."))
    except services.IllegalMove:
        messages.warning(request, wording.ILLEGAL)
    except services.NotAllowed:
        community = registry.get_community(request.actor.community_id)
        messages.error(
            request, _("Please call the community: %(phone)s") % {"phone": community.duty_phone}
        )
    return redirect("dispatch:matter", case_id=case_id)
