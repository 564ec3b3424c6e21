"""Every route, every role, every neighbour's matter: who gets what, and that nothing leaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Q
from tests.permissions import check
from tests.permissions.matrix import ROWS
from tests.permissions.world import VISITORS, World

from linli.engines.casework import policies
from linli.engines.casework.models import Case, Report
from linli.engines.registry.types import Role
from linli.kernel import actors, files
from linli.site.demo.cast import CAST

pytest_plugins = ["tests.permissions.fixtures"]

#: views that carry no guard, each with its reason
UNGUARDED: dict[str, str] = {}
LEAST_CELLS = 6000


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(check.routes()) == set(ROWS)


def test_every_view_has_a_guard_or_a_reason() -> None:
    assert set(check.unguarded()) == set(UNGUARDED)


def test_every_role_visits() -> None:
    visiting = {role or Role.RESIDENT for role, *_ in VISITORS.values()}
    assert visiting == set(Role)
    assert {part.role or Role.RESIDENT for part in CAST} <= visiting


def test_the_matrix_is_as_large_as_we_say(capsys: pytest.CaptureFixture[str]) -> None:
    cells = sum(check.count_cells(visitor) for visitor in check.ALL_VISITORS)
    with capsys.disabled():
        print(f"\npermission matrix: {cells} cells, {len(ROWS)} routes, {len(VISITORS) + 1} roles")
    assert cells > LEAST_CELLS


@pytest.mark.parametrize("visitor", check.ALL_VISITORS)
def test_every_cell_answers_as_written_and_leaks_nothing(two: World, visitor: str) -> None:
    found = check.walk(two, [visitor])
    assert not found.wrong, "\n".join(found.wrong)
    assert not found.leaks, "\n".join(found.leaks)
    assert found.cells == check.count_cells(visitor)


def _everything(rows: Any, actor: Any, purpose: Any) -> Any:
    return rows


def _break_cases(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policies, "see_cases", _everything)
    patch.setitem(actors._policies, Case, _everything)


def _break_names(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("linli.engines.registry.selectors.mask_name", lambda name: name)


def _break_jobs(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policies, "_own_jobs", lambda actor: Q())


def _break_files(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(files._guards, "casework.case", lambda actor, case_id: True)


def _break_guards(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("linli.engines.registry.types.ResolvedActor.has_role", lambda *_, **__: True)


TWINS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str, tuple[str, ...]]] = {
    "cases": (_break_cases, "resident", ("dispatch:matter",)),
    "cases on the desk": (_break_cases, "manager", ("dispatch:desk_case", "dispatch:desk")),
    "names": (_break_names, "dispatcher", ("dispatch:desk_case",)),
    "jobs": (_break_jobs, "crew", ("dispatch:job",)),
    "files": (_break_files, "resident", ("file",)),
    "roles": (_break_guards, "wall", ("dispatch:desk", "dispatch:work")),
}


@pytest.mark.parametrize("twin", TWINS)
def test_a_broken_twin_is_caught(two: World, monkeypatch: pytest.MonkeyPatch, twin: str) -> None:
    break_it, visitor, names = TWINS[twin]
    sound = check.walk(two, [visitor], names)
    assert not sound.wrong + sound.leaks
    break_it(monkeypatch)
    broken = check.walk(two, [visitor], names)
    assert broken.wrong + broken.leaks


def test_words_shown_to_a_stranger_are_caught(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _break_cases(monkeypatch)
    monkeypatch.setitem(actors._policies, Report, _everything)
    assert check.walk(two, ["resident"], ["dispatch:matter"]).leaks
