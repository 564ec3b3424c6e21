"""Where a report that names no place may belong: the reporter's own home."""

from __future__ import annotations

import re

from linli.engines.casework.core.triage.found import GUESS, NOTHING, Found
from linli.engines.casework.core.triage.gazetteer import PlaceIndex
from linli.engines.casework.core.triage.types import PlaceEntry, PlaceKind, Reason, _noop

_AT_HOME = re.compile(
    r"我家|我们家|俺家|家里|家中|自家|我屋|my (?:home|flat|apartment|kitchen|bathroom)"
)
_OUR_UNIT = re.compile(
    r"(?:我们|本|我|咱们?|这个?)单元|楼上|楼下|隔壁|对门|our (?:stair|unit)|upstairs|next door"
)
_OUR_BUILDING = re.compile(r"(?:我们|本|我|咱们?)(?:这栋|这)?楼|(?:this|our) building")


def read_home(text: str, index: PlaceIndex, home: PlaceEntry | None) -> Found:
    """The home, stair or building that a lower-case text calls its own, else the building.

    Nothing when the reporter's home is not known.
    """
    if home is None:
        return NOTHING
    if _AT_HOME.search(text):
        reason = Reason(_noop("The report speaks of the reporter's own home."))
        return Found(home, 0.9, (reason,))
    for pattern, kind, confidence in (
        (_OUR_UNIT, PlaceKind.UNIT, 0.82),
        (_OUR_BUILDING, PlaceKind.BUILDING, 0.88),
    ):
        place = index.ancestor(home, kind) if pattern.search(text) else None
        if place is not None:
            reason = Reason(_noop("The report speaks of the reporter's own building."))
            return Found(place, confidence, (reason,))
    place = index.ancestor(home, PlaceKind.BUILDING) or home
    reason = Reason(_noop("No place is named; the reporter's building is proposed."))
    return Found(place, GUESS, (reason,))
