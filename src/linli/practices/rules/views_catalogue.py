"""The kinds of matters with who acts and by when, and the packs that say so."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.selectors import in_language
from linli.engines.rulebook.types import ClockKind, Duty, DutyRole, Privacy, ServiceType
from linli.kernel.guards import for_roles
from linli.practices.rules import pages, wording
from linli.practices.rules.practice import READERS

SEEDS_SHOWN = 3


@for_roles(*READERS)
def services(request: Any) -> HttpResponse:
    """Every kind of matter that is taken in today, by family; found by what people say."""
    where = pages.here_of(request.actor)
    families = rulebook.list_families(where.jurisdiction)
    word = request.GET.get("q", "").strip()[:60]
    family = request.GET.get("family", "")
    family = family if family in families else ""
    types = rulebook.list_service_types(where.jurisdiction, where.today)
    found = [t for t in types if (not family or t.family == family) and _says(t, word.lower())]
    groups: dict[str, list[dict[str, Any]]] = {}
    for kind in found:
        groups.setdefault(in_language(families[kind.family]), []).append(_row(where, kind))
    values = {
        "tabs": pages.sections(request.actor, "services"),
        "groups": [{"title": title, "rows": rows} for title, rows in groups.items()],
        "families": [(code, in_language(name)) for code, name in families.items()],
        "family": family,
        "word": word,
        "active": bool(word) + bool(family),
        "found": len(found),
        "total": len(types),
        "priorities": [
            {"code": code, "name": in_language(name)}
            for code, name in where.pack.priorities.items()
        ],
        "classes": [
            {"name": name, "kind": kind, "about": wording.PRIVACY_MEANS[code]}
            for code, (name, kind) in wording.PRIVACY.items()
        ],
    }
    return render(request, "rules/services.html", values)


def _says(kind: ServiceType, word: str) -> bool:
    """Whether a kind is called so, or people say so when they report it."""
    if not word:
        return True
    names = (*kind.name.values(), kind.code, *kind.keywords, *kind.danger_words, *kind.seeds)
    return any(word in name.lower() for name in names)


def _row(where: pages.Here, kind: ServiceType) -> dict[str, Any]:
    privacy, pill = wording.PRIVACY[kind.privacy.value]
    lead = next((duty for duty in kind.duties if duty.role is DutyRole.LEAD), None)
    meta = [in_language(where.pack.bodies[lead.body])] if lead else []
    finish = lead.clocks.get(ClockKind.FINISH) if lead else None
    if finish:
        rule = rulebook.get_clock_rule(where.jurisdiction, finish, where.today)
        meta.append(_("finished in %(period)s") % {"period": wording.period(rule)})
    return {
        "title": in_language(kind.name),
        "href": reverse("rules:service", args=[kind.code]),
        "meta": meta,
        "value": kind.priority,
        "pill": "" if kind.privacy is Privacy.OPEN else privacy,
        "pill_kind": pill,
    }


@for_roles(*READERS)
def service(request: Any, code: str) -> HttpResponse:
    """One kind of matter: who acts, by when and by which rule; what is asked; what is a danger."""
    where = pages.here_of(request.actor)
    try:
        kind = rulebook.get_service_type(where.jurisdiction, code, where.today)
    except LookupError as error:
        raise Http404("no such kind of matter") from error
    privacy, pill = wording.PRIVACY[kind.privacy.value]
    names = list(kind.name.values())
    family = in_language(where.pack.families[kind.family])
    values = {
        "tabs": pages.sections(request.actor, "services"),
        "kind": kind,
        "name": in_language(kind.name),
        "other_names": [name for name in names if name != in_language(kind.name)],
        "family": family,
        "family_url": f"{reverse('rules:services')}?{urlencode({'family': kind.family})}",
        "privacy": {
            "text": privacy,
            "kind": pill,
            "icon": "eye" if kind.privacy is Privacy.OPEN else "lock",
        },
        "priority": in_language(where.pack.priorities[kind.priority]),
        "duties": [_duty(where, duty) for duty in kind.duties],
        "questions": [in_language(question) for question in kind.questions],
        "call": [
            {"name": wording.EMERGENCIES.get(name, name), "number": number}
            for name, number in where.pack.emergency_numbers.items()
            if name in kind.emergency
        ],
        "seeds": kind.seeds[:SEEDS_SHOWN],
        "seed_count": len(kind.seeds),
        "word_count": len(kind.keywords),
    }
    return render(request, "rules/service.html", values)


def _duty(where: pages.Here, duty: Duty) -> dict[str, Any]:
    clocks = []
    for kind, rule_id in duty.clocks.items():
        rule = rulebook.get_clock_rule(where.jurisdiction, rule_id, where.today)
        query = urlencode({"rule": rule_id, "start": f"{where.today.isoformat()}T09:00"})
        clocks.append(
            {
                "label": wording.CLOCKS[kind.value],
                "value": wording.period(rule),
                "href": f"{reverse('rules:due')}?{query}",
                "rule": in_language(rule.label),
                "source": wording.source(rule.source),
            }
        )
    return {
        "body": in_language(where.pack.bodies[duty.body]),
        "role": wording.DUTIES[duty.role.value],
        "authority": wording.AUTHORITIES[duty.authority.value],
        "pill_kind": "ok" if duty.role is DutyRole.LEAD else "normal",
        "clocks": clocks,
    }


@for_roles(*READERS)
def packs(request: Any) -> HttpResponse:
    """Every pack of rules: the one that holds here first."""
    where = pages.here_of(request.actor)
    mine = [pack.code for pack in pages.chain(where.pack)]
    rows = []
    for pack in sorted(rulebook.list_packs(), key=lambda p: (p.code not in mine, p.code)):
        rules = rulebook.list_clock_rules(pack.code, where.today)
        types = rulebook.list_service_types(pack.code, where.today)
        lists = rulebook.list_holiday_lists(pack.code)
        rows.append(
            {
                **pages.pack_row(pack),
                "is_here": pack.code in mine,
                "parent": in_language(rulebook.get_pack(pack.parent).name) if pack.parent else "",
                "rules": len(rules),
                "own_rules": sum(rule.jurisdiction == pack.code for rule in rules),
                "types": len(types),
                "years": [str(entry.year) for entry in lists],
            }
        )
    values = {
        "tabs": pages.sections(request.actor, "packs"),
        "mine": [row for row in rows if row["is_here"]],
        "others": [row for row in rows if not row["is_here"]],
    }
    return render(request, "rules/packs.html", values)


@for_roles(*READERS)
def pack(request: Any, code: str) -> HttpResponse:
    """One pack: words, numbers to call, and its holiday lists with their notices."""
    where = pages.here_of(request.actor)
    try:
        shown = rulebook.get_pack(code)
    except LookupError as error:
        raise Http404("no such pack") from error
    calendar = rulebook.get_calendar(code)
    lists = rulebook.list_holiday_lists(code)
    values = {
        "tabs": pages.sections(request.actor, "packs"),
        "pack": shown,
        "name": in_language(shown.name),
        "chain": [pages.pack_row(parent) for parent in pages.chain(shown)[1:]],
        "is_here": code in [own.code for own in pages.chain(where.pack)],
        "hours": [f"{begin:%H:%M}-{end:%H:%M}" for begin, end in calendar.working_hours],
        "numbers": [
            {"name": wording.EMERGENCIES.get(name, name), "number": number}
            for name, number in shown.emergency_numbers.items()
        ],
        "bodies": [in_language(name) for name in shown.bodies.values()],
        "years": [_year(entry) for entry in reversed(lists)],
        "next_year": where.today.year + 1,
        "knows_next_year": where.today.year + 1 in calendar.known_years,
        "own_rules": [
            _own_rule(rule)
            for rule in rulebook.list_clock_rules(code, where.today)
            if rule.jurisdiction == code
        ],
    }
    return render(request, "rules/pack.html", values)


def _own_rule(rule: Any) -> dict[str, Any]:
    meta = [in_language(rule.source.title), wording.article(rule.source.article)]
    return {
        "title": in_language(rule.label),
        "meta": [part for part in meta if part],
        "value": wording.period(rule),
    }


def _span(span: Any) -> str:
    first = wording.day(span.first)
    return first if span.first == span.last else f"{first} – {wording.day(span.last)}"


def _year(entry: Any) -> dict[str, Any]:
    return {
        "year": entry.year,
        "spans": [
            {
                "title": in_language(span.name),
                "meta": _span(span),
                "days": (span.last - span.first).days + 1,
            }
            for span in entry.spans
        ],
        "make_up": [
            f"{wording.day(day)} {wording.weekday(day)}" for day in sorted(entry.make_up_workdays)
        ],
        "source": wording.source(entry.source),
    }
