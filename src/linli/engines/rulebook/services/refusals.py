"""Why a write was refused. Pages turn the codes into words of the reader's language."""

from __future__ import annotations

from datetime import date


class IllegalMove(Exception):
    """The version has moved on: the step is not possible (any more)."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(f"{step} is not possible for a version that is {state}")
        self.step = step
        self.state = state


class Stale(Exception):
    """Somebody else saved the draft in the meantime; nothing was written."""


class BadDocument(ValueError):
    """Something in the text or in a step is missing or wrong. Nothing was written.

    ``code``: title_missing, title_too_long, no_clause, clause_empty, clause_too_long,
    too_many_clauses, setting_unknown, setting_not_for_kind, setting_twice, bad_place,
    text_missing, text_too_long, in_the_future, before_posting, before_adoption,
    ends_before_it_begins, before_force. ``row`` is the clause it is about, counted from 1.
    """

    def __init__(self, code: str, *, row: int = 0, setting: str = "") -> None:
        super().__init__(code if not row else f"clause {row}: {code}")
        self.code = code
        self.row = row
        self.setting = setting


class Overlap(Exception):
    """Another document already rules the same here at that time; names it."""

    def __init__(
        self, title: str, number: int, start: date, end: date | None, setting: str
    ) -> None:
        what = f"setting {setting}" if setting else "same kind"
        super().__init__(f"{title} (version {number}) holds from {start} to {end}: {what}")
        self.title = title
        self.number = number
        self.start = start
        self.end = end
        #: the setting that both would settle; empty when the kinds are the same
        self.setting = setting
