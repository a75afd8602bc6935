"""Where a photo stands, as a table."""

from __future__ import annotations

from enum import StrEnum


class PhotoState(StrEnum):
    """Where a photo stands (照片的状态)."""

    #: WeChat, or WeCom, has it; it is fetched by a job.
    AWAITED = "awaited"
    STORED = "stored"
    #: Fetched, and no photo that is kept.
    UNFIT = "unfit"
    #: The platform did not have it any more when it was fetched.
    EXPIRED = "expired"


S = PhotoState
MOVES: dict[tuple[str, str], PhotoState] = {
    (S.AWAITED, "store"): S.STORED,
    (S.AWAITED, "refuse"): S.UNFIT,
    (S.AWAITED, "expire"): S.EXPIRED,
}
WORDS = {
    S.AWAITED: "正在接收",
    S.STORED: "已收到",
    S.UNFIT: "没有收下",
    S.EXPIRED: "已过期",
    "store": "收下",
    "refuse": "拒收",
    "expire": "作过期处理",
}
