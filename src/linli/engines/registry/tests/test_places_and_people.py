"""Places with one path each, organisations that serve the nearest, people behind masks."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.http import Http404

from linli.engines.registry import selectors, services
from linli.engines.registry.models import Community, Person, Place, PlaceKind
from linli.engines.registry.services import RegistryError
from linli.engines.registry.types import ResolvedActor
from linli.kernel.scope import in_community


def test_paths_begin_with_their_parents_and_names_are_joined(places: dict[str, Place]) -> None:
    dwelling = places["e1/b7/d301"]
    assert dwelling.path == f"{dwelling.parent.path}/d301"
    assert dwelling.full_name == "和睦一村7号301室"


def test_names_of_another_language_are_joined_with_spaces(home: Community) -> None:
    estate = services.add_place(key="oak", kind=PlaceKind.ESTATE, name="Oak Estate")
    house = services.add_place(key="b7", kind=PlaceKind.BUILDING, name="Building 7", parent=estate)
    assert house.full_name == "Oak Estate Building 7"


def test_a_path_is_taken_once(home: Community, places: dict[str, Place]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        services.add_place(key="b7", kind=PlaceKind.BUILDING, name="7号", parent=places["e1"])
    there = services.create_community(name="桂花", jurisdiction="310000", language="zh-hans")
    with in_community(there.pk):
        assert services.add_place(key="e1", kind=PlaceKind.ESTATE, name="一村").path == "e1"


@pytest.mark.parametrize("key", ["", "E1", "e/1", "e 1", "一村", "../e1", "e%", "x" * 41])
def test_a_key_is_small_letters_digits_and_hyphens(home: Community, key: str) -> None:
    with pytest.raises(RegistryError):
        services.add_place(key=key, kind=PlaceKind.ESTATE, name="x")


def test_a_place_with_others_in_it_cannot_vanish(places: dict[str, Place]) -> None:
    with pytest.raises(Error), transaction.atomic():
        places["e1"].delete()


def test_adding_a_place_is_noticed(home: Community, places: dict[str, Place]) -> None:
    before = selectors.places_version(home.pk)
    services.add_place(key="b8", kind=PlaceKind.BUILDING, name="8号", parent=places["e1"])
    assert selectors.places_version(home.pk) > before


def test_a_place_of_next_door_is_not_known(home: Community, places: dict[str, Place]) -> None:
    there = services.create_community(name="桂花", jurisdiction="310000", language="zh-hans")
    actor = ResolvedActor(there.pk)
    with in_community(there.pk), pytest.raises(Http404):
        selectors.get_place(actor, places["e1"].pk)


@pytest.mark.parametrize("wanted", [uuid4(), "nonsense", "", None])
def test_an_unknown_place_is_404(home: Community, wanted: object) -> None:
    with pytest.raises(Http404):
        selectors.get_place(ResolvedActor(home.pk), wanted)


AREAS = {"all": "", "estate": "e1", "house": "e1/b7"}


@pytest.mark.parametrize(
    ("place", "nearest"),
    [
        ("", "all"),
        ("e10", "all"),
        ("e1", "estate"),
        ("e1/b8", "estate"),
        ("e1/b7", "house"),
        ("e1/b7/d301", "house"),
        ("e1/b70", "estate"),
    ],
)
def test_the_nearest_organisation_serves(home: Community, place: str, nearest: str) -> None:
    made = {
        name: services.add_organisation(body="property", name=name, place_path=area)
        for name, area in AREAS.items()
    }
    assert selectors.find_organisation("property", place) == made[nearest]
    assert selectors.find_organisation("police", place) is None


def test_an_organisation_elsewhere_does_not_serve(home: Community) -> None:
    services.add_organisation(body="property", name="estate", place_path="e1")
    assert selectors.find_organisation("property", "e10/b1") is None
    assert selectors.find_organisation("property", "") is None


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张桂芳", "张**"), (" 欧阳娜娜 ", "欧**"), ("Smith", "S**"), ("", "**"), ("𠮷田", "𠮷**")],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert selectors.mask_name(name) == masked


def test_a_name_and_a_phone_are_sealed(home: Community) -> None:
    person = services.add_person(name="张桂芳", phone="+8613912345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone, phone_index FROM registry_person")
        raw = b"|".join(bytes(cell) for cell in cursor.fetchone())
    assert "张桂芳".encode() not in raw
    assert b"13912345678" not in raw
    again = Person.objects.get(pk=person.pk)
    assert (again.name, again.phone) == ("张桂芳", "+8613912345678")


def test_a_phone_is_found_by_its_blind_index(home: Community) -> None:
    wanted = services.add_person(name="张桂芳", phone="+8613912345678")
    services.add_person(name="李四", phone="+8613912345679")
    services.add_person(name="无电话")
    assert selectors.find_person_by_phone(home.pk, "+8613912345678") == wanted
    assert selectors.find_person_by_phone(home.pk, "+8613900000000") is None
    assert selectors.find_person_by_phone(home.pk, "") is None


def test_the_same_phone_next_door_has_another_index(home: Community) -> None:
    here = services.add_person(name="张桂芳", phone="+8613912345678")
    there = services.create_community(name="桂花", jurisdiction="310000", language="zh-hans")
    with in_community(there.pk):
        assert selectors.find_person_by_phone(there.pk, "+8613912345678") is None
        twin = services.add_person(name="张桂芳", phone="+8613912345678")
    assert bytes(here.phone_index) != bytes(twin.phone_index)


def test_communities_of_one_name_get_an_address_each(home: Community) -> None:
    made = [
        services.create_community(name="桂花 Court", jurisdiction="CN", language="en").slug
        for _ in range(3)
    ]
    assert made == ["court", "court-2", "court-3"]
    chinese = services.create_community(name="桂花", jurisdiction="CN", language="zh-hans")
    assert chinese.slug.startswith("community")


def test_one_user_is_one_person_in_a_community(home: Community) -> None:
    person = services.add_person(name="张桂芳", with_user=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person(name="另一个", user=person.user).save()
