"""What may be asked about one's own data: the words, and what a new value must look like."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What somebody asks (申请种类)."""

    CORRECT = "correct"
    OBJECT = "object"
    LIMIT = "limit"
    WITHDRAW = "withdraw"
    COPY = "copy"


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


KIND_WORDS = {
    Kind.CORRECT: "更正",
    Kind.OBJECT: "反对",
    Kind.LIMIT: "限制处理",
    Kind.WITHDRAW: "撤回同意",
    Kind.COPY: "索取本人信息",
}
STATE_WORDS = {
    RequestState.OPEN: "办理中",
    RequestState.GRANTED: "同意",
    RequestState.REFUSED: "不同意",
    RequestState.WITHDRAWN: "已撤回",
}
#: What may be corrected (更正什么).
FIELDS = {
    "name": "姓名",
    "joined_on": "入党时间",
    "confirmed_on": "转正时间",
    "staff_number": "工号",
    "category": "人员类别",
    "branch": "所在支部",
    "post": "任职",
    "other": "其他信息",
}
#: Written by the answer itself; the others are done by the office on the person's page.
WRITTEN = frozenset({"name", "joined_on", "confirmed_on", "staff_number"})
#: What the organisation above the branch keeps, and so answers first.
ABOVE_THE_BRANCH = frozenset({"joined_on", "confirmed_on", "category", "branch"})
#: What may be objected to or limited (反对、限制什么); points have a path of their own.
USES = {
    "lists": "公示名单和名次中的本人信息",
    "exports": "导出含本人的名单",
    "notices": "提醒和通知",
    "other": "其他处理",
}
POINTS = "points"
#: Working days within which an answer is in time.
ANSWER_WORKING_DAYS = 15
#: Characters of a new value, of what somebody says, of an answer.
VALUE, WORDS = 60, 500


def choices(kind: Kind) -> dict[str, str]:
    """Return what a request of that kind may be about; nothing where there is nothing to choose."""
    if kind == Kind.CORRECT:
        return FIELDS
    return USES if kind in (Kind.OBJECT, Kind.LIMIT) else {}


def called(kind: str, what: str) -> str:
    """Return what a request is called: 更正姓名, 反对导出含本人的名单, 撤回同意."""
    return f"{KIND_WORDS[Kind(kind)]}{choices(Kind(kind)).get(what, '')}"


def understood(kind: Kind, word: str) -> str | None:
    """Return the code of what somebody wants corrected, opposed or limited, by its code or words."""
    known = choices(kind)
    if word in known:
        return word
    return spoken(kind).get(word)


def spoken(kind: Kind) -> dict[str, str]:
    """Return the words by which people name what a request is about, each with its code."""
    return _FIELD_WORDS if kind == Kind.CORRECT else _USE_WORDS


_FIELD_WORDS = {
    **{words: code for code, words in FIELDS.items()},
    **dict.fromkeys(("积分", "分数", "扣分"), POINTS),
    "入党日期": "joined_on",
    "转正日期": "confirmed_on",
    "支部": "branch",
    "类别": "category",
    "职务": "post",
    "其他": "other",
}
_USE_WORDS = {
    **dict.fromkeys(("名单", "公示名单", "名次", "排名", "公示"), "lists"),
    **dict.fromkeys(("导出", "名单导出"), "exports"),
    **dict.fromkeys(("提醒", "通知", "消息"), "notices"),
    **dict.fromkeys(("积分", "分数", "扣分"), POINTS),
    "其他": "other",
}
