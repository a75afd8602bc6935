"""Who applies, looks, decides, takes a plate down, agrees to be named, and writes honours down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jifen.core.actor import DECIDERS, Actor, Role, register
from jifen.members.policy import is_self, works_with
from jifen.points.policy import decides_somewhere


class P(StrEnum):
    """Permissions over model posts and honours."""

    OWN = "model_post.own"
    APPLY = "model_post.apply"
    SEE = "model_post.see"
    DECIDE = "model_post.decide"
    REMOVE = "model_post.remove"
    CANCEL = "model_post.cancel"
    CONSENT = "model_post.consent"
    ENTER_HONOUR = "honour.enter"
    SEE_HONOUR = "honour.see"
    DECIDE_HONOUR = "honour.decide"
    REVOKE_HONOUR = "honour.revoke"


@dataclass(frozen=True, slots=True)
class Matter:
    """A model post as permissions see it."""

    unit_id: int
    path: str
    #: Whoever answers for it, works there, or applied.
    people: frozenset[int] = frozenset()
    lead_id: int = 0
    applied_by: int = 0


#: Who writes things down for a branch; somebody else decides.
PREPARES = (*DECIDERS, Role.POINTS_RECORDER, Role.BRANCH_COMMITTEE, Role.PARTY_OFFICE, Role.WC_OFFICE)
_LOOKS = (*PREPARES, Role.DISCIPLINE)


def applies_for_himself(by: Actor, matter: Matter) -> bool:
    """Whether a member of the branch applies for a post for which he answers."""
    return by.member_id is not None and by.member_id == matter.lead_id and by.branch_id == matter.unit_id


def prepares(by: Actor, matter: Matter) -> bool:
    """Whether the actor writes things down for the branch."""
    return by.member_id is not None and by.holds(*PREPARES, over=matter.path)


def works_there(by: Actor, matter: Matter) -> bool:
    """Whether the actor works with the people of the branch."""
    return by.holds(*_LOOKS, over=matter.path)


def takes_part(by: Actor, matter: Matter) -> bool:
    """Whether the actor answers for it, works there, or applied."""
    return by.member_id is not None and by.member_id in matter.people | {matter.lead_id, matter.applied_by}


def decides_over(by: Actor, matter: Matter) -> bool:
    """Whether the actor decides for the branch or above it and has no part in the post."""
    return (
        by.member_id is not None
        and by.holds(*DECIDERS, over=matter.path, about=matter.lead_id)
        and not takes_part(by, matter)
    )


def applied(by: Actor, matter: Matter) -> bool:
    """Whether the actor applied or answers for it."""
    return by.member_id is not None and by.member_id in (matter.lead_id, matter.applied_by)


def works_at_it(by: Actor, matter: Matter) -> bool:
    """Whether the actor is one of its people: nobody agrees for another."""
    return by.member_id is not None and by.member_id in matter.people


def writes_down(by: Actor, person: object) -> bool:
    """Whether the actor writes down for the person's branch, and not for himself."""
    path = getattr(person, "branch_path", "")
    return by.member_id is not None and bool(path) and by.holds(*PREPARES, over=path)


def is_another(by: Actor, person: object) -> bool:
    """Whether it is not the actor's own."""
    return by.member_id != getattr(person, "member_id", None)


def decides_for(by: Actor, person: object) -> bool:
    """Whether the actor decides for the person's branch or above it."""
    path, whose = getattr(person, "branch_path", ""), getattr(person, "member_id", None)
    return by.member_id is not None and bool(path) and by.holds(*DECIDERS, over=path, about=whose)


def is_person(by: Actor, _obj: object) -> bool:
    """Whether the actor is a person."""
    return by.member_id is not None


register(P.OWN, [is_person], scope="model_posts:read", words="查看示范岗")
register(P.APPLY, [applies_for_himself], [prepares], scope="model_posts:write", words="申报示范岗")
register(P.SEE, [takes_part], [works_there], scope="model_posts:read", words="查看示范岗的申报")
register(P.DECIDE, [decides_somewhere], scope="model_posts:decide", words="审核示范岗")
register(P.REMOVE, [decides_over], scope="model_posts:decide", words="摘牌")
register(P.CANCEL, [applied], scope="model_posts:write", words="撤回申报")
register(P.CONSENT, [works_at_it], scope="model_posts:write", words="决定姓名、照片是否上墙")
register(P.ENTER_HONOUR, [writes_down, is_another], scope="model_posts:write", words="登记荣誉")
register(P.SEE_HONOUR, [is_self], [works_with], scope="model_posts:read", words="查看荣誉")
register(P.DECIDE_HONOUR, [decides_somewhere], scope="model_posts:decide", words="确认荣誉")
register(P.REVOKE_HONOUR, [decides_for, is_another], scope="model_posts:decide", words="撤销荣誉")
