"""Taking in facts and balances: preview, one confirm by a decider, all or nothing; undo is in ``undo``.

Only allow-listed values are ever written; the file itself is read once and never kept.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, DomainError, Forbidden, Invalid
from jifen.decisions import asks, todo
from jifen.members import imports
from jifen.members.import_plan import NotPreviewed
from jifen.members.imports import MAX_KEPT_PROBLEMS, Tell, teller
from jifen.members.models import ImportBatch, ImportLayout
from jifen.members.roster.problems import Problem, Severity, column_letters
from jifen.org import queries as org
from jifen.points.intake import queries as reads
from jifen.points.intake import staging, writes
from jifen.points.intake.drafts import Draft
from jifen.points.intake.lines import Read
from jifen.points.intake.mapping import Mapping as Said
from jifen.points.intake.mapping import mapping_of, mapping_to
from jifen.points.intake.models import ImportLine
from jifen.points.intake.plan import draft_of
from jifen.points.intake.reading import read_book
from jifen.points.intake.words import Kind
from jifen.points.policy import P, others_matter

#: What an open question about a confirmer's own lines is called (see ``decisions.asks``).
SUBJECT = "import"
todo.provide(SUBJECT, "导入的记录，待另一位负责人确认", "records.records")


class IntakeBlocked(DomainError):
    """Errors or unanswered questions remain; nothing was written."""

    code: ClassVar[str] = "facts_blocked"
    http_status: ClassVar[int] = 422
    template: ClassVar[str] = (
        "表里还有{errors}处错误、{questions}个问题没有处理，没有导入任何内容。请按提示改正或回答后再确认。"
    )


class NothingWaits(Conflict):
    """No line of the batch waits for another decider."""

    code: ClassVar[str] = "nothing_waits"
    template: ClassVar[str] = "这个批次没有等待确认的记录，不用再处理。"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would do, before anybody says yes."""

    batch_id: int
    kind: str
    unit_id: int
    unit_code: str
    unit_name: str
    file_name: str
    #: Sheet, header rows, columns and meetings, dropped headers, lines.
    sheets: list[dict[str, Any]]
    #: lines, people, new, attached, own, absent, leave, left_out, repeated, errors, questions, doubts.
    counts: dict[str, int]
    #: (item, name, lines).
    items: list[tuple[str, str, int]]
    problems: list[Problem]

    @property
    def questions(self) -> list[tuple[str, Problem]]:
        """Each question once, with its key."""
        asked: dict[str, Problem] = {}
        for problem in self.problems:
            key = problem.remedy.rpartition("问题编号：")[2]
            if problem.severity == Severity.QUESTION:
                asked.setdefault(key, problem)
        return list(asked.items())

    @property
    def ready(self) -> bool:
        """Whether it can be confirmed as it stands."""
        return not (self.counts["errors"] or self.counts["questions"]) and self.counts["lines"] > 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a confirmation did."""

    batch_id: int
    #: Lines that count from now on.
    posted: int
    #: Lines whose deed counted already: they stand beside it.
    attached: int
    #: The confirmer's own lines: another decider confirms them.
    waiting: int


def preview(
    source: Path | bytes,
    kind: Kind,
    *,
    file_name: str,
    unit_code: str | None = None,
    mapping: Said | None = None,
    progress: Tell | None = None,
    by: Actor,
) -> Preview:
    """Read a sheet of facts or balances, guess, match, and keep the allowed values for a day.

    :param unit_code: the unit it is brought for; None: the nearest that the actor works for
    :raises RosterUnreadable: not a workbook that can be opened; nothing is kept
    :raises Forbidden: the actor may not import for that unit
    """
    mapping = mapping or Said()
    today = clock.today()
    batch_id = imports.reserve()
    tell = teller(batch_id, progress)
    with transaction() as session:
        home = org.unit_by_code(unit_code) if unit_code else _own_unit(by)
        if home is None:
            raise Invalid(reason="请写明是哪个组织的（组织代码）。")
        if not reads.may_prepare(by, home.path):
            raise Forbidden(action=words_for(P.IMPORT_FACTS))
        reading = read_book(
            source,
            kind,
            today=today,
            mapping=mapping,
            remembered=reads.remembered(home.id).get,
            progress=lambda done, total: tell("read", done, total),
        )
        lines = reading.lines
        tell("match", 0, len(lines))
        said = mapping_to(mapping)
        for sheet in reading.sheets:
            if sheet.item and not mapping.of(sheet.name).item:
                said["sheets"].setdefault(sheet.name, dict(said["sheets"].get("*", {})))["item"] = sheet.item
        batch = ImportBatch(
            id=batch_id,
            kind=kind,
            unit_id=home.id,
            state="previewed",
            file_name=Path(file_name).name[:120],
            layout={"mapping": said, "sheets": [_sheet_view(sheet) for sheet in reading.sheets]},
            summary={
                "problems": [dataclasses.asdict(p) for p in reading.problems[:MAX_KEPT_PROBLEMS]],
                "counts": Counter(p.severity for p in reading.problems),
            },
            total=len(lines),
            staged=staging.pack(lines),
            created_by=by.member_id,
        )
        session.add(batch)
        session.flush()  # the batch, before its audit line
        audit.record(by=by, action="facts.preview", subject="import_batch", subject_id=batch.id)
        return _view(batch, _draft(batch, None, by))


def review(batch_id: int, *, answers: Mapping[str, str] | None = None, by: Actor) -> Preview:
    """Return the preview anew, with answers given; writes nothing.

    :raises NotPreviewed: it was confirmed, dropped or is too old
    """
    batch = reads.access_batch(batch_id, by=by)
    return _view(batch, _draft(batch, answers, by))


def answer(batch_id: int, *, answers: Mapping[str, str], by: Actor) -> Preview:
    """Keep answers with the preview, for whoever confirms it; returns it anew.

    :raises NotPreviewed: it was confirmed, dropped or is too old
    """
    with transaction() as session:
        batch = reads.access_batch(batch_id, by=by, lock=True)
        draft = _draft(batch, answers, by)
        said = batch.layout["mapping"]
        mapping = {**said, "answers": {**said["answers"], **answers}}
        batch.layout = {**batch.layout, "mapping": mapping}
        session.flush()  # the answers, before the audit line that tells of them
        audit.record(by=by, action="facts.answer", subject="import_batch", subject_id=batch.id)
        return _view(batch, draft)


def confirm(
    batch_id: int,
    *,
    answers: Mapping[str, str] | None = None,
    progress: Tell | None = None,
    by: Actor,
) -> Outcome:
    """Take the previewed sheet in: everything or nothing, the confirmer's own lines left to another decider.

    :raises Forbidden: who prepares does not decide
    :raises IntakeBlocked: errors or unanswered questions remain
    :raises NotPreviewed: it was confirmed, dropped or is too old
    :raises BalanceTwice: somebody's months were taken over meanwhile
    """
    tell = teller(batch_id, progress)
    with transaction() as session:
        batch = reads.access_batch(batch_id, by=by, lock=True)
        path = reads.path_of(batch.unit_id)
        if by.member_id is None or not permits(by, P.CONFIRM_FACTS, reads.scope_of(path)):
            raise Forbidden(action=words_for(P.CONFIRM_FACTS))
        draft = _draft(batch, answers, by)
        counts = _severities(batch, draft)
        if counts["error"] or counts["question"] or not draft.lines:
            raise IntakeBlocked(
                errors=counts["error"],
                questions=counts["question"],
                problems=[dataclasses.asdict(p) for p in draft.problems[:20]],
            )
        tell("write", 0, batch.total)
        own = [one for one in draft.lines if not others_matter(by, one.member_id, path)]
        others = [one for one in draft.lines if others_matter(by, one.member_id, path)]
        kind = Kind(batch.kind)
        posted, attached = writes.write(batch.id, kind, others, by=by)
        writes.keep_waiting(batch.id, own)
        if own:
            # Whom he stands in for keeps out of his own line as well.
            apart = {one.member_id for one in own}
            asked = asks.unit_for(path, by.member_id, not_by=apart)
            asks.ask(SUBJECT, batch.id, unit_id=asked, concerns=by.member_id, not_by=apart)
        _remember(batch)
        batch.state, batch.confirmed_at, batch.staged = "confirmed", clock.now(), None
        batch.done = posted + attached
        batch.summary = {"outcome": {"posted": posted, "attached": attached, "waiting": len(own)}}
        session.flush()  # the state, before the audit line that tells of it
        codes = f"{kind} {posted}+{attached}+{len(own)}"
        audit.record(by=by, action="facts.confirm", subject="import_batch", subject_id=batch.id, codes=codes)
        tell("write", batch.total, batch.total)
        return Outcome(batch.id, posted, attached, len(own))


def confirm_waiting(batch_id: int, *, by: Actor) -> Outcome:
    """Confirm the lines of the first confirmer himself, as another decider.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises NothingWaits: the batch was undone meanwhile
    """
    with transaction() as session:
        asked = asks.access(SUBJECT, batch_id, by=by)
        batch = session.get(ImportBatch, batch_id, with_for_update=True)
        waiting = list(
            session.scalars(
                sa.select(ImportLine)
                .where(ImportLine.batch_id == batch_id, ImportLine.state == "waiting")
                .order_by(ImportLine.id)
            )
        )
        if batch is None or batch.state != "confirmed" or not waiting:
            raise NothingWaits
        posted, attached = writes.write_waiting(Kind(batch.kind), waiting, by=by)
        asks.decide(asked, "approved", by=by)
        batch.done += posted + attached
        session.flush()  # the state, before the audit line that tells of it
        codes = f"{batch.kind} {posted}+{attached}"
        audit.record(by=by, action="facts.confirm", subject="import_batch", subject_id=batch.id, codes=codes)
        return Outcome(batch.id, posted, attached, 0)


def drop(batch_id: int, *, by: Actor) -> None:
    """Give a preview up; its lines go at once.

    :raises NotPreviewed: it was confirmed or dropped
    """
    with transaction() as session:
        batch = reads.access_batch(batch_id, by=by, lock=True)
        if batch.state != "previewed":
            raise NotPreviewed
        batch.state, batch.staged, batch.summary = "dropped", None, {}
        session.flush()  # the state, before the audit line that tells of it
        audit.record(by=by, action="facts.drop", subject="import_batch", subject_id=batch.id)


def _own_unit(by: Actor) -> Any:
    """Return the smallest unit for which the actor prepares."""
    paths = [h.path for h in by.holdings if reads.may_prepare(by, h.path)]
    if by.is_system:
        return org.root()
    longest = max(paths, key=len, default=None)
    return org.unit(int(longest.rstrip("/").rsplit("/", 1)[1])) if longest else None


def _draft(batch: ImportBatch, answers: Mapping[str, str] | None, by: Actor) -> Draft:
    if batch.state != "previewed" or batch.staged is None:
        raise NotPreviewed
    said = mapping_of(batch.layout["mapping"])
    return draft_of(
        staging.unpack(batch.staged),
        Kind(batch.kind),
        said,
        {**said.answers, **(answers or {})},
        home_path=reads.path_of(batch.unit_id),
        own_id=by.member_id,
        today=clock.today(),
    )


def _severities(batch: ImportBatch, draft: Draft) -> Counter[str]:
    return Counter(batch.summary.get("counts", {})) + Counter(str(p.severity) for p in draft.problems)


def _sheet_view(sheet: Read) -> dict[str, Any]:
    layout = sheet.layout
    return {
        "sheet": sheet.name,
        "header": list(layout.header),
        "columns": [
            {"field": c.field.value, "column": column_letters(c.index), "header": c.header, "how": c.how}
            for c in layout.columns
        ],
        "meetings": [
            {"column": column_letters(m.index), "on": m.on.isoformat(), "words": m.words}
            for m in layout.meetings
        ],
        "dropped": list(layout.dropped),
        "item": sheet.item,
        "signature": layout.signature,
        "lines": len(sheet.lines),
    }


def _view(batch: ImportBatch, draft: Draft) -> Preview:
    kept = [Problem(**{**p, "severity": Severity(p["severity"])}) for p in batch.summary["problems"]]
    found = _severities(batch, draft)
    unit = org.unit(batch.unit_id)
    items: Counter[tuple[str, str]] = Counter()
    for one in draft.lines:
        item = one.rules.book.items.get(one.item_code)
        items[one.item_code, item.name if item else "接续积分"] += 1
    return Preview(
        batch_id=batch.id,
        kind=batch.kind,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        file_name=batch.file_name,
        sheets=batch.layout["sheets"],
        counts={
            "lines": len(draft.lines),
            "people": len({one.member_id for one in draft.lines}),
            "new": sum(one.held is None for one in draft.lines),
            "attached": sum(one.held is not None for one in draft.lines),
            **{key: draft.passed[key] for key in ("absent", "leave", "left_out", "repeated")},
            "errors": found["error"],
            "questions": found["question"],
            "doubts": found["doubt"],
        },
        items=[(code, name, n) for (code, name), n in sorted(items.items())],
        problems=[*kept, *draft.problems],
    )


def _remember(batch: ImportBatch) -> None:
    """Keep the columns and the item that a person said, for the office's next sheet with that header."""
    said = mapping_of(batch.layout["mapping"])
    for sheet in batch.layout["sheets"]:
        given = {c["field"]: c["column"] for c in sheet["columns"] if c["how"] == "given"}
        of = said.of(sheet["sheet"])
        given |= {f.value: None for f, index in of.columns.items() if index is None}
        if of.item:
            given["="] = of.item
        if given:
            # Signatures of rosters are bare: the sign keeps the two kinds of sheets apart.
            signature = "+" + sheet["signature"]
            row = ImportLayout(
                unit_id=batch.unit_id, signature=signature, columns=given, saved_at=clock.now()
            )
            db.session.merge(row)
