"""Values that the registry hands out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """Roles that a mandate may give. Resident follows from a residence, not from a mandate."""

    RESIDENT = "resident"
    BUILDING_LEADER = "building_leader"
    VOLUNTEER = "volunteer"
    GRID_WORKER = "grid_worker"
    CREW = "crew"
    MANAGER = "manager"
    DISPATCHER = "dispatcher"
    OWNERS_COMMITTEE = "owners_committee"
    MEDIATOR = "mediator"
    CHAIR = "chair"
    STREET_OFFICER = "street_officer"
    WALL = "wall"


class BindingLevel(StrEnum):
    """How sure one is that who signs in is the person, from the weakest; each act names the
    level that it needs."""

    PHONE_SEEN = "phone_seen"
    RESIDENT_CHECKED = "resident_checked"
    OWNER_CHECKED = "owner_checked"
    REAL_NAME = "real_name"


class Act(StrEnum):
    """Kinds of act that one person may do for another. A ballot is not among them: nobody votes
    for another by a mandate given on a page."""

    REPORT = "report"
    CONFIRM = "confirm"
    BOOK = "book"
    ASK = "ask"
    COLLECT = "collect"


class EventInLife(StrEnum):
    """What ends what a person had in a dwelling."""

    SALE = "sale"
    MOVE = "move"
    DEATH = "death"


#: roles that keep the community's register of places, people and organisations
REGISTRARS = (Role.DISPATCHER, Role.CHAIR)
#: roles that read what their organisation holds about people; a pair of hands does not
PERSON_READERS = (
    Role.DISPATCHER,
    Role.CHAIR,
    Role.MANAGER,
    Role.GRID_WORKER,
    Role.OWNERS_COMMITTEE,
    Role.MEDIATOR,
    Role.STREET_OFFICER,
)
#: roles that end with the residence on which they rest
RESIDENT_ROLES = (Role.OWNERS_COMMITTEE, Role.BUILDING_LEADER)

#: roles whose face is the desk
DESK_ROLES = (Role.DISPATCHER, Role.CHAIR, Role.MANAGER, Role.STREET_OFFICER, Role.MEDIATOR)
#: roles that do the jobs of the organisation for which they are held
HANDS = (
    Role.CREW,
    Role.MANAGER,
    Role.GRID_WORKER,
    Role.MEDIATOR,
    Role.OWNERS_COMMITTEE,
    Role.DISPATCHER,
    Role.CHAIR,
    Role.STREET_OFFICER,
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One mandate in force, as an actor carries it."""

    role: str
    place_path: str
    organisation_id: UUID | None
    public_name: str = ""


@dataclass(frozen=True, slots=True)
class ResolvedActor:
    """A person acting in a community, with the mandates that hold at this moment."""

    community_id: UUID
    user_id: UUID | None = None
    person_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    is_resident: bool = False

    @property
    def organisation_ids(self) -> frozenset[UUID]:
        """Organisations in whose name the actor may act now."""
        return frozenset(g.organisation_id for g in self.grants if g.organisation_id)

    @property
    def roles(self) -> frozenset[str]:
        """All roles held somewhere in the community."""
        held = {g.role for g in self.grants}
        return frozenset(held | {Role.RESIDENT}) if self.is_resident else frozenset(held)

    def has_role(self, *roles: str, place_path: str = "") -> bool:
        """Whether a mandate gives one of ``roles`` at ``place_path`` or above it.

        With the empty path (the whole community) a mandate in any subtree answers yes: use it
        for "is this a mediator at all?", and give a path wherever a row is decided about.
        """
        if Role.RESIDENT in roles and self.is_resident:
            return True
        return any(_covers(g.place_path, place_path) for g in self.grants if g.role in roles)

    def subtrees(self, *roles: str) -> Iterable[str]:
        """The place paths in which mandates give one of ``roles``."""
        return sorted({g.place_path for g in self.grants if g.role in roles})

    def posts(self, *roles: str) -> Iterable[tuple[UUID, str]]:
        """(organisation, place path) of the mandates that give one of ``roles``."""
        return sorted(
            {
                (g.organisation_id, g.place_path)
                for g in self.grants
                if g.role in roles and g.organisation_id
            }
        )

    def public_name_in(self, organisation_id: UUID | None) -> str:
        """How the public calls the actor when acting for ``organisation_id``."""
        names = [g.public_name for g in self.grants if g.organisation_id == organisation_id]
        return next((name for name in names if name), "")


def _covers(above: str, path: str) -> bool:
    return not above or not path or path == above or path.startswith(above + "/")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place as the resolver and the pages need it."""

    id: UUID
    path: str
    kind: str
    name: str
    number: str
    full_name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record comes from and why it may be kept (PIPL art. 6, 13, 19).

    ``legal_basis`` is a value of ``models.LegalBasis``; ``keep_until`` is the last day on which
    it may be kept, None while the purpose lasts.
    """

    source: str
    legal_basis: str
    purpose: str
    keep_until: date | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """Whom a row of an organisation's list was found to be, and by what."""

    person_id: UUID
    #: "id_number", "phone" or "new"
    basis: str
    #: kinds whose value is new or changed
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resident:
    """One row of a list of residents, for the bulk door. ``place_path`` is a dwelling's path;
    ``relation`` a value of ``models.Residence.Relation``; shares are whole numbers."""

    name: str
    place_path: str
    relation: str
    phone: str = ""
    share: tuple[int, int] | None = None
    lives_here: bool = True


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as it may be listed: the value is masked until it is asked for with a purpose."""

    id: UUID
    kind: str
    masked: str
    owner_id: UUID | None
    source: str
    legal_basis: str
    purpose: str
    keep_until: date | None


@dataclass(frozen=True, slots=True)
class Split:
    """What came of splitting a community."""

    community_id: UUID
    places: int
    #: old id -> new id
    persons: dict[UUID, UUID] = field(default_factory=dict)
    organisations: dict[UUID, UUID] = field(default_factory=dict)
    records: int = 0
