"""Who may ask about his own data, and who may let a person be erased."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import Actor, Role, register
from jifen.members.policy import Person, is_not_self


class P(StrEnum):
    """Permissions over personal data as such."""

    OWN = "privacy.own"
    ERASE = "privacy.erase"


def is_person(by: Actor, _obj: object) -> bool:
    """Whether the actor is somebody, and not a system."""
    return by.member_id is not None


def answers_for_all(by: Actor, _person: Person) -> bool:
    """Whether the actor leads the work committee: who has left belongs to no branch any more."""
    return by.holds(Role.WC_LEADER)


register(P.OWN, [is_person], scope="privacy:own", words="查看和导出本人的信息")
register(P.ERASE, [answers_for_all, is_not_self], scope="privacy:erase", words="删除已离开人员的个人信息")
