"""The life of a version of a rule document: which step may follow which."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date

from linli.engines.rulebook.types import ClauseText, LifeStep, VersionState

#: step -> states from which it may be taken -> state afterwards
MOVES: dict[LifeStep, dict[VersionState, VersionState]] = {
    LifeStep.POST: {VersionState.DRAFTED: VersionState.POSTED},
    LifeStep.ADOPT: {VersionState.POSTED: VersionState.ADOPTED},
    # Filing is a duty, not a condition of force: it may come before or after.
    LifeStep.FILE: {
        VersionState.ADOPTED: VersionState.FILED,
        VersionState.IN_FORCE: VersionState.IN_FORCE,
    },
    LifeStep.ENFORCE: {
        VersionState.ADOPTED: VersionState.IN_FORCE,
        VersionState.FILED: VersionState.IN_FORCE,
    },
    LifeStep.SUPERSEDE: {VersionState.IN_FORCE: VersionState.SUPERSEDED},
    LifeStep.REVOKE: {
        VersionState.ADOPTED: VersionState.REVOKED,
        VersionState.FILED: VersionState.REVOKED,
        VersionState.IN_FORCE: VersionState.REVOKED,
    },
    LifeStep.WITHDRAW: {
        VersionState.DRAFTED: VersionState.WITHDRAWN,
        VersionState.POSTED: VersionState.WITHDRAWN,
    },
}

#: states in which a version is on its way; a document has one such version at most
IN_PREPARATION = (
    VersionState.DRAFTED,
    VersionState.POSTED,
    VersionState.ADOPTED,
    VersionState.FILED,
)


def after(step: LifeStep, state: VersionState) -> VersionState | None:
    """The state after ``step``, or None when it may not be taken from ``state``."""
    return MOVES[step].get(state)


def steps_from(state: VersionState, *, is_filed: bool) -> tuple[LifeStep, ...]:
    """What somebody may record next; being superseded comes by itself."""
    free = (step for step in LifeStep if step is not LifeStep.SUPERSEDE)
    steps = (step for step in free if after(step, state) is not None)
    return tuple(step for step in steps if not (step is LifeStep.FILE and is_filed))


def holds_on(day: date, start: date | None, end: date | None) -> bool:
    """Whether a period from ``start`` up to but without ``end`` covers ``day``."""
    return start is not None and start <= day and (end is None or day < end)


def scopes_of(place_path: str) -> list[str]:
    """The place itself and everything around it, nearest first; the last is the community."""
    parts = place_path.split("/") if place_path else []
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]


def fingerprint(title: str, clauses: Iterable[ClauseText]) -> str:
    """SHA-256 of title and clauses: the same text always gives the same fingerprint."""
    said = [title, *([c.number, c.heading, c.text, sorted(c.settles.items())] for c in clauses)]
    text = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
