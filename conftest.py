"""Fixtures for every test: two communities, history that tests may flush, no way to the network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

#: No test fails because a machine is busy.
hypothesis_settings.register_profile("linli", deadline=None)
hypothesis_settings.load_profile("linli")

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", ""})


@pytest.fixture(scope="session", autouse=True)
def on_append_only() -> Iterator[None]:
    """Let transactional tests empty the tables whose triggers refuse DELETE.

    SQLite is emptied row by row, so the triggers stand aside for that moment and come back
    before the next test. PostgreSQL is truncated, which fires no row trigger.
    """
    flush = TransactionTestCase._fixture_teardown

    def flush_history_too(self: TransactionTestCase) -> None:
        if connection.vendor != "sqlite":
            flush(self)
            return
        _for_each_history(remove=True)
        try:
            flush(self)
        finally:
            _for_each_history(remove=False)

    TransactionTestCase._fixture_teardown = flush_history_too
    yield
    TransactionTestCase._fixture_teardown = flush


def _for_each_history(*, remove: bool) -> None:
    from linli.kernel import append_only

    change = append_only.remove if remove else append_only.install
    for table, deeds in append_only.TABLES.items():
        change(connection, table, deeds)


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to other machines, except in browser tests."""
    if request.node.get_closest_marker("browser"):
        return
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _only_local(getattr(socket.socket, name)))


def _only_local(connect: Callable[..., Any]) -> Callable[..., Any]:
    def checked(self: socket.socket, address: Any) -> Any:
        is_inet = self.family in (socket.AF_INET, socket.AF_INET6)
        if is_inet and address[0] not in LOCAL_HOSTS:
            raise RuntimeError(f"a test wanted to reach {address[0]}: tests stay on this machine")
        return connect(self, address)

    return checked


def _found_community(name: str) -> Any:
    from linli.engines.registry import services

    return services.create_community(name=name, jurisdiction="CN", language="zh-hans", slug=name)


@pytest.fixture
def community(db: None) -> Iterator[Any]:
    """A community, with its scope active for the whole test."""
    from linli.kernel.scope import in_community

    founded = _found_community("hemuli")
    with in_community(founded.pk):
        yield founded


@pytest.fixture
def other_community(db: None) -> Any:
    """A second community; its scope is not active: use ``in_community(other_community.pk)``."""
    return _found_community("guihua")
