"""Many residents at once: a batch costs a handful of statements, whatever its length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby, islice

from django.db import transaction

from linli.engines.registry.models import (
    Household,
    HouseholdMember,
    Organisation,
    Person,
    PersonRecord,
    Place,
    RecordKind,
    Residence,
)
from linli.engines.registry.services.records import new_record, normalise
from linli.engines.registry.types import Provenance, Resident

ROWS_A_BATCH = 1000
Position = HouseholdMember.Position


def add_residents(
    residents: Iterable[Resident],
    places: Mapping[str, Place],
    starts_on: date,
    owner: Organisation | None,
    provenance: Provenance,
) -> int:
    """Add new persons with their homes; neighbours in the list who live in one dwelling make
    one household, the first its head.

    Nobody is looked for: it is for founding a community (the demo, a first roll). A list that
    comes later goes row by row through ``attach_person``. Batches of 1,000 commit one by one
    unless the caller holds a transaction, so memory stays flat.

    Returns:
        How many persons were added.

    Raises:
        KeyError: a place path that is not in ``places``.
    """
    count = 0
    rest = iter(residents)
    while batch := list(islice(rest, ROWS_A_BATCH)):
        with transaction.atomic():
            count += _add(batch, places, starts_on, owner, provenance)
    return count


def _add(
    rows: list[Resident],
    places: Mapping[str, Place],
    starts_on: date,
    owner: Organisation | None,
    provenance: Provenance,
) -> int:
    persons = Person.objects.bulk_create(Person() for _ in rows)
    records: list[PersonRecord] = []
    homes: list[Residence] = []
    for person, row in zip(persons, rows, strict=True):
        for kind, value in ((RecordKind.NAME, row.name), (RecordKind.PHONE, row.phone)):
            if value:
                records.append(new_record(person, owner, kind, normalise(kind, value), provenance))
        homes.append(
            Residence(
                person=person,
                place=places[row.place_path],
                relation=Residence.Relation(row.relation),
                share_numerator=row.share[0] if row.share else None,
                share_denominator=row.share[1] if row.share else None,
                lives_here=row.lives_here,
                starts_on=starts_on,
            )
        )
    PersonRecord.objects.bulk_create(records)
    Residence.objects.bulk_create(homes)
    _add_households(homes, starts_on)
    return len(persons)


def _add_households(homes: list[Residence], starts_on: date) -> None:
    households: list[Household] = []
    members: list[HouseholdMember] = []
    living = (home for home in homes if home.lives_here)
    for _, together in groupby(living, key=lambda home: home.place_id):
        group = list(together)
        household = Household(place=group[0].place, starts_on=starts_on)
        household.check_scope()
        households.append(household)
        for number, home in enumerate(group):
            position = Position.OTHER if number else Position.HEAD
            members.append(
                HouseholdMember(
                    household=household, person=home.person, position=position, starts_on=starts_on
                )
            )
    Household.objects.bulk_create(households)
    HouseholdMember.objects.bulk_create(members)
