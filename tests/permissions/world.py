"""Two communities with everything that somebody might see of somebody else.

Every text, name and phone in here is a word that occurs nowhere else, so that a page which
shows it to the wrong person can be caught by looking at its bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from django.test import Client
from django.utils import timezone
from PIL import Image

from linli.engines.casework import services
from linli.engines.casework.models import Assignment, Case
from linli.engines.outreach.models import Message
from linli.engines.outreach.services import send_message
from linli.engines.registry import selectors
from linli.engines.registry import services as registry
from linli.engines.registry.models import (
    Community,
    Organisation,
    Person,
    Place,
    PlaceKind,
    Residence,
)
from linli.engines.registry.types import ResolvedActor, Role
from linli.kernel import clock
from linli.kernel.models import StoredFile, User
from linli.kernel.scope import across_communities, in_community
from linli.site.links import make_link

PRIVACIES = ("open", "private", "sealed")
#: whose matter it is, as seen from the visitor, who lives and works in the northern estate
TARGETS = ("own", "neighbour", "other_org", "abroad")
NEIGHBOURS = TARGETS[1:]
ANONYMOUS = "anonymous"

#: visitor -> (role, kind of organisation, place of the mandate, home); a role is one mandate
VISITORS: dict[str, tuple[Role | None, str, str, str]] = {
    "resident": (None, "", "", "n/b1/u1/d101"),
    "building_leader": (Role.BUILDING_LEADER, "", "n/b1", "n/b1/u1/d102"),
    "volunteer": (Role.VOLUNTEER, "", "", "n/b1/u1/d103"),
    "grid_worker": (Role.GRID_WORKER, "grid_worker", "n", ""),
    "crew": (Role.CREW, "property", "", ""),
    "manager": (Role.MANAGER, "property", "", ""),
    "dispatcher": (Role.DISPATCHER, "residents_committee", "", ""),
    "owners_committee": (Role.OWNERS_COMMITTEE, "owners_committee", "n", "n/b1/u1/d104"),
    "mediator": (Role.MEDIATOR, "mediation_committee", "", ""),
    "chair": (Role.CHAIR, "residents_committee", "", ""),
    "street_officer": (Role.STREET_OFFICER, "street_office", "", ""),
    "wall": (Role.WALL, "residents_committee", "", ""),
    # Not in the demo's cast: whoever led here until yesterday, and who leads elsewhere.
    "former": (Role.CHAIR, "residents_committee", "", ""),
    "foreign_chair": (Role.CHAIR, "residents_committee", "", ""),
}
KINDS = {
    "open": "water.burst_pipe",
    "private": "building_safety.load_wall",
    "sealed": "property_service.staff_complaint",
}
SURNAMES = "甄濮阮蔺麴逄亓仉笪郗僪闾佘庹晁茆缑逯邰"


@dataclass
class Target:
    """One matter and what hangs on it."""

    case: Case
    reporter: str
    secret: str
    file: StoredFile
    message: Message
    job: Assignment | None = None


@dataclass(repr=False)
class World:
    """Both communities, whoever visits, and the matters by (visitor or whose, privacy)."""

    here: Community
    there: Community
    people: dict[str, Person] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    targets: dict[tuple[str, str], Target] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def target(self, visitor: str, whose: str, privacy: str) -> Target:
        """The matter in question; nobody's own matter is one that does not exist."""
        return self.targets[(visitor if whose == "own" else whose, privacy)]

    def community_of(self, visitor: str) -> Community:
        """Where the visitor belongs."""
        return self.there if visitor in ("foreign_chair", "abroad") else self.here

    def actor(self, who: str) -> ResolvedActor:
        """The person as resolved now; must run in the community's scope."""
        # Asked anew: a test may have switched the person's user off in its own transaction.
        user = User.objects.get(pk=self.people[who].user_id)
        return selectors.resolve_actor(self.community_of(who), user)


#: a well-formed id of nothing
NOTHING = UUID("018f0000-0000-7000-8000-000000000000")


def picture(size: tuple[int, int] = (8, 8)) -> bytes:
    """A small photo."""
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, "PNG")
    return out.getvalue()


def build() -> World:
    """Found both communities; runs without a scope of its own."""
    here = registry.create_community(
        name="甲社区", jurisdiction="310000", language="zh-hans", duty_phone="6555 0110"
    )
    there = registry.create_community(name="乙社区", jurisdiction="310000", language="zh-hans")
    world = World(here, there)
    for community in (here, there):
        with in_community(community.pk):
            places = _places()
            bodies = _organisations()
            _people(world, community, places, bodies)
    for visitor in VISITORS:
        _own_matters(world, visitor)
    for whose in NEIGHBOURS:
        _matters_of_others(world, whose)
    for visitor in (*VISITORS, ANONYMOUS):
        world.clients[visitor] = sign_in(world, visitor)
    return world


def _places() -> dict[str, Place]:
    found: dict[str, Place] = {}

    def add(key: str, kind: PlaceKind, name: str, parent: str = "", number: str = "") -> None:
        place = registry.add_place(
            key=key, kind=kind, name=name, number=number, parent=found.get(parent)
        )
        found[place.path] = place

    for estate, name in (("n", "北里"), ("s", "南里")):
        add(estate, PlaceKind.ESTATE, name)
        add("b1", PlaceKind.BUILDING, "1号楼", estate, "1")
        for unit in ("1", "2"):
            add(f"u{unit}", PlaceKind.UNIT, f"{unit}单元", f"{estate}/b1", unit)
            for flat in range(101, 106):
                parent = f"{estate}/b1/u{unit}"
                add(f"d{flat}", PlaceKind.DWELLING, f"{flat}室", parent, str(flat))
    add("garden", PlaceKind.PUBLIC_SPACE, "街心花园")
    return found


def _organisations() -> dict[tuple[str, str], Organisation]:
    wanted = [("property", "n"), ("property", "s"), ("owners_committee", "n")]
    wanted += [
        (body, "")
        for body in (
            "residents_committee",
            "water_company",
            "grid_worker",
            "mediation_committee",
            "street_office",
        )
    ]
    return {
        (body, area): registry.add_organisation(
            body=body, name=f"{body} {area}".strip(), phone="6555 0199", place_path=area
        )
        for body, area in wanted
    }


def _people(
    world: World,
    community: Community,
    places: dict[str, Place],
    bodies: dict[tuple[str, str], Organisation],
) -> None:
    today = timezone.localdate()
    long_ago = today - timedelta(days=900)

    def add(key: str, home: str = "") -> Person:
        number = len(world.people)
        world.names[key] = f"{SURNAMES[number % len(SURNAMES)]}名{key.replace('_', '')}"
        world.phones[key] = f"+861990000{number:04d}"
        person = registry.add_person(name=world.names[key], phone=world.phones[key], with_user=True)
        if home:
            registry.add_residence(person, places[home], Residence.Relation.OWNER, long_ago)
        world.people[key] = person
        return person

    def let_act(key: str, role: Role, body: str, area: str, until: bool = False) -> None:
        served = "s" if key == "crew_s" else "n"
        organisation = bodies.get((body, "")) or bodies.get((body, served))
        registry.grant_mandate(
            world.people[key],
            role,
            organisation=organisation,
            place_path=area,
            starts_on=long_ago,
            # The first day on which it no longer holds: it ended yesterday.
            ends_on=today if until else None,
        )

    if community == world.there:
        for key, home in (("foreign_chair", ""), ("abroad", "n/b1/u1/d101")):
            add(key, home)
        let_act("foreign_chair", Role.CHAIR, "residents_committee", "")
        return
    for key, (role, body, area, home) in VISITORS.items():
        if key == "foreign_chair":
            continue
        add(key, home)
        if role is not None:
            let_act(key, role, body, area, until=key == "former")
    add("neighbour", "n/b1/u2/d101")
    add("other_org", "s/b1/u1/d101")
    add("crew_s")
    let_act("crew_s", Role.CREW, "property", "")
    # Until yesterday also a crew member and the manager: three doors that must be shut.
    let_act("former", Role.CREW, "property", "", until=True)
    let_act("former", Role.MANAGER, "property", "", until=True)


def _report(world: World, who: str, privacy: str) -> Target:
    secret = f"zq{who.replace('_', '')}{privacy}"
    place = {"other_org": "s/b1", "abroad": "n/b1", "neighbour": "n/b1/u2"}.get(who, "n/b1/u1")
    with in_community(world.community_of(who).pk):
        taken = services.submit_report(
            world.actor(who),
            text=secret,
            idempotency_key=secret,
            picked_place_id=Place.objects.get(path=place).pk,
            photos=[picture()],
        )
        case = Case.objects.get(pk=taken.case_id)
        chair = world.actor("foreign_chair" if who in ("abroad", "foreign_chair") else "chair")
        services.correct_case(chair, case.pk, service_code=KINDS[privacy])
        # Triage may keep what it cannot read more private than the matrix wants it.
        Case.objects.filter(pk=case.pk).update(privacy=privacy)
        person = world.people[who].pk
        send_message([person], "case_done", _params(world, who, secret), key=secret, link="/")
        return Target(
            Case.objects.get(pk=case.pk),
            who,
            secret,
            StoredFile.objects.get(subject_id=case.pk),
            Message.objects.get(recipient_id=person, key=secret),
        )


def _params(world: World, who: str, secret: str) -> dict[str, str]:
    return {"community": str(world.community_of(who).pk), "service": "", "place": secret}


def _send(world: World, target: Target, *, by: str) -> None:
    with in_community(target.case.community_id):
        services.dispatch_case(world.actor(by), target.case.pk)
        target.job = Assignment.objects.get(case=target.case, role="lead")
        target.case.refresh_from_db()


def _own_matters(world: World, visitor: str) -> None:
    """The visitor's own: done and waiting for a word, and two that wait at the desk."""
    chair = "foreign_chair" if visitor == "foreign_chair" else "chair"
    for privacy in PRIVACIES:
        target = world.targets[(visitor, privacy)] = _report(world, visitor, privacy)
        if privacy == "open":
            _send(world, target, by=chair)
            with across_communities("the tests finish what no visitor may touch"):
                Assignment.objects.filter(case=target.case).update(
                    state="done", accepted_at=clock.now(), done_at=clock.now()
                )
                Case.objects.filter(pk=target.case.pk).update(state="done", done_at=clock.now())


def _matters_of_others(world: World, whose: str) -> None:
    """Open and private ones are with the property company, or at the other one's; the sealed
    one of the neighbour was sent to the committee by the chair, the others wait."""
    chair = "foreign_chair" if whose == "abroad" else "chair"
    for privacy in PRIVACIES:
        target = world.targets[(whose, privacy)] = _report(world, whose, privacy)
        if privacy != "sealed" or whose == "neighbour":
            _send(world, target, by=chair)


def sign_in(world: World, visitor: str) -> Client:
    """A browser that signed in as the visitor, the way a person does: by a one-time link."""
    client = Client(raise_request_exception=False)
    if visitor != ANONYMOUS:
        user = world.people[visitor].user
        assert user is not None
        response = client.post(f"/sign-in/{make_link(user)}/")
        assert response.status_code == 302
    return client
