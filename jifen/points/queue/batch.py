"""Confirming many at once (一起确认): what wants a look of its own is left out, and said why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import attempt, table_of, transaction
from jifen.core.errors import DomainError, NotFound
from jifen.decisions.models import Decision
from jifen.org import bases
from jifen.org.models import Unit
from jifen.points import deciding, errors
from jifen.points.models import Report
from jifen.points.policy import Claim, P
from jifen.points.queries_reports import Filed
from jifen.points.queue import queries
from jifen.points.states import WORDS, ReportState

#: Reports confirmed in one transaction: an interrupted batch keeps the chunks that are done.
CHUNK = 100


@dataclass(frozen=True, slots=True)
class Left:
    """A report that a batch left out."""

    report: Filed
    #: Chinese, for the decider: what to look at.
    why: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of "confirm all of these"."""

    confirmed: tuple[int, ...]
    left: tuple[Left, ...]


def confirm(
    *,
    ids: Sequence[int] | None = None,
    item: str | None = None,
    basis_id: int | None = None,
    by: Actor,
) -> Batch:
    """Confirm what waits for the actor and needs no look of its own; each decision names him and the basis.

    Doing it again goes on where it stopped: what is decided no longer waits.

    :param ids: only these reports; what does not wait for him is passed over
    :param item: only this item's code; with neither, everything that waits for him
    :param basis_id: the document of the register on which all of them rest (依据 3月28日支委会)
    :raises UnknownBasis, BasisOver: it does not hold for all of them, or today
    """
    confirmed: list[int] = []
    left: list[Left] = []
    waiting = queries.waiting(by=by, ids=ids, item=item, limit=10_000)
    left += [Left(one.report, "；".join(one.apart)) for one in waiting if one.apart]
    ready = {one.report.id: one.report for one in waiting if not one.apart}
    # Said once for all of them, not report by report.
    bases.choose(basis_id, units={one.branch_id for one in ready.values()})
    todo = list(ready)
    for start in range(0, len(todo), CHUNK):
        chunk = todo[start : start + CHUNK]
        try:
            _confirm(chunk, basis_id, by=by)
            confirmed += chunk
        except DomainError:
            # Somebody decided one of them meanwhile: the others are confirmed one by one.
            for report_id in chunk:
                try:
                    _confirm([report_id], basis_id, by=by)
                    confirmed.append(report_id)
                except DomainError as err:
                    left.append(Left(ready[report_id], err.message))
    return Batch(tuple(confirmed), tuple(left))


def _confirm(ids: Sequence[int], basis_id: int | None, *, by: Actor) -> None:
    refused = None
    with transaction():
        try:
            with attempt():
                deciding.approve_many(ids, by=by, basis_id=basis_id)
        except DomainError as err:
            refused = err  # undone by the savepoint: a surrounding use case may go on
    if refused is not None:
        raise refused


def look(report_id: int, *, by: Actor) -> None:
    """Note that somebody of the branch looked it over first (初看); it decides nothing, and once is enough.

    :raises NotYours: no such report, or not his to look at
    :raises NotPending: it was decided
    """
    with transaction() as session:
        row = session.execute(
            sa.select(Report, Unit.path).join(Unit, Unit.id == Report.branch_id).where(Report.id == report_id)
        ).first()
        if row is None or by.member_id is None or not permits(by, P.LOOK, Claim(row[0].member_id, row[1])):
            raise NotFound(what="这条上报")
        report = row[0]
        if report.state != ReportState.PENDING:
            raise errors.NotPending(number=report.number, state=WORDS[report.state], which="")
        seen = insert(table_of(Decision)).values(
            subject="report",
            subject_id=report.id,
            step=report.step,
            outcome="looked",
            concerns=report.member_id,
            decided_by=by.member_id,
            unit_id=report.branch_id,
            door=by.door,
            decided_at=clock.now(),
        )
        session.execute(seen.on_conflict_do_nothing(constraint="uq_decision_once"))
        audit.record(by=by, action="report.look", subject="report", subject_id=report.id)
