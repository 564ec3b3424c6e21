"""Who may see rows of the registry."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from linli.engines.registry import selectors
from linli.engines.registry.models import (
    Consent,
    EstateState,
    Facility,
    Household,
    Organisation,
    Person,
    PersonRecord,
    Place,
    PlaceKind,
    RecordKind,
    Residence,
    Sharing,
)
from linli.engines.registry.types import PERSON_READERS, REGISTRARS, Role
from linli.kernel.actors import Actor, Purpose, policy
from linli.kernel.scope import within_place

#: kinds of body whose staff never see the kinds below, whatever was shared (ground.md 1)
PROPERTY_BODIES = ("property",)
NEVER_FOR_PROPERTY = (
    RecordKind.HARDSHIP,
    RecordKind.DISABILITY,
    RecordKind.MEDIATION,
    RecordKind.PARTY,
)
_NOBODY = Q(pk__in=[])


@policy(Place)
def see_places(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """Places are known to everybody in the community; dwellings only to those who live there
    or work with them."""
    if purpose == Purpose.PUBLISH:
        return rows.exclude(kind__in=[PlaceKind.DWELLING, PlaceKind.UNIT, PlaceKind.FLOOR])
    return rows


@policy(Facility)
def see_facilities(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """Facilities, their papers and dates are public: that is what the label is for."""
    return rows


@policy(EstateState)
def see_estate_states(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """Who may call, sign and hold money in an estate is public."""
    return rows


@policy(Organisation)
def see_organisations(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """Organisations and their duty phones are public."""
    return rows


@policy(Sharing)
def see_sharings(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """What organisations open to each other is told to everybody (PIPL art. 17, 23)."""
    return rows


@policy(Person)
def see_persons(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """A person sees himself. The residents' committee sees persons where its mandate holds;
    other organisations those of whom a record is open to them."""
    if purpose == Purpose.OWN:
        return rows.filter(pk=actor.person_id) if actor.person_id else rows.none()
    if purpose != Purpose.HANDLE or actor.person_id is None:
        return rows.none()
    at_desk = _NOBODY
    for path in actor.subtrees(*REGISTRARS):
        at_desk |= _lives_in(path, "pk")
    open_records = see_records(PersonRecord.objects.all(), actor, purpose)
    return rows.filter(at_desk | Q(pk__in=open_records.values("person_id")))


@policy(PersonRecord)
def see_records(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """A person sees what is held about him. An organisation's people see what it brought itself
    and what a sharing in force opens to it, each within the subtree of the mandate; what the
    community's desk holds is for the desk. Property staff never see hardship, disability,
    mediation or party records, shared or not."""
    if purpose == Purpose.OWN:
        return rows.filter(person_id=actor.person_id) if actor.person_id else rows.none()
    if purpose != Purpose.HANDLE or actor.person_id is None:
        return rows.none()
    open_to = _NOBODY
    for path in actor.subtrees(*REGISTRARS):
        open_to |= Q(owner__isnull=True) & _lives_in(path)
    bodies = dict(
        Organisation.objects.filter(pk__in=actor.organisation_ids).values_list("pk", "body")
    )
    for organisation_id, path in actor.posts(*PERSON_READERS):
        post = (Q(owner_id=organisation_id) | _shared_with(organisation_id)) & _lives_in(path)
        if bodies.get(organisation_id) in PROPERTY_BODIES:
            post &= ~Q(kind__in=NEVER_FOR_PROPERTY)
        open_to |= post
    return rows.filter(open_to)


def _shared_with(organisation_id: Any) -> Q:
    """Records that sharings in force open to an organisation."""
    opened = _NOBODY
    for sharing in Sharing.objects.filter(selectors.in_force(), taker_id=organisation_id):
        opened |= Q(owner_id=sharing.giver_id, kind__in=sharing.kinds) & _lives_in(
            sharing.place_path
        )
    return opened


def _lives_in(path: str, field: str = "person_id") -> Q:
    """A condition for persons with a home in a subtree; the empty path is everybody."""
    if not path:
        return Q(pk__isnull=False)
    homes = Residence.objects.filter(selectors.in_force(), within_place(path, "place__path"))
    return Q(**{f"{field}__in": homes.values("person_id")})


@policy(Residence)
def see_residences(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """Who lives where: one's own, and the desk's subtree. Others ask for a person first."""
    if purpose == Purpose.OWN:
        return rows.filter(person_id=actor.person_id) if actor.person_id else rows.none()
    if purpose != Purpose.HANDLE:
        return rows.none()
    return rows.filter(_in_subtrees(actor, *REGISTRARS))


@policy(Household)
def see_households(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """Households: one's own, the desk's and the grid worker's subtree."""
    if purpose == Purpose.OWN:
        own = Q(members__person_id=actor.person_id, members__ends_on__isnull=True)
        return rows.filter(own).distinct() if actor.person_id else rows.none()
    if purpose != Purpose.HANDLE:
        return rows.none()
    return rows.filter(_in_subtrees(actor, *REGISTRARS, Role.GRID_WORKER))


@policy(Consent)
def see_consents(rows: Any, actor: Actor, purpose: Purpose) -> Any:
    """A person sees the own consents; a handler those that were given to it."""
    if purpose == Purpose.OWN:
        return rows.filter(person_id=actor.person_id) if actor.person_id else rows.none()
    if purpose != Purpose.HANDLE or actor.person_id is None:
        return rows.none()
    mine = Q(organisation_id__in=[pk for pk, _ in actor.posts(*PERSON_READERS)])
    desk = Q(organisation__isnull=True) if actor.has_role(*REGISTRARS) else _NOBODY
    return rows.filter(mine | desk)


def _in_subtrees(actor: Actor, *roles: Role) -> Q:
    condition = _NOBODY
    for path in actor.subtrees(*roles):
        condition |= within_place(path, "place__path") if path else Q(pk__isnull=False)
    return condition
