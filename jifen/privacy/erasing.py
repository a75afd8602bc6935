"""Erasing a person who has left: names, links and words go, ids stay, the proof holds.

What goes from where stands in the retention table. Sealed rows, publicised
lists, memberships and decisions keep the id, which nothing can turn back into
a person; pages show （已删除）.
"""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.decisions.models import Decision
from jifen.decisions.queries import OPEN_MATTER
from jifen.members import queries as members
from jifen.members.models import Member
from jifen.org import queries as org
from jifen.privacy import retention
from jifen.privacy.policy import P
from jifen.privacy.purge import empty, months_before
from jifen.privacy.retention import Keep

#: When somebody's last membership or post ended; no row while one runs.
_LEFT = sa.text(
    """
    SELECT max(until) FROM (
      SELECT coalesce(until, date '2999-01-01') AS until FROM membership WHERE member_id = :member
      UNION ALL SELECT coalesce(until, date '2999-01-01') FROM post WHERE member_id = :member) AS spans
    """
)
#: Whether a report, an objection and any other question of his is open.
_OPEN = sa.text(
    "SELECT EXISTS (SELECT 1 FROM report r WHERE r.member_id = t.id AND r.state = 'pending'),"  # noqa: S608
    " EXISTS (SELECT 1 FROM objection o WHERE t.id IN (o.member_id, o.objector_id) AND o.state = 'open'), "
    + OPEN_MATTER.format(member="t.id")
    + " FROM member t WHERE t.id = :member"
)


class StillHere(Conflict):
    """He belongs to a branch or holds a post, or left too short a time ago."""

    code, template = "still_here", "现在还不能删除：{why}。"


def erase(member_id: int, *, minute: str, by: Actor) -> None:
    """Erase a person who has left, at his request, by a recorded decision.

    :param minute: number of the minute or document that decided it
    :raises NotFound: no such person, or one who is erased
    :raises Forbidden: the actor does not lead the work committee, or it is himself
    :raises StillHere: he has not left long enough, or something of his is open
    """
    with transaction() as session:
        member = session.get(Member, member_id, with_for_update=True)
        if not permits(by, P.ERASE, members.person(member_id, clock.today())):
            raise Forbidden(action=words_for(P.ERASE))
        if member is None or member.erased_at is not None:
            raise NotFound(what="这位人员")
        if not minute.strip():
            raise Invalid(reason="请写明同意删除的纪要或批件编号。")
        _refuse_unless_gone(member_id)
        unit = org.root()
        assert unit is not None, "somebody leads the work committee"
        session.add(
            Decision(
                subject="erasure",
                subject_id=member_id,
                outcome="approved",
                concerns=member_id,
                decided_by=by.member_id,
                unit_id=unit.id,
                reason=None,
                door=by.door,
            )
        )
        session.flush()  # the decision, before its own words would be looked at
        for keep in retention.load():
            _erase_from(keep, member_id)
        member.number, member.erased_at = f"X{secrets.token_hex(6)}", clock.now()
        audit.record(
            by=by, action="member.erase", subject="member", subject_id=member_id, codes=minute.strip()
        )


def _refuse_unless_gone(member_id: int) -> None:
    [keep] = [k for k in retention.load() if k.table == "member"]
    left = db.session.scalar(_LEFT, {"member": member_id})
    if left is not None and left > clock.today():
        raise StillHere(why="这位人员还在支部或还有任职")
    if left is not None and left > _day_before(keep.length):
        raise StillHere(why=f"离开还不满{keep.length}个月")
    report, objection, other = db.session.execute(_OPEN, {"member": member_id}).one()
    if report:
        raise StillHere(why="还有没有办结的上报，请支部先确认或退回，再来删除")
    if objection:
        raise StillHere(why="还有没有办结的异议，请复核的组织先答复，或由提出人撤回，再来删除")
    if other:
        raise StillHere(why="还有没有办结的待办事项，请负责的组织先处理，再来删除")


def _day_before(months: int) -> dt.date:
    return clock.civil_day(months_before(clock.now(), months))


def _erase_from(keep: Keep, member_id: int) -> None:
    if keep.erase not in ("delete", "blank") or keep.table not in _tables():
        return
    whose = " OR ".join(f"{column} = :member" for column in keep.of)
    if keep.erase == "delete":
        statement = f"DELETE FROM {keep.table} WHERE {whose}"  # noqa: S608 (names are checked at load)
    else:
        # The number must stay unique: the caller gives a new one.
        blank = [f"{name} = {empty(keep.table, name)}" for name in keep.words if name != "number"]
        statement = f"UPDATE {keep.table} SET {', '.join(blank)} WHERE {whose}"  # noqa: S608
    db.session.execute(sa.text(statement), {"member": member_id})


def _tables() -> set[str]:
    return set(Member.metadata.tables)
