"""A small community for the registry's tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from linli.engines.registry import selectors, services
from linli.engines.registry.models import (
    Community,
    LegalBasis,
    Organisation,
    Person,
    Place,
    PlaceKind,
    RecordKind,
    Residence,
)
from linli.engines.registry.types import Provenance, ResolvedActor, Role
from linli.kernel.actors import SystemActor
from linli.kernel.scope import in_community

SINCE = date(2024, 1, 1)
ROLL = Provenance("roll 2026", LegalBasis.STATUTORY_DUTY, "resident_roll")
OWNER = Residence.Relation.OWNER
NAME, PHONE, NUMBER = RecordKind.NAME, RecordKind.PHONE, RecordKind.ID_NUMBER


@dataclass
class World:
    """Two estates; the committee, two property companies, the owners' committee, the police."""

    community: Community
    places: dict[str, Place] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def linli(self) -> SystemActor:
        """Linli itself."""
        return SystemActor(self.community.pk)

    def actor(self, who: str) -> ResolvedActor:
        """The person as resolved now."""
        person = Person.objects.get(pk=self.people[who].pk)
        return selectors.resolve_actor(self.community, person.user)

    def person(self, key: str, home: str = "", share: tuple[int, int] | None = None) -> Person:
        """Add somebody who can sign in, as owner of ``home`` if given."""
        person = services.add_person(
            name=f"张{key}", phone=f"+8619900{len(self.people):06d}", with_user=True
        )
        self.people[key] = person
        if home:
            services.add_residence(person, self.places[home], OWNER, SINCE, share=share)
        return person

    def staff(self, key: str, role: Role, body: str, place_path: str = "") -> Person:
        """Add somebody who acts for an organisation."""
        person = self.person(key)
        services.grant_mandate(
            person,
            role,
            organisation=self.bodies[body],
            place_path=place_path,
            starts_on=SINCE,
        )
        return person


def build(name: str = "和睦里") -> World:
    """Found the community; the caller enters its scope."""
    community = services.create_community(name=name, jurisdiction="310000", language="zh-hans")
    world = World(community)
    with in_community(community.pk):
        _places(world)
        for key, body, area in (
            ("committee", "residents_committee", ""),
            ("property", "property", ""),
            ("police", "police", ""),
            ("owners", "owners_committee", "e1"),
        ):
            world.bodies[key] = services.add_organisation(body=body, name=key, place_path=area)
        for key, role, body in (
            ("chair", Role.CHAIR, "committee"),
            ("dispatcher", Role.DISPATCHER, "committee"),
            ("manager", Role.MANAGER, "property"),
            ("crew", Role.CREW, "property"),
            ("officer", Role.MANAGER, "police"),
        ):
            world.staff(key, role, body)
    return world


def _places(world: World) -> None:
    def add(key: str, kind: PlaceKind, name: str, parent: str = "", **more: Any) -> None:
        place = services.add_place(
            key=key, kind=kind, name=name, parent=world.places.get(parent), **more
        )
        world.places[place.path] = place

    for estate, name in (("e1", "和睦一村"), ("e2", "明珠苑")):
        add(estate, PlaceKind.ESTATE, name)
        for number in (1, 2):
            add(f"b{number}", PlaceKind.BUILDING, f"{number}号", estate, number=str(number))
        for flat in (101, 102, 201):
            add(f"d{flat}", PlaceKind.DWELLING, f"{flat}室", f"{estate}/b1", number=str(flat))
