"""What a client uploads is never stored; what is stored carries nothing but the picture."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from PIL import Image

from linli.kernel import files
from linli.kernel.actors import SystemActor
from linli.kernel.files import BadFile, reencode_picture
from linli.kernel.models import StoredFile
from linli.kernel.scope import CrossCommunityWrite, ScopeError, in_community
from linli.kernel.tests.checks import assert_refused, run_python
from linli.kernel.tests.hostile_uploads import (
    CLEANED,
    PAYLOAD,
    REFUSED,
    Maker,
    encoded,
    exif,
    jpeg_with_size,
    photo,
    png_bomb,
    webp_with_size,
)

# Pillow warns about what is wrong with these uploads; that is what they are for.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:PIL"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]

RSS_MAX_MB = 250


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Path:
    """An empty files folder."""
    settings.LINLI_DATA_DIR = tmp_path
    return tmp_path / "files"


def assert_clean(out: bytes, upload: bytes) -> None:
    """``out`` is a WebP with a picture in it and nothing else of the upload."""
    assert out != upload
    assert (out[:4], out[8:12]) == (b"RIFF", b"WEBP")
    assert int.from_bytes(out[4:8], "little") + 8 == len(out), "something was appended"
    assert not zipfile.is_zipfile(io.BytesIO(out))
    for trace in (PAYLOAD, b"Exif", b"EXIF", b"XMP ", b"ICCP", b"ANIM", b"\x7fELF"):
        assert trace not in out
    with Image.open(io.BytesIO(out)) as picture:
        picture.load()
        assert picture.format == "WEBP"
        assert dict(picture.getexif()) == {}
        assert not picture.getexif().get_ifd(0x8825)
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(picture.info)
        assert max(picture.size) <= files.SIDE_MAX_PX
        assert getattr(picture, "n_frames", 1) == 1


def test_there_are_many_hostile_uploads() -> None:
    assert len(REFUSED) + len(CLEANED) >= 60


@pytest.mark.parametrize("maker", CLEANED.values(), ids=CLEANED.keys())
def test_what_is_taken_is_drawn_anew(maker: Maker) -> None:
    upload = maker()
    out, width, height = reencode_picture(upload)
    assert_clean(out, upload)
    with Image.open(io.BytesIO(out)) as picture:
        assert picture.size == (width, height)


@pytest.mark.parametrize("name", ["jpeg with gps", "jpeg and zip in one", "png with text chunks"])
def test_twin_that_stores_uploads_as_they_are_is_not_clean(name: str) -> None:
    upload = CLEANED[name]()
    with pytest.raises(AssertionError):
        assert_clean(upload, upload)


def test_twin_that_keeps_exif_is_not_clean() -> None:
    upload = encoded(photo(), "JPEG", exif=exif())
    with Image.open(io.BytesIO(upload)) as picture:
        kept = encoded(picture, "WEBP", exif=picture.getexif())
    with pytest.raises(AssertionError):
        assert_clean(kept, upload)


@pytest.mark.parametrize(("maker", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_picture_is_refused_with_a_reason(maker: Maker, code: str) -> None:
    with pytest.raises(BadFile) as caught:
        reencode_picture(maker())
    assert caught.value.code == code


def test_a_damaged_picture_never_raises_anything_else() -> None:
    chance = random.Random(20261123)
    seeds = [maker() for name, maker in CLEANED.items() if "100000" not in name]
    taken = 0
    for _ in range(1500):
        upload = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 2, 5))):
            upload[chance.randrange(min(len(upload), 400))] = chance.choice((0, 255, 7))
        try:
            out, *_ = reencode_picture(bytes(upload))
        except BadFile:
            continue
        taken += 1
        assert_clean(out, bytes(upload))
    assert taken, "every damaged picture was refused: the seeds are broken"


@pytest.mark.parametrize(
    "error", [struct.error, zlib.error, IndexError, KeyError, OverflowError, RuntimeError]
)
def test_whatever_a_decoder_raises_is_told_as_no_picture(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged EXIF block made Pillow raise struct.error, once in six thousand flips."""

    def stumble(picture: Image.Image) -> None:
        raise error("a decoder stumbles")

    monkeypatch.setattr(files, "_flatten", stumble)
    with pytest.raises(BadFile, match="not_a_picture"):
        reencode_picture(CLEANED["one pixel"]())


def drawn(upload: bytes) -> Image.Image:
    """The stored picture."""
    with Image.open(io.BytesIO(reencode_picture(upload)[0])) as picture:
        return picture.convert("RGB")


def is_near(pixel: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(pixel, wanted, strict=True))


#: Where the red (left) side of the photo must be after each orientation.
RED_SIDE = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom"}


@pytest.mark.parametrize(("orientation", "side"), [*RED_SIDE.items(), (8, "bottom"), (77, "left")])
def test_pictures_stand_upright(orientation: int, side: str) -> None:
    picture = drawn(encoded(photo((80, 40)), "JPEG", exif=exif(orientation=orientation)))
    width, height = picture.size
    spots = {
        "left": (4, height // 2),
        "right": (width - 5, height // 2),
        "top": (width // 2, 4),
        "bottom": (width // 2, height - 5),
    }
    assert is_near(picture.getpixel(spots[side]), (255, 0, 0))
    assert (width > height) is (side in ("left", "right"))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_was_made_transparent_does_not_come_back(mode: str) -> None:
    hidden = Image.new("RGBA", (40, 40), (180, 20, 20, 0))
    if mode == "P":
        index = Image.new("P", (40, 40), 1)
        index.putpalette([0, 0, 0, 180, 20, 20])
        upload = encoded(index, "PNG", transparency=1)
    else:
        upload = encoded(hidden.convert(mode), "PNG")
    assert is_near(drawn(upload).getpixel((20, 20)), (255, 255, 255))


def test_twin_that_drops_alpha_shows_it() -> None:
    hidden = Image.new("RGBA", (40, 40), (180, 20, 20, 0))
    with pytest.raises(AssertionError):
        assert is_near(hidden.convert("RGB").getpixel((20, 20)), (255, 255, 255))


@pytest.mark.parametrize("level", [0, 64, 128, 255])
def test_sixteen_bits_keep_their_shades(level: int) -> None:
    upload = encoded(Image.new("I;16", (40, 40), level * 257), "PNG")
    assert is_near(drawn(upload).getpixel((20, 20)), (level, level, level))


def test_large_pictures_shrink_and_keep_their_shape() -> None:
    _, width, height = reencode_picture(encoded(photo((3000, 1500)), "JPEG"))
    assert (width, height) == (2000, 1000)
    _, width, height = reencode_picture(CLEANED["1 x 100000"]())
    assert (width, height) == (1, 2000)


# VmHWM and not ru_maxrss: the latter is handed down over exec, so a fat test process would
# count as the child's own peak.
PEAK = """
import re, resource, sys
def peak_mb():
    try:
        found = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
        return int(found[1]) // 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
"""
MEASURE = (
    PEAK
    + """
from linli.kernel import files
try:
    files.reencode_picture(sys.stdin.buffer.read())
    code = "taken"
except files.BadFile as error:
    code = error.code
print(code, peak_mb())
"""
)
DECODE = (
    PEAK
    + """
import io
from PIL import Image
Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("RGB")
print("taken", peak_mb())
"""
)


def peak_mb(upload: bytes, code: str = MEASURE) -> tuple[str, int]:
    """What became of an upload in a process of its own, and that process's peak memory."""
    setup = "import django; django.setup()\n"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "linli.site.settings_test"}
    done = run_python(setup + code, input=upload, env=environment)
    verdict, peak = done.stdout.split()
    return verdict.decode(), int(peak)


def assert_bounded(upload: bytes, code: str = MEASURE) -> None:
    assert peak_mb(upload, code)[1] < RSS_MAX_MB


BOMBS = {
    "png": png_bomb,
    "jpeg": lambda: jpeg_with_size(65_500),
    "webp": lambda: webp_with_size(16_383),
}


@pytest.mark.slow
@pytest.mark.parametrize("maker", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_before_it_unpacks(maker: Maker) -> None:
    assert len(maker()) < 25_000
    assert_bounded(maker())


@pytest.mark.slow
def test_twin_without_a_limit_unpacks_it() -> None:
    with pytest.raises(AssertionError):
        assert_bounded(png_bomb(), DECODE)


LARGEST: dict[str, Callable[[], bytes]] = {
    "PNG": lambda: encoded(Image.new("RGBA", (4890, 4900), (9, 9, 9, 9)), "PNG"),
    "JPEG": lambda: encoded(Image.new("RGB", (6300, 6300)), "JPEG", progressive=True),
    "WEBP": lambda: encoded(Image.new("RGB", (3990, 3000)), "WEBP", lossless=True, method=0),
}


@pytest.mark.slow
@pytest.mark.parametrize("maker", LARGEST.values(), ids=LARGEST.keys())
def test_the_largest_pictures_that_are_taken_stay_bounded(maker: Maker) -> None:
    verdict, peak = peak_mb(maker())
    assert verdict == "taken"
    assert peak < 2 * RSS_MAX_MB


def test_reading_stops_at_the_limit() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0, "read without a limit"
            self.asked += size
            return b"x" * size

    upload: Any = Endless()
    with pytest.raises(BadFile, match="too_big"):
        files.read_upload(upload)
    assert upload.asked <= files.UPLOAD_BYTES_MAX + 1


def test_an_empty_upload_is_told_and_a_good_one_read() -> None:
    with pytest.raises(BadFile, match="empty"):
        files.read_upload(io.BytesIO(b""))
    assert files.read_upload(io.BytesIO(b"abc")) == b"abc"


def bytes_below(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def prepare(community: Any, upload: bytes) -> StoredFile:
    return files.prepare_picture(upload, actor=SystemActor(community.pk))


@pytest.mark.django_db
def test_only_the_clean_picture_lies_on_disk(store: Path, community: Any) -> None:
    for maker in CLEANED.values():
        upload = maker()
        prepare(community, upload)
        assert upload not in bytes_below(store)
    for maker, _ in REFUSED.values():
        assert_refused(lambda m=maker: prepare(community, m()), BadFile)
    stored = bytes_below(store)
    assert len(stored) == len(CLEANED)
    for out in stored:
        assert_clean(out, b"")


@pytest.mark.django_db
def test_the_row_follows_the_bytes(store: Path, community: Any) -> None:
    row = prepare(community, CLEANED["jpeg with gps"]())
    assert files.path_of(row).exists()
    assert not StoredFile.objects.exists()
    files.attach(row, subject_kind="test.subject", subject_id=uuid4())
    assert StoredFile.objects.get().size_bytes == files.path_of(row).stat().st_size
    files.discard(row)
    files.discard(row)
    assert bytes_below(store) == []


@pytest.mark.django_db
def test_no_bytes_are_written_without_a_scope(store: Path, other_community: Any) -> None:
    assert_refused(lambda: prepare(other_community, CLEANED["one pixel"]()), ScopeError)
    assert not store.exists()


@pytest.mark.django_db
def test_a_file_is_not_attached_in_another_community(
    store: Path, community: Any, other_community: Any
) -> None:
    row = prepare(community, CLEANED["one pixel"]())
    with in_community(other_community.pk):
        assert_refused(
            lambda: files.attach(row, subject_kind="s", subject_id=uuid4()), CrossCommunityWrite
        )


@pytest.mark.django_db
def test_folder_names_are_synced_too(
    store: Path, community: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files.disk, "sync_folder", synced.append)
    row = prepare(community, CLEANED["one pixel"]())
    assert synced == list(files.path_of(row).parents)[:3]


@pytest.mark.parametrize("bad", ["../../etc/passwd", "a/b", "\x00", "C:\\x", "/etc/passwd"])
def test_a_path_is_made_of_ids_only(bad: str) -> None:
    row = StoredFile(pk=uuid4(), community_id=uuid4(), subject_kind=bad, media_type=bad)
    path = files.path_of(row)
    assert bad not in str(path)
    assert path.is_relative_to(settings.LINLI_DATA_DIR / "files")
    assert_refused(lambda: files.path_of(StoredFile(pk=bad, community_id=uuid4())), AttributeError)


@pytest.fixture
def guards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_guards", {})


def assert_hidden(row: StoredFile) -> None:
    assert files.may_see(SystemActor(uuid4()), row) is False


def test_a_file_without_a_guard_is_seen_by_nobody(guards: None) -> None:
    assert_hidden(StoredFile(subject_kind="test.subject", subject_id=uuid4()))
    assert_hidden(StoredFile(subject_kind="", subject_id=uuid4()))


def test_the_guard_of_its_kind_decides(guards: None) -> None:
    row = StoredFile(subject_kind="test.subject", subject_id=uuid4())
    files.guard("test.other")(lambda actor, subject_id: True)
    assert_hidden(row)
    files.guard("test.subject")(lambda actor, subject_id: subject_id == row.subject_id)
    with pytest.raises(AssertionError):
        assert_hidden(row)
    assert_hidden(StoredFile(subject_kind="test.subject", subject_id=uuid4()))


def test_a_guard_is_not_replaced_silently(guards: None) -> None:
    first = files.guard("test.subject")(lambda actor, subject_id: False)
    assert files.guard("test.subject")(first) is first
    assert_refused(lambda: files.guard("test.subject")(lambda actor, subject_id: True), ValueError)
