"""Fixtures of the rules practice: one community at a fixed moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from linli.kernel import clock
from linli.kernel.scope import in_community
from linli.practices.rules.tests.world import World, build


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The community in scope, on 20 November 2026 at noon in Shanghai."""
    with clock.frozen(datetime(2026, 11, 20, 4, tzinfo=UTC)):
        built = build()
        with in_community(built.community.pk):
            yield built
