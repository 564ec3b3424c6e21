"""Live signals: a token shows what may be watched and nothing else opens; counters only grow."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core import signing

from linli.kernel import live
from linli.kernel.models import LiveTopic
from linli.kernel.tests.checks import in_threads

pytestmark = pytest.mark.django_db

GARBAGE = ["", ":", "::", "a:b:c", "é邻", "\ud800", "\ud800:a:b", "\x00", "." * 10_000, "{}"]


def assert_worthless(token: str) -> None:
    """The token lets nobody watch anything."""
    assert live.read_token(token) == {}


def test_a_token_carries_topics_and_their_counters() -> None:
    live.bump(["case:1"])
    assert live.read_token(live.make_token(["case:2", "case:1"])) == {"case:1": 1, "case:2": 0}


@pytest.mark.parametrize("token", GARBAGE, ids=lambda token: ascii(token)[:20])
def test_garbage_is_worthless(token: str) -> None:
    assert_worthless(token)


def test_a_forged_token_is_worthless() -> None:
    assert_worthless(signing.dumps({"case:1": 0}, key="another key", salt="linli.live"))
    assert_worthless(signing.dumps({"case:1": 0}, salt="another purpose"))
    good = live.make_token(["case:1"])
    for at in range(0, len(good), 3):
        assert_worthless(good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :])
    for cut in range(0, len(good), 7):
        assert_worthless(good[:cut])


def test_twin_good_token_is_worth_something() -> None:
    with pytest.raises(AssertionError):
        assert_worthless(live.make_token(["case:1"]))


def test_an_old_token_is_worthless(monkeypatch: pytest.MonkeyPatch) -> None:
    token = live.make_token(["case:1"])
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + live.TOKEN_MAX_AGE_S - 5)
    assert live.read_token(token)
    monkeypatch.setattr(signing.time, "time", lambda: now + live.TOKEN_MAX_AGE_S + 5)
    assert_worthless(token)


@pytest.mark.parametrize("told", [["case:1"], "text", 7, None, {"case:1": "x"}, {"case:1": None}])
def test_a_signed_token_of_another_shape_is_worthless(told: Any) -> None:
    assert_worthless(signing.dumps(told, salt="linli.live", compress=True))


def test_a_token_has_a_limit() -> None:
    topics = [f"case:{n:03}" for n in range(50)]
    assert len(live.read_token(live.make_token(topics))) == live.TOPICS_MAX


def test_counters_grow_and_unknown_topics_have_none() -> None:
    for expected in (1, 2, 3):
        live.bump(["a", "a", "b"])
        assert live.versions(["a", "b", "c"]) == {"a": expected, "b": expected}


def test_a_topic_of_an_id_fits_its_column() -> None:
    name = live.topic("organisation_jobs", uuid4())
    assert len(name) <= (LiveTopic._meta.get_field("topic").max_length or 0)


@pytest.mark.django_db(transaction=True)
def test_no_bump_is_lost_among_threads() -> None:
    outcomes = in_threads([lambda: live.bump(["a", "b"]), lambda: live.bump(["b", "a"])] * 8)
    assert outcomes == [None] * 16
    assert live.versions(["a", "b"]) == {"a": 16, "b": 16}
