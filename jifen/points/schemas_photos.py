"""What goes in and out about photos."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields

from jifen.web.schemas import Schema, Str


class PhotoIn(Schema):
    """A photo."""

    file = Upload(
        required=True, error_messages={"required": "请选择照片。"}, metadata={"description": "照片"}
    )


class PictureIn(Schema):
    """How large."""

    thumb = fields.Boolean(load_default=False, metadata={"description": "只要缩略图"})


class PhotoOut(Schema):
    """A photo of a report."""

    id = fields.Integer()
    state = Str(metadata={"description": "awaited 正在接收，stored 已收到，unfit 不能用，expired 已失效"})
    words = Str(metadata={"description": "状态的中文说法"})
    reason = Str(metadata={"description": "不能用的原因；没有则为空"})
    seen_before = fields.Boolean(metadata={"description": "同一张照片是否用于别的上报；只告诉处理的人"})


class PhotosOut(Schema):
    """The photos of a report."""

    items = fields.List(fields.Nested(PhotoOut))
