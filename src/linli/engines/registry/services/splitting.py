"""A community that is split: a part of its places goes on as a community of its own.

A row never moves to another community. So the part is copied: places, the organisations that
serve it, mandates there, the persons who live there and, of what is held about them, only what
may lawfully go along. The old rows end that day and stay as history, with the old community's
cases. What goes along (PIPL art. 22: on a division the handler tells the persons who receives
their data; the receiver is bound as the giver was):

- records of an organisation that is the same legal person on both sides: no transfer at all;
- records of an organisation that the caller names as divided, the residents' committee above
  all, except those that rest on consent: consent was given to the old handler and is asked anew.

Every other record stays. All persons concerned are named in the event, to be told.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Greatest

from linli.engines.registry import events
from linli.engines.registry.models import (
    Community,
    Household,
    HouseholdMember,
    LegalBasis,
    Mandate,
    Organisation,
    Person,
    PersonRecord,
    Place,
    Residence,
)
from linli.engines.registry.services.common import RegistryError, require_registrar
from linli.engines.registry.services.places import create_community
from linli.engines.registry.services.records import new_record
from linli.engines.registry.types import Provenance, Split
from linli.kernel import audit, live
from linli.kernel.actors import Actor
from linli.kernel.scope import in_community, within_place

SPLIT_SOURCE = "split"


@dataclass
class _Plan:
    """What goes along, read in the old community; ids map old to new once copied."""

    places: list[Place]
    residences: list[Residence]
    mandates: list[Mandate]
    members: list[HouseholdMember]
    organisations: list[Organisation]
    persons: list[Person]
    records: list[tuple[PersonRecord, str]]
    place_ids: dict[UUID, Place] = field(default_factory=dict)
    person_ids: dict[UUID, Person] = field(default_factory=dict)
    organisation_ids: dict[UUID, Organisation] = field(default_factory=dict)


@transaction.atomic
def split_community(
    actor: Actor,
    community: Community,
    roots: Collection[Place],
    *,
    name: str,
    on: date,
    divided: Collection[Organisation] = (),
    slug: str = "",
) -> Split:
    """Make a new community of the subtrees ``roots``, from a day on.

    Args:
        divided: organisations that are themselves divided, whose records go along (art. 22).

    Raises:
        RegistryError: no place, a place that was split off already, or everything.
        NotAllowed: the actor does not keep the register.
    """
    require_registrar(actor)
    inside = Q(pk__in=[])
    for root in roots:
        inside |= within_place(root.path, "path")
    plan = _read(inside, roots, on, {o.pk for o in divided})
    if not plan.places or Place.objects.filter(~inside, ends_on__isnull=True).count() == 0:
        raise RegistryError("a split leaves places on both sides")
    new = create_community(
        name=name, jurisdiction=community.jurisdiction, language=community.language, slug=slug
    )
    Community.objects.filter(pk=new.pk).update(split_from=community)
    with in_community(new.pk):
        _copy(plan, {r.pk for r in roots}, on)
    _end_old(plan, on)
    audit.record(actor, "community_split", plan.places[0], detail={"new": str(new.pk)})
    events.tell(
        events.COMMUNITY_SPLIT,
        community.pk,
        new_community_id=str(new.pk),
        person_ids=[str(p.pk) for p in plan.persons],
    )
    live.bump([live.topic("places", community.pk), live.topic("places", new.pk)])
    return Split(
        new.pk,
        len(plan.places),
        {old: p.pk for old, p in plan.person_ids.items()},
        {old: o.pk for old, o in plan.organisation_ids.items()},
        len(plan.records),
    )


def _read(inside: Q, roots: Collection[Place], on: date, divided: set[UUID]) -> _Plan:
    open_ = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    places = list(Place.objects.filter(inside, ends_on__isnull=True).order_by("path"))
    ids = [p.pk for p in places]
    paths = tuple(root.path for root in roots)
    residences = list(Residence.objects.filter(open_, place__in=ids))
    # A mandate for the whole community is for its new leaders to give anew.
    mandates = [m for m in Mandate.objects.filter(open_) if _is_below(m.place_path, paths)]
    members = list(
        HouseholdMember.objects.filter(open_, household__place__in=ids).select_related("household")
    )
    people = {r.person_id for r in residences} | {m.person_id for m in mandates}
    people |= {m.person_id for m in members}
    persons = list(Person.objects.filter(pk__in=people).order_by("pk"))
    organisations = [
        o for o in Organisation.objects.all() if not o.place_path or _is_below(o.place_path, paths)
    ]
    own = {o.pk for o in organisations if o.legal_body_id}
    records = PersonRecord.objects.filter(
        person_id__in=people, owner_id__in=own | divided, superseded_at__isnull=True
    ).select_related("person")
    # The same legal person keeps what it has; what was divided leaves behind what was consented.
    going = [r for r in records if r.owner_id in own or r.legal_basis != LegalBasis.CONSENT]
    opened = [(r, r.value) for r in going]  # opened here: sealing is bound to the row
    return _Plan(places, residences, mandates, members, organisations, persons, opened)


def _is_below(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(root + "/") for root in roots)


def _copy(plan: _Plan, root_ids: set[UUID], on: date) -> None:
    _copy_places(plan, root_ids)
    for old in plan.organisations:
        plan.organisation_ids[old.pk] = Organisation.objects.create(
            body=old.body,
            name=old.name,
            phone=old.phone,
            place_path=old.place_path,
            legal_body_id=old.legal_body_id,
        )
    for person in plan.persons:
        # The key to sign in stays with the old identity where it is needed there: a user may
        # have one person in each community.
        plan.person_ids[person.pk] = Person.objects.create(
            user_id=person.user_id, language=person.language, died_on=person.died_on
        )
    homes = _copy_homes(plan, on)
    for mandate in plan.mandates:
        organisation = plan.organisation_ids.get(mandate.organisation_id or UUID(int=0))
        Mandate.objects.create(
            person=plan.person_ids[mandate.person_id],
            organisation=organisation,
            role=mandate.role,
            place_path=mandate.place_path,
            public_name=mandate.public_name,
            rests_on=homes.get(mandate.rests_on_id or UUID(int=0)),
            starts_on=on,
            ends_on=mandate.ends_on,
        )
    PersonRecord.objects.bulk_create(_copied_record(plan, *pair) for pair in plan.records)


def _copy_places(plan: _Plan, root_ids: set[UUID]) -> None:
    for old in plan.places:
        values = {
            f.attname: getattr(old, f.attname)
            for f in Place._meta.concrete_fields
            if f.attname not in ("id", "community_id", "parent_id", "copied_from")
        }
        is_root = old.pk in root_ids or old.parent_id is None
        parent = None if is_root else plan.place_ids[old.parent_id]  # type: ignore[index]
        copy = Place(**values, parent=parent, copied_from=old.pk)
        copy.check_scope(frozenset(p.pk for p in plan.place_ids.values()))
        plan.place_ids[old.pk] = copy
    Place.objects.bulk_create(plan.place_ids.values(), batch_size=500)


def _copy_homes(plan: _Plan, on: date) -> dict[UUID, Residence]:
    homes = {
        old.pk: Residence(
            person=plan.person_ids[old.person_id],
            place=plan.place_ids[old.place_id],
            relation=old.relation,
            share_numerator=old.share_numerator,
            share_denominator=old.share_denominator,
            lives_here=old.lives_here,
            starts_on=old.starts_on,
            ends_on=old.ends_on,
        )
        for old in plan.residences
    }
    Residence.objects.bulk_create(homes.values(), batch_size=500)
    households: dict[UUID, Household] = {}
    for member in plan.members:
        old = member.household
        if old.pk not in households:
            households[old.pk] = Household.objects.create(
                place=plan.place_ids[old.place_id], starts_on=old.starts_on
            )
    HouseholdMember.objects.bulk_create(
        HouseholdMember(
            household=households[m.household_id],
            person=plan.person_ids[m.person_id],
            position=m.position,
            starts_on=m.starts_on,
        )
        for m in plan.members
    )
    return homes


def _copied_record(plan: _Plan, old: PersonRecord, value: str) -> PersonRecord:
    owner = plan.organisation_ids[old.owner_id] if old.owner_id else None
    told = Provenance(SPLIT_SOURCE, old.legal_basis, old.purpose, old.keep_until)
    return new_record(plan.person_ids[old.person_id], owner, old.kind, value, told)


def _end_old(plan: _Plan, on: date) -> None:
    """What went along ends here that day; places and people stay as the history of cases."""
    Place.objects.filter(pk__in=[p.pk for p in plan.places]).update(ends_on=on)
    for model, rows in (
        (Residence, plan.residences),
        (Mandate, plan.mandates),
        (HouseholdMember, plan.members),
    ):
        ids = [row.pk for row in rows]
        model.objects.filter(pk__in=ids).update(ends_on=Greatest("starts_on", on))
    households = {m.household_id for m in plan.members}
    Household.objects.filter(pk__in=households).update(ends_on=Greatest("starts_on", on))
