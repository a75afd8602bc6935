"""Taking a whole roster import back, where nothing later hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock, queue
from jifen.core.actor import Actor
from jifen.core.db import Base, db, table_of, transaction
from jifen.core.errors import Conflict
from jifen.members import import_queries as reads
from jifen.members import import_writes as writes
from jifen.members import ties
from jifen.members.imports import ONE_AT_A_TIME
from jifen.members.models import ImportBatch, ImportChange, Member, Membership, Post
from jifen.org import queries as org
from jifen.org.models import Unit

#: What the tables that may hang on a person or a branch are called in a refusal.
_WORDS = {
    "report": "积分上报",
    "decision": "审核记录",
    "ledger_entry": "积分记录",
    "exemption": "不参加积分的决定",
    "transfer": "组织关系转接",
    "binding": "微信绑定",
    "wecom_binding": "企业微信绑定",
    "bind_code": "绑定码",
    "api_token": "访问令牌",
    "notice": "通知",
    "notice_preference": "通知设置",
    "membership": "后来的支部归属",
    "post": "后来的任职",
    "unit": "下级组织",
    "import_change": "后来的名册导入",
    "import_batch": "后来的名册导入",
    "member": "党员",
}


class NotConfirmed(Conflict):
    """Only a confirmed batch can be taken back, and once."""

    code: ClassVar[str] = "import_not_confirmed"
    template: ClassVar[str] = "这个导入批次没有确认过，或已经撤销，不用再撤销。"


class UndoRefused(Conflict):
    """Something later hangs on what the batch brought."""

    code: ClassVar[str] = "import_undo_refused"
    template: ClassVar[str] = "不能整批撤销，导入之后已有：{words}。请逐人更正，或先处理这些记录。"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back."""

    batch_id: int
    removed: int
    restored: int
    branches: int


def undo(batch_id: int, *, by: Actor) -> Undone:
    """Take a confirmed batch back: people it created leave, what it changed is as before.

    :raises UndoRefused: later facts hang on these people or branches; the sentence says which
    :raises NotConfirmed: it was never confirmed, or undone already
    """
    with transaction() as session:
        session.execute(ONE_AT_A_TIME)
        batch = reads.access_batch(batch_id, by=by, lock=True)
        if batch.state != "confirmed":
            raise NotConfirmed
        created = list(session.scalars(sa.select(Member.id).where(Member.import_batch_id == batch.id)))
        branches = list(batch.summary.get("branches", []))
        changes = session.execute(
            sa.select(ImportChange.member_id, ImportChange.before, ImportChange.after).where(
                ImportChange.batch_id == batch.id
            )
        ).all()
        reasons = _reasons(batch, created, branches, [row[0] for row in changes])
        if reasons:
            raise UndoRefused(words="、".join(reasons))
        for drop in ties.releases:
            drop(created)
        for row in (Post, Membership):
            session.execute(sa.delete(row).where(row.import_batch_id == batch.id))
        _restore([(member_id, before) for member_id, before, _ in changes])
        session.execute(sa.delete(ImportChange).where(ImportChange.batch_id == batch.id))
        session.execute(sa.delete(Member).where(Member.import_batch_id == batch.id))
        session.execute(sa.delete(Unit).where(Unit.id.in_(branches)))
        batch.state, batch.undone_at = "undone", clock.now()
        session.flush()  # the state, before the audit line that tells of it
        audit.record(by=by, action="roster.undo", subject="import_batch", subject_id=batch.id)
        queue.defer("points.follow", path=org.unit(batch.unit_id).path)
        return Undone(batch.id, len(created), len(changes), len(branches))


def _reasons(
    batch: ImportBatch, created: Sequence[int], branches: Sequence[int], changed: Sequence[int]
) -> list[str]:
    """Return in words what hangs on the batch's people and branches, with how many of them."""
    found: dict[str, int] = {}

    def note(words: str, count: int) -> None:
        if count:
            found[words] = found.get(words, 0) + count

    for table, count in [*_hanging(batch, Member, created), *_hanging(batch, Unit, branches)]:
        note(_WORDS.get(table, "其他记录"), count)
    for words, count_of in ties.holds:
        note(words, count_of(created))
    note("对这些人的后来变动", _altered(batch, changed))
    return [f"{words}（{count}）" for words, count in found.items()]


def _hanging(
    batch: ImportBatch, owner: type[Member] | type[Unit], ids: Sequence[int]
) -> list[tuple[str, int]]:
    """Return table and count of the rows that refer to ``ids`` and are not the batch's own."""
    found = []
    key = table_of(owner).c["id"]
    for table in Base.metadata.sorted_tables if ids else ():
        for column in table.columns:
            if not column.references(key):
                continue
            stmt = (
                sa.select(sa.func.count())
                .select_from(table)
                .where(column == sa.any_(sa.literal(list(ids), _IDS)))
            )
            if "import_batch_id" in table.columns:
                stmt = stmt.where(table.c.import_batch_id.is_distinct_from(batch.id))
            elif table is owner.__table__:
                stmt = stmt.where(table.c.id != sa.all_(sa.literal(list(ids), _IDS)))
            if count := db.session.scalar(stmt):
                found.append((table.name, count))
    return found


_IDS = sa.ARRAY(sa.BigInteger)

_ALTERED = sa.text(
    """
    SELECT count(*)
      FROM import_change c JOIN member m ON m.id = c.member_id
     WHERE c.batch_id = :batch AND (
           (c.after ->> 'name', c.after ->> 'joined_on', c.after ->> 'confirmed_on', c.after ->> 'staff_number')
             IS DISTINCT FROM (m.name, m.joined_on::text, m.confirmed_on::text, m.staff_number)
        OR (c.before ? 'ended' AND EXISTS (
              SELECT 1 FROM membership s WHERE s.member_id = m.id
                 AND s.import_batch_id IS DISTINCT FROM :batch
                 AND s.id > (c.before ->> 'ended')::bigint))
        OR EXISTS (SELECT 1 FROM membership s WHERE s.member_id = m.id AND s.import_batch_id = :batch
                      AND s.until IS NOT NULL)
        OR EXISTS (SELECT 1 FROM import_change l WHERE l.member_id = m.id AND l.batch_id > :batch))
    """
)
_REOPEN = sa.text("UPDATE membership SET until = NULL WHERE id = ANY(:ids)")
_REOPEN_POSTS = sa.text("UPDATE post SET until = NULL WHERE id = ANY(:ids)")


def _altered(batch: ImportBatch, changed: Sequence[int]) -> int:
    """Return how many of the people whom the batch changed were changed again since."""
    return db.session.scalar(_ALTERED, {"batch": batch.id}) or 0 if changed else 0


def _restore(changes: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Put people's fields, memberships and posts back as they were."""
    writes.correct([{"id": member_id, **before} for member_id, before in changes])
    ended = [before["ended"] for _, before in changes if before.get("ended")]
    db.session.execute(_REOPEN, {"ids": ended})
    posts = [post for _, before in changes for post in before.get("posts", [])]
    db.session.execute(_REOPEN_POSTS, {"ids": posts})
    writes.amend_memberships([tuple(before["amended"]) for _, before in changes if "amended" in before])
