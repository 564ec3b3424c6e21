"""The same request sent twice has one effect, and both senders get the same answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from linli.kernel import idempotency, live
from linli.kernel.actors import SystemActor
from linli.kernel.idempotency import BadKey, KeyReused, digest, once
from linli.kernel.models import IdempotencyRecord, LiveTopic
from linli.kernel.scope import in_community
from linli.kernel.tests.checks import assert_refused, in_threads

pytestmark = pytest.mark.django_db

SENDERS = 20


class Boom(Exception):
    """What a failing effect raises."""


def effects() -> int:
    return live.versions(["effect"]).get("effect", 0)


def effect() -> dict[str, Any]:
    live.bump(["effect"])
    return {"number": effects()}


def send(
    community_id: UUID,
    key: str = "k",
    asked: str = "same",
    deed: Callable[[], dict[str, Any]] = effect,
    user_id: UUID | None = None,
    operation: str = "report",
) -> tuple[dict[str, Any], bool]:
    actor = SystemActor(community_id, user_id=user_id)
    return once(actor, operation, key, digest(asked), deed)


def test_a_repeat_has_no_second_effect_and_the_same_answer(community: Any) -> None:
    assert send(community.pk) == ({"number": 1}, True)
    assert send(community.pk) == ({"number": 1}, False)
    assert effects() == 1


def test_answers_are_alike_in_every_type(community: Any) -> None:
    def odd() -> dict[str, Any]:
        return {"pair": (1, 2), "by number": {7: None}, "text": "邻里"}

    first, second = send(community.pk, deed=odd), send(community.pk, deed=odd)
    assert first[0] == second[0]


def test_an_empty_answer_is_remembered(community: Any) -> None:
    def quiet() -> dict[str, Any]:
        live.bump(["effect"])
        return {}

    assert send(community.pk, deed=quiet) == ({}, True)
    assert send(community.pk, deed=quiet) == ({}, False)
    assert effects() == 1


def test_another_request_under_the_same_key_is_refused(community: Any) -> None:
    send(community.pk)
    assert_refused(lambda: send(community.pk, asked="other"), KeyReused)
    assert effects() == 1


def test_keys_of_others_do_not_meet(community: Any, other_community: Any) -> None:
    send(community.pk)
    send(community.pk, user_id=uuid4())
    send(community.pk, operation="vote")
    with in_community(other_community.pk):
        send(other_community.pk)
    assert effects() == 4


def test_a_failing_effect_leaves_nothing(community: Any) -> None:
    def fail() -> dict[str, Any]:
        effect()
        raise Boom

    assert_refused(lambda: send(community.pk, deed=fail), Boom)
    assert effects() == 0
    assert not IdempotencyRecord.objects.exists()
    assert send(community.pk) == ({"number": 1}, True)


def test_an_effect_that_the_database_refuses_leaves_nothing(community: Any) -> None:
    def collide() -> dict[str, Any]:
        effect()
        LiveTopic.objects.create(topic="effect")
        return {}

    assert_refused(lambda: send(community.pk, deed=collide), IntegrityError)
    assert effects() == 0
    assert not IdempotencyRecord.objects.exists()


def test_an_answer_that_cannot_be_kept_undoes_the_effect(community: Any) -> None:
    def unkept() -> dict[str, Any]:
        effect()
        return {"object": object()}

    assert_refused(lambda: send(community.pk, deed=unkept), TypeError)
    assert effects() == 0


@pytest.mark.parametrize("key", ["", "k" * 81, "a\x00b", "\ud800", "line\nbreak"], ids=ascii)
def test_what_cannot_be_a_key_is_refused(community: Any, key: str) -> None:
    assert_refused(lambda: send(community.pk, key=key), BadKey)
    assert effects() == 0


def test_a_key_of_eighty_signs_is_taken(community: Any) -> None:
    assert send(community.pk, key="邻" * 80)[1]


def test_digests_tell_requests_apart() -> None:
    asked = [(1,), ("1",), (None,), ("None",), ([1, 2],), (1, 2), ({"a": 1, "b": 2},), ("\ud800",)]
    assert len({digest(*parts) for parts in asked}) == len(asked)
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(UUID(int=1)) == digest(UUID(int=1))


def twin_without_record(actor: Any, operation: str, key: str, asked: str, deed: Any) -> Any:
    """The broken twin: a transaction, but no record for a repeat to collide with."""
    with transaction.atomic():
        return deed(), True


def assert_one_effect_of_many(community_id: UUID, run: Callable[..., Any] = once) -> None:
    """Twenty senders at once: one effect, and every one has the same answer."""
    LiveTopic.objects.create(topic="effect", version=0)

    def deed() -> dict[str, Any]:
        LiveTopic.objects.filter(pk="effect").update(version=F("version") + 1)
        return {"number": effects()}

    def sender() -> tuple[dict[str, Any], bool]:
        with in_community(community_id):
            return run(SystemActor(community_id), "report", "k", digest("same"), deed)

    outcomes = in_threads([sender] * SENDERS)
    assert [o for o in outcomes if isinstance(o, BaseException)] == []
    assert effects() == 1
    assert {o[0]["number"] for o in outcomes} == {1}
    assert [o[1] for o in outcomes].count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_one_effect(community: Any) -> None:
    assert_one_effect_of_many(community.pk)


@pytest.mark.django_db(transaction=True)
def test_twin_without_a_record_has_many(community: Any) -> None:
    with pytest.raises(AssertionError):
        assert_one_effect_of_many(community.pk, twin_without_record)


@pytest.mark.django_db(transaction=True)
def test_when_the_first_of_many_fails_another_does_it(community: Any) -> None:
    failed: list[int] = []

    def fail_once() -> dict[str, Any]:
        live.bump(["effect"])
        if not failed:
            failed.append(1)
            raise Boom
        return {}

    def sender() -> Any:
        with in_community(community.pk):
            return send(community.pk, deed=fail_once)

    outcomes = in_threads([sender] * 8)
    assert [type(o) for o in outcomes].count(Boom) == 1
    assert [o[1] for o in outcomes if isinstance(o, tuple)].count(True) == 1
    assert effects() == 1


def test_the_record_is_found_only_in_its_community(community: Any, other_community: Any) -> None:
    send(community.pk)
    with in_community(other_community.pk):
        assert not IdempotencyRecord.objects.exists()
    assert IdempotencyRecord._meta.get_field("key").max_length == idempotency.MAX_KEY_CHARS
