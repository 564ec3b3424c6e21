"""Fixtures of the registry's tests: one community with organisations, homes and people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from linli.engines.registry.tests.world import World, build
from linli.kernel.scope import in_community


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A small community under Shanghai's rules, in scope."""
    made = build()
    with in_community(made.community.pk):
        yield made
