"""Writes of the registry. Only these write its tables."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from linli.engines.registry.models import (
    Community,
    DutyShift,
    Mandate,
    Organisation,
    Person,
    Place,
    PlaceKind,
    Residence,
)
from linli.engines.registry.types import Role
from linli.kernel import clock, live
from linli.kernel.crypto import blind_index
from linli.kernel.models import User

_PATH_PART = re.compile(r"[a-z0-9-]{1,40}")


class RegistryError(ValueError):
    """What was asked cannot be written; the text says why."""


def create_community(
    *, name: str, jurisdiction: str, language: str, slug: str = "", duty_phone: str = ""
) -> Community:
    """Found a community. The jurisdiction's rule pack must exist; the caller checks it."""
    base = slug or slugify(name) or "community"
    taken = set(Community.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return Community.objects.create(
        name=name,
        jurisdiction=jurisdiction,
        language=language,
        slug=slug,
        duty_phone=duty_phone,
        created_at=clock.now(),
    )


def make_place(
    *, key: str, kind: PlaceKind, name: str, parent: Place | None = None, **more: Any
) -> Place:
    """Build a place, not yet stored, below ``parent``; its path is the parent's plus ``key``.

    Raises:
        RegistryError: ``key`` is not made of small letters, digits and hyphens.
    """
    if not _PATH_PART.fullmatch(key):
        raise RegistryError(f"a place's key is small letters, digits and hyphens, not {key!r}")
    path = f"{parent.path}/{key}" if parent else key
    full_name = more.pop("full_name", None) or f"{parent.full_name if parent else ''}{name}"
    place = Place(kind=kind, name=name, parent=parent, path=path, full_name=full_name, **more)
    if parent is not None:
        place.community_id = parent.community_id
    return place


def add_place(**fields: Any) -> Place:
    """Store one place, see :func:`make_place`."""
    place = make_place(**fields)
    place.save(force_insert=True)
    live.bump([live.topic("places", place.community_id)])
    return place


def add_places(places: list[Place]) -> None:
    """Store many places at once, parents before children."""
    Place.objects.bulk_create(places, batch_size=1000)
    live.bump({live.topic("places", place.community_id) for place in places})


def add_organisation(*, body: str, name: str, phone: str = "", place_path: str = "") -> Organisation:
    """Add a body that serves ``place_path`` (the whole community when empty)."""
    return Organisation.objects.create(body=body, name=name, phone=phone, place_path=place_path)


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
