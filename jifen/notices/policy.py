"""Who reads notices and chooses them, and who cares for those that did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jifen.core.actor import Actor, Role, register


class P(StrEnum):
    """Permissions over notices."""

    OWN = "notice.own"
    CHOOSE = "notice.choose"
    TELL = "notice.tell"
    SETTLE = "notice.settle"
    RUN = "notice.run"


@dataclass(frozen=True, slots=True)
class Owed:
    """Whom a notice is owed, and where he belongs today."""

    member_id: int
    branch_id: int | None
    branch_path: str


def is_person(by: Actor, _obj: object) -> bool:
    """Whether the actor is a person: a system is told nothing."""
    return by.member_id is not None


def own_secretary(by: Actor, owed: Owed) -> bool:
    """Whether the actor is secretary of exactly that branch: nobody above it learns whom messages do not reach."""
    roles = (Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY)
    return any(h.role in roles and h.unit_id == owed.branch_id for h in by.holdings)


def office_of(by: Actor, owed: Owed) -> bool:
    """Whether the actor runs the office of an organisation that the person belongs to."""
    return by.holds(Role.PARTY_OFFICE, Role.WC_OFFICE, over=owed.branch_path or "/")


def is_another(by: Actor, owed: Owed) -> bool:
    """Whether it is somebody else's notice."""
    return by.member_id is not None and by.member_id != owed.member_id


def runs_the_machine(by: Actor, _obj: object) -> bool:
    """Whether the actor looks after sending; he sees counts and no names."""
    return by.holds(Role.IT, Role.WC_OFFICE, Role.AUDITOR)


register(P.OWN, [is_person], scope="notices:read", words="查看通知")
register(P.CHOOSE, [is_person], scope="notices:write", words="选择接收哪些通知")
register(P.TELL, [own_secretary, is_another], scope="notices:tell", words="查看和登记当面告知")
register(P.SETTLE, [office_of, is_another], scope="notices:tell", words="处理不能确定的通知")
register(P.RUN, [runs_the_machine], scope="jobs:read", words="查看通知发送情况")
