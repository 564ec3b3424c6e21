"""What the matrix cannot say cell by cell: sealed matters, ended mandates, the wall, sessions."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.permissions.check import forbidden
from tests.permissions.world import PRIVACIES, VISITORS, World
from tests.permissions.world import sign_in as sign_in_as

from linli.engines.casework import services
from linli.engines.casework.models import Assignment, Case
from linli.engines.outreach.models import Message
from linli.engines.registry.models import Mandate
from linli.engines.registry.selectors import resolve_actor
from linli.engines.registry.types import Role
from linli.kernel import clock
from linli.kernel.actors import Purpose
from linli.kernel.models import SignInLink, User
from linli.kernel.scope import in_community
from linli.site.links import make_link

pytest_plugins = ["tests.permissions.fixtures"]

HERE = [visitor for visitor in VISITORS if visitor != "foreign_chair"]


def _switch_off(two: World, who: str) -> None:
    # Past the object, which outlives the test: only the database is rolled back.
    User.objects.filter(pk=two.people[who].user_id).update(is_active=False)


def _relay() -> None:
    from linli.site import working

    working.run_until_idle()


def test_a_sealed_matter_is_seen_by_its_reporter_and_the_chair_only(two: World) -> None:
    sealed = two.targets[("other_org", "sealed")].case
    seen: dict[str, set[str]] = {}
    with in_community(two.here.pk):
        for visitor in [*HERE, "other_org"]:
            actor = two.actor(visitor)
            for purpose in Purpose:
                if Case.objects.visible_to(actor, purpose).filter(pk=sealed.pk).exists():
                    seen.setdefault(visitor, set()).add(str(purpose))
    assert seen == {"chair": {"handle", "supervise"}, "other_org": {"own"}}


def test_no_sealed_matter_is_ever_sent_by_the_machine(two: World) -> None:
    sealed = two.targets[("other_org", "sealed")].case
    with in_community(two.here.pk):
        assert not Case.objects.filter(privacy="sealed", dispatched_by_machine=True).exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=sealed.pk).update(dispatched_by_machine=True)


def test_messages_about_a_sealed_matter_reach_only_those_who_may_open_it(two: World) -> None:
    sealed = two.targets[("neighbour", "sealed")].case
    _relay()
    with in_community(two.here.pk):
        told = Message.objects.filter(link__contains=str(sealed.pk))
        jobs = [
            str(pk) for pk in Assignment.objects.filter(case=sealed).values_list("pk", flat=True)
        ]
        told_of_job = Message.objects.filter(link__in=[f"/work/{pk}/" for pk in jobs])
        readers = {*told.values_list("recipient_id", flat=True)}
        readers |= {*told_of_job.values_list("recipient_id", flat=True)}
    assert readers == {two.people["neighbour"].pk, two.people["chair"].pk}


def test_every_message_leads_its_reader_to_a_page(two: World) -> None:
    _relay()
    for visitor in HERE:
        with in_community(two.here.pk):
            rows = Message.objects.filter(recipient=two.people[visitor]).exclude(link="/")
            links = sorted(set(rows.values_list("link", flat=True)))
        answers = {link: two.clients[visitor].get(link).status_code for link in links}
        assert {link for link, status in answers.items() if status != 200} == set(), visitor


def test_one_property_company_never_sees_the_other_s_matters(two: World) -> None:
    with in_community(two.here.pk):
        for actor in (two.actor("crew"), two.actor("manager")):
            for whose, privacy in (("other_org", p) for p in PRIVACIES):
                case = two.targets[(whose, privacy)].case
                assert not Case.objects.visible_to(actor, Purpose.HANDLE).filter(pk=case.pk)
        southern = two.actor("crew_s")
        visible = set(
            Case.objects.visible_to(southern, Purpose.HANDLE).values_list("pk", flat=True)
        )
        wanted = {two.targets[("other_org", p)].case.pk for p in ("open", "private")}
        assert visible == wanted


def test_the_street_officer_looks_on_but_sees_nothing_sealed(two: World) -> None:
    with in_community(two.here.pk):
        rows = Case.objects.visible_to(two.actor("street_officer"), Purpose.SUPERVISE)
        assert set(rows.values_list("privacy", flat=True)) == {"open", "private"}
        wanted = Case.objects.exclude(privacy="sealed").count()
        assert rows.count() == wanted


def test_the_wall_shows_no_number_no_word_and_no_home(two: World) -> None:
    body = two.clients["wall"].get("/wall/").content.decode()
    with in_community(two.here.pk):
        numbers = [c.number for c in Case.objects.all()]
        private = Case.objects.exclude(privacy="open").values_list("place__full_name", flat=True)
        homes = [f"{name}<" for name in private if name]
    words = [t.secret for t in two.targets.values()]
    names = [f"{name[0]}**" for name in two.names.values()]
    assert not [w for w in (*numbers, *words, *names, *homes, *two.phones.values()) if w in body]


def test_who_led_until_yesterday_has_nothing_left(two: World) -> None:
    with in_community(two.here.pk):
        actor = two.actor("former")
        assert actor.grants == ()
        assert not actor.organisation_ids
        assert not actor.has_role(*Role)
        own = {two.targets[("former", p)].case.pk for p in PRIVACIES}
        for purpose in (Purpose.HANDLE, Purpose.SUPERVISE):
            assert not Case.objects.visible_to(actor, purpose).exists()
        seen = Case.objects.visible_to(actor, Purpose.OWN)
        assert set(seen.values_list("pk", flat=True)) == own


def test_a_mandate_ends_at_midnight_where_the_community_is(two: World) -> None:
    last = date(2026, 3, 31)
    person = two.people["manager"]
    with in_community(two.here.pk):
        Mandate.objects.filter(person=person).update(ends_on=last + timedelta(days=1))
        midnight = datetime(2026, 4, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
        for moment, holds in ((-1, True), (0, False), (60, False)):
            with clock.frozen((midnight + timedelta(minutes=moment)).astimezone(UTC)):
                assert resolve_actor(two.here, person.user).has_role(Role.MANAGER) is holds


def test_an_open_session_loses_its_role_with_the_mandate(two: World) -> None:
    client = two.clients["dispatcher"]
    assert client.get("/desk/").status_code == 200
    with in_community(two.here.pk):
        today = clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
        Mandate.objects.filter(person=two.people["dispatcher"]).update(ends_on=today)
    assert client.get("/desk/").status_code == 404


def test_a_user_who_is_switched_off_is_out_at_once(two: World) -> None:
    client = two.clients["dispatcher"]
    _switch_off(two, "dispatcher")
    assert client.get("/desk/").status_code == 302


def test_signing_in_makes_a_new_session_and_signing_out_ends_it(two: World) -> None:
    client = Client()
    client.session["planted"] = True
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies["linli_session"] = planted.session_key
    user = two.people["resident"].user
    assert user is not None
    client.post(f"/sign-in/{make_link(user)}/")
    assert client.session.session_key != planted.session_key
    assert "planted" not in client.session
    assert client.get("/matters/").status_code == 200
    stolen = Client()
    stolen.cookies["linli_session"] = client.session.session_key or ""
    assert stolen.get("/matters/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/matters/").status_code == 302
    assert stolen.get("/matters/").status_code == 302


def test_a_sign_in_link_works_once_and_looking_at_it_uses_nothing_up(two: World) -> None:
    user = two.people["resident"].user
    assert user is not None
    link = f"/sign-in/{make_link(user)}/"
    for _ in range(3):
        assert "<form" in Client().get(link).content.decode().split("<main")[1]
        assert Client().head(link).status_code == 200
    first, second = Client(), Client()
    assert first.post(link).status_code == 302
    assert second.post(link).status_code == 200
    assert second.get("/matters/").status_code == 302
    assert first.get("/matters/").status_code == 200


def test_an_old_link_and_the_link_of_one_who_is_switched_off_open_nothing(two: World) -> None:
    user = two.people["resident"].user
    assert user is not None
    old = f"/sign-in/{make_link(user)}/"
    SignInLink.objects.update(expires_at=clock.now())
    off = f"/sign-in/{make_link(user)}/"
    _switch_off(two, "resident")
    for link in (old, off, "/sign-in/%00/", "/sign-in/%ED%A0%80/", f"/sign-in/{'x' * 5000}/"):
        client = Client()
        assert client.post(link).status_code == 200
        assert client.get("/matters/").status_code == 302


def test_a_link_signs_in_where_the_person_belongs(two: World) -> None:
    client = sign_in_as(two, "foreign_chair")
    page = client.get("/desk/").content.decode()
    assert two.there.name in page
    assert two.here.name not in page


def test_lists_show_only_what_may_be_opened(two: World) -> None:
    """The numbers of matters are counted up; a list must not tell of those in between."""
    for visitor in ("manager", "street_officer", "dispatcher"):
        client = two.clients[visitor]
        pages = [
            client.get(f"/desk/?tab={tab}").content.decode() for tab in ("desk", "open", "done")
        ]
        body = "".join(pages)
        with in_community(two.here.pk):
            actor = two.actor(visitor)
            purpose = Purpose.SUPERVISE if visitor == "street_officer" else Purpose.HANDLE
            visible = {c.number for c in Case.objects.visible_to(actor, purpose)}
            known = {c.number for c in Case.objects.all()}
        shown = {number for number in known if number in body}
        assert shown
        assert shown <= visible < known
        assert not [word for word in forbidden(two, visitor) if word in body]


def test_a_finished_job_that_a_colleague_has_now_leads_to_one_s_own_part(two: World) -> None:
    case = two.targets[("resident", "open")].case
    with in_community(two.here.pk):
        Assignment.objects.filter(case=case).update(assignee=two.people["crew"])
        services.reopen_case(two.actor("resident"), case.pk, reason="zq")
        newest = Assignment.objects.filter(case=case, round=2)
        newest.update(assignee=two.people["manager"])
    page = two.clients["crew"].get("/work/").content.decode()
    links = set(re.findall(r'href="(/work/[^"]+/)"', page))
    assert links
    assert {two.clients["crew"].get(link).status_code for link in links} == {200}
