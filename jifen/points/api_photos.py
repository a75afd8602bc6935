"""Photos of a report over HTTP: proven and made anew as those that come by WeChat."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask import Response

from jifen.files.images import MAX_BYTES
from jifen.points import photos, schemas_photos
from jifen.points.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource

blp = Blueprint("photos", __name__, url_prefix="/api/v1", description="上报的照片")
_JPEG = {"type": "string", "format": "binary"}


@blp.route("/reports/<id:report_id>/photos")
class OfReport(Resource):
    """The photos of a report."""

    @asks(P.SEE_REPORT)
    @blp.response(200, schemas_photos.PhotosOut)
    def get(self, report_id: int) -> Any:
        """查看一条上报的照片及其状态"""
        return {"items": photos.of(report_id, by=current_actor())}

    @asks(P.WITHDRAW)
    @blp.arguments(schemas_photos.PhotoIn, location="upload")
    @blp.response(201, schemas_photos.PhotosOut)
    @blp.alt_response(409, schema=None, description="not_pending：已有人处理")
    def post(self, data: dict[str, Any], report_id: int) -> Any:
        """给待审的上报补一张照片（JPEG、PNG 或 WebP，不超过10兆字节）；照片里的位置等信息不保存"""
        by = current_actor()
        with closing(data["file"]) as uploaded:
            photos.add(report_id, uploaded.read(MAX_BYTES + 1), by=by)
        return {"items": photos.of(report_id, by=by)}


@blp.route("/photos/<id:photo_id>")
class One(Resource):
    """A photo itself."""

    @asks(P.SEE_REPORT)
    @blp.arguments(schemas_photos.PictureIn, location="query")
    @blp.response(200, _JPEG, content_type="image/jpeg")
    def get(self, data: dict[str, Any], photo_id: int) -> Response:
        """查看一张照片"""
        return Response(
            photos.picture(photo_id, thumb=data["thumb"], by=current_actor()), content_type="image/jpeg"
        )
