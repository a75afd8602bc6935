"""Refusals around attendance, absence and leave."""

from __future__ import annotations

from jifen.core.errors import Conflict, Invalid
from jifen.web.secrecy import NO_SECRETS


class AlreadyEntered(Conflict):
    """The meeting has a live entry."""

    code = "gathering_entered"
    template = "{day}的“{item}”已经登记过，请直接打开那次会议。同一天另有一场的，请写明会议标识再登记。"


class NotExpected(Invalid):
    """Somebody on the list was not expected: not of the branch or not scored on that day, or exempt."""

    code = "not_expected"
    template = "{names}{day}不在应到人员里（不在本支部、不参加积分或已免于积分）。请核对名单和日期。"


class NobodyExpected(Invalid):
    """The list is empty."""

    code, template = "nobody_expected", "{day}没有应到人员，请核对支部、日期和范围。"


class ReasonNeeded(Invalid):
    """Leave without a reason's code, or a reason without leave."""

    code, template = "reason_needed", "请假请选一个事由（公务、培训、休假、事假），不用写具体情况。"


class TooEarly(Conflict):
    """The working days in which the person may explain himself are not over."""

    code = "too_early"
    template = "{day}以前本人可以说明情况，到期以后才能确认缺席。采纳说明或按请假处理现在就可以办。"


class WordsNeeded(Invalid):
    """A decision against somebody's words, or an explanation, without a word."""

    code, template = "words_needed", f"{{what}}请写明理由，一两句话即可。{NO_SECRETS}"


class LeaveTooLong(Invalid):
    """More days than a request may cover, or none."""

    code, template = (
        "leave_too_long",
        "一次请假从第一天到最后一天不超过{days}天，请核对日期。长期外出请联系支部。",
    )


class LeaveAlready(Conflict):
    """The same days are asked for or granted."""

    code, template = "leave_already", "这几天已经请过假，不用再提。"


class NotABranchMember(Invalid):
    """Nobody to ask leave of: he belonged to no branch on the first day."""

    code, template = "not_a_branch_member", "{day}不在任何党支部，不用请假。"


class NotUndone(Conflict):
    """Only who confirmed it takes it back, within a day; afterwards another decider is asked."""

    code = "not_undone"
    template = "只有确认人本人可在24小时内直接撤回。请写明理由提出更正，由另一位负责人处理。"


class NothingToUndo(Conflict):
    """Nobody named is on the list any more."""

    code, template = "nothing_to_undo", "名单里没有这些同志，或者已经更正过，请刷新后再看。"
