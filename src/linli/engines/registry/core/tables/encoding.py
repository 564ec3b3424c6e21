"""Tell the encoding of a text file from its bytes, in one pass and with flat memory.

Chinese offices send UTF-8 with and without mark, UTF-16 ("Unicode text" of Excel) and GB18030
(which contains GBK and GB2312).
"""

from __future__ import annotations

import codecs
import unicodedata
from typing import BinaryIO

from linli.engines.registry.core.tables.types import BadTable, Fault

_CHUNK = 1 << 16
_SAMPLE = 4096
_WRONG = "\ufffd"
#: share of wrong characters above which a file is not in that encoding at all: text in another
#: encoding comes out wrong almost everywhere
_TOO_MANY_ERRORS = 0.1
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect_encoding(stream: BinaryIO) -> str:
    """The name of a Python codec for ``stream``, which is read through and rewound.

    A valid UTF-8 file is never taken for anything else. A file with a few broken characters
    keeps its encoding; its broken rows are refused one by one. Raises BadTable when the
    bytes are text in none of these encodings.
    """
    stream.seek(0)
    head = stream.read(_SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            stream.seek(0)
            return name
    if b"\0" in head:
        for name in ("utf-16-le", "utf-16-be"):
            if _reads_like_text(head[: len(head) // 2 * 2], name):
                stream.seek(0)
                return name
    # UTF-8 first: its text is often valid GB18030 as well, never the other way round.
    for name in ("utf-8", "gb18030"):
        if _error_share(stream, name) <= _TOO_MANY_ERRORS:
            return name
    raise BadTable(Fault.UNKNOWN_ENCODING)


def _error_share(stream: BinaryIO, name: str) -> float:
    """Wrong characters per character beyond ASCII; the last, cut-off one is forgiven."""
    decoder = codecs.getincrementaldecoder(name)("replace")
    stream.seek(0)
    wrong = beyond = 0
    while chunk := stream.read(_CHUNK):
        text = decoder.decode(chunk)
        wrong += text.count(_WRONG)
        beyond += len(text) - len(text.encode("ascii", "ignore"))
    beyond += len(decoder.decode(b"", final=True))
    stream.seek(0)
    return wrong / max(beyond, 1)


def _reads_like_text(sample: bytes, name: str) -> bool:
    """Whether almost all of the sample decodes to letters, digits, signs and line ends."""
    text = sample.decode(name, "replace")
    if not any(end in text for end in "\r\n,\t"):
        return False
    good = sum(1 for c in text if c in "\r\n\t" or _is_usual(c))
    return good >= 0.95 * len(text)


def _is_usual(char: str) -> bool:
    code = ord(char)
    if code < 0x250 or 0x3000 <= code <= 0x9FFF or 0xFF00 <= code <= 0xFFEF:
        return unicodedata.category(char)[0] in "LNPSZ"
    return 0x2000 <= code <= 0x206F
