"""Who may see rows of the registry."""

from __future__ import annotations

from typing import Any

from linli.engines.registry.models import Organisation, Person, Place, PlaceKind
from linli.engines.registry.types import Role
from linli.kernel.actors import Actor, Purpose, policy


@policy(Place)
def see_places(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """Places are known to everybody in the community; dwellings only to those who live there
    or work with them."""
    if purpose == Purpose.PUBLISH:
        return rows.exclude(kind__in=[PlaceKind.DWELLING, PlaceKind.UNIT])
    return rows


@policy(Organisation)
def see_organisations(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """Organisations and their duty phones are public."""
    return rows


@policy(Person)
def see_persons(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """A person sees himself. The residents' committee sees persons where its mandate holds."""
    if purpose == Purpose.OWN:
        return rows.filter(pk=actor.person_id) if actor.person_id else rows.none()
    if purpose == Purpose.HANDLE and actor.has_role(Role.CHAIR, Role.DISPATCHER):
        return rows
    return rows.none()
