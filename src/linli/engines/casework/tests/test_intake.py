"""Taking reports in: whatever comes is kept as said, and goes where it may."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import Error, connection, transaction
from django.http import Http404

from linli.engines.casework import selectors, services
from linli.engines.casework.core.states import CaseState
from linli.engines.casework.models import Assignment, Case, Channel, Report
from linli.engines.casework.services.intake import TEXT_CHARS_MAX
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import World
from linli.engines.outreach.models import Message
from linli.engines.rulebook.types import Privacy
from linli.kernel import files, idempotency
from linli.kernel.actors import Purpose
from linli.kernel.models import StoredFile


def stored(case: Case) -> str:
    """What was said, as the database has it."""
    return Report.objects.get(case=case).text


def test_a_sentence_becomes_a_report_a_case_and_two_assignments(world: World) -> None:
    case = world.report()
    assert stored(case) == w.BURST
    assert case.state == CaseState.DISPATCHED
    assert case.dispatched_by_machine
    assert case.place == world.places["e1/b7/u2"]
    assert case.handler_id == world.organisations["property"].pk
    assert case.reports.get().reporter == world.people["grandmother"]
    assert Assignment.objects.filter(case=case).count() == 2


def test_a_photo_alone_is_enough_and_waits_at_the_desk(world: World) -> None:
    case = world.report(text="  ", photos=[w.picture()])
    assert stored(case) == ""
    assert case.state == CaseState.AT_DESK
    # Nobody knows yet what the picture shows: it is kept private.
    assert case.privacy == Privacy.PRIVATE
    photo = StoredFile.objects.get(subject_id=case.pk)
    assert files.path_of(photo).read_bytes()[8:12] == b"WEBP"


@pytest.mark.parametrize("text", ["", "   \n\t", "\x00", "\x00 \x00"])
def test_nothing_said_is_refused(world: World, text: str) -> None:
    with pytest.raises(services.NothingSaid):
        world.report(text=text)
    assert not Case.objects.exists()


STRANGE = {
    "nul": "水管\x00爆了",
    "lone surrogate": "水管爆了 \ud83d 在7号楼",
    "emoji": "💧💧🆘 7号楼 👵🏻",
    "html": "<script>alert(1)</script><b>水管爆了</b> & 'x' \"y\"",
    "right to left": "\u202e7号楼水管爆了",
    "combining": "a" + "\u0301" * 500,
    "sql": "'; DROP TABLE casework_case; -- %s %(x)s {0}",
    "only emoji": "🆘",
    "newlines": "水管\r\n爆了\u2028在7号楼",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_strange_text_is_kept_and_shown(world: World, text: str) -> None:
    case = world.report(text=text)
    said = stored(case)
    expected = text.replace("\x00", "").replace("\ud83d", "")
    assert said == expected
    # Whatever is kept can be sent to a browser again.
    assert said.encode("utf-8")
    actor = world.actor("grandmother")
    page = selectors.get_case_page(actor, case.pk, Purpose.OWN)
    assert page.said[0].text == said


def test_a_megabyte_of_text_is_cut_not_refused(world: World) -> None:
    case = world.report(text="水管爆了" + "啊" * 1_000_000)
    assert len(stored(case)) == TEXT_CHARS_MAX
    assert case.service_code == "water.burst_pipe"


def test_the_same_key_twice_is_one_report(world: World) -> None:
    actor = world.actor("grandmother")
    first = services.submit_report(actor, text=w.BURST, idempotency_key="k1")
    again = services.submit_report(actor, text=w.BURST, idempotency_key="k1")
    assert first.is_new
    assert not again.is_new
    assert again.case_id == first.case_id
    assert again.report_id == first.report_id
    assert Report.objects.count() == Case.objects.count() == 1


def test_the_same_photo_twice_is_kept_once(world: World) -> None:
    for _ in range(2):
        world.report(photos=[w.picture()], idempotency_key="k1")
    assert StoredFile.objects.count() == 1
    assert len(_bytes_on_disk()) == 1


def test_a_key_used_for_other_words_is_refused(world: World) -> None:
    world.report(idempotency_key="k1")
    with pytest.raises(idempotency.KeyReused):
        world.report(text=w.LAMP, idempotency_key="k1", photos=[w.picture()])
    with pytest.raises(idempotency.KeyReused):
        world.report(idempotency_key="k1", naming=Report.Naming.ANONYMOUS)
    assert Case.objects.count() == 1
    assert _bytes_on_disk() == []


def test_the_same_key_of_two_people_is_two_reports(world: World) -> None:
    cases = {world.report(who, idempotency_key="k1").pk for who in ("grandmother", "neighbour")}
    assert len(cases) == 2


@pytest.mark.parametrize("key", ["", "x" * 81])
def test_a_write_without_a_usable_key_is_refused(world: World, key: str) -> None:
    with pytest.raises(idempotency.BadKey):
        world.report(idempotency_key=key, photos=[w.picture()])
    assert _bytes_on_disk() == []


def test_a_bad_photo_leaves_nothing_of_the_good_ones(world: World) -> None:
    with pytest.raises(files.BadFile):
        world.report(photos=[w.picture(), b"no picture"])
    assert not Case.objects.exists()
    assert _bytes_on_disk() == []


def test_a_picked_place_wins_over_the_words(world: World) -> None:
    garden = world.places["garden"]
    case = world.report(text="路灯不亮，晚上黑漆漆的", picked_place_id=garden.pk)
    assert case.place == garden
    assert case.in_public_space
    assert case.reports.get().picked_place == garden


def test_an_unknown_picked_place_is_404(world: World) -> None:
    with pytest.raises(Http404):
        world.report(picked_place_id=uuid4())


def test_the_reporters_home_settles_a_doubt(world: World) -> None:
    case = world.report(text="我家水管爆了，水哗哗往外喷，快来人")
    assert case.place is not None
    assert case.place.path == "e1/b7/u2/d301"
    assert world.report("stranger", text="我家水管爆了，水哗哗往外喷").place is None


def test_without_a_place_the_machine_never_sends(world: World) -> None:
    case = world.report("stranger", text="水管爆了，水哗哗往外喷")
    assert case.service_code == "water.burst_pipe"
    assert (case.state, case.place_id) == (CaseState.AT_DESK, None)
    assert not case.assignments.exists()
    assert not case.dispatched_by_machine


def test_a_sealed_matter_waits_and_only_the_chair_hears_of_it(world: World) -> None:
    case = world.report(text=w.VIOLENCE)
    assert case.privacy == Privacy.SEALED
    assert case.state == CaseState.AT_DESK
    assert not case.assignments.exists()
    w.relay()
    told = set(Message.objects.values_list("recipient_id", flat=True))
    assert told == {world.people["chair"].pk}
    message = Message.objects.get()
    # No place finer than the estate, no word of the report.
    assert message.params["place"] == ""
    assert "打" not in str(message.params)


def test_an_unclear_matter_waits_and_the_dispatchers_hear_of_it(world: World) -> None:
    world.report(text=w.UNCLEAR)
    w.relay()
    told = set(Message.objects.values_list("recipient_id", flat=True))
    assert told == {world.people["dispatcher"].pk, world.people["dispatcher2"].pk}


def test_without_a_leading_organisation_the_desk_gets_it_with_the_reason(world: World) -> None:
    for key in ("property", "property_common"):
        organisation = world.organisations[key]
        organisation.body = "somebody_else"
        organisation.save()
    case = world.report()
    assert case.state == CaseState.AT_DESK
    assert not case.assignments.exists()
    line = case.events.get(kind="sent_to_desk")
    assert line.data["why"] == ["no_lead_here"]
    assert line.is_internal


def test_the_text_is_sealed_everywhere_in_the_database(world: World) -> None:
    """Neither the words nor a piece of them stands in any table in the clear."""
    case = world.report(text=w.VIOLENCE + "，电话13912345678")
    services.correct_case(world.actor("chair"), case.pk, service_code="care.child_harm")
    w.relay()
    for piece in ("打老婆", "哭得厉害", "13912345678"):
        assert tables_with(piece) == []


def tables_with(piece: str) -> list[str]:
    """Tables in which the text, its UTF-8 or its JSON form can be found."""
    forms = {piece, piece.encode("unicode_escape").decode()}
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {quoted}")
            for row in cursor.fetchall():
                cells = [_readable(cell) for cell in row]
                if any(form in cell for form in forms for cell in cells):
                    found.append(table)
    return sorted(set(found))


def _readable(cell: object) -> str:
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).decode("utf-8", "ignore")
    return str(cell)


def test_the_search_for_leaks_finds_a_leak(world: World) -> None:
    case = world.report()
    Case.objects.filter(pk=case.pk).update(family="打老婆")
    assert tables_with("打老婆") == ["casework_case"]


def test_what_was_said_cannot_be_changed(world: World) -> None:
    report = Report.objects.get(case=world.report())
    report.text = "something else"
    with pytest.raises(Error), transaction.atomic():
        report.save(update_fields=["text"])


def test_the_desk_writes_down_a_call(world: World) -> None:
    case = world.report("dispatcher", channel=Channel.DESK)
    assert case.reports.get().channel == Channel.DESK
    assert case.state == CaseState.DISPATCHED


def _bytes_on_disk() -> list[str]:
    """Names of the pictures that lie in the data folder."""
    return sorted(p.name for p in settings.LINLI_DATA_DIR.rglob("*") if p.is_file())
