"""Fixtures of casework's tests: a small neighbourhood, in scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from linli.engines.casework.tests.world import World, build
from linli.kernel import append_only
from linli.kernel.scope import in_community


@pytest.fixture(scope="session", autouse=True)
def _flush_may_empty_history() -> Iterator[None]:
    """Emptying the test database between tests is the one deletion that history allows."""
    emptied = TransactionTestCase._fixture_teardown

    def teardown(self: Any) -> None:
        for table, deeds in append_only.TABLES.items():
            append_only.remove(connection, table, deeds)
        try:
            emptied(self)
        finally:
            for table, deeds in append_only.TABLES.items():
                append_only.install(connection, table, deeds)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = emptied


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A neighbourhood under Shanghai's rules, in scope, read in Chinese."""
    made = build()
    with in_community(made.community.pk), translation.override("zh-hans"):
        yield made


@pytest.fixture
def shared_world(transactional_db: None) -> Iterator[World]:
    """The same, committed, for tests whose threads have connections of their own."""
    made = build()
    with in_community(made.community.pk), translation.override("zh-hans"):
        yield made
