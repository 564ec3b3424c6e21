"""Writing rules through the pages: begin, edit, record each step, and what is refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from linli.engines.rulebook.models import RuleDocument, RuleVersion
from linli.engines.rulebook.selectors.documents import clauses_of, read_setting
from linli.kernel.clock import now
from linli.kernel.ids import uuid7
from linli.practices.rules.tests.world import World


def begin(client: Client, **more: str) -> Any:
    given = {
        "kind": "assembly_rules",
        "place": "mingzhu",
        "title": "Pearl rules",
        "key": uuid7().hex,
    }
    return client.post(reverse("rules:document_new"), given | more)


def save(client: Client, document_id: UUID, **more: Any) -> Any:
    given = {
        "revision": "1",
        "title": "Pearl rules",
        "c-TOTAL_FORMS": "4",
        "c-INITIAL_FORMS": "0",
        "c-0-order": "2",
        "c-0-number": "2",
        "c-0-text": "Three owners at most.",
        "c-1-order": "1",
        "c-1-number": "1",
        "c-1-heading": "Committee",
        "c-1-text": "Seven members for five years.",
        "s-proxies_max-row": "0",
        "s-proxies_max-value": "3",
        "s-committee_size-row": "1",
        "s-committee_size-value": "7",
        "s-prize_allowed-row": "0",
        "s-prize_allowed-value": "no",
    }
    return client.post(reverse("rules:document_edit", args=[document_id]), given | more)


def step(client: Client, document_id: UUID, name: str, **given: str) -> Any:
    return client.post(reverse("rules:document_step", args=[document_id, name]), given)


def test_from_the_first_word_to_a_rule_that_holds(world: World) -> None:
    client = world.client("owners_committee")
    answer = begin(client)
    document = RuleDocument.objects.get()
    assert answer.headers["Location"] == reverse("rules:document_edit", args=[document.pk])
    assert save(client, document.pk).status_code == 302
    version = RuleVersion.objects.get()
    assert [(c.number, c.settles) for c in clauses_of(version)] == [
        ("1", {"committee_size": 7}),
        ("2", {"proxies_max": 3, "prize_allowed": False}),
    ]
    steps: list[tuple[str, dict[str, str]]] = [
        ("post", {"on_day": "2026-10-01", "until_day": "2026-10-16", "note": "Both gates"}),
        ("adopt", {"on_day": "2026-10-20", "body": "Assembly", "note": "600 of 700 heads"}),
        ("enforce", {"on_day": "2026-10-25"}),
        ("file", {"on_day": "2026-10-26", "body": "Street office", "reference": "B-1"}),
    ]
    for name, given in steps:
        address = reverse("rules:document_step", args=[document.pk, name])
        assert client.get(address).status_code == 200
        assert step(client, document.pk, name, **given).status_code == 302
    found = read_setting("proxies_max", "mingzhu/b7", now().date())
    assert found is not None
    assert (found.value, found.clause.number) == (3, "2")
    revoked = {"on_day": "2026-11-01", "body": "Court", "note": "Annulled"}
    assert step(client, document.pk, "revoke", **revoked).status_code == 302
    assert read_setting("proxies_max", "mingzhu/b7", now().date()) is None


def test_a_form_sent_twice_begins_one_document(world: World) -> None:
    client = world.client("chair")
    key = uuid7().hex
    begin(client, key=key)
    begin(client, key=key)
    assert RuleDocument.objects.count() == 1
    other = begin(client, key=key, title="Something else")
    assert other.status_code == 422
    assert "sent already" in other.content.decode()


def test_an_empty_form_says_what_is_missing(world: World) -> None:
    answer = world.client("chair").post(reverse("rules:document_new"), {})
    assert answer.status_code == 422
    assert "required" in answer.content.decode()


def test_the_next_version_is_a_copy(world: World) -> None:
    client = world.client("owners_committee")
    version = world.draft()
    world.enforce(version, now().date())
    address = reverse("rules:document_revise", args=[version.document_id])
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 302
    assert RuleVersion.objects.count() == 2
    text = client.get(reverse("rules:document_edit", args=[version.document_id])).content.decode()
    assert "Three at most." in text
    page = client.get(reverse("rules:document", args=[version.document_id])).content.decode()
    assert "Version 2" in page


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"s-proxies_max-value": ""}, "Say what the clause settles"),
        ({"s-proxies_max-row": ""}, "Say which clause settles it"),
        ({"s-proxies_max-row": "3"}, "That clause has no text yet"),
        ({"s-proxies_max-row": "99"}, "Select a valid choice"),
        ({"s-proxies_max-value": "0"}, "less than the law leaves"),
        ({"s-committee_size-value": "6"}, "odd number"),
        ({"title": " "}, "Give it a title"),
        ({"c-0-text": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_a_wrong_draft_says_what_to_do_and_keeps_what_was_typed(
    world: World, more: dict[str, str], said: str
) -> None:
    version = world.draft()
    client = world.client("owners_committee")
    answer = save(client, version.document_id, **more)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert "Seven members for five years." in text
    assert RuleVersion.objects.get().revision == 1


def test_a_draft_that_somebody_else_saved_is_not_written_over(world: World) -> None:
    version = world.draft()
    client = world.client("owners_committee")
    assert save(client, version.document_id).status_code == 302
    answer = save(client, version.document_id)
    assert answer.status_code == 422
    assert "Somebody else has saved this draft" in answer.content.decode()


def test_a_rival_document_is_named(world: World) -> None:
    world.enforce(world.draft(title="Old rules"), now().date())
    version = world.draft(title="Rival")
    client = world.client("owners_committee")
    day = now().date().isoformat()
    step(client, version.document_id, "post", on_day=day, until_day=day, note="Gate")
    step(client, version.document_id, "adopt", on_day=day, body="Assembly", note="All")
    answer = step(client, version.document_id, "enforce", on_day=day)
    assert answer.status_code == 422
    assert "“Old rules” (version 1) of the same kind is in force here" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("post", {"on_day": "2026-10-02", "until_day": "2026-10-01", "note": "x"}, "Check the two"),
        ("post", {"on_day": "2026-10-02", "until_day": "2026-10-03"}, "required"),
    ],
)
def test_a_wrong_step_says_what_to_do(
    world: World, name: str, given: dict[str, str], said: str
) -> None:
    version = world.draft()
    answer = step(world.client("chair"), version.document_id, name, **given)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_step_out_of_turn_leads_back_with_a_word(world: World) -> None:
    version = world.draft()
    client = world.client("chair")
    answer = client.post(
        reverse("rules:document_step", args=[version.document_id, "enforce"]), follow=True
    )
    assert "the document has moved on" in answer.content.decode()
    assert RuleVersion.objects.get().state == "drafted"
    for name in ("supersede", "dance"):
        assert step(client, version.document_id, name).status_code == 404


def test_who_may_write(world: World) -> None:
    version = world.draft()
    world.enforce(version, now().date())
    addresses = {
        "rules:document_new": reverse("rules:document_new"),
        "rules:document_edit": reverse("rules:document_edit", args=[version.document_id]),
        "rules:document_step": reverse("rules:document_step", args=[version.document_id, "revoke"]),
    }
    for who in ("resident", "manager", "dispatcher", "street_officer"):
        client = world.client(who)
        for address in addresses.values():
            assert client.get(address).status_code == 404, who
            assert client.post(address, {}).status_code == 404, who
        revise = reverse("rules:document_revise", args=[version.document_id])
        assert client.post(revise).status_code == 404, who


def test_the_owners_committee_writes_only_what_is_its_own(world: World) -> None:
    version = world.draft("chair", kind="residents_pact", place_path="", title="Pact", clauses=[])
    client = world.client("owners_committee")
    assert begin(client, kind="residents_pact").status_code == 422
    assert begin(client, place="binhe").status_code == 422
    assert begin(client, place="-").status_code == 422
    assert client.get(reverse("rules:document", args=[version.document_id])).status_code == 404
    assert client.get(reverse("rules:document_edit", args=[version.document_id])).status_code == 404
    assert RuleDocument.objects.count() == 1
    assert begin(client, kind="other", place="mingzhu/b7").status_code == 302
    chair = world.client("chair")
    assert begin(chair, kind="charter", place="-").status_code == 302
    assert RuleDocument.objects.filter(place_path="", kind="charter").exists()
