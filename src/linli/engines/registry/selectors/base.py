"""Reads of communities, actors, places and organisations."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from linli.engines.registry.models import (
    Community,
    DutyShift,
    Mandate,
    Organisation,
    Person,
    Place,
    PlaceKind,
    Residence,
)
from linli.engines.registry.types import Grant, PlaceRow, ResolvedActor, Role
from linli.engines.rulebook import selectors as rulebook
from linli.kernel import clock, live
from linli.kernel.actors import Actor, Purpose, get_visible_or_404
from linli.kernel.models import User
from linli.kernel.scope import across_communities, active_community


def list_communities() -> list[Community]:
    """All communities of this installation, by name."""
    return list(Community.objects.all())


def get_community(community_id: UUID) -> Community:
    """One community; Community.DoesNotExist when there is none."""
    return Community.objects.get(pk=community_id)


def local_day(community: Community) -> date:
    """Today in the community's time zone: the day that decides what is in force."""
    zone = ZoneInfo(rulebook.get_pack(community.jurisdiction).time_zone)
    return clock.now().astimezone(zone).date()


def in_force(community: Community | None = None) -> Q:
    """A condition for mandates and residences that hold today, in the community in scope."""
    if community is None:
        community_id = active_community()
        community = get_community(community_id) if community_id else None
    day = local_day(community) if community else clock.now().date()
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))


def resolve_actor(community: Community, user: User | None) -> ResolvedActor:
    """Who ``user`` is in ``community`` now. Nobody in particular is an actor without grants.

    Must run in the community's scope. Dates are the community's local days.
    """
    if user is None or not user.is_active:
        return ResolvedActor(community.pk)
    person = Person.objects.filter(user=user, died_on__isnull=True).first()
    if person is None:
        return ResolvedActor(community.pk, user.pk)
    holds_now = in_force(community)
    grants = tuple(
        Grant(m.role, m.place_path, m.organisation_id, m.public_name)
        for m in Mandate.objects.filter(holds_now, person=person).order_by("pk")
    )
    resident = Residence.objects.filter(holds_now, person=person).exists()
    return ResolvedActor(community.pk, user.pk, person.pk, grants, resident)


def get_person(person_id: UUID) -> Person:
    """One person by id, for Linli's own work (messages, labels); never for a page's list."""
    return Person.objects.get(pk=person_id)


def find_person_of_user(user: User) -> Person | None:
    """The person whom a sign-in key belongs to, in whatever community: the scope is not yet
    known when somebody signs in, and nothing but the row's ids is used from here."""
    with across_communities("signing in comes before the community is known"):
        return Person.objects.filter(user=user).order_by("pk").first()


def find_person_by_demo_slug(slug: str) -> Person | None:
    """The demo person behind ``/demo/as/<slug>/``."""
    return Person.objects.filter(demo_slug=slug).first() if slug else None


def list_demo_persons() -> list[Person]:
    """Persons that a visitor of the demo can be."""
    return list(Person.objects.exclude(demo_slug="").order_by("pk"))


def home_of(person_id: UUID | None) -> Place | None:
    """The dwelling where the person lives now, the first one if several."""
    if person_id is None:
        return None
    residence = (
        Residence.objects.filter(in_force(), person_id=person_id, lives_here=True)
        .select_related("place")
        .order_by("starts_on", "pk")
        .first()
    )
    return residence.place if residence else None


def places_version(community_id: UUID) -> int:
    """Grows whenever a place is added or changed: the key of caches made from places."""
    topic = live.topic("places", community_id)
    return live.versions([topic]).get(topic, 0)


def _place_row(
    pk: UUID, path: str, kind: str, name: str, number: str, full_name: str, aliases: list[str]
) -> PlaceRow:
    return PlaceRow(pk, path, kind, name, number, full_name, tuple(aliases))


def list_place_rows() -> list[PlaceRow]:
    """All places in scope as plain rows, for the address resolver's index."""
    rows = (
        Place.objects.filter(ends_on__isnull=True)
        .values_list("id", "path", "kind", "name", "number", "full_name", "aliases")
        .order_by("path")
    )
    return [_place_row(*row) for row in rows]


def list_places_by_id(ids: list[UUID]) -> list[PlaceRow]:
    """Plain rows of the places named, in no particular order."""
    rows = Place.objects.filter(pk__in=ids).values_list(
        "id", "path", "kind", "name", "number", "full_name", "aliases"
    )
    return [_place_row(*row) for row in rows]


def get_place(actor: Actor, place_id: UUID | str) -> Place:
    """One place that ``actor`` may know of; Http404 otherwise."""
    place: Place = get_visible_or_404(Place.objects.all(), actor, Purpose.OWN, pk=place_id)
    return place


def list_plan_places(actor: Actor) -> list[Place]:
    """Places that are drawn on the community's plan."""
    rows = (
        Place.objects.visible_to(actor, Purpose.PUBLISH)
        .exclude(outline=[])
        .filter(ends_on__isnull=True)
    )
    return sorted(rows, key=lambda p: (p.drawing in ("building", "shed"), p.path))


def list_estates(actor: Actor) -> list[Place]:
    """The estates of the community, by path."""
    rows = Place.objects.visible_to(actor, Purpose.PUBLISH).filter(kind=PlaceKind.ESTATE)
    return list(rows.order_by("path"))


def list_pickable_places(actor: Actor) -> list[Place]:
    """Places that a report may name in a list: estates, buildings, spaces; no dwellings."""
    kinds = [PlaceKind.BUILDING, PlaceKind.PUBLIC_SPACE, PlaceKind.FACILITY]
    rows = Place.objects.visible_to(actor, Purpose.PUBLISH).filter(kind__in=kinds)
    return sorted(rows, key=lambda p: (p.path.split("/")[0], p.kind, p.number.zfill(4), p.name))


def find_organisation(body: str, place_path: str) -> Organisation | None:
    """The organisation of kind ``body`` that serves ``place_path``: the nearest one wins."""
    serving = [
        o
        for o in Organisation.objects.filter(body=body)
        if not o.place_path
        or place_path == o.place_path
        or place_path.startswith(o.place_path + "/")
    ]
    return max(serving, key=lambda o: (len(o.place_path), str(o.pk)), default=None)


def list_organisations(actor: Actor) -> list[Organisation]:
    """Organisations of the community, by kind and name."""
    return list(Organisation.objects.visible_to(actor, Purpose.PUBLISH).order_by("body", "name"))


def find_on_duty(organisation_id: UUID, family: str, at: datetime) -> UUID | None:
    """The person on duty for ``family``: a shift for the family before one for everything.

    A shift of somebody who no longer acts for the organisation counts for nothing: a job given
    to him would reach nobody.
    """
    shift = (
        DutyShift.objects.filter(organisation_id=organisation_id, starts_at__lte=at, ends_at__gt=at)
        .filter(family__in=[family, ""], person_id__in=list_members(organisation_id))
        .order_by("-family", "starts_at", "pk")
        .first()
    )
    return shift.person_id if shift else None


def list_members(organisation_id: UUID, *roles: Role) -> list[UUID]:
    """Persons with a mandate of the organisation in force now, in one of ``roles`` if given."""
    rows = Mandate.objects.filter(in_force(), organisation_id=organisation_id)
    if roles:
        rows = rows.filter(role__in=roles)
    return list(rows.values_list("person_id", flat=True).distinct().order_by("person_id"))


def list_role_holders(role: Role) -> list[UUID]:
    """Persons who hold ``role`` somewhere in the community now."""
    rows = Mandate.objects.filter(in_force(), role=role)
    return list(rows.values_list("person_id", flat=True).distinct().order_by("person_id"))


def get_public_name(person_id: UUID | None, organisation_id: UUID | None) -> str:
    """How the public calls a person who acts for an organisation ("" when not chosen)."""
    if person_id is None or organisation_id is None:
        return ""
    mandate = (
        Mandate.objects.filter(person_id=person_id, organisation_id=organisation_id)
        .exclude(public_name="")
        .first()
    )
    return mandate.public_name if mandate else ""


def list_organisation_names(ids: frozenset[UUID]) -> list[str]:
    """Names of the organisations, in alphabetical order."""
    return list(
        Organisation.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True)
    )


def list_persons(actor: Actor, purpose: Purpose) -> list[Person]:
    """Persons whom ``actor`` may see for ``purpose``."""
    return list(Person.objects.visible_to(actor, purpose).order_by("pk"))
