"""Who looks at hours, who writes them down afterwards, who asks for a correction, who decides."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import DECIDERS, Actor, Role, register
from jifen.members.policy import is_self, works_with
from jifen.points.policy import Claim, Scope, decides_somewhere, is_member, works_in


class P(StrEnum):
    """Permissions over volunteer hours."""

    SEE = "hours.see"
    LIST = "hours.list"
    ENTER = "hours.enter"
    CORRECT = "hours.correct"
    DECIDE = "hours.decide"
    EXPORT = "hours.export"
    OWN = "hours.own"
    KEEP_COMMUNITIES = "community.keep"
    CLAIM = "community.claim"
    SPEAK = "community.speak"


#: Who writes a roster down; somebody else reviews it.
PREPARES = (*DECIDERS, Role.POINTS_RECORDER, Role.BRANCH_COMMITTEE, Role.PARTY_OFFICE, Role.WC_OFFICE)


def prepares(by: Actor, scope: Scope) -> bool:
    """Whether the actor writes rosters down for that unit."""
    return by.member_id is not None and by.holds(*PREPARES, over=scope.path)


def keeps_for(by: Actor, claim: Claim) -> bool:
    """Whether the actor keeps the hours of people of that branch."""
    return by.member_id is not None and by.holds(*PREPARES, over=claim.branch_path)


def keeps_somewhere(by: Actor, _obj: object) -> bool:
    """Whether the actor keeps the hours of some people."""
    return by.member_id is not None and by.holds(*PREPARES)


def is_person(by: Actor, _obj: object) -> bool:
    """Whether the actor is a person, who may look at his own hours and at what communities ask for."""
    return by.member_id is not None


def is_that_community(by: Actor, community_id: int) -> bool:
    """Whether the actor is a community that speaks of what is its own."""
    return by.community_id is not None and by.community_id == community_id


register(P.OWN, [is_person], scope="hours:read", words="查看本人的志愿时长")
register(P.SEE, [is_self], [works_with], scope="hours:read", words="查看志愿时长")
register(P.LIST, [works_in], scope="hours:read", words="查看本组织的志愿时长")
register(P.ENTER, [prepares], scope="hours:write", words="补录志愿时长")
register(P.CORRECT, [is_self], [keeps_for], scope="hours:write", words="申请更正服务记录")
register(P.DECIDE, [decides_somewhere], scope="hours:decide", words="审核志愿时长")
register(P.EXPORT, [works_in], scope="hours:export", words="导出志愿时长")
register(P.KEEP_COMMUNITIES, [keeps_somewhere], scope="hours:write", words="登记社区和社区的需求")
register(P.CLAIM, [is_member], scope="hours:write", words="认领社区的需求")
register(P.SPEAK, [is_that_community], scope="community:confirm", words="以社区的名义确认报到和认领")
