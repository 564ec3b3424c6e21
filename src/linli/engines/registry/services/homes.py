"""Writes of residences, households and ties between persons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from django.db import transaction
from django.db.models import Q

from linli.engines.registry.models import (
    Household,
    HouseholdMember,
    Person,
    Place,
    Residence,
    Tie,
)
from linli.engines.registry.services.common import RegistryError

Share = tuple[int, int]


@transaction.atomic
def add_residence(
    person: Person,
    place: Place,
    relation: Residence.Relation,
    starts_on: date,
    *,
    share: Share | None = None,
    lives_here: bool = True,
) -> Residence:
    """Record that a person lives in or owns a dwelling from ``starts_on``.

    Args:
        share: an owner's part as (numerator, denominator), whole numbers.

    Raises:
        RegistryError: a share of somebody who is no owner, a malformed one, or owners who would
            together have more than the whole.
    """
    if share is not None:
        _check_share(place, relation, share, starts_on)
    return Residence.objects.create(
        person=person,
        place=place,
        relation=relation,
        starts_on=starts_on,
        share_numerator=share[0] if share else None,
        share_denominator=share[1] if share else None,
        lives_here=lives_here,
    )


def _check_share(place: Place, relation: str, share: Share, on: date) -> None:
    if relation != Residence.Relation.OWNER or not 0 < share[0] <= share[1]:
        raise RegistryError("a share is an owner's part of a whole: above nothing, at most one")
    # The lock makes two co-owners who are entered at once count each other.
    Place.objects.select_for_update().get(pk=place.pk)
    rows = Residence.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on),
        place=place,
        relation=Residence.Relation.OWNER,
        share_numerator__isnull=False,
    )
    if sum_shares(rows) + Fraction(*share) > 1:
        raise RegistryError("the owners of a dwelling cannot have more than the whole")


def sum_shares(rows: Iterable[Residence]) -> Fraction:
    """The shares of these rows together; rows without one count nothing."""
    return sum(
        (Fraction(r.share_numerator, r.share_denominator or 1) for r in rows if r.share_numerator),
        Fraction(0),
    )


@transaction.atomic
def add_household(
    place: Place, members: Iterable[tuple[Person, HouseholdMember.Position]], starts_on: date
) -> Household:
    """Record that these persons keep house together in a dwelling from a day on.

    Raises:
        RegistryError: nobody, or not exactly one head.
    """
    rows = list(members)
    heads = [p for p, position in rows if position == HouseholdMember.Position.HEAD]
    if len(heads) != 1:
        raise RegistryError("a household has exactly one head")
    household = Household.objects.create(place=place, starts_on=starts_on)
    HouseholdMember.objects.bulk_create(
        HouseholdMember(household=household, person=p, position=position, starts_on=starts_on)
        for p, position in rows
    )
    return household


def add_tie(
    person: Person, other: Person, kind: Tie.Kind, starts_on: date, source: str = ""
) -> Tie:
    """Record that ``other`` is kin, guardian or carer of ``person`` from a day on."""
    if person.pk == other.pk:
        raise RegistryError("a tie is between two persons")
    return Tie.objects.create(
        person=person, other=other, kind=kind, source=source, starts_on=starts_on
    )


def end_tie(tie: Tie, ends_on: date) -> None:
    """End a tie; ``ends_on`` is the first day on which it no longer holds."""
    Tie.objects.filter(pk=tie.pk).update(ends_on=max(ends_on, tie.starts_on))


@transaction.atomic
def leave_households(person: Person, ends_on: date, place: Place | None = None) -> int:
    """End a person's memberships (in one dwelling, if named); empty households end as well."""
    rows = HouseholdMember.objects.filter(person=person, ends_on__isnull=True)
    if place is not None:
        rows = rows.filter(household__place=place)
    left = list(rows.values_list("household_id", flat=True))
    count = rows.update(ends_on=ends_on)
    lived_in = HouseholdMember.objects.filter(household_id__in=left, ends_on__isnull=True)
    Household.objects.filter(pk__in=left).exclude(pk__in=lived_in.values("household_id")).update(
        ends_on=ends_on
    )
    return count
