"""The demo: pick a person to be."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linli.engines.registry import selectors as registry
from linli.engines.registry.types import DESK_ROLES, Role
from linli.kernel import installation
from linli.kernel.guards import public
from linli.site.demo.cast import CAST, Part
from linli.site.sign_in import become


def _only_in_demo() -> None:
    mark = installation.get_installation()
    if mark is None or not mark.is_demo:
        raise Http404("this is not a demo")


@public()
def demo(request: Any) -> HttpResponse:
    """The persons whom a visitor can be."""
    _only_in_demo()
    present = {person.demo_slug for person in registry.list_demo_persons()}
    return render(request, "site/demo.html", {"groups": _groups(present)})


def _groups(present: set[str]) -> list[dict[str, Any]]:
    """The cast by where they meet Linli: at home, on the way to a job, at a desk, in the hall."""
    titles = {
        "home": (_("At home, with a phone"), _("They report, follow and confirm.")),
        "crew": (_("On the way, with a phone"), _("They get the jobs and finish them.")),
        "desk": (_("At the desk, with a keyboard"), _("They decide what the machine leaves open.")),
        "wall": (_("In the hall"), _("Numbers and places, never a person.")),
    }
    rows = [(_group(part), part) for part in CAST if part.slug in present]
    return [
        {"title": title, "about": about, "parts": [part for name, part in rows if name == key]}
        for key, (title, about) in titles.items()
    ]


def _group(part: Part) -> str:
    if part.role is Role.CREW:
        return "crew"
    if part.role is Role.WALL:
        return "wall"
    return "desk" if part.role in DESK_ROLES and part.role is not Role.MEDIATOR else "home"


@public()
def become_person(request: Any, slug: str) -> HttpResponse:
    """Become one of them, in one click."""
    _only_in_demo()
    person = registry.find_person_by_demo_slug(slug)
    if person is None:
        raise Http404("no such person in the demo")
    become(request, person)
    response = redirect("home")
    role = next((r for r in CAST if r.slug == slug), None)
    if role is not None:
        response.set_cookie(
            "linli_elder", "1" if role.is_elder else "0", samesite="Lax", httponly=True
        )
    return response
