"""Loads the demo: the neighbourhood, its organisations, its people, then each practice's part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec

from linli.engines.registry import selectors, services
from linli.engines.registry.models import Community, Organisation, Person, Place, Residence
from linli.engines.registry.types import ResolvedActor, Role
from linli.kernel import clock
from linli.kernel.practice import practice_slugs
from linli.kernel.scope import in_community
from linli.site.demo import fittings, households, neighbourhood
from linli.site.demo.cast import CAST, CREWS, Part

NAME = "和睦里社区"
SLUG = "hemuli"
JURISDICTION = "310000"

#: body, name, phone, area
ORGANISATIONS: tuple[tuple[str, str, str, str], ...] = (
    ("residents_committee", "和睦里社区居委会", "6555 0110", ""),
    ("street_office", "临河街道办事处", "6555 0100", ""),
    ("property", "和睦物业", "6555 0121", "hemu1"),
    ("property", "和睦物业（二村）", "6555 0122", "hemu2"),
    ("property", "明珠物业", "6555 0123", "mingzhu"),
    ("property", "滨河物业", "6555 0124", "binhe"),
    ("property", "和睦物业（公共区域）", "6555 0121", ""),
    ("owners_committee", "明珠苑业主委员会", "6555 0131", "mingzhu"),
    ("water_company", "城东供水所", "6555 0141", ""),
    ("power_company", "临河供电站", "6555 0142", ""),
    ("gas_company", "城东燃气服务站", "6555 0143", ""),
    ("heat_company", "城东供热站", "6555 0144", ""),
    ("lift_maintenance", "安行电梯维保", "6555 0145", ""),
    ("telecom_company", "临河通信网点", "6555 0146", ""),
    ("sanitation_company", "临河环卫所", "6555 0151", ""),
    ("greenery_company", "青禾绿化养护", "6555 0152", ""),
    ("city_management", "临河城管中队", "6555 0161", ""),
    ("police", "临河派出所", "6555 0162", ""),
    ("traffic_police", "临河交警中队", "6555 0163", ""),
    ("fire_brigade", "临河消防救援站", "6555 0164", ""),
    ("health_centre", "临河社区卫生服务中心", "6555 0171", ""),
    ("grid_worker", "和睦里第一网格", "6555 0112", ""),
    ("mediation_committee", "和睦里人民调解委员会", "6555 0113", ""),
    ("social_work_station", "和睦里社工站", "6555 0114", ""),
)
SHIFT_WEEKS = 60


def load(say: Callable[[str], None]) -> Community:
    """Make the demo community; ``say`` is told what is being done.

    The caller has checked that the database is a demo's and holds no community yet.
    """
    say("community")
    community = services.create_community(
        name=NAME, slug=SLUG, jurisdiction=JURISDICTION, language="zh-hans", duty_phone="6555 0110"
    )
    with in_community(community.pk):
        say("places")
        places = neighbourhood.draw(community)
        say("organisations")
        organisations = [
            services.add_organisation(body=b, name=n, phone=p, place_path=a)
            for b, n, p, a in ORGANISATIONS
        ]
        say("persons")
        people = {
            part.slug: _cast(part, n, places, organisations) for n, part in enumerate(CAST, 1)
        }
        _crews(organisations)
        say("households")
        households.move_in(places, organisations)
        say("fittings")
        fittings.install(community, places, organisations)
        actors = {slug: _actor(community, person) for slug, person in people.items()}
        for slug in practice_slugs():
            if find_spec(f"linli.practices.{slug}.demo"):
                say(slug)
                import_module(f"linli.practices.{slug}.demo").load(community, actors)
    return community


def _actor(community: Community, person: Person) -> ResolvedActor:
    return selectors.resolve_actor(community, person.user)


def _since() -> date:
    return clock.now().date() - timedelta(days=900)


def _find(organisations: list[Organisation], body: str, area: str) -> Organisation:
    return next(
        o for o in organisations if o.body == body and (not area or o.place_path in (area, ""))
    )


def _cast(
    part: Part, number: int, places: dict[str, Place], organisations: list[Organisation]
) -> Person:
    person = services.add_person(
        name=part.name, phone=f"+86199000000{number:02d}", with_user=True, demo_slug=part.slug
    )
    if part.home:
        relation = Residence.Relation(part.relation)
        services.add_residence(person, places[part.home], relation, _since())
    if part.role is not None:
        organisation = _find(organisations, part.body, part.area) if part.body else None
        area = part.area if part.role in (Role.BUILDING_LEADER, Role.OWNERS_COMMITTEE) else ""
        services.grant_mandate(
            person,
            part.role,
            organisation=organisation,
            place_path=area,
            public_name=part.public_name,
            starts_on=_since(),
        )
        if part.role == Role.CREW and organisation is not None:
            _roster(organisation, person)
    return person


def _crews(organisations: list[Organisation]) -> None:
    for number, (body, area, public_name, name) in enumerate(CREWS, 60):
        person = services.add_person(name=name, phone=f"+86199000000{number:02d}")
        organisation = _find(organisations, body, area)
        services.grant_mandate(
            person,
            Role.CREW,
            organisation=organisation,
            public_name=public_name,
            starts_on=_since(),
        )
        _roster(organisation, person)


def _roster(organisation: Organisation, person: Person) -> None:
    """On duty week after week, from a fortnight ago, so that a demo is never without hands."""
    start = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=14)
    for week in range(SHIFT_WEEKS):
        begins = start + timedelta(weeks=week)
        services.add_shift(organisation, person, begins, begins + timedelta(weeks=1), "")
