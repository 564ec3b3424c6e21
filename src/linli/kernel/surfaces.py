"""Cards that practices put on the faces (resident home, desk, wall)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linli.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Card:
    """One card: a template and what it shows."""

    template: str
    values: dict[str, Any]


Maker = Callable[[Actor], Card | None]
_makers: dict[str, list[tuple[int, str, Maker]]] = {}


def surface(face: str, *, weight: int = 50) -> Callable[[Maker], Maker]:
    """Register ``f(actor) -> Card or None`` for a face; lighter cards stand first."""

    def register(function: Maker) -> Maker:
        name = f"{function.__module__}.{function.__qualname__}"
        row = _makers.setdefault(face, [])
        row[:] = sorted(
            [*(m for m in row if m[1] != name), (weight, name, function)], key=lambda m: m[:2]
        )
        return function

    return register


def cards(face: str, actor: Actor) -> list[Card]:
    """The cards of a face for ``actor``; a maker that has nothing to say returns None."""
    return [card for *_, maker in _makers.get(face, ()) if (card := maker(actor)) is not None]
