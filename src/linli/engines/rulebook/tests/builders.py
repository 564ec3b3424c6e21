"""Builders that the rulebook's tests share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from linli.engines.rulebook.core.calendars import Calendar
from linli.engines.rulebook.types import ClockRule, Direction, Roll, Source, SourceKind, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))


def at(text: str) -> datetime:
    """A time in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def calendar(
    holidays: Iterable[date] = (),
    make_up: Iterable[date] = (),
    years: Iterable[int] = range(2020, 2036),
    zone: ZoneInfo = SHANGHAI,
) -> Calendar:
    """A calendar with the usual hours."""
    return Calendar(
        zone=zone,
        working_hours=HOURS,
        holidays=frozenset(holidays),
        make_up_workdays=frozenset(make_up),
        known_years=frozenset(years),
    )


def rule(
    amount: int,
    unit: Unit,
    roll: Roll = Roll.NONE,
    direction: Direction = Direction.AFTER,
) -> ClockRule:
    """A rule without a life of its own."""
    return ClockRule(
        id="test-rule",
        label={"en": "Test"},
        amount=amount,
        unit=unit,
        roll=roll,
        source=Source({"en": "Test"}, "1", SourceKind.STATUTE),
        jurisdiction="test",
        effective_from=date(2020, 1, 1),
        direction=direction,
    )
