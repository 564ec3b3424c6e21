"""Tells people, after commit, what happened to a case. Every handler may run twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.engines.casework import events, naming
from linli.engines.casework.events import EventKind
from linli.engines.casework.models import (
    Assignment,
    Case,
    CaseEvent,
    Channel,
    Correction,
    Report,
)
from linli.engines.casework.policies import SEALED_HANDS
from linli.engines.outreach.services import send_message
from linli.engines.outreach.types import MessageKind, register_kind
from linli.engines.registry import events as registry_events
from linli.engines.registry import selectors as registry
from linli.engines.registry.types import HANDS, Role
from linli.engines.rulebook.types import Privacy
from linli.kernel import live, outbox

# Cases follow the place that moves, and the person who turns out to be another.
for _model in (Assignment, Case, Report):
    registry_events.carries_place_path(_model)
registry_events.carries_person(Assignment, "assignee")
registry_events.carries_person(Correction, "by")
registry_events.carries_person(Report, "reporter")


def _about(params: dict[str, Any]) -> str:
    """ "Burst pipe · 7-2" in the reader's language."""
    community = registry.get_community(UUID(params["community"]))
    name = naming.service_name(
        community.jurisdiction, params["service"], registry.local_day(community)
    )
    return f"{name} · {params['place']}" if params.get("place") else name


def _word_dispatched(p: dict[str, Any]) -> tuple[str, str]:
    who = _(", ").join(p["organisations"])
    return (
        _("%(matter)s: on its way") % {"matter": _about(p)},
        _("Now with %(who)s. You can follow it here.") % {"who": who},
    )


def _word_job(p: dict[str, Any]) -> tuple[str, str]:
    return (
        _("New job: %(matter)s") % {"matter": _about(p)},
        _("Please accept it, or return it with a reason."),
    )


def _word_desk(p: dict[str, Any]) -> tuple[str, str]:
    return (
        _("Waiting at the desk: %(matter)s") % {"matter": _about(p)},
        _("A person has to decide where it goes."),
    )


def _word_done(p: dict[str, Any]) -> tuple[str, str]:
    return (
        _("%(matter)s: the work is done") % {"matter": _about(p)},
        _("Is it solved? Only you can close it."),
    )


def _word_progress(p: dict[str, Any]) -> tuple[str, str]:
    return (
        _("%(matter)s: somebody is on it") % {"matter": _about(p)},
        _("%(who)s has taken it on.") % {"who": p["who"]},
    )


def _word_reopened(p: dict[str, Any]) -> tuple[str, str]:
    return (
        _("Reopened: %(matter)s") % {"matter": _about(p)},
        _("The resident says it is not solved yet. It is your job again."),
    )


def _word_confirmed(p: dict[str, Any]) -> tuple[str, str]:
    return (
        _("Confirmed: %(matter)s") % {"matter": _about(p)},
        _("The resident says it is solved. Thank you."),
    )


DISPATCHED = register_kind(MessageKind("case_dispatched", _word_dispatched))
JOB = register_kind(MessageKind("case_job", _word_job, urgent=True))
DESK = register_kind(MessageKind("case_at_desk", _word_desk, urgent=True))
PROGRESS = register_kind(MessageKind("case_accepted", _word_progress))
DONE = register_kind(MessageKind("case_done", _word_done, urgent=True))
REOPENED = register_kind(MessageKind("case_reopened", _word_reopened, urgent=True))
CONFIRMED = register_kind(MessageKind("case_confirmed", _word_confirmed))


@outbox.handles(events.CASE_EVENT, name="casework.tell_people")
def tell_people(message: outbox.Message) -> None:
    """Put messages about one line of history into the inboxes of those concerned."""
    event = CaseEvent.objects.select_related("case__place").get(pk=message.payload["event_id"])
    teller = _TELLERS.get(event.kind)
    if teller is not None:
        teller(event)


@outbox.handles(events.CASE_EVENT, name="casework.refresh_pages")
def refresh_pages(message: outbox.Message) -> None:
    """Make open pages about the case fetch themselves anew."""
    case_id = UUID(message.payload["case_id"])
    case = Case.objects.get(pk=case_id)
    organisations = case.assignments.values_list("organisation_id", flat=True).distinct()
    live.bump(
        [
            live.topic("case", case_id),
            live.topic("queue", case.community_id),
            *(live.topic("org", o) for o in organisations),
        ]
    )


def _params(case: Case, **more: Any) -> dict[str, Any]:
    # The place of a private matter is named no finer than the estate in anybody's list.
    place = ""
    if case.place is not None:
        place = case.place.full_name
    return {
        "community": str(case.community_id),
        "service": case.service_code,
        "place": place if case.privacy == Privacy.OPEN else "",
        **more,
    }


def _reporters(case: Case) -> list[UUID]:
    rows = Report.objects.filter(case=case, reporter__isnull=False)
    return list(rows.values_list("reporter_id", flat=True).distinct())


def _workers(job: Assignment) -> list[UUID]:
    """The person on duty and the managers; all who may do it when nobody is on duty."""
    managers = registry.list_members(job.organisation_id, Role.MANAGER)
    if job.assignee_id:
        return [job.assignee_id, *managers]
    sealed = job.case.privacy == Privacy.SEALED
    return registry.list_members(job.organisation_id, *(SEALED_HANDS if sealed else HANDS))


def _parts_at(event: CaseEvent) -> list[Assignment]:
    """The parts as they were sent when the line was written: a message delivered late, after
    the case went round again, is still about its own round."""
    sent = event.case.assignments.filter(sent_at__lte=event.at)
    rows = list(sent.select_related("organisation").order_by("role", "sent_at"))
    newest = max((row.round for row in rows), default=0)
    return [row for row in rows if row.round == newest]


def _link(case: Case) -> str:
    return f"/matters/{case.pk}/"


def _send_jobs(event: CaseEvent, kind: MessageKind) -> None:
    case = event.case
    for job in _parts_at(event):
        send_message(
            _workers(job),
            kind.name,
            _params(case),
            key=f"{event.pk}:{job.pk}",
            link=f"/work/{job.pk}/",
        )


def _tell_dispatched(event: CaseEvent) -> None:
    case = event.case
    names = [job.organisation.name for job in _parts_at(event)]
    send_message(
        _reporters(case),
        DISPATCHED.name,
        _params(case, organisations=names),
        key=str(event.pk),
        link=_link(case),
    )
    _send_jobs(event, JOB)


def _tell_desk(event: CaseEvent) -> None:
    case = event.case
    if event.data.get("channel") == Channel.IMPORT and case.priority != "P0":
        return  # an imported list stands in the queue; a message for each row would bury the rest
    sealed = case.privacy == Privacy.SEALED
    holders = registry.list_role_holders(Role.CHAIR if sealed else Role.DISPATCHER)
    send_message(
        holders, DESK.name, _params(case), key=str(event.pk), link=f"/desk/cases/{case.pk}/"
    )


def _tell_accepted(event: CaseEvent) -> None:
    case = event.case
    organisation = event.organisation.name if event.organisation else ""
    who = f"{organisation} {event.public_name}".strip()
    send_message(
        _reporters(case), PROGRESS.name, _params(case, who=who), key=str(event.pk), link=_link(case)
    )


def _tell_done(event: CaseEvent) -> None:
    case = event.case
    send_message(_reporters(case), DONE.name, _params(case), key=str(event.pk), link=_link(case))


def _tell_reopened(event: CaseEvent) -> None:
    _send_jobs(event, REOPENED)


def _tell_confirmed(event: CaseEvent) -> None:
    _send_jobs(event, CONFIRMED)


_TELLERS: dict[str, Callable[[CaseEvent], None]] = {
    EventKind.DISPATCHED: _tell_dispatched,
    EventKind.SENT_TO_DESK: _tell_desk,
    EventKind.ACCEPTED: _tell_accepted,
    EventKind.DONE: _tell_done,
    EventKind.REOPENED: _tell_reopened,
    EventKind.CONFIRMED: _tell_confirmed,
}
