"""A deed happens whole or not at all: a fault is put at every single write of every verb."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from linli.engines.casework import services
from linli.engines.casework.core.states import CaseState
from linli.engines.casework.models import Case
from linli.engines.casework.services import intake, sending
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import World
from linli.engines.outreach.models import Message
from linli.kernel import audit, clock, idempotency, outbox
from linli.kernel.models import Lease, OutboxMessage

WRITES = ("INSERT", "UPDATE", "DELETE")


class PowerCut(Exception):
    """The fault that the tests put in."""


@contextmanager
def cut_at(number: int) -> Iterator[list[str]]:
    """Let the writes before ``number`` pass (counted from 1) and raise at it.

    Gives the list of writes seen, the last of which failed.
    """
    seen: list[str] = []

    def execute(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            seen.append(sql)
            if len(seen) == number:
                raise PowerCut(sql)
        return run(sql, *rest)

    with connection.execute_wrapper(execute):
        yield seen


def snapshot() -> dict[str, Any]:
    """All rows of Linli's tables and all files: equal before and after a deed undone."""
    if connection.needs_rollback:
        # Only the broken twin leaves the test's own transaction in such a state.
        connection.set_rollback(False)
    state: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if not model.__module__.startswith("linli."):
                continue
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table}")
            state[model._meta.db_table] = sorted(map(repr, cursor.fetchall()))
    state["files"] = sorted(p.name for p in settings.LINLI_DATA_DIR.rglob("*") if p.is_file())
    return state


def cut_everywhere(deed: Callable[[], Any]) -> list[str]:
    """Run ``deed`` with a fault at its first write, its second, and so on until it succeeds.

    Returns:
        The tables written, in order.
    """
    before = snapshot()
    number = 0
    while True:
        number += 1
        with cut_at(number) as seen:
            try:
                deed()
            except PowerCut:
                after = snapshot()
                assert after == before, f"write {number} left a half: {seen[-1][:80]}"
                continue
        return [_table(sql) for sql in seen]


def _table(sql: str) -> str:
    return next(part for part in sql.replace('"', " ").split() if "_" in part)


def test_a_report_is_taken_in_whole_or_not_at_all(world: World) -> None:
    actor = world.actor("grandmother")

    def deed() -> None:
        services.submit_report(
            actor, text=w.BURST, idempotency_key="k", photos=[w.picture(), w.picture("red")]
        )

    tables = cut_everywhere(deed)
    for table in (
        "casework_casecounter",
        "casework_case",
        "casework_report",
        "casework_caseevent",
        "casework_assignment",
        "casework_assignmentclock",
        "kernel_storedfile",
        "kernel_auditentry",
        "kernel_outboxmessage",
        "kernel_idempotencyrecord",
    ):
        assert table in tables
    case = Case.objects.get()
    assert case.state == CaseState.DISPATCHED
    # Every number that a fault drew was given back.
    assert case.number.endswith("-000001")


def test_a_report_for_the_desk_is_taken_in_whole_or_not_at_all(world: World) -> None:
    actor = world.actor("grandmother")
    tables = cut_everywhere(
        lambda: services.submit_report(actor, text=w.VIOLENCE, idempotency_key="k")
    )
    assert "kernel_outboxmessage" in tables
    assert Case.objects.get().state == CaseState.AT_DESK


def test_the_check_sees_a_half_when_the_transaction_is_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: the same intake without its transaction fails the same check."""
    actor = world.actor("grandmother")
    no_transaction = SimpleNamespace(atomic=nullcontext)
    monkeypatch.setattr(idempotency, "transaction", no_transaction)
    with pytest.raises(AssertionError, match="left a half"):
        cut_everywhere(lambda: services.submit_report(actor, text=w.BURST, idempotency_key="k"))


SEAMS: dict[str, tuple[Any, str]] = {
    "publishing": (outbox, "publish"),
    "audit": (audit, "record"),
    "the number": (intake, "draw_number"),
    "the clocks": (sending, "_start_clocks"),
}


@pytest.mark.parametrize("seam", SEAMS.values(), ids=SEAMS.keys())
def test_a_failing_part_takes_the_whole_report_back(
    world: World, monkeypatch: pytest.MonkeyPatch, seam: tuple[Any, str]
) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise PowerCut

    before = snapshot()
    with monkeypatch.context() as patch:
        patch.setattr(*seam, fail)
        with pytest.raises(PowerCut):
            world.report(idempotency_key="k", photos=[w.picture()])
    assert snapshot() == before
    # The very same form can be sent again.
    assert world.report(idempotency_key="k", photos=[w.picture()]).number.endswith("-000001")


def test_every_later_verb_is_whole_or_nothing(world: World) -> None:
    """Desk, work and closing: each verb with a fault at each of its writes."""
    case = world.report(text=w.UNCLEAR)
    desk, gran = world.actor("dispatcher"), world.actor("grandmother")
    garden = world.places["e1/b7"].pk
    cut_everywhere(
        lambda: services.correct_case(
            desk, case.pk, service_code="water.burst_pipe", place_id=garden
        )
    )
    cut_everywhere(lambda: services.dispatch_case(desk, case.pk))
    for who, body in (("plumber", "property"), ("water", "water_company")):
        _work(world.actor(who), world.job(case, body).pk)
    assert Case.objects.get().state == CaseState.DONE
    cut_everywhere(lambda: services.confirm_case(gran, case.pk))
    cut_everywhere(lambda: services.reopen_case(gran, case.pk, reason="还在漏"))
    for who, body in (("water", "water_company"), ("plumber", "property")):
        job = world.job(case, body).pk
        actor = world.actor(who)
        cut_everywhere(lambda: services.return_assignment(actor, job, reason="不归我管"))  # noqa: B023
    assert Case.objects.get().state == CaseState.AT_DESK


def _work(actor: Any, job: Any) -> None:
    cut_everywhere(lambda: services.accept_assignment(actor, job))
    cut_everywhere(lambda: services.arrive_assignment(actor, job))
    cut_everywhere(
        lambda: services.finish_assignment(actor, job, note="好了", photos=[w.picture()])
    )


def test_a_relay_that_dies_at_any_write_delivers_once(shared_world: World) -> None:
    """For each write of the relay, a report whose delivery is cut there and then taken up."""
    number, was_cut = 0, True
    while was_cut:
        number += 1
        shared_world.report()
        with cut_at(number) as seen, suppress(PowerCut):
            w.relay()
        was_cut = len(seen) >= number
        _the_next_relay_comes()
        told = list(Message.objects.values_list("recipient_id", "kind", "key"))
        assert len(told) == len(set(told)) == 5 * number
        assert not OutboxMessage.objects.filter(handled_at=None).exists()
    assert number > 10


def _the_next_relay_comes() -> None:
    """The dead relay's lease runs out, and the pause after its failure passes."""
    long_ago = clock.now() - timedelta(days=1)
    Lease.objects.update(until=long_ago)
    OutboxMessage.objects.filter(handled_at=None).update(available_at=long_ago)
    w.relay()
