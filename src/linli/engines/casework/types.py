"""Values that casework hands to pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from linli.engines.casework.core.states import CaseState

__all__ = [
    "AssignmentView",
    "CasePage",
    "CaseState",
    "CaseView",
    "ClockView",
    "EventView",
    "Receiver",
    "SaidView",
    "Suggestion",
    "WallNumbers",
]


@dataclass(frozen=True, slots=True)
class ClockView:
    """One promise: kind, when it falls due, whether and when it was met, and the rule."""

    kind: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    is_provisional: bool
    rule_id: str
    rule_label: str
    source_title: str
    source_article: str
    is_reference: bool

    @property
    def was_late(self) -> bool:
        """Met, but after the promised instant."""
        return self.met_at is not None and self.met_at > self.due_at


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """Who has a part of the case, and until when."""

    id: UUID
    organisation_id: UUID
    organisation: str
    phone: str
    role: str
    authority: str
    state: str
    round: int
    worker: str
    sent_at: datetime
    clocks: tuple[ClockView, ...]

    def next_clock(self) -> ClockView | None:
        """The unmet promise that falls due first."""
        unmet = [c for c in self.clocks if c.met_at is None]
        return min(unmet, key=lambda c: c.due_at, default=None)


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of history, not yet worded."""

    at: datetime
    kind: str
    organisation: str
    public_name: str
    note: str
    data: dict[str, object]
    photo_ids: tuple[UUID, ...]
    is_internal: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as a list or a page shows it; words are in the active language."""

    id: UUID
    number: str
    title: str
    place: str
    place_id: UUID | None
    place_path: str
    state: str
    priority: str
    privacy: str
    dangers: tuple[str, ...]
    service_code: str
    opened_at: datetime
    dispatched_at: datetime | None
    done_at: datetime | None
    closed_at: datetime | None
    version: int
    times_reopened: int
    reports: int
    next_due_at: datetime | None
    next_due_kind: str
    assignments: tuple[AssignmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class SaidView:
    """What somebody said, with the reporter masked."""

    at: datetime
    channel: str
    text: str
    reporter: str
    is_anonymous: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything that one person may see about one case."""

    case: CaseView
    said: tuple[SaidView, ...]
    events: tuple[EventView, ...]
    may_confirm: bool
    may_dispatch: bool
    suggestions: tuple[Suggestion, ...] = ()
    reasons: tuple[str, ...] = ()
    receivers: tuple[Receiver, ...] = ()
    call: tuple[tuple[str, str], ...] = ()
    place_candidates: tuple[tuple[UUID, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A service type that triage holds possible; ``percent`` is a whole number."""

    code: str
    name: str
    percent: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who would get the case if it were dispatched now."""

    organisation: str
    role: str
    authority: str
    worker: str


@dataclass(frozen=True, slots=True)
class WallNumbers:
    """What the wall shows: counts and minutes of open matters, never a person."""

    reported_today: int
    open_now: int
    median_dispatch_min: int | None
    done_on_time_percent: int | None
