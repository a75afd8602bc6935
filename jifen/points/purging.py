"""Letting old rows of the sealed tables go while the proof stays green.

Whole seals go, the oldest first: their rows, and in the same transaction a
row of ``seal_purge`` that names the last of them. The chain's links stay, so
that later batches are still proved by their digests. The database itself
refuses to delete a row that no such line covers, and refuses a line over
seals younger than the shortest term (``migrations/versions/0015_retention.py``).

A batch waits while one of its facts is within its years, belongs to an open
period, concerns somebody with an open question, or is annulled by a later row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import system
from jifen.core.db import db, transaction
from jifen.decisions.queries import OPEN_MATTER
from jifen.points.models import Seal, SealPurge

#: Rows of one step; a seal that holds more goes alone.
CHUNK = 5000
_WAITS = {
    "ledger": sa.text(
        f"""
        SELECT e.id FROM ledger_entry e
         WHERE e.xid >= :since AND e.xid < :until
           AND (e.occurred_on >= :first
                OR {OPEN_MATTER.format(member="e.member_id")}
                OR EXISTS (SELECT 1 FROM branch_period b WHERE b.unit_id = e.branch_id AND b.state <> 'frozen'
                            AND left(b.period, 4) = to_char(e.occurred_on, 'YYYY'))
                OR EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses_id = e.id AND r.xid >= :until))
         LIMIT 1
        """  # noqa: S608 (fixed words)
    ),
    "audit": sa.text(
        "SELECT id FROM audit_entry WHERE xid >= :since AND xid < :until AND at >= :before LIMIT 1"
    ),
}
_LAST_DAY = sa.text("SELECT max(occurred_on) FROM ledger_entry WHERE xid >= :since AND xid < :until")
#: What hangs on a ledger row, then the row itself.
_GO = {
    "ledger": (
        *(
            sa.text(
                f"DELETE FROM {table} c USING ledger_entry e"  # noqa: S608 (fixed names)
                f" WHERE e.id = c.{column} AND e.xid >= :since AND e.xid < :until"
            )
            for table, column in (
                ("ledger_claim", "entry_id"),
                ("corroboration", "entry_id"),
                ("import_line", "entry_id"),
                ("manual_entry", "reverses_id"),
            )
        ),
        sa.text("DELETE FROM ledger_entry WHERE xid >= :since AND xid < :until"),
    ),
    "audit": (sa.text("DELETE FROM audit_entry WHERE xid >= :since AND xid < :until"),),
}
#: Totals older than the one that the oldest proved period begins with.
_TOTALS = tuple(
    sa.text(f"DELETE FROM {table} WHERE CAST(left(period, 4) AS int) < :year")  # noqa: S608 (fixed names)
    for table in ("score_count", "standing")
)


def purge_some(chain: str, *, before: dt.datetime) -> int:
    """Let the next seals of a chain go that were sealed before ``before`` and that nothing waits for.

    :param chain: ledger or audit; a fact of the ledger is kept to the end of the year that ``before`` lies in
    :return: how many seals went; 0 when there is nothing more to do
    """
    first = dt.date(clock.civil_day(before).year, 1, 1)
    with transaction() as session:
        session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('seal:' || :c))"), {"c": chain})
        last = last_purge(chain)
        seals = session.scalars(
            sa.select(Seal)
            .where(Seal.chain == chain, Seal.seq > (last.seq if last else 0), Seal.sealed_at < before)
            .order_by(Seal.seq)
            .limit(500)
        ).all()
        for batch in _batches(seals):
            span = {"since": batch[0].since_xid, "until": batch[-1].until_xid}
            if session.scalar(_WAITS[chain], {**span, "first": first, "before": before}) is None:
                _let_go(chain, batch, span, last)
                return len(batch)
    return 0


def _batches(seals: Sequence[Seal]) -> list[Sequence[Seal]]:
    """Return what to try: as many seals as make a step, and the first one alone."""
    count, rows = 0, 0
    for seal in seals:
        if count and rows + seal.rows > CHUNK:
            break
        count, rows = count + 1, rows + seal.rows
    return [seals[:n] for n in dict.fromkeys((count, 1)) if n and seals]


def _let_go(chain: str, batch: Sequence[Seal], span: dict[str, int], last: SealPurge | None) -> None:
    session, end = db.session(), batch[-1]
    day = session.scalar(_LAST_DAY, span) if chain == "ledger" else None
    known = last.year if last else 0
    line = SealPurge(
        chain=chain,
        seq=end.seq,
        until_xid=end.until_xid,
        digest=end.digest,
        rows=sum(seal.rows for seal in batch),
        year=max(known, day.year) if day else known,
        purged_at=clock.now(),
    )
    session.add(line)
    session.flush()  # the line that lets the rows go
    for statement in _GO[chain]:
        session.execute(statement, span)
    if line.year:
        for statement in _TOTALS:
            session.execute(statement, {"year": line.year})
    audit.record(
        by=system("retention"),
        action="seal.purge",
        subject="seal",
        subject_id=end.id,
        codes=f"{chain} seq={end.seq} rows={line.rows}",
    )


def last_purge(chain: str) -> SealPurge | None:
    """Return how far a chain's rows have gone, None if all are there."""
    stmt = sa.select(SealPurge).where(SealPurge.chain == chain).order_by(SealPurge.seq.desc()).limit(1)
    return db.session.scalar(stmt)
