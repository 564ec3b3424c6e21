"""A person is a bare identity; what organisations hold is theirs, sealed, and asked for."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.http import Http404

from linli.engines.registry import selectors, services
from linli.engines.registry.models import IdentityDecision, Person, PersonRecord, RecordKind
from linli.engines.registry.policies import NEVER_FOR_PROPERTY
from linli.engines.registry.tests.world import NAME, NUMBER, PHONE, ROLL, SINCE, World
from linli.engines.registry.types import Provenance
from linli.kernel.actors import NotAllowed, Purpose
from linli.kernel.models import AuditEntry

LI = {NAME: "李四", PHONE: "+8613800000001"}


def current(person_id: object, owner: object = None) -> dict[str, str]:
    rows = PersonRecord.objects.filter(person_id=person_id, owner=owner, superseded_at__isnull=True)
    return {row.kind: row.value for row in rows}


def test_the_identity_itself_says_nothing(world: World) -> None:
    columns = {f.attname for f in Person._meta.concrete_fields}
    assert not columns & {"name", "phone", "phone_index", "id_number", "birth_date"}


def test_values_lie_sealed(world: World) -> None:
    services.add_person(name="李四光", phone="+8613800000001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_personrecord")
        raw = b"".join(bytes(str(row), "utf-8") for row in cursor.fetchall())
    assert "李四光".encode() not in raw
    assert b"13800000001" not in raw


def test_a_list_attaches_by_identity_number(world: World) -> None:
    number = {NUMBER: "11010519491231002x", NAME: "李四"}
    first = services.attach_person(world.linli, world.bodies["property"], number, ROLL)
    again = services.attach_person(
        world.linli, world.bodies["police"], {NUMBER: "11010519491231002X", NAME: "李泗"}, ROLL
    )
    assert (first.basis, again.basis) == ("new", "id_number")
    assert again.person_id == first.person_id
    logged = IdentityDecision.objects.filter(to_ref=first.person_id)
    assert sorted(logged.values_list("basis", flat=True)) == ["id_number", "new"]


def test_a_shared_phone_is_not_a_person(world: World) -> None:
    li = services.attach_person(world.linli, None, LI, ROLL)
    wang = services.attach_person(world.linli, None, {**LI, NAME: "王五"}, ROLL)
    same = services.attach_person(world.linli, world.bodies["police"], LI, ROLL)
    assert wang.person_id != li.person_id == same.person_id
    assert same.basis == "phone"


def test_an_equal_name_and_phone_with_another_number_is_another_person(world: World) -> None:
    """Father and son, one phone, one name: the identity number tells them apart."""
    li = services.attach_person(world.linli, None, {**LI, NUMBER: "440524188001010014"}, ROLL)
    son = services.attach_person(world.linli, None, {**LI, NUMBER: "11010519491231002X"}, ROLL)
    assert son.person_id != li.person_id


def test_reimport_updates_only_ones_own_records(world: World) -> None:
    mine, theirs = world.bodies["property"], world.bodies["police"]
    key = {NUMBER: "11010519491231002X"}
    one = services.attach_person(world.linli, mine, {**key, **LI}, ROLL)
    services.attach_person(world.linli, theirs, {**key, NAME: "李泗"}, ROLL)
    again = services.attach_person(
        world.linli, mine, {**key, NAME: "李四", PHONE: "+8613800000002"}, ROLL
    )
    assert again.changed == (PHONE,)
    assert current(one.person_id, mine)[PHONE] == "+8613800000002"
    assert current(one.person_id, theirs)[NAME] == "李泗"
    old = PersonRecord.objects.get(person_id=one.person_id, kind=PHONE, superseded_at__isnull=False)
    assert old.value == LI[PHONE]
    unchanged = services.attach_person(world.linli, mine, {**key, NAME: "李四"}, ROLL)
    assert unchanged.changed == ()


def test_a_record_without_source_or_purpose_is_refused(world: World) -> None:
    with pytest.raises(services.RegistryError):
        services.add_person(name="李四", provenance=Provenance("", "consent", "contact"))
    with pytest.raises(ValueError, match="whim"):
        services.add_person(name="李四", provenance=Provenance("x", "whim", "contact"))


def test_find_by_phone_and_labels(world: World) -> None:
    person = services.add_person(name="李四", phone="+8613800000001")
    assert selectors.find_person_by_phone(world.community.pk, "+8613800000001") == person
    assert selectors.find_person_by_phone(world.community.pk, "+8613800000009") is None
    chair = world.actor("chair")
    assert selectors.name_of(person.pk, chair, Purpose.HANDLE) == "李**"
    assert selectors.name_of(person.pk, chair, Purpose.PUBLISH) == ""
    assert selectors.name_of(chair.person_id, chair, Purpose.OWN) == "张chair"
    assert selectors.own_value(chair, PHONE) == "+8619900000000"


def test_labels_take_a_fixed_number_of_queries(
    world: World, django_assert_max_num_queries: object
) -> None:
    ids = [services.add_person(name=f"李{n}").pk for n in range(20)]
    chair = world.actor("chair")
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        assert len(selectors.names_of(ids, chair, Purpose.HANDLE)) == 20


def test_a_full_value_needs_a_purpose_and_is_logged(world: World) -> None:
    person = world.person("li", "e1/b1/d101")
    chair = world.actor("chair")
    record = PersonRecord.objects.get(person=person, kind=PHONE)
    [view] = [
        v for v in selectors.list_records(chair, person.pk, Purpose.HANDLE) if v.kind == PHONE
    ]
    assert view.masked.startswith("199****")
    with pytest.raises(ValueError, match=r"needed|用途"):
        selectors.read_value(chair, record.pk, Purpose.HANDLE, " ")
    assert not selectors.list_readings(world.actor("li"))
    assert selectors.read_value(chair, record.pk, Purpose.HANDLE, "call_back") == record.value
    [reading] = selectors.list_readings(world.actor("li"))
    assert reading.actor_person_id == chair.person_id
    assert reading.detail["why"] == "call_back"
    assert record.value not in str(reading.detail)
    own = world.actor("li")
    assert selectors.read_value(own, record.pk, Purpose.OWN, "") == record.value
    assert len(selectors.list_readings(own)) == 1


def test_another_organisation_sees_nothing_unshared(world: World) -> None:
    services.attach_person(world.linli, world.bodies["police"], LI, ROLL)
    record = PersonRecord.objects.get(kind=NAME, owner=world.bodies["police"])
    for who, allowed in (("officer", True), ("manager", False), ("crew", False), ("chair", False)):
        actor = world.actor(who)
        seen = PersonRecord.objects.visible_to(actor, Purpose.HANDLE).filter(pk=record.pk)
        assert seen.exists() is allowed, who
        if not allowed:
            with pytest.raises(Http404):
                selectors.read_value(actor, record.pk, Purpose.HANDLE, "curious")
    for purpose in (Purpose.SUPERVISE, Purpose.PUBLISH):
        assert not PersonRecord.objects.visible_to(world.actor("officer"), purpose).exists()


@pytest.mark.parametrize("taker", ["committee", "property"])
def test_a_sharing_in_force_opens_its_kinds_only(world: World, taker: str) -> None:
    who = {"committee": "chair", "property": "manager"}[taker]
    police = world.bodies["police"]
    found = services.attach_person(world.linli, police, LI, ROLL)

    def kinds() -> set[str]:
        rows = PersonRecord.objects.visible_to(world.actor(who), Purpose.HANDLE)
        return set(rows.filter(person_id=found.person_id).values_list("kind", flat=True))

    assert kinds() == set()
    from linli.engines.registry.models import Sharing

    terms = {"basis": Sharing.Basis.STATUTORY_DUTY, "document": "art. 13", "purpose": "visits"}
    services.record_sharing(
        world.linli, police, world.bodies[taker], [PHONE], starts_on=date(2999, 1, 1), **terms
    )
    assert kinds() == set(), "a sharing that has not begun opens nothing"
    sharing = services.record_sharing(
        world.linli, police, world.bodies[taker], [PHONE], starts_on=SINCE, **terms
    )
    assert kinds() == {PHONE}
    services.end_sharing(world.linli, sharing, selectors.local_day(world.community))
    assert kinds() == set()


@pytest.mark.parametrize("kind", NEVER_FOR_PROPERTY)
def test_property_staff_never_see_the_hard_kinds(world: World, kind: RecordKind) -> None:
    """Not when shared, and not even when the company itself wrote it down."""
    from linli.engines.registry.models import Sharing

    person = world.person("li", "e1/b1/d101")
    for owner in ("police", "property"):
        services.put_records(person, world.bodies[owner], {kind: "x"}, ROLL)
    for taker in ("property", "committee"):
        services.record_sharing(
            world.linli,
            world.bodies["police"],
            world.bodies[taker],
            list(RecordKind),
            basis=Sharing.Basis.STATUTORY_DUTY,
            document="art. 13",
            purpose="care",
            starts_on=SINCE,
        )
    rows = PersonRecord.objects.filter(person=person, kind=kind)
    assert not rows.visible_to(world.actor("manager"), Purpose.HANDLE).exists()
    assert rows.visible_to(world.actor("chair"), Purpose.HANDLE).count() == 1
    assert rows.visible_to(world.actor("li"), Purpose.OWN).count() == 2


def test_a_reader_sees_persons_of_the_mandates_subtree_only(world: World) -> None:
    from linli.engines.registry.types import Role

    near, far = world.person("near", "e1/b1/d101"), world.person("far", "e2/b1/d101")
    for person in (near, far):
        services.put_records(person, world.bodies["police"], {NAME: "名"}, ROLL)
    world.staff("e1_officer", Role.MANAGER, "police", "e1")
    seen = PersonRecord.objects.visible_to(world.actor("e1_officer"), Purpose.HANDLE)
    assert set(seen.values_list("person_id", flat=True)) == {near.pk}
    persons = Person.objects.visible_to(world.actor("e1_officer"), Purpose.HANDLE)
    assert set(persons) == {near}


def test_erasing_leaves_only_the_identity(world: World) -> None:
    person = world.person("li")
    with pytest.raises(NotAllowed):
        services.erase_person(world.actor("manager"), person)
    assert services.erase_person(world.linli, person) == 2
    assert not person.records.exists()
    assert AuditEntry.objects.filter(subject_id=person.pk, action="person_erased").exists()
    person.refresh_from_db()
    assert person.is_erased
    with pytest.raises(services.RegistryError):
        services.put_records(person, None, {NAME: "李四"}, ROLL)


def test_records_are_forgotten_after_their_last_day(world: World) -> None:
    told = Provenance("form", "consent", "visit", date(2026, 3, 1))
    services.add_person(name="李四", provenance=told)
    assert services.forget_expired(world.linli, date(2026, 3, 1)) == 0
    assert services.forget_expired(world.linli, date(2026, 3, 2)) == 1


def test_search_opens_what_is_visible(world: World) -> None:
    person = world.person("阿宝", "e1/b1/d101")
    chair, crew = world.actor("chair"), world.actor("crew")
    phone = PersonRecord.objects.get(person=person, kind=PHONE).value
    assert selectors.search_persons(chair, Purpose.HANDLE, "阿宝") == [person.pk]
    assert selectors.search_persons(chair, Purpose.HANDLE, phone[3:]) == [person.pk]
    assert selectors.search_persons(chair, Purpose.HANDLE, "") == []
    assert selectors.search_persons(crew, Purpose.HANDLE, "阿宝") == []
