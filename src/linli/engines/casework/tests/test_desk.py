"""The desk: corrections, what cannot be sent, and a history that leaves nothing out."""

from __future__ import annotations

import pytest
from django.db import Error, transaction
from django.http import Http404

from linli.engines.casework import selectors, services
from linli.engines.casework.core.states import CaseState
from linli.engines.casework.models import Case, CaseEvent, Correction
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import World
from linli.engines.outreach.models import Message
from linli.engines.registry.models import Place
from linli.engines.rulebook.types import Privacy
from linli.kernel.actors import Purpose
from linli.kernel.models import AuditEntry


def test_a_correction_is_kept_as_an_example(world: World) -> None:
    case = world.report(text=w.UNCLEAR)
    desk = world.actor("dispatcher")
    was = case.service_code
    services.correct_case(
        desk, case.pk, service_code="water.burst_pipe", place_id=world.places["e1/b8"].pk
    )
    kept = [(c.field, c.was, c.became) for c in Correction.objects.order_by("pk")]
    assert kept == [
        ("service", was, "water.burst_pipe"),
        ("place", case.place_path, "e1/b8"),
    ]
    assert {c.by for c in Correction.objects.all()} == {world.people["dispatcher"]}
    now = Case.objects.get(pk=case.pk)
    assert (now.service_code, now.family, now.priority) == ("water.burst_pipe", "water", "P1")
    assert now.place == world.places["e1/b8"]


def test_correcting_to_the_same_changes_nothing(world: World) -> None:
    case = world.report("stranger", text=w.UNCLEAR)
    services.correct_case(world.actor("dispatcher"), case.pk, service_code=case.service_code)
    assert not Correction.objects.exists()
    assert Case.objects.get(pk=case.pk).version == case.version


def test_a_correction_never_opens_a_matter(world: World) -> None:
    case = world.report(text=w.VIOLENCE)
    services.correct_case(world.actor("chair"), case.pk, service_code="water.burst_pipe")
    assert Case.objects.get(pk=case.pk).privacy == Privacy.SEALED


def test_a_matter_found_to_be_sealed_goes_to_the_chair(world: World) -> None:
    case = world.report(text=w.UNCLEAR)
    w.relay()
    Message.objects.all().delete()
    desk = world.actor("dispatcher")
    services.correct_case(desk, case.pk, service_code="care.child_harm")
    assert Case.objects.get(pk=case.pk).privacy == Privacy.SEALED
    w.relay()
    told = set(Message.objects.values_list("recipient_id", flat=True))
    assert told == {world.people["chair"].pk}
    with pytest.raises(Http404):
        services.dispatch_case(desk, case.pk)
    with pytest.raises(Http404):
        selectors.get_case_page(desk, case.pk, Purpose.HANDLE)


def test_an_unknown_kind_or_place_is_refused(world: World) -> None:
    case = world.report(text=w.UNCLEAR)
    desk = world.actor("dispatcher")
    with pytest.raises(LookupError):
        services.correct_case(desk, case.pk, service_code="no.such_thing")
    with pytest.raises(Http404):
        services.correct_case(desk, case.pk, place_id=case.pk)
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("text", "place", "kind", "missing"),
    [
        ("", "", "", "no_service"),
        (w.UNCLEAR, "", "water.burst_pipe", "no_place"),
        (w.UNCLEAR, "e1/b7", "lift.trapped", "no_lead_here"),
    ],
)
def test_what_cannot_be_sent_says_what_is_missing(
    world: World, text: str, place: str, kind: str, missing: str
) -> None:
    case = world.report("stranger", text=text, photos=[] if text else [w.picture()])
    desk = world.actor("dispatcher")
    place_id = world.places[place].pk if place else None
    services.correct_case(desk, case.pk, service_code=kind, place_id=place_id)
    with pytest.raises(services.CannotSend) as refusal:
        services.dispatch_case(desk, case.pk)
    assert refusal.value.code == missing
    assert Case.objects.get(pk=case.pk).state == CaseState.AT_DESK


@pytest.mark.parametrize("who", ["grandmother", "plumber", "manager", "water"])
def test_only_the_desk_corrects_and_sends(world: World, who: str) -> None:
    case = world.report(text=w.UNCLEAR)
    with pytest.raises(Http404):
        services.correct_case(world.actor(who), case.pk, service_code="water.burst_pipe")
    with pytest.raises(Http404):
        services.dispatch_case(world.actor(who), case.pk)


def test_the_chair_sends_a_sealed_matter_by_hand(world: World) -> None:
    case = world.report(text=w.VIOLENCE)
    services.dispatch_case(world.actor("chair"), case.pk)
    case = Case.objects.get(pk=case.pk)
    assert case.state == CaseState.DISPATCHED
    assert not case.dispatched_by_machine
    w.relay()
    told = set(Message.objects.filter(kind="case_job").values_list("recipient_id", flat=True))
    assert told == {world.people["officer"].pk}
    for message in Message.objects.all():
        assert message.params["place"] == ""


def test_the_database_refuses_a_sealed_matter_sent_by_the_machine(world: World) -> None:
    case = world.report(text=w.VIOLENCE)
    with pytest.raises(Error), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(dispatched_by_machine=True)


#: the whole story: every verb once, and the line that each leaves
STORY = [
    "reported", "sent_to_desk", "corrected", "corrected", "dispatched", "accepted", "returned",
    "withdrawn", "sent_to_desk", "dispatched", "accepted", "arrived", "part_done", "accepted",
    "part_done",
    "done", "reopened", "accepted", "part_done", "accepted", "part_done", "done", "confirmed",
]  # fmt: skip


def tell_the_whole_story(world: World) -> Case:
    """Every verb of casework, at least once."""
    case = world.report(text=w.UNCLEAR)
    desk, gran, plumber = (world.actor(x) for x in ("dispatcher", "grandmother", "plumber"))
    place = world.places["e1/b7/u2"].pk
    services.correct_case(desk, case.pk, service_code="water.burst_pipe", place_id=place)
    services.dispatch_case(desk, case.pk)
    services.accept_assignment(plumber, world.job(case, "property").pk)
    services.return_assignment(plumber, world.job(case, "property").pk, reason="先派水司")
    services.dispatch_case(desk, case.pk)
    services.accept_assignment(plumber, world.job(case, "property").pk)
    services.arrive_assignment(plumber, world.job(case, "property").pk)
    services.finish_assignment(plumber, world.job(case, "property").pk, note="好了")
    water = world.actor("water")
    services.accept_assignment(water, world.job(case, "water_company").pk)
    services.finish_assignment(water, world.job(case, "water_company").pk)
    services.reopen_case(gran, case.pk, reason="还漏")
    world.finish_all(case)
    services.confirm_case(gran, case.pk)
    return Case.objects.get(pk=case.pk)


def test_every_verb_leaves_a_line_an_audit_entry_and_a_message(world: World) -> None:
    case = tell_the_whole_story(world)
    assert w.events_of(case) == STORY
    assert w.audited(case) == [f"case_{kind}" for kind in STORY]
    assert w.queued(case) == STORY
    people = {e.kind: e.person_ref for e in CaseEvent.objects.filter(case=case)}
    assert people["corrected"] == world.people["dispatcher"].pk
    assert people["confirmed"] == world.people["grandmother"].pk
    assert people["arrived"] == world.people["plumber"].pk


def test_the_audit_holds_no_words(world: World) -> None:
    case = tell_the_whole_story(world)
    details = str(list(AuditEntry.objects.filter(subject_id=case.pk).values_list("detail")))
    assert not any(word in details for word in ("先派水司", "好了", "还漏", "奇怪"))


@pytest.mark.parametrize("model", [CaseEvent, AuditEntry])
def test_history_can_only_grow(world: World, model: type) -> None:
    world.report()
    for deed in (
        lambda: model.objects.update(at="2020-01-01T00:00:00Z"),
        lambda: model.objects.all().delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            deed()
    assert model.objects.filter(at__year=2020).count() == 0


def test_the_reporter_reads_the_story_without_the_inner_lines(world: World) -> None:
    case = tell_the_whole_story(world)
    seen = selectors.get_case_page(world.actor("grandmother"), case.pk, Purpose.OWN)
    inner = {"sent_to_desk", "corrected"}
    assert [e.kind for e in seen.events] == [kind for kind in STORY if kind not in inner]
    desk = selectors.get_case_page(world.actor("dispatcher"), case.pk, Purpose.HANDLE)
    assert [e.kind for e in desk.events] == STORY


def test_the_queue_puts_danger_first_then_the_oldest(world: World) -> None:
    made = []
    for minute, text in enumerate((w.UNCLEAR, w.UNCLEAR + "呢", "水管爆了，水哗哗往外喷")):
        with w.at(w.MORNING, minutes=minute):
            made.append(world.report("stranger", text=text))
    first, second, danger = (case.pk for case in made)
    listed = [c.id for c in selectors.list_queue(world.actor("dispatcher"))]
    assert listed == [danger, first, second]


def test_places_of_a_case_cannot_be_deleted_under_it(world: World) -> None:
    case = world.report()
    with pytest.raises(Error), transaction.atomic():
        Place.objects.filter(pk=case.place_id).delete()
