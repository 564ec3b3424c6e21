"""Feeds the pure triage from the registry and the rulebook, and words what it said."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linli.engines.casework import naming
from linli.engines.casework.core.triage.gazetteer import PlaceIndex
from linli.engines.casework.core.triage.pipeline import triage
from linli.engines.casework.core.triage.types import (
    PlaceEntry,
    TriageInput,
    TriageResult,
)
from linli.engines.casework.learning import get_classifier
from linli.engines.casework.models import Case
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Community, Organisation, Place
from linli.engines.registry.types import PlaceRow
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.types import Duty
from linli.kernel import clock
from linli.kernel.actors import Actor, SystemActor

#: dangers by their code, as the reader sees them
DANGERS = {
    "fire": _l("fire"),
    "gas": _l("gas leak"),
    "trapped": _l("somebody trapped"),
    "electric_shock": _l("electric shock"),
    "falling_object": _l("falling objects"),
    "violence": _l("violence"),
    "missing_person": _l("missing person"),
    "flood": _l("flooding"),
}

#: privacy classes by their code, as the reader sees them
PRIVACY = {"open": _l("open"), "private": _l("private"), "sealed": _l("sealed")}

#: emergency services by the key of their number in the pack
EMERGENCY = {
    "fire": _l("Fire brigade"),
    "police": _l("Police"),
    "medical": _l("Ambulance"),
    "traffic": _l("Traffic police"),
    "gas": _l("Gas emergency"),
    "lift": _l("Lift rescue"),
    "emergency": _l("Emergency number"),
}

#: ranked guesses below this share are noise on a page
_LEAST_PERCENT = 3


def triage_report(
    community: Community, actor: Actor, text: str, place: Place | None, channel: str
) -> TriageResult:
    """What triage suggests for one report in one community."""
    home = registry.home_of(actor.person_id)
    report = TriageInput(
        text=text,
        place_id=place.pk if place else None,
        at=clock.now(),
        channel=channel,
        home_place_id=home.pk if home else None,
    )
    classifier = get_classifier(community.jurisdiction)
    return triage(report, place_index(community), classifier)


def place_index(community: Community) -> PlaceIndex:
    """The gazetteer of a community, rebuilt only when a place changes."""
    return _index(community.pk, registry.places_version(community.pk))


@lru_cache(maxsize=8)
def _index(community_id: UUID, version: int) -> PlaceIndex:
    return PlaceIndex.build(_entry(row) for row in registry.list_place_rows())


def _entry(row: PlaceRow) -> PlaceEntry:
    return PlaceEntry(
        id=row.id,
        path=row.path,
        kind=row.kind,
        number=row.number or None,
        names=(row.name, *row.aliases),
    )


def read(case: Case) -> TriageResult | None:
    """What triage said when the case was opened; None when nothing (readable) is kept."""
    if not case.triage:
        return None
    try:
        return TriageResult.from_json(case.triage)
    except ValueError:
        return None


def worded_reasons(community: Community, case: Case) -> tuple[str, ...]:
    """Why triage suggested what it did, in the reader's language."""
    result = read(case)
    if result is None:
        return ()
    names = _names(community)
    return tuple(reason.render(_, names) for reason in result.reasons)


def _names(community: Community) -> dict[str, str]:
    day = registry.local_day(community)
    pack = rulebook.get_pack(community.jurisdiction)
    names = {
        s.code: naming.in_language(s.name)
        for s in rulebook.list_service_types(community.jurisdiction, day)
    }
    names |= {code: naming.in_language(name) for code, name in pack.bodies.items()}
    names |= {code: str(name) for code, name in DANGERS.items()}
    names |= {code: str(name) for code, name in PRIVACY.items()}
    names |= {code: str(name) for code, name in naming.PRIORITIES.items()}
    return names


def ranked_services(case: Case, most: int = 4) -> list[tuple[str, int]]:
    """Service types that triage held possible, with whole percents, the best first."""
    result = read(case)
    if result is None:
        return []
    ranked = [(c.code, round(c.confidence * 100)) for c in result.classification.ranked()]
    return [(code, percent) for code, percent in ranked if percent >= _LEAST_PERCENT][:most]


def place_candidates(case: Case, most: int = 4) -> tuple[tuple[UUID, str], ...]:
    """Places that the words may mean, for a choice with one key."""
    result = read(case)
    if result is None or result.place is None:
        return ()
    wanted = [c.place_id for c in result.place.candidates if c.place_id != case.place_id]
    names = {row.id: row.full_name for row in registry.list_places_by_id(wanted[:most])}
    return tuple((pk, names[pk]) for pk in wanted[:most] if pk in names)


def whom_to_call(community: Community, case: Case) -> tuple[tuple[str, str], ...]:
    """(name, number) of the emergency services that the reporter should call at once."""
    result = read(case)
    if result is None:
        return ()
    numbers = rulebook.get_pack(community.jurisdiction).emergency_numbers
    return tuple(
        (str(EMERGENCY.get(kind, EMERGENCY["emergency"])), numbers[kind])
        for kind in result.urgency.call
        if kind in numbers
    )


def explain(community: Community, text: str) -> dict[str, object]:
    """Triage of a text with organisations and clocks, as plain values."""
    from linli.engines.casework.services.sending import find_receivers

    result = triage_report(community, SystemActor(community.pk), text, None, "web")
    kind = result.classification
    service = naming.find_service(community.jurisdiction, kind.code, registry.local_day(community))
    path = result.place.path if result.place else ""
    receivers = find_receivers(service, path) if service and path else []
    names = _names(community)
    return {
        "service_type": kind.code,
        "family": kind.family,
        "confidence": round(kind.confidence, 3),
        "alternatives": [
            {"service_type": c.code, "confidence": round(c.confidence, 3)}
            for c in kind.alternatives
        ],
        "priority": result.urgency.priority,
        "danger": list(result.urgency.dangers),
        "privacy": str(result.privacy),
        "place": {"path": path, "confidence": round(result.place.confidence, 3)}
        if result.place
        else None,
        "organisations": [
            {"role": str(d.role), "authority": str(d.authority), "name": o.name}
            for d, o in receivers
        ],
        "clocks": _explained_clocks(community, receivers),
        "duplicate_of": str(result.duplicate_of) if result.duplicate_of else None,
        "dispatched": result.dispatch,
        "reasons": [reason.render(_, names) for reason in result.reasons],
    }


def _explained_clocks(
    community: Community, receivers: list[tuple[Duty, Organisation]]
) -> list[dict[str, str]]:
    now = clock.now()
    found = []
    for duty, organisation in receivers:
        for kind, rule_id in duty.clocks.items():
            rule = naming.rule_of(community.jurisdiction, rule_id, now.date())
            if rule is not None:
                due = rulebook.compute_deadline(rule, now, community.jurisdiction).due_at
                found.append(
                    {
                        "name": str(kind),
                        "organisation": organisation.name,
                        "due": due.isoformat(),
                        "rule": rule_id,
                    }
                )
    return found
