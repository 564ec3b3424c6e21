"""Identity numbers: the vectors of the standards, and that a mistyped character is caught."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linli.engines.registry.core.checks import Checked, Reason, tidy
from linli.engines.registry.core.identity import (
    VALIDATORS,
    IdKind,
    check_credit_code,
    check_organisation_code,
    check_resident_id,
    credit_check_character,
    organisation_check_character,
    read_resident_id,
    resident_check_character,
)

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    region = draw(st.sampled_from(["110105", "310101", "440524", "830000", "650102"]))
    born = draw(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
    body = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + resident_check_character(body)


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    body = (
        draw(st.sampled_from(["91", "54", "52", "92"]))
        + f"{draw(st.integers(110000, 659999)):06d}"
        + "".join(draw(st.lists(st.sampled_from(CREDIT_ALPHABET), min_size=9, max_size=9)))
    )
    return body + credit_check_character(body)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("440524188001010014", "440524188001010014"),
        ("11010519491231002x", "11010519491231002X"),
        ("110105 19491231 002x", "11010519491231002X"),
        ("110105-19491231-002X", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("\u200b11010519491231002X\n", "11010519491231002X"),
    ],
)
def test_a_resident_number_gets_its_one_form(typed: str, value: str) -> None:
    found = check_resident_id(typed)
    assert found.ok
    assert found.value == value
    assert found.facts == {"kind": IdKind.RESIDENT}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        (" - ", Reason.EMPTY),
        ("1101051949123100", Reason.BAD_LENGTH),
        ("110105491231002", Reason.OLD_FORMAT),
        ("1" * 500, Reason.TOO_LONG),
        ("11010519491231002A", Reason.BAD_CHARACTER),
        ("1101051949123100X2", Reason.BAD_CHARACTER),
        ("张三", Reason.BAD_CHARACTER),
        ("00010519491231002X", Reason.BAD_REGION),
        ("84010519491231002X", Reason.BAD_REGION),
        ("110105199102310025", Reason.BAD_DATE),
        ("110105194913310025", Reason.BAD_DATE),
        ("110105104912310025", Reason.BAD_DATE),
        ("110105194912310021", Reason.BAD_CHECK),
        # Arabic-Indic digits are digits to Python, not to the standard.
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", Reason.BAD_CHARACTER),
    ],
)
def test_a_wrong_resident_number_says_why(typed: str, reason: Reason) -> None:
    assert check_resident_id(typed) == Checked(reason=reason)


def test_nobody_is_born_tomorrow() -> None:
    body = "11010520261231002"
    number = body + resident_check_character(body)
    assert check_resident_id(number).ok
    assert check_resident_id(number, on=date(2026, 12, 31)).ok
    assert check_resident_id(number, on=date(2026, 12, 30)).reason is Reason.FUTURE_DATE


@pytest.mark.parametrize(
    ("region", "kind"),
    [
        ("810000", IdKind.RESIDENCE_PERMIT),
        ("830000", IdKind.RESIDENCE_PERMIT),
        ("911840", IdKind.PERMANENT_RESIDENCE),
    ],
)
def test_permits_have_numbers_of_the_same_form(region: str, kind: IdKind) -> None:
    body = region + "19900101" + "123"
    found = check_resident_id(body + resident_check_character(body))
    assert found.facts == {"kind": kind}


def test_a_number_tells_region_birthday_and_sex_when_asked() -> None:
    facts = read_resident_id("11010519491231002X")
    assert (facts.region, facts.born_on, facts.is_male) == ("110105", date(1949, 12, 31), False)
    assert read_resident_id("440524188001010014").is_male
    for wrong in ("11010519491231002x", "110105194912310021", ""):
        with pytest.raises(ValueError, match="stored form"):
            read_resident_id(wrong)


@given(resident_ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_in_a_resident_number_is_caught(
    number: str, at: int, char: str
) -> None:
    assume(number[at] != char)
    assert check_resident_id(number).value == number
    assert not check_resident_id(number[:at] + char + number[at + 1 :]).ok


@given(resident_ids(), st.integers(0, 16))
def test_two_swapped_neighbours_in_a_resident_number_are_caught(number: str, at: int) -> None:
    assume(number[at] != number[at + 1])
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert not check_resident_id(swapped).ok


@pytest.mark.parametrize("code", ["91350100M000100Y43", "9144030071526726XG"])
def test_a_credit_code_gets_its_one_form(code: str) -> None:
    for typed in (code, code.lower(), f" {code[:8]} {code[8:]} ", f"{code[:2]}-{code[2:]}"):
        found = check_credit_code(typed)
        assert found.value == code
        assert found.facts == {"organisation_code": code[8:17]}
    assert check_organisation_code(code[8:17]).ok


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        ("91350100M000100Y4", Reason.BAD_LENGTH),
        ("91350100M000100Y44", Reason.BAD_CHECK),
        # I O S V Z are left out because they look like digits.
        ("9135O100M000100Y43", Reason.BAD_CHARACTER),
        ("91A50100M000100Y43", Reason.BAD_REGION),
    ],
)
def test_a_wrong_credit_code_says_why(typed: str, reason: Reason) -> None:
    assert check_credit_code(typed) == Checked(reason=reason)


@given(credit_codes(), st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_one_wrong_character_in_a_credit_code_is_caught(code: str, at: int, char: str) -> None:
    assume(code[at] != char)
    assert check_credit_code(code).value == code
    assert not check_credit_code(code[:at] + char + code[at + 1 :]).ok


def test_an_organisation_code_gets_its_one_form() -> None:
    for typed in ("D2143569X", "d2143569-x", " D2143569 X", "Ｄ２１４３５６９－Ｘ"):
        assert check_organisation_code(typed).value == "D2143569X"
    assert check_organisation_code("D21435691").reason is Reason.BAD_CHECK
    assert check_organisation_code("D2143569").reason is Reason.BAD_LENGTH


@given(
    st.lists(st.sampled_from("0123456789"), min_size=8, max_size=8),
    st.integers(0, 7),
    st.sampled_from("0123456789"),
)
def test_one_wrong_digit_in_an_organisation_code_is_caught(
    digits: list[str], at: int, char: str
) -> None:
    body = "".join(digits)
    assume(body[at] != char)
    code = body + organisation_check_character(body)
    assert check_organisation_code(code).value == code
    assert not check_organisation_code(code[:at] + char + code[at + 1 :]).ok


@pytest.mark.parametrize(
    "check", [resident_check_character, credit_check_character, organisation_check_character]
)
def test_a_check_character_needs_a_whole_number(check: object) -> None:
    for wrong in ("", "123", "z" * 17, "?" * 8):
        with pytest.raises(ValueError, match="characters|digits"):
            check(wrong)  # type: ignore[operator]


@given(st.text(max_size=200))
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.sampled_from(sorted(VALIDATORS)), st.text(max_size=90) | resident_ids() | credit_codes())
def test_every_validator_answers_and_its_value_is_final(name: str, text: str) -> None:
    check = VALIDATORS[name]
    found = check(text, on=date(2026, 11, 24))
    assert bool(found.value) == found.ok
    if found.ok and name != "e164_phone":
        again = check(found.value, on=date(2026, 11, 24))
        assert again.value == found.value
