"""Who may load, activate and assign rulebooks."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import Actor, Role, register


class P(StrEnum):
    """Permissions over rulebooks."""

    SEE = "rulebook.see"
    LOAD = "rulebook.load"
    ACTIVATE = "rulebook.activate"
    ASSIGN = "rulebook.assign"


def is_somebody(by: Actor, _obj: object) -> bool:
    """Whether the actor is a known person or system: the rules are no secret."""
    return by.member_id is not None or bool(by.holdings)


def operates_city(by: Actor, _obj: object) -> bool:
    """Whether the actor runs the work committee's office."""
    return by.holds(Role.WC_OFFICE, Role.WC_LEADER)


def leads_city(by: Actor, _obj: object) -> bool:
    """Whether the actor leads the work committee."""
    return by.holds(Role.WC_LEADER)


register(P.SEE, [is_somebody], scope="rules:read", words="查看积分办法")
register(P.LOAD, [operates_city], scope="rules:write", words="载入积分办法")
register(P.ACTIVATE, [leads_city], scope="rules:write", words="启用积分办法")
register(P.ASSIGN, [operates_city], scope="rules:write", words="指定积分办法的适用范围")
