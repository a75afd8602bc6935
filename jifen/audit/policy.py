"""Who reads the audit table."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import Actor, Role, register


class P(StrEnum):
    """Permissions over the audit table."""

    SEE = "audit.see"


def audits(by: Actor, _obj: object) -> bool:
    """Whether the actor is auditor, or leads the work committee; those who operate do not watch themselves."""
    return by.holds(Role.AUDITOR, Role.WC_LEADER)


register(P.SEE, [audits], scope="audit:read", words="查看审计记录")
