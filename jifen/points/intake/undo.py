"""Taking a whole batch of facts or balances back: linked reversals of exactly its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import transaction
from jifen.core.errors import Conflict, Forbidden
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.members import queries as members
from jifen.members.import_undo import NotConfirmed
from jifen.points import ledger, reports
from jifen.points.intake import queries as reads
from jifen.points.intake.models import ImportLine
from jifen.points.intake.service import SUBJECT
from jifen.points.models import Corroboration, Report
from jifen.points.policy import P, others_matter
from jifen.points.states import MOVES, WORDS


class UndoRefused(Conflict):
    """Something else of the same deeds rests on these entries alone."""

    code: ClassVar[str] = "facts_undo_refused"
    template: ClassVar[str] = (
        "不能整批撤销：导入之后另有{count}条登记并入了这些记录，撤销会使它们落空。请逐条更正，或先处理那些登记。"
    )


class OwnLines(Conflict):
    """Nobody annuls his own line."""

    code: ClassVar[str] = "facts_undo_own"
    template: ClassVar[str] = "这个批次里有您本人的记录，请由其他负责人或上级党组织撤销。"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back."""

    batch_id: int
    #: Entries that count no more.
    reversed: int
    #: Lines that only stood beside what counts.
    detached: int
    #: Reports that wait for a decision again.
    reopened: int


def undo(batch_id: int, *, by: Actor) -> Undone:
    """Take a confirmed batch back: its entries are annulled by linked lines, what they had answered waits again.

    :raises Forbidden: who prepares does not decide
    :raises NotConfirmed: it was never confirmed, or undone already
    :raises OwnLines: the actor's own line is among them
    :raises UndoRefused: lists or check-ins were attached to its entries since
    """
    with transaction() as session:
        batch = reads.access_batch(batch_id, by=by, lock=True)
        path = reads.path_of(batch.unit_id)
        if by.member_id is None or not permits(by, P.CONFIRM_FACTS, reads.scope_of(path)):
            raise Forbidden(action=words_for(P.CONFIRM_FACTS))
        if batch.state != "confirmed":
            raise NotConfirmed
        lines = list(session.scalars(sa.select(ImportLine).where(ImportLine.batch_id == batch.id)))
        posted = [line for line in lines if line.state == "posted"]
        if not all(others_matter(by, line.member_id, path) for line in posted):
            raise OwnLines
        detached = sum(line.state == "attached" for line in lines)
        entries = [line.entry_id for line in posted if line.entry_id is not None]
        reopened = _reopen(entries)
        annulled = ledger.reverse_many(entries, by=by)
        session.execute(
            sa.delete(Corroboration).where(
                Corroboration.source == "import", Corroboration.source_id.in_([line.id for line in lines])
            )
        )
        session.execute(sa.update(ImportLine).where(ImportLine.batch_id == batch.id).values(state="undone"))
        asks.answered(SUBJECT, batch.id)
        batch.state, batch.undone_at, batch.done = "undone", clock.now(), 0
        session.flush()  # the state, before the audit line that tells of it
        codes = f"{batch.kind} -{len(annulled)}"
        audit.record(by=by, action="facts.undo", subject="import_batch", subject_id=batch.id, codes=codes)
        return Undone(batch.id, len(annulled), detached, reopened)


def _reopen(entries: list[int]) -> int:
    """Let the reports that these entries answered wait again; returns how many.

    :raises UndoRefused: something that waits nowhere rests on them
    """
    with transaction() as session:
        beside = list(session.scalars(sa.select(Corroboration).where(Corroboration.entry_id.in_(entries))))
        others = [one for one in beside if one.source != "report"]
        if others:
            raise UndoRefused(count=len(others))
        ids = [one.source_id for one in beside]
        stmt = sa.select(Report).where(Report.id.in_(ids)).order_by(Report.id).with_for_update()
        waiting = list(session.scalars(stmt.execution_options(populate_existing=True))) if ids else []
        for report in waiting:
            report.state = advance(MOVES, report.state, "reopen", what=f"{report.number}号", words=WORDS)
            report.decided_at = None
            where = members.belonging(report.member_id, report.occurred_on)
            report.step_unit_id = reports.asked_unit(where.branch_path if where else "", report.member_id)
            report.asked_at = clock.now()
        for one in beside:
            session.delete(one)
        session.flush()  # the reports wait before the entries go
        return len(waiting)
