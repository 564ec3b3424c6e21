"""The words of this practice: states, steps, lines of history, refusals, bad files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.utils.translation import pgettext as _p
from django.utils.translation import pgettext_lazy as _pl

from linli.engines.casework.events import EventKind
from linli.engines.casework.types import AssignmentView, CaseView, ClockView, EventView
from linli.engines.rulebook import selectors as rulebook
from linli.kernel import clock

#: state -> (word for staff, kind of pill)
STATES: dict[str, tuple[Any, str]] = {
    "at_desk": (_pl("state of a matter", "At the desk"), "wait"),
    "dispatched": (_pl("state of a matter", "Dispatched"), "normal"),
    "in_progress": (_pl("state of a matter", "In progress"), "due"),
    "done": (_pl("state of a matter", "Waiting for confirmation"), "due"),
    "confirmed": (_pl("state of a matter", "Confirmed"), "ok"),
    "not_dispatched": (_pl("state of a matter", "Not dispatched"), "wait"),
}

PRIORITIES: dict[str, tuple[Any, str]] = {
    "P0": (_pl("priority", "Danger"), "urgent"),
    "P1": (_pl("priority", "Urgent"), "due"),
    "P2": (_pl("priority", "Soon"), "due"),
    "P3": (_pl("priority", "Ordinary"), "normal"),
    "P4": (_pl("priority", "Complex"), "normal"),
}

JOB_STATES: dict[str, tuple[Any, str]] = {
    "sent": (_pl("state of a job", "Not yet accepted"), "wait"),
    "accepted": (_pl("state of a job", "Accepted"), "normal"),
    "arrived": (_pl("state of a job", "On site"), "due"),
    "done": (_pl("state of a job", "Done"), "ok"),
    "returned": (_pl("state of a job", "Returned"), "wait"),
}

ROLES = {"lead": _pl("part in a matter", "Lead"), "support": _pl("part in a matter", "Support")}

AUTHORITIES = {
    "order": _pl("authority", "Order"),
    "request": _pl("authority", "Request"),
    "whistle": _pl("authority", "Whistle"),
    "transfer": _pl("authority", "Transfer"),
}

CLOCKS = {
    "respond": _pl("clock", "Accept"),
    "arrive": _pl("clock", "On site"),
    "finish": _pl("clock", "Finish"),
}

BAD_FILES = {
    "too_big": _l("The photo is larger than 12 MB. Please send a smaller one."),
    "not_a_picture": _l("This file is not a photo that we can read. Use JPEG, PNG or WebP."),
    "too_many_pixels": _l("The photo has too many pixels. Please send a smaller one."),
    "empty": _l("The photo is empty. Please choose it again."),
}

CANNOT_SEND = {
    "no_service": _l("Say first what kind of matter it is."),
    "no_place": _l("Say first where it is."),
    "no_lead_here": _l("No organisation here leads such matters. Choose another kind, or add it."),
}

ILLEGAL = _l("That is no longer possible: the matter has moved on. You see its present state.")
STALE = _l("Somebody else has just changed this matter. Look at it again before you decide.")


def staff_state(case: CaseView) -> dict[str, Any]:
    """The pill of a case for those who handle it."""
    word, kind = STATES[case.state]
    return {"text": word, "kind": kind}


def reporter_state(case: CaseView) -> dict[str, Any]:
    """The pill of a case for the person who reported it."""
    words = {
        "at_desk": (_p("state for the reporter", "Being sorted"), "wait"),
        "dispatched": (_p("state for the reporter", "Sent on"), "normal"),
        "in_progress": (_p("state for the reporter", "Being worked on"), "due"),
        "done": (_p("state for the reporter", "Please confirm"), "due"),
        "confirmed": (_p("state for the reporter", "Solved"), "ok"),
        "not_dispatched": (_p("state for the reporter", "Answered"), "wait"),
    }
    text, kind = words[case.state]
    return {"text": text, "kind": kind}


_ORDER = ["at_desk", "dispatched", "in_progress", "done", "confirmed"]


def steps(case: CaseView) -> list[dict[str, Any]]:
    """The step bar: received, dispatched, in progress, you confirm."""
    at = _ORDER.index(case.state) if case.state in _ORDER else 0
    labels = [
        _p("step", "Received"),
        _p("step", "Sent on"),
        _p("step", "Working"),
        _p("step", "You confirm"),
    ]
    current = {0: 0, 1: 1, 2: 2, 3: 3}.get(at, 4)
    return [
        {"label": label, "state": "done" if i < current else "current" if i == current else "todo"}
        for i, label in enumerate(labels)
    ]


def duration(minutes: int) -> str:
    """ "3 hours", "2 days": one unit is enough for a promise."""
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def promised(case: CaseView) -> str:
    """ "Promised within 24 hours": the lead's finish clock of the current round."""
    found = _finish_clock(case)
    if found is None:
        return ""
    minutes = clock.minutes_between(found.started_at, found.due_at)
    return _("Promised within %(time)s") % {"time": duration(minutes)}


def elapsed(case: CaseView) -> str:
    """ "3 hours so far", or how long it took."""
    end = case.closed_at or case.done_at
    minutes = clock.minutes_between(case.opened_at, end or clock.now())
    if end:
        return _("Took %(time)s") % {"time": duration(minutes)}
    if minutes < 1:
        return _("just now")
    return _("%(time)s so far") % {"time": duration(minutes)}


def lead_of(case: CaseView) -> str:
    """ "Hemu property Master Wang": who leads now, or who led last; empty before dispatch."""
    newest = max((a.round for a in case.assignments), default=0)
    found = (a for a in case.assignments if a.round == newest and a.role == "lead")
    return next((who(a) for a in found), "")


def _finish_clock(case: CaseView) -> ClockView | None:
    newest = max((a.round for a in case.assignments), default=0)
    for job in case.assignments:
        if job.round == newest and job.role == "lead":
            return next((c for c in job.clocks if c.kind == "finish"), None)
    return None


def local_time(at: datetime) -> str:
    """A moment as people say it: today by the clock, another day with the date."""
    local = timezone.localtime(at)
    if local.date() == timezone.localtime(clock.now()).date():
        return local.strftime("%H:%M")
    day = _p("day and month", "%(month)s/%(day)s") % {"month": local.month, "day": local.day}
    return f"{day} {local:%H:%M}"


def minutes_left(at: datetime | None) -> int | None:
    """Whole minutes until ``at``; negative when it has passed."""
    if at is None:
        return None
    now = clock.now()
    return clock.minutes_between(now, at) if at >= now else -clock.minutes_between(at, now)


def who(job: AssignmentView) -> str:
    """ "Hemu property, Master Wang"."""
    return f"{job.organisation} {job.worker}".strip()


def event_line(event: EventView) -> dict[str, Any]:
    """One line of the timeline."""
    name = f"{event.organisation} {event.public_name}".strip()
    text, icon, kind = _event_words(event, name)
    return {
        "time": local_time(event.at),
        "datetime": event.at.isoformat(),
        "text": text,
        "note": event.note,
        "icon": icon,
        "kind": kind,
    }


def _event_words(event: EventView, name: str) -> tuple[str, str, str]:
    data = event.data
    if event.kind == EventKind.DISPATCHED:
        by = _("automatically") if data.get("by_machine") else _("by the desk")
        return _("Dispatched %(how)s to all who must act") % {"how": by}, "send", "normal"
    if event.kind == EventKind.CORRECTED:
        return (
            (
                _("The desk corrected the kind")
                if data.get("field") == "service"
                else _("The desk corrected the place")
            ),
            "tools",
            "normal",
        )
    table: dict[str, tuple[str, str, str]] = {
        EventKind.REPORTED: (_("Report received"), "message", "normal"),
        EventKind.SENT_TO_DESK: (_("Waiting for a person at the desk"), "users", "wait"),
        EventKind.ACCEPTED: (_("%(who)s accepted") % {"who": name}, "check", "normal"),
        EventKind.ARRIVED: (_("%(who)s is on site") % {"who": name}, "map-pin", "normal"),
        EventKind.PART_DONE: (_("%(who)s finished its part") % {"who": name}, "tools", "ok"),
        EventKind.RETURNED: (_("%(who)s returned the job") % {"who": name}, "arrow-left", "wait"),
        EventKind.WITHDRAWN: (
            _("%(who)s need not go any more") % {"who": name},
            "arrow-left",
            "wait",
        ),
        EventKind.DONE: (_("All parts are done; waiting for your word"), "check", "due"),
        EventKind.CONFIRMED: (_("The reporter says: solved"), "check", "ok"),
        EventKind.REOPENED: (_("The reporter says: not solved yet"), "refresh", "urgent"),
    }
    return table.get(event.kind, (event.kind, "info", "normal"))


def done_line(case: CaseView) -> str:
    """ "Hemu property Master Wang, 15:20": who finished, and when."""
    when = local_time(case.done_at) if case.done_at else ""
    return _("%(who)s finished %(time)s") % {"who": lead_of(case), "time": when}


def clock_line(promise: ClockView) -> str:
    """ "by 20:15", "done 20:05", or that it came late."""
    if promise.met_at is None:
        return _("by %(time)s") % {"time": local_time(promise.due_at)}
    when = {"time": local_time(promise.met_at)}
    return (_("late, %(time)s") if promise.was_late else _("done %(time)s")) % when


def no_name() -> str:
    """What stands where a reporter's name would, when nobody is to know it."""
    return _("no name given")


def photo_label(after_work: bool, number: int) -> str:
    """What a picture is, for those who cannot see it."""
    if after_work:
        return _("Photo %(n)s after the work") % {"n": number}
    return _("Photo %(n)s of the report") % {"n": number}


def place_unknown() -> str:
    """What stands where a place should."""
    return _("Place not yet known")


def family_choices(jurisdiction: str) -> list[tuple[str, str]]:
    """Families of matters that this jurisdiction's catalogue has, with their names."""
    named = rulebook.get_pack(jurisdiction).families
    return [(code, rulebook.in_language(name)) for code, name in named.items()]


def service_groups(jurisdiction: str, day: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """All service types by family, for a list to choose from."""
    names = dict(family_choices(jurisdiction))
    groups: dict[str, list[tuple[str, str]]] = {}
    for service in rulebook.list_service_types(jurisdiction, day):
        group = groups.setdefault(names.get(service.family, service.family), [])
        group.append((service.code, rulebook.in_language(service.name)))
    return list(groups.items())
