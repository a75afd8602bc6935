"""Photos to send for whoever has none at hand: drawn, each one different, with a place in their EXIF.

The place is there so that one can see the product take it out.
"""

from __future__ import annotations

import datetime as dt
import io
import random

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

#: Width and height in pixels.
SIZE = (1280, 960)
#: Where the made-up camera stood: degrees, minutes, seconds.
LATITUDE, LONGITUDE = (31.0, 8.0, 24.6), (104.0, 23.0, 51.3)
_SKIES = ((176, 210, 240), (206, 222, 232), (240, 214, 190), (150, 188, 226))
_GROUNDS = ((126, 150, 92), (150, 142, 128), (112, 136, 104), (170, 160, 142))
_WALLS = ((228, 216, 196), (198, 122, 92), (214, 222, 228), (186, 178, 160))


def sample(number: int, *, taken: float) -> bytes:
    """Return a photo of people in red vests at work; another ``number``, another photo.

    :param taken: seconds since the epoch
    """
    draw_lots = random.Random(number)  # noqa: S311 - a picture, not a secret
    picture = Image.new("RGB", SIZE, draw_lots.choice(_SKIES))
    pen = ImageDraw.Draw(picture)
    horizon = draw_lots.randint(430, 560)
    _houses(pen, draw_lots, horizon)
    pen.rectangle((0, horizon, *SIZE), fill=draw_lots.choice(_GROUNDS))
    for _ in range(draw_lots.randint(3, 7)):
        _tree(
            pen, draw_lots.randint(0, SIZE[0]), horizon + draw_lots.randint(0, 60), draw_lots.randint(70, 130)
        )
    for place in sorted(draw_lots.sample(range(90, SIZE[0] - 90, 110), draw_lots.randint(2, 6))):
        _person(pen, place, horizon + draw_lots.randint(150, 300), draw_lots)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=78, exif=_exif(taken))
    return out.getvalue()


def _exif(taken: float) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model] = "Simulator", "Phone 1"
    exif[Base.DateTime] = f"{dt.datetime.fromtimestamp(taken, dt.UTC):%Y:%m:%d %H:%M:%S}"
    place = exif.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", LATITUDE
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "E", LONGITUDE
    return exif


def _houses(pen: ImageDraw.ImageDraw, lots: random.Random, horizon: int) -> None:
    left = lots.randint(-80, 20)
    while left < SIZE[0]:
        width, height = lots.randint(150, 280), lots.randint(120, 330)
        pen.rectangle((left, horizon - height, left + width, horizon), fill=lots.choice(_WALLS))
        for column in range(left + 24, left + width - 40, 58):
            for row in range(horizon - height + 26, horizon - 50, 66):
                pen.rectangle((column, row, column + 30, row + 38), fill=(94, 112, 130))
        left += width + lots.randint(0, 40)


def _tree(pen: ImageDraw.ImageDraw, x: int, foot: int, height: int) -> None:
    pen.rectangle((x - 7, foot - height, x + 7, foot), fill=(104, 78, 56))
    pen.ellipse(
        (x - height // 2, foot - height - height // 2, x + height // 2, foot - height // 2),
        fill=(70, 116, 70),
    )


def _person(pen: ImageDraw.ImageDraw, x: int, foot: int, lots: random.Random) -> None:
    tall = lots.randint(150, 190)
    pen.rectangle((x - 20, foot - tall // 2, x - 4, foot), fill=(52, 58, 74))
    pen.rectangle((x + 4, foot - tall // 2, x + 20, foot), fill=(52, 58, 74))
    pen.rounded_rectangle((x - 32, foot - tall, x + 32, foot - tall // 2 + 6), 12, fill=(196, 40, 34))
    pen.ellipse((x - 20, foot - tall - 44, x + 20, foot - tall - 4), fill=(226, 186, 156))
    lean = lots.choice((-1, 1)) * lots.randint(40, 66)
    pen.line((x, foot - tall + 30, x + lean, foot - 8), fill=(120, 92, 60), width=8)
    pen.polygon([(x + lean - 20, foot), (x + lean + 20, foot), (x + lean, foot - 34)], fill=(206, 176, 96))
