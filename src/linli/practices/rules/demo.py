"""Rules that the demo's neighbours made, told through the real services with their own days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Community
from linli.engines.registry.types import ResolvedActor
from linli.engines.rulebook import services
from linli.engines.rulebook.selectors import documents
from linli.engines.rulebook.types import ClauseText, DocumentKind
from linli.kernel import clock
from linli.practices.rules import demo_texts as texts

VOTES = (
    "全体业主 {heads} 人，专有部分面积 {area} 平方米；参与表决 {came} 人、{came_area} 平方米；"
    "同意 {yes} 人、{yes_area} 平方米。结果已当日在各出入口公告。"
)
MEETING = "应到居民代表 61 人，实到 54 人；同意 51 人，弃权 3 人。结果已公布。"
HOUSEHOLDS = "本楼 36 户，33 户在公约上签字，3 户长期无人居住、已留信告知。"
GATES = "东、西两个出入口公告栏，各楼栋大堂"


@dataclass(frozen=True, slots=True)
class Tale:
    """A document: who writes it, and how many days ago each step was."""

    by: str
    kind: DocumentKind
    place: str
    title: str
    clauses: tuple[ClauseText, ...]
    posted: tuple[int, int] | None = None
    where: str = GATES
    adopted: int | None = None
    body: str = ""
    decision: str = ""
    votes: str = ""
    filed: tuple[int, str] | None = None
    in_force: int | None = None


def _votes(heads: int, area: int, came: int, came_area: int, yes: int, yes_area: int) -> str:
    return VOTES.format(
        heads=heads, area=area, came=came, came_area=came_area, yes=yes, yes_area=yes_area
    )


TALES: tuple[Tale, ...] = (
    Tale(
        by="owner-committee",
        kind=DocumentKind.ASSEMBLY_RULES,
        place="mingzhu",
        title="明珠苑业主大会议事规则",
        clauses=texts.ASSEMBLY_RULES,
        posted=(420, 400),
        adopted=380,
        body="明珠苑业主大会",
        decision="明业决〔一〕1号",
        votes=_votes(924, 98_310, 706, 74_905, 601, 63_240),
        filed=(362, "备〔一〕017"),
        in_force=370,
    ),
    Tale(
        by="owner-committee",
        kind=DocumentKind.MANAGEMENT_COVENANT,
        place="mingzhu",
        title="明珠苑管理规约",
        clauses=texts.COVENANT,
        posted=(420, 400),
        adopted=380,
        body="明珠苑业主大会",
        decision="明业决〔一〕2号",
        votes=_votes(924, 98_310, 706, 74_905, 622, 65_870),
        filed=(362, "备〔一〕018"),
        in_force=370,
    ),
    Tale(
        by="chair",
        kind=DocumentKind.RESIDENTS_PACT,
        place="",
        title="和睦里社区居民公约",
        clauses=texts.RESIDENTS_PACT,
        posted=(150, 135),
        where="社区服务中心公告栏，四个小区的出入口",
        adopted=128,
        body="居民代表会议（经居民会议授权）",
        decision="和居代决〔三〕2号",
        votes=MEETING,
        filed=(116, "街备〔三〕009"),
        in_force=120,
    ),
    Tale(
        by="chair",
        kind=DocumentKind.BUILDING_PACT,
        place="hemu1/b7",
        title="和睦一村7号楼组公约",
        clauses=texts.BUILDING_PACT,
        posted=(90, 83),
        where="7号楼各单元门口",
        adopted=82,
        body="7号楼住户",
        votes=HOUSEHOLDS,
        in_force=80,
    ),
    Tale(
        by="chair",
        kind=DocumentKind.OTHER,
        place="hemu2",
        title="和睦二村停车约定",
        clauses=texts.PARKING,
        posted=(5, -10),
        where="二村南门、北门公告栏",
    ),
    Tale(
        by="chair",
        kind=DocumentKind.ASSEMBLY_RULES,
        place="binhe",
        title="滨河雅园业主大会议事规则（草案）",
        clauses=texts.BINHE_DRAFT,
    ),
)


def load(community: Community, actors: dict[str, ResolvedActor]) -> None:
    """Write the documents, oldest first; then the covenant's second version."""
    today = registry.local_day(community)
    for number, tale in enumerate(TALES):
        _tell(community, actors[tale.by], tale, number, today)
    _revise_covenant(actors["owner-committee"], today)


def _tell(community: Community, actor: ResolvedActor, tale: Tale, number: int, today: date) -> None:
    with clock.frozen(_at(tale.posted[0] + 10 if tale.posted else 3)):
        document_id = services.draft_document(
            actor,
            jurisdiction=community.jurisdiction,
            kind=tale.kind,
            place_path=tale.place,
            title=tale.title,
            clauses=tale.clauses,
            idempotency_key=f"demo-rules-{number}",
        )
    version = documents.get_document(actor, document_id, day=today).version.id
    if tale.posted is not None:
        first, last = (_ago(today, days) for days in tale.posted)
        with clock.frozen(_at(tale.posted[0])):
            services.post_version(actor, version, from_day=first, to_day=last, where=tale.where)
    if tale.adopted is not None:
        with clock.frozen(_at(tale.adopted)):
            services.adopt_version(
                actor,
                version,
                on_day=_ago(today, tale.adopted),
                body=tale.body,
                decision=tale.decision,
                votes=tale.votes,
            )
    if tale.in_force is not None:
        with clock.frozen(_at(tale.in_force)):
            services.enforce_version(actor, version, from_day=_ago(today, tale.in_force))
    if tale.filed is not None:
        days, reference = tale.filed
        with clock.frozen(_at(days)):
            services.file_version(
                actor,
                version,
                on_day=_ago(today, days),
                filed_with="临河街道办事处",
                number=reference,
            )


def _revise_covenant(actor: ResolvedActor, today: date) -> None:
    """The covenant of Mingzhu Court is changed: quiet hours and the lottery of spaces are new."""
    row = next(
        row
        for row in documents.list_documents(actor, day=today, place_path="mingzhu")
        if row.kind is DocumentKind.MANAGEMENT_COVENANT
    )
    with clock.frozen(_at(70)):
        version = services.revise_document(actor, row.id)
        services.save_draft(
            actor,
            version.pk,
            clauses=texts.COVENANT_2,
            seen_revision=version.revision,
            reason="午间和夜间安静时段写进规约；共有车位由先到先停改为每年公开摇号。",
        )
        services.post_version(
            actor, version.pk, from_day=_ago(today, 70), to_day=_ago(today, 52), where=GATES
        )
    with clock.frozen(_at(30)):
        services.adopt_version(
            actor,
            version.pk,
            on_day=_ago(today, 30),
            body="明珠苑业主大会",
            decision="明业决〔二〕3号",
            votes=_votes(924, 98_310, 688, 72_460, 540, 57_120),
        )
        services.enforce_version(actor, version.pk, from_day=_ago(today, 20))


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _at(days: int) -> datetime:
    return clock.now() - timedelta(days=days)
