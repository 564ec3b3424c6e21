"""Writing: begin a document, edit its draft, record the steps of its life."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook import services
from linli.engines.rulebook.selectors import documents as reads
from linli.engines.rulebook.selectors import in_language
from linli.engines.rulebook.types import (
    ClauseText,
    DocumentKind,
    DocumentKindRule,
    LifeStep,
    VersionState,
)
from linli.kernel import idempotency
from linli.kernel.actors import NotAllowed
from linli.kernel.guards import for_roles
from linli.practices.rules import pages, wording
from linli.practices.rules.draft_form import DraftForm, HeadForm
from linli.practices.rules.forms import StepForm, refuse
from linli.practices.rules.practice import WRITERS
from linli.practices.rules.views_documents import kind_choices

BOTH = ("GET", "HEAD", "POST")
REFUSALS = (
    services.BadDocument,
    services.BadValue,
    services.IllegalMove,
    services.Overlap,
    services.Stale,
)


@for_roles(*WRITERS, methods=BOTH)
def new(request: Any) -> HttpResponse:
    """Begin a document: its kind, its place, its title. The clauses come next."""
    actor = request.actor
    where = pages.here_of(actor)
    places, kinds = _may_begin(actor)
    form = HeadForm(
        request.POST if request.method == "POST" else None,
        kinds=kind_choices(where, kinds),
        places=places,
        initial={"kind": request.GET.get("kind", ""), "place": request.GET.get("place", "")},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            document_id = services.draft_document(
                actor,
                jurisdiction=where.jurisdiction,
                kind=DocumentKind(data["kind"]),
                place_path=pages.path_of(data["place"]),
                title=data["title"],
                clauses=[],
                idempotency_key=data["key"],
            )
            messages.success(request, _("The draft is begun. Write its clauses."))
            return redirect("rules:document_edit", document_id=document_id)
        except NotAllowed:
            form.add_error("place", _("You may not write a document of this kind for that place."))
        except (idempotency.KeyReused, idempotency.BadKey):
            form.add_error(None, _("This form was sent already. Open the list and look for it."))
        except REFUSALS as error:
            refuse(form, error)
    rules = [rulebook.get_document_kind(where.jurisdiction, kind) for kind in kinds]
    values = {
        "tabs": pages.sections(actor, "documents"),
        "form": form,
        "kinds": [
            {"name": in_language(rule.name), "about": in_language(rule.about)}
            for rule in sorted(rules, key=lambda rule: list(DocumentKind).index(rule.kind))
        ],
    }
    return render(request, "rules/new.html", values, status=422 if form.errors else 200)


def _may_begin(actor: Any) -> tuple[list[Any], set[DocumentKind]]:
    """Places for which one may write anything, in groups, and the kinds that one may write."""
    allowed: set[DocumentKind] = set()

    def check(path: str) -> bool:
        kinds = {kind for kind in DocumentKind if reads.may_write(actor, kind, path)}
        allowed.update(kinds)
        return bool(kinds)

    top = [(path, name) for path, name in pages.estate_choices(actor) if check(pages.path_of(path))]
    groups = [
        (name, [(path, label) for path, label in rows if check(path)])
        for name, rows in pages.building_groups(actor)
    ]
    return [*top, *((name, rows) for name, rows in groups if rows)], allowed


@for_roles(*WRITERS, methods=BOTH)
def edit(request: Any, document_id: UUID) -> HttpResponse:
    """The clauses of the draft, and which of them settles what."""
    where = pages.here_of(request.actor)
    page = _writable(request, where, document_id, VersionState.DRAFTED)
    data = request.POST if request.method == "POST" else None
    form = DraftForm(where, page.row.kind, page.clauses, data)
    problems: list[dict[str, str]] = []
    may_rename = all(not version.text_digest for version in page.versions)
    if request.method == "POST":
        if form.is_valid():
            problem = _save(request, page, form.texts(), may_rename)
            if not problem:
                return _after_save(request, page)
            problems.append({"text": problem})
        problems += form.errors()
    kind = rulebook.get_document_kind(page.row.jurisdiction, page.row.kind)
    values = {
        "tabs": pages.sections(request.actor, "documents"),
        "row": page.row,
        "version": page.version,
        "revision": data.get("revision", "") if data else page.version.revision,
        "title": data.get("title", "") if data else page.row.title,
        "reason": data.get("reason", "") if data else page.version.reason,
        "may_rename": may_rename,
        "kind_name": in_language(kind.name),
        "bases": pages.bases(kind, where.today),
        "form": form,
        "problems": problems,
        "back": _address(document_id, page.version.number),
    }
    return render(request, "rules/edit.html", values, status=422 if problems else 200)


def _save(
    request: Any, page: reads.DocumentPage, clauses: list[ClauseText], may_rename: bool
) -> str:
    """Save the draft; what was wrong, in words, or nothing."""
    typed = request.POST.get("revision", "")
    seen = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    try:
        services.save_draft(
            request.actor,
            page.version.id,
            clauses=clauses,
            seen_revision=seen,
            title=request.POST.get("title", "") if may_rename else None,
            reason=request.POST.get("reason", "")[:2000],
        )
    except REFUSALS as error:
        return wording.refusal(error)
    messages.success(request, _("Saved."))
    return ""


def _after_save(request: Any, page: reads.DocumentPage) -> HttpResponse:
    if request.POST.get("then") == "more":
        return redirect("rules:document_edit", document_id=page.row.id)
    return redirect(_address(page.row.id, page.version.number))


@for_roles(*WRITERS, methods=("POST",))
def revise(request: Any, document_id: UUID) -> HttpResponse:
    """Begin the next version as a copy of the text that holds."""
    try:
        services.revise_document(request.actor, document_id)
    except NotAllowed as error:
        raise Http404("not yours to write") from error
    except services.IllegalMove:
        messages.warning(request, _("The next version is being prepared already."))
        return redirect("rules:document", document_id=document_id)
    messages.success(request, _("The next version is begun as a copy. Change what must change."))
    return redirect("rules:document_edit", document_id=document_id)


@for_roles(*WRITERS, methods=BOTH)
def step(request: Any, document_id: UUID, step: str) -> HttpResponse:
    """Record one step of the life, with its day and what was said."""
    try:
        wanted = LifeStep(step)
    except ValueError as error:
        raise Http404("no such step") from error
    if wanted not in StepForm.WORDS:
        raise Http404("that comes by itself")
    where = pages.here_of(request.actor)
    page = _writable(request, where, document_id, None)
    address = _address(document_id, page.version.number)
    if wanted not in page.next_steps:
        messages.warning(request, wording.ILLEGAL)
        return redirect(address)
    kind = rulebook.get_document_kind(page.row.jurisdiction, page.row.kind)
    form = StepForm(
        request.POST if request.method == "POST" else None,
        step=wanted,
        initial=_initial(where, page, kind, wanted),
    )
    if form.is_bound and form.is_valid():
        try:
            _record(request.actor, page.version.id, wanted, form.cleaned_data)
            messages.success(request, _("Recorded."))
            return redirect(address)
        except services.IllegalMove:
            messages.warning(request, wording.ILLEGAL)
            return redirect(address)
        except REFUSALS as error:
            refuse(form, error)
    label, icon, _said = wording.STEPS[wanted]
    values = {
        "tabs": pages.sections(request.actor, "documents"),
        "row": page.row,
        "version": page.version,
        "label": label,
        "icon": icon,
        "help": wording.STEP_HELP[wanted],
        "kind": "grave" if wanted in (LifeStep.REVOKE, LifeStep.WITHDRAW) else "primary",
        "bases": pages.bases(kind, where.today),
        "form": form,
        "back": address,
        "fixes_text": wanted is LifeStep.POST,
    }
    return render(request, "rules/step.html", values, status=422 if form.errors else 200)


def _initial(
    where: pages.Here, page: reads.DocumentPage, kind: DocumentKindRule, step: LifeStep
) -> dict[str, Any]:
    body = ""
    if step is LifeStep.ADOPT:
        body = in_language(kind.adopted_by)
    elif step is LifeStep.FILE and kind.filed_with is not None:
        body = in_language(kind.filed_with)
    return {"on_day": where.today, "body": body}


def _record(actor: Any, version_id: UUID, step: LifeStep, data: dict[str, Any]) -> None:
    if step is LifeStep.POST:
        services.post_version(
            actor,
            version_id,
            from_day=data["on_day"],
            to_day=data["until_day"],
            where=data["note"],
        )
    elif step is LifeStep.ADOPT:
        services.adopt_version(
            actor,
            version_id,
            on_day=data["on_day"],
            body=data["body"],
            decision=data["reference"],
            votes=data["note"],
        )
    elif step is LifeStep.FILE:
        services.file_version(
            actor,
            version_id,
            on_day=data["on_day"],
            filed_with=data["body"],
            number=data["reference"],
        )
    elif step is LifeStep.ENFORCE:
        services.enforce_version(actor, version_id, from_day=data["on_day"])
    elif step is LifeStep.REVOKE:
        services.revoke_version(
            actor, version_id, on_day=data["on_day"], body=data["body"], reason=data["note"]
        )
    else:
        services.withdraw_version(actor, version_id, reason=data["note"])


def _writable(
    request: Any, where: pages.Here, document_id: UUID, state: VersionState | None
) -> reads.DocumentPage:
    """The version that is worked on: the one named, the draft, or the one on its way."""
    page = reads.get_document(request.actor, document_id, day=where.today)
    if not page.may_write:
        raise Http404("not yours to write")
    typed = request.GET.get("version", "")
    coming = page.row.in_preparation
    number = coming.number if coming else page.version.number
    if typed.isdecimal() and len(typed) < 5 and state is None:
        number = int(typed)
    page = reads.get_document(request.actor, document_id, day=where.today, number=number)
    if state is not None and page.version.state is not state:
        raise Http404("there is no draft")
    return page


def _address(document_id: UUID, number: int) -> str:
    """Where a document is read, at the version that was worked on."""
    return f"{reverse('rules:document', args=[document_id])}?{urlencode({'version': number})}"
