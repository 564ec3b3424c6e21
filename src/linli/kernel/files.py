"""Pictures in, safe pictures out: checked, decoded, re-encoded, stripped, and served guarded.

What a client uploads is never stored. The bytes are recognised by their content, the size is
capped before decoding (a 20 kB PNG can unpack to 800 MB), the picture is drawn anew, so that
position, camera data, hidden archives and scripts do not survive.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from linli.kernel import clock
from linli.kernel.actors import Actor
from linli.kernel.models import StoredFile

UPLOAD_BYTES_MAX = 12 * 1024 * 1024
PIXELS_MAX = 40_000_000
SIDE_MAX_PX = 2000
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/webp"
_QUALITY = 82


class BadFile(ValueError):
    """The upload is not a picture that Linli takes; ``code`` says why, for a clear sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def reencode_picture(data: bytes) -> tuple[bytes, int, int]:
    """Draw the picture anew as WebP without metadata.

    Returns:
        Bytes, width and height in pixels; the longer side is at most 2000.

    Raises:
        BadFile: ``too_big``, ``not_a_picture`` or ``too_many_pixels``.
    """
    if len(data) > UPLOAD_BYTES_MAX:
        raise BadFile("too_big")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > PIXELS_MAX:
                    raise BadFile("too_many_pixels")
                if picture.format == "JPEG":
                    # Decode straight to about the wanted size: a third of the time and memory.
                    picture.draft("RGB", (SIDE_MAX_PX, SIDE_MAX_PX))
                upright = ImageOps.exif_transpose(picture)
                flat = upright.convert("RGB")
    except BadFile:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadFile("too_many_pixels") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError) as error:
        raise BadFile("not_a_picture") from error
    flat.thumbnail((SIDE_MAX_PX, SIDE_MAX_PX))
    out = io.BytesIO()
    # A new image object carries no exif, icc or comment of the old one.
    clean = Image.new("RGB", flat.size)
    clean.paste(flat)
    clean.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue(), clean.width, clean.height


def read_upload(upload: BinaryIO) -> bytes:
    """The bytes of an upload, refusing to read more than the cap.

    Raises:
        BadFile: ``too_big`` or ``empty``.
    """
    data = upload.read(UPLOAD_BYTES_MAX + 1)
    if len(data) > UPLOAD_BYTES_MAX:
        raise BadFile("too_big")
    if not data:
        raise BadFile("empty")
    return data


def prepare_picture(data: bytes, *, actor: Actor) -> StoredFile:
    """Re-encode a picture and put its bytes on disk; the row is not stored yet.

    This is the slow part and runs before the caller's transaction, which would otherwise hold
    the database's write lock for as long as a picture takes. Follow with :func:`attach` inside
    the transaction, or :func:`discard`.

    Raises:
        BadFile: see :func:`reencode_picture`.
    """
    encoded, width, height = reencode_picture(data)
    row = StoredFile(
        media_type=MEDIA_TYPE,
        size_bytes=len(encoded),
        width_px=width,
        height_px=height,
        sha256=sha256(encoded).hexdigest(),
        uploaded_by=actor.user_id,
        created_at=clock.now(),
    )
    row.check_scope()
    _write(path_of(row), encoded)
    return row


def attach(row: StoredFile, *, subject_kind: str, subject_id: UUID) -> StoredFile:
    """Store the row of a prepared picture as belonging to a subject.

    The bytes are there already: a crash leaves an orphan file, never a row without bytes.
    """
    row.subject_kind, row.subject_id = subject_kind, subject_id
    row.save(force_insert=True)
    return row


def discard(row: StoredFile) -> None:
    """Remove the bytes of a prepared picture that was not attached after all."""
    path_of(row).unlink(missing_ok=True)


def path_of(row: StoredFile) -> Path:
    """Where the bytes of ``row`` lie."""
    root: Path = settings.LINLI_DATA_DIR / "files"
    return root / row.relative_path()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


Guard = Callable[[Actor, UUID], bool]
_guards: dict[str, Guard] = {}


def guard(subject_kind: str) -> Callable[[Guard], Guard]:
    """Register who may see files of a kind of subject: ``f(actor, subject_id) -> bool``."""

    def register(function: Guard) -> Guard:
        _guards[subject_kind] = function
        return function

    return register


def may_see(actor: Actor, row: StoredFile) -> bool:
    """Whether ``actor`` may see the file; a kind without a guard is seen by nobody."""
    check = _guards.get(row.subject_kind)
    return bool(check and check(actor, row.subject_id))
