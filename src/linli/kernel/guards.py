"""Who may ask for a page at all. Every view carries a guard; a test refuses one without.

The guard is the outer door: it asks for a sign-in or a role. Which rows the visitor then sees
is the business of ``visible_to``. A door that one may not know of is 404, not 403.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Guard:
    """What a view asks of its visitor before it runs."""

    is_public: bool
    roles: tuple[str, ...]
    methods: tuple[str, ...]


def public(*methods: str) -> Callable[[View], View]:
    """Anybody may ask."""
    return _guarded(Guard(True, (), methods or ("GET", "HEAD")))


def signed_in(*methods: str) -> Callable[[View], View]:
    """Any person of the community may ask; others are sent to sign in."""
    return _guarded(Guard(False, (), methods or ("GET", "HEAD")))


def for_roles(*roles: str, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """Only holders of one of ``roles``; for other persons the page does not exist."""
    if not roles:
        raise ValueError("for_roles() without a role would let everybody in")
    return _guarded(Guard(False, tuple(roles), methods))


def _guarded(guard: Guard) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not guard.is_public:
                actor = getattr(request, "actor", None)
                if actor is None or actor.person_id is None:
                    return redirect(f"/sign-in/?next={quote(request.path)}")
                if guard.roles and not actor.has_role(*guard.roles):
                    raise Http404("no such page")
            return view(request, *args, **kwargs)

        checked = require_http_methods(list(guard.methods))(guarded)
        checked.linli_guard = guard  # type: ignore[attr-defined]
        return checked

    return wrap


def guard_of(view: Any) -> Guard | None:
    """The guard of a view, or None when somebody forgot it."""
    guard = getattr(view, "linli_guard", None)
    return guard if isinstance(guard, Guard) else None
