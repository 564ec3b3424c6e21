"""The sentence to protect: a burst pipe reaches plumber and water crew at once, with clocks."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from linli.engines.casework import handlers, selectors, services
from linli.engines.casework.core.states import AssignmentState, CaseState
from linli.engines.casework.models import Case
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import MORNING, World
from linli.engines.outreach import selectors as outreach
from linli.engines.outreach.models import Message
from linli.engines.rulebook.types import Authority, ClockKind, DutyRole
from linli.kernel import outbox
from linli.kernel.actors import Purpose
from linli.kernel.models import OutboxMessage

#: organisation, role, authority, (kind of clock, rule, minutes)
PARTS = {
    "property": (
        DutyRole.LEAD,
        Authority.ORDER,
        {
            ClockKind.RESPOND: ("cn-p1-respond-30min", 30),
            ClockKind.ARRIVE: ("cn-p1-arrive-30min", 30),
            ClockKind.FINISH: ("cn-12345-utility-24h", 24 * 60),
        },
    ),
    "water_company": (
        DutyRole.SUPPORT,
        Authority.REQUEST,
        {
            ClockKind.RESPOND: ("cn-p1-respond-30min", 30),
            ClockKind.FINISH: ("cn-12345-utility-24h", 24 * 60),
        },
    ),
}


@pytest.mark.parametrize("body", PARTS)
def test_both_organisations_get_a_part_with_clocks(world: World, body: str) -> None:
    with w.at(MORNING):
        case = world.report()
    role, authority, promises = PARTS[body]
    job = world.job(case, body)
    assert (job.role, job.authority, job.state) == (role, authority, AssignmentState.SENT)
    assert job.sent_at == MORNING
    assert job.round == 1
    kept = {c.kind: (c.rule_id, c.due_at - c.started_at) for c in job.clocks.all()}
    assert kept == {
        kind: (rule, timedelta(minutes=minutes)) for kind, (rule, minutes) in promises.items()
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_clock_names_its_rule_and_source(world: World, language: str) -> None:
    case = world.report()
    with translation.override(language):
        page = selectors.get_case_page(world.actor("grandmother"), case.pk, Purpose.OWN)
    clocks = [c for part in page.case.assignments for c in part.clocks]
    assert len(clocks) == 5
    for clock in clocks:
        assert clock.rule_id
        assert clock.rule_label
        assert clock.source_title
    assert {c.rule_label.isascii() for c in clocks} == {language == "en"}


def test_the_plumber_on_duty_gets_it_with_his_manager(world: World) -> None:
    case = world.report()
    assert world.job(case, "property").assignee == world.people["plumber"]
    for who, sees in (("plumber", True), ("manager", True), ("plumber2", False)):
        jobs = selectors.list_jobs(world.actor(who))
        assert [j.id for j in jobs] == ([case.pk] if sees else []), who


TOLD = {
    "reported": {
        "case_dispatched": ["grandmother"],
        "case_job": ["plumber", "manager", "water", "water_manager"],
    },
    "accepted": {"case_accepted": ["grandmother"]},
    "done": {"case_done": ["grandmother"]},
    "reopened": {"case_reopened": ["plumber", "manager", "water", "water_manager"]},
    "confirmed": {"case_confirmed": ["plumber", "manager", "water", "water_manager"]},
}


def test_everybody_concerned_is_told_exactly_once(world: World) -> None:
    """Even if the relay hands every message over twice."""
    gran = world.actor("grandmother")
    case = world.report()
    assert new_messages(world) == TOLD["reported"]
    for who, body in (("plumber", "property"), ("water", "water_company")):
        services.accept_assignment(world.actor(who), world.job(case, body).pk)
        assert new_messages(world) == TOLD["accepted"]
    services.finish_assignment(world.actor("plumber"), world.job(case, "property").pk)
    assert new_messages(world) == {}
    services.finish_assignment(world.actor("water"), world.job(case, "water_company").pk)
    assert new_messages(world) == TOLD["done"]
    services.reopen_case(gran, case.pk, reason="还在漏")
    assert new_messages(world) == TOLD["reopened"]
    world.finish_all(case)
    assert new_messages(world) == {**TOLD["done"], "case_accepted": ["grandmother"] * 2}
    services.confirm_case(gran, case.pk)
    assert new_messages(world) == TOLD["confirmed"]


def new_messages(world: World) -> dict[str, list[str]]:
    """Deliver, deliver all again by hand, and say who got what since the last look."""
    names = {person.pk: key for key, person in world.people.items()}
    w.relay()
    rows = list(Message.objects.filter(read_at=None).order_by("recipient_id"))
    for row in OutboxMessage.objects.all():
        told = outbox.Message(row.pk, row.topic, row.community_id, row.payload)
        handlers.tell_people(told)
    assert Message.objects.filter(read_at=None).count() == len(rows)
    Message.objects.filter(read_at=None).update(read_at="2026-01-01T00:00:00Z")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(names[row.recipient_id])
    order = list(world.people)
    return {kind: sorted(who, key=_order(order)) for kind, who in found.items()}


def _order(keys: list[str]) -> Any:
    return keys.index


def test_a_crew_without_anybody_on_duty_hears_of_it_as_a_whole(world: World) -> None:
    world.organisations["property"].shifts.all().delete()
    case = world.report()
    w.relay()
    assert world.job(case, "property").assignee is None
    names = {person.pk: key for key, person in world.people.items()}
    told = {names[m.recipient_id] for m in Message.objects.filter(kind="case_job")}
    assert told == {"plumber", "plumber2", "manager", "water", "water_manager"}
    # Who accepts has it; the others no longer do.
    services.accept_assignment(world.actor("plumber2"), world.job(case, "property").pk)
    assert world.job(case, "property").assignee == world.people["plumber2"]
    assert selectors.list_jobs(world.actor("plumber")) == []


def test_who_no_longer_belongs_to_the_crew_is_not_on_duty(world: World) -> None:
    """A roster that outlives its plumber must not swallow the job."""
    mandate = world.people["plumber"].mandates.get()
    mandate.ends_on = w.SINCE
    mandate.save()
    case = world.report()
    assert world.job(case, "property").assignee is None
    assert [j.id for j in selectors.list_jobs(world.actor("plumber2"))] == [case.pk]


def test_clocks_are_met_by_the_deeds(world: World) -> None:
    with w.at(MORNING):
        case = world.report()
    plumber, job = world.actor("plumber"), world.job(case, "property")
    with w.at(MORNING, minutes=10):
        services.accept_assignment(plumber, job.pk)
    with w.at(MORNING, minutes=45):
        services.arrive_assignment(plumber, job.pk)
    with w.at(MORNING, minutes=90):
        services.finish_assignment(plumber, job.pk, note="换了一段管子", photos=[w.picture()])
    page = selectors.get_case_page(world.actor("grandmother"), case.pk, Purpose.OWN)
    lead = next(a for a in page.case.assignments if a.role == DutyRole.LEAD)
    met = {c.kind: (c.met_at, c.was_late) for c in lead.clocks}
    assert met == {
        "respond": (MORNING + timedelta(minutes=10), False),
        "arrive": (MORNING + timedelta(minutes=45), True),
        "finish": (MORNING + timedelta(minutes=90), False),
    }
    assert len([e for e in page.events if e.photo_ids]) == 1


def test_finishing_without_arriving_settles_every_promise(world: World) -> None:
    case = world.finish_all(world.report())
    assert case.state == CaseState.DONE
    assert not any(c.met_at is None for job in case.assignments.all() for c in job.clocks.all())


def test_the_nearest_organisation_leads(world: World) -> None:
    lead = {
        text: world.report("stranger", text=text).assignments.get(role="lead").organisation
        for text in (w.BURST, w.LAMP)
    }
    assert lead[w.BURST] == world.organisations["property"]
    assert lead[w.LAMP] == world.organisations["property_common"]


def test_messages_are_worded_in_the_readers_language(world: World) -> None:
    world.report()
    w.relay()
    plumber = world.actor("plumber")
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            [item] = outreach.list_inbox(plumber)
            said[language] = item.title
    assert "水管爆裂" in said["zh-hans"]
    assert "Burst water pipe" in said["en"]


def test_many_cases_do_not_mix(world: World) -> None:
    cases = [world.report(who) for who in ("grandmother", "neighbour", "stranger")]
    w.relay()
    links = Counter(Message.objects.filter(kind="case_dispatched").values_list("link", flat=True))
    assert links == {f"/matters/{case.pk}/": 1 for case in cases}
    assert Case.objects.count() == 3
