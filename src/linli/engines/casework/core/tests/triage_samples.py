"""A small gazetteer and small service types for the triage tests: made up, no pack needed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from linli.engines.casework.core.triage.gazetteer import PlaceIndex
from linli.engines.casework.core.triage.types import PlaceEntry, TriageInput
from linli.engines.rulebook.types import Authority, Duty, DutyRole, Privacy, ServiceType

DATA = Path(__file__).parent / "data"
AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
_SPACE = UUID("6f1d2a54-6f0e-4a52-8d3c-2f8f8d9f3a10")


def place_id(path: str) -> UUID:
    return uuid5(_SPACE, path)


def entry(path: str, kind: str, number: str | None = None, *names: str) -> PlaceEntry:
    return PlaceEntry(place_id(path), path, kind, number, names)


def make_entries() -> list[PlaceEntry]:
    """Four estates: 明珠苑 (all dwellings), 和睦新村 (buildings 1-12, units, no dwellings),
    东昌路88弄 (6 buildings, rooms without units), 水岸花园 (lettered buildings, nothing finer).
    """
    found = [entry("hemuli", "community", None, "和睦里社区")]
    found.append(entry("hemuli/e1", "estate", None, "明珠苑", "明珠苑小区"))
    for b in range(1, 9):
        building = f"hemuli/e1/b{b}"
        found.append(entry(building, "building", str(b)))
        for u in (1, 2):
            found.append(entry(f"{building}/u{u}", "unit", str(u)))
            for floor in (*range(1, 7), 15):
                for door in ("01", "02", "04"):
                    path = f"{building}/u{u}/d{floor}{door}"
                    found.append(entry(path, "dwelling", f"{floor}{door}"))
    found.append(entry("hemuli/e1/shed", "facility", None, "旧车棚", "老车棚"))
    found.append(entry("hemuli/e1/shed3", "facility", None, "3号楼车棚"))
    found.append(entry("hemuli/e1/b7/u2/lift", "facility", None, "2单元电梯"))
    found.append(entry("hemuli/e1/garden", "public_space", None, "中心花园"))
    found.append(entry("hemuli/e2", "estate", None, "和睦新村"))
    for b in range(1, 13):
        found.append(entry(f"hemuli/e2/b{b}", "building", f"{b}号楼"))
        found.extend(entry(f"hemuli/e2/b{b}/u{u}", "unit", str(u)) for u in (1, 2, 3))
    found.append(entry("hemuli/e2/shed", "facility", None, "车棚"))
    found.append(entry("hemuli/e2/garden", "public_space", None, "中心花园"))
    found.append(entry("hemuli/e2/corner", "public_space", None, "线下议事角", "议事角"))
    found.append(entry("hemuli/e3", "estate", None, "东昌路88弄", "昌盛里"))
    for b in range(1, 7):
        found.append(entry(f"hemuli/e3/b{b}", "building", str(b)))
        found.extend(
            entry(f"hemuli/e3/b{b}/d{r}", "dwelling", r) for r in ("101", "102", "301", "302")
        )
    found.append(entry("hemuli/e4", "estate", None, "水岸花园"))
    found.extend(entry(f"hemuli/e4/b{c}", "building", c.upper(), f"{c.upper()}座") for c in "ab")
    found.append(entry("hemuli/e4/pool", "facility", None, "景观喷泉池"))
    return found


INDEX = PlaceIndex.build(make_entries())


def _duties(lead: str, *support: str) -> tuple[Duty, ...]:
    return (
        *(Duty(body, DutyRole.SUPPORT, Authority.REQUEST) for body in support),
        Duty(lead, DutyRole.LEAD, Authority.ORDER),
    )


def service(
    code: str,
    name: str,
    keywords: str,
    seeds: str,
    *,
    priority: str = "P3",
    privacy: Privacy = Privacy.OPEN,
    danger: str = "",
) -> ServiceType:
    return ServiceType(
        code=code,
        family=code.split(".")[0],
        name={"zh-hans": name, "en": code},
        privacy=privacy,
        priority=priority,
        duties=_duties("property", "residents_committee"),
        keywords=tuple(keywords.split()),
        danger_words=tuple(danger.split()),
        seeds=tuple(seeds.split("|")),
        emergency=("fire",) if priority == "P0" else (),
    )


SERVICES = (
    service(
        "water.burst_pipe",
        "水管爆裂",
        "水管爆裂 水管爆了 爆管 喷水 burst",
        "楼道水管爆了水到处都是|地下水管爆裂喷得老高|总管崩了快来关阀门|水管裂开往外喷水",
        priority="P1",
    ),
    service(
        "water.ceiling_leak",
        "楼上漏水",
        "楼上漏水 天花板漏水 渗水 漏水 leak",
        "楼上漏水滴到我家|卫生间天花板一直渗水|楼上防水坏了我家墙都霉了|客厅吊顶滴水",
        priority="P2",
    ),
    service(
        "lighting.street_lamp",
        "路灯不亮",
        "路灯 路灯不亮 灯不亮",
        "路灯坏了晚上看不见|小区主路的灯不亮|门口路灯闪|花园里的灯都黑着",
    ),
    service(
        "sanitation.overflow_bin",
        "垃圾桶满溢",
        "垃圾桶满 垃圾满溢 垃圾桶 垃圾没收",
        "垃圾桶满了没人收|垃圾都溢出来了|垃圾房三天没清|桶边堆满垃圾袋",
    ),
    service(
        "lift.trapped",
        "电梯困人",
        "电梯困人 困在电梯 电梯",
        "电梯困人了快来|我被困在电梯里|电梯停了里面有人|电梯门打不开人出不来",
        priority="P0",
    ),
    service(
        "noise.night",
        "夜间噪声",
        "噪声 噪音 太吵 半夜吵",
        "楼上半夜太吵|隔壁晚上唱歌吵得睡不着|夜里拖椅子的噪声|凌晨还在打麻将很吵",
        danger="砸门 刀",
    ),
    service(
        "security.domestic_violence",
        "家庭暴力",
        "家庭暴力 家暴 打老婆 打孩子",
        "隔壁在打老婆|楼上男的家暴|邻居女的被丈夫打得哭喊|又听到打孩子",
        priority="P0",
        privacy=Privacy.SEALED,
    ),
    service(
        "property_service.home_repair",
        "入户维修",
        "上门维修 修水龙头 报修",
        "家里水龙头坏了要修|厨房灯要师傅上门换|报修马桶|门锁坏了请师傅上门",
        privacy=Privacy.PRIVATE,
    ),
)


def report(text: str, **more: object) -> TriageInput:
    values = {"place_id": None, "at": AT, "channel": "phone"} | more
    return TriageInput(text=text, **values)  # type: ignore[arg-type]


def read_rows(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]
