"""All steps in order: one report in, one suggestion out. Each step can be replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from linli.engines.casework.core.triage import duplicates as _duplicates
from linli.engines.casework.core.triage import locate as _locate
from linli.engines.casework.core.triage import normalise as _normalise
from linli.engines.casework.core.triage import route
from linli.engines.casework.core.triage import urgency as _urgency
from linli.engines.casework.core.triage.classify import Classifier
from linli.engines.casework.core.triage.duplicates import NewMatter
from linli.engines.casework.core.triage.gazetteer import PlaceIndex
from linli.engines.casework.core.triage.normalise import NormalisedText
from linli.engines.casework.core.triage.types import (
    Classification,
    DuplicateSuggestion,
    PlaceSuggestion,
    Reason,
    RecentCase,
    TriageInput,
    TriageResult,
    TriageSettings,
    Urgency,
    _noop,
)
from linli.engines.rulebook.types import ServiceType


class LocateStep(Protocol):
    """Text, gazetteer and hints -> place."""

    def __call__(
        self, text: str, index: PlaceIndex, *, picked: UUID | None, home: UUID | None
    ) -> PlaceSuggestion: ...


UrgencyStep = Callable[[str, Classification, Mapping[str, ServiceType], TriageSettings], Urgency]
DuplicateStep = Callable[
    [NewMatter, Iterable[RecentCase], PlaceIndex, Mapping[str, ServiceType], TriageSettings],
    DuplicateSuggestion,
]


@dataclass(frozen=True, slots=True)
class Steps:
    """The functions that triage runs; replace one to try another."""

    normalise: Callable[[str, int], NormalisedText] = _normalise.normalise
    locate: LocateStep = _locate.locate
    assess_urgency: UrgencyStep = _urgency.assess_urgency
    find_duplicate: DuplicateStep = _duplicates.find_duplicate
    versions: tuple[tuple[str, str], ...] = (
        ("normalise", _normalise.VERSION),
        ("locate", _locate.VERSION),
        ("urgency", _urgency.VERSION),
        ("duplicates", _duplicates.VERSION),
        ("route", route.VERSION),
    )


DEFAULT_SETTINGS = TriageSettings()
DEFAULT_STEPS = Steps()


def triage(
    report: TriageInput,
    index: PlaceIndex,
    classifier: Classifier,
    recent: Iterable[RecentCase] = (),
    settings: TriageSettings = DEFAULT_SETTINGS,
    *,
    steps: Steps = DEFAULT_STEPS,
) -> TriageResult:
    """Suggest place, kind, urgency, privacy, duties and duplicate for one report.

    Never raises for any text. The same input gives the same result. ``recent`` should hold
    the cases of the last ``settings.duplicate_window_hours`` in the same community.
    """
    words = steps.normalise(report.text, settings.max_chars)
    services = classifier.services
    place = steps.locate(words.text, index, picked=report.place_id, home=report.home_place_id)
    classification = classifier.classify(words.text, settings.max_alternatives)
    danger = steps.assess_urgency(words.text, classification, services, settings)
    privacy, privacy_reasons = route.decide_privacy(
        classification, danger.dangers, services, settings
    )
    matter = NewMatter(words.text, report.at, place, classification, privacy)
    duplicate = steps.find_duplicate(matter, recent, index, services, settings)
    duties = route.pick_duties(services.get(classification.code))
    dispatch, dispatch_reasons = route.decide_dispatch(
        place, classification, privacy, duties, duplicate, danger, settings
    )
    return TriageResult(
        normalised_text=words.text,
        truncated=words.truncated,
        place=place if place.place_id is not None or place.candidates else None,
        classification=classification,
        urgency=danger,
        privacy=privacy,
        duties=duties,
        duplicate_of=duplicate.case_id,
        duplicate_score=duplicate.score,
        duplicate_strong=duplicate.strong,
        dispatch=dispatch,
        reasons=(
            *_text_reasons(words),
            *place.reasons,
            *classification.reasons,
            *danger.reasons,
            *privacy_reasons,
            *duplicate.reasons,
            *dispatch_reasons,
        ),
        versions=dict(sorted({**dict(steps.versions), **classifier.versions}.items())),
    )


def _text_reasons(words: NormalisedText) -> tuple[Reason, ...]:
    if not words.truncated:
        return ()
    return (Reason(_noop("The text is very long; only its beginning was read.")),)
