"""Several at once, each on a connection of its own: one wins, nothing is lost, nothing doubles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.http import Http404

from linli.engines.casework import services
from linli.engines.casework.core.states import CaseState
from linli.engines.casework.models import Assignment, Case, CaseCounter, Correction, Report
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import World, together
from linli.engines.outreach.models import Message
from linli.kernel import outbox
from linli.kernel.leases import Holder
from linli.kernel.models import OutboxMessage
from linli.kernel.scope import across_communities

REFUSED = (services.IllegalMove, services.Stale, services.NotAllowed, Http404)


def outcome(results: list[object]) -> tuple[list[object], list[object]]:
    """Those who got through, and those who were refused in a way that a page can say."""
    failed = [r for r in results if isinstance(r, BaseException)]
    assert all(isinstance(r, REFUSED) for r in failed), failed
    return [r for r in results if not isinstance(r, BaseException)], failed


def test_twenty_reports_at_once_get_twenty_numbers_without_a_gap(shared_world: World) -> None:
    world = shared_world
    actors = [world.actor(who) for who in ("grandmother", "neighbour")]
    results = together(
        world.community,
        *(
            lambda n=n: services.submit_report(
                actors[n % 2], text=w.BURST, idempotency_key=f"key-{n}"
            )
            for n in range(20)
        ),
    )
    assert [r for r in results if isinstance(r, BaseException)] == []
    numbers = sorted(Case.objects.values_list("number", flat=True))
    year = numbers[0][:4]
    assert numbers == [f"{year}-{n:06d}" for n in range(1, 21)]
    assert CaseCounter.objects.get().last == 20
    assert Assignment.objects.count() == 40


def test_the_same_form_ten_times_at_once_is_one_case(shared_world: World) -> None:
    world = shared_world
    actor = world.actor("grandmother")
    results = together(
        world.community,
        *(
            lambda: services.submit_report(
                actor, text=w.BURST, idempotency_key="one", photos=[w.picture()]
            )
            for _ in range(10)
        ),
    )
    assert [r for r in results if isinstance(r, BaseException)] == []
    assert len({r.case_id for r in results}) == 1
    assert Counter(r.is_new for r in results) == {True: 1, False: 9}
    assert Case.objects.count() == Report.objects.count() == 1


def test_two_dispatchers_press_at_once_and_one_sends(shared_world: World) -> None:
    world = shared_world
    case = world.report(text=w.UNCLEAR, picked_place_id=world.places["e1/b7"].pk)
    services.correct_case(world.actor("dispatcher"), case.pk, service_code="water.burst_pipe")
    seen = Case.objects.get(pk=case.pk).version
    desks = [world.actor(who) for who in ("dispatcher", "dispatcher2")]
    results = together(
        world.community,
        *(lambda a=a: services.dispatch_case(a, case.pk, seen_version=seen) for a in desks),
    )
    won, refused = outcome(results)
    assert (len(won), len(refused)) == (1, 1)
    assert Assignment.objects.filter(case=case).count() == 2
    assert w.events_of(case).count("dispatched") == 1


def test_one_corrects_while_the_other_sends(shared_world: World) -> None:
    world = shared_world
    case = world.report(text=w.UNCLEAR, picked_place_id=world.places["e1/b7"].pk)
    desk = world.actor("dispatcher")
    services.correct_case(desk, case.pk, service_code="water.burst_pipe")
    seen = Case.objects.get(pk=case.pk).version
    other = world.actor("dispatcher2")
    results = together(
        world.community,
        lambda: services.dispatch_case(desk, case.pk, seen_version=seen),
        lambda: services.correct_case(
            other, case.pk, service_code="water.no_water", seen_version=seen
        ),
    )
    won, refused = outcome(results)
    assert (len(won), len(refused)) == (1, 1)
    now = Case.objects.get(pk=case.pk)
    if now.state == CaseState.DISPATCHED:
        assert now.service_code == "water.burst_pipe"
        assert Correction.objects.filter(case=case).count() == 1
    else:
        assert now.service_code == "water.no_water"
        assert Correction.objects.filter(case=case).count() == 2


def test_two_of_a_crew_accept_at_once_and_one_has_it(shared_world: World) -> None:
    world = shared_world
    world.organisations["property"].shifts.all().delete()
    case = world.report()
    job = world.job(case, "property")
    crew = [world.actor(who) for who in ("plumber", "plumber2")]
    results = together(
        world.community, *(lambda a=a: services.accept_assignment(a, job.pk) for a in crew)
    )
    won, refused = outcome(results)
    assert (len(won), len(refused)) == (1, 1)
    assert world.job(case, "property").assignee_id == won[0].assignee_id
    assert w.events_of(case).count("accepted") == 1


def test_the_last_two_parts_finished_at_once_finish_the_case_once(shared_world: World) -> None:
    """The race that forgets to close: each finisher sees the other's part still open."""
    world = shared_world
    parts = (("plumber", "property"), ("water", "water_company"))
    for _ in range(5):
        case = world.report()
        jobs = [(world.actor(who), world.job(case, body).pk) for who, body in parts]
        for actor, job in jobs:
            services.accept_assignment(actor, job)
        results = together(
            world.community,
            *(lambda a=a, j=j: services.finish_assignment(a, j, note="好") for a, j in jobs),
        )
        assert [r for r in results if isinstance(r, BaseException)] == []
        assert Case.objects.get(pk=case.pk).state == CaseState.DONE
        assert w.events_of(case).count("done") == 1
        assert w.events_of(case).count("part_done") == 2


def test_confirming_and_reopening_at_once_is_one_of_them(shared_world: World) -> None:
    world = shared_world
    case = world.finish_all(world.report())
    gran, seen = world.actor("grandmother"), Case.objects.get(pk=case.pk).version
    results = together(
        world.community,
        lambda: services.confirm_case(gran, case.pk, seen_version=seen),
        lambda: services.reopen_case(gran, case.pk, reason="还在漏", seen_version=seen),
    )
    won, refused = outcome(results)
    assert (len(won), len(refused)) == (1, 1)
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.times_reopened) in {(CaseState.CONFIRMED, 0), (CaseState.DISPATCHED, 1)}


def test_reopened_twice_at_once_is_one_new_round(shared_world: World) -> None:
    world = shared_world
    case = world.finish_all(world.report())
    gran = world.actor("grandmother")
    results = together(
        world.community,
        *(lambda n=n: services.reopen_case(gran, case.pk, reason=f"还漏{n}") for n in range(4)),
    )
    won, refused = outcome(results)
    assert (len(won), len(refused)) == (1, 3)
    assert Case.objects.get(pk=case.pk).times_reopened == 1
    assert case.assignments.filter(round=2).count() == 2


def test_two_relays_at_once_deliver_once(shared_world: World) -> None:
    world = shared_world
    for _ in range(5):
        world.report()

    def deliver() -> int:
        holder, total = Holder(), 0
        with across_communities("the tests' relay"):
            while taken := outbox.run_once(holder):
                total += taken
        return total

    results = together(world.community, *(deliver for _ in range(4)))
    assert [r for r in results if isinstance(r, BaseException)] == []
    assert Message.objects.filter(kind="case_dispatched").count() == 5
    assert Message.objects.filter(kind="case_job").count() == 20
    assert not OutboxMessage.objects.filter(handled_at=None).exists()


VERBS: dict[str, Callable[..., object]] = {
    "dispatch": services.dispatch_case,
    "correct": lambda *who, **seen: services.correct_case(
        *who, service_code="water.no_water", **seen
    ),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
def test_a_page_that_is_out_of_date_is_told(world: World, verb: Callable[..., object]) -> None:
    case = world.report(text=w.UNCLEAR, picked_place_id=world.places["e1/b7"].pk)
    desk = world.actor("dispatcher")
    services.correct_case(desk, case.pk, service_code="water.burst_pipe")
    with pytest.raises(services.Stale):
        verb(desk, case.pk, seen_version=case.version)
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.service_code) == (CaseState.AT_DESK, "water.burst_pipe")
