"""和睦里社区, a made-up neighbourhood drawn by hand: four estates of different ages.

Coordinates are decimetres on the community's own plan, x to the east, y to the south.
"""

from __future__ import annotations

from dataclasses import dataclass

from linli.engines.registry import services as registry
from linli.engines.registry.models import AreaSource, Community, Place, PlaceKind
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.types import Pack

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Estate:
    """One estate: where its buildings stand and how they are made."""

    key: str
    name: str
    aliases: tuple[str, ...]
    built_year: int
    #: upper left corners of the buildings, numbered from 1
    corners: tuple[Point, ...]
    size: Point
    units: int
    floors: int
    flats_a_floor: int
    #: area of the flats on one floor in 0.01 m², from the first to the last
    areas_centi_m2: tuple[int, ...]
    #: letters on the labels of its facilities
    letters: str
    has_lifts: bool = False


def _grid(left: int, top: int, step: Point, columns: int, count: int) -> tuple[Point, ...]:
    return tuple(
        (left + step[0] * (i % columns), top + step[1] * (i // columns)) for i in range(count)
    )


ESTATES = (
    Estate(
        "hemu1",
        "和睦一村",
        ("一村", "和睦路88弄", "和睦新村一村"),
        1983,
        _grid(120, 1700, (470, 520), 4, 8),
        (390, 95),
        5,
        6,
        3,
        (3872, 4215, 3872),
        "HM1",
    ),
    Estate(
        "hemu2",
        "和睦二村",
        ("二村", "和睦路66弄", "和睦新村二村"),
        1996,
        _grid(120, 240, (470, 420), 4, 8),
        (390, 95),
        6,
        6,
        3,
        (5231, 4687, 5231),
        "HM2",
    ),
    Estate(
        "mingzhu",
        "明珠苑",
        ("明珠苑小区", "明珠街9号"),
        2008,
        _grid(2260, 200, (470, 430), 4, 7),
        (190, 190),
        2,
        18,
        6,
        (8954, 8954, 7612, 7612, 10480, 10480),
        "MZ",
        has_lifts=True,
    ),
    Estate(
        "binhe",
        "滨河雅园",
        ("滨河", "雅园", "滨河雅园小区"),
        2019,
        _grid(2700, 1700, (500, 440), 3, 5),
        (400, 120),
        4,
        11,
        4,
        (11830, 9645, 9645, 11830),
        "BH",
        has_lifts=True,
    ),
)


def _box(x: int, y: int, w: int, h: int) -> list[list[int]]:
    return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]


#: key, name, aliases, drawing, outline
SPACES: tuple[tuple[str, str, tuple[str, ...], str, list[list[int]]], ...] = (
    ("hemu-road", "和睦路", (), "road", _box(0, 1440, 4200, 90)),
    ("mingzhu-street", "明珠街", (), "road", _box(2060, 0, 90, 2760)),
    ("riverside-walk", "滨河步道", ("河边", "河滨绿道"), "green", _box(0, 2680, 4200, 110)),
    ("river", "和睦河", ("河里",), "water", _box(0, 2790, 4200, 150)),
    ("central-garden", "中心花园", ("中心绿地", "小花园"), "green", _box(520, 1880, 900, 220)),
    ("north-garden", "北花园", ("二村绿地",), "green", _box(520, 420, 900, 160)),
    ("pearl-lawn", "明珠草坪", ("明珠苑草坪",), "green", _box(2500, 440, 1200, 130)),
    ("old-bike-shed", "旧车棚", ("车棚", "自行车棚"), "shed", _box(1560, 1930, 260, 110)),
    (
        "service-centre",
        "社区服务中心",
        ("服务中心", "居委会", "党群服务中心"),
        "building",
        _box(2230, 1600, 330, 150),
    ),
    (
        "waste-station",
        "垃圾分类驳运站",
        ("垃圾站", "垃圾房", "驳运站"),
        "shed",
        _box(1640, 1200, 230, 110),
    ),
    ("playground", "儿童乐园", ("滑梯", "游乐场"), "green", _box(2280, 2150, 330, 260)),
)
LAMPS = 12


def draw(community: Community) -> dict[str, Place]:
    """Store the whole neighbourhood; returns its places by path."""
    pack = rulebook.get_pack(community.jurisdiction)
    language = community.language
    places: list[Place] = []
    for estate in ESTATES:
        places += _estate(estate, pack, language)
    places += _spaces()
    for place in places:
        place.community_id = community.pk
    registry.add_places(places)
    return {place.path: place for place in places}


def _label(pack: Pack, kind: str, number: object, language: str) -> str:
    return pack.place_labels[kind][language].format(number)


def _estate(estate: Estate, pack: Pack, language: str) -> list[Place]:
    root = registry.make_place(
        key=estate.key,
        kind=PlaceKind.ESTATE,
        name=estate.name,
        aliases=list(estate.aliases),
        built_year=estate.built_year,
    )
    places = [root]
    for number, (x, y) in enumerate(estate.corners, 1):
        building = registry.make_place(
            key=f"b{number}",
            kind=PlaceKind.BUILDING,
            name=_label(pack, "building", number, language),
            number=str(number),
            parent=root,
            outline=_box(x, y, *estate.size),
            drawing="building",
            floors=estate.floors,
            built_year=estate.built_year,
        )
        places.append(building)
        for unit in range(1, estate.units + 1):
            places += _unit(estate, building, unit, pack, language)
    return places


def _unit(estate: Estate, building: Place, unit: int, pack: Pack, language: str) -> list[Place]:
    root = registry.make_place(
        key=f"u{unit}",
        kind=PlaceKind.UNIT,
        name=_label(pack, "unit", unit, language),
        number=str(unit),
        parent=building,
    )
    places = [root]
    for floor in range(1, estate.floors + 1):
        for flat in range(1, estate.flats_a_floor + 1):
            number = f"{floor}{flat:02d}"
            places.append(
                registry.make_place(
                    key=f"d{number}",
                    kind=PlaceKind.DWELLING,
                    name=_label(pack, "dwelling", number, language),
                    number=number,
                    parent=root,
                    area_centi_m2=estate.areas_centi_m2[flat - 1],
                    area_source=AreaSource.REGISTER,
                )
            )
    return places


def _spaces() -> list[Place]:
    places = [
        registry.make_place(
            key=key,
            kind=PlaceKind.PUBLIC_SPACE,
            name=name,
            aliases=list(aliases),
            outline=outline,
            drawing=drawing,
        )
        for key, name, aliases, drawing, outline in SPACES
    ]
    garden = next(p for p in places if p.path == "central-garden")
    for number in range(1, LAMPS + 1):
        places.append(
            registry.make_place(
                key=f"lamp{number:02d}",
                kind=PlaceKind.FACILITY,
                name=f"路灯{number:02d}",
                number=str(number),
                parent=garden,
                aliases=[f"{number}号路灯"],
            )
        )
    return places
