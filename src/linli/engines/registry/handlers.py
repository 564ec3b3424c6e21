"""The registry's own rows that follow places and persons."""

from __future__ import annotations

from linli.engines.registry import events
from linli.engines.registry.models import (
    ActingFor,
    Binding,
    Consent,
    DutyShift,
    HouseholdMember,
    Mandate,
    Organisation,
    PersonRecord,
    Residence,
    Sharing,
    Tie,
)
from linli.engines.rulebook.models import RuleDocument

events.pins_place_path(RuleDocument)
events.carries_place_path(Mandate)
events.carries_place_path(Organisation)
events.carries_place_path(Sharing)

for _model in (Binding, Consent, DutyShift, HouseholdMember, Mandate, PersonRecord, Residence, Tie):
    events.carries_person(_model, "person")
events.carries_person(ActingFor, "principal")
events.carries_person(ActingFor, "agent")
events.carries_person(Consent, "given_by")
events.carries_person(DutyShift, "handed_over_to")
events.carries_person(Tie, "other")
