"""What stands in the demo's neighbourhood: facilities with their dates, grids, estate states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from linli.engines.registry import services
from linli.engines.registry.models import (
    Community,
    EstateState,
    Facility,
    GridKind,
    Organisation,
    Place,
    PlaceKind,
)
from linli.kernel import clock
from linli.kernel.actors import SystemActor
from linli.site.demo.neighbourhood import ESTATES, Estate

State = EstateState.State
Kind = Facility.Kind
#: estate -> what holds there: the four states of ground.md 6
STATES: dict[str, tuple[tuple[State, str], ...]] = {
    "hemu1": ((State.PUBLIC_HOUSING, "直管公房"), (State.NO_FUND, ""), (State.NONE, "")),
    "hemu2": ((State.MANAGEMENT_COMMITTEE, "街道组建物业管理委员会"),),
    "mingzhu": ((State.COMMITTEE_IN_OFFICE, "业主委员会备案"),),
    "binhe": ((State.TERM_LAPSED, "业主委员会任期届满，尚未换届"),),
}
#: key, name, kind, micro grids by estate
GRIDS = (
    ("grid1", "和睦里第一网格", GridKind.GENERAL, ("hemu1", "hemu2")),
    ("grid2", "和睦里第二网格", GridKind.GENERAL, ("mingzhu", "binhe")),
    ("grid-shops", "和睦路商铺专属网格", GridKind.SPECIAL, ("hemu-road",)),
    ("grid-police", "和睦里警务网格", GridKind.POLICE, ("hemu1", "hemu2", "mingzhu", "binhe")),
    ("grid-fire", "和睦里消防网格", GridKind.FIRE, ("hemu1", "hemu2", "mingzhu", "binhe")),
)
HYDRANTS, BINS = 3, 4
AEDS = ("service-centre", "mingzhu", "binhe")


def install(
    community: Community, places: dict[str, Place], organisations: list[Organisation]
) -> None:
    """Store facilities, grids and estate states; ``places`` grows by them."""
    keepers = {o.body: o for o in organisations}
    today = clock.now().date()
    rows = [*_lamps(places, today), *_aeds(places, today)]
    for estate in ESTATES:
        rows += _of_estate(estate, places, today)
    services.add_places([row.place for row in rows if row.place.path not in places])
    for row in rows:
        places[row.place.path] = row.place
        if row.kind == Kind.LIFT:
            row.keeper = keepers.get("lift_maintenance")
    services.add_facilities(rows)
    _grids(community, places)
    _states(community, places, today)


def _facility(
    kind: Kind, parent: Place, key: str, name: str, code: str, today: date, period_days: int
) -> Facility:
    """One facility; its dates are spread over its period, so that something is always due."""
    place = services.make_place(key=key, kind=PlaceKind.FACILITY, name=name, parent=parent)
    return Facility(
        place=place,
        kind=kind,
        code=code,
        next_inspection_on=today + timedelta(days=sum(code.encode()) * 7 % period_days - 5),
    )


def _lamps(places: dict[str, Place], today: date) -> Iterator[Facility]:
    for place in places.values():
        if place.kind == PlaceKind.FACILITY and place.path.startswith("central-garden/lamp"):
            yield Facility(place=place, kind=Kind.LAMP, code=f"LD-{int(place.number):04d}")


def _aeds(places: dict[str, Place], today: date) -> Iterator[Facility]:
    for number, path in enumerate(AEDS, 1):
        code = f"AED-{number:04d}"
        row = _facility(Kind.AED, places[path], "aed", "自动体外除颤器", code, today, 90)
        row.valid_until = today + timedelta(days=40 + 300 * (number - 1))
        yield row


def _of_estate(estate: Estate, places: dict[str, Place], today: date) -> Iterator[Facility]:
    root, letters = places[estate.key], estate.letters
    for n in range(1, HYDRANTS + 1):
        code = f"XHS-{letters}-{n:02d}"
        yield _facility(Kind.HYDRANT, root, f"hydrant{n}", f"消火栓{n:02d}", code, today, 180)
    for n in range(1, BINS + 1):
        code = f"LJ-{letters}-{n:02d}"
        yield _facility(Kind.BIN, root, f"bin{n}", f"投放点{n:02d}", code, today, 30)
    for n in range(1, (len(estate.corners) if estate.has_lifts else 0) + 1):
        for unit in range(1, estate.units + 1):
            label = f"{n:02d}{unit:02d}"
            parent = places[f"{estate.key}/b{n}/u{unit}"]
            code = f"DT-{letters}-{label}"
            row = _facility(Kind.LIFT, parent, "lift", f"电梯{label}", code, today, 365)
            row.certificate_number = f"梯演示{letters}{label}"
            row.valid_until = row.next_inspection_on
            yield row


def _grids(community: Community, places: dict[str, Place]) -> None:
    for key, name, kind, covered in GRIDS:
        grid = services.add_place(key=key, kind=PlaceKind.GRID, name=name, grid_kind=kind)
        services.cover_with_grid(grid, [places[path] for path in covered])
        for estate in covered if kind == GridKind.GENERAL else ():
            micro = services.add_place(
                key=f"micro-{estate}",
                kind=PlaceKind.GRID,
                name=f"{places[estate].name}微网格",
                grid_kind=GridKind.MICRO,
                parent=grid,
            )
            services.cover_with_grid(micro, [places[estate]])


def _states(community: Community, places: dict[str, Place], today: date) -> None:
    linli = SystemActor(community.pk)
    for path, states in STATES.items():
        for state, source in states:
            since = today - timedelta(days=120 if state == State.TERM_LAPSED else 700)
            services.set_estate_state(linli, places[path], state, since, source=source)
