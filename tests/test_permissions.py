"""Every route, every role, every neighbour's matter: who gets what, and that nothing leaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from tests.permissions import check
from tests.permissions.matrix import ROWS
from tests.permissions.world import World, build

#: views that carry no guard, each with its reason
UNGUARDED: dict[str, str] = {}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, made once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(built: World, db: None) -> World:
    """The world; what a test changes is undone."""
    return built


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(check.routes()) == set(ROWS)


def test_every_view_has_a_guard_or_a_reason() -> None:
    assert set(check.unguarded()) == set(UNGUARDED)


def test_every_cell_answers_as_written_and_leaks_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    found = check.walk(world)
    with capsys.disabled():
        print(
            f"\npermission matrix: {found.cells} cells, {len(found.wrong)} wrong, "
            f"{len(found.leaks)} leaks"
        )
    assert found.cells > 5000
    assert not found.wrong, "\n".join(found.wrong)
    assert not found.leaks, "\n".join(found.leaks)
