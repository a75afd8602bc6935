"""Where a model post and an honour stand, as tables."""

from __future__ import annotations

from enum import StrEnum


class PostState(StrEnum):
    """Where a model post stands (示范岗的状态)."""

    #: The branch looks at it.
    APPLIED = "applied"
    #: The branch said yes; the next higher organisation looks.
    REVIEWED = "reviewed"
    PUBLICISED = "publicised"
    #: It has its plate.
    ACTIVE = "active"
    WARNED = "warned"
    RECTIFYING = "rectifying"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REFUSED = "refused"
    #: Taken back by whoever applied.
    CANCELLED = "cancelled"


S = PostState
MOVES: dict[tuple[str, str], PostState] = {
    (S.APPLIED, "approve"): S.REVIEWED,
    (S.REVIEWED, "approve"): S.REVIEWED,
    (S.APPLIED, "publicise"): S.PUBLICISED,
    (S.REVIEWED, "publicise"): S.PUBLICISED,
    (S.APPLIED, "refuse"): S.REFUSED,
    (S.REVIEWED, "refuse"): S.REFUSED,
    (S.PUBLICISED, "refuse"): S.REFUSED,
    (S.APPLIED, "cancel"): S.CANCELLED,
    (S.REVIEWED, "cancel"): S.CANCELLED,
    (S.PUBLICISED, "grant"): S.ACTIVE,
    (S.ACTIVE, "keep"): S.ACTIVE,
    (S.ACTIVE, "renew"): S.ACTIVE,
    (S.ACTIVE, "warn"): S.WARNED,
    (S.ACTIVE, "rectify"): S.RECTIFYING,
    (S.WARNED, "keep"): S.ACTIVE,
    (S.WARNED, "renew"): S.ACTIVE,
    (S.WARNED, "rectify"): S.RECTIFYING,
    (S.RECTIFYING, "keep"): S.ACTIVE,
    (S.ACTIVE, "withdraw"): S.WITHDRAWN,
    (S.WARNED, "withdraw"): S.WITHDRAWN,
    (S.RECTIFYING, "withdraw"): S.WITHDRAWN,
    (S.ACTIVE, "expire"): S.EXPIRED,
    (S.WARNED, "expire"): S.EXPIRED,
    (S.RECTIFYING, "expire"): S.EXPIRED,
}
WORDS: dict[str, str] = {
    S.APPLIED: "待支部审核",
    S.REVIEWED: "待上级审核",
    S.PUBLICISED: "公示中",
    S.ACTIVE: "在用",
    S.WARNED: "已提醒",
    S.RECTIFYING: "整改中",
    S.WITHDRAWN: "已摘牌",
    S.EXPIRED: "已到期",
    S.REFUSED: "未通过",
    S.CANCELLED: "已撤回",
    "approve": "通过",
    "publicise": "公示",
    "refuse": "退回",
    "cancel": "撤回",
    "grant": "授牌",
    "keep": "保留",
    "renew": "续期",
    "warn": "提醒",
    "rectify": "要求整改",
    "withdraw": "摘牌",
    "expire": "到期",
}
#: On the way to a plate.
ON_THE_WAY = (S.APPLIED, S.REVIEWED, S.PUBLICISED)
#: The plate hangs.
HANGING = (S.ACTIVE, S.WARNED, S.RECTIFYING)
LIVE = (*ON_THE_WAY, *HANGING)
#: What a review may say.
REVIEWS = ("keep", "renew", "warn", "rectify", "withdraw")


class HonourState(StrEnum):
    """Where an honour stands (荣誉登记的状态)."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REVOKED = "revoked"


H = HonourState
HONOUR_MOVES: dict[tuple[str, str], HonourState] = {
    (H.PROPOSED, "approve"): H.CONFIRMED,
    (H.PROPOSED, "refuse"): H.REFUSED,
    (H.CONFIRMED, "revoke"): H.REVOKED,
}
HONOUR_WORDS: dict[str, str] = {
    H.PROPOSED: "待另一位负责人确认",
    H.CONFIRMED: "已登记",
    H.REFUSED: "未通过",
    H.REVOKED: "已撤销",
    "approve": "确认",
    "refuse": "退回",
    "revoke": "撤销",
}
