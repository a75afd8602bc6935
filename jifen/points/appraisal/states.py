"""What a branch's appraisal of a year may become (民主评议的步骤), as a table."""

from __future__ import annotations

from enum import StrEnum


class AppraisalState(StrEnum):
    """The last step that was taken."""

    #: Computed from the scores; a proposal and nothing else.
    DRAFT = "draft"
    COMMITTEE = "committee"
    MEETING = "meeting"
    PUBLICISED = "publicised"
    FINAL = "final"


S = AppraisalState
MOVES: dict[tuple[str, str], AppraisalState] = {
    (S.DRAFT, "refresh"): S.DRAFT,
    (S.DRAFT, "tie"): S.DRAFT,
    (S.DRAFT, "committee"): S.COMMITTEE,
    (S.COMMITTEE, "meeting"): S.MEETING,
    (S.MEETING, "confirm"): S.MEETING,
    (S.MEETING, "publicise"): S.PUBLICISED,
    (S.PUBLICISED, "finish"): S.FINAL,
    # One step back with a reason; what was recorded stays readable as undone.
    (S.COMMITTEE, "back"): S.DRAFT,
    (S.MEETING, "back"): S.COMMITTEE,
    (S.PUBLICISED, "back"): S.MEETING,
}
WORDS: dict[str, str] = {
    S.DRAFT: "初步名单",
    S.COMMITTEE: "支委会已研究",
    S.MEETING: "党员大会已通过",
    S.PUBLICISED: "公示中",
    S.FINAL: "已定等次",
    "refresh": "重新计算",
    "tie": "决定并列的同志",
    "committee": "登记支委会意见",
    "meeting": "登记党员大会结果",
    "confirm": "由上级确认",
    "publicise": "公示",
    "finish": "定等次",
    "back": "退回上一步",
}
#: Which recorded step a step back undoes.
UNDONE = {S.COMMITTEE: "committee", S.MEETING: "meeting", S.PUBLICISED: "publicise"}
