"""Clock rules and holiday lists of a pack: from YAML to values, strictly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from linli.engines.rulebook.core.reading import Item, read_file
from linli.engines.rulebook.types import (
    ClockKind,
    ClockRule,
    Direction,
    DutyRole,
    Localised,
    Roll,
    Source,
    SourceKind,
    Unit,
)

#: key -> title and firmness, as a file lists its sources
Sources = dict[str, tuple[Localised, SourceKind]]
#: priority -> role -> clock kind -> rule id
ClockSets = dict[str, dict[DutyRole, dict[ClockKind, str]]]

_BACKWARD_UNITS = frozenset(Unit) - {Unit.WORKING_HOUR}
_DAY_UNITS = frozenset({Unit.NATURAL_DAY, Unit.WORKING_DAY, Unit.MONTH})


class Priority(StrEnum):
    """P0 life safety, P1 utilities, P2 sanitation and small works, P3 ordinary, P4 complex."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


@dataclass(frozen=True, slots=True)
class HolidaySpan:
    """One holiday by its name, first and last day included."""

    name: Localised
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class HolidayList:
    """One year's public holidays and make-up workdays, as announced."""

    year: int
    source: Source
    holidays: frozenset[date]
    make_up_workdays: frozenset[date]
    spans: tuple[HolidaySpan, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockFile:
    """What a clocks.yaml holds: rules by id (periods in order) and clock sets by priority."""

    rules: dict[str, tuple[ClockRule, ...]]
    sets: ClockSets


def rule_in_force(periods: Iterable[ClockRule], at: date) -> ClockRule | None:
    """The first period that covers ``at``; own periods stand before those of a parent pack."""
    for rule in periods:
        if rule.effective_from <= at and (rule.effective_to is None or at < rule.effective_to):
            return rule
    return None


def covers(periods: Iterable[ClockRule], start: date, end: date | None) -> bool:
    """True when some period is in force on every day from ``start`` up to ``end``."""
    spans = list(periods)
    day = start
    while end is None or day < end:
        rule = rule_in_force(spans, day)
        if rule is None:
            return False
        if rule.effective_to is None:
            return True
        day = rule.effective_to
    return True


def read_clocks(path: Path, root: Path, code: str, languages: tuple[str, ...]) -> ClockFile:
    """Read a clocks.yaml. Raises RuleError with file, line and rule id for what is wrong."""
    document = read_file(path, root).fields(("sources", "rules"), ("sets",))
    sources = read_sources(document["sources"], languages)
    found: dict[str, list[ClockRule]] = {}
    used: set[str] = set()
    for item in document["rules"].items():
        rule = _read_rule(item, code, languages, sources, used)
        for other in found.get(rule.id, ()):
            if _overlap(rule, other):
                raise item.named(rule.id).fail(
                    f"its period overlaps the one from {other.effective_from}"
                )
        found.setdefault(rule.id, []).append(rule)
    refuse_unused(document["sources"], used)
    rules = {
        key: tuple(sorted(periods, key=lambda rule: rule.effective_from))
        for key, periods in found.items()
    }
    return ClockFile(rules, _read_sets(document["sets"]) if "sets" in document else {})


def read_sources(item: Item, languages: tuple[str, ...]) -> Sources:
    """The sources that a file's entries name, by key."""
    sources: Sources = {}
    for key, entry in item.mapping().items():
        given = entry.named(f"source {key}").fields(("title", "kind"))
        title = given["title"].localised(languages)
        sources[key] = (title, given["kind"].choice(SourceKind))
    return sources


def refuse_unused(item: Item, used: set[str]) -> None:
    """Raise RuleError for a source that no entry of the file names."""
    for key, entry in item.mapping().items():
        if key not in used:
            raise entry.fail(f"source '{key}' is used by no rule")


def read_source(given: dict[str, Item], sources: Sources, used: set[str], entry: Item) -> Source:
    """The source and article of an entry; a statute or standard needs its article."""
    key = given["source"].text()
    if key not in sources:
        raise given["source"].fail(f"'{key}' is not among the sources of this file")
    used.add(key)
    title, kind = sources[key]
    article = given["article"].text() if "article" in given else ""
    if not article and kind is not SourceKind.REFERENCE:
        raise entry.fail(f"a {kind} needs its article")
    return Source(title, article, kind)


def _read_rule(
    item: Item,
    code: str,
    languages: tuple[str, ...],
    sources: Sources,
    used: set[str],
) -> ClockRule:
    rule_id = item.mapping()["id"].text() if "id" in item.mapping() else ""
    given = item.named(rule_id or "a rule without id").fields(
        ("id", "label", "amount", "unit", "source", "from"),
        ("roll", "direction", "article", "to"),
    )
    source = read_source(given, sources, used, item.named(rule_id))
    unit = given["unit"].choice(Unit)
    roll = given["roll"].choice(Roll) if "roll" in given else Roll.NONE
    direction = given["direction"].choice(Direction) if "direction" in given else Direction.AFTER
    if roll is Roll.REST_DAYS and (unit not in _DAY_UNITS or direction is Direction.BEFORE):
        raise given["roll"].fail("only days and months counted forward can roll over rest days")
    if direction is Direction.BEFORE and unit not in _BACKWARD_UNITS:
        raise given["direction"].fail(f"{unit} cannot be counted back")
    effective_from = given["from"].day()
    effective_to = given["to"].day() if "to" in given else None
    if effective_to is not None and effective_to <= effective_from:
        raise given["to"].fail("the period ends before it begins")
    return ClockRule(
        id=rule_id,
        label=given["label"].localised(languages),
        amount=given["amount"].whole(1, 10_000),
        unit=unit,
        roll=roll,
        source=source,
        jurisdiction=code,
        effective_from=effective_from,
        effective_to=effective_to,
        direction=direction,
    )


def _overlap(one: ClockRule, other: ClockRule) -> bool:
    first, second = sorted((one, other), key=lambda rule: rule.effective_from)
    return first.effective_to is None or second.effective_from < first.effective_to


def _read_sets(item: Item) -> ClockSets:
    sets: ClockSets = {}
    for priority, by_role in item.mapping().items():
        roles = by_role.named(f"set {priority}").fields([role.value for role in DutyRole])
        sets[priority] = {DutyRole(role): read_clock_map(clocks) for role, clocks in roles.items()}
    known = {member.value for member in Priority}
    if set(sets) != known:
        raise item.fail(f"clock sets are needed for exactly {', '.join(sorted(known))}")
    return sets


def read_clock_map(item: Item) -> dict[ClockKind, str]:
    """A mapping respond/arrive/finish -> rule id."""
    given = item.fields((), [kind.value for kind in ClockKind])
    return {ClockKind(kind): rule.text() for kind, rule in given.items()}


def read_holidays(path: Path, root: Path, languages: tuple[str, ...]) -> HolidayList:
    """Read one year's holiday list. Raises RuleError for a day outside the year or twice."""
    document = read_file(path, root).fields(("year", "source", "holidays", "make_up_workdays"))
    year = document["year"].whole(1990, 2200)
    source = document["source"].fields(("title", "article"))
    days: set[date] = set()
    spans: list[HolidaySpan] = []
    for item in document["holidays"].items():
        given = item.fields(("name", "from", "to"))
        name = given["name"].localised(languages)
        first, last = given["from"].day(), given["to"].day()
        if last < first:
            raise given["to"].fail(f"{name[languages[0]]} ends before it begins")
        spans.append(HolidaySpan(name, first, last))
        while first <= last:
            _add_day(first, days, year, item)
            first += timedelta(days=1)
    holidays = frozenset(days)
    make_up: set[date] = set()
    for item in document["make_up_workdays"].items():
        day = item.day()
        if day.isoweekday() < 6 or day in holidays:
            raise item.fail(f"{day} is no weekend day outside the holidays")
        _add_day(day, make_up, year, item)
    title = source["title"].localised(languages)
    return HolidayList(
        year,
        Source(title, source["article"].text(), SourceKind.STATUTE),
        holidays,
        frozenset(make_up),
        tuple(spans),
    )


def _add_day(day: date, days: set[date], year: int, item: Item) -> None:
    if day.year != year:
        raise item.fail(f"{day} is not in {year}")
    if day in days:
        raise item.fail(f"{day} appears twice")
    days.add(day)
