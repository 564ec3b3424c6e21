"""Values that the rulebook hands out: packs, clock rules and service types.

Everything here is frozen and plain: no Django, no files. A value always carries the
source that it rests on, so that a screen can show "which rule".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class SourceKind(StrEnum):
    """How firm a source is. REFERENCE values are shown as "参考" (a setting, not law)."""

    STATUTE = "statute"
    STANDARD = "standard"
    CONTRACT = "contract"
    REFERENCE = "reference"


class Privacy(StrEnum):
    """Privacy class of a service type (ground.md 3): who may learn that a matter exists."""

    OPEN = "open"
    PRIVATE = "private"
    SEALED = "sealed"


class Authority(StrEnum):
    """By what right an organisation is asked to act (ground.md 7)."""

    ORDER = "order"
    REQUEST = "request"
    WHISTLE = "whistle"
    TRANSFER = "transfer"


class DutyRole(StrEnum):
    """Lead closes the case; support does its part."""

    LEAD = "lead"
    SUPPORT = "support"


class ClockKind(StrEnum):
    """What a clock promises: first word, presence on site, or the work done."""

    RESPOND = "respond"
    ARRIVE = "arrive"
    FINISH = "finish"


class Unit(StrEnum):
    """Units a period is counted in. Hour units start at once; day units start next day."""

    MINUTE = "minute"
    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    NATURAL_DAY = "natural_day"
    WORKING_DAY = "working_day"
    #: Ends on the corresponding day of the last month (Civil Code art. 202); 12 make a year.
    MONTH = "month"


class Roll(StrEnum):
    """What happens when the last day is a rest day (Civil Code art. 203)."""

    NONE = "none"
    REST_DAYS = "rest_days"


class Direction(StrEnum):
    """AFTER: to be done within the period. BEFORE: to be done that long ahead of a date."""

    AFTER = "after"
    BEFORE = "before"


class DocumentKind(StrEnum):
    """Kinds of rule that people make for themselves; the pack has their names."""

    MANAGEMENT_COVENANT = "management_covenant"
    ASSEMBLY_RULES = "assembly_rules"
    CHARTER = "charter"
    RESIDENTS_PACT = "residents_pact"
    BUILDING_PACT = "building_pact"
    OTHER = "other"


class VersionState(StrEnum):
    """How far a version of a rule document has come."""

    DRAFTED = "drafted"
    POSTED = "posted"
    ADOPTED = "adopted"
    FILED = "filed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


class LifeStep(StrEnum):
    """What happens to a version. Each is recorded once, with its day, and stays."""

    POST = "post"
    ADOPT = "adopt"
    FILE = "file"
    ENFORCE = "enforce"
    SUPERSEDE = "supersede"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"


class ValueKind(StrEnum):
    """What a clause setting holds. MONEY is in minor units, HOURS like "12:00-14:00"."""

    CHOICE = "choice"
    FLAG = "flag"
    WHOLE = "whole"
    MONEY = "money"
    HOURS = "hours"
    TEXT = "text"


class Matter(StrEnum):
    """What an article says about a kind of document."""

    CONTENT = "content"
    ADOPTION = "adoption"
    FILING = "filing"


#: Text in the languages a pack speaks, by Django language code ("zh-hans", "en").
Localised = dict[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: a title in the pack's language, an article, and how firm."""

    title: Localised
    article: str
    kind: SourceKind


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A period somebody has, e.g. 24 hours to mend a water supply.

    ``amount`` is counted in ``unit``; ``effective_to`` is exclusive, None means still in force.
    """

    id: str
    label: Localised
    amount: int
    unit: Unit
    roll: Roll
    source: Source
    jurisdiction: str
    effective_from: date
    effective_to: date | None = None
    #: BEFORE: the start handed to the clock is the date that the act must precede.
    direction: Direction = Direction.AFTER


@dataclass(frozen=True, slots=True)
class Hold:
    """An approved stop of a clock, from ``start`` up to but without ``end`` (both aware)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """The answer of a clock: when, by which rule, whether the calendar is still provisional.

    ``due_at`` is exclusive: what happens at that very instant is late. The 24:00 of a last
    day is therefore midnight of the next. ``provisional`` is True when the rule had to look
    at a day whose year has no published holiday list in the pack. ``alternative_due_at`` is
    the other defensible reading, when the law leaves two (a last day on a plain weekend;
    "15 days before" with or without a clear day more); a page shows both.
    """

    due_at: datetime
    provisional: bool
    rule_id: str
    steps: tuple[str, ...] = ()
    alternative_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """One organisation's part in a service type, named by the kind of body that holds it."""

    body: str
    role: DutyRole
    authority: Authority
    #: clock kind -> clock rule id, in the jurisdiction's pack
    clocks: dict[ClockKind, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceType:
    """A kind of matter that the community takes in, with who acts and by when."""

    code: str
    family: str
    name: Localised
    privacy: Privacy
    priority: str
    duties: tuple[Duty, ...]
    keywords: tuple[str, ...] = ()
    danger_words: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    #: every keyword -> weight: 3 for a word that nearly settles the type, else 1
    keyword_weights: dict[str, int] = field(default_factory=dict)
    #: what the person who takes the report asks, most important first
    questions: tuple[Localised, ...] = ()
    #: emergency kinds to call at once ("fire", "police", …): keys of Pack.emergency_numbers
    emergency: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """What a jurisdiction says about everything that Linli must not hard-code."""

    code: str
    parent: str | None
    name: Localised
    language: str
    time_zone: str
    currency: str
    #: digits after the decimal point of the currency's minor unit
    minor_unit_digits: int
    #: danger kind ("fire", "police", "medical", …) -> number to call
    emergency_numbers: dict[str, str]
    #: body kind ("property", "residents_committee", …) -> its everyday name
    bodies: dict[str, Localised]
    #: place kind ("building", "unit", "dwelling") -> label with a {} slot, e.g. "{}号楼"
    place_labels: dict[str, Localised]
    #: service family -> its name
    families: dict[str, Localised] = field(default_factory=dict)
    #: priority ("P0" … "P4") -> what it means
    priorities: dict[str, Localised] = field(default_factory=dict)
    #: languages that every text of the pack has, the pack's own first
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """What the law says about a kind of document: in one sentence, with its source."""

    matter: Matter
    text: Localised
    source: Source
    effective_from: date
    effective_to: date | None = None
    #: clock rule id of the period that the article gives, if any
    clock: str = ""

    def holds(self, at: date) -> bool:
        """Whether the article is in force on ``at``."""
        return self.effective_from <= at and (self.effective_to is None or at < self.effective_to)


@dataclass(frozen=True, slots=True)
class DocumentKindRule:
    """A kind of rule document as a jurisdiction knows it."""

    kind: DocumentKind
    name: Localised
    about: Localised
    #: who decides on it, e.g. the owners' assembly
    adopted_by: Localised
    #: with whom it is filed; None where it is not
    filed_with: Localised | None = None
    bases: tuple[LegalBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseSetting:
    """Something that the law leaves to a rule document: no clause, no value.

    ``values`` are the choices of a CHOICE. ``minimum`` and ``maximum`` bound a WHOLE or MONEY;
    ``odd`` asks for an odd number. ``documents`` are the kinds that may settle it.
    """

    key: str
    title: Localised
    help: Localised
    kind: ValueKind
    documents: tuple[DocumentKind, ...]
    sources: tuple[Source, ...]
    jurisdiction: str
    effective_from: date
    effective_to: date | None = None
    values: dict[str, Localised] = field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None
    odd: bool = False
    unit: Localised | None = None


#: a setting's value as it is stored: choice, hours and text are str, flag bool, else int
SettingValue = str | int | bool


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One clause as it is written, with what it settles by key, if anything."""

    number: str
    heading: str
    text: str
    settles: dict[str, SettingValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClauseValue:
    """A setting with the clause that it was read from. There is no value without one."""

    setting: ClauseSetting
    value: SettingValue
    document_id: UUID
    document_title: str
    document_kind: DocumentKind
    version_number: int
    clause: ClauseText
    place_path: str
    in_force_from: date
    in_force_to: date | None = None
