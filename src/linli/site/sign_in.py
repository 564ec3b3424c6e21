"""Signing in. So far only a demo's persons can be taken on; real sign-in is a later chapter.

The backend authenticates nobody by itself: it only finds the user that a view has signed in.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from linli.engines.registry.models import Person
from linli.kernel.models import User

BACKEND = "linli.site.sign_in.LinliBackend"
COMMUNITY_KEY = "linli_community"


class LinliBackend(BaseBackend):
    """Finds users by id; passwords and codes are added beside it."""

    def get_user(self, user_id: Any) -> User | None:
        """The active user with this id."""
        return User.objects.filter(pk=user_id, is_active=True).first()


def become(request: HttpRequest, person: Person) -> None:
    """Sign the visitor in as ``person``: a new session, bound to the person's community."""
    if person.user is None:
        raise ValueError("the person has no user to sign in with")
    request.session.flush()
    login(request, person.user, backend=BACKEND)
    request.session[COMMUNITY_KEY] = str(person.community_id)
