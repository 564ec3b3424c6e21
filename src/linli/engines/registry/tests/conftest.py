"""Fixtures of the registry's tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from linli.engines.registry.models import Community, Place, PlaceKind
from linli.engines.registry.services import add_place, create_community
from linli.kernel import clock
from linli.kernel.scope import in_community

#: 23:30 on 9 March in Greenwich, 07:30 on 10 March in Shanghai
EARLY = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)


@pytest.fixture
def home(db: None) -> Iterator[Community]:
    """A community in Shanghai, in scope, early in the morning."""
    made = create_community(name="和睦里", jurisdiction="310000", language="zh-hans")
    with in_community(made.pk), clock.frozen(EARLY):
        yield made


@pytest.fixture
def places(home: Community) -> dict[str, Place]:
    """Two estates, of which the first has a building with a dwelling."""
    made: dict[str, Place] = {}
    for key, kind, name, parent in (
        ("e1", PlaceKind.ESTATE, "和睦一村", ""),
        ("e10", PlaceKind.ESTATE, "和睦十村", ""),
        ("b7", PlaceKind.BUILDING, "7号", "e1"),
        ("d301", PlaceKind.DWELLING, "301室", "e1/b7"),
    ):
        place = add_place(key=key, kind=kind, name=name, parent=made.get(parent))
        made[place.path] = place
    return made
