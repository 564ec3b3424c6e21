"""Reads of facilities, grids, estate states, households, and bodies known across communities."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q

from linli.engines.registry.models import (
    ActingFor,
    EstateState,
    Facility,
    GridArea,
    Household,
    LegalBody,
    Organisation,
    Place,
    PlaceKind,
    Residence,
)
from linli.engines.registry.selectors.base import in_force
from linli.engines.registry.types import Act
from linli.kernel.scope import across_communities, within_place


def estate_states(place_path: str, on: date) -> frozenset[str]:
    """What holds on a day of the estate in which ``place_path`` lies: see ``EstateState``.

    Empty when nothing was recorded: whoever decides by it must then ask, not guess.
    """
    parts = place_path.split("/")
    paths = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    rows = EstateState.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on), place__path__in=paths, starts_on__lte=on
    )
    return frozenset(rows.values_list("state", flat=True))


def list_facilities_due(until: date) -> list[Facility]:
    """Facilities whose inspection or paper falls due up to and including ``until``."""
    due = Q(next_inspection_on__lte=until) | Q(valid_until__lte=until)
    rows = Facility.objects.filter(due, place__ends_on__isnull=True).select_related("place")
    return list(rows.order_by("next_inspection_on", "code"))


def find_facility(code: str) -> Facility | None:
    """The facility with this label."""
    return Facility.objects.filter(code=code).select_related("place").first()


def grids_of(place_path: str) -> list[Place]:
    """The grids that cover a place, by path (a place lies in one of each kind, or in none)."""
    parts = place_path.split("/")
    paths = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    areas = GridArea.objects.filter(covered__path__in=paths).values("grid_id")
    return list(Place.objects.filter(pk__in=areas, ends_on__isnull=True).order_by("path"))


def list_estate_parts(estate_code: str) -> list[tuple[UUID, UUID, str]]:
    """(community, place, path) of the parts of an estate that lies across communities.

    Ids and paths only: what lies behind them is read in its own community, by who may.
    """
    if not estate_code:
        return []
    with across_communities("an estate may lie across two communities; only ids are read"):
        rows = Place.objects.filter(estate_code=estate_code, kind=PlaceKind.ESTATE)
        return list(rows.values_list("community_id", "id", "path").order_by("community_id"))


def list_presences(body: LegalBody) -> list[tuple[UUID, UUID]]:
    """(community, organisation) of a legal person everywhere on this installation."""
    with across_communities("one company may serve several communities; only ids are read"):
        rows = Organisation.objects.filter(legal_body=body)
        return list(rows.values_list("community_id", "id").order_by("community_id", "id"))


def list_owners(place: Place) -> list[Residence]:
    """Who owns a dwelling now, with shares, the longest-standing first."""
    rows = Residence.objects.filter(
        in_force(), place=place, relation=Residence.Relation.OWNER
    ).select_related("person")
    return list(rows.order_by("starts_on", "pk"))


def count_households(place_path: str = "") -> int:
    """Households that exist now in a place and below it (empty: in the whole community)."""
    rows = Household.objects.filter(within_place(place_path, "place__path"))
    return rows.filter(in_force()).count()


def may_act_for(agent_id: UUID | None, principal_id: UUID, act: Act) -> bool:
    """Whether a mandate in force lets ``agent`` do this act for ``principal`` today."""
    if agent_id is None:
        return False
    rows = ActingFor.objects.filter(
        in_force(), agent_id=agent_id, principal_id=principal_id, revoked_at__isnull=True
    )
    return any(act in row.acts for row in rows)
