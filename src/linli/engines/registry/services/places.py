"""Writes of communities and places."""

from __future__ import annotations

import re
from typing import Any

from django.utils.text import slugify

from linli.engines.registry.models import Community, Place, PlaceKind
from linli.engines.registry.services.common import RegistryError
from linli.kernel import clock, live

_PATH_PART = re.compile(r"[a-z0-9-]{1,40}")


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
