"""What the verbs share: locking, history, refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from linli.engines.casework import events
from linli.engines.casework.models import Assignment, Case, CaseEvent
from linli.engines.registry.models import Community
from linli.engines.registry.selectors import get_community, get_public_name
from linli.kernel import audit, clock, files
from linli.kernel.actors import Actor, NotAllowed, Purpose, get_visible_or_404
from linli.kernel.models import StoredFile

__all__ = ["NotAllowed", "Stale"]

SUBJECT_KIND = "casework.case"
PHOTOS_MAX = 4


class Stale(Exception):
    """Somebody else changed the case since the page was shown; nothing was done."""


def lock_case(
    actor: Actor, case_id: UUID | str, purpose: Purpose, seen_version: int | None
) -> Case:
    """The case under its row lock, if the actor may know of it and saw its latest version.

    Raises:
        Http404: the actor may not know of it.
        Stale: the case moved on after the actor's page was made.
    """
    visible = get_visible_or_404(Case.objects.all(), actor, purpose, pk=case_id)
    return relock(visible.pk, seen_version)


def relock(case_id: UUID, seen_version: int | None = None) -> Case:
    """Lock a case whose visibility was checked."""
    case: Case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if seen_version is not None and case.version != seen_version:
        raise Stale("the case was changed by somebody else")
    return case


def save_case(case: Case, *fields: str) -> None:
    """Store changed fields of a locked case and count the change."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])


def add_event(
    case: Case,
    kind: str,
    actor: Actor,
    *,
    assignment: Assignment | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
    is_internal: bool = False,
) -> CaseEvent:
    """Write one line of history and one of audit, and tell whoever listens after commit."""
    event = CaseEvent(
        case=case,
        assignment=assignment,
        at=clock.now(),
        kind=kind,
        is_internal=is_internal,
        person_ref=actor.person_id,
        organisation_id=assignment.organisation_id if assignment else None,
        public_name=_public_name(actor, assignment),
        data=data or {},
        note=note,
    )
    event.save(force_insert=True)
    audit.record(actor, f"case_{kind}", case, detail={"event": str(event.pk), **(data or {})})
    events.publish_case_event(event)
    return event


def _public_name(actor: Actor, assignment: Assignment | None) -> str:
    if assignment is None:
        return ""
    return get_public_name(actor.person_id, assignment.organisation_id)


def community_of(case: Case) -> Community:
    """The community that the case belongs to."""
    return get_community(case.community_id)


def clean_words(text: str, chars_max: int) -> str:
    """``text`` as it can be kept and shown again: no NUL, no half characters, not endless."""
    whole = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return whole.strip()[:chars_max]


@contextmanager
def prepared_pictures(photos: Sequence[bytes], actor: Actor) -> Iterator[list[StoredFile]]:
    """The first photos, drawn anew, for the block that attaches them; it failing removes them.

    Enter before the transaction: drawing takes its time.

    Raises:
        linli.kernel.files.BadFile: a photo is not one.
    """
    prepared: list[StoredFile] = []
    try:
        for data in photos[:PHOTOS_MAX]:
            prepared.append(files.prepare_picture(data, actor=actor))
        yield prepared
    except BaseException:
        for row in prepared:
            files.discard(row)
        raise
