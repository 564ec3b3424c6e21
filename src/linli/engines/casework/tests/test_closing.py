"""Returns, the end of the work, and the reporter's last word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from linli.engines.casework import selectors, services
from linli.engines.casework.core.states import AssignmentState, CaseState
from linli.engines.casework.models import Case, CaseEvent
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import MORNING, World
from linli.kernel.actors import Purpose


def test_a_returned_lead_brings_the_case_back_to_the_desk(world: World) -> None:
    case = world.report()
    services.accept_assignment(world.actor("water"), world.job(case, "water_company").pk)
    services.return_assignment(
        world.actor("plumber"), world.job(case, "property").pk, reason="水表之前，归水司"
    )
    case = Case.objects.get(pk=case.pk)
    assert case.state == CaseState.AT_DESK
    assert {a.state for a in case.assignments.all()} == {AssignmentState.RETURNED}
    line = CaseEvent.objects.get(case=case, kind="returned")
    assert line.note == "水表之前，归水司"
    assert line.organisation == world.organisations["property"]
    w.relay()
    # The desk sends it out again, in a new round with new clocks.
    services.dispatch_case(world.actor("dispatcher"), case.pk)
    assert case.assignments.filter(round=2, state=AssignmentState.SENT).count() == 2


def test_a_returned_support_goes_on_without_it(world: World) -> None:
    case = world.report()
    services.return_assignment(
        world.actor("water"), world.job(case, "water_company").pk, reason="表后不归我们"
    )
    case = Case.objects.get(pk=case.pk)
    assert case.state == CaseState.DISPATCHED
    plumber, job = world.actor("plumber"), world.job(case, "property").pk
    services.accept_assignment(plumber, job)
    services.finish_assignment(plumber, job)
    assert Case.objects.get(pk=case.pk).state == CaseState.DONE


def test_a_support_returned_last_finishes_the_case(world: World) -> None:
    case = world.report()
    plumber, job = world.actor("plumber"), world.job(case, "property").pk
    services.accept_assignment(plumber, job)
    services.finish_assignment(plumber, job)
    assert Case.objects.get(pk=case.pk).state == CaseState.IN_PROGRESS
    services.return_assignment(
        world.actor("water"), world.job(case, "water_company").pk, reason="不用我们"
    )
    assert Case.objects.get(pk=case.pk).state == CaseState.DONE


@pytest.mark.parametrize("reason", ["", "  \n", "\x00"])
def test_a_return_and_a_reopening_need_words(world: World, reason: str) -> None:
    case = world.report()
    with pytest.raises(ValueError, match="reason"):
        services.return_assignment(
            world.actor("plumber"), world.job(case, "property").pk, reason=reason
        )
    case = world.finish_all(case)
    with pytest.raises(ValueError, match="words"):
        services.reopen_case(world.actor("grandmother"), case.pk, reason=reason)
    assert Case.objects.get(pk=case.pk).state == CaseState.DONE


def test_done_only_when_every_part_is_done(world: World) -> None:
    case = world.report()
    for who, body, state in (
        ("water", "water_company", CaseState.IN_PROGRESS),
        ("plumber", "property", CaseState.DONE),
    ):
        actor, job = world.actor(who), world.job(case, body).pk
        services.accept_assignment(actor, job)
        assert Case.objects.get(pk=case.pk).state == CaseState.IN_PROGRESS
        services.finish_assignment(actor, job)
        assert Case.objects.get(pk=case.pk).state == state


WHO_MAY_NOT = ("neighbour", "stranger", "plumber", "manager", "water", "dispatcher", "chair")


@pytest.mark.parametrize("who", WHO_MAY_NOT)
def test_only_the_reporter_confirms_or_reopens(world: World, who: str) -> None:
    """Whoever else asks, also those who handle it: it is not their matter to close."""
    case = world.finish_all(world.report())
    actor = world.actor(who)
    with pytest.raises(Http404):
        services.confirm_case(actor, case.pk)
    with pytest.raises(Http404):
        services.reopen_case(actor, case.pk, reason="不行")
    assert Case.objects.get(pk=case.pk).state == CaseState.DONE


def test_the_reporter_confirms(world: World) -> None:
    case = world.finish_all(world.report())
    gran = world.actor("grandmother")
    assert [c.id for c in selectors.list_waiting_for_reporter(gran)] == [case.pk]
    closed = services.confirm_case(gran, case.pk)
    assert closed.state == CaseState.CONFIRMED
    assert closed.closed_at is not None
    assert selectors.list_waiting_for_reporter(gran) == []


def test_reopening_gives_a_new_round_with_new_clocks(world: World) -> None:
    with w.at(MORNING):
        case = world.finish_all(world.report())
        services.confirm_case(world.actor("grandmother"), case.pk)
    with w.at(MORNING, days=3):
        services.reopen_case(world.actor("grandmother"), case.pk, reason="又漏了\x00\ud800")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.times_reopened) == (CaseState.DISPATCHED, 1)
    assert case.done_at is None
    assert case.closed_at is None
    again = case.assignments.filter(round=2)
    assert again.count() == 2
    for job in again:
        assert job.state == AssignmentState.SENT
        assert all(c.started_at == MORNING + timedelta(days=3) for c in job.clocks.all())
        assert all(c.met_at is None for c in job.clocks.all())
    # What the first round promised and kept stays as it was.
    first = case.assignments.filter(round=1)
    assert all(c.met_at == MORNING for job in first for c in job.clocks.all())
    assert CaseEvent.objects.get(case=case, kind="reopened").note == "又漏了"


def test_reopened_again_and_again_each_round_is_kept(world: World) -> None:
    case = world.report()
    gran = world.actor("grandmother")
    for times in (1, 2, 3):
        world.finish_all(case)
        services.reopen_case(gran, case.pk, reason=f"第{times}次")
    assert Case.objects.get(pk=case.pk).times_reopened == 3
    assert sorted(set(case.assignments.values_list("round", flat=True))) == [1, 2, 3, 4]
    page = selectors.get_case_page(gran, case.pk, Purpose.OWN)
    assert [e.note for e in page.events if e.kind == "reopened"] == ["第1次", "第2次", "第3次"]


def test_reopening_without_anybody_to_lead_is_refused_whole(world: World) -> None:
    case = world.finish_all(world.report())
    for key in ("property", "property_common"):
        world.organisations[key].body = "gone"
        world.organisations[key].save()
    with pytest.raises(services.NotAllowed):
        services.reopen_case(world.actor("grandmother"), case.pk, reason="还在漏")
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.times_reopened) == (CaseState.DONE, 0)
    assert case.assignments.filter(round=2).count() == 0


def test_a_word_and_photos_of_the_finish_are_kept(world: World) -> None:
    case = world.report()
    plumber, job = world.actor("plumber"), world.job(case, "property").pk
    services.accept_assignment(plumber, job)
    photos = [w.picture(), w.picture("red")]
    services.finish_assignment(plumber, job, note=" 换了阀门\x00 ", photos=photos)
    line = CaseEvent.objects.get(case=case, kind="part_done")
    assert line.note == "换了阀门"
    assert len(line.data["photos"]) == 2
    assert line.public_name == "name plumber"
