"""Drawing a quarter's sample, taking the second look, answering where it differs."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.audit import service as audit
from jifen.core import clock, workdays
from jifen.core.actor import Actor, system
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Invalid
from jifen.core.period import Cycle, Period
from jifen.core.settings import ROOT
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions import queries as decisions
from jifen.decisions.errors import NobodyDecides
from jifen.decisions.models import Decision
from jifen.org import queries as org
from jifen.points.sampling import rules
from jifen.points.sampling.models import SampleDraw, SampleLook
from jifen.points.sampling.states import MOVES, WORDS

LOOK, REPLY = "sample", "sample_reply"
BY = system("samples.follow")


@dataclass(frozen=True, slots=True)
class Rates:
    """How much is looked at (``config/sampling.toml``): facts of a branch, facts of an organisation, working days."""

    each: int
    most: int
    days: int
    #: Below so many looks no share is shown.
    few: int


@lru_cache(maxsize=1)
def rates() -> Rates:
    """Return the rates; loading is checking."""
    found = Rates(**tomllib.loads((ROOT / "config" / "sampling.toml").read_text(encoding="utf-8")))
    if min(found.each, found.most, found.days, found.few) < 1:
        raise ValueError("config/sampling.toml: every number must be at least 1")
    return found


def quarter_before(day: dt.date) -> Period:
    """Return the last quarter that is over on a day."""
    return Period.containing(day, Cycle.QUARTER).previous


def begin(quarter: Period) -> SampleDraw:
    """Fix the seed of a quarter's draw, once: the last seal of the ledger, which nobody chose."""
    with transaction() as session:
        last = session.scalar(
            sa.text("SELECT digest FROM seal WHERE chain = 'ledger' ORDER BY seq DESC LIMIT 1")
        )
        seed = last or hashlib.sha256(quarter.key.encode()).hexdigest()
        values = insert(table_of(SampleDraw)).values(quarter=quarter.key, seed=seed, drawn_at=clock.now())
        session.execute(values.on_conflict_do_nothing())
        return session.get_one(SampleDraw, quarter.key)


def finished(quarter: Period) -> bool:
    """Whether every organisation of a quarter has been drawn."""
    found = db.session.get(SampleDraw, quarter.key)
    return found is not None and found.finished_at is not None


_ORGANISATIONS = sa.text(
    "SELECT DISTINCT coalesce(department_id, :root) FROM unit WHERE kind = 'branch' AND until IS NULL ORDER BY 1"
)

# What somebody of the organisation confirmed in the quarter and still counts; imports and balances have their own proof.
_FACTS = sa.text(
    """
    SELECT e.branch_id, e.id, e.member_id, e.decided_by
      FROM ledger_entry e JOIN unit u ON u.id = e.branch_id JOIN member m ON m.id = e.member_id
     WHERE coalesce(u.department_id, :root) = :organisation
       AND e.recorded_at >= :since AND e.recorded_at < :until AND e.decided_by IS NOT NULL
       AND e.source IN ('report', 'roster', 'activity', 'manual', 'absence')
       AND e.reverses_id IS NULL AND m.name IS NOT NULL
       AND NOT EXISTS (SELECT FROM ledger_entry b WHERE b.reverses_id = e.id)
    """
)


def draw_next(quarter: Period, *, after: int = 0) -> int | None:
    """Draw one more organisation's sample; returns its id, None when all are drawn. Repeating it draws nothing twice."""
    root = org.root()
    if root is None:
        return None
    with transaction() as session:
        drawn = begin(quarter)
        everybody = list(session.scalars(_ORGANISATIONS, {"root": root.id}))
        rest = [one for one in everybody if one > after]
        if not rest:
            drawn.finished_at = clock.now()
            return None
        this = rest[0]
        looker = _looker(this, everybody, root.id, drawn.seed)
        if looker is not None:
            _ask_of(this, looker, quarter, drawn.seed, root.id)
        return this


def _looker(organisation: int, everybody: list[int], root: int, seed: str) -> int | None:
    """Return who looks at an organisation's facts; None where there is nobody else in the city."""
    able = decisions.deciders([*everybody, root], clock.today())
    ring = rules.lookers([one for one in everybody if able.get(one) or one == organisation], seed)
    found = ring.get(organisation, root)
    return found if found != organisation and able.get(found) else None


def _ask_of(organisation: int, looker: int, quarter: Period, seed: str, root: int) -> None:
    since, until = (dt.datetime.combine(d, dt.time(), clock.SHANGHAI) for d in (quarter.since, quarter.until))
    values = {"organisation": organisation, "root": root, "since": since, "until": until}
    rows = {row[1]: row for row in db.session.execute(_FACTS, values)}
    facts: dict[int, list[int]] = {}
    for branch, entry, _, _ in rows.values():
        facts.setdefault(branch, []).append(entry)
    path, limit = org.unit(looker).path, rates()
    answer_by = workdays.add(clock.today(), limit.days)
    for entry in rules.draw(facts, seed, each=limit.each, most=limit.most):
        branch, _, member, decided_by = rows[entry]
        try:
            asked = asks.unit_for(path, member, not_by=[decided_by])
        except NobodyDecides:
            continue
        if asked == organisation:
            continue
        made = insert(table_of(SampleLook)).values(
            quarter=quarter.key,
            entry_id=entry,
            member_id=member,
            branch_id=branch,
            department_id=organisation,
            looker_id=asked,
            drawn_on=clock.today(),
            state="waiting",
            reason="",
            reply="",
        )
        new = db.session.scalar(made.on_conflict_do_nothing().returning(sa.column("id")))
        if new is not None:
            asks.ask(LOOK, new, unit_id=asked, concerns=member, answer_by=answer_by, not_by=[decided_by])


def drop_reversed() -> int:
    """Take back what waits for a look at a fact that was annulled meanwhile; returns how many."""
    stmt = sa.text(
        "SELECT l.id FROM sample_look l WHERE l.state = 'waiting'"
        " AND EXISTS (SELECT FROM ledger_entry b WHERE b.reverses_id = l.entry_id)"
    )
    with transaction() as session:
        gone = list(session.scalars(stmt))
        for row in session.scalars(sa.select(SampleLook).where(SampleLook.id.in_(gone)).with_for_update()):
            if row.state == "waiting":
                row.state = advance(MOVES, row.state, "moot", what="这条抽查", words=WORDS)
                asks.answered(LOOK, row.id)
        session.flush()  # the states, inside the lock
    return len(gone)


def look(look_id: int, *, agrees: bool, reason: str = "", by: Actor) -> SampleLook:
    """Say whether another organisation's fact is as it should be; it changes no point.

    A look that differs goes to the branch that confirmed the fact, which answers.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises Invalid: it differs and no reason is given
    """
    with transaction() as session:
        asked = asks.access(LOOK, look_id, by=by)
        row = session.get_one(SampleLook, look_id, with_for_update=True)
        if not agrees and not reason.strip():
            raise Invalid(reason="有不同意见时，请写明哪里对不上，方便对方核对。")
        move = "agree" if agrees else "differ"
        row.state = advance(MOVES, row.state, move, what="这条抽查", words=WORDS)
        row.reason = "" if agrees else reason.strip()[:200]
        asks.decide(asked, row.state, by=by, reason=row.reason)
        audit.record(by=by, action=f"sample.{move}", subject=LOOK, subject_id=row.id)
        if not agrees:
            path = org.unit(row.branch_id).path
            unit = asks.unit_for(path, row.member_id, not_by=_looked(row.id))
            asks.ask(REPLY, row.id, unit_id=unit, concerns=row.member_id, not_by=_looked(row.id))
        session.flush()  # the state, before the caller reads
        return row


def answer(look_id: int, *, corrected: bool, reply: str, by: Actor) -> SampleLook:
    """Answer a look that differs: kept, with the reason, or corrected by hand beforehand.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises Invalid: no reason, or said to be corrected while the fact still counts
    """
    with transaction() as session:
        asked = asks.access(REPLY, look_id, by=by)
        row = session.get_one(SampleLook, look_id, with_for_update=True)
        if not reply.strip():
            raise Invalid(reason="请写明答复，对方和工委会看到。")
        if corrected and not _annulled(row.entry_id):
            raise Invalid(
                reason="这条记分还没有冲正。请先在“手工登记”里冲正并由另一位负责人确认，再选“已更正”。"
            )
        row.state = advance(
            MOVES, row.state, "correct" if corrected else "keep", what="这条抽查", words=WORDS
        )
        row.reply = reply.strip()[:200]
        asks.decide(asked, row.state, by=by, reason=row.reply)
        audit.record(by=by, action=f"sample.{row.state}", subject=LOOK, subject_id=row.id)
        session.flush()  # the state, before the caller reads
        return row


def _looked(look_id: int) -> list[Any]:
    stmt = sa.select(Decision.decided_by).where(Decision.subject == LOOK, Decision.subject_id == look_id)
    return list(db.session.scalars(stmt))


def _annulled(entry_id: int) -> bool:
    return bool(
        db.session.scalar(
            sa.text("SELECT 1 FROM ledger_entry WHERE reverses_id = :e LIMIT 1"), {"e": entry_id}
        )
    )
