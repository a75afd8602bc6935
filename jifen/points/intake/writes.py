"""Set-based writes of confirmed lines: a few statements for any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import psycopg
import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, table_of
from jifen.core.errors import Conflict
from jifen.core.period import Period
from jifen.core.states import advance
from jifen.members.import_writes import copy
from jifen.notices import service as notices
from jifen.points import ledger, standings
from jifen.points.intake.drafts import Planned
from jifen.points.intake.models import ImportLine
from jifen.points.intake.words import Kind
from jifen.points.ledger import Confirmed
from jifen.points.models import Corroboration, Report
from jifen.points.states import MOVES, WORDS
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.queries import InForce

#: What the ledger calls the two kinds.
SOURCES = {Kind.FACTS: "import", Kind.BALANCES: "takeover"}

_COLUMNS = (
    *("id", "batch_id", "member_id", "branch_id", "rulebook_id", "sheet", "row", "item_code", "occurred_on"),
    *("quantity", "value", "level", "excused", "occasion", "state", "entry_id", "since", "until"),
    *("source", "minute", "signer", "note"),
)
_IDS = sa.text("SELECT nextval(pg_get_serial_sequence('import_line', 'id')) FROM generate_series(1, :n)")


class BalanceTwice(Conflict):
    """Somebody's months were taken over in another batch meanwhile."""

    code = "balance_twice"
    template = "有同志这几个月的积分已经接续过，不能重复接续，没有导入任何内容。请刷新预览后再确认。"


def write(batch_id: int, kind: Kind, lines: Sequence[Planned], *, by: Actor) -> tuple[int, int]:
    """Post whose deed is new, keep the others beside what counts; returns how many of each."""
    if not lines:
        return 0, 0
    ids = list(db.session.scalars(_IDS, {"n": len(lines)}))
    entries, held = _post(
        [_confirmed(number, kind, one) for number, one in zip(ids, lines, strict=True)], by=by
    )
    rows = [
        (number, one, "attached" if number in held else "posted", entries[number])
        for number, one in zip(ids, lines, strict=True)
    ]
    _keep(batch_id, rows)
    return len(lines) - len(held), len(held)


def keep_waiting(batch_id: int, lines: Sequence[Planned]) -> None:
    """Keep lines that another decider confirms."""
    if lines:
        ids = db.session.scalars(_IDS, {"n": len(lines)})
        _keep(batch_id, [(number, one, "waiting", None) for number, one in zip(ids, lines, strict=True)])


def write_waiting(kind: Kind, lines: Sequence[ImportLine], *, by: Actor) -> tuple[int, int]:
    """Post lines that waited; returns how many count from now on and how many counted already."""
    facts = []
    for line in lines:
        book = rulebooks.book(line.rulebook_id)
        rules = InForce(line.rulebook_id, book, Period.containing(line.occurred_on, book.cycle))
        facts.append(
            Confirmed(
                member_id=line.member_id,
                branch_id=line.branch_id,
                rules=rules,
                item_code=line.item_code,
                occurred_on=line.occurred_on,
                quantity=line.quantity,
                value=line.value,
                level=line.level,
                excused=line.excused,
                occasion=line.occasion,
                source=SOURCES[kind],
                source_id=line.id,
            )
        )
    entries, held = _post(facts, by=by)
    for line in lines:
        line.entry_id, line.state = entries[line.id], "attached" if line.id in held else "posted"
    return len(lines) - len(held), len(held)


def _confirmed(number: int, kind: Kind, one: Planned) -> Confirmed:
    return Confirmed(
        member_id=one.member_id,
        branch_id=one.branch_id,
        rules=one.rules,
        item_code=one.item_code,
        occurred_on=one.day,
        quantity=one.quantity,
        value=one.value,
        level=one.level,
        excused=one.excused,
        occasion=one.occasion,
        source=SOURCES[kind],
        source_id=number,
    )


def _post(facts: Sequence[Confirmed], *, by: Actor) -> tuple[dict[int, int], set[int]]:
    """Return the entry of each fact by its line, and the lines whose deed was held already."""
    # Asked under the totals' locks, so that of two sources of one deed the later finds the earlier.
    standings.lock(standings.Key(f.member_id, f.rules) for f in facts)
    live = ledger.live_entries([(f.member_id, f.item_code, f.occasion) for f in facts])
    held = {f.source_id: live[d] for f in facts if (d := (f.member_id, f.item_code, f.occasion)) in live}
    fresh = [f for f in facts if f.source_id not in held]
    if held and facts[0].source == "takeover":
        raise BalanceTwice
    waiting = _waiting(fresh)
    new = ledger.post(fresh, by=by)
    entries = held | {f.source_id: entry for f, entry in zip(fresh, new, strict=True)}
    _answer(waiting, {(f.member_id, f.item_code, f.occasion): entries[f.source_id] for f in fresh}, by=by)
    _attach([(entry, "import", number) for number, entry in held.items()], by)
    return entries, set(held)


_WAITING = sa.text(
    """
    SELECT r.id FROM report r
      JOIN unnest(CAST(:member AS bigint[]), CAST(:item AS text[]), CAST(:occasion AS text[])) AS d (m, i, o)
        ON r.member_id = d.m AND r.item_code = d.i AND r.occasion = d.o
     WHERE r.state = 'pending' ORDER BY r.id FOR UPDATE OF r
    """
)


def _waiting(facts: Sequence[Confirmed]) -> list[Report]:
    """Return the waiting reports of the same deeds, locked in the order in which a batch of decisions locks."""
    values = {
        "member": [f.member_id for f in facts],
        "item": [f.item_code for f in facts],
        "occasion": [f.occasion for f in facts],
    }
    ids = list(db.session.scalars(_WAITING, values))
    stmt = sa.select(Report).where(Report.id.in_(ids)).order_by(Report.id)
    return list(db.session.scalars(stmt.execution_options(populate_existing=True))) if ids else []


def _answer(waiting: Sequence[Report], entries: dict[tuple[int, str, str], int], *, by: Actor) -> None:
    """Attach reports whose deed the sheet told of, and tell the members so."""
    if not waiting:
        return
    now = clock.now()
    for report in waiting:
        report.state = advance(MOVES, report.state, "attach", what=f"{report.number}号", words=WORDS)
        report.decided_at, report.step_unit_id = now, None
    _attach([(entries[r.member_id, r.item_code, r.occasion], "report", r.id) for r in waiting], by)
    audit.record_many(
        by=by, action="report.attach", subject="report", rows=[(r.id, r.state) for r in waiting]
    )
    notices.queue_many(
        kind="report_approved",
        rows=[(f"report:{r.id}:approved", r.member_id, {"report": r.id}) for r in waiting],
    )
    db.session.flush()  # the reports' states, before the caller reads or the block commits


def _attach(beside: Sequence[tuple[int, str, int]], by: Actor) -> None:
    if beside:
        shared = {"noted_by": by.member_id, "noted_at": clock.now()}
        rows = [{"entry_id": e, "source": s, "source_id": n, **shared} for e, s, n in beside]
        db.session.execute(sa.insert(table_of(Corroboration)), rows)


def _keep(batch_id: int, rows: Iterable[tuple[int, Planned, str, int | None]]) -> None:
    """Write the lines by COPY.

    :raises BalanceTwice: the database found months that were taken over before
    """
    try:
        with db.session.begin_nested():
            copy(
                "import_line",
                _COLUMNS,
                (
                    (
                        number,
                        batch_id,
                        one.member_id,
                        one.branch_id,
                        one.rules.rulebook_id,
                        one.line.sheet[:60],
                        one.line.row,
                        one.item_code,
                        one.day,
                        one.quantity,
                        one.value,
                        one.level,
                        one.excused,
                        one.occasion,
                        state,
                        entry,
                        one.line.since if one.line.minute else None,
                        one.line.until if one.line.minute else None,
                        one.line.source,
                        one.line.minute,
                        one.line.signer,
                        one.line.note,
                    )
                    for number, one, state, entry in rows
                ),
            )
    except psycopg.errors.ExclusionViolation as err:
        raise BalanceTwice from err
