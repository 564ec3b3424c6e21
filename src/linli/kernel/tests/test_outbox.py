"""The one queue: queued with its deed, handled once, retried, dead, replayed, never skipped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, transaction

from linli.kernel import clock, leases, live, outbox
from linli.kernel.models import LiveTopic, OutboxMessage
from linli.kernel.outbox import MAX_ATTEMPTS, publish, run_once
from linli.kernel.scope import active_community
from linli.kernel.tests.checks import NOON, assert_refused

pytestmark = pytest.mark.django_db


class Boom(Exception):
    """What a failing handler raises."""


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test subscribe its own handlers, and nobody else's."""
    monkeypatch.setattr(outbox, "_handlers", {})
    monkeypatch.setattr(outbox, "_subscriptions", {})


HOLDER = "the same relay, whatever the clock says"


def subscribe(name: str, deed: Callable[[outbox.Message], Any] | None = None) -> list[Any]:
    """Subscribe a handler to ``told``; returns the list of messages that it got."""
    got: list[Any] = []

    def handle(message: outbox.Message) -> None:
        got.append(message)
        if deed:
            deed(message)

    outbox.handles("told", name=name)(handle)
    return got


def tell(community_id: UUID | None = None, **payload: Any) -> OutboxMessage:
    """Publish one message; returns its first row."""
    before = set(OutboxMessage.objects.values_list("pk", flat=True))
    with transaction.atomic():
        publish("told", payload, community_id=community_id)
    return OutboxMessage.objects.exclude(pk__in=before).order_by("handler")[0]


def fail(message: outbox.Message) -> None:
    live.bump(["effect"])
    raise Boom("no luck")


def effects() -> int:
    """How often the effect took place."""
    return live.versions(["effect"]).get("effect", 0)


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused() -> None:
    subscribe("a")
    assert_refused(lambda: publish("told", {}, community_id=None), RuntimeError)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twin_inside_a_transaction_is_not_refused() -> None:
    with pytest.raises(AssertionError), transaction.atomic():
        assert_refused(lambda: publish("told", {}, community_id=None), RuntimeError)


def test_a_deed_undone_tells_nothing() -> None:
    got = subscribe("a")

    def deed() -> None:
        with transaction.atomic():
            publish("told", {}, community_id=None)
            raise Boom

    assert_refused(deed, Boom)
    assert run_once(leases.Holder()) == 0
    assert got == []


def test_each_handler_has_its_own_row_and_order_of_names_does_not_matter() -> None:
    subscribe("a")
    subscribe("b")
    with transaction.atomic():
        assert publish("told", {"n": 1}, community_id=None) == 2
        assert publish("nobody listens", {}, community_id=None) == 0
    assert set(OutboxMessage.objects.values_list("handler", flat=True)) == {"a", "b"}


def test_one_failing_handler_does_not_hold_up_the_other() -> None:
    bad, good = subscribe("a", fail), subscribe("b")
    tell()
    run_once(leases.Holder())
    run_once(leases.Holder())
    assert (len(bad), len(good)) == (1, 1)


def test_a_handler_runs_in_the_scope_of_its_message(community: Any, other_community: Any) -> None:
    seen: list[Any] = []
    subscribe("a", lambda message: seen.append(active_community()))
    tell(other_community.pk)
    tell(None)
    run_once(leases.Holder())
    assert seen == [other_community.pk, None]
    assert active_community() == community.pk


def test_the_message_id_is_stable_over_retries() -> None:
    got = subscribe("a", fail)
    row = tell(x=1)
    with clock.frozen(NOON) as now:
        OutboxMessage.objects.update(available_at=now)
        run_once(leases.Holder("h"))
    with clock.frozen(NOON + timedelta(hours=1)):
        run_once(leases.Holder("h"))
    assert [m.id for m in got] == [row.pk, row.pk]
    assert got[0].payload == {"x": 1}


def assert_no_effect_of_failure() -> None:
    """What the failing handler wrote is gone."""
    assert effects() == 0


def test_a_failure_undoes_the_handlers_effects() -> None:
    subscribe("a", fail)
    row = tell()
    assert run_once(leases.Holder()) == 1
    row.refresh_from_db()
    assert "Boom: no luck" in row.last_error
    assert (row.attempts, row.handled_at, row.dead_at) == (1, None, None)
    assert_no_effect_of_failure()


def test_twin_that_handles_without_a_transaction_keeps_half() -> None:
    with pytest.raises(Boom):
        fail(outbox.Message(uuid4(), "told", None, {}))
    with pytest.raises(AssertionError):
        assert_no_effect_of_failure()


def test_success_marks_and_takes_effect_together() -> None:
    subscribe("a", lambda message: live.bump(["effect"]))
    row = tell()
    assert run_once(leases.Holder()) == 1
    row.refresh_from_db()
    assert row.handled_at is not None
    assert effects() == 1


def retry_until_dead(row: OutboxMessage) -> list[int]:
    """Run the relay whenever the message is due; the pauses in seconds."""
    pauses, now, holder = [], NOON, leases.Holder(HOLDER)
    OutboxMessage.objects.update(available_at=NOON)
    for _ in range(MAX_ATTEMPTS):
        with clock.frozen(now):
            assert run_once(holder) == 1
            assert run_once(holder) == 0, "it was due again at once"
        row.refresh_from_db()
        pauses.append(int((row.available_at - now).total_seconds()))
        now = row.available_at
    return pauses


def test_retries_pause_longer_and_longer_then_the_message_is_dead() -> None:
    got = subscribe("a", fail)
    row = tell()
    pauses = retry_until_dead(row)
    assert pauses == sorted(pauses)
    assert pauses[0] >= 1
    assert pauses[-1] > 10 * pauses[0]
    assert len(got) == MAX_ATTEMPTS
    assert row.dead_at is not None
    assert outbox.list_dead() == [row]
    assert outbox.count_waiting() == 0
    with clock.frozen(row.available_at + timedelta(days=365)):
        assert run_once(leases.Holder()) == 0


def test_a_dead_letter_can_be_replayed_once() -> None:
    subscribe("a", fail)
    row = tell()
    retry_until_dead(row)
    outbox._handlers["a"] = lambda message: live.bump(["effect"])
    with clock.frozen(row.available_at + timedelta(days=1)):
        assert outbox.replay(row.pk)
        assert not outbox.replay(row.pk)
        run_once(leases.Holder())
    row.refresh_from_db()
    assert (effects(), row.dead_at, outbox.list_dead()) == (1, None, [])
    assert not outbox.replay(row.pk), "a handled message cannot be replayed"
    assert not outbox.replay(uuid4())


def test_a_replayed_message_has_all_its_attempts_again() -> None:
    subscribe("a", fail)
    row = tell()
    retry_until_dead(row)
    outbox.replay(row.pk)
    assert len(retry_until_dead(row)) == MAX_ATTEMPTS


def test_a_removed_handler_is_told_and_its_message_kept() -> None:
    subscribe("gone")
    row = tell()
    outbox._handlers.clear()
    run_once(leases.Holder())
    row.refresh_from_db()
    assert "gone" in row.last_error
    assert row.handled_at is None
    assert outbox.count_waiting() == 1


@pytest.mark.parametrize("text", ["\x00", "\ud800", "邻" * 9000, "% %s {}"], ids=ascii)
def test_an_error_that_quotes_odd_text_is_still_noted(text: str) -> None:
    def quote(message: outbox.Message) -> None:
        raise Boom(text)

    subscribe("a", quote)
    row, other = tell(), tell()
    assert run_once(leases.Holder()) == 2
    for message in (row, other):
        message.refresh_from_db()
        assert message.attempts == 1
        assert message.claimed_epoch is None
        assert message.last_error


def test_a_limit_is_kept_and_nothing_is_left_behind() -> None:
    got = subscribe("a")
    for n in range(7):
        tell(n=n)
    holder = leases.Holder()
    assert [run_once(holder, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert sorted(m.payload["n"] for m in got) == list(range(7))


def test_a_message_for_later_waits() -> None:
    got = subscribe("a")
    tell()
    OutboxMessage.objects.update(available_at=NOON)
    with clock.frozen(NOON - timedelta(seconds=1)):
        assert run_once(leases.Holder()) == 0
    assert got == []


def test_handlers_may_publish_and_both_commit_together() -> None:
    outbox.handles("next", name="n")(lambda message: live.bump(["effect"]))
    subscribe("a", lambda message: publish("next", {}, community_id=None))
    tell()
    holder = leases.Holder()
    while run_once(holder):
        pass
    assert effects() == 1


def test_names_are_unique_and_registering_twice_is_harmless() -> None:
    def handler(message: outbox.Message) -> None: ...

    outbox.handles("told", name="a")(handler)
    outbox.handles("told", name="a")(handler)
    assert outbox._subscriptions["told"] == ["a"]
    assert_refused(lambda: outbox.handles("told", name="a")(lambda message: None), ValueError)


def test_old_handled_messages_are_forgotten_and_no_others() -> None:
    subscribe("a")
    handled, waiting = tell(), tell()
    with clock.frozen(NOON):
        OutboxMessage.objects.filter(pk=handled.pk).update(handled_at=NOON - timedelta(days=31))
        OutboxMessage.objects.filter(pk=waiting.pk).update(available_at=NOON - timedelta(days=99))
        assert outbox.forget_handled() == 1
    assert list(OutboxMessage.objects.all()) == [waiting]


def test_a_batch_that_breaks_off_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away while a failure is noted; the same relay lives on."""
    subscribe("a", lambda message: live.bump(["effect"]))
    for _ in range(3):
        tell()
    handle, calls = outbox._handle, []

    def break_off(row: OutboxMessage) -> None:
        calls.append(row)
        if len(calls) == 1:
            raise OperationalError("the database is away")
        handle(row)

    monkeypatch.setattr(outbox, "_handle", break_off)
    holder = leases.Holder()
    with pytest.raises(OperationalError):
        run_once(holder)
    for _ in range(5):
        run_once(holder)
    assert effects() == 3
    assert outbox.count_waiting() == 0


class Killed(BaseException):
    """Stands for the end of the process."""


def run_and_die(holder: leases.Holder) -> None:
    """One run of a relay that may be killed by what it handles."""
    try:
        while run_once(holder):
            pass
    except Killed:
        return


def kill(message: outbox.Message) -> None:
    if message.payload.get("kills"):
        raise Killed
    live.bump(["effect"])


def test_a_message_that_kills_its_relay_harms_no_other_and_ends_dead() -> None:
    subscribe("a", kill)
    killer = tell(kills=True)
    for _ in range(5):
        tell()
    for lifetime in range(MAX_ATTEMPTS + 2):
        if lifetime == 3:
            assert effects() == 5, "its neighbours still wait for it"
        with clock.frozen(clock.now() + timedelta(minutes=lifetime)):
            run_and_die(leases.Holder())
    killer.refresh_from_db()
    assert killer.dead_at is not None
    assert outbox.list_dead() == [killer]
    assert (effects(), LiveTopic.objects.count()) == (5, 1)
