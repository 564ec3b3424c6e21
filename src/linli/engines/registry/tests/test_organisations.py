"""Bodies across communities, rosters and hand-over, a community that is split."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.engines.registry import selectors, services
from linli.engines.registry.models import (
    Community,
    HouseholdMember,
    LegalBasis,
    LegalBody,
    Organisation,
    Person,
    PersonRecord,
    Place,
    Residence,
    Sharing,
)
from linli.engines.registry.tests.world import NAME, PHONE, ROLL, SINCE, World, build
from linli.engines.registry.types import Provenance, Role
from linli.kernel.actors import NotAllowed, Purpose
from linli.kernel.models import OutboxMessage
from linli.kernel.scope import in_community

CODE = "91350100M000100Y43"
DAY = date(2026, 3, 10)


def test_a_property_company_over_three_communities(world: World) -> None:
    """One legal person, three organisations; what it holds here is not read from there."""
    company = services.get_or_add_legal_body(CODE.lower(), "和睦物业")
    branch = services.get_or_add_legal_body("9144030071526726XG", "分公司", company)
    assert services.get_or_add_legal_body(CODE, "别的名字").name == "和睦物业"
    assert branch.parent == company
    with pytest.raises(services.RegistryError):
        services.get_or_add_legal_body("123", "x")
    worlds = [world, build("二"), build("三")]
    manager = world.people["manager"].user
    for number, one in enumerate(worlds):
        with in_community(one.community.pk):
            Organisation.objects.filter(body="property").update(legal_body=company)
            services.attach_person(one.linli, one.bodies["property"], {NAME: f"户{number}"}, ROLL)
            if one is not world:
                person = Person.objects.create(user=manager)
                services.grant_mandate(
                    person, Role.MANAGER, organisation=one.bodies["property"], starts_on=SINCE
                )
    places = selectors.list_presences(company)
    assert {community for community, _ in places} == {w.community.pk for w in worlds}
    for number, one in enumerate(worlds):
        with in_community(one.community.pk):
            actor = selectors.resolve_actor(one.community, manager)
            seen = PersonRecord.objects.visible_to(actor, Purpose.HANDLE)
            assert {r.value for r in seen} == {f"户{number}"}
            assert actor.organisation_ids == {one.bodies["property"].pk}


def test_a_legal_body_says_nothing_of_people() -> None:
    assert {f.name for f in LegalBody._meta.concrete_fields} == {
        "id",
        "credit_code",
        "name",
        "parent",
    }


def test_sharing_names_what_and_why(world: World) -> None:
    giver, taker = world.bodies["police"], world.bodies["property"]
    terms = {"basis": Sharing.Basis.ENTRUSTED, "starts_on": SINCE}
    for kinds, document, purpose in (([], "d", "p"), ([PHONE], " ", "p"), ([PHONE], "d", "")):
        with pytest.raises(services.RegistryError):
            services.record_sharing(
                world.linli, giver, taker, kinds, document=document, purpose=purpose, **terms
            )
    with pytest.raises(NotAllowed):
        services.record_sharing(
            world.actor("manager"), giver, taker, [PHONE], document="d", purpose="p", **terms
        )
    row = services.record_sharing(
        world.actor("officer"), giver, taker, [PHONE], document="d", purpose="p", **terms
    )
    services.end_sharing(world.actor("manager"), row, DAY)
    assert Sharing.objects.get(pk=row.pk).ends_on == DAY


def test_rosters_take_turns_and_are_handed_over(world: World) -> None:
    crew = [world.people["crew"], world.staff("crew2", Role.CREW, "property")]
    roster = services.add_roster(world.bodies["property"], "夜班", "water")
    start = datetime(2026, 3, 10, 10, tzinfo=UTC)
    shifts = services.fill_roster(roster, crew, start, 12 * 60, 4)
    assert [s.person_id for s in shifts] == [crew[0].pk, crew[1].pk] * 2
    assert shifts[-1].ends_at == start + timedelta(hours=48)
    on_duty = selectors.find_on_duty(world.bodies["property"].pk, "water", start)
    assert on_duty == crew[0].pk
    outsider = world.actor("officer")
    with pytest.raises(NotAllowed):
        services.hand_over(outsider, shifts[0], crew[1], "x")
    with pytest.raises(services.RegistryError):
        services.hand_over(world.actor("crew"), shifts[0], world.people["officer"], "x")
    note = "3号楼水泵有异响，盯一下"
    done = services.hand_over(world.actor("crew"), shifts[0], crew[1], note)
    assert done.hand_over_note == note
    assert done.handed_over_to == crew[1]
    with pytest.raises(services.RegistryError):
        services.hand_over(world.actor("crew"), shifts[0], crew[1], "again")
    for persons, minutes, count in (([], 60, 1), (crew, 0, 1), (crew, 60, 0)):
        with pytest.raises(services.RegistryError):
            services.fill_roster(roster, persons, start, minutes, count)


def test_a_community_that_is_split(world: World) -> None:
    """The second estate goes its own way: its places, homes, people and lawful records."""
    company = services.get_or_add_legal_body(CODE, "和睦物业")
    Organisation.objects.filter(body="property").update(legal_body=company)
    stays, goes = world.person("stays", "e1/b1/d101"), world.person("goes", "e2/b1/d101")
    services.grant_mandate(goes, Role.BUILDING_LEADER, place_path="e2/b1", starts_on=SINCE)
    services.add_household(
        world.places["e2/b1/d101"], [(goes, HouseholdMember.Position.HEAD)], SINCE
    )
    consented = Provenance("form", LegalBasis.CONSENT, "newsletter")
    committee, police = world.bodies["committee"], world.bodies["police"]
    services.put_records(goes, committee, {NAME: "居委会记的名"}, ROLL)
    services.put_records(goes, committee, {PHONE: "+8613800000001"}, consented)
    services.put_records(goes, world.bodies["property"], {NAME: "物业记的名"}, consented)
    services.put_records(goes, police, {NAME: "派出所记的名"}, ROLL)
    split = services.split_community(
        world.actor("chair"),
        world.community,
        [Place.objects.get(path="e2")],
        name="明珠社区",
        on=DAY,
        divided=[committee],
    )
    new = Community.objects.get(pk=split.community_id)
    assert new.split_from == world.community
    assert set(split.persons) == {goes.pk}
    with in_community(new.pk):
        there = Person.objects.get(pk=split.persons[goes.pk])
        held = {r.value for r in PersonRecord.objects.filter(person=there)}
        # The same company keeps what it had; the divided committee's duty goes along, what was
        # consented to it is asked anew; the police's roll stays where it was.
        assert held == {"居委会记的名", "物业记的名"}
        copy = Place.objects.get(path="e2/b1/d101")
        assert copy.copied_from == world.places["e2/b1/d101"].pk
        assert Residence.objects.get().place == copy
        assert HouseholdMember.objects.get().person == there
        assert Place.objects.count() == 6
        actor = selectors.resolve_actor(new, goes.user)
        assert actor.has_role(Role.BUILDING_LEADER, place_path="e2/b1")
        assert selectors.count_households("e2") == 1
    assert Place.objects.get(path="e2").ends_on == DAY
    assert "e2" not in {row.path for row in selectors.list_place_rows()}
    rows = Residence.objects.filter(selectors.in_force())
    assert set(rows.values_list("person_id", flat=True)) == {stays.pk}
    told = OutboxMessage.objects.filter(topic="registry.community_split")
    assert not told or told[0].payload["person_ids"] == [str(goes.pk)]


def test_a_split_that_cannot_be(world: World) -> None:
    everything = [Place.objects.get(path="e1"), Place.objects.get(path="e2")]
    for roots in ([], everything):
        with pytest.raises(services.RegistryError):
            services.split_community(world.linli, world.community, roots, name="x", on=DAY)
    with pytest.raises(NotAllowed):
        services.split_community(
            world.actor("manager"), world.community, everything[:1], name="x", on=DAY
        )
    assert Community.objects.count() == 1
