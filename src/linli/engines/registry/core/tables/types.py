"""What reading a table yields: rows, refused rows, and the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """Why a table, a row or a cell was refused. Screens translate the code with its values."""

    # the table as a whole
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NOT_A_TABLE = "not_a_table"
    #: .xls from before 2007, or a workbook with a password: both look the same from outside
    OLD_OR_ENCRYPTED = "old_or_encrypted"
    BROKEN_FILE = "broken_file"
    #: unpacks to far more than it is, or to far too many parts
    ZIP_BOMB = "zip_bomb"
    #: XML with its own entities, which no spreadsheet program writes
    UNSAFE_XML = "unsafe_xml"
    UNKNOWN_ENCODING = "unknown_encoding"
    NO_SUCH_SHEET = "no_such_sheet"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    # one row or cell
    BAD_ENCODING = "bad_encoding"
    NUL_CHARACTER = "nul_character"
    QUOTE_NOT_CLOSED = "quote_not_closed"
    LINE_TOO_LONG = "line_too_long"
    CELL_TOO_LONG = "cell_too_long"
    TOO_MANY_CELLS = "too_many_cells"
    #: a spreadsheet turned a long number into 1.1E+17: its last digits are gone
    DIGITS_LOST = "digits_lost"
    FORMULA_ERROR = "formula_error"
    # for those who check rows
    DUPLICATE = "duplicate"
    MISSING = "missing"


class BadTable(ValueError):
    """The table as a whole cannot be read. ``values`` fill the sentence for ``fault``."""

    def __init__(self, fault: Fault, **values: str | int) -> None:
        super().__init__(f"{fault.value} {values}" if values else fault.value)
        self.fault = fault
        self.values = values


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a stranger's file is read at most.

    Bytes for files, characters for text. The defaults hold the lists of a large neighbourhood.
    """

    file_bytes: int = 20_000_000
    rows: int = 100_000
    columns: int = 200
    cell_chars: int = 5_000
    #: one record of a CSV, which may run over several lines inside quotes
    record_chars: int = 100_000
    record_lines: int = 100
    #: records whose quotes never close, before the file is given up
    open_quotes: int = 1_000
    #: all parts of an XLSX together, unpacked
    unpacked_bytes: int = 200_000_000
    #: parts of an XLSX; a workbook has some dozen
    parts: int = 2_000
    #: unpacked to packed size of one part; the most repetitive real sheets reach about 60
    ratio: int = 200


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (the first is 1) and as many cells as there are headers."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that is not taken: where, which column (empty: the whole row), and why.

    ``values`` fill the sentence for ``fault`` and never hold the cell's own text, which may be
    about a person.
    """

    line: int
    column: str
    fault: Fault
    values: Mapping[str, str | int] = field(default_factory=dict)
