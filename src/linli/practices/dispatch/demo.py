"""Matters of the last days in the demo, told through the real services with their own times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from linli.engines.casework import services
from linli.engines.casework.models import Assignment, Case
from linli.engines.casework.types import CaseState
from linli.engines.registry.models import Community, Place
from linli.engines.registry.types import ResolvedActor
from linli.kernel import clock, leases, outbox
from linli.kernel.actors import Purpose


@dataclass(frozen=True, slots=True)
class Tale:
    """One matter: who said what, how many minutes ago, and how far it came."""

    by: str
    text: str
    minutes_ago: int
    place: str = ""
    #: what it is, for the dispatcher who decides when the machine did not dare to
    kind: str = ""
    #: steps done by (person, deed, minutes after the report)
    steps: tuple[tuple[str, str, int], ...] = ()


DAY = 24 * 60

TALES: tuple[Tale, ...] = (
    Tale(
        "grandmother",
        "我家水压太小了，热水器老是打不着火",
        6 * DAY + 200,
        "hemu1/b7/u2/d301",
        "water.low_pressure",
        (
            ("worker", "accept", 12),
            ("worker", "arrive", 50),
            ("worker", "finish", 95),
            ("water", "accept", 20),
            ("water", "finish", 300),
            ("grandmother", "confirm", 420),
        ),
    ),
    Tale(
        "leader",
        "7号楼2单元楼道里的灯不亮，晚上上下楼看不见",
        4 * DAY + 90,
        "hemu1/b7/u2",
        "lighting.corridor_lamp",
        (("worker", "accept", 8), ("worker", "finish", 130), ("leader", "confirm", 200)),
    ),
    Tale("tenant", "明珠苑7号楼门口路灯坏了好几天", 3 * DAY + 45, "mingzhu/b7"),
    Tale("volunteer", "滨河雅园2号楼下水道堵了，污水往外冒", 2 * DAY + 300, "binhe/b2"),
    Tale(
        "grandmother",
        "中心花园路灯不亮，晚上黑漆漆的",
        DAY + 180,
        "central-garden",
        "lighting.street_lamp",
        (("worker", "accept", 15),),
    ),
    Tale("owner", "明珠苑3号楼电梯有异响，一上一下咣当响", DAY + 60, "mingzhu/b3"),
    Tale(
        "grandmother",
        "一村7号楼1楼楼道里堆了好多旧家具和纸箱，走路都绊脚",
        9 * 60,
        "hemu1/b7/u2",
        "corridor.clutter",
        (("worker", "accept", 20), ("worker", "finish", 200)),
    ),
    Tale("leader", "旧车棚旁边有人乱扔大件垃圾，沙发都堆成山了", 180, "old-bike-shed"),
    Tale("tenant", "楼下狗一直叫，晚上睡不着", 75),
    Tale("volunteer", "河边步道的栏杆松了，小孩子容易掉下去", 40, "riverside-walk"),
    Tale("owner", "那边路上的树枝断了挡着人走", 25),
)


def load(community: Community, actors: dict[str, ResolvedActor]) -> None:
    """Play all tales, oldest first; messages are delivered as they would have been."""
    start = clock.now()
    places = dict(Place.objects.exclude(path="").values_list("path", "pk"))
    relay = leases.Holder()
    for number, tale in enumerate(TALES):
        said = start - timedelta(minutes=tale.minutes_ago)
        with clock.frozen(said):
            taken = services.submit_report(
                actors[tale.by],
                text=tale.text,
                idempotency_key=f"demo-{number}",
                picked_place_id=places.get(tale.place),
            )
            outbox.run_once(relay)
        if tale.steps:
            with clock.frozen(said + timedelta(minutes=4)):
                _send_from_desk(actors["dispatcher"], tale, taken.case_id)
                outbox.run_once(relay)
        for who, deed, after in sorted(tale.steps, key=lambda step: step[2]):
            with clock.frozen(said + timedelta(minutes=after)):
                _do(actors[who], deed, taken.case_id)
                outbox.run_once(relay)
    relay.let_go()


def _send_from_desk(dispatcher: ResolvedActor, tale: Tale, case_id: UUID) -> None:
    """What the machine left at the desk, the dispatcher sends on."""
    if Case.objects.get(pk=case_id).state == CaseState.AT_DESK:
        services.correct_case(dispatcher, case_id, service_code=tale.kind)
        services.dispatch_case(dispatcher, case_id)


def _do(actor: ResolvedActor, deed: str, case_id: UUID) -> None:
    if deed == "confirm":
        services.confirm_case(actor, case_id)
        return
    jobs = Assignment.objects.visible_to(actor, Purpose.HANDLE).filter(case_id=case_id)
    job = jobs.order_by("-round").first()
    if job is None:
        return  # the matter waits at the desk: nobody has it yet
    acts = {
        "accept": services.accept_assignment,
        "arrive": services.arrive_assignment,
        "finish": services.finish_assignment,
    }
    acts[deed](actor, job.pk)
