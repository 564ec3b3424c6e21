"""Pictures in, safe pictures out: checked, decoded, re-encoded, stripped, and served guarded.

What a client uploads is never stored. The bytes are recognised by their content, the size is
capped before decoding (a 20 kB PNG can unpack to 800 MB), the picture is drawn anew, so that
position, camera data, hidden archives and scripts do not survive.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.http import Http404
from PIL import Image

from linli.kernel import clock, disk
from linli.kernel.actors import Actor
from linli.kernel.models import StoredFile

UPLOAD_BYTES_MAX = 12 * 1024 * 1024
#: What may be decoded, by format, so that none takes more than about 350 MB: for a pixel a
#: progressive JPEG needs up to nine bytes, a PNG twelve, a WebP twenty.
PIXELS_MAX = {"JPEG": 40_000_000, "MPO": 40_000_000, "PNG": 24_000_000, "WEBP": 12_000_000}
SIDE_MAX_PX = 2000
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/webp"
_QUALITY = 82
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: Few pictures are decoded at once, however many arrive.
_drawing = threading.BoundedSemaphore(2)


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
        with _drawing, Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > PIXELS_MAX.get(picture.format or "", 0):
                raise BadFile("too_many_pixels")
            clean = _draw_upright(picture)
    except BadFile:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadFile("too_many_pixels") from error
    except Exception as error:  # a decoder fed with nonsense raises whatever it likes
        raise BadFile("not_a_picture") from error
    out = io.BytesIO()
    clean.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue(), clean.width, clean.height


def _draw_upright(picture: Image.Image) -> Image.Image:
    """A new, small, upright picture in RGB that carries no exif, icc or comment of the old one."""
    turn = _UPRIGHT.get(picture.getexif().get(_ORIENTATION, 1))
    # A JPEG is decoded straight to about the wanted size: a third of the time and memory.
    picture.draft("RGB", (SIDE_MAX_PX, SIDE_MAX_PX))
    flat = _flatten(picture)
    flat.thumbnail((SIDE_MAX_PX, SIDE_MAX_PX))
    if turn is not None:
        flat = flat.transpose(turn)
    clean = Image.new("RGB", flat.size)
    clean.paste(flat)
    return clean


def _flatten(picture: Image.Image) -> Image.Image:
    """The picture in RGB. What was made transparent becomes white, not visible again."""
    if picture.mode.startswith("I;16"):
        # Pillow would clip sixteen bits to eight, which makes everything white.
        return picture.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    drawn = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    drawn.load()
    flat = Image.new("RGB", drawn.size, "white")
    flat.paste(drawn, mask=drawn)
    return flat


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
    # The name as well as the bytes: after a power cut the row must not point at nothing.
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        disk.sync_folder(folder)


Guard = Callable[[Actor, UUID], bool]
_guards: dict[str, Guard] = {}


def guard(subject_kind: str) -> Callable[[Guard], Guard]:
    """Register who may see files of a kind of subject: ``f(actor, subject_id) -> bool``."""

    def register(function: Guard) -> Guard:
        if _guards.get(subject_kind) not in (None, function):
            raise ValueError(f"files of {subject_kind} already have a guard")
        _guards[subject_kind] = function
        return function

    return register


def may_see(actor: Actor, row: StoredFile) -> bool:
    """Whether ``actor`` may see the file; a kind without a guard is seen by nobody."""
    check = _guards.get(row.subject_kind)
    return bool(check and check(actor, row.subject_id))


def get_file(actor: Actor, file_id: UUID) -> StoredFile:
    """The file's row, if ``actor`` may see what it belongs to; Http404 otherwise."""
    row = StoredFile.objects.filter(pk=file_id, community_id=actor.community_id).first()
    if row is None or not may_see(actor, row):
        raise Http404("no such file")
    return row
