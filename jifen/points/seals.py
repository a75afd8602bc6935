"""Sealing: whole finished ranges of ledger and audit rows, chained by their digests.

Posting never waits for the chain. A batch holds every row whose transaction
id lies in ``[since_xid, until_xid)``; all those transactions have ended when
it is sealed, so nothing can join it later, and nothing is marked on the rows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.points.models import Seal, SealPurge

CHAINS = {
    "ledger": sa.text(
        "SELECT id, concat_ws('|', id, member_id, branch_id, rulebook_code, item_code, quantity,"
        " coalesce(value::text, '-'), coalesce(level, '-'), coalesce(role, '-'), excused, occurred_on, occasion,"
        " source, source_id, revision, coalesce(decided_by, 0), coalesce(reverses_id, 0),"
        " to_char(recorded_at, 'YYYYMMDDHH24MISSUS'), xid)"
        " FROM ledger_entry WHERE xid >= :since AND xid < :until ORDER BY id"
    ),
    "audit": sa.text(
        "SELECT id, concat_ws('|', id, to_char(at, 'YYYYMMDDHH24MISSUS'), coalesce(actor_member_id, 0), actor_name,"
        " door, action, subject, subject_id, codes, xid)"
        " FROM audit_entry WHERE xid >= :since AND xid < :until ORDER BY id"
    ),
}
#: A row of a part whose rows have gone.
_LEFT = {
    "ledger": sa.text("SELECT id FROM ledger_entry WHERE xid < :until ORDER BY id LIMIT 1"),
    "audit": sa.text("SELECT id FROM audit_entry WHERE xid < :until ORDER BY id LIMIT 1"),
}
#: Rows past every transaction that may still be running.
_HORIZON = sa.text("SELECT base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM xid_base")
FIRST = "0" * 64
#: Bytes of a running digest kept for each row.
MARK = 4


class Unordered(RuntimeError):
    """Transaction ids went back: the data was moved by hand; ``SELECT continue_xids()`` mends it."""


def seal_all() -> int:
    """Seal what is finished, in both chains.

    :return: rows sealed
    :raises Unordered: the data was moved by other means than ``flask db restore``
    """
    return sum(_seal(chain) for chain in CHAINS)


def _seal(chain: str) -> int:
    with transaction() as session:
        # One sealer at a time; the lock ends with the transaction.
        session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('seal:' || :c))"), {"c": chain})
        last = session.scalar(sa.select(Seal).where(Seal.chain == chain).order_by(Seal.seq.desc()).limit(1))
        since = last.until_xid if last else 0
        until = session.execute(_HORIZON).scalar_one()
        if until < since:
            raise Unordered(f"{chain}: {until} < {since}")
        digest, ids, marks = _digest(chain, since, until, last.digest if last else FIRST)
        if not ids:
            return 0
        session.add(
            Seal(
                chain=chain,
                seq=last.seq + 1 if last else 1,
                since_xid=since,
                until_xid=until,
                rows=len(ids),
                digest=digest,
                marks=marks,
                sealed_at=clock.now(),
            )
        )
        session.flush()  # the seal, inside the lock
        return len(ids)


def _digest(chain: str, since: int, until: int, previous: str) -> tuple[str, list[int], bytes]:
    """Return the digest of a batch, the ids of its rows, and the running digest's mark after each."""
    digest, ids, marks = hashlib.sha256(f"{previous}|{since}|{until}".encode()), [], bytearray()
    rows = db.session.execute(
        CHAINS[chain], {"since": since, "until": until}, execution_options={"yield_per": 5000}
    )
    for row_id, line in rows:
        digest.update(line.encode())
        digest.update(b"\n")
        ids.append(row_id)
        marks += digest.digest()[:MARK]
    return digest.hexdigest(), ids, bytes(marks)


@dataclass(frozen=True, slots=True)
class Fault:
    """What the proof found first in one of its parts."""

    part: str
    #: Row, seal or member that is wrong.
    where: str
    why: str


def broken_seal(chain: str) -> Fault | None:
    """Return the first seal whose rows are not what was sealed; None if the chain holds."""
    previous, since, expected = FIRST, 0, 1
    gone = db.session.scalar(
        sa.select(SealPurge).where(SealPurge.chain == chain).order_by(SealPurge.seq.desc()).limit(1)
    )
    if gone is not None and (left := db.session.scalar(_LEFT[chain], {"until": gone.until_xid})) is not None:
        return Fault(chain, f"第{left}行", "这一行属于到期已清理的部分，不应存在")
    for seal in db.session.scalars(sa.select(Seal).where(Seal.chain == chain).order_by(Seal.seq)).all():
        if seal.seq != expected or seal.since_xid != since:
            return Fault(chain, f"封存第{expected}批", "封存链缺少一批或顺序不对")
        if gone is not None and seal.seq <= gone.seq:
            if seal.seq == gone.seq and (seal.digest, seal.until_xid) != (gone.digest, gone.until_xid):
                return Fault(chain, f"封存第{seal.seq}批", "到期清理的凭据与封存链不符")
            previous, since, expected = seal.digest, seal.until_xid, expected + 1
            continue
        digest, ids, marks = _digest(chain, seal.since_xid, seal.until_xid, previous)
        if digest != seal.digest or len(ids) != seal.rows:
            return Fault(
                chain, f"{_first_wrong(ids, marks, seal.marks)}（封存第{seal.seq}批）", "内容与封存时不一致"
            )
        previous, since, expected = seal.digest, seal.until_xid, expected + 1
    return None


def _first_wrong(ids: list[int], marks: bytes, sealed: bytes) -> str:
    """Name the first row that is not as it was sealed."""
    for place, row_id in enumerate(ids):
        there = slice(place * MARK, (place + 1) * MARK)
        if marks[there] != sealed[there]:
            return f"第{row_id}行"
    return f"第{ids[-1]}行之后缺少{len(sealed) // MARK - len(ids)}行" if ids else "整批缺失"
