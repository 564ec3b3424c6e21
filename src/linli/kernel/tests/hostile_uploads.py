"""Uploads that somebody might send to harm others, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

#: stands in every appended or hidden payload; must never come out again
PAYLOAD = b"<script>linli-payload-7f3a</script>"
BOMB_SIDE = 13_000


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as bytes of ``kind``."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """A small picture, red on the left and blue on the right."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    return picture.convert(mode)


def exif(**more: Any) -> Image.Exif:
    """Camera data with the position of somebody's home."""
    data = Image.Exif()
    data[0x010F] = PAYLOAD.decode()
    data[0x0112] = more.get("orientation", 1)
    place = data.get_ifd(0x8825)
    place.update({1: "N", 2: (31.0, 13.0, 48.0), 3: "E", 4: (121.0, 28.0, 12.0)})
    return data


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, body: bytes = b"", *, bits: int = 8, colour: int = 2) -> bytes:
    """A PNG that claims to be ``width`` by ``height``."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@cache
def png_bomb() -> bytes:
    """169 million pixels in about 20 kB."""
    row = b"\0" * (BOMB_SIDE // 8 + 1)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(BOMB_SIDE)) + packer.flush()
    return png(BOMB_SIDE, BOMB_SIDE, body, bits=1, colour=0)


def long_and_thin(length: int) -> bytes:
    """A picture one pixel wide."""
    return encoded(Image.new("L", (1, length), 120), "PNG")


def zipped(data: bytes = PAYLOAD * 100) -> bytes:
    """An archive with a script in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../payload.html", data)
    return out.getvalue()


def jpeg_with_size(side: int) -> bytes:
    """A JPEG whose header claims ``side`` squared pixels."""
    data = bytearray(encoded(photo(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", side, side)
    return bytes(data)


def webp_with_size(side: int) -> bytes:
    """A lossless WebP whose header claims ``side`` squared pixels."""
    data = bytearray(encoded(photo(), "WEBP", lossless=True))
    at = data.index(b"VP8L") + 9
    bits = struct.unpack("<I", data[at : at + 4])[0] >> 28 << 28
    data[at : at + 4] = struct.pack("<I", bits | (side - 1) << 14 | (side - 1))
    return bytes(data)


def with_text_chunks() -> bytes:
    """A PNG with comments, one of them compressed, and a foreign chunk."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", PAYLOAD.decode())
    notes.add_text("Description", PAYLOAD.decode() * 50, zip=True)
    notes.add_itxt("XML:com.adobe.xmp", PAYLOAD.decode())
    notes.add(b"prVt", PAYLOAD)
    return encoded(photo(), "PNG", pnginfo=notes)


def text_bomb() -> bytes:
    """A PNG whose comment unpacks to 100 MB."""
    packed = zlib.compress(b"\0" * 100_000_000, 9)
    good = encoded(photo(), "PNG")
    return good[:33] + chunk(b"zTXt", b"Comment\0\0" + packed) + good[33:]


def two_frames(kind: str, **options: Any) -> bytes:
    """An animation."""
    second = photo().transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return encoded(
        photo(), kind, save_all=True, append_images=[second], duration=100, loop=0, **options
    )


def icc_profile() -> bytes:
    """A colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def palette_with_transparency() -> bytes:
    """A PNG with a palette of which one colour is transparent."""
    return encoded(photo().convert("P", palette=Image.Palette.ADAPTIVE), "PNG", transparency=0)


def broken_exif() -> bytes:
    """A picture whose camera data points beyond its end."""
    data = encoded(photo(), "JPEG", exif=exif())
    at = data.index(b"Exif\0\0")
    return data[: at + 14] + b"\xff" * 40 + data[at + 54 :]


def svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>' + PAYLOAD + b"</script></svg>"


Maker = Callable[[], bytes]

#: refused, with the code that the sender is told
REFUSED: dict[str, tuple[Maker, str]] = {
    "png of 169 Mpx": (png_bomb, "too_many_pixels"),
    "jpeg of 4290 Mpx": (lambda: jpeg_with_size(65_500), "too_many_pixels"),
    "jpeg just over the limit": (lambda: jpeg_with_size(6_400), "too_many_pixels"),
    "webp of 268 Mpx": (lambda: webp_with_size(16_383), "too_many_pixels"),
    "png of 4 thousand million rows": (lambda: png(1, 2**31 - 1), "too_many_pixels"),
    "png without area": (lambda: png(0, 0), "not_a_picture"),
    "text chunk bomb": (text_bomb, "not_a_picture"),
    "13 MB": (lambda: encoded(photo(), "JPEG") + b"\0" * 13_000_000, "too_big"),
    "truncated jpeg": (lambda: encoded(photo((640, 480)), "JPEG")[:900], "not_a_picture"),
    "truncated png": (lambda: encoded(photo((640, 480)), "PNG")[:200], "not_a_picture"),
    "truncated webp": (lambda: encoded(photo((640, 480)), "WEBP")[:60], "not_a_picture"),
    "png with a broken check sum": (
        lambda: encoded(photo(), "PNG").replace(b"IDAT", b"IDAX"),
        "not_a_picture",
    ),
    "gif": (lambda: encoded(photo(), "GIF"), "not_a_picture"),
    "gif with javascript": (lambda: b"GIF89a/*" + PAYLOAD + b"*/=1;", "not_a_picture"),
    "bmp": (lambda: encoded(photo(), "BMP"), "not_a_picture"),
    "tiff": (lambda: encoded(photo(), "TIFF"), "not_a_picture"),
    "ico": (lambda: encoded(photo(), "ICO"), "not_a_picture"),
    "eps": (lambda: encoded(photo(), "EPS"), "not_a_picture"),
    "pdf": (lambda: encoded(photo(), "PDF"), "not_a_picture"),
    "ppm": (lambda: encoded(photo(), "PPM"), "not_a_picture"),
    "svg": (svg, "not_a_picture"),
    "html": (lambda: b"<html>" + PAYLOAD + b"</html>", "not_a_picture"),
    "html after a jpeg marker": (lambda: b"\xff\xd8\xff" + PAYLOAD, "not_a_picture"),
    "zip": (zipped, "not_a_picture"),
    "zip bomb": (lambda: zipped(b"\0" * 50_000_000), "not_a_picture"),
    "text": (lambda: "楼道堆物".encode(), "not_a_picture"),
    "a path": (lambda: b"../../../../etc/passwd", "not_a_picture"),
    "one byte": (lambda: b"\xff", "not_a_picture"),
    "zeros": (lambda: b"\0" * 5000, "not_a_picture"),
    "nothing": (lambda: b"", "not_a_picture"),
    "riff without webp": (lambda: b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 8, "not_a_picture"),
    "elf": (lambda: b"\x7fELF" + b"\0" * 100, "not_a_picture"),
}

#: taken, but only as a picture drawn anew
CLEANED: dict[str, Maker] = {
    "jpeg with gps": lambda: encoded(photo(), "JPEG", exif=exif()),
    "png with gps": lambda: encoded(photo(), "PNG", exif=exif()),
    "webp with gps": lambda: encoded(photo(), "WEBP", exif=exif()),
    "jpeg with xmp": lambda: encoded(photo(), "JPEG", xmp=PAYLOAD),
    "jpeg with comment": lambda: encoded(photo(), "JPEG", comment=PAYLOAD),
    "jpeg with icc": lambda: encoded(photo(), "JPEG", icc_profile=icc_profile()),
    "png with icc": lambda: encoded(photo(), "PNG", icc_profile=icc_profile()),
    "png with text chunks": with_text_chunks,
    "jpeg and zip in one": lambda: encoded(photo(), "JPEG") + zipped(),
    "png and html in one": lambda: encoded(photo(), "PNG") + PAYLOAD,
    "webp and html in one": lambda: encoded(photo(), "WEBP") + PAYLOAD,
    "jpeg and elf in one": lambda: encoded(photo(), "JPEG") + b"\x7fELF" + PAYLOAD,
    "animated webp": lambda: two_frames("WEBP"),
    "animated png": lambda: two_frames("PNG"),
    "many pictures in one jpeg": lambda: two_frames("MPO"),
    "cmyk jpeg": lambda: encoded(photo(mode="CMYK"), "JPEG"),
    "grey jpeg": lambda: encoded(photo(mode="L"), "JPEG"),
    "progressive jpeg": lambda: encoded(photo(), "JPEG", progressive=True),
    "one bit png": lambda: encoded(photo(mode="1"), "PNG"),
    "16 bit png": lambda: encoded(Image.new("I;16", (64, 48), 30_000), "PNG"),
    "palette with transparency": palette_with_transparency,
    "png with alpha": lambda: encoded(photo(mode="RGBA"), "PNG"),
    "grey png with alpha": lambda: encoded(photo(mode="LA"), "PNG"),
    "1 x 100000": lambda: long_and_thin(100_000),
    "turned by exif": lambda: encoded(photo(), "JPEG", exif=exif(orientation=6)),
    "orientation out of range": lambda: encoded(photo(), "JPEG", exif=exif(orientation=77)),
    "broken exif": broken_exif,
    "one pixel": lambda: encoded(photo((1, 1)), "PNG"),
}
