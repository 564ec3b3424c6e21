"""Normalising: one written form, and no string that breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.casework.core.triage.normalise import (
    normalise,
    normalise_word,
    numeral_value,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("七号楼二单元三零一", "7号楼2单元301"),
        ("十二号楼", "12号楼"),
        ("一百零二栋", "102栋"),
        ("二十三楼", "23楼"),
        ("六号三零一室", "6号301室"),
        ("零八室", "08室"),
        ("八十八弄十号楼", "88弄10号楼"),
        ("七栋三〇幺", "7栋301"),
        ("７－２－３０１", "7-2-301"),
        ("ＡＢＣ　楼", "ABC 楼"),
        ("樓道燈壞了，電梯沒關門", "楼道灯坏了,电梯没关门"),
        ("漏\x00水\u200b了\ud800", "漏水了"),
        ("  多  个\t空格 \n\n 换行 ", "多 个 空格\n换行"),
        # Counting buildings is not naming one.
        ("这三栋楼停水", "这三栋楼停水"),
        ("三栋楼都停电", "三栋楼都停电"),
        ("三栋楼下有水", "3栋楼下有水"),
        ("两栋楼", "两栋楼"),
        ("一座桥", "一座桥"),
        ("三个孩子", "三个孩子"),
    ],
)
def test_written_form(raw: str, clean: str) -> None:
    assert normalise(raw).text == clean


def test_keyword_has_the_same_form_in_lower_case() -> None:
    assert normalise_word(" 電梯 困人 ") == "电梯 困人"
    assert normalise_word("ＷｉＦｉ") == "wifi"


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("十", 10), ("二十", 20), ("一百零二", 102), ("三零一", 301), ("十百", None), ("楼", None)],
)
def test_numeral_value(numeral: str, value: int | None) -> None:
    assert numeral_value(numeral) == value


def test_long_text_is_cut_and_says_so() -> None:
    cut = normalise("水" * 5000)
    assert len(cut.text) == 4000
    assert cut.truncated
    assert not normalise("水" * 4000).truncated
    # A ligature that becomes eighteen characters may not pass the cap either.
    assert len(normalise("\ufdfa" * 4000).text) <= 4000


@given(st.text(st.characters(codec=None, categories=None), max_size=300))
def test_any_text_becomes_storable(raw: str) -> None:
    clean = normalise(raw).text
    clean.encode("utf-8")
    assert len(clean) <= 4000
    assert all(c == "\n" or c.isprintable() for c in clean)
    assert normalise(clean).text == normalise(normalise(clean).text).text
