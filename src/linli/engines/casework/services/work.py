"""The work: accept, arrive, finish with photos, or return with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from linli.engines.casework.core.states import (
    OPEN_ASSIGNMENT,
    AssignmentState,
    CaseState,
    move_assignment,
    move_case,
)
from linli.engines.casework.events import EventKind
from linli.engines.casework.models import Assignment, Case
from linli.engines.casework.policies import may_work
from linli.engines.casework.services.common import (
    SUBJECT_KIND,
    NotAllowed,
    add_event,
    clean_words,
    prepared_pictures,
    relock,
    save_case,
)
from linli.engines.casework.services.sending import meet_clock
from linli.engines.rulebook.types import ClockKind, DutyRole
from linli.kernel import clock, files
from linli.kernel.actors import Actor, Purpose, get_visible_or_404

NOTE_CHARS_MAX = 1000


def _lock(actor: Actor, assignment_id: UUID | str) -> tuple[Case, Assignment]:
    """The case and the assignment under the case's lock, which orders all its workers."""
    seen = get_visible_or_404(Assignment.objects.all(), actor, Purpose.HANDLE, pk=assignment_id)
    case = relock(seen.case_id)
    assignment = Assignment.objects.select_related("organisation").get(pk=seen.pk)
    assignment.case = case
    if not may_work(actor, assignment):
        raise NotAllowed("this job belongs to somebody else")
    return case, assignment


@transaction.atomic
def accept_assignment(actor: Actor, assignment_id: UUID | str) -> Assignment:
    """Take the job on; the case is in progress as soon as one part is.

    Raises:
        Http404: not the actor's organisation's job.
        IllegalMove: the job was already accepted, done or returned.
    """
    case, job = _lock(actor, assignment_id)
    job.state = move_assignment(job.state, "accept")
    job.accepted_at = clock.now()
    if job.assignee_id is None:
        job.assignee_id = actor.person_id
    job.save(update_fields=["state", "accepted_at", "assignee"])
    meet_clock(job, ClockKind.RESPOND)
    if case.state == CaseState.DISPATCHED:
        case.state = move_case(case.state, "begin")
    save_case(case, "state")
    add_event(case, EventKind.ACCEPTED, actor, assignment=job)
    return job


@transaction.atomic
def arrive_assignment(actor: Actor, assignment_id: UUID | str) -> Assignment:
    """Say "I am on site". No position is recorded: the time is enough."""
    case, job = _lock(actor, assignment_id)
    job.state = move_assignment(job.state, "arrive")
    job.arrived_at = clock.now()
    job.save(update_fields=["state", "arrived_at"])
    meet_clock(job, ClockKind.ARRIVE)
    save_case(case)
    add_event(case, EventKind.ARRIVED, actor, assignment=job)
    return job


def finish_assignment(
    actor: Actor, assignment_id: UUID | str, *, note: str = "", photos: Sequence[bytes] = ()
) -> Assignment:
    """Finish one part, with photos and a word; when all parts are done, so is the case.

    Raises:
        Http404, IllegalMove: see :func:`accept_assignment`.
        linli.kernel.files.BadFile: a photo is not one.
    """
    with prepared_pictures(photos, actor) as prepared, transaction.atomic():
        case, job = _lock(actor, assignment_id)
        job.state = move_assignment(job.state, "finish")
        job.done_at = clock.now()
        job.save(update_fields=["state", "done_at"])
        meet_clock(job, ClockKind.RESPOND, ClockKind.ARRIVE, ClockKind.FINISH)
        for row in prepared:
            files.attach(row, subject_kind=SUBJECT_KIND, subject_id=case.pk)
        shown = {"photos": [str(row.pk) for row in prepared]}
        said = clean_words(note, NOTE_CHARS_MAX)
        save_case(case)
        add_event(case, EventKind.PART_DONE, actor, assignment=job, note=said, data=shown)
        _finish_case_if_all_done(case, actor, job)
    return job


def _finish_case_if_all_done(case: Case, actor: Actor, job: Assignment) -> None:
    still_open = case.assignments.filter(round=job.round, state__in=OPEN_ASSIGNMENT)
    if still_open.exists():
        return
    case.state = move_case(case.state, "finish")
    case.done_at = clock.now()
    save_case(case, "state", "done_at")
    add_event(case, EventKind.DONE, actor)


@transaction.atomic
def return_assignment(actor: Actor, assignment_id: UUID | str, *, reason: str) -> Assignment:
    """Give a part back with a reason. A returned lead brings the case back to the desk.

    Raises:
        ValueError: no reason given; a return without one helps nobody.
    """
    reason = clean_words(reason, NOTE_CHARS_MAX)
    if not reason:
        raise ValueError("a return needs a reason")
    case, job = _lock(actor, assignment_id)
    job.state = move_assignment(job.state, "return")
    job.save(update_fields=["state"])
    save_case(case)
    add_event(case, EventKind.RETURNED, actor, assignment=job, note=reason, data={"role": job.role})
    if job.role == DutyRole.LEAD:
        _recall(case, actor, job)
    else:
        _finish_case_if_all_done(case, actor, job)
    return job


def _recall(case: Case, actor: Actor, job: Assignment) -> None:
    # Without a lead the other parts have nobody to close for: a person at the desk decides.
    for part in case.assignments.filter(round=job.round, state__in=OPEN_ASSIGNMENT):
        part.state = AssignmentState.RETURNED
        part.save(update_fields=["state"])
        add_event(case, EventKind.WITHDRAWN, actor, assignment=part)
    case.state = move_case(case.state, "recall")
    save_case(case, "state")
    add_event(
        case, EventKind.SENT_TO_DESK, actor, data={"why": ["lead_returned"]}, is_internal=True
    )
