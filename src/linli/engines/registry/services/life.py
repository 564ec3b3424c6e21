"""Sale, move and death: what rested on a home ends the same day, all in one transaction.

A day is the community's local day, and ``ends_on`` is the first day on which something no
longer holds. So an owner who sells at noon is no owner from the moment the sale is recorded,
the buyer is one at once, and no day has two owners of one share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Greatest

from linli.engines.registry import events
from linli.engines.registry.models import ActingFor, Binding, Mandate, Person, Place, Residence
from linli.engines.registry.services.common import RegistryError, require_registrar
from linli.engines.registry.services.homes import (
    Share,
    add_residence,
    leave_households,
    sum_shares,
)
from linli.engines.registry.services.organisations import find_footing
from linli.engines.registry.types import EventInLife
from linli.kernel import audit, clock
from linli.kernel.actors import Actor

OWNER = Residence.Relation.OWNER


def _open(on: date) -> Q:
    return Q(ends_on__isnull=True) | Q(ends_on__gt=on)


@transaction.atomic
def record_sale(
    actor: Actor,
    place: Place,
    buyers: Sequence[tuple[Person, Share]],
    on: date,
    *,
    sellers: Iterable[Person] = (),
) -> list[Residence]:
    """Record that a dwelling, or the shares of some owners, went to ``buyers`` on a day.

    The sellers' ownership ends, and with it what rests on it: a seat on the owners' committee,
    a mandate as building leader, acting for others in this home, membership of the household.
    Family members of the sellers stay until they move; tenants stay (民法典 725).

    Args:
        sellers: who sold; empty for all owners.

    Raises:
        RegistryError: nobody owns it, a buyer twice, or the buyers' shares are not those sold.
        NotAllowed: the actor does not keep the register.
    """
    require_registrar(actor, place.path)
    Place.objects.select_for_update().get(pk=place.pk)
    owned = list(
        Residence.objects.filter(_open(on), place=place, relation=OWNER).select_related("person")
    )
    chosen = {p.pk for p in sellers}
    sold = [r for r in owned if not chosen or r.person_id in chosen]
    _check_sale(sold, owned, buyers)
    _end_residences(sold, on)
    for row in sold:
        leave_households(row.person, on, place)
    new = [
        add_residence(person, place, OWNER, on, share=share, lives_here=False)
        for person, share in buyers
    ]
    ended = _end_what_rested(actor, sold, on)
    parties = [r.person_id for r in sold] + [p.pk for p, _ in buyers]
    _tell(actor, EventInLife.SALE, place, parties, ended)
    return new


def _check_sale(
    sold: list[Residence], owned: list[Residence], buyers: Sequence[tuple[Person, Share]]
) -> None:
    if not sold or not buyers or len({p.pk for p, _ in buyers}) != len(buyers):
        raise RegistryError("a sale has owners who sell and buyers, each named once")
    known = all(r.share_numerator for r in sold)
    whole = sum_shares(sold) if known else Fraction(1)
    if not known and len(sold) != len(owned):
        raise RegistryError("who sells a part must have a known share")
    if sum((Fraction(*share) for _, share in buyers), Fraction(0)) != whole:
        raise RegistryError("what is bought must be what is sold, no more and no less")


@transaction.atomic
def record_move(
    actor: Actor,
    person: Person,
    on: date,
    *,
    from_place: Place,
    to_place: Place | None = None,
    relation: Residence.Relation = Residence.Relation.FAMILY,
) -> Residence | None:
    """Record that a person moved out, and to another dwelling of this community if known.

    Who owns the old home still owns it, but no longer lives there: a mandate that rests on
    living there ends, a seat on the owners' committee stays.

    Raises:
        RegistryError: the person has no home there.
    """
    require_registrar(actor, from_place.path)
    rows = list(Residence.objects.filter(_open(on), person=person, place=from_place))
    if not rows:
        raise RegistryError("the person has no home there that could be left")
    _end_residences(rows, on)
    for row in rows:
        if row.relation == OWNER:
            _keep_owning(row, on)
    leave_households(person, on, from_place)
    new = add_residence(person, to_place, relation, on) if to_place else None
    ended = _end_what_rested(actor, rows, on)
    _tell(actor, EventInLife.MOVE, from_place, [person.pk], ended)
    return new


def _keep_owning(row: Residence, on: date) -> None:
    share = (
        (row.share_numerator, row.share_denominator)
        if row.share_numerator and row.share_denominator
        else None
    )
    add_residence(row.person, row.place, OWNER, on, share=share, lives_here=False)


@transaction.atomic
def record_death(actor: Actor, person: Person, on: date) -> int:
    """Record a death: residences, mandates, acting for and by others, sign-in and bindings end.

    Heirs own from that moment (民法典 230), but who they are is recorded when it is known; until
    then the share stands open.

    Returns:
        How many mandates ended.
    """
    require_registrar(actor)
    Person.objects.filter(pk=person.pk).update(died_on=on)
    rows = list(Residence.objects.filter(_open(on), person=person).select_related("place"))
    _end_residences(rows, on)
    leave_households(person, on)
    mandates = Mandate.objects.filter(_open(on), person=person)
    ended = [m.pk for m in mandates]
    _end_mandates(ended, on)
    ActingFor.objects.filter(Q(principal=person) | Q(agent=person), revoked_at__isnull=True).update(
        revoked_at=clock.now()
    )
    Binding.objects.filter(person=person, ended_at__isnull=True).update(ended_at=clock.now())
    place = rows[0].place if rows else None
    _tell(actor, EventInLife.DEATH, place, [person.pk], ended, subject=person)
    return len(ended)


def _end_residences(rows: list[Residence], on: date) -> None:
    """End rows on a day; one that only began later never held."""
    ids = [row.pk for row in rows]
    Residence.objects.filter(pk__in=ids).update(ends_on=Greatest("starts_on", on))


def _end_what_rested(actor: Actor, rows: list[Residence], on: date) -> list[UUID]:
    """End the mandates that rest on these residences, unless another home carries them; who has
    no home here any more acts for nobody here, and nobody for him."""
    ended = []
    for mandate in Mandate.objects.filter(_open(on), rests_on__in=[r.pk for r in rows]):
        other = find_footing(mandate.person_id, mandate.role, mandate.place_path, on)
        if other is not None:
            Mandate.objects.filter(pk=mandate.pk).update(rests_on=other)
        else:
            ended.append(mandate.pk)
            audit.record(actor, "mandate_ended", mandate, detail={"role": mandate.role})
    _end_mandates(ended, on)
    gone = [r.person_id for r in rows if not _has_home(r.person_id, on)]
    acting = Q(agent_id__in=gone) | Q(principal_id__in=gone)
    ActingFor.objects.filter(acting, revoked_at__isnull=True).update(revoked_at=clock.now())
    return ended


def _has_home(person_id: UUID, on: date) -> bool:
    return Residence.objects.filter(_open(on), person_id=person_id, starts_on__lte=on).exists()


def _end_mandates(ids: list[UUID], on: date) -> None:
    Mandate.objects.filter(pk__in=ids).update(ends_on=Greatest("starts_on", on))


def _tell(
    actor: Actor,
    kind: EventInLife,
    place: Place | None,
    person_ids: list[UUID],
    ended: list[UUID],
    subject: Person | None = None,
) -> None:
    detail = {"persons": [str(p) for p in person_ids], "mandates": [str(m) for m in ended]}
    audit.record(actor, f"{kind}_recorded", subject or place or _first(person_ids), detail=detail)
    events.tell(
        events.LIFE_EVENT,
        actor.community_id,
        kind=str(kind),
        place_id=str(place.pk) if place else None,
        person_ids=[str(p) for p in person_ids],
    )


def _first(person_ids: list[UUID]) -> Person:
    return Person.objects.get(pk=person_ids[0])
