"""Material, and QR codes with a scene."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask import Response, abort, request

from bot.simulator.api.calls import OK, body, bp, call, of_wecom, world
from bot.simulator.refusals import Refused


@call("media/upload", "POST")
def upload() -> dict[str, Any]:
    """Take temporary material, three days."""
    kind = request.args.get("type", "")
    media_id = world().media.keep(kind, _uploaded())
    return {
        "type": kind,
        "thumb_media_id" if kind == "thumb" else "media_id": media_id,
        "created_at": int(world().clock()),
    }


@call("media/get", "GET", key="either")
def get() -> Response | dict[str, Any]:
    """Hand out temporary material, of the account or of WeCom's application; of a video its address."""
    return _handed()


@call("media/get/jssdk", "GET")
def get_speech() -> Response | dict[str, Any]:
    """Hand out speech recorded by a page."""
    return _handed()


@call("media/uploadimg", "POST")
def upload_for_article() -> dict[str, Any]:
    """Take a picture for an article."""
    media_id = world().media.keep("image", _uploaded())
    return {"url": f"http://mmbiz.qpic.cn/mmbiz_jpg/{media_id[:32]}/0"}


@call("qrcode/create", "POST")
def create_code() -> dict[str, Any]:
    """Make a code with a scene."""
    made = world().scenes.create(body())
    answer: dict[str, Any] = {"ticket": made.ticket, "url": made.url}
    if made.until is not None:
        answer["expire_seconds"] = int(made.until - world().clock())
    return answer


@bp.get("/cgi-bin/showqrcode")
def show_code() -> Response:
    """Draw a code; needs no token."""
    scene = world().scenes.of_ticket(request.args.get("ticket", ""))
    if scene is None:
        abort(404)
    return Response(drawn(scene.url), content_type="image/png")


@call("shorten/gen", "POST")
def shorten() -> dict[str, Any]:
    """Keep a long text under a short key."""
    return {**OK, "short_key": world().chance.word(15)}


def drawn(content: str) -> bytes:
    """Return the picture of a code."""
    out = io.BytesIO()
    segno.make(content, error="m").save(out, kind="png", scale=6, border=3)
    return out.getvalue()


def _uploaded() -> bytes:
    sent = request.files.get("media")
    if sent is None:
        raise Refused(41005)
    return sent.read()


def _handed() -> Response | dict[str, Any]:
    media_id = request.args.get("media_id", "")
    medium = (world().wecom.media if of_wecom() else world().media).get(media_id)
    if medium.kind == "video":
        return {"video_url": f"http://mmbiz.qpic.cn/video/{media_id[:16]}"}
    suffix = medium.mime.rpartition("/")[2].replace("jpeg", "jpg")
    headers = {"Content-Disposition": f'attachment; filename="{media_id[:24]}.{suffix}"'}
    return Response(medium.content, content_type=medium.mime, headers=headers)
