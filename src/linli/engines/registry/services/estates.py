"""Facilities, grids, areas, positions, and the state of estates."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from linli.engines.registry.models import (
    AreaSource,
    CoordinateSystem,
    EstateState,
    Facility,
    GridArea,
    Organisation,
    Place,
    PlaceKind,
)
from linli.engines.registry.services.common import RegistryError, require_registrar
from linli.kernel import audit
from linli.kernel.actors import Actor

_STRENGTH = {AreaSource.REGISTER: 3, AreaSource.SURVEY: 2, AreaSource.CONTRACT: 1}
#: exactly one of these holds of an estate: who speaks for its owners
_WHO_SPEAKS = (
    EstateState.State.COMMITTEE_IN_OFFICE,
    EstateState.State.MANAGEMENT_COMMITTEE,
    EstateState.State.NONE,
    EstateState.State.TERM_LAPSED,
)


def add_facility(
    place: Place,
    kind: Facility.Kind,
    code: str,
    *,
    certificate_number: str = "",
    valid_until: date | None = None,
    next_inspection_on: date | None = None,
    keeper: Organisation | None = None,
) -> Facility:
    """Say what a place of kind ``facility`` is, and which papers and dates it has.

    Raises:
        RegistryError: the place is no facility, or the code is empty or taken.
    """
    if place.kind != PlaceKind.FACILITY:
        raise RegistryError("only a facility has a code and papers")
    if not code or Facility.objects.filter(code=code).exists():
        raise RegistryError(f"the code {code!r} is empty or taken")
    return Facility.objects.create(
        place=place,
        kind=kind,
        code=code,
        certificate_number=certificate_number,
        valid_until=valid_until,
        next_inspection_on=next_inspection_on,
        keeper=keeper,
    )


def add_facilities(rows: list[Facility]) -> None:
    """Store many facilities at once, for loaders; the database refuses a code given twice."""
    Facility.objects.bulk_create(rows, batch_size=500)


def cover_with_grid(grid: Place, covered: list[Place]) -> None:
    """Let a grid cover places with all below them; what it covers already stays.

    Raises:
        RegistryError: ``grid`` is not a grid.
    """
    if grid.kind != PlaceKind.GRID:
        raise RegistryError("only a grid covers places")
    have = set(GridArea.objects.filter(grid=grid).values_list("covered_id", flat=True))
    GridArea.objects.bulk_create(
        GridArea(grid=grid, covered=place) for place in covered if place.pk not in have
    )


def set_position(
    place: Place,
    lon_e7: int,
    lat_e7: int,
    *,
    crs: CoordinateSystem = CoordinateSystem.WGS84,
    source_lon: str = "",
    source_lat: str = "",
) -> None:
    """Keep where a place is: WGS-84 in 1e-7 degree, and what the source said, as it said it.

    The caller has converted (``core`` does it); the source's own text stays beside the result.

    Raises:
        RegistryError: not on this earth.
    """
    if abs(lon_e7) > 1_800_000_000 or abs(lat_e7) > 900_000_000:
        raise RegistryError("a position is -180 to 180 degrees east and -90 to 90 north")
    place.lon_e7, place.lat_e7, place.crs = lon_e7, lat_e7, crs
    place.source_lon, place.source_lat = source_lon, source_lat
    place.save(update_fields=["lon_e7", "lat_e7", "crs", "source_lon", "source_lat"])


def set_area(
    actor: Actor, place: Place, area_centi_m2: int, source: AreaSource, registration_code: str = ""
) -> bool:
    """Record a dwelling's area (0.01 m²); a weaker source never replaces a stronger one
    (法释〔2020〕17号 art. 8: register before survey before contract).

    Returns:
        Whether the area was taken.

    Raises:
        RegistryError: not a dwelling, or no positive area.
    """
    require_registrar(actor, place.path)
    if place.kind != PlaceKind.DWELLING or area_centi_m2 <= 0:
        raise RegistryError("a positive area belongs to a dwelling")
    with transaction.atomic():
        row = Place.objects.select_for_update().get(pk=place.pk)
        if row.area_source and _STRENGTH[AreaSource(row.area_source)] > _STRENGTH[source]:
            return False
        row.area_centi_m2, row.area_source = area_centi_m2, source
        row.registration_code = registration_code or row.registration_code
        row.save(update_fields=["area_centi_m2", "area_source", "registration_code"])
        audit.record(actor, "area_set", row, detail={"area_centi_m2": area_centi_m2, "by": source})
    return True


@transaction.atomic
def set_estate_state(
    actor: Actor,
    estate: Place,
    state: EstateState.State,
    starts_on: date,
    *,
    organisation: Organisation | None = None,
    source: str = "",
) -> EstateState:
    """Record that ``state`` holds of an estate from a day on.

    Who speaks for the owners (committee, management committee, none, lapsed) is one at a time:
    a new one ends the former that day. The others stand beside it until ended.

    Raises:
        RegistryError: not an estate, or the day lies before the state that it would end.
    """
    require_registrar(actor, estate.path)
    if estate.kind != PlaceKind.ESTATE:
        raise RegistryError("only an estate has an estate state")
    rivals = _WHO_SPEAKS if state in _WHO_SPEAKS else (state,)
    open_rows = EstateState.objects.select_for_update().filter(
        place=estate, state__in=rivals, ends_on__isnull=True
    )
    for row in open_rows:
        if starts_on < row.starts_on:
            raise RegistryError("a state cannot begin before the one that it ends")
        row.ends_on = starts_on
        row.save(update_fields=["ends_on"])
    new = EstateState.objects.create(
        place=estate, state=state, starts_on=starts_on, organisation=organisation, source=source
    )
    audit.record(actor, "estate_state_set", estate, detail={"state": state})
    return new


@transaction.atomic
def end_estate_state(actor: Actor, estate: Place, state: EstateState.State, ends_on: date) -> bool:
    """End a state of an estate; ``ends_on`` is the first day on which it no longer holds."""
    require_registrar(actor, estate.path)
    rows = EstateState.objects.filter(Q(ends_on__isnull=True), place=estate, state=state)
    ended = rows.filter(starts_on__lte=ends_on).update(ends_on=ends_on)
    if ended:
        audit.record(actor, "estate_state_ended", estate, detail={"state": state})
    return bool(ended)
