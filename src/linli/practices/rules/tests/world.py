"""A small community whose people read and write rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.test import Client

from linli.engines.registry import selectors
from linli.engines.registry import services as registry
from linli.engines.registry.models import Community, Person, PlaceKind
from linli.engines.registry.types import ResolvedActor, Role
from linli.engines.rulebook import services
from linli.engines.rulebook.models import RuleVersion
from linli.engines.rulebook.types import ClauseText, DocumentKind
from linli.kernel.ids import uuid7
from linli.kernel.scope import in_community

SINCE = date(2024, 1, 1)
BACKEND = "linli.site.sign_in.LinliBackend"
#: who -> role, kind of organisation, place of the mandate
PEOPLE: dict[str, tuple[Role | None, str, str]] = {
    "resident": (None, "", ""),
    "manager": (Role.MANAGER, "property", ""),
    "dispatcher": (Role.DISPATCHER, "residents_committee", ""),
    "owners_committee": (Role.OWNERS_COMMITTEE, "owners_committee", "mingzhu"),
    "chair": (Role.CHAIR, "residents_committee", ""),
    "street_officer": (Role.STREET_OFFICER, "street_office", ""),
}
READERS = ("manager", "dispatcher", "owners_committee", "chair", "street_officer")


@dataclass
class World:
    """The community and its people."""

    community: Community
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, who: str) -> ResolvedActor:
        return selectors.resolve_actor(self.community, self.people[who].user)

    def client(self, who: str, language: str = "en") -> Client:
        """A browser signed in as somebody."""
        client = Client()
        client.cookies["linli_language"] = language
        user = self.people[who].user
        assert user is not None
        client.force_login(user, backend=BACKEND)
        return client

    def draft(self, who: str = "owners_committee", **more: Any) -> RuleVersion:
        """A draft of rules of procedure for the estate."""
        given = {
            "jurisdiction": self.community.jurisdiction,
            "kind": DocumentKind.ASSEMBLY_RULES,
            "place_path": "mingzhu",
            "title": "Pearl rules",
            "clauses": [ClauseText("5", "Proxies", "Three at most.", {"proxies_max": 3})],
            "idempotency_key": uuid7().hex,
        }
        document_id: UUID = services.draft_document(self.actor(who), **(given | more))
        return RuleVersion.objects.get(document_id=document_id)

    def enforce(self, version: RuleVersion, day: date, who: str = "owners_committee") -> None:
        """Post, adopt and put in force."""
        actor = self.actor(who)
        services.post_version(actor, version.pk, from_day=day, to_day=day, where="Gate")
        services.adopt_version(actor, version.pk, on_day=day, body="Assembly", votes="60 of 67")
        services.enforce_version(actor, version.pk, from_day=day)


def build(jurisdiction: str = "310000", language: str = "zh-hans") -> World:
    """Found the community; the caller enters its scope."""
    community = registry.create_community(
        name="Hemuli", slug="hemuli", jurisdiction=jurisdiction, language=language
    )
    world = World(community)
    with in_community(community.pk):
        for key, name in (("mingzhu", "Pearl Court"), ("binhe", "Riverside")):
            estate = registry.add_place(key=key, kind=PlaceKind.ESTATE, name=name)
            registry.add_place(
                key="b7", kind=PlaceKind.BUILDING, name="Building 7", number="7", parent=estate
            )
        for who, (role, body, area) in PEOPLE.items():
            person = registry.add_person(name=who, with_user=True)
            world.people[who] = person
            if role is not None:
                organisation = registry.add_organisation(body=body, name=body, place_path=area)
                registry.grant_mandate(
                    person, role, organisation=organisation, place_path=area, starts_on=SINCE
                )
    return world
