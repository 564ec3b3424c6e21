"""Names of codes in the reader's language: service types, dangers, rules."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.selectors import in_language
from linli.engines.rulebook.types import ClockRule, ServiceType

__all__ = ["PRIORITIES", "find_service", "in_language", "rule_of", "service_name"]

PRIORITIES = {
    "P0": _l("Danger"),
    "P1": _l("Urgent"),
    "P2": _l("Soon"),
    "P3": _l("Ordinary"),
    "P4": _l("Complex"),
}


def service_name(jurisdiction: str, code: str, day: date) -> str:
    """The name of a service type; a plain word when triage found none."""
    if not code:
        return _("Not yet sorted")
    service = find_service(jurisdiction, code, day)
    return in_language(service.name) if service else code


def find_service(jurisdiction: str, code: str, day: date) -> ServiceType | None:
    """The service type, or None when the pack no longer offers it."""
    try:
        return rulebook.get_service_type(jurisdiction, code, day)
    except LookupError:
        return None


def rule_of(jurisdiction: str, rule_id: str, day: date) -> ClockRule | None:
    """The clock rule, or None when the pack no longer has it."""
    try:
        return rulebook.get_clock_rule(jurisdiction, rule_id, day)
    except LookupError:
        return None
