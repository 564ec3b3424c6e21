"""Does a report belong to a case that is already open? A suggestion, never a merge."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from linli.engines.casework.core.triage.gazetteer import PlaceIndex, is_within
from linli.engines.casework.core.triage.types import (
    Classification,
    DuplicateSuggestion,
    PlaceKind,
    PlaceSuggestion,
    Reason,
    RecentCase,
    TriageSettings,
    _noop,
)
from linli.engines.rulebook.types import Privacy, ServiceType

VERSION = "duplicates-1"
#: characters that every report has; they would make all texts alike
_COMMON = frozenset("的了是我在有不一这那个们你他她请吗呢啊吧就都也很到说要会没和上下")

NO_DUPLICATE = DuplicateSuggestion(None)


@dataclass(frozen=True, slots=True)
class NewMatter:
    """What is known of the new report when it is compared with recent cases."""

    text: str
    at: datetime
    place: PlaceSuggestion | None
    classification: Classification
    privacy: Privacy


def find_duplicate(
    matter: NewMatter,
    recent: Iterable[RecentCase],
    index: PlaceIndex,
    services: Mapping[str, ServiceType],
    settings: TriageSettings,
) -> DuplicateSuggestion:
    """The most alike open case of the same family in the same building within the window.

    Only open matters are compared: a hint to join would tell that a private or sealed matter
    exists (ground.md 3). A closed case that is alike is named as a reason, not as a match.
    """
    place = matter.place
    if matter.privacy is not Privacy.OPEN or place is None or not place.path:
        return NO_DUPLICATE
    family = matter.classification.family
    if not family:
        return NO_DUPLICATE
    root, whole_estate = _meeting_place(place, index)
    window = timedelta(hours=settings.duplicate_window_hours)
    grams = char_grams(matter.text)
    best: tuple[float, RecentCase] | None = None
    best_closed: tuple[float, RecentCase] | None = None
    for case in recent:
        if not _comparable(case, family, services) or abs(matter.at - case.opened_at) > window:
            continue
        # An estate is no meeting place: two bins a street apart are two matters.
        if case.place_path != root and (whole_estate or not is_within(case.place_path, root)):
            continue
        score = cosine(grams, char_grams(case.text))
        if score < settings.duplicate_threshold:
            continue
        if case.open:
            best = _better(best, score, case)
        else:
            best_closed = _better(best_closed, score, case)
    return _suggestion(best, best_closed, settings)


def char_grams(text: str) -> Counter[str]:
    """Counts of characters and pairs of characters, without the commonest and punctuation."""
    chars = [c if c.isalnum() and c not in _COMMON else " " for c in text.lower()]
    grams = Counter(c for c in chars if c != " ")
    grams.update(a + b for a, b in pairwise(chars) if " " not in (a, b))
    return grams


def cosine(a: Counter[str], b: Counter[str]) -> float:
    """Likeness of two gram counts, 0 to 1; 0 when either is empty."""
    if len(a) > len(b):
        a, b = b, a
    dot = sum(n * b[g] for g, n in a.items() if g in b)
    if dot == 0:
        return 0.0
    norm = math.sqrt(sum(n * n for n in a.values()) * sum(n * n for n in b.values()))
    return min(1.0, dot / norm)


def _comparable(case: RecentCase, family: str, services: Mapping[str, ServiceType]) -> bool:
    service = services.get(case.service_code)
    # A retired type cannot vouch that its matters were open.
    return service is not None and service.privacy is Privacy.OPEN and service.family == family


def _meeting_place(place: PlaceSuggestion, index: PlaceIndex) -> tuple[str, bool]:
    """The path under which cases count as the same place, and whether it is a whole estate."""
    entry = index.get(place.place_id)
    building = index.ancestor(entry, PlaceKind.BUILDING) if entry else None
    root = building.path if building else place.path
    return root, building is None and place.kind == PlaceKind.ESTATE


def _better(
    best: tuple[float, RecentCase] | None, score: float, case: RecentCase
) -> tuple[float, RecentCase]:
    # At equal likeness the older case is the one that others joined before.
    if best is None:
        return score, case
    rank = (-score, case.opened_at, str(case.id))
    return (score, case) if rank < (-best[0], best[1].opened_at, str(best[1].id)) else best


def _suggestion(
    best: tuple[float, RecentCase] | None,
    closed: tuple[float, RecentCase] | None,
    settings: TriageSettings,
) -> DuplicateSuggestion:
    if best is None:
        if closed is None:
            return NO_DUPLICATE
        again = Reason(_noop("A much alike case here was closed lately; perhaps it is not solved."))
        return DuplicateSuggestion(None, reasons=(again,))
    score, case = best
    strong = score >= settings.duplicate_strong
    msgid = (
        _noop("An open case in the same place is nearly the same (likeness %(percent)s of 100).")
        if strong
        else _noop("An open case in the same place is alike (likeness %(percent)s of 100).")
    )
    reason = Reason(msgid, {"percent": str(round(score * 100))})
    return DuplicateSuggestion(case.id, round(score, 4), strong, (reason,))
