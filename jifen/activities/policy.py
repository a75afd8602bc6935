"""Who organises an activity, who is invited, who sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jifen.core.actor import DECIDERS, Actor, Role, register
from jifen.members.policy import WORKS_WITH_PEOPLE


class P(StrEnum):
    """Permissions over activities."""

    SEE = "activity.see"
    PLAN = "activity.plan"
    RUN = "activity.run"
    JOIN = "activity.join"
    CHECK = "activity.check"


@dataclass(frozen=True, slots=True)
class Invitation:
    """An activity as permissions see it."""

    unit_path: str
    #: Whose members are invited; a cell's stands for its branch.
    audience_path: str


#: Who plans and runs activities of a unit.
ORGANISES = (*DECIDERS, Role.POINTS_RECORDER, Role.BRANCH_COMMITTEE, Role.PARTY_OFFICE, Role.WC_OFFICE)


def organises(by: Actor, matter: Invitation) -> bool:
    """Whether the actor, a person, organises for that unit."""
    return by.member_id is not None and by.holds(*ORGANISES, over=matter.unit_path)


def organises_for(by: Actor) -> int | None:
    """Return for whom the actor organises where he names nobody: his own branch before other posts; None for nobody."""
    units = [h.unit_id for h in by.holdings if h.role in ORGANISES]
    return by.branch_id if by.branch_id in units else next(iter(units), None)


def invited(by: Actor, matter: Invitation) -> bool:
    """Whether the actor belongs to the audience."""
    return by.member_id is not None and by.branch_path.startswith(matter.audience_path)


def works_there(by: Actor, matter: Invitation) -> bool:
    """Whether the actor works with the people of the organising unit."""
    return by.holds(*WORKS_WITH_PEOPLE, over=matter.unit_path)


register(P.SEE, [invited], [works_there], scope="activities:read", words="查看活动")
register(P.PLAN, [organises], scope="activities:write", words="发布活动")
register(P.RUN, [organises], scope="activities:write", words="办理活动")
register(P.JOIN, [invited], scope="activities:join", words="报名")
register(P.CHECK, [invited], scope="activities:join", words="签到")
