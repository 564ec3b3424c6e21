"""Who lives where, who acts for whom, and who is on duty."""

from linli.engines.registry.models.homes import (
    ActingFor,
    Household,
    HouseholdMember,
    Residence,
    Tie,
)
from linli.engines.registry.models.organisations import (
    DutyRoster,
    DutyShift,
    LegalBody,
    Mandate,
    Organisation,
    Sharing,
)
from linli.engines.registry.models.people import (
    Binding,
    Consent,
    IdentityDecision,
    LegalBasis,
    Person,
    PersonRecord,
    RecordKind,
)
from linli.engines.registry.models.places import (
    AreaSource,
    Community,
    CoordinateSystem,
    EstateState,
    Facility,
    GridArea,
    GridKind,
    Place,
    PlaceKind,
)

__all__ = [
    "ActingFor",
    "AreaSource",
    "Binding",
    "Community",
    "Consent",
    "CoordinateSystem",
    "DutyRoster",
    "DutyShift",
    "EstateState",
    "Facility",
    "GridArea",
    "GridKind",
    "Household",
    "HouseholdMember",
    "IdentityDecision",
    "LegalBasis",
    "LegalBody",
    "Mandate",
    "Organisation",
    "Person",
    "PersonRecord",
    "Place",
    "PlaceKind",
    "RecordKind",
    "Residence",
    "Sharing",
    "Tie",
]
