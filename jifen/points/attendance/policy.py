"""Who prepares and confirms attendance, who explains an absence, who grants leave."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import DECIDERS, Actor, Role, register
from jifen.members.policy import is_not_self, is_self, works_with
from jifen.points.policy import Claim, Scope, decides_over, is_asked, works_in


class P(StrEnum):
    """Permissions over attendance, absences and leave."""

    SEE = "attendance.see"
    PREPARE = "attendance.prepare"
    CONFIRM = "attendance.confirm"
    SEE_ABSENCE = "absence.see"
    EXPLAIN = "absence.explain"
    DECIDE_ABSENCE = "absence.decide"
    SEE_LEAVE = "leave.see"
    REQUEST = "leave.request"
    WITHDRAW = "leave.withdraw"
    DECIDE_LEAVE = "leave.decide"


#: Who prepares a list and writes down what was said by mouth.
PREPARES = (*DECIDERS, Role.POINTS_RECORDER, Role.BRANCH_COMMITTEE)


def prepares(by: Actor, scope: Scope) -> bool:
    """Whether the actor enters lists for that unit; a decider confirms them."""
    return by.holds(*PREPARES, over=scope.path)


def writes_down(by: Actor, claim: Claim) -> bool:
    """Whether the actor writes down for people of that branch what they say by mouth."""
    return by.holds(*PREPARES, over=claim.branch_path)


register(P.SEE, [works_in], scope="attendance:read", words="查看考勤")
register(P.PREPARE, [prepares], scope="attendance:write", words="登记考勤")
register(P.CONFIRM, [decides_over], scope="attendance:decide", words="确认考勤")
register(P.SEE_ABSENCE, [is_self], [works_with], scope="attendance:read", words="查看缺席事项")
register(P.EXPLAIN, [is_self], [writes_down], scope="attendance:write", words="说明缺席")
register(P.DECIDE_ABSENCE, [is_asked, is_not_self], scope="attendance:decide", words="处理缺席事项")
register(P.SEE_LEAVE, [is_self], [works_with], scope="attendance:read", words="查看请假")
register(P.REQUEST, [is_self], [writes_down], scope="attendance:write", words="请假")
register(P.WITHDRAW, [is_self], [writes_down], scope="attendance:write", words="取消请假")
register(P.DECIDE_LEAVE, [is_asked, is_not_self], scope="attendance:decide", words="批准请假")
