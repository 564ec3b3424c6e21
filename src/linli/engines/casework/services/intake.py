"""Taking a report in: what was said becomes a case, and goes out at once where it may."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from linli.engines.casework import naming, triaging
from linli.engines.casework.core.states import CaseState
from linli.engines.casework.core.triage.types import TriageResult
from linli.engines.casework.events import EventKind
from linli.engines.casework.models import Case, CaseCounter, Channel, Report
from linli.engines.casework.services.common import (
    SUBJECT_KIND,
    add_event,
    clean_words,
    prepared_pictures,
    save_case,
)
from linli.engines.casework.services.sending import find_receivers, has_lead, send
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Community, Place
from linli.engines.rulebook.types import Privacy
from linli.kernel import clock, files, idempotency
from linli.kernel.actors import Actor, SystemActor
from linli.kernel.ids import uuid7
from linli.kernel.models import StoredFile

TEXT_CHARS_MAX = 4000


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came of a report. ``is_new`` is False when the same one was sent before."""

    case_id: UUID
    report_id: UUID
    is_new: bool


class NothingSaid(ValueError):
    """A report needs a sentence or a photo."""


def submit_report(
    actor: Actor,
    *,
    text: str,
    idempotency_key: str,
    channel: Channel = Channel.WEB,
    picked_place_id: UUID | None = None,
    photos: Sequence[bytes] = (),
    naming: Report.Naming = Report.Naming.NAMED,
    said_at: datetime | None = None,
    external_ref: str = "",
) -> Submitted:
    """Take a report in, triage it, and dispatch it if nothing speaks against it.

    Pictures are drawn anew and triage thinks before the transaction begins; the report, its
    case, its assignments, their clocks and the messages to be sent commit together.

    Raises:
        NothingSaid: neither words nor a photo.
        linli.kernel.files.BadFile: a photo is not one.
        linli.kernel.idempotency.KeyReused: the key was used for another report.
    """
    text = clean_words(text, TEXT_CHARS_MAX)
    if not text and not photos:
        raise NothingSaid("a report needs a sentence or a photo")
    community = registry.get_community(actor.community_id)
    place = registry.get_place(actor, picked_place_id) if picked_place_id else None
    result = triaging.triage_report(community, actor, text, place, channel)
    draft = _Draft(actor, community, text, channel, place, naming, said_at, external_ref, result)
    with prepared_pictures(photos, actor) as prepared:
        shown = [row.sha256 for row in prepared]
        request = idempotency.digest(text, channel, picked_place_id, naming, shown)
        answer, is_new = idempotency.once(
            actor, "submit_report", idempotency_key, request, lambda: _write(draft, prepared)
        )
    if not is_new:
        for row in prepared:
            files.discard(row)
    return Submitted(UUID(answer["case_id"]), UUID(answer["report_id"]), is_new)


@dataclass(frozen=True, slots=True)
class _Draft:
    actor: Actor
    community: Community
    text: str
    channel: Channel
    place: Place | None
    naming: Report.Naming
    said_at: datetime | None
    external_ref: str
    result: TriageResult


def _write(draft: _Draft, prepared: list[StoredFile]) -> dict[str, str]:
    case = _open_case(draft)
    report = Report(
        case=case,
        channel=draft.channel,
        reporter_id=draft.actor.person_id,
        naming=draft.naming,
        text=draft.text,
        picked_place=draft.place,
        said_at=draft.said_at or clock.now(),
        taken_at=clock.now(),
        external_ref=draft.external_ref,
        place_path=case.place_path,
    )
    report.save(force_insert=True)
    for row in prepared:
        files.attach(row, subject_kind=SUBJECT_KIND, subject_id=case.pk)
    add_event(
        case,
        EventKind.REPORTED,
        draft.actor,
        data={"channel": draft.channel, "photos": [str(p.pk) for p in prepared]},
    )
    _send_or_keep(case, draft)
    return {"case_id": str(case.pk), "report_id": str(report.pk)}


def _open_case(draft: _Draft) -> Case:
    result = draft.result
    place = _place_of(result, draft)
    case = Case(
        id=uuid7(),
        number=draw_number(draft.community),
        service_code=result.classification.code,
        family=result.classification.family,
        place=place,
        place_path=place.path if place else "",
        in_public_space=bool(place and place.is_public),
        privacy=result.privacy,
        priority=result.urgency.priority,
        dangers=list(result.urgency.dangers),
        triage=json.dumps(result.to_json()),
        opened_at=clock.now(),
        state=CaseState.AT_DESK,
    )
    case.save(force_insert=True)
    return case


def _place_of(result: TriageResult, draft: _Draft) -> Place | None:
    if result.place is not None and result.place.place_id is not None:
        return registry.get_place(draft.actor, result.place.place_id)
    return draft.place


def _send_or_keep(case: Case, draft: _Draft) -> None:
    """Send the case out when triage says so and somebody here leads; else tell the desk."""
    linli = SystemActor(case.community_id)
    reasons = []
    if draft.result.dispatch and case.privacy != Privacy.SEALED and case.place_id:
        # The classifier may be older than the catalogue of today.
        service = naming.find_service(
            draft.community.jurisdiction, case.service_code, registry.local_day(draft.community)
        )
        receivers = find_receivers(service, case.place_path) if service else []
        if service and has_lead(receivers):
            send(case, service, receivers, linli, by_machine=True)
            return
        reasons.append("no_lead_here")
    save_case(case)
    add_event(
        case,
        EventKind.SENT_TO_DESK,
        linli,
        data={"why": reasons, "channel": draft.channel},
        is_internal=True,
    )


def draw_number(community: Community) -> str:
    """The next case number of the community and year, e.g. ``2026-000123``.

    Drawn under the counter's row lock in the caller's transaction: no gap, no twin.
    """
    year = registry.local_day(community).year
    CaseCounter.objects.get_or_create(year=year)
    CaseCounter.objects.filter(year=year).update(last=F("last") + 1)
    return f"{year}-{CaseCounter.objects.get(year=year).last:06d}"
