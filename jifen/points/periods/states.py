"""What a branch's period becomes (结算周期的状态), as a table."""

from __future__ import annotations

from enum import StrEnum


class PeriodState(StrEnum):
    """Where a branch's period stands."""

    OPEN = "open"
    CLOSING = "closing"
    PUBLICISED = "publicised"
    FROZEN = "frozen"


S = PeriodState
MOVES: dict[tuple[str, str], PeriodState] = {
    (S.OPEN, "close"): S.CLOSING,
    (S.CLOSING, "publicise"): S.PUBLICISED,
    (S.PUBLICISED, "publicise"): S.PUBLICISED,
    # A corrected list of a frozen period is open to objections again.
    (S.FROZEN, "publicise"): S.PUBLICISED,
    (S.PUBLICISED, "freeze"): S.FROZEN,
}
WORDS: dict[str, str] = {
    S.OPEN: "进行中",
    S.CLOSING: "结算中",
    S.PUBLICISED: "公示中",
    S.FROZEN: "已定案",
    "close": "结算",
    "publicise": "公示",
    "freeze": "定案",
}
