"""The form of a report sent again: what is a repeat, and what is a report of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.engines.casework.models import Case
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import World, build
from linli.kernel import clock
from linli.kernel.scope import in_community

NOW = datetime.now(UTC)


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any) -> Iterator[World]:
    settings.LINLI_DATA_DIR = tmp_path
    made = build()
    with in_community(made.community.pk):
        yield made


@pytest.fixture
def gran(world: World) -> Client:
    client = Client()
    client.force_login(world.people["grandmother"].user)
    return client


def send(client: Client, minutes: float = 0, photo: str = "", **changed: str) -> Any:
    """Send the form with a fresh key, as after the back button."""
    data: dict[str, Any] = {"text": w.BURST, "place": "", "naming": "named", "key": uuid4().hex}
    if photo:
        data["photos"] = SimpleUploadedFile("p.jpg", w.picture(photo), "image/jpeg")
    with clock.frozen(NOW + timedelta(minutes=minutes)):
        return client.post("/report/", {**data, **changed})


def count() -> int:
    return Case.objects.count()


def test_the_same_words_again_lead_to_the_same_matter(gran: Client) -> None:
    first, again = send(gran), send(gran, minutes=5)
    assert again.status_code == 302
    assert again["Location"] == first["Location"]
    assert count() == 1


def test_photos_lost_on_the_way_back_do_not_make_another_matter(gran: Client) -> None:
    send(gran, photo="navy")
    send(gran, photo="navy")
    send(gran)
    assert count() == 1


@pytest.mark.parametrize(
    "changed", [{"text": w.LAMP}, {"naming": "anonymous"}], ids=["words", "naming"]
)
def test_something_else_is_another_matter(gran: Client, changed: dict[str, str]) -> None:
    send(gran)
    send(gran, **changed)
    assert count() == 2


def test_another_photo_is_another_matter(gran: Client) -> None:
    send(gran, photo="navy")
    send(gran, photo="red")
    assert count() == 2


def test_much_later_it_has_happened_again(gran: Client) -> None:
    send(gran)
    send(gran, minutes=11)
    assert count() == 2


def test_two_photos_without_words_are_two_matters(gran: Client) -> None:
    send(gran, text="", photo="navy")
    send(gran, text="", photo="navy")
    assert count() == 2


def test_somebody_else_on_the_same_device_reports_anew(gran: Client, world: World) -> None:
    send(gran)
    gran.force_login(world.people["neighbour"].user)
    send(gran)
    assert count() == 2


def test_the_session_keeps_no_words(gran: Client) -> None:
    send(gran)
    kept = str(gran.session["linli_last_report"])
    assert "水管" not in kept
    assert "\\u6c34" not in kept
