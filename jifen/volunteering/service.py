"""Writing minutes: the one way by which every source comes in, and by which they are taken back.

``credit`` is what an activity calls when it closes; ``write`` is behind it and
behind late entries, imports and communities. Whoever writes for a member first
locks him, so that two ways of the same time queue up instead of meeting in the
exclusion constraint, which stays the database's promise.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, table_of, transaction
from jifen.decisions import asks
from jifen.members import queries as members
from jifen.notices import service as notices
from jifen.volunteering import errors, long_days, posting, rules
from jifen.volunteering.models import ServiceRecord, ServiceSpan, ServiceTitle
from jifen.volunteering.states import KIND_OF, Kind, Source, SpanState

#: What is asked where two records share a minute.
CLASH = "service_clash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a member did at an activity: when he came and went, and when the activity was announced for.

    Instants are aware. Where the organiser's taps stand for a mark, he is
    ``verified_by``; nobody's taps stand for himself.
    """

    member_id: int
    activity_id: int
    #: Who organised it and answers for the record.
    unit_id: int
    started_at: dt.datetime
    ended_at: dt.datetime
    window_start: dt.datetime
    window_end: dt.datetime
    verified_by: int | None = None
    #: What it was, from ``title``.
    title_id: int | None = None


@dataclass(frozen=True, slots=True)
class Credited:
    """What became of those served; ids of members, ascending. Nobody is in two."""

    #: Their minutes count, and the points by them.
    counted: tuple[int, ...]
    #: So long a day: the next higher organisation is asked first; see ``long_days``.
    waiting: tuple[int, ...]
    #: Another record takes part of that time: somebody decides which counts; see ``clashes``.
    clashing: tuple[int, ...]
    #: Written before: nothing was done.
    already: tuple[int, ...]
    #: Not a whole minute of it lies inside the window.
    outside: tuple[int, ...]
    #: His own taps stand for himself: somebody else must confirm.
    own: tuple[int, ...]
    #: Ids of the new records, by member.
    records: dict[int, int] = field(default_factory=dict)


def title(name: str, *, unit_id: int) -> int:
    """Return the id of what was served for, by its name; known or new, so that records and certificates can say it."""
    with transaction() as session:
        values = {"unit_id": unit_id, "name": " ".join(name.split())[:80]}
        known = sa.select(ServiceTitle.id).filter_by(**values)
        found = session.scalar(known)
        if found is None:
            session.execute(insert(table_of(ServiceTitle)).values(**values).on_conflict_do_nothing())
            found = session.scalars(known).one()
        return found


def credit(served: Sequence[Served], *, by: Actor) -> Credited:
    """Write the verified minutes of people at an activity, once; idempotent, in the caller's transaction if he has one.

    The caller has checked that ``by`` closes the activity. Each stretch is cut
    to the window; a day of at most 8 hours stands, a longer one is asked about
    first; what overlaps another record is kept for somebody to decide. Minutes
    that count are posted by the rulebook's item that touches volunteering and
    that activities or rosters feed, once per activity and day of a member.
    Called again with the same people nothing happens (``already``), whatever
    was corrected since.

    :param served: one stretch a member
    :raises ValueError: somebody is named twice
    """
    if len({s.member_id for s in served}) != len(served):
        raise ValueError("somebody is named twice")
    return write(
        [
            Stretch(
                member_id=s.member_id,
                unit_id=s.unit_id,
                served=(s.started_at, s.ended_at),
                window=(s.window_start, s.window_end),
                source=Source.ACTIVITY,
                source_id=s.activity_id,
                activity_id=s.activity_id,
                title_id=s.title_id,
                verified_by=s.verified_by,
            )
            for s in served
        ],
        by=by,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Time served by a member, whatever told of it."""

    member_id: int
    unit_id: int
    served: rules.Span
    window: rules.Span
    source: Source
    source_id: int
    activity_id: int | None = None
    title_id: int | None = None
    verified_by: int | None = None
    kind: Kind | None = None
    #: The record, reversed before, in whose place this one stands; and its number.
    replaces_id: int | None = None
    revision: int = 1
    #: How many higher organisations have said yes to so long a day already.
    passed: int = 0


def write(stretches: Sequence[Stretch], *, by: Actor) -> Credited:
    """Write minutes of any source; see ``credit``. The caller has checked that ``by`` may."""
    with transaction():
        lock(s.member_id for s in stretches)
        found: dict[str, list[int]] = defaultdict(list)
        known = _known(stretches)
        taken = _taken(stretches)
        fresh: list[tuple[Stretch, rules.Span, SpanState]] = []
        for one in sorted(stretches, key=lambda s: (s.member_id, s.served)):
            inside = rules.cut(one.served, one.window)
            if inside is None:
                found["outside"].append(one.member_id)
            elif one.member_id in (one.verified_by, by.member_id if one.source != Source.ACTIVITY else None):
                found["own"].append(one.member_id)
            elif (one.source, one.source_id, one.member_id) in known and one.replaces_id is None:
                found["already"].append(one.member_id)
            else:
                is_free = rules.free_of(inside, taken[one.member_id])
                state = SpanState.COUNTS if is_free else SpanState.CLASH
                fresh.append((one, inside, state))
                if is_free:
                    taken[one.member_id].append(inside)
        rows = _insert(fresh, by)
        passed = {row.id: one.passed for (row, _), (one, _, _) in zip(rows, fresh, strict=True)}
        free = [row for row, state in rows if state == SpanState.COUNTS]
        waiting = long_days.hold(free, passed=passed, by=by)
        clashing = [row for row, state in rows if state == SpanState.CLASH]
        for row in clashing:
            ask_which(row)
        counted = [row for row, state in rows if state == SpanState.COUNTS and row.id not in waiting]
        posting.follow([posting.group_of(row) for row in counted], by=by)
        notices.queue_many(
            kind="hours_credited",
            rows=[
                (f"service:{row.id}", row.member_id, {"service": row.id})
                for row in counted
                if row.replaces_id is None
            ],
        )
        audit.record_many(
            by=by,
            action="hours.write",
            subject="service",
            rows=[(row.id, f"{row.source} {row.minutes}") for row, _ in rows],
        )
        return Credited(
            counted=_ids(counted),
            waiting=_ids([row for row, _ in rows if row.id in waiting]),
            clashing=_ids(clashing),
            already=tuple(sorted(set(found["already"]))),
            outside=tuple(sorted(set(found["outside"]))),
            own=tuple(sorted(set(found["own"]))),
            records={row.member_id: row.id for row, _ in rows},
        )


def lock(member_ids: Iterable[int]) -> None:
    """Let nobody else write these members' minutes until the transaction ends."""
    stmt = sa.text("SELECT id FROM member WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
    db.session.execute(stmt, {"ids": sorted(set(member_ids))}).all()


def ask_which(row: ServiceRecord) -> None:
    """Ask the member's branch which of overlapping records counts; inside a transaction."""
    apart = [row.verified_by] if row.verified_by is not None else []
    unit_id = long_days.unit_for(row, not_by=apart)
    asks.ask(CLASH, row.id, unit_id=unit_id, concerns=row.member_id, not_by=apart)


def _ids(rows: Iterable[ServiceRecord]) -> tuple[int, ...]:
    return tuple(sorted({row.member_id for row in rows}))


def _known(stretches: Sequence[Stretch]) -> set[tuple[str, int, int]]:
    """Return which source told of which member before, reversed or not."""
    asked = {(s.source, s.source_id, s.member_id) for s in stretches}
    columns = ServiceRecord.source, ServiceRecord.source_id, ServiceRecord.member_id
    stmt = sa.select(*columns).where(sa.tuple_(*columns).in_(asked)).distinct()
    return {tuple(row) for row in db.session.execute(stmt)}


def _taken(stretches: Sequence[Stretch]) -> dict[int, list[rules.Span]]:
    """Return the time that live records take, by member, around what is to be written."""
    since = min((s.window[0] for s in stretches), default=None)
    until = max((s.window[1] for s in stretches), default=None)
    found: dict[int, list[rules.Span]] = defaultdict(list)
    stmt = sa.select(ServiceSpan.member_id, ServiceSpan.started_at, ServiceSpan.ended_at).where(
        ServiceSpan.member_id.in_({s.member_id for s in stretches}),
        ServiceSpan.state != SpanState.CLASH,
        ServiceSpan.started_at < until,
        ServiceSpan.ended_at > since,
    )
    for member, start, end in db.session.execute(stmt):
        found[member].append((start, end))
    return found


def _insert(
    fresh: Sequence[tuple[Stretch, rules.Span, SpanState]], by: Actor
) -> list[tuple[ServiceRecord, SpanState]]:
    if not fresh:
        return []
    branches: dict[dt.date, dict[int, int]] = {}
    for day in {clock.civil_day(inside[0]) for _, inside, _ in fresh}:
        branches[day] = members.branches_on({s.member_id for s, _, _ in fresh}, day)
    rows = []
    for one, inside, state in fresh:
        day = clock.civil_day(inside[0])
        row = ServiceRecord(
            member_id=one.member_id,
            branch_id=branches[day].get(one.member_id),
            unit_id=one.unit_id,
            title_id=one.title_id,
            activity_id=one.activity_id,
            kind=one.kind or KIND_OF[one.source],
            source=one.source,
            source_id=one.source_id,
            revision=one.revision,
            occurred_on=day,
            started_at=inside[0],
            ended_at=inside[1],
            window_start=one.window[0],
            window_end=one.window[1],
            minutes=rules.minutes(inside),
            verified_by=one.verified_by,
            decided_by=by.member_id if by.member_id != one.member_id else None,
            replaces_id=one.replaces_id,
        )
        rows.append((row, state))
    db.session.add_all([row for row, _ in rows])
    db.session.flush()  # their ids
    db.session.execute(sa.insert(table_of(ServiceSpan)), [_span(row, state) for row, state in rows])
    return rows


def _span(row: ServiceRecord, state: SpanState) -> dict[str, Any]:
    return {
        "record_id": row.id,
        "member_id": row.member_id,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "state": state,
    }


def reverse(record_ids: Iterable[int], *, by: Actor) -> list[ServiceRecord]:
    """Annul records by linked ones, once; both stay readable, the time is free again, the points follow.

    The caller has checked that ``by`` may.

    :return: the records that no longer count
    :raises AlreadyTakenBack: one of them was annulled before
    """
    ids = sorted(set(record_ids))
    with transaction() as session:
        whose = sa.select(ServiceRecord.member_id).where(ServiceRecord.id.in_(ids))
        lock(session.scalars(whose))
        live = sa.select(ServiceRecord).join(ServiceSpan, ServiceSpan.record_id == ServiceRecord.id)
        rows = list(session.scalars(live.where(ServiceRecord.id.in_(ids)).order_by(ServiceRecord.id)))
        if [row.id for row in rows] != ids:
            raise errors.AlreadyTakenBack
        session.execute(sa.insert(table_of(ServiceRecord)), [_annulment(row, by) for row in rows])
        session.execute(sa.delete(table_of(ServiceSpan)).where(ServiceSpan.record_id.in_(ids)))
        long_days.drop(ids)
        for record_id in ids:
            asks.answered(CLASH, record_id)
        posting.follow([posting.group_of(row) for row in rows], by=by)
        audit.record_many(
            by=by, action="hours.reverse", subject="service", rows=[(row.id, "") for row in rows]
        )
        return rows


#: What an annulment repeats of the record.
_SAME = (
    *("member_id", "branch_id", "unit_id", "title_id", "activity_id", "kind", "occurred_on", "started_at"),
    *("ended_at", "window_start", "window_end", "minutes", "verified_by"),
)


def _annulment(row: ServiceRecord, by: Actor) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SAME} | {
        "source": "reversal",
        "source_id": row.id,
        "revision": 1,
        "decided_by": by.member_id if by.member_id != row.member_id else None,
        "reverses_id": row.id,
        "recorded_at": clock.now(),
    }
