"""Values of triage: what goes in, what each step suggests, and why.

Everything is frozen and plain. A confidence is a float from 0 to 1: it is never counted
or paid, it only decides whether a person looks before the matter goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from linli.engines.rulebook.types import Duty, Privacy


def _noop(msgid: str) -> str:
    """Mark a reason's English text for the message extractor (keyword ``_noop``)."""
    return msgid


class PlaceKind(StrEnum):
    """Kinds of place that the resolver understands; others can only be picked by id."""

    ESTATE = "estate"
    BUILDING = "building"
    UNIT = "unit"
    FLOOR = "floor"
    DWELLING = "dwelling"
    PUBLIC_SPACE = "public_space"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """One line of the gazetteer.

    ``path`` is the place path, e.g. "hemuli/e1/b7/u2"; ``number`` is what is written on the
    door ("7", "A", "301"); ``names`` are the names and aliases that people say.
    """

    id: UUID
    path: str
    kind: str
    number: str | None = None
    names: tuple[str, ...] = ()

    @property
    def parent_path(self) -> str:
        """The path one step up, "" at the root."""
        return self.path.rpartition("/")[0]

    @property
    def label(self) -> str:
        """What to call the place in a reason: its first name, else its number."""
        return self.names[0] if self.names else (self.number or self.path)


#: Reason parameters that hold a code, not words: the reader's language has their name.
CODE_PARAMS = frozenset({"service", "danger", "body", "priority", "privacy"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step said what it said: an English msgid with ``%(x)s`` slots, and their values.

    Parameters named in ``CODE_PARAMS`` hold codes (a service code, a body kind); give their
    names in the reader's language to ``render``. All others are words to show as they are;
    they may quote the report, so a template must escape them.
    """

    msgid: str
    params: dict[str, str] = field(default_factory=dict)

    def render(
        self,
        translate: Callable[[str], str] = str,
        names: Mapping[str, str] | None = None,
    ) -> str:
        """The reason in words, through a gettext function and a table code -> name.

        A translation with a broken or unknown slot falls back to the English text.
        """
        known = names or {}
        values = {k: known.get(v, v) if k in CODE_PARAMS else v for k, v in self.params.items()}
        try:
            return translate(self.msgid) % values
        except (KeyError, ValueError, TypeError):
            return self.msgid % values


@dataclass(frozen=True, slots=True)
class TriageInput:
    """One report as it came in.

    ``place_id`` is what the reporter or the operator picked, ``home_place_id`` is the
    reporter's own dwelling where known (a weak hint). ``at`` must be aware.
    """

    text: str
    place_id: UUID | None
    at: datetime
    channel: str
    home_place_id: UUID | None = None

    def __post_init__(self) -> None:
        require_aware(self.at)


@dataclass(frozen=True, slots=True)
class RecentCase:
    """A case that a new report may belong to. ``opened_at`` must be aware."""

    id: UUID
    service_code: str
    place_path: str
    text: str
    opened_at: datetime
    open: bool

    def __post_init__(self) -> None:
        require_aware(self.opened_at)


@dataclass(frozen=True, slots=True)
class TriageSettings:
    """Thresholds and limits; a community may set its own. Shares are 0 to 1."""

    place_threshold: float = 0.8
    #: for a classification in which a trained model took part
    class_threshold: float = 0.9
    #: for keyword rules alone, whose confidence is measured on another scale
    rules_threshold: float = 0.7
    #: summed confidence of P0 types from which the classifier alone raises to P0
    grave_threshold: float = 0.4
    #: likelihood from which the danger model alone raises to P0
    danger_threshold: float = 0.33
    #: an alternative at least this likely also decides how private the report is kept
    privacy_threshold: float = 0.15
    duplicate_threshold: float = 0.40
    duplicate_strong: float = 0.60
    duplicate_window_hours: int = 72
    max_chars: int = 4000
    max_alternatives: int = 3


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A place of the gazetteer that the report may mean."""

    place_id: UUID
    path: str
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PlaceSuggestion:
    """Where it is. ``place_id`` is None when no candidate stands out."""

    place_id: UUID | None
    path: str
    kind: str
    confidence: float
    candidates: tuple[PlaceCandidate, ...] = ()
    ambiguous: bool = False
    reasons: tuple[Reason, ...] = ()


class ClassSource(StrEnum):
    """Who classified: keyword rules, a trained model, or both."""

    NONE = "none"
    RULES = "rules"
    MODEL = "model"
    COMBINED = "combined"


@dataclass(frozen=True, slots=True)
class ClassCandidate:
    """A service type that the report may be about."""

    code: str
    family: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Classification:
    """What it is about; ``code`` and ``family`` are "" when nothing spoke.

    ``danger`` is how likely a trained danger model holds it that somebody is in danger,
    0 when there is none.
    """

    code: str
    family: str
    confidence: float
    alternatives: tuple[ClassCandidate, ...] = ()
    source: ClassSource = ClassSource.NONE
    reasons: tuple[Reason, ...] = ()
    danger: float = 0.0

    def ranked(self) -> tuple[ClassCandidate, ...]:
        """The first choice and the alternatives, best first."""
        if not self.code:
            return self.alternatives
        return (ClassCandidate(self.code, self.family, self.confidence), *self.alternatives)


@dataclass(frozen=True, slots=True)
class Urgency:
    """How fast: priority "P0".."P4", dangers named, and whom the reporter should call.

    ``call`` holds keys of the pack's emergency numbers ("fire", "police", "medical", …).
    """

    priority: str
    dangers: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class DuplicateSuggestion:
    """An open case that this report may join; ``score`` is text likeness, 0 to 1."""

    case_id: UUID | None
    score: float = 0.0
    strong: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class TriageResult:
    """Everything that triage suggests about one report.

    ``dispatch`` says that the matter may go out without a person looking first.
    ``reasons`` are all reasons in the order of the steps; ``versions`` maps a step to the
    rule or model version that spoke.
    """

    normalised_text: str
    truncated: bool
    place: PlaceSuggestion | None
    classification: Classification
    urgency: Urgency
    privacy: Privacy
    duties: tuple[Duty, ...]
    duplicate_of: UUID | None
    duplicate_score: float
    duplicate_strong: bool
    dispatch: bool
    reasons: tuple[Reason, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Plain values for a JSON column, see ``jsonform``."""
        from linli.engines.casework.core.triage.jsonform import result_to_json

        return result_to_json(self)

    @classmethod
    def from_json(cls, data: Mapping[str, object] | str) -> TriageResult:
        """Read what ``to_json`` wrote (a mapping or its JSON text).

        Raises ValueError for another schema or a broken document.
        """
        from linli.engines.casework.core.triage.jsonform import result_from_json

        return result_from_json(data)


def require_aware(moment: datetime) -> None:
    """Raise ValueError for a time without zone: a window of hours would be wrong by eight."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("triage needs aware times")
