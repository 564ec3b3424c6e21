"""A cheap look whether anybody else has written to the database since the last look.

An idle relay looks many times a second. On SQLite ``PRAGMA data_version`` answers in
microseconds and grows with every commit of another connection; elsewhere a query is the look.
"""

from __future__ import annotations

from django.db import connection


class Watch:
    """Remembers what the database's version was at the last look."""

    def __init__(self) -> None:
        self._seen: int | None = None

    def has_news(self) -> bool:
        """Whether another connection may have committed something; True where nobody knows."""
        if connection.vendor != "sqlite":
            return True
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            version = cursor.fetchone()[0]
        changed: bool = version != self._seen
        self._seen = version
        return changed
