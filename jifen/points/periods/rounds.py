"""What the clock does with the periods of all branches, and an office with those of many."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa

from jifen.core import clock, queue
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden
from jifen.core.period import Cycle, Period
from jifen.decisions import publicity
from jifen.decisions.policy_publicity import Listing, P
from jifen.org import queries as org
from jifen.org.models import Unit, UnitKind
from jifen.points.periods import figures, service

_FIRST = sa.text(
    """
    SELECT min(activated_at) FROM rulebook_version WHERE id = ANY(:ids)
    """
)


def begin(day: dt.date, *, after: int = 0, limit: int = 200) -> int | None:
    """Begin to close what has ended in the next branches, in the order of their ids; by the clock.

    A branch closes every period that follows its last one; its first is the
    one that has just ended, if the scheme was in use by then.

    :return: the last branch done, from which to go on; None when all are done
    """
    branches = db.session.scalars(
        sa.select(Unit)
        .where(Unit.kind == UnitKind.BRANCH, Unit.until.is_(None), Unit.id > after)
        .order_by(Unit.id)
        .limit(limit)
    ).all()
    known = {
        (unit_id, months): until
        for unit_id, months, until in db.session.execute(_LAST, {"ids": [b.id for b in branches]})
    }
    for branch in branches:
        for period in _ended(branch, day, known):
            service.close(branch.id, period, by=service.HOUSE)
    return branches[-1].id if len(branches) == limit else None


_LAST = sa.text(
    """
    SELECT unit_id, (extract(year FROM age(until, since)) * 12 + extract(month FROM age(until, since)))::int,
           max(until)
      FROM branch_period WHERE unit_id = ANY(:ids) GROUP BY 1, 2
    """
)


def _ended(branch: Unit, day: dt.date, known: dict[tuple[int, int], dt.date]) -> list[Period]:
    out = []
    for cycle in Cycle:
        newest = Period.containing(day, cycle).previous
        last = known.get((branch.id, cycle.months))
        if last is not None and last >= newest.until:
            continue
        if last is None:
            periods = [newest] if _in_use(branch, newest) else []
        else:
            periods = [Period.containing(last, cycle)]
            while periods[-1] != newest:
                periods.append(periods[-1].next)
        out += [p for p in periods if service.closing_days(branch, p) is not None]
    return sorted(out)


def _in_use(branch: Unit, period: Period) -> bool:
    """Whether the schemes of the branch were activated before the period ended."""
    categories = [p.category for p in figures.people(branch.id, period.last_day)]
    ids = [r.rulebook_id for r in figures.rules_for(branch, categories, period).values()]
    first = db.session.scalar(_FIRST, {"ids": ids}) if ids else None
    return first is not None and clock.civil_day(first) < period.until


_CLOSING = sa.text(
    """
    SELECT b.unit_id, b.period FROM branch_period b
     WHERE b.state = 'closing' AND b.draw_on <= :day
       AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.kind = 'points' AND p.unit_id = b.unit_id
                        AND p.period = b.period)
     ORDER BY b.since, b.unit_id
    """
)
_TOUCHED = sa.text(
    """
    SELECT b.unit_id, b.period
      FROM ledger_entry e
      JOIN publication_line l ON l.member_id = e.member_id
      JOIN publication p ON p.id = l.publication_id AND p.kind = 'points'
      JOIN branch_period b ON b.unit_id = p.unit_id AND b.period = p.period
     WHERE e.xid >= (SELECT min(checked_xid) FROM branch_period WHERE checked_xid > 0)
       AND e.xid >= b.checked_xid AND e.occurred_on < b.until
       AND e.occurred_on >= date_trunc('year', b.since)::date
     GROUP BY b.unit_id, b.period, b.since ORDER BY b.since, b.unit_id
    """
)
# Whoever holds one may be drawing it: that one is looked at again, and nobody waits in a circle.
_LOOKED = sa.text(
    """
    UPDATE branch_period b SET checked_xid = :xid
      FROM (SELECT unit_id, period FROM branch_period WHERE checked_xid BETWEEN 1 AND :xid - 1
               FOR UPDATE SKIP LOCKED) free
     WHERE b.unit_id = free.unit_id AND b.period = free.period
    """
)


def draw_due(day: dt.date) -> Iterator[tuple[int, Period]]:
    """Draw the lists whose day has come, and look again at those that facts came after; each by itself."""
    horizon = db.session.execute(service.HORIZON).scalar_one()
    found = [*db.session.execute(_CLOSING, {"day": day}).all(), *db.session.execute(_TOUCHED).all()]
    for unit_id, key in found:
        period = Period.parse(key)
        service.draw(unit_id, period, by=service.HOUSE)
        yield unit_id, period
    with transaction() as session:
        # The others were looked at too: nothing came after them.
        session.execute(_LOOKED, {"xid": horizon})


def freeze_due(day: dt.date, *, by: Actor) -> int:
    """Freeze the lists of points whose days are over and to which nobody objects; each by itself.

    :return: how many
    """
    done = 0
    for publication_id in publicity.due(service.KIND, day):
        # A correction that came in this moment: the list waits for it.
        with contextlib.suppress(publicity.StillOpen):
            publicity.freeze(publication_id, by=by)
            done += 1
    return done


_TO_CLOSE = sa.text(
    """
    SELECT u.id FROM unit u
     WHERE u.kind = 'branch' AND u.until IS NULL AND u.path LIKE :below
       AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.kind = 'points' AND p.unit_id = u.id
                        AND p.period = :period)
     ORDER BY u.id
    """
)


def access_many(unit_id: int, *, by: Actor) -> Unit:
    """Return a unit all of whose branches the actor may close.

    :raises NotFound, Forbidden: not his to see, or not his to close
    """
    unit = org.unit(unit_id)
    if by.is_system or permits(by, P.CLOSE_MANY, Listing(unit.id, unit.path, shown=False)):
        return unit
    org.access_unit(unit_id, by=by)
    raise Forbidden(action=words_for(P.CLOSE_MANY))


def close_many(unit_id: int, period: Period, *, by: Actor) -> Iterator[tuple[int, int]]:
    """Draw the lists of a period in all branches of a unit that have none yet; each is one transaction.

    What a killed run has done stays done: the next one goes on with the rest.

    :return: how many branches are done, of how many
    :raises NotFound, Forbidden: not the actor's to see, or not his to close
    :raises NotEnded: the period is still running
    """
    unit = access_many(unit_id, by=by)
    if clock.today() < period.until:
        raise service.NotEnded(period=period.words, day=period.last_day)
    branches = list(db.session.scalars(_TO_CLOSE, {"below": unit.path + "%", "period": period.key}))
    for done, branch_id in enumerate(branches, 1):
        # A branch without a scheme that asks for such a list has nothing to close.
        with contextlib.suppress(service.NoList):
            close_one(branch_id, period, by=by)
        yield done, len(branches)


def start(unit_id: int, period: Period, *, by: Actor) -> bool:
    """Close a branch's period at once, or all those below a unit in the background.

    :return: whether it is done already
    :raises NotFound, Forbidden, NotEnded, NoList: see ``close_one`` and ``close_many``
    """
    if org.unit(unit_id).kind == UnitKind.BRANCH:
        close_one(unit_id, period, by=by)
        return True
    with transaction():
        unit = access_many(unit_id, by=by)
        if clock.today() < period.until:
            raise service.NotEnded(period=period.words, day=period.last_day)
        queue.defer(
            "periods.close",
            lock=f"periods.close:{period.key}",
            unit_id=unit.id,
            period=period.key,
            member_id=by.member_id,
            door=by.door,
        )
        return False


def close_one(branch_id: int, period: Period, *, by: Actor) -> None:
    """Close a period of a branch and draw its list at once, without the days to finish.

    :raises NotFound, Forbidden, NotEnded, NoList: see ``service.close``
    """
    with transaction():
        service.close(branch_id, period, at_once=True, by=by)
        service.draw(branch_id, period, by=by)
