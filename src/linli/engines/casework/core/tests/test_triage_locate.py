"""The resolver: what the words mean, what they leave open, and never a made-up place."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.casework.core.tests.triage_samples import (
    INDEX,
    entry,
    make_entries,
    place_id,
)
from linli.engines.casework.core.triage.gazetteer import PlaceIndex, clean_number, is_within
from linli.engines.casework.core.triage.locate import locate
from linli.engines.casework.core.triage.normalise import normalise
from linli.engines.casework.core.triage.types import PlaceSuggestion, TriageSettings

THRESHOLD = TriageSettings().place_threshold
HOME = place_id("hemuli/e1/b5/u1/d301")
KNOWN = {e.id: e.path for e in INDEX.entries}


def find(text: str, **hints: object) -> PlaceSuggestion:
    return locate(normalise(text).text, INDEX, **hints)  # type: ignore[arg-type]


def words(found: PlaceSuggestion) -> str:
    return " ".join(r.render() for r in found.reasons)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("明珠苑7号楼2单元301", "e1/b7/u2/d301"),
        ("明珠苑七号楼二单元三零一漏水", "e1/b7/u2/d301"),
        ("明珠苑7-2-1504", "e1/b7/u2/d1504"),
        ("明珠苑 7号楼 2单元 1504室", "e1/b7/u2/d1504"),
        ("明珠苑7号楼2-301", "e1/b7/u2/d301"),
        ("明珠苑7栋", "e1/b7"),
        ("明珠苑7#楼", "e1/b7"),
        ("11号楼2单元", "e2/b11/u2"),
        ("12栋停水", "e2/b12"),
        ("东昌路88弄6号楼", "e3/b6"),
        ("东昌路88弄6号301室", "e3/b6/d301"),
        ("88弄6号楼301", "e3/b6/d301"),
        ("昌盛里6号楼", "e3/b6"),
        ("A座大堂的灯", "e4/ba"),
        ("旧车棚旁边有垃圾", "e1/shed"),
        ("明珠苑3号楼旁边的车棚", "e1/shed3"),
        ("和睦新村3号楼旁边的车棚", "e2/shed"),
        ("3号楼车棚漏雨", "e1/shed3"),
        ("和睦新村中心花园的椅子坏了", "e2/garden"),
        ("议事角的灯", "e2/corner"),
        ("明珠苑7号楼2单元电梯坏了", "e1/b7/u2/lift"),
        ("我住明珠苑5号楼,7号楼楼顶漏水", "e1/b7"),
        ("mingzhu 明珠苑 Building 7, unit 2, room 301", "e1/b7/u2/d301"),
        ("Flat 301, Building 6 昌盛里", "e3/b6/d301"),
    ],
)
def test_place_written_out_is_found(text: str, path: str) -> None:
    found = find(text)
    assert found.path == f"hemuli/{path}", words(found)
    assert found.confidence >= THRESHOLD
    assert not found.ambiguous


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("7号楼2单元301", {"e1/b7/u2/d301", "e2/b7/u2"}),
        ("7-2-301", {"e1/b7/u2/d301", "e2/b7/u2"}),
        ("7栋", {"e1/b7", "e2/b7"}),
        ("中心花园的椅子", {"e1/garden", "e2/garden"}),
        ("3号楼和5号楼之间", {"e1/b3", "e2/b5"}),
        ("7楼的灯", {"e1/b7", "e2/b7"}),
        ("明珠苑和水岸花园", {"e1", "e4"}),
        ("3号楼旁边的车棚", {"e1/shed3", "e2/b3"}),
    ],
)
def test_ambiguous_text_names_candidates_only(text: str, paths: set[str]) -> None:
    found = find(text)
    assert found.ambiguous
    assert found.confidence < THRESHOLD
    assert {f"hemuli/{p}" for p in paths} <= {c.path for c in found.candidates}
    assert all(c.confidence < THRESHOLD for c in found.candidates)
    assert found.reasons


@pytest.mark.parametrize(
    "text", ["", "太吵了", "漏水", "6号停水", "2026-5-301", "会议室301", "100-200元", "021-6301"]
)
def test_no_place_in_the_text(text: str) -> None:
    found = find(text)
    assert found.place_id is None
    assert found.candidates == ()


def test_wrong_character_in_an_estate_is_read_and_said() -> None:
    found = find("和睦新材8号楼")
    assert found.path == "hemuli/e2/b8"
    assert "和睦新材" in words(found)
    # Two characters of three are thin ground: a person looks.
    assert find("明诛苑7号楼").confidence < THRESHOLD


def test_another_number_is_not_a_slip() -> None:
    index = PlaceIndex([entry("c/e1", "estate", None, "和睦一村")])
    assert locate("和睦二村", index).place_id is None
    assert locate("和木一村", index).path == "c/e1"


def test_missing_dwelling_falls_back_and_says_so() -> None:
    found = find("明珠苑7号楼2单元999")
    assert found.path == "hemuli/e1/b7/u2"
    assert found.confidence < THRESHOLD
    assert "has no place numbered 999" in words(found)


def test_gazetteer_without_dwellings_keeps_its_confidence() -> None:
    found = find("和睦新村7号楼2单元301")
    assert found.path == "hemuli/e2/b7/u2"
    assert found.confidence >= THRESHOLD
    assert "not listed so finely" in words(found)


def test_missing_building_proposes_the_estate() -> None:
    found = find("明珠苑99号楼")
    assert found.path == "hemuli/e1"
    assert found.confidence < THRESHOLD
    assert "no building 99" in words(found)


def test_home_breaks_ties_and_explains_home() -> None:
    assert find("7栋", home=HOME).path == "hemuli/e1/b7"
    assert find("中心花园", home=HOME).path == "hemuli/e1/garden"
    assert find("我家水管爆了", home=HOME).place_id == HOME
    assert find("楼上太吵", home=HOME).path == "hemuli/e1/b5/u1"
    assert find("我们楼停电", home=HOME).path == "hemuli/e1/b5"
    quiet = find("太吵了", home=HOME)
    assert quiet.path == "hemuli/e1/b5"
    assert quiet.confidence < THRESHOLD
    # What is written out weighs more than where one lives.
    assert find("和睦新村7号楼", home=HOME).path == "hemuli/e2/b7"


def test_pick_wins_and_conflict_lowers() -> None:
    pick = place_id("hemuli/e1/b7")
    assert find("漏水", picked=pick).confidence > 0.95
    assert find("2单元门禁坏了", picked=pick).path == "hemuli/e1/b7/u2"
    finer = find("7号楼2单元301", picked=pick)
    assert finer.path == "hemuli/e1/b7/u2/d301"
    assert not finer.ambiguous
    against = find("明珠苑3号楼漏水", picked=pick)
    assert against.place_id == pick
    assert against.confidence < THRESHOLD
    assert "the text speaks of" in words(against)
    assert "hemuli/e1/b3" in {c.path for c in against.candidates}


def test_unknown_pick_is_ignored_with_a_reason() -> None:
    found = find("明珠苑7号楼", picked=uuid4())
    assert found.path == "hemuli/e1/b7"
    assert "not in the list of places" in words(found)


def test_index_does_not_depend_on_order() -> None:
    backwards = PlaceIndex.build(reversed(make_entries()))
    for text in ("7栋", "明珠苑7-2-301", "3号楼旁边的车棚", "中心花园"):
        assert locate(text, backwards) == locate(text, INDEX)


def test_empty_gazetteer_finds_nothing() -> None:
    assert locate("明珠苑7号楼2单元301", PlaceIndex([])).place_id is None


@pytest.mark.parametrize(
    ("raw", "number"),
    [("7号楼", "7"), ("07", "7"), ("７", "7"), ("A座", "a"), (None, ""), ("0", "0")],
)
def test_clean_number(raw: str | None, number: str) -> None:
    assert clean_number(raw) == number


def test_path_prefix_is_by_step() -> None:
    assert is_within("c/e1/b1", "c/e1")
    assert not is_within("c/e10", "c/e1")


_BITS = st.sampled_from(
    [
        *(
            "明珠苑",
            "和睦新村",
            "88弄",
            "东昌路",
            "7号楼",
            "7栋",
            "12号楼",
            "2单元",
            "301",
            "1504室",
        ),
        *("7-2-301", "旁边的", "车棚", "旧车棚", "中心花园", "我家", "楼上", "A座", "号楼", "电梯"),
        *(",", "。", "和", "与", "、", "Building 7 ", "room 301", "99", "三号楼", "门口"),
    ]
)


@settings(max_examples=300)
@given(
    st.one_of(st.text(max_size=80), st.lists(_BITS, max_size=12).map("".join)),
    st.sampled_from([None, *list(KNOWN)[:40], uuid4()]),
    st.sampled_from([None, HOME, uuid4()]),
)
def test_never_invents_a_place(text: str, picked: object, home: object) -> None:
    found = find(text, picked=picked, home=home)
    named = [(c.place_id, c.path) for c in found.candidates]
    if found.place_id is not None:
        named.append((found.place_id, found.path))
    assert all(KNOWN.get(i) == path for i, path in named)
    assert 0.0 <= found.confidence <= 1.0
    assert found == find(text, picked=picked, home=home)
