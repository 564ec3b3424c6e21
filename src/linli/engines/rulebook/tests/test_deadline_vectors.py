"""Worked deadlines: the vectors of the domain notes and the corners of each unit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linli.engines.rulebook.core.calendars import Calendar
from linli.engines.rulebook.core.deadlines import compute, merge_holds
from linli.engines.rulebook.selectors import compute_deadline, get_calendar, get_clock_rule
from linli.engines.rulebook.tests.builders import at, calendar, rule
from linli.engines.rulebook.types import Direction, Hold, Roll, Unit


def due(rule_id: str, start: str, jurisdiction: str = "CN") -> str:
    begins = at(start)
    found = get_clock_rule(jurisdiction, rule_id, begins.date())
    return compute_deadline(found, begins, jurisdiction).due_at.isoformat()


@pytest.mark.parametrize(
    ("rule_id", "start", "expected"),
    [
        # Fri 20th: day 1 is the 21st, the last day the 27th, until 24:00.
        ("cn-12345-ordinary-7d", "2026-11-20T15:00", "2026-11-28T00:00:00+08:00"),
        ("cn-12345-utility-24h", "2026-11-20T15:00", "2026-11-21T15:00:00+08:00"),
        ("cn-12345-emergency-2h", "2026-11-20T23:30", "2026-11-21T01:30:00+08:00"),
        # 1.5 h on Friday, 2.5 h on Monday.
        ("cn-work-4h", "2026-11-20T16:00", "2026-11-23T11:00:00+08:00"),
        ("cn-work-4h", "2026-11-19T16:00", "2026-11-20T11:00:00+08:00"),
        # 30 days from 31 January end on Mon 2 March.
        ("cn-judicial-confirmation-30d", "2026-01-31T10:00", "2026-03-03T00:00:00+08:00"),
        # 3 days from 28 September end on National Day: rolls to 8 October.
        ("cn-court-acceptance-3d", "2026-09-28T09:00", "2026-10-09T00:00:00+08:00"),
        # Sun 2027-02-28 rolls to Monday.
        ("cn-owner-revocation-1y", "2026-02-28T10:00", "2027-03-02T00:00:00+08:00"),
        # 15 clear days before 20 December: until the end of the 4th.
        ("cn-owner-notice-15d", "2026-12-20T09:00", "2026-12-05T00:00:00+08:00"),
    ],
)
def test_worked_vectors(rule_id: str, start: str, expected: str) -> None:
    assert due(rule_id, start) == expected


def test_a_last_day_on_a_sunday_shows_both_dates() -> None:
    found = get_clock_rule("CN", "cn-owner-revocation-1y", date(2026, 2, 28))
    deadline = compute_deadline(found, at("2026-02-28T10:00"), "CN")
    assert deadline.alternative_due_at == at("2027-03-01T00:00")
    assert deadline.provisional, "2027 has no published holiday list"
    assert any("2027-02-28" in step for step in deadline.steps)


def test_notice_to_the_letter_is_the_other_reading() -> None:
    found = get_clock_rule("CN", "cn-owner-notice-15d", date(2026, 12, 20))
    deadline = compute_deadline(found, at("2026-12-20T09:00"), "CN")
    assert deadline.alternative_due_at == at("2026-12-06T00:00"), "on or before the 5th"


def test_a_last_day_on_a_public_holiday_leaves_no_doubt() -> None:
    found = get_clock_rule("CN", "cn-court-acceptance-3d", date(2026, 9, 28))
    assert compute_deadline(found, at("2026-09-28T09:00"), "CN").alternative_due_at is None


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-20T08:30", 4, "2026-11-20T14:00"),
        ("2026-11-20T03:00", 1, "2026-11-20T09:30"),
        ("2026-11-20T12:30", 1, "2026-11-20T14:30"),
        ("2026-11-20T17:30", 1, "2026-11-23T09:30"),
        ("2026-11-20T13:30", 4, "2026-11-20T17:30"),
        ("2026-11-21T10:00", 8, "2026-11-24T09:00"),
        # Sat 10 October makes up for the holiday.
        ("2026-09-30T16:30", 2, "2026-10-08T09:30"),
        ("2026-10-09T17:00", 1, "2026-10-10T09:00"),
    ],
)
def test_working_hours(start: str, hours: int, expected: str) -> None:
    found = compute(rule(hours, Unit.WORKING_HOUR), at(start), get_calendar("CN"))
    assert found.due_at == at(expected)


def test_working_days_use_make_up_saturdays_and_skip_holidays() -> None:
    # Mon 28, Tue 29, Wed 30 September, Thu 8, Fri 9, Sat 10 October.
    found = compute(rule(6, Unit.WORKING_DAY), at("2026-09-27T20:00"), get_calendar("CN"))
    assert found.due_at == at("2026-10-11T00:00")
    assert not found.provisional


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-03-01"),
        ("2024-01-31", 1, "2024-03-01"),
        ("2026-11-30", 3, "2027-03-01"),
        ("2026-12-15", 1, "2027-01-16"),
        ("2024-02-29", 12, "2025-03-01"),
    ],
)
def test_months_end_on_the_corresponding_day(start: str, months: int, expected: str) -> None:
    found = compute(rule(months, Unit.MONTH), at(start), calendar())
    assert found.due_at == at(expected)


def test_days_are_local_days() -> None:
    # 17:00 UTC is already the 21st in Shanghai.
    start = datetime(2026, 11, 20, 17, tzinfo=UTC)
    found = compute(rule(1, Unit.NATURAL_DAY), start, calendar())
    assert found.due_at == at("2026-11-23T00:00")


def test_hours_are_real_hours_when_the_clock_is_put_back() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 24, 12, tzinfo=berlin)
    found = compute(rule(24, Unit.HOUR), start, calendar(zone=berlin))
    assert found.due_at.isoformat() == "2026-10-25T11:00:00+01:00"
    days = compute(rule(1, Unit.NATURAL_DAY), start, calendar(zone=berlin))
    assert days.due_at.isoformat() == "2026-10-26T00:00:00+01:00"


class TestProvisional:
    def test_a_later_year_is_provisional_when_the_calendar_decides(self) -> None:
        known = calendar(years=(2026,))
        start = at("2026-12-30T10:00")
        rolled = rule(7, Unit.NATURAL_DAY, Roll.REST_DAYS)
        assert compute(rolled, start, known).provisional
        assert compute(rule(7, Unit.WORKING_DAY), start, known).provisional
        assert compute(rule(40, Unit.WORKING_HOUR), start, known).provisional

    def test_hours_never_lean_on_a_calendar(self) -> None:
        known = calendar(years=())
        assert not compute(rule(24, Unit.HOUR), at("2030-05-01T10:00"), known).provisional

    def test_the_missing_year_is_named(self) -> None:
        start = at("2026-12-30T10:00")
        found = compute(rule(7, Unit.WORKING_DAY), start, calendar(years=(2026,)))
        assert "2027" in found.steps[-1]


class TestHolds:
    def test_hours_stand_still(self) -> None:
        holds = [Hold(at("2026-11-20T16:00"), at("2026-11-20T18:30"))]
        found = compute(rule(4, Unit.HOUR), at("2026-11-20T15:00"), calendar(), holds)
        assert found.due_at == at("2026-11-20T21:30")

    def test_overlapping_holds_count_once(self) -> None:
        holds = [
            Hold(at("2026-11-20T16:00"), at("2026-11-20T18:00")),
            Hold(at("2026-11-20T17:00"), at("2026-11-20T19:00")),
        ]
        found = compute(rule(4, Unit.HOUR), at("2026-11-20T15:00"), calendar(), holds)
        assert found.due_at == at("2026-11-20T22:00")

    def test_a_hold_before_the_start_or_after_the_end_changes_nothing(self) -> None:
        start = at("2026-11-20T15:00")
        plain = compute(rule(4, Unit.HOUR), start, calendar()).due_at
        for begin, end in (
            ("2026-11-19T00:00", "2026-11-20T15:00"),
            ("2026-11-20T19:00", "2027-01-01"),
        ):
            hold = Hold(at(begin), at(end))
            assert compute(rule(4, Unit.HOUR), start, calendar(), [hold]).due_at == plain

    def test_working_hours_stand_still_inside_working_time_only(self) -> None:
        holds = [Hold(at("2026-11-20T17:00"), at("2026-11-23T09:00"))]
        found = compute(rule(4, Unit.WORKING_HOUR), at("2026-11-20T16:00"), calendar(), holds)
        # 1 h on Friday until 17:00, 3 h on Monday from 09:00.
        assert found.due_at == at("2026-11-23T12:00")

    def test_a_hold_inside_a_day_moves_no_date(self) -> None:
        holds = [Hold(at("2026-11-22T09:00"), at("2026-11-22T17:00"))]
        found = compute(rule(7, Unit.NATURAL_DAY), at("2026-11-20T15:00"), calendar(), holds)
        assert found.due_at == at("2026-11-28T00:00")

    def test_every_midnight_in_a_hold_is_one_day_more(self) -> None:
        holds = [Hold(at("2026-11-22T09:00"), at("2026-11-25T09:00"))]
        found = compute(rule(7, Unit.NATURAL_DAY), at("2026-11-20T15:00"), calendar(), holds)
        assert found.due_at == at("2026-12-01T00:00")

    def test_a_hold_up_to_midnight_holds_the_day_and_one_from_it_does_not(self) -> None:
        seven = rule(7, Unit.NATURAL_DAY)
        up_to = Hold(at("2026-11-27T12:00"), at("2026-11-28T00:00"))
        found = compute(seven, at("2026-11-20T15:00"), calendar(), [up_to])
        assert found.due_at == at("2026-11-29T00:00")
        too_late = Hold(at("2026-11-28T00:00"), at("2026-12-05T00:00"))
        found = compute(seven, at("2026-11-20T15:00"), calendar(), [too_late])
        assert found.due_at == at("2026-11-28T00:00")

    def test_months_and_working_days_too(self) -> None:
        holds = [Hold(at("2026-11-24T09:00"), at("2026-11-25T09:00"))]
        month = compute(rule(1, Unit.MONTH), at("2026-11-20T15:00"), calendar(), holds)
        assert month.due_at == at("2026-12-22T00:00")
        working = compute(rule(3, Unit.WORKING_DAY), at("2026-11-20T15:00"), calendar(), holds)
        assert working.due_at == at("2026-11-27T00:00")

    def test_wrong_holds_are_refused(self) -> None:
        with pytest.raises(ValueError, match="before it begins"):
            merge_holds([Hold(at("2026-11-20T16:00"), at("2026-11-20T15:00"))])
        with pytest.raises(ValueError, match="time zone"):
            merge_holds([Hold(datetime(2026, 11, 20), datetime(2026, 11, 21))])
        back = rule(15, Unit.NATURAL_DAY, direction=Direction.BEFORE)
        hold = Hold(at("2026-11-20T16:00"), at("2026-11-21T15:00"))
        with pytest.raises(ValueError, match="on hold"):
            compute(back, at("2026-12-20"), calendar(), [hold])


class TestBefore:
    def test_working_days_back(self) -> None:
        back = rule(5, Unit.WORKING_DAY, direction=Direction.BEFORE)
        found = compute(back, at("2026-10-12T09:00"), get_calendar("CN"))
        # Sat 10, Fri 9, Thu 8 October, Wed 30, Tue 29 September; one clear day more: Mon 28.
        assert found.alternative_due_at == at("2026-09-30T00:00")
        assert found.due_at == at("2026-09-29T00:00")

    def test_months_back(self) -> None:
        back = rule(6, Unit.MONTH, direction=Direction.BEFORE)
        found = compute(back, at("2026-08-31T09:00"), calendar())
        assert found.alternative_due_at == at("2026-03-01T00:00")
        assert found.due_at == at("2026-02-28T00:00")

    def test_hours_back(self) -> None:
        back = rule(2, Unit.HOUR, direction=Direction.BEFORE)
        assert compute(back, at("2026-08-31T01:00"), calendar()).due_at == at("2026-08-30T23:00")

    def test_working_hours_cannot_be_counted_back(self) -> None:
        back = rule(2, Unit.WORKING_HOUR, direction=Direction.BEFORE)
        with pytest.raises(ValueError, match="counted back"):
            compute(back, at("2026-08-31T01:00"), calendar())


def test_a_start_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        compute(rule(1, Unit.HOUR), datetime(2026, 11, 20), calendar())


def test_the_last_rest_day_before_a_long_holiday_rolls_over_all_of_it() -> None:
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(7)]
    found = compute(
        rule(1, Unit.NATURAL_DAY, Roll.REST_DAYS), at("2026-09-30T10:00"), calendar(days)
    )
    assert found.due_at == at("2026-10-09T00:00")


def test_a_calendar_refuses_nonsense() -> None:
    from datetime import time

    with pytest.raises(ValueError, match="not in order"):
        Calendar(SHANGHAI_ZONE, ((time(9), time(8)),))
    with pytest.raises(ValueError, match="needs working hours"):
        Calendar(SHANGHAI_ZONE, ())
    with pytest.raises(ValueError, match="weekday"):
        Calendar(SHANGHAI_ZONE, ((time(8), time(9)),), weekend=frozenset(range(1, 8)))
    with pytest.raises(ValueError, match="both"):
        calendar([date(2026, 10, 10)], [date(2026, 10, 10)])


SHANGHAI_ZONE = ZoneInfo("Asia/Shanghai")
