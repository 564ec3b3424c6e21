"""Writes of communities, places and organisations."""

from __future__ import annotations

import re
from typing import Any

from django.utils.text import slugify

from linli.engines.registry.models import Community, Organisation, Place, PlaceKind
from linli.kernel import clock, live

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
    full_name = more.pop("full_name", None) or _joined(parent.full_name if parent else "", name)
    place = Place(kind=kind, name=name, parent=parent, path=path, full_name=full_name, **more)
    if parent is not None:
        place.community_id = parent.community_id
    return place


def _joined(above: str, name: str) -> str:
    """The name with what lies around it: 和睦一村7号, but Oak Estate Building 7."""
    is_spaced = above[-1:].isascii() and name[:1].isascii()
    return f"{above} {name}" if above and is_spaced else f"{above}{name}"


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


def add_organisation(
    *, body: str, name: str, phone: str = "", place_path: str = ""
) -> Organisation:
    """Add a body that serves ``place_path`` (the whole community when empty)."""
    return Organisation.objects.create(body=body, name=name, phone=phone, place_path=place_path)
