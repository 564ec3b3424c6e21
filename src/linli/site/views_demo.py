"""The demo: pick a person to be."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from linli.engines.registry import selectors as registry
from linli.kernel import installation
from linli.kernel.guards import public
from linli.site.demo.cast import CAST
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
    cast = [role for role in CAST if role.slug in present]
    return render(request, "site/demo.html", {"cast": cast})


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
