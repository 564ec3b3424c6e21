"""Cells that are not text: dates as people and spreadsheets write them, and keys seen twice."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from linli.engines.registry.core.tables.types import Fault, Refusal

_DATE = re.compile(
    r"([0-9]{4})\s*(?:-|/|\.|年)\s*([0-9]{1,2})\s*(?:-|/|\.|月)\s*([0-9]{1,2})\s*日?"
    r"(?:[T\s]+00:00(?::00)?)?"
)
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"[0-9]{3,5}(?:\.0+)?")
#: serial 1 is 1900-01-01, and spreadsheets believe that 29 February 1900 existed
_SERIAL_ZERO = date(1899, 12, 30)
_FIRST_SERIAL = 61


def read_date(text: str) -> date | None:
    """A day out of a cell: 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日, 20260131, 46053.

    The last is a date that lost its format, counted from 1900. Day-first and month-first forms
    are not read: 01/02/2026 is two days. None when it is no day.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _DATE.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if match:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    if _SERIAL.fullmatch(plain) and int(float(plain)) >= _FIRST_SERIAL:
        return _SERIAL_ZERO + timedelta(days=int(float(plain)))
    return None


class SeenKeys:
    """Finds rows whose key stood in the list before. Eight bytes per key, no text kept."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._lines: dict[bytes, int] = {}

    def check(self, line: int, key: Sequence[str]) -> Refusal | None:
        """A refusal naming the earlier line, or None. A key whose parts are all empty is none.

        Width, case and spaces make no difference.
        """
        if not any(key):
            return None
        plain = "\0".join(
            "".join(unicodedata.normalize("NFKC", part).lower().split()) for part in key
        )
        digest = hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=8).digest()
        earlier = self._lines.setdefault(digest, line)
        if earlier == line:
            return None
        return Refusal(line, self._column, Fault.DUPLICATE, {"first_line": earlier})
