"""The certificates of a whole branch, one person a transaction: may be stopped, and goes on where it was.

Whoever was looked at is noted with his certificate in one transaction, so that
a worker that dies neither leaves anybody out nor prints anybody twice.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock, queue
from jifen.core.actor import Actor, permits
from jifen.core.db import ask, attempt, db, transaction
from jifen.core.errors import DomainError, NotFound
from jifen.core.states import advance
from jifen.org import queries as org
from jifen.volunteering import late
from jifen.volunteering.certificates import entitled, errors, service
from jifen.volunteering.certificates.models import CertificateBatch, CertificateLeftOut
from jifen.volunteering.certificates.policy import P
from jifen.volunteering.certificates.states import BATCH_MOVES, BATCH_WORDS, BatchState

TASK = "certificates.batch"
SUBJECT = "certificate_batch"
_BELONG = """
FROM membership ms WHERE ms.branch_id = %(branch)s AND ms.member_id > %(after)s
 AND ms.since <= %(day)s AND (ms.until IS NULL OR ms.until > %(day)s)
"""
_COUNT = f"SELECT count(DISTINCT ms.member_id) {_BELONG}"
_NEXT = f"SELECT min(ms.member_id) {_BELONG}"


def start(unit_id: int, branch_id: int, *, year: int | None = None, by: Actor) -> CertificateBatch:
    """Begin to print for everybody of a branch of whom the organisation recorded minutes; a worker does it.

    :param unit_id: who issues; the branch is it or lies below it
    :raises NotFound, Forbidden: not the actor's to see, or not to issue for
    :raises NotEntitled: the organisation may not issue today
    :raises BatchRunning: one for this branch is not done
    """
    if year is not None:
        late.refuse_year(year)
    with transaction() as session:
        unit = service.access_unit(unit_id, P.ISSUE, by=by)
        entitled.hold(unit.id, "print")
        branch = org.unit(branch_id)
        if not branch.path.startswith(unit.path):
            raise NotFound(what="这个支部")
        [[total]] = ask(_COUNT, {"branch": branch.id, "after": 0, "day": clock.today()})
        assert by.member_id is not None, "a post is held by a member"
        row = CertificateBatch(
            unit_id=unit.id,
            branch_id=branch.id,
            year=year,
            total=total,
            started_by=by.member_id,
            door=by.door,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # one at a time: the database's promise
        except sa.exc.IntegrityError as err:
            raise errors.BatchRunning from err
        audit.record(by=by, action="certificate_batch.start", subject=SUBJECT, subject_id=row.id)
        queue.defer(TASK, batch_id=row.id)
        return row


def stop(batch_id: int, *, by: Actor) -> CertificateBatch:
    """Stop it after the person who is being looked at.

    :raises NotFound, Forbidden, NotNow: not the actor's, or not running
    """
    return _turn(batch_id, "stop", by)


def resume(batch_id: int, *, by: Actor) -> CertificateBatch:
    """Go on with the people who were not looked at yet.

    :raises NotFound, Forbidden, NotNow: not the actor's, or not stopped
    """
    with transaction():
        row = _turn(batch_id, "resume", by)
        # Whoever goes on answers for what is printed from here on.
        assert by.member_id is not None, "a post is held by a member"
        row.started_by, row.door = by.member_id, by.door
        queue.defer(TASK, batch_id=row.id)
        return row


def _turn(batch_id: int, move: str, by: Actor) -> CertificateBatch:
    with transaction() as session:
        row = access(batch_id, by=by, lock=True)
        row.state = advance(BATCH_MOVES, BatchState(row.state), move, what="这一批证明", words=BATCH_WORDS)
        audit.record(by=by, action=f"certificate_batch.{move}", subject=SUBJECT, subject_id=row.id)
        session.flush()  # the state, before the caller reads it
        return row


def access(batch_id: int, *, by: Actor, lock: bool = False) -> CertificateBatch:
    """Return a batch of an organisation for which the actor issues.

    :raises NotFound, Forbidden: not his to see, or not to issue for
    """
    row = db.session.get(CertificateBatch, batch_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound(what="这一批证明")
    service.access_unit(row.unit_id, P.ISSUE, by=by)
    return row


def who(batch_id: int) -> tuple[int, str] | None:
    """Return who answers for a batch and by which door he came; None if there is none."""
    rows = ask("SELECT started_by, door FROM certificate_batch WHERE id = %(id)s", {"id": batch_id})
    return rows[0] if rows else None


def work(batch_id: int, *, by: Actor | None) -> Iterator[int]:
    """Print for one person after the other until it is stopped or done; yields how many were looked at.

    :param by: who answers for it as he stands today; None or without the post: it stops by itself
    """
    while (seen := _one(batch_id, by)) is not None:
        yield seen


def _one(batch_id: int, by: Actor | None) -> int | None:
    with transaction() as session:
        row = session.get(CertificateBatch, batch_id, with_for_update=True, populate_existing=True)
        if row is None or row.state != BatchState.RUNNING:
            return None
        if by is None or not permits(by, P.ISSUE, late.scope_of(org.unit(row.unit_id))):
            row.state = BatchState.STOPPED
            return None
        [[member]] = ask(_NEXT, {"branch": row.branch_id, "after": row.after, "day": clock.today()})
        if member is None:
            row.state = advance(
                BATCH_MOVES, BatchState.RUNNING, "finish", what="这一批证明", words=BATCH_WORDS
            )
            return None
        row.after, row.seen = member, row.seen + 1
        try:
            with attempt():
                service.issue(member, row.unit_id, year=row.year, batch_id=row.id, by=by)
        except errors.NotEntitled:
            # Its right ended meanwhile: nobody of the rest could get one.
            row.state = BatchState.STOPPED
            return None
        except DomainError as refusal:
            # No minutes here, one on its way, his own: he is left out, and it says why.
            session.add(CertificateLeftOut(batch_id=row.id, member_id=member, code=refusal.code[:40]))
            return row.seen
        row.printed += 1
        return row.seen
