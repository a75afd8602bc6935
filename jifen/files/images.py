"""A photo as it may be kept: proven by its content, made anew without what the phone wrote into it.

What is kept is a JPEG that this file encoded: the place, the time and the
phone's number (EXIF, XMP, comments), and whatever stood behind the picture
in the same bytes, are not in it.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from jifen.files.errors import PhotoRefused

#: Bytes that are looked at.
MAX_BYTES = 10 * 1024 * 1024
#: Pixels that are decoded: the largest phone cameras, and no bomb.
MAX_PIXELS = 60_000_000
#: Longest side, in pixels, of what is kept and of what a list shows.
SIDE, THUMB_SIDE = 1600, 240
#: JPEG quality: print on a certificate stays legible.
QUALITY = 82

_TAKEN = ("JPEG", "PNG", "WEBP")
_RESEND = "请选“照片”直接发送，或另存为JPG后再发。"
_BROKEN = "图片不完整或打不开。请重新拍一张再发。"
_LARGE = "图片太大。请用手机拍的普通照片，不超过10兆字节。"


@dataclass(frozen=True, slots=True)
class Clean:
    """A photo made anew."""

    picture: bytes
    thumb: bytes
    #: SHA-256 of the bytes that came, by which the same photo is known again.
    digest: str
    width: int
    height: int


def clean(data: bytes) -> Clean:
    """Return the photo as it may be kept.

    :param data: what came, whatever it was called
    :raises PhotoRefused: too large, no JPEG, PNG or WebP, not whole, or a decompression bomb
    """
    # Pillow is loaded by whoever works on photos, not by every process of the house.
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > MAX_BYTES:
        raise PhotoRefused(why=_LARGE)
    _refuse_by_name(data)
    try:
        with warnings.catch_warnings():
            # Its own bomb warning comes at another size; ours is the limit, before a pixel is decoded.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_TAKEN) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise PhotoRefused(why=_LARGE)
                opened.draft("RGB", (SIDE, SIDE))
                turned = ImageOps.exif_transpose(opened)
                whole = _flat(turned)
    except Image.DecompressionBombError:
        raise PhotoRefused(why=_LARGE) from None
    except UnidentifiedImageError:
        raise PhotoRefused(why=f"这不是能打开的照片。{_RESEND}") from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, MemoryError):
        # What the decoders raise on broken bytes differs by format and version.
        raise PhotoRefused(why=_BROKEN) from None
    whole.thumbnail((SIDE, SIDE))
    small = whole.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return Clean(_jpeg(whole), _jpeg(small), hashlib.sha256(data).hexdigest(), whole.width, whole.height)


def _flat(image):
    """Return the picture as plain RGB on white, with nothing of the file's other content."""
    from PIL import Image

    rgba = image.convert("RGBA") if image.mode in ("RGBA", "LA", "PA", "P") else None
    plain = Image.new("RGB", image.size, "white")
    if rgba is None:
        plain.paste(image.convert("RGB"))
    else:
        plain.paste(rgba, mask=rgba.getchannel("A"))
    return plain


def _jpeg(image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _refuse_by_name(data: bytes) -> None:
    """Name the common formats that are not taken, so that the sentence helps."""
    head = data[:512].lstrip()
    if data[4:8] == b"ftyp":
        raise PhotoRefused(why=f"这是苹果手机的HEIC格式或视频。{_RESEND}")
    if head.startswith((b"GIF87a", b"GIF89a")):
        raise PhotoRefused(why=f"动图不能作为佐证。{_RESEND}")
    if head.startswith(b"%PDF") or head[:5].lower() in (b"<?xml", b"<svg ", b"<!doc", b"<html"):
        raise PhotoRefused(why=f"这是文件，不是照片。{_RESEND}")
