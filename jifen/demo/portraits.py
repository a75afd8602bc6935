"""Portraits for the demo's plates: drawn, of nobody, the same for the same number."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

#: Pixels of a side; as small as the storage takes without a word.
_SIDE = 320
_WALLS = ((214, 224, 232), (232, 224, 208), (220, 230, 216))
_COATS = ((44, 62, 94), (70, 74, 82), (92, 52, 48), (40, 84, 72))
_SKINS = ((238, 204, 176), (226, 186, 156), (214, 172, 140))
_HAIRS = ((40, 34, 32), (62, 54, 50), (128, 126, 124))


def drawn(number: int) -> bytes:
    """Return a portrait as JPEG; another ``number``, another face."""
    lots = random.Random(number)
    picture = Image.new("RGB", (_SIDE, _SIDE), lots.choice(_WALLS))
    pen = ImageDraw.Draw(picture)
    middle, wide = _SIDE // 2, lots.randint(52, 62)
    pen.rounded_rectangle((middle - 110, 226, middle + 110, _SIDE + 60), 60, fill=lots.choice(_COATS))
    pen.polygon(((middle - 26, 226), (middle + 26, 226), (middle, 280)), fill=(246, 246, 244))
    hair = lots.choice(_HAIRS)
    pen.ellipse((middle - wide - 10, 66, middle + wide + 10, 66 + 2 * wide), fill=hair)
    skin = lots.choice(_SKINS)
    pen.rectangle((middle - 22, 190, middle + 22, 240), fill=skin)
    pen.ellipse((middle - wide, 84, middle + wide, 220), fill=skin)
    pen.chord((middle - wide, 76, middle + wide, 76 + wide + lots.randint(20, 40)), 180, 360, fill=hair)
    for side in (-24, 24):
        pen.ellipse((middle + side - 5, 144, middle + side + 5, 154), fill=(40, 36, 34))
    pen.arc((middle - 24, 164, middle + 24, 196), 20, 160, fill=(150, 84, 74), width=4)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
