"""What this database is: demo or real. Decided when it is made, and never changed."""

from __future__ import annotations

from django.db import transaction

from linli.kernel import clock
from linli.kernel.models import Installation


class WrongInstallation(Exception):
    """A demo was started on a real database, or the other way round. The text says what to do."""


def mark(*, is_demo: bool) -> Installation:
    """Mark a fresh database, or check the mark that it has.

    Raises:
        WrongInstallation: the database was made for the other use.
    """
    with transaction.atomic():
        row, _ = Installation.objects.get_or_create(
            id=1, defaults={"is_demo": is_demo, "created_at": clock.now()}
        )
    if row.is_demo == is_demo:
        return row
    if row.is_demo:
        raise WrongInstallation(
            "this database is a demo and stays one; start real work with another --data folder"
        )
    raise WrongInstallation("this database holds real work; give the demo another --data folder")


def get_installation() -> Installation | None:
    """The mark of this database; None before the first start."""
    return Installation.objects.filter(id=1).first()


def allow_real_people() -> None:
    """Note, for ever, that real people were brought into a demo; every page then says so."""
    Installation.objects.filter(id=1).update(has_real_people=True)
