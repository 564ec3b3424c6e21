"""UUIDv7 primary keys (RFC 9562, section 5.7), made by the application.

Made here and not by the database so that a row knows its id before it is stored (encrypted
fields are bound to it) and rows of two districts can be merged. The order of ids is a help to
the index only: nothing may use an id as a cursor, because a transaction that began earlier may
commit later.
"""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last_ms = 0
_counter = 0
_COUNTER_BITS = 12


def uuid7() -> UUID:
    """Return a new UUIDv7; within one process later calls sort after earlier ones."""
    global _last_ms, _counter
    with _lock:
        ms = time.time_ns() // 1_000_000
        if ms > _last_ms:
            _last_ms = ms
            # Start low so that a busy millisecond has room to count up.
            _counter = int.from_bytes(os.urandom(2)) & 0x3FF
        else:
            _counter += 1
            if _counter >> _COUNTER_BITS:
                _last_ms += 1
                _counter = 0
        ms, counter = _last_ms, _counter
    value = ms << 80 | 0x7 << 76 | counter << 64
    value |= 0b10 << 62 | int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=value)
