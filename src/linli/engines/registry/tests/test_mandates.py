"""Who acts where, in what role, from which day to which: resolved anew for every request."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import Error, transaction

from linli.engines.registry import selectors, services
from linli.engines.registry.models import Community, Person, Place, Residence
from linli.engines.registry.tests.conftest import EARLY
from linli.engines.registry.types import Grant, ResolvedActor, Role
from linli.kernel import clock
from linli.kernel.models import User
from linli.kernel.scope import in_community

TODAY = date(2026, 3, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def wang(home: Community) -> Person:
    return services.add_person(name="王建国", with_user=True)


def roles(community: Community, person: Person) -> frozenset[str]:
    return selectors.resolve_actor(community, person.user).roles


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (YESTERDAY, None, True),
        (TODAY, None, True),
        (TOMORROW, None, False),
        (YESTERDAY, TOMORROW, True),
        (YESTERDAY, TODAY, False),
        (TODAY, TODAY, False),
    ],
)
def test_a_mandate_holds_between_its_days(
    home: Community, wang: Person, starts: date, ends: date | None, holds: bool
) -> None:
    """Days are the community's: in Shanghai it is already the tenth."""
    body = services.add_organisation(body="property", name="和睦物业")
    services.grant_mandate(wang, Role.CREW, starts_on=starts, ends_on=ends, organisation=body)
    assert (Role.CREW in roles(home, wang)) is holds
    assert (wang.pk in selectors.list_members(body.pk)) is holds
    assert (wang.pk in selectors.list_role_holders(Role.CREW)) is holds


@pytest.mark.parametrize(("ends", "lives"), [(None, True), (TOMORROW, True), (TODAY, False)])
def test_a_resident_is_one_until_the_day_of_moving(
    home: Community, wang: Person, places: dict[str, Place], ends: date | None, lives: bool
) -> None:
    row = services.add_residence(wang, places["e1/b7/d301"], Residence.Relation.TENANT, YESTERDAY)
    row.ends_on = ends
    row.save()
    assert selectors.resolve_actor(home, wang.user).is_resident is lives
    assert (selectors.home_of(wang.pk) == places["e1/b7/d301"]) is lives


def test_a_mandate_ended_today_gives_nothing_any_more(home: Community, wang: Person) -> None:
    mandate = services.grant_mandate(wang, Role.CHAIR, starts_on=YESTERDAY)
    assert roles(home, wang) == {Role.CHAIR}
    services.end_mandate(mandate.pk, TODAY)
    assert roles(home, wang) == frozenset()


def test_a_mandate_cannot_end_before_it_begins(home: Community, wang: Person) -> None:
    with pytest.raises(Error), transaction.atomic():
        services.grant_mandate(wang, Role.CREW, starts_on=TODAY, ends_on=YESTERDAY)


@pytest.mark.parametrize(
    ("mandate", "place", "covered"),
    [
        ("", "e1/b7", True),
        ("e1", "e1", True),
        ("e1", "e1/b7/d301", True),
        ("e1/b7", "e1", False),
        ("e1", "e10", False),
        ("e1", "e10/b1", False),
        ("e1", "", True),
    ],
)
def test_a_mandate_works_in_its_subtree(mandate: str, place: str, covered: bool) -> None:
    actor = ResolvedActor(User().pk, grants=(Grant(Role.DISPATCHER, mandate, None),))
    assert actor.has_role(Role.DISPATCHER, place_path=place) is covered
    assert list(actor.subtrees(Role.DISPATCHER)) == [mandate]
    assert not actor.has_role(Role.CHAIR, place_path=place)


def test_nobody_in_particular_is_nobody(home: Community, wang: Person) -> None:
    services.grant_mandate(wang, Role.CHAIR, starts_on=TODAY)
    stranger = User.objects.create_user(created_at=clock.now())
    assert selectors.resolve_actor(home, None).person_id is None
    assert selectors.resolve_actor(home, stranger).person_id is None
    User.objects.filter(pk=wang.user.pk).update(is_active=False)
    gone = User.objects.get(pk=wang.user.pk)
    assert selectors.resolve_actor(home, gone) == ResolvedActor(home.pk)


def test_a_mandate_here_is_none_next_door(home: Community, wang: Person) -> None:
    services.grant_mandate(wang, Role.CHAIR, starts_on=TODAY)
    there = services.create_community(name="桂花", jurisdiction="310000", language="zh-hans")
    with in_community(there.pk):
        actor = selectors.resolve_actor(there, wang.user)
        assert actor.person_id is None
        assert actor.roles == frozenset()
        assert selectors.list_role_holders(Role.CHAIR) == []


def test_the_organisations_acted_for(home: Community, wang: Person) -> None:
    bodies = [services.add_organisation(body="property", name=n) for n in ("甲", "乙", "丙")]
    for body, ends, name in zip(bodies, (None, TODAY, None), ("王师傅", "x", ""), strict=True):
        services.grant_mandate(
            wang, Role.CREW, starts_on=YESTERDAY, ends_on=ends, organisation=body, public_name=name
        )
    actor = selectors.resolve_actor(home, wang.user)
    assert actor.organisation_ids == {bodies[0].pk, bodies[2].pk}
    assert actor.public_name_in(bodies[0].pk) == "王师傅"
    assert actor.public_name_in(bodies[2].pk) == ""


SHIFT = datetime(2026, 3, 10, tzinfo=UTC)


def test_who_is_on_duty(home: Community) -> None:
    body = services.add_organisation(body="property", name="和睦物业")
    people = {}
    for name, family, begin in (("all", "", 0), ("water", "water", 0), ("night", "", 8)):
        people[name] = services.add_person(name=name)
        services.grant_mandate(people[name], Role.CREW, starts_on=YESTERDAY, organisation=body)
        start = SHIFT + timedelta(hours=begin)
        services.add_shift(body, people[name], start, start + timedelta(hours=8), family)

    def on_duty(family: str, hours: float) -> str:
        found = selectors.find_on_duty(body.pk, family, SHIFT + timedelta(hours=hours))
        return next((name for name, p in people.items() if p.pk == found), "")

    assert on_duty("water", 1) == "water"
    assert on_duty("power", 1) == "all"
    assert on_duty("water", 8) == "night"  # a shift ends when the next begins
    assert on_duty("water", 16) == ""
    assert on_duty("water", -1) == ""


def test_a_shift_of_somebody_who_left_counts_for_nothing(home: Community, wang: Person) -> None:
    body = services.add_organisation(body="property", name="和睦物业")
    other = services.add_organisation(body="property", name="别家物业")
    services.add_shift(body, wang, EARLY, EARLY + timedelta(hours=8), "")
    assert selectors.find_on_duty(body.pk, "water", EARLY) is None
    services.grant_mandate(wang, Role.CREW, starts_on=TODAY, organisation=other)
    assert selectors.find_on_duty(body.pk, "water", EARLY) is None
    services.grant_mandate(wang, Role.CREW, starts_on=TODAY, organisation=body)
    assert selectors.find_on_duty(body.pk, "water", EARLY) == wang.pk


def test_a_shift_cannot_end_before_it_begins(home: Community, wang: Person) -> None:
    body = services.add_organisation(body="property", name="和睦物业")
    with pytest.raises(Error), transaction.atomic():
        services.add_shift(body, wang, EARLY, EARLY, "")
