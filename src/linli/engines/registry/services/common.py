"""What the registry's verbs share: who may use them, on which day, and how they refuse."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from linli.engines.registry import selectors
from linli.engines.registry.types import REGISTRARS
from linli.kernel.actors import Actor, NotAllowed, SystemActor


class RegistryError(ValueError):
    """What was asked cannot be written; the text says why."""


def require_registrar(actor: Actor, place_path: str = "") -> None:
    """Let only the community's desk, or Linli itself (import, command line), go on.

    Raises:
        NotAllowed: anybody else.
    """
    if isinstance(actor, SystemActor):
        return
    if not actor.has_role(*REGISTRARS, place_path=place_path):
        raise NotAllowed(_("Only the community's desk keeps this register."))


def today(actor: Actor) -> date:
    """The community's local day: the one that decides what is in force."""
    return selectors.local_day(selectors.get_community(actor.community_id))
