"""Verbs that write drafts. A draft changes nothing that holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from linli.engines.rulebook import policies, selectors
from linli.engines.rulebook.core.documents import check_value
from linli.engines.rulebook.core.errors import UnknownSetting
from linli.engines.rulebook.core.life import IN_PREPARATION
from linli.engines.rulebook.models import RuleDocument, RuleVersion
from linli.engines.rulebook.selectors.documents import clauses_of
from linli.engines.rulebook.services.refusals import BadDocument, IllegalMove, Stale
from linli.engines.rulebook.types import ClauseText, DocumentKind, SettingValue, VersionState
from linli.kernel import audit, clock, idempotency
from linli.kernel.actors import Actor, NotAllowed, Purpose, get_visible_or_404

TITLE_MAX_CHARS = 120
HEADING_MAX_CHARS = 120
NUMBER_MAX_CHARS = 30
TEXT_MAX_CHARS = 4000
CLAUSES_MAX = 200
_PATH = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")


def today(jurisdiction: str) -> date:
    """Today in the zone of the jurisdiction: the day that decides what has happened yet."""
    zone = ZoneInfo(selectors.get_pack(jurisdiction).time_zone)
    return clock.now().astimezone(zone).date()


def draft_document(
    actor: Actor,
    *,
    jurisdiction: str,
    kind: DocumentKind,
    place_path: str,
    title: str,
    clauses: Sequence[ClauseText],
    idempotency_key: str,
    reason: str = "",
) -> UUID:
    """Begin a document of ``kind`` that shall hold at ``place_path`` (empty: the community).

    Returns:
        The document's id; the same for the same key.

    Raises:
        NotAllowed: no mandate to write such a document there.
        BadDocument, BadValue: the title, a clause or a setting's value is wrong.
        idempotency.KeyReused: the key belongs to another text.
    """
    if not policies.may_write(actor, kind, place_path):
        raise NotAllowed("no mandate to write such a document here")
    if place_path and not _PATH.fullmatch(place_path):
        raise BadDocument("bad_place")
    title = check_title(title)
    checked = check_clauses(jurisdiction, kind, clauses)

    def effect() -> dict[str, Any]:
        document = RuleDocument.objects.create(
            kind=kind,
            place_path=place_path,
            title=title,
            jurisdiction=jurisdiction,
            handler_id=policies.organisation_for(actor, kind, place_path),
            created_at=clock.now(),
        )
        version = RuleVersion.objects.create(
            document=document,
            number=1,
            draft=[asdict(clause) for clause in checked],
            reason=reason.strip(),
            created_at=clock.now(),
        )
        audit.record(actor, "rule_document_drafted", version, detail={"kind": kind})
        return {"document_id": str(document.pk)}

    asked = idempotency.digest(kind, place_path, title, [asdict(clause) for clause in checked])
    result, _new = idempotency.once(actor, "draft_document", idempotency_key, asked, effect)
    return UUID(result["document_id"])


@transaction.atomic
def save_draft(
    actor: Actor,
    version_id: UUID,
    *,
    clauses: Sequence[ClauseText],
    seen_revision: int,
    title: str | None = None,
    reason: str = "",
) -> RuleVersion:
    """Replace the text of a draft. The title changes only before anything was ever posted.

    Raises:
        NotAllowed, IllegalMove, BadDocument, BadValue.
        Stale: somebody saved it since ``seen_revision``.
    """
    version = own_version(actor, version_id)
    document = version.document
    if version.state != VersionState.DRAFTED:
        raise IllegalMove("save", version.state)
    if version.revision != seen_revision:
        raise Stale
    checked = check_clauses(document.jurisdiction, DocumentKind(document.kind), clauses)
    if title is not None and title.strip() != document.title:
        if document.versions.exclude(text_digest="").exists():
            raise IllegalMove("rename", version.state)
        document.title = check_title(title)
        document.save(update_fields=["title"])
    version.draft = [asdict(clause) for clause in checked]
    version.reason = reason.strip()
    version.revision += 1
    version.save(update_fields=["draft", "reason", "revision"])
    return version


@transaction.atomic
def revise_document(actor: Actor, document_id: UUID) -> RuleVersion:
    """Begin the next version, as a copy of the newest text that was posted.

    Raises:
        NotAllowed: no mandate for the document.
        IllegalMove: a version is being prepared already.
    """
    document = own_document(actor, document_id)
    if document.versions.filter(state__in=list(IN_PREPARATION)).exists():
        raise IllegalMove("revise", VersionState.DRAFTED)
    newest = document.versions.order_by("-number").first()
    held = document.versions.filter(in_force_from__isnull=False).order_by("-number").first()
    source = held or newest
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    version = RuleVersion.objects.create(
        document=document,
        number=last + 1,
        draft=[asdict(clause) for clause in clauses_of(source)] if source else [],
        created_at=clock.now(),
    )
    audit.record(actor, "rule_document_revised", version, detail={"number": version.number})
    return version


def own_document(actor: Actor, document_id: UUID) -> RuleDocument:
    """The document, locked, when ``actor`` may write it; Http404 for one not to be known of.

    All documents of its place are locked, in one order: two texts for one place then come into
    force one after the other, and two writers never wait for each other.

    Raises NotAllowed for a document that may only be read.
    """
    seen: RuleDocument = get_visible_or_404(
        RuleDocument.objects.all(), actor, Purpose.HANDLE, pk=document_id
    )
    if not policies.may_write(actor, DocumentKind(seen.kind), seen.place_path):
        raise NotAllowed("no mandate to write this document")
    there = RuleDocument.objects.filter(place_path=seen.place_path).order_by("pk")
    return next(document for document in there.select_for_update() if document.pk == seen.pk)


def own_version(actor: Actor, version_id: UUID) -> RuleVersion:
    """The version with its document, both locked; see :func:`own_document`."""
    seen: RuleVersion = get_visible_or_404(
        RuleVersion.objects.all(), actor, Purpose.HANDLE, pk=version_id
    )
    document = own_document(actor, seen.document_id)
    version = RuleVersion.objects.select_for_update().get(pk=version_id)
    version.document = document
    return version


def check_title(title: str) -> str:
    """The title, trimmed. Raises BadDocument."""
    title = title.strip()
    if not title:
        raise BadDocument("title_missing")
    if len(title) > TITLE_MAX_CHARS:
        raise BadDocument("title_too_long")
    return title


def check_clauses(
    jurisdiction: str, kind: DocumentKind, clauses: Sequence[ClauseText]
) -> list[ClauseText]:
    """The clauses, trimmed and with their values checked. Raises BadDocument, BadValue."""
    if len(clauses) > CLAUSES_MAX:
        raise BadDocument("too_many_clauses")
    settled: set[str] = set()
    checked = []
    for row, clause in enumerate(clauses, 1):
        number, heading = clause.number.strip(), clause.heading.strip()
        text = clause.text.strip()
        if not text:
            raise BadDocument("clause_empty", row=row)
        if (
            len(text) > TEXT_MAX_CHARS
            or len(heading) > HEADING_MAX_CHARS
            or len(number) > NUMBER_MAX_CHARS
        ):
            raise BadDocument("clause_too_long", row=row)
        for key in clause.settles:
            if key in settled:
                raise BadDocument("setting_twice", row=row, setting=key)
            settled.add(key)
        settles = {
            key: _check_setting(jurisdiction, kind, key, value, row)
            for key, value in clause.settles.items()
        }
        checked.append(ClauseText(number, heading, text, settles))
    return checked


def _check_setting(
    jurisdiction: str, kind: DocumentKind, key: str, value: SettingValue, row: int
) -> SettingValue:
    try:
        found = selectors.get_clause_setting(jurisdiction, key, today(jurisdiction))
    except UnknownSetting:
        found = None
    if found is None:
        raise BadDocument("setting_unknown", row=row, setting=key)
    if kind not in found.documents:
        raise BadDocument("setting_not_for_kind", row=row, setting=key)
    return check_value(found, value)
