"""What lies before a telephone's lens: codes that the product's door tells of, codes that it just had made, a picture.

The door tells in a header of whatever page shows the scanner; nothing of it is kept.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import segno
import zxingcpp
from flask import jsonify, request, url_for
from PIL import Image
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator.doors import bp, reader, world
from bot.simulator.rules.scenes import Scene

HEADER = "X-Before-The-Lens"
#: Codes made by the account that are shown.
CODES = 4
#: Pixels of a picture that is looked at; larger ones are made smaller.
_LARGEST = 2400
#: Characters of a code's content.
CONTENT = 1000


@dataclass(frozen=True, slots=True)
class Sight:
    """One code before the lens."""

    where: str
    words: str
    content: str

    @property
    def picture(self) -> str:
        """What the telephone sees, as an address that holds the picture itself."""
        return segno.make(self.content, error="m").svg_data_uri(scale=2, border=2)


def sights() -> list[Sight]:
    """Return the codes that the product's door told of with this request."""
    try:
        told = json.loads(request.headers.get(HEADER, "[]"))
        return [Sight(str(one["where"]), str(one["words"]), str(one["content"])[:CONTENT]) for one in told]
    except (ValueError, TypeError, KeyError):
        return []


def codes() -> list[Scene]:
    """Return the codes with a scene that the product just had made, the newest first."""
    with world().lock:
        return world().scenes.latest(CODES)


def read(picture: bytes) -> str:
    """Return what stands in the code of a picture; empty where none is recognised."""
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            image = opened.convert("L")
    except (OSError, ValueError, Image.DecompressionBombError):
        return ""
    image.thumbnail((_LARGEST, _LARGEST))
    found = zxingcpp.read_barcodes(image)
    return found[0].text[:CONTENT] if found else ""


def held_up() -> str:
    """Return the content of what the request's form holds before the lens: a choice, words, or a picture."""
    if content := request.form.get("content", "").strip()[:CONTENT]:
        return content
    picture = request.files.get("picture")
    return read(picture.read()) if picture is not None and picture.filename else ""


@bp.get("/js/lens")
def shown() -> AnyResponse:
    """What a page's own scanner (scanQRCode) shows to choose from."""
    reader()
    listed: list[dict[str, Any]] = [
        {"where": one.where, "words": one.words, "content": one.content, "picture": one.picture}
        for one in sights()
    ]
    for n, one in enumerate(codes(), 1):
        made = Sight("公众号的二维码", f"产品刚出的二维码 {n}", one.url)
        listed.append(
            {"where": made.where, "words": made.words, "content": made.content, "picture": made.picture}
        )
    return jsonify(sights=listed)


@bp.post("/js/scan")
def scanned() -> AnyResponse:
    """Scan for a page: tell what was read, and where WeChat's own scanner would lead with it."""
    person, content = reader(), held_up()
    if not content:
        return jsonify(ok=False, errMsg="scanQRCode:fail no code")
    if request.form.get("result") == "1":
        return jsonify(ok=True, read=content)
    led = world().scan(person.openid, content)
    # A code of the account is answered in its chat, words by a bubble there.
    leads = led.url or url_for("page.chat", key=person.key) + "#end"
    return jsonify(ok=True, read=content, open=leads)
