"""Which face a person meets first: the resident's phone, the desk, the worker's list, the wall."""

from __future__ import annotations

from typing import Any

from linli.engines.registry.types import Role

#: roles in the order in which they decide the face
_FACES: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("wall", (Role.WALL,)),
    ("desk", (Role.DISPATCHER, Role.CHAIR, Role.STREET_OFFICER, Role.MANAGER)),
)

#: address of each face's first page; the resident's is the home itself
START = {"desk": "dispatch:desk", "wall": "wall"}


def face_of(actor: Any) -> str:
    """``resident``, ``desk`` or ``wall``. Crew, volunteers and the rest carry the phone."""
    if actor is None:
        return "resident"
    for face, roles in _FACES:
        if actor.has_role(*roles):
            return face
    return "resident"


def start_of(actor: Any) -> str:
    """The url name of the first page; empty for the home. A worker meets today's jobs."""
    face = face_of(actor)
    if face == "resident" and actor.has_role(Role.CREW) and not actor.is_resident:
        return "dispatch:work"
    return START.get(face, "")
