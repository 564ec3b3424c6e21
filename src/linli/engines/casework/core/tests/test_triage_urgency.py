"""Danger: recall first, look-alikes second, and no model that calms a rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linli.engines.casework.core.tests.triage_samples import SERVICES, read_rows, service
from linli.engines.casework.core.triage.danger_lookalikes import LOOK_ALIKES
from linli.engines.casework.core.triage.danger_phrases import CALLS, COMPILED, SEALED_KINDS
from linli.engines.casework.core.triage.normalise import normalise
from linli.engines.casework.core.triage.types import (
    ClassCandidate,
    Classification,
    TriageSettings,
    Urgency,
)
from linli.engines.casework.core.triage.urgency import assess_urgency, find_dangers

DANGER = read_rows("triage_danger.jsonl")
CALM = read_rows("triage_not_danger.jsonl")
BY_CODE = {s.code: s for s in SERVICES}
SETTINGS = TriageSettings()
NOTHING = Classification("", "", 0.0)


def dangers(text: str) -> dict[str, str]:
    return find_dangers(normalise(text).text)


def assess(text: str, classification: Classification = NOTHING) -> Urgency:
    return assess_urgency(normalise(text).text, classification, BY_CODE, SETTINGS)


def test_lists_are_long_enough() -> None:
    assert len(DANGER) >= 60
    assert len(CALM) >= 40


@pytest.mark.parametrize("row", DANGER, ids=lambda r: r["text"][:18])
def test_danger_is_seen_and_named(row: dict[str, str]) -> None:
    assert row["kind"] in dangers(row["text"])


def test_few_look_alikes_raise_an_alarm() -> None:
    wrong = [r["text"] for r in CALM if dangers(r["text"])]
    assert len(wrong) <= 2, wrong


def test_every_kind_says_whom_to_call() -> None:
    assert set(COMPILED) == set(CALLS)
    assert set(CALLS) >= SEALED_KINDS
    assert all(CALLS[kind] for kind in COMPILED)


def test_patterns_are_sound() -> None:
    for pattern in (*COMPILED.values(), LOOK_ALIKES):
        assert not pattern.search("")
        # A bound written in an f-string without doubled braces turns into a tuple.
        assert "(0, " not in pattern.pattern


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("没有着火", False),
        ("是不是着火了", True),
        ("有没有漏气啊,闻到煤气味", True),
        ("没想到着火了", True),
        ("没人管,3号楼着火了", True),
        ("如果发生火灾往哪跑", False),
        ("如果再不来就要爆炸了", True),
        ("消防演习", False),
        ("不是演习,真的着火了", True),
        ("去年着过火", False),
        ("去年着过火,现在又着火了", True),
        ("灭火器过期", False),
        ("拿灭火器来,车棚着火了", True),
        ("there is no smoke", False),
        ("smoke everywhere", True),
    ],
)
def test_denied_imagined_and_practised(text: str, real: bool) -> None:
    assert bool(dangers(text)) is real


def test_danger_raises_to_p0_and_names_whom_to_call() -> None:
    found = assess("路灯杆着火了", Classification("lighting.street_lamp", "lighting", 0.9))
    assert found.priority == "P0"
    assert "fire" in found.dangers
    assert found.call[0] == "fire"
    assert any("danger" in r.params for r in found.reasons)


def test_priority_is_the_types_own_without_danger() -> None:
    assert (
        assess("路灯不亮", Classification("lighting.street_lamp", "lighting", 0.9)).priority == "P3"
    )
    assert assess("x").priority == "P3"
    assert assess("x", Classification("gone.type", "gone", 1.0)).priority == "P3"
    odd = replace(BY_CODE["noise.night"], priority="urgent")
    found = assess_urgency("x", Classification(odd.code, "noise", 1.0), {odd.code: odd}, SETTINGS)
    assert found.priority == "P3"


def test_p0_type_tells_whom_to_call_without_danger_words() -> None:
    found = assess("在里头等了好久", Classification("lift.trapped", "lift", 0.95))
    assert found.priority == "P0"
    assert found.call == ("fire",)


def test_danger_words_of_a_type_count_when_the_text_is_about_it() -> None:
    odd = service("noise.odd", "x", "嗡嗡", "嗡嗡响", danger="冒蒸汽 响")
    about, other = Classification("noise.odd", "noise", 0.8), Classification("", "", 0.0)
    by_code = {odd.code: odd}
    assert assess_urgency("管子冒蒸汽", about, by_code, SETTINGS).dangers == ("hazard",)
    assert assess_urgency("管子冒蒸汽", other, by_code, SETTINGS).priority == "P3"
    assert assess_urgency("没有冒蒸汽", about, by_code, SETTINGS).priority == "P3"
    # One character is too little to call the fire brigade.
    assert assess_urgency("嗡嗡响", about, by_code, SETTINGS).priority == "P3"


def test_a_model_can_raise_but_not_calm() -> None:
    raised = assess("他不太对劲", replace(NOTHING, danger=0.9))
    assert raised.priority == "P0"
    calmed = assess("着火了", replace(NOTHING, danger=0.0))
    assert calmed.priority == "P0"
    grave = Classification(
        "noise.night",
        "noise",
        0.45,
        (ClassCandidate("security.domestic_violence", "security", 0.42),),
    )
    assert assess("隔壁又在闹", grave).priority == "P0"
