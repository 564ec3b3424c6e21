"""Verbs that record what happened to a version. Linli judges no vote: it keeps what was said.

Each step is written down once, with its day and who recorded it, and never changed.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from linli.engines.rulebook import policies
from linli.engines.rulebook.core.life import after, fingerprint
from linli.engines.rulebook.models import Clause, RuleDocument, RuleStep, RuleVersion, SettledValue
from linli.engines.rulebook.selectors.documents import clauses_of
from linli.engines.rulebook.services.drafting import check_clauses, own_version, today
from linli.engines.rulebook.services.refusals import BadDocument, IllegalMove, Overlap
from linli.engines.rulebook.types import ClauseText, DocumentKind, LifeStep, VersionState
from linli.kernel import audit, clock
from linli.kernel.actors import Actor

_LINE_MAX_CHARS = 120
_REFERENCE_MAX_CHARS = 80
_NOTE_MAX_CHARS = 2000


@transaction.atomic
def post_version(
    actor: Actor, version_id: UUID, *, from_day: date, to_day: date, where: str
) -> RuleVersion:
    """Record that the draft is put up from ``from_day`` to ``to_day``. Its text is then fixed.

    Raises:
        NotAllowed, IllegalMove, BadDocument (no_clause, text_missing, ends_before_it_begins).
    """
    version = own_version(actor, version_id)
    _check_step(LifeStep.POST, version)
    clauses = clauses_of(version)
    if not clauses:
        raise BadDocument("no_clause")
    if to_day < from_day:
        raise BadDocument("ends_before_it_begins")
    document = version.document
    # The law may have changed since the draft was written.
    clauses = check_clauses(document.jurisdiction, DocumentKind(document.kind), clauses)
    _fix_text(version, clauses)
    version.text_digest = fingerprint(document.title, clauses)
    version.draft = []
    version.posted_from, version.posted_to = from_day, to_day
    step = {"on_day": from_day, "until_day": to_day, "note": _said(where, _NOTE_MAX_CHARS)}
    return _record(actor, version, LifeStep.POST, step)


@transaction.atomic
def adopt_version(
    actor: Actor, version_id: UUID, *, on_day: date, body: str, decision: str = "", votes: str
) -> RuleVersion:
    """Record who adopted the text, on which day, under which number, and how the votes fell.

    ``votes`` is kept as it was said. Whether it was enough is for the meeting, not for Linli.

    Raises:
        NotAllowed, IllegalMove, BadDocument (text_missing, in_the_future, before_posting).
    """
    version = own_version(actor, version_id)
    _check_step(LifeStep.ADOPT, version)
    _check_past(version, on_day)
    if version.posted_from is not None and on_day < version.posted_from:
        raise BadDocument("before_posting")
    version.adopted_on = on_day
    step = {
        "on_day": on_day,
        "body": _said(body, _LINE_MAX_CHARS),
        "reference": _short(decision),
        "note": _said(votes, _NOTE_MAX_CHARS),
    }
    return _record(actor, version, LifeStep.ADOPT, step)


@transaction.atomic
def file_version(
    actor: Actor, version_id: UUID, *, on_day: date, filed_with: str, number: str
) -> RuleVersion:
    """Record with whom the adopted text was filed, and the number that it got there.

    Filing is a duty and no condition: it may be recorded before or after the text holds.

    Raises:
        NotAllowed, IllegalMove (also when it was filed already), BadDocument.
    """
    version = own_version(actor, version_id)
    _check_step(LifeStep.FILE, version)
    if version.filed_on is not None:
        raise IllegalMove(LifeStep.FILE, version.state)
    _check_past(version, on_day)
    if version.adopted_on is not None and on_day < version.adopted_on:
        raise BadDocument("before_adoption")
    version.filed_on = on_day
    step = {"on_day": on_day, "body": _said(filed_with, _LINE_MAX_CHARS)}
    return _record(actor, version, LifeStep.FILE, step | {"reference": _short(number)})


@transaction.atomic
def enforce_version(actor: Actor, version_id: UUID, *, from_day: date) -> RuleVersion:
    """Put an adopted text in force from ``from_day``; the version before it ends that day.

    Raises:
        NotAllowed, IllegalMove, BadDocument (before_adoption, before_force).
        Overlap: another document of the kind holds here then, or settles the same setting.
    """
    version = own_version(actor, version_id)
    _check_step(LifeStep.ENFORCE, version)
    if version.adopted_on is not None and from_day < version.adopted_on:
        raise BadDocument("before_adoption")
    before = _version_that_holds(version)
    if before is not None:
        if before.in_force_from is not None and from_day <= before.in_force_from:
            raise BadDocument("before_force")
        _end(actor, before, from_day)
    _check_overlaps(version, from_day)
    version.in_force_from = from_day
    return _record(actor, version, LifeStep.ENFORCE, {"on_day": from_day})


@transaction.atomic
def revoke_version(
    actor: Actor, version_id: UUID, *, on_day: date, body: str, reason: str
) -> RuleVersion:
    """Record that an adopted text no longer holds from ``on_day``, by whose word and why.

    No earlier version comes back by itself: what shall hold instead is adopted anew.

    Raises:
        NotAllowed, IllegalMove, BadDocument (text_missing, before_adoption, before_force).
    """
    version = own_version(actor, version_id)
    _check_step(LifeStep.REVOKE, version)
    if version.adopted_on is not None and on_day < version.adopted_on:
        raise BadDocument("before_adoption")
    if version.in_force_from is not None:
        if on_day < version.in_force_from:
            raise BadDocument("before_force")
        version.in_force_to = on_day
    step = {"on_day": on_day, "body": _said(body, _LINE_MAX_CHARS)}
    return _record(actor, version, LifeStep.REVOKE, step | {"note": _said(reason, _NOTE_MAX_CHARS)})


@transaction.atomic
def withdraw_version(actor: Actor, version_id: UUID, *, reason: str) -> RuleVersion:
    """Give up a draft or a posted text that was not adopted, with the reason.

    Raises:
        NotAllowed, IllegalMove, BadDocument (text_missing).
    """
    version = own_version(actor, version_id)
    _check_step(LifeStep.WITHDRAW, version)
    step = {"on_day": _today(version), "note": _said(reason, _NOTE_MAX_CHARS)}
    return _record(actor, version, LifeStep.WITHDRAW, step)


def _fix_text(version: RuleVersion, clauses: list[ClauseText]) -> None:
    """Make rows of a draft: from here on its text can be cited, and not changed."""
    rows = Clause.objects.bulk_create(
        Clause(
            version=version,
            position=position,
            number=clause.number,
            heading=clause.heading,
            text=clause.text,
        )
        for position, clause in enumerate(clauses, 1)
    )
    SettledValue.objects.bulk_create(
        SettledValue(version=version, clause=row, setting=key, value=value)
        for row, clause in zip(rows, clauses, strict=True)
        for key, value in clause.settles.items()
    )


def _check_step(step: LifeStep, version: RuleVersion) -> None:
    if after(step, VersionState(version.state)) is None:
        raise IllegalMove(step, version.state)


def _record(
    actor: Actor, version: RuleVersion, step: LifeStep, said: dict[str, Any]
) -> RuleVersion:
    state = after(step, VersionState(version.state))
    if state is None:
        raise IllegalMove(step, version.state)
    version.state = state
    # One statement for the version: its checks see state and days together.
    version.save(
        update_fields=[
            "state",
            "draft",
            "text_digest",
            "posted_from",
            "posted_to",
            "adopted_on",
            "filed_on",
            "in_force_from",
            "in_force_to",
        ]
    )
    document = version.document
    RuleStep.objects.create(
        version=version,
        step=step,
        recorded_at=clock.now(),
        recorded_by=actor.person_id,
        organisation_id=policies.organisation_for(
            actor, DocumentKind(document.kind), document.place_path
        ),
        **said,
    )
    detail = {"step": step.value, "number": version.number}
    audit.record(actor, "rule_document_step", version, detail=detail)
    return version


def _today(version: RuleVersion) -> date:
    return today(version.document.jurisdiction)


def _check_past(version: RuleVersion, day: date) -> None:
    if day > _today(version):
        raise BadDocument("in_the_future")


def _said(text: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise BadDocument("text_missing")
    if len(text) > most:
        raise BadDocument("text_too_long")
    return text


def _short(text: str) -> str:
    text = text.strip()
    if len(text) > _REFERENCE_MAX_CHARS:
        raise BadDocument("text_too_long")
    return text


def _version_that_holds(version: RuleVersion) -> RuleVersion | None:
    found = RuleVersion.objects.filter(
        document_id=version.document_id, state=VersionState.IN_FORCE
    ).first()
    if found is not None:
        found.document = version.document
    return found


def _end(actor: Actor, version: RuleVersion, day: date) -> None:
    version.in_force_to = day
    _record(actor, version, LifeStep.SUPERSEDE, {"on_day": day})


def _check_overlaps(version: RuleVersion, from_day: date) -> None:
    document = version.document
    open_then = Q(in_force_to__isnull=True) | Q(in_force_to__gt=from_day)
    others = (
        RuleVersion.objects.filter(open_then, in_force_from__isnull=False)
        .filter(document__place_path=document.place_path)
        .exclude(in_force_to=F("in_force_from"))  # revoked before it ever held
        .select_related("document")
        .order_by("in_force_from", "pk")
    )
    own = set(version.settled.values_list("setting", flat=True))
    for other in others:
        if other.pk == version.pk:
            continue
        if _is_same_kind(other.document, document):
            raise _overlap(other, "")
        shared = own & set(other.settled.values_list("setting", flat=True))
        if shared:
            raise _overlap(other, min(shared))


def _is_same_kind(one: RuleDocument, other: RuleDocument) -> bool:
    """Two documents of the kind "other" are about the same only when they are called the same."""
    if one.kind != other.kind:
        return False
    return one.kind != DocumentKind.OTHER or one.title == other.title


def _overlap(other: RuleVersion, setting: str) -> Overlap:
    start = other.in_force_from
    if start is None:  # pragma: no cover - the query asks for a start
        raise AssertionError
    return Overlap(other.document.title, other.number, start, other.in_force_to, setting)
