"""What a publicised list may become (公示的状态), as a table."""

from __future__ import annotations

from enum import StrEnum


class PublicationState(StrEnum):
    """Where a list stands."""

    DRAWN = "drawn"
    PUBLICISED = "publicised"
    FROZEN = "frozen"
    #: A corrected list took its place while it was still open to objections.
    SUPERSEDED = "superseded"


S = PublicationState
MOVES: dict[tuple[str, str], PublicationState] = {
    (S.DRAWN, "publicise"): S.PUBLICISED,
    (S.PUBLICISED, "freeze"): S.FROZEN,
    (S.PUBLICISED, "supersede"): S.SUPERSEDED,
}
WORDS: dict[str, str] = {
    S.DRAWN: "待公示",
    S.PUBLICISED: "公示中",
    S.FROZEN: "已定案",
    S.SUPERSEDED: "已由新版代替",
    "publicise": "公示",
    "freeze": "定案",
    "supersede": "更换",
}
