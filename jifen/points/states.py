"""What a report may become (上报的状态), as a table."""

from __future__ import annotations

from enum import StrEnum


class ReportState(StrEnum):
    """Where a self-report stands."""

    PENDING = "pending"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    #: A corrected filing took its place.
    SUPERSEDED = "superseded"
    #: The confirmation was taken back within a day.
    REVOKED = "revoked"
    #: The deed counted already; the report stands beside it.
    ATTACHED = "attached"


S = ReportState
MOVES: dict[tuple[str, str], ReportState] = {
    (S.PENDING, "approve"): S.APPROVED,
    (S.PENDING, "attach"): S.ATTACHED,
    (S.PENDING, "return"): S.RETURNED,
    (S.PENDING, "withdraw"): S.WITHDRAWN,
    # Who lets it be need not be reminded of it every month.
    (S.RETURNED, "withdraw"): S.WITHDRAWN,
    (S.RETURNED, "supersede"): S.SUPERSEDED,
    (S.REVOKED, "supersede"): S.SUPERSEDED,
    (S.APPROVED, "revoke"): S.REVOKED,
    # A step before the last is taken back by whoever decided it, while the next one waits.
    (S.PENDING, "revoke"): S.REVOKED,
    # The import or the list that answered it was taken back.
    (S.ATTACHED, "reopen"): S.PENDING,
}
WORDS: dict[str, str] = {
    S.PENDING: "待审",
    S.APPROVED: "已确认",
    S.RETURNED: "已退回",
    S.WITHDRAWN: "已取消",
    S.SUPERSEDED: "已重新上报",
    S.REVOKED: "确认已撤回",
    S.ATTACHED: "已并入同一件事",
    "approve": "确认",
    "attach": "并入",
    "return": "退回",
    "withdraw": "取消",
    "supersede": "重新上报",
    "revoke": "撤回确认",
    "reopen": "重新待审",
}
