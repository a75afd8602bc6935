"""Who asks for certificates, issues, signs, keeps the register, and says which organisations may issue."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import Actor, Role, register
from jifen.points.policy import decides_somewhere, works_in
from jifen.volunteering.policy import is_person, prepares


class P(StrEnum):
    """Permissions over certificates."""

    OWN = "certificate.own"
    LIST = "certificate.list"
    ISSUE = "certificate.issue"
    SIGN = "certificate.sign"
    EXPORT = "certificate.export"
    ENTITLE = "certificate.entitle"


def leads_the_house(by: Actor, _obj: object) -> bool:
    """Whether the actor decides for the work committee."""
    return by.member_id is not None and by.holds(Role.WC_LEADER)


register(P.OWN, [is_person], scope="certificates:own", words="查看、申请本人的志愿服务记录证明")
register(P.LIST, [works_in], scope="certificates:read", words="查看志愿服务记录证明登记簿")
register(P.ISSUE, [prepares], scope="certificates:write", words="出具志愿服务记录证明")
register(P.SIGN, [decides_somewhere], scope="certificates:decide", words="签发志愿服务记录证明")
register(P.EXPORT, [works_in], scope="certificates:export", words="导出志愿服务记录证明登记簿")
register(P.ENTITLE, [leads_the_house], scope="certificates:entitle", words="认定可以出具证明的组织")
