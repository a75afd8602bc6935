"""Hours from elsewhere (导入): one sheet, a preview, one confirm, one undo; they are attested, with their source.

Batches are those of every import; what the sheet says is kept for a day at
most. Who is meant is found as for points: by the number, else by name and
branch, and what could be two people is asked.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import zlib
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
from jifen.core.errors import Conflict, DomainError, Forbidden, NotFound
from jifen.documents import xlsx
from jifen.members import exports
from jifen.members.import_plan import NotPreviewed
from jifen.members.imports import MAX_KEPT_PROBLEMS, reserve
from jifen.members.models import ImportBatch
from jifen.members.roster.problems import Problem, Severity
from jifen.org.queries import unit as unit_of
from jifen.points.intake.lines import Line
from jifen.points.intake.queries import stays
from jifen.points.intake.who import Finder
from jifen.points.policy import decides_over
from jifen.volunteering import late, queries, rules, service, sheets
from jifen.volunteering.models import ServiceRecord, ServiceSpan
from jifen.volunteering.policy import P
from jifen.volunteering.service import Stretch
from jifen.volunteering.states import KIND_WORDS, SOURCE_WORDS, Source

KIND = "hours"
#: Records of a batch bear its number and their row's: a row counts once, whoever confirms twice.
ROWS = 100_000


class HoursBlocked(DomainError):
    """Errors or unanswered questions remain; nothing was written."""

    code: ClassVar[str] = "hours_blocked"
    http_status: ClassVar[int] = 422
    template: ClassVar[str] = "表里还有{count}处要处理，没有导入任何内容。请按提示改正或回答后再确认。"


class NothingToUndo(Conflict):
    """The batch brought nothing that still counts."""

    code, template = "hours_nothing_to_undo", "这个批次没有可以撤销的记录了。"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet of hours would do, before anybody says yes."""

    batch_id: int
    state: str
    unit_id: int
    file_name: str
    platform: str
    #: Rows that would count, those that stand here already, minutes in all.
    lines: int
    repeated: int
    minutes: int
    problems: list[Problem]

    @property
    def questions(self) -> list[tuple[str, Problem]]:
        """Each question once, with its key."""
        asked = {
            p.remedy.rpartition("问题编号：")[2]: p for p in self.problems if p.severity == Severity.QUESTION
        }
        return list(asked.items())

    @property
    def ready(self) -> bool:
        """Whether it can be confirmed as it stands."""
        return self.lines > 0 and all(p.severity == Severity.DOUBT for p in self.problems)


def preview(source: Path | bytes, *, file_name: str, unit_id: int, platform: str, by: Actor) -> Preview:
    """Read a sheet of hours from another platform and keep what it says for a day.

    :param platform: where they come from, as certificates say it
    :raises RosterUnreadable: not a workbook that can be opened; nothing is kept
    :raises NotFound, Forbidden: not the actor's unit to see, or not to write for
    """
    with transaction() as session:
        unit = late.access_unit(unit_id, P.ENTER, by=by)
        rows, problems = sheets.read(source, today=clock.today())
        batch = ImportBatch(
            id=reserve(),
            kind=KIND,
            unit_id=unit.id,
            state="previewed",
            file_name=file_name[:120],
            summary={
                "platform": platform.strip()[:40],
                "problems": [dataclasses.asdict(p) for p in problems[:MAX_KEPT_PROBLEMS]],
            },
            total=len(rows),
            staged=zlib.compress(json.dumps([row.kept() for row in rows]).encode()),
            created_by=by.member_id,
        )
        session.add(batch)
        session.flush()  # the batch, before its audit line
        audit.record(by=by, action="hours.preview", subject="import_batch", subject_id=batch.id)
        return _view(batch, *_draft(batch))


def review(batch_id: int, *, answers: Mapping[str, str] | None = None, by: Actor) -> Preview:
    """Look at a batch again; answers to its questions are kept with it.

    :raises NotFound: no such batch, or another unit's
    """
    with transaction() as session:
        batch = _access(batch_id, by=by, lock=bool(answers))
        if batch.state != "previewed":
            return _view(batch, [], 0, [])
        if answers:
            batch.summary = batch.summary | {"answers": batch.summary.get("answers", {}) | dict(answers)}
            session.flush()  # the answers, before the draft reads them
        return _view(batch, *_draft(batch))


def batches(*, by: Actor, limit: int = 20) -> list[ImportBatch]:
    """Return the imports of hours of the actor's units, newest first."""
    stmt = sa.select(ImportBatch).where(ImportBatch.kind == KIND).order_by(ImportBatch.id.desc()).limit(200)
    rows = db.session.scalars(stmt)
    return [b for b in rows if permits(by, P.ENTER, late.scope_of(unit_of(b.unit_id)))][:limit]


def confirm(batch_id: int, *, by: Actor) -> service.Credited:
    """Take the hours in, all of them, as a decider of the unit; the confirmer's own are left to another one.

    :raises NotFound, Forbidden: another unit's, or not the actor's to decide
    :raises NotPreviewed: it was confirmed, dropped, or is more than a day old
    :raises HoursBlocked: something is wrong or asked; nothing is written
    """
    with transaction() as session:
        batch = _access(batch_id, by=by, lock=True)
        unit = unit_of(batch.unit_id)
        if not (permits(by, P.DECIDE) and decides_over(by, late.scope_of(unit))):
            raise Forbidden(action=words_for(P.DECIDE))
        if batch.state != "previewed" or batch.staged is None:
            raise NotPreviewed
        stretches, _, problems = _draft(batch)
        if not stretches or any(p.severity != Severity.DOUBT for p in problems):
            raise HoursBlocked(count=max(1, len([p for p in problems if p.severity != Severity.DOUBT])))
        done = service.write(stretches, by=by)
        batch.state, batch.confirmed_at, batch.staged = "confirmed", clock.now(), None
        batch.done = len(stretches)
        audit.record(
            by=by,
            action="hours.confirm",
            subject="import_batch",
            subject_id=batch.id,
            codes=str(len(stretches)),
        )
        session.flush()  # the state, before the caller reads
        return done


def undo(batch_id: int, *, by: Actor) -> int:
    """Take a confirmed batch back, whole, by linked reversals.

    :return: how many records no longer count
    :raises NotFound, Forbidden: another unit's, or not the actor's to decide
    :raises NothingToUndo: nothing of it counts any more
    """
    with transaction() as session:
        batch = _access(batch_id, by=by, lock=True)
        if not decides_over(by, late.scope_of(unit_of(batch.unit_id))):
            raise Forbidden(action=words_for(P.DECIDE))
        stmt = (
            sa.select(ServiceRecord.id)
            .join(ServiceSpan, ServiceSpan.record_id == ServiceRecord.id)
            .where(
                ServiceRecord.source == Source.IMPORT,
                ServiceRecord.source_id.between(batch.id * ROWS, batch.id * ROWS + ROWS - 1),
            )
        )
        ids = list(session.scalars(stmt))
        if batch.state != "confirmed" or not ids:
            raise NothingToUndo
        service.reverse(ids, by=by)
        batch.state, batch.undone_at = "undone", clock.now()
        audit.record(
            by=by, action="hours.undo", subject="import_batch", subject_id=batch.id, codes=str(len(ids))
        )
        session.flush()  # the state, before the caller reads
        return len(ids)


def _access(batch_id: int, *, by: Actor, lock: bool = False) -> ImportBatch:
    stmt = sa.select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.kind == KIND)
    batch = db.session.scalar(stmt.with_for_update() if lock else stmt)
    if batch is None or not permits(by, P.ENTER, late.scope_of(unit_of(batch.unit_id))):
        raise NotFound(what="这个导入批次")
    return batch


def _draft(batch: ImportBatch) -> tuple[list[Stretch], int, list[Problem]]:
    """Return what would be written, how many rows stand here already, and what is wrong or asked."""
    problems = [Problem(**p | {"severity": Severity(p["severity"])}) for p in batch.summary["problems"]]
    kept: list[dict[str, Any]] = json.loads(zlib.decompress(batch.staged)) if batch.staged else []
    rows = [sheets.Row.of(one) for one in kept]
    if not rows:
        return [], 0, problems
    unit = unit_of(batch.unit_id)
    answers: Mapping[str, str] = batch.summary.get("answers", {})
    finder = Finder(stays(unit.path, min(row.day for row in rows if row.day)), answers, problems)
    found: list[tuple[sheets.Row, int, rules.Span]] = []
    for row in rows:
        line = Line(sheet="", row=row.row, number=row.number, name=row.name, branch=row.branch)
        member, span = finder.find(line), span_of(row)
        if span is None or span[1] > clock.now():
            problems.append(_problem(row, "time", "结束不晚于开始，或还没有到", "请核对这一行的时间。"))
        elif member is not None:
            found.append((row, member, span))
    repeated = _repeated(found, problems)
    title_ids: dict[str, int] = {}
    stretches = []
    for row, member, span in found:
        if row.row in repeated:
            continue
        if row.title not in title_ids:
            named = f"{row.title}（{batch.summary['platform']}）"
            title_ids[row.title] = service.title(named, unit_id=unit.id)
        stretches.append(
            Stretch(
                member_id=member,
                unit_id=unit.id,
                served=span,
                window=span,
                source=Source.IMPORT,
                source_id=batch.id * ROWS + row.row,
                title_id=title_ids[row.title],
            )
        )
    return stretches, len(repeated), problems


def span_of(row: sheets.Row) -> rules.Span | None:
    """Return the time of a row; a length shorter than from beginning to end is what was served."""
    assert row.day is not None, "a row has a day"
    begins = _at(row.day, row.since)
    ends = _at(row.day, row.until) if row.until else None
    if ends is not None and ends <= begins:
        ends += dt.timedelta(days=1)
    if row.length is not None:
        served = begins + dt.timedelta(minutes=row.length)
        ends = min(ends, served) if ends is not None else served
    too_long = ends is not None and ends - begins > dt.timedelta(hours=24)
    return None if ends is None or too_long or not rules.minutes((begins, ends)) else (begins, ends)


def _at(day: dt.date, text: str) -> dt.datetime:
    hour, minute = text.split(":")
    return clock.at(day, int(hour), int(minute))


def _repeated(found: list[tuple[sheets.Row, int, rules.Span]], problems: list[Problem]) -> set[int]:
    """Return the rows that stand here to the minute already; what only overlaps is a problem of its row."""
    taken: dict[int, list[rules.Span]] = {}
    for member, _, other in late.overlaps([(m, span) for _, m, span in found]):
        taken.setdefault(member, []).append(other)
    again = set()
    for row, member, span in found:
        before = taken.setdefault(member, [])
        if span in before:
            again.add(row.row)
        elif not rules.free_of(span, before):
            reason = "和已有的记录或表里别的行时间重叠，同一段时间只能算一次"
            problems.append(_problem(row, "overlap", reason, "请核对时间，重复的行请删去。"))
        else:
            before.append(span)
    return again


def _problem(row: sheets.Row, code: str, reason: str, remedy: str) -> Problem:
    return Problem("", row.row, "", code, reason, remedy, Severity.ERROR)


def _view(batch: ImportBatch, stretches: list[Stretch], repeated: int, problems: list[Problem]) -> Preview:
    return Preview(
        batch_id=batch.id,
        state=batch.state,
        unit_id=batch.unit_id,
        file_name=batch.file_name,
        platform=batch.summary["platform"],
        lines=len(stretches),
        repeated=repeated,
        minutes=sum(rules.minutes(s.served) for s in stretches),
        problems=problems,
    )


def export(unit_id: int, year: int, *, by: Actor) -> bytes:
    """Return a unit's hours of a year in the sheet that ``preview`` reads, as .xlsx.

    :raises NotFound, Forbidden: not the actor's to see, or not to export
    :raises TooLarge: more people than one sheet is for
    """
    late.refuse_year(year)
    unit = late.access_unit(unit_id, P.LIST, by=by)
    if not permits(by, P.EXPORT, late.scope_of(unit)):
        raise Forbidden(action=words_for(P.EXPORT))
    with transaction():
        there = {p.member_id: p for p in late.everybody(unit)}
        rows = []
        counts: Counter[int] = Counter()
        for line in queries.year_lines(sorted(there), year):
            person = there[line.member_id]
            since, until = (at.astimezone(clock.SHANGHAI) for at in (line.started_at, line.ended_at))
            counts[line.member_id] += line.minutes
            rows.append(
                (
                    person.name,
                    person.number,
                    person.branch_name,
                    line.title,
                    line.occurred_on,
                    f"{since:%H:%M}",
                    f"{until:%H:%M}",
                    f"{line.minutes}分钟",
                    f"{KIND_WORDS[line.kind]}，{SOURCE_WORDS[line.source]}",
                )
            )
        return exports.sheet(
            xlsx.Table(
                name="志愿服务时长",
                title=f"{unit.name} {year}年志愿服务时长（{len(counts)}人，共{rules.formatted(counts.total())}）",
                header=("姓名", "编号", "支部", "项目", "日期", "开始", "结束", "时长", "怎么来的"),
                widths=(12, 12, 22, 28, 12, 8, 8, 10, 20),
                rows=rows,
            ),
            what="志愿服务时长",
            people=sorted(counts),
            unit_id=unit.id,
            by=by,
        )
