"""Phone numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.registry.core.checks import Reason
from linli.engines.registry.core.phones import (
    CHINA,
    check_phone,
    check_phone_cn,
    check_phone_e164,
)


@pytest.mark.parametrize(
    ("typed", "value", "kind"),
    [
        ("13800138000", "+8613800138000", "mobile"),
        ("138 0013 8000", "+8613800138000", "mobile"),
        ("138-0013-8000", "+8613800138000", "mobile"),
        ("１３８００１３８０００", "+8613800138000", "mobile"),
        ("+86 138 0013 8000", "+8613800138000", "mobile"),
        ("＋86-13800138000", "+8613800138000", "mobile"),
        ("(+86) 138 0013 8000", "+8613800138000", "mobile"),
        ("0086 13800138000", "+8613800138000", "mobile"),
        ("8613800138000", "+8613800138000", "mobile"),
        ("013800138000", "+8613800138000", "mobile"),
        ("手机：138 0013 8000", "+8613800138000", "mobile"),
        ("Tel: 13800138000", "+8613800138000", "mobile"),
        ("\u202d13800138000\u202c", "+8613800138000", "mobile"),
        ("17012345678", "+8617012345678", "virtual_mobile"),
        ("16212345678", "+8616212345678", "virtual_mobile"),
        ("010-62345678", "+861062345678", "landline"),
        ("(021) 6234 5678", "+862162345678", "landline"),
        ("+86 (0)21 62345678", "+862162345678", "landline"),
        ("+86 21 62345678", "+862162345678", "landline"),
        ("0571-87654321", "+8657187654321", "landline"),
        ("0391-1234567", "+863911234567", "landline"),
        # A spreadsheet dropped the leading zero.
        ("1062345678", "+861062345678", "landline"),
        ("57187654321", "+8657187654321", "landline"),
        ("400-820-8820", "+864008208820", "freephone"),
        ("12345", "12345", "service"),
        ("95588", "95588", "service"),
        ("10086", "10086", "service"),
        ("119", "119", "emergency"),
        ("+44 20 7946 0958", "+442079460958", ""),
        ("00 1 202 555 0123", "+12025550123", ""),
    ],
)
def test_a_number_gets_its_one_form(typed: str, value: str, kind: str) -> None:
    found = check_phone_cn(typed)
    assert (found.value, found.facts["kind"]) == (value, kind)
    if value.startswith("+"):
        assert check_phone_e164(value).value == value


@pytest.mark.parametrize(
    ("typed", "value", "extension"),
    [
        ("010-62345678-801", "+861062345678", "801"),
        ("010-62345678转801", "+861062345678", "801"),
        ("021 62345678 ext. 12", "+862162345678", "12"),
        ("0571-87654321 分机：6", "+8657187654321", "6"),
    ],
)
def test_an_extension_is_kept_apart(typed: str, value: str, extension: str) -> None:
    found = check_phone_cn(typed)
    assert (found.value, found.facts["extension"]) == (value, extension)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        ("电话：", Reason.EMPTY),
        ("1380013800", Reason.BAD_LENGTH),
        ("138001380000", Reason.NOT_IN_PLAN),
        ("12800138000", Reason.NOT_IN_PLAN),
        ("62345678", Reason.AREA_MISSING),
        ("8765432", Reason.AREA_MISSING),
        ("138O0138000", Reason.BAD_CHARACTER),
        ("13800138000 13900139000", Reason.BAD_LENGTH),
        ("+86 12345", Reason.NOT_IN_PLAN),
        ("+", Reason.BAD_CHARACTER),
        ("+1234", Reason.BAD_LENGTH),
        ("+0123456789", Reason.NOT_IN_PLAN),
        ("1" * 70, Reason.TOO_LONG),
        # Could be a landline without its zero or a mobile number that lost its ends.
        ("3911234567", Reason.BAD_LENGTH),
    ],
)
def test_a_wrong_number_says_why(typed: str, reason: Reason) -> None:
    found = check_phone_cn(typed)
    assert (found.value, found.reason) == ("", reason)


def test_a_local_number_needs_the_area_it_is_in() -> None:
    assert check_phone("62345678", CHINA, area="021").value == "+862162345678"
    assert check_phone("62345678", CHINA, area="21").value == "+862162345678"
    assert check_phone("62345678", CHINA, area="0391").value == "+8639162345678"
    assert not check_phone("6234567", CHINA, area="021").ok


def test_without_a_country_a_code_is_needed() -> None:
    assert check_phone_e164("13800138000").reason is Reason.NOT_IN_PLAN
    assert check_phone_e164("+8613800138000").facts["country"] == "CN"


_SEPARATORS = st.sampled_from(["", " ", "-", "－", "\u3000", ".", "\u200b"])


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.lists(_SEPARATORS, min_size=11, max_size=11),
    st.sampled_from(["", "+86", "0086 ", "＋８６ "]),
    st.booleans(),
)
def test_every_way_of_typing_a_mobile_number_is_one_number(
    number: str, gaps: list[str], prefix: str, wide: bool
) -> None:
    shown = number.translate({48 + i: 0xFF10 + i for i in range(10)}) if wide else number
    typed = prefix + "".join(a + b for a, b in zip(shown, gaps, strict=True))
    assert check_phone_cn(typed).value == "+86" + number


@given(st.text(alphabet="0123456789+- 转().extEXT＋８", max_size=24))
def test_a_stored_number_reads_back_as_itself(text: str) -> None:
    found = check_phone_cn(text)
    assert found.ok == bool(found.value)
    if found.ok:
        assert check_phone_cn(found.value).value == found.value
