"""Writes of organisations, what they share, mandates and rosters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from linli.engines.registry import selectors
from linli.engines.registry.models import (
    DutyRoster,
    DutyShift,
    LegalBody,
    Mandate,
    Organisation,
    Person,
    RecordKind,
    Residence,
    Sharing,
)
from linli.engines.registry.services.common import RegistryError, require_registrar
from linli.engines.registry.types import RESIDENT_ROLES, Role
from linli.kernel import audit, clock
from linli.kernel.actors import Actor, NotAllowed
from linli.kernel.scope import within_place


def get_or_add_legal_body(
    credit_code: str, name: str, parent: LegalBody | None = None
) -> LegalBody:
    """The legal person with this unified credit code, the same row for every community.

    The caller has checked the code (``core`` has the validator); here it is only brought into
    one form. An existing name is not overwritten: one community does not rename it for all.
    """
    code = credit_code.strip().upper()
    if len(code) != 18:
        raise RegistryError("a unified credit code has 18 characters")
    body, _ = LegalBody.objects.get_or_create(
        credit_code=code, defaults={"name": name, "parent": parent}
    )
    return body


def add_organisation(
    *,
    body: str,
    name: str,
    phone: str = "",
    place_path: str = "",
    legal_body: LegalBody | None = None,
) -> Organisation:
    """Add a body that serves ``place_path`` (the whole community when empty)."""
    return Organisation.objects.create(
        body=body, name=name, phone=phone, place_path=place_path, legal_body=legal_body
    )


@transaction.atomic
def record_sharing(
    actor: Actor,
    giver: Organisation,
    taker: Organisation,
    kinds: Sequence[RecordKind],
    *,
    basis: Sharing.Basis,
    document: str,
    purpose: str,
    starts_on: date,
    ends_on: date | None = None,
    place_path: str = "",
) -> Sharing:
    """Record that ``giver`` opens kinds of records to ``taker`` (PIPL art. 20, 21, 23, 34).

    Raises:
        RegistryError: no kind, document or purpose; an unknown kind; an end before the start.
        NotAllowed: the actor neither keeps the register nor acts for the giver.
    """
    if giver.pk not in actor.organisation_ids:
        require_registrar(actor)
    wanted = sorted({RecordKind(kind).value for kind in kinds})
    if not wanted or not document.strip() or not purpose.strip():
        raise RegistryError("a sharing names its kinds, its document and its purpose")
    if giver.pk == taker.pk or (ends_on is not None and ends_on < starts_on):
        raise RegistryError("a sharing is between two bodies, and ends after it begins")
    row = Sharing.objects.create(
        giver=giver,
        taker=taker,
        kinds=wanted,
        basis=basis,
        document=document.strip(),
        purpose=purpose.strip(),
        place_path=place_path,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    audit.record(actor, "sharing_recorded", row, detail={"kinds": wanted, "basis": basis})
    return row


@transaction.atomic
def end_sharing(actor: Actor, sharing: Sharing, ends_on: date) -> None:
    """End a sharing; from ``ends_on`` on it opens nothing. Either side may end it."""
    if not actor.organisation_ids & {sharing.giver_id, sharing.taker_id}:
        require_registrar(actor)
    Sharing.objects.filter(pk=sharing.pk).update(ends_on=max(ends_on, sharing.starts_on))
    audit.record(actor, "sharing_ended", sharing)


def grant_mandate(
    person: Person,
    role: Role,
    *,
    starts_on: date,
    organisation: Organisation | None = None,
    place_path: str = "",
    public_name: str = "",
    ends_on: date | None = None,
    rests_on: Residence | None = None,
) -> Mandate:
    """Let a person act in ``role`` within ``place_path`` until ``ends_on`` (exclusive).

    A committee member's or building leader's mandate rests on a residence there, found when it
    is not named: it ends with it.
    """
    if rests_on is None and role in RESIDENT_ROLES:
        rests_on = find_footing(person.pk, role, place_path, starts_on)
    return Mandate.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        place_path=place_path,
        public_name=public_name,
        rests_on=rests_on,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def find_footing(person_id: UUID, role: str, place_path: str, on: date) -> Residence | None:
    """The residence on which such a mandate may rest: an owner's for the owners' committee,
    one that is lived in for a building leader."""
    rows = Residence.objects.filter(
        within_place(place_path, "place__path"),
        Q(ends_on__isnull=True) | Q(ends_on__gt=on),
        person_id=person_id,
        starts_on__lte=on,
    )
    if role == Role.OWNERS_COMMITTEE:
        rows = rows.filter(relation=Residence.Relation.OWNER)
    else:
        rows = rows.filter(lives_here=True)
    return rows.order_by("starts_on", "pk").first()


def end_mandate(mandate_id: UUID, ends_on: date) -> None:
    """End a mandate; from that day on it gives nothing."""
    Mandate.objects.filter(pk=mandate_id).update(ends_on=ends_on)


def add_shift(
    organisation: Organisation,
    person: Person,
    starts_at: datetime,
    ends_at: datetime,
    family: str,
    roster: DutyRoster | None = None,
) -> DutyShift:
    """Put a person on duty."""
    return DutyShift.objects.create(
        organisation=organisation,
        person=person,
        family=family,
        starts_at=starts_at,
        ends_at=ends_at,
        roster=roster,
    )


def add_roster(organisation: Organisation, name: str, family: str = "") -> DutyRoster:
    """Open a list of shifts under a name that is unique within the organisation."""
    return DutyRoster.objects.create(organisation=organisation, name=name, family=family)


def fill_roster(
    roster: DutyRoster, persons: Sequence[Person], starts_at: datetime, shift_min: int, count: int
) -> list[DutyShift]:
    """Write ``count`` shifts of ``shift_min`` minutes in turn, the first at ``starts_at``.

    Raises:
        RegistryError: nobody to take turns, or shifts without length.
    """
    if not persons or shift_min <= 0 or count <= 0:
        raise RegistryError("a roster needs persons, minutes and a number of shifts")
    length = timedelta(minutes=shift_min)
    rows = [
        DutyShift(
            organisation=roster.organisation,
            roster=roster,
            person=persons[n % len(persons)],
            family=roster.family,
            starts_at=starts_at + n * length,
            ends_at=starts_at + (n + 1) * length,
        )
        for n in range(count)
    ]
    return DutyShift.objects.bulk_create(rows, batch_size=500)


@transaction.atomic
def hand_over(actor: Actor, shift: DutyShift, to: Person, note: str) -> DutyShift:
    """Give a shift over, with what the next one must know (sealed: names occur in it).

    The one who takes over must act for the same organisation.

    Raises:
        NotAllowed: the shift is another person's, and the actor does not lead the organisation.
        RegistryError: already handed over, or to somebody of another organisation.
    """
    row = DutyShift.objects.select_for_update().get(pk=shift.pk)
    leads = any(org == row.organisation_id for org, _ in actor.posts(Role.MANAGER, Role.CHAIR))
    if actor.person_id != row.person_id and not leads:
        raise NotAllowed("only the person on duty, or the organisation's manager, hands over")
    if row.handed_over_at is not None:
        raise RegistryError("the shift was handed over already")
    if to.pk not in selectors.list_members(row.organisation_id):
        raise RegistryError("the shift can only go to somebody of the same organisation")
    row.hand_over_note, row.handed_over_at, row.handed_over_to = note, clock.now(), to
    row.save(update_fields=["hand_over_note", "handed_over_at", "handed_over_to"])
    audit.record(actor, "shift_handed_over", row)
    return row
