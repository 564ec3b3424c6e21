"""Guards of views, manifests of practices, and a user model without anything personal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

import linli
from linli.kernel import installation, practice
from linli.kernel.guards import Guard, for_roles, guard_of, public, signed_in
from linli.kernel.installation import WrongInstallation
from linli.kernel.models import Installation, User
from linli.kernel.tests.checks import assert_refused

Ask = Callable[..., HttpResponse]


def page(request: Any, number: int = 0) -> HttpResponse:
    """A page."""
    return HttpResponse(f"page {number}")


def visitor(*roles: str, person: bool = True) -> Any:
    """An actor with ``roles``."""
    return SimpleNamespace(
        person_id=uuid4() if person else None,
        has_role=lambda *asked, place_path="": bool(set(asked) & set(roles)),
    )


def ask(view: Any, actor: Any = None, method: str = "GET", path: str = "/desk/") -> HttpResponse:
    request = RequestFactory().generic(method, "/")
    request.path = path
    if actor is not None:
        request.actor = actor  # type: ignore[attr-defined]
    return view(request, number=7)


def assert_stays_out(view: Any, actor: Any) -> None:
    """The visitor is sent away or told that there is no such page; never shown it."""
    try:
        answer = ask(view, actor)
    except Http404:
        return
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_a_public_page_is_for_everybody() -> None:
    assert ask(public()(page)).content == b"page 7"
    assert ask(public()(page), visitor(person=False)).status_code == 200


@pytest.mark.parametrize("actor", [None, visitor(person=False)])
def test_without_a_person_one_is_sent_to_sign_in(actor: Any) -> None:
    for view in (signed_in()(page), for_roles("chair")(page)):
        assert_stays_out(view, actor)
        assert ask(view, actor).status_code == 302


def test_any_person_may_see_a_signed_in_page() -> None:
    assert ask(signed_in()(page), visitor()).status_code == 200


def test_other_roles_are_told_that_there_is_no_such_page() -> None:
    view = for_roles("chair", "dispatcher")(page)
    assert_refused(lambda: ask(view, visitor("resident")), Http404)
    assert ask(view, visitor("dispatcher")).status_code == 200


def test_twin_page_without_guard_lets_everybody_in() -> None:
    with pytest.raises(AssertionError):
        assert_stays_out(page, visitor("resident"))


def test_a_guard_for_no_role_is_refused_when_it_is_written() -> None:
    assert_refused(lambda: for_roles(), ValueError)
    assert_refused(lambda: for_roles(methods=("POST",)), ValueError)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/desk/", "/desk/"),
        ("/a&b=c#d", "/a%26b%3Dc%23d"),
        ("/x\r\nSet-Cookie: a", "/x%0D%0ASet-Cookie%3A%20a"),
        ("/邻", "/%E9%82%BB"),
    ],
)
def test_the_way_back_is_one_quoted_value(path: str, told: str) -> None:
    assert ask(signed_in()(page), path=path)["Location"] == f"/sign-in/?next={told}"


@pytest.mark.parametrize("wrap", [public, signed_in])
def test_only_the_methods_named_are_answered(wrap: Any) -> None:
    assert ask(wrap()(page), visitor(), "HEAD").status_code == 200
    assert ask(wrap()(page), visitor(), "POST").status_code == 405
    assert ask(wrap("POST")(page), visitor(), "POST").status_code == 200
    assert ask(wrap("POST")(page), visitor(), "GET").status_code == 405


def test_a_wrong_method_is_refused_before_anybody_is_sent_to_sign_in() -> None:
    assert ask(for_roles("chair")(page), None, "DELETE").status_code == 405


def test_a_view_tells_its_guard() -> None:
    assert guard_of(for_roles("chair")(page)) == Guard(False, ("chair",), ("GET", "HEAD"))
    assert guard_of(public("POST")(page)) == Guard(True, (), ("POST",))
    assert guard_of(page) is None
    assert guard_of(SimpleNamespace(linli_guard="pretended")) is None
    assert public()(page).__name__ == "page"


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Any], None]]:
    """Let a test plant the manifest of a practice called ``planted``."""

    def put(slug: str, manifest: Any) -> None:
        module = ModuleType(f"linli.practices.{slug}.practice")
        if manifest is not None:
            module.PRACTICE = manifest  # type: ignore[attr-defined]
        package = ModuleType(f"linli.practices.{slug}")
        package.__path__ = ["/nowhere"]
        monkeypatch.setitem(sys.modules, package.__name__, package)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(practice, "practice_slugs", lambda: [slug])

    practice.list_practices.cache_clear()
    yield put
    practice.list_practices.cache_clear()


def manifest(slug: str) -> practice.Practice:
    return practice.Practice(slug=slug, title="t", summary="s", source="s")


def test_a_good_manifest_is_found(plant: Any) -> None:
    plant("planted", manifest("planted"))
    assert practice.list_practices() == (manifest("planted"),)
    assert practice.list_practices()[0].guide("zh-hans") == ""


@pytest.mark.parametrize("wrong", [None, "text", manifest("misnamed"), manifest("")])
def test_a_missing_or_misnamed_manifest_is_refused(plant: Any, wrong: Any) -> None:
    plant("planted", wrong)
    assert_refused(practice.list_practices, TypeError)


def test_a_folder_without_manifest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    practice.list_practices.cache_clear()
    monkeypatch.setattr(practice, "practice_slugs", lambda: ["no_such_practice"])
    assert_refused(practice.list_practices, ModuleNotFoundError)
    practice.list_practices.cache_clear()


def test_every_practice_folder_is_found_and_has_help() -> None:
    practices = Path(linli.__file__).parent / "practices"
    folders = {path.parent.name for path in practices.glob("*/__init__.py")}
    assert {p.slug for p in practice.list_practices()} == folders
    for found in practice.list_practices():
        assert found.guide("en")
        assert found.guide("zh-hans")
        assert found.guide("xx") == found.guide("en")


def test_a_user_is_a_key_and_nothing_personal() -> None:
    names = {field.name for field in User._meta.concrete_fields}
    assert names == {"id", "password", "last_login", "is_active", "created_at"}
    assert User.USERNAME_FIELD == "id"
    assert User.REQUIRED_FIELDS == []


@pytest.mark.django_db
def test_a_user_has_no_password_to_guess() -> None:
    user = User.objects.create_user(created_at="2026-06-01T12:00Z")
    assert not user.has_usable_password()
    assert not user.check_password("")


@pytest.mark.django_db
@pytest.mark.parametrize("is_demo", [True, False])
def test_a_database_stays_what_it_was_made_for(is_demo: bool) -> None:
    assert installation.get_installation() is None
    first = installation.mark(is_demo=is_demo)
    assert installation.mark(is_demo=is_demo) == first
    assert_refused(lambda: installation.mark(is_demo=not is_demo), WrongInstallation)
    assert Installation.objects.get().is_demo is is_demo


@pytest.mark.django_db
def test_real_people_in_a_demo_are_noted_for_ever() -> None:
    installation.mark(is_demo=True)
    installation.allow_real_people()
    assert installation.mark(is_demo=True).has_real_people
