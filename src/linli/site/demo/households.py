"""The other residents of the demo, made up by a small generator that is the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from linli.engines.registry import services
from linli.engines.registry.models import LegalBasis, Organisation, Place, Residence
from linli.engines.registry.types import Provenance, Resident
from linli.kernel import clock
from linli.site.demo.cast import CAST

SEED = 1983
#: of a hundred flats so many are lived in; of those so many let; so many with a second person
LIVED_IN, LET, TWO = 95, 18, 42
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余"
GIVEN = (
    *("秀英", "桂兰", "玉珍", "建华", "志明", "国强", "丽娟", "雪梅", "春燕", "海波", "文杰"),
    *("晓东", "思源", "雨桐", "子涵", "浩然", "佳怡", "梓轩", "淑芬", "凤英", "金凤", "永福"),
    *("德顺", "阿宝", "长根", "美华", "慧敏", "红霞", "立军", "卫东", "新民", "小龙", "静怡"),
)
ROLL = Provenance("demo roll", LegalBasis.STATUTORY_DUTY, "resident_roll")


def move_in(places: dict[str, Place], organisations: list[Organisation]) -> int:
    """Let made-up people live in the flats; returns how many persons. The roll is the residents'
    committee's own: no other organisation sees it unless a sharing opens it."""
    committee = next(o for o in organisations if o.body == "residents_committee")
    since = clock.now().date() - timedelta(days=800)
    return services.add_residents(_residents(places), places, since, committee, ROLL)


def _residents(places: dict[str, Place]) -> Iterator[Resident]:
    random = Random(SEED)  # noqa: S311 - a demo must be the same every time
    taken = {part.home for part in CAST if part.home}
    number = 0
    for path, place in places.items():
        if place.kind != "dwelling" or path in taken or random.randrange(100) >= LIVED_IN:
            continue
        # Public housing is rented from whoever holds its title.
        let = path.startswith("hemu1/") or random.randrange(100) < LET
        relation = Residence.Relation.TENANT if let else Residence.Relation.OWNER
        two = random.randrange(100) < TWO
        for member in range(1 + two):
            number += 1
            name = random.choice(SURNAMES) + random.choice(GIVEN)
            share = None if let else (1, 2) if two else (1, 1)
            phone = f"+861990{number:07d}" if member == 0 else ""
            yield Resident(name, path, relation, phone, share)
