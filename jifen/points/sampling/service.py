"""Drawing a quarter's sample, taking the second look, answering where it differs."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.audit import service as audit
from jifen.core import clock, workdays
from jifen.core.actor import Actor, system
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Invalid, NotFound
from jifen.core.period import Cycle, Period
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions import queries as decisions
from jifen.decisions.errors import NobodyDecides
from jifen.decisions.models import Decision
from jifen.org import queries as org
from jifen.points.sampling import populations, rules
from jifen.points.sampling.models import SampleDraw, SampleLook
from jifen.points.sampling.populations import Fact, Population, Span
from jifen.points.sampling.settings import rates
from jifen.points.sampling.states import MOVES, WORDS

LOOK, REPLY = "sample", "sample_reply"
BY = system("samples.follow")


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
            _ask_of(this, looker, drawn, root.id)
        return this


# Where an organisation decides above its branches: the department itself, or its Party committee. A single branch's
# secretary is not burdened with other people's facts.
_SEATS = sa.text(
    "SELECT coalesce(department_id, :root), id FROM unit WHERE until IS NULL AND kind NOT IN ('branch', 'cell')"
    " ORDER BY length(path), path"
)


def _looker(organisation: int, everybody: list[int], root: int, seed: str) -> int | None:
    """Return the unit that looks at an organisation's facts; None where there is nobody else in the city."""
    rows = db.session.execute(_SEATS, {"root": root}).all()
    able = decisions.deciders([unit for _, unit in rows], clock.today())
    seats: dict[int, int] = {}
    for one, unit in rows:
        if able.get(unit):
            seats.setdefault(one, unit)
    ring = rules.lookers([one for one in everybody if one in seats or one == organisation], seed)
    found = ring.get(organisation, root)
    return seats.get(found) if found != organisation else None


def _ask_of(organisation: int, looker: int, drawn: SampleDraw, root: int) -> None:
    path = org.unit(looker).path
    answer_by = workdays.add(clock.today(), rates().days)
    for population in populations.entered():
        facts = {one.id: one for one in population.facts(_span(organisation, drawn, root))}
        for number in _drawn(population, facts, drawn.seed):
            one = facts[number]
            apart = [] if one.decided_by is None else [one.decided_by]
            try:
                asked = asks.unit_for(path, one.member_id, not_by=apart)
            except NobodyDecides:
                continue
            if _organisation_of(asked, root) == organisation:
                continue
            made = insert(table_of(SampleLook)).values(
                quarter=drawn.quarter,
                fact=population.code,
                fact_id=one.id,
                member_id=one.member_id,
                branch_id=one.branch_id,
                department_id=organisation,
                looker_id=asked,
                drawn_on=clock.today(),
                state="waiting",
                reason="",
                reply="",
            )
            new = db.session.scalar(made.on_conflict_do_nothing().returning(sa.column("id")))
            if new is not None:
                asks.ask(LOOK, new, unit_id=asked, concerns=one.member_id, answer_by=answer_by, not_by=apart)


def _organisation_of(unit_id: int, root: int) -> int:
    return org.unit(unit_id).department_id or root


def _span(organisation: int, drawn: SampleDraw, root: int) -> Span:
    quarter = Period.parse(drawn.quarter)
    since, until = (dt.datetime.combine(d, dt.time(), clock.SHANGHAI) for d in (quarter.since, quarter.until))
    return Span(drawn.quarter, organisation, root, since, until, drawn.drawn_at)


def _drawn(population: Population, facts: Mapping[int, Fact], seed: str) -> list[int]:
    by_branch: dict[int, list[int]] = defaultdict(list)
    for one in facts.values():
        by_branch[one.branch_id].append(one.id)
    return rules.draw(by_branch, seed, what=population.code, each=population.each, most=population.most)


def drawn_again(key: str) -> dict[str, set[int]]:
    """Draw a quarter's sample once more by its seed; writes nothing. Whoever calls has checked who looks.

    It gives everything that was drawn then, but for people who were erased since and lines whose keeping is over;
    what it gives beyond that had nobody to look at it, or stands in their place.

    :return: numbers of the facts, by kind
    :raises NotFound: no such quarter was drawn
    """
    drawn, root = db.session.get(SampleDraw, key), org.root()
    if drawn is None or root is None:
        raise NotFound(what="这个季度的抽查")
    found: dict[str, set[int]] = {}
    for population in populations.entered():
        found[population.code] = set()
        for one in db.session.scalars(_ORGANISATIONS, {"root": root.id}):
            facts = {fact.id: fact for fact in population.facts(_span(one, drawn, root.id))}
            found[population.code].update(_drawn(population, facts, drawn.seed))
    return found


def drop_reversed() -> int:
    """Take back what waits for a look at a fact that was annulled meanwhile; returns how many."""
    gone = 0
    with transaction() as session:
        for population in populations.entered():
            stmt = sa.select(SampleLook).where(
                SampleLook.state == "waiting", SampleLook.fact == population.code
            )
            numbers = population.annulled([row.fact_id for row in session.scalars(stmt)])
            for row in session.scalars(_held(stmt.where(SampleLook.fact_id.in_(numbers)))):
                row.state = advance(MOVES, row.state, "moot", what="这条抽查", words=WORDS)
                asks.answered(LOOK, row.id)
                gone += 1
        session.flush()  # the states, inside the lock
    return gone


def _held(stmt: sa.Select[tuple[SampleLook]]) -> sa.Select[tuple[SampleLook]]:
    return stmt.with_for_update().execution_options(populate_existing=True)


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
        population = populations.of(row.fact)
        if corrected and not population.annulled([row.fact_id]):
            raise Invalid(reason=population.not_yet)
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
