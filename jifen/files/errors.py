"""Why a photo is not taken, in words for whoever sent it."""

from __future__ import annotations

from jifen.core.errors import Invalid, TooMany


class PhotoRefused(Invalid):
    """The bytes are no photo that is kept; the member is told what to do instead."""

    code, template = "photo_refused", "这张照片没有收下：{why}"


class TooManyPhotos(Invalid):
    """A report carries three photos at most."""

    code, template = (
        "too_many_photos",
        "{number}号已有{most}张照片，不能再多。需要更换时，请党支部退回后重新上报。",
    )


class StorageFull(TooMany):
    """There is no room for the file now; nothing was kept of it."""

    code, http_status = "storage_full", 507
    template = "现在存不下照片，请稍后再发；几次都不行，请联系管理员。"
