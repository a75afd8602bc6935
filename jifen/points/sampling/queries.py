"""What waits for a second look, and what the looks of a quarter say: of organisations and items, never of persons."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden
from jifen.core.period import Period
from jifen.decisions import asks
from jifen.points.sampling import populations, rules, service
from jifen.points.sampling.policy import P
from jifen.points.sampling.populations import Deed
from jifen.points.sampling.settings import rates
from jifen.points.sampling.states import WORDS


@dataclass(frozen=True, slots=True)
class Looked:
    """A confirmed fact as another organisation sees it: the deed, its rule and its material, no name."""

    id: int
    quarter: str
    #: entry, service; and its number there.
    fact: str
    fact_id: int
    #: What such a fact is called: 记分, 志愿服务记录.
    fact_words: str
    #: Family name alone.
    name: str
    branch_name: str
    state: str
    state_words: str
    reason: str
    reply: str
    deed: Deed


_ROWS = sa.text(
    """
    SELECT l.id, l.quarter, l.fact, l.fact_id, coalesce(m.name, ''), u.name, l.state, l.reason, l.reply
      FROM sample_look l JOIN unit u ON u.id = l.branch_id JOIN member m ON m.id = l.member_id
     WHERE l.id = ANY(:ids) ORDER BY l.id
    """
)


def looks(ids: list[int]) -> list[Looked]:
    """Return these; whoever asks has been let through to them."""
    rows = list(db.session.execute(_ROWS, {"ids": ids})) if ids else []
    deeds = _deeds([(row[2], row[3]) for row in rows])
    return [
        Looked(
            id=i,
            quarter=quarter,
            fact=fact,
            fact_id=number,
            fact_words=populations.of(fact).words,
            name=rules.masked(name) if name else "（已删除）",
            branch_name=branch,
            state=state,
            state_words=WORDS[state],
            reason=reason,
            reply=reply,
            deed=deeds[fact, number],
        )
        for i, quarter, fact, number, name, branch, state, reason, reply in rows
        if (fact, number) in deeds
    ]


def _deeds(facts: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Deed]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for fact, number in facts:
        wanted[fact].add(number)
    return {
        (fact, number): deed
        for fact, numbers in wanted.items()
        for number, deed in populations.of(fact).deeds(numbers).items()
    }


def waiting(subject: str = service.LOOK, *, by: Actor, after: int = 0, limit: int = 50) -> list[Looked]:
    """Return what waits for the actor's look, or (``sample_reply``) for his answer; ``after`` is the last id."""
    open_ = asks.open_for(subject, by=by, limit=500)
    return looks(sorted(one.subject_id for one in open_ if one.subject_id > after)[:limit])


@dataclass(frozen=True, slots=True)
class OfUnit:
    """An organisation's sample; the share is None where few were looked at."""

    unit_id: int
    name: str
    drawn: int
    looked: int
    agreement: int | None


@dataclass(frozen=True, slots=True)
class OfItem:
    """An item's sample: a low agreement says that its rule is not clear."""

    item_code: str
    item_name: str
    looked: int
    agreement: int | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Quarter, half and three quarters of something lie at or below these."""

    quarter: Decimal
    half: Decimal
    three_quarters: Decimal
    of: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the looks of a quarter say, in the order of the tree; no person and no branch is named in it."""

    quarter: str
    seed: str
    drawn: int
    looked: int
    agreement: int | None
    units: list[OfUnit]
    items: list[OfItem]
    #: Days from a report to its decision: of all reports, and how the medians of branches differ.
    days: Spread | None
    branches: Spread | None


_UNITS = sa.text(
    """
    SELECT l.department_id, u.name, count(*), count(*) FILTER (WHERE l.state IN ('agrees', 'differs', 'kept', 'corrected')),
           count(*) FILTER (WHERE l.state = 'agrees')
      FROM sample_look l JOIN unit u ON u.id = l.department_id
     WHERE l.quarter = :quarter AND l.state <> 'moot' GROUP BY l.department_id, u.name, u.path ORDER BY u.path
    """
)
_LOOKED = sa.text(
    "SELECT fact, fact_id, state = 'agrees' FROM sample_look"
    " WHERE quarter = :quarter AND state NOT IN ('waiting', 'moot')"
)
# Whole city, and the spread of branch medians: a difference between branches without a name to it.
_DAYS = sa.text(
    """
    WITH decided AS (
        SELECT branch_id, extract(epoch FROM decided_at - submitted_at) / 86400 AS days FROM report
         WHERE decided_at >= :since AND decided_at < :until AND state IN ('approved', 'attached', 'returned')),
    branch AS (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS days FROM decided
                GROUP BY branch_id HAVING count(*) >= :few)
    SELECT 'all', count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY days) FROM decided
    UNION ALL
    SELECT 'branches', count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY days) FROM branch
    """
)


def _refuse(by: Actor) -> None:
    if not permits(by, P.SEE):
        raise Forbidden(action=words_for(P.SEE))


def quarters(*, by: Actor) -> list[str]:
    """Return the quarters that were drawn, the newest first.

    :raises Forbidden: the actor is not of the Work Committee
    """
    _refuse(by)
    return list(db.session.scalars(sa.text("SELECT quarter FROM sample_draw ORDER BY quarter DESC LIMIT 40")))


def overview(key: str | None = None, *, by: Actor) -> Overview | None:
    """Return what the looks of a quarter say, the newest drawn if None; None where nothing was drawn.

    :raises Forbidden: the actor is not of the Work Committee
    """
    _refuse(by)
    stmt = "SELECT quarter, seed FROM sample_draw WHERE quarter = coalesce(:key, quarter) ORDER BY quarter DESC LIMIT 1"
    drawn = db.session.execute(sa.text(stmt), {"key": key}).first()
    if drawn is None:
        return None
    few = rates().few
    units, counted = [], [0, 0, 0]
    for unit_id, name, n, looked, agreed in db.session.execute(_UNITS, {"quarter": drawn[0]}):
        units.append(OfUnit(unit_id, name, n, looked, rules.share(agreed, looked, few=few)))
        counted = [a + b for a, b in zip(counted, (n, looked, agreed), strict=True)]
    items = _items(drawn[0], few)
    days = _days(Period.parse(drawn[0]), few)
    share = rules.share(counted[2], counted[1], few=few)
    return Overview(drawn[0], drawn[1], counted[0], counted[1], share, units, items, *days)


def _items(quarter: str, few: int) -> list[OfItem]:
    rows = db.session.execute(_LOOKED, {"quarter": quarter}).all()
    deeds = _deeds((fact, number) for fact, number, _ in rows)
    names: dict[str, str] = {}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for fact, number, agrees in rows:
        if deed := deeds.get((fact, number)):
            names[deed.code] = deed.name
            counts[deed.code][0] += 1
            counts[deed.code][1] += agrees
    return [
        OfItem(code, names[code], looked, rules.share(agreed, looked, few=few))
        for code, (looked, agreed) in sorted(counts.items())
    ]


@dataclass(frozen=True, slots=True)
class Again:
    """A quarter's sample drawn once more by its seed, beside what was drawn then."""

    quarter: str
    seed: str
    #: Facts drawn then of people who are still known, and how many of them the seed gives again.
    drawn: int
    same: int

    @property
    def holds(self) -> bool:
        return self.same == self.drawn


_THEN = sa.text(
    "SELECT l.fact, l.fact_id FROM sample_look l JOIN member m ON m.id = l.member_id AND m.name IS NOT NULL"
    " WHERE l.quarter = :quarter"
)


def again(quarter: str, *, by: Actor) -> Again:
    """Draw a quarter once more by its seed and compare.

    :raises Forbidden: the actor is not of the Work Committee
    :raises NotFound: that quarter was not drawn
    """
    _refuse(by)
    found = service.drawn_again(quarter)
    seed = db.session.scalar(
        sa.text("SELECT seed FROM sample_draw WHERE quarter = :quarter"), {"quarter": quarter}
    )
    then = db.session.execute(_THEN, {"quarter": quarter}).all()
    same = sum(number in found.get(fact, ()) for fact, number in then)
    return Again(quarter, seed or "", len(then), same)


def _days(period: Period, few: int) -> tuple[Spread | None, Spread | None]:
    since, until = (dt.datetime.combine(d, dt.time(), clock.SHANGHAI) for d in (period.since, period.until))
    rows: dict[str, Any] = {
        what: (n, values)
        for what, n, values in db.session.execute(_DAYS, {"since": since, "until": until, "few": few})
    }
    found = []
    for what in ("all", "branches"):
        n, values = rows[what]
        # Fewer than that many, and a quartile would be somebody's own.
        shown = [Decimal(str(one)).quantize(Decimal("0.1")) for one in values or []] if n >= few else []
        found.append(Spread(shown[0], shown[1], shown[2], n) if shown else None)
    return found[0], found[1]
