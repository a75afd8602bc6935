"""Who speaks about the burden, who hears it, who sees the counts."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import Actor, Role, register


class P(StrEnum):
    """Permissions over the burden register."""

    SPEAK = "burden.speak"
    HEAR = "burden.hear"
    SEE = "burden.see"


def is_person(by: Actor, _obj: object) -> bool:
    """Whether the actor is a person, not an office system."""
    return by.member_id is not None


def hears(by: Actor, _obj: object) -> bool:
    """Whether the actor works in the work committee's office or leads it."""
    return by.holds(Role.WC_OFFICE, Role.WC_LEADER)


register(P.SPEAK, [is_person], scope="burden:write", words="提减负意见")
register(P.HEAR, [hears], scope="burden:read", words="处理减负意见")
register(P.SEE, [is_person], scope="burden:read", words="查看减负台账")
