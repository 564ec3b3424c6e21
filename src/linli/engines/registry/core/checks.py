"""What every check of an identifier shares: the answer, the reasons, and tidying up typed text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

#: what is longer is no identifier but something else pasted into the field
MAX_TYPED_CHARS = 64
#: spaces, dashes, dots, brackets and slashes that people put in to read a number more easily
_SEPARATORS = frozenset(" -‐‑‒–—―−－_.·/()[]")


class Reason(StrEnum):
    """Why an identifier was refused. Screens translate the code; it is never shown raw."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    BAD_CHARACTER = "bad_character"
    BAD_LENGTH = "bad_length"
    #: fifteen digits: a resident identity number from before 1999, no longer valid
    OLD_FORMAT = "old_format"
    BAD_REGION = "bad_region"
    #: 31 February, or a year that no living person was born in
    BAD_DATE = "bad_date"
    FUTURE_DATE = "future_date"
    #: the check character does not fit: most often one character was mistyped
    BAD_CHECK = "bad_check"
    #: a landline number without its area code
    AREA_MISSING = "area_missing"
    #: well formed, but no such number exists in that country's plan
    NOT_IN_PLAN = "not_in_plan"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer of a check: either ``value`` in its one stored form, or ``reason``.

    ``facts`` holds what the identifier itself says (``kind``, ``extension``), never more than a
    caller needs to decide what to do with it: a birthday is read only by asking for it.
    """

    value: str = ""
    reason: Reason | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the identifier may be stored."""
        return self.reason is None


class Validator(Protocol):
    """A check that a rule pack can name.

    ``on`` is the day of the check; without it nothing is compared with today. Never raises for
    a ``str``.
    """

    def __call__(self, text: str, *, on: date | None = None) -> Checked: ...


def refuse(reason: Reason) -> Checked:
    """A refusal."""
    return Checked(reason=reason)


def tidy(text: str) -> str:
    """Typed text without separators, invisible characters and full-width forms, in upper case.

    Idempotent. A plus sign stays. Text far beyond any identifier is cut, so that a pasted
    book costs nothing; it stays too long to be taken for an identifier.
    """
    text = unicodedata.normalize("NFKC", text[: 2 * MAX_TYPED_CHARS])
    kept = (c for c in text if c not in _SEPARATORS and c.isprintable() and not c.isspace())
    # NFKC once more: upper case can bring back what compatibility forms had hidden.
    upper = unicodedata.normalize("NFKC", "".join(kept).upper())
    return upper[: 2 * MAX_TYPED_CHARS]


def first_problem(code: str, alphabet: str, lengths: tuple[int, ...]) -> Reason | None:
    """The reason that every fixed-length identifier shares, or None."""
    if not code:
        return Reason.EMPTY
    if len(code) > MAX_TYPED_CHARS:
        return Reason.TOO_LONG
    if any(c not in alphabet for c in code):
        return Reason.BAD_CHARACTER
    return None if len(code) in lengths else Reason.BAD_LENGTH
