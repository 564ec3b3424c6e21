"""The life of a rule document: what may follow what, what is fixed, what may not overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404

from linli.engines.rulebook import services
from linli.engines.rulebook.core.life import MOVES, after
from linli.engines.rulebook.models import Clause, RuleDocument, RuleStep, RuleVersion, SettledValue
from linli.engines.rulebook.selectors import documents
from linli.engines.rulebook.tests.document_builders import (
    COMMITTEE,
    MINGZHU,
    FakeActor,
    adopt,
    chair,
    clause,
    draft,
    enforce,
    neighbour,
    owners,
)
from linli.engines.rulebook.types import ClauseText, DocumentKind, LifeStep, VersionState
from linli.kernel import clock
from linli.kernel.actors import NotAllowed
from linli.kernel.ids import uuid7
from linli.kernel.models import AuditEntry
from linli.kernel.scope import in_community

DAY = date(2026, 3, 2)
LATER = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def in_november() -> Any:
    with clock.frozen(datetime(2026, 11, 20, 4, tzinfo=UTC)):
        yield


def test_a_whole_life(community: Any) -> None:
    actor = owners(community)
    version = draft(actor, clause("1"), clause("2", "proxies_max", 3))
    services.post_version(actor, version.pk, from_day=DAY, to_day=LATER, where="Both gates")
    services.adopt_version(
        actor, version.pk, on_day=LATER, body="Owners' assembly", decision="2026-1", votes="as said"
    )
    services.file_version(actor, version.pk, on_day=LATER, filed_with="Sub-district", number="B-12")
    services.enforce_version(actor, version.pk, from_day=LATER)
    services.revoke_version(
        actor, version.pk, on_day=date(2026, 9, 1), body="Court", reason="Decision annulled"
    )
    page = documents.get_document(actor, version.document_id, day=LATER)
    assert [step.step for step in page.steps] == [
        LifeStep.POST,
        LifeStep.ADOPT,
        LifeStep.FILE,
        LifeStep.ENFORCE,
        LifeStep.REVOKE,
    ]
    assert page.steps[1].note == "as said"
    assert page.steps[2].reference == "B-12"
    assert page.version.state is VersionState.REVOKED
    assert page.version.holds(LATER)
    assert not page.version.holds(date(2026, 9, 1))
    told = AuditEntry.objects.filter(subject_id=version.pk)
    assert told.count() == 6


def test_every_move_that_is_not_listed_is_refused(community: Any) -> None:
    actor = chair(community)
    calls: dict[LifeStep, Any] = {
        LifeStep.POST: lambda pk: services.post_version(
            actor, pk, from_day=DAY, to_day=DAY, where="x"
        ),
        LifeStep.ADOPT: lambda pk: services.adopt_version(
            actor, pk, on_day=DAY, body="x", votes="x"
        ),
        LifeStep.FILE: lambda pk: services.file_version(
            actor, pk, on_day=DAY, filed_with="x", number="1"
        ),
        LifeStep.ENFORCE: lambda pk: services.enforce_version(actor, pk, from_day=DAY),
        LifeStep.REVOKE: lambda pk: services.revoke_version(
            actor, pk, on_day=DAY, body="x", reason="x"
        ),
        LifeStep.WITHDRAW: lambda pk: services.withdraw_version(actor, pk, reason="x"),
    }
    refused = 0
    for state, step in product(VersionState, calls):
        if after(step, state) is not None:
            continue
        version = draft(actor, title=f"{state} {step}", kind=DocumentKind.OTHER)
        RuleVersion.objects.filter(pk=version.pk).update(state=state, text_digest="x")
        with pytest.raises(services.IllegalMove):
            calls[step](version.pk)
        refused += 1
    assert refused == len(VersionState) * len(calls) - sum(
        len(moves) for step, moves in MOVES.items() if step is not LifeStep.SUPERSEDE
    )


def test_filing_may_follow_force_but_only_once(community: Any) -> None:
    actor = chair(community)
    version = enforce(actor, draft(actor), DAY)
    filed = services.file_version(actor, version.pk, on_day=DAY, filed_with="Street", number="1")
    assert filed.state == VersionState.IN_FORCE
    with pytest.raises(services.IllegalMove):
        services.file_version(actor, version.pk, on_day=DAY, filed_with="Street", number="2")


def test_a_posted_text_is_fixed(community: Any) -> None:
    actor = chair(community)
    version = draft(actor, clause("1", "proxies_max", 3), clause("2"))
    services.post_version(actor, version.pk, from_day=DAY, to_day=DAY, where="Gate")
    with pytest.raises(services.IllegalMove):
        services.save_draft(actor, version.pk, clauses=[clause("9")], seen_revision=1)
    row = Clause.objects.filter(version=version).order_by("position").last()
    assert row is not None
    for deed in (
        lambda: Clause.objects.filter(pk=row.pk).update(text="other"),
        lambda: Clause.objects.filter(pk=row.pk).delete(),
        lambda: SettledValue.objects.filter(version=version).update(value=9),
        lambda: SettledValue.objects.filter(version=version).delete(),
        lambda: RuleStep.objects.filter(version=version).update(note="other"),
        lambda: RuleStep.objects.filter(version=version).delete(),
        lambda: RuleDocument.objects.filter(pk=version.document_id).update(place_path=""),
        lambda: RuleDocument.objects.filter(pk=version.document_id).update(kind="charter"),
    ):
        with pytest.raises(DatabaseError, match="history"), transaction.atomic():
            deed()
    page = documents.get_document(actor, version.document_id, day=DAY)
    assert [c.number for c in page.clauses] == ["1", "2"]


def test_a_correction_is_a_new_version_and_ends_the_old_one(community: Any) -> None:
    actor = chair(community)
    first = enforce(actor, draft(actor, clause("1", "proxies_max", 3)), DAY)
    second = services.revise_document(actor, first.document_id)
    assert second.number == 2
    assert second.draft[0]["settles"] == {"proxies_max": 3}
    with pytest.raises(services.IllegalMove):
        services.revise_document(actor, first.document_id)
    services.save_draft(
        actor, second.pk, clauses=[clause("1", "proxies_max", 5)], seen_revision=1, reason="More"
    )
    enforce(actor, second, LATER)
    first.refresh_from_db()
    assert (first.state, first.in_force_to) == (VersionState.SUPERSEDED, LATER)
    before = documents.read_setting("proxies_max", MINGZHU, LATER - timedelta(days=1))
    now = documents.read_setting("proxies_max", MINGZHU, LATER)
    assert before is not None
    assert now is not None
    assert (before.value, before.version_number) == (3, 1)
    assert (now.value, now.version_number) == (5, 2)


def test_the_new_version_must_begin_after_the_old_one(community: Any) -> None:
    actor = chair(community)
    first = enforce(actor, draft(actor), LATER)
    second = services.revise_document(actor, first.document_id)
    adopt(actor, second, DAY)
    with pytest.raises(services.BadDocument) as caught:
        services.enforce_version(actor, second.pk, from_day=LATER)
    assert caught.value.code == "before_force"
    first.refresh_from_db()
    assert first.in_force_to is None


def test_two_documents_of_a_kind_never_hold_at_one_place(community: Any) -> None:
    actor = chair(community)
    enforce(actor, draft(actor, title="Old rules"), DAY)
    other = adopt(actor, draft(actor, title="Rival rules"), LATER)
    with pytest.raises(services.Overlap) as caught:
        services.enforce_version(actor, other.pk, from_day=LATER)
    assert (caught.value.title, caught.value.setting) == ("Old rules", "")
    # Elsewhere, and of another kind, they stand side by side.
    enforce(actor, draft(actor, place="binhe"), DAY)
    enforce(actor, draft(actor, kind=DocumentKind.MANAGEMENT_COVENANT), DAY)


def test_the_gap_before_a_later_document_is_no_gap(community: Any) -> None:
    actor = chair(community)
    enforce(actor, draft(actor, title="Later"), LATER)
    earlier = adopt(actor, draft(actor, title="Earlier"), DAY)
    with pytest.raises(services.Overlap):
        services.enforce_version(actor, earlier.pk, from_day=DAY)


def test_after_a_revocation_another_may_hold(community: Any) -> None:
    actor = chair(community)
    first = enforce(actor, draft(actor), DAY)
    services.revoke_version(actor, first.pk, on_day=LATER, body="Assembly", reason="Replaced")
    too_soon = adopt(actor, draft(actor), DAY)
    with pytest.raises(services.Overlap):
        services.enforce_version(actor, too_soon.pk, from_day=LATER - timedelta(days=1))
    services.enforce_version(actor, too_soon.pk, from_day=LATER)


def test_special_agreements_stand_side_by_side_by_title(community: Any) -> None:
    actor = chair(community)
    kind = DocumentKind.OTHER
    enforce(actor, draft(actor, kind=kind, title="Parking"), DAY)
    enforce(actor, draft(actor, kind=kind, title="Bicycles"), DAY)
    again = adopt(actor, draft(actor, kind=kind, title="Parking"), LATER)
    with pytest.raises(services.Overlap):
        services.enforce_version(actor, again.pk, from_day=LATER)


def test_one_setting_is_settled_once_at_a_place(community: Any) -> None:
    actor = chair(community)
    settles = clause("1", "silence_rule", "follow_majority")
    enforce(actor, draft(actor, settles), DAY)
    covenant = draft(actor, settles, kind=DocumentKind.MANAGEMENT_COVENANT, title="Covenant")
    adopt(actor, covenant, LATER)
    with pytest.raises(services.Overlap) as caught:
        services.enforce_version(actor, covenant.pk, from_day=LATER)
    assert caught.value.setting == "silence_rule"


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("in_the_future", lambda a, v: adopt(a, v, date(2027, 1, 1))),
        (
            "ends_before_it_begins",
            lambda a, v: services.post_version(a, v.pk, from_day=LATER, to_day=DAY, where="Gate"),
        ),
        (
            "text_missing",
            lambda a, v: services.post_version(a, v.pk, from_day=DAY, to_day=DAY, where=" "),
        ),
    ],
)
def test_a_step_that_cannot_be_so_is_refused(community: Any, code: str, call: Any) -> None:
    actor = chair(community)
    version = draft(actor)
    with pytest.raises(services.BadDocument) as caught:
        call(actor, version)
    assert caught.value.code == code


def test_days_must_be_in_their_order(community: Any) -> None:
    actor = chair(community)
    version = draft(actor)
    services.post_version(actor, version.pk, from_day=DAY, to_day=LATER, where="Gate")
    with pytest.raises(services.BadDocument, match="before_posting"):
        services.adopt_version(
            actor, version.pk, on_day=DAY - timedelta(days=1), body="x", votes="x"
        )
    services.adopt_version(actor, version.pk, on_day=LATER, body="x", votes="x")
    with pytest.raises(services.BadDocument, match="before_adoption"):
        services.enforce_version(actor, version.pk, from_day=DAY)
    with pytest.raises(services.BadDocument, match="before_adoption"):
        services.file_version(actor, version.pk, on_day=DAY, filed_with="x", number="1")


@pytest.mark.parametrize(
    ("code", "clauses", "title"),
    [
        ("title_missing", [ClauseText("1", "", "text")], "  "),
        ("clause_empty", [ClauseText("1", "", " ")], "Rules"),
        ("setting_unknown", [clause("1", "colour", "red")], "Rules"),
        ("setting_unknown", [clause("1", "fund_top_up", "x")], "Rules"),
        ("setting_not_for_kind", [clause("1", "quiet_hours", "1")], "Rules"),
        ("setting_twice", [clause("1", "proxies_max", 2), clause("2", "proxies_max", 2)], "Rules"),
    ],
)
def test_a_wrong_text_is_refused(community: Any, code: str, clauses: Any, title: str) -> None:
    with pytest.raises(services.BadDocument) as caught:
        draft(chair(community), *clauses, title=title)
    assert caught.value.code == code
    assert not RuleDocument.objects.exists()


def test_an_empty_draft_cannot_be_posted(community: Any) -> None:
    actor = chair(community)
    version = draft(actor)
    services.save_draft(actor, version.pk, clauses=[], seen_revision=1)
    with pytest.raises(services.BadDocument, match="no_clause"):
        services.post_version(actor, version.pk, from_day=DAY, to_day=DAY, where="Gate")


def test_two_people_do_not_write_over_each_other(community: Any) -> None:
    actor = chair(community)
    version = draft(actor)
    services.save_draft(actor, version.pk, clauses=[clause("2")], seen_revision=1)
    with pytest.raises(services.Stale):
        services.save_draft(actor, version.pk, clauses=[clause("3")], seen_revision=1)


def test_a_form_sent_twice_makes_one_document(community: Any) -> None:
    actor = chair(community)
    asked = {
        "jurisdiction": "310000",
        "kind": DocumentKind.RESIDENTS_PACT,
        "place_path": "",
        "title": "Pact",
        "clauses": [clause()],
        "idempotency_key": uuid7().hex,
    }
    assert services.draft_document(actor, **asked) == services.draft_document(actor, **asked)
    assert RuleDocument.objects.count() == 1


def test_the_owners_committee_writes_its_own_kinds_in_its_own_estate(community: Any) -> None:
    actor = owners(community)
    version = draft(actor)
    assert version.document.handler_id == COMMITTEE
    for kind, place in (
        (DocumentKind.ASSEMBLY_RULES, "binhe"),
        (DocumentKind.ASSEMBLY_RULES, "mingzhu2"),
        (DocumentKind.ASSEMBLY_RULES, ""),
        (DocumentKind.RESIDENTS_PACT, MINGZHU),
    ):
        with pytest.raises(NotAllowed):
            draft(actor, kind=kind, place=place)


@pytest.mark.parametrize("role", ["manager", "dispatcher", "street_officer", "resident"])
def test_nobody_else_writes(community: Any, role: str) -> None:
    with pytest.raises(NotAllowed):
        draft(FakeActor(community.pk, ((role, ""),)))


def test_a_draft_is_unknown_to_others_and_a_posted_text_is_public(community: Any) -> None:
    writer, reader = owners(community), neighbour(community)
    elsewhere = owners(community, "binhe")
    version = draft(writer)
    for other in (reader, elsewhere):
        with pytest.raises(Http404):
            documents.get_document(other, version.document_id, day=DAY)
        assert documents.list_documents(other, day=DAY) == []
    services.post_version(writer, version.pk, from_day=DAY, to_day=LATER, where="Gate")
    assert documents.get_document(reader, version.document_id, day=DAY).next_steps == ()
    with pytest.raises(NotAllowed):
        services.withdraw_version(elsewhere, version.pk, reason="x")


def test_beside_a_public_text_the_new_draft_stays_unknown(community: Any) -> None:
    writer, reader = owners(community), neighbour(community)
    first = enforce(writer, draft(writer), DAY)
    services.revise_document(writer, first.document_id)
    page = documents.get_document(reader, first.document_id, day=LATER)
    assert [version.number for version in page.versions] == [1]
    with pytest.raises(Http404):
        documents.get_document(reader, first.document_id, day=LATER, number=2)
    (row,) = documents.list_documents(reader, day=LATER)
    assert row.in_preparation is None
    (row,) = documents.list_documents(writer, day=LATER)
    assert row.in_preparation is not None


def test_another_community_knows_nothing(community: Any, other_community: Any) -> None:
    version = enforce(chair(community), draft(chair(community)), DAY)
    with in_community(other_community.pk):
        stranger = FakeActor(other_community.pk, (("chair", ""),))
        assert documents.list_documents(stranger, day=LATER) == []
        with pytest.raises(Http404):
            services.withdraw_version(stranger, version.pk, reason="x")


def test_the_database_keeps_one_version_on_its_way(community: Any) -> None:
    version = draft(chair(community))
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleVersion.objects.create(document=version.document, number=2, created_at=clock.now())


def test_search_reads_titles_and_clauses(community: Any) -> None:
    actor = chair(community)
    enforce(actor, draft(actor, ClauseText("1", "Pets", "On a lead"), title="Rules"), DAY)
    for words, hits in (("rule", 1), ("lead", 1), ("pets", 1), ("parking", 0)):
        assert len(documents.list_documents(actor, day=LATER, search=words)) == hits
    assert len(documents.list_documents(actor, day=LATER, place_path="mingzhu/b1")) == 1
    assert documents.list_documents(actor, day=LATER, place_path="binhe") == []
