"""Writes of persons, residences, mandates and shifts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from linli.engines.registry.models import (
    DutyShift,
    Mandate,
    Organisation,
    Person,
    Place,
    Residence,
)
from linli.engines.registry.types import Role
from linli.kernel import clock
from linli.kernel.crypto import blind_index
from linli.kernel.models import User


@transaction.atomic
def add_person(
    *, name: str, phone: str = "", with_user: bool = False, language: str = "", demo_slug: str = ""
) -> Person:
    """Add a person; name and phone are sealed in the row. ``phone`` is E.164 or empty."""
    user = User.objects.create_user(created_at=clock.now()) if with_user else None
    person = Person(name=name, phone=phone, language=language, user=user, demo_slug=demo_slug)
    person.check_scope()
    if phone:
        person.phone_index = blind_index(phone, "registry.person.phone", person.community_id)
    person.save(force_insert=True)
    return person


def add_residence(
    person: Person, place: Place, relation: Residence.Relation, starts_on: date
) -> Residence:
    """Record that a person lives in or owns a dwelling from ``starts_on``."""
    return Residence.objects.create(
        person=person, place=place, relation=relation, starts_on=starts_on
    )


def grant_mandate(
    person: Person,
    role: Role,
    *,
    starts_on: date,
    organisation: Organisation | None = None,
    place_path: str = "",
    public_name: str = "",
    ends_on: date | None = None,
) -> Mandate:
    """Let a person act in ``role`` within ``place_path`` until ``ends_on`` (exclusive)."""
    return Mandate.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        place_path=place_path,
        public_name=public_name,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def end_mandate(mandate_id: UUID, ends_on: date) -> None:
    """End a mandate; from that day on it gives nothing."""
    Mandate.objects.filter(pk=mandate_id).update(ends_on=ends_on)


def add_shift(
    organisation: Organisation, person: Person, starts_at: datetime, ends_at: datetime, family: str
) -> DutyShift:
    """Put a person on duty."""
    return DutyShift.objects.create(
        organisation=organisation,
        person=person,
        family=family,
        starts_at=starts_at,
        ends_at=ends_at,
    )
