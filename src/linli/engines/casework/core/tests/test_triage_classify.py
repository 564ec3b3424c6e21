"""Classification by rules, by a trained model, and by both."""

from __future__ import annotations

import pytest

from linli.engines.casework.core.tests.triage_samples import SERVICES
from linli.engines.casework.core.triage.classify import (
    CombinedClassifier,
    build_classifier,
    combine,
    train_classifier,
)
from linli.engines.casework.core.triage.linear import (
    LinearClassifier,
    Prediction,
    Sample,
    collect_danger_samples,
    collect_samples,
    grams,
)
from linli.engines.casework.core.triage.rules import RuleClassifier
from linli.engines.casework.core.triage.types import Classification, ClassSource

RULES = RuleClassifier(SERVICES)
MODEL = LinearClassifier.train(collect_samples(SERVICES))
BY_CODE = {s.code: s for s in SERVICES}


def test_keywords_point_to_a_type_and_say_so() -> None:
    found = RULES.classify("3号楼水管爆裂,水到处喷")
    assert found.code == "water.burst_pipe"
    assert found.source is ClassSource.RULES
    assert "水管爆裂" in found.reasons[0].params["words"]
    assert found.reasons[0].render(names={"water.burst_pipe": "Burst pipe"}) == (
        "The words “水管爆裂” point to Burst pipe."
    )


def test_longer_phrase_outweighs_a_shared_short_one() -> None:
    assert RULES.classify("楼上漏水了").code == "water.ceiling_leak"
    short, longer = RULES.classify("漏水"), RULES.classify("天花板漏水")
    assert longer.confidence > short.confidence


def test_word_inside_a_longer_word_is_not_counted_twice() -> None:
    assert [e.word for e in RULES.find_evidence("垃圾桶满")] == ["垃圾桶满"]


def test_denied_symptom_hardly_counts_but_a_missing_thing_does() -> None:
    denied = RULES.classify("没有漏水")
    assert denied.confidence < 0.2
    assert "denied" in denied.reasons[0].render()
    assert RULES.classify("这里没有路灯").code == "lighting.street_lamp"
    assert RULES.classify("这里没有路灯").confidence > 0.4
    assert RULES.classify("是不是漏水了").confidence > 0.4


def test_english_words_stand_alone() -> None:
    assert RULES.classify("the pipe has burst").code == "water.burst_pipe"
    assert RULES.classify("bursting with joy is fine, outburst").confidence < 0.7
    assert RULES.classify("cleaked").code == ""


def test_nothing_known_is_no_type() -> None:
    assert RULES.classify("你好") == Classification("", "", 0.0)
    assert RuleClassifier(()).classify("漏水").code == ""


def test_model_finds_what_no_keyword_says() -> None:
    assert MODEL is not None
    assert MODEL.predict("卫生间顶上一直往下滴").ranked[0][0] == "water.ceiling_leak"
    assert sum(p for _, p in MODEL.predict("卫生间顶上滴水").ranked) <= 1.0001


def test_strange_text_gets_no_confidence() -> None:
    assert MODEL is not None
    assert MODEL.predict("").ranked == ()
    strange = MODEL.predict("zxqv wvut 楼 qqq www eee rrr").ranked
    assert not strange or strange[0][1] < 0.5


def test_training_is_deterministic_and_versioned() -> None:
    samples = collect_samples(SERVICES)
    again = LinearClassifier.train(reversed(samples))
    assert again is not None
    assert MODEL is not None
    assert again.version == MODEL.version
    assert again.to_bytes() == MODEL.to_bytes()
    more = LinearClassifier.train((*samples, Sample("楼道灯", "lighting.street_lamp")))
    assert more is not None
    assert more.version != MODEL.version


def test_model_file_round_trip() -> None:
    assert MODEL is not None
    read = LinearClassifier.from_bytes(MODEL.to_bytes())
    assert read.version == MODEL.version
    for text in ("路灯坏了", "楼上半夜太吵", ""):
        assert read.predict(text) == MODEL.predict(text)
    for broken in (b"", b"junk", MODEL.to_bytes()[:200]):
        with pytest.raises(ValueError, match=r"."):
            LinearClassifier.from_bytes(broken)


def test_too_little_to_learn_from_is_no_model() -> None:
    assert LinearClassifier.train(()) is None
    assert LinearClassifier.train([Sample("水", "a")] * 9) is None
    two = LinearClassifier.train([Sample(t, c) for t, c in zip("水电火土", "abab", strict=True)])
    assert two is not None
    assert len(two.predict("水").ranked) == 2


def test_corrections_teach_and_unknown_codes_are_left_out() -> None:
    corrections = [("泵房嗡嗡作响", "noise.night"), ("随便", "gone.type")]
    samples = collect_samples(SERVICES, corrections)
    assert "gone.type" not in {s.code for s in samples}
    taught = LinearClassifier.train(samples)
    assert taught is not None
    assert taught.predict("泵房嗡嗡响").ranked[0][0] == "noise.night"


def test_danger_samples_have_both_sides() -> None:
    codes = [s.code for s in collect_danger_samples(SERVICES)]
    assert codes.count("danger") > 50
    assert codes.count("calm") > 30


def test_agreement_raises_and_disagreement_lowers() -> None:
    rules = RULES.classify("路灯不亮")
    agree = combine(rules, Prediction((("lighting.street_lamp", 0.8),)), BY_CODE)
    against = combine(rules, Prediction((("noise.night", 0.8),)), BY_CODE)
    assert agree.code == "lighting.street_lamp"
    assert agree.confidence > max(0.8, rules.confidence)
    assert agree.source is ClassSource.COMBINED
    assert against.confidence < 0.6
    assert {c.code for c in against.ranked()} == {"lighting.street_lamp", "noise.night"}


def test_model_alone_speaks_when_rules_are_silent() -> None:
    found = combine(
        Classification("", "", 0.0), Prediction((("noise.night", 0.9),), ("半夜",)), BY_CODE
    )
    assert found.source is ClassSource.MODEL
    assert found.code == "noise.night"
    assert "半夜" in found.reasons[0].render()


def test_prediction_of_a_retired_type_is_dropped() -> None:
    rules = RULES.classify("路灯不亮")
    assert (
        combine(rules, Prediction((("gone.type", 0.99),)), BY_CODE).code == "lighting.street_lamp"
    )


def test_ranking_is_cut_and_sorted() -> None:
    found = train_classifier(SERVICES).classify("楼上半夜漏水,路灯也不亮,垃圾桶满了")
    confidences = [c.confidence for c in found.ranked()]
    assert len(found.alternatives) <= 3
    assert confidences == sorted(confidences, reverse=True)


class _BrokenModel:
    version = "broken"

    def predict(self, text: str) -> Prediction:
        raise RuntimeError("no such file")


def test_degrades_to_rules_when_the_model_is_missing_or_fails() -> None:
    alone = build_classifier(SERVICES).classify("路灯不亮")
    broken = CombinedClassifier(SERVICES, _BrokenModel(), _BrokenModel()).classify("路灯不亮")
    assert alone.source is ClassSource.RULES
    assert (broken.code, broken.confidence) == (alone.code, alone.confidence)
    assert "did not answer" in broken.reasons[-1].render()
    assert dict(build_classifier(SERVICES).versions) == {"rules": "rules-1"}


def test_grams_are_characters_words_and_numbers() -> None:
    assert grams("7号楼, Gas leak") == ["#", "号", "楼", "#号", "号楼", "gas", "leak", "gas leak"]
