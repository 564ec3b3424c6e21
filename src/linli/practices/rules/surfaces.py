"""What this practice puts on the faces: a door for residents to what they agreed on."""

from __future__ import annotations

from linli.kernel.actors import Actor
from linli.kernel.surfaces import Card, surface


@surface("resident_aside", weight=80)
def door(actor: Actor) -> Card | None:
    """Anybody may read what was posted (owners' right to see it: 法释〔2020〕17号, art. 13)."""
    return Card("rules/card_door.html", {})
