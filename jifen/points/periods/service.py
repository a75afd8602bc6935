"""A branch's period from its end to its frozen list; each step is one transaction and may be repeated.

What the clock does it does by the state it finds, never by the day alone: an
outage is made up for by the next run, and a second run does nothing twice.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from jifen.core import clock, workdays
from jifen.core.actor import Actor, permits, system, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.core.period import Period
from jifen.core.states import advance
from jifen.decisions import publicity
from jifen.decisions.models_publicity import Publication, PublicationLine
from jifen.decisions.policy_publicity import Listing, P, works_there
from jifen.decisions.states_publicity import PublicationState
from jifen.org import queries as org
from jifen.org.models import Unit, UnitKind
from jifen.points import standings
from jifen.points.periods import figures
from jifen.points.periods.models import BranchPeriod
from jifen.points.periods.states import MOVES, WORDS, PeriodState
from jifen.rulebook import queries as rulebooks

KIND = "points"
#: Who acts by the clock.
HOUSE = system("periods")
#: Entries of transactions that may still be running are looked at again later.
HORIZON = sa.text("SELECT base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM xid_base")


class NotEnded(Conflict):
    """The period is still running."""

    code, template = "period_runs", "{period}还没有结束，{day}以后才能结算，请到时再办。"


class NoList(Conflict):
    """No rulebook of the branch asks for a list of such a period."""

    code, template = "no_list", "{branch}的积分办法没有要求{period}的公示名单，请核对周期。"


def parse(key: str) -> Period:
    """Return the period that somebody named.

    :raises Invalid: not a period
    """
    try:
        return Period.parse(key)
    except ValueError as err:
        raise Invalid(reason=f"“{key[:20]}”不是周期，请写成 2026、2026H1、2026Q3 或 2026-09。") from err


def close(unit_id: int, period: Period, *, by: Actor, at_once: bool = False) -> BranchPeriod:
    """Begin to close a branch's period that has ended; once.

    :param at_once: draw the list from today on, without waiting for the days to finish
    :raises NotFound, Forbidden: not the actor's branch to see, or not his to close
    :raises NotEnded: the period is still running
    :raises NoList: no rulebook there asks for such a list
    """
    with transaction() as session:
        branch = _branch(unit_id, by)
        if clock.today() < period.until:
            raise NotEnded(period=period.words, day=period.last_day)
        found = _row(branch.id, period, lock=True)
        if found is None:
            days = closing_days(branch, period)
            if days is None:
                raise NoList(branch=branch.name, period=period.words)
            stmt = sa.dialects.postgresql.insert(BranchPeriod).values(
                unit_id=branch.id,
                period=period.key,
                since=period.since,
                until=period.until,
                state=advance(MOVES, PeriodState.OPEN, "close", what=period.words, words=WORDS),
                draw_on=draw_day(period, days),
                checked_xid=0,
                closed_at=clock.now(),
            )
            session.execute(stmt.on_conflict_do_nothing())
            found = _row(branch.id, period, lock=True)
            assert found is not None, "it was there, or was just written"
        if at_once:
            found.draw_on = min(found.draw_on, clock.today())
            session.flush()  # the day, before the clock or the caller reads it
        return found


def draw_day(period: Period, closing_working_days: int) -> dt.date:
    """Return the day on which the list is drawn: the working day after the days to finish."""
    return workdays.add(period.last_day, closing_working_days + 1)


def closing_days(branch: Unit, period: Period) -> int | None:
    """Return the most days that a rulebook of the branch gives to finish; None if none asks for a list."""
    categories = [p.category for p in figures.people(branch.id, period.last_day)]
    held = figures.rules_for(branch, categories, period).values()
    return max((r.book.publicity.closing_working_days for r in held if r.book.publicity), default=None)


def _branch(unit_id: int, by: Actor) -> Unit:
    """Return a branch that the actor may close the periods of.

    :raises NotFound, Forbidden: not his to see, or not his to close
    """
    unit = org.unit(unit_id)
    about = Listing(unit.id, unit.path, shown=False)
    if unit.kind != UnitKind.BRANCH:
        raise NotFound(what="这个支部")
    if by.is_system or permits(by, P.PUBLICISE, about) or permits(by, P.CLOSE_MANY, about):
        return unit
    if by.branch_id == unit.id or works_there(by, about):
        raise Forbidden(action=words_for(P.PUBLICISE))
    raise NotFound(what="这个支部")


def _row(unit_id: int, period: Period, *, lock: bool = False) -> BranchPeriod | None:
    stmt = sa.select(BranchPeriod).where(BranchPeriod.unit_id == unit_id, BranchPeriod.period == period.key)
    if lock:
        stmt = stmt.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(stmt)


def hold(unit_id: int, period: Period) -> BranchPeriod | None:
    """Lock a branch's period until the end of the transaction; nobody touches its lists without it."""
    return _row(unit_id, period, lock=True)


_NAMING = sa.text(
    """
    SELECT DISTINCT b.unit_id, b.period
      FROM publication_line l
      JOIN publication p ON p.id = l.publication_id AND p.kind = 'points'
      JOIN branch_period b ON b.unit_id = p.unit_id AND b.period = p.period
     WHERE l.member_id = :member AND b.until > :day AND date_trunc('year', b.since)::date <= :day
    """
)


def lists_of(member_id: int, day: dt.date) -> list[tuple[int, Period]]:
    """Return the lists that name a member and count what he did on ``day``, in whichever branch it is."""
    rows = db.session.execute(_NAMING, {"member": member_id, "day": day})
    return [(unit_id, Period.parse(key)) for unit_id, key in rows]


def draw(unit_id: int, period: Period, *, by: Actor) -> Publication | None:
    """Draw the list of a period that is closing, or look again at one that was drawn.

    Entries of transactions that ended before are in it; whatever comes after is
    found by the next look, because what was looked at is kept as a transaction
    id and not as an instant. A draft is drawn anew; a list that was shown gets a
    revision, if it says something else now.

    :return: the draft that waits to be publicised; None if there is nothing to publicise
    :raises NotFound, Forbidden: not the actor's branch to see, or not his to close
    :raises NotEnded: the period is not being closed
    """
    with transaction() as session:
        branch = _branch(unit_id, by)
        row = hold(branch.id, period)
        if row is None:
            raise NotEnded(period=period.words, day=period.last_day)
        # Before anything is read: what commits meanwhile is looked at twice rather than not at all.
        horizon = session.execute(HORIZON).scalar_one()
        last = publicity.latest(KIND, branch.id, period.key)
        drawn = figures.draw(branch, period)
        row.checked_xid = horizon
        session.flush()  # the horizon, whatever comes of it
        if drawn is None:
            return None
        if last is not None:
            before = {line.member_id: dict(line.row) for line in _lines(last)}
            if last.state == PublicationState.FROZEN:
                drawn = _kept(drawn, before, period)
            if dict(drawn.lines) == before:
                return last if last.state == PublicationState.DRAWN else None
        return publicity.draw(
            KIND,
            branch.id,
            period.key,
            frame=drawn.frame,
            lines=drawn.lines,
            working_days=drawn.working_days,
            by=by,
        )


def _lines(publication: Publication) -> list[PublicationLine]:
    stmt = sa.select(PublicationLine).where(PublicationLine.publication_id == publication.id)
    return list(db.session.scalars(stmt))


def _kept(drawn: figures.Drawn, before: dict[int, dict[str, str]], period: Period) -> figures.Drawn:
    """Return the list with what a frozen one says where later facts go to the next list."""
    flowing = {
        section["key"]: figures.flows_on(rulebooks.book(int(section["key"])), period)
        for section in drawn.frame["sections"]
    }
    lines = [
        (m, before[m] if m in before and flowing[row[figures.SECTION]] else row) for m, row in drawn.lines
    ]
    return figures.Drawn(drawn.frame, lines, drawn.working_days)


def publicise(unit_id: int, period: Period, *, by: Actor) -> Publication:
    """Publicise a branch's list with one act, as it stands at that moment.

    :raises NotFound: nothing waits to be publicised, or it is not the actor's to see
    :raises Forbidden: not the actor's to publicise
    """
    with transaction():
        found = publicity.latest(KIND, unit_id, period.key)
        if found is None:
            raise NotFound(what="待公示的名单")
        return publicity.publicise(found.id, by=by)


def _refresh(publication: Publication) -> Publication:
    drawn = draw(publication.unit_id, Period.parse(publication.period), by=HOUSE)
    return drawn if drawn is not None else publication


def _publicised(publication: Publication) -> None:
    _move(publication, "publicise")


def _frozen(publication: Publication) -> None:
    _move(publication, "freeze")
    # A share of it may be what the next year begins with.
    standings.follow_frozen(
        [line.member_id for line in _lines(publication)], Period.parse(publication.period)
    )


def _move(publication: Publication, move: str) -> None:
    row = _row(publication.unit_id, Period.parse(publication.period), lock=True)
    assert row is not None, "a list of points was drawn for a period that is closing"
    row.state = advance(MOVES, PeriodState(row.state), move, what=publication.period, words=WORDS)
    db.session.flush()  # the state, before the caller reads it


def _hold(publication: Publication) -> None:
    hold(publication.unit_id, Period.parse(publication.period))


publicity.enter(
    publicity.Kind(KIND, "积分公示", hold=_hold, refresh=_refresh, publicised=_publicised, frozen=_frozen)
)
