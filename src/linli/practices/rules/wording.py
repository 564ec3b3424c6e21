"""The words of this practice: periods, articles, kinds of day, states, steps, refusals."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.utils.translation import pgettext as _p
from django.utils.translation import pgettext_lazy as _pl

from linli.engines.registry.types import Role
from linli.engines.rulebook import services
from linli.engines.rulebook.selectors import in_language
from linli.engines.rulebook.selectors.documents import VersionRow
from linli.engines.rulebook.types import (
    ClauseSetting,
    ClockRule,
    Direction,
    LifeStep,
    Roll,
    SettingValue,
    Source,
    SourceKind,
    Unit,
    ValueKind,
    VersionState,
)
from linli.ui.text import money

_PART = re.compile(r"(\d+)(?:\((\d+)\))?(?:\((\d+)\))?")

PRIVACY = {
    "open": (_pl("privacy class", "Open"), "ok"),
    "private": (_pl("privacy class", "Private"), "due"),
    "sealed": (_pl("privacy class", "Sealed"), "wait"),
}
PRIVACY_MEANS = {
    "open": _l("Everybody may know that there is such a matter, and join it."),
    "private": _l("Only those who act know of it; no list, no place finer than the estate."),
    "sealed": _l("Reporter and chair only; the machine never sends it."),
}
AUTHORITIES = {
    "order": _pl("authority", "Order"),
    "request": _pl("authority", "Request"),
    "whistle": _pl("authority", "Whistle"),
    "transfer": _pl("authority", "Transfer"),
}
DUTIES = {"lead": _pl("part in a matter", "Lead"), "support": _pl("part in a matter", "Support")}
CLOCKS = {
    "respond": _pl("clock", "Accept"),
    "arrive": _pl("clock", "On site"),
    "finish": _pl("clock", "Finish"),
}
EMERGENCIES = {
    "emergency": _pl("emergency number", "Emergency"),
    "police": _pl("emergency number", "Police"),
    "fire": _pl("emergency number", "Fire"),
    "medical": _pl("emergency number", "Ambulance"),
    "traffic": _pl("emergency number", "Traffic police"),
    "hotline": _pl("emergency number", "City hotline"),
    "legal_aid": _pl("emergency number", "Legal aid"),
    "women": _pl("emergency number", "Help for women"),
    "mental_health": _pl("emergency number", "Mental health"),
}
FIRMNESS = {
    SourceKind.STATUTE: _pl("kind of source", "Law"),
    SourceKind.STANDARD: _pl("kind of source", "Standard"),
    SourceKind.CONTRACT: _pl("kind of source", "Contract"),
    SourceKind.REFERENCE: _pl("kind of source", "For reference"),
}
MATTERS = {
    "content": _l("What it must say"),
    "adoption": _l("Who decides on it"),
    "filing": _l("Where it is filed"),
}

STATES: dict[VersionState, tuple[Any, str]] = {
    VersionState.DRAFTED: (_pl("state of a document", "Draft"), "wait"),
    VersionState.POSTED: (_pl("state of a document", "Posted"), "due"),
    VersionState.ADOPTED: (_pl("state of a document", "Adopted"), "normal"),
    VersionState.FILED: (_pl("state of a document", "Filed"), "normal"),
    VersionState.IN_FORCE: (_pl("state of a document", "In force"), "ok"),
    VersionState.SUPERSEDED: (_pl("state of a document", "Superseded"), "wait"),
    VersionState.REVOKED: (_pl("state of a document", "Revoked"), "wait"),
    VersionState.WITHDRAWN: (_pl("state of a document", "Withdrawn"), "wait"),
}

#: step -> (what the button says, icon, what it says in the history)
STEPS: dict[LifeStep, tuple[Any, str, Any]] = {
    LifeStep.POST: (_l("Record the posting"), "eye", _l("Posted")),
    LifeStep.ADOPT: (_l("Record the adoption"), "vote", _l("Adopted")),
    LifeStep.FILE: (_l("Record the filing"), "building-bank", _l("Filed")),
    LifeStep.ENFORCE: (_l("Put in force"), "check", _l("In force from this day")),
    LifeStep.SUPERSEDE: (_l("Superseded"), "refresh", _l("Superseded by the next version")),
    LifeStep.REVOKE: (_l("Record the revocation"), "x", _l("No longer in force from this day")),
    LifeStep.WITHDRAW: (_l("Withdraw"), "arrow-left", _l("Withdrawn")),
}
STEP_HELP: dict[LifeStep, Any] = {
    LifeStep.POST: _l(
        "From now on the text is fixed: nobody can change it. If it must change after objections, "
        "withdraw it and begin a new version."
    ),
    LifeStep.ADOPT: _l(
        "Write down what the meeting decided, as it was announced. Linli judges no vote and "
        "knows no threshold here."
    ),
    LifeStep.FILE: _l("Filing is a duty, not a condition: the text may hold before it is filed."),
    LifeStep.ENFORCE: _l(
        "From that day on every page reads this text. The version before it ends on that day."
    ),
    LifeStep.REVOKE: _l(
        "From that day on nothing is read from this text. No earlier version comes back by itself."
    ),
    LifeStep.WITHDRAW: _l("The text is given up. It stays here for everybody who saw it posted."),
}

REFUSED = {
    "title_missing": _l("Give it a title."),
    "title_too_long": _l("The title is too long: 120 characters at most."),
    "no_clause": _l("The draft has no clause yet. Write at least one before it is posted."),
    "clause_empty": _l("A clause has no text. Write it, or empty its number and heading too."),
    "clause_too_long": _l("A clause is too long: 4000 characters at most. Make it two clauses."),
    "too_many_clauses": _l("That is more than 200 clauses. Make two documents of it."),
    "setting_unknown": _l("The law no longer leaves this to the document. Take it off the clause."),
    "setting_not_for_kind": _l("A document of this kind cannot settle that."),
    "setting_twice": _l("Two clauses settle the same. Keep one of them."),
    "bad_place": _l("There is no such place. Choose one from the list."),
    "text_missing": _l("Write it down in a few words: it stays in the history."),
    "text_too_long": _l("That is too long. Keep to what was decided."),
    "in_the_future": _l("That day has not come yet. Record it when it has happened."),
    "before_posting": _l("It was posted only after that day. Check the day of the decision."),
    "before_adoption": _l("It was adopted only after that day. Choose that day or a later one."),
    "ends_before_it_begins": _l("The posting ends before it begins. Check the two days."),
    "before_force": _l(
        "The present version is in force only from that day or later. Choose a later day."
    ),
}
BAD_VALUES = {
    "not_a_choice": _l("Choose one of the values."),
    "not_a_flag": _l("Choose yes or no."),
    "not_whole": _l("Write a whole number."),
    "too_small": _l("That is less than the law leaves to the document."),
    "too_big": _l("That is more than the law leaves to the document."),
    "not_odd": _l("The law asks for an odd number."),
    "not_hours": _l("Write hours like 12:00-14:00, 20:00-08:00."),
    "empty": _l("Write what the clause settles."),
    "too_long": _l("That is too long: 500 characters at most."),
}
ILLEGAL = _l("That is no longer possible: the document has moved on. You see its present state.")
STALE = _l(
    "Somebody else has saved this draft in the meantime. Copy what you wrote, open the draft "
    "again and put it in."
)


def day(value: date | None) -> str:
    """A day in the reader's way of writing."""
    return str(date_format(value, "DATE_FORMAT")) if value else ""


def article(text: str) -> str:
    """ "278(1)(2)" as people cite it: "art. 278(1)(2)", in Chinese article, paragraph, item."""
    parts = [part.strip() for part in text.split(",")]
    found = [_PART.fullmatch(part) for part in parts]
    if not text or not all(found):
        return text
    return _(", ").join(_article(*match.groups()) for match in found if match)


def _article(number: str, paragraph: str | None, item: str | None) -> str:
    said = {"article": number, "paragraph": paragraph, "item": item}
    if item:
        return _("art. %(article)s(%(paragraph)s)(%(item)s)") % said
    if paragraph:
        return _("art. %(article)s(%(paragraph)s)") % said
    return _("art. %(article)s") % said


def source(given: Source, since: date | None = None) -> dict[str, Any]:
    """What ``source_note`` shows of a source."""
    return {
        "title": in_language(given.title),
        "article": article(given.article),
        "reference": given.kind is SourceKind.REFERENCE,
        "since": day(since),
    }


def period(rule: ClockRule) -> str:
    """ "7 days", "4 working hours", "15 days before"."""
    n = rule.amount
    words = {
        Unit.MINUTE: ngettext("%(n)s minute", "%(n)s minutes", n),
        Unit.HOUR: ngettext("%(n)s hour", "%(n)s hours", n),
        Unit.WORKING_HOUR: ngettext("%(n)s working hour", "%(n)s working hours", n),
        Unit.NATURAL_DAY: ngettext("%(n)s day", "%(n)s days", n),
        Unit.WORKING_DAY: ngettext("%(n)s working day", "%(n)s working days", n),
        Unit.MONTH: ngettext("%(n)s month", "%(n)s months", n),
    }
    said = words[rule.unit] % {"n": n}
    if rule.direction is Direction.BEFORE:
        return _p("period", "%(period)s before") % {"period": said}
    return said


def counting(rule: ClockRule) -> str:
    """How the period counts, in one short sentence."""
    if rule.direction is Direction.BEFORE:
        return _("counted back from the day of the event")
    if rule.unit in (Unit.MINUTE, Unit.HOUR):
        return _("starts at once, day and night")
    if rule.unit is Unit.WORKING_HOUR:
        return _("runs in working hours only")
    if rule.roll is Roll.REST_DAYS:
        return _("starts the next day; a last day of rest moves on")
    return _("starts the next day; rest days count")


def day_kind(calendar: Any, at: date) -> tuple[str, str]:
    """What kind of day it is, and the pill's kind."""
    if at in calendar.make_up_workdays:
        return _("Make-up workday"), "due"
    if calendar.is_holiday(at):
        return _("Public holiday"), "ok"
    if calendar.is_rest_day(at):
        return _("Weekend"), "wait"
    return _("Workday"), "normal"


def weekday(at: date) -> str:
    """The name of the weekday."""
    return str(date_format(at, "l"))


def state_on(version: VersionRow, today: date) -> tuple[str, str]:
    """The pill of a version: what is recorded, or that it is yet to begin or still to end."""
    if version.in_force_from is not None and not version.holds(today):
        if today < version.in_force_from:
            return _("In force from %(day)s") % {"day": day(version.in_force_from)}, "due"
    elif version.holds(today) and version.in_force_to is not None:
        return _("In force until %(day)s") % {"day": day(version.in_force_to)}, "due"
    word, kind = STATES[version.state]
    return str(word), kind


def value(setting: ClauseSetting, given: SettingValue, currency: str) -> str:
    """A settled value in words."""
    if setting.kind is ValueKind.CHOICE:
        return in_language(setting.values[str(given)]) if given in setting.values else str(given)
    if setting.kind is ValueKind.FLAG:
        return _p("value", "Yes") if given else _p("value", "No")
    if setting.kind is ValueKind.MONEY and isinstance(given, int):
        return money(given, currency)
    if setting.unit is not None:
        return f"{given} {in_language(setting.unit)}"
    return str(given)


def settled(setting: ClauseSetting, given: SettingValue, currency: str) -> str:
    """ "Quiet hours: 12:00-14:00" in one line, which wraps where a pair would not."""
    colon = _p("between label and text", ": ")
    return f"{in_language(setting.title)}{colon}{value(setting, given, currency)}"


def refusal(error: Exception) -> str:
    """Why a write was refused, and what to do."""
    if isinstance(error, services.BadDocument):
        said = str(REFUSED[error.code])
        if error.row:
            return _("Clause %(row)s: %(problem)s") % {"row": error.row, "problem": said}
        return said
    if isinstance(error, services.BadValue):
        title = in_language(error.setting.title)
        return f"{title}{_p('between label and text', ': ')}{BAD_VALUES[error.code]}"
    if isinstance(error, services.Overlap):
        what = {"title": error.title, "number": error.number, "day": day(error.start)}
        if error.setting:
            return (
                _(
                    "“%(title)s” (version %(number)s), in force here since %(day)s, settles the "
                    "same thing. Take it out of one of the two texts first."
                )
                % what
            )
        return (
            _(
                "“%(title)s” (version %(number)s) of the same kind is in force here since "
                "%(day)s. Revoke it first, or make this a new version of it."
            )
            % what
        )
    return str(STALE if isinstance(error, services.Stale) else ILLEGAL)


def role_is_writer(actor: Any) -> bool:
    """Whether somebody may begin documents at all."""
    return bool(actor.has_role(Role.CHAIR, Role.OWNERS_COMMITTEE))
