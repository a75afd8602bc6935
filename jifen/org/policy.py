"""Who may change the tree."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from jifen.core.actor import Actor, Role, register

if TYPE_CHECKING:
    from jifen.org.models import Unit


class P(StrEnum):
    """Permissions over organisations."""

    SEE = "unit.see"
    MANAGE = "unit.manage"
    SHOW_NAMES = "unit.show_names"
    REGISTER_BASIS = "unit.register_basis"


def is_member_or_holder(by: Actor, unit: Unit) -> bool:
    """Whether the actor belongs to the unit's line or holds a post over it."""
    return by.branch_path.startswith(unit.path) or by.holds(*Role, over=unit.path)


def operates(by: Actor, unit: Unit) -> bool:
    """Whether the actor runs the office of the unit's department or of the work committee."""
    return by.holds(Role.PARTY_OFFICE, Role.WC_OFFICE, over=unit.path)


def leads(by: Actor, unit: Unit) -> bool:
    """Whether the actor is secretary or deputy of the branch."""
    return by.holds(Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY, over=unit.path)


register(P.SEE, [is_member_or_holder], scope="org:read", words="查看组织")
register(P.MANAGE, [operates], scope="org:write", words="调整组织")
register(P.REGISTER_BASIS, [operates], [leads], scope="org:write", words="登记依据文件")
register(P.SHOW_NAMES, [leads], scope="org:write", words="决定是否公开支部内排名")
