"""Reads of the rules that people made themselves: documents, clauses, and what they settle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q

from linli.engines.rulebook import policies, selectors
from linli.engines.rulebook.core.life import IN_PREPARATION, holds_on, scopes_of, steps_from
from linli.engines.rulebook.models import Clause, RuleDocument, RuleStep, RuleVersion, SettledValue
from linli.engines.rulebook.types import (
    ClauseText,
    ClauseValue,
    DocumentKind,
    LifeStep,
    VersionState,
)
from linli.kernel.actors import Actor, Purpose, get_visible_or_404

__all__ = [
    "DocumentPage",
    "DocumentRow",
    "StepRow",
    "VersionRow",
    "clauses_of",
    "get_document",
    "list_documents",
    "list_in_force",
    "list_settled",
    "may_write",
    "read_setting",
    "scopes_of",
]

may_write = policies.may_write


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with its days; ``revision`` counts the saves of its draft."""

    id: UUID
    number: int
    state: VersionState
    reason: str
    revision: int
    text_digest: str
    posted_from: date | None
    posted_to: date | None
    adopted_on: date | None
    filed_on: date | None
    in_force_from: date | None
    in_force_to: date | None

    def holds(self, day: date) -> bool:
        """Whether it is in force on ``day``."""
        return holds_on(day, self.in_force_from, self.in_force_to)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document with the version that holds on a day, and the one that is being prepared."""

    id: UUID
    kind: DocumentKind
    title: str
    place_path: str
    jurisdiction: str
    handler_id: UUID | None
    in_force: VersionRow | None
    in_preparation: VersionRow | None
    newest: VersionRow


@dataclass(frozen=True, slots=True)
class StepRow:
    """A recorded step, as it was said."""

    step: LifeStep
    number: int
    on_day: date
    until_day: date | None
    body: str
    reference: str
    note: str
    recorded_at: datetime
    organisation_id: UUID | None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document with the version that was asked for, and what the actor may record next."""

    row: DocumentRow
    version: VersionRow
    clauses: tuple[ClauseText, ...]
    versions: tuple[VersionRow, ...]
    steps: tuple[StepRow, ...]
    may_write: bool
    next_steps: tuple[LifeStep, ...]
    may_revise: bool


def read_setting(key: str, place_path: str, day: date) -> ClauseValue | None:
    """The value of a setting at a place on ``day``, with the clause that says so.

    Looks at documents in force for the place itself, then for what lies around it: the nearest
    one wins. There is no default: no clause, or a law that no longer leaves the matter to the
    document, gives None.

    Raises:
        UnknownSetting: no pack has such a setting.
    """
    rows = _nearest_first(place_path, day, setting=key)
    found = next((cited for row in rows if (cited := _cited(row, day)) is not None), None)
    if not rows:
        _refuse_unknown(key, day)
    return found


def list_settled(place_path: str, day: date) -> dict[str, ClauseValue]:
    """Every setting that is settled at a place on ``day``, by key; the nearest clause of each."""
    found: dict[str, ClauseValue] = {}
    for row in _nearest_first(place_path, day):
        value = _cited(row, day)
        if value is not None:
            found.setdefault(value.setting.key, value)
    return found


def list_in_force(actor: Actor, place_path: str, day: date) -> list[DocumentRow]:
    """Documents that hold at a place on ``day``, nearest first."""
    rows = RuleDocument.objects.visible_to(actor, Purpose.PUBLISH)
    rows = rows.filter(place_path__in=scopes_of(place_path))
    found = [row for row in _rows(rows, actor, Purpose.PUBLISH, day) if row.in_force is not None]
    return sorted(found, key=lambda row: (-len(row.place_path), _KIND_ORDER[row.kind], row.title))


def list_documents(
    actor: Actor,
    *,
    day: date,
    kind: str = "",
    place_path: str | None = None,
    search: str = "",
) -> list[DocumentRow]:
    """Documents that ``actor`` may know of. ``place_path`` keeps those that hold there or below."""
    rows = RuleDocument.objects.visible_to(actor, Purpose.HANDLE)
    if kind:
        rows = rows.filter(kind=kind)
    if place_path:
        below = Q(place_path__startswith=place_path + "/")
        rows = rows.filter(Q(place_path__in=scopes_of(place_path)) | below)
    if search:
        texts = Clause.objects.filter(Q(text__icontains=search) | Q(heading__icontains=search))
        said = texts.values("version__document_id")
        rows = rows.filter(Q(title__icontains=search) | Q(pk__in=said))
    found = _rows(rows, actor, Purpose.HANDLE, day)
    return sorted(found, key=lambda row: (row.place_path, _KIND_ORDER[row.kind], row.title))


def get_document(
    actor: Actor, document_id: UUID, *, day: date, number: int | None = None
) -> DocumentPage:
    """One document with one of its versions; Http404 for what one may not know of.

    Without ``number`` it shows the version that holds on ``day``, else the newest one.
    """
    document: RuleDocument = get_visible_or_404(
        RuleDocument.objects.all(), actor, Purpose.HANDLE, pk=document_id
    )
    visible = RuleVersion.objects.visible_to(actor, Purpose.HANDLE).filter(document=document)
    versions = [_version(version) for version in visible.order_by("-number")]
    row = _row(document, versions, day)
    wanted = row.in_force or row.newest
    if number is not None:
        wanted_row = get_visible_or_404(visible, actor, Purpose.HANDLE, number=number)
        wanted = _version(wanted_row)
    shown = RuleVersion.objects.get(pk=wanted.id)
    steps = RuleStep.objects.visible_to(actor, Purpose.HANDLE)
    steps = steps.filter(version__document=document).select_related("version")
    writes = policies.may_write(actor, row.kind, row.place_path)
    return DocumentPage(
        row=row,
        version=wanted,
        clauses=tuple(clauses_of(shown)),
        versions=tuple(versions),
        steps=tuple(_step(step) for step in steps.order_by("recorded_at", "pk")),
        may_write=writes,
        next_steps=(
            steps_from(wanted.state, is_filed=wanted.filed_on is not None) if writes else ()
        ),
        may_revise=writes and row.in_preparation is None,
    )


def clauses_of(version: RuleVersion) -> list[ClauseText]:
    """The text of a version: its draft, or the rows that posting made of it."""
    if not version.text_digest:
        return [ClauseText(**clause) for clause in version.draft]
    rows = version.clauses.order_by("position").prefetch_related("settled")
    return [clause.as_text() for clause in rows]


_KIND_ORDER = {kind: order for order, kind in enumerate(DocumentKind)}


def _nearest_first(place_path: str, day: date, **lookup: str) -> list[SettledValue]:
    """What clauses in force settle at a place, from the place itself outwards."""
    holds = Q(version__in_force_to__isnull=True) | Q(version__in_force_to__gt=day)
    rows = (
        SettledValue.objects.filter(holds, version__in_force_from__lte=day, **lookup)
        .filter(version__document__place_path__in=scopes_of(place_path))
        .select_related("version__document", "clause")
    )
    return sorted(rows, key=lambda row: (-len(row.version.document.place_path), row.pk))


def _cited(row: SettledValue, day: date) -> ClauseValue | None:
    version, document = row.version, row.version.document
    setting = selectors.get_clause_setting(document.jurisdiction, row.setting, day)
    if setting is None or version.in_force_from is None:
        return None
    return ClauseValue(
        setting=setting,
        value=row.value,
        document_id=document.pk,
        document_title=document.title,
        document_kind=DocumentKind(document.kind),
        version_number=version.number,
        clause=row.clause.as_text(),
        place_path=document.place_path,
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
    )


def _refuse_unknown(key: str, day: date) -> None:
    for pack in selectors.list_packs():
        selectors.get_clause_setting(pack.code, key, day)


def _rows(rows: Any, actor: Actor, purpose: Purpose, day: date) -> list[DocumentRow]:
    versions = RuleVersion.objects.visible_to(actor, purpose).order_by("-number")
    found = []
    for document in rows.prefetch_related(Prefetch("versions", versions, to_attr="listed")):
        if document.listed:
            found.append(_row(document, [_version(v) for v in document.listed], day))
    return found


def _row(document: RuleDocument, versions: Iterable[VersionRow], day: date) -> DocumentRow:
    listed = list(versions)
    return DocumentRow(
        id=document.pk,
        kind=DocumentKind(document.kind),
        title=document.title,
        place_path=document.place_path,
        jurisdiction=document.jurisdiction,
        handler_id=document.handler_id,
        in_force=next((v for v in listed if v.holds(day)), None),
        in_preparation=next((v for v in listed if v.state in IN_PREPARATION), None),
        newest=listed[0],
    )


def _version(version: RuleVersion) -> VersionRow:
    return VersionRow(
        id=version.pk,
        number=version.number,
        state=VersionState(version.state),
        reason=version.reason,
        revision=version.revision,
        text_digest=version.text_digest,
        posted_from=version.posted_from,
        posted_to=version.posted_to,
        adopted_on=version.adopted_on,
        filed_on=version.filed_on,
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
    )


def _step(step: RuleStep) -> StepRow:
    return StepRow(
        step=LifeStep(step.step),
        number=step.version.number,
        on_day=step.on_day,
        until_day=step.until_day,
        body=step.body,
        reference=step.reference,
        note=step.note,
        recorded_at=step.recorded_at,
        organisation_id=step.organisation_id,
    )
