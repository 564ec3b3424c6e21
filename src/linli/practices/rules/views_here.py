"""Which rule holds here on that day, and when is it due?"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.selectors import documents, in_language
from linli.engines.rulebook.types import ClockRule, SourceKind
from linli.kernel import clock
from linli.kernel.guards import for_roles
from linli.practices.rules import pages, wording
from linli.practices.rules.forms import DueForm, HereForm
from linli.practices.rules.practice import READERS


@for_roles(*READERS)
def here(request: Any) -> HttpResponse:
    """A place and a day: the packs, the kind of day, people's own rules, and every period."""
    actor = request.actor
    where = pages.here_of(actor)
    given = {"place": pages.WHOLE, "day": where.today.isoformat()}
    given |= {name: value for name, value in request.GET.items() if value}
    form = HereForm(given, places=pages.estate_choices(actor))
    asked = form.cleaned_data if form.is_valid() else {}
    day = asked.get("day") or where.today
    chosen = asked.get("place") or pages.WHOLE
    place = pages.path_of(chosen)
    names = pages.place_names(actor, set(documents.scopes_of(place)))
    found = documents.list_settled(place, day)
    rows = documents.list_in_force(actor, place, day)
    values = {
        "tabs": pages.sections(actor, "here"),
        "form": form,
        "day": day,
        "chosen": chosen,
        "place_name": names.get(place, place),
        "jurisdiction": in_language(where.pack.name),
        "packs": [pages.pack_row(pack) for pack in pages.chain(where.pack)],
        "calendar": _calendar_day(where.jurisdiction, day),
        "documents": [pages.document_row(row, names, day) for row in rows],
        "settled": [pages.settled(row, names, where.pack.currency) for row in found.values()],
        "unsettled": _unsettled(where.jurisdiction, day, set(found)),
        "groups": _rule_groups(where.jurisdiction, day, asked.get("q", "").strip().lower()),
        "word": asked.get("q", "").strip(),
        "again": f"{reverse('rules:here')}?{urlencode({'place': chosen, 'day': day.isoformat()})}",
    }
    return render(request, "rules/here.html", values, status=200 if _is_fine(form) else 422)


def _is_fine(form: Any) -> bool:
    return not form.is_bound or form.is_valid()


def _calendar_day(jurisdiction: str, day: date) -> dict[str, Any]:
    calendar = rulebook.get_calendar(jurisdiction)
    word, kind = wording.day_kind(calendar, day)
    lists = {entry.year: entry for entry in rulebook.list_holiday_lists(jurisdiction)}
    notice = lists.get(day.year)
    names = [
        in_language(span.name)
        for span in (notice.spans if notice else ())
        if span.first <= day <= span.last
    ]
    return {
        "word": word,
        "kind": kind,
        "weekday": wording.weekday(day),
        "holiday": names[0] if names else "",
        "hours": [f"{begin:%H:%M}-{end:%H:%M}" for begin, end in calendar.working_hours]
        if calendar.is_working_day(day)
        else [],
        "source": wording.source(notice.source) if notice else None,
        "year": day.year,
    }


def _unsettled(jurisdiction: str, day: date, settled: set[str]) -> list[dict[str, Any]]:
    """What the law leaves to a document, and no document here has settled."""
    return [
        {
            "title": in_language(setting.title),
            "documents": [
                in_language(rulebook.get_document_kind(jurisdiction, kind).name)
                for kind in setting.documents
            ],
        }
        for setting in rulebook.list_clause_settings(jurisdiction, day)
        if setting.key not in settled
    ]


def _rule_groups(jurisdiction: str, day: date, word: str) -> list[dict[str, Any]]:
    """Every period in force, by its source; laws first, what is only a proposal last."""
    groups: dict[str, dict[str, Any]] = {}
    order = list(SourceKind)
    for rule in rulebook.list_clock_rules(jurisdiction, day):
        said = f"{rule.id} {' '.join(rule.label.values())} {' '.join(rule.source.title.values())}"
        if word and word not in said.lower():
            continue
        title = in_language(rule.source.title)
        group = groups.setdefault(
            title,
            {
                "title": title,
                "firmness": wording.FIRMNESS[rule.source.kind],
                "pill_kind": "wait" if rule.source.kind is SourceKind.REFERENCE else "ok",
                "order": (order.index(rule.source.kind), title),
                "rows": [],
            },
        )
        group["rows"].append(rule_row(rule, day))
    return sorted(groups.values(), key=lambda group: group["order"])


def rule_row(rule: ClockRule, day: date) -> dict[str, Any]:
    """A period as a row that leads to its clock."""
    meta = [wording.counting(rule), rule.id]
    cited = wording.article(rule.source.article)
    query = urlencode({"rule": rule.id, "start": f"{day.isoformat()}T09:00"})
    return {
        "title": in_language(rule.label),
        "meta": [cited, *meta] if cited and rule.source.kind is not SourceKind.STANDARD else meta,
        "value": wording.period(rule),
        "href": f"{reverse('rules:due')}?{query}",
    }


@for_roles(*READERS)
def due(request: Any) -> HttpResponse:
    """A small clock: a rule and a start, and every step to the day on which it is due."""
    where = pages.here_of(request.actor)
    day = _start_day(request.GET.get("start", "")) or where.today
    form = DueForm(request.GET or None, pack=where.pack, at=day)
    if not form.is_bound:
        local = clock.now().astimezone(form.zone).replace(tzinfo=None)
        form.initial = {"start": local}
    answer = _answer(where.jurisdiction, form) if form.is_bound and form.is_valid() else None
    values = {
        "tabs": pages.sections(request.actor, "here"),
        "form": form,
        "answer": answer,
        "has_holds": any(bound.value() for pair in form.hold_fields() for bound in pair),
    }
    return render(request, "rules/due.html", values, status=200 if _is_fine(form) else 422)


def _start_day(typed: str) -> date | None:
    """The day of the start, which decides which rules there are to choose from."""
    try:
        return datetime.fromisoformat(typed).date()
    except ValueError:
        return None


def _answer(jurisdiction: str, form: DueForm) -> dict[str, Any]:
    data = form.cleaned_data
    rule = rulebook.get_clock_rule(jurisdiction, data["rule"], data["start"].date())
    try:
        found = rulebook.compute_deadline(
            rule, data["start"], jurisdiction, data["holds"], get_language()
        )
    except (ValueError, OverflowError):
        return {"refused": True}
    other = found.alternative_due_at
    return {
        "label": in_language(rule.label),
        "period": wording.period(rule),
        "due": _moment(found.due_at),
        "other": _moment(other) if other else "",
        "provisional": found.provisional,
        "steps": found.steps,
        "source": wording.source(rule.source, rule.effective_from),
        "own": rule.jurisdiction,
    }


def _moment(at: datetime) -> str:
    """An exclusive instant as people say it: the end of a day, or a time of day."""
    if at.time() == time.min:
        last = pages.last_day(at)
        return f"{wording.day(last)} 24:00"
    return f"{wording.day(at.date())} {at:%H:%M}"
