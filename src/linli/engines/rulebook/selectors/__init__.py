"""What the rulebook answers. Packs are read once per process; answers never change after.

Every function takes a jurisdiction code ("CN", "110000", "generic") and, where rules have
periods, the day ``at`` that decides which period speaks. Errors are LookupErrors whose sentence
can be shown to the operator. What communities wrote themselves is read in ``documents``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language

from linli.engines.rulebook.core.calendars import Calendar
from linli.engines.rulebook.core.clocks import HolidayList, rule_in_force
from linli.engines.rulebook.core.deadlines import compute
from linli.engines.rulebook.core.errors import (
    UnknownEmergencyKind,
    UnknownPack,
    UnknownRule,
    UnknownServiceType,
    UnknownSetting,
)
from linli.engines.rulebook.core.loading import LoadedPack, load_packs
from linli.engines.rulebook.types import (
    ClauseSetting,
    ClockRule,
    Deadline,
    DocumentKind,
    DocumentKindRule,
    Hold,
    Localised,
    Pack,
    ServiceType,
)

__all__ = [
    "compute_deadline",
    "get_calendar",
    "get_clause_setting",
    "get_clock_rule",
    "get_document_kind",
    "get_emergency_number",
    "get_pack",
    "get_service_type",
    "in_language",
    "list_clause_settings",
    "list_clock_rules",
    "list_document_kinds",
    "list_families",
    "list_holiday_lists",
    "list_packs",
    "list_service_types",
]

#: The folder of the packs that ship.
PACKS = Path(__file__).resolve().parents[1] / "packs"


@lru_cache(maxsize=1)
def _packs() -> dict[str, LoadedPack]:
    return load_packs(PACKS)


def _pack(jurisdiction: str) -> LoadedPack:
    packs = _packs()
    if jurisdiction not in packs:
        known = ", ".join(packs)
        raise UnknownPack(f"there is no rule pack '{jurisdiction}' (there are: {known})")
    return packs[jurisdiction]


def list_packs() -> tuple[Pack, ...]:
    """Every pack, ordered by code."""
    return tuple(loaded.pack for loaded in _packs().values())


def get_pack(code: str) -> Pack:
    """The pack with that jurisdiction code. Raises UnknownPack."""
    return _pack(code).pack


def get_calendar(jurisdiction: str) -> Calendar:
    """Working hours, holidays and make-up workdays of a jurisdiction. Raises UnknownPack."""
    return _pack(jurisdiction).calendar


def list_holiday_lists(jurisdiction: str) -> tuple[HolidayList, ...]:
    """The holiday lists that are loaded, by year, with their sources. Raises UnknownPack."""
    return _pack(jurisdiction).holiday_lists


def list_families(jurisdiction: str) -> dict[str, Localised]:
    """Every service family with its name, in the order of a menu. Raises UnknownPack."""
    return dict(_pack(jurisdiction).pack.families)


def list_service_types(jurisdiction: str, at: date) -> tuple[ServiceType, ...]:
    """The types offered on ``at``, in the order of families. Raises UnknownPack."""
    return _service_types(jurisdiction, at)


@lru_cache(maxsize=64)
def _service_types(jurisdiction: str, at: date) -> tuple[ServiceType, ...]:
    catalogue = _pack(jurisdiction).catalogue
    return tuple(
        dated.type for periods in catalogue.values() for dated in periods if dated.offered(at)
    )


def get_service_type(jurisdiction: str, code: str, at: date) -> ServiceType:
    """The type with that code on ``at``. Raises UnknownPack or UnknownServiceType."""
    for dated in _pack(jurisdiction).catalogue.get(code, ()):
        if dated.offered(at):
            return dated.type
    raise UnknownServiceType(f"'{jurisdiction}' offers no service type '{code}' on {at}")


def list_clock_rules(jurisdiction: str, at: date) -> tuple[ClockRule, ...]:
    """The rules in force on ``at``, ordered by id. Raises UnknownPack."""
    rules = _pack(jurisdiction).rules
    found = (rule_in_force(rules[rule_id], at) for rule_id in sorted(rules))
    return tuple(rule for rule in found if rule is not None)


def get_clock_rule(jurisdiction: str, rule_id: str, at: date) -> ClockRule:
    """The period of a rule that is in force on ``at``; a city's own goes before its parent's.

    Raises UnknownPack or UnknownRule.
    """
    periods = _pack(jurisdiction).rules.get(rule_id)
    if periods is None:
        raise UnknownRule(f"'{jurisdiction}' has no clock rule '{rule_id}'")
    rule = rule_in_force(periods, at)
    if rule is None:
        raise UnknownRule(f"clock rule '{rule_id}' of '{jurisdiction}' is not in force on {at}")
    return rule


def list_document_kinds(jurisdiction: str) -> tuple[DocumentKindRule, ...]:
    """The kinds of rule document that people make themselves there. Raises UnknownPack."""
    return tuple(_pack(jurisdiction).documents.kinds.values())


def get_document_kind(jurisdiction: str, kind: DocumentKind) -> DocumentKindRule:
    """What the pack says about one kind of rule document. Raises UnknownPack."""
    return _pack(jurisdiction).documents.kinds[kind]


def list_clause_settings(jurisdiction: str, at: date) -> tuple[ClauseSetting, ...]:
    """What the law left to rule documents on ``at``, ordered as in the pack."""
    settings = _pack(jurisdiction).documents.settings
    found = (_left_on(periods, at) for periods in settings.values())
    return tuple(setting for setting in found if setting is not None)


def get_clause_setting(jurisdiction: str, key: str, at: date) -> ClauseSetting | None:
    """One setting, or None when the law did not leave it to the document on ``at``.

    Raises UnknownPack; UnknownSetting for a key that no pack has, so that a slip of the pen is
    never taken for a clause that nobody wrote.
    """
    found = _left_on(_pack(jurisdiction).documents.settings.get(key, ()), at)
    if found is None and not any(key in loaded.documents.settings for loaded in _packs().values()):
        raise UnknownSetting(f"no pack has a clause setting '{key}'")
    return found


def _left_on(periods: Sequence[ClauseSetting], at: date) -> ClauseSetting | None:
    for setting in periods:
        if setting.effective_from <= at and (
            setting.effective_to is None or at < setting.effective_to
        ):
            return setting
    return None


def compute_deadline(
    rule: ClockRule,
    start: datetime,
    jurisdiction: str,
    holds: Sequence[Hold] = (),
    language: str | None = None,
) -> Deadline:
    """When ``rule`` ends for a start (aware), in the calendar of ``jurisdiction``.

    ``due_at`` is exclusive and in the pack's time zone. For a rule that counts back, ``start``
    is the date that the act must precede. ``steps`` speak ``language``, else the pack's own.
    Raises UnknownPack; ValueError for a time without zone or a hold that ends before it begins.
    """
    loaded = _pack(jurisdiction)
    return compute(rule, start, loaded.calendar, holds, language or loaded.pack.language)


def get_emergency_number(jurisdiction: str, kind: str) -> str:
    """The number to call for "fire", "police", "medical", … Raises UnknownEmergencyKind."""
    numbers = _pack(jurisdiction).pack.emergency_numbers
    if kind not in numbers:
        known = ", ".join(numbers)
        raise UnknownEmergencyKind(
            f"'{jurisdiction}' names no emergency number for '{kind}' (there are: {known})"
        )
    return numbers[kind]


def in_language(text: Localised) -> str:
    """The text in the reader's language, else in English, else in any that it has."""
    language = (get_language() or "en").lower()
    return text.get(language) or text.get("en") or next(iter(text.values()), "")
