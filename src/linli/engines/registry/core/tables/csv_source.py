"""Rows of a CSV whose encoding, delimiter and manners are not known beforehand."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from typing import BinaryIO

from linli.engines.registry.core.tables.encoding import detect_encoding
from linli.engines.registry.core.tables.types import BadTable, Fault, Limits, Refusal, Row

_DELIMITERS = ",;\t|，；"
_SAMPLE_CHARS = 20_000
_SAMPLE_ROWS = 20
#: Excel's own hint in the first line of a file
_HINT = re.compile(r"\ufeff?sep=(.)\r?\n?", re.IGNORECASE)
#: a number of eleven digits or more as a spreadsheet shows it in a narrow column
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+1[0-9]")
#: what a decoder put where a character was broken
_BROKEN = "\ufffd"


def open_csv(
    stack: ExitStack, stream: BinaryIO, limits: Limits
) -> tuple[Iterator[Row | Refusal], dict[str, str]]:
    """Rows and refused rows of ``stream``, and its encoding and delimiter.

    Cells are stripped; line ends inside a cell become "\\n". Raises BadTable when the bytes
    are not text.
    """
    encoding = detect_encoding(stream)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    # The stream belongs to the caller: a wrapper that is thrown away would close it.
    stack.callback(text.detach)
    delimiter, skip = guess_delimiter(text.read(_SAMPLE_CHARS))
    text.seek(0)
    notes = {"format": "csv", "encoding": encoding, "delimiter": delimiter}
    return _rows(_Lines(text, limits), delimiter, skip, limits), notes


def guess_delimiter(sample: str) -> tuple[str, int]:
    """The delimiter, and how many lines at the top only name it ("sep=;").

    The one that cuts most of the first rows into the same number of cells, at least two;
    a comma when none does.
    """
    hint = _HINT.match(sample)
    if hint:
        return hint[1], 1
    complete = sample[: sample.rfind("\n") + 1] or sample
    lines = complete.splitlines(keepends=True)[: 3 * _SAMPLE_ROWS]
    best, best_score = ",", 0
    for delimiter in _DELIMITERS:
        widths = _widths(lines, delimiter)
        usual = max(set(widths), key=lambda w: (widths.count(w) * (w > 1), w), default=1)
        score = widths.count(usual) * 100 + min(usual, 99) if usual > 1 else 0
        if score > best_score:
            best, best_score = delimiter, score
    return best, 0


def _widths(lines: list[str], delimiter: str) -> list[int]:
    widths: list[int] = []
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            if any(cells):
                widths.append(len(cells))
            if len(widths) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return widths


class _Lines:
    """Physical lines for one record at a time, which can be given back.

    An unclosed quote would swallow the rest of the file. Lines are therefore counted per
    record, and when a record grows beyond reason all but its first line are read again.
    """

    def __init__(self, text: io.TextIOWrapper, limits: Limits) -> None:
        self._text, self._limits = text, limits
        self._waiting: deque[str] = deque()
        self._record: list[str] = []
        self._chars = 0
        #: line number of the record's first line
        self.first = 0
        self.at_end = False
        #: the record did not end before its limit, or before the file
        self.is_open = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        limits = self._limits
        if len(self._record) >= limits.record_lines or self._chars > limits.record_chars:
            self.is_open = True
            raise StopIteration
        line = self._waiting.popleft() if self._waiting else self._readline()
        if not line:
            self.at_end = True
            self.is_open = bool(self._record)
            raise StopIteration
        self._record.append(line)
        self._chars += len(line)
        return line

    def begin(self) -> None:
        """A new record begins with the next line."""
        self.first += len(self._record) or (0 if self.first else 1)
        self._record, self._chars, self.is_open = [], 0, False

    def give_back(self) -> None:
        """Keep the record's first line only; the others are read again."""
        self._waiting.extendleft(reversed(self._record[1:]))
        del self._record[1:]
        self.at_end = False

    def is_too_long(self) -> bool:
        """Whether the record's first line had to be cut."""
        return len(self._record) == 1 and self._chars > self._limits.record_chars

    def _readline(self) -> str:
        limit = self._limits.record_chars + 2
        line = self._text.readline(limit)
        tail = line
        while len(tail) >= limit and not tail.endswith(("\n", "\r")):
            tail = self._text.readline(limit)
        return line


def _rows(lines: _Lines, delimiter: str, skip: int, limits: Limits) -> Iterator[Row | Refusal]:
    reader = csv.reader(lines, delimiter=delimiter)
    never_closed = 0
    while True:
        lines.begin()
        cells = next(reader, None)
        if cells is None and not lines.is_open:
            return
        if lines.is_too_long():
            yield Refusal(lines.first, "", Fault.LINE_TOO_LONG)
            # The cut may lie inside quotes: begin afresh with the next line.
            reader = csv.reader(lines, delimiter=delimiter)
        elif lines.is_open:
            # Every one makes up to a hundred lines be read again.
            never_closed += 1
            if never_closed > limits.open_quotes:
                raise BadTable(Fault.BROKEN_FILE)
            lines.give_back()
            reader = csv.reader(lines, delimiter=delimiter)
            yield Refusal(lines.first, "", Fault.QUOTE_NOT_CLOSED)
        elif lines.first > skip and cells:
            yield _row(lines.first, cells)


def _row(line: int, cells: list[str]) -> Row | Refusal:
    clean = tuple(_clean(cell) for cell in cells)
    for index, cell in enumerate(clean):
        fault = _fault(cell)
        if fault:
            return Refusal(line, f"#{index}", fault)
    return Row(line, clean)


def _fault(cell: str) -> Fault | None:
    if "\0" in cell:
        return Fault.NUL_CHARACTER
    if _BROKEN in cell:
        return Fault.BAD_ENCODING
    if _SCIENTIFIC.fullmatch(cell):
        return Fault.DIGITS_LOST
    return None


def _clean(cell: str) -> str:
    if "\r" in cell:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return cell.strip(" \t\n\u3000\xa0\ufeff")
