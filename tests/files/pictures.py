"""Pictures for tests, made here."""

from __future__ import annotations

import io

from PIL import Image

#: Bytes that stand in the EXIF of ``with_place`` and nowhere else.
CAMERA = "ACME-PHONE-9"


def jpeg(size=(64, 48), colour="red", **how) -> bytes:
    return encoded(Image.new("RGB", size, colour), "JPEG", **how)


def encoded(image: Image.Image, kind: str, **how) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def with_place(orientation: int = 1, size=(64, 48)) -> bytes:
    """Return a JPEG as phones write it: camera, place and orientation in its EXIF, and a comment."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = CAMERA, orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 20.0), 3: "E", 4: (116.0, 23.0, 30.0)})
    return jpeg(size, exif=exif, comment=b"taken at home")
