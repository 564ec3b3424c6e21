"""Who may read rule documents, and who may write them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from linli.engines.rulebook.models import (
    Clause,
    RuleDocument,
    RuleStep,
    RuleVersion,
    SettledValue,
)
from linli.engines.rulebook.types import DocumentKind
from linli.kernel.actors import Actor, Purpose, policy
from linli.kernel.scope import within_place

# Roles are the registry's, which lies above: the rulebook only knows them by name.
CHAIR = "chair"
OWNERS_COMMITTEE = "owners_committee"

#: role -> kinds that its holder may draft and record within the mandate's place
DRAFTERS: dict[str, frozenset[DocumentKind]] = {
    CHAIR: frozenset(DocumentKind),
    OWNERS_COMMITTEE: frozenset(
        {DocumentKind.MANAGEMENT_COVENANT, DocumentKind.ASSEMBLY_RULES, DocumentKind.OTHER}
    ),
}


def _reaches(subtree: str, place_path: str) -> bool:
    return not subtree or place_path == subtree or place_path.startswith(subtree + "/")


def may_write(actor: Actor, kind: DocumentKind, place_path: str) -> bool:
    """Whether ``actor`` may draft and record a document of ``kind`` that holds at a place."""
    return any(
        kind in kinds and _reaches(subtree, place_path)
        for role, kinds in DRAFTERS.items()
        for subtree in actor.subtrees(role)
    )


def organisation_for(actor: Actor, kind: DocumentKind, place_path: str) -> Any:
    """The organisation in whose name ``actor`` writes it: that of the nearest mandate."""
    roles = [role for role, kinds in DRAFTERS.items() if kind in kinds]
    posts = [post for post in actor.posts(*roles) if _reaches(post[1], place_path)]
    return max(posts, key=lambda post: len(post[1]))[0] if posts else None


def _written_by(actor: Actor) -> Q:
    condition = Q(pk__in=[])
    for role, kinds in DRAFTERS.items():
        for subtree in actor.subtrees(role):
            condition |= Q(kind__in=kinds) & within_place(subtree)
    return condition


@policy(RuleDocument)
def see_documents(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """What was ever posted is public; a draft is known to those who may write it."""
    posted = RuleVersion.objects.exclude(text_digest="").values("document_id")
    public = Q(pk__in=posted)
    if purpose == Purpose.HANDLE:
        return rows.filter(public | _written_by(actor))
    return rows.filter(public)


@policy(RuleVersion)
def see_versions(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """The same for each version: an old text stays public beside a new draft."""
    if purpose == Purpose.HANDLE:
        mine = RuleDocument.objects.filter(_written_by(actor)).values("pk")
        return rows.filter(~Q(text_digest="") | Q(document_id__in=mine))
    return rows.exclude(text_digest="")


@policy(Clause)
def see_clauses(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """A clause is a row only when it was posted: everybody may read it."""
    return rows


@policy(SettledValue)
def see_settled(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """What a posted clause settles is as public as the clause."""
    return rows


@policy(RuleStep)
def see_steps(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """A step is seen with its version."""
    versions = see_versions(RuleVersion.objects.all(), actor, purpose)
    return rows.filter(version_id__in=versions.values("pk"))
