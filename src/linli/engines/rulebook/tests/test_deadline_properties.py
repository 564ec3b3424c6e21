"""What must hold for every start, amount, calendar and hold."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.rulebook.core.calendars import Calendar
from linli.engines.rulebook.core.deadlines import compute
from linli.engines.rulebook.tests.builders import SHANGHAI, calendar, rule
from linli.engines.rulebook.types import Hold, Roll, Unit

_FIRST = date(2026, 1, 1)
_DAYS = st.integers(0, 400).map(lambda n: _FIRST + timedelta(days=n))
_STARTS = st.datetimes(
    datetime(2026, 1, 1),
    datetime(2026, 12, 31),
    timezones=st.just(SHANGHAI),
)
_AMOUNTS = st.integers(1, 60)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    holidays = draw(st.sets(_DAYS, max_size=25))
    weekend_days = {day for day in draw(st.sets(_DAYS, max_size=10)) if day.isoweekday() > 5}
    return calendar(holidays, weekend_days - holidays)


@st.composite
def rules(draw: st.DrawFn) -> tuple[Unit, Roll]:
    unit = draw(st.sampled_from(Unit))
    days = unit in (Unit.NATURAL_DAY, Unit.WORKING_DAY, Unit.MONTH)
    return unit, draw(st.sampled_from(Roll)) if days else Roll.NONE


@st.composite
def holds(draw: st.DrawFn) -> list[Hold]:
    found = []
    for begin in draw(st.lists(_STARTS, max_size=3)):
        length = timedelta(minutes=draw(st.integers(0, 10_000)))
        found.append(Hold(begin, begin + length))
    return found


@given(calendars(), rules(), _STARTS, _AMOUNTS, _AMOUNTS, holds())
def test_a_longer_period_never_ends_earlier(
    days: Calendar,
    kind: tuple[Unit, Roll],
    start: datetime,
    one: int,
    other: int,
    stops: list[Hold],
) -> None:
    shorter, longer = sorted((one, other))
    assert (
        compute(rule(shorter, *kind), start, days, stops).due_at
        <= compute(rule(longer, *kind), start, days, stops).due_at
    )


@given(calendars(), rules(), _STARTS, _AMOUNTS, _DAYS, holds())
def test_a_holiday_more_never_shortens_a_period(
    days: Calendar,
    kind: tuple[Unit, Roll],
    start: datetime,
    amount: int,
    holiday: date,
    stops: list[Hold],
) -> None:
    more = calendar(days.holidays | {holiday}, days.make_up_workdays - {holiday})
    before = compute(rule(amount, *kind), start, days, stops).due_at
    assert before <= compute(rule(amount, *kind), start, more, stops).due_at


@given(calendars(), rules(), _STARTS, _AMOUNTS, holds(), holds())
def test_a_hold_more_never_shortens_a_period(
    days: Calendar,
    kind: tuple[Unit, Roll],
    start: datetime,
    amount: int,
    stops: list[Hold],
    more: list[Hold],
) -> None:
    before = compute(rule(amount, *kind), start, days, stops).due_at
    assert before <= compute(rule(amount, *kind), start, days, stops + more).due_at


@given(calendars(), rules(), _STARTS, _AMOUNTS, holds(), st.integers(0, 5_000))
def test_a_hold_that_begins_when_it_is_due_comes_too_late(
    days: Calendar,
    kind: tuple[Unit, Roll],
    start: datetime,
    amount: int,
    stops: list[Hold],
    minutes: int,
) -> None:
    due_at = compute(rule(amount, *kind), start, days, stops).due_at
    begin = due_at + timedelta(minutes=minutes)
    late = Hold(begin, begin + timedelta(days=3))
    # Holds that are joined to the late one began earlier and have already been counted.
    stops = [stop for stop in stops if stop.end < begin]
    due_at = compute(rule(amount, *kind), start, days, stops).due_at
    assert compute(rule(amount, *kind), start, days, [*stops, late]).due_at == due_at


@given(calendars(), rules(), _STARTS, _AMOUNTS, holds())
def test_the_same_question_has_the_same_answer(
    days: Calendar, kind: tuple[Unit, Roll], start: datetime, amount: int, stops: list[Hold]
) -> None:
    asked = compute(rule(amount, *kind), start, days, stops)
    utc = start.astimezone(tz=None)
    assert compute(rule(amount, *kind), utc, days, list(reversed(stops))) == asked


@given(calendars(), rules(), _STARTS, _AMOUNTS, st.integers(0, 5_000))
def test_a_later_start_never_ends_earlier(
    days: Calendar, kind: tuple[Unit, Roll], start: datetime, amount: int, minutes: int
) -> None:
    later = start + timedelta(minutes=minutes)
    assert (
        compute(rule(amount, *kind), start, days).due_at
        <= compute(rule(amount, *kind), later, days).due_at
    )


@given(calendars(), rules(), _STARTS, _AMOUNTS, holds())
def test_it_is_due_after_it_began_and_days_end_at_midnight(
    days: Calendar, kind: tuple[Unit, Roll], start: datetime, amount: int, stops: list[Hold]
) -> None:
    found = compute(rule(amount, *kind), start, days, stops)
    assert found.due_at > start
    if kind[0] in (Unit.NATURAL_DAY, Unit.WORKING_DAY, Unit.MONTH):
        assert (found.due_at.hour, found.due_at.minute) == (0, 0)
        last = (found.due_at - timedelta(days=1)).date()
        if kind[1] is Roll.REST_DAYS or kind[0] is Unit.WORKING_DAY:
            assert days.is_working_day(last)


@settings(max_examples=50)
@given(calendars(), _STARTS, st.integers(1, 80))
def test_working_hours_agree_with_counting_minutes(
    days: Calendar, start: datetime, hours: int
) -> None:
    """A slow count, minute by minute, finds the same instant."""
    start = start.replace(second=0, microsecond=0)
    found = compute(rule(hours, Unit.WORKING_HOUR), start, days).due_at
    left = hours * 60
    now = start
    spans: dict[date, list[tuple[datetime, datetime]]] = {}
    while left:
        day = now.date()
        if day not in spans:
            spans[day] = [
                (
                    datetime.combine(day, begin, tzinfo=SHANGHAI),
                    datetime.combine(day, end, tzinfo=SHANGHAI),
                )
                for begin, end in (days.working_hours if days.is_working_day(day) else ())
            ]
        if any(begin <= now < end for begin, end in spans[day]):
            left -= 1
        elif days.is_rest_day(day):
            now = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=SHANGHAI)
            continue
        now += timedelta(minutes=1)
    assert found == now
