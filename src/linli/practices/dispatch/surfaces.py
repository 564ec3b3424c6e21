"""What this practice puts on the faces."""

from __future__ import annotations

from linli.engines.casework import selectors
from linli.kernel.actors import Actor
from linli.kernel.surfaces import Card, surface
from linli.practices.dispatch import pages


@surface("resident", weight=10)
def waiting(actor: Actor) -> Card | None:
    """What only I can close, with how long it has waited."""
    cases = selectors.list_waiting_for_reporter(actor)
    rows = [pages.own_row(case) for case in cases]
    return Card("dispatch/card_waiting.html", {"rows": rows})


@surface("resident", weight=20)
def report_button(actor: Actor) -> Card | None:
    """The big button."""
    return Card("dispatch/card_report.html", {})


@surface("resident_tiles", weight=20)
def tiles(actor: Actor) -> Card | None:
    """Doors to the pages of this practice."""
    return Card("dispatch/tiles.html", {})


@surface("resident_aside", weight=20)
def my_matters(actor: Actor) -> Card | None:
    """My open matters with promise and elapsed time."""
    own = selectors.list_own_cases(actor, limit=20)
    rows = [pages.own_row(c) for c in own if c.state not in ("done", "confirmed")][:3]
    return Card("dispatch/card_matters.html", {"rows": rows, "has_any": bool(own)})
