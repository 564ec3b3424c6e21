"""A small neighbourhood that the engines' tests share, and the hands that act in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.db import connection, connections
from PIL import Image

from linli.engines.casework import services
from linli.engines.casework.models import Assignment, Case, CaseEvent
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
from linli.kernel import clock, leases, outbox
from linli.kernel.models import AuditEntry, OutboxMessage
from linli.kernel.scope import across_communities, in_community

BURST = "一村7号楼2单元楼道里水管爆了，水哗哗往下流"
LAMP = "中心花园路灯不亮，晚上黑漆漆的"
VIOLENCE = "一村7号楼2单元有人打老婆，孩子哭得厉害"
UNCLEAR = "那边好像有点奇怪"
#: a Tuesday morning in Shanghai, within working hours
MORNING = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
SINCE = date(2024, 1, 1)


@dataclass
class World:
    """One community with two estates, its organisations and its people."""

    community: Community
    places: dict[str, Place] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, who: str) -> ResolvedActor:
        """The person as resolved now."""
        return selectors.resolve_actor(self.community, self.people[who].user)

    def report(self, who: str = "grandmother", text: str = BURST, **more: Any) -> Case:
        """Report something and return the case."""
        more.setdefault("idempotency_key", uuid4().hex)
        taken = services.submit_report(self.actor(who), text=text, **more)
        return Case.objects.get(pk=taken.case_id)

    def job(self, case: Case, organisation: str) -> Assignment:
        """The newest part that an organisation has in a case."""
        rows = case.assignments.filter(organisation=self.organisations[organisation])
        return rows.order_by("-round")[0]

    def finish_all(self, case: Case) -> Case:
        """Let the plumber and the water crew do their parts."""
        for who, body in (("plumber", "property"), ("water", "water_company")):
            job = self.job(case, body)
            services.accept_assignment(self.actor(who), job.pk)
            services.finish_assignment(self.actor(who), job.pk)
        return Case.objects.get(pk=case.pk)


def build(jurisdiction: str = "310000", language: str = "zh-hans") -> World:
    """Found the community in scope-less code; the caller enters its scope."""
    community = registry.create_community(
        name="和睦里" if language == "zh-hans" else "Harmony Court",
        jurisdiction=jurisdiction,
        language=language,
        duty_phone="6555 0110",
    )
    world = World(community)
    with in_community(community.pk):
        _places(world, language)
        _organisations(world)
        _people(world)
    return world


def _places(world: World, language: str) -> None:
    zh = language == "zh-hans"

    def add(key: str, kind: PlaceKind, name: str, parent: str = "", **more: Any) -> None:
        place = registry.add_place(
            key=key, kind=kind, name=name, parent=world.places.get(parent), **more
        )
        world.places[place.path] = place

    add("e1", PlaceKind.ESTATE, "和睦一村" if zh else "Oak Estate", aliases=["一村"] if zh else [])
    add("e2", PlaceKind.ESTATE, "明珠苑" if zh else "Elm Estate")
    for estate, number in (("e1", 7), ("e1", 8), ("e2", 3)):
        name = f"{number}号" if zh else f"Building {number}"
        add(f"b{number}", PlaceKind.BUILDING, name, estate, number=str(number))
    add("u2", PlaceKind.UNIT, "2单元" if zh else "Entrance 2", "e1/b7", number="2")
    add("d301", PlaceKind.DWELLING, "301室" if zh else "Flat 301", "e1/b7/u2", number="301")
    garden = "中心花园" if zh else "Central Garden"
    add("garden", PlaceKind.PUBLIC_SPACE, garden)


def _organisations(world: World) -> None:
    for key, body, area in (
        ("committee", "residents_committee", ""),
        ("property", "property", "e1"),
        ("property_common", "property", ""),
        ("water_company", "water_company", ""),
        ("police", "police", ""),
    ):
        world.organisations[key] = registry.add_organisation(
            body=body, name=f"org {key}", phone="6555 0121", place_path=area
        )


def _people(world: World) -> None:
    for key in ("grandmother", "neighbour", "stranger"):
        _person(world, key)
    for key in ("grandmother", "neighbour"):
        registry.add_residence(
            world.people[key], world.places["e1/b7/u2/d301"], Residence.Relation.OWNER, SINCE
        )
    for key, role, body in (
        ("plumber", Role.CREW, "property"),
        ("plumber2", Role.CREW, "property"),
        ("manager", Role.MANAGER, "property"),
        ("water", Role.CREW, "water_company"),
        ("water_manager", Role.MANAGER, "water_company"),
        ("common_crew", Role.CREW, "property_common"),
        ("officer", Role.CREW, "police"),
        ("dispatcher", Role.DISPATCHER, "committee"),
        ("dispatcher2", Role.DISPATCHER, "committee"),
        ("chair", Role.CHAIR, "committee"),
    ):
        person = _person(world, key)
        organisation = world.organisations[body]
        registry.grant_mandate(
            person, role, organisation=organisation, public_name=f"name {key}", starts_on=SINCE
        )
        if key in ("plumber", "water"):
            start = datetime(2024, 1, 1, tzinfo=UTC)
            registry.add_shift(organisation, person, start, start + timedelta(days=9000), "")


def _person(world: World, key: str) -> Person:
    family = "张" if world.community.language == "zh-hans" else "Smith "
    person = registry.add_person(name=f"{family}{key}", with_user=True)
    world.people[key] = person
    return person


def relay() -> int:
    """Deliver everything that waits; returns how many messages that was."""
    holder = leases.Holder()
    total = 0
    with across_communities("the tests' relay"):
        while taken := outbox.run_once(holder):
            total += taken
    holder.let_go()
    return total


def picture(colour: str = "navy", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def events_of(case: Case) -> list[str]:
    """The kinds of the lines of a case's history, in order."""
    return list(
        CaseEvent.objects.filter(case=case).order_by("at", "pk").values_list("kind", flat=True)
    )


def audited(case: Case) -> list[str]:
    """The actions of a case's audit entries, in order."""
    rows = AuditEntry.objects.filter(subject_id=case.pk).order_by("at", "pk")
    return list(rows.values_list("action", flat=True))


def queued(case: Case) -> list[str]:
    """The kinds of history lines for which messages are queued."""
    rows = OutboxMessage.objects.filter(payload__case_id=str(case.pk)).order_by("created_at", "pk")
    return [row.payload["kind"] for row in rows if row.handler == "casework.tell_people"]


@contextmanager
def at(moment: datetime, **later: float) -> Iterator[datetime]:
    """The clock stands at ``moment`` plus ``later`` (as for timedelta)."""
    with clock.frozen(moment + timedelta(**later)) as frozen:
        yield frozen


def together(community: Community, *deeds: Callable[[], Any]) -> list[Any]:
    """Run deeds in threads that start at once; each gives its result or its exception."""
    barrier = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def run(index: int, deed: Callable[[], Any]) -> None:
        try:
            with in_community(community.pk):
                connection.ensure_connection()
                barrier.wait(30)
                results[index] = deed()
        except BaseException as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results
