"""Write tables that no spreadsheet program will run.

A cell that begins with = + - @ TAB or CR is a formula to some program, also in full-width form
and behind blanks. Every export goes through ``safe_cell``; what was made safe reads back
unchanged through ``undo_safe_cell``.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

Cell = str | int | float | Decimal | date | datetime | time | None

#: what spreadsheet programs take for the beginning of a formula, after NFKC
_TRIGGERS = "=+-@\t\r\n"
#: minus signs and double operators that NFKC leaves alone but some program reads as an operator
_ALSO = "−‐‑‒–—―➖➕⩵⩴"
_MAX_SHEET_ROWS = 1_048_576
_MAX_SHEET_CHARS = 32_767
#: fifteen digits are all that a spreadsheet keeps of a number; a longer one is written as text
_DIGITS_KEPT = 10**15
#: control characters that XML cannot hold, NUL among them
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def safe_cell(value: Cell) -> str | int | float | Decimal:
    """``value`` as a cell that is only ever shown.

    Text that could be read as a formula gets an apostrophe in front. Numbers stay numbers: a
    negative amount is no formula. Dates and times become ISO 8601 text. Control characters are
    dropped. Raises ValueError for a number that is not finite.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float, Decimal)):
        if not math.isfinite(value):
            raise ValueError("a number in a table must be finite")
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    text = _CONTROL.sub("", value)
    return "'" + text if _is_risky(text.lstrip("'") if text.startswith("'") else text) else text


def undo_safe_cell(text: str) -> str:
    """What ``safe_cell`` was given, for a cell of a table that Linli wrote."""
    if text.startswith("'") and _is_risky(text.lstrip("'")):
        return text[1:]
    return text


def write_csv(
    stream: BinaryIO,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    encoding: str = "utf-8-sig",
) -> int:
    """Write a CSV row by row and return the number of rows.

    UTF-8 with mark, because Excel reads anything else as the local encoding; every cell is
    quoted, so that a program with another list separator does not cut one in two. A character
    that ``encoding`` lacks becomes "?".
    """
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerow([safe_cell(h) for h in headers])
        count = 0
        for row in rows:
            writer.writerow([safe_cell(cell) for cell in row])
            count += 1
        text.flush()
    finally:
        text.detach()
    return count


def write_xlsx(
    stream: BinaryIO,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    sheet: str = "Linli",
) -> int:
    """Write an XLSX with one sheet, row by row, and return the number of rows.

    Every text is written as text, never as a formula, and made safe as well: people save the
    sheet as CSV and open it again. Raises ValueError beyond what a sheet can hold.
    """
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    page.append([_sheet_cell(page, h) for h in headers])
    count = 0
    for row in rows:
        count += 1
        if count >= _MAX_SHEET_ROWS:
            book.close()
            raise ValueError("a sheet holds 1,048,575 rows below its headers; write a CSV")
        page.append([_sheet_cell(page, cell) for cell in row])
    book.save(stream)
    return count


def _sheet_cell(page: Any, value: Cell) -> Any:
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    safe = safe_cell(value)
    if isinstance(safe, str):
        if len(safe) > _MAX_SHEET_CHARS:
            raise ValueError("a cell of a sheet holds 32,767 characters; write a CSV")
        cell = WriteOnlyCell(page, "")
        # Set by hand: the library takes whatever begins with = for a formula.
        cell._value, cell.data_type = safe, "s"
        return cell
    if not -_DIGITS_KEPT < safe < _DIGITS_KEPT:
        return _sheet_cell(page, str(safe))
    return safe


def _is_risky(text: str) -> bool:
    """Whether some program might take the text for a formula."""
    for char in text:
        if char in _TRIGGERS or char in _ALSO:
            return True
        plain = unicodedata.normalize("NFKC", char)
        if plain[:1] in _TRIGGERS and plain:
            return True
        # Blanks and invisible characters are skipped: programs trim them away.
        if not (char.isspace() or unicodedata.category(char) in ("Cf", "Cc", "Mn")):
            return False
    return False
