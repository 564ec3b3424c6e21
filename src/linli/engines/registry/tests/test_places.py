"""The tree of places: moving, other names, facilities, areas, positions, estate states."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.registry import selectors, services
from linli.engines.registry.models import (
    AreaSource,
    CoordinateSystem,
    EstateState,
    Facility,
    Mandate,
    Organisation,
    Place,
    PlaceKind,
)
from linli.engines.registry.tests.world import SINCE, World
from linli.engines.registry.types import Role
from linli.kernel.actors import NotAllowed
from linli.kernel.models import AuditEntry
from linli.kernel.scope import in_community

State = EstateState.State


def paths() -> set[str]:
    return set(Place.objects.values_list("path", flat=True))


def test_a_building_moves_with_all_that_hangs_on_it(world: World) -> None:
    world.person("leader", "e1/b1/d101")
    mandate = services.grant_mandate(
        world.people["leader"], Role.BUILDING_LEADER, place_path="e1/b1", starts_on=SINCE
    )
    beside = services.add_organisation(body="property", name="beside", place_path="e1/b11")
    inside = services.add_organisation(body="property", name="inside", place_path="e1/b1/d101")
    case = apps.get_model("casework", "Case").objects.create(
        number="1",
        privacy="open",
        place=world.places["e1/b1/d101"],
        place_path="e1/b1/d101",
        opened_at=world.community.created_at,
    )
    new = services.add_place(key="e3", kind=PlaceKind.ESTATE, name="滨河雅园")
    version = selectors.places_version(world.community.pk)
    moved = services.move_place(world.actor("chair"), world.places["e1/b1"], new)
    assert moved.path == "e3/b1"
    assert {"e3/b1", "e3/b1/d101", "e3/b1/d102", "e3/b1/d201"} <= paths()
    assert not any(p.startswith("e1/b1") for p in paths())
    assert Place.objects.get(path="e3/b1/d101").full_name == "滨河雅园1号101室"
    assert Mandate.objects.get(pk=mandate.pk).place_path == "e3/b1"
    assert Organisation.objects.get(pk=inside.pk).place_path == "e3/b1/d101"
    assert Organisation.objects.get(pk=beside.pk).place_path == "e1/b11"
    case.refresh_from_db()
    assert case.place_path == "e3/b1/d101"
    leader = world.actor("leader")
    assert leader.has_role(Role.BUILDING_LEADER, place_path="e3/b1/d101")
    assert not leader.has_role(Role.BUILDING_LEADER, place_path="e1/b1/d101")
    assert selectors.places_version(world.community.pk) > version
    entry = AuditEntry.objects.get(action="place_moved")
    assert entry.detail == {"old_path": "e1/b1", "new_path": "e3/b1"}


def test_there_and_back_again(world: World) -> None:
    before = list(Place.objects.order_by("pk").values_list("path", "full_name", "parent_id"))
    moved = services.move_place(world.linli, world.places["e1/b1"], None)
    assert moved.path == "b1"
    services.move_place(world.linli, moved, world.places["e1"])
    after = list(Place.objects.order_by("pk").values_list("path", "full_name", "parent_id"))
    assert after == before


def test_a_move_that_cannot_be(world: World) -> None:
    place = world.places
    before = paths()
    for moved, parent in (("e1", "e1/b1"), ("e1", "e1"), ("e1/b1", "e2")):
        with pytest.raises(services.RegistryError):
            services.move_place(world.linli, place[moved], place[parent])
    with pytest.raises(NotAllowed):
        services.move_place(world.actor("manager"), place["e1/b2"], place["e2"])
    deep = None
    for n in range(8):
        deep = services.add_place(
            key=f"{n}" * 31, kind=PlaceKind.PUBLIC_SPACE, name="x", parent=deep
        )
    with pytest.raises(services.RegistryError):
        services.move_place(world.linli, place["e1/b1"], deep)
    assert before <= paths()


def test_a_place_of_an_adopted_rule_does_not_move_silently(world: World) -> None:
    """Whoever adopted the rule adopted it for that place; the database refuses to change it."""
    document = apps.get_model("rulebook", "RuleDocument").objects.create(
        kind="resident_pact",
        title="居民公约",
        jurisdiction="310000",
        place_path="e1/b1",
        created_at=world.community.created_at,
    )
    with pytest.raises(services.RegistryError, match="adopted"):
        services.move_place(world.linli, world.places["e1"], world.places["e2"])
    document.refresh_from_db()
    assert document.place_path == "e1/b1"
    assert "e1/b1" in paths()


def test_a_move_that_fails_half_way_moves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli.engines.registry.services import moving

    def fail(*args: object) -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(moving, "repath_rows", fail)
    before = paths()
    with pytest.raises(RuntimeError):
        services.move_place(world.linli, world.places["e1/b1"], None)
    assert paths() == before


def test_aliases(world: World) -> None:
    shed = services.add_place(key="shed", kind=PlaceKind.PUBLIC_SPACE, name="旧车棚")
    for _ in range(2):
        services.add_alias(world.actor("dispatcher"), shed, " 车棚 ")
    assert Place.objects.get(pk=shed.pk).aliases == ["车棚"]
    for _ in range(2):
        services.remove_alias(world.linli, shed, "车棚")
    assert Place.objects.get(pk=shed.pk).aliases == []
    for bad in ("", "  ", "长" * 41):
        with pytest.raises(services.RegistryError):
            services.add_alias(world.linli, shed, bad)


def test_facilities_and_their_dates(world: World) -> None:
    lift = services.add_place(
        key="lift1", kind=PlaceKind.FACILITY, name="电梯", parent=world.places["e2/b1"]
    )
    services.add_facility(
        lift,
        Facility.Kind.LIFT,
        "DT-0001",
        certificate_number="梯11沪A00001",
        valid_until=date(2026, 9, 30),
        next_inspection_on=date(2026, 4, 1),
    )
    assert [f.code for f in selectors.list_facilities_due(date(2026, 4, 1))] == ["DT-0001"]
    assert selectors.list_facilities_due(date(2026, 3, 31)) == []
    found = selectors.find_facility("DT-0001")
    assert found is not None
    assert found.place == lift
    with pytest.raises(services.RegistryError):
        services.add_facility(lift, Facility.Kind.LIFT, "DT-0001")
    with pytest.raises(services.RegistryError):
        services.add_facility(world.places["e1"], Facility.Kind.BIN, "X")


def test_an_area_yields_only_to_an_equal_or_stronger_source(world: World) -> None:
    flat = world.places["e1/b1/d101"]
    steps = (
        (5210, AreaSource.CONTRACT, True, 5210),
        (5198, AreaSource.SURVEY, True, 5198),
        (5300, AreaSource.CONTRACT, False, 5198),
        (5203, AreaSource.REGISTER, True, 5203),
        (5198, AreaSource.SURVEY, False, 5203),
        (5204, AreaSource.REGISTER, True, 5204),
    )
    for area, source, taken, held in steps:
        assert services.set_area(world.linli, flat, area, source) is taken
        assert Place.objects.get(pk=flat.pk).area_centi_m2 == held
    for place, area in ((world.places["e1"], 1), (flat, 0), (flat, -1)):
        with pytest.raises(services.RegistryError):
            services.set_area(world.linli, place, area, AreaSource.REGISTER)


def test_the_database_refuses_an_area_without_source(world: World) -> None:
    rows = Place.objects.filter(path="e1/b1/d101")
    for bad in ({"area_centi_m2": 100}, {"area_source": "survey"}, {"lon_e7": 1}, {"lat_e7": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**bad)


@given(lon=st.integers(-1_800_000_000, 1_800_000_000), lat=st.integers(-900_000_000, 900_000_000))
def test_every_position_fits_32_bits(lon: int, lat: int) -> None:
    assert -(2**31) <= lon < 2**31
    assert -(2**31) <= lat < 2**31


def test_a_position_comes_back_exactly_with_what_its_source_said(world: World) -> None:
    place = world.places["e1"]
    services.set_position(
        place,
        1_214_737_000,
        312_304_000,
        crs=CoordinateSystem.GCJ02,
        source_lon="121.47822305927693",
        source_lat="31.22845773757727",
    )
    stored = Place.objects.get(pk=place.pk)
    assert (stored.lon_e7, stored.lat_e7, stored.crs) == (1_214_737_000, 312_304_000, "gcj02")
    assert stored.source_lon == "121.47822305927693"
    with pytest.raises(services.RegistryError):
        services.set_position(place, 1_800_000_001, 0)


def test_grids_cut_across_estates(world: World) -> None:
    grid = services.add_place(key="g1", kind=PlaceKind.GRID, name="一格", grid_kind="general")
    micro = services.add_place(
        key="m1", kind=PlaceKind.GRID, name="微格", grid_kind="micro", parent=grid
    )
    services.cover_with_grid(grid, [world.places["e1/b1"], world.places["e2/b2"]])
    services.cover_with_grid(grid, [world.places["e1/b1"]])
    services.cover_with_grid(micro, [world.places["e1/b1/d101"]])
    assert [g.path for g in selectors.grids_of("e1/b1/d101")] == ["g1", "g1/m1"]
    assert [g.path for g in selectors.grids_of("e2/b2/u1/d5")] == ["g1"]
    assert selectors.grids_of("e1/b2") == []
    with pytest.raises(services.RegistryError):
        services.cover_with_grid(world.places["e1"], [])


def test_estate_states_by_day(world: World) -> None:
    estate, day = world.places["e1"], date(2025, 6, 1)
    services.set_estate_state(world.linli, estate, State.COMMITTEE_IN_OFFICE, SINCE)
    services.set_estate_state(world.linli, estate, State.NO_FUND, SINCE)
    services.set_estate_state(world.linli, estate, State.TERM_LAPSED, day, source="街道登记")
    before, after = date(2025, 5, 31), day
    assert selectors.estate_states("e1/b1/d101", before) == {"committee_in_office", "no_fund"}
    assert selectors.estate_states("e1/b1/d101", after) == {"term_lapsed", "no_fund"}
    assert selectors.estate_states("e2", after) == set()
    with pytest.raises(services.RegistryError):
        services.set_estate_state(world.linli, estate, State.NONE, SINCE)
    assert services.end_estate_state(world.linli, estate, State.NO_FUND, day)
    assert selectors.estate_states("e1", after) == {"term_lapsed"}
    with pytest.raises(services.RegistryError):
        services.set_estate_state(world.linli, world.places["e1/b1"], State.NONE, day)


def test_an_estate_that_lies_across_two_communities(world: World) -> None:
    there = services.create_community(name="南片", jurisdiction="310000", language="zh-hans")
    Place.objects.filter(path="e1").update(estate_code="HM-01")
    with in_community(there.pk):
        services.add_place(key="e1", kind=PlaceKind.ESTATE, name="和睦一村", estate_code="HM-01")
        assert paths() == {"e1"}
    parts = selectors.list_estate_parts("HM-01")
    assert {(community, path) for community, _, path in parts} == {
        (world.community.pk, "e1"),
        (there.pk, "e1"),
    }
    assert selectors.list_estate_parts("") == []
