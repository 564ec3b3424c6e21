"""Ids are well-formed, in order and unique; the clock knows no naive time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import RFC_4122, UUID, uuid4

import pytest

from linli.kernel import clock, ids
from linli.kernel.ids import uuid7
from linli.kernel.tests.checks import NOON, assert_refused, in_threads, linli_models

MANY = 20_000


def assert_is_uuid7(value: UUID) -> None:
    """Version 7 and the RFC's variant, by the library and by the bits themselves."""
    assert (value.version, value.variant) == (7, RFC_4122)
    assert value.int >> 76 & 0xF == 0b0111
    assert value.int >> 62 & 0b11 == 0b10


def test_version_and_variant_bits() -> None:
    for _ in range(1000):
        assert_is_uuid7(uuid7())


def test_twin_of_another_version_is_noticed() -> None:
    with pytest.raises(AssertionError):
        assert_is_uuid7(uuid4())


def test_an_id_begins_with_the_time() -> None:
    before = time.time_ns() // 1_000_000
    assert abs((uuid7().int >> 80) - before) < 60_000


def assert_in_order(made: list[UUID]) -> None:
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_of_one_process_are_in_order() -> None:
    assert_in_order([uuid7() for _ in range(MANY)])


def test_ids_stay_in_order_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [uuid7()]
    real = time.time_ns()
    for shift_s in (-3600, 0, -1, -86_400):
        monkeypatch.setattr(ids.time, "time_ns", lambda s=shift_s: real + s * 10**9)
        made += [uuid7() for _ in range(100)]
    assert_in_order(made)


def test_a_full_millisecond_runs_over_into_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids.time, "time_ns", lambda: 10**18)
    made = [uuid7() for _ in range(MANY)]
    assert_in_order(made)
    for value in made[:: MANY // 50]:
        assert_is_uuid7(value)


def test_ids_of_threads_are_unique_and_each_thread_sees_order() -> None:
    batches = in_threads([lambda: [uuid7() for _ in range(5000)]] * 8)
    for batch in batches:
        assert_in_order(batch)
    assert len({value for batch in batches for value in batch}) == 40_000


def test_ids_differ_by_chance_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes in the same millisecond, with the same counter."""
    monkeypatch.setattr(ids.time, "time_ns", lambda: 10**18)
    made = []
    for _ in range(100):
        monkeypatch.setattr(ids, "_last_ms", 10**12)
        monkeypatch.setattr(ids, "_counter", 5)
        made.append(uuid7())
    assert len({value.int >> 64 for value in made}) == 1
    assert len(set(made)) == 100


def test_every_uuid_key_is_made_by_the_application() -> None:
    keys = [model._meta.pk for model in linli_models()]
    made = [key for key in keys if key.get_internal_type() == "UUIDField"]
    assert made
    assert {key.default for key in made} == {uuid7}


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)
    with clock.frozen(datetime(2026, 6, 1, 20, tzinfo=timezone(timedelta(hours=8)))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def assert_naive_is_refused(freeze: Any) -> None:
    def enter() -> None:
        with freeze(datetime(2026, 6, 1, 12)):
            pass

    assert_refused(enter, ValueError)


def test_a_naive_time_is_refused() -> None:
    assert_naive_is_refused(clock.frozen)


def test_twin_that_takes_a_naive_time_is_noticed() -> None:
    with pytest.raises(AssertionError):
        assert_naive_is_refused(lambda at: clock.frozen(at.replace(tzinfo=UTC)))


def test_frozen_nests_and_thaws_after_an_error() -> None:
    later = NOON + timedelta(days=1)

    def fail() -> None:
        with clock.frozen(NOON), clock.frozen(later):
            assert clock.now() == later
            raise ZeroDivisionError

    assert_refused(fail, ZeroDivisionError)
    assert clock.now() not in (NOON, later)


def test_frozen_time_stays_in_its_context() -> None:
    async def play() -> list[datetime]:
        async def ask(at: datetime) -> datetime:
            with clock.frozen(at):
                await asyncio.sleep(0)
                return clock.now()

        return list(await asyncio.gather(ask(NOON), ask(NOON + timedelta(days=1))))

    assert asyncio.run(play()) == [NOON, NOON + timedelta(days=1)]
    with clock.frozen(NOON):
        assert in_threads([clock.now]) != [NOON]


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 0), (59, 0), (60, 1), (3599, 59), (86_400, 1440), (-1, 0)]
)
def test_minutes_are_whole_and_never_negative(seconds: int, minutes: int) -> None:
    assert clock.minutes_between(NOON, NOON + timedelta(seconds=seconds)) == minutes
