"""Who sees a branch's appraisal and who records its steps."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import Actor, register
from jifen.points.policy import Scope, compares, decides_over, works_in


class P(StrEnum):
    """Permissions over appraisals."""

    SEE = "appraisal.see"
    DECIDE = "appraisal.decide"
    EXPORT = "appraisal.export"
    COMPARE = "appraisal.compare"
    OWN = "appraisal.own"


def is_person(by: Actor, _obj: object) -> bool:
    """Whether the actor is a person, who has a grade of his own."""
    return by.member_id is not None


def is_decider(by: Actor, scope: Scope) -> bool:
    """Whether the actor is a person who decides in that branch or above it."""
    return by.member_id is not None and decides_over(by, scope)


register(P.SEE, [works_in], scope="appraisals:read", words="查看民主评议名单")
register(P.DECIDE, [is_decider], scope="appraisals:write", words="登记民主评议")
register(P.EXPORT, [works_in], scope="points:export", words="导出民主评议汇总表")
register(P.COMPARE, [compares], scope="appraisals:read", words="查看各支部民主评议进度")
register(P.OWN, [is_person], scope="points:read", words="查看本人评议等次")
