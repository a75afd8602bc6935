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
