"""What a way of reading a place found, and how findings become a suggestion.

Confidence scale: .9 and above a place written out and unique; .8 safe with a hint; below
.8 a person looks. An ambiguous finding names candidates and often no place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from linli.engines.casework.core.triage.gazetteer import NameHit, clean_number, is_within
from linli.engines.casework.core.triage.normalise import normalise_word
from linli.engines.casework.core.triage.types import (
    PlaceCandidate,
    PlaceEntry,
    PlaceSuggestion,
    Reason,
    _noop,
)

#: a place written out and unique in the gazetteer
SURE = 0.93
#: the gazetteer does not go as deep as the words
UNLISTED = 0.9
#: among places of one name, the one where the reporter lives
BY_HOME = 0.84
ESTATE_ONLY = 0.7
#: the number written does not exist: perhaps a slip, the place above is proposed
FALLBACK = 0.65
CONFLICT = 0.6
SEVERAL = 0.5
GUESS = 0.5
TIED = 0.45
PICKED = 0.97

_MAX_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Found:
    """The place that one way of reading found, or several between which it cannot choose."""

    entry: PlaceEntry | None
    confidence: float
    reasons: tuple[Reason, ...] = ()
    others: tuple[tuple[PlaceEntry, float], ...] = ()
    ambiguous: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was found, not even candidates."""
        return self.entry is None and not self.others


NOTHING = Found(None, 0.0)


def tied(entries: Sequence[PlaceEntry], reasons: tuple[Reason, ...]) -> Found:
    """No choice between these: none is the place, all are candidates."""
    share = min(TIED, 0.9 / max(1, len(entries)))
    return Found(None, 0.0, reasons, tuple((e, share) for e in entries), True)


def unique(entries: Iterable[PlaceEntry]) -> list[PlaceEntry]:
    """Each entry once, in the order of first appearance."""
    return list({e.id: e for e in entries}.values())


def strictly_within(inner: PlaceEntry, outer: PlaceEntry) -> bool:
    """Whether ``inner`` lies below ``outer``."""
    return inner.path != outer.path and is_within(inner.path, outer.path)


def bears_number(spot: PlaceEntry, building: PlaceEntry) -> bool:
    """Whether a facility is called after a building ("3号楼车棚")."""
    number = clean_number(building.number)
    pattern = re.compile(rf"(?<!\d){re.escape(number)}(?:号楼|栋|幢|座|#)")
    return bool(number) and any(pattern.search(normalise_word(n)) for n in spot.names)


def near_reason(hit: NameHit) -> Reason:
    """Why a name with a wrong character was taken for a known one."""
    return Reason(
        _noop("“%(words)s” is read as %(where)s."),
        {"words": hit.word, "where": hit.entries[0].label},
    )


def respect_pick(pick: PlaceEntry, found: Found) -> Found:
    """A place chosen by a person wins; the text may make it finer or speak against it."""
    chosen = Reason(_noop("The place %(where)s was picked."), {"where": pick.label})
    if found.entry is None and found.others:
        inside = [(e, c) for e, c in found.others if is_within(e.path, pick.path)]
        if not inside:
            return _conflict(pick, found)
        return Found(pick, SURE, (chosen, *found.reasons), tuple(inside))
    if found.entry is None or is_within(pick.path, found.entry.path):
        return Found(pick, PICKED, (chosen,))
    if is_within(found.entry.path, pick.path):
        confidence = found.confidence if found.ambiguous else max(found.confidence, UNLISTED)
        return replace(found, confidence=confidence, reasons=(chosen, *found.reasons))
    return _conflict(pick, found)


def _conflict(pick: PlaceEntry, found: Found) -> Found:
    said = [found.entry] if found.entry else [e for e, _ in found.others]
    reason = Reason(
        _noop("%(where)s was picked, but the text speaks of %(places)s."),
        {"where": pick.label, "places": ", ".join(e.label for e in said[:4])},
    )
    others = tuple((e, TIED) for e in said)
    return Found(pick, CONFLICT, (reason, *found.reasons), others, True)


def suggestion(found: Found) -> PlaceSuggestion:
    """The finding as the value that triage hands out, candidates best first."""
    ranked = {} if found.entry is None else {found.entry.id: (found.entry, found.confidence)}
    for entry, confidence in found.others:
        ranked.setdefault(entry.id, (entry, min(confidence, found.confidence or confidence)))
    ordered = sorted(ranked.values(), key=lambda pair: (-pair[1], pair[0].path))
    candidates = tuple(
        PlaceCandidate(e.id, e.path, str(e.kind), round(c, 4)) for e, c in ordered[:_MAX_CANDIDATES]
    )
    place = found.entry
    return PlaceSuggestion(
        place_id=place.id if place else None,
        path=place.path if place else "",
        kind=str(place.kind) if place else "",
        confidence=round(found.confidence, 4),
        candidates=candidates,
        ambiguous=found.ambiguous,
        reasons=found.reasons,
    )
