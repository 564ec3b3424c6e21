"""Words and numbers: durations, amounts, masked names (English source strings)."""

from __future__ import annotations

import pytest
from django.utils import translation

from linli.ui import text


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (60, "1 hour"),
        (365, "6 hours 5 minutes"),
        (-130, "2 hours 10 minutes"),
        (1440, "1 day"),
        (4400, "3 days 1 hour"),
    ],
)
def test_duration(minutes: int, words: str) -> None:
    assert text.duration(minutes) == words


@pytest.mark.parametrize(
    ("minor", "currency", "signed", "words"),
    [
        (4690000, "CNY", False, "¥46,900.00"),
        (5, "CNY", False, "¥0.05"),
        (-12600, "CNY", False, "−¥126.00"),
        (100, "CNY", True, "+¥1.00"),
        (0, "CNY", True, "¥0.00"),
        (1234, "JPY", False, "JP¥1,234"),
    ],
)
def test_money(minor: int, currency: str, signed: bool, words: str) -> None:
    assert text.money(minor, currency, signed) == words


def test_other_amounts() -> None:
    assert text.area(8950) == "89.50 m²"
    assert text.points(1200) == "1,200 points"
    assert text.hours(-90) == "−1 hour 30 minutes"


def test_mask_hides_length_and_rest() -> None:
    assert text.mask_name("张桂芳") == text.mask_name("张三") == "张**"
    assert text.mask_name(" Grace Li ") == "G**"
    assert text.mask_name("") == "Somebody"


def test_chinese_words() -> None:
    with translation.override("zh-hans"):
        assert text.duration(365) == "6 小时 5 分钟"
