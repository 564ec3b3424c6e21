"""Identity numbers of persons and bodies: one stored form each, or the reason for refusing.

A check says that a number can exist, never that it does, nor whose it is. Which checks a
jurisdiction uses comes from its rule pack, by the names in ``VALIDATORS``.

Sources: GB 11643-1999 (resident identity number), GB 32100-2015 (unified social credit code),
GB 11714-1997 (organisation code).
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from linli.engines.registry.core.checks import (
    Checked,
    Reason,
    Validator,
    first_problem,
    refuse,
    tidy,
)
from linli.engines.registry.core.phones import check_phone_cn, check_phone_e164

_DIGITS = string.digits
_RESIDENT_LENGTH = 18
_OLD_RESIDENT_LENGTH = 15
#: ISO 7064 MOD 11-2: 2^(17-i) mod 11, and the character for each remainder
_RESIDENT_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
_RESIDENT_CHECKS = "10X98765432"
#: nobody alive was born before; an earlier year is a typing error
_FIRST_BIRTH_YEAR = 1880
#: GB/T 2260, first two digits. Counties are not looked up: a number keeps the code of a county
#: that was renamed or merged long ago.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for code in range(first, last + 1)
)

#: GB 32100: digits and letters without I O S V Z; weights 3^(i-1) mod 31
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {c: i for i, c in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_CREDIT_LENGTH = 18

#: GB 11714: digits and all letters, value 0 to 35
_ORGANISATION_ALPHABET = string.digits + string.ascii_uppercase
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_LENGTH = 9


class IdKind(StrEnum):
    """What paper a resident-style number of 18 characters stands on."""

    RESIDENT = "resident"
    #: residence permit for residents of Hong Kong (81), Macao (82) and Taiwan (83)
    RESIDENCE_PERMIT = "residence_permit"
    #: permanent residence card for foreigners: the 18-digit form begins with 9
    PERMANENT_RESIDENCE = "permanent_residence"


@dataclass(frozen=True, slots=True)
class ResidentIdFacts:
    """What a valid number itself tells: personal data, so read it only for a stated purpose."""

    kind: IdKind
    region: str
    born_on: date
    is_male: bool


def check_resident_id(text: str, *, on: date | None = None) -> Checked:
    """A resident identity number as typed → 18 characters with an upper-case X.

    ``facts["kind"]`` is an ``IdKind``. Fifteen-digit numbers are refused: they stopped being
    valid in 2013, and expanding them would guess a century.
    """
    code = tidy(text)
    problem = first_problem(code, _DIGITS + "X", (_RESIDENT_LENGTH, _OLD_RESIDENT_LENGTH))
    if problem:
        return refuse(problem)
    if len(code) == _OLD_RESIDENT_LENGTH:
        return refuse(Reason.OLD_FORMAT if code.isdigit() else Reason.BAD_LENGTH)
    if "X" in code[:-1]:
        return refuse(Reason.BAD_CHARACTER)
    kind = _resident_kind(code)
    if kind is None:
        return refuse(Reason.BAD_REGION)
    born_on = _birthday(code)
    if born_on is None:
        return refuse(Reason.BAD_DATE)
    # Before the future: a mistyped year should read as a mistyped number.
    if code[-1] != resident_check_character(code[:17]):
        return refuse(Reason.BAD_CHECK)
    if on is not None and born_on > on:
        return refuse(Reason.FUTURE_DATE)
    return Checked(code, facts={"kind": kind.value})


def resident_check_character(body: str) -> str:
    """The last character for 17 digits. Raises ValueError for anything else."""
    if len(body) != len(_RESIDENT_WEIGHTS) or not (body.isascii() and body.isdigit()):
        raise ValueError("a resident identity number has 17 digits before its check character")
    total = sum(int(c) * w for c, w in zip(body, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def read_resident_id(value: str) -> ResidentIdFacts:
    """Region, birthday and sex out of a valid number in stored form.

    Raises ValueError when the number is not valid.
    """
    kind, born_on = _resident_kind(value), _birthday(value)
    if check_resident_id(value).value != value or kind is None or born_on is None:
        raise ValueError("not a valid resident identity number in stored form")
    return ResidentIdFacts(kind, value[:6], born_on, is_male=int(value[16]) % 2 == 1)


def check_credit_code(text: str, *, on: date | None = None) -> Checked:
    """A unified social credit code as typed → 18 upper-case characters.

    ``facts["organisation_code"]`` is the organisation code inside it. Only the outer check is
    demanded: registers hold codes whose inner check character was never right.
    """
    code = tidy(text)
    problem = first_problem(code, _CREDIT_ALPHABET, (_CREDIT_LENGTH,))
    if problem:
        return refuse(problem)
    if not code[2:8].isdigit():
        return refuse(Reason.BAD_REGION)
    if code[-1] != credit_check_character(code[:17]):
        return refuse(Reason.BAD_CHECK)
    return Checked(code, facts={"organisation_code": code[8:17]})


def credit_check_character(body: str) -> str:
    """The last character for the first 17. Raises ValueError for anything else."""
    if len(body) != len(_CREDIT_WEIGHTS) or any(c not in _CREDIT_VALUES for c in body):
        raise ValueError("a credit code has 17 characters before its check character")
    total = sum(_CREDIT_VALUES[c] * w for c, w in zip(body, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[-total % 31]


def check_organisation_code(text: str, *, on: date | None = None) -> Checked:
    """An organisation code as typed ("D2143569-X") → 9 upper-case characters, no dash."""
    code = tidy(text)
    problem = first_problem(code, _ORGANISATION_ALPHABET, (_ORGANISATION_LENGTH,))
    if problem:
        return refuse(problem)
    if code[-1] != organisation_check_character(code[:8]):
        return refuse(Reason.BAD_CHECK)
    return Checked(code)


def organisation_check_character(body: str) -> str:
    """The last character for the first 8. Raises ValueError for anything else.

    Values run to 35 and the modulus is 11, so a letter for a letter may pass unseen; a digit
    for a digit never does.
    """
    if len(body) != len(_ORGANISATION_WEIGHTS) or any(
        c not in _ORGANISATION_ALPHABET for c in body
    ):
        raise ValueError("an organisation code has 8 characters before its check character")
    values = (_ORGANISATION_ALPHABET.index(c) for c in body)
    total = sum(v * w for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def _resident_kind(code: str) -> IdKind | None:
    if code[:2] in _PROVINCES:
        return IdKind.RESIDENT
    if code[:6] in {"810000", "820000", "830000"}:
        return IdKind.RESIDENCE_PERMIT
    return IdKind.PERMANENT_RESIDENCE if code[:1] == "9" else None


def _birthday(code: str) -> date | None:
    digits = code[6:14]
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    if int(digits[:4]) < _FIRST_BIRTH_YEAR:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


#: The checks by the name that a rule pack uses for them.
VALIDATORS: Mapping[str, Validator] = MappingProxyType(
    {
        "cn_resident_id": check_resident_id,
        "cn_credit_code": check_credit_code,
        "cn_organisation_code": check_organisation_code,
        "cn_phone": check_phone_cn,
        "e164_phone": check_phone_e164,
    }
)
