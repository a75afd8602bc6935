"""How minutes came to be known, and whether they count, as tables."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The two accounts that never mix (两本账)."""

    #: Check-in and check-out by code or by the organiser's taps, inside the announced window.
    VERIFIED = "verified"
    #: Written down afterwards: a late entry, another platform's sheet, a community's confirmation.
    ATTESTED = "attested"


KIND_WORDS: dict[str, str] = {Kind.VERIFIED: "签到时长", Kind.ATTESTED: "补录时长"}


class Source(StrEnum):
    """What told of the minutes (来源)."""

    ACTIVITY = "activity"
    LATE_ENTRY = "late_entry"
    IMPORT = "import"
    COMMUNITY = "community"


#: Of which account each source is.
KIND_OF: dict[Source, Kind] = {
    Source.ACTIVITY: Kind.VERIFIED,
    Source.LATE_ENTRY: Kind.ATTESTED,
    Source.IMPORT: Kind.ATTESTED,
    Source.COMMUNITY: Kind.ATTESTED,
}
SOURCE_WORDS: dict[str, str] = {
    Source.ACTIVITY: "活动签到",
    Source.LATE_ENTRY: "支部补录",
    Source.IMPORT: "外部导入",
    Source.COMMUNITY: "社区确认",
}


class SpanState(StrEnum):
    """Whether the minutes of a record count."""

    COUNTS = "counts"
    #: So long a day: a higher organisation is asked first.
    HELD = "held"
    #: The same time stands in another record: somebody decides which of them counts.
    CLASH = "clash"


SPAN_WORDS: dict[str, str] = {
    SpanState.COUNTS: "已计入",
    SpanState.HELD: "待上级审核",
    SpanState.CLASH: "时间重叠，待核对",
}


class LateState(StrEnum):
    """Where a late entry's roster stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


L = LateState
LATE_MOVES: dict[tuple[str, str], LateState] = {
    (L.PROPOSED, "approve"): L.APPROVED,
    (L.PROPOSED, "refuse"): L.REFUSED,
    (L.PROPOSED, "withdraw"): L.WITHDRAWN,
}
LATE_WORDS: dict[str, str] = {
    L.PROPOSED: "待另一位负责人审核",
    L.APPROVED: "已通过",
    L.REFUSED: "未通过",
    L.WITHDRAWN: "已撤回",
    "approve": "通过",
    "refuse": "不通过",
    "withdraw": "撤回",
}


class AmendState(StrEnum):
    """Where a proposed correction of one record stands."""

    PROPOSED = "proposed"
    DONE = "done"
    REFUSED = "refused"


A = AmendState
AMEND_MOVES: dict[tuple[str, str], AmendState] = {
    (A.PROPOSED, "approve"): A.DONE,
    (A.PROPOSED, "refuse"): A.REFUSED,
}
AMEND_WORDS: dict[str, str] = {
    A.PROPOSED: "待负责人核对",
    A.DONE: "已更正",
    A.REFUSED: "未更正",
    "approve": "同意更正",
    "refuse": "不更正",
}


class ClaimState(StrEnum):
    """Where somebody's taking on of a need stands."""

    CLAIMED = "claimed"
    WITHDRAWN = "withdrawn"
    #: The community said that it was done.
    CONFIRMED = "confirmed"
    #: The community said that it was not.
    UNDONE = "undone"
    #: The community's word that it was done was a mistake and was taken back.
    RETRACTED = "retracted"


C = ClaimState
CLAIM_MOVES: dict[tuple[str, str], ClaimState] = {
    (C.CLAIMED, "withdraw"): C.WITHDRAWN,
    (C.CLAIMED, "confirm"): C.CONFIRMED,
    (C.CLAIMED, "undo"): C.UNDONE,
    (C.CONFIRMED, "retract"): C.RETRACTED,
}
CLAIM_WORDS: dict[str, str] = {
    C.CLAIMED: "已认领",
    C.WITHDRAWN: "已退回",
    C.CONFIRMED: "社区已确认",
    C.UNDONE: "社区说没有办成",
    C.RETRACTED: "社区的确认已撤回",
    "withdraw": "退回",
    "confirm": "确认",
    "undo": "记为没有办成",
    "retract": "撤回确认",
}
#: What a community thought of it.
SAID_WORDS = {"good": "好", "fair": "一般", "poor": "不好"}
