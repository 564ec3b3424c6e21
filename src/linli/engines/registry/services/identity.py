"""Two identities that are one person, one that is two, and the way back from either.

Nothing is copied: rows are pointed to the other person, and the decision keeps which rows. To
undo means to point back exactly those that are still there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from linli.engines.registry import events
from linli.engines.registry.models import IdentityDecision, Person, PersonRecord
from linli.engines.registry.services.common import RegistryError, require_registrar
from linli.kernel import audit, clock
from linli.kernel.actors import Actor
from linli.kernel.scope import ScopedModel

Moved = dict[str, list[str]]


@transaction.atomic
def merge_persons(actor: Actor, keep: Person, other: Person, basis: str) -> IdentityDecision:
    """Let ``other`` be ``keep``: every row that points to ``other`` points to ``keep``.

    Where both have a current record of one owner and kind, ``other``'s is superseded. A row that
    would break a rule of its table stays where it is. A sign-in moves if ``keep`` has none.

    Args:
        basis: code of what showed that they are one, e.g. "id_number", "seen_together".

    Raises:
        RegistryError: the same person twice, one that was merged already, or an erased one.
        NotAllowed: the actor does not keep the register.
    """
    require_registrar(actor)
    keep, other = _lock(keep.pk, other.pk)
    if keep.pk == other.pk or keep.merged_into_id or other.merged_into_id:
        raise RegistryError("two persons are needed of whom neither was merged before")
    if keep.is_erased or other.is_erased:
        raise RegistryError("an erased person cannot be merged")
    detail: dict[str, Any] = {"superseded": _supersede_doubles(keep, other)}
    detail["moved"] = _move_all(other, keep)
    detail["user"] = _move_user(other, keep)
    Person.objects.filter(pk=other.pk).update(merged_into=keep)
    return _decide(actor, IdentityDecision.Kind.MERGED, other, keep, basis, detail)


@transaction.atomic
def split_person(
    actor: Actor, person: Person, rows: Iterable[ScopedModel], basis: str
) -> tuple[Person, IdentityDecision]:
    """Make of one identity two: ``rows`` (records, residences, …) go to a new person.

    Raises:
        RegistryError: nothing to take along, or a row that is not this person's.
    """
    require_registrar(actor)
    (person,) = _lock(person.pk)
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        wanted.setdefault(row._meta.label_lower, set()).add(row.pk)
    new = Person.objects.create(language=person.language)
    moved: Moved = {}
    for carrier, model in events.list_person_carriers():
        ids = wanted.get(carrier.label, set())
        for pk in _move(model, carrier.field, person, new, only=ids) if ids else ():
            moved.setdefault(f"{carrier.label}.{carrier.field}", []).append(str(pk))
    taken = {UUID(pk) for ids in moved.values() for pk in ids}
    if not taken or taken != {pk for ids in wanted.values() for pk in ids}:
        raise RegistryError("only rows of this person can go to the new one, at least one")
    decision = _decide(
        actor, IdentityDecision.Kind.SPLIT, person, new, basis, {"moved": moved, "superseded": []}
    )
    return new, decision


@transaction.atomic
def undo_decision(actor: Actor, decision: IdentityDecision, basis: str) -> IdentityDecision:
    """Take a merge or a split back: exactly the rows that went come back, if still there.

    Raises:
        RegistryError: not a merge or split, or undone already.
    """
    require_registrar(actor)
    if decision.kind not in (IdentityDecision.Kind.MERGED, IdentityDecision.Kind.SPLIT):
        raise RegistryError("only a merge or a split can be undone")
    if IdentityDecision.objects.filter(undoes=decision).exists() or decision.from_ref is None:
        raise RegistryError("this decision was undone already")
    _lock(decision.from_ref, decision.to_ref)
    source = Person.objects.get(pk=decision.from_ref)
    target = Person.objects.get(pk=decision.to_ref)
    models = {f"{c.label}.{c.field}": (m, c.field) for c, m in events.list_person_carriers()}
    back: Moved = {}
    for name, ids in decision.detail["moved"].items():
        if name in models:  # a practice that was removed took its table along
            model, field = models[name]
            only = {UUID(pk) for pk in ids}
            back[name] = [str(pk) for pk in _move(model, field, target, source, only=only)]
    PersonRecord.objects.filter(pk__in=decision.detail["superseded"]).update(superseded_at=None)
    if decision.detail.get("user"):
        _move_user(target, source)
    if decision.kind == IdentityDecision.Kind.MERGED:
        Person.objects.filter(pk=source.pk).update(merged_into=None)
    else:
        Person.objects.filter(pk=target.pk).update(merged_into=source)
    detail = {"moved": back, "superseded": []}
    return _decide(
        actor, IdentityDecision.Kind.UNDONE, target, source, basis, detail, undoes=decision
    )


def _lock(*ids: UUID) -> list[Person]:
    """The persons in the order asked for, locked in the order of their ids."""
    rows = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    return [rows[pk] for pk in ids]


def _supersede_doubles(keep: Person, other: Person) -> list[str]:
    current = PersonRecord.objects.filter(superseded_at__isnull=True)
    have = set(current.filter(person=keep).values_list("owner_id", "kind"))
    ids = [r.pk for r in current.filter(person=other) if (r.owner_id, r.kind) in have]
    PersonRecord.objects.filter(pk__in=ids).update(superseded_at=clock.now())
    return [str(pk) for pk in ids]


def _move_all(source: Person, target: Person) -> Moved:
    moved: Moved = {}
    for carrier, model in events.list_person_carriers():
        ids = _move(model, carrier.field, source, target)
        if ids:
            moved[f"{carrier.label}.{carrier.field}"] = [str(pk) for pk in ids]
    return moved


def _move(
    model: type[ScopedModel],
    field: str,
    source: Person,
    target: Person,
    only: set[UUID] | None = None,
) -> list[UUID]:
    """Point rows of one table to another person; a row that its table refuses stays."""
    rows = model._default_manager.filter(**{field: source}).order_by("pk")
    ids = [pk for pk in rows.values_list("pk", flat=True) if only is None or pk in only]
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=ids).update(**{field: target})
        return ids
    except IntegrityError:
        return [pk for pk in ids if _move_one(model, field, pk, target)]


def _move_one(model: type[ScopedModel], field: str, pk: UUID, target: Person) -> bool:
    try:
        with transaction.atomic():
            return bool(model._default_manager.filter(pk=pk).update(**{field: target}))
    except IntegrityError:
        return False


def _move_user(source: Person, target: Person) -> str | None:
    source.refresh_from_db()
    target.refresh_from_db()
    if source.user_id is None or target.user_id is not None:
        return None
    user_id = source.user_id
    Person.objects.filter(pk=source.pk).update(user_id=None)
    Person.objects.filter(pk=target.pk).update(user_id=user_id)
    return str(user_id)


def _decide(
    actor: Actor,
    kind: IdentityDecision.Kind,
    source: Person,
    target: Person,
    basis: str,
    detail: dict[str, Any],
    undoes: IdentityDecision | None = None,
) -> IdentityDecision:
    row = IdentityDecision.objects.create(
        kind=kind,
        from_ref=source.pk,
        to_ref=target.pk,
        basis=basis,
        detail=detail,
        undoes=undoes,
        by_ref=actor.person_id,
        at=clock.now(),
    )
    audit.record(actor, f"persons_{kind}", target, detail={"other": str(source.pk)})
    events.tell(
        events.PERSONS_JOINED,
        target.community_id,
        from_id=str(source.pk),
        to_id=str(target.pk),
        kind=str(kind),
    )
    return row
