"""What an activity, a sign-up and a presence may become, as tables."""

from __future__ import annotations

from enum import StrEnum


class ActivityState(StrEnum):
    """Where an activity stands."""

    PUBLISHED = "published"
    #: The organiser has confirmed how everybody ended.
    CLOSED = "closed"
    CANCELLED = "cancelled"


A = ActivityState
ACTIVITY_MOVES: dict[tuple[str, str], ActivityState] = {
    (A.PUBLISHED, "move"): A.PUBLISHED,
    (A.PUBLISHED, "close"): A.CLOSED,
    (A.PUBLISHED, "cancel"): A.CANCELLED,
}
ACTIVITY_WORDS: dict[str, str] = {
    A.PUBLISHED: "已发布",
    A.CLOSED: "已办结",
    A.CANCELLED: "已取消",
    "move": "改期",
    "close": "办结",
    "cancel": "取消",
    "join": "报名",
    "leave": "取消报名",
    "check": "签到",
    "minutes": "登记记录",
}
#: What a move that changes no state starts from.
OPEN_MOVES: dict[tuple[str, str], ActivityState] = {
    (A.PUBLISHED, "join"): A.PUBLISHED,
    (A.PUBLISHED, "leave"): A.PUBLISHED,
    (A.PUBLISHED, "check"): A.PUBLISHED,
    (A.PUBLISHED, "minutes"): A.PUBLISHED,
    (A.CLOSED, "minutes"): A.CLOSED,
}


class SignUpState(StrEnum):
    """Where somebody's sign-up stands (报名)."""

    JOINED = "joined"
    #: On the waiting list (候补).
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


SIGN_UP_WORDS: dict[str, str] = {
    SignUpState.JOINED: "已报名",
    SignUpState.WAITING: "候补",
    SignUpState.WITHDRAWN: "已取消报名",
}


class Way(StrEnum):
    """How somebody was checked in or out; all are equal in rank (签到方式)."""

    SCAN = "scan"
    DIGITS = "digits"
    #: The organiser's tap.
    ROSTER = "roster"
    #: Nobody checked out: the planned end, which counts only once somebody confirms it.
    ASSUMED = "assumed"


WAY_WORDS: dict[str, str] = {
    Way.SCAN: "扫码",
    Way.DIGITS: "数字口令",
    Way.ROSTER: "组织者登记",
    Way.ASSUMED: "未签退，待确认",
}


class Purpose(StrEnum):
    """What a code is for."""

    IN = "in"
    OUT = "out"


PURPOSE_WORDS: dict[str, str] = {Purpose.IN: "签到", Purpose.OUT: "签退"}
