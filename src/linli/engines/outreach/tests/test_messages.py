"""One message once, in its reader's language, in nobody else's inbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from django.utils.translation import get_language

from linli.engines.outreach import selectors, types
from linli.engines.outreach.models import Message
from linli.engines.outreach.services import mark_read, send_message
from linli.engines.outreach.types import MessageKind, register_kind
from linli.engines.registry.models import Community, Person
from linli.engines.registry.selectors import resolve_actor
from linli.engines.registry.services import add_person, create_community
from linli.engines.registry.types import ResolvedActor
from linli.kernel import live
from linli.kernel.actors import Purpose, SystemActor
from linli.kernel.scope import CrossCommunityWrite, in_community


def word(params: dict[str, Any]) -> tuple[str, str]:
    """A wording that shows which language was active."""
    return f"{get_language()}: {params['n']}", "text"


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(types, "_kinds", {})
    return register_kind(MessageKind("test", word, urgent=True)).name


@pytest.fixture
def home(db: None) -> Iterator[Community]:
    made = create_community(name="和睦里", jurisdiction="310000", language="zh-hans")
    with in_community(made.pk):
        yield made


@pytest.fixture
def people(home: Community) -> list[Person]:
    return [add_person(name=f"人{n}", with_user=True) for n in range(3)]


def actor(home: Community, person: Person) -> ResolvedActor:
    return resolve_actor(home, person.user)


def test_a_message_reaches_each_recipient_once(home: Community, people: list[Person]) -> None:
    ids = [p.pk for p in people[:2]]
    assert send_message([*ids, *ids], "test", {"n": 1}, key="k") == 2
    assert send_message(ids, "test", {"n": 1}, key="k") == 0
    # One more recipient under the same key is told; the others are not told again.
    assert send_message([p.pk for p in people], "test", {"n": 1}, key="k") == 1
    assert Message.objects.count() == 3
    assert send_message(ids, "test", {"n": 2}, key="other") == 2


def test_nobody_is_nobody(home: Community) -> None:
    assert send_message([], "test", {"n": 1}, key="k") == 0


def test_a_kind_that_nobody_registered_is_refused(home: Community, people: list[Person]) -> None:
    with pytest.raises(LookupError):
        send_message([people[0].pk], "unknown", {}, key="k")
    assert not Message.objects.exists()


def test_a_kind_of_a_practice_removed_since_is_left_out(
    home: Community, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can no longer be worded, so it is neither listed nor counted."""
    reader = actor(home, people[0])
    send_message([people[0].pk], "test", {"n": 1}, key="k")
    assert selectors.count_unread(reader) == 1
    monkeypatch.setattr(types, "_kinds", {})
    assert selectors.list_inbox(reader) == []
    assert selectors.count_unread(reader) == 0


def test_two_kinds_of_one_name_are_an_error() -> None:
    register_kind(MessageKind("test", word, urgent=True))
    with pytest.raises(ValueError, match="test"):
        register_kind(MessageKind("test", word, urgent=False))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_reader_reads_it_in_his_language(
    home: Community, people: list[Person], language: str
) -> None:
    with translation.override("en" if language != "en" else "zh-hans"):
        send_message([people[0].pk], "test", {"n": 7}, key="k", link="/x/")
    with translation.override(language):
        [item] = selectors.list_inbox(actor(home, people[0]))
    assert item.title == f"{language}: 7"
    assert (item.link, item.is_urgent, item.is_read) == ("/x/", True, False)


def test_an_inbox_is_its_owners_alone(home: Community, people: list[Person]) -> None:
    mine, other = people[0], people[1]
    send_message([mine.pk], "test", {"n": 1}, key="k")
    message = Message.objects.get()
    for reader in (actor(home, other), SystemActor(home.pk), ResolvedActor(home.pk)):
        assert selectors.list_inbox(reader) == []
        assert selectors.count_unread(reader) == 0
        assert mark_read(reader, [message.pk]) == 0
    for purpose in Purpose:
        seen = Message.objects.visible_to(actor(home, mine), purpose).exists()
        assert seen is (purpose == Purpose.OWN)


def test_reading_some_or_all(home: Community, people: list[Person]) -> None:
    reader = actor(home, people[0])
    for n in range(3):
        send_message([people[0].pk], "test", {"n": n}, key=f"k{n}")
    first = selectors.list_inbox(reader)[0]
    assert mark_read(reader, [first.id, uuid4()]) == 1
    assert mark_read(reader, [first.id]) == 0
    assert selectors.count_unread(reader) == 2
    assert mark_read(reader) == 2
    assert all(item.is_read for item in selectors.list_inbox(reader))


def test_the_newest_stands_first_and_the_list_has_an_end(
    home: Community, people: list[Person]
) -> None:
    for n in range(5):
        send_message([people[0].pk], "test", {"n": n}, key=f"k{n}")
    with translation.override("en"):
        shown = selectors.list_inbox(actor(home, people[0]), limit=3)
    assert [item.title for item in shown] == ["en: 4", "en: 3", "en: 2"]


def test_open_pages_hear_of_a_message(home: Community, people: list[Person]) -> None:
    topic = live.topic("inbox", people[0].pk)
    send_message([people[0].pk], "test", {"n": 1}, key="k")
    first = live.versions([topic])[topic]
    send_message([people[0].pk], "test", {"n": 1}, key="k")
    assert live.versions([topic])[topic] == first
    send_message([people[0].pk], "test", {"n": 1}, key="k2")
    assert live.versions([topic])[topic] > first


def test_nobody_next_door_can_be_written_to(home: Community) -> None:
    there = create_community(name="桂花", jurisdiction="310000", language="zh-hans")
    with in_community(there.pk):
        stranger = add_person(name="外人")
    with pytest.raises(CrossCommunityWrite):
        send_message([stranger.pk], "test", {"n": 1}, key="k")
