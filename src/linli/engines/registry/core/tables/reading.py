"""Open a CSV or an XLSX from a stranger and read it row by row.

What a file is, is told by its first bytes, never by its name. Memory stays flat: a CSV is read
line by line, a worksheet as a stream; only an XLSX's list of shared strings is held whole, and
``Limits`` bounds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from linli.engines.registry.core.tables.columns import Wanted, guess_columns
from linli.engines.registry.core.tables.csv_source import open_csv
from linli.engines.registry.core.tables.exporting import undo_safe_cell
from linli.engines.registry.core.tables.types import (
    DEFAULT_LIMITS,
    BadTable,
    Fault,
    Limits,
    Refusal,
    Row,
)
from linli.engines.registry.core.tables.xlsx_source import open_xlsx

#: above the headers stand at most a title, a date and some instructions
_PREVIEW_ROWS = 15
#: a header row is believed when this many of its headers are recognised
_ENOUGH_HEADERS = 2

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: beginnings that no table has: PDF, images, archives, programs, HTML saved as .xls
_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ")
_HTML = (b"<html", b"<!doctype", b"<table", b"<?xml", b"{\\rtf")


@dataclass(frozen=True, slots=True)
class Table:
    """An open table. ``rows`` can be walked through once.

    ``notes`` tells what was found about the form: ``format``, ``encoding``, ``delimiter``,
    ``sheet``.
    """

    headers: tuple[str, ...]
    header_line: int
    rows: Iterator[Row | Refusal]
    notes: dict[str, str]


@contextmanager
def open_table(
    source: Path | BinaryIO,
    *,
    wanted: Sequence[Wanted] = (),
    sheet: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Table]:
    """Open ``source`` and find its header row.

    With ``wanted``, the header row is the one of the first rows in which most of the wanted
    columns are recognised; without, the first row with two filled cells. Rows above it are
    dropped, a second row of headers below merged cells is joined to it.

    Raises:
        BadTable: it cannot be read as a whole; while walking ``rows``: too many rows, broken
            data. A bad row is yielded as ``Refusal`` and reading goes on.
        OSError: the file cannot be opened.
    """
    with ExitStack() as stack:
        stream = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
        lines, notes = _open(stack, stream, sheet, limits)
        preview = _preview(lines)
        if not any(isinstance(item, Row) for item in preview):
            raise BadTable(Fault.EMPTY)
        start, headers, used = _find_headers(preview, wanted)
        if len(headers) > limits.columns:
            raise BadTable(Fault.TOO_MANY_COLUMNS, limit=limits.columns, found=len(headers))
        skipped = (item for item in preview[:start] if isinstance(item, Refusal))
        rest = chain(skipped, preview[start + used :], lines)
        line = preview[start].line
        yield Table(headers, line, _fit(rest, headers, limits), notes)


def _open(
    stack: ExitStack, stream: BinaryIO, sheet: str, limits: Limits
) -> tuple[Iterator[Row | Refusal], dict[str, str]]:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size == 0:
        raise BadTable(Fault.EMPTY)
    if size > limits.file_bytes:
        raise BadTable(Fault.TOO_LARGE, limit=limits.file_bytes, found=size)
    head = stream.read(64)
    stream.seek(0)
    if head.startswith(_OLE):
        raise BadTable(Fault.OLD_OR_ENCRYPTED)
    if head.startswith(_ZIP):
        return open_xlsx(stack, stream, sheet, limits)
    if head.startswith(_OTHER) or head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_HTML):
        raise BadTable(Fault.NOT_A_TABLE)
    return open_csv(stack, stream, limits)


def _preview(lines: Iterator[Row | Refusal]) -> list[Row | Refusal]:
    preview: list[Row | Refusal] = []
    for item in lines:
        preview.append(item)
        if len(preview) >= _PREVIEW_ROWS:
            break
    return preview


def _find_headers(
    preview: Sequence[Row | Refusal], wanted: Sequence[Wanted]
) -> tuple[int, tuple[str, ...], int]:
    """Where the headers begin, the headers, and how many rows they take."""
    candidates = [i for i, item in enumerate(preview) if isinstance(item, Row)]
    best, best_score = candidates[0], 0
    for at in candidates:
        headers, _ = _headers_at(preview, at)
        score = guess_columns(headers, wanted).score if wanted else 0
        if score > best_score:
            best, best_score = at, score
    if best_score < _ENOUGH_HEADERS * 50:
        filled = (i for i in candidates if sum(1 for c in _cells(preview[i]) if c) >= 2)
        best = best if best_score else next(filled, candidates[0])
    headers, used = _headers_at(preview, best)
    return best, headers, used


def _headers_at(preview: Sequence[Row | Refusal], at: int) -> tuple[tuple[str, ...], int]:
    top = list(_cells(preview[at]))
    below = list(_cells(preview[at + 1])) if at + 1 < len(preview) else []
    width = max((i + 1 for cells in (top, below) for i, c in enumerate(cells) if c), default=0)
    if not _is_second_header(top, below):
        return tuple(_trim(top)), 1
    top += [""] * (width - len(top))
    below += [""] * (width - len(below))
    joined, group = [], ""
    for high, low in zip(top[:width], below[:width], strict=True):
        group = high or group
        joined.append(f"{group}/{low}" if low and group else low or high)
    return tuple(joined), 2


def _is_second_header(top: Sequence[str], below: Sequence[str]) -> bool:
    """Whether ``below`` only names the columns under merged cells of ``top``.

    A merged cell keeps its text in its first column; a second header row fills columns that
    are empty above, holds no digits, and leaves cells that span both rows empty.
    """
    last = max((i for i, c in enumerate(top) if c), default=-1)
    opened = [i for i, c in enumerate(below) if c and i <= last + 3 and (i > last or not top[i])]
    if sum(1 for c in top if c) < 2 or not opened:
        return False
    under = {i - 1 for i in opened} | set(opened)
    filled = {i for i, c in enumerate(below) if c}
    digits = any(ch.isdigit() for c in below for ch in c)
    return filled <= under and not digits and len(filled) < sum(1 for c in top if c) + len(opened)


def _fit(
    items: Iterator[Row | Refusal], headers: tuple[str, ...], limits: Limits
) -> Iterator[Row | Refusal]:
    """Rows with exactly as many cells as headers; blank rows are left out."""
    count, width = 0, len(headers)
    for item in items:
        cells = _trim(_cells(item))
        if not cells and isinstance(item, Row):
            continue
        count += 1
        if count > limits.rows:
            raise BadTable(Fault.TOO_MANY_ROWS, limit=limits.rows)
        if isinstance(item, Refusal):
            yield _named(item, headers)
            continue
        if len(cells) > width:
            values: dict[str, str | int] = {"expected": width, "found": len(cells)}
            yield Refusal(item.line, "", Fault.TOO_MANY_CELLS, values)
            continue
        too_long = next((i for i, c in enumerate(cells) if len(c) > limits.cell_chars), None)
        if too_long is not None:
            values = {"limit": limits.cell_chars, "found": len(cells[too_long])}
            yield Refusal(item.line, headers[too_long], Fault.CELL_TOO_LONG, values)
            continue
        filled = [*map(undo_safe_cell, cells), *[""] * (width - len(cells))]
        yield Row(item.line, tuple(filled))


def _named(refusal: Refusal, headers: tuple[str, ...]) -> Refusal:
    """Sources know columns by index ("#3"); people know them by header."""
    if not refusal.column.startswith("#"):
        return refusal
    index = int(refusal.column[1:])
    column = headers[index] if index < len(headers) else ""
    return Refusal(refusal.line, column, refusal.fault, refusal.values)


def _cells(item: Row | Refusal) -> tuple[str, ...]:
    return item.cells if isinstance(item, Row) else ()


def _trim(cells: Sequence[str]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return tuple(cells[:end])
