"""Rows of an XLSX, read as a stream after the archive itself was looked through.

openpyxl reads the sheet; it trusts what it opens, so everything that could cost memory or time
without end is refused before: too many parts, parts that unpack to far more than they are,
entities in the XML. Formulas are never computed: the value that the last program stored counts.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from linli.engines.registry.core.tables.types import BadTable, Fault, Limits, Refusal, Row

#: parts below this size may be as repetitive as they like
_SMALL_PART = 1_000_000
_CHUNK = 1 << 16
#: no sheet of any program has more lines
_MAX_LINES = 1_048_576
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)")
#: a spreadsheet keeps fifteen digits of a number
_DIGITS_KEPT = 10**15
_UNSAFE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OTHER_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"'](?!utf-8|us-ascii)", re.IGNORECASE)
#: what openpyxl and the standard library raise on a file that is not what it seems
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OverflowError,
    AssertionError,
    NotImplementedError,
    EOFError,
    RuntimeError,
)


def open_xlsx(
    stack: ExitStack, stream: BinaryIO, sheet: str, limits: Limits
) -> tuple[Iterator[Row | Refusal], dict[str, str]]:
    """Rows and refused rows of one sheet, and its name: ``sheet``, or the first visible one.

    Dates become ISO 8601 text, whole numbers lose their ".0". Raises BadTable.
    """
    check_archive(stream, limits)
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    try:
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except _BROKEN as error:
        raise BadTable(Fault.BROKEN_FILE) from error
    stack.callback(book.close)
    pages = {page.title: page for page in book.worksheets}
    visible = [page for page in pages.values() if page.sheet_state == "visible"]
    page = pages.get(sheet) if sheet else next(iter(visible), None)
    if page is None:
        raise BadTable(Fault.NO_SUCH_SHEET, sheet=sheet[:80])
    notes = {"format": "xlsx", "sheet": page.title, "sheets": "\n".join(p.title for p in visible)}
    return _rows(page, limits), notes


def check_archive(stream: BinaryIO, limits: Limits) -> None:
    """Look through all parts of the archive without keeping any. Raises BadTable.

    Declared sizes are compared before a byte is unpacked; unpacking never yields more than was
    declared, and checks every part's checksum on the way, so a cut-off file is found here.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if len(parts) > limits.parts or len({p.filename for p in parts}) < len(parts):
                raise BadTable(Fault.ZIP_BOMB)
            if sum(p.file_size for p in parts) > limits.unpacked_bytes:
                raise BadTable(Fault.ZIP_BOMB)
            # Parts that share bytes unpack to many times what the file holds.
            if sum(p.compress_size for p in parts) > stream.seek(0, 2):
                raise BadTable(Fault.ZIP_BOMB)
            for part in parts:
                _check_part(archive, part, limits)
            if "[Content_Types].xml" not in archive.namelist():
                raise BadTable(Fault.NOT_A_TABLE)
    except BadTable:
        raise
    except _BROKEN as error:
        raise BadTable(Fault.BROKEN_FILE) from error
    finally:
        stream.seek(0)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> None:
    if part.flag_bits & 0x1:
        raise BadTable(Fault.OLD_OR_ENCRYPTED)
    if part.file_size > max(_SMALL_PART, limits.ratio * part.compress_size):
        raise BadTable(Fault.ZIP_BOMB)
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        return
    with archive.open(part) as packed:
        before = b""
        while chunk := packed.read(_CHUNK):
            if not before and (b"\0" in chunk[:64] or _OTHER_ENCODING.match(chunk.lstrip())):
                raise BadTable(Fault.UNSAFE_XML)
            if _UNSAFE.search(before + chunk):
                raise BadTable(Fault.UNSAFE_XML)
            before = chunk[-16:]


def _rows(page: Any, limits: Limits) -> Iterator[Row | Refusal]:
    # The declared extent may be wrong or a trap (XFD1048576 for three cells): never trust it.
    page.reset_dimensions()
    cells = page.iter_rows(values_only=True, max_col=limits.columns + 1)
    line = 0
    while True:
        try:
            values = next(cells, None)
        except _BROKEN as error:
            raise BadTable(Fault.BROKEN_FILE) from error
        if values is None:
            return
        line += 1
        if line > _MAX_LINES:
            raise BadTable(Fault.TOO_MANY_ROWS, limit=_MAX_LINES)
        if any(value is not None for value in values):
            yield _row(line, values)


def _row(line: int, values: tuple[Any, ...]) -> Row | Refusal:
    texts = []
    for index, value in enumerate(values):
        if isinstance(value, str) and _ERROR.fullmatch(value):
            return Refusal(line, f"#{index}", Fault.FORMULA_ERROR, {"error": value})
        if isinstance(value, (int, float)) and abs(value) >= _DIGITS_KEPT:
            return Refusal(line, f"#{index}", Fault.DIGITS_LOST)
        text = _text(value)
        if "\0" in text:
            return Refusal(line, f"#{index}", Fault.NUL_CHARACTER)
        texts.append(text)
    return Row(line, tuple(texts))


def _text(value: Any) -> str:
    """A cell as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # 301.0 is a door; 88.30000000000001 an area that a program added up.
        return str(int(value)) if value.is_integer() else repr(round(value, 10))
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip(" \t\r\n\u3000\xa0\ufeff")
