"""The working calendar of a jurisdiction: rest days, make-up workdays, working hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Monday is 1, as in ``date.isoweekday``.
SATURDAY_SUNDAY = frozenset({6, 7})


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days rest and which hours work, in one time zone.

    ``working_hours`` are local wall times, in order, ends exclusive. ``make_up_workdays`` are
    weekend days that the holiday notice turns into workdays (调休). ``known_years`` have a
    published holiday list: any answer that leans on another year is provisional.

    Raises ValueError when the hours are not in order, no weekday is left to work on, or a day
    is both a holiday and a make-up workday.
    """

    zone: ZoneInfo
    working_hours: tuple[tuple[time, time], ...]
    weekend: frozenset[int] = SATURDAY_SUNDAY
    holidays: frozenset[date] = frozenset()
    make_up_workdays: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        last = time.min
        for begin, end in self.working_hours:
            if begin < last or end <= begin:
                raise ValueError(f"working hours are not in order at {begin:%H:%M}")
            last = end
        if not self.working_hours:
            raise ValueError("a calendar needs working hours")
        if len(self.weekend) > 6 or not self.weekend <= set(range(1, 8)):
            raise ValueError("the weekend must leave at least one weekday, days are 1 to 7")
        both = self.holidays & self.make_up_workdays
        if both:
            raise ValueError(f"{min(both)} is both a holiday and a make-up workday")

    def is_holiday(self, day: date) -> bool:
        """True for a day of the public holiday list, weekends inside it included."""
        return day in self.holidays

    def is_rest_day(self, day: date) -> bool:
        """True for holidays and for weekend days that are not make-up workdays."""
        if day in self.holidays:
            return True
        return day.isoweekday() in self.weekend and day not in self.make_up_workdays

    def is_working_day(self, day: date) -> bool:
        """The opposite of a rest day."""
        return not self.is_rest_day(day)

    def knows(self, day: date) -> bool:
        """True when the holiday list of that year has been published and loaded."""
        return day.year in self.known_years

    def midnight(self, day: date) -> datetime:
        """The instant (UTC) at which ``day`` begins in the calendar's zone."""
        return datetime.combine(day, time.min, tzinfo=self.zone).astimezone(UTC)

    def local_day(self, instant: datetime) -> date:
        """The calendar day on which an aware instant falls in the calendar's zone."""
        return instant.astimezone(self.zone).date()

    def working_spans(self, instant: datetime) -> Iterator[tuple[date, datetime, datetime]]:
        """Yield (day, begin, end) of working time from ``instant`` on, in UTC, without end.

        Days without work yield (day, midnight, midnight), so that the caller knows which days
        were looked at.
        """
        day = self.local_day(instant)
        while True:
            if self.is_rest_day(day):
                start_of_day = self.midnight(day)
                yield day, start_of_day, start_of_day
            else:
                for begin, end in self.working_hours:
                    opens = datetime.combine(day, begin, tzinfo=self.zone).astimezone(UTC)
                    closes = datetime.combine(day, end, tzinfo=self.zone).astimezone(UTC)
                    if closes > instant:
                        yield day, max(opens, instant), closes
            day += timedelta(days=1)
