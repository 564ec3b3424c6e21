"""Fixtures of the permission tests; a test module asks for them by ``pytest_plugins``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from tests.permissions.world import World, build


@pytest.fixture(scope="module")
def built_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Two communities, made once for a module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def two(built_once: World, db: None) -> World:
    """Two communities and their visitors; what a test changes is undone."""
    return built_once
