"""Who asks, and for what: the Actor protocol, purposes, and the policy of each model.

``Model.objects.visible_to(actor, purpose)`` is the only way from a view to rows. A model has
one policy; without one nobody sees its rows. What an actor may not know of is 404, never 403.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar, runtime_checkable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404


class Purpose(StrEnum):
    """Why rows are read (PIPL art. 6: a definite and reasonable purpose)."""

    OWN = "own"
    HANDLE = "handle"
    SUPERVISE = "supervise"
    PUBLISH = "publish"


@runtime_checkable
class Actor(Protocol):
    """Somebody acting in one community: a person, a program, or nobody in particular."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def community_id(self) -> UUID: ...
    @property
    def organisation_ids(self) -> frozenset[UUID]:
        """Organisations in whose name the actor may act now."""
        ...

    def has_role(self, *roles: str, place_path: str = "") -> bool:
        """Whether a mandate in force gives one of ``roles`` at ``place_path`` or above it."""
        ...

    def subtrees(self, *roles: str) -> Iterable[str]:
        """The place paths in which mandates in force give one of ``roles``."""
        ...

    def posts(self, *roles: str) -> Iterable[tuple[UUID, str]]:
        """(organisation, place path) of the mandates in force that give one of ``roles``."""
        ...


@dataclass(frozen=True, slots=True)
class SystemActor:
    """Linli itself (relay, tick, import). It sees nothing through policies."""

    community_id: UUID
    name: str = "linli"
    user_id: UUID | None = None
    person_id: UUID | None = None
    organisation_ids: frozenset[UUID] = frozenset()

    def has_role(self, *roles: str, place_path: str = "") -> bool:
        return False

    def subtrees(self, *roles: str) -> Iterable[str]:
        return ()

    def posts(self, *roles: str) -> Iterable[tuple[UUID, str]]:
        return ()


class NoPolicy(LookupError):
    """A model was asked for visible rows but nobody wrote down who may see them."""


class NotAllowed(Exception):
    """The actor knows of the thing, but may not do this to it. The text says why."""


QS = TypeVar("QS", bound="models.QuerySet[Any]")
Policy = Callable[[Any, Actor, Purpose], Any]
_policies: dict[type[models.Model], Policy] = {}


def policy(model: type[models.Model]) -> Callable[[Policy], Policy]:
    """Register the policy of ``model``: ``f(queryset, actor, purpose) -> narrower queryset``."""

    def register(function: Policy) -> Policy:
        if _policies.get(model) not in (None, function):
            raise ValueError(f"{model.__name__} already has a policy")
        _policies[model] = function
        return function

    return register


def apply_policy(queryset: QS, actor: Actor, purpose: Purpose) -> QS:
    """Narrow ``queryset`` by its model's policy."""
    try:
        narrow = _policies[queryset.model]
    except KeyError:
        raise NoPolicy(f"{queryset.model.__name__} has no policy") from None
    narrowed: QS = narrow(queryset, actor, Purpose(purpose))
    return narrowed


def get_visible_or_404(
    queryset: models.QuerySet[Any], actor: Actor, purpose: Purpose, **lookup: Any
) -> Any:
    """Return the one visible row matching ``lookup``; what may not be known of is Http404."""
    try:
        return apply_policy(queryset, actor, purpose).get(**lookup)
    except (queryset.model.DoesNotExist, ValidationError, ValueError, TypeError) as error:
        # A malformed id is as unknown as a well-formed one; Django calls it a ValidationError.
        raise Http404("no such thing here") from error
