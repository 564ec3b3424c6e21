"""Consents, bindings, acting for another, ties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.registry import selectors, services
from linli.engines.registry.core.binding import (
    IDLE_DAYS_MAX,
    LEVELS,
    Bound,
    holds,
    reaches,
    strongest,
)
from linli.engines.registry.models import Binding, PersonRecord, RecordKind, Tie
from linli.engines.registry.tests.world import ROLL, SINCE, World
from linli.engines.registry.types import Act, BindingLevel
from linli.kernel import clock
from linli.kernel.actors import NotAllowed
from linli.kernel.models import OutboxMessage

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
ENDS = date(2027, 1, 1)


def test_the_180th_idle_day_still_counts_and_no_longer() -> None:
    last = NOW - timedelta(days=IDLE_DAYS_MAX)
    assert holds(Bound("phone_seen", last), NOW)
    assert not holds(Bound("phone_seen", last - timedelta(seconds=1)), NOW)
    assert not holds(Bound("phone_seen", NOW, phone_matches=False), NOW)
    assert not holds(Bound("phone_seen", NOW, ended_at=NOW), NOW)
    with pytest.raises(ValueError, match="nobody"):
        holds(Bound("nobody", NOW), NOW)


def test_levels_have_an_order() -> None:
    assert tuple(level.value for level in BindingLevel) == LEVELS
    for low, weak in enumerate(LEVELS):
        for high, strong in enumerate(LEVELS):
            assert reaches(strong, weak) is (high >= low)
    assert not reaches("", "phone_seen")


@given(st.lists(st.tuples(st.sampled_from(LEVELS), st.integers(0, 400), st.booleans()), max_size=6))
def test_the_strongest_is_one_that_holds(rows: list[tuple[str, int, bool]]) -> None:
    bounds = [Bound(level, NOW - timedelta(days=d), same) for level, d, same in rows]
    held = {b.level for b in bounds if holds(b, NOW)}
    found = strongest(bounds, NOW)
    assert (found in held) if held else (found == "")
    assert all(reaches(found, level) for level in held)


def test_binding_grows_and_lapses(world: World) -> None:
    person = world.person("li", "e1/b1/d101")
    with clock.frozen(NOW):
        assert selectors.binding_level(person.pk) == ""
        services.bind_person(world.linli, person, BindingLevel.PHONE_SEEN)
        services.bind_person(
            world.actor("chair"), person, BindingLevel.OWNER_CHECKED, certificate="沪(2026)00001"
        )
        assert selectors.binding_level(person.pk) == "owner_checked"
    checked = Binding.objects.get(level="owner_checked")
    assert checked.seen_by_ref == world.people["chair"].pk
    with clock.frozen(NOW + timedelta(days=170)):
        assert services.use_binding(person) == "owner_checked"
    with clock.frozen(NOW + timedelta(days=340)):
        assert services.use_binding(person) == "owner_checked", "use keeps it alive"
    with clock.frozen(NOW + timedelta(days=340 + 181)):
        assert services.use_binding(person) == "", "an idle one is not revived by use"
        assert selectors.binding_level(person.pk) == ""


def test_another_phone_ends_the_binding(world: World) -> None:
    person = world.person("li")
    services.bind_person(world.linli, person, BindingLevel.PHONE_SEEN)
    assert selectors.binding_level(person.pk) == "phone_seen"
    services.put_records(person, None, {RecordKind.PHONE: "+8613900000000"}, ROLL)
    assert selectors.binding_level(person.pk) == ""


def test_who_may_check(world: World) -> None:
    person = world.person("li")
    with pytest.raises(NotAllowed):
        services.bind_person(world.actor("manager"), person, BindingLevel.RESIDENT_CHECKED)
    chair = world.actor("chair")
    with pytest.raises(NotAllowed):
        services.bind_person(chair, world.people["chair"], BindingLevel.RESIDENT_CHECKED)
    with pytest.raises(services.RegistryError):
        services.bind_person(chair, person, BindingLevel.OWNER_CHECKED)


def test_consent_is_given_per_purpose_and_withdrawn_by_one_verb(world: World) -> None:
    person, police = world.person("li"), world.bodies["police"]
    own = world.actor("li")
    services.give_consent(own, person, "visits", "v1", organisation=police)
    assert selectors.has_consent(person.pk, "visits", "v1", police.pk)
    assert not selectors.has_consent(person.pk, "visits", "v2", police.pk), "another wording"
    assert not selectors.has_consent(person.pk, "visits"), "another handler"
    assert not selectors.has_consent(person.pk, "photos", "v1", police.pk)
    services.give_consent(own, person, "visits", "v2", organisation=police)
    assert person.consents.filter(withdrawn_at__isnull=True).count() == 1
    assert services.withdraw_consent(own, person, "visits", police)
    assert not services.withdraw_consent(own, person, "visits", police)
    assert not selectors.has_consent(person.pk, "visits", "", police.pk)
    assert person.consents.count() == 2
    with pytest.raises(NotAllowed):
        services.give_consent(world.actor("manager"), person, "visits", "v1")


def test_only_a_guardian_consents_for_a_child(world: World) -> None:
    child, mother = world.person("child"), world.person("mother")
    own = world.actor("mother")
    with pytest.raises(NotAllowed):
        services.give_consent(own, child, "class", "v1", guardian=mother)
    tie = services.add_tie(child, mother, Tie.Kind.GUARDIAN, SINCE)
    row = services.give_consent(own, child, "class", "v1", guardian=mother)
    assert row.given_by == mother
    services.end_tie(tie, selectors.local_day(world.community))
    with pytest.raises(NotAllowed):
        services.give_consent(own, child, "class", "v2", guardian=mother)


def test_acting_for_another(world: World) -> None:
    mother, son = world.person("mother"), world.person("son")
    with clock.frozen(NOW):
        row = services.grant_acting_for(world.actor("mother"), mother, son, [Act.REPORT], ENDS)
        assert selectors.may_act_for(son.pk, mother.pk, Act.REPORT)
        assert not selectors.may_act_for(son.pk, mother.pk, Act.COLLECT)
        assert not selectors.may_act_for(mother.pk, son.pk, Act.REPORT)
        told = OutboxMessage.objects.get(topic="registry.acting_for")
        assert told.payload["principal_id"] == str(mother.pk)
    with clock.frozen(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)):
        assert not selectors.may_act_for(son.pk, mother.pk, Act.REPORT), "its last day is over"
    with clock.frozen(NOW):
        assert services.revoke_acting_for(world.actor("dispatcher"), row), "by phone, at the desk"
        assert not selectors.may_act_for(son.pk, mother.pk, Act.REPORT)
        assert not services.revoke_acting_for(world.actor("mother"), row)


def test_nobody_gives_himself_a_mandate_and_nobody_votes_by_one(world: World) -> None:
    mother, son = world.person("mother"), world.person("son")
    with clock.frozen(NOW):
        with pytest.raises(NotAllowed):
            services.grant_acting_for(world.actor("son"), mother, son, [Act.REPORT], ENDS)
        own = world.actor("mother")
        for acts, ends in (
            ([], ENDS),
            (["vote"], ENDS),
            ([Act.REPORT, "secret_ballot"], ENDS),
            ([Act.REPORT], date(2026, 3, 10)),
        ):
            with pytest.raises(services.RegistryError):
                services.grant_acting_for(own, mother, son, acts, ends)  # type: ignore[arg-type]


def test_the_principal_is_told_in_the_inbox(world: World) -> None:
    from django.apps import apps

    from linli.kernel import leases, outbox

    mother, son = world.person("mother"), world.person("son")
    services.grant_acting_for(world.actor("mother"), mother, son, [Act.REPORT], date(2999, 1, 1))
    holder = leases.Holder()
    outbox.run_once(holder)
    message = apps.get_model("outreach", "Message").objects.get()
    assert (message.recipient_id, message.kind) == (mother.pk, "acting_for_granted")
    assert not PersonRecord.objects.filter(person=mother, kind="note").exists()
