"""Taking in a roster (花名册): preview, one confirm, all or nothing; undo is in ``import_undo``.

Only allow-listed values are ever written, to the batch and to the tables; the
file itself is read once and never kept.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.audit import service as audit
from jifen.core import clock, queue
from jifen.core.actor import Actor, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import DomainError, Forbidden, Invalid
from jifen.members import import_queries as reads
from jifen.members.import_apply import Outcome, apply
from jifen.members.import_plan import (
    NotPreviewed,
    Preview,
    draft_of,
    home_of,
    redraft,
    severities,
    sheet_view,
    view_of,
)
from jifen.members.models import ImportBatch, ImportLayout, ImportProgress
from jifen.members.policy import P
from jifen.members.roster import staging
from jifen.members.roster.mapping import Mapping as RosterMapping
from jifen.members.roster.mapping import mapping_of, mapping_to
from jifen.members.roster.people import extract
from jifen.members.roster.reader import read_book
from jifen.org import queries as org

#: Problems kept with a batch; what is beyond is counted.
MAX_KEPT_PROBLEMS = 1000
#: Called with the stage (read, match, write), what is done and what there is.
Tell = Callable[[str, int, int], None]

#: One roster is confirmed or undone at a time, so that two never take the same person for new.
ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(7205759401)")


class RosterBlocked(DomainError):
    """Errors or unanswered questions remain; nothing was written."""

    code: ClassVar[str] = "roster_blocked"
    http_status: ClassVar[int] = 422
    template: ClassVar[str] = (
        "名册还有{errors}处错误、{questions}个问题没有处理，没有导入任何内容。请按提示改正或回答后再确认。"
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Hold the cycle collector while a sheet becomes objects: it would walk all of them, again and again.

    Rows make no cycles; at 300 000 people the walks took as long as the work (measured).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def reserve() -> int:
    """Return the id that a coming batch will bear, so that its progress can be watched from the start."""
    with transaction() as session:
        return session.scalar(sa.text("SELECT nextval(pg_get_serial_sequence('import_batch', 'id'))"))


@_collector_paused()
def preview(
    source: Path | bytes,
    *,
    file_name: str,
    unit_code: str | None = None,
    mapping: RosterMapping | None = None,
    create_branches: bool = False,
    batch_id: int | None = None,
    uploaded: bool = False,
    progress: Tell | None = None,
    by: Actor,
) -> Preview:
    """Read a roster, guess, match, and keep the allowed values for a day.

    :param unit_code: the unit it is brought for; None: the one department it names, else the whole city
    :param mapping: what a person says about sheets and columns; what he corrected before is remembered
    :param batch_id: from ``reserve``
    :param uploaded: ``source`` is a temporary file: it is deleted whatever happens
    :raises RosterUnreadable: not a workbook that can be opened; nothing is kept
    :raises Forbidden: the actor may not import for that unit
    """
    mapping = mapping or RosterMapping()
    today = clock.today()
    if mapping.since and mapping.since > today:
        raise Invalid(reason="“since”不能晚于今天，请核对。")
    try:
        batch_id = batch_id or reserve()
        tell = teller(batch_id, progress)
        with transaction() as session:
            office = org.unit_by_code(unit_code) if unit_code else org.root()
            if office is None:
                raise Invalid(reason="还没有建立工委，请先运行 flask setup。")
            reading = read_book(
                source,
                mapping=mapping,
                remembered=reads.remembered(office.id).get,
                progress=lambda done, total: tell("read", done, total),
            )
            found = extract(reading, today=today)
            home = home_of(office, found.entries, narrow=unit_code is None and not mapping.sheets)
            if not reads.may_import(by, home.path):
                raise Forbidden(action=words_for(P.IMPORT))
            tell("match", 0, len(found.entries))
            batch = ImportBatch(
                id=batch_id,
                unit_id=home.id,
                state="previewed",
                file_name=Path(file_name).name[:120],
                layout={
                    "office": office.id,
                    "mapping": mapping_to(mapping),
                    "sheets": [sheet_view(sheet) for sheet in reading.sheets],
                },
                summary={
                    "problems": [dataclasses.asdict(p) for p in found.problems[:MAX_KEPT_PROBLEMS]],
                    "counts": Counter(p.severity for p in found.problems),
                },
                total=len(found.entries),
                staged=staging.pack(found.entries),
                created_by=by.member_id,
            )
            session.add(batch)
            session.flush()  # the batch, before its audit line
            draft = draft_of(batch, home, found.entries, mapping.answers, create_branches, by)
            audit.record(by=by, action="roster.preview", subject="import_batch", subject_id=batch.id)
            return view_of(batch, draft)
    finally:
        if uploaded and isinstance(source, Path):
            source.unlink(missing_ok=True)


def review(
    batch_id: int, *, answers: Mapping[str, str] | None = None, create_branches: bool = False, by: Actor
) -> Preview:
    """Return the preview anew, with answers given; writes nothing.

    :raises NotPreviewed: it was confirmed, dropped or is too old
    """
    batch = reads.access_batch(batch_id, by=by)
    return view_of(batch, redraft(batch, answers, create_branches, by))


def answer(batch_id: int, *, answers: Mapping[str, str], by: Actor) -> None:
    """Keep answers with the preview, for the page that shows it anew and for the confirmation.

    :raises NotPreviewed: it was confirmed, dropped or is too old
    """
    with transaction() as session:
        batch = reads.access_batch(batch_id, by=by, lock=True)
        if batch.state != "previewed":
            raise NotPreviewed
        said = batch.layout["mapping"]
        mapping = {**said, "answers": {**said["answers"], **answers}}
        batch.layout = {**batch.layout, "mapping": mapping}
        session.flush()  # the answers, before the audit line that tells of them
        audit.record(by=by, action="roster.answer", subject="import_batch", subject_id=batch.id)


@_collector_paused()
def confirm(
    batch_id: int,
    *,
    answers: Mapping[str, str] | None = None,
    create_branches: bool = False,
    progress: Tell | None = None,
    by: Actor,
) -> Outcome:
    """Take the previewed roster in: everything or nothing.

    :raises RosterBlocked: errors or unanswered questions remain
    :raises NotPreviewed: it was confirmed, dropped or is too old
    """
    tell = teller(batch_id, progress)
    with transaction() as session:
        session.execute(ONE_AT_A_TIME)
        batch = reads.access_batch(batch_id, by=by, lock=True)
        draft = redraft(batch, answers, create_branches, by)
        counts = severities(batch, draft)
        if counts["error"] or counts["question"] or not (draft.plan.arrivals or draft.plan.matches):
            raise RosterBlocked(
                errors=counts["error"],
                questions=counts["question"],
                problems=[dataclasses.asdict(p) for p in draft.problems[:20]],
            )
        tell("write", 0, batch.total)
        outcome = apply(batch, draft, by=by, step=lambda done, total: tell("write", done, total))
        remember(batch)
        batch.state, batch.confirmed_at, batch.staged = "confirmed", clock.now(), None
        batch.done = len(draft.plan.arrivals) + len(draft.plan.matches)
        batch.summary = {
            "outcome": dataclasses.asdict(outcome),
            "branches": list(draft.branches.values()),
        }
        session.flush()  # the state, before the audit line that tells of it
        audit.record(by=by, action="roster.confirm", subject="import_batch", subject_id=batch.id)
        queue.defer("points.follow", path=draft.home.path)
        tell("write", batch.total, batch.total)
        return outcome


def drop(batch_id: int, *, by: Actor) -> None:
    """Give a preview up; its rows go at once.

    :raises NotPreviewed: it was confirmed or dropped
    """
    with transaction() as session:
        batch = reads.access_batch(batch_id, by=by, lock=True)
        if batch.state != "previewed":
            raise NotPreviewed
        batch.state, batch.staged, batch.summary = "dropped", None, {}
        session.flush()  # the state, before the audit line that tells of it
        audit.record(by=by, action="roster.drop", subject="import_batch", subject_id=batch.id)


def purge(*, before: dt.datetime) -> int:
    """Drop previews older than ``before``; returns how many. The clock calls it with a day ago."""
    with transaction() as session:
        gone = session.scalars(
            sa.update(ImportBatch)
            .where(ImportBatch.state == "previewed", ImportBatch.created_at < before)
            .values(state="dropped", staged=None, summary={})
            .returning(ImportBatch.id)
        ).all()
        finished = sa.select(ImportBatch.id).where(ImportBatch.state != "previewed")
        session.execute(sa.delete(ImportProgress).where(ImportProgress.batch_id.in_(finished)))
        return len(gone)


def remember(batch: ImportBatch) -> None:
    """Keep the columns that a person corrected, for the office's next sheet with that header."""
    for sheet in batch.layout["sheets"]:
        given = {c["field"]: c["column"] for c in sheet["columns"] if c["how"] == "given"}
        said = mapping_of(batch.layout["mapping"]).of(sheet["sheet"])
        given |= {f.value: None for f, index in said.columns.items() if index is None}
        if given:
            db.session.merge(
                ImportLayout(
                    unit_id=batch.layout["office"],
                    signature=sheet["signature"],
                    columns=given,
                    saved_at=clock.now(),
                )
            )


def teller(batch_id: int, progress: Tell | None) -> Tell:
    """Return what tells progress to the caller and to whoever looks at the batch from outside."""

    def tell(stage: str, done: int, total: int) -> None:
        values = {"stage": stage, "done": done, "total": total}
        upsert = insert(ImportProgress).values(batch_id=batch_id, **values)
        # A connection of its own that commits at once: the import's own transaction shows nothing until its end.
        engine = db.engine.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as aside:
            aside.execute(upsert.on_conflict_do_update(index_elements=["batch_id"], set_=values))
        if progress:
            progress(stage, done, total)

    return tell
