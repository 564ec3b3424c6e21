"""Moving a place with all that hangs on it, and the names by which people call a place."""

from __future__ import annotations

import unicodedata

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from linli.engines.registry import events
from linli.engines.registry.models import Place
from linli.engines.registry.services.common import RegistryError, require_registrar
from linli.kernel import audit, live
from linli.kernel.actors import Actor
from linli.kernel.scope import ScopedModel, within_place

PATH_CHARS_MAX = 255
ALIAS_CHARS_MAX = 40


@transaction.atomic
def move_place(actor: Actor, place: Place, new_parent: Place | None) -> Place:
    """Put a place, with everything below it, under another place (None: the top of the tree).

    Every row that carries a path of the subtree, in this engine and above (see
    ``events.carries_place_path``), is rewritten in the same transaction; so nobody ever sees a
    mandate or a case of a place that is elsewhere.

    Raises:
        RegistryError: the new parent lies inside the place or outside the community, its path is
            taken, or a path would become longer than 255 characters.
        NotAllowed: the actor does not keep the register.
    """
    require_registrar(actor)
    rows = list(Place.objects.select_for_update().filter(within_place(place.path, "path")))
    root = next(row for row in rows if row.pk == place.pk)
    old, key = root.path, root.path.rsplit("/", 1)[-1]
    new = f"{new_parent.path}/{key}" if new_parent else key
    _check_target(rows, root, new_parent, new)
    if new != old:
        _repath(rows, root, new_parent, new)
        audit.record(actor, "place_moved", root, detail={"old_path": old, "new_path": new})
        events.tell(
            events.PLACE_MOVED,
            root.community_id,
            place_id=str(root.pk),
            old_path=old,
            new_path=new,
        )
        live.bump([live.topic("places", root.community_id)])
    return Place.objects.get(pk=root.pk)


def _check_target(rows: list[Place], root: Place, parent: Place | None, new: str) -> None:
    if parent is not None and any(row.pk == parent.pk for row in rows):
        raise RegistryError("a place cannot be moved into itself")
    if new != root.path and Place.objects.filter(path=new).exists():
        raise RegistryError(f"there is already a place at {new}")
    for carrier, model in events.list_path_pins():
        held = within_place(root.path, carrier.field)
        if new != root.path and model._default_manager.filter(held).exists():
            raise RegistryError(f"a {carrier.label} was adopted for this place; end it first")
    longest = max(len(row.path) for row in rows)
    if longest + len(new) - len(root.path) > PATH_CHARS_MAX:
        raise RegistryError("the tree would become too deep")


def _repath(rows: list[Place], root: Place, parent: Place | None, new: str) -> None:
    old, old_name = root.path, root.full_name
    new_name = f"{parent.full_name if parent else ''}{root.name}"
    for row in rows:
        row.path = new + row.path[len(old) :]
        if row.full_name.startswith(old_name):
            row.full_name = new_name + row.full_name[len(old_name) :]
    root.parent = parent
    Place.objects.bulk_update(rows, ["path", "full_name", "parent"], batch_size=200)
    for carrier, model in events.list_path_carriers():
        repath_rows(model, carrier.field, old, new)


def repath_rows(model: type[ScopedModel], field: str, old: str, new: str) -> int:
    """Rewrite the paths of one table from ``old`` to ``new``; returns how many rows."""
    rest = Substr(F(field), len(old) + 1)
    return model._default_manager.filter(within_place(old, field)).update(
        **{field: Concat(Value(new), rest)}
    )


@transaction.atomic
def add_alias(actor: Actor, place: Place, alias: str) -> Place:
    """Let people call a place ``alias`` as well (1 to 40 characters); twice is once."""
    require_registrar(actor, place.path)
    wanted = unicodedata.normalize("NFKC", alias).strip()
    if not 0 < len(wanted) <= ALIAS_CHARS_MAX:
        raise RegistryError(f"an alias has 1 to {ALIAS_CHARS_MAX} characters")
    row = Place.objects.select_for_update().get(pk=place.pk)
    if wanted not in row.aliases:
        _set_aliases(actor, row, [*row.aliases, wanted], "place_alias_added")
    return row


@transaction.atomic
def remove_alias(actor: Actor, place: Place, alias: str) -> Place:
    """Take an alias away; one that is not there is no error."""
    require_registrar(actor, place.path)
    row = Place.objects.select_for_update().get(pk=place.pk)
    if alias in row.aliases:
        _set_aliases(actor, row, [a for a in row.aliases if a != alias], "place_alias_removed")
    return row


def _set_aliases(actor: Actor, row: Place, aliases: list[str], action: str) -> None:
    row.aliases = aliases
    row.save(update_fields=["aliases"])
    audit.record(actor, action, row, detail={"aliases": len(aliases)})
    live.bump([live.topic("places", row.community_id)])
