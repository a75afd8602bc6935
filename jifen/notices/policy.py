"""Who reads notices and chooses them: each person his own."""

from __future__ import annotations

from enum import StrEnum

from jifen.core.actor import Actor, register


class P(StrEnum):
    """Permissions over notices."""

    OWN = "notice.own"
    CHOOSE = "notice.choose"


def is_person(by: Actor, _obj: object) -> bool:
    """Whether the actor is a person: a system is told nothing."""
    return by.member_id is not None


register(P.OWN, [is_person], scope="notices:read", words="查看通知")
register(P.CHOOSE, [is_person], scope="notices:write", words="选择接收哪些通知")
