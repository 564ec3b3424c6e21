"""The whole of triage: dispatch or not, duplicates, privacy, JSON, and any text at all."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.casework.core.tests.triage_samples import (
    AT,
    INDEX,
    SERVICES,
    place_id,
    report,
)
from linli.engines.casework.core.triage.classify import build_classifier, train_classifier
from linli.engines.casework.core.triage.duplicates import char_grams, cosine
from linli.engines.casework.core.triage.pipeline import DEFAULT_STEPS, triage
from linli.engines.casework.core.triage.route import decide_privacy, pick_duties
from linli.engines.casework.core.triage.types import (
    ClassCandidate,
    Classification,
    PlaceSuggestion,
    Reason,
    RecentCase,
    TriageResult,
    TriageSettings,
)
from linli.engines.rulebook.types import Authority, Duty, DutyRole, Privacy

TRAINED = train_classifier(SERVICES)
BY_RULES = build_classifier(SERVICES)
BURST = "明珠苑7号楼2单元水管爆裂,到处喷水,水管爆了"
EASY = TriageSettings(class_threshold=0.5, rules_threshold=0.5)


def run(text: str, recent: tuple[RecentCase, ...] = (), **more: object) -> TriageResult:
    return triage(report(text, **more), INDEX, TRAINED, recent, EASY)


def why(result: TriageResult) -> str:
    return " ".join(r.render() for r in result.reasons)


def case(text: str, path: str = "hemuli/e1/b7/u1", **more: object) -> RecentCase:
    values: dict[str, object] = {
        "id": uuid4(),
        "service_code": "lighting.street_lamp",
        "place_path": path,
        "text": text,
        "opened_at": AT - timedelta(hours=5),
        "open": True,
    }
    return RecentCase(**(values | more))  # type: ignore[arg-type]


def test_clear_report_is_dispatched() -> None:
    result = run(BURST)
    assert result.dispatch, why(result)
    assert result.place is not None
    assert result.place.path == "hemuli/e1/b7/u2"
    assert result.classification.code == "water.burst_pipe"
    assert [d.role for d in result.duties] == [DutyRole.LEAD, DutyRole.SUPPORT]
    assert "Sent to property" in why(result)
    assert {"normalise", "locate", "rules", "model", "danger_model", "urgency"} <= set(
        result.versions
    )


def test_rules_have_their_own_threshold() -> None:
    settings_ = TriageSettings(class_threshold=1.01, rules_threshold=0.6)
    assert triage(report(BURST), INDEX, BY_RULES, (), settings_).dispatch
    assert not triage(report(BURST), INDEX, TRAINED, (), settings_).dispatch


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("水管爆裂,水管爆了", "place is not known"),
        ("7栋水管爆裂,水管爆了", "place is not known"),
        ("明诛苑7号楼水管爆裂,水管爆了", "place is not certain enough"),
        ("明珠苑7号楼你好", "What it is about is not"),
        ("明珠苑7号楼隔壁家暴打老婆,家庭暴力", "sealed"),
    ],
)
def test_unclear_report_waits_and_says_why(text: str, reason: str) -> None:
    result = run(text)
    assert not result.dispatch
    assert reason in why(result)


def test_danger_is_no_short_cut_but_stands_first() -> None:
    result = run("快来人,着火了,路灯那边")
    assert result.urgency.priority == "P0"
    assert "fire" in result.urgency.call
    assert not result.dispatch
    assert "first at the desk" in why(result)


def test_violence_is_sealed_whatever_the_class() -> None:
    result = run("明珠苑7号楼路灯下面有人拿刀砍人")
    assert result.privacy is Privacy.SEALED
    assert not result.dispatch


def test_a_likely_stricter_class_decides_privacy() -> None:
    services = {s.code: s for s in SERVICES}
    found = Classification(
        "noise.night",
        "noise",
        0.6,
        (ClassCandidate("security.domestic_violence", "security", 0.2),),
    )
    assert decide_privacy(found, (), services, EASY)[0] is Privacy.SEALED
    unlikely = replace(
        found, alternatives=(ClassCandidate("security.domestic_violence", "security", 0.05),)
    )
    assert decide_privacy(unlikely, (), services, EASY)[0] is Privacy.OPEN
    assert decide_privacy(Classification("", "", 0.0), (), services, EASY)[0] is Privacy.PRIVATE


def test_lead_comes_first_and_each_once() -> None:
    support = Duty("police", DutyRole.SUPPORT, Authority.REQUEST)
    lead = Duty("property", DutyRole.LEAD, Authority.ORDER)
    other = Duty("property", DutyRole.SUPPORT, Authority.ORDER)
    type_ = replace(SERVICES[0], duties=(support, other, lead, support))
    assert pick_duties(type_) == (lead, support, other)
    assert pick_duties(None) == ()


def test_no_lead_is_not_dispatched() -> None:
    bare = [replace(s, duties=()) for s in SERVICES]
    result = triage(report(BURST), INDEX, build_classifier(bare), (), EASY)
    assert not result.dispatch
    assert "No organisation leads" in why(result)


class TestDuplicates:
    TEXT = "明珠苑7号楼路灯不亮,晚上看不见"

    def test_same_place_and_words_join(self) -> None:
        old = case("7号楼门口路灯不亮,晚上看不见路")
        result = run(self.TEXT, (case("完全另一件事情吵闹"), old))
        assert result.duplicate_of == old.id
        assert result.duplicate_strong
        assert 0.6 <= result.duplicate_score <= 1.0
        assert not result.dispatch
        assert "joins the open case" in why(result)

    @pytest.mark.parametrize(
        "other",
        [
            case(TEXT, path="hemuli/e1/b8"),
            case(TEXT, path="hemuli/e1/b71"),
            case(TEXT, path="hemuli/e2/b7"),
            case(TEXT, path="hemuli/e1"),
            case(TEXT, opened_at=AT - timedelta(hours=73)),
            case(TEXT, service_code="noise.night"),
            case(TEXT, service_code="gone.type"),
            case("花坛边灯光闪烁请尽快来人看一看"),
        ],
        ids=["building", "prefix", "estate", "wide", "old", "family", "retired", "words"],
    )
    def test_other_matters_do_not_join(self, other: RecentCase) -> None:
        assert run(self.TEXT, (other,)).duplicate_of is None

    def test_same_family_may_join(self) -> None:
        old = case("明珠苑7号楼水管爆裂,到处喷水", service_code="water.ceiling_leak")
        assert run(BURST, (old,)).duplicate_of == old.id

    def test_closed_case_is_only_a_reason(self) -> None:
        result = run(self.TEXT, (case(self.TEXT, open=False),))
        assert result.duplicate_of is None
        assert "closed lately" in why(result)

    def test_private_and_sealed_matters_give_no_hint(self) -> None:
        private = "明珠苑7号楼2单元301报修,修水龙头,上门维修"
        old = case(private, service_code="property_service.home_repair")
        assert run(private, (old,)).duplicate_of is None
        sealed = case(self.TEXT, service_code="security.domestic_violence")
        assert run(self.TEXT, (sealed,)).duplicate_of is None

    def test_no_place_no_duplicate(self) -> None:
        assert run("路灯不亮,晚上看不见", (case("路灯不亮,晚上看不见"),)).duplicate_of is None

    def test_result_does_not_depend_on_the_order_of_cases(self) -> None:
        cases = [case(self.TEXT, id=UUID(int=i)) for i in (3, 1, 2)]
        assert run(self.TEXT, tuple(cases)).duplicate_of == UUID(int=1)
        assert run(self.TEXT, tuple(reversed(cases))).duplicate_of == UUID(int=1)

    def test_cosine(self) -> None:
        same = char_grams("路灯不亮")
        assert cosine(same, same) == pytest.approx(1.0)
        assert cosine(same, char_grams("")) == 0.0
        assert cosine(same, char_grams("宠物粪便")) == 0.0


def test_json_round_trip_is_stable() -> None:
    result = run(BURST, (case(BURST, service_code="water.burst_pipe"),))
    data = result.to_json()
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    assert TriageResult.from_json(data) == result
    assert TriageResult.from_json(text) == result
    assert (
        json.dumps(TriageResult.from_json(text).to_json(), sort_keys=True, ensure_ascii=False)
        == text
    )


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1}', "null", "7"])
def test_broken_json_is_a_value_error(broken: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        TriageResult.from_json(broken)


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        report("x", at=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="aware"):
        case("x", opened_at=datetime(2026, 1, 1))


def test_steps_can_be_replaced() -> None:
    def nowhere(*_: object, **__: object) -> PlaceSuggestion:
        return PlaceSuggestion(None, "", "", 0.0)

    steps = replace(DEFAULT_STEPS, locate=nowhere)
    assert triage(report(BURST), INDEX, TRAINED, steps=steps).place is None


def test_broken_translation_falls_back_to_english() -> None:
    reason = Reason("Sent to %(body)s at once.", {"body": "property"})
    assert reason.render(lambda _: "立即派给%(who)s") == "Sent to property at once."
    assert reason.render(lambda _: "立即派给%(body)s", {"property": "物业"}) == "立即派给物业"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ud800\udc00\ud800",
        "\x00" * 50,
        "火" * 1_000_000,
        "<script>alert(1)</script>" * 2000,
        "👨‍👩‍👧‍👦🔥" * 3000,
        "7号楼" * 5000,
        "1、2、" * 5000 + "号楼",
        "明珠" * 5000,
        "%(words)s %s {0}",
        "İ" * 500,
    ],
    ids=lambda t: repr(t[:6]),
)
def test_hard_texts(text: str) -> None:
    started = time.process_time()
    result = run(text)
    assert time.process_time() - started < 2.0
    assert TriageResult.from_json(result.to_json()) == result
    json.dumps(result.to_json()).encode("utf-8")
    why(result)


_PICKS = st.sampled_from([None, place_id("hemuli/e1/b7"), uuid4()])


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None, categories=None), max_size=200), _PICKS, _PICKS)
def test_any_text_gives_the_same_sound_result(
    text: str, pick: UUID | None, home: UUID | None
) -> None:
    recent = (case("路灯不亮"),)
    result = run(text, recent, place_id=pick, home_place_id=home)
    assert result == run(text, recent, place_id=pick, home_place_id=home)
    assert TriageResult.from_json(json.dumps(result.to_json())) == result
    assert result.urgency.priority in {"P0", "P1", "P2", "P3", "P4"}
    if result.place is not None and result.place.place_id is not None:
        assert INDEX.get(result.place.place_id) is not None
    if result.dispatch:
        assert result.privacy is not Privacy.SEALED
        assert result.place is not None
        assert result.place.confidence >= EASY.place_threshold


def test_ordinary_report_is_fast() -> None:
    recent = tuple(
        case(f"{n}号楼路灯不亮,晚上看不见", f"hemuli/e1/b{n % 8 + 1}") for n in range(100)
    )
    times = []
    for _ in range(60):
        started = time.process_time()
        run(BURST + "。楼道里全是水,请快点派人来修,家里还有老人和孩子。", recent)
        times.append(time.process_time() - started)
    assert sorted(times)[int(len(times) * 0.95)] < 0.02
