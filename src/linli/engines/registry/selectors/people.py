"""Reads about people: labels for others, one's own values, and full values with a purpose."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.engines.registry.core.binding import Bound, strongest
from linli.engines.registry.models import Binding, Consent, Person, PersonRecord, RecordKind
from linli.engines.registry.types import RecordView
from linli.kernel import audit, clock
from linli.kernel.actors import Actor, Purpose, get_visible_or_404
from linli.kernel.crypto import blind_indexes
from linli.kernel.models import AuditEntry
from linli.kernel.scope import active_community, in_community

#: label of the blind index of each kind that has one
INDEX_LABELS = {
    RecordKind.PHONE: "registry.person.phone",
    RecordKind.ID_NUMBER: "registry.person.id_number",
}
READ_ACTION = "person_record_read"


def find_person_by_phone(community_id: UUID, phone: str) -> Person | None:
    """The first person of whom somebody holds this phone (E.164), by blind index.

    Several persons may share a number: a code sent to it proves the number, not the person.
    """
    with in_community(community_id):
        return next(iter(list_persons_by_value(RecordKind.PHONE, phone)), None)


def list_persons_by_value(kind: RecordKind, value: str) -> list[Person]:
    """Persons of whom somebody holds this phone or identity number now, oldest first.

    For attaching records and signing in; a page goes through ``visible_to``.
    """
    community_id = active_community()
    if community_id is None:
        raise ValueError("people are looked up within one community")
    records = PersonRecord.objects.filter(
        index__in=blind_indexes(value, INDEX_LABELS[kind], community_id),
        kind=kind,
        superseded_at__isnull=True,
    )
    rows = Person.objects.filter(merged_into__isnull=True, is_erased=False)
    return list(rows.filter(pk__in=records.values("person_id")).order_by("pk"))


def mask_name(name: str) -> str:
    """A name as others see it: the family name and stars ("张**", "S***")."""
    name = name.strip()
    return f"{name[0]}**" if name else "**"


def mask_value(kind: str, value: str) -> str:
    """A value as it stands in lists: enough to tell two apart, not enough to use
    (mobile 138****5678, number 110***********002X; domain.md 11.2)."""
    if not value:
        return ""
    if kind == RecordKind.NAME:
        return mask_name(value)
    if kind == RecordKind.PHONE:
        local = value.removeprefix("+86")
        return f"{local[:3]}****{local[-4:]}" if len(local) >= 11 else f"****{local[-2:]}"
    if kind == RecordKind.ID_NUMBER:
        return (
            f"{value[:3]}{'*' * max(len(value) - 7, 4)}{value[-4:]}" if len(value) > 8 else "****"
        )
    if kind == RecordKind.EMAIL:
        return f"{value[:1]}***@{value.rpartition('@')[2]}"
    return "***"


def name_of(person_id: UUID | None, actor: Actor, purpose: Purpose) -> str:
    """How ``actor`` is shown a person, see :func:`names_of`; "" for nobody."""
    return names_of([person_id], actor, purpose).get(person_id, "") if person_id else ""


def names_of(person_ids: Iterable[UUID | None], actor: Actor, purpose: Purpose) -> dict[UUID, str]:
    """How ``actor`` is shown these persons: oneself in full, others by family name and stars.

    The caller has decided that the actor may know of the person. For publishing nobody has a
    name. Of several records the actor's own organisation's is taken, else the community desk's,
    else the oldest. Three queries at most.
    """
    wanted = {pk for pk in person_ids if pk is not None}
    if not wanted or purpose == Purpose.PUBLISH:
        return {}
    own = actor.organisation_ids
    rows = PersonRecord.objects.filter(
        person_id__in=wanted, kind=RecordKind.NAME, superseded_at__isnull=True
    )
    best: dict[UUID, PersonRecord] = {}
    for row in sorted(rows, key=lambda r: (r.owner_id not in own, r.owner_id is not None, r.pk)):
        best.setdefault(row.person_id, row)
    names = {}
    for pk, row in best.items():
        names[pk] = row.value if pk == actor.person_id else mask_name(row.value)
    return names


def own_value(actor: Actor, kind: RecordKind) -> str:
    """What is held about the actor: the own name in full, the own phone; "" when unknown."""
    rows = PersonRecord.objects.visible_to(actor, Purpose.OWN)
    held = rows.filter(kind=kind, superseded_at__isnull=True).order_by("created_at", "pk")
    row = held.first()
    return row.value if row else ""


def list_records(actor: Actor, person_id: UUID, purpose: Purpose) -> list[RecordView]:
    """The current records about a person that ``actor`` may know of, masked unless one's own."""
    rows = PersonRecord.objects.visible_to(actor, purpose).filter(
        person_id=person_id, superseded_at__isnull=True
    )
    own = purpose == Purpose.OWN
    return [
        RecordView(
            id=row.pk,
            kind=row.kind,
            masked=row.value if own else mask_value(row.kind, row.value),
            owner_id=row.owner_id,
            source=row.source,
            legal_basis=row.legal_basis,
            purpose=row.purpose,
            keep_until=row.keep_until,
        )
        for row in rows.order_by("kind", "created_at", "pk")
    ]


def read_value(actor: Actor, record_id: UUID, purpose: Purpose, why: str) -> str:
    """The full value of one record. ``why`` is a code of the purpose, and the reading is logged
    so that the person can see it (``list_readings``); one's own is not.

    Raises:
        Http404: the actor may not know of it.
        ValueError: no purpose was given.
    """
    row: PersonRecord = get_visible_or_404(
        PersonRecord.objects.select_related("person"), actor, purpose, pk=record_id
    )
    if row.person_id != actor.person_id:
        if not why.strip():
            raise ValueError(_("Say what the value is needed for."))
        audit.record(
            actor,
            READ_ACTION,
            row.person,
            detail={
                "record": str(row.pk),
                "kind": row.kind,
                "why": why.strip()[:60],
                "organisations": sorted(str(o) for o in actor.organisation_ids),
            },
        )
    value: str = row.value
    return value


def list_readings(actor: Actor) -> list[AuditEntry]:
    """Who looked at the actor's own data, newest first."""
    if actor.person_id is None:
        return []
    rows = AuditEntry.objects.filter(subject_id=actor.person_id, action=READ_ACTION)
    return list(rows.order_by("-at", "-pk"))


def search_persons(actor: Actor, purpose: Purpose, text: str, limit: int = 50) -> list[UUID]:
    """Persons whose visible name contains ``text``, or whose visible phone or number equals it.

    Names carry no index (it would show how often each occurs), so the visible ones are opened:
    about 20 µs each.
    """
    needle = text.strip()
    if not needle:
        return []
    rows = PersonRecord.objects.visible_to(actor, purpose).filter(superseded_at__isnull=True)
    found: dict[UUID, None] = {}
    for kind, label in INDEX_LABELS.items():
        phone = f"+86{needle}" if kind == RecordKind.PHONE and needle.isdigit() else needle.upper()
        keys = blind_indexes(phone, label, actor.community_id)
        found |= dict.fromkeys(
            rows.filter(kind=kind, index__in=keys).values_list("person_id", flat=True)
        )
    for row in rows.filter(kind=RecordKind.NAME).order_by("person_id").iterator(1000):
        if len(found) >= limit:
            break
        if needle in row.value:
            found[row.person_id] = None
    return list(found)[:limit]


def has_consent(
    person_id: UUID, purpose: str, text_version: str = "", organisation_id: UUID | None = None
) -> bool:
    """Whether the person's consent to a handler's purpose stands (in this wording, if named)."""
    rows = Consent.objects.filter(
        person_id=person_id,
        purpose=purpose,
        withdrawn_at__isnull=True,
    )
    handler = Q(organisation_id=organisation_id) if organisation_id else Q(organisation=None)
    rows = rows.filter(handler)
    if text_version:
        rows = rows.filter(text_version=text_version)
    return rows.exists()


def binding_level(person_id: UUID) -> str:
    """The strongest binding of the person that holds now, see ``core.binding``; "" for none."""
    current = PersonRecord.objects.filter(
        person_id=person_id, kind=RecordKind.PHONE, superseded_at__isnull=True
    ).values_list("index", flat=True)
    phones = {bytes(index) for index in current if index is not None}
    rows = Binding.objects.filter(person_id=person_id)
    bounds = [
        Bound(
            row.level,
            row.last_used_at,
            row.phone_index is None or bytes(row.phone_index) in phones,
            row.ended_at,
        )
        for row in rows
    ]
    return strongest(bounds, clock.now())
