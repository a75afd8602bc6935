"""Taking a list back, whole or for some of its people: by linked reversals, without touching the others."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import db, transaction
from jifen.core.errors import NotFound
from jifen.notices import service as notices
from jifen.org.queries import unit
from jifen.points import crediting, errors
from jifen.points.deciding import REVOCABLE
from jifen.points.models import RosterEntry
from jifen.points.policy import P, Scope


def revoke(roster_id: int, member_ids: Collection[int] | None = None, *, by: Actor) -> tuple[int, ...]:
    """Take one's own list back within a day, or some of its people; see ``take_back``.

    :param member_ids: only these; None: everybody on the list
    :return: whose deed no longer counts by this list, ascending
    :raises NotFound: no such list, or none that the actor may see
    :raises NotRevocableList: another decider, or the day is over
    :raises NothingLeft: nobody of these stands on the list any more
    """
    with transaction():
        row = access(roster_id, by=by)
        if row.entered_by != by.member_id or clock.now() - row.entered_at > REVOCABLE:
            raise errors.NotRevocableList
        gone = take_back(row, member_ids, by=by)
        if not gone:
            raise errors.NothingLeft
        return gone


def access(roster_id: int, *, by: Actor) -> RosterEntry:
    """Return the list, locked, if the actor enters lists in its branch.

    :raises NotFound: no such list, or none that the actor may see
    """
    stmt = sa.select(RosterEntry).where(RosterEntry.id == roster_id).with_for_update()
    row = db.session.scalar(stmt.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(what="这份名单")
    branch = unit(row.branch_id)
    if not permits(by, P.ENTER_ROSTER, Scope(branch.id, branch.path, True)):
        raise NotFound(what="这份名单")
    return row


def take_back(
    row: RosterEntry, member_ids: Collection[int] | None, *, tell: bool = True, by: Actor
) -> tuple[int, ...]:
    """Reverse what a list posted for these people, and let it no longer stand beside other entries of theirs.

    A report that the list answered waits again, and its member is told.

    :param tell: whether everybody else is told too, where the caller does not tell more
    :return: whose deed no longer counts by this list, ascending
    """
    gone, again = crediting.take_back("roster", row.id, member_ids, by=by)
    told = set(gone) - again if tell else set()
    notices.queue_many(
        kind="roster_revoked",
        rows=[(f"roster:{row.id}:{m}:revoked", m, {"roster": row.id}) for m in sorted(told)],
    )
    audit.record(
        by=by,
        action="roster.revoke",
        subject="roster",
        subject_id=row.id,
        codes=f"{row.item_code} {len(gone)}",
    )
    return gone
