"""The demo's ground: four estates in four states, about 4,000 homes, facilities with dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from linli.engines.registry import selectors
from linli.engines.registry.models import (
    Facility,
    PersonRecord,
    Place,
    PlaceKind,
    RecordKind,
    Residence,
)
from linli.kernel.actors import Purpose
from linli.kernel.scope import in_community
from linli.site.demo import households, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The demo's community without the practices' parts, in scope."""
    monkeypatch.setattr(load, "practice_slugs", list)
    community = load.load(lambda what: None)
    with in_community(community.pk):
        yield community


def test_the_ground(demo: Any) -> None:
    today = selectors.local_day(demo)
    _states(today)
    _homes()
    _facilities(today)
    _who_sees_the_roll(demo)
    assert [g.grid_kind for g in selectors.grids_of("hemu1/b7/u2")] == [
        "fire",
        "police",
        "general",
        "micro",
    ]


def _states(today: Any) -> None:
    assert selectors.estate_states("mingzhu/b3", today) == {"committee_in_office"}
    assert selectors.estate_states("hemu2", today) == {"management_committee"}
    assert selectors.estate_states("binhe", today) == {"term_lapsed"}
    assert selectors.estate_states("hemu1", today) == {"public_housing", "no_fund", "none"}


def _homes() -> None:
    dwellings = Place.objects.filter(kind=PlaceKind.DWELLING)
    assert 3900 <= dwellings.count() <= 4100
    assert not dwellings.filter(area_centi_m2__isnull=True).exists()
    assert selectors.count_households() > 3600
    assert not Residence.objects.filter(place__path__startswith="hemu1/", relation="owner").exists()


def _facilities(today: Any) -> None:
    kinds = Counter(Facility.objects.values_list("kind", flat=True))
    assert set(kinds) == {"lamp", "hydrant", "lift", "bin", "aed"}
    assert selectors.list_facilities_due(today + timedelta(days=30))


def _who_sees_the_roll(demo: Any) -> None:
    roll = PersonRecord.objects.filter(source="demo roll", kind=RecordKind.NAME)
    for slug, allowed in (("chair", True), ("property", False), ("worker", False)):
        person = selectors.find_person_by_demo_slug(slug)
        assert person is not None
        actor = selectors.resolve_actor(demo, person.user)
        assert roll.visible_to(actor, Purpose.HANDLE).exists() is allowed, slug


def test_the_residents_are_the_same_every_time() -> None:
    places = {
        f"mingzhu/b1/u1/d{n}": Place(kind=PlaceKind.DWELLING, path=f"mingzhu/b1/u1/d{n}")
        for n in range(101, 161)
    }
    first, second = (list(households._residents(places)) for _ in range(2))
    assert first == second
    assert len({row.name for row in first}) > 20
