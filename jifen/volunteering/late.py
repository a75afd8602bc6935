"""Late entries (补录): per activity one roster, one reason, one second reviewer; never longer than the activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock, days
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.members import queries as members
from jifen.notices import service as notices
from jifen.org import queries as org
from jifen.org.models import Unit, UnitKind
from jifen.points.policy import Scope
from jifen.volunteering import errors, rules, service, settings
from jifen.volunteering.models import LateEntry, LateLine, ServiceSpan
from jifen.volunteering.policy import P
from jifen.volunteering.service import Credited, Stretch
from jifen.volunteering.states import LATE_MOVES, LATE_WORDS, LateState, Source, SpanState

SUBJECT = "late_entry"
#: People named in a refusal.
NAMED = 5
#: Most people on one sheet.
MOST = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A roster of an activity as it is written down afterwards."""

    #: Who organised it.
    unit_id: int
    title: str
    window: rules.Span
    #: By member; None: the whole activity.
    people: Mapping[int, rules.Span | None]
    reason: str
    #: The activity, where it was announced in the system; its window is the one above.
    activity_id: int | None = None


def propose(late: Late, *, by: Actor) -> LateEntry:
    """Write a roster down for somebody else's review; nothing counts before.

    :raises NotFound, Forbidden: not the actor's unit to see, or not his to write for
    :raises NotYetOver, TooLate, NobodyListed, ReasonNeeded: see errors
    :raises LongerThanActivity, NotTheirs, Overlapping: somebody on it; nothing is written
    :raises AlreadyEntered: the activity has a live roster
    """
    with transaction() as session:
        unit = access_unit(late.unit_id, P.ENTER, by=by)
        lines = _lines(late, unit, by)
        title_id = service.title(late.title, unit_id=unit.id)
        assert by.member_id is not None, "a post is held by a member"
        row = LateEntry(
            unit_id=unit.id,
            activity_id=late.activity_id,
            title_id=title_id,
            window_start=late.window[0],
            window_end=late.window[1],
            reason=late.reason.strip()[:200],
            state=LateState.PROPOSED,
            prepared_by=by.member_id,
            door=by.door,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # its id; an activity is entered once
        except sa.exc.IntegrityError as err:
            raise errors.AlreadyEntered(state=_state_of_other(row)) from err
        session.execute(
            sa.insert(table_of(LateLine)),
            [
                {"late_id": row.id, "member_id": m, "started_at": s, "ended_at": e}
                for m, (s, e) in lines.items()
            ],
        )
        apart = {by.member_id, *lines}
        concerns = next(iter(lines)) if len(lines) == 1 else None
        unit_id = asks.unit_for(unit.path, concerns, not_by=apart)
        asks.ask(SUBJECT, row.id, unit_id=unit_id, concerns=concerns, not_by=apart)
        audit.record(
            by=by, action="late_entry.propose", subject=SUBJECT, subject_id=row.id, codes=str(len(lines))
        )
        return row


def access_unit(unit_id: int, permission: P, *, by: Actor) -> Unit:
    """Return the unit if the actor may do ``permission`` there.

    :raises NotFound, Forbidden: not his to see, or not to do this in
    """
    unit = org.unit(unit_id)
    scope = scope_of(unit)
    if not permits(by, permission, scope):
        if permits(by, P.LIST, scope):
            raise Forbidden(action=words_for(permission))
        raise NotFound(what="这个组织")
    return unit


def refuse_year(year: int) -> None:
    """Refuse a year of which no hours are kept.

    :raises NotFound: it is such a year
    """
    if not rules.FIRST_YEAR <= year <= rules.LAST_YEAR:
        raise NotFound(what="这一年的时长")


def scope_of(unit: Unit) -> Scope:
    """Return the unit as permissions see it."""
    return Scope(unit.id, unit.path, unit.kind == UnitKind.BRANCH)


def everybody(unit: Unit) -> list[members.Listed]:
    """Return who belongs to a unit today, by number, for one sheet.

    :raises TooLarge: they are more than a sheet is for; none is left off it silently
    """
    found = members.people(unit.path, clock.today(), limit=MOST + 1)
    if len(found) > MOST:
        raise errors.TooLarge(unit=unit.name, most=MOST)
    return found


def _lines(late: Late, unit: Unit, by: Actor) -> dict[int, rules.Span]:
    if not late.reason.strip() or not late.title.strip():
        raise errors.ReasonNeeded
    if not late.people:
        raise errors.NobodyListed
    if late.window[0] >= late.window[1] or not rules.plausible(late.window):
        raise errors.NothingServed
    if late.window[1] > clock.now():
        raise errors.NotYetOver
    within = settings.load().late_within_days
    if within and clock.now() - late.window[1] > dt.timedelta(days=within):
        raise errors.TooLate(days=within)
    lines = {m: span or late.window for m, span in sorted(late.people.items())}
    beyond = [m for m, (s, e) in lines.items() if s < late.window[0] or e > late.window[1]]
    if beyond:
        raise errors.LongerThanActivity(who=named(beyond), window=said(late.window))
    if any(not rules.minutes(span) for span in lines.values()):
        raise errors.NothingServed
    day = clock.civil_day(late.window[0])
    theirs = members.branches_on(lines, day)
    below = {u.id for u in org.subtree(unit.path)}
    strange = [m for m in lines if theirs.get(m) not in below]
    if strange:
        raise errors.NotTheirs(names=named(strange), day=day)
    refuse_overlaps(lines)
    return lines


def refuse_overlaps(lines: Mapping[int, rules.Span]) -> None:
    """Refuse where other live records of these people take part of that time.

    :raises Overlapping: names who and when
    """
    found = overlaps([(m, span) for m, span in lines.items()])
    if found:
        raise errors.Overlapping(who=_said_overlaps([(member, span) for member, _, span in found]))


def overlaps(lines: Sequence[tuple[int, rules.Span]]) -> list[tuple[int, rules.Span, rules.Span]]:
    """Return of each stretch that meets a live record: the member, the stretch, the record's time."""
    if not lines:
        return []
    stmt = sa.select(ServiceSpan.member_id, ServiceSpan.started_at, ServiceSpan.ended_at).where(
        ServiceSpan.member_id.in_({m for m, _ in lines}),
        ServiceSpan.state != SpanState.CLASH,
        ServiceSpan.started_at < max(e for _, (_, e) in lines),
        ServiceSpan.ended_at > min(s for _, (s, _) in lines),
    )
    taken = db.session.execute(stmt.order_by(ServiceSpan.started_at)).all()
    return [
        (member, span, (since, until))
        for member, span in lines
        for other, since, until in taken
        if other == member and not rules.free_of(span, [(since, until)])
    ]


def _said_overlaps(found: Sequence[tuple[int, rules.Span]]) -> str:
    names = members.names({m for m, _ in found})
    words = "、".join(f"{names.get(m, m)}{said(span)}已有记录" for m, span in found[:NAMED])
    return words if len(found) <= NAMED else f"{words}等{len(found)}处"


def named(member_ids: Sequence[int]) -> str:
    """Return the names of some people for a refusal."""
    known = members.names(set(member_ids[:NAMED]))
    words = "、".join(known.get(m, f"{m}号人员") for m in member_ids[:NAMED])
    return words if len(member_ids) <= NAMED else f"{words}等{len(member_ids)}人"


def said(span: rules.Span) -> str:
    """Return a span as people read it, in Shanghai wall time."""
    return days.span(*span)


def _state_of_other(row: LateEntry) -> str:
    live = LateEntry.state.in_([LateState.PROPOSED, LateState.APPROVED])
    same = sa.and_(
        LateEntry.unit_id == row.unit_id,
        LateEntry.title_id == row.title_id,
        LateEntry.window_start == row.window_start,
    )
    if row.activity_id is not None:
        same = sa.or_(same, LateEntry.activity_id == row.activity_id)
    state = db.session.scalar(sa.select(LateEntry.state).where(live, same).limit(1))
    return LATE_WORDS[state or LateState.PROPOSED]


def withdraw(late_id: int, *, by: Actor) -> LateEntry:
    """Withdraw one's own roster that nobody reviewed yet.

    :raises NotFound: no such roster, or not his
    :raises NotNow: somebody reviewed it
    """
    with transaction() as session:
        row = session.get(LateEntry, late_id, with_for_update=True)
        if row is None or row.prepared_by != by.member_id:
            raise NotFound(what="这份补录名单")
        row.state = _moved(row, "withdraw")
        asks.answered(SUBJECT, row.id)
        audit.record(by=by, action="late_entry.withdraw", subject=SUBJECT, subject_id=row.id)
        session.flush()  # the state, before the caller reads
        return row


def decide(late_id: int, *, approve: bool, reason: str = "", by: Actor) -> Credited | None:
    """Review a roster as the second person: its minutes count as attested from then on, or none of it.

    Whoever meanwhile has another record of that time is kept for somebody to decide.

    :return: what became of its people; None where it was refused
    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises WordsNeeded: refused without a word
    """
    if not approve and not reason.strip():
        raise errors.WordsNeeded
    with transaction() as session:
        row = session.get(LateEntry, late_id, with_for_update=True)
        if row is None:
            raise NotFound(what="这份补录名单")
        asked = asks.access(SUBJECT, row.id, by=by)
        row.state = _moved(row, "approve" if approve else "refuse")
        asks.decide(asked, str(row.state), by=by, reason=reason)
        audit.record(
            by=by,
            action=f"late_entry.{'approve' if approve else 'refuse'}",
            subject=SUBJECT,
            subject_id=row.id,
        )
        session.flush()  # the state, before the caller reads
        if not approve:
            notices.queue_many(
                kind="late_refused", rows=[(f"late:{row.id}:refused", row.prepared_by, {"late": row.id})]
            )
            return None
        return service.write(
            [
                Stretch(
                    member_id=line.member_id,
                    unit_id=row.unit_id,
                    served=(line.started_at, line.ended_at),
                    window=(row.window_start, row.window_end),
                    source=Source.LATE_ENTRY,
                    source_id=row.id,
                    activity_id=row.activity_id,
                    title_id=row.title_id,
                )
                for line in lines_of(row.id)
            ],
            by=by,
        )


def lines_of(late_id: int) -> list[LateLine]:
    """Return the people of a roster, by member; whoever calls has checked who looks."""
    stmt = sa.select(LateLine).where(LateLine.late_id == late_id).order_by(LateLine.member_id)
    return list(db.session.scalars(stmt))


def _moved(row: LateEntry, move: str) -> LateState:
    return advance(LATE_MOVES, LateState(row.state), move, what="这份补录名单", words=LATE_WORDS)
