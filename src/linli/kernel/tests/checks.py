"""Checks and builders that the kernel's tests share.

A check raises AssertionError when what it guards does not hold, so that the same check can be
run on a deliberately broken twin under ``pytest.raises(AssertionError)``.

The kernel knows no domain, and neither do its tests: where a real model with foreign keys is
wanted, it is taken from the app registry by its label.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import close_old_connections, connection, models

from linli.kernel.ids import uuid7
from linli.kernel.scope import ScopedModel, ScopeError, in_community

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def assert_refused(
    deed: Callable[[], Any], error: type[BaseException] | tuple[type[BaseException], ...]
) -> None:
    """``deed`` must raise ``error``; lazy results are evaluated, so that laziness hides nothing."""
    try:
        outcome = deed()
        if isinstance(outcome, models.QuerySet | models.query.RawQuerySet):
            list(outcome)
    except error:
        return
    raise AssertionError(f"was not refused with {error}")


def assert_needs_scope(deed: Callable[[], Any]) -> None:
    """``deed`` must raise because no community is in scope."""
    assert_refused(deed, ScopeError)


def linli_models() -> list[type[models.Model]]:
    """Every concrete model of Linli's own applications."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_config.name.startswith("linli.")
    ]


def scoped_models() -> list[type[ScopedModel]]:
    """Every concrete model that lives in a community."""
    return [model for model in linli_models() if issubclass(model, ScopedModel)]


def label(model: Any) -> str:
    """How a test names a model."""
    return str(model._meta.label)


def add_place(community_id: UUID, path: str = "e1", **fields: Any) -> Any:
    """A place of a community, stored in that community's scope."""
    with in_community(community_id):
        return apps.get_model("registry", "Place").objects.create(
            path=path, kind="estate", name=path, full_name=path, **fields
        )


def add_person(community_id: UUID, **fields: Any) -> Any:
    """A person of a community, stored in that community's scope."""
    with in_community(community_id):
        return apps.get_model("registry", "Person").objects.create(**fields)


def new_residence(**fields: Any) -> Any:
    """A residence that is not stored yet: a row with two keys into scoped models."""
    model = apps.get_model("registry", "Residence")
    return model(relation="owner", starts_on=date(2026, 1, 1), **fields)


def add_residence(community_id: UUID) -> Any:
    """A residence with its own person and place."""
    path = f"p{uuid7().hex[-12:]}"
    person, place = add_person(community_id), add_place(community_id, path)
    with in_community(community_id):
        row = new_residence(person=person, place=place)
        row.save()
    return row


def in_threads(work: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run each function in its own thread and connection; results or exceptions, in order."""
    jobs = list(work)
    outcomes: list[Any] = [None] * len(jobs)
    ready = threading.Barrier(len(jobs))

    def run(index: int, job: Callable[[], Any]) -> None:
        try:
            ready.wait(30)
            outcomes[index] = job()
        except BaseException as error:
            outcomes[index] = error
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "a thread hangs"
    return outcomes


def run_python(code: str, *args: str, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run ``code`` in a fresh interpreter."""
    command = [sys.executable, "-c", code, *args]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, **options)
