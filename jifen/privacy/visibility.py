"""谁能看到我: computed from the permission table and today's posts, never written by hand.

Every permission by which somebody looks at a person is asked of every kind of
post that exists today: on the person's own line (branch, department, work
committee) and elsewhere. A house test holds that no such permission is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from jifen.access.policy import OwnBranch
from jifen.access.policy import P as AccessP
from jifen.activities.policy import Invitation
from jifen.activities.policy import P as ActivityP
from jifen.audit.policy import P as AuditP
from jifen.core import clock
from jifen.core.actor import ROLE_WORDS, Actor, Door, Holding, Role, permits
from jifen.core.db import db
from jifen.core.errors import Forbidden
from jifen.decisions.policy_objections import Contest
from jifen.decisions.policy_objections import P as ObjectionP
from jifen.decisions.policy_publicity import Listing
from jifen.decisions.policy_publicity import P as ListP
from jifen.members import queries as members
from jifen.members.policy import P as PeopleP
from jifen.members.policy import Person
from jifen.model_posts.policy import Matter
from jifen.model_posts.policy import P as PostP
from jifen.notices.policy import Owed
from jifen.notices.policy import P as NoticeP
from jifen.org import queries as org
from jifen.points.appraisal.policy import P as AppraisalP
from jifen.points.attendance.policy import P as AttendanceP
from jifen.points.policy import Claim, P, Scope
from jifen.points.sampling.policy import P as SampleP
from jifen.privacy.policy import P as RequestP
from jifen.privacy.policy import Request
from jifen.volunteering.certificates.policy import P as CertificateP
from jifen.volunteering.policy import P as HoursP


@dataclass(frozen=True, slots=True)
class Where:
    """The person as permissions are asked about him."""

    member_id: int
    branch_id: int
    branch_path: str
    names_shown: bool


def _person(me: Where, _by: Actor) -> Person:
    return Person(me.member_id, me.branch_path)


def _scope(me: Where, _by: Actor) -> Scope:
    return Scope(me.branch_id, me.branch_path, True, me.names_shown)


def _claim(me: Where, _by: Actor) -> Claim:
    return Claim(me.member_id, me.branch_path)


def _listing(me: Where, _by: Actor) -> Listing:
    return Listing(me.branch_id, me.branch_path, shown=True)


def _contest(me: Where, _by: Actor) -> Contest:
    return Contest(member_id=me.member_id, unit_id=me.branch_id, path=me.branch_path)


def _request(me: Where, by: Actor) -> Request:
    """A request of his, asked of the holder's own unit if that lies on his line."""
    units = [h.unit_id for h in by.holdings if h.reaches(me.branch_path)]
    return Request(me.member_id, me.branch_path, asked_unit_id=units[0] if units else None)


def _sampled(me: Where, by: Actor) -> Scope | None:
    """A fact of his that was drawn: another organisation's deciders look at it, those on his line do not."""
    elsewhere = not any(h.reaches(me.branch_path) for h in by.holdings)
    return _scope(me, by) if elsewhere and by.holds(Role.ORGAN_COMMITTEE) else None


def _invitation(me: Where, _by: Actor) -> Invitation:
    return Invitation(me.branch_path, me.branch_path)


def _post(me: Where, _by: Actor) -> Matter:
    whose = frozenset({me.member_id})
    return Matter(me.branch_id, me.branch_path, whose, me.member_id, me.member_id)


def _own_branch(me: Where, _by: Actor) -> OwnBranch:
    return OwnBranch(me.branch_id)


def _owed(me: Where, _by: Actor) -> Owed:
    return Owed(me.member_id, me.branch_id, me.branch_path)


class Kind(StrEnum):
    """What posts see, in the few words that fit into a chat."""

    PERSON = "姓名和任职"
    POINTS = "积分和上报"
    PRESENCE = "活动、到会和请假"
    HOURS = "志愿服务"
    POSTS = "示范岗、荣誉和评议"
    LISTS = "公示名单"
    OBJECTIONS = "异议"
    REQUESTS = "个人信息申请"
    WAYS = "绑定和通知"
    EXPORTS = "可导出名单（有记录）"
    SAMPLES = "季度抽查到的记录（只有姓）"
    TRACES = "操作记录（只有编号）"


#: Permission -> what its holder sees of somebody, in few words and in full, and what it is asked about; None where
#: it is not asked at all.
SHOWS: dict[StrEnum, tuple[Kind, str, Callable[[Where, Actor], Any]]] = {
    PeopleP.SEE: (Kind.PERSON, "姓名、支部、人员类别、任职", _person),
    P.SEE_SCORE: (Kind.POINTS, "积分和依据", _person),
    P.SEE_REPORT: (Kind.POINTS, "上报", _claim),
    P.SEE_RANKING_NAMES: (Kind.POINTS, "支部内名次", _scope),
    ActivityP.RUN: (Kind.PRESENCE, "活动报名和签到", _invitation),
    AttendanceP.SEE: (Kind.PRESENCE, "到会情况", _scope),
    AttendanceP.SEE_ABSENCE: (Kind.PRESENCE, "缺席和说明", _person),
    AttendanceP.SEE_LEAVE: (Kind.PRESENCE, "请假", _person),
    HoursP.SEE: (Kind.HOURS, "志愿服务时长和记录", _person),
    HoursP.LIST: (Kind.HOURS, "本组织的志愿时长名单", _scope),
    HoursP.EXPORT: (Kind.EXPORTS, "可导出含您的志愿时长（有记录）", _scope),
    CertificateP.LIST: (Kind.HOURS, "本组织出具的志愿服务证明", _scope),
    CertificateP.EXPORT: (Kind.EXPORTS, "可导出志愿服务证明登记簿（有记录）", _scope),
    PostP.SEE: (Kind.POSTS, "示范岗的申报和复核", _post),
    PostP.SEE_HONOUR: (Kind.POSTS, "荣誉", _person),
    AppraisalP.SEE: (Kind.POSTS, "评议等次", _scope),
    ListP.SEE: (Kind.LISTS, "公示名单（不含理由）", _listing),
    ObjectionP.SEE: (Kind.OBJECTIONS, "异议和答复", _contest),
    P.PREPARE: (Kind.POINTS, "手工登记和理由", _scope),
    RequestP.SEE: (Kind.REQUESTS, "个人信息申请", _request),
    RequestP.HAND_OUT: (Kind.REQUESTS, "经您提出可代打印本人信息（有记录）", _person),
    AccessP.SEE_BINDINGS: (Kind.WAYS, "是否绑定微信、企业微信", _own_branch),
    AccessP.SEE_ON_PAPER: (Kind.WAYS, "是否改用纸面办理", _own_branch),
    NoticeP.TELL: (Kind.WAYS, "没有推送给您、要当面告知的通知", _owed),
    NoticeP.SETTLE: (Kind.WAYS, "不能确定是否发出的通知", _owed),
    SampleP.LOOK: (Kind.SAMPLES, "季度抽查到的记分和服务记录（只有姓）", _sampled),
    P.EXPORT: (Kind.EXPORTS, "可导出含您的名单（有记录）", _scope),
    AuditP.SEE: (Kind.TRACES, "操作记录（只有编号）", _person),
}


@dataclass(frozen=True, slots=True)
class Seer:
    """A post that exists today, and what its holder sees."""

    role: str
    unit_name: str
    sees: tuple[str, ...]
    #: The same in few words, each once.
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A list with the person on it that somebody took out of the house."""

    at: dt.datetime
    who: str
    what: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who sees a person today, and who took lists with him on them out."""

    seers: list[Seer]
    exports: list[TakenOut]


_POSTS = sa.text(
    """
    SELECT DISTINCT p.role, u.id, u.path, u.name, starts_with(:path, u.path) AS mine, length(u.path) AS depth
      FROM post p JOIN unit u ON u.id = p.unit_id
     WHERE p.member_id <> :member AND p.since <= :today AND (p.until IS NULL OR p.until > :today)
       AND (starts_with(:path, u.path) OR starts_with(u.path, :path))
    """
)
_ROLES_ELSEWHERE = sa.text(
    """
    SELECT DISTINCT p.role FROM post p JOIN unit u ON u.id = p.unit_id
     WHERE p.since <= :today AND (p.until IS NULL OR p.until > :today)
       AND NOT starts_with(:path, u.path) AND NOT starts_with(u.path, :path)
    """
)
_EXPORTS = sa.text(
    """
    SELECT x.at, coalesce(m.name, nullif(x.by_name, ''), '（已删除）'), x.what, x.purpose
      FROM export x LEFT JOIN member m ON m.id = x.by_member_id
     WHERE x.members @> ARRAY[CAST(:member AS bigint)] AND x.by_member_id IS DISTINCT FROM :member
     ORDER BY x.id DESC LIMIT 50
    """
)
#: A place that lies on nobody's line.
_ELSEWHERE = "/0/"


def mine(*, by: Actor) -> Visibility:
    """Return who sees the actor himself.

    :raises Forbidden: an office system, which is nobody
    """
    if by.member_id is None:
        raise Forbidden(action="查看谁能看到我")
    exports = [TakenOut(*row) for row in db.session.execute(_EXPORTS, {"member": by.member_id})]
    return Visibility(seers(by.member_id), exports)


def seers(member_id: int) -> list[Seer]:
    """Return the posts whose holders, other than himself, see the member today, nearest first."""
    where = members.person(member_id, clock.today())
    if not where.branch_path:
        return []
    branch = org.unit(org.line(where.branch_path)[-1])
    me = Where(member_id, branch.id, branch.path, branch.names_shown)
    asked = {"member": member_id, "path": branch.path, "today": clock.today()}
    found = []
    for role, unit_id, path, name, _mine, _depth in sorted(
        db.session.execute(_POSTS, asked).all(), key=lambda r: (-r.depth, list(Role).index(Role(r.role)))
    ):
        if sees := _seen(_holder(Role(role), unit_id, path), me):
            found.append(Seer(ROLE_WORDS[Role(role)], name, *sees))
    for role in sorted(db.session.scalars(_ROLES_ELSEWHERE, asked)):
        if sees := _seen(_holder(Role(role), 0, _ELSEWHERE), me):
            found.append(Seer(ROLE_WORDS[Role(role)], "其他组织", *sees))
    mate = Actor(Door.WECHAT, member_id=0, branch_id=branch.id, branch_path=branch.path)
    if sees := _seen(mate, me):
        found.append(Seer(ROLE_WORDS["member"], branch.name, *sees))
    return found


def _holder(role: Role, unit_id: int, path: str) -> Actor:
    return Actor(Door.CONSOLE, member_id=0, holdings=(Holding(role, unit_id, path),))


def _seen(by: Actor, me: Where) -> tuple[tuple[str, ...], tuple[Kind, ...]] | None:
    """Return what somebody sees, in full and in few words; None where he sees nothing."""
    matters = ((p, kind, words, ask(me, by)) for p, (kind, words, ask) in SHOWS.items())
    seen = [
        (words, kind) for p, kind, words, matter in matters if matter is not None and permits(by, p, matter)
    ]
    if not seen:
        return None
    return tuple(words for words, _ in seen), tuple(one for one in Kind if any(k == one for _, k in seen))
