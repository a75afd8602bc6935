"""Who looks at other organisations' facts, and who sees what the looks say."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import Actor, Role, register
from jifen.points.policy import decides_somewhere


class P(StrEnum):
    """Permissions over the quarterly sample."""

    LOOK = "sample.look"
    SEE = "sample.see"


def of_work_committee(by: Actor, _obj: object) -> bool:
    """Whether the actor works in the work committee's office or leads it."""
    return by.holds(Role.WC_OFFICE, Role.WC_LEADER)


register(P.LOOK, [decides_somewhere], scope="sample:decide", words="复看抽查的记录")
register(P.SEE, [of_work_committee], scope="sample:read", words="查看抽查结果")
