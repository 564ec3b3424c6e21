"""Phone numbers as people type them → E.164, by the numbering plan of a country.

Plans are data. A country without one is taken by the general form of ITU-T E.164: a plus, a
country code, at most 15 digits in all.

Source of the plan of China: domain knowledge of this project, not an official table; ranges
change, so a plan refuses by form and length only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from linli.engines.registry.core.checks import (
    MAX_TYPED_CHARS,
    Checked,
    Reason,
    refuse,
    tidy,
)

_E164 = re.compile(r"[1-9][0-9]{6,14}")
#: a refused number this long has a wrong digit rather than one too few or too many
_USUAL_LENGTHS = frozenset({7, 8, 11, 12})
#: "转801", "ext. 801", "分机 801", "#801" behind a number
_EXTENSION = re.compile(r"(?:转|分机号?|ext(?:ension)?|#)[:.,\s]*([0-9]{1,6})\s*$", re.IGNORECASE)
#: 010-62345678-801: a third group behind a landline number is an extension
_DASHED = re.compile(r"^\s*(0[0-9]{2,3}\s*-\s*[0-9]{7,8})\s*-\s*([0-9]{1,6})\s*$")
#: "Tel:", "电话:" and "手机:" stand before a number in many lists
_LABEL = re.compile(r"^\s*(?:tel|phone|mobile|电话|手机号?|座机|固话)?\s*:?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberKind:
    """One kind of number in a plan; ``form`` matches the national number without trunk prefix.

    ``is_short`` marks numbers that work only inside the country: they are stored as dialled,
    without a country code, because +86 12345 reaches nobody. ``needs_trunk`` marks a form that
    without its leading zero looks too much like another number that lost a digit.
    """

    name: str
    form: re.Pattern[str]
    is_short: bool = False
    needs_trunk: bool = False


@dataclass(frozen=True, slots=True)
class PhonePlan:
    """The numbering plan of a country: calling code, trunk prefix, kinds in order of trial."""

    country: str
    calling_code: str
    trunk: str
    kinds: tuple[NumberKind, ...]
    #: a subscriber number dialled inside one area, or None where that is not done
    local: re.Pattern[str] | None = None


CHINA = PhonePlan(
    country="CN",
    calling_code="86",
    trunk="0",
    kinds=(
        NumberKind("virtual_mobile", re.compile(r"(?:162|165|167|170|171)[0-9]{8}")),
        NumberKind("mobile", re.compile(r"1[3-9][0-9]{9}")),
        NumberKind("freephone", re.compile(r"[48]00[0-9]{7}")),
        # Spreadsheets drop a leading zero, so an area code without it is taken where it is clear.
        NumberKind("landline", re.compile(r"(?:10|2[0-9])[1-9][0-9]{7}")),
        NumberKind("landline", re.compile(r"[3-9][0-9]{2}[1-9][0-9]{7}")),
        # 391 1234567 may as well be the mobile number 1391234567x without its ends.
        NumberKind("landline", re.compile(r"[3-9][0-9]{2}[1-9][0-9]{6}"), needs_trunk=True),
        NumberKind("emergency", re.compile(r"11[09]|12[02]"), is_short=True),
        NumberKind("service", re.compile(r"1[0-2][0-9]{3}"), is_short=True),
        NumberKind("service", re.compile(r"9[56][0-9]{3,6}"), is_short=True),
    ),
    local=re.compile(r"[2-8][0-9]{6,7}"),
)
PLANS: dict[str, PhonePlan] = {plan.calling_code: plan for plan in (CHINA,)}


def check_phone(text: str, plan: PhonePlan | None = None, *, area: str = "") -> Checked:
    """A phone number as typed → E.164 ("+8613800138000"), or a short number as dialled.

    ``plan`` is the country one is in; without it a country code is needed. ``area`` is the
    area code ("021") that a number without one belongs to, if the caller knows it.
    ``facts``: ``kind``, ``country`` (empty for a country without plan), ``extension``.
    """
    if len(text) > MAX_TYPED_CHARS:
        return refuse(Reason.TOO_LONG)
    body, extension = _split_extension(unicodedata.normalize("NFKC", text))
    digits = tidy(_LABEL.sub("", body))
    if not digits:
        return refuse(Reason.EMPTY)
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return refuse(Reason.BAD_CHARACTER)
    if digits.startswith(("+", "00")):
        return _international(digits.lstrip("+").removeprefix("00"), extension)
    if plan is None:
        return refuse(Reason.NOT_IN_PLAN)
    return _national(digits, plan, area, extension)


def check_phone_cn(text: str, *, on: date | None = None) -> Checked:
    """A number typed in mainland China; foreign ones with their country code."""
    return check_phone(text, CHINA)


def check_phone_e164(text: str, *, on: date | None = None) -> Checked:
    """A number with a country code, from anywhere."""
    return check_phone(text)


def _international(digits: str, extension: str) -> Checked:
    plan = next((p for code, p in PLANS.items() if digits.startswith(code)), None)
    if plan is not None:
        # "+86 (0)21 …" is written on many cards, though nobody can dial it.
        rest = digits.removeprefix(plan.calling_code).removeprefix(plan.trunk)
        kind = _kind_of(rest, plan)
        if kind is None or kind.is_short:
            return refuse(Reason.NOT_IN_PLAN if rest else Reason.BAD_LENGTH)
        return _found(rest, plan, kind, extension)
    if not _E164.fullmatch(digits):
        return refuse(Reason.NOT_IN_PLAN if digits.startswith("0") else Reason.BAD_LENGTH)
    return Checked("+" + digits, facts={"kind": "", "country": "", "extension": extension})


def _national(digits: str, plan: PhonePlan, area: str, extension: str) -> Checked:
    has_trunk = bool(plan.trunk) and digits.startswith(plan.trunk)
    rest = digits.removeprefix(plan.trunk)
    kind = _kind_of(rest, plan)
    if kind and not (kind.is_short if has_trunk else kind.needs_trunk):
        return _found(rest, plan, kind, extension)
    # A mobile number whose plus was lost: 86138…
    bare = digits.removeprefix(plan.calling_code)
    kind = _kind_of(bare, plan) if bare != digits else None
    if kind and kind.name.endswith("mobile"):
        return _found(bare, plan, kind, extension)
    if plan.local and plan.local.fullmatch(digits):
        if not area:
            return refuse(Reason.AREA_MISSING)
        with_area = plan.trunk + tidy(area).removeprefix(plan.trunk) + digits
        return _national(with_area, plan, "", extension)
    is_usual = len(digits) in _USUAL_LENGTHS
    return refuse(Reason.NOT_IN_PLAN if is_usual else Reason.BAD_LENGTH)


def _kind_of(number: str, plan: PhonePlan) -> NumberKind | None:
    return next((kind for kind in plan.kinds if kind.form.fullmatch(number)), None)


def _found(number: str, plan: PhonePlan, kind: NumberKind, extension: str) -> Checked:
    value = number if kind.is_short else f"+{plan.calling_code}{number}"
    facts = {"kind": kind.name, "country": plan.country, "extension": extension}
    return Checked(value, facts=facts)


def _split_extension(text: str) -> tuple[str, str]:
    dashed = _DASHED.match(text)
    if dashed:
        return dashed[1], dashed[2]
    match = _EXTENSION.search(text)
    return (text[: match.start()], match[1]) if match else (text, "")
