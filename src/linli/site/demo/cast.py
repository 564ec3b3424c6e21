"""The persons of the demo: who a visitor can be. All of them are made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.engines.registry.types import Role


@dataclass(frozen=True, slots=True)
class Part:
    """One person of the demo. ``home`` is a place path; ``body`` the organisation acted for."""

    slug: str
    name: str
    title: Any
    about: Any
    icon: str
    role: Role | None = None
    home: str = ""
    relation: str = ""
    body: str = ""
    area: str = ""
    public_name: str = ""
    is_elder: bool = False


CAST: tuple[Part, ...] = (
    Part(
        "grandmother",
        "张桂芳",
        _("Grandmother Zhang"),
        _("Lives in Hemu First Village, large text"),
        "heart",
        home="hemu1/b7/u2/d301",
        relation="tenant",
        is_elder=True,
    ),
    Part(
        "tenant",
        "陈晓宇",
        _("Young tenant"),
        _("Rents in Mingzhu Court"),
        "user",
        home="mingzhu/b7/u2/d1504",
        relation="tenant",
    ),
    Part(
        "owner",
        "刘志强",
        _("Owner"),
        _("Owns a flat in Mingzhu Court"),
        "home",
        home="mingzhu/b3/u1/d802",
        relation="owner",
    ),
    Part(
        "leader",
        "周玉兰",
        _("Building leader"),
        _("Looks after building 7 of Hemu First Village"),
        "flag",
        Role.BUILDING_LEADER,
        "hemu1/b7/u1/d402",
        "tenant",
        area="hemu1/b7",
        public_name="周组长",
    ),
    Part(
        "volunteer",
        "孙立新",
        _("Volunteer"),
        _("Gives hours, lives in Riverside Garden"),
        "handshake",
        Role.VOLUNTEER,
        "binhe/b2/u1/d602",
        "owner",
    ),
    Part(
        "grid-worker",
        "吴海燕",
        _("Grid worker"),
        _("Walks the grid, first to know"),
        "map-pin",
        Role.GRID_WORKER,
        body="grid_worker",
        public_name="小吴",
    ),
    Part(
        "worker",
        "王建国",
        _("Duty plumber"),
        _("Property company's repair crew, on duty"),
        "tools",
        Role.CREW,
        body="property",
        area="hemu1",
        public_name="王师傅",
    ),
    Part(
        "dispatcher",
        "林静",
        _("Dispatcher"),
        _("The committee's desk: what machines leave open"),
        "send",
        Role.DISPATCHER,
        body="residents_committee",
        public_name="小林",
    ),
    Part(
        "property",
        "赵永明",
        _("Property manager"),
        _("Hemu Property: all jobs of the company"),
        "building",
        Role.MANAGER,
        body="property",
        area="hemu1",
        public_name="赵经理",
    ),
    Part(
        "water",
        "李国栋",
        _("Water company crew"),
        _("East City waterworks, on duty"),
        "droplet",
        Role.CREW,
        body="water_company",
        public_name="李工",
    ),
    Part(
        "owner-committee",
        "何敏",
        _("Owners' committee"),
        _("Chairs the committee of Mingzhu Court"),
        "vote",
        Role.OWNERS_COMMITTEE,
        "mingzhu/b1/u1/d1201",
        "owner",
        "owners_committee",
        "mingzhu",
        "何主任",
    ),
    Part(
        "mediator",
        "郑伯年",
        _("Mediator"),
        _("Retired judge, mediates disputes"),
        "scale",
        Role.MEDIATOR,
        "binhe/b1/u2/d302",
        "owner",
        "mediation_committee",
        public_name="老郑",
    ),
    Part(
        "chair",
        "沈慧",
        _("Secretary and chair"),
        _("Leads the community, sees sealed matters"),
        "building-community",
        Role.CHAIR,
        body="residents_committee",
        public_name="沈书记",
    ),
    Part(
        "officer",
        "马俊",
        _("Street officer"),
        _("Supervises for the sub-district office"),
        "eye",
        Role.STREET_OFFICER,
        body="street_office",
        public_name="马科长",
    ),
    Part(
        "wall",
        "大屏",
        _("The wall"),
        _("The screen in the community hall"),
        "cctv",
        Role.WALL,
        body="residents_committee",
    ),
)

#: further hands, so that every organisation has somebody who gets its messages
CREWS: tuple[tuple[str, str, str, str], ...] = (
    ("power_company", "", "何师傅", "何伟"),
    ("gas_company", "", "罗师傅", "罗勇"),
    ("lift_maintenance", "", "谢师傅", "谢峰"),
    ("sanitation_company", "", "田师傅", "田秀英"),
    ("property", "mingzhu", "曹师傅", "曹斌"),
    ("property", "binhe", "袁师傅", "袁涛"),
    ("property", "hemu2", "石师傅", "石磊"),
    # "*": the organisation that serves the whole community
    ("property", "*", "丁师傅", "丁国庆"),
    ("greenery_company", "", "花师傅", "花志明"),
    ("city_management", "", "城管小范", "范军"),
    ("police", "", "片警小方", "方正"),
    ("telecom_company", "", "通信小季", "季明"),
    ("heat_company", "", "供热老冯", "冯大海"),
    ("social_work_station", "", "社工小叶", "叶青"),
    ("health_centre", "", "社区医生小汤", "汤宁"),
)
