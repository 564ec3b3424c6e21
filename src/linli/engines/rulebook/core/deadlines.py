"""When a period ends: pure functions from a rule, a start and a calendar to an instant.

Counting follows the Civil Code of China, arts. 200-204, which most places share: minutes and
hours start at once; day and month periods do not count the opening day and end at 24:00 of
the last day; a last day of rest rolls on when the rule says so. The answer depends on nothing
else, so recomputing it from history always gives the same instant.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from linli.engines.rulebook.core.calendars import Calendar
from linli.engines.rulebook.core.sentences import say, weekday_name
from linli.engines.rulebook.types import ClockRule, Deadline, Direction, Hold, Roll, Unit

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Count:
    """What counting found: the instant, the last day if days were counted, days looked at."""

    due_at: datetime
    last_day: date | None = None
    looked_at: frozenset[int] = frozenset()


def compute(
    rule: ClockRule,
    start: datetime,
    calendar: Calendar,
    holds: Sequence[Hold] = (),
    language: str = "en",
) -> Deadline:
    """The deadline of ``rule`` for something that began (or is to take place) at ``start``.

    ``due_at`` is exclusive and in the calendar's zone. ``holds`` are approved stops: minutes
    and hours stand still during a hold; of days and months, every 24:00 that falls into a hold
    is not counted, so a hold inside one day moves no date. Raises ValueError for a start or
    hold without time zone, a hold that ends before it begins, or holds on a "before" rule.
    """
    if start.tzinfo is None:
        raise ValueError("the start of a clock needs a time zone")
    stops = merge_holds(holds)
    if rule.direction is Direction.BEFORE:
        if stops:
            raise ValueError(f"{rule.id} counts back from a date and cannot be on hold")
        return _before(rule, start, calendar, language)
    return _after(rule, start, calendar, stops, language)


def merge_holds(holds: Sequence[Hold]) -> tuple[Hold, ...]:
    """Holds in order, in UTC, with overlaps joined and empty ones dropped.

    Raises ValueError when one has no time zone or ends before it begins.
    """
    merged: list[Hold] = []
    for hold in holds:
        if hold.start.tzinfo is None or hold.end.tzinfo is None:
            raise ValueError("a hold needs a time zone on both ends")
        if hold.end < hold.start:
            raise ValueError("a hold cannot end before it begins")
    ordered = sorted((h.start.astimezone(UTC), h.end.astimezone(UTC)) for h in holds)
    for begin, end in ordered:
        if begin == end:
            continue
        if merged and begin <= merged[-1].end:
            merged[-1] = Hold(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Hold(begin, end))
    return tuple(merged)


def add_elapsed(start: datetime, period: timedelta, stops: Sequence[Hold] = ()) -> datetime:
    """``start`` plus running time; ``stops`` are merged holds. Units: any, in UTC."""
    now = start.astimezone(UTC)
    left = period
    for stop in stops:
        if stop.end <= now:
            continue
        if stop.start > now:
            runs = stop.start - now
            if runs >= left:
                break
            left -= runs
        now = stop.end
    return now + left


def add_working_hours(
    start: datetime, hours: int, calendar: Calendar, stops: Sequence[Hold] = ()
) -> tuple[datetime, frozenset[int]]:
    """The instant at which ``hours`` of working time have passed, and the years looked at.

    A period that is used up exactly at closing time ends then, not at the next opening.
    """
    left = timedelta(hours=hours)
    years: set[int] = set()
    for day, opens, closes in calendar.working_spans(start.astimezone(UTC)):
        years.add(day.year)
        now = opens
        for stop in stops:
            if stop.end <= now or stop.start >= closes:
                continue
            if stop.start > now:
                runs = stop.start - now
                if runs >= left:
                    return now + left, frozenset(years)
                left -= runs
            now = min(stop.end, closes)
        if closes - now >= left:
            return now + left, frozenset(years)
        left -= closes - now
    raise AssertionError("a calendar has no end")  # pragma: no cover


def last_natural_day(
    opening: date, days: int, calendar: Calendar, stops: Sequence[Hold] = ()
) -> date:
    """The last of ``days`` days counted from the day after ``opening``, held ones left out."""
    if not stops:
        return opening + days * _ONE_DAY
    day = opening
    left = days
    while left:
        day += _ONE_DAY
        if not _held_at_end(day, calendar, stops):
            left -= 1
    return day


def last_working_day(
    opening: date, days: int, calendar: Calendar, stops: Sequence[Hold] = ()
) -> tuple[date, frozenset[int]]:
    """Like ``last_natural_day`` with working days only; also the years looked at."""
    day = opening
    left = days
    years: set[int] = set()
    while left:
        day += _ONE_DAY
        years.add(day.year)
        if calendar.is_working_day(day) and not _held_at_end(day, calendar, stops):
            left -= 1
    return day, frozenset(years)


def corresponding_day(day: date, months: int) -> date:
    """The same day ``months`` later (or earlier), or the month's end (Civil Code art. 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_month_day(
    opening: date, months: int, calendar: Calendar, stops: Sequence[Hold] = ()
) -> date:
    """The corresponding day ``months`` later, moved on by one day per held 24:00."""
    last = corresponding_day(opening, months)
    if not stops:
        return last
    day = opening
    owed = 0
    while day < last:
        day += _ONE_DAY
        owed += _held_at_end(day, calendar, stops)
    return last_natural_day(last, owed, calendar, stops)


def roll_forward(
    day: date, calendar: Calendar, stops: Sequence[Hold] = ()
) -> tuple[date, frozenset[int]]:
    """``day``, or the first day after it that is neither rest nor held; years looked at."""
    years = {day.year}
    while calendar.is_rest_day(day) or _held_at_end(day, calendar, stops):
        day += _ONE_DAY
        years.add(day.year)
    return day, frozenset(years)


def _held_at_end(day: date, calendar: Calendar, stops: Sequence[Hold]) -> bool:
    if not stops:
        return False
    # A hold that begins at the very end comes too late; one that lasts up to it held the day.
    end = calendar.midnight(day + _ONE_DAY)
    return any(stop.start < end <= stop.end for stop in stops)


def _after(
    rule: ClockRule, start: datetime, calendar: Calendar, stops: Sequence[Hold], language: str
) -> Deadline:
    opening = calendar.local_day(start)
    steps = [
        say(
            language,
            "rule",
            rule=rule.label.get(language, rule.id),
            amount=rule.amount,
            unit=say(language, rule.unit.value),
        ),
        say(language, "start", start=_clock_text(start, calendar)),
    ]
    count = _count(rule, start, opening, calendar, stops)
    steps += [
        say(
            language,
            "hold",
            start=_clock_text(stop.start, calendar),
            end=_clock_text(stop.end, calendar),
        )
        for stop in stops
        if stop.end > start and stop.start < count.due_at
    ]
    alternative: datetime | None = None
    looked_at = count.looked_at
    due_at = count.due_at
    if count.last_day is None:
        steps += _hour_steps(rule, start, calendar, language)
        steps.append(say(language, "due", due=_clock_text(due_at, calendar)))
    else:
        last = count.last_day
        steps.append(say(language, "opening_day", day=opening.isoformat()))
        plain = _count(rule, start, opening, calendar, ()).last_day
        if plain is not None and plain != last:
            held = _held_ends(opening, last, calendar, stops)
            steps.append(say(language, "held_days", count=held))
        steps.append(_last_day_text(last, language))
        if rule.roll is Roll.REST_DAYS:
            rolled, years = roll_forward(last, calendar, stops)
            looked_at |= years
            if rolled != last:
                kind = "rolled_holiday" if calendar.is_holiday(last) else "rolled_weekend"
                steps.append(say(language, kind, day=last.isoformat(), to=rolled.isoformat()))
                if not calendar.is_holiday(last):
                    # Art. 203 speaks of 法定休假日; whether a plain weekend is one is disputed.
                    alternative = calendar.midnight(last + _ONE_DAY)
                    steps.append(say(language, "both_dates", day=last.isoformat()))
            due_at = calendar.midnight(rolled + _ONE_DAY)
        steps.append(say(language, "midnight", due=_clock_text(due_at, calendar)))
    return _deadline(rule, due_at, alternative, looked_at, steps, calendar, language)


def _before(rule: ClockRule, start: datetime, calendar: Calendar, language: str) -> Deadline:
    event = calendar.local_day(start)
    unit = say(language, rule.unit.value)
    steps = [
        say(
            language,
            "rule",
            rule=rule.label.get(language, rule.id),
            amount=rule.amount,
            unit=unit,
        ),
        say(language, "before", day=event.isoformat(), amount=rule.amount, unit=unit),
    ]
    if rule.unit in (Unit.MINUTE, Unit.HOUR):
        due_at = start.astimezone(UTC) - _elapsed(rule)
        steps.append(say(language, "due", due=_clock_text(due_at, calendar)))
        return _deadline(rule, due_at, None, frozenset(), steps, calendar, language)
    letter, clear, years = _days_before(rule, event, calendar)
    due_at = calendar.midnight(clear + _ONE_DAY)
    steps += [
        say(language, "before_letter", day=letter.isoformat()),
        say(language, "before_clear", day=clear.isoformat()),
        say(language, "midnight", due=_clock_text(due_at, calendar)),
    ]
    alternative = calendar.midnight(letter + _ONE_DAY)
    return _deadline(rule, due_at, alternative, years, steps, calendar, language)


def _days_before(
    rule: ClockRule, event: date, calendar: Calendar
) -> tuple[date, date, frozenset[int]]:
    """The last day to the letter, the day with one clear day more, the years looked at."""
    if rule.unit is Unit.NATURAL_DAY:
        letter = event - rule.amount * _ONE_DAY
        return letter, letter - _ONE_DAY, frozenset()
    if rule.unit is Unit.MONTH:
        letter = corresponding_day(event, -rule.amount)
        return letter, letter - _ONE_DAY, frozenset()
    if rule.unit is not Unit.WORKING_DAY:
        raise ValueError(f"{rule.id}: {rule.unit} cannot be counted back")
    letter, years = _working_days_back(event, rule.amount, calendar)
    clear, more_years = _working_days_back(event, rule.amount + 1, calendar)
    return letter, clear, years | more_years


def _working_days_back(event: date, days: int, calendar: Calendar) -> tuple[date, frozenset[int]]:
    day = event
    left = days
    years: set[int] = set()
    while left:
        day -= _ONE_DAY
        years.add(day.year)
        left -= calendar.is_working_day(day)
    return day, frozenset(years)


def _count(
    rule: ClockRule,
    start: datetime,
    opening: date,
    calendar: Calendar,
    stops: Sequence[Hold],
) -> _Count:
    if rule.unit in (Unit.MINUTE, Unit.HOUR):
        return _Count(add_elapsed(start, _elapsed(rule), stops))
    if rule.unit is Unit.WORKING_HOUR:
        due_at, years = add_working_hours(start, rule.amount, calendar, stops)
        return _Count(due_at, None, years)
    years = frozenset()
    if rule.unit is Unit.NATURAL_DAY:
        last = last_natural_day(opening, rule.amount, calendar, stops)
    elif rule.unit is Unit.MONTH:
        last = last_month_day(opening, rule.amount, calendar, stops)
    else:
        last, years = last_working_day(opening, rule.amount, calendar, stops)
    return _Count(calendar.midnight(last + _ONE_DAY), last, years)


def _held_ends(opening: date, last: date, calendar: Calendar, stops: Sequence[Hold]) -> int:
    days = (opening + n * _ONE_DAY for n in range(1, (last - opening).days + 1))
    return sum(_held_at_end(day, calendar, stops) for day in days)


def _elapsed(rule: ClockRule) -> timedelta:
    if rule.unit is Unit.MINUTE:
        return timedelta(minutes=rule.amount)
    return timedelta(hours=rule.amount)


def _hour_steps(rule: ClockRule, start: datetime, calendar: Calendar, language: str) -> list[str]:
    if rule.unit is not Unit.WORKING_HOUR:
        return [say(language, "starts_at_once")]
    for _, opens, closes in calendar.working_spans(start.astimezone(UTC)):
        if closes > opens:
            if opens == start:
                return []
            return [say(language, "outside_hours", start=_clock_text(opens, calendar))]
    raise AssertionError("a calendar has no end")  # pragma: no cover


def _deadline(
    rule: ClockRule,
    due_at: datetime,
    alternative: datetime | None,
    looked_at: frozenset[int],
    steps: list[str],
    calendar: Calendar,
    language: str,
) -> Deadline:
    unknown = sorted(looked_at - calendar.known_years)
    if unknown:
        years = ", ".join(str(year) for year in unknown)
        steps.append(say(language, "provisional", years=years))
    return Deadline(
        due_at=due_at.astimezone(calendar.zone),
        provisional=bool(unknown),
        rule_id=rule.id,
        steps=tuple(steps),
        alternative_due_at=alternative.astimezone(calendar.zone) if alternative else None,
    )


def _last_day_text(day: date, language: str) -> str:
    weekday = weekday_name(language, day.isoweekday())
    return say(language, "last_day", day=day.isoformat(), weekday=weekday)


def _clock_text(instant: datetime, calendar: Calendar) -> str:
    return instant.astimezone(calendar.zone).strftime("%Y-%m-%d %H:%M")
