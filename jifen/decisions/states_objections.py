"""What an objection may become (异议的状态), as a table."""

from __future__ import annotations

from enum import StrEnum


class ObjectionState(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    #: It holds: what was wrong is corrected by linked entries.
    UPHELD = "upheld"
    #: Some of it holds.
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


S = ObjectionState
#: The outcomes of a review (复核结论).
OUTCOMES = (S.UPHELD, S.PARTLY, S.REJECTED)
MOVES: dict[tuple[str, str], ObjectionState] = {
    (S.OPEN, "uphold"): S.UPHELD,
    (S.OPEN, "uphold_partly"): S.PARTLY,
    (S.OPEN, "reject"): S.REJECTED,
    (S.OPEN, "withdraw"): S.WITHDRAWN,
}
#: The move that leads to each outcome.
MOVE_TO: dict[str, str] = {S.UPHELD: "uphold", S.PARTLY: "uphold_partly", S.REJECTED: "reject"}
WORDS: dict[str, str] = {
    S.OPEN: "复核中",
    S.UPHELD: "异议成立",
    S.PARTLY: "异议部分成立",
    S.REJECTED: "异议不成立",
    S.WITHDRAWN: "已撤回",
    "uphold": "答复",
    "uphold_partly": "答复",
    "reject": "答复",
    "withdraw": "撤回",
}
