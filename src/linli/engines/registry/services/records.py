"""Records about people: each belongs to the organisation that brought it, and is found again by
blind index plus a logged decision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from linli.engines.registry import selectors
from linli.engines.registry.models import (
    IdentityDecision,
    LegalBasis,
    Organisation,
    Person,
    PersonRecord,
    RecordKind,
)
from linli.engines.registry.services.common import RegistryError, require_registrar
from linli.engines.registry.types import Attached, Provenance
from linli.kernel import audit, clock
from linli.kernel.actors import Actor
from linli.kernel.crypto import blind_index, keyring
from linli.kernel.models import User

Values = Mapping[RecordKind, str]

#: what people say of themselves when they come to the desk or sign in
TOLD_BY_PERSON = Provenance("told by the person", LegalBasis.CONSENT, "contact")
_SPACES = re.compile(r"\s+")


def normalise(kind: str, value: str) -> str:
    """The form in which values are kept and compared: E.164 phone, upper-case number."""
    value = value.strip()
    if kind == RecordKind.ID_NUMBER:
        return _SPACES.sub("", value).upper()
    if kind == RecordKind.PHONE:
        return _SPACES.sub("", value)
    return value


@transaction.atomic
def add_person(
    *,
    name: str = "",
    phone: str = "",
    with_user: bool = False,
    language: str = "",
    demo_slug: str = "",
    owner: Organisation | None = None,
    provenance: Provenance = TOLD_BY_PERSON,
) -> Person:
    """Add a person; name and phone (E.164) become sealed records of ``owner``.

    Without an owner they are the community desk's. Nobody is looked for: a list of an
    organisation goes through :func:`attach_person`.
    """
    user = User.objects.create_user(created_at=clock.now()) if with_user else None
    person = Person(language=language, user=user, demo_slug=demo_slug)
    person.save(force_insert=True)
    values = {RecordKind.NAME: name, RecordKind.PHONE: phone}
    put_records(person, owner, values, provenance)
    return person


def new_record(
    person: Person, owner: Organisation | None, kind: str, value: str, provenance: Provenance
) -> PersonRecord:
    """Build one record, not yet stored, with its blind index if its kind has one."""
    label = selectors.INDEX_LABELS.get(RecordKind(kind))
    row = PersonRecord(
        person=person,
        owner=owner,
        kind=kind,
        value=value,
        source=provenance.source,
        legal_basis=LegalBasis(provenance.legal_basis),
        purpose=provenance.purpose,
        keep_until=provenance.keep_until,
        created_at=clock.now(),
        community_id=person.community_id,
    )
    if label:
        row.index = blind_index(value, label, person.community_id)
        row.index_key = keyring().index_current
    return row


@transaction.atomic
def put_records(
    person: Person, owner: Organisation | None, values: Values, provenance: Provenance
) -> tuple[str, ...]:
    """Let ``owner`` hold these values of the person; other organisations' rows stay as they are.

    An equal value stays, a new one supersedes the former, an empty one says nothing.

    Returns:
        The kinds that are new or changed.

    Raises:
        RegistryError: the person was erased, or source or purpose is missing.
    """
    if person.is_erased:
        raise RegistryError("an erased person gets no records")
    if not provenance.source or not provenance.purpose:
        raise RegistryError("a record needs a source and a purpose")
    said = {k: normalise(k, v) for k, v in values.items() if v.strip()}
    have = {
        row.kind: row
        for row in PersonRecord.objects.select_for_update().filter(
            person=person, owner=owner, kind__in=list(said), superseded_at__isnull=True
        )
    }
    changed = [kind for kind, v in said.items() if kind not in have or have[kind].value != v]
    old = [have[kind].pk for kind in changed if kind in have]
    PersonRecord.objects.filter(pk__in=old).update(superseded_at=clock.now())
    PersonRecord.objects.bulk_create(
        new_record(person, owner, kind, said[kind], provenance) for kind in changed
    )
    return tuple(str(kind) for kind in changed)


@transaction.atomic
def attach_person(
    actor: Actor,
    owner: Organisation | None,
    values: Values,
    provenance: Provenance,
) -> Attached:
    """Take one row of an organisation's list in: find its person or make one, keep the values.

    An equal identity number means the same person. An equal phone alone does not, because
    several may share a number and numbers are given out anew: there the name must be equal too.
    What was decided is logged; the other owner's values are neither shown nor changed.
    """
    found, basis = _find(values)
    person = found or Person.objects.create()
    changed = put_records(person, owner, values, provenance)
    decided = IdentityDecision.objects.filter(to_ref=person.pk, basis=basis).exists()
    if found is None or (changed and not decided):
        IdentityDecision.objects.create(
            kind=IdentityDecision.Kind.ATTACHED,
            to_ref=person.pk,
            basis=basis,
            detail={"owner": str(owner.pk) if owner else None, "kinds": list(changed)},
            by_ref=actor.person_id,
            at=clock.now(),
        )
    return Attached(person.pk, basis, changed)


def _find(values: Values) -> tuple[Person | None, str]:
    number = normalise(RecordKind.ID_NUMBER, values.get(RecordKind.ID_NUMBER, ""))
    if number:
        rows = selectors.list_persons_by_value(RecordKind.ID_NUMBER, number)
        if rows:
            return rows[0], "id_number"
    phone = normalise(RecordKind.PHONE, values.get(RecordKind.PHONE, ""))
    name = values.get(RecordKind.NAME, "").strip()
    if phone and name:
        same = [
            p
            for p in selectors.list_persons_by_value(RecordKind.PHONE, phone)
            if _is_called(p, name)
        ]
        others = [p for p in same if not (number and _has_other_number(p, number))]
        if len(others) == 1:
            return others[0], "phone"
    return None, "new"


def _is_called(person: Person, name: str) -> bool:
    rows = person.records.filter(kind=RecordKind.NAME, superseded_at__isnull=True)
    return any(row.value == name for row in rows)


def _has_other_number(person: Person, number: str) -> bool:
    rows = person.records.filter(kind=RecordKind.ID_NUMBER, superseded_at__isnull=True)
    return any(row.value != number for row in rows)


@transaction.atomic
def erase_person(actor: Actor, person: Person) -> int:
    """Delete everything that is held about a person; the bare identity stays, marked erased.

    Returns:
        How many records are gone. History keeps ids only, so it need not change.
    """
    require_registrar(actor)
    gone, _ = PersonRecord.objects.filter(person=person).delete()
    Person.objects.filter(pk=person.pk).update(is_erased=True, user=None, demo_slug="")
    audit.record(actor, "person_erased", person, detail={"records": gone})
    return gone


@transaction.atomic
def forget_expired(actor: Actor, on: date) -> int:
    """Delete the records whose last day of keeping lies before ``on`` (PIPL art. 47)."""
    require_registrar(actor)
    gone, _ = PersonRecord.objects.filter(keep_until__lt=on).delete()
    return gone
