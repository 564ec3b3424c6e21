"""The demo's documents: lawful as the rulebook knows it, and what the pages then say."""

from __future__ import annotations

import pytest

from linli.engines.registry import selectors as registry
from linli.engines.registry import services
from linli.engines.registry.models import PlaceKind
from linli.engines.rulebook.models import RuleVersion
from linli.engines.rulebook.selectors.documents import list_documents, read_setting
from linli.engines.rulebook.types import DocumentKind, VersionState
from linli.practices.rules import demo
from linli.practices.rules.tests.world import World


@pytest.fixture
def loaded(world: World) -> World:
    for key in ("hemu1", "hemu2"):
        estate = services.add_place(key=key, kind=PlaceKind.ESTATE, name=key)
        services.add_place(key="b7", kind=PlaceKind.BUILDING, name="7", parent=estate)
    actors = {"owner-committee": world.actor("owners_committee"), "chair": world.actor("chair")}
    demo.load(world.community, actors)
    return world


def test_every_state_of_a_life_is_there(loaded: World) -> None:
    states = set(RuleVersion.objects.values_list("state", flat=True))
    assert states >= {
        VersionState.DRAFTED,
        VersionState.POSTED,
        VersionState.IN_FORCE,
        VersionState.SUPERSEDED,
    }
    today = registry.local_day(loaded.community)
    rows = list_documents(loaded.actor("chair"), day=today)
    assert {row.place_path.split("/")[0] for row in rows} == {
        "",
        "binhe",
        "hemu1",
        "hemu2",
        "mingzhu",
    }
    (covenant,) = (row for row in rows if row.kind is DocumentKind.MANAGEMENT_COVENANT)
    assert covenant.in_force is not None
    assert covenant.in_force.number == 2


def test_the_clauses_that_other_practices_ask_for(loaded: World) -> None:
    today = registry.local_day(loaded.community)
    expected = {
        ("silence_rule", "mingzhu/b3"): "delivered_is_participating",
        ("proxies_max", "mingzhu"): 3,
        ("parking_allocation", "mingzhu"): "lottery",
        ("quiet_hours", "mingzhu/b3"): "12:30-14:00, 21:30-07:30",
        ("quiet_hours", "hemu1/b7/u2"): "21:30-06:30",
        ("quiet_hours", "hemu2"): "12:00-13:30, 22:00-06:00",
    }
    for (key, place), value in expected.items():
        found = read_setting(key, place, today)
        assert found is not None, key
        assert found.value == value
    assert read_setting("proxies_max", "binhe", today) is None
    assert read_setting("silence_rule", "hemu1", today) is None
