"""The states of a case and of an assignment, and the moves between them.

Pure: services ask here before they write, and the tables' CHECK constraints list the same
words.
"""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    """Where a case is. ``confirmed`` is said by the reporter, never by the handler."""

    AT_DESK = "at_desk"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CONFIRMED = "confirmed"
    NOT_DISPATCHED = "not_dispatched"


class AssignmentState(StrEnum):
    """Where one organisation's part is."""

    SENT = "sent"
    ACCEPTED = "accepted"
    ARRIVED = "arrived"
    DONE = "done"
    RETURNED = "returned"


class IllegalMove(Exception):
    """The thing is not in a state from which this can be done; ``now`` says where it is."""

    def __init__(self, deed: str, now: str) -> None:
        super().__init__(f"cannot {deed}: it is {now}")
        self.deed = deed
        self.now = now


CASE_MOVES: dict[str, tuple[frozenset[CaseState], CaseState]] = {
    "dispatch": (frozenset({CaseState.AT_DESK}), CaseState.DISPATCHED),
    "begin": (frozenset({CaseState.DISPATCHED}), CaseState.IN_PROGRESS),
    "finish": (frozenset({CaseState.DISPATCHED, CaseState.IN_PROGRESS}), CaseState.DONE),
    "recall": (frozenset({CaseState.DISPATCHED, CaseState.IN_PROGRESS}), CaseState.AT_DESK),
    "confirm": (frozenset({CaseState.DONE}), CaseState.CONFIRMED),
    "reopen": (frozenset({CaseState.DONE, CaseState.CONFIRMED}), CaseState.DISPATCHED),
}

ASSIGNMENT_MOVES: dict[str, tuple[frozenset[AssignmentState], AssignmentState]] = {
    "accept": (frozenset({AssignmentState.SENT}), AssignmentState.ACCEPTED),
    "arrive": (frozenset({AssignmentState.ACCEPTED}), AssignmentState.ARRIVED),
    "finish": (
        frozenset({AssignmentState.ACCEPTED, AssignmentState.ARRIVED}),
        AssignmentState.DONE,
    ),
    "return": (
        frozenset({AssignmentState.SENT, AssignmentState.ACCEPTED}),
        AssignmentState.RETURNED,
    ),
}

OPEN_ASSIGNMENT = frozenset(
    {AssignmentState.SENT, AssignmentState.ACCEPTED, AssignmentState.ARRIVED}
)
OPEN_CASE = frozenset({CaseState.AT_DESK, CaseState.DISPATCHED, CaseState.IN_PROGRESS})


def move_case(state: str, deed: str) -> CaseState:
    """The state after ``deed``; IllegalMove when it cannot be done from ``state``."""
    allowed, after = CASE_MOVES[deed]
    if state not in allowed:
        raise IllegalMove(deed, state)
    return after


def move_assignment(state: str, deed: str) -> AssignmentState:
    """The state after ``deed``; IllegalMove when it cannot be done from ``state``."""
    allowed, after = ASSIGNMENT_MOVES[deed]
    if state not in allowed:
        raise IllegalMove(deed, state)
    return after
