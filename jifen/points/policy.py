"""Who may report, decide, and look at points. IT, security and audit see none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jifen.core.actor import DECIDERS, Actor, Role, register
from jifen.decisions.policy import seat
from jifen.members.policy import WORKS_WITH_PEOPLE, is_not_self, is_self, works_with


class P(StrEnum):
    """Permissions over points."""

    REPORT = "report.submit"
    SEE_REPORT = "report.see"
    WITHDRAW = "report.withdraw"
    DECIDE = "report.decide"
    LOOK = "report.look"
    PREPARE = "manual.prepare"
    CONFIRM_MANUAL = "manual.confirm"
    ENTER_ROSTER = "roster.enter"
    IMPORT_FACTS = "facts.import"
    CONFIRM_FACTS = "facts.confirm"
    SEE_SCORE = "score.see"
    SEE_RANKING_NAMES = "ranking.names"
    COMPARE_UNITS = "ranking.units"
    EXPORT = "points.export"
    DRY_RUN = "points.dry_run"
    VERIFY = "ledger.verify"
    YEAR_END = "year_end.turn"
    SEE_JOBS = "jobs.see"


@dataclass(frozen=True, slots=True)
class Claim:
    """A report as permissions see it."""

    member_id: int
    branch_path: str
    #: Path of the unit whose deciders are asked; empty when nothing is asked.
    step_path: str = ""
    step_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A unit whose points are asked for."""

    unit_id: int
    path: str
    is_branch: bool
    names_shown: bool = False


#: Who looks at a branch's queue; the cell leader takes the first look.
LOOKS = (*WORKS_WITH_PEOPLE, Role.CELL_LEADER)


def is_member(by: Actor, _obj: object) -> bool:
    """Whether the actor belongs to a branch."""
    return by.branch_id is not None


def looks(by: Actor, claim: Claim) -> bool:
    """Whether the claim lies in the actor's part of the tree."""
    return by.holds(*LOOKS, over=claim.branch_path)


def is_asked(by: Actor, claim: Claim) -> bool:
    """Whether the actor is a decider of exactly the unit that is asked."""
    return claim.step_unit_id is not None and seat(by, claim.step_unit_id, claim.member_id) is not None


def decides_over(by: Actor, scope: Scope) -> bool:
    """Whether the actor decides in that branch or above it; recorders prepare and do not."""
    return by.holds(*DECIDERS, over=scope.path)


def others_matter(by: Actor, member_id: int, path: str) -> bool:
    """Whether the actor decides over that part of the tree in a matter of somebody else than himself and his principal."""
    return by.member_id != member_id and by.holds(*DECIDERS, over=path, about=member_id)


def prepares(by: Actor, scope: Scope) -> bool:
    """Whether the actor prepares or decides what is brought for that unit."""
    return by.holds(Role.POINTS_RECORDER, Role.PARTY_OFFICE, Role.WC_OFFICE, *DECIDERS, over=scope.path)


#: Who prepares what another confirms.
PREPARES = (Role.POINTS_RECORDER, *sorted(DECIDERS), Role.PARTY_OFFICE, Role.WC_OFFICE)


def writes_by_hand(by: Actor, scope: Scope) -> bool:
    """Whether the actor, a person, prepares facts in that branch for somebody else's confirmation."""
    return by.member_id is not None and by.holds(*PREPARES, over=scope.path)


def decides_somewhere(by: Actor, _obj: object) -> bool:
    """Whether the actor decides in any organisation; what exactly, the question itself says."""
    return by.member_id is not None and by.holds(*DECIDERS)


def works_in(by: Actor, scope: Scope) -> bool:
    """Whether the actor works with the people of that unit."""
    return by.holds(*WORKS_WITH_PEOPLE, over=scope.path)


def belongs_and_shown(by: Actor, scope: Scope) -> bool:
    """Whether it is the actor's own branch and its committee switched names on."""
    return scope.is_branch and scope.names_shown and by.branch_id == scope.unit_id


def compares(by: Actor, scope: Scope) -> bool:
    """Whether the actor compares organisations in that part of the tree."""
    return by.holds(
        Role.PARTY_OFFICE,
        Role.ORGAN_COMMITTEE,
        Role.DISCIPLINE,
        Role.WC_OFFICE,
        Role.WC_LEADER,
        over=scope.path,
    )


def turns_the_year(by: Actor, scope: Scope) -> bool:
    """Whether a person runs the office of that part of the tree, or decides there above branches."""
    offices = (Role.PARTY_OFFICE, Role.ORGAN_COMMITTEE, Role.WC_OFFICE, Role.WC_LEADER)
    return by.member_id is not None and by.holds(*offices, over=scope.path)


def audits(by: Actor, _obj: object) -> bool:
    """Whether the actor is auditor, or answers for the whole."""
    return by.holds(Role.AUDITOR, Role.WC_OFFICE, Role.WC_LEADER)


def keeps_running(by: Actor, _obj: object) -> bool:
    """Whether the actor keeps the installation running."""
    return by.holds(Role.IT, Role.AUDITOR, Role.WC_OFFICE)


register(P.REPORT, [is_member], scope="reports:write", words="上报")
register(P.SEE_REPORT, [is_self], [looks], scope="reports:read", words="查看上报")
register(P.WITHDRAW, [is_self], scope="reports:write", words="取消上报")
register(P.DECIDE, [is_asked, is_not_self], scope="reports:decide", words="处理上报")
register(P.PREPARE, [writes_by_hand], scope="reports:decide", words="手工登记")
register(P.CONFIRM_MANUAL, [decides_somewhere], scope="reports:decide", words="确认手工登记")
register(P.LOOK, [looks, is_not_self], scope="reports:decide", words="初看上报")
register(P.ENTER_ROSTER, [decides_over], scope="reports:decide", words="按名单登记")
register(P.IMPORT_FACTS, [prepares], scope="points:import", words="导入积分记录")
register(P.CONFIRM_FACTS, [decides_over], scope="reports:decide", words="确认导入的积分记录")
register(P.SEE_SCORE, [is_self], [works_with], scope="points:read", words="查看积分")
register(P.SEE_RANKING_NAMES, [works_in], [belongs_and_shown], scope="points:read", words="查看支部内排名")
register(P.COMPARE_UNITS, [compares], scope="points:read", words="查看组织对比")
register(P.DRY_RUN, [compares], scope="points:read", words="试算积分办法")
register(P.EXPORT, [works_in], scope="points:export", words="导出积分")
register(P.VERIFY, [audits], scope="ledger:verify", words="核验台账")
register(P.YEAR_END, [turns_the_year], scope="points:close", words="办理年度结转")
register(P.SEE_JOBS, [keeps_running], scope="jobs:read", words="查看后台任务")
