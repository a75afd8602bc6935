"""A year of volunteer hours: of every organised service that earned points there is the record behind it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from jifen.core import clock, workdays
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.demo.habits import SERVED_FOR
from jifen.members.models import ImportBatch
from jifen.volunteering import imports, late, queries
from jifen.volunteering.late import Late
from jifen.volunteering.models import LateEntry, ServiceRecord, ServiceSpan, ServiceTitle
from jifen.volunteering.states import Kind, Source, SpanState

ITEM = "D01"
#: Minutes that somebody lacks to his first star; the project of yesterday brings more.
SHORT_OF_A_STAR = 120
_TITLES = sa.text(
    """
    INSERT INTO service_title (unit_id, name)
    SELECT u.id, t FROM unit u CROSS JOIN unnest(CAST(:titles AS text[])) AS t WHERE u.kind = 'branch'
    ON CONFLICT DO NOTHING
    """
)
# Everybody came in time; a branch's list names each once a day, so that no minute is counted twice.
_RECORDS = sa.text(
    """
    WITH made AS (
      INSERT INTO service_record (member_id, branch_id, unit_id, title_id, activity_id, kind, source, source_id, revision,
                                  occurred_on, started_at, ended_at, window_start, window_end, minutes,
                                  verified_by, decided_by, recorded_at)
      SELECT e.member_id, e.branch_id, e.branch_id, t.id, a.id, 'verified', 'activity', e.source_id, 1, e.occurred_on,
             a.starts_at, a.ends_at, a.starts_at, a.ends_at, CAST(e.quantity * 60 AS int),
             nullif(e.decided_by, e.member_id), nullif(e.decided_by, e.member_id), e.recorded_at
        FROM ledger_entry e JOIN activity a ON a.id = e.source_id
        JOIN service_title t ON t.unit_id = e.branch_id
         AND t.name = (CAST(:titles AS text[]))[1 + mod(CAST(extract(month FROM e.occurred_on) AS int), 3)]
       WHERE e.item_code = :item AND e.source = 'roster' AND e.reverses_id IS NULL AND e.quantity <= 8
       ORDER BY e.id
      RETURNING id, member_id, started_at, ended_at)
    INSERT INTO service_span (record_id, member_id, started_at, ended_at, state)
    SELECT id, member_id, started_at, ended_at, 'counts' FROM made
    """
)


def write() -> None:
    """Write the records behind the year's lists of service; inside the load's transaction."""
    values = {"titles": list(SERVED_FOR), "item": ITEM}
    db.session.execute(_TITLES, values)
    db.session.execute(_RECORDS, values)


def wait_for(reviewer_branch: int, members: list[int], *, by: Actor) -> None:
    """Let a roster that was written down afterwards wait for the branch's other decider."""
    _written_down(reviewer_branch, "老旧小区楼道清理", members, days_ago=2, by=by)


def served(branch: int, people: list[Actor], *, by: Actor, reviewer: Actor) -> None:
    """Let a roster of these people be written down afterwards, and reviewed."""
    members = [who.member_id for who in people if who.member_id is not None]
    entry = _written_down(branch, "背街小巷清扫", members, days_ago=4, by=by)
    late.decide(entry.id, approve=True, by=reviewer)


def _written_down(branch: int, title: str, members: list[int], *, days_ago: int, by: Actor) -> LateEntry:
    day = workdays.before(clock.today(), days_ago)
    window = (clock.at(day, 14), clock.at(day, 16, 30))
    people: dict[int, tuple[dt.datetime, dt.datetime] | None] = dict.fromkeys(members)
    reason = "现场没有网络，当时用纸签到"
    return late.propose(Late(unit_id=branch, title=title, window=window, people=people, reason=reason), by=by)


def from_elsewhere(who: Actor, branch: int, *, since: dt.date) -> None:
    """Let somebody bring hours of the year before, so many that his next service makes the first star.

    No rulebook held then: they are hours and no points.
    """
    assert who.member_id is not None, "a member"
    account = queries.account(who.member_id)
    missing = account.stars.hours[0] * 60 - account.total - SHORT_OF_A_STAR
    batch = ImportBatch(
        kind=imports.KIND,
        unit_id=branch,
        state="confirmed",
        file_name="志愿汇时长.xlsx",
        summary={"platform": "志愿汇"},
        done=1,
        total=1,
        confirmed_at=clock.now(),
    )
    title = ServiceTitle(unit_id=branch, name="周末便民服务")
    db.session.add_all((batch, title))
    db.session.flush()  # their ids
    day, row = since - dt.timedelta(days=30), 1
    while missing > 0:
        minutes = min(missing, 360)
        start = clock.at(day, 9)
        end = start + dt.timedelta(minutes=minutes)
        record = ServiceRecord(
            member_id=who.member_id,
            branch_id=branch,
            unit_id=branch,
            title_id=title.id,
            kind=Kind.ATTESTED,
            source=Source.IMPORT,
            source_id=batch.id * imports.ROWS + row,
            occurred_on=day,
            started_at=start,
            ended_at=end,
            window_start=start,
            window_end=end,
            minutes=minutes,
        )
        db.session.add(record)
        db.session.flush()  # its id
        span = ServiceSpan(record_id=record.id, member_id=who.member_id, started_at=start, ended_at=end)
        span.state = SpanState.COUNTS
        db.session.add(span)
        missing, day, row = missing - minutes, day - dt.timedelta(days=7), row + 1
    db.session.flush()
