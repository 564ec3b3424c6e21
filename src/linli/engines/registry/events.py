"""What the registry tells the rest of Linli, and what the rest tells the registry of its rows.

Topics, all published in the transaction of the deed and delivered after commit:

``registry.place_moved``   ``place_id``, ``old_path``, ``new_path``
``registry.persons_joined`` ``from_id``, ``to_id``, ``kind`` (merged, split, undone)
``registry.life_event``    ``kind`` (``types.EventInLife``), ``place_id`` or None, ``person_ids``
``registry.acting_for``    ``id``, ``principal_id``, ``agent_id``, ``kind`` (granted, revoked)
``registry.community_split`` ``new_community_id``, ``person_ids`` (those who must be told, PIPL 22)

An engine above whose rows carry a place path or point to a person says so here, so that a moved
place and a merged person take those rows along in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli.kernel import outbox
from linli.kernel.scope import ScopedModel

PLACE_MOVED = "registry.place_moved"
PERSONS_JOINED = "registry.persons_joined"
LIFE_EVENT = "registry.life_event"
ACTING_FOR = "registry.acting_for"
COMMUNITY_SPLIT = "registry.community_split"


@dataclass(frozen=True, slots=True, order=True)
class Carrier:
    """A column of another table that follows places or persons."""

    label: str
    field: str


_paths: dict[Carrier, type[ScopedModel]] = {}
_pins: dict[Carrier, type[ScopedModel]] = {}
_persons: dict[Carrier, type[ScopedModel]] = {}


def carries_place_path(model: type[ScopedModel], field: str = "place_path") -> None:
    """Let ``move_place`` rewrite ``field`` of ``model`` when a place above it moves."""
    _paths[Carrier(model._meta.label_lower, field)] = model


def pins_place_path(model: type[ScopedModel], field: str = "place_path") -> None:
    """Let ``move_place`` refuse to move a place in which ``model`` has a row: what was adopted
    for a place is adopted anew for another one."""
    _pins[Carrier(model._meta.label_lower, field)] = model


def carries_person(model: type[ScopedModel], field: str) -> None:
    """Let ``merge_persons`` point the foreign key ``field`` of ``model`` to another person."""
    _persons[Carrier(model._meta.label_lower, field)] = model


def list_path_carriers() -> list[tuple[Carrier, type[ScopedModel]]]:
    """Columns that carry place paths, in a fixed order (so that two moves cannot deadlock)."""
    return sorted(_paths.items(), key=lambda pair: pair[0])


def list_path_pins() -> list[tuple[Carrier, type[ScopedModel]]]:
    """Columns whose rows hold their place where it is."""
    return sorted(_pins.items(), key=lambda pair: pair[0])


def list_person_carriers() -> list[tuple[Carrier, type[ScopedModel]]]:
    """Columns that point to persons, in a fixed order."""
    return sorted(_persons.items(), key=lambda pair: pair[0])


def tell(topic: str, community_id: UUID, **payload: Any) -> None:
    """Queue one event; ids are told as text, never anything about a person."""
    outbox.publish(topic, payload, community_id=community_id)
