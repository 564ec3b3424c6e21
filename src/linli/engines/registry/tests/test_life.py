"""Sale, move and death end what rested on a home, the same day, in one transaction."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.registry import selectors, services
from linli.engines.registry.models import (
    ActingFor,
    Household,
    HouseholdMember,
    Mandate,
    Person,
    Residence,
)
from linli.engines.registry.services.homes import sum_shares
from linli.engines.registry.tests.world import OWNER, SINCE, World
from linli.engines.registry.types import Act, Role
from linli.kernel import clock
from linli.kernel.actors import NotAllowed
from linli.kernel.models import AuditEntry

FLAT = "e1/b1/d101"
#: the day of the deed in Shanghai, and three moments in it (UTC+8)
DAY = date(2026, 3, 10)
MIDNIGHT = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
NOON = MIDNIGHT + timedelta(hours=12)
EVENING = MIDNIGHT + timedelta(hours=23, minutes=59)
Position = HouseholdMember.Position


def owners(place: str = FLAT) -> dict[object, Fraction | None]:
    rows = Residence.objects.filter(selectors.in_force(), place__path=place, relation=OWNER)
    return {
        r.person_id: Fraction(r.share_numerator, r.share_denominator or 1)
        if r.share_numerator
        else None
        for r in rows
    }


@pytest.fixture
def seller(world: World) -> Person:
    """Owns a flat, sits on the owners' committee, leads the building, lets her son act."""
    with clock.frozen(MIDNIGHT):
        person = world.person("seller", FLAT)
        world.person("son", FLAT)
        Residence.objects.filter(person=world.people["son"]).update(relation="family")
        services.grant_mandate(
            person,
            Role.OWNERS_COMMITTEE,
            organisation=world.bodies["owners"],
            place_path="e1",
            starts_on=SINCE,
        )
        services.grant_mandate(person, Role.BUILDING_LEADER, place_path="e1/b1", starts_on=SINCE)
        services.add_household(
            world.places[FLAT],
            [(person, Position.HEAD), (world.people["son"], Position.CHILD)],
            SINCE,
        )
        services.grant_acting_for(
            world.actor("seller"), person, world.people["son"], [Act.REPORT], date(2027, 1, 1)
        )
    return person


def test_an_owner_sells_in_the_middle_of_a_day(world: World, seller: Person) -> None:
    buyer = world.person("buyer")
    with clock.frozen(NOON):
        before = world.actor("seller")
        assert before.has_role(Role.OWNERS_COMMITTEE, place_path="e1")
        assert before.is_resident
        services.record_sale(world.actor("chair"), world.places[FLAT], [(buyer, (1, 1))], DAY)
        after = world.actor("seller")
        assert not after.has_role(Role.OWNERS_COMMITTEE)
        assert not after.has_role(Role.BUILDING_LEADER)
        assert not after.is_resident
        assert world.actor("buyer").is_resident
        assert owners() == {buyer.pk: Fraction(1)}
        assert world.actor("son").is_resident, "family stays until it moves"
        assert not selectors.may_act_for(world.people["son"].pk, seller.pk, Act.REPORT)
    with clock.frozen(EVENING):
        assert owners() == {buyer.pk: Fraction(1)}
        assert not world.actor("seller").has_role(Role.OWNERS_COMMITTEE)
    with clock.frozen(MIDNIGHT - timedelta(minutes=1)):
        assert owners() == {seller.pk: None}, "yesterday is as it was"
    assert AuditEntry.objects.filter(action="sale_recorded").count() == 1
    assert AuditEntry.objects.filter(action="mandate_ended").count() == 2
    head = HouseholdMember.objects.get(person=seller)
    assert head.ends_on == DAY
    assert Household.objects.get().ends_on is None


def test_who_sells_the_flat_but_has_another_keeps_the_seat(world: World, seller: Person) -> None:
    services.add_residence(seller, world.places["e1/b1/d102"], OWNER, SINCE)
    with clock.frozen(NOON):
        services.record_sale(
            world.linli, world.places[FLAT], [(world.person("buyer"), (1, 1))], DAY
        )
        assert world.actor("seller").has_role(Role.OWNERS_COMMITTEE, place_path="e1")
    seat = Mandate.objects.get(role=Role.OWNERS_COMMITTEE)
    assert seat.rests_on is not None
    assert seat.rests_on.place.path == "e1/b1/d102"


def test_one_of_two_owners_sells_her_share(world: World) -> None:
    ann = world.person("ann", FLAT, (1, 3))
    bob = world.person("bob", FLAT, (2, 3))
    cid, dan = world.person("cid"), world.person("dan")
    with clock.frozen(NOON):
        buyers = [(cid, (1, 6)), (dan, (1, 6))]
        services.record_sale(world.linli, world.places[FLAT], buyers, DAY, sellers=[ann])
        assert owners() == {bob.pk: Fraction(2, 3), cid.pk: Fraction(1, 6), dan.pk: Fraction(1, 6)}


@pytest.mark.parametrize("shares", [[(1, 2)], [(1, 1), (1, 6)], [(2, 3), (1, 3), (1, 100)], []])
def test_what_is_bought_must_be_what_is_sold(world: World, shares: list[tuple[int, int]]) -> None:
    world.person("ann", FLAT, (1, 1))
    buyers = [(world.person(f"b{n}"), share) for n, share in enumerate(shares)]
    with clock.frozen(NOON):
        before = owners()
        with pytest.raises(services.RegistryError):
            services.record_sale(world.linli, world.places[FLAT], buyers, DAY)
        assert owners() == before


def test_a_sale_is_the_desks_to_record(world: World, seller: Person) -> None:
    buyer = world.person("buyer")
    for who in ("manager", "seller"):
        with pytest.raises(NotAllowed):
            services.record_sale(world.actor(who), world.places[FLAT], [(buyer, (1, 1))], DAY)


def test_a_sale_that_fails_changes_nothing(
    world: World, seller: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli.engines.registry.services import life

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(life, "_tell", fail)
    buyer = world.person("buyer")
    with clock.frozen(NOON):
        with pytest.raises(RuntimeError):
            services.record_sale(world.linli, world.places[FLAT], [(buyer, (1, 1))], DAY)
        assert owners() == {seller.pk: None}
        assert world.actor("seller").has_role(Role.OWNERS_COMMITTEE, place_path="e1")
        assert selectors.may_act_for(world.people["son"].pk, seller.pk, Act.REPORT)


def test_an_owner_who_moves_out_still_owns(world: World, seller: Person) -> None:
    with clock.frozen(NOON):
        services.record_move(
            world.linli,
            seller,
            DAY,
            from_place=world.places[FLAT],
            to_place=world.places["e2/b1/d101"],
            relation=Residence.Relation.TENANT,
        )
        actor = world.actor("seller")
        assert actor.has_role(Role.OWNERS_COMMITTEE, place_path="e1"), "rests on owning"
        assert not actor.has_role(Role.BUILDING_LEADER), "rests on living there"
        assert seller.pk in owners()
        home = selectors.home_of(seller.pk)
        assert home is not None
        assert home.path == "e2/b1/d101"
        with pytest.raises(services.RegistryError):
            services.record_move(world.linli, seller, DAY, from_place=world.places["e2/b1/d102"])


def test_death_ends_everything_the_same_day(world: World, seller: Person) -> None:
    from linli.engines.registry.types import BindingLevel

    with clock.frozen(NOON):
        services.bind_person(world.linli, seller, BindingLevel.PHONE_SEEN)
        user = seller.user
        assert services.record_death(world.linli, seller, DAY) == 2
        gone = selectors.resolve_actor(world.community, user)
        assert gone.person_id is None
        assert not gone.roles
        assert owners() == {}
        assert selectors.binding_level(seller.pk) == ""
        assert not ActingFor.objects.filter(revoked_at__isnull=True).exists()
        assert not Mandate.objects.filter(selectors.in_force(), person=seller).exists()
        assert not HouseholdMember.objects.filter(person=seller, ends_on__isnull=True).exists()


def test_shares_are_whole_numbers_that_never_pass_one(world: World) -> None:
    world.person("ann", FLAT, (1, 3))
    world.person("bob", FLAT, (1, 3))
    place, cid = world.places[FLAT], world.person("cid")
    for share in ((1, 2), (0, 1), (2, 1), (-1, 3), (1, 0)):
        with pytest.raises(services.RegistryError):
            services.add_residence(cid, place, OWNER, SINCE, share=share)
    with pytest.raises(services.RegistryError):
        services.add_residence(cid, place, Residence.Relation.TENANT, SINCE, share=(1, 3))
    services.add_residence(cid, place, OWNER, SINCE, share=(1, 3))
    assert sum_shares(selectors.list_owners(place)) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Residence.objects.filter(person=cid).update(share_numerator=4)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30))
def test_thirds_and_sevenths_add_up_without_loss(parts: list[int]) -> None:
    whole = sum(parts)
    rows = [Residence(share_numerator=part, share_denominator=whole) for part in parts]
    assert sum_shares(rows) == 1
