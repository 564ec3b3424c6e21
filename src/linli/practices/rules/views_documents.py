"""The rules that people made themselves: the list, one of them with its life, and on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.engines.registry import selectors as registry
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.selectors import documents as reads
from linli.engines.rulebook.selectors import in_language
from linli.engines.rulebook.types import (
    ClauseText,
    DocumentKind,
    DocumentKindRule,
    LifeStep,
    VersionState,
)
from linli.kernel.guards import signed_in
from linli.practices.rules import pages, wording

_LIFE = (
    VersionState.DRAFTED,
    VersionState.POSTED,
    VersionState.ADOPTED,
    VersionState.FILED,
    VersionState.IN_FORCE,
)


@signed_in()
def documents(request: Any) -> HttpResponse:
    """What people here agreed on, by place; drafts only for those who write them."""
    actor = request.actor
    where = pages.here_of(actor)
    kinds = {rule.kind.value: rule for rule in rulebook.list_document_kinds(where.jurisdiction)}
    places = pages.estate_choices(actor)
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    place = request.GET.get("place", "")
    place = pages.path_of(place) if place in dict(places) else ""
    word = request.GET.get("q", "").strip()[:60]
    rows = reads.list_documents(
        actor, day=where.today, kind=kind, place_path=place or None, search=word
    )
    names = pages.place_names(actor, {row.place_path for row in rows})
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        shown = pages.document_row(row, names, where.today)
        groups.setdefault(shown["place"], []).append(shown)
    values = {
        "tabs": pages.sections(actor, "documents"),
        "groups": [{"title": title, "rows": found} for title, found in groups.items()],
        "kinds": [(key, in_language(rule.name)) for key, rule in kinds.items()],
        "estates": [(path, name) for path, name in places if pages.path_of(path)],
        "kind": kind,
        "place": place,
        "word": word,
        "active": bool(kind) + bool(place) + bool(word),
        "may_begin": wording.role_is_writer(actor),
        "explained": [
            {"name": in_language(rule.name), "about": in_language(rule.about)}
            for rule in kinds.values()
        ],
    }
    return render(request, "rules/documents.html", values)


@signed_in()
def document(request: Any, document_id: UUID) -> HttpResponse:
    """One document: its clauses, its life, and what may be recorded next."""
    where = pages.here_of(request.actor)
    page = _page(request, where, document_id)
    row, shown = page.row, page.version
    kind = rulebook.get_document_kind(row.jurisdiction, row.kind)
    word, pill = wording.state_on(shown, where.today)
    values = {
        **_shared(request.actor, where, page, kind),
        "tabs": pages.sections(request.actor, "documents"),
        "state": {"text": word, "kind": pill},
        "steps": _step_bar(shown),
        "bases": pages.bases(kind, shown.adopted_on or where.today),
        "filing": _filing(where, page, kind),
        "next": [_next(page, step) for step in page.next_steps],
        "may_edit": page.may_write and shown.state is VersionState.DRAFTED,
        "may_revise": page.may_revise,
        "versions": [_version_row(page, version, where) for version in page.versions],
        "other": _other(page),
        "print_url": _print_address(page),
        "digest": " ".join(_in_fours(page.version.text_digest)),
    }
    return render(request, "rules/document.html", values)


@signed_in()
def sheet(request: Any, document_id: UUID) -> HttpResponse:
    """The document on paper, for boards and for those who use no phone."""
    where = pages.here_of(request.actor)
    page = _page(request, where, document_id)
    kind = rulebook.get_document_kind(page.row.jurisdiction, page.row.kind)
    values = _shared(request.actor, where, page, kind)
    word, _pill = wording.state_on(page.version, where.today)
    return render(request, "rules/sheet.html", {**values, "state": word})


def _page(request: Any, where: pages.Here, document_id: UUID) -> reads.DocumentPage:
    typed = request.GET.get("version", "")
    if typed and not (typed.isdecimal() and len(typed) < 5):
        raise Http404("no such version")
    number = int(typed) if typed else None
    return reads.get_document(request.actor, document_id, day=where.today, number=number)


def _shared(
    actor: Any, where: pages.Here, page: reads.DocumentPage, kind: DocumentKindRule
) -> dict[str, Any]:
    """What the screen and the sheet both show."""
    names = pages.place_names(actor, {page.row.place_path})
    handlers = registry.list_organisation_names(
        frozenset({page.row.handler_id} if page.row.handler_id else ())
    )
    return {
        "row": page.row,
        "version": page.version,
        "kind_name": in_language(kind.name),
        "kind_about": in_language(kind.about),
        "place": names.get(page.row.place_path, page.row.place_path),
        "handler": handlers[0] if handlers else "",
        "clauses": [_clause(where, page, clause) for clause in page.clauses],
        "life": [_life_line(step) for step in page.steps if step.number == page.version.number],
        "is_draft": page.version.state is VersionState.DRAFTED,
    }


def _clause(where: pages.Here, page: reads.DocumentPage, clause: ClauseText) -> dict[str, Any]:
    day = page.version.in_force_from or where.today
    settles = []
    for key, value in clause.settles.items():
        setting = rulebook.get_clause_setting(page.row.jurisdiction, key, day)
        if setting is not None:
            settles.append(
                {
                    "title": wording.settled(setting, value, where.pack.currency),
                    "sources": [wording.source(source) for source in setting.sources],
                }
            )
    return {
        "title": f"{clause.number} {clause.heading}".strip(),
        "paragraphs": [part for part in clause.text.splitlines() if part.strip()],
        "settles": settles,
    }


def _life_line(step: reads.StepRow) -> dict[str, Any]:
    _button, icon, said = wording.STEPS[step.step]
    text = str(said)
    if step.step is LifeStep.POST and step.until_day:
        text = _("Posted until %(day)s") % {"day": wording.day(step.until_day)}
    elif step.step is LifeStep.FILE:
        text = _("Filed with %(body)s") % {"body": step.body}
    elif step.step is LifeStep.ADOPT:
        text = _("Adopted by %(body)s") % {"body": step.body}
    elif step.step is LifeStep.REVOKE:
        text = _("No longer in force, by word of %(body)s") % {"body": step.body}
    number = _("No. %(number)s") % {"number": step.reference} if step.reference else ""
    return {
        "time": wording.day(step.on_day),
        "datetime": step.on_day.isoformat(),
        "text": text,
        "icon": icon,
        "note": " ".join(part for part in (number, step.note) if part),
        "recorded": timezone.localtime(step.recorded_at).date(),
    }


def _step_bar(shown: reads.VersionRow) -> list[dict[str, Any]]:
    """The life as a bar; filing that was not recorded is passed over, not claimed."""
    days = {
        VersionState.POSTED: shown.posted_from,
        VersionState.ADOPTED: shown.adopted_on,
        VersionState.FILED: shown.filed_on,
        VersionState.IN_FORCE: shown.in_force_from,
    }
    reached = [state for state in _LIFE if state is VersionState.DRAFTED or days.get(state)]
    ended = shown.state in (VersionState.REVOKED, VersionState.WITHDRAWN, VersionState.SUPERSEDED)
    steps = []
    for state in _LIFE:
        is_last = state is reached[-1]
        how = "done" if state in reached else "todo"
        if is_last:
            how = "stopped" if ended else "done" if state is VersionState.IN_FORCE else "current"
        day = days.get(state)
        steps.append(
            {
                "label": wording.STATES[state][0],
                "state": how,
                "time": wording.day(day) if day else "",
            }
        )
    return steps


def _filing(
    where: pages.Here, page: reads.DocumentPage, kind: DocumentKindRule
) -> dict[str, Any] | None:
    """Whether an adopted text still owes its filing, and until when where a law says so."""
    shown = page.version
    owes = shown.state in (VersionState.ADOPTED, VersionState.IN_FORCE)
    if not owes or shown.filed_on is not None or shown.adopted_on is None:
        return None
    if kind.filed_with is None:
        return None
    return {
        "with": in_language(kind.filed_with),
        "until": pages.filing_deadline(kind, page.row.jurisdiction, shown.adopted_on),
    }


def _next(page: reads.DocumentPage, step: LifeStep) -> dict[str, Any]:
    label, icon, _said = wording.STEPS[step]
    address = reverse("rules:document_step", args=[page.row.id, step.value])
    grave = step in (LifeStep.REVOKE, LifeStep.WITHDRAW)
    return {
        "label": label,
        "icon": icon,
        "href": f"{address}?version={page.version.number}",
        "kind": "ghost" if grave else "secondary",
    }


def _version_row(
    page: reads.DocumentPage, version: reads.VersionRow, where: pages.Here
) -> dict[str, Any]:
    word, pill = wording.state_on(version, where.today)
    address = reverse("rules:document", args=[page.row.id])
    return {
        "title": _("Version %(n)s") % {"n": version.number},
        "href": "" if version.id == page.version.id else f"{address}?version={version.number}",
        "meta": version.reason,
        "pill": word,
        "pill_kind": pill,
    }


def _print_address(page: reads.DocumentPage) -> str:
    address = reverse("rules:document_print", args=[page.row.id])
    return f"{address}?version={page.version.number}"


def _in_fours(digest: str) -> list[str]:
    """A long number in pieces that can be read aloud and compared."""
    return [digest[at : at + 4] for at in range(0, len(digest), 4)]


def _other(page: reads.DocumentPage) -> dict[str, Any] | None:
    """Another version that a reader of this one must know of: the one that holds instead."""
    holds = page.row.in_force
    if holds is None or holds.id == page.version.id:
        return None
    return {"number": holds.number, "href": reverse("rules:document", args=[page.row.id])}


def kind_choices(where: pages.Here, kinds: set[DocumentKind]) -> list[tuple[str, str]]:
    """Kinds of documents with their names, in the pack's order."""
    rules = rulebook.list_document_kinds(where.jurisdiction)
    return [(rule.kind.value, in_language(rule.name)) for rule in rules if rule.kind in kinds]
