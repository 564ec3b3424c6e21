"""Values that the registry hands out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
