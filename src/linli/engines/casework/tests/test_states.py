"""Legal moves only: every state against every deed, and every refusal explained."""

from __future__ import annotations

from typing import Any

import pytest

from linli.engines.casework import services
from linli.engines.casework.core.states import (
    ASSIGNMENT_MOVES,
    CASE_MOVES,
    AssignmentState,
    CaseState,
    IllegalMove,
    move_assignment,
    move_case,
)
from linli.engines.casework.models import Assignment, Case
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import World

#: deed -> {state before: state after}; what is not listed is refused
CASE_TABLE: dict[str, dict[str, str]] = {
    "dispatch": {"at_desk": "dispatched"},
    "begin": {"dispatched": "in_progress"},
    "finish": {"dispatched": "done", "in_progress": "done"},
    "recall": {"dispatched": "at_desk", "in_progress": "at_desk"},
    "confirm": {"done": "confirmed"},
    "reopen": {"done": "dispatched", "confirmed": "dispatched"},
}
JOB_TABLE: dict[str, dict[str, str]] = {
    "accept": {"sent": "accepted"},
    "arrive": {"accepted": "arrived"},
    "finish": {"accepted": "done", "arrived": "done"},
    "return": {"sent": "returned", "accepted": "returned"},
}


@pytest.mark.parametrize("deed", CASE_TABLE)
@pytest.mark.parametrize("state", CaseState)
def test_every_move_of_a_case(state: CaseState, deed: str) -> None:
    check(move_case, state, deed, CASE_TABLE)


@pytest.mark.parametrize("deed", JOB_TABLE)
@pytest.mark.parametrize("state", AssignmentState)
def test_every_move_of_a_part(state: AssignmentState, deed: str) -> None:
    check(move_assignment, state, deed, JOB_TABLE)


def check(move: Any, state: str, deed: str, table: dict[str, dict[str, str]]) -> None:
    after = table[deed].get(state)
    if after is not None:
        assert move(state, deed) == after
        return
    with pytest.raises(IllegalMove) as refusal:
        move(state, deed)
    assert refusal.value.deed == deed
    assert refusal.value.now == state
    assert state in str(refusal.value)


def test_the_tables_name_every_deed() -> None:
    assert CASE_TABLE.keys() == CASE_MOVES.keys()
    assert JOB_TABLE.keys() == ASSIGNMENT_MOVES.keys()


#: verb -> states of a case in which it is possible
VERBS_ON_CASE = {
    "correct": {CaseState.AT_DESK},
    "dispatch": {CaseState.AT_DESK},
    "confirm": {CaseState.DONE},
    "reopen": {CaseState.DONE, CaseState.CONFIRMED},
}


def do_to_case(world: World, case: Case, verb: str) -> None:
    desk, gran = world.actor("dispatcher"), world.actor("grandmother")
    if verb == "correct":
        services.correct_case(desk, case.pk, service_code="water.no_water")
    elif verb == "dispatch":
        services.dispatch_case(desk, case.pk)
    elif verb == "confirm":
        services.confirm_case(gran, case.pk)
    else:
        services.reopen_case(gran, case.pk, reason="还在漏")


@pytest.mark.parametrize("verb", VERBS_ON_CASE)
@pytest.mark.parametrize("state", CaseState)
def test_every_verb_in_every_state_of_a_case(world: World, state: CaseState, verb: str) -> None:
    case = world.report()
    Case.objects.filter(pk=case.pk).update(state=state)
    before = w.events_of(case), w.audited(case), w.queued(case)
    if state in VERBS_ON_CASE[verb]:
        do_to_case(world, case, verb)
        assert len(w.events_of(case)) == len(before[0]) + 1
        return
    with pytest.raises(IllegalMove):
        do_to_case(world, case, verb)
    assert Case.objects.get(pk=case.pk).state == state
    # A refused deed leaves no trace and tells nobody.
    assert (w.events_of(case), w.audited(case), w.queued(case)) == before


VERBS_ON_JOB = {
    "accept": ({AssignmentState.SENT}, services.accept_assignment),
    "arrive": ({AssignmentState.ACCEPTED}, services.arrive_assignment),
    "finish": (
        {AssignmentState.ACCEPTED, AssignmentState.ARRIVED},
        lambda actor, job: services.finish_assignment(actor, job, photos=[w.picture()]),
    ),
    "return": (
        {AssignmentState.SENT, AssignmentState.ACCEPTED},
        lambda actor, job: services.return_assignment(actor, job, reason="不归我管"),
    ),
}


@pytest.mark.parametrize("verb", VERBS_ON_JOB)
@pytest.mark.parametrize("state", AssignmentState)
def test_every_verb_in_every_state_of_a_part(
    world: World, state: AssignmentState, verb: str
) -> None:
    case = world.report()
    Case.objects.filter(pk=case.pk).update(state=CaseState.IN_PROGRESS)
    job = world.job(case, "property")
    Assignment.objects.filter(pk=job.pk).update(state=state)
    possible, act = VERBS_ON_JOB[verb]
    if state in possible:
        act(world.actor("plumber"), job.pk)
        assert Assignment.objects.get(pk=job.pk).state == JOB_TABLE[verb][state]
        return
    before = w.events_of(case)
    with pytest.raises(IllegalMove):
        act(world.actor("plumber"), job.pk)
    assert Assignment.objects.get(pk=job.pk).state == state
    assert w.events_of(case) == before
