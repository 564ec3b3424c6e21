"""Actors and texts that the tests of rule documents share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from linli.engines.rulebook import services
from linli.engines.rulebook.models import RuleVersion
from linli.engines.rulebook.types import ClauseText, DocumentKind
from linli.kernel.ids import uuid7

SHANGHAI = "310000"
MINGZHU = "mingzhu"
COMMITTEE = UUID(int=7)


@dataclass(frozen=True)
class FakeActor:
    """An actor as the kernel's protocol wants it: the registry lies above the rulebook."""

    community_id: UUID
    grants: tuple[tuple[str, str], ...] = ()
    user_id: UUID | None = field(default_factory=uuid7)
    person_id: UUID | None = field(default_factory=uuid7)
    organisation_ids: frozenset[UUID] = frozenset({COMMITTEE})

    def has_role(self, *roles: str, place_path: str = "") -> bool:
        return any(role in roles for role, _path in self.grants)

    def subtrees(self, *roles: str) -> list[str]:
        return [path for role, path in self.grants if role in roles]

    def posts(self, *roles: str) -> list[tuple[UUID, str]]:
        return [(COMMITTEE, path) for role, path in self.grants if role in roles]


def chair(community: Any) -> FakeActor:
    return FakeActor(community.pk, (("chair", ""),))


def owners(community: Any, path: str = MINGZHU) -> FakeActor:
    return FakeActor(community.pk, (("owners_committee", path),))


def neighbour(community: Any) -> FakeActor:
    return FakeActor(community.pk)


def clause(number: str = "1", setting: str = "", value: Any = None) -> ClauseText:
    settles = {setting: value} if setting else {}
    return ClauseText(number, "", f"What clause {number} says.", settles)


def draft(
    actor: FakeActor,
    *clauses: ClauseText,
    kind: DocumentKind = DocumentKind.ASSEMBLY_RULES,
    place: str = MINGZHU,
    title: str = "Rules",
    jurisdiction: str = SHANGHAI,
) -> RuleVersion:
    """A fresh draft."""
    document_id = services.draft_document(
        actor,
        jurisdiction=jurisdiction,
        kind=kind,
        place_path=place,
        title=title,
        clauses=clauses or (clause(),),
        idempotency_key=uuid7().hex,
    )
    return RuleVersion.objects.get(document_id=document_id)


def adopt(actor: FakeActor, version: RuleVersion, on: date) -> RuleVersion:
    """Post and adopt a draft on a day."""
    services.post_version(actor, version.pk, from_day=on, to_day=on, where="Both gates")
    return services.adopt_version(
        actor, version.pk, on_day=on, body="Owners' assembly", votes="60 of 67 heads, 61 % of area"
    )


def enforce(actor: FakeActor, version: RuleVersion, on: date) -> RuleVersion:
    """Post, adopt and put in force on a day."""
    adopt(actor, version, on)
    return services.enforce_version(actor, version.pk, from_day=on)
