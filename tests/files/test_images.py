"""What comes as a photo: proven by content, made anew, refused in words that help."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from jifen.files import images
from jifen.files.errors import PhotoRefused
from tests.files.pictures import CAMERA, encoded, jpeg, with_place


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that claims to be so large and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


SQUARE = Image.new("RGB", (40, 40), "blue")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"", "不是能打开的照片", id="empty"),
        pytest.param(b"MZ" + b"\0" * 500, "不是能打开的照片", id="program called jpg"),
        pytest.param(jpeg((400, 400))[:300], "再发", id="cut in its head"),
        pytest.param(encoded(SQUARE, "PNG")[:-30], "再发", id="cut PNG"),
        pytest.param(png_of(50_000, 50_000), "太大", id="bomb of 50000 pixels"),
        pytest.param(png_of(300_000, 300_000), "太大", id="larger bomb"),
        pytest.param(encoded(SQUARE, "GIF"), "动图", id="GIF"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "不是照片", id="SVG"),
        pytest.param(b'<?xml version="1.0"?><svg/>', "不是照片", id="SVG with prolog"),
        pytest.param(b"\0\0\0\x18ftypheic" + b"\0" * 100, "HEIC", id="HEIC"),
        pytest.param(b"%PDF-1.7\n", "不是照片", id="PDF"),
        pytest.param(encoded(SQUARE, "BMP"), "不是能打开的照片", id="BMP"),
        pytest.param(encoded(SQUARE, "TIFF"), "不是能打开的照片", id="TIFF"),
        pytest.param(b"\xff\xd8" + b"\0" * images.MAX_BYTES, "10兆", id="too many bytes"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(data, says):
    with pytest.raises(PhotoRefused) as refused:
        images.clean(data)
    assert says in refused.value.message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_jpeg(kind):
    made = images.clean(encoded(SQUARE, kind))
    for data in (made.picture, made.thumb):
        with Image.open(io.BytesIO(data)) as kept:
            kept.load()
            assert kept.format == "JPEG"


def test_place_camera_and_comment_are_gone():
    data = with_place()
    assert CAMERA.encode() in data
    with Image.open(io.BytesIO(data)) as sent:
        assert sent.getexif().get_ifd(0x8825)
    made = images.clean(data)
    for kept in (made.picture, made.thumb):
        assert CAMERA.encode() not in kept
        assert b"Exif" not in kept
        assert b"taken at home" not in kept
        with Image.open(io.BytesIO(kept)) as opened:
            assert not opened.getexif()
            assert "comment" not in opened.info


def test_it_stands_upright():
    assert images.clean(with_place(6, (60, 30))).width == 30


def test_what_stands_behind_the_picture_is_gone():
    made = images.clean(jpeg() + b"PK\x03\x04<script>alert(1)</script>")
    assert b"script" not in made.picture
    assert b"PK\x03\x04" not in made.picture


def test_a_large_photo_becomes_small():
    made = images.clean(jpeg((4000, 3000)))
    assert (made.width, made.height) == (1600, 1200)
    with Image.open(io.BytesIO(made.thumb)) as thumb:
        assert max(thumb.size) <= images.THUMB_SIDE
